"""Answers: what a service may say about a job, each drawn once and then told in any protocol.

An answer's members stand in the model's order under the model's names. Its times are `Moment`s, which know how they
are written, so that what boto3 makes of the bytes and what is drawn are the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count, product
from string import ascii_lowercase
from typing import Any, Literal, NamedTuple, cast, overload

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ..emulator.access_reports.services import default_report
from ..emulator.records import Members
from ..spec.legacy import SortKey, contract
from .shapes import Protocol, ReportResponse, Status
from .values import (
    EARLIEST,
    EPOCH,
    LATEST,
    PRECISIONS,
    Moment,
    entity_paths,
    enumerated,
    error_details,
    instant,
    markers,
    moment,
    regions,
    service_names,
    service_namespaces,
)
from .writing import Writing, write, writings

__all__ = [
    "Answer",
    "Core",
    "Dates",
    "Line",
    "Order",
    "Rest",
    "Use",
    "answers",
    "completed",
    "compose",
    "cores",
    "distinct",
    "entries",
    "lines",
    "ordered",
    "page",
    "parsed",
    "responses",
    "told",
    "unfinished",
]  # fmt: skip

_DAY = 86_400_000

#: The largest number that the integers of the model hold; they have 32 bits.
_LARGEST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the operation that reads a report."""

    members: Members

    @property
    def parsed(self) -> ReportResponse:
        """What boto3 returns, but for the ``ResponseMetadata`` that it adds."""
        return cast(ReportResponse, parsed(self.members))

    def xml(self, writing: Writing = Writing()) -> bytes:  # noqa: B008 -- frozen
        """The bytes on the wire."""
        return write(told(self.members, lambda each: each.text), writing)

    def json(self) -> str:
        """What the AWS CLI prints."""
        printed = told(self.members, lambda each: each.time.isoformat())
        return json.dumps(printed, indent=4, ensure_ascii=False)


def parsed(members: Members) -> dict[str, Any]:
    """The members with their times as times."""
    return {name: told(each, lambda moment: moment.time) for name, each in members.items()}


def told(value: Any, time: Callable[[Moment], Any]) -> Any:
    """The same value with every time told in another way."""
    kind = type(value)
    if kind is Moment:
        return time(value)
    if kind is dict:
        return {name: told(each, time) if type(each) in _NESTED else each for name, each in value.items()}
    return [told(each, time) for each in value] if kind is list else value


_NESTED = {Moment, dict, list}


class Dates(NamedTuple):
    """When the job began and ended, in milliseconds after 2000, and how precisely either is written."""

    created: int
    completed: int
    precision: tuple[int, int]


class Use(NamedTuple):
    """The last use of a service: from which of the entities at hand, so many milliseconds before the job ended."""

    place: int
    ago: int
    precision: int
    region: str
    total: int


class Line(NamedTuple):
    """A service of a report; without a name it is called like its namespace. `counted`: it tells that nobody used it."""

    key: str
    name: str | None = None
    use: Use | None = None
    counted: bool = True


class Order(NamedTuple):
    """The order of a listing, and where never-accessed services stand in it if it is by time."""

    sort: SortKey
    unused_last: bool


#: Few enough that two services are often used at the same moment, which is what sorting has to be told about.
_AGO = (0, 1_000, 3_600_000, 1_234, 90_061_007, _DAY, 30 * _DAY, 90 * _DAY, 399 * _DAY + 1)


class Variant(NamedTuple):
    """What an answer may leave out, and what it may tell although there is nothing to tell."""

    omit_false: bool
    omit_empty: bool
    list_nothing: bool
    region_of_unused_iam: bool


class Core(NamedTuple):
    """What every answer about a job rests on."""

    dates: Dates
    variant: Variant


class Rest(NamedTuple):
    """Services of the report that stand on other pages: used and never used."""

    used: int
    unused: int


_RESTS = [Rest(*each) for each in ((0, 0), (0, 1), (1, 0), (1, 1), (0, 455), (29, 426), (1000, 0))]

_FREEDOMS = [Variant(*each) for each in product((False, True), repeat=4)]


@overload
def responses(status: Status | None = ..., protocol: Literal["parsed"] = ...) -> SearchStrategy[ReportResponse]: ...
@overload
def responses(status: Status | None = ..., *, protocol: Literal["xml"]) -> SearchStrategy[bytes]: ...
@overload
def responses(status: Status | None, protocol: Literal["xml"]) -> SearchStrategy[bytes]: ...
def responses(status: Status | None = None, protocol: Protocol = "parsed") -> SearchStrategy[Any]:
    """Valid answers of ``GetOrganizationsAccessReport``, each as if it were one page of a whole report.

    :param status: only answers of this status; None draws any of the model's.
    :param protocol: ``"parsed"`` is what boto3 returns, without ``ResponseMetadata``; ``"xml"`` the bytes on the wire.
    """
    if protocol == "parsed":
        return answers(status).map(lambda each: each.parsed)
    if protocol == "xml":
        return st.builds(Answer.xml, answers(status), writings())
    raise ValueError(f"protocol is parsed or xml, not {protocol!r}")


