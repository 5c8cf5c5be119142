"""The rows of an access report: services or entities, accessed or not, as they are drawn and as their members."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import count
from string import ascii_lowercase
from typing import Any, NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ...spec.contract import Actions, Contract, Report
from ..values.constraints import in_model_order, item_shape, put, shape_at
from ..values.members import arns, entity_names, regions, service_names, service_namespaces
from ..values.moments import PRECISIONS, instant, moment
from .jobs import DAY, JobFacts

__all__ = ["LARGEST", "Access", "Row", "WrittenRow", "arn_of", "distinct", "paths", "places", "principals", "rows", "written_rows"]  # fmt: skip

#: The largest number that the integers of the model hold; they have 32 bits.
LARGEST = 2**31 - 1

#: Few enough that two rows often have the same moment, which is what sorting has to be tested with.
_AGO = (0, 1_000, 3_600_000, 1_234, 90_061_007, DAY, 30 * DAY, 90 * DAY, 399 * DAY + 1)


class Access(NamedTuple):
    """The last access: by which of the entities at hand, so many milliseconds before the job ended."""

    place: int
    ago: int
    precision: int
    region: str
    total: int


class Row(NamedTuple):
    """A row of a report.

    `key` is what identifies it; without a name it is called like its key. `counted`: it says that nobody accessed it. `actions` are the
    tracked actions of a service: names, each with its access or with none.
    """

    key: str
    name: str | None = None
    access: Access | None = None
    counted: bool = True
    actions: tuple[tuple[str, Access | None], ...] = ()


class WrittenRow(NamedTuple):
    """A row's members, and what it is sorted by."""

    key: str
    time: int | None
    members: dict[str, Any]


@cache
def rows(contract: Contract, *, accessed: bool | None = None) -> SearchStrategy[Row]:
    """Rows: all kinds, or only those that were (or were never) accessed."""
    report = _report(contract)
    seen, unseen = st.just((None, True)), st.just((None, False))
    uses = [_accesses().map(lambda each: (each, True)) for _ in range(2)]  # not one twice, which would weigh as one
    kinds = {
        None: (seen, unseen, *uses) if report.total else (seen, *uses),
        True: uses[:1],
        False: (seen, unseen) if report.total else (seen,),
    }[accessed]
    if report.entity_arn is not None:
        keys: SearchStrategy[str] = st.builds(arn_of, st.sampled_from(_KINDS), entity_names())
        return st.builds(_row, keys, st.none(), st.one_of(kinds))
    some_actions = _some_actions() if report.actions else st.just(())
    names = st.none() | service_names()
    return st.builds(_row, service_namespaces(), names, st.one_of(kinds), some_actions)


@cache
def _accesses() -> SearchStrategy[Access]:
    total = st.sampled_from((1, 2, 0, 9, LARGEST))
    places = st.sampled_from((0, -1, -1, 1, 2))
    return st.builds(Access, places, st.sampled_from(_AGO), st.sampled_from(PRECISIONS), regions(), total)


def _row(
    key: str,
    name: str | None,
    access: tuple[Access | None, bool],
    actions: tuple[tuple[str, Access | None], ...] = (),
) -> Row:
    return Row(key, name, *access, actions)


@cache
def _some_actions() -> SearchStrategy[tuple[tuple[str, Access | None], ...]]:
    names = st.sampled_from(("ListBuckets", "PutObject", "a", ""))
    action = st.tuples(names, st.none() | _accesses())
    return st.lists(action, max_size=3, unique_by=lambda each: each[0]).map(tuple)


_KINDS = ("user", "role", "group")


def arn_of(kind: str, name: str) -> str:
    """The Arn of a user, a role or a group without a path."""
    return f"arn:aws:iam::123456789012:{kind}/{name}"


def distinct(contract: Contract, drawn: Iterable[Row]) -> list[Row]:
    """The same rows with no key twice: one that is taken gives way to the next simple one that is free.

    Two services that are as simple as can be are therefore called ``a`` and ``b``.
    """
    taken: set[str] = set()
    found = []
    for each in drawn:
        key = each.key
        if key in taken:
            spare = (arn_of("user", name) for name in _spare()) if _report(contract).entity_arn else _spare()
            key = next(free for free in spare if free not in taken)
        taken.add(key)
        found.append(each._replace(key=key))
    return found


def _spare() -> Iterator[str]:
    yield from ascii_lowercase
    yield from (f"a{number}" for number in count(1))


@cache
def paths() -> SearchStrategy[str]:
    """A few paths of every kind, the shortest first and the longest last: one choice where `entity_paths` takes a dozen."""
    root, unit, account = "o-aaaaaaaaaa/r-aaaa", "ou-aaaa-bbbbbbbb", "123456789012"
    deep = [f"{root}/{'/'.join([unit] * depth)}" for depth in range(1, 6)]
    longest = "/".join(("o-" + "z" * 32, "r-" + "z" * 32, *["ou-" + "z" * 32 + "-" + "z" * 32] * 5, "9" * 12))
    return st.sampled_from(
        (root, f"{root}/{account}", f"{deep[0]}/{account}", f"{deep[4]}/{account}", longest, longest, longest)
    )


