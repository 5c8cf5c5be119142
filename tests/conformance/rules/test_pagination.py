"""The pagination rules, over listings of one report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count

import pytest

from awscontract.conformance.evidence.invalid_requests import unissued_token
from awscontract.conformance.evidence.listings import GIVEN_UP
from awscontract.conformance.trace.exchange import Failure

from conformance_kit import ACCOUNT, JOB, OTHER_JOB, ROOT, USED, Case, Reply, Scene, answer, error, service, uncovered

KEYS = "abcdef"
UP, DOWN = "SERVICE_NAMESPACE_ASCENDING", "SERVICE_NAMESPACE_DESCENDING"
TIMES_UP = "LAST_AUTHENTICATED_TIME_ASCENDING"
TIMEOUT = Failure("timeout", "no whole answer in 10 s")
MANY = [f"s{n:03d}" for n in range(150)]


def case(slug: str, outcome: str, claim: str, scene: Scene, *also: str, because: str | None = None) -> Case:
    return Case(f"pagination.{slug}", outcome, claim, scene, frozenset(also), because)


def kept(slug: str, claim: str, scene: Scene, *also: str) -> Case:
    return case(slug, "passed", claim, scene, *also)


def idle(slug: str, claim: str, scene: Scene, *also: str) -> Case:
    return case(slug, "not-exercised", claim, scene, *also)


def unsure(slug: str, claim: str, scene: Scene, *also: str, because: str | None = None) -> Case:
    return case(slug, "indeterminate", claim, scene, *also, because=because)


def page(keys: Sequence[str], marker: str | None = None, total: int = 6, **members: object) -> Reply:
    """A page of a report of `total` services that nobody used."""
    return answer([service(key) for key in keys], marker=marker, accessible=total, not_accessed=total, **members)


_serial = count()


def listing(
    scene: Scene,
    *pages: Sequence[str],
    limits: Sequence[int | None] = (),
    key: str | None = None,
    total: int = 6,
    markers: Sequence[str] = (),
    last: Reply | Failure | None = None,
) -> Scene:
    """A listing whose every page leads to the next one; `last` is what the last marker gets instead of an end.

    Without `limits`, every page is asked for with as many services as the longest one holds.
    """
    sizes = list(limits) or [max(map(len, pages)) or 1]
    names: Iterator[str] = iter(markers or [f"m{next(_serial)}" for _ in pages])
    marker = None
    for place, keys in enumerate(pages):
        following = next(names, None) if place + 1 < len(pages) or last is not None else None
        scene.get(
            max_items=sizes[min(place, len(sizes) - 1)],
            marker=marker,
            sort_key=key,
            answer=page(keys, following, total),
        )
        marker = following
    if last is not None:
        scene.get(max_items=sizes[-1], marker=marker, sort_key=key, answer=last)
    return scene


def whole(key: str | None = None, keys: Sequence[str] = KEYS) -> Scene:
    """A report that is read in one page first."""
    return listing(Scene().start(), keys, limits=[1000], key=key, total=len(keys))


def default(*pages: Sequence[str], total: int) -> Scene:
    return listing(Scene().start(), *pages, limits=[None], total=total)


def endless(pages: int, total: int, keys: Sequence[Sequence[str]], marker: str = "m{}") -> Scene:
    """Pages that take turns and always promise more."""
    return listing(Scene().start(), *[keys[n % len(keys)] for n in range(pages)], limits=[2], total=total,
        markers=[marker.format(n) for n in range(pages)], last=page(keys[pages % len(keys)], marker.format(pages), total))  # fmt: skip


def timed(scene: Scene, order: Sequence[str], limits: int, sizes: int, times: dict[str, str | None]) -> Scene:
    """A listing under the time key, in pages of `sizes`."""
    marker = None
    used = sum(time is not None for time in times.values())
    for start in range(0, len(order), sizes):
        following = f"m{next(_serial)}" if start + sizes < len(order) else None
        items = [service(key, time=times[key]) for key in order[start : start + sizes]]
        reply = answer(items, marker=following, accessible=len(order), not_accessed=len(order) - used)
        scene.get(max_items=limits, marker=marker, sort_key=TIMES_UP, answer=reply)
        marker = following
    return scene


TIES: dict[str, str | None] = {"a": USED, "b": USED, "c": "2026-02-28T00:00:00Z"}


def marked(reply: Reply | Failure, marker: str | None = None, key: str = UP) -> Scene:
    """One page that gives the Marker "place7", and a Marker that was never issued (or the given one) after it."""
    scene = listing(Scene().start(), "ab", "cdef", key=UP, limits=[2, 4], markers=["place7"])
    return scene.get(marker=unissued_token("place7") if marker is None else marker, sort_key=key, answer=reply)


def elsewhere(reply: Reply | Failure, issued: bool = False) -> Scene:
    """A Marker of one job, sent with the JobId of another; `issued` says whether that one has given it too."""
    scene = listing(Scene().start(), "ab", "cdef", limits=[2, 4], markers=["place7"]).start(
        entity=f"{ROOT}/ou-f6g7-12345678", job=OTHER_JOB
    )
    first = page("ab", "place7") if issued else page(KEYS)
    limit = None if issued else 2
    return scene.get(OTHER_JOB, answer=first).get(OTHER_JOB, max_items=limit, marker="place7", answer=reply)


def alone(reply: Reply) -> Scene:
    return Scene().start().get(answer=reply)


CASES = [
    # MaxItems
    kept("limit-respected", "as many", listing(Scene().start(), "ab", "cd", "ef")),
    kept("limit-respected", "fewer", listing(Scene().start(), "ab", "c", "def", limits=[3])),
    kept("limit-respected", "none", listing(Scene().start(), "abc", "", "def", limits=[3])),
    case("limit-respected", "failed", "one more", listing(Scene().start(), "abc", "def", limits=[2])),
    case("limit-respected", "failed", "all", listing(Scene().start(), KEYS, limits=[5])),
    case("limit-respected", "failed", "one more on a later page", listing(Scene().start(), "ab", "cde", "f", limits=[2])),
    idle("limit-respected", "more than there are", listing(Scene().start(), KEYS, limits=[6])),
    idle("limit-respected", "without MaxItems", default(KEYS, total=6)),
    idle("limit-respected", "an empty report", listing(Scene().start(), "", limits=[1], total=0)),
    kept("default-limit", "100", default(MANY[:100], MANY[100:], total=150)),
    kept("default-limit", "fewer", default(MANY[:20], MANY[20:110], MANY[110:], total=150)),
    case("default-limit", "failed", "101", default(MANY[:101], MANY[101:], total=150)),
    case("default-limit", "failed", "all", default(MANY, total=150)),
    idle("default-limit", "a report of 100", default(MANY[:100], total=100)),
    idle("default-limit", "always with MaxItems", listing(Scene().start(), MANY, limits=[1000], total=150)),
    # Marker and IsTruncated
    kept("truncated-has-token", "both", listing(Scene().start(), "abc", "def")),
    case("truncated-has-token", "failed", "no Marker", alone(page("abc", truncated=True))),
    idle("truncated-has-token", "nothing follows", whole()),
    idle("truncated-has-token", "running", alone(answer(status="IN_PROGRESS"))),
    kept("token-only-when-truncated", "neither", whole()),
    kept("token-only-when-truncated", "IsTruncated left out", alone(page(KEYS, truncated=None))),
    case("token-only-when-truncated", "warned", "a Marker at the end", alone(page(KEYS, "m", truncated=False))),
    case("token-only-when-truncated", "warned", "a Marker without IsTruncated", alone(page(KEYS, "m", truncated=None))),
    idle("token-only-when-truncated", "more follows", alone(page("abc", "m"))),
    kept("token-advances", "another each time", listing(Scene().start(), "ab", "cd", "ef")),
    kept("token-advances", "past an empty page", listing(Scene().start(), "ab", "", "cdef", limits=[4])),
    case("token-advances", "warned", "the same with other services", listing(Scene().start(), "ab", "cd", "ef", markers=["m", "m"])),
    case("token-advances", "warned", "one from before", listing(Scene().start(), "ab", "c", "d", "ef", markers=["m", "n", "m"])),
    idle("token-advances", "one Marker", listing(Scene().start(), "abc", "def")),
    idle("token-advances", "the same in two listings", listing(listing(Scene().start(), "abc", "def", markers=["m"]), "abc", "def", markers=["m"])),
    # an end
    kept("ends", "two pages", listing(Scene().start(), "abc", "def")),
    kept("ends", "an empty last page", listing(Scene().start(), "abc", "def", "")),
    kept("ends", "many pages", listing(Scene().start(), *[[key] for key in MANY], total=150)),
    case("ends", "failed", "the same page for ever", endless(2, 6, ["ab"], "m")),
    case("ends", "failed", "two Markers that lead to each other", listing(Scene().start(), "ab", "cd", "ab", limits=[2],
        markers=["m", "n", "m"], last=page("cd", "n"))),
    case("ends", "failed", "the report over and over, with fresh Markers", endless(4, 4, ["ab", "cd"])),
    unsure("ends", "given up", endless(GIVEN_UP, 6, [""])),
    unsure("ends", "it broke off", listing(Scene().start(), "ab", "cd", last=TIMEOUT)),
    idle("ends", "one page", whole()),
    idle("ends", "left after two pages", listing(Scene().start(), "ab", "cd", last=page("e", "m99"))),
    idle("ends", "an old Marker that is refused", listing(Scene().start(), "ab", "cd", last=error("ValidationError"))),
    idle("ends", "a job that expired", listing(Scene().start(), "ab", "cd", last=error("NoSuchEntity"))),
    # everything
    kept("complete", "in pages as in one", listing(whole(), "ab", "cd", "ef")),
    kept("complete", "in short and empty pages", listing(whole(), "a", "", "bcd", "ef", "", limits=[3])),
    case("complete", "failed", "one is lost between pages", listing(whole(), "ab", "de", "f")),
    case("complete", "failed", "the last one is lost", listing(whole(), "abc", "de")),
    case("complete", "failed", "one lost, seen in another listing", listing(listing(Scene().start(), "abc", "def"), "ab", "de", "f")),
    case("complete", "failed", "it stops at an empty page", listing(whole(), "abc", "")),
    unsure("complete", "it broke off", listing(whole(), "ab", last=TIMEOUT)),
    unsure("complete", "there is no Marker to follow", Scene().start().get(max_items=2, answer=page("ab", truncated=True)),
        "pagination.truncated-has-token", because="pagination.truncated-has-token"),
    idle("complete", "one page", whole()),
    idle("complete", "an old Marker that is refused", listing(whole(), "ab", last=error("ValidationError"))),
    # once
    kept("no-repeats", "once", listing(Scene().start(), "abc", "def")),
    case("no-repeats", "failed", "the last one again", listing(whole(), "abc", "cde", "f")),
    case("no-repeats", "failed", "one again at the end", listing(whole(), "abc", "def", "a")),
    idle("no-repeats", "one page", whole()),
    idle("no-repeats", "one page and an empty one", listing(Scene().start(), KEYS, "", limits=[6])),
    # changing MaxItems
    kept("page-size-may-change", "1, 2, 1000", listing(whole(), "a", "bc", "def", limits=[1, 2, 1000])),
    kept("page-size-may-change", "left out later", listing(whole(), "a", "bcdef", limits=[1, None])),
    kept("page-size-may-change", "shorter than asked for", listing(whole(), "a", "b", "", "cdef", limits=[1, 2, 1000])),
    case("page-size-may-change", "warned", "one is lost", listing(whole(), "a", "cd", "ef", limits=[1, 2, 1000])),
    case("page-size-may-change", "warned", "one is repeated", listing(whole(), "a", "ab", "cdef", limits=[1, 2, 1000])),
    case("page-size-may-change", "warned", "refused", listing(listing(whole(), "ab", "cd", "ef"), "a", limits=[1, 2], last=error("ValidationError"))),
    unsure("page-size-may-change", "throttled for ever", listing(whole(), "a", limits=[1, 2], last=error("Throttling"))),
    idle("page-size-may-change", "markers are refused where nothing changed", listing(listing(whole(), "ab", last=error("ValidationError")),
        "a", limits=[1, 2], last=error("ValidationError"))),
    unsure("page-size-may-change", "it broke off", listing(whole(), "a", "bc", limits=[1, 2], last=TIMEOUT)),
    idle("page-size-may-change", "always the same", listing(whole(), "abc", "def")),
    # one order
    kept("order-continues", "in pages as in one", listing(whole(), "ab", "cd", "ef")),
    kept("order-continues", "ties that fall elsewhere", timed(timed(Scene().start(), "abc", 1000, 3, TIES), "bac", 1, 1, TIES)),
    kept("order-continues", "with fewer services in one of them", listing(listing(Scene().start(), "abc", "def"), "ab", "cdef", limits=[2, 4])),
    case("order-continues", "failed", "two places change within the pages", listing(whole(UP), "abc", "edf", key=UP)),
    case("order-continues", "failed", "each page in order, but not one after the other", listing(whole(UP), "def", "abc", key=UP)),
    idle("order-continues", "one listing", whole()),
    idle("order-continues", "listings under two keys", listing(whole(UP), KEYS[::-1], limits=[1000], key=DOWN)),
    idle("order-continues", "one service", listing(whole(None, "a"), "a", limits=[1000], total=1)),
    # the same place again
    kept("token-repeatable", "the same page", listing(Scene().start(), "ab", "cdef", limits=[4], markers=["m"])
        .get(max_items=4, marker="m", answer=page("cdef"))),
    kept("token-repeatable", "a page cut shorter", listing(Scene().start(), "ab", "cdef", limits=[4], markers=["m"])
        .get(max_items=4, marker="m", answer=page("cd", "fresh"))),
    case("token-repeatable", "warned", "another place", listing(Scene().start(), "ab", "cdef", limits=[4], markers=["m"])
        .get(max_items=4, marker="m", answer=page("ef", "m99"))),
    unsure("token-repeatable", "another place, and the rest of the report is lost", listing(Scene().start(), "ab", "cdef", limits=[4], markers=["m"])
        .get(max_items=4, marker="m", answer=page("ef")), "pagination.complete", because="pagination.complete"),
    idle("token-repeatable", "followed once", listing(Scene().start(), "abc", "def")),
    idle("token-repeatable", "refused the second time", listing(Scene().start(), "ab", "cdef", limits=[4], markers=["m"])
        .get(max_items=4, marker="m", answer=error("ValidationError"))),
    idle("token-repeatable", "an empty page", listing(Scene().start(), "abcdef", "", limits=[6], markers=["m"])
        .get(max_items=6, marker="m", answer=page(""))),
    # Markers that were never issued, or not here
    kept("unknown-token-refused", "ValidationError", marked(error("ValidationError"))),
    kept("unknown-token-refused", "InvalidInput", marked(error("InvalidInput"))),
    kept("unknown-token-refused", "throttled first", marked(error("Throttling"))
        .get(marker=unissued_token("place7"), sort_key=UP, answer=error("ValidationError"))),
    case("unknown-token-refused", "warned", "a page", marked(page("ab"))),
    case("unknown-token-refused", "warned", "an empty page", marked(page(""))),
    case("unknown-token-refused", "warned", "a crash", marked(error("ServiceFailure"))),
    case("unknown-token-refused", "warned", "a crash in no envelope", marked(Reply(500, b"Traceback"))),
    unsure("unknown-token-refused", "no XML", marked(Reply(400, b"{}")), "protocol.well-formed", because="protocol.well-formed"),
    kept("token-bound-to-job", "refused", elsewhere(error("InvalidInput"))),
    case("token-bound-to-job", "noted", "followed", elsewhere(page("cd"))),
    unsure("token-bound-to-job", "throttled", elsewhere(error("Throttling"))),
    idle("token-bound-to-job", "never sent", whole()),
    idle("token-bound-to-job", "the same Marker is given by both jobs", elsewhere(page("cdef"), issued=True)),
    unsure("unknown-token-refused", "no answer", marked(TIMEOUT)),
    unsure("unknown-token-refused", "throttled", marked(error("Throttling"))),
    idle("unknown-token-refused", "nobody tried", whole()),
    kept("token-bound-to-sort-key", "refused", marked(error("InvalidInput"), "place7", DOWN)),
    case("token-bound-to-sort-key", "noted", "a page", marked(page("ab"), "place7", DOWN)),
    unsure("token-bound-to-sort-key", "no answer", marked(TIMEOUT, "place7", DOWN)),
    idle("token-bound-to-sort-key", "the default's key spelled out",
        listing(Scene().start(), "ab", "cdef", limits=[2, 4], markers=["m"]).get(max_items=4, marker="m", sort_key=UP, answer=page("cdef"))),
    idle("token-bound-to-sort-key", "nobody tried", whole()),
]  # fmt: skip


SAME = "sort.same-services-under-every-key"
REFUSED = error("ValidationError")


def backwards(*sizes: int, keys: str = "edcba") -> Scene:
    """The report from a to f, and its order downwards, which never shows f, in pages of these sizes."""
    scene = whole(UP)
    for size in sizes:
        pages = [keys[start : start + size] for start in range(0, len(keys), size)]
        listing(scene, *pages, limits=[size], key=DOWN)
    return scene


def refused(*sizes: int, scene: Scene | None = None) -> Scene:
    """Listings whose first Marker is refused."""
    scene = scene or Scene().start()
    for size in sizes:
        listing(scene, KEYS[:size], limits=[size], last=REFUSED)
    return scene


def swapped(first: str, second: str) -> Scene:
    """Two services that were accessed at these times, read in both orders, and a third one."""
    times: dict[str, str | None] = {"a": first, "b": second, "c": "2026-02-28T00:00:00Z"}
    return timed(timed(Scene().start(), "abc", 1000, 3, times), "bac", 900, 3, times)


CASES += [
    idle("default-limit", "a small report", default(KEYS, total=6)),
    idle("token-advances", "a Marker again at the end", Scene().start().get(max_items=4, answer=page("ab", "m"))
        .get(max_items=4, marker="m", answer=page("cdef", "m", truncated=False)), "pagination.token-only-when-truncated"),
    case("ends", "failed", "the same page for ever, behind one of another size", listing(Scene().start(), "a", "bc", "bc", limits=[1, 2],
        markers=["k", "m", "m"], last=page("bc", "m")), "pagination.page-size-may-change"),
    case("ends", "failed", "always more services", endless(GIVEN_UP, 6, [[each] for each in MANY])),
    unsure("ends", "given up with as many services as there are", endless(GIVEN_UP, GIVEN_UP + 1, [[each] for each in MANY])),
    kept("complete", "two pages", listing(whole(), "abc", "def")),
    kept("complete", "what a page with room for more shows of its order", backwards(1000, 2), SAME),
    kept("complete", "what two listings show of their order", backwards(3, 2), SAME),
    case("complete", "failed", "one is lost in the only listing of its order", backwards(2)),
    case("complete", "failed", "one page, just at its limit", backwards(5)),
    case("complete", "failed", "no Marker works", refused(2, 3)),
    kept("complete", "two Markers are refused where others work", refused(2, 3, scene=listing(Scene().start(), "ab", "cd", "ef"))),
    idle("complete", "the only Marker is refused", refused(2)),
    kept("no-repeats", "a service that stands twice on one page already", listing(Scene().start(), "aa", "ab", total=2),
        "report.service-listed-once"),
    case("no-repeats", "failed", "another than the one that stands twice on a page", listing(Scene().start(), "aab", "bc", limits=[3], total=3),
        "report.service-listed-once"),
    idle("no-repeats", "two empty pages", listing(Scene().start(), "", "", limits=[1], total=0)),
    kept("order-continues", "within one second", swapped("2026-02-01T00:00:00.1Z", "2026-02-01T00:00:00.9Z"), "sort.time-ascending"),
    case("order-continues", "failed", "a second apart", swapped("2026-02-01T00:00:00Z", "2026-02-01T00:00:01Z")),
    kept("unknown-token-refused", "NoSuchEntity", marked(error("NoSuchEntity"))),
    kept("unknown-token-refused", "the last of 4xx", marked(error(status=499))),
    case("unknown-token-refused", "warned", "another crash", marked(error("Oops", status=502))),
    idle("unknown-token-refused", "one that was issued", listing(Scene().start(), "ab", "cdef", limits=[4], markers=["place7"])),
    idle("token-bound-to-sort-key", "it stood where nothing more was promised", Scene().start()
        .get(sort_key=UP, answer=page(KEYS, "place7", truncated=False)).get(marker="place7", sort_key=DOWN, answer=REFUSED),
        "pagination.token-only-when-truncated"),
    idle("token-bound-to-sort-key", "it came from another report", listing(Scene().start(), "ab", "cdef", key=UP, limits=[4], markers=["place7"])
        .start(entity=ACCOUNT, job=OTHER_JOB).get(OTHER_JOB).get(OTHER_JOB, marker="place7", sort_key=DOWN, answer=REFUSED)),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_pagination(case: Case) -> None:
    """Each rule has the outcome that the scene claims, and no other rule is broken there."""
    case.holds()


def test_every_rule_has_its_cases() -> None:
    """Each of the family's rules is kept, broken and not exercised above."""
    assert not uncovered("pagination", CASES)


