"""Reviews that `check` and `watch` must give: idle parts of a case, numeric chance that is none, nothing past."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any

from benchmarks.adversary.cases import Style, written
from benchmarks.adversary.product import Product, broken, refused
from benchmarks.adversary.verdict import REFUSED, Verdict, broke, fine, wrong

IDLE = ("idle_q", "idle_state", "idle_stage", "idle_end")


def trials(product: Product, count: int, seed: int) -> Iterator[Verdict]:
    for k in range(count):
        random = Random(seed * 1_000_003 + k)
        yield (idle, past, ranged)[k % 3](product, random)


def idle(product: Product, random: Random) -> Verdict:
    """Parts that change nothing are named by `check`."""
    document = written(random.randrange(10**9), Style(rationality=(-1, 0))).document
    asked = random.choice(IDLE)
    actor = next(iter(document["actors"]))
    if asked == "idle_q":
        document.setdefault("quantities", {})["idle_q"] = {"uniform": [0, 1], "note": "noted"}
    if asked == "idle_state":
        document.setdefault("state", {})["idle_state"] = {"values": ["on", "off"], "start": "on"}
    if asked == "idle_stage":
        moves = {"left": {"note": "noted"}, "right": {"note": "noted"}}
        stage = {"id": "idle_stage", "by": actor, "choose": moves, "seen_by": "none", "note": "noted"}
        document["stages"].insert(0, stage)
    if asked == "idle_end":
        worth = dict.fromkeys(document["actors"], 1)
        document["outcomes"]["idle_end"] = {"payoffs": worth, "note": "noted"}
        document.pop("preferences", None)
    text = json.dumps(document, ensure_ascii=False, indent=1)
    files, command = {"case.yaml": text}, "detente check case.yaml"
    told = product.call("cli", words=["check", "{folder}/case.yaml"], files=files)
    if what := broken(told):
        return broke("check breaks", what, files, command)
    value = told["value"]
    if value["code"]:
        return Verdict(REFUSED, "a case with other faults", "", files)
    if asked not in value["out"] + value["err"]:
        return wrong("an idle part is passed over in silence", f"`{asked}` is not mentioned", files, command)
    return fine()


def past(product: Product, random: Random) -> Verdict:
    """A case of several stages, one of the later ones seen: `watch` lists none before it."""
    count = random.choice([3, 4, 5])
    stages: list[dict[str, Any]] = [
        {"id": f"s{k}", "by": "ab"[k % 2], "choose": {"x": {"cost": round(random.uniform(0, 0.3), 2)}, "y": {}}}
        for k in range(count)
    ]
    seen = random.randrange(1, count)
    before = random.sample(range(seen), random.choice([0, min(1, seen - 1)]))
    timeline = [{"stage": f"s{k}", "move": random.choice("xy")} for k in [*sorted(before), seen]]
    case = {
        "detente": 1,
        "title": "stages in a row",
        "quantities": {"q": {"uniform": [0.3, 0.7]}},
        "actors": {"a": {"private": {"t": {"hard": "q", "soft": "rest"}}}, "b": {}},
        "stages": stages,
        "outcomes": {"end": {"payoffs": {"a": "if(s0 = x and a.t = hard, 1, 0)", "b": "if(s1 = y, 1, q)"}}},
        "finally": "end",
        "readings": {"hard": {"when": "a.t = hard"}},
        "timeline": timeline,
        "rationality": 4,
    }
    text = json.dumps(case, indent=1)
    files, command = {"case.yaml": text}, "detente watch case.yaml --draws 4 --json"
    told = product.call("cli", words=["watch", "{folder}/case.yaml", "--draws", "4", "--json"], files=files)
    if what := broken(told):
        return broke("watch breaks", what, files, command)
    value = told["value"]
    if value["code"]:
        return fine() if seen == count - 1 else wrong("watch is refused", value["err"], files, command)
    listed = {row["stage"] for row in json.loads(value["out"])["watch"]}
    early = sorted(name for name in listed if name.startswith("s") and int(name[1:]) <= seen)
    if early:
        return wrong("watch lists what is past", f"{early}, though s{seen} was seen", files, command)
    return fine()


def ranged(product: Product, random: Random) -> Verdict:
    """Chance written like a numeric choice, whose three numbers happen to add up to one."""
    low = round(random.uniform(0.05, 0.4), 2)
    step = round(random.uniform(0.05, 0.4), 2)
    case = {
        "detente": 1,
        "title": "a numeric chance",
        "actors": {"a": {}},
        "stages": [
            {"id": "theta", "by": "nature", "chance": {"from": low, "to": round(1 - low - step, 4), "step": step}},
            {"id": "act", "by": "a", "choose": {"go": {}, "stay": {}}},
        ],
        "outcomes": {"end": {"payoffs": {"a": 0}}},
        "finally": "end",
    }
    text = json.dumps(case, indent=1)
    files, command = {"case.yaml": text}, "detente ask case.yaml 'P(theta = from)'"
    told = product.call("ask", text=text, quantities=["P(theta = from)"])
    if what := broken(told):
        return broke("a numeric chance breaks the program", what, files, command)
    if refused(told):
        return fine()
    return wrong("a numeric chance is read as branches", f"P(theta = from) is told: {told['value']}", files, command)
