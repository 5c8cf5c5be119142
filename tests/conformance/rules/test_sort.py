"""The sort rules, over whole listings and across the borders of their pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count

import pytest

from conformance_kit import Case, Scene, answer, error, service, uncovered

UP, DOWN = "SERVICE_NAMESPACE_ASCENDING", "SERVICE_NAMESPACE_DESCENDING"
EARLY, LATE = "LAST_AUTHENTICATED_TIME_ASCENDING", "LAST_AUTHENTICATED_TIME_DESCENDING"

#: When each service was accessed: three of five, in another order than that of their names.
TIMES: Mapping[str, str | None] = {
    "a": "2026-02-03T00:00:00Z",
    "b": "2026-02-01T00:00:00Z",
    "c": "2026-02-02T00:00:00Z",
    "x": None,
    "y": None,
}
USED_ONLY = {key: TIMES[key] for key in "abc"}
POSITION = "sort.never-accessed-position"
REVERSES = "sort.descending-reverses"
SAME = "sort.same-services-under-every-key"

_serial = count()


def case(slug: str, outcome: str, claim: str, scene: Scene, *also: str, because: str | None = None) -> Case:
    return Case(f"sort.{slug}", outcome, claim, scene, frozenset(also), because)


def kept(slug: str, claim: str, scene: Scene, *also: str) -> Case:
    return case(slug, "passed", claim, scene, *also)


def idle(slug: str, claim: str, scene: Scene, *also: str) -> Case:
    return case(slug, "not-exercised", claim, scene, *also)


def under(
    key: str | None,
    order: Sequence[str],
    times: Mapping[str, str | None] = {},
    scene: Scene | None = None,
    size: int = 1000,
) -> Scene:
    """A listing in that order under the key, in pages of `size`; behind what the scene shows already."""
    scene = scene or Scene().start()
    marker = None
    unused = sum(times.get(each) is None for each in order)
    for start in range(0, max(len(order), 1), size):
        following = f"m{next(_serial)}" if start + size < len(order) else None
        items = [service(each, time=times.get(each)) for each in order[start : start + size]]
        reply = answer(items, marker=following, accessible=len(order), not_accessed=unused)
        scene.get(max_items=size, marker=marker, sort_key=key, answer=reply)
        marker = following
    return scene


def left(key: str, only: str) -> Scene:
    """The first page, of one service of three, of a listing that nobody followed."""
    first = answer([service(only, time=USED_ONLY[only] if key in (EARLY, LATE) else None)], marker="left", accessible=3,
        not_accessed=0 if key in (EARLY, LATE) else 3)  # fmt: skip
    return Scene().start().get(max_items=1, sort_key=key, answer=first)


def timed(key: str, order: str, size: int = 1000, scene: Scene | None = None) -> Scene:
    return under(key, order, TIMES, scene, size)


def clocked(key: str, *moments: str) -> Scene:
    """Services that were accessed at these moments, in this order, under that key."""
    names = [f"s{place}" for place in range(len(moments))]
    return under(key, names, dict(zip(names, moments, strict=True)))


def both(
    key: str, order: Sequence[str], other: str, reverse: Sequence[str], times: Mapping[str, str | None] = {}
) -> Scene:
    return under(other, reverse, times, under(key, order, times))


CASES = [
    # without SortKey
    kept("default-by-namespace", "up", under(None, "abc")),
    kept("default-by-namespace", "two services", under(None, "ab")),
    kept("default-by-namespace", "down", under(None, "cba"), "sort.default-ascending"),
    kept("default-by-namespace", "blind to case", under(None, ["a", "B", "c"])),
    case("default-by-namespace", "failed", "neither", under(None, "bac")),
    case("default-by-namespace", "failed", "by time", under(None, "bca", USED_ONLY)),
    case("default-by-namespace", "failed", "up on each page only", under(None, "cdab", size=2)),
    idle("default-by-namespace", "always with SortKey", under(UP, "abc")),
    idle("default-by-namespace", "one service", under(None, "a")),
    idle("default-by-namespace", "no service", under(None, "")),
    idle("default-by-namespace", "a saved answer", Scene().saved(answer([service("b"), service("a")]))),
    kept("default-ascending", "up", under(None, "abc")),
    kept("default-ascending", "as bytes", under(None, ["agent-registry", "agentaccess-mcp", "app-integrations", "appconfig"])),
    kept("default-ascending", "blind to punctuation", under(None, ["agentaccess-mcp", "agent-registry"])),
    case("default-ascending", "warned", "down", under(None, "cba")),
    case("default-ascending", "indeterminate", "no order at all", under(None, "bac"), "sort.default-by-namespace",
        because="sort.default-by-namespace"),
    idle("default-ascending", "always with SortKey", under(UP, "abc")),
    idle("default-ascending", "one service", under(None, "a")),
    idle("default-ascending", "no service", under(None, "")),
    # by namespace
    kept("namespace-ascending", "up", under(UP, "abc", size=2)),
    kept("namespace-ascending", "capitals first", under(UP, ["B", "a"])),
    kept("namespace-ascending", "blind to case", under(UP, ["a", "B", "c"])),
    kept("namespace-ascending", "blind to punctuation", under(UP, ["ab", "a-c", "ad"])),
    kept("namespace-ascending", "one service twice", under(UP, "aab"), "report.service-listed-once"),
    kept("namespace-ascending", "each page of a listing that repeats a service", under(UP, "abbc", size=2), "pagination.no-repeats"),
    case("namespace-ascending", "failed", "down", under(UP, "cba")),
    case("namespace-ascending", "failed", "down, beside a page of one service", under(UP, "cba", scene=left(UP, "c"))),
    case("namespace-ascending", "failed", "one out of place", under(UP, "abdce")),
    case("namespace-ascending", "failed", "up on each page only", under(UP, "cdab", size=2)),
    case("namespace-ascending", "failed", "by length", under(UP, ["b", "c", "aa"])),
    case("namespace-ascending", "indeterminate", "one way here, another there",
        under(UP, ["a-c", "ab", "b"], scene=under(UP, ["ab", "a-c", "b"])), "pagination.order-continues",
        because="pagination.order-continues"),
    idle("namespace-ascending", "never asked for", under(None, "abc")),
    idle("namespace-ascending", "one service", under(UP, "a")),
    kept("namespace-descending", "down", under(DOWN, "cba", size=2)),
    kept("namespace-descending", "as the ascending one, backwards", both(UP, "abc", DOWN, "cba")),
    kept("namespace-descending", "one service twice", under(DOWN, "baa"), "report.service-listed-once"),
    case("namespace-descending", "failed", "up", under(DOWN, "abc")),
    case("namespace-descending", "failed", "one out of place", under(DOWN, "ecdba")),
    case("namespace-descending", "failed", "down on each page only", under(DOWN, "badc", size=2)),
    case("namespace-descending", "failed", "in another alphabet than the ascending one",
        under(DOWN, ["b", "ab", "a-c"], scene=under(UP, ["ab", "a-c", "b"]))),
    idle("namespace-descending", "only up", under(UP, "abc")),
    # by time
    kept("time-ascending", "earliest first", under(EARLY, "bca", USED_ONLY, size=2)),
    kept("time-ascending", "the unused first", timed(EARLY, "xybca"), POSITION),
    kept("time-ascending", "the unused last", timed(EARLY, "bcaxy"), POSITION),
    kept("time-ascending", "with zones", clocked(EARLY, "2026-02-02T01:00:00+02:00", "2026-02-02T00:00:00Z"), "protocol.timestamp-utc"),
    kept("time-ascending", "fractions among whole seconds",
        clocked(EARLY, "2026-02-02T00:00:00.9Z", "2026-02-02T00:00:00Z", "2026-02-02T00:00:01Z")),
    kept("time-ascending", "years before others by number", clocked(EARLY, "0999-01-01T00:00:00Z", "2026-01-01T00:00:00Z")),
    case("time-ascending", "failed", "latest first", under(EARLY, "acb", USED_ONLY)),
    case("time-ascending", "failed", "the later two turned round", under(EARLY, "bac", USED_ONLY)),
    case("time-ascending", "failed", "the earlier two turned round", under(EARLY, "cba", USED_ONLY)),
    case("time-ascending", "failed", "beside a page of one service", under(EARLY, "acb", USED_ONLY, left(EARLY, "a"))),
    case("time-ascending", "indeterminate", "beside a listing in order", under(EARLY, "acb", USED_ONLY, under(EARLY, "bca", USED_ONLY), 500),
        "pagination.order-continues", because="pagination.order-continues"),
    case("time-ascending", "failed", "by name", under(EARLY, "abc", USED_ONLY)),
    case("time-ascending", "failed", "earliest first on each page only", under(EARLY, "cabd", {**USED_ONLY, "d": "2026-02-05T00:00:00Z"}, size=2)),
    case("time-ascending", "failed", "as text", clocked(EARLY, "2026-02-02T00:00:00Z", "2026-02-02T01:00:00+02:00"), "protocol.timestamp-utc"),
    case("time-ascending", "failed", "fine ones turned round behind a coarse one",
        clocked(EARLY, "2026-02-02T00:00:00.9Z", "2026-02-02T00:00:00Z", "2026-02-02T00:00:00.1Z")),
    idle("time-ascending", "all at one time", clocked(EARLY, "2026-02-02T00:00:00Z", "2026-02-02T00:00:00Z")),
    idle("time-ascending", "nothing was accessed", under(EARLY, "cab")),
    idle("time-ascending", "one was accessed", under(EARLY, "ax", TIMES), POSITION),
    idle("time-ascending", "never asked for", under(None, "abc", USED_ONLY)),
    kept("time-descending", "latest first", under(LATE, "acb", USED_ONLY, size=2)),
    kept("time-descending", "the unused first", timed(LATE, "xyacb"), POSITION),
    case("time-descending", "failed", "earliest first", under(LATE, "bca", USED_ONLY)),
    case("time-descending", "failed", "the earlier two turned round", under(LATE, "abc", USED_ONLY)),
    case("time-descending", "failed", "the later two turned round", under(LATE, "cab", USED_ONLY)),
    *(case("time-descending", "failed", f"fine ones turned round behind a coarse one, in second {n}",
        clocked(LATE, f"2026-02-02T00:00:0{n}.1Z", f"2026-02-02T00:00:0{n}Z", f"2026-02-02T00:00:0{n}.9Z")) for n in range(8)),
    *(case("time-descending", "failed", f"fine ones turned round behind a coarse one that comes first, in second {n}",
        clocked(LATE, f"2026-02-02T00:00:0{n}Z", f"2026-02-02T00:00:0{n}.1Z", f"2026-02-02T00:00:0{n}.9Z")) for n in range(8)),
    kept("time-descending", "fractions among whole seconds",
        clocked(LATE, "2026-02-02T00:00:01Z", "2026-02-02T00:00:00Z", "2026-02-02T00:00:00.9Z")),
    case("time-descending", "failed", "latest first on each page only", under(LATE, "cbda", {**USED_ONLY, "d": "2026-01-01T00:00:00Z"}, size=2)),
    idle("time-descending", "nothing was accessed", under(LATE, "cab")),
    idle("time-descending", "only up", under(EARLY, "bca", USED_ONLY)),
    # those without a time
    kept("never-accessed-together", "first", timed(EARLY, "xybca"), POSITION),
    kept("never-accessed-together", "last", timed(LATE, "acbxy"), POSITION),
    kept("never-accessed-together", "across pages", timed(EARLY, "yxbca", 1), POSITION),
    case("never-accessed-together", "warned", "at both ends", timed(EARLY, "xbcay")),
    case("never-accessed-together", "warned", "in the middle", timed(EARLY, "bxyca")),
    case("never-accessed-together", "indeterminate", "spread among what is in no order either", timed(EARLY, "axbyc"),
        "sort.time-ascending", because="sort.time-ascending"),
    idle("never-accessed-together", "all were accessed", under(EARLY, "bca", USED_ONLY)),
    idle("never-accessed-together", "none was", under(EARLY, "xy")),
    idle("never-accessed-together", "by name", under(UP, "abcxy", TIMES)),
    case("never-accessed-position", "noted", "first", timed(EARLY, "xybca")),
    case("never-accessed-position", "noted", "last", timed(EARLY, "bcayx")),
    idle("never-accessed-position", "none was accessed", under(EARLY, "xy")),
    # backwards
    kept("descending-reverses", "by name", both(UP, "abc", DOWN, "cba")),
    kept("descending-reverses", "by time", both(EARLY, "xybca", LATE, "acbyx", TIMES), POSITION),
    case("descending-reverses", "noted", "ties the same way round", both(EARLY, "xybca", LATE, "acbxy", TIMES), POSITION),
    case("descending-reverses", "noted", "the unused always last", both(EARLY, "bcaxy", LATE, "acbyx", TIMES), POSITION),
    case("descending-reverses", "indeterminate", "one of them is in no order", both(UP, "abc", DOWN, "cab"), "sort.namespace-descending",
        because="sort.namespace-descending"),
    kept("descending-reverses", "two services", both(UP, ["iam", "sqs"], DOWN, ["sqs", "iam"])),
    kept("descending-reverses", "one of them holds a service twice", both(UP, "aabc", DOWN, "cba"), "report.service-listed-once"),
    idle("descending-reverses", "one way", under(UP, "abc")),
    idle("descending-reverses", "the ascending one has no SortKey", under(DOWN, "cba", scene=under(None, "abc"))),
    idle("descending-reverses", "the other one expired", under(UP, "abc").get(sort_key=DOWN, answer=error("NoSuchEntity"))),
    idle("descending-reverses", "one service", both(UP, "a", DOWN, "a")),
    # the same services
    kept("same-services-under-every-key", "two keys", both(UP, "abc", DOWN, "cba")),
    kept("same-services-under-every-key", "three keys", under(None, "abc", scene=both(UP, "abc", DOWN, "cba"))),
    kept("same-services-under-every-key", "by name and by time", both(UP, "abcxy", EARLY, "xybca", TIMES), POSITION),
    idle("same-services-under-every-key", "one key", under(UP, "abc")),
    idle("same-services-under-every-key", "the other one expired", under(UP, "abc").get(sort_key=DOWN, answer=error("NoSuchEntity"))),
]  # fmt: skip


def one_page(scene: Scene, order: str, key: str | None, size: int = 1000) -> Scene:
    """A listing of one page, of a report of five services."""
    items = [service(each, time=TIMES[each]) for each in order]
    return scene.get(max_items=size, sort_key=key, answer=answer(items, accessible=5, not_accessed=2))


def lost(first: str, second: str) -> Scene:
    """A report of five services of which the time order does not show the unused."""
    return one_page(one_page(Scene().start(), first, UP), second, EARLY)


CASES += [
    case("same-services-under-every-key", "failed", "the unused are not shown by time", lost("abcxy", "bca")),
    case("same-services-under-every-key", "failed", "one is shown by time alone", lost("abcx", "xybca"), POSITION),
    idle("descending-reverses", "a service less", one_page(one_page(Scene().start(), "abcxy", UP), "yxcb", DOWN), SAME),
    idle("descending-reverses", "a service more", one_page(one_page(Scene().start(), "bcxy", UP), "yxcba", DOWN), SAME),
    kept(
        "same-services-under-every-key",
        "what a page just at its limit lacks is the paging's affair",
        one_page(one_page(Scene().start(), "bca", EARLY, 3), "abcxy", UP),
        "pagination.complete",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_sort(case: Case) -> None:
    """Each rule has the outcome that the scene claims, and no other rule is broken there."""
    case.holds()


def test_every_rule_has_its_cases() -> None:
    """Each of the family's rules is kept, broken and not exercised above; a position is only ever noted."""
    assert uncovered("sort", CASES) <= {(POSITION, "passed")}