def test_claims_differ() -> None:
    """No two cases make the same claim."""
    assert len({case.id for case in CASES}) == len(CASES)


VARIANTS = {
    "pages shorter than asked for": listing(whole(), "a", "bcd", "e", "f", limits=[3]),
    "empty pages in the middle and at the end": listing(whole(), "ab", "", "", "cdef", "", limits=[4]),
    "a first page that is empty": listing(whole(), "", "abc", "def"),
    "IsTruncated left out at the end": Scene().start().get(max_items=3, answer=page("abc", "m"))
    .get(max_items=3, marker="m", answer=page("def", truncated=None)),
    "AccessDetails left out on the last page": Scene().start().get(max_items=6, answer=page(KEYS, "m"))
    .get(max_items=6, marker="m", answer=answer(None, accessible=6, not_accessed=6)),
    "a fresh Marker for the same place": listing(listing(Scene().start(), "abc", "def", markers=["m"]), "abc", "def", markers=["n"]),
    "any text for a Marker": listing(Scene().start(), "ab", "cd", "ef", markers=[" é/+=&\xa0 ", "m" * 320]),
    "a blank Marker": listing(Scene().start(), "abc", "def", markers=[" "]),
    "an old Marker that is later refused": listing(Scene().start(), "abc", "def", markers=["m"])
    .get(max_items=3, marker="m", answer=error("ValidationError")),
    "a job that expires within a listing": listing(whole(), "ab", last=error("NoSuchEntity")),
    "throttling within a listing": Scene().start().get(max_items=3, answer=page("abc", "m"))
    .get(max_items=3, marker="m", answer=error("Throttling")).get(max_items=3, marker="m", answer=page("def")),
    "ties that fall elsewhere in pages": timed(timed(Scene().start(), "abc", 1000, 3, TIES), "bac", 1, 1, TIES),
    "a Marker that works under another key": marked(error("InvalidInput"), "place7", DOWN),
}  # fmt: skip


