"""The shape rules: the model's part of the derived schema, each keyword kept, broken and not exercised."""

from __future__ import annotations

import pytest

from awscontract.spec import rule

from conformance_kit import (
    ACCOUNT,
    GENERATE,
    ROOT,
    USED,
    Case,
    Reply,
    Scene,
    answer,
    element,
    error,
    given,
    service,
    uncovered,
)

LONG_PATH = f"{ROOT}/" + "a" * (427 - len(ROOT) - 1)
RULES = ("required", "type", "enum", "length", "pattern", "pattern-whole", "unknown-member")


def seen(reply: Reply) -> Scene:
    return Scene().get(answer=reply)


def kept(slug: str, claim: str, reply: Reply, *also: str) -> Case:
    return Case(f"shape.{slug}", "passed", claim, seen(reply), frozenset(also))


def broken(slug: str, claim: str, reply: Reply, path: str, *also: str) -> Case:
    outcome = {"must": "failed", "should": "warned", "may": "noted"}[rule(f"shape.{slug}").level]
    return Case(f"shape.{slug}", outcome, claim, seen(reply), frozenset(also), path=path)


def idle(slug: str, claim: str, scene: Scene, *also: str) -> Case:
    return Case(f"shape.{slug}", "not-exercised", claim, scene, frozenset(also))


#: A result that can be read and says nothing: a valid answer with all its members renamed is none.
EMPTY = given(None)

