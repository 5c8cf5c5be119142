"""One run of a client: what it was served, what it requested, how it ended, and what it should have returned."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ....errors import UsageError, cut
from ....spec.contract import Contract
from ..scenarios.scenario import Scenario
from .call import RecordedCall
from .comparison import is_listed, matches
from .formatting import raised

__all__ = ["ClientFinding", "ClientRun", "ClientStopped", "Note", "Raised", "Returned", "Wanted"]


@dataclass(frozen=True)
class Returned:
    """The client returned. What it yields was taken from it before."""

    value: Any


@dataclass(frozen=True)
class Raised:
    """The client raised."""

    error: BaseException


@dataclass(frozen=True)
class ClientStopped:
    """The client had to be stopped."""

    reason: str


@dataclass(frozen=True)
class Wanted:
    """What the user says about the client."""

    expect: Callable[[Any], Any] | None = None
    key: Callable[[Any], Any] | None = None
    failed: Callable[[Any], bool] | None = None
    ordered: bool = True
    polite: bool = True
    raises: tuple[type[BaseException], ...] = ()
    #: What to do about a value, and about an exception, that is meant so.
    hints: tuple[str, str] = (
        " (for a client that returns something else by design, pass key= or expect=)",
        "; or name the exception in raises=",
    )

    @property
    def is_shaped(self) -> bool:
        """Whether the user said what the client returns."""
        return self.expect is not None or self.key is not None

    def of(self, listing: Any) -> Any:
        """What the client should return for a listing, or for a part of one."""
        if self.expect is not None:
            return _asked("expect", self.expect, copy.deepcopy(listing))
        return listing if self.key is None else [_asked("key", self.key, each) for each in listing]

    def accepts(self, value: Any) -> bool:
        """Whether the user's `failed` takes a value for a report of failure."""
        return self.failed is not None and bool(_asked("failed", self.failed, value))


def _asked(name: str, function: Callable[[Any], Any], value: Any) -> Any:
    """What a function of the user makes of a value. An exception is no finding about the client.

    :raises UsageError: where it raises.
    """
    what = {"expect": "the true list", "key": "a true item", "failed": "what the client returned"}[name]
    try:
        found = function(value)
        return list(found) if isinstance(found, Iterator) else found
    except Exception as error:
        raise UsageError(f"{name}= raised {raised(error)} for {what}, {cut(repr(value), 120)}") from error


@dataclass(frozen=True)
class ClientFinding:
    """A rule that is broken: by which call, or by how it ended; what happened, and what should have."""

    rule: str
    what: str
    should: str
    call: int | None = None


@dataclass(frozen=True)
class Note:
    """What is worth knowing and breaks nothing."""

    rule: str
    text: str


@dataclass(frozen=True)
class ClientRun:
    """One run of the client. `listing` gives the true listing that a call is a page of."""

    contract: Contract
    scenario: Scenario
    calls: Sequence[RecordedCall]
    end: Returned | Raised | ClientStopped
    wanted: Wanted
    listing: Callable[[RecordedCall], Any]
    #: A client that fails this is not judged further.
    plain: bool = False

    @property
    def last_read(self) -> RecordedCall | None:
        """The last page, or word about the job, that came."""
        return next((each for each in reversed(self.calls) if (each.reads or each.status) and not each.error), None)

    @property
    def failed(self) -> bool:
        """Whether the last word about the job is that it failed."""
        last, job = self.last_read, self.contract.job
        return job is not None and last is not None and last.status in job.failed

    @property
    def unfinished(self) -> bool:
        """Whether the last word about the job is that it is not finished."""
        last, job = self.last_read, self.contract.job
        return job is not None and last is not None and last.status not in job.finished

    @property
    def refused(self) -> RecordedCall | None:
        """An error that the client did not get over by sending the same request again.

        A program may do without an operation that is not served.
        """
        for index in range(len(self.calls) - 1, -1, -1):
            each = self.calls[index]
            if not each.error or each.is_foreign:
                continue
            if not any(_same(each, later) and not later.error for later in self.calls[index + 1 :]):
                return each
        return None

    def matches(self, whole: Any) -> bool:
        """Whether the client returned all of it."""
        return isinstance(self.end, Returned) and matches(self.end.value, whole, ordered=self.wanted.ordered)

    def whole(self) -> list[Any]:
        """Everything that the client may return: the listings that it read, the last one first."""
        return [self.wanted.of(self.listing(each)) for each in self._listed()]

    def reports_failure(self) -> bool:
        """Whether the client returned a value that reports failure."""
        if not isinstance(self.end, Returned):
            return False
        value = self.end.value
        if self.wanted.accepts(value):
            return True
        if not self.wanted.is_shaped:
            return value is None or not is_listed(value)
        if self.wanted.key is not None:
            return not (is_listed(value) and self._holds(list(value)))
        return not any(self._is_of(value, part) for part in self._parts())

    def _is_of(self, value: Any, part: Any) -> bool:
        """Whether a value is what the client should make of a part of the listing, as far as anything can be made of it."""
        with suppress(UsageError):
            return matches(value, self.wanted.of(part), ordered=False)
        return False

    def _holds(self, values: list[Any]) -> bool:
        """Whether all of these are what the client should make of some item."""
        known = [each for whole in self.whole() for each in whole]
        return all(any(_equal(each, other) for other in known) for each in values)

    def _listed(self) -> list[RecordedCall]:
        """One call for each listing of which a page came."""
        found: dict[str, RecordedCall] = {}
        for each in reversed(self.calls):
            if each.succeeded:
                found.setdefault(each.scope, each)
        return list(found.values())

    def _parts(self) -> Iterator[Any]:
        """Parts of the listings that a client may have taken for the whole: the empty one, and by pages."""
        yield []
        for call in self._listed():
            listing = self.listing(call)
            if not isinstance(listing, list):
                yield listing
                continue
            pages = [each for each in self.calls if each.succeeded and each.scope == call.scope and each.start]
            ends = {(each.start or (0, 0))[0] + each.items for each in pages}
            yield from (listing[:end] for end in sorted({len(listing), *ends}))
            yield from (listing[each.start[0] : each.start[0] + each.items] for each in pages if each.start)


def _equal(one: Any, other: Any) -> bool:
    try:
        return bool(one == other)
    except Exception:  # whatever the client returns decides what equality is
        return False


def _same(one: RecordedCall, other: RecordedCall) -> bool:
    """Whether two calls request the same. A new token for the same place is the same place."""
    return (one.operation, one.scope, one.start) == (other.operation, other.scope, other.start)