@pytest.mark.parametrize("scene", VARIANTS.values(), ids=list(VARIANTS))
def test_variants(scene: Scene) -> None:
    """What the contract leaves free breaks no rule at all."""
    assert scene.broken() == set()


def test_overlapping_reads_of_one_marker_are_two_listings() -> None:
    """Requests that are under way at the same time may share a Marker: neither goes on from the other."""
    scene = listing(Scene().start(), "ab", "cdef", limits=[2, 4], markers=["m"])
    with scene.together():
        for _ in range(2):
            scene.get(max_items=4, marker="m", answer=page("cdef"))
    assert scene.broken() == set()
    assert scene.outcome("pagination.token-repeatable").outcome == "passed"


def test_saved_pages_make_a_listing_only_where_they_are_joined() -> None:
    """Pages without requests are answers of their own, or one listing in the order given."""
    pages = [page("abc", "m"), page("def")]
    apart, joined = Scene(), Scene(joined=True)
    for each in pages:
        apart.saved(each)
        joined.saved(each)
    assert apart.broken() == joined.broken() == set()
    assert apart.outcome("pagination.ends").outcome == "not-exercised"
    assert joined.outcome("pagination.ends").outcome == "passed"
    assert JOB not in apart.trace.dumps()


@pytest.mark.parametrize(
    ("first", "second", "expected", "actual"),
    [
        ("abcdef", "abcfed", "c then d then e", "c then f then e"),
        ("abcfed", "abcdef", "c then f then e", "c then d then e"),
        ("abcdef", "bacdef", "a then b", "b then a"),
    ],
)
def test_where_two_orders_part_is_shown(first: str, second: str, expected: str, actual: str) -> None:
    """The first place at which they differ, and its neighbours."""
    scene = listing(listing(Scene().start(), first, limits=[1000]), second, limits=[900])
    [violation] = scene.outcome("pagination.order-continues").violations
    assert (violation.expected, violation.actual) == (expected, actual)


