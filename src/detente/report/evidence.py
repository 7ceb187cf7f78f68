"""Citations as a reader wants them: the source's title, the sentence's number, what it says, and its own words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from detente.report.blocks import Text
from detente.report.findings import Cited
from detente.report.naming import Names
from detente.report.words import plain


@dataclass(frozen=True)
class Evidence:
    """The case's sources by name and, where their texts are at hand, sentence by sentence."""

    names: Names
    texts: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])

    def cite(self, cited: Cited) -> Text:
        """One citation, with the sentences themselves where their text is at hand."""
        numbers = f"sentence {cited.first}" if cited.first == cited.last else f"sentences {cited.first}–{cited.last}"
        says = f": {cited.says}" if cited.says else ""
        line = Markup('<span class="cite"><cite>{}</cite>, {}{}</span>').format(
            self.names.source(cited.source), numbers, says
        )
        quoted = plain(" ".join(self.texts.get(cited.source, ())[cited.first - 1 : cited.last]))
        return line + Markup("<q>{}</q>").format(quoted) if quoted else line

    def cite_all(self, citations: Iterable[Cited]) -> list[Text]:
        """Citations one by one."""
        return [self.cite(each) for each in citations]