@cache
def principals() -> SearchStrategy[str]:
    """A few Arns of principals, the simplest first; others are drawn rarely."""
    few = st.sampled_from((arn_of("user", "a"), arn_of("role", "a"), arn_of("user", "z" * 64)))
    return few | arns("user") | arns("role")


def places(contract: Contract, subject: str, depth: int = 1) -> list[str]:
    """The entities that may have accessed something in a report on this subject.

    For a path these are the entities on the way from the root down to it, the first `depth` of them left out; for an Arn, the
    principal itself.
    """
    if _report(contract).entity_is != "below":
        return [subject]
    steps = subject.split("/")
    return ["/".join(steps[: place + 1]) for place in range(min(depth, len(steps) - 1), len(steps))]


def written_rows(
    contract: Contract, job: JobFacts, services: Iterable[Row], entities: Sequence[str]
) -> list[WrittenRow]:
    """The members of rows in the report on these entities."""
    build = _entity if _report(contract).entity_arn is not None else _service
    return [build(contract, job, each, entities) for each in services]


def _service(contract: Contract, job: JobFacts, row: Row, entities: Sequence[str]) -> WrittenRow:
    report, listing = _report(contract), contract.listing
    assert listing is not None and listing.identity is not None and report.time is not None
    found: dict[str, Any] = {listing.identity: row.key}
    if report.name is not None:
        found[report.name] = row.key if row.name is None else row.name
    asked_for_actions = report.actions is not None and job.choices.second_type
    if report.actions is not None and asked_for_actions and row.actions:
        found[report.actions.items] = [_action(report.actions, job, *each, entities) for each in row.actions]
    time = None
    if row.access is None:
        if report.region is not None and row.key in report.regions_always and job.choices.region_of_unused_iam:
            found[report.region] = "us-east-1"
        if report.total is not None and row.counted:
            found[report.total] = 0
    else:
        time = instant(job.dates.completed - row.access.ago, row.access.precision)
        found |= _access(job, row.access, entities, {"region": report.region, "entity": report.entity, "time": report.time})  # fmt: skip
        if report.total is not None and row.access.total:
            found[report.total] = row.access.total
    return WrittenRow(row.key, time, in_model_order(item_shape(contract), found))


def _access(job: JobFacts, access: Access, entities: Sequence[str], roles: Mapping[str, str | None]) -> dict[str, Any]:
    """The members that describe one access."""
    values = {
        "region": access.region,
        "entity": entities[access.place % len(entities)],
        "time": moment(job.dates.completed - access.ago, access.precision),
    }
    return {name: values[role] for role, name in roles.items() if name is not None}


def _action(
    actions: Actions, job: JobFacts, name: str, access: Access | None, entities: Sequence[str]
) -> dict[str, Any]:
    found: dict[str, Any] = {actions.name: name}
    if access is not None:
        found |= _access(
            job, access, entities, {"entity": actions.entity, "time": actions.time, "region": actions.region}
        )
    return found


def _entity(contract: Contract, job: JobFacts, row: Row, entities: Sequence[str]) -> WrittenRow:
    """A row that is a user, a role or a group. Its ids are what IAM would give, by its Arn."""
    report, shape = _report(contract), item_shape(contract)
    assert report.entity_arn is not None and report.entity_type is not None and report.time is not None
    kind, _, rest = row.key.rpartition(":")[2].partition("/")
    path, _, name = rest.rpartition("/")
    found: dict[str, Any] = {}
    put(found, report.entity_arn, row.key)
    put(found, report.entity_type, kind.upper())
    where = report.entity_arn.rpartition(".")[0]
    info: dict[str, Any] = found[where]
    info |= {"Name": name, "Id": f"{_ID_STARTS[kind]}{_digest(row.key)}"}
    if path or row.counted:
        info["Path"] = f"/{path}/" if path else "/"
    found[where] = in_model_order(shape_at(shape, where), info)
    time = None
    if row.access is not None:
        time = instant(job.dates.completed - row.access.ago, row.access.precision)
        found[report.time] = moment(job.dates.completed - row.access.ago, row.access.precision)
    return WrittenRow(row.key, time, in_model_order(shape, found))


_ID_STARTS = {"user": "AIDA", "role": "AROA", "group": "AGPA"}


def _digest(text: str) -> str:
    from hashlib import sha256

    return sha256(text.encode()).hexdigest()[:17].upper()


def _report(contract: Contract) -> Report:
    assert contract.report is not None, f"{contract.id} has no access report"
    return contract.report
