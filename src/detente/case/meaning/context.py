"""Context shared by the readers of all sections: the names of the case, its formulas, its evidence."""

from __future__ import annotations

from dataclasses import dataclass, field

from detente.case.form.evidence import CITED_PARTS, Backed, Cited
from detente.case.form.ledger import Ledger, Path
from detente.case.form.numbers import NamedPrivate
from detente.case.form.register import Name
from detente.case.formula.kinds import CONDITION, NUMBER, Wanted
from detente.case.formula.parsing import resolve
from detente.case.formula.scope import May, Scope, StageWords, Vocabulary
from detente.case.spelling.letters import first_odd
from detente.case.spelling.suggest import did_you_mean, listed
from detente.crisis.evidence import DECLARABLE, Citation, Grade, Support
from detente.crisis.expressions import Expression, Number
from detente.errors import Place


@dataclass(slots=True)
class Desk:
    """The ledger and the vocabulary, with the two things that every section does: read formulas, cite sources."""

    ledger: Ledger
    vocabulary: Vocabulary
    sources: frozenset[str]
    scopes: dict[str, Scope] = field(default_factory=dict[str, Scope])

    def formula(self, path: Path, text: str | float | bool, scope: Scope, wanted: Wanted = NUMBER) -> Expression:
        """The tree of the formula at a path; what is wrong with it goes into the ledger."""
        if isinstance(text, float) and wanted is NUMBER:
            return Number(text, self.ledger.place(path))
        expression, _, errors, named = resolve(text, scope, wanted, self.ledger.locator(path))
        for at, names in named:
            self.ledger.register.mention(names, path, at=at, formula=True)
        for error in errors:
            self.ledger.error(path, error.what, error.remedy, at=error.at)
        return expression

    def condition(self, path: Path, text: str | float | bool | None, scope: Scope) -> Expression | None:
        """The tree of a condition, if one is written."""
        return None if text is None else self.formula(path, text, scope, CONDITION)

    def scope(
        self,
        purpose: str,
        may: frozenset[May],
        stage: StageWords | None = None,
        *,
        done: bool = False,
        shape: bool = False,
    ) -> Scope:
        """Scope of a formula with the given purpose: the names that it may mention."""
        return Scope(self.vocabulary, purpose, may, stage=stage, done=done, same_for_every_draw=shape)

    def place(self, path: Path) -> Place | None:
        """Place in the file at which a record begins."""
        return self.ledger.place(path, key=True)

    def support(self, path: Path, entry: Backed | NamedPrivate | None) -> Support:
        """The evidence beside an assumption."""
        if entry is None:
            return Support()
        citations = [self._citation((*path, "because", n), cited) for n, cited in enumerate(entry.because)]
        return Support(tuple(citations), entry.note, self._grade(path, entry))

    def _grade(self, path: Path, entry: Backed | NamedPrivate) -> Grade | None:
        """The grade of support that an entry declares; a source can only give what is cited."""
        if not entry.support:
            return None
        if entry.support not in DECLARABLE:
            what = f"`{entry.support}` is no grade of support"
            self.ledger.error((*path, "support"), what, "write `number`, `direction` or `judgement`")
            return None
        grade = Grade(entry.support)
        if not entry.because and grade is not Grade.JUDGEMENT:
            what = f"`support: {grade}` says that a source gives it, and none is cited"
            self.ledger.error((*path, "support"), what, "cite it with `because`, or write `support: judgement`")
        return grade

    def known(
        self, path: Path, name: str, names: tuple[str, ...], noun: str, *, key: bool = False, of: Name = ()
    ) -> bool:
        """True where a name is one of those declared; otherwise tells the analyst.

        of: the names that lead to the declared ones, where they are values of a variable.
        """
        if name in names:
            register = self.ledger.register
            register.mention([(*of, name)] if of else register.called(name, noun), path, key=key)
            return True
        at = first_odd(name) or 0
        self.ledger.error(path, f"unknown {noun} `{name}`", did_you_mean(name, names, _plural(noun)), key=key, at=at)
        return False

    def moves(self, path: Path, name: str) -> None:
        """Tells where a quantity that shapes the game is to be moved: every value of it is a game of its own."""
        if name in self.vocabulary.structural:
            what = f"`{name}` is structural, and every value of it is a game of its own"
            self.ledger.error(path, what, "compare scenarios that `set` it, or take another quantity")

    def _citation(self, path: Path, cited: Cited) -> Citation:
        self.known((*path, "source"), cited.source, tuple(self.sources), "source")
        written = [part for part in CITED_PARTS if getattr(cited, part) is not None]
        if len(written) != 1:
            what = f"where in `{cited.source}`?" if not written else f"cited by {listed(written)} at once"
            remedy = "write one of `sentence: 4`, `pages: [12, 15]`, `document: 65` and `rows: {column: value}`"
            self.ledger.error(path, what, remedy, key=True)
        first, last = self._numbers((*path, "sentence"), cited.sentence, "sentence") or (0, 0)
        pages = self._numbers((*path, "pages"), cited.pages, "page")
        if cited.rows == {}:
            self.ledger.error((*path, "rows"), "no column is named", "write `rows: {column: value}`")
        rows = tuple(
            (column, tuple(values) if isinstance(values, list) else (values,))
            for column, values in sorted((cited.rows or {}).items())
        )
        place, document = self.place(path), str(cited.document or "")
        return Citation(cited.source, first, last, cited.says, place, pages, document, rows, cited.unverified)

    def _numbers(self, path: Path, written: int | list[int] | None, noun: str) -> tuple[int, int] | None:
        """The first and last number of what is cited; None where it is cited by something else."""
        if written is None:
            return None
        numbers = written if isinstance(written, list) else [written, written]
        if len(numbers) == 2 and 1 <= numbers[0] <= numbers[1]:
            return numbers[0], numbers[1]
        self.ledger.error(
            path,
            f"`{written}` is no {noun} number",
            f"{noun}s count from 1: write `4`, or `[4, 6]` for the fourth to the sixth",
        )
        return 1, 1


def _plural(noun: str) -> str:
    if noun.endswith("y"):
        return noun[:-1] + "ies"
    return noun.replace("value of", "values of").rstrip(":") if noun.startswith("value of") else noun + "s"
