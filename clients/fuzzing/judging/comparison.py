"""What the client returned, against what it should have: the same values, in the same order unless that does not count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set as AbstractSet
from typing import Any

from ....emulator.paths import get
from ....errors import counted, times
from ....spec.contract import Contract
from .formatting import named, shown

__all__ = ["difference", "is_listed", "matches"]

#: Of a broken rule: its id, what happened, and what should have.
_Difference = tuple[str, str, str]


def is_listed(value: Any) -> bool:
    """Whether it could be a listing: an iterable that is not a text."""
    return isinstance(value, Iterable) and not isinstance(value, (str, bytes))


def matches(value: Any, whole: Any, *, ordered: bool) -> bool:
    """Whether the client returned all of it and nothing else. A set has no order."""
    if _equal(value, whole):
        return True
    if not (is_listed(value) and is_listed(whole)) or isinstance(value, Mapping) or isinstance(whole, Mapping):
        return False
    got, due = list(value), list(whole)
    if ordered and not isinstance(value, AbstractSet):
        return _equal(got, due)
    return not any(_compare(got, due))


def difference(contract: Contract, value: Any, whole: Any, hint: str = "", *, read_all: bool = False) -> _Difference:
    """In what a value that does not match differs, by the rule that is about it.

    :param hint: what to do where that is meant so.
    :param read_all: whether the client read the listing to its end.
    """
    if (path := _differing_list(contract, value, whole)) is not None:
        rule, what, should = difference(contract, value[path], whole[path], hint, read_all=read_all)
        return rule, f"of {path} {what}", should
    other = (
        "client.complete",
        f"it returned {shown(contract, value)}",
        f"it should return {shown(contract, whole)}{hint}" + ("" if read_all else f": {_to_the_end(contract)}"),
    )
    if not (is_listed(value) and is_listed(whole)) or isinstance(whole, Mapping) or isinstance(value, Mapping):
        return other
    listing = contract.listing
    assert listing is not None
    got, due = list(value), list(whole)
    missing, more, foreign = _compare(got, due)
    count = (
        f"{len(got)} of {len(due)} {listing.nouns}"
        if len(got) <= len(due)
        else f"{counted(len(got), listing.noun, listing.nouns)} instead of {len(due)}"
    )
    if foreign:
        return (
            "client.complete",
            f"it returned {count}, and {_odd(contract, foreign[0], missing)}",
            f"each {listing.noun} is returned as it came{hint}",
        )
    if missing:
        name, kept = named(contract, missing[0]), f"keep every {listing.noun} of every page"
        often, due_often = (sum(_equal(each, missing[0]) for each in several) for several in (got, due))
        lost = f", and has {name} {times(often)} instead of {times(due_often)}" if often else f"; {name} is missing"
        if not read_all:
            return "client.complete", f"it returned {count}{lost}", f"{_to_the_end(contract)}, and {kept}"
        return (
            "client.complete",
            f"it returned {count}{lost}, though the client read the listing to its end",
            f"{kept}, also where a value is 0, absent, old, or the same as another's"
            + (_ONCE if often and hint else ""),
        )
    if more:
        return (
            "client.no-repeats",
            f"it returned {count}; {named(contract, more[0])} is there more often than in the listing",
            "every page is added once, also where it was already seen while polling"
            if contract.job
            else "every page is added once",
        )
    first = next((index for index, (a, b) in enumerate(zip(got, due, strict=True)) if not _equal(a, b)), None)
    if first is None:
        return other  # the same items in something that is never equal to a list
    place = f"{named(contract, got[first])} is in the place of {named(contract, due[first])}"
    return (
        "client.order-kept",
        f"it returned all {len(due)} {listing.nouns} in another order: {place}",
        f"the {listing.nouns} stay in the order in which they came, page after page",
    )


#: For clients that return each value once by design.
_ONCE = " (for a client that returns what differs once by design, pass expect=)"


def _to_the_end(contract: Contract) -> str:
    """How a client comes to the end of a listing."""
    assert contract.listing is not None
    more, token = contract.listing.more, contract.listing.token.name
    return (
        f"go on {f'while {more} is true' if more else f'as long as a {token} comes'}, however short or empty a page is"
    )


def _differing_list(contract: Contract, value: Any, whole: Any) -> str | None:
    """Of several lists of the operation, the first that is not as it should be; None where these are something else."""
    assert contract.listing is not None
    if not (isinstance(value, Mapping) and isinstance(whole, Mapping) and value.keys() == whole.keys()):
        return None
    if not whole.keys() <= set(contract.listing.items):
        return None
    differing = (path for path in whole if not matches(value[path], whole[path], ordered=True))
    return next((path for path in differing if is_listed(value[path]) and is_listed(whole[path])), None)


def _odd(contract: Contract, foreign: Any, missing: list[Any]) -> str:
    """What is wrong with an item that does not belong: of one that is otherwise known, the member that differs."""
    identity = contract.listing.identity if contract.listing is not None else None
    key = get(foreign, identity) if isinstance(foreign, Mapping) and identity and identity != "@" else None
    for due in missing if key is not None else ():
        if isinstance(due, Mapping) and key == get(due, identity or ""):
            for member in [*due, *foreign]:
                got, came = foreign.get(member), due.get(member)
                if not _equal(got, came):
                    return f"of {named(contract, due)} {member} is {shown(contract, got)}, where {shown(contract, came)} came"
    return f"{shown(contract, foreign)} is none of them" + (
        f": {shown(contract, missing[0])} is one" if missing else ""
    )


def _compare(got: list[Any], due: list[Any]) -> tuple[list[Any], list[Any], list[Any]]:
    """What is missing, what is there too often, and what does not belong."""
    missing, more, foreign = list(due), list[Any](), list[Any]()
    for each in got:
        for index, other in enumerate(missing):
            if _equal(each, other):
                del missing[index]
                break
        else:
            (more if any(_equal(each, other) for other in due) else foreign).append(each)
    return missing, more, foreign


def _equal(one: Any, other: Any) -> bool:
    try:
        return bool(one == other)
    except Exception:  # whatever the client returns decides what equality is
        return False
