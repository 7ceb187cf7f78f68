"""Changing a case in place: the pieces of text that add, remove or change an entry, and leave every other byte.

Nothing here knows a key of the language: an entry is written as its neighbours are (in braces, or line by line), and
what may stand at a path follows from the records of the document.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

from detente.case.editing.records import standing
from detente.case.editing.splices import Piece
from detente.case.editing.spots import (
    colon_after,
    end_of,
    in_flow,
    item_end,
    item_start,
    line_end,
    line_start,
    next_line,
    pair_end,
    skipped,
    spot_of,
)
from detente.case.form.document import CaseDocument
from detente.case.form.register import Path
from detente.case.written_back.write import flow_text, item_lines, pair_lines
from detente.case.yaml.nodes import Document, Listing, Mapping, Node, Scalar, node_at, plain
from detente.errors import RequestError


def shown(path: Path) -> str:
    """A path as people read it: `stages[2].choose.accept`."""
    words = ""
    for step in path:
        words += f"[{step}]" if isinstance(step, int) else f".{step}" if words else str(step)
    return words or "the case"


def added(document: Document, path: Path, value: Any, before: str | None = None) -> list[Piece]:
    """Pieces that add an entry. Raises RequestError where it is there, or where no such thing can stand.

    before: the key of the mapping before which the new one stands; the last by default. In a list the position says it.
    """
    holder_path, step = path[:-1], path[-1]
    holder = node_at(document.root, holder_path)
    if isinstance(holder, Mapping) and isinstance(step, str):
        if step in holder.keys:
            raise RequestError(f"`{shown(path)}` is there already: change it, or choose another name")
        return list(_put_key(document, holder, path, value, before))
    if isinstance(holder, Listing) and isinstance(step, int):
        if not 0 <= step <= len(holder.items):
            raise RequestError(f"`{shown(holder_path)}` has {len(holder.items)} items: there is no place {step}")
        return list(_put_item(document, holder, path, value))
    if not holder_path:
        raise RequestError(f"a case has no `{step}`")
    inner: Any = [value] if isinstance(step, int) else {step: value}
    if holder is None:
        return added(document, holder_path, inner)
    if isinstance(holder, Scalar):
        return changed(document, holder_path, _opened(holder, holder_path, inner))
    raise RequestError(f"`{shown(holder_path)}` is {'a list' if isinstance(holder, Listing) else 'a mapping'}")


def _opened(holder: Scalar, path: Path, inner: Any) -> Any:
    """A bare value as the mapping or the list that it stands for, with something more in it."""
    if holder.value is None:
        return inner
    if isinstance(inner, list):
        bare = standing((*path, 0)).bare
        first = {bare[0]: holder.value} if bare and not standing((*path, 0)).plain else holder.value
        return [first, *inner]
    bare = standing(path).bare
    if not bare:
        raise RequestError(f"`{shown(path)}` is a single value, which holds nothing")
    return {bare[0] if isinstance(holder.value, str) else bare[-1]: holder.value, **inner}


def removed(document: Document, path: Path) -> list[Piece]:
    """Pieces that remove an entry; the last of a holder takes it along where nothing requires the holder."""
    if spot_of(document, path) is None or not path:
        raise RequestError(f"nothing stands at {shown(path)}")
    holder_path, step = path[:-1], path[-1]
    holder = node_at(document.root, holder_path)
    count = len(holder.keys) if isinstance(holder, Mapping) else len(holder.items) if isinstance(holder, Listing) else 0
    if count > 1:
        return list(_cut(document, holder, [step]))
    key = standing(holder_path).key
    if holder_path and key is not None and not key.required and isinstance(holder_path[-1], str):
        return removed(document, holder_path)
    return changed(document, holder_path, {} if isinstance(holder, Mapping) else [])


def changed(document: Document, path: Path, value: Any) -> list[Piece]:
    """Pieces that make what stands at a path say something else; parts that stay alike are left as they are."""
    node = node_at(document.root, path)
    if node is None:
        raise RequestError(f"nothing stands at {shown(path)}")
    return list(_differing(document, path, node, value))


def _differing(document: Document, path: Path, node: Node, value: Any) -> Iterator[Piece]:
    if isinstance(node, Mapping) and isinstance(value, dict) and _in_order(node, value):
        yield from _keys_differing(document, path, node, value)
    elif isinstance(node, Listing) and isinstance(value, list) and value and node.items:
        yield from _items_differing(document, path, node, value)
    elif not _alike(plain(node), value):
        yield from _written(document, path, value)


def _in_order(node: Mapping, value: dict[str, Any]) -> bool:
    """True where two mappings say something, and what is in both stands in one order."""
    both = [key for key in value if key in node.keys]
    return bool(value and node.keys) and both == [key for key in node.keys if key in value]


def _keys_differing(document: Document, path: Path, node: Mapping, value: dict[str, Any]) -> Iterator[Piece]:
    """Keys that are new take the place of those that are gone, as `uniform` does that of `value`."""
    old, new = list(node.keys), list(value)
    gone: list[str] = []
    for _, first, last, begin, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        for was, key in zip(old[first:last], new[begin:end], strict=False):
            if was != key:
                written = node.keys[was]
                yield Piece(written.start.at, written.end.at, flow_text(key))
            yield from _differing(document, (*path, was), node.values[was], value[key])
        both = min(last - first, end - begin)
        gone += old[first + both : last]
        before = old[last] if last < len(old) else None
        for key in new[begin + both : end]:
            yield from _put_key(document, node, (*path, key), value[key], before)
    yield from _cut(document, node, gone)


def _items_differing(document: Document, path: Path, node: Listing, value: list[Any]) -> Iterator[Piece]:
    """Items that stay at the beginning and at the end are left alone; between, items are changed, cut and put in."""
    old = [plain(item) for item in node.items]
    shorter = min(len(old), len(value))
    head = next((n for n in range(shorter) if not _alike(old[n], value[n])), shorter)
    tail = next((n for n in range(shorter - head) if not _alike(old[-1 - n], value[-1 - n])), shorter - head)
    both = shorter - head - tail
    for n in range(head, head + both):
        yield from _differing(document, (*path, n), node.items[n], value[n])
    yield from _cut(document, node, list(range(head + both, len(old) - tail)))
    for each in value[head + both : len(value) - tail]:
        yield from _put_item(document, node, (*path, len(old) - tail), each)


def _alike(one: Any, two: Any) -> bool:
    """True where two values say the same: the order of keys counts, and `1` is not `true`."""
    if isinstance(one, dict) and isinstance(two, dict):
        return list(one) == list(two) and all(_alike(one[key], two[key]) for key in one)
    if isinstance(one, list) and isinstance(two, list):
        return len(one) == len(two) and all(map(_alike, one, two))
    return type(one) is type(two) and one == two


def _written(document: Document, path: Path, value: Any) -> Iterator[Piece]:
    """A value written anew in place of the old."""
    text = document.text
    if not path:
        raise RequestError("a case is changed section by section")
    holder, step, spot = node_at(document.root, path[:-1]), path[-1], spot_of(document, path)
    assert spot is not None
    if isinstance(holder, Mapping):
        key, colon = str(step), colon_after(holder.keys[str(step)], text)
        start = holder.values[key].start.at
        start = start if colon <= start <= spot.end else colon  # an alias has its text elsewhere
        if in_flow(document, path):
            missing = ":" if text[colon - 1 : colon] != ":" else ""
            blank = "" if start > colon else " "
            yield Piece(start, max(spot.end, start), missing + blank + (flow_text(value) if value is not None else ""))
        else:
            column = holder.start.column
            whole = _broken(pair_lines(key, value, column, _depth(path)), text)[column:]
            first, newline, rest = whole.partition(_newline(text))
            until_colon = len(pair_lines(key, 0, 0)) - len(" 0")
            yield from _after_colon(text, (colon, start, spot.end), first[until_colon:], newline + rest)
    elif isinstance(holder, Listing):
        start = holder.items[int(step)].start.at if not holder.flow else spot.start
        if holder.flow or not isinstance(value, dict | list):
            yield Piece(max(start, spot.start), spot.end, flow_text(value))
        else:
            lines = item_lines(value, holder.start.column, _list_key(path))
            yield Piece(spot.start, spot.end, _broken(lines, text)[holder.start.column :])


def _after_colon(text: str, old: tuple[int, int, int], first: str, rest: str) -> Iterator[Piece]:
    """The value after a key's colon in a block; a comment behind the key, or behind the old value, stays.

    old: where the colon, the old value and the end of it are. first: what stands on the key's line, rest: lines below.
    """
    colon, start, end = old
    if "\n" in text[colon:start]:  # the old value stands below its key
        yield Piece(colon, colon, first)
        yield Piece(line_end(text, colon), end, rest)
        return
    yield Piece(start if first and end > colon else colon, end, first.lstrip(" ") if start > colon else first)
    if rest:
        yield Piece(line_end(text, end), line_end(text, end), rest)


def _put_key(document: Document, holder: Mapping, path: Path, value: Any, before: str | None) -> Iterator[Piece]:
    """A new key with its value in a mapping."""
    text, key = document.text, str(path[-1])
    if before is not None and before not in holder.keys:
        raise RequestError(f"nothing stands at {shown((*path[:-1], before))}")
    if holder.flow:
        pair = flow_text({key: value})[1:-1]
        pair = pair.removesuffix("null") if value is None else pair
        yield _among(pair, *_flow_place(holder, before, text))
        return
    column = holder.start.column
    lines = _broken(pair_lines(key, value, column, _depth(path)), text)
    if len(path) == 1:
        yield _section(document, lines, key)
    elif before is not None:
        start = holder.keys[before].start.at
        if text[line_start(text, start) : start].strip():  # behind a dash
            yield Piece(start, start, lines[column:] + _newline(text) + " " * column)
        else:
            at = line_start(text, start)
            yield Piece(at, at, lines + _newline(text))
    else:
        yield _below(text, end_of(holder, text), lines)


def _put_item(document: Document, holder: Listing, path: Path, value: Any) -> Iterator[Piece]:
    """A new item in a list, before the one that stands at its position."""
    text, position = document.text, int(path[-1])
    last = position >= len(holder.items)
    if holder.flow:
        at = None if last else holder.items[position].start.at
        ends = [item_end(holder, len(holder.items) - 1, text)] if holder.items else []
        yield _among(flow_text(value), at, ends[0] if ends else None, holder.start.at + 1)
        return
    column = holder.start.column
    lines = _broken(item_lines(value, column, _list_key(path)), text)
    if last:
        yield _below(text, end_of(holder, text), lines)
        return
    start = item_start(holder, position, text)
    if text[line_start(text, start) : start].strip():  # a list right behind another dash
        yield Piece(start, start, lines[column:] + _newline(text) + " " * column)
    else:
        at = line_start(text, start)
        yield Piece(at, at, lines + _newline(text))


def _flow_place(holder: Mapping, before: str | None, text: str) -> tuple[int | None, int | None, int]:
    at = None if before is None else holder.keys[before].start.at
    last = pair_end(holder, list(holder.keys)[-1], text) if holder.keys else None
    return at, last, holder.start.at + 1


def _among(words: str, before: int | None, last: int | None, inside: int) -> Piece:
    """New words inside braces or brackets: before a position, else after the last entry, else alone."""
    if before is not None:
        return Piece(before, before, f"{words}, ")
    return Piece(last, last, f", {words}") if last is not None else Piece(inside, inside, words)


def _below(text: str, end: int, lines: str) -> Piece:
    """New lines below the line in which something ends, whatever comment stands at that line's end."""
    at = next_line(text, max(end - 1, 0))
    if at == len(text) and not text.endswith("\n"):
        return Piece(at, at, _newline(text) + lines + _newline(text))
    return Piece(at, at, lines + _newline(text))


