"""A page that is one file, taken apart: its style and its script beside it, for a policy that allows none within."""

from __future__ import annotations

import re
from dataclasses import dataclass

_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>\s*')
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_OWN_STYLE = re.compile(r'(<[a-z][^<>]*?)\sstyle="([^"<>]*)"')


@dataclass(frozen=True)
class SplitPage:
    """A page and its parts. whole: as it was; name: of the case."""

    whole: str
    page: str
    style: str
    script: str
    name: str


def split(whole: str, name: str, id: str) -> SplitPage:
    """The report of a study taken apart. What a single element looks like becomes a rule of the style sheet."""
    looks: dict[str, int] = {}

    def look(match: re.Match[str]) -> str:
        number = looks.setdefault(match[2], len(looks))
        return f'{match[1]} data-look="{number}"'

    style, script = (found[1] if (found := each.search(whole)) else "" for each in (_STYLE, _SCRIPT))
    page = _SCRIPT.sub("", _STYLE.sub("", _POLICY.sub("", whole)))
    page = _OWN_STYLE.sub(look, page)
    rules = "\n".join(f'[data-look="{number}"] {{ {text} }}' for text, number in looks.items())
    links = f'<link rel="stylesheet" href="/study/{id}/report.css">\n<link rel="stylesheet" href="/static/report.css">'
    links += f'\n<script defer src="/study/{id}/report.js"></script>\n</head>'
    bar = (
        '<p class="leave"><a href="/">Détente</a> '
        f'<a href="/api/studies/{id}/report" download>The report as a file</a> '
        f'<a href="/api/studies/{id}/everything" download>Report, tables, case and study in one file</a></p>'
    )
    page = page.replace("</head>", links, 1)
    page = re.sub(r"(<body[^>]*>)", lambda found: found[1] + bar, page, count=1)
    return SplitPage(whole, page, f"{style}\n{rules}\n", script, name)
