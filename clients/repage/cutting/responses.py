"""Responses that notice when somebody reads their token, and are a dict in every other respect."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

__all__ = ["noticing"]


def noticing(response: dict[str, Any], names: frozenset[str], notice: Callable[[], None]) -> dict[str, Any]:
    """A dict with the same members. `notice` is called when one of these names is looked up, or all members are."""
    found = _Noticing(response)
    found._names, found._notice = names, notice
    return found


class _Noticing(dict[str, Any]):
    """A copy, a pickle and a deep copy of it are ordinary dicts."""

    __slots__ = ("_names", "_notice")

    _names: frozenset[str]
    _notice: Callable[[], None]

    def __getitem__(self, key: str) -> Any:
        if key in self._names:
            self._notice()
        return dict.__getitem__(self, key)

    def get(self, key: str, default: Any = None) -> Any:
        if key in self._names:
            self._notice()
        return dict.get(self, key, default)

    def __contains__(self, key: object) -> bool:
        if key in self._names:
            self._notice()
        return dict.__contains__(self, key)

    def pop(self, key: str, *default: Any) -> Any:
        if key in self._names:
            self._notice()
        return dict.pop(self, key, *default)

    def setdefault(self, key: str, default: Any = None) -> Any:
        if key in self._names:
            self._notice()
        return dict.setdefault(self, key, default)

    # A dict's own iteration and its own `keys` would let `dict(response)` and `**response` pass by the methods above.

    def __iter__(self) -> Iterator[str]:
        self._notice()
        return dict.__iter__(self)

    def keys(self) -> Any:
        self._notice()
        return dict.keys(self)

    def values(self) -> Any:
        self._notice()
        return dict.values(self)

    def items(self) -> Any:
        self._notice()
        return dict.items(self)

    def copy(self) -> dict[str, Any]:
        self._notice()
        return dict(dict.items(self))

    __copy__ = copy

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, Any]:
        self._notice()
        return {key: deepcopy(each, memo) for key, each in dict.items(self)}

    def __reduce__(self) -> Any:
        self._notice()
        return dict, (dict(dict.items(self)),)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self.__reduce__()

    def __or__(self, other: Any) -> Any:
        self._notice()
        return dict(dict.items(self)) | other

    def __ror__(self, other: Any) -> Any:
        self._notice()
        return other | dict(dict.items(self))


# Programs and libraries look at a type's name: jmespath's functions do.
_Noticing.__name__ = _Noticing.__qualname__ = "dict"