def answers(status: Status | None = None, *, services: int | None = None) -> SearchStrategy[Answer]:
    """The same as `Answer`: one value that can be told in every protocol, for tests that compare them.

    :param services: whole reports of exactly so many services, called as real ones are.
    """
    if services is not None:
        return _sized(services)
    known = enumerated(contract().job.status)
    if status is None:
        return st.one_of([_answers(each) for each in known])
    if status not in known:
        raise ValueError(f"status is one of {', '.join(known)}, not {status!r}")
    return _answers(status)


@cache
def _answers(status: str) -> SearchStrategy[Answer]:
    job = contract().job
    if status in job.pending:
        return st.builds(lambda core: Answer(unfinished(status, core)), cores())
    if status in job.failed:
        return st.builds(
            lambda core, why: Answer(unfinished(status, core) | {job.error: why}), cores(), error_details()
        )
    # The same a second time, as another object, since Hypothesis takes equal alternatives for one: half of all answers
    # are then of this kind, and the one shrinks into the other.
    return completed() | completed.__wrapped__()


@cache
def cores() -> SearchStrategy[Core]:
    """A job's dates and variants."""
    durations = st.sampled_from((0, 1_360, 500, 12_000, 1, 999, 61_234, _DAY))
    precisions = st.sampled_from([*product(PRECISIONS, repeat=2)])
    dates = st.builds(_dates, st.integers(EARLIEST, LATEST - _DAY), durations, precisions)
    return st.builds(Core, dates, st.sampled_from(_FREEDOMS))


def _dates(created: int, duration: int, precision: tuple[int, int]) -> Dates:
    """Dates in their order as they are written.

    A completion in whole seconds may seem to be before the creation, as it may on the wire: to a precision so coarse
    they are the same. With one or two digits it may not, because Python prints three where boto3 read fewer.
    """
    began = instant(created, precision[0])
    ended = instant(began + duration, precision[1])
    if ended < began and precision[1]:
        return Dates(began, began + duration, (precision[0], 3))
    return Dates(began, ended, precision)


def unfinished(status: str, core: Core) -> Members:
    """The members of a job that has no report, or will never have one."""
    law, (dates, variant) = contract(), core
    found: Members = {law.job.status: status, law.job.created: moment(dates.created, dates.precision[0])}
    if status in law.job.finished:
        found[law.job.completed] = moment(dates.completed, dates.precision[1])
    if variant.list_nothing:
        found[law.report.items] = []
    if not variant.omit_false:
        found[law.page.truncated] = False
    return found


@cache
def _paths() -> SearchStrategy[str]:
    """A few of every kind, the shortest first and the longest last: one choice where `entity_paths` takes a dozen."""
    root, unit, account = "o-aaaaaaaaaa/r-aaaa", "ou-aaaa-bbbbbbbb", "123456789012"
    deep = [f"{root}/{'/'.join([unit] * depth)}" for depth in range(1, 6)]
    longest = "/".join(("o-" + "z" * 32, "r-" + "z" * 32, *["ou-" + "z" * 32 + "-" + "z" * 32] * 5, "9" * 12))
    return st.sampled_from(
        (root, f"{root}/{account}", f"{deep[0]}/{account}", f"{deep[4]}/{account}", longest, longest, longest)
    )


@cache
def lines(*, used: bool | None = None) -> SearchStrategy[Line]:
    """Services: all kinds, or only those that were (or were never) accessed."""
    total = st.sampled_from((1, 2, 0, 9, _LARGEST))
    use = st.builds(
        Use, st.sampled_from((0, -1, -1, 1, 2)), st.sampled_from(_AGO), st.sampled_from(PRECISIONS), regions(), total
    )
    told, untold = st.just((None, True)), st.just((None, False))
    accessed = [use.map(lambda each: (each, True)) for _ in range(2)]  # not one twice, which would weigh as one
    uses = {None: (told, untold, *accessed), True: accessed[:1], False: (told, untold)}[used]
    return st.builds(_line, service_namespaces(), st.none() | service_names(), st.one_of(uses))


def _line(key: str, name: str | None, use: tuple[Use | None, bool]) -> Line:
    return Line(key, name, *use)


@cache
def completed(
    *,
    first: Literal["used", "unused"] | None = None,
    pages: Literal["whole", "more"] | None = None,
) -> SearchStrategy[Answer]:
    """Answers of jobs that succeeded.

    :param first: makes sure of one service that was, or never was, accessed.
    :param pages: only answers that hold the whole report, or only ones that promise more.
    """
    sure = st.none() if first is None else lines(used=first == "used").map(_not_iam)
    rest = st.just(Rest(0, 0)) if pages == "whole" else st.sampled_from(_RESTS)
    marker = {None: st.none() | markers(), "whole": st.none(), "more": markers()}[pages]
    several = [st.lists(lines(), max_size=8) for _ in range(4)]
    some: SearchStrategy[list[Line]] = several[0] if first else st.one_of(*several, st.just([]))
    return st.builds(compose, cores(), some, sure, _paths(), orders(), marker, rest)