def _section(document: Document, lines: str, key: str) -> Piece:
    """A new section after those that come before it in the language, apart as the others are."""
    text, root = document.text, document.root
    order = [field.alias or name for name, field in CaseDocument.model_fields.items()]
    rank = order.index(key) if key in order else len(order)
    earlier = [each for each in root.keys if each in order and order.index(each) < rank]
    if not earlier:
        first = line_start(text, next(iter(root.keys.values())).start.at)
        return Piece(first, first, lines + _newline(text))
    gap = _newline(text) * any(
        not text[line_start(text, line_start(text, each.start.at) - 1) : each.start.at].strip()
        for each in list(root.keys.values())[1:]
    )
    return _below(text, pair_end(root, earlier[-1], text), gap + lines)


def _cut(document: Document, holder: Node | None, gone: list[Any]) -> Iterator[Piece]:
    """Pieces that take some entries out of a mapping or a list in which others stay."""
    assert isinstance(holder, Mapping | Listing)
    text = document.text
    steps: list[Any] = list(holder.keys) if isinstance(holder, Mapping) else list(range(len(holder.items)))
    spots = {
        step: (holder.keys[step].start.at, pair_end(holder, step, text))
        if isinstance(holder, Mapping)
        else (item_start(holder, step, text), item_end(holder, step, text))
        for step in steps
    }
    if holder.flow:
        yield from _cut_from_flow(text, steps, spots, gone)
        return
    for step in gone:
        start, end = spots[step]
        if not text[line_start(text, start) : start].strip():
            yield Piece(line_start(text, start), next_line(text, max(end - 1, start)), "")
            continue
        stays = next((each for each in steps[steps.index(step) + 1 :] if each not in gone), None)
        follows = steps[steps.index(step) + 1] if step != steps[-1] else None
        if stays is not None and stays == follows and not text[end : spots[stays][0]].strip():
            yield Piece(start, spots[stays][0], "")
        else:
            yield Piece(start, end, "")


def _cut_from_flow(text: str, steps: list[Any], spots: dict[Any, tuple[int, int]], gone: list[Any]) -> Iterator[Piece]:
    """Each entry goes with the comma after it; those at the end go with the comma before them."""
    stay = [step for step in steps if step not in gone]
    last = steps.index(stay[-1]) if stay else -1
    for step in gone:
        start, end = spots[step]
        if steps.index(step) > last:
            continue
        comma = skipped(text, end)
        after = comma + 1
        while after < len(text) and text[after] in " \t":
            after += 1
        yield Piece(start, end, "")
        yield Piece(comma, after, "")
    if stay and stay[-1] != steps[-1]:
        yield Piece(spots[stay[-1]][1], spots[steps[-1]][1], "")


def _depth(path: Path) -> int:
    return min(len(path) - 1, 2)


def _list_key(path: Path) -> str:
    return next((step for step in reversed(path) if isinstance(step, str)), "")


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _broken(lines: str, text: str) -> str:
    return lines.replace("\n", _newline(text))
