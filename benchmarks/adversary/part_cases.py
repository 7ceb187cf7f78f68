"""Random cases against brute force: outcomes, payoffs, information sets, `knows`, beliefs, and every answer."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from benchmarks.adversary.cases import Style, Written, written
from benchmarks.adversary.formula import UndefinedError
from benchmarks.adversary.interests import Interests
from benchmarks.adversary.language import Case, TooLargeError
from benchmarks.adversary.matching import MismatchError, ambiguous, belief_faults, believed, matched, told_odds
from benchmarks.adversary.product import Product, broken, refused, unplaced
from benchmarks.adversary.tree import Infoset, Tree, hold, logit_errors, restore_vanished, sequential_faults
from benchmarks.adversary.verdict import REFUSED, Verdict, broke, fine, passed, wrong

Told = dict[str, Any]
STYLES = (Style(), Style(rationality=(1.0, 3.0)), Style(span=(-8, 9)))
GOOD = ("Followed from rationality zero", "Continued", "logit equilibrium at that rationality")


def trials(product: Product, count: int, seed: int) -> Iterator[Verdict]:
    for k in range(count):
        case = written(seed * 1_000_003 + k, STYLES[k % len(STYLES)])
        yield judged(product, case)


def far(product: Product, count: int, seed: int) -> Iterator[Verdict]:
    """Moves whose probabilities no double can hold."""
    yield from styled(product, count, seed, Style(rationality=(2.4, 3.4), together=False, extremes=False))


def integers(product: Product, count: int, seed: int) -> Iterator[Verdict]:
    """States and counts of any size, in formulas."""
    yield from styled(product, count, seed, Style(integers=True, rationality=(-12, -8), together=False, extremes=False))


def names(product: Product, count: int, seed: int) -> Iterator[Verdict]:
    """One name for things of different kinds."""
    yield from styled(product, count, seed, Style(shared=True, together=False, extremes=False))


def limits(product: Product, count: int, seed: int) -> Iterator[Verdict]:
    yield from styled(product, count, seed, Style(limit=True, together=False, extremes=False))


def styled(product: Product, count: int, seed: int, style: Style) -> Iterator[Verdict]:
    for k in range(count):
        yield judged(product, written(seed * 1_000_003 + 100_000 + k, style))


def draws(product: Product, count: int, seed: int) -> Iterator[Verdict]:
    """Answers over draws: each is that of the same case with its quantities set, and asking changes no draw."""
    for k in range(count):
        case = written(seed * 1_000_003 + 200_000 + k, Style(rationality=(-1, 0.5)))
        yield drawn(product, case)


def drawn(product: Product, case: Written) -> Verdict:
    files, command = {"case.yaml": case.text}, "detente ask case.yaml … --draws 4"
    names = list(case.document.get("quantities", {}))
    if not names or isinstance(case.document.get("rationality"), dict) or "preferences" in case.document:
        return passed("nothing is drawn")
    alone = product.call("ask", text=case.text, quantities=names, draws=4)
    told = product.call("ask", text=case.text, quantities=[*case.questions, *names], draws=4)
    for each in (alone, told):
        if what := broken(each):
            return broke("asking over draws breaks the program", what, files, command)
        if refused(each):
            return refusal(each, files)
    for name in names:
        if alone["value"][name] != told["value"][name]:
            what = f"{name}: {alone['value'][name]} by itself, {told['value'][name]} beside others"
            return wrong("asking changes draws", what, files, command)
    free = [name for name in names if not bound(case.document["quantities"][name])]
    for draw in range(2):
        settings = {name: float(alone["value"][name][draw]) for name in free}
        single = product.call("ask", text=case.text, quantities=case.questions, set=settings)
        if broken(single) or refused(single):
            return passed("cannot be set")
        for text in case.questions:
            one, other = number(single["value"][text][0]), number(told["value"][text][draw])
            if math.isnan(one) != math.isnan(other) or abs(one - other) > 1e-7 * max(1.0, abs(one)):
                return wrong("a draw is answered otherwise", f"{text}: {other} drawn, {one} when set", files, command)
    return fine()


def bound(entry: Any) -> bool:
    """True where a quantity is a formula of others, and so cannot be set against them."""
    return isinstance(entry, str) or (isinstance(entry, dict) and "equals" in entry)


def judged(product: Product, case: Written) -> Verdict:
    """The verdict on one case: everything that is told of it against the reference."""
    files = {"case.yaml": case.text}
    try:
        reference = Case(case.text)
        tree = reference.tree()
    except UndefinedError:
        told = product.call("read", text=case.text)
        what = broken(told)
        return (
            broke("a case breaks the program", what, files, "detente check case.yaml") if what else passed("undefined")
        )
    except (TooLargeError, RecursionError):
        return passed("too large for brute force")
    told = product.call("asked", text=case.text, quantities=case.questions)
    if what := broken(told):
        return broke("a case breaks the program", what, files, "detente solve case.yaml")
    if refused(told):
        return refusal(told, files)
    solved = told["value"]["solved"]
    if what := broken(solved):
        return broke("solving breaks the program", what, files, "detente solve case.yaml")
    if refused(solved):
        return refusal(solved, files)
    if told["warnings"]:
        return wrong("a warning of a library reaches the user", str(told["warnings"]), files, "detente solve case.yaml")
    return compared(reference, tree, solved["value"], told["value"]["answers"], files)


def refusal(told: Told, files: dict[str, str]) -> Verdict:
    if missing := unplaced(told):
        return wrong("a problem without a place", str(missing), files, "detente check case.yaml")
    what = told["problems"][0]["what"] if "problems" in told else told["refused"]
    return Verdict(REFUSED, what[:90], "", files)


def compared(case: Case, tree: Tree, solved: Told, answers: Told, files: dict[str, str]) -> Verdict:
    command = "detente solve case.yaml --json"
    try:
        sets = matched(case, tree, solved["profile"])
    except MismatchError as fault:
        return wrong("knows tells what is not so", str(fault), files, command)
    odds = {id(each): told_odds(entry, each) for each, entry in zip(sets, solved["profile"], strict=True)}
    rationality = case.rationality()
    finite = math.isfinite(rationality)
    restore_vanished(tree, rationality if finite else 1e8 / (tree.span or 1.0), odds)
    doubtful = ambiguous(case, tree, solved["profile"])
    if doubtful and max((error for error, _ in logit_errors(tree, rationality if finite else 0.0)), default=0) > 1e-6:
        return passed("information sets that are told alike")
    for check in (play_fault, sums_fault, belief_fault, answer_fault):
        found = check(case, tree, solved, answers, sets)
        if found:
            return wrong(*found, files, command)
    return fine()


def play_fault(case: Case, tree: Tree, solved: Told, _: Told, sets: list[Infoset]) -> tuple[str, str] | None:
    """Fault of play that is not what is asked: logit replies, or best replies in the limit; None where it is.

    In the limit, to the beliefs that are told where play does not say them.
    """
    rationality = case.rationality()
    if not any(good in solved["status"] for good in GOOD):
        return None
    if math.isinf(rationality):
        for infoset, entry in zip(sets, solved["profile"], strict=True):
            if infoset.unsure and (belief := believed(case, infoset, entry)):
                hold(infoset, belief)
        faults = sequential_faults(tree)
        if faults:
            lost, infoset, move = max(faults, key=lambda each: each[0])
            shown = f"{infoset.key[0]}: {infoset.moves[move]} is made with {math.exp(infoset.logs[move]):.4g}"
            return "a worse move is made in the limit", f"{shown}, and loses {lost:.3g} of what is at stake"
        return None
    slack = 1e-6 + 1e-11 * rationality * (case.largest or 1.0)
    error, infoset = max(logit_errors(tree, rationality), key=lambda each: each[0], default=(0.0, None))
    if error > slack and infoset is not None:
        told = [round(math.exp(log), 9) for log in infoset.logs]
        return "not a logit equilibrium", f"at {infoset.key[0]} by {error:.3g}: told {told}, worth {infoset.worth}"
    return None


def sums_fault(case: Case, tree: Tree, solved: Told, *_: Any) -> tuple[str, str] | None:
    """Endings, utilities and the certificate."""
    size = max(case.largest, 1e-300)
    reach = dict.fromkeys(case.document["outcomes"], 0.0)
    for leaf in tree.leaves:
        reach[leaf.facts.outcome] += math.exp(leaf.log_reach)
    for name, true in reach.items():
        if abs(solved["outcomes"][name] - true) > 1e-8:
            return "an ending's probability", f"{name}: told {solved['outcomes'][name]}, right {true}"
    for actor, true in zip(case.actors, tree.utilities(), strict=True):
        if not abs(number(solved["utilities"][actor]) - true) <= 1e-9 * size:
            return "a utility", f"{actor}: told {solved['utilities'][actor]}, right {true}"
    true, told = tree.nash_conv(), number(solved["nash_conv"])
    if not abs(told - true) <= 1e-7 * size:
        return "NashConv", f"told {told}, right {true}"
    true, told = tree.conditional_regret(), number(solved["conditional_regret"])
    if math.isfinite(case.rationality()) and not abs(told - true) <= 1e-6 * size:
        return "conditional regret", f"told {told}, right {true}"
    return None


def number(told: Any) -> float:
    return math.nan if told is None else float(told)


def belief_fault(case: Case, _: Tree, solved: Told, __: Told, sets: list[Any]) -> tuple[str, str] | None:
    if math.isinf(case.rationality()):
        return None
    depth = max((-infoset.log_reach for infoset in sets if infoset.worth), default=0.0)
    slack = 1e-6 + 1e-10 * depth
    for infoset, entry in zip(sets, solved["profile"], strict=True):
        faults = belief_faults(case, infoset, entry, slack)
        if faults:
            return "a belief", f"at {entry['stage']} knowing {entry['knows']}: {faults[0]}"
    return None


def answer_fault(case: Case, tree: Tree, _: Told, answers: Told, sets: list[Any]) -> tuple[str, str] | None:
    """Quantities of interest, each asked by itself."""
    reader = Interests(case, tree)
    limit = math.isinf(case.rationality())
    for text, told in answers.items():
        if what := broken(told):
            return "asking breaks the program", f"{text}: {what}"
        if refused(told):
            continue
        value = number(told["value"][0])
        reader.noise = 0.0
        try:
            true = reader.answer(text)
        except UndefinedError:
            true = math.nan
        if limit and "given" in text:
            continue
        slack = 1e-7 * max(1.0, abs(true) if math.isfinite(true) else 1.0, case.largest) + 1e-9 * reader.noise
        if math.isnan(true) != math.isnan(value) or abs(value - true) > slack:
            return "an answer", f"{text}: told {value}, right {true}"
    return None
