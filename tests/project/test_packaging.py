"""The packaging says what there is: packages, data files, versions; and the root's folders are no modules of their own."""

from __future__ import annotations

import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

import awscontract
from awscontract.spec.catalogue import rule_set
from awscontract.spec.operations import load
from project.dist import FACADE, PACKAGES, ROOT, pyproject, shipped

INSTALLED = Path(awscontract.__file__).parent
SETUPTOOLS = pyproject()["tool"]["setuptools"]


def package_of(name: str) -> str:
    """The package that a file of the wheel lies in or under."""
    folders = (".".join(folder.parts) for folder in PurePosixPath(name).parents)
    return next(folder for folder in folders if folder in SETUPTOOLS["packages"])


def test_packages() -> None:
    """Every folder with code in it is a package by name, from where it is; and no other is."""
    folders = {PurePosixPath(name).parent: path.parent for name, path in shipped().items() if name.endswith(".py")}

    assert SETUPTOOLS["package-dir"] == {
        ".".join(package.parts): folder.relative_to(ROOT).as_posix() for package, folder in folders.items()
    }
    assert sorted(SETUPTOOLS["packages"]) == sorted(SETUPTOOLS["package-dir"])


def test_data_files() -> None:
    """Every file that is no code is one of its package's data files."""
    left_out = []
    for name in shipped():
        package = package_of(name)
        path = name.removeprefix(package.replace(".", "/") + "/")
        patterns = SETUPTOOLS["package-data"].get(package, ())
        if not name.endswith(".py") and not any(fnmatch(path, pattern) for pattern in patterns):
            left_out.append(name)

    assert left_out == []


def test_nothing_is_stale() -> None:
    """What is installed has every file of the tree. (Where this fails: install again, new files have no link yet.)"""
    assert [name for name in shipped() if not INSTALLED.joinpath(*PurePosixPath(name).parts[1:]).exists()] == []


def test_folders_are_no_modules() -> None:
    """`import spec` finds nothing of ours, though there is a folder of that name in the root."""
    code = f"from importlib.util import find_spec; print([each for each in {list(PACKAGES)!r} if find_spec(each)])"
    found = subprocess.run([sys.executable, "-I", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert found.stdout == "[]\n"


def test_root_is_not_on_the_path() -> None:
    """These tests see what is installed, not the folder that they run in. (Where this fails: `python -P -m pytest`.)"""
    assert ROOT not in {Path(entry).resolve() for entry in sys.path}


def test_facade() -> None:
    """The package's own folder holds the public names, the version and the errors; everything else is in the folders at the root."""
    assert sorted(path.name for path in ROOT.joinpath(FACADE).glob("*.*")) == [
        "__init__.py",
        "__main__.py",
        "errors.py",
        "py.typed",
        "version.py",
    ]


def test_versions() -> None:
    """The version is the same in the metadata, in the code and at the top of the changelog."""
    changelog = ROOT.joinpath("CHANGELOG.md").read_text(encoding="utf-8")

    assert awscontract.__version__ == pyproject()["project"]["version"]
    assert re.findall(r"^## \[(.+?)\]", changelog, re.MULTILINE)[0] == awscontract.__version__


def test_pythons() -> None:
    """The Pythons that are declared are those that tox tries."""
    declared = re.findall(r":: 3\.(\d+)", "\n".join(pyproject()["project"]["classifiers"]))
    [tried] = re.findall(
        r"^env_list = py3\{(.+?)\}", ROOT.joinpath("tox.ini").read_text(encoding="utf-8"), re.MULTILINE
    )

    assert declared == tried.split(",")
    assert pyproject()["project"]["requires-python"] == f">=3.{declared[0]}"


def test_number_of_rules() -> None:
    """The README and the changelog say how many rules the default operation has."""
    for name in ("README.md", "CHANGELOG.md"):
        text = ROOT.joinpath(name).read_text(encoding="utf-8")
        assert set(re.findall(r"(\d+) rules\b(?! exercised)", text)) == {str(len(rule_set(load())))}, name
