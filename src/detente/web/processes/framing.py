"""Messages between the laboratory and its processes: JSON, each after its length, over a socket that both ends hold."""

from __future__ import annotations

import json
import socket
import struct
from asyncio import IncompleteReadError, StreamReader
from typing import Any

LONGEST_FRAME = 256_000_000
"""Bytes of one message at most; what says to be longer is no message."""

_LENGTH = struct.Struct(">I")

Frame = dict[str, Any]


class BrokenFrameError(Exception):
    """Something that is no message, or half of one."""


def packed(frame: Frame) -> bytes:
    """A message as it is sent. Numbers that JSON does not have, such as NaN, are no part of one: raises ValueError."""
    body = json.dumps(frame, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8", "replace")
    return _LENGTH.pack(len(body)) + body


async def read_frame(reader: StreamReader) -> Frame | None:
    """The next message, None at the end. Raises BrokenFrameError."""
    try:
        (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
        if length > LONGEST_FRAME:
            raise BrokenFrameError
        return _frame(await reader.readexactly(length))
    except (IncompleteReadError, ConnectionError):
        return None


def receive(held: socket.socket) -> Frame | None:
    """The next message, waited for; None at the end. Raises BrokenFrameError."""
    head = _exactly(held, _LENGTH.size)
    if head is None:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > LONGEST_FRAME:
        raise BrokenFrameError
    body = _exactly(held, length)
    return None if body is None else _frame(body)


def _exactly(held: socket.socket, count: int) -> bytes | None:
    parts: list[bytes] = []
    while count:
        try:
            part = held.recv(min(count, 1 << 20))
        except ConnectionError:
            return None
        if not part:
            return None
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _frame(body: bytes) -> Frame:
    try:
        found = json.loads(body)
    except ValueError as error:
        raise BrokenFrameError from error
    if not isinstance(found, dict):
        raise BrokenFrameError
    return found
