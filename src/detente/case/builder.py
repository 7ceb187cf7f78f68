"""A case built in Python: the same records, the same checks and the same words as for a file.

    case = (
        Builder("A demand backed by force")
        .quantity("p", 0.5)
        .actor("a").actor("b", private={"cost": {"uniform": [0, 0.3], "points": 40}})
        .stage("demand", by="a", choose={"from": 0, "to": 1, "step": 0.05})
        .stage("answer", by="b", choose={"accept": {"end": "settlement"}, "fight": {"end": "war"}})
        .outcome("settlement", payoffs={"a": "demand", "b": "1 - demand"})
        .outcome("war", payoffs={"a": "p - 0.1", "b": "1 - p - b.cost"})
        .build()
    )

Keys are those of the case language; those that are words of Python end in an underscore (`from_`, `raise_`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from detente.case.form.ledger import Ledger, Path
from detente.case.meaning.assemble import LANGUAGE_VERSION, assemble
from detente.case.yaml.composing import DEEPEST_TREE, MOST_FILE_NODES
from detente.crisis.model import Crisis
from detente.errors import CaseError

Entry = dict[str, Any]


def case_from(*, name: str = "case", **sections: Any) -> Crisis:
    """The crisis that the sections say, written as in a file (`finally_` for `finally`); `detente: 1` may be left out.

    Raises CaseError with all problems, each with its path instead of a line.
    """
    ledger = Ledger()
    written = _Plain(ledger).of({"detente": LANGUAGE_VERSION, **_keys(sections)}, ())
    if ledger.problems:
        raise CaseError(ledger.problems)
    return assemble(written, ledger, name)


def stage(id: str, **keys: Any) -> Entry:
    """A stage, for `Builder.together` and `Builder.repeat`."""
    return {"id": id, **_keys(keys)}


def together(*stages: Entry) -> Entry:
    """Stages made simultaneously, for `Builder.repeat`."""
    return {"together": list(stages)}


class Builder:
    """Collects the sections of a case; every method gives the builder back."""

    def __init__(self, title: str, about: str = "") -> None:
        self._sections: Entry = {"title": title, **({"about": about} if about else {})}
        self._twice = Ledger()

    def source(self, id: str, **keys: Any) -> Builder:
        """A document that the case rests on: title, publisher, published, file, sha256."""
        return self._named("sources", id, _keys(keys))

    def quantity(self, id: str, value: float | str | None = None, **keys: Any) -> Builder:
        """A number that somebody had to assume: a value, or uniform=[low, high] and its like, name, because, note."""
        written = {} if value is None else {"equals" if isinstance(value, str) else "value": value}
        return self._named("quantities", id, {**written, **_keys(keys)})

    def actor(self, id: str, name: str = "", private: Entry | None = None) -> Builder:
        """Somebody who decides, with what only this actor knows."""
        return self._named("actors", id, {"name": name, "private": private or {}})

    def state(self, id: str, **keys: Any) -> Builder:
        """A variable of the world: values=[…] or from_ and to, start."""
        return self._named("state", id, _keys(keys))

    def formula(self, id: str, equals: float | str | bool, **keys: Any) -> Builder:
        """A formula by name, for others to mention: the formula, name, because, note."""
        return self._named("formulas", id, {"equals": equals, **_keys(keys)})

    def stage(self, id: str, **keys: Any) -> Builder:
        """A choice (by, choose) or a chance event (chance), with when, set, cost, end, seen_by, seen_as."""
        return self._listed("stages", stage(id, **keys))

    def together(self, *stages: Entry) -> Builder:
        """Stages made simultaneously, each from `stage(…)`."""
        return self._listed("stages", together(*stages))

    def repeat(self, times: int, *stages: Entry) -> Builder:
        """Stages played several times, each from `stage(…)` or `together(…)`."""
        return self._listed("stages", {"repeat": times, "stages": list(stages)})

    def outcome(self, id: str, **keys: Any) -> Builder:
        """A way the crisis can end: name, payoffs, because, note."""
        return self._named("outcomes", id, _keys(keys))

    def group(self, id: str, endings: list[str], **keys: Any) -> Builder:
        """Several endings under one name: name, axis."""
        return self._named("groups", id, {"endings": endings, **_keys(keys)})

    def preference(self, actor: str, ranking: str | Entry) -> Builder:
        """An actor's ranking of the outcomes, "best > … > worst", or a ranking for each value of a private variable."""
        return self._named("preferences", actor, ranking)

    def at_the_end(self, *entries: str | Entry) -> Builder:
        """The outcome when the stages run out, or {"when": …, "outcome": …} taken in order, the last without `when`."""
        self._sections["finally"] = (
            entries[0]
            if len(entries) == 1 and isinstance(entries[0], str)
            else [{"outcome": entry} if isinstance(entry, str) else entry for entry in entries]
        )
        return self

    def reading(self, id: str, when: str | bool, **keys: Any) -> Builder:
        """A hypothesis about what somebody privately is or wants: name, because, note."""
        return self._named("readings", id, {"when": when, **_keys(keys)})

    def observation(self, stage: str, move: str | float, **keys: Any) -> Builder:
        """Something that was actually seen: date, known, round, name, because, note."""
        return self._listed("timeline", {"stage": stage, "move": move, **_keys(keys)})

    def ended(self, ending: str, **keys: Any) -> Builder:
        """The ending that really came, or a group of them: date, rule, because, note."""
        self._sections["ended"] = {"ending": ending, **_keys(keys)}
        return self

    def base_rate(self, shares: Mapping[str, float], **keys: Any) -> Builder:
        """The share of a reference class that ended in each ending or group of them: because, note."""
        self._sections["base_rate"] = {**shares, **_keys(keys)}
        return self

    def question(self, id: str, **keys: Any) -> Builder:
        """A quantity varied over a range: vary, from_, to, steps, show, given."""
        return self._listed("questions", {"id": id, **_keys(keys)})

    def claim(self, id: str, **keys: Any) -> Builder:
        """Somebody's causal claim: says, by, raise_ or compare, expect, of, given."""
        return self._listed("claims", {"id": id, **_keys(keys)})

    def scenario(self, id: str, **keys: Any) -> Builder:
        """A named change: set, forbid, force, prior."""
        return self._named("scenarios", id, _keys(keys))

    def rationality(self, precision: float | str | Entry) -> Builder:
        """Sets the precision of the players' best responses: λ, a distribution, or "limit"."""
        self._sections["rationality"] = precision
        return self

    def build(self, name: str = "case") -> Crisis:
        """The crisis. Raises CaseError with all problems, each with its path instead of a line."""
        empty: Entry = {"actors": {}, "stages": [], "outcomes": {}}
        if self._twice.problems:
            raise CaseError(self._twice.problems)
        return case_from(name=name, **{**empty, **self._sections})

    def _named(self, section: str, id: str, entry: Any) -> Builder:
        entries: Entry = self._sections.setdefault(section, {})
        if id in entries:
            self._twice.error((section, id), f"duplicate key `{id}`", "it is there already: keep one of the two")
        entries[id] = entry
        return self

    def _listed(self, section: str, entry: Entry) -> Builder:
        self._sections.setdefault(section, []).append(entry)
        return self


def _keys(keys: Entry) -> Entry:
    return {key.removesuffix("_"): value for key, value in keys.items() if value is not None}


class _Plain:
    """Makes dictionaries, lists and scalars of whatever Python values a case was built from."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.count = 0

    def of(self, value: Any, path: Path) -> Any:
        self.count += 1
        if len(path) > DEEPEST_TREE or self.count > MOST_FILE_NODES:
            if not self.ledger.problems:
                self.ledger.error(
                    path[:4], "nested too deeply, or too long", "a case is a briefing of some hundred lines"
                )
            return None
        if isinstance(value, dict):
            return {str(key): self.of(each, (*path, str(key))) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.of(each, (*path, n)) for n, each in enumerate(value)]
        if isinstance(value, date):
            return value.isoformat()[:10]
        if value is None or isinstance(value, bool | str):
            return value
        return self.number(value, path)

    def number(self, value: Any, path: Path) -> Any:
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError):
            self.ledger.error(
                path, f"a {type(value).__name__} has no place in a case", "use numbers, texts, lists and dictionaries"
            )
            return None
        if not abs(number) < float("inf"):
            self.ledger.error(path, f"`{number}` is not a finite number", "write a number such as 0.5 or 1e6")
        return int(value) if isinstance(value, int) else number
