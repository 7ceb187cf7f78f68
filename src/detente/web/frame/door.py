"""The door of the laboratory: who may come in, by a secret address or a password, and the mark that lets them stay."""

from __future__ import annotations

import hmac
import os
import secrets
import socket
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
"""Names under which a laboratory that only this machine reaches is spoken to."""

_BYTES = 32


def state_folder() -> Path:
    """The folder in which the laboratory keeps what outlives it, private to the user."""
    if home := os.environ.get("XDG_STATE_HOME"):
        return Path(home) / "detente" / "lab"
    if os.name == "nt" and (local := os.environ.get("LOCALAPPDATA")):
        return Path(local) / "detente" / "lab"
    return Path.home() / ".local" / "state" / "detente" / "lab"


@dataclass(frozen=True)
class Door:
    """A laboratory's address and its secrets.

    key: the secret of the address, new at every start. mark: the value of the cookie, the same after a restart, so
    that pages that are open go on. password: asked for where other machines reach the laboratory; else empty.
    """

    port: int
    host: str = LOOPBACK[0]
    password: str = field(default="", repr=False)
    key: str = field(default_factory=lambda: secrets.token_urlsafe(_BYTES), repr=False)
    mark: str = field(default_factory=lambda: secrets.token_urlsafe(_BYTES), repr=False)

    @property
    def loopback(self) -> bool:
        """True where only this machine reaches the laboratory."""
        return is_loopback(self.host)

    @property
    def cookie(self) -> str:
        """The name of the cookie: cookies are shared by all ports of a machine, and two laboratories may be open."""
        return f"detente-{self.port}"

    @property
    def address(self) -> str:
        """The address to open, with its secret; with a password there is none in it."""
        shown = self.host if self.loopback else "127.0.0.1"
        return f"http://{shown}:{self.port}/" + ("" if self.password else f"?key={self.key}")

    def knows(self, host: str) -> bool:
        """True where the laboratory is spoken to by a name of its own.

        A page elsewhere can let its own name point to this machine; it is then told by that name.
        """
        name, _, port = host.rpartition(":")
        if not name or not port.isdecimal():
            name, port = host, "80"
        if int(port) != self.port:
            return False
        return name in LOOPBACK or (not self.loopback and (_is_number(name) or name.lower() in own_names()))

    def opens(self, key: str) -> bool:
        """True where the secret of an address is right."""
        return not self.password and hmac.compare_digest(key.encode(), self.key.encode())

    def admits(self, password: str) -> bool:
        """True where a password is right."""
        return bool(self.password) and hmac.compare_digest(password.encode(), self.password.encode())

    def stays(self, mark: str) -> bool:
        """True where a cookie is right."""
        return hmac.compare_digest(mark.encode("utf-8", "replace"), self.mark.encode())


def is_loopback(host: str) -> bool:
    """True where a host is this machine's own loopback."""
    try:
        return host in LOOPBACK or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def own_names() -> set[str]:
    """Names by which other machines may know this one."""
    name = socket.gethostname().lower()
    return {name, f"{name}.local", socket.getfqdn().lower()}


def _is_number(name: str) -> bool:
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def kept_mark(port: int) -> str:
    """The cookie's value for a port, made once and kept in a file of the user's; new where it cannot be kept."""
    path = state_folder() / f"mark-{port}"
    try:
        known = path.read_text("utf-8").strip()
        if len(known) >= _BYTES:
            return known
    except OSError:
        pass
    mark = secrets.token_urlsafe(_BYTES)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(mark)
    except OSError:
        pass
    return mark
