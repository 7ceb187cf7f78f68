"""The way to a model: an address that speaks as OpenAI's do, or a command that reads a request and prints an answer.

Nothing else of the package opens a connection. Redirects are refused, so that a text goes to the named address only.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from detente.errors import RequestError

LONGEST_ANSWER = 1_000_000
KEY_VARIABLE = "DETENTE_MODEL_KEY"
"""Environment variable with the key that an address asks for; it is sent to that address and kept nowhere."""
_SECONDS = 180
_PATH = "/chat/completions"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def is_address(model: str) -> bool:
    """True where a model is an address and no command."""
    return model.lower().startswith(("http://", "https://"))


def recipient(model: str) -> str:
    """Whoever a request goes to, as a user is told before."""
    if not is_address(model):
        return f"the command `{model}`"
    parts = urlsplit(model)
    return f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}"


def answer_to(request: dict[str, Any], model: str) -> str:
    """The words that a model answers with. Raises RequestError where it cannot be reached or answers otherwise."""
    body = json.dumps(request, ensure_ascii=False).encode("utf-8", "replace")
    if not is_address(model):
        return _from_command(body, model)
    reply = _posted(body, model)
    try:
        words = json.loads(reply)["choices"][0]["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError):
        raise RequestError(f"{recipient(model)} answers, but not as an OpenAI-compatible address does") from None
    if not isinstance(words, str):
        raise RequestError(f"{recipient(model)} answers without words")
    return words


def _posted(body: bytes, model: str) -> bytes:
    address = model.rstrip("/") if model.rstrip("/").endswith(_PATH) else model.rstrip("/") + _PATH
    headers = {"Content-Type": "application/json"}
    if key := os.environ.get(KEY_VARIABLE):
        headers["Authorization"] = f"Bearer {key}"
    opener = urllib.request.build_opener(_NoRedirect)
    try:
        with opener.open(urllib.request.Request(address, body, headers), timeout=_SECONDS) as reply:
            return _bounded(reply.read(LONGEST_ANSWER + 1), model)
    except urllib.error.HTTPError as error:
        raise RequestError(f"{recipient(model)} refuses: {error.code} {error.reason}") from None
    except (OSError, ValueError) as error:
        raise RequestError(f"{recipient(model)} cannot be reached: {getattr(error, 'reason', error)}") from None


def _bounded(answer: bytes, model: str) -> bytes:
    if len(answer) > LONGEST_ANSWER:
        raise RequestError(f"{recipient(model)} answers with more than {LONGEST_ANSWER:,} bytes")
    return answer


def _from_command(body: bytes, command: str) -> str:
    """The output of a command that gets the request on its standard input; no shell reads the line."""
    try:
        words = shlex.split(command)
        done = subprocess.run(words, input=body, capture_output=True, timeout=_SECONDS, check=False)
    except (OSError, ValueError, IndexError, subprocess.TimeoutExpired) as error:
        raise RequestError(f"the command `{command}` does not run: {error}") from None
    if done.returncode:
        raise RequestError(f"the command `{command}` ends with exit code {done.returncode}")
    return _bounded(done.stdout, command).decode("utf-8", "replace")
