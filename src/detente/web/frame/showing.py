"""Pages from templates: everything in them is text unless a template says otherwise."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

STATIC = Path(__file__).parents[1] / "static"
"""The folder of scripts, styles and pictures."""


def shown(template: str, **what: Any) -> str:
    """A template filled in."""
    return _environment().get_template(template).render(**what)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("detente.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["static"] = static  # pyright: ignore[reportArgumentType]
    return environment


@cache
def static(name: str) -> str:
    """The address of a file of the static folder; another one once the file is another, so that it can be kept."""
    digest = sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?{digest}"