CASES = [
    *(kept(slug, "a valid report", answer([service(time=USED), service("s3")], marker="m", accessible=3, not_accessed=2)) for slug in RULES),
    *(kept(slug, "a failed job", answer(status="FAILED")) for slug in RULES if "pattern" not in slug and slug != "length"),
    *(idle(slug, "every request was refused", Scene().start(answer=error()).get(answer=error("NoSuchEntity"))) for slug in RULES),
    *(idle(slug, "no answer came", Scene().lost()) for slug in RULES),
    *(idle(slug, "what came cannot be read", seen(Reply(200, b"{}")), "protocol.well-formed") for slug in RULES),
    *(idle(slug, "nothing in the result has one", seen(answer(None, accessible=0, not_accessed=0)))
      for slug in ("length", "pattern", "pattern-whole")),
    idle("enum", "the request for a report has none", Scene().start()),
    idle("type", "a result without members", Scene().start(answer=EMPTY), "job.id-returned"),
    # required
    kept("required", "what may be null is left out", answer(None, truncated=None, accessible=0, not_accessed=0)),
    kept("required", "a present empty text is not null", answer([service(name="")])),
    broken("required", "no status", answer(status=None), "/JobStatus"),
    broken("required", "no creation date", answer(created=None), "/JobCreationDate"),
    broken("required", "a service without name", answer([service(name=None)]), "/AccessDetails/0/ServiceName"),
    broken("required", "a service without namespace", answer([service("s3"), service(None)]), "/AccessDetails/1/ServiceNamespace"),
    broken("required", "a failure without code", answer(status="FAILED", failure=(None, "m")), "/ErrorDetails/Code"),
    broken("required", "a failure without message", answer(status="FAILED", failure=("C", None)), "/ErrorDetails/Message"),
    # type
    kept("type", "the greatest and the least of 32 bits", answer([service("a", total=2**31 - 1, time=USED), service("b", total=-(2**31))]),
        "report.no-attempt-counts-none"),
    kept("type", "a date that the protocol's rule condemns is not held against it twice", answer(created="2026-03-01"), "protocol.timestamp-format"),
    broken("type", "a number of more than 32 bits", answer([service(time=USED, total=2**31)]), "/AccessDetails/0/TotalAuthenticatedEntities"),
    broken("type", "a text where the list belongs", answer(None, extra=element("AccessDetails", "none")), "/AccessDetails"),
    broken("type", "a text where a structure belongs", answer(status="FAILED", failure=None, extra=element("ErrorDetails", "no")), "/ErrorDetails"),
    broken("type", "a structure where a text belongs", answer(extra="<Marker><Value>m</Value></Marker>", truncated=True), "/Marker"),
    # enum
    *(kept("enum", f"{status} is listed", answer(status=status)) for status in ("IN_PROGRESS", "COMPLETED", "FAILED")),
    broken("enum", "another status", answer(status="RUNNING", completed=None), "/JobStatus"),
    broken("enum", "another case", answer(status="Completed"), "/JobStatus"),
    # length
    kept("length", "the longest namespace and path", answer([service("a" * 64, time=USED, entity=LONG_PATH)])),
    kept("length", "a Marker of 320 characters", answer(marker="m" * 320, accessible=9, not_accessed=9)),
    kept("length", "names have no bounds", answer([service("s3", name="n" * 5000)])),
    broken("length", "a namespace of 65", answer([service("a" * 65)]), "/AccessDetails/0/ServiceNamespace"),
    broken("length", "an empty namespace", answer([service("")]), "/AccessDetails/0/ServiceNamespace"),
    broken("length", "a path of 428", answer([service(time=USED, entity=LONG_PATH + "a")]), "/AccessDetails/0/EntityPath"),
    broken("length", "a Marker of 321", answer(marker="m" * 321, accessible=9, not_accessed=9), "/Marker"),
    Case("shape.length", "failed", "a JobId of 35", Scene().start(job="a" * 35), path="/JobId"),
    Case("shape.length", "failed", "a JobId of 37", Scene().start(job="a" * 37), path="/JobId"),
    Case("shape.length", "passed", "a JobId of 36 that is no UUID", Scene().start(job="examplea-1234-b567-cde8-90fg123abcd4")),
    # pattern
    kept("pattern", "any letter of Latin-1", answer(marker="é ÿ/=+", accessible=9, not_accessed=9)),
    broken("pattern", "a Marker that matches nowhere", answer(marker="\u4e00", accessible=9, not_accessed=9), "/Marker"),
    broken("pattern", "an account's number for a path", answer([service(time=USED, entity="1" * 19)]), "/AccessDetails/0/EntityPath"),
    broken("pattern", "a path that starts otherwise", answer([service(time=USED, entity="/" + ACCOUNT)]), "/AccessDetails/0/EntityPath"),
    # pattern-whole
    broken("pattern-whole", "a namespace with a dot", answer([service("s3.control")]), "/AccessDetails/0/ServiceNamespace"),
    broken("pattern-whole", "a letter that is no ASCII", answer([service("caf\u00e9")]), "/AccessDetails/0/ServiceNamespace"),
    broken("pattern-whole", "a line feed at the end", answer([service("s3\n")]), "/AccessDetails/0/ServiceNamespace"),
    broken("pattern-whole", "a Marker with something beyond Latin-1", answer(marker="m\u4e00", accessible=9, not_accessed=9), "/Marker"),
    # unknown-member
    broken("unknown-member", "of the answer", answer(extra="<Next>1</Next>"), "/Next"),
    broken("unknown-member", "of a service", answer([service("a"), service("b", extra="<Tags/>")]), "/AccessDetails/1/Tags"),
    broken("unknown-member", "beside a list's items", answer([]).rewritten(("<AccessDetails>", "<AccessDetails><Total>0</Total>")),
        "/AccessDetails/Total"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_shape(case: Case) -> None:
    """Each rule has the outcome that the scene claims, and no other rule is broken there."""
    case.holds()


def test_every_rule_has_its_cases() -> None:
    """Each of the family's rules is kept, broken and not exercised above."""
    assert not uncovered("shape", CASES)


def test_claims_differ() -> None:
    """No two cases make the same claim."""
    assert len({case.id for case in CASES}) == len(CASES)


def test_a_violation_says_what_was_expected_and_what_came() -> None:
    """The finding carries both sides of the schema's keyword."""
    [violation] = seen(answer(status="RUNNING")).outcome("shape.enum").violations
    assert violation.expected == "one of IN_PROGRESS, COMPLETED, FAILED"
    assert violation.actual == '"RUNNING"'


def test_every_flaw_of_a_long_report_is_counted_and_five_are_shown() -> None:
    """The rest is a number in the reason."""
    services = [service("a" * 65 + str(place)) for place in range(8)]
    found = seen(answer(services)).outcome("shape.length")
    assert len(found.violations) == 5
    assert found.reason == "8 violations in all"


def test_a_flaw_is_one_of_the_things_that_were_looked_at() -> None:
    """A flawed answer is checked in as many places as a sound one: what is flawed is not counted twice."""
    sound, flawed = (seen(answer([service(key), service("s3")])).outcome("shape.length") for key in ("iam", "a" * 65))
    assert len(flawed.violations) == 1
    assert flawed.checked == sound.checked == 4  # two bounds of each namespace


def test_equal_services_are_each_judged() -> None:
    """Parts that are looked at once are still flawed in every place."""
    found = seen(answer([service("a b")] * 3)).outcome("shape.pattern-whole")
    assert [each.path for each in found.violations] == [
        f"/AccessDetails/{place}/ServiceNamespace" for place in range(3)
    ]


def test_the_other_operation_has_its_own_schema() -> None:
    """A member that one operation knows is unknown to the other."""
    scene = Scene().raw(
        given().rewritten(("</JobId>", "</JobId><JobStatus>COMPLETED</JobStatus>")), GENERATE, EntityPath=ROOT
    )
    assert scene.outcome("shape.unknown-member").violations[0].path == "/JobStatus"
