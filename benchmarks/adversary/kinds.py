"""The kinds of fault that version 0.1.0 had, by the input that stands for each, and the part and verdicts that find it.

A kind counts as found where the part, by what it generates, gives one of these verdicts (an empty text: any).
"""

from __future__ import annotations

KINDS: dict[str, tuple[tuple[str, str], ...]] = {
    "name-trap": tuple(
        ("names", each) for each in ("an answer", "a utility", "an ending's probability", "not a logit equilibrium")
    ),
    "min-of-three": (
        ("cases", "asking breaks the program"),
        ("cases", "a warning of a library reaches the user"),
        ("draws", "asking over draws breaks the program"),
        ("draws", "asking changes draws"),
    ),
    "int32-overflow": (("integers", "a utility"), ("integers", "an answer"), ("integers", "not a logit equilibrium")),
    "state-beyond-int32": (("integers", "solving breaks the program"), ("integers", "a case breaks the program")),
    "negative-rationality": (("laws", "a rationality below zero"),),
    "belief-underflow": (("far", "an answer"),),
    "within-tail": (("laws", "a law is cut where nothing of it lies"), ("laws", "a truncated law's median")),
    "one-unthinkable-move": (("scales", "a worse move is made in the limit"),),
    "huge-payoffs, tiny-payoffs": (
        ("games", "no answer, and exit code 0"),
        ("games", "a worse move is made at a scale"),
    ),
    "set-numbers": (("games", "numbers of information sets"),),
    "same-move-names": (("games", "moves of one name are thrown together"),),
    "chance-decimals": (("games", "pygambit does not read an export"),),
    "together-knows": (("cases", "knows tells what is not so"), ("scales", "knows tells what is not so")),
    "points-60": (("sizes", "another equilibrium by size alone, in silence"),),
    "chance-from-to": (("review", "a numeric chance is read as branches"),),
    "hollow": (("review", "an idle part is passed over in silence"),),
    "watch-past": (("review", "watch lists what is past"),),
    "terminal-escapes": (("terminal", "a control character is printed"), ("terminal", "a line is forged")),
    "truncated-file": (("mutants", "a text breaks the reader"),),
    "forged-import": (("damaged", "an import changes a study that is there"),),
    "zero-draw-block": (("damaged", "a damaged study: it hangs"),),
}


def found(kinds: dict[str, dict[str, int]]) -> dict[str, list[str]]:
    """[input] which parts found its kind; kinds: how often each wrong verdict was given, by part."""
    table: dict[str, list[str]] = {}
    for name, options in KINDS.items():
        table[name] = [
            f"{part}: {verdict} ({count}×)"
            for part, wanted in options
            for verdict, count in kinds.get(part, {}).items()
            if not wanted or verdict == wanted
        ]
    return table
