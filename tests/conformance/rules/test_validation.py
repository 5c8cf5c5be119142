"""The validation rules: a request that breaks one thing beside the working request that it was made from."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from awscontract.conformance.trace.exchange import Failure

from conformance_kit import GENERATE, GET, JOB, OTHER_JOB, ROOT, Case, Reply, Scene, answer, error, given, uncovered

Parameters = dict[str, str | int]

READ: Parameters = {"JobId": JOB}
ASK: Parameters = {"EntityPath": ROOT}

#: By rule: requests that break its one thing.
VIOLATIONS: Mapping[str, list[Parameters]] = {
    "job-id-required": [{}],
    "job-id-length": [{"JobId": JOB[:35]}, {"JobId": f"{JOB}0"}, {"JobId": ""}],
    "max-items-minimum": [READ | {"MaxItems": each} for each in (0, -1, "0", "-1", -1000)],
    "max-items-maximum": [READ | {"MaxItems": each} for each in (1001, "1001", 2**31, "99999999999")],
    "max-items-integer": [READ | {"MaxItems": each} for each in ("ten", "1.5", "", "1e1")],
    "sort-key-known": [READ | {"SortKey": each} for each in ("NAME", "", "service_namespace_ascending")],
    "marker-length": [READ | {"Marker": each} for each in ("", "m" * 321)],
    "marker-pattern": [READ | {"Marker": each} for each in ("\x01\x02", "\u4e00", "\n")],
    "entity-path-required": [{}],
    "entity-path-length": [{"EntityPath": each} for each in (ROOT[:18], ROOT + "/" + "a" * 428, "")],
    "entity-path-pattern": [{"EntityPath": each} for each in ("x" * 19, " " + ROOT, "123456789012/12345678")],
    "policy-id-pattern": [
        ASK | {"OrganizationsPolicyId": each} for each in ("p-1", "", "FullAWSAccess", "p-12345678\u00e9")
    ],
}

#: The working requests: for a report, and to read it.
WORKING = Scene().start().get()


def _operation(slug: str) -> str:
    return GENERATE if slug.startswith(("entity-path", "policy-id")) else GET


def tried(slug: str, reply: Reply | Failure, parameters: Parameters | None = None, *, job: str = JOB) -> Scene:
    """A report that is asked for and read; then the broken request; then the report is read again."""
    return Scene().start(job=job).get(job).raw(reply, _operation(slug), **parameters or VIOLATIONS[slug][0]).get(job)


def result(slug: str) -> Reply:
    """What the operation gives where it does not refuse."""
    return given(JOB) if _operation(slug) == GENERATE else answer()


def case(slug: str, outcome: str, claim: str, scene: Scene, *also: str, because: str | None = None) -> Case:
    return Case(f"validation.{slug}", outcome, claim, scene, frozenset(also), because)


def every(outcome: str, claim: str, reply: Reply | Failure, *also: str, because: str | None = None) -> list[Case]:
    """One case for each rule but the one about codes."""
    return [case(slug, outcome, claim, tried(slug, reply), *also, because=because) for slug in VIOLATIONS]


def shown(parameters: Parameters) -> str:
    printed = (
        f"{name}={value!r}" if len(str(value)) < 40 else f"{name} of {len(str(value))}"
        for name, value in parameters.items()
    )
    return ", ".join(printed) or "nothing"


PAGE = Reply(400, b"<html><body>Bad Request</body></html>")
CRASH = Reply(500, b"<html><body>ValueError</body></html>", {"content-type": "text/html"})
EC2 = Reply(400, b'<Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Errors><Error><Type>Sender</Type><Code>ValidationError</Code>'
                 b"<Message>m</Message></Error></Errors><RequestId>1</RequestId></Response>")  # fmt: skip

CASES = [
    # each request that breaks one thing
    *(case(slug, "passed", f"{shown(each)} is refused", tried(slug, error(), each)) for slug in VIOLATIONS for each in VIOLATIONS[slug]),
    *(case(slug, "failed", f"{shown(each)} gives a result", tried(slug, result(slug), each)) for slug in VIOLATIONS for each in VIOLATIONS[slug]),
    # what a refusal may be
    *every("passed", "another of the model's errors will do", error("InvalidInput")),
    *every("passed", "an error of every service will do", error("AccessDenied")),
    *every("failed", "a crash is none", error("ServiceFailure"), "validation.no-crash"),
    *every("failed", "a web page for a crash is none", CRASH, "validation.no-crash"),
    *(case(slug, "indeterminate", "a result under 404", tried(slug, result(slug).under(404)), "protocol.status", because="protocol.status")
      for slug in VIOLATIONS),
    *every("passed", "in another envelope, which is that rule's affair", EC2, "protocol.error-envelope"),
    *every("indeterminate", "a web page", PAGE, "protocol.error-envelope", because="protocol.error-envelope"),
    *every("indeterminate", "JSON", Reply(400, b"{}"), "protocol.well-formed", because="protocol.well-formed"),
    *every("indeterminate", "an error under 200", error(status=200), "protocol.status", because="protocol.status"),
    *every("indeterminate", "no answer", Failure("timeout", "no answer within 10 s")),
    *every("indeterminate", "it is throttled", error("Throttling")),
    # what proves nothing
    *(case(slug, "not-exercised", "another report is still being made",
           Scene().start().get(answer=answer(status="IN_PROGRESS")).raw(error("ReportGenerationLimitExceeded"), GENERATE, **VIOLATIONS[slug][0]))
      for slug in VIOLATIONS if _operation(slug) == GENERATE),
    *(case(slug, "not-exercised", "everything was valid", WORKING) for slug in VIOLATIONS),
    *(case(slug, "not-exercised", "nothing works there", Scene().start(answer=error("AccessDenied")).get(answer=error("AccessDenied"))
           .raw(error(), _operation(slug), **VIOLATIONS[slug][0])) for slug in VIOLATIONS),
    *(case(slug, "not-exercised", "the working request came only afterwards",
           Scene().raw(error(), _operation(slug), **VIOLATIONS[slug][0]).start().get()) for slug in VIOLATIONS),
    *(case(slug, "not-exercised", "two things are wrong at once",
           tried(slug, error(), VIOLATIONS[slug][-1] | ({"OrganizationsPolicyId": "!"} if slug.startswith("entity") else {"EntityPath": "!"}
                                                       if _operation(slug) == GENERATE else {"MaxItems": 0, "SortKey": "!", "Marker": ""})))
      for slug in VIOLATIONS),
    *(case(slug, "not-exercised", "the working request is refused too, afterwards",
           Scene().start().get().raw(error(), GET, **VIOLATIONS[slug][0]).get(answer=error("AccessDenied")))
      for slug in VIOLATIONS if _operation(slug) == GET),
    case("job-id-length", "passed", "not to be found is refusal enough", tried("job-id-length", error("NoSuchEntity"))),
    case("entity-path-length", "passed", "a second report that must wait does not undo the first",
        Scene().start().get().raw(error(), GENERATE, EntityPath="o").start(answer=error("ReportGenerationLimitExceeded"))),
    case("entity-path-length", "not-exercised", "the answer to the working request was never seen",
        Scene().lost("timeout", GENERATE, EntityPath=ROOT).raw(error(), GENERATE, EntityPath="o")),
    case("max-items-minimum", "passed", "beside a finished report that somebody else asked for",
        Scene().get(OTHER_JOB).raw(error(), GET, JobId=OTHER_JOB, MaxItems=0)),
    case("max-items-minimum", "not-exercised", "beside another order", Scene().start().get(sort_key="SERVICE_NAMESPACE_ASCENDING")
        .raw(error(), GET, JobId=JOB, MaxItems=0)),
    case("marker-length", "failed", "beside the same MaxItems", Scene().start().get(max_items=5)
        .raw(answer(), GET, JobId=JOB, MaxItems=5, Marker="")),
    # codes
    *(case("error-code", "passed", f"{code} is listed", tried("max-items-minimum", error(code)))
      for code in ("ValidationError", "InvalidInput", "NoSuchEntity", "InvalidParameterValue", "AccessDenied", "MalformedQueryString")),
    case("error-code", "passed", "text where a number belongs", tried("max-items-integer", error("MalformedInput"))),
    case("error-code", "warned", "MalformedInput for a number", tried("max-items-minimum", error("MalformedInput"))),
    *(case("error-code", "warned", f"{code} of its own", tried("max-items-minimum", error(code)))
      for code in ("ValidationException", "BadRequest", "400")),
    case("error-code", "warned", "no report is being made any more",
        tried("entity-path-length", error("ReportGenerationLimitExceeded"))),
    case("no-crash", "passed", "a refusal", tried("max-items-minimum", error())),
    case("no-crash", "warned", "one of several", Scene().start().get().raw(error(), GET, **READ, MaxItems=0)
        .raw(error("ServiceFailure"), GET, **READ, MaxItems="1x").get(), "validation.max-items-integer"),
    case("no-crash", "passed", "throttled under 503", tried("max-items-minimum", error("ServiceUnavailable")).raw(error(), GET, **READ, MaxItems=-1)),
    case("no-crash", "not-exercised", "everything was valid", WORKING),
    case("error-code", "warned", "one that only the other operation has", tried("entity-path-length", error("NoSuchEntity"))),
    case("error-code", "indeterminate", "no code at all", tried("max-items-minimum", error(None)), "protocol.error-envelope",
        because="protocol.error-envelope"),
    case("error-code", "warned", "beside a result", Scene().start().get().raw(answer(), GET, **READ, SortKey="NAME")
        .raw(error("Odd"), GET, **READ, MaxItems=0).get(), "validation.sort-key-known"),
    case("error-code", "not-exercised", "nothing is refused", WORKING),
    case("error-code", "not-exercised", "nothing works there", Scene().start(answer=error("AccessDenied")).get(answer=error("AccessDenied"))
        .raw(error("Odd"), GET, **READ, MaxItems=0)),
    case("error-code", "not-exercised", "it is throttled", tried("max-items-minimum", error("TooManyRequestsException"))),
    case("error-code", "not-exercised", "a result is no refusal", tried("sort-key-known", answer()), "validation.sort-key-known"),
    case("error-code", "not-exercised", "a refused request that is valid has rules of its own",
        Scene().start().get(answer=error("NoSuchEntity"))),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_validation(case: Case) -> None:
    """Each rule has the outcome that the scene claims, and no other rule is broken there."""
    case.holds()


def test_every_rule_has_its_cases() -> None:
    """Each of the family's rules is kept, broken and not exercised above."""
    assert not uncovered("validation", CASES)


