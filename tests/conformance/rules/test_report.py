"""The report rules: what is listed of each service, and what the counts say of all."""

from __future__ import annotations

import pytest

from conformance_kit import ACCOUNT, JOB, ROOT, USED, Case, Reply, Scene, Service, answer, service, uncovered

A, B, C = service("a", time=USED), service("b"), service("c")
OU = f"{ROOT}/ou-f6g7-12345678"
EMPTY = answer([])


def case(slug: str, outcome: str, claim: str, scene: Scene, *also: str, because: str | None = None) -> Case:
    return Case(f"report.{slug}", outcome, claim, scene, frozenset(also), because)


def kept(slug: str, claim: str, scene: Scene, *also: str) -> Case:
    return case(slug, "passed", claim, scene, *also)


def idle(slug: str, claim: str, scene: Scene, *also: str) -> Case:
    return case(slug, "not-exercised", claim, scene, *also)


def shown(*answers: Reply, entity: str = ROOT) -> Scene:
    """One report, read so many times."""
    scene = Scene().start(entity=entity)
    for each in answers:
        scene.get(answer=each)
    return scene


def saved(*answers: Reply, joined: bool = False) -> Scene:
    """Answers whose requests nobody knows."""
    scene = Scene(joined=joined)
    for each in answers:
        scene.saved(each)
    return scene


def paged(*pages: Reply) -> Scene:
    """One listing: each page's Marker leads to the next page."""
    scene = Scene().start()
    for place, each in enumerate(pages):
        scene.get(max_items=1, marker=f"m{place}" if place else None, answer=each)
    return scene


def two(first: int | None, second: int | None, role: str) -> Scene:
    """Two pages of three services in all that claim these numbers."""
    counts = {"accessible": 3, "not_accessed": 3}
    one, other = (answer([service(key)], marker=marker, **{**counts, role: count})
                  for key, marker, count in (("a", "m1", first), ("b", "m2", second)))  # fmt: skip
    third = answer([C], **{**counts, role: first})
    return paged(one, other, third)


