"""Whose code a file is: the program's own, a test's, an installed package's, or that of the machinery in between."""

from __future__ import annotations

import linecache
import os
import re
import sys
import sysconfig
import tomllib
from collections.abc import Callable
from enum import Enum, auto
from functools import cache, cached_property
from pathlib import Path
from types import FrameType

__all__ = ["Origin", "Origins", "package_of", "uses_aws"]

#: Packages that stand between a program and AWS, wherever they are: a program may bring its own copy of them.
_SDK = frozenset(
    {"awscontract", "aioboto3", "aiobotocore", "boto3", "botocore", "jmespath", "moto", "s3transfer", "_pytest", "pytest", "pluggy"}
)  # fmt: skip
#: Installed with one of these a package may send requests of its own.
_CLIENTS = frozenset({"boto3", "botocore", "aioboto3", "aiobotocore"})

_INSTALLED = re.compile(r"[/\\](?:site|dist)-packages[/\\]")
_TESTS = re.compile(r"tests?|\w+_tests")
_SEPARATOR = re.compile(r"[/\\]")
#: What the interpreter and notebooks call text that a person typed. Other text without a file was generated.
_TYPED = ("<ipython", "<stdin", "<console", "<python-input", "<doctest")

_STANDARD = tuple({f"{os.path.realpath(sysconfig.get_path(each))}{os.sep}" for each in ("stdlib", "platstdlib")})
_SCRIPTS = tuple(
    {f"{each}{os.sep}" for each in (sysconfig.get_path("scripts"), os.path.dirname(os.path.abspath(sys.executable)))}
)


class Origin(Enum):
    """Whose code it is."""

    OWN = auto()
    TEST = auto()
    #: An installed package, or the script that starts one.
    INSTALLED = auto()
    #: The standard library, the AWS SDK, what mocks it, helpers beside the tests, and generated code.
    MACHINERY = auto()
    #: Our own judging of clients and of implementations, which serves pages itself or wants them as they are.
    JUDGE = auto()
    #: botocore's waiters, which read pages on their own.
    WAITER = auto()
    #: botocore's paginators, which follow tokens on their own.
    PAGINATOR = auto()


_OF_MODULES = {"botocore.waiter": Origin.WAITER, "botocore.paginate": Origin.PAGINATOR}
_JUDGES = ("awscontract.clients.fuzzing", "awscontract.conformance")


class Origins:
    """Tells code apart by its file, and remembers what it said.

    :param is_test: whether a file is one of the tests'; None where all code is the program's.
    :param root: the project's folder. An installed copy of a package that is in there is the program too.
    """

    def __init__(self, is_test: Callable[[str], bool] | None = None, root: Path | None = None) -> None:
        self.is_test = is_test
        self._root = root
        self._known: dict[tuple[str, object], Origin] = {}

    def kind(self, frame: FrameType) -> Origin:
        """Whose code runs in this frame."""
        key = (frame.f_code.co_filename, frame.f_globals.get("__name__"))
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._kind(key[0], str(key[1]))
            # The lines of a file in an archive can be read only through its module's loader.
            linecache.lazycache(key[0], frame.f_globals)
        return found

    def forget(self) -> None:
        """Look anew at each file: more is known of the tests."""
        self._known.clear()

    def _kind(self, file: str, module: str) -> Origin:
        top = module.partition(".")[0]
        if top in _SDK:
            return Origin.JUDGE if module.startswith(_JUDGES) else _OF_MODULES.get(module, Origin.MACHINERY)
        if file.startswith("<") and not file.startswith(_TYPED):
            return Origin.OWN if module == "__main__" else Origin.MACHINERY  # `python -c`
        path = os.path.abspath(file)
        if self.is_test is not None and (file.startswith("<doctest") or self.is_test(path)):
            return Origin.TEST
        if package := package_of(path):
            return Origin.OWN if package in self._project else Origin.INSTALLED
        if os.path.realpath(path).startswith(_STANDARD):
            return Origin.MACHINERY
        if self.is_test is not None and self._is_of_tests(path):
            return Origin.MACHINERY
        return Origin.INSTALLED if path.startswith(_SCRIPTS) and module == "__main__" else Origin.OWN

    def _is_of_tests(self, path: str) -> bool:
        """Whether it is in a folder of tests of the project: a helper, or a mock that stands between the program and its client."""
        try:
            *folders, _ = Path(path).relative_to(self._root or Path.cwd()).parts
        except ValueError:
            return False
        return any(map(_TESTS.fullmatch, folders))

    @cached_property
    def _project(self) -> frozenset[str]:
        """The top-level packages of the project."""
        root = self._root or Path.cwd()
        found = {_package_name(each.stem) for folder in (root, root / "src") for each in _modules(folder)}
        return frozenset(found | {_package_name(_declared_name(root))} - {""})


def package_of(path: str) -> str:
    """The top-level package of an installed file; empty for any other."""
    parts = _INSTALLED.split(path)
    return _SEPARATOR.split(parts[-1])[0].removesuffix(".py") if len(parts) > 1 else ""


@cache
def uses_aws(package: str) -> bool:
    """Whether an installed top-level package declares that it works with the AWS SDK."""
    from importlib.metadata import requires

    names = (each for name in _distributions().get(package, ()) for each in requires(name) or ())
    return any((found := _REQUIREMENT.match(each)) and found[0].lower() in _CLIENTS for each in names)


_REQUIREMENT = re.compile(r"[A-Za-z0-9._-]+")


@cache
def _distributions() -> dict[str, list[str]]:
    from importlib.metadata import packages_distributions

    return dict(packages_distributions())


def _modules(folder: Path) -> list[Path]:
    """The packages and modules in a folder of sources."""
    try:
        return [each for each in folder.iterdir() if each.suffix == ".py" or (each / "__init__.py").is_file()]
    except OSError:
        return []


def _declared_name(root: Path) -> str:
    """The name of the project's distribution, empty where pyproject.toml has none."""
    try:
        project = tomllib.loads((root / "pyproject.toml").read_text("utf-8")).get("project", {})
    except (OSError, ValueError):
        return ""
    return str(project.get("name", "")) if isinstance(project, dict) else ""


def _package_name(name: str) -> str:
    return re.sub(r"[-.]+", "_", name).lower()