def test_the_longer_listing_is_what_others_are_held_to() -> None:
    """Whichever was read first."""
    scene = listing(listing(Scene().start(), "ab", limits=[2], last=page("cd", "m9")), "bacdef", limits=[1000])
    [violation] = scene.outcome("pagination.order-continues").violations
    assert violation.expected == "b then a"


@pytest.mark.parametrize(
    ("missing", "named"), [("bcde", "b, c, d, e"), ("bcdef", "b, c, d, e, f"), ("bcdefg", "b, c, d, e, f, …")]
)
def test_five_lost_services_are_named(missing: str, named: str) -> None:
    """The first five, whether there are more, and how many should have come."""
    keys = f"a{missing}h"
    scene = listing(
        listing(Scene().start(), keys, limits=[1000], total=len(keys)), "a", "h", limits=[1], total=len(keys)
    )
    [violation] = scene.outcome("pagination.complete").violations
    assert violation.message.endswith(f"lost {len(missing)} services")
    assert (violation.expected, violation.actual) == (f"{len(keys)} services", f"2, without {named}")


@pytest.mark.parametrize(
    ("again", "named"), [("abcd", "a, b, c, d"), ("abcde", "a, b, c, d, e"), ("abcdef", "a, b, c, d, e, …")]
)
def test_five_repeated_services_are_named(again: str, named: str) -> None:
    """The first five, and whether there are more."""
    [violation] = listing(whole(), KEYS, again).outcome("pagination.no-repeats").violations
    assert f"repeats {len(again)} services" in violation.message
    assert violation.actual == f"again: {named}"