def test_claims_differ() -> None:
    """No two cases make the same claim."""
    assert len({case.id for case in CASES}) == len(CASES)


VARIANTS = {
    "the unused first in both directions": both(EARLY, "xybca", LATE, "xyacb", TIMES),
    "the unused last in both directions": both(EARLY, "bcaxy", LATE, "acbxy", TIMES),
    "the unused as the lowest": both(EARLY, "xybca", LATE, "acbyx", TIMES),
    "the unused as the highest": both(EARLY, "bcaxy", LATE, "yxacb", TIMES),
    "any order of ties": both(EARLY, "yxbca", LATE, "acbyx", TIMES),
    "ties between the accessed": clocked(EARLY, *["2026-02-02T00:00:00Z"] * 3, "2026-02-03T00:00:00Z"),
    "AWS's own order of names": under(UP, ["access-analyzer", "agent-registry", "agentaccess-mcp", "app-integrations", "appconfig"]),
    "an alphabet that is blind to case and punctuation": both(UP, ["ab", "a-c", "ad"], DOWN, ["ad", "a-c", "ab"]),
}  # fmt: skip


@pytest.mark.parametrize("scene", VARIANTS.values(), ids=list(VARIANTS))
def test_variants(scene: Scene) -> None:
    """What the contract leaves free is at most noted."""
    assert scene.broken() <= {POSITION, REVERSES}


