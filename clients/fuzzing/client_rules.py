"""The rules that a client is held to: pure functions over what was asked, what was answered, and how it ended.

They stand in the order of cause: what went wrong first names the finding, and what followed from it is not told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from ...spec import operation
from ...spec.legacy import contract
from .comparison import difference, is_listed, matches
from .formatting import raised, short, shown
from .recorder import Asked
from .scenarios import Scenario

__all__ = ["Finding", "Note", "Raised", "Returned", "Run", "Stopped", "Wanted", "judge", "notes"]

#: What a program raises that did not expect what it got.
UNPREPARED = (KeyError, TypeError, AttributeError, IndexError)

#: Seconds of waiting after which a client may say that it has waited long enough.
_LONG = 5.0
_PAUSE = 0.1


@dataclass(frozen=True)
class Returned:
    """The client returned. What it yields was taken from it before."""

    value: Any


@dataclass(frozen=True)
class Raised:
    """The client raised."""

    error: BaseException


@dataclass(frozen=True)
class Stopped:
    """The client had to be stopped."""

    reason: str


@dataclass(frozen=True)
class Wanted:
    """What the user says about the client."""

    expect: Callable[[list[Any]], Any] | None = None
    key: Callable[[Any], Any] | None = None
    ordered: bool = True
    polite: bool = True
    raises: tuple[type[BaseException], ...] = ()
    #: What to do about a value, and about an exception, that is meant so.
    hints: tuple[str, str] = (
        " (a client that returns something else by design says so with key= or expect=)",
        "; or name the exception in raises=",
    )

    def of(self, report: list[Any]) -> Any:
        """What the client should return for a report."""
        if self.expect is not None:
            found = self.expect(report)
            return list(found) if isinstance(found, Iterator) else found
        return report if self.key is None else [self.key(each) for each in report]


@dataclass(frozen=True)
class Run:
    """One run of the client. `report` is the true report of a job under a sort key."""

    scenario: Scenario
    calls: Sequence[Asked]
    end: Returned | Raised | Stopped
    wanted: Wanted
    report: Callable[[str, str], list[Any]]
    #: Nothing else is asked of a client that cannot do this.
    plain: bool = False

    @property
    def last_read(self) -> Asked | None:
        """The last answer about the job that was no refusal."""
        return next((each for each in reversed(self.calls) if each.status), None)

    @property
    def refused(self) -> Asked | None:
        """A refusal that the client did not get over by asking the same again."""
        for index in range(len(self.calls) - 1, -1, -1):
            each = self.calls[index]
            if each.error and not any(_same(each, later) and not later.error for later in self.calls[index + 1 :]):
                return each
        return None

    def matches(self, whole: Any) -> bool:
        """Whether the client returned all of it."""
        return isinstance(self.end, Returned) and matches(self.end.value, whole, ordered=self.wanted.ordered)

    def whole(self) -> list[Any]:
        """Everything that the client may return: the reports that it read, each in the order that it was read in."""
        law = contract().job
        listed = dict.fromkeys((each.job, each.sort) for each in reversed(self.calls) if each.status in law.succeeded)
        return [self.wanted.of(self.report(*each)) for each in listed]


@dataclass(frozen=True)
class Finding:
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


def judge(run: Run) -> Finding | None:
    """The first rule that the client broke."""
    for rule in _RULES:
        for finding in rule(run):
            return finding
    return None


def notes(run: Run) -> Iterator[Note]:
    """What is worth knowing about a client that broke no rule."""
    if run.scenario.endless and isinstance(run.end, Stopped):
        yield Note("client.gives-up", f"it polled a job that never finishes {len(run.calls)} times, and would go on")
    pauses = [
        later.asked_at - each.answered_at
        for each, later in zip(run.calls, run.calls[1:], strict=False)
        if each.status in contract().job.pending and each.job == later.job
    ]
    if run.wanted.polite and pauses and min(pauses) < _PAUSE:
        text = f"it pauses {1000 * max(0.0, min(pauses)):.0f} ms between polls, where 100 ms are polite"
        yield Note("client.polite-polling", text)
    again = sum(not each.new and each.reads and not each.error for each in run.calls)
    if again and not run.scenario.endless:
        yield Note("client.stops", "it reads pages that it has already read")


# The rules.


def _asks_rightly(run: Run) -> Iterator[Finding]:
    """Over the calls, in their order: Markers as they came, where they came from, and where there is one."""
    issued: dict[str, Asked] = {}
    last: Asked | None = None
    for index, each in enumerate(run.calls):
        sent = each.marker
        if each.reads and sent is not None:
            origin = issued.get(sent)
            if origin is not None:
                yield from _kept(origin, each, index)
            elif last is not None and last.next is None:
                yield Finding(
                    "client.stops",
                    f"call {index + 1} follows a Marker, {short(sent)}, after an answer that has none",
                    "a listing ends with the answer that has no Marker",
                    index,
                )
            else:
                came = f", where {short(last.next)} had come" if last is not None and last.next else ""
                yield Finding(
                    "client.token-verbatim",
                    f"call {index + 1} sends the Marker {short(sent)}{came}",
                    "a Marker goes back character by character as it came, blanks included",
                    index,
                )
        if each.next is not None:
            issued[each.next] = each
        last = each if each.status else last


def _kept(origin: Asked, each: Asked, index: int) -> Iterator[Finding]:
    for member, before, now in (
        (contract().job.id, origin.job, each.job),
        (contract().page.sort_key, origin.sort, each.sort),
    ):
        if before != now:
            yield Finding(
                "client.parameters-kept",
                f"call {index + 1} follows a Marker of {member} {before} with {member} {now}",
                f"every page of a listing is asked for with the same {member}",
                index,
            )


def _stops(run: Run) -> Iterator[Finding]:
    if isinstance(run.end, Stopped) and not run.scenario.endless:
        yield Finding("client.stops", f"it was stopped: {run.end.reason}", _ending(run.calls))
    elif isinstance(run.end, Raised) and run.calls and not run.scenario.breach and _about_marker(run.end.error):
        yield Finding("client.stops", f"it follows a Marker where there is none: {raised(run.end.error)}", _ending(()))


def _ending(calls: Sequence[Asked]) -> str:
    law = contract().job
    failed = next((each for each in calls if each.status in law.failed), None)
    last = failed or next((each for each in calls if each.error), None) or (calls[-1] if calls else None)
    if failed is not None:
        return "a FAILED job stays FAILED: raise, with its ErrorDetails"
    if last is not None and last.error:
        return f"{last.error.code} may last for ever: give up after some attempts, by raising"
    if last is not None and last.status and last.status not in law.pending + law.succeeded:
        return "a status that nobody knows may never change: raise"
    if last is not None and last.next is not None:
        return (
            "each page is asked for with the Marker of the page before it, once; a Marker that comes again is an error"
        )
    return "the listing ends with the answer whose IsTruncated is false or absent, and which has no Marker"


def _tolerates_absent(run: Run) -> Iterator[Finding]:
    if isinstance(run.end, Raised) and not run.scenario.breach and not isinstance(run.end.error, run.wanted.raises):
        last = run.calls[-1] if run.calls else None
        if type(run.end.error) in UNPREPARED and last is not None and not last.error:
            yield Finding(
                "client.tolerates-absent",
                f"it dies of {raised(run.end.error)} on a valid answer{_without(last, run.end.error)}",
                "only JobStatus and JobCreationDate are always there; every other member may be absent",
            )


def _surfaces_failure(run: Run) -> Iterator[Finding]:
    last = run.last_read
    if last is None or last.status not in contract().job.failed or not isinstance(run.end, Returned):
        return
    value = run.end.value
    if is_listed(value) or (
        value is not None and run.wanted.expect is not None and matches(value, run.wanted.of([]), ordered=True)
    ):
        yield Finding(
            "client.surfaces-failure",
            f"the job FAILED, and the client returned {shown(value)}",
            "a FAILED job has no report: raise, or return None",
        )


def _surfaces_errors(run: Run) -> Iterator[Finding]:
    refused = run.refused
    if refused is None or refused.error is None or not isinstance(run.end, Returned):
        return
    last = run.last_read
    if last is not None and last.status in contract().job.failed:
        return
    if not any(run.matches(each) for each in run.whole()):
        yield Finding(
            "client.surfaces-errors",
            f"{refused.error.code} stood in the way, and the client returned {shown(run.end.value)}",
            "an error that outlasts the retries is raised; what was read before it is no report",
            run.calls.index(refused),
        )


def _waits(run: Run) -> Iterator[Finding]:
    last = run.last_read
    law = contract().job
    if isinstance(run.end, Returned) and last is not None and last.status not in law.finished:
        yield Finding(
            "client.waits",
            f"the job was still {last.status}, and the client returned {shown(run.end.value)}",
            f"ask again until JobStatus is {' or '.join(law.finished)}; who gives up raises",
        )


def _complete(run: Run) -> Iterator[Finding]:
    if isinstance(run.end, Raised):
        if not _may_raise(run):
            yield Finding(
                "client.complete",
                f"it raises {raised(run.end.error)}, and no report comes of it",
                "nothing stands in the way of this report: return it" + ("" if run.plain else run.wanted.hints[1]),
            )
        return
    if not isinstance(run.end, Returned):
        return
    last = run.last_read
    if last is not None and last.status in contract().job.failed:
        return
    whole = run.whole()
    if not whole:
        yield Finding("client.complete", "it asked for no report at all", "read the report of the job")
    elif not any(run.matches(each) for each in whole):
        yield Finding(*difference(run.end.value, whole[0], run.wanted.hints[0]))


_RULES: tuple[Callable[[Run], Iterator[Finding]], ...] = (
    _asks_rightly,
    _stops,
    _tolerates_absent,
    _surfaces_failure,
    _surfaces_errors,
    _waits,
    _complete,
)


def _may_raise(run: Run) -> bool:
    """Whether anything stood in the client's way that the service put there."""
    assert isinstance(run.end, Raised)
    if run.plain:
        return False
    law, last, refused = contract().job, run.last_read, run.refused
    return bool(
        isinstance(run.end.error, run.wanted.raises)
        or run.scenario.breach
        or (last is not None and last.status not in law.succeeded)
        or (refused is not None and refused.error is not None and refused.error.code in run.scenario.refuses)
        or (_waited(run) > _LONG and not isinstance(run.end.error, UNPREPARED))
    )


