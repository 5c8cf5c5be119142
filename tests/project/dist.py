"""What is published: which files of the tree belong in the wheel, and whether a built one holds them and works.

    python tests/project/dist.py FOLDER

takes the folder of a wheel that was just built, and installs it in an environment where there is nothing else.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
import venv
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import Any
from zipfile import ZipFile

__all__ = ["FACADE", "PACKAGES", "ROOT", "pyproject", "shipped"]

ROOT = Path(__file__).resolve().parents[2]
FACADE = "src/awscontract"
#: The folders at the root that are installed as sub-packages.
PACKAGES = ("options", "spec", "emulator", "strategies", "conformance", "clients", "cli", "pytest_plugin")


def pyproject() -> dict[str, Any]:
    """The content of pyproject.toml."""
    return tomllib.loads(ROOT.joinpath("pyproject.toml").read_text(encoding="utf-8"))


def shipped() -> dict[str, Path]:
    """Every file that belongs to the package, by its name in a wheel."""
    files = {f"awscontract/{path.name}": path for path in _files(ROOT / FACADE)}
    for package in PACKAGES:
        files |= {f"awscontract/{path.relative_to(ROOT).as_posix()}": path for path in _files(ROOT / package)}
    return files


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not any(part == "__pycache__" or part.startswith(".") for part in parts):
            yield path


def _complaints(wheel: Path) -> Iterator[str]:
    with ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if not fnmatch(PurePosixPath(name).parts[0], "*.dist-info")}
    expected = shipped().keys()
    yield from (f"missing from the wheel: {name}" for name in sorted(expected - held))
    yield from (f"unexpected in the wheel: {name}" for name in sorted(held - expected))


def _works(wheel: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        venv.create(Path(folder, "env"), with_pip=True)
        scripts = Path(folder, "env", "Scripts" if sys.platform == "win32" else "bin")
        for program, *arguments in (
            ("python", "-m", "pip", "install", "--quiet", str(wheel)),
            ("awscontract", "check"),
            ("awscontract", "schema", "--check"),
        ):
            subprocess.run([scripts / program, *arguments], cwd=folder, check=True)


def main(folder: str) -> None:
    [wheel] = Path(folder).resolve().glob("awscontract-*.whl")
    if complaints := list(_complaints(wheel)):
        sys.exit("\n".join(complaints))
    _works(wheel)


if __name__ == "__main__":
    main(*sys.argv[1:])
