"""Does something as soon as a module has been imported, without importing it for those who never do."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

__all__ = ["when_imported"]


@contextmanager
def when_imported(name: str, action: Callable[[], None]) -> Iterator[None]:
    """Call `action` once: now if the module is there already, else right after its import, if that happens within."""
    module = sys.modules.get(name)
    if module is not None and not getattr(module.__spec__, "_initializing", False):
        action()
        yield
        return
    finder = _Finder(name, action)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        with suppress(ValueError):
            sys.meta_path.remove(finder)


class _Finder(MetaPathFinder):
    """Leaves the search to the other finders, and has the module's loader call the action after it."""

    def __init__(self, name: str, action: Callable[[], None]) -> None:
        self._name, self._action = name, action

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self._name:
            return None
        after = sys.meta_path[sys.meta_path.index(self) + 1 :]  # before it may be another one of these
        for finder in [each for each in after if hasattr(each, "find_spec")]:
            spec = finder.find_spec(fullname, path, target)
            if spec is not None:
                self._follow(spec.loader)
                return spec
        return None

    def _follow(self, loader: Any) -> None:
        execute = loader.exec_module

        def exec_module(module: ModuleType) -> None:
            if module.__name__ != self._name:  # a loader of several modules
                execute(module)
                return
            with suppress(AttributeError):
                del loader.exec_module
            execute(module)
            with suppress(ValueError):
                sys.meta_path.remove(self)
            self._action()

        loader.exec_module = exec_module
