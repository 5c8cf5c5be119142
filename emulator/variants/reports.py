"""Variants of access reports: their pages, tokens, order, and what they say about each row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from ...spec.contract import Contract
from ...spec.patterns import fits
from ...spec.traits import look_up
from ..access_reports.organization import DEFAULT_ROOT
from ..access_reports.services import service_names
from ..paths import without
from ..records import Members, Read, Row
from ..report_rows import Entity, Service
from ..served import served
from ..stages.listings import by_time
from ..stages.pipeline import Stages
from .variant import Variant as _Variant, main_list_is_optional

__all__ = ["VARIANTS"]

Variant = partial(_Variant, on="reports")
Sorted = partial(Variant, requires=("sort.time",))
#: Reports about services alone, whose rows can be given.
OfServices = partial(Variant, requires=("report.entity_is=below",))


def _item(change: Callable[[Read, Row, Any], Any]) -> Callable[[Stages], Stages]:
    return lambda stages: replace(stages, item=lambda read, row: change(read, row, stages.item(read, row)))


def _without(*parts: str) -> Callable[[Stages], Stages]:
    """Rows without these members."""
    return _item(lambda read, row, found: without(found, *(look_up(read.contract, each) for each in parts)))


def _ordered(key: Callable[[Read, Row], Any]) -> Callable[[Stages], Stages]:
    """A stable sort by this, both ways, under time keys."""

    def changed(stages: Stages) -> Stages:
        def order(read: Read) -> tuple[Row, ...]:
            found = stages.order(read)
            return tuple(sorted(found, key=lambda each: key(read, each))) if by_time(read) else found

        return replace(stages, order=order)

    return changed


def _instant(read: Read, row: Row) -> tuple[bool, float, str]:
    """By instant; rows without one stay on their side, and ties are alphabetical both ways."""
    first = read.call.behaviour.nulls in ("first", "high" if read.sort.descending else "low")
    time = row.time.timestamp() if row.time else 0.0
    return (row.time is not None) == first, -time if read.sort.descending else time, row.key


def _ignoring_punctuation(stages: Stages) -> Stages:
    def order(read: Read) -> tuple[Row, ...]:
        if by_time(read):
            return stages.order(read)
        found = sorted(read.rows, key=lambda each: (each.key.replace("-", "").lower(), each.key))
        return tuple(reversed(found) if read.sort.descending else found)

    return replace(stages, order=order)


def _listed_while_running(stages: Stages) -> Stages:
    """An unfinished job has a list without rows."""

    def members(read: Read, found: tuple[Any, ...], token: str | None) -> Members:
        whole, job, listing = stages.members(read, found, token), read.contract.job, read.contract.listing
        if job is not None and listing is not None and read.status in job.pending:
            whole = {**whole, listing.main: ()}
        return whole

    return replace(stages, members=members)


def _renamed(read: Read, row: Row, found: Any) -> Any:
    """An entity gets another path once it was read."""
    if not isinstance(row, Entity) or read.job.reads < read.call.behaviour.polls + 2:
        return found
    outer = str(look_up(read.contract, "report.name")).rpartition(".")[0]
    inner = found.get(outer) if outer else found
    return {**found, outer: {**inner, "Path": "/moved/"}} if inner and outer else found


def _report(size: int, accessed: bool) -> tuple[Service, ...]:
    """Nobody tried any service, or somebody every one: at a different instant each, long ago."""
    names = service_names()[:size]
    if not accessed:
        return tuple(Service(name, key) for key, name in names)
    began = datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC)
    account = f"{DEFAULT_ROOT}/777788889999"
    return tuple(
        Service(name, key, "eu-central-1", account, began + timedelta(seconds=index * 7919 % 1009), 1)
        for index, (key, name) in enumerate(names)
    )


def _takes(form: str) -> Callable[[Contract], bool]:
    """Whether the model allows tokens of this form."""

    def fitting(contract: Contract) -> bool:
        return fits(served(contract).tokens[0].metadata, form.replace("{}", "x" * 40))

    return fitting


_RESERVED = '<a href="x">&amp;\'{}%2B+/='

VARIANTS = (
    Variant("as-observed", "AWS as it was observed", {"region_of_unused_iam": True}),
    # Pages
    Variant("short-pages", "no page is longer than 37 {listing.nouns}", {"page_cap": 37}),
    Variant("pages-of-any-length", "some pages are short", {"page_plan": (5, 60, 100, 1)}),
    Variant("first-page-empty", "a listing begins with an empty page", {"page_plan": (0, 100)}),
    Variant("middle-page-empty", "some pages in the middle are empty", {"page_plan": (50, 0, 0, 70)}),
    Variant("last-page-empty", "the last page is empty", {"empty_last_page": True}),
    Variant("truncated-left-out", "{listing.more} is there only where it is true", {"omit_more_when_false": True}),
    # Tokens
    Variant("fresh-tokens", "a token is another string each time", {"fresh_tokens": True}),
    Variant("tokens-in-blanks", "tokens begin and end with spaces", {"token_form": "  {} "}, fits=_takes("  {} ")),
    Variant("tokens-beyond-ascii", "tokens hold letters up to U+00FF", {"token_form": "é\u00a0{}ÿ"}, fits=_takes("é\u00a0{}ÿ")),
    Variant("tokens-of-controls", "tokens hold control characters above U+007E", {"token_form": "\u007f{}\u0085\u009f"}, fits=_takes("\u007f{}\u0085\u009f")),
    Variant("tokens-of-markup", "tokens hold characters that are escaped in XML and in forms", {"token_form": _RESERVED}, fits=_takes(_RESERVED)),
    Variant("tokens-of-full-length", "tokens have 320 characters", {"token_form": "x" * 280 + "{}"}, fits=_takes("x" * 280 + "{}")),
    # Order
    Sorted("never-accessed-first", "{listing.nouns} never accessed come first, in ascending and in descending order", {"nulls": "first"}),
    Sorted("never-accessed-last", "{listing.nouns} never accessed come last, in ascending and in descending order", {"nulls": "last"}),
    Sorted("never-accessed-highest", "{listing.nouns} never accessed count as the latest", {"nulls": "high"}),
    Sorted("ties-alphabetical", "{listing.nouns} that tie are in alphabetical order, ascending and descending", wrap=_ordered(_instant)),
    Variant("never-accessed-entities-first", "entities that never accessed the service come first", {"nulls": "first"}, requires=("order.type=time",)),
    Variant("entity-ties-alphabetical", "entities that tie are in alphabetical order", wrap=_ordered(_instant), requires=("order.type=time",)),
    Variant("alphabet-without-hyphens", "namespaces are sorted as if they had no hyphens", wrap=_ignoring_punctuation, requires=("sort.text",)),
    Variant("order-without-hyphens", "namespaces are sorted as if they had no hyphens", wrap=_ignoring_punctuation, requires=("order.type=text",)),
    # What is listed
    Variant("list-left-out-when-empty", "{listing.main} is left out where nothing is listed", {"omit_items_when_empty": True}, fits=main_list_is_optional),
    Variant("list-empty-while-running", "{listing.main} is an empty list while the job is running", wrap=_listed_while_running),
    Variant("total-left-out-when-zero", "{report.total} is left out where it is 0", {"omit_total_when_zero": True}),
    Variant("total-left-out", "{report.total} is never there", wrap=_without("report.total")),
    Variant("actions-left-out", "{report.actions.items} is never there", wrap=_without("report.actions.items")),
    Variant("job-dates-in-seconds", "the job's dates have no fraction", {"job_times": "seconds"}),
    Variant("row-dates-in-milliseconds", "{report.time} has a fraction", {"service_times": "milliseconds"}),
    Variant("empty-report", "nothing is listed", {"services": 0}),
    Variant("report-of-one", "there is one {listing.noun}", {"services": 1}),
    Variant("report-of-two", "there are two {listing.nouns}", {"services": 2}),
    Variant("report-of-eleven", "there are eleven {listing.nouns}", {"services": 11}),
    Variant("report-of-a-page", "as many {listing.nouns} as a page holds", {"services": 100}),
    Variant("report-of-a-page-and-one", "one {listing.noun} more than a page holds", {"services": 101}),
    Variant("report-of-two-hundred", "as many {listing.nouns} as a page of a sibling operation holds", {"services": 200}),
    Variant("report-of-a-thousand", "as many {listing.nouns} as the largest page holds", {"services": 1000}),
    OfServices("nothing-accessed", "no {listing.noun} was ever accessed", {"report": _report(150, False)}),
    OfServices("everything-accessed", "every {listing.noun} was accessed", {"report": _report(150, True), "known_entities": "organization"}),
    Variant("entities-change", "an entity is renamed between two reads", wrap=_item(_renamed), requires=("report.entity_arn",)),
)  # fmt: skip
