"""The report: what each service's entry says, and what the counts say of all of them."""

from collections import Counter
from collections.abc import Iterator

from ...spec import loader
from ..evidence.evidence import Report
from ..evidence.listings import Listing
from ..evidence.responses import Page, Service
from .registry import KEPT, Check, broken, rule

#: The one service that AWS lists with a Region although nobody used it.
_REGION_WITHOUT_ATTEMPT = "iam"


@rule("report.attempt-details-together", needs="a report with an accessed service")
def attempt_details_together(page: Page) -> Iterator[Check]:
    for each in page.services:
        if each.accessed:
            has, lacks = (
                ("EntityPath", "LastAuthenticatedTime") if each.has_entity else ("LastAuthenticatedTime", "EntityPath")
            )
            yield (
                KEPT
                if each.has_time and each.has_entity
                else broken(
                    f"{each.label} has {has} without {lacks}",
                    expected="both or neither",
                    actual=f"{has} alone",
                    path=each.path,
                )
            )


@rule("report.attempt-has-region", needs="a report with an accessed service")
def attempt_has_region(page: Page) -> Iterator[Check]:
    for each in page.services:
        if each.accessed:
            yield (
                KEPT
                if each.has_region
                else broken(
                    f"{each.label} was accessed and has no Region", expected="a Region", actual="none", path=each.path
                )
            )


@rule(
    "report.no-attempt-no-region",
    needs="a report with a service that was never accessed",
    grounds=("report.attempt-details-together",),
)
def no_attempt_no_region(page: Page) -> Iterator[Check]:
    for each in page.services:
        if not each.accessed and each.key != _REGION_WITHOUT_ATTEMPT:
            yield (
                KEPT
                if not each.has_region
                else broken(
                    f"{each.label} was never accessed and has a Region",
                    expected="no Region",
                    actual=each.region,
                    path=f"{each.path}/Region",
                )
            )


def _total(each: Service, expected: str) -> Check:
    who = f"{each.label} was {'' if each.accessed else 'never '}accessed"
    return broken(
        f"{who} and TotalAuthenticatedEntities is {each.total}",
        expected=expected,
        actual=each.total,
        path=f"{each.path}/TotalAuthenticatedEntities",
    )


@rule("report.attempt-counted", needs="an accessed service with TotalAuthenticatedEntities")
def attempt_counted(page: Page) -> Iterator[Check]:
    for each in page.services:
        if each.accessed and each.total is not None:
            yield KEPT if each.total > 0 else _total(each, "above 0")


@rule(
    "report.no-attempt-counts-none",
    needs="a service that was never accessed, with TotalAuthenticatedEntities",
    grounds=("report.attempt-details-together",),
)
def no_attempt_counts_none(page: Page) -> Iterator[Check]:
    for each in page.services:
        if not each.accessed and each.total is not None:
            yield KEPT if each.total == 0 else _total(each, "0")


def _counts(page: Page) -> dict[str, int | None]:
    return {"NumberOfServicesAccessible": page.accessible, "NumberOfServicesNotAccessed": page.not_accessed}


@rule("report.counts-present", needs="an answer that is COMPLETED")
def counts_present(page: Page) -> Iterator[Check]:
    missing = [
        name
        for name, role in (
            ("NumberOfServicesAccessible", "accessible"),
            ("NumberOfServicesNotAccessed", "not_accessed"),
        )
        if not page.has(role)
    ]
    yield (
        KEPT
        if not missing
        else broken("a COMPLETED answer lacks a count", expected="both counts", actual=f"no {', no '.join(missing)}")
    )


@rule("report.counts-not-negative", needs="a COMPLETED answer with a count")
def counts_not_negative(page: Page) -> Iterator[Check]:
    for name, value in _counts(page).items():
        if value is not None:
            yield (
                KEPT
                if value >= 0
                else broken("a count is below 0", expected="0 or more", actual=value, path=f"/{name}")
            )


@rule("report.accessible-count", needs="a listing that came to its end, and NumberOfServicesAccessible")
def accessible_count(report: Report) -> Iterator[Check]:
    listed = _listed(report)
    if listed is not None:
        valid = {len(report.keys), listed}
        yield from _each_claim(report, "NumberOfServicesAccessible", valid, f"{len(report.keys)} services are listed")


@rule(
    "report.not-accessed-count",
    needs="a listing that came to its end, and NumberOfServicesNotAccessed",
    grounds=("report.attempt-details-together",),
)
def not_accessed_count(report: Report) -> Iterator[Check]:
    if _listed(report) is not None:
        unused = Counter(each.key for each in _fullest(report).services if not each.accessed)
        everywhere = {each.key for listing in report.ended for each in listing.services if not each.accessed}
        valid = {len(everywhere), sum(unused.values())}
        yield from _each_claim(
            report, "NumberOfServicesNotAccessed", valid, f"{len(everywhere)} services listed were never accessed"
        )


