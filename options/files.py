"""Files that the user names: read whole, written whole or not at all, and one line for whatever is wrong with them."""

import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ..errors import UsageError

__all__ = ["check_apart", "check_writable", "read", "write"]


def read(name: str) -> bytes:
    """The bytes of a file; ``-`` is standard input."""
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {name}: {error.strerror or error}") from None


def check_writable(option: str, name: str | None) -> None:
    """Complain now, and not after the run, where `name` cannot become a file."""
    if name is None:
        return
    path = Path(name)
    if not path.parent.is_dir():
        raise UsageError(f"{option} {name}: there is no folder {path.parent}")
    if path.is_dir():
        raise UsageError(f"{option} {name}: that is a folder")
    if path.exists() and not path.is_file():
        return  # /dev/stdout and pipes
    try:
        tempfile.TemporaryFile(dir=path.parent).close()
    except OSError as error:
        raise UsageError(f"{option} {name}: cannot write in {path.parent}: {error.strerror or error}") from None


def check_apart(files: Mapping[str, str | None]) -> None:
    """Complain where two of the files, by what they are called, are the same: one would take the other's place."""
    seen: dict[Path, str] = {}
    for what, name in files.items():
        if name is None or name == "-" or not (Path(name).is_file() or not Path(name).exists()):
            continue
        other = seen.setdefault(Path(name).resolve(), what)
        if other != what and not other.endswith(" itself"):
            raise UsageError(f"{other} and {what} are the same file, {name}: one would be lost")


def write(name: str, content: bytes) -> None:
    """Replace the file in one step: nobody ever reads half of it."""
    path = Path(name)
    if path.exists() and not path.is_file():  # /dev/stdout and pipes are written to, not replaced
        _write_through(path, content)
        return
    temporary = None
    try:
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except OSError as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise UsageError(f"cannot write {name}: {error.strerror or error}") from None


def _write_through(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
