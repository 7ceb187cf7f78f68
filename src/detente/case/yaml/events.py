"""A YAML text as a parser's events: by the fast parser in C where it is installed, else by the one in Python.

Only events are taken from either library; nothing that stands in the file is made into an object by them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

_LONGEST_SECOND_TRY = 100_000
"""The parser in Python knows YAML 1.2 to the letter, and takes a second for so many characters."""


class BadYamlError(Exception):
    """A text that is no YAML: the parser's words, and where in the text it gave up (`context` where it began)."""

    def __init__(self, error: Any) -> None:
        super().__init__(str(error))
        self.problem, self.context = str(getattr(error, "problem", "")), str(getattr(error, "context", ""))
        self.mark: Any = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        self.context_mark: Any = getattr(error, "context_mark", None)


def parsed(text: str, take: Callable[[Iterator[Any]], None]) -> None:
    """Give the text's events to `take`; a second time from the start if the first parser was too narrow.

    Raises BadYamlError where the text is no YAML for either.
    """
    try:
        take(_fast(text))
    except BadYamlError as first:
        if len(text) > _LONGEST_SECOND_TRY:
            raise
        try:
            take(_slow(text))
        except BadYamlError:
            raise first from None
    except ImportError:
        take(_slow(text))


def _fast(text: str) -> Iterator[Any]:
    from yaml import YAMLError
    from yaml.cyaml import CParser  # pyright: ignore[reportAttributeAccessIssue]

    try:
        parser: Any = CParser(text)
        while parser.check_event():
            yield parser.get_event()
    except YAMLError as error:
        raise BadYamlError(error) from None


def _slow(text: str) -> Iterator[Any]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        yield from YAML(typ="safe", pure=True).parse(text)  # pyright: ignore[reportArgumentType]
    except YAMLError as error:
        raise BadYamlError(error) from None
