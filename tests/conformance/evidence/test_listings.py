"""Pages joined into listings by their markers, as a client would have joined them."""

from __future__ import annotations

import pytest

from awscontract.conformance.evidence.listings import ObservedListing
from awscontract.conformance.trace.exchange import Failure

from conformance_kit import OTHER_JOB, ROOT, Reply, Scene, answer, error, service

UP, DOWN = "SERVICE_NAMESPACE_ASCENDING", "SERVICE_NAMESPACE_DESCENDING"


def page(keys: str, marker: str | None = None, **members: object) -> Reply:
    return answer([service(key) for key in keys], marker=marker, accessible=6, not_accessed=6, **members)


def shown(scene: Scene) -> list[tuple[str, str]]:
    """Each listing's services and how it ended."""
    return [("".join(each.identities), each.end) for each in scene.evidence.listings]


def first(marker: str = "m", **asked: str | int) -> Scene:
    return Scene().start().get(**asked, answer=page("ab", marker))  # type: ignore[arg-type]


ENDS = {
    "ended": (first().get(marker="m", answer=page("cd")), [("abcd", "ended")]),
    "nobody asked on": (first(), [("ab", "open")]),
    "no Marker to follow": (Scene().start().get(answer=page("ab", truncated=True)), [("ab", "no-token")]),
    "an empty Marker is none to follow": (first(""), [("ab", "no-token")]),
    "refused": (first().get(marker="m", answer=error("ValidationError")), [("ab", "refused")]),
    "expired": (first().get(marker="m", answer=error("NoSuchEntity")), [("ab", "refused")]),
    "no answer": (first().get(marker="m", answer=Failure("timeout", "late")), [("ab", "cut")]),
    "unreadable": (first().get(marker="m", answer=Reply(200, b"<html>")), [("ab", "cut")]),
    "a crash": (first().get(marker="m", answer=error("ServiceFailure")), [("ab", "cut")]),
    "throttled": (first().get(marker="m", answer=error("Throttling")), [("ab", "cut")]),
    "throttled, then not": (
        first().get(marker="m", answer=error("Throttling")).get(marker="m", answer=page("cd")),
        [("abcd", "ended")],
    ),
    "throttled, then refused": (
        first().get(marker="m", answer=error("Throttling")).get(marker="m", answer=error("ValidationError")),
        [("ab", "refused")],
    ),
}

JOINS = {
    "the default is the ascending key spelled out": (
        first().get(marker="m", sort_key=UP, answer=page("cd")),
        [("abcd", "ended")],
    ),
    "another key is another listing": (first().get(marker="m", sort_key=DOWN, answer=page("fe")), [("ab", "open")]),
    "another job is another listing": (
        first().start(entity=f"{ROOT}/ou-f6g7-12345678", job=OTHER_JOB).get(OTHER_JOB, marker="m", answer=page("cd")),
        [("ab", "open")],
    ),
    "a Marker that nobody gave begins nothing": (first().get(marker="n", answer=page("cd")), [("ab", "open")]),
    "MaxItems may change": (
        first(max_items=2).get(max_items=1000, marker="m", answer=page("cdef")),
        [("abcdef", "ended")],
    ),
    "a Marker that is followed twice makes two listings": (
        first().get(marker="m", answer=page("cd")).get(marker="m", answer=page("cde")),
        [("abcd", "ended"), ("abcde", "ended")],
    ),
    "two listings with the same Marker": (
        first().get(marker="m", answer=page("cd")).get(answer=page("ab", "m")).get(marker="m", answer=page("cd")),
        [("abcd", "ended"), ("abcd", "ended")],
    ),
    "the latest of two that wait goes on": (
        first().get(answer=page("ab", "m")).get(marker="m", answer=page("cd")),
        [("ab", "open"), ("abcd", "ended")],
    ),
    "a job that is not finished has no pages": (Scene().start().get(answer=answer(status="IN_PROGRESS")), []),
    "a probe is no page": (first().raw(page("ab"), JobId="short"), [("ab", "open")]),
}


@pytest.mark.parametrize(("scene", "listings"), [*ENDS.values(), *JOINS.values()], ids=[*ENDS, *JOINS])
def test_listings(scene: Scene, listings: list[tuple[str, str]]) -> None:
    """Which pages make a listing, and how it ended."""
    assert shown(scene) == listings


def test_an_answer_that_was_not_there_yet_is_gone_on_from_by_nobody() -> None:
    """A Marker followed before its page had come is not that page's: it was sent by one who had it from elsewhere."""
    scene = Scene().start().get(answer=page("ab", "m"))
    with scene.together():
        scene.get(marker="m", answer=page("cd", "n")).get(marker="m", answer=page("cd", "n"))
    assert shown(scene) == [("abcd", "open"), ("abcd", "open")]


def only(scene: Scene) -> ObservedListing:
    [listing] = scene.evidence.listings
    return listing


@pytest.mark.parametrize(
    ("scene", "text"),
    [
        (first(), "the listing without MaxItems (1 page)"),
        (first(max_items=2, sort_key=UP).get(max_items=2, sort_key=UP, marker="m", answer=page("cd")),
            f"the listing under {UP} with MaxItems=2 (2 pages)"),
        (first(max_items=2).get(marker="m", answer=page("cd")), "the listing with MaxItems=2, none (2 pages)"),
        (Scene(joined=True).saved(page("ab", "m")).saved(page("cd")), "the listing (2 pages)"),
    ],
)  # fmt: skip
def test_how_a_message_names_it(scene: Scene, text: str) -> None:
    assert only(scene).describe() == text


def test_repeats_are_between_pages() -> None:
    """A service twice on one page is the report's fault; one on two pages is the paging's."""
    assert only(first().get(marker="m", answer=page("bcc"))).repeats == {"b"}


def test_the_attempt_that_ended_it() -> None:
    """A listing that was refused keeps the refusal."""
    stop = only(first().get(max_items=7, marker="m", answer=error("ValidationError"))).stop
    assert stop is not None
    assert stop.exchange.index == 2