def test_claims_differ() -> None:
    """No two cases make the same claim."""
    assert len({case.id for case in CASES}) == len(CASES)


@pytest.mark.parametrize("slug", VIOLATIONS)
def test_a_violation_names_the_request_and_the_member(slug: str) -> None:
    """The violation points at the broken request and at the member of it that should have been refused."""
    [violation] = tried(slug, result(slug)).outcome(f"validation.{slug}").violations
    assert violation.exchanges == (2,)
    member = {
        "job": "JobId",
        "max": "MaxItems",
        "sort": "SortKey",
        "marker": "Marker",
        "entity": "EntityPath",
        "policy": "OrganizationsPolicyId",
    }
    assert violation.path == f"/{member[slug.partition('-')[0]]}"
    assert violation.path[1:] in violation.message


@pytest.mark.parametrize(
    ("slug", "request_", "message"),
    [
        ("job-id-required", {}, "a request without JobId is not refused"),
        ("job-id-length", {"JobId": JOB[:35]}, "JobId of 35 characters is not refused"),
        ("max-items-minimum", READ | {"MaxItems": 0}, "MaxItems=0 is not refused"),
        ("max-items-integer", READ | {"MaxItems": "ten"}, "MaxItems='ten' is not refused"),
        ("sort-key-known", READ | {"SortKey": "NAME"}, "SortKey='NAME' is not refused"),
    ],
)
def test_a_violation_shows_what_was_asked(slug: str, request_: Parameters, message: str) -> None:
    """A member that was left out, its length where that is wrong, or what it held."""
    [violation] = tried(slug, answer(), request_).outcome(f"validation.{slug}").violations
    assert violation.message == message


