"""The rows of an access report as they are drawn: services or entities, accessed or not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import combinations, count
from string import ascii_lowercase
from typing import Any, NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ...emulator.access_reports.services import service_names
from ...spec.contract import Contract, Report
from ...spec.operations import DEFAULT, load
from ..drawing import Drawer, one_of, pick, together
from ..values.constraints import constraints
from ..values.letters import texts
from ..values.members import NAMES, PRINCIPALS, arns, entity_names, regions, service_namespaces
from ..values.moments import PRECISIONS
from .jobs import DAY

__all__ = ["LARGEST", "Access", "DrawnRow", "arn_of", "distinct", "places", "rows", "subjects"]

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


class DrawnRow(NamedTuple):
    """A row of a report.

    `key` is what identifies it; without a name it is called like its key. `counted`: it says that nobody accessed it. `actions` are the
    tracked actions of a service: names, each with its access or with none.
    """

    key: str
    name: str | None = None
    access: Access | None = None
    counted: bool = True
    actions: tuple[tuple[str, Access | None], ...] = ()


@cache
def rows(contract: Contract, *, accessed: bool | None = None, counted: bool = False) -> Drawer[DrawnRow]:
    """Draws rows: all kinds, or only those that were (or were never) accessed, or that say how many accessed them."""
    report = _report(contract)
    named = _entities() if report.entity_arn is not None else _services()
    kinds, access = st.sampled_from(_kinds(report, accessed, counted)), _accesses()
    actions = _some_actions() if report.actions else None

    def row(draw: DrawFn) -> DrawnRow:
        (key, name), kind = one_of(draw, named), draw(kinds)
        used = None if isinstance(kind, bool) else access(draw, kind)
        return DrawnRow(key, name, used, kind is not False, () if actions is None else actions(draw))

    return row


def _kinds(report: Report, accessed: bool | None, counted: bool) -> list[int | bool]:
    """How many accessed a row; of one that nobody did, whether it says so. One choice, and half of the rows are of either kind."""
    unused: list[int | bool] = [True, False] if report.total else [True]
    used = [each for each in _TOTALS if each or not counted] if report.total else [1]
    if accessed is None:
        return [*unused, *used, *(unused * len(used))[: len(used) - len(unused)]]
    return [*used] if accessed else unused


@cache
def _accesses() -> Callable[[DrawFn, int], Access]:
    """Draws an access, of this total."""
    facts, region = together(_AGO, (0, -1, 1, -1), PRECISIONS), regions()

    def access(draw: DrawFn, total: int) -> Access:
        ago, place, precision = draw(facts)
        return Access(place, ago, precision, draw(region), total)

    return access


#: 0 does not say how many.
_TOTALS = (1, 2, 0, 9, LARGEST)


@cache
def _some_actions() -> Drawer[tuple[tuple[str, Access | None], ...]]:
    names = ("ListBuckets", "PutObject", "a", "")
    sets = st.sampled_from([each for size in range(4) for each in combinations(names, size)])
    kinds, access = st.sampled_from((None, *_TOTALS, *[None] * 4)), _accesses()

    def action(draw: DrawFn, name: str) -> tuple[str, Access | None]:
        kind = draw(kinds)
        return name, None if kind is None else access(draw, kind)

    return lambda draw: tuple([action(draw, name) for name in draw(sets)])


@cache
def _services() -> SearchStrategy[Any]:
    """What services are called, and how they are written: mostly one choice."""
    size, real = constraints(load(DEFAULT), "ServiceNamespace"), [each for each in service_names() if each[0] != "iam"]
    plain = [("a", None), ("iam", None), ("z" * size["max"], None)]
    names, keys = pick(None, *NAMES, *[texts()] * len(NAMES)), service_namespaces()
    listed = st.sampled_from(real)
    return pick(
        *plain,
        *[("a", name) for name in NAMES],
        *plain[1:] * 3,
        *[lambda draw: (keys(draw), one_of(draw, names))] * 6,
        *[lambda draw: draw(listed)] * 4,
    )


@cache
def _entities() -> SearchStrategy[Any]:
    """Users, roles and groups. Their names are in their Arns."""
    kinds, names = st.sampled_from(PRINCIPALS), entity_names()
    return pick(lambda draw: (arn_of(draw(kinds), names(draw)), None))


def arn_of(kind: str, name: str) -> str:
    """The Arn of a user, a role or a group without a path."""
    return f"arn:aws:iam::123456789012:{kind}/{name}"


def distinct(contract: Contract, drawn: Iterable[DrawnRow]) -> list[DrawnRow]:
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
def subjects(contract: Contract) -> Drawer[str]:
    """Draws what a report may be about: paths of every kind, the shortest first and the longest last, or a few Arns.

    One choice where `entity_paths` takes a dozen.
    """
    if _report(contract).entity_is != "below":
        few = arn_of("user", "a"), arn_of("role", "a"), arn_of("user", "z" * 64)
        found = pick(*few, *few, arns("user"), arns("role"))
        return lambda draw: one_of(draw, found)
    root, unit, account = "o-aaaaaaaaaa/r-aaaa", "ou-aaaa-bbbbbbbb", "123456789012"
    deep = [f"{root}/{'/'.join([unit] * depth)}" for depth in range(1, 6)]
    longest = "/".join(("o-" + "z" * 32, "r-" + "z" * 32, *["ou-" + "z" * 32 + "-" + "z" * 32] * 5, "9" * 12))
    paths = st.sampled_from(
        (root, f"{root}/{account}", f"{deep[0]}/{account}", f"{deep[4]}/{account}", longest, longest, longest)
    )
    return lambda draw: draw(paths)


def places(contract: Contract, subject: str, depth: int = 1) -> list[str]:
    """The entities that may have accessed something in a report on this subject.

    For a path these are the entities on the way from the root down to it, the first `depth` of them left out; for an Arn, the
    principal itself.
    """
    if _report(contract).entity_is != "below":
        return [subject]
    steps = subject.split("/")
    return ["/".join(steps[: place + 1]) for place in range(min(depth, len(steps) - 1), len(steps))]


def _report(contract: Contract) -> Report:
    assert contract.report is not None, f"{contract.id} has no access report"
    return contract.report