CASES = [
    # both or neither
    kept("attempt-details-together", "both", shown(answer([A]))),
    case("attempt-details-together", "failed", "a path alone", shown(answer([service("a", entity=ACCOUNT, total=1)]))),
    case("attempt-details-together", "failed", "a time alone", shown(answer([service("a", time=USED, entity=None)]))),
    idle("attempt-details-together", "nothing was accessed", shown(answer([B]))),
    idle("attempt-details-together", "a Region is no access", shown(answer([service("a", region="eu-west-1")])), "report.no-attempt-no-region"),
    idle("attempt-details-together", "an empty report", shown(EMPTY)),
    # a Region with an attempt
    kept("attempt-has-region", "there", shown(answer([A]))),
    case("attempt-has-region", "warned", "absent", shown(answer([service("a", time=USED, region=None)]))),
    idle("attempt-has-region", "nothing was accessed", shown(answer([B]))),
    # no Region without one
    kept("no-attempt-no-region", "absent", shown(answer([B]))),
    case("no-attempt-no-region", "warned", "there", shown(answer([service("b", region="us-east-1")]))),
    idle("no-attempt-no-region", "iam, as AWS has it", shown(answer([service("iam", region="us-east-1")]))),
    kept("no-attempt-no-region", "iam as the documents have it, beside another", shown(answer([B, service("iam")]))),
    case("no-attempt-no-region", "warned", "another beside iam", shown(answer([service("iam", region="us-east-1"),
        service("s3", region="us-east-1")]))),
    idle("no-attempt-no-region", "everything was accessed", shown(answer([A]))),
    # the number of accounts
    kept("attempt-counted", "one", shown(answer([A]))),
    kept("attempt-counted", "many", shown(answer([service("a", time=USED, total=4000)]))),
    case("attempt-counted", "failed", "0", shown(answer([service("a", time=USED, total=0)]))),
    case("attempt-counted", "failed", "below 0", shown(answer([service("a", time=USED, total=-1)]))),
    idle("attempt-counted", "left out", shown(answer([service("a", time=USED, total=None)]))),
    idle("attempt-counted", "nothing was accessed", shown(answer([B]))),
    kept("no-attempt-counts-none", "0", shown(answer([B]))),
    case("no-attempt-counts-none", "failed", "below 0", shown(answer([service("b", total=-1)]))),
    case("no-attempt-counts-none", "failed", "one", shown(answer([service("b", total=1)]))),
    case("no-attempt-counts-none", "failed", "one, with a Region", shown(answer([service("iam", region="us-east-1", total=1)]))),
    idle("no-attempt-counts-none", "left out", shown(answer([service("b", total=None)]))),
    idle("no-attempt-counts-none", "everything was accessed", shown(answer([A]))),
    # both counts
    kept("counts-present", "both", shown(answer([A, B]))),
    kept("counts-present", "both 0", shown(EMPTY)),
    case("counts-present", "warned", "no first", shown(answer([A], accessible=None))),
    case("counts-present", "warned", "no second", shown(answer([A], not_accessed=None))),
    idle("counts-present", "running", shown(answer(status="IN_PROGRESS"))),
    idle("counts-present", "failed", shown(answer(status="FAILED"))),
    # not below 0
    kept("counts-not-negative", "0", shown(EMPTY)),
    case("counts-not-negative", "failed", "below", shown(answer([A], not_accessed=-1))),
    idle("counts-not-negative", "no counts", shown(answer([A], accessible=None, not_accessed=None)), "report.counts-present"),
    # what is listed
    kept("accessible-count", "as many", shown(answer([A, B]))),
    kept("accessible-count", "none", shown(EMPTY)),
    kept("accessible-count", "of all pages", two(3, 3, "accessible")),
    kept("accessible-count", "AccessDetails left out", shown(answer(None, accessible=0, not_accessed=0))),
    case("accessible-count", "failed", "one too many", shown(answer([A, B], accessible=3))),
    case("accessible-count", "failed", "that of the page", paged(answer([A], marker="m1", not_accessed=1), answer([B], not_accessed=1))),
    case("accessible-count", "failed", "0 for services", shown(answer([A], accessible=0, not_accessed=0))),
    idle("accessible-count", "the listing was not followed", shown(answer([A], marker="m1", accessible=9, not_accessed=8))),
    idle("accessible-count", "a saved page of several", saved(answer([A], accessible=9, not_accessed=8))),
    idle("accessible-count", "left out", shown(answer([A], accessible=None)), "report.counts-present"),
    idle("accessible-count", "running", shown(answer(status="IN_PROGRESS"))),
    kept("not-accessed-count", "as many", shown(answer([A, B, C]))),
    kept("not-accessed-count", "iam with its Region", shown(answer([A, service("iam", region="us-east-1")]))),
    case("not-accessed-count", "failed", "all of them", shown(answer([A, B], not_accessed=2))),
    case("not-accessed-count", "failed", "those that were accessed", shown(answer([A, B, C], not_accessed=1))),
    case("not-accessed-count", "failed", "none", shown(answer([B], not_accessed=0))),
    idle("not-accessed-count", "the listing was not followed", shown(answer([A], marker="m1", accessible=9, not_accessed=8))),
    idle("not-accessed-count", "left out", shown(answer([A], not_accessed=None)), "report.counts-present"),
    kept("not-accessed-within-accessible", "fewer", shown(answer([A, B]))),
    kept("not-accessed-within-accessible", "all", shown(answer([B, C]))),
    case("not-accessed-within-accessible", "failed", "more", shown(answer([A], not_accessed=2)), "report.not-accessed-count"),
    idle("not-accessed-within-accessible", "one count", shown(answer([A], not_accessed=None)), "report.counts-present"),
    # on every page
    kept("counts-same-on-every-page", "the same", two(3, 3, "accessible")),
    case("counts-same-on-every-page", "warned", "another first", two(3, 2, "accessible"), "report.accessible-count", "report.not-accessed-within-accessible"),
    case("counts-same-on-every-page", "warned", "another second", two(3, 2, "not_accessed"), "report.not-accessed-count"),
    case("counts-same-on-every-page", "warned", "more on the last page", paged(answer([B], marker="m1", accessible=2, not_accessed=2),
        answer([C], accessible=3, not_accessed=2)), "report.accessible-count"),
    kept("counts-same-on-every-page", "the same great number", paged(answer([B], marker="m1", accessible=1000, not_accessed=1000),
        answer([C], marker="m2", accessible=1000, not_accessed=1000))),
    idle("counts-same-on-every-page", "counts on one page only", paged(answer([B], marker="m1", accessible=2, not_accessed=2),
        answer([C], accessible=None, not_accessed=None)), "report.counts-present"),
    idle("counts-same-on-every-page", "one page", shown(answer([A]))),
    idle("counts-same-on-every-page", "no counts", paged(answer([A], marker="m1", accessible=None, not_accessed=None),
        answer([B], accessible=None, not_accessed=None)), "report.counts-present"),
    # once
    kept("service-listed-once", "two services", shown(answer([A, B]))),
    kept("service-listed-once", "two names that are alike", shown(answer([service("a", name="N"), service("b", name="N")]))),
    case("service-listed-once", "failed", "twice", shown(answer([B, B, C]))),
    idle("service-listed-once", "one service", shown(answer([A]))),
    idle("service-listed-once", "an empty report", shown(EMPTY)),
    # before the end
    kept("accessed-before-completed", "before", shown(answer([A]))),
    kept("accessed-before-completed", "in the second of the end, written coarser", shown(answer([service("a", time="2026-03-01T10:00:04Z")]))),
    kept("accessed-before-completed", "while the job ran", shown(answer([service("a", time="2026-03-01T10:00:02Z")]))),
    case("accessed-before-completed", "warned", "after", shown(answer([service("a", time="2026-03-01T10:00:05Z")]))),
    idle("accessed-before-completed", "nothing was accessed", shown(answer([B]))),
    idle("accessed-before-completed", "no end", shown(answer([A], completed=None)), "job.completion-date-when-finished"),
    # inside
    kept("entity-inside-entity", "below the root", shown(answer([A]))),
    kept("entity-inside-entity", "the account itself", shown(answer([A]), entity=ACCOUNT)),
    kept("entity-inside-entity", "with a slash at its end", shown(answer([service("a", time=USED, entity=ACCOUNT + "/")]), entity=ACCOUNT)),
    case("entity-inside-entity", "warned", "beside it", shown(answer([A]), entity=f"{ROOT}/ou-f6g7-87654321")),
    case("entity-inside-entity", "warned", "above it", shown(answer([service("a", time=USED, entity=ROOT)]), entity=OU)),
    case("entity-inside-entity", "warned", "one whose name begins alike", shown(
        answer([service("a", time=USED, entity=f"{OU}9/123456789012")]), entity=OU)),
    idle("entity-inside-entity", "nobody knows which entity", Scene().get(JOB, answer=answer([A]))),
    idle("entity-inside-entity", "a saved answer", saved(answer([A]))),
    idle("entity-inside-entity", "nothing was accessed", shown(answer([B]))),
    # regions
    *[kept("region-name", name, shown(answer([service("a", time=USED, region=name)]))) for name in
        ("eu-west-1", "us-gov-west-1", "cn-north-1", "ap-southeast-4")],
    case("region-name", "noted", "no region", shown(answer([service("a", time=USED, region="Frankfurt")]))),
    case("region-name", "noted", "a zone", shown(answer([service("a", time=USED, region="eu-west-1a")]))),
    idle("region-name", "no Region", shown(answer([B]))),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_report(case: Case) -> None:
    """Each rule has the outcome that the scene claims, and no other rule is broken there."""
    case.holds()


def test_every_rule_has_its_cases() -> None:
    """Each of the family's rules is kept, broken and not exercised above."""
    assert not uncovered("report", CASES)


def test_claims_differ() -> None:
    """No two cases make the same claim."""
    assert len({case.id for case in CASES}) == len(CASES)


def test_one_wrong_count_is_one_violation() -> None:
    """The same wrong count on three pages is one violation, and a listing's pages are shown beside it."""
    found = two(4, 4, "accessible").outcome("report.accessible-count")
    assert len(found.violations) == 1
    assert found.violations[0].exchanges == (1, 2, 3)


@pytest.mark.parametrize(
    ("one", "message"),
    [
        (service("a", entity=ACCOUNT, total=1), "a has EntityPath without LastAuthenticatedTime"),
        (service("a", time=USED, entity=None), "a has LastAuthenticatedTime without EntityPath"),
        (service("a", time=USED, total=0), "a was accessed and TotalAuthenticatedEntities is 0"),
        (service("a", total=2), "a was never accessed and TotalAuthenticatedEntities is 2"),
    ],
)
def test_a_violation_shows_what_the_service_says_of_itself(one: Service, message: str) -> None:
    """The message names the half that is there, and whether the service counts as accessed."""
    told_of = [each.message for rule in shown(answer([one])).outcomes().values() for each in rule.violations]
    assert told_of == [message]


def test_five_of_many_services_are_named() -> None:
    """A page that lists everything twice names the first five services and counts them all."""
    [found] = shown(answer([service(key) for key in "aabbccddeeff"])).outcome("report.service-listed-once").violations
    assert found.message.startswith("6 services")
    assert found.actual == "a, b, c, d, e, …"


@pytest.mark.parametrize(
    "scene",
    [
        pytest.param(shown(EMPTY), id="an empty AccessDetails"),
        pytest.param(shown(answer(None, accessible=0, not_accessed=0)), id="AccessDetails left out"),
        pytest.param(shown(answer([A, service("b", total=None)])), id="TotalAuthenticatedEntities left out for the unused"),
        pytest.param(shown(answer([service("a", time=USED, total=None), B])), id="left out for the used"),
        pytest.param(shown(answer([service("a", time="2026-02-27T08:30:00.5Z"), service("b", time=USED)])), id="two forms of time"),
        pytest.param(shown(answer([service("iam", region="us-east-1")])), id="the Region of iam, which nobody used"),
        pytest.param(paged(answer([A], marker="m1", accessible=2, not_accessed=1),
            answer([B], accessible=2, not_accessed=1)), id="counts of the whole report on every page"),
        pytest.param(shown(answer([service("a", name="Amazon Keyspaces (for Apache Cassandra) - <&>")])), id="any display name"),
        pytest.param(shown(answer([A]), entity=f"{ROOT}/"), id="a path with a slash at its end"),
    ],
)  # fmt: skip
def test_variants(scene: Scene) -> None:
    """What the contract leaves free breaks no rule at all."""
    assert scene.broken() == set()
