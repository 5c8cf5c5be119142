"""Which files are the tests': test modules, conftest.py and plugins; not the other modules beside them."""

from __future__ import annotations

import os
import sys
from fnmatch import fnmatch
from typing import Any

import pytest

__all__ = ["SuiteFiles"]


class SuiteFiles:
    """Tells the tests' files by pytest's ``python_files``, by the tests in them, and by what is registered as a plugin.

    A pattern that any module matches, such as ``*.py``, says nothing.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._plugins = config.pluginmanager
        patterns: list[str] = config.getini("python_files")
        self._patterns = [each for each in patterns if not fnmatch("any.py", os.path.basename(each))]
        self._modules: set[str] = set()

    def is_test(self, path: str) -> bool:
        """Whether this file is one of the tests'."""
        name, real = os.path.basename(path), os.path.realpath(path)
        if name == "conftest.py" or real in self._modules:
            return True
        if any(fnmatch(path if "/" in each else name, f"*/{each}" if "/" in each else each) for each in self._patterns):
            return True
        return real in self._of_plugins()

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Note a module with tests in it, whatever it is called."""
        if isinstance(item, pytest.Function):
            self._modules.add(os.path.realpath(item.path))

    def _of_plugins(self) -> set[str]:
        files = (_file(each) for each in self._plugins.get_plugins())
        return {os.path.realpath(each) for each in files if each}


def _file(plugin: Any) -> str | None:
    """The file of a plugin, which is a module or an object."""
    if found := getattr(plugin, "__file__", None):
        return str(found)
    module = sys.modules.get(getattr(plugin, "__module__", None) or type(plugin).__module__)
    return getattr(module, "__file__", None)
