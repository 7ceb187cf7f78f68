"""Citations as a reader wants them: the source's title, the sentence's number, what it says, and its own words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from detente.case.sources import check_sources, cited_text
from detente.crisis.evidence import Citation
from detente.errors import CaseError
from detente.report.blocks import Text
from detente.report.naming import Names
from detente.report.words import plain


@dataclass(frozen=True)
class Evidence:
    """Citations of a case; with the folder that holds its sources' texts, the cited sentences themselves too."""

    names: Names
    texts: Path | None = None

    def checked(self) -> Evidence:
        """The evidence itself, once every citation fits the texts. Raises CaseError for a citation that does not."""
        problems = check_sources(self.names.crisis, self.texts) if self.texts else []
        if problems:
            raise CaseError(problems)
        return self

    def cite(self, citation: Citation) -> Text:
        """One citation, with the sentences themselves where their text is at hand."""
        says = f": {plain(citation.says)}" if citation.says else ""
        line = Markup('<span class="cite"><cite>{}</cite>, {}{}</span>').format(
            self.names.source(citation.source), plain(citation.part), says
        )
        quoted = plain(cited_text(self.names.crisis, self.texts, citation)) if self.texts else ""
        return line + Markup("<q>{}</q>").format(quoted) if quoted else line

    def cite_all(self, citations: Iterable[Citation]) -> list[Text]:
        """Citations one by one."""
        return [self.cite(each) for each in citations]
