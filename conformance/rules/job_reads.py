"""A job that is read again and again: its dates, when they are present and that they stay, and that a finished report stays the same."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime
from itertools import pairwise

from ..evidence.collection import Collection
from ..evidence.evidence import Evidence
from ..evidence.items import Item
from ..evidence.jobs import ObservedJob
from ..evidence.listings import ObservedListing
from ..evidence.ordering import around_difference
from ..evidence.paths import canonical
from ..evidence.responses import Page, Response
from ..protocols.timestamps import Instant
from .registry import KEPT, Check, broken, expect, rule

_NANOS = 10**9

#: How far JobCreationDate may be from the time of the request, in seconds: clocks differ by minutes, not by years.
_PLAUSIBLE = 3600


def _stable(
    job: ObservedJob, name: str, of: Callable[[Response], Instant | None], because: str | None = None
) -> Iterator[Check]:
    """The date is the same in every response, to the coarser of the written precisions.

    A server that writes the present time would show the same date twice within one unit of its precision, so only responses that are
    further apart show that a date stays. Each is compared with the finest text since the last change: a coarse one ties with two fine
    ones that differ. That it stays counts once for each job: how many responses are far enough apart depends on the speed of both sides.
    """
    dated = [(response, moment) for response in job.responses if (moment := of(response)) is not None]
    if not dated:
        return
    first, was = dated[0]
    since = first.exchange.received
    stays = False
    for second, now in dated[1:]:
        if not was.same(now):
            pair = (*first.exchanges, *second.exchanges)
            yield broken(f"{name} changed", expected=was, actual=now, path=f"/{name}", exchanges=pair, because=because)
            since = second.exchange.received
        elif (second.exchange.sent - since) * _NANOS > max(was.unit, now.unit):
            stays = True
        if not was.same(now) or now.unit < was.unit:
            first, was = second, now
    if stays:
        yield KEPT


@rule(
    "job.creation-date-stable",
    needs="two responses about one job with a {job.created}, further apart than its precision",
)
def creation_date_stable(job: ObservedJob) -> Iterator[Check]:
    if job.contract.job:
        yield from _stable(job, job.contract.job.created, lambda response: response.created)


@rule(
    "job.completion-date-stable",
    needs="two responses about one finished job with a {job.completed}, further apart than its precision",
)
def completion_date_stable(job: ObservedJob) -> Iterator[Check]:
    if job.contract.job:
        yield from _stable(
            job,
            job.contract.job.completed,
            lambda response: response.completed if response.finished else None,
            because="job.creation-date-stable",
        )


@rule("job.completion-date-absent-in-progress", needs="a response with the status {job.pending}")
def completion_date_absent_in_progress(response: Response) -> Iterator[Check]:
    job = response.contract.job
    if response.state == "pending" and job:
        yield expect(
            not response.has("completed"),
            f"a job that is {response.status} has a {job.completed}",
            expected=f"no {job.completed}",
            actual=response.completed or f"an empty {job.completed}",
            path=f"/{job.completed}",
            because=None if response.completed else "protocol.timestamp-format",
        )


@rule("job.completion-date-when-finished", needs="a response about a finished job")
def completion_date_when_finished(response: Response) -> Iterator[Check]:
    if response.finished and (job := response.contract.job):
        yield expect(
            response.has("completed"),
            f"a job that is {response.status} has no {job.completed}",
            expected=job.completed,
            actual="none",
        )


@rule("job.completed-after-created", needs="a response about a finished job with both dates")
def completed_after_created(response: Response) -> Iterator[Check]:
    if response.created and response.completed and response.finished and (job := response.contract.job):
        yield expect(
            not response.created.after(response.completed),
            "the job was completed before it was created",
            expected=f"{job.completed} not before {response.created}",
            actual=response.completed,
            path=f"/{job.completed}",
            because="job.creation-date-stable",
        )


@rule("job.creation-date-plausible", needs="a request that started a job, at a known time, and its {job.created}")
def creation_date_plausible(evidence: Evidence) -> Iterator[Check]:
    for job in evidence.jobs:
        start = next((each for each in job.starts if each.valid and each.asked), None)
        dated = next((each for each in job.responses if each.created is not None), None)
        if start is None or dated is None or dated.created is None or evidence.contract.job is None:
            continue
        requested = _requested(evidence, start.exchange.sent, start.exchange.headers.get("date"))
        if requested is not None:
            off = abs(dated.created.start // _NANOS - requested)
            yield expect(
                off <= _PLAUSIBLE + dated.created.unit // _NANOS,
                f"{evidence.contract.job.created} is far from the time at which the job was requested",
                expected="within an hour of the request",
                actual=f"{dated.created}, {_distance(off)} away",
                path=f"/{evidence.contract.job.created}",
                exchanges=(*start.exchanges, *dated.exchanges),
            )


def _requested(evidence: Evidence, sent: float, date: str | None) -> float | None:
    """When a request was sent, in seconds since 1970: by the clock of the run, else by the date of the HTTP response."""
    if evidence.run.began is not None:
        return evidence.run.began + sent
    try:
        return None if date is None else parsedate_to_datetime(date).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _distance(seconds: float) -> str:
    days = int(seconds // 86400)
    return f"{days:,} days" if days > 1 else f"{seconds / 3600:.1f} hours"


@rule(
    "job.read-repeatable",
    needs="two reads of one finished report",
    suppressed_by=(
        "pagination.complete",
        "pagination.no-repeats",
        "pagination.order-continues",
        "report.service-listed-once",
        "report.entity-listed-once",
        "sort.namespace-ascending",
        "sort.namespace-descending",
        "sort.default-by-namespace",
        "sort.by-namespace",
    ),
)
def read_repeatable(collection: Collection) -> Iterator[Check]:
    """Status and dates have rules of their own; here are the counts, the order and what is said of each item."""
    if not collection.frozen:
        return
    same_request: dict[object, list[Page]] = defaultdict(list)
    for page in collection.pages:
        if page.asked:
            same_request[(page.sort_key, page.limit, page.token)].append(page)
    for pages in same_request.values():
        for first, second in pairwise(pages):
            yield expect(
                first.counts == second.counts,
                "the same request got other counts",
                expected=_counted(first),
                actual=_counted(second),
                exchanges=(*first.exchanges, *second.exchanges),
            )
    same_order: dict[object, list[ObservedListing]] = defaultdict(list)
    for listing in collection.listings:
        if listing.asked:
            # Where items tie, another page size may validly put them into another order.
            limits = tuple(page.limit for page in listing.pages) if _may_tie(listing) else None
            same_order[listing.sort_key, limits].append(listing)
    for listings in same_order.values():
        for one, other in pairwise(listings):
            yield from _same_order(one, other)
    yield from _same_details(collection)


def _counted(page: Page) -> str:
    return ", ".join(f"{each.member} {page.counts[each.of]}" for each in page.contract.counts)


def _may_tie(listing: ObservedListing) -> bool:
    sort, order = listing.contract.sort, listing.contract.order
    if sort is not None:
        return sort.key(listing.sort_key).type == "time"
    return order is not None and order.type == "time"


def _same_order(first: ObservedListing, second: ObservedListing) -> Iterator[Check]:
    """Two listings under one key, as far as both go: what is in both is in one order."""
    common = first.held & second.held
    was = list(dict.fromkeys(each for each in first.identities if each in common))
    now = list(dict.fromkeys(each for each in second.identities if each in common))
    if len(was) < 2:
        return
    differ = around_difference(was, now)
    yield expect(
        differ is None,
        f"{second.describe()} has another order than {first.describe()}",
        expected=differ and differ[0],
        actual=differ and differ[1],
        exchanges=(*first.exchanges, *second.exchanges),
    )


def _same_details(collection: Collection) -> Iterator[Check]:
    """A finished report says of an item what it said before."""
    known: dict[str, Item] = {}
    differed: set[str] = set()
    for page in collection.pages:
        for item in page.items if len(set(page.identities)) == len(page.identities) else ():
            if item.identity is None or item.identity in differed:
                continue
            was = known.setdefault(item.identity, item)
            if was is not item and not _alike(was, item, collection):
                differed.add(item.identity)
                yield broken(
                    f"the report says something else of {item.label} than before",
                    expected=_details(was),
                    actual=_details(item),
                    path=item.path,
                    exchanges=(was.exchange, item.exchange),
                )


def _alike(one: Item, other: Item, collection: Collection) -> bool:
    if collection.contract.report is None:
        return canonical(one.value) == canonical(other.value)
    if (one.entity, one.region, one.total) != (other.entity, other.region, other.total):
        return False
    if _actions(one) != _actions(other):
        return False
    return one.time.same(other.time) if one.time and other.time else one.has_time == other.has_time


def _actions(item: Item) -> object:
    return item.actions and [(each.name, each.entity, each.region, each.has_time) for each in item.actions]


def _details(item: Item) -> str:
    said = {"at": item.time, "by": item.entity, "in": item.region, "total": item.total}
    return " ".join(f"{name} {value}" for name, value in said.items() if value is not None) or "never accessed"