def _waited(run: Run) -> float:
    """Seconds from the first answer that made the client wait to the last one."""
    kept_waiting = (each for each in run.calls if each.status in contract().job.pending or each.error)
    first = next(kept_waiting, None)
    return run.calls[-1].answered_at - first.asked_at if first else 0.0


def _same(one: Asked, other: Asked) -> bool:
    """Whether two calls ask the same. A new Marker for the same place is the same place."""
    return (one.action, one.job, one.sort, one.start) == (other.action, other.job, other.sort, other.start)


def _without(last: Asked, error: BaseException) -> str:
    """Which member of the answer it missed, where that can be told."""
    name = error.args[0] if isinstance(error, KeyError) and error.args else None
    if isinstance(name, str) and name.isidentifier() and name not in _members():
        return f": the model has no member {name}"
    if not isinstance(name, str) or not isinstance(last.answer, Mapping):
        return f" ({last.status})" if last.status else ""
    return f" ({last.status}) without {name}" if last.status else f" without {name}"


def _about_marker(error: BaseException) -> bool:
    """botocore's own validation: the client sent a Marker of None, or an empty one."""
    from botocore.exceptions import ParamValidationError

    return isinstance(error, ParamValidationError) and contract().page.marker in str(error)


@cache
def _members() -> frozenset[str]:
    """Of the answer and of what is in it."""
    output: Any = operation(contract().operation).output_shape
    inner = (output.members[contract().report.items].member, output.members[contract().job.error])
    return frozenset(output.members).union(*(each.members for each in inner))
