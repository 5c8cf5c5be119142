"""Responses that notice when somebody reads some of their members, and are a dict in every other respect."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from types import CodeType
from typing import TYPE_CHECKING, Any

from .pages import get, put

if TYPE_CHECKING:
    from ..listing import CutListing
    from .contracts import Paging

__all__ = ["noticing", "watched"]


def watched(paging: Paging, page: dict[str, Any], listing: CutListing) -> dict[str, Any]:
    """The page as a dict that notifies the listing when somebody reads whether more follows, and the items beside that."""
    if not paging.says_more:
        return page
    *outer, _ = paging.says_more[0]
    inner = get(page, tuple(outer))
    if not isinstance(inner, dict):
        return page
    notices = {path[-1]: listing.note_token_read for path in paging.says_more}
    items = [*paging.items, *paging.counts]
    if all(path[:-1] == tuple(outer) for path in items):
        notices |= dict.fromkeys((path[-1] for path in items), listing.note_items_read)
        listing.item_readers = listing.item_readers or set()
    noticed = noticing(inner, notices)
    if not outer:
        return noticed
    put(page, tuple(outer), noticed)
    return page


def noticing(response: dict[str, Any], notices: Mapping[str, Callable[[CodeType], None]]) -> dict[str, Any]:
    """A dict with the same members. What `notices` has for a name is called when that is looked up, or all members are, with the code that does so."""
    _teach_yaml()
    found = _Noticing(response)
    found._notices = notices
    return found


class _Noticing(dict[str, Any]):
    """A copy, a pickle and a deep copy of it are ordinary dicts."""

    __slots__ = ("_notices",)

    _notices: Mapping[str, Callable[[CodeType], None]]

    def _notice(self, *names: Any) -> None:
        """Call what is there for these names, with the code that uses the method that calls this."""
        reader = sys._getframe(2).f_code
        for name in names:
            self._notices[name](reader)

    def __getitem__(self, key: str) -> Any:
        if key in self._notices:
            self._notice(key)
        return dict.__getitem__(self, key)

    def get(self, key: str, default: Any = None) -> Any:
        if key in self._notices:
            self._notice(key)
        return dict.get(self, key, default)

    def __contains__(self, key: object) -> bool:
        if key in self._notices:
            self._notice(key)
        return dict.__contains__(self, key)

    def pop(self, key: str, *default: Any) -> Any:
        if key in self._notices:
            self._notice(key)
        return dict.pop(self, key, *default)

    def setdefault(self, key: str, default: Any = None) -> Any:
        if key in self._notices:
            self._notice(key)
        return dict.setdefault(self, key, default)

    # A dict's own iteration and its own `keys` would let `dict(response)` and `**response` pass by the methods above.

    def __iter__(self) -> Iterator[str]:
        self._notice(*self._notices)
        return dict.__iter__(self)

    def keys(self) -> Any:
        self._notice(*self._notices)
        return dict.keys(self)

    def values(self) -> Any:
        self._notice(*self._notices)
        return dict.values(self)

    def items(self) -> Any:
        self._notice(*self._notices)
        return dict.items(self)

    def copy(self) -> dict[str, Any]:
        self._notice(*self._notices)
        return dict(dict.items(self))

    __copy__ = copy

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, Any]:
        self._notice(*self._notices)
        return {key: deepcopy(each, memo) for key, each in dict.items(self)}

    def __reduce__(self) -> Any:
        self._notice(*self._notices)
        return dict, (dict(dict.items(self)),)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self.__reduce__()

    def __or__(self, other: Any) -> Any:
        self._notice(*self._notices)
        return dict(dict.items(self)) | other

    def __ror__(self, other: Any) -> Any:
        self._notice(*self._notices)
        return other | dict(dict.items(self))


# Programs and libraries look at a type's name: jmespath's functions do.
_Noticing.__name__ = _Noticing.__qualname__ = "dict"


def _teach_yaml() -> None:
    """PyYAML writes a dict, and refuses what is derived from one."""
    yaml: Any = sys.modules.get("yaml.representer")
    for each in (yaml.SafeRepresenter, yaml.Representer) if yaml else ():
        if _Noticing not in each.yaml_representers:
            each.add_representer(_Noticing, each.represent_dict)
