"""What the client returned, against what it should have: the same values, in the same order unless that does not count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set as AbstractSet
from typing import Any

from ...spec.legacy import contract
from .formatting import named, shown

__all__ = ["difference", "is_listed", "matches"]

#: Of a broken rule: its slug, what happened, and what should have.
_Told = tuple[str, str, str]


def is_listed(value: Any) -> bool:
    """Whether it could be a report: an iterable that is no text."""
    return isinstance(value, Iterable) and not isinstance(value, (str, bytes))


def matches(value: Any, whole: Any, *, ordered: bool) -> bool:
    """Whether the client returned all of it and nothing else. A set has no order."""
    if _equal(value, whole):
        return True
    if not (is_listed(value) and is_listed(whole)):
        return False
    got, due = list(value), list(whole)
    if ordered and not isinstance(value, AbstractSet):
        return _equal(got, due)
    return not any(_compare(got, due))


def difference(value: Any, whole: Any, hint: str = "") -> _Told:
    """In what a value that does not match differs, by the rule that is about it. `hint` is what to do where that is meant so."""
    if not (is_listed(value) and is_listed(whole)):
        return "client.complete", f"it returned {shown(value)}", f"it should return {shown(whole)}{hint}"
    got, due = list(value), list(whole)
    missing, more, foreign = _compare(got, due)
    count = f"{len(got)} of {len(due)} services" if len(got) <= len(due) else f"{len(got)} services for {len(due)}"
    if foreign:
        return (
            "client.complete",
            f"it returned {count}, and {_odd(foreign[0], missing)}",
            f"each service is returned as it came{hint}",
        )
    if missing:
        return (
            "client.complete",
            f"it returned {count}; {named(missing[0])} is missing",
            "go on while IsTruncated is true, however short or empty a page is, and keep every service of every page",
        )
    if more:
        return (
            "client.no-repeats",
            f"it returned {count}; {named(more[0])} is there more often than in the report",
            "every page is added once, also where it was already seen while polling",
        )
    first = next(index for index, (a, b) in enumerate(zip(got, due, strict=True)) if not _equal(a, b))
    return (
        "client.order-kept",
        f"it returned all {len(due)} services in another order: {named(got[first])} stands where {named(due[first])} belongs",
        "the services stay in the order in which they came, page after page",
    )


def _odd(foreign: Any, missing: list[Any]) -> str:
    """What is wrong with a service that is none: of one that is otherwise known, the member that differs."""
    key = contract().item.key
    if isinstance(foreign, Mapping):
        for due in missing:
            if isinstance(due, Mapping) and foreign.get(key) == due.get(key):
                for member in [*due, *foreign]:
                    got, came = foreign.get(member), due.get(member)
                    if not _equal(got, came):
                        return f"of {named(due)} {member} is {shown(got)}, where {shown(came)} came"
    return f"{shown(foreign)} is none of them" + (f": {shown(missing[0])} is one" if missing else "")


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