@pytest.mark.parametrize(
    ("reply", "actual"),
    [(answer(), "a result, HTTP 200"), (error("ServiceFailure", "Oh."), "HTTP 500, ServiceFailure: Oh.")],
)
def test_a_violation_shows_what_came(reply: Reply, actual: str) -> None:
    """A result, or what the service did instead of refusing."""
    [violation] = tried("max-items-minimum", reply).outcome("validation.max-items-minimum").violations
    assert violation.actual == actual


@pytest.mark.parametrize("status", [200, 399])
def test_a_refusal_under_a_wrong_status_is_not_judged(status: int) -> None:
    """That is the status rule's affair, and the reason says so."""
    found = tried("max-items-minimum", error(status=status)).outcome("validation.max-items-minimum")
    assert found.reason == f"it is refused with HTTP {status}"


def test_a_code_of_its_own_is_shown() -> None:
    """The code that came is what the finding shows."""
    [violation] = tried("max-items-minimum", error("BadRequest")).outcome("validation.error-code").violations
    assert violation.actual == "BadRequest"


def test_the_two_bounds_are_two_rules() -> None:
    """A service that only forgot the upper bound breaks only that."""
    scene = Scene().start().get().raw(error(), GET, **READ, MaxItems=0).raw(answer(), GET, **READ, MaxItems=1001).get()
    assert scene.broken() == {"validation.max-items-maximum"}
    assert scene.outcome("validation.max-items-minimum").outcome == "passed"


def test_a_saved_answer_breaks_nothing() -> None:
    """Where the request is not known, nothing can be said of what it broke."""
    outcomes = Scene().saved(answer()).saved(error()).outcomes()
    assert {each.outcome for each in outcomes.values() if each.id.startswith("validation.")} == {"not-exercised"}
