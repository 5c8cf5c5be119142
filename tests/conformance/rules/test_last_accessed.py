"""The rules of the two last-accessed operations that the first operation does not have, or has in another form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pytest

from awscontract.spec.catalogue import rule_set
from awscontract.spec.operations import load

from conformance_kit import COMPLETED, CREATED, JOB, OTHER_JOB, USED, Case, Reply, Scene, document, element, error

SERVICES: Final = load("iam:GetServiceLastAccessedDetails")
ENTITIES: Final = load("iam:GetServiceLastAccessedDetailsWithEntities")
START: Final = "GenerateServiceLastAccessedDetails"
USER, ROLE, GROUP = (f"arn:aws:iam::123456789012:{each}" for each in ("user/Ann", "role/Deploy", "group/Staff"))
BOB: Final = "arn:aws:iam::123456789012:user/Bob"
LATER: Final = "2026-02-28T08:30:00Z"
TOO_LATE: Final = "2026-03-02T08:30:00Z"


def action(name: str | None, time: str | None = None, entity: str | None = None, region: str | None = None) -> str:
    inner = element("ActionName", name) + element("LastAccessedTime", time)
    return f"<member>{inner}{element('LastAccessedEntity', entity)}{element('LastAccessedRegion', region)}</member>"


def row(
    key: str,
    time: str | None = None,
    entity: str | None = "",
    region: str | None = "",
    total: int | None = -1,
    actions: Sequence[str] | None = None,
) -> str:
    """A service that nobody used or, with a time, one that Ann did."""
    used = time is not None
    inner = element("ServiceName", f"AWS {key}") + element("ServiceNamespace", key) + element("LastAuthenticated", time)
    inner += element("LastAuthenticatedEntity", (USER if used else None) if entity == "" else entity)
    inner += element("LastAuthenticatedRegion", ("eu-west-1" if used else None) if region == "" else region)
    inner += element("TotalAuthenticatedEntities", int(used) if total == -1 else total)
    if actions is not None:
        inner += f"<TrackedActionsLastAccessed>{''.join(actions)}</TrackedActionsLastAccessed>"
    return f"<member>{inner}</member>"


def member(arn: str, time: str | None = None, kind: str | None = "") -> str:
    """An entity, and when it last used the service."""
    resource = arn.split(":", 5)[5]
    kind = resource.partition("/")[0].upper() if kind == "" else kind
    name = resource.rpartition("/")[2]
    info = (
        element("Arn", arn) + element("Name", name) + element("Type", kind) + element("Id", f"AIDA{name:X>16}".upper())
    )
    return f"<member><EntityInfo>{info}<Path>/</Path></EntityInfo>{element('LastAuthenticated', time)}</member>"


def reply(
    rows: Sequence[str] | None = (),
    *,
    status: str = "COMPLETED",
    kind: str | None = None,
    marker: str | None = None,
    entities: bool = False,
    completed: str | None = "",
    failure: bool = False,
) -> Reply:
    """A response with these rows; `kind` is JobType."""
    operation, name = (
        (ENTITIES.operation, "EntityDetailsList") if entities else (SERVICES.operation, "ServicesLastAccessed")
    )
    completed = (COMPLETED if status in ("COMPLETED", "FAILED") else None) if completed == "" else completed
    inner = element("JobStatus", status) + element("JobType", kind) + element("JobCreationDate", CREATED)
    inner += element("JobCompletionDate", completed)
    inner += "" if rows is None else f"<{name}>{''.join(rows)}</{name}>"
    inner += element("IsTruncated", marker is not None) + element("Marker", marker)
    inner += "<Error><Message>m</Message><Code>c</Code></Error>" if failure else ""
    return document(inner, operation)


def started(
    arn: str = USER, granularity: str | None = "SERVICE_LEVEL", job: str = JOB, scene: Scene | None = None
) -> Scene:
    scene = scene or Scene(SERVICES)
    return scene.raw(document(element("JobId", job), START), START, Arn=arn, Granularity=granularity)


def read(scene: Scene, answer: Reply, job: str = JOB, **parameters: Any) -> Scene:
    if scene.contract is ENTITIES:
        parameters = {"ServiceNamespace": "s3"} | parameters
    return scene.raw(answer, scene.contract.operation, JobId=job, **parameters)


def services(*answers: Reply, arn: str = USER, granularity: str | None = "SERVICE_LEVEL") -> Scene:
    scene = started(arn, granularity)
    for each in answers:
        read(scene, each)
    return scene


def entities(*answers: Reply, arn: str = GROUP) -> Scene:
    scene = started(arn, scene=Scene(ENTITIES))
    for each in answers:
        read(scene, each)
    return scene


def rows(*each: str, kind: str | None = None, **parameters: Any) -> Scene:
    return services(reply(each, kind=kind), **parameters)


def members(*each: str, arn: str = GROUP) -> Scene:
    return entities(reply(each, entities=True), arn=arn)


def acted(*each: str) -> Scene:
    """An ACTION_LEVEL report with these tracked actions of one service."""
    return rows(row("s3", USED, actions=each), kind="ACTION_LEVEL", granularity="ACTION_LEVEL")


def paged(*pages: Sequence[str], entity_list: bool = True) -> Scene:
    """A whole listing, and then the same in pages of two."""
    scene = entities() if entity_list else services()
    everything = [each for page in pages for each in page]
    read(scene, reply(everything, entities=entity_list))
    for number, page in enumerate(pages):
        following = f"m{number + 1}" if number + 1 < len(pages) else None
        asked = {"MaxItems": 2} | ({"Marker": f"m{number}"} if number else {})
        read(scene, reply(page, entities=entity_list, marker=following), **asked)
    return read(scene, reply(everything, entities=entity_list))


def elsewhere(answer: Reply) -> Scene:
    """A Marker of one job, sent with another."""
    scene = read(services(), reply([row("a"), row("b")], marker="m"), MaxItems=2)
    read(scene, reply([row("c")]), MaxItems=2, Marker="m")
    read(started(ROLE, job=OTHER_JOB, scene=scene), reply([row("a")]), OTHER_JOB)
    return read(scene, answer, OTHER_JOB, MaxItems=2, Marker="m")


LIST, GET = "s3:ListBucket", "s3:GetObject"
WHOLE = action(GET, USED, USER, "eu-west-1")

CASES = [
    Case("job.type-as-asked", "passed", "as requested", rows(row("s3"), kind="SERVICE_LEVEL")),
    Case("job.type-as-asked", "failed", "another", rows(row("s3"), kind="ACTION_LEVEL"), path="/JobType"),
    Case("job.type-as-asked", "not-exercised", "left out", rows(row("s3"))),
    Case("job.type-as-asked", "not-exercised", "nobody asked for one", rows(row("s3"), kind="ACTION_LEVEL", granularity=None)),
    # what is absent until the report is there
    Case("shape.required", "passed", "nothing but the status", services(reply(None, status="IN_PROGRESS"))),
    Case("shape.required", "failed", "no list", services(reply(None)), path="/ServicesLastAccessed"),
    Case("shape.required", "failed", "no list of entities", entities(reply(None, entities=True)), path="/EntityDetailsList"),
    Case("job.completion-date-when-finished", "failed", "no date", services(reply([], completed=None))),
    Case("job.failed-has-error-details", "failed", "no Error", services(reply(None, status="FAILED"))),
    Case("job.failed-has-error-details", "passed", "an Error", services(reply(None, status="FAILED", failure=True))),
    Case("job.error-details-only-when-failed", "warned", "an Error", services(reply([], failure=True))),
    Case("job.same-request-same-job", "noted", "another job", started(job=OTHER_JOB, scene=services(reply([])))),
    Case("job.unknown-entity-fails", "passed", "refused at once",
         services(reply([])).raw(error("NoSuchEntity"), START, Arn="arn:aws:iam::123456789012:user/awscontract-no-such-user")),
    # rows
    Case("report.attempt-details-together", "failed", "a time alone", rows(row("s3", USED, entity=None))),
    Case("report.attempt-details-together", "failed", "an entity alone", rows(row("s3", entity=USER, region="eu-west-1", total=1))),
    Case("report.attempt-has-region", "warned", "none", rows(row("s3", USED, region=None))),
    Case("report.no-attempt-no-region", "warned", "of iam too", rows(row("iam", region="us-east-1"))),
    Case("report.attempt-counted", "failed", "0", rows(row("s3", USED, total=0))),
    Case("report.no-attempt-counts-none", "passed", "left out", rows(row("s3", total=None), row("sts"))),
    Case("report.service-listed-once", "failed", "twice", rows(row("s3"), row("s3"))),
    Case("report.accessed-before-completed", "warned", "a service", rows(row("s3", TOO_LATE))),
    Case("report.entity-as-asked", "passed", "the user", rows(row("s3", USED))),
    Case("report.entity-as-asked", "passed", "the user, by another path", rows(row("s3", USED, "arn:aws:iam::123456789012:user/x/Ann"))),
    Case("report.entity-as-asked", "failed", "another user", rows(row("s3", USED, BOB)),
         path="/ServicesLastAccessed/0/LastAuthenticatedEntity"),
    Case("report.entity-as-asked", "failed", "a user in another account", rows(row("s3", USED, USER.replace("1234", "4321")))),
    Case("report.entity-as-asked", "passed", "a user of the group", rows(row("s3", USED), arn=GROUP)),
    Case("report.entity-as-asked", "failed", "a role in a group", rows(row("s3", USED, ROLE), arn=GROUP)),
    Case("report.entity-as-asked", "not-exercised", "a policy", rows(row("s3", USED), arn="arn:aws:iam::123456789012:policy/P")),
    Case("report.entity-as-asked", "not-exercised", "nobody used it", rows(row("s3"))),
    # tracked actions
    Case("report.actions-only-when-asked", "passed", "none", rows(row("s3"), kind="SERVICE_LEVEL")),
    Case("report.actions-only-when-asked", "passed", "an empty list", rows(row("s3", actions=()))),
    Case("report.actions-only-when-asked", "failed", "some", rows(row("s3", actions=[action(GET)])),
         path="/ServicesLastAccessed/0/TrackedActionsLastAccessed"),
    Case("report.actions-only-when-asked", "failed", "some, by the response's own type",
         rows(row("s3", actions=[action(GET)]), kind="SERVICE_LEVEL", granularity=None)),
    Case("report.actions-only-when-asked", "not-exercised", "they were asked for", acted(action(GET))),
    Case("report.action-details-together", "passed", "both", acted(WHOLE)),
    Case("report.action-details-together", "failed", "a time alone", acted(action(GET, USED, USER))),
    Case("report.action-details-together", "failed", "a region alone", acted(action(GET, region="eu-west-1"))),
    Case("report.action-details-together", "not-exercised", "never used", acted(action(GET))),
    Case("report.action-entity-with-time", "passed", "both", acted(WHOLE)),
    Case("report.action-entity-with-time", "warned", "no entity", acted(action(GET, USED, region="eu-west-1"))),
    Case("report.action-listed-once", "passed", "two", acted(WHOLE, action(LIST))),
    Case("report.action-listed-once", "warned", "twice", acted(WHOLE, action(GET))),
    Case("report.action-listed-once", "not-exercised", "one", acted(WHOLE)),
    Case("report.accessed-before-completed", "warned", "an action", acted(action(GET, TOO_LATE, USER, "eu-west-1")),
         path="/ServicesLastAccessed/0/TrackedActionsLastAccessed/0/LastAccessedTime"),
    # entities
    Case("report.entity-listed-once", "failed", "twice", members(member(USER), member(USER))),
    Case("report.entities-of-a-group-are-users", "passed", "users", members(member(USER), member(BOB))),
    Case("report.entities-of-a-group-are-users", "failed", "a role", members(member(ROLE)), path="/EntityDetailsList/0/EntityInfo/Arn"),
    Case("report.entities-of-a-group-are-users", "not-exercised", "of a policy", members(member(ROLE), arn="arn:aws:iam::123456789012:policy/P")),
    Case("report.entity-type-matches-arn", "passed", "as in the Arn", members(member(USER))),
    Case("report.entity-type-matches-arn", "warned", "another", members(member(USER, kind="ROLE")), path="/EntityDetailsList/0/EntityInfo/Type"),
    Case("report.accessed-before-completed", "warned", "an entity", members(member(USER, TOO_LATE))),
    # orders
    Case("sort.by-namespace", "passed", "by code point", rows(row("a-c"), row("ab"), row("b"))),
    Case("sort.by-namespace", "passed", "ignoring punctuation", rows(row("ab"), row("a-c"), row("b"))),
    Case("sort.by-namespace", "failed", "not at all", rows(row("b"), row("a"))),
    Case("sort.by-namespace", "failed", "each page by itself", paged([row("c"), row("d")], [row("a"), row("b")], entity_list=False)),
    Case("sort.by-namespace", "not-exercised", "one service", rows(row("b"))),
    Case("sort.entities-by-date", "passed", "most recent first", members(member(USER, LATER), member(BOB, USED))),
    Case("sort.entities-by-date", "failed", "oldest first", members(member(USER, USED), member(BOB, LATER))),
    Case("sort.entities-by-date", "passed", "never first", members(member(ROLE), member(USER, LATER), member(BOB, USED), arn=ROLE)),
    Case("sort.entities-by-date", "failed", "never in between", members(member(USER, LATER), member(ROLE), member(BOB, USED), arn=ROLE)),
    Case("sort.entities-by-date", "failed", "each page by itself", paged([member(USER, USED)], [member(BOB, LATER)])),
    Case("sort.entities-by-date", "not-exercised", "the same time", members(member(USER, USED), member(BOB, USED))),
    # tokens
    Case("pagination.token-within-model", "passed", "one that fits", paged([row("a"), row("b")], [row("c")], entity_list=False)),
    Case("pagination.token-within-model", "failed", "321 characters", services(reply([row("a")], marker="m" * 321)), path="/Marker"),
    Case("pagination.token-within-model", "failed", "out of its pattern", services(reply([row("a")], marker="\u4e00"))),
    Case("pagination.token-within-model", "not-exercised", "none", rows(row("a"))),
    Case("pagination.token-bound-to-job", "passed", "refused", elsewhere(error("InvalidInput"))),
    Case("pagination.token-bound-to-job", "noted", "followed", elsewhere(reply([row("c")]))),
    Case("pagination.default-limit", "noted", "201 without MaxItems", services(reply([row(f"s{n:03}") for n in range(201)]))),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_rules(case: Case) -> None:
    found = case.scene.outcome(case.rule)
    assert found.outcome == case.outcome, (found.reason, [each.message for each in found.violations])
    if case.path is not None:
        assert found.violations[0].path == case.path


@pytest.mark.parametrize(
    "scene",
    [
        services(
            reply(None, status="IN_PROGRESS"), reply([row("a"), row("iam"), row("s3", USED)], kind="SERVICE_LEVEL")
        ),
        services(reply(None, status="FAILED", failure=True)),
        services(reply([])),
        services(reply([row("a", total=None)]), granularity=None),
        acted(WHOLE, action(LIST)),
        paged([row("a"), row("b")], [row("c")], entity_list=False),
        paged([member(USER, LATER), member(BOB, USED)], [member(ROLE)]),
        entities(reply([member(USER), member(BOB)], entities=True), reply([member(BOB)], entities=True)),
        read(read(entities(), reply([member(USER)], entities=True)), reply([], entities=True), ServiceNamespace="sts"),
    ],
    ids=[
        "a job",
        "a failure",
        "nothing allowed",
        "no totals",
        "actions",
        "pages",
        "entities",
        "one is deleted",
        "another service",
    ],
)
def test_what_is_valid_breaks_nothing(scene: Scene) -> None:
    """Entity lists may change between two reads, and each service has its own."""
    assert {each for each in scene.broken() if each != "report.entities-of-a-group-are-users"} == set()


def test_a_list_of_entities_that_changes() -> None:
    """A user who is deleted between two pages shifts the others; nothing is held against that listing."""
    scene = read(entities(), reply([member(USER), member(BOB)], entities=True))
    read(scene, reply([member(USER)], entities=True, marker="m"), MaxItems=1)
    read(scene, reply([], entities=True), MaxItems=1, Marker="m")
    read(scene, reply([member(BOB)], entities=True))
    assert scene.broken() == set()


def test_every_rule_of_theirs_has_a_case() -> None:
    """Whatever the first operation does not have."""
    first = {each.id for each in rule_set(load())}
    own = {each.id for contract in (SERVICES, ENTITIES) for each in rule_set(contract)} - first
    own = {each for each in own if not each.startswith("validation.")}
    assert own <= {case.rule for case in CASES if case.outcome in ("failed", "warned", "noted")}
