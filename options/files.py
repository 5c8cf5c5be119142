"""Files that the user names: read up to a size limit, written as a whole or not at all; every error is one line."""

import os
import secrets
import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..errors import UsageError, shorten

__all__ = ["LARGE", "SMALL", "check_apart", "check_writable", "read", "read_toml", "write"]

#: Sizes that no file of its kind reaches: configuration and saved responses; results and traces.
SMALL = 64 * 2**20
LARGE = 512 * 2**20


def read(name: str, limit: int = SMALL) -> bytes:
    """The bytes of a file; ``-`` is standard input.

    :raises UsageError: where it cannot be read, or has more bytes than `limit`.
    """
    try:
        if name == "-":
            if sys.stdin is None:
                raise UsageError("standard input is closed")
            content = sys.stdin.buffer.read(limit + 1)
        else:
            with open(name, "rb") as file:
                content = file.read(limit + 1)
    except OSError as error:
        raise UsageError(f"cannot read {name}: {error.strerror or error}") from None
    except ValueError as error:  # a NUL in the name
        raise UsageError(f"cannot read {name}: {error}") from None
    if len(content) > limit:
        raise UsageError(f"{name} is larger than {limit >> 20} MiB, which no file of this kind is")
    return content


def read_toml(name: str, content: bytes) -> dict[str, Any]:
    """The table in the content of a TOML file.

    :raises UsageError: where it is not TOML, or nothing that anybody would write by hand.
    """
    try:
        return tomllib.loads(content.decode())
    except UnicodeDecodeError as error:
        raise UsageError(f"{name} is not TOML: byte {error.start} is not UTF-8") from None
    except RecursionError:
        raise UsageError(f"{name} is nested too deeply") from None
    except ValueError as error:  # TOMLDecodeError, and integers of thousands of digits
        raise UsageError(f"{name} is not TOML: {shorten(str(error))}") from None


def check_writable(option: str, name: str | None) -> None:
    """Complain now, and not after the run, where `name` cannot become a file."""
    if name is None:
        return
    path = Path(name)
    try:
        if path.is_dir():
            raise UsageError(f"{option} {name} is a folder, not a file")
        target = Path(os.path.realpath(path))
        if not target.parent.is_dir():
            raise UsageError(f"{option} {name}: the folder {target.parent} does not exist")
        if target.exists() and not target.is_file():
            return  # /dev/stdout and pipes
        temporary = _temporary(target)
        temporary.unlink()
    except UsageError:
        raise
    except OSError as error:
        raise UsageError(f"{option} {name}: cannot write in {path.parent}: {error.strerror or error}") from None
    except ValueError as error:
        raise UsageError(f"{option} {name}: {error}") from None


def check_apart(files: Mapping[str, str | None]) -> None:
    """Complain where two of the files, by what they are called, are the same: one would replace the other."""
    seen: dict[Path, str] = {}
    for what, name in files.items():
        if name is None or name == "-" or not (Path(name).is_file() or not Path(name).exists()):
            continue
        other = seen.setdefault(Path(name).resolve(), what)
        if other != what and not other.endswith(" itself"):
            raise UsageError(f"{other} and {what} are the same file, {name}: one would be lost")


def write(name: str, content: bytes | Iterable[bytes]) -> None:
    """Replace the file in one step, so that nobody ever reads half of it. A link stays a link, and the file keeps its mode.

    The content may come in pieces, so that they need not all be in memory at once.
    """
    path = Path(os.path.realpath(name))
    temporary = None
    try:
        if path.exists() and not path.is_file():  # /dev/stdout and pipes are written to, not replaced
            _write(path, content)
            return
        temporary = _temporary(path)
        _write(temporary, content)
        if path.exists():
            os.chmod(temporary, path.stat().st_mode & 0o7777)
        os.replace(temporary, path)
    except OSError as error:
        raise UsageError(f"cannot write {name}: {error.strerror or error}") from None
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _write(path: Path, content: bytes | Iterable[bytes]) -> None:
    with path.open("wb") as file:
        file.writelines([content] if isinstance(content, bytes) else content)


def _temporary(path: Path) -> Path:
    """A new file beside the path, with the mode that new files of this process have."""
    temporary = path.with_name(f".{path.name[:200]}.{secrets.token_hex(8)}")
    os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    return temporary