def _fullest(report: Report) -> Listing:
    return max(report.ended, key=lambda listing: len(set(listing.keys)))


def _listed(report: Report) -> int | None:
    """How many entries the fullest listing has: another number than that of services where one is listed twice. None: no listing ended."""
    return len(_fullest(report).services) if report.ended else None


def _each_claim(report: Report, name: str, valid: set[int], listed: str) -> Iterator[Check]:
    """Hold every different claim to what is listed; a claim that several pages make is one claim."""
    claims: dict[int, Page] = {}
    for page in report.pages:
        value = _counts(page)[name]
        if value is not None:
            claims.setdefault(value, page)
    for value, page in claims.items():
        yield (
            KEPT
            if value in valid
            else broken(
                f"{name} is {value} and {listed}",
                expected=" or ".join(map(str, sorted(valid))),
                actual=value,
                path=f"/{name}",
                exchanges=tuple(dict.fromkeys((page.exchange.index, *_fullest(report).exchanges))),
            )
        )


@rule("report.not-accessed-within-accessible", needs="a COMPLETED answer with both counts")
def not_accessed_within_accessible(page: Page) -> Iterator[Check]:
    if page.accessible is not None and page.not_accessed is not None:
        yield (
            KEPT
            if page.not_accessed <= page.accessible
            else broken(
                "more services were not accessed than are accessible",
                expected=f"at most {page.accessible}",
                actual=page.not_accessed,
                path="/NumberOfServicesNotAccessed",
            )
        )


@rule("report.counts-same-on-every-page", needs="a listing of two pages with counts")
def counts_same_on_every_page(listing: Listing) -> Iterator[Check]:
    first = listing.pages[0]
    for page in listing.pages[1:]:
        for (name, was), now in zip(_counts(first).items(), _counts(page).values(), strict=True):
            if was is not None and now is not None:
                yield (
                    KEPT
                    if was == now
                    else broken(
                        f"{name} differs between the pages of a listing",
                        expected=was,
                        actual=now,
                        path=f"/{name}",
                        exchanges=(first.exchange.index, page.exchange.index),
                    )
                )


@rule("report.service-listed-once", needs="a page of two services")
def service_listed_once(page: Page) -> Iterator[Check]:
    if len(page.keys) > 1:
        twice = [key for key, times in Counter(page.keys).items() if times > 1]
        yield (
            KEPT
            if not twice
            else broken(
                f"{len(twice)} services are listed more than once on one page",
                expected="each once",
                actual=", ".join(twice[:5]),
            )
        )


@rule("report.accessed-before-completed", needs="an accessed service, and JobCompletionDate")
def accessed_before_completed(page: Page) -> Iterator[Check]:
    for each in page.services:
        if each.time and page.completed:
            yield (
                KEPT
                if not each.time.after(page.completed)
                else broken(
                    f"{each.label} was accessed after the report was made",
                    expected=f"not after {page.completed}",
                    actual=each.time,
                    path=f"{each.path}/LastAuthenticatedTime",
                )
            )


@rule("report.entity-inside-entity", needs="an accessed service in a report on an entity that is known")
def entity_inside_entity(report: Report) -> Iterator[Check]:
    if report.entity is None:
        return
    asked = report.entity.rstrip("/")
    for page in report.pages:
        for each in page.services:
            if each.entity is not None:
                inside = each.entity.rstrip("/") == asked or each.entity.startswith(asked + "/")
                yield (
                    KEPT
                    if inside
                    else broken(
                        f"{each.label} was accessed from outside the reported entity",
                        expected=f"{asked} or below it",
                        actual=each.entity,
                        path=f"{each.path}/EntityPath",
                        exchanges=page.exchanges,
                    )
                )


@rule("report.region-name", needs="a service with a Region")
def region_name(report: Report) -> Iterator[Check]:
    used = {each.region: each for page in report.pages for each in page.services if each.region is not None}
    known = _regions() if used else frozenset()
    for name, each in used.items():
        yield (
            KEPT
            if name in known
            else broken(
                "a Region that botocore does not know",
                expected="a region's name, such as eu-central-1",
                actual=name,
                path=f"{each.path}/Region",
                exchanges=(each.exchange,),
            )
        )


def _regions() -> frozenset[str]:
    """Every region of every partition in the installed botocore's data."""
    data = loader().load_data("partitions")
    return frozenset(name for partition in data["partitions"] for name in partition["regions"])
