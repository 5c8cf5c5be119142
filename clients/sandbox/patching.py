"""Puts other functions wherever some are held: names that were imported long ago go along with what they name.

The garbage collector knows who holds a function: modules, classes, objects with and without a dictionary, default arguments,
closures, `functools.partial`, `staticmethod`. Not reached are lists, sets, and tuples that are no function's defaults.
"""

from __future__ import annotations

import functools
import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from types import CellType, FunctionType, MemberDescriptorType, MethodType
from typing import Any, NamedTuple

__all__ = ["heap_is_frozen", "replaced"]


class _Place(NamedTuple):
    """Where a function is held, and how another is put there."""

    value: Any
    put: Callable[[Any], None]


class _Found(NamedTuple):
    """Who holds functions: modules' dictionaries and other objects, and by their ids the functions and classes to which some of them belong."""

    holders: list[Any]
    owners: dict[int, Any]


class _Frozen(NamedTuple):
    """What was found among frozen objects, for these functions by their ids.

    `mark` was made after that. Where the collector no longer sees it, more has been frozen since; counting what is frozen would take longer
    than the search.
    """

    wanted: frozenset[int]
    found: _Found
    mark: list[object]
    is_frozen: bool


_frozen: _Frozen | None = None


def replaced(functions: Mapping[str, Any], others: Mapping[str, Any], spared: Callable[[object], bool]) -> ExitStack:
    """Put others in the place of functions, by their names; closing what comes back undoes it.

    `spared` says of a module's name whether what is in it stays as it is.
    """
    by_id = {id(function): others[name] for name, function in functions.items()}
    holders, owners = _search(functions)
    with ExitStack() as undo:
        for holder in holders:
            owner = owners.get(id(holder))
            if not spared(_module(holder, owner)):
                for place in _places(holder, owner, by_id):
                    undo.callback(place.put, place.value)
                    place.put(_instead(place.value, by_id))
        return undo.pop_all()


def _search(functions: Mapping[str, Any]) -> _Found:
    """Who holds the functions.

    A search looks at all the objects there are, but for those that a program has frozen. They are searched once: it froze them because there are
    many and few of them change.
    """
    global _frozen  # noqa: PLW0603 -- it is the process's own
    wanted = frozenset(map(id, functions.values()))
    if _frozen is not None and _frozen.wanted == wanted:
        found = _found([*functions.values(), *_frozen.mark], functions)
        if any(each is _frozen.mark for each in found.holders):
            return _Found([*_frozen.found.holders, *found.holders], {**_frozen.found.owners, **found.owners})
    frozen = gc.get_freeze_count()
    if frozen:
        gc.unfreeze()
        gc.collect()  # garbage that is frozen would stay for ever
    found = _found([*functions.values()], functions)
    if frozen:
        gc.freeze()
    _frozen = _Frozen(wanted, found if frozen else _Found([], {}), [object()], is_frozen=frozen > 0)
    return found


def heap_is_frozen() -> bool:
    """Whether the program has frozen objects, as far as the last search has noticed: to count them takes longer than a search."""
    return _frozen is not None and _frozen.is_frozen


#: What the last search has found to be the dictionary of a class or the defaults of a function, each with the one that has it.
_shared: dict[int, tuple[Any, Any]] = {}


def _found(wanted: list[object], functions: Mapping[str, Any]) -> _Found:
    # Every search looks at all objects, so there are two at most: for the holders, and for whose those are that no search has seen.
    found = [each for each in gc.get_referrers(*wanted) if each is not functions and each is not wanted]
    holders = [each for each in found if not (isinstance(each, tuple) and each == (*wanted,))]  # of this very call
    shared = [each for each in holders if isinstance(each, tuple) or (isinstance(each, dict) and "__module__" in each)]
    known = {id(each): _shared[id(each)] for each in shared if id(each) in _shared and _shared[id(each)][0] is each}
    unknown = [each for each in shared if id(each) not in known]
    owners = {place: owner for place, (_, owner) in known.items()}
    for owner in gc.get_referrers(*unknown) if unknown else ():
        if isinstance(owner, FunctionType):
            owners[id(owner.__defaults__)] = owner
        elif isinstance(owner, type):
            owners |= {id(each): owner for each in gc.get_referents(owner) if isinstance(each, dict)}
    _shared.clear()
    _shared.update({id(each): (each, owners.get(id(each))) for each in shared})
    return _Found(holders, owners)


def _instead(value: Any, by_id: Mapping[int, Any]) -> Any:
    if isinstance(value, tuple):
        return tuple(by_id.get(id(each), each) for each in value)
    return by_id[id(value)]


def _module(holder: Any, owner: Any) -> object:
    """The module that a holder belongs to, as far as that can be determined."""
    if owner is not None:
        return owner.__module__
    if isinstance(holder, dict):
        return holder.get("__name__")
    return None if isinstance(holder, (CellType, tuple, staticmethod, functools.partial)) else type(holder).__module__


def _places(holder: Any, owner: Any, wanted: Mapping[int, Any]) -> Iterator[_Place]:
    """All in a holder that holds one of the wanted."""
    found = next(places for kind, places in _KINDS if isinstance(holder, kind))(holder, owner)
    for place in found:
        if id(place.value) in wanted or isinstance(place.value, tuple):
            yield place


def _in_cell(cell: Any, owner: Any) -> list[_Place]:
    return [_Place(cell.cell_contents, functools.partial(setattr, cell, "cell_contents"))]


def _in_dictionary(members: dict[Any, Any], owner: Any) -> list[_Place]:
    put = (
        members.__setitem__ if owner is None else functools.partial(setattr, owner)
    )  # a class has to learn of a change
    return [_Place(value, functools.partial(put, name)) for name, value in list(members.items())]


def _in_defaults(values: tuple[Any, ...], owner: Any) -> list[_Place]:
    return [] if owner is None else [_Place(values, functools.partial(setattr, owner, "__defaults__"))]


def _in_static_method(method: Any, owner: Any) -> list[_Place]:
    return [_Place(method.__func__, method.__init__)]


def _in_partial(partial: Any, owner: Any) -> list[_Place]:
    def put(function: Any) -> None:
        partial.__setstate__((function, partial.args, partial.keywords, vars(partial)))

    return [_Place(partial.func, put)]


def _in_object(holder: Any, owner: Any) -> Iterator[_Place]:
    members = getattr(holder, "__dict__", None)  # where it had none until now, this makes it
    if isinstance(members, dict):
        yield from _in_dictionary(members, None)
    for kind in type(holder).__mro__:
        slots = vars(kind).items() if "__slots__" in vars(kind) else ()
        for name, slot in slots:
            if isinstance(slot, MemberDescriptorType) and hasattr(holder, name):
                yield _Place(slot.__get__(holder), functools.partial(slot.__set__, holder))


def _nowhere(holder: Any, owner: Any) -> tuple[_Place, ...]:
    return ()


#: By the first kind that fits.
_KINDS: tuple[tuple[Any, Callable[[Any, Any], Iterable[_Place]]], ...] = (
    (CellType, _in_cell),
    (dict, _in_dictionary),
    (tuple, _in_defaults),
    (staticmethod, _in_static_method),
    (functools.partial, _in_partial),
    ((type, MethodType, list, set, frozenset), _nowhere),
    (object, _in_object),
)