def test_a_finding_names_the_two_services() -> None:
    """Expected and actual say which one should come before which, and the exchanges hold them both."""
    [violation] = under(UP, "abdc", size=3).outcome("sort.namespace-ascending").violations
    assert violation.expected == "c before d"
    assert violation.actual == "d, then c"
    assert violation.exchanges == (1, 2)


def test_the_services_around_a_page_border_are_shown() -> None:
    """The exchanges of a finding are those of the two services, wherever the pages are cut."""
    [violation] = under(UP, "abdc", size=1).outcome("sort.namespace-ascending").violations
    assert violation.exchanges == (3, 4)


@pytest.mark.parametrize(
    ("order", "expected"),
    [("abdc", "c before d"), ("bac", "a before b"), ("dcab", "b before a"), ("cabd", "a before c")],
)
def test_an_order_that_nobody_asked_for_is_held_to_the_way_that_most_of_it_goes(order: str, expected: str) -> None:
    """Without SortKey either direction will do; the finding is the step that goes against the others."""
    [violation] = under(None, order).outcome("sort.default-by-namespace").violations
    assert violation.expected == expected


def test_what_is_not_ascending_is_shown_by_a_step_down() -> None:
    """Also where another alphabet has that step elsewhere."""
    [violation] = under(None, ["a-c", "ab", "aa"]).outcome("sort.default-ascending").violations
    assert violation.expected == "aa before ab"


