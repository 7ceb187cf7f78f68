"""The address of a Dask scheduler, tried before anything is solved."""

from __future__ import annotations

import re
import socket

from detente.errors import RequestError, StudyError

_KNOCK = 5.0
"""Seconds that a scheduler's machine has to take a connection; one that refuses says so at once."""

_ADDRESS = re.compile(r"(?:(tcp|tls|ws|wss)://)?(\[[0-9A-Fa-f:.]+\]|[^\s:/@\[\]]+):([0-9]{1,5})/?")


def knock(address: str) -> None:
    """Raise RequestError for what is no address of a scheduler, StudyError where nobody is there."""
    if address.startswith("inproc://"):  # within this process
        return
    found = _ADDRESS.fullmatch(address)
    if found is None or not 0 < int(found[3]) < 2**16:
        raise RequestError(f"a cluster's address is tcp://HOST:PORT, such as tcp://10.0.0.1:8786; got {address!r}")
    try:
        socket.create_connection((found[2].strip("[]"), int(found[3])), timeout=_KNOCK).close()
    except (OSError, UnicodeError) as error:
        reason = "no machine has that name" if isinstance(error, (socket.gaierror, UnicodeError)) else str(error)
        raise StudyError(f"no Dask scheduler answers at {address}: {reason}") from error