def test_a_marker_that_goes_on_elsewhere_is_shown_by_the_first_services() -> None:
    """What came first the one time and the other, and both exchanges."""
    scene = listing(Scene().start(), "ab", "cdef", limits=[4], markers=["m"]).get(
        max_items=4, marker="m", answer=page("ef", "m99")
    )
    [violation] = scene.outcome("pagination.token-repeatable").violations
    assert (violation.expected, violation.actual, violation.exchanges) == ("c first", "e first", (2, 3))


@pytest.mark.parametrize(
    ("reply", "actual"), [(page("ab"), "a page"), (error("ServiceFailure", "Oh."), "HTTP 500, ServiceFailure: Oh.")]
)
def test_the_response_to_an_unissued_token_is_shown(reply: Reply, actual: str) -> None:
    """A page, or what the service did instead of refusing."""
    [violation] = marked(reply).outcome("pagination.unknown-token-refused").violations
    assert violation.actual == actual


@pytest.mark.parametrize("status", [200, 399])
def test_a_refusal_under_a_wrong_status_is_not_judged(status: int) -> None:
    """That is the status rule's affair, and the reason says so."""
    found = marked(error(status=status)).outcome("pagination.unknown-token-refused")
    assert found.reason == f"it is refused with HTTP {status}"


def test_listings_of_one_order_that_disagree_are_held_to_the_whole_report() -> None:
    """Each of them lost what it lost, and what none of them shows."""
    scene = listing(listing(whole(UP), "ed", "ba", key=DOWN), "ed", "c", "a", key=DOWN)
    found = scene.outcome("pagination.complete").violations
    assert [each.actual for each in found] == ["4, without c, f", "4, without b, f"]


def test_a_dead_end_is_shown_by_the_last_attempt() -> None:
    """The page that gave the Marker, and the refusal."""
    [violation] = refused(2, 3, 4).outcome("pagination.complete").violations
    assert violation.message == "no Marker that was given can be followed"
    assert violation.exchanges == (5, 6)


def test_a_listing_without_end_is_shown_from_where_it_goes_round() -> None:
    """The page that comes back, and the last one."""
    [violation] = endless(2, 6, ["ab"], "m").outcome("pagination.ends").violations
    assert violation.exchanges == (1, 3)