@pytest.mark.parametrize(
    ("scene", "position"),
    [
        (timed(EARLY, "xybca"), "first ascending"),
        (timed(LATE, "acbx"), "last descending"),
        (both(EARLY, "xbca", LATE, "acbx", TIMES), "first ascending, last descending"),
    ],
)
def test_a_position_is_shown_in_words(scene: Scene, position: str) -> None:
    """The note says where the services without a time come, and in which direction."""
    [note] = scene.outcome(POSITION).violations
    assert note.actual == position


def test_the_first_change_between_the_two_kinds_is_shown() -> None:
    """What stands among the others is named."""
    [violation] = timed(EARLY, "bxyca").outcome("sort.never-accessed-together").violations
    assert violation.actual == "2 changes between the two kinds, the first at x"


@pytest.mark.parametrize(("up", "down", "expected"), [("xybca", "acbxy", "y"), ("yxbca", "acbyx", "x")])
def test_the_first_difference_from_the_reverse_is_shown(up: str, down: str, expected: str) -> None:
    """Expected is what stands there in the reverse of the ascending listing."""
    [note] = both(EARLY, up, LATE, down, TIMES).outcome(REVERSES).violations
    assert (note.expected, note.actual) == (expected, {"x": "y", "y": "x"}[expected])


@pytest.mark.parametrize(
    ("missing", "shown"),
    [
        (4, "4, without s00, s01, s02, s03"),
        (5, "3, without s00, s01, s02, s03, s04"),
        (6, "2, without s00, s01, s02, s03, s04, …"),
    ],
)
def test_five_missing_services_are_named(missing: int, shown: str) -> None:
    """The first five, that there are more, under which key, and the first listing that shows it."""
    names = [f"s{place:02}" for place in range(8)]
    unused = {"accessible": 8, "not_accessed": 8}
    scene = Scene().start().get(max_items=1000, sort_key=UP, answer=answer([service(each) for each in names], **unused))
    for size in (900, 1000):
        scene.get(max_items=size, sort_key=EARLY, answer=answer([service(each) for each in names[missing:]], **unused))
    [violation] = scene.outcome(SAME).violations
    assert violation.message == f"{missing} services that other orders list are missing under {EARLY}"
    assert violation.actual == shown
    assert violation.exchanges == (2,)