@cache
def _sized(number: int) -> SearchStrategy[Answer]:
    """One draw says of every service whether it was used, and which of a few uses it had."""
    named = [(each.key, each.name) for each in default_report(number, (), EPOCH)]

    def listed(scattered: bytes, like: list[Line]) -> list[Line]:
        uses = [each.use for each in like]
        return [
            Line(key, name, uses[byte % len(uses)] if byte > _RARELY_USED else None)
            for (key, name), byte in zip(named, scattered, strict=True)
        ]

    some = st.builds(
        listed, st.binary(min_size=number, max_size=number), st.lists(lines(used=True), min_size=1, max_size=6)
    )
    none, nowhere = st.none(), st.just(Rest(0, 0))
    return st.builds(compose, cores(), some, none, entity_paths("account"), orders(), none, nowhere)


#: Of 256 values those above it: about a tenth of the services of an organization are used.
_RARELY_USED = 230


def _not_iam(line: Line) -> Line:
    """The one service that may have a Region although nobody used it is no example of one that may not."""
    return line._replace(key="a") if line.key == "iam" else line


@cache
def orders() -> SearchStrategy[Order]:
    """Orders of a listing."""
    return st.sampled_from([Order(*each) for each in product(contract().sort, (False, True))])


def compose(
    core: Core, some: list[Line], sure: Line | None, path: str, order: Order, marker: str | None, rest: Rest
) -> Answer:
    """An answer out of its parts: `sure` is listed before all others, `rest` stands on other pages."""
    services = distinct(some if sure is None else [sure, *some])
    found = ordered(entries(core, services, places(path)), order)
    counts = (
        sum(each.time is not None for each in found) + rest.used,
        sum(each.time is None for each in found) + rest.unused,
    )
    return page(core, [each.members for each in found], counts, marker)


def distinct(drawn: list[Line]) -> list[Line]:
    """The same services with no namespace twice: one that is taken gives way to the next simple one that is free.

    Two services that are as simple as can be are therefore called ``a`` and ``b``.
    """
    taken: set[str] = set()
    found = []
    for each in drawn:
        if each.key in taken:
            free = next(key for key in _spare() if key not in taken)
            each = each._replace(key=free)  # noqa: PLW2901
        taken.add(each.key)
        found.append(each)
    return found


def _spare() -> Iterator[str]:
    yield from ascii_lowercase
    yield from (f"a{number}" for number in count(1))


class Entry(NamedTuple):
    """A service's members, and what it is sorted by."""

    key: str
    time: int | None
    members: Members


def places(path: str, depth: int = 1) -> list[str]:
    """The entities on the way from the root down to a path, the first `depth` of them left out."""
    steps = path.split("/")
    return ["/".join(steps[: place + 1]) for place in range(min(depth, len(steps) - 1), len(steps))]


def entries(core: Core, services: Iterable[Line], entities: Sequence[str]) -> list[Entry]:
    """Services as the report on these entities tells of them."""
    return [_entry(core, each, entities) for each in services]


def _entry(core: Core, line: Line, entities: Sequence[str]) -> Entry:
    roles = contract().item
    key, name, use, counted = line
    found: Members = {roles.name: key if name is None else name, roles.key: key}
    if use is None:
        if key == "iam" and core.variant.region_of_unused_iam:
            found[roles.region] = "us-east-1"
        if counted:
            found[roles.total] = 0
        return Entry(key, None, found)
    time = core.dates.completed - use.ago
    found[roles.region] = use.region
    found[roles.entity] = entities[use.place % len(entities)]
    found[roles.time] = moment(time, use.precision)
    if use.total:
        found[roles.total] = use.total
    return Entry(key, instant(time, use.precision), found)


def ordered(found: list[Entry], order: Order) -> list[Entry]:
    """Services in an order that a service may give them: ties stand as they were drawn."""
    if order.sort.by == "key":
        return sorted(found, key=lambda each: each.key, reverse=order.sort.descending)
    timed = [(each.time, each) for each in found if each.time is not None]
    used = [each for _, each in sorted(timed, key=lambda each: each[0], reverse=order.sort.descending)]
    unused = [each for each in found if each.time is None]
    return used + unused if order.unused_last else unused + used


def page(core: Core, services: list[Members], counts: tuple[int, int], marker: str | None) -> Answer:
    """One page of a report with so many services that were and that never were used."""
    law, (dates, variant) = contract(), core
    found: Members = {
        law.job.status: law.job.succeeded[0],
        law.job.created: moment(dates.created, dates.precision[0]),
        law.job.completed: moment(dates.completed, dates.precision[1]),
        law.report.accessible: sum(counts),
        law.report.not_accessed: counts[1],
    }
    if services or not variant.omit_empty:
        found[law.report.items] = services
    if marker is not None:
        found |= {law.page.truncated: True, law.page.next: marker}
    elif not variant.omit_false:
        found[law.page.truncated] = False
    return Answer(found)
