"""Files and folders are written whole or not at all, and a full disk is told by its folder."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp, mkstemp

from detente.errors import DiskError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def write_atomically(path: Path, content: bytes) -> Path:
    """Write to a temporary file beside `path`, then rename it over; the folder is made if need be."""
    with replacing(path) as temporary, temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return path


@contextmanager
def replacing(path: Path) -> Generator[Path]:
    """Yield an empty temporary file beside `path`, which is renamed over it at the end, or removed on an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    try:
        yield Path(name)
        # Temporary files are private to their owner; a result is as readable as any file of this user.
        os.chmod(name, 0o666 & ~_mask())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextmanager
def disk(folder: str | Path, what: str, otherwise: str = "") -> Generator[None]:
    """Say which folder is on a full disk while something is written there. Raises DiskError.

    what: the thing that is written. otherwise: what helps beside freeing space. Within another of these the outer one
    tells it, by the folder that its caller named.
    """
    try:
        yield
    except (OSError, DiskError) as found:
        error = found.__cause__ if isinstance(found, DiskError) else found
        if not isinstance(error, OSError) or (error.errno not in _FULL and "No space left" not in str(error)):
            raise
        place = Path(folder).absolute()
        limit = "a file there may not grow any more" if error.errno == errno.EFBIG else f"the disk of {place} is full"
        raise DiskError(
            f"{what} cannot be written to {place}: {limit}. Free some space{f'; {otherwise}' if otherwise else ''}"
        ) from error


@contextmanager
def whole_folder(folder: Path, parts: Sequence[str] = ()) -> Generator[Path]:
    """Yield an empty folder beside or in `folder`, whose content takes its place there at the end, or vanishes.

    A folder that is not there yet comes into being whole. In one that is there, what was written replaces what has the
    same name, each by one renaming on the same disk; parts: files that are removed unless they were written anew,
    because they belong to what is replaced.
    """
    new = not folder.exists()
    around = folder.absolute().parent if new else folder.absolute()
    around.mkdir(parents=True, exist_ok=True)
    staging = Path(mkdtemp(dir=around, prefix=f".{folder.absolute().name}."))
    try:
        yield staging
        os.chmod(staging, 0o777 & ~_mask())
        if new and not folder.exists():
            os.replace(staging, folder)
            return
        for name in parts:
            if not (staging / name).exists():
                (folder / name).unlink(missing_ok=True)
        for path in sorted(staging.rglob("*")):
            target = folder / path.relative_to(staging)
            if path.is_dir():
                target.mkdir(exist_ok=True)
            else:
                os.replace(path, target)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
