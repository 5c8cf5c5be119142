"""Evidence built by hand: valid AWS Query answers by plain string building, and scenes of what was asked and what came.

It shares no code with the emulator, so that one misunderstanding cannot stand on both sides. Wherever a value can be given,
leaving it away means the valid one that follows from the rest, and None means that the element is not there.

    scene = Scene()
    scene.start()
    scene.get(max_items=1, answer=answer([service("iam")], marker="m1", accessible=2))
    scene.get(max_items=1, marker="m1", answer=answer([service("s3")], accessible=2))
    assert scene.outcome("pagination.complete").outcome == "passed"
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final
from xml.sax.saxutils import escape

from awscontract.conformance.evidence.evidence import Evidence
from awscontract.conformance.judge.judge import judge
from awscontract.conformance.protocols import protocol_for
from awscontract.conformance.results.result import Result, RuleResult, Target, Violation
from awscontract.conformance.trace.exchange import Exchange, Failure, FailureKind, Run, Trace
from awscontract.spec.catalogue import rule_set
from awscontract.spec.contract import Contract
from awscontract.spec.model import fingerprint
from awscontract.spec.operations import load

__all__ = [
    "ACCOUNT",
    "COMPLETED",
    "CREATED",
    "GENERATE",
    "GET",
    "JOB",
    "NAMESPACE",
    "OTHER_JOB",
    "ROOT",
    "SECRETS",
    "USED",
    "VALID",
    "Case",
    "Reply",
    "Scene",
    "Service",
    "answer",
    "document",
    "element",
    "error",
    "given",
    "refusal",
    "secrets",
    "service",
    "uncovered",
    "users",
]  # fmt: skip

GET: Final = "GetOrganizationsAccessReport"
GENERATE: Final = "GenerateOrganizationsAccessReport"
NAMESPACE: Final = "https://iam.amazonaws.com/doc/2010-05-08/"

JOB: Final = "3f2a9c10-5b7e-d084-91c6-0a4e8b6d2f75"
OTHER_JOB: Final = "70b1d2e3-94f5-a607-18c9-bd3e5f612a84"
ROOT: Final = "o-a1b2c3d4e5/r-f6g7"
ACCOUNT: Final = f"{ROOT}/ou-f6g7-12345678/123456789012"

CREATED: Final = "2026-03-01T10:00:00.125Z"
COMPLETED: Final = "2026-03-01T10:00:04.750Z"
USED: Final = "2026-02-27T08:30:00Z"
REQUEST_ID: Final = "b1f2c3d4-0000-11f0-9d52-5f2e1a7c9b03"


CONTRACT: Final = load("iam:GetOrganizationsAccessReport")

#: A list over JSON, which goes on while there is a token, and one over AWS Query, which says whether it goes on.
SECRETS: Final = load("secretsmanager:ListSecrets")
USERS: Final = load("iam:ListUsers")


class _Valid:
    """The value that follows from the others."""

    def __repr__(self) -> str:
        return "VALID"


VALID: Any = _Valid()


@dataclass(frozen=True)
class Reply:
    """An answer as it comes: the HTTP status, the body, the headers that are kept."""

    status: int | None
    body: bytes
    headers: dict[str, str] = field(default_factory=lambda: {"content-type": "text/xml"})

    def rewritten(self, *changes: tuple[str, str]) -> Reply:
        """The same with other text in its body. What is to be changed has to be there."""
        body = self.body.decode()
        for old, new in changes:
            assert old in body, f"{old!r} is not in {body}"
            body = body.replace(old, new)
        return replace(self, body=body.encode())

    def under(self, status: int | None, **headers: str) -> Reply:
        """The same under another HTTP status, with these headers besides (`content_type` is ``content-type``)."""
        return replace(self, status=status, headers=self.headers | {k.replace("_", "-"): v for k, v in headers.items()})


@dataclass(frozen=True)
class Service:
    """One item of a report as XML, and whether it says of an attempt."""

    xml: str
    accessed: bool


def element(name: str, *content: str | int | bool | None) -> str:
    """An element with a text; none at all for None."""
    if content == (None,):
        return ""
    return f"<{name}>{''.join(_text(each) for each in content)}</{name}>"


def _text(value: str | int | bool | None) -> str:
    return str(value).lower() if isinstance(value, bool) else escape(str(value))


def document(
    inner: str,
    operation: str = GET,
    *,
    root: str = VALID,
    wrapper: str | None = VALID,
    attributes: str = f' xmlns="{NAMESPACE}"',
    request_id: str | None = REQUEST_ID,
    before: str = "",
    status: int = 200,
) -> Reply:
    """A result: `inner` in its wrapper, the metadata behind it. `before` stands between the root's start and the wrapper."""
    root = f"{operation}Response" if root is VALID else root
    wrapper = f"{operation}Result" if wrapper is VALID else wrapper
    wrapped = f"<{wrapper}>{inner}</{wrapper}>" if wrapper else inner
    metadata = f"<ResponseMetadata>{element('RequestId', request_id)}</ResponseMetadata>"
    return Reply(status, f"<{root}{attributes}>{before}{wrapped}{metadata}</{root}>".encode())


def service(
    key: str | None = "iam",
    *,
    name: str | None = VALID,
    time: str | None = None,
    entity: str | None = VALID,
    region: str | None = VALID,
    total: int | str | None = VALID,
    extra: str = "",
) -> Service:
    """A service that nobody tried to use, or with a `time` one that somebody did."""
    used = time is not None
    entity = (ACCOUNT if used else None) if entity is VALID else entity
    accessed = used or entity is not None
    region = ("eu-west-1" if accessed else None) if region is VALID else region
    total = int(accessed) if total is VALID else total
    xml = (
        element("ServiceName", f"AWS {key}" if name is VALID else name)
        + element("ServiceNamespace", key)
        + element("Region", region)
        + element("EntityPath", entity)
        + element("LastAuthenticatedTime", time)
        + element("TotalAuthenticatedEntities", total)
        + extra
    )
    return Service(xml, accessed)


def answer(
    services: Sequence[Service] | None = VALID,
    *,
    status: str | None = "COMPLETED",
    created: str | None = CREATED,
    completed: str | None = VALID,
    accessible: int | str | None = VALID,
    not_accessed: int | str | None = VALID,
    truncated: bool | str | None = VALID,
    marker: str | None = None,
    failure: tuple[str | None, str | None] | None = VALID,
    extra: str = "",
    **envelope: Any,
) -> Reply:
    """What reading a report gives. The counts are those of `services`: on a page of several, say the whole report's.

    `failure` is ErrorDetails as (Code, Message). `extra` is XML behind the members; `envelope` goes to `document`.
    """
    done = status == "COMPLETED"
    services = ([service()] if done else None) if services is VALID else services
    completed = (COMPLETED if status in ("COMPLETED", "FAILED") else None) if completed is VALID else completed
    accessible = (len(services or ()) if done else None) if accessible is VALID else accessible
    if not_accessed is VALID:
        not_accessed = sum(not each.accessed for each in services or ()) if done else None
    truncated = marker is not None if truncated is VALID else truncated
    failure = (
        (("INVALID_ORGANIZATIONS_ENTITY_PATH", "No such path.") if status == "FAILED" else None)
        if failure is VALID
        else failure
    )
    items = None if services is None else "".join(f"<member>{each.xml}</member>" for each in services)
    inner = (
        element("JobStatus", status)
        + element("JobCreationDate", created)
        + element("JobCompletionDate", completed)
        + element("NumberOfServicesAccessible", accessible)
        + element("NumberOfServicesNotAccessed", not_accessed)
        + ("" if items is None else f"<AccessDetails>{items}</AccessDetails>")
        + element("IsTruncated", truncated)
        + element("Marker", marker)
        + (
            f"<ErrorDetails>{element('Message', failure[1])}{element('Code', failure[0])}</ErrorDetails>"
            if failure
            else ""
        )
        + extra
    )
    return document(inner, **envelope)


def given(job: str | None = JOB, **envelope: Any) -> Reply:
    """What asking for a report gives."""
    return document(element("JobId", job), GENERATE, **envelope)


JSON: Final = {"content-type": "application/x-amz-json-1.1"}


def secrets(names: Iterable[str], token: str | None = None, *, status: int = 200, **members: Any) -> Reply:
    """A page of secretsmanager:ListSecrets with one secret for each name."""
    page: dict[str, Any] = {
        "SecretList": [
            {"Name": name, "ARN": f"arn:aws:secretsmanager:us-east-1:123456789012:secret:{name}"} for name in names
        ]
    }
    page |= {} if token is None else {"NextToken": token}
    return Reply(status, json.dumps(page | members).encode(), dict(JSON))


def refusal(code: str = "InvalidNextTokenException", status: int = 400) -> Reply:
    """An error of a JSON service."""
    return Reply(status, json.dumps({"__type": code, "message": "m"}).encode(), dict(JSON))


def users(names: Iterable[str], marker: str | None = None, *, truncated: bool | None = VALID, path: str = "/") -> Reply:
    """A page of iam:ListUsers with one user for each name."""
    truncated = marker is not None if truncated is VALID else truncated
    items = "".join(
        "<member>"
        + element("Path", path)
        + element("UserName", name)
        + element("UserId", f"AIDAEXAMPLE{name:0>10}".upper())
        + element("Arn", f"arn:aws:iam::123456789012:user{path}{name}")
        + element("CreateDate", CREATED)
        + "</member>"
        for name in names
    )
    inner = f"<Users>{items}</Users>" + element("IsTruncated", truncated) + element("Marker", marker)
    return document(inner, "ListUsers")


#: The HTTP status of the refusals that tests speak of; any other code comes under 400.
_STATUSES = {
    "NoSuchEntity": 404,
    "AccessDenied": 403,
    "ReportGenerationLimitExceeded": 409,
    "ServiceFailure": 500,
    "ServiceUnavailable": 503,
}


def error(
    code: str | None = "ValidationError",
    message: str | None = "The request is wrong.",
    type: str | None = VALID,
    *,
    status: int = VALID,
    request_id: str | None = REQUEST_ID,
) -> Reply:
    """A refusal in its envelope."""
    status = _STATUSES.get(code or "", 400) if status is VALID else status
    type = ("Receiver" if status >= 500 else "Sender") if type is VALID else type
    inner = element("Type", type) + element("Code", code) + element("Message", message)
    body = (
        f'<ErrorResponse xmlns="{NAMESPACE}"><Error>{inner}</Error>{element("RequestId", request_id)}</ErrorResponse>'
    )
    return Reply(status, body.encode())


@dataclass(frozen=True)
class Case:
    """A claim about one rule: what its outcome is in a scene, and which other rules are broken there (`also`).

    Whether the rule itself is broken follows from the outcome. `because` and `path` are the result's and its first violation's.
    """

    rule: str
    outcome: str
    claim: str
    scene: Scene
    also: frozenset[str] = frozenset()
    because: str | None = None
    path: str | None = None

    @property
    def id(self) -> str:
        return f"{self.rule} {self.outcome}: {self.claim}"

    def holds(self) -> None:
        """Assert the claim, and that nothing else is broken than it says."""
        outcomes = self.scene.outcomes()
        found = outcomes[self.rule]
        broken = {each.id for each in outcomes.values() if each.outcome in _BROKEN}
        shown = [(each.path, each.message) for each in found.violations]
        assert (found.outcome, found.because) == (self.outcome, self.because), (found.reason, shown)
        assert broken == self.also | ({self.rule} if self.outcome in _BROKEN else set()), sorted(broken)
        assert bool(found.violations) == (self.outcome in _BROKEN)
        if self.path is not None:
            assert found.violations[0].path == self.path


def uncovered(family: str, cases: Iterable[Case], contract: Contract = CONTRACT) -> set[tuple[str, str]]:
    """What a family's cases owe: for each rule of the catalogue's, one that is kept, one broken, one not exercised."""
    outcome_of = {"must": "failed", "should": "warned", "may": "noted"}
    owed = {
        (each.id, outcome)
        for each in rule_set(contract)
        if each.family == family
        for outcome in ("passed", outcome_of[each.level], "not-exercised")
    }
    return owed - {(each.rule, each.outcome) for each in cases}


_BROKEN = ("failed", "warned", "noted")


class Scene:
    """A trace in the making. Every exchange begins a second after the one before it, and takes half a second."""

    def __init__(self, contract: Contract = CONTRACT, *, joined: bool = False, **run: Any) -> None:
        self.contract = contract
        self.exchanges: list[Exchange] = []
        self.joined = joined
        self.run = Run(**run)
        self._now = 0.0
        self._together = False

    def start(
        self,
        *,
        entity: str | None = ROOT,
        job: str | None = JOB,
        policy: str | None = None,
        answer: Reply | None = None,
    ) -> Scene:
        """Ask for a report; the answer gives `job` unless it says otherwise."""
        return self.raw(answer or given(job), GENERATE, EntityPath=entity, OrganizationsPolicyId=policy)

    def get(
        self,
        job: str | None = JOB,
        *,
        max_items: int | str | None = None,
        marker: str | None = None,
        sort_key: str | None = None,
        answer: Reply | Failure | None = None,
    ) -> Scene:
        """Read the report; a whole valid one unless the answer says otherwise."""
        reply = _VALID_RESPONSE if answer is None else answer
        return self.raw(reply, GET, JobId=job, MaxItems=max_items, Marker=marker, SortKey=sort_key)

    def list(
        self,
        answer: Reply | Failure,
        *,
        limit: int | str | None = None,
        token: str | None = None,
        **parameters: Any,
    ) -> Scene:
        """List, by the names that the contract has for the page size and the token."""
        listing = self.contract.listing
        assert listing is not None and listing.limit is not None
        sent = parameters | {listing.limit: limit, listing.token.input: token}
        return self.raw(answer, self.contract.operation, **sent)

    def saved(self, answer: Reply, operation: str = GET) -> Scene:
        """An answer whose request, HTTP status and headers nobody knows."""
        return self._add(Exchange(len(self.exchanges), operation, None, *self._times(), body=answer.body))

    def lost(self, kind: FailureKind = "timeout", operation: str = GET, **parameters: Any) -> Scene:
        """A request that gets no whole answer; reading the report unless the parameters say otherwise."""
        return self.raw(Failure(kind, f"it ended as {kind}"), operation, **parameters or {"JobId": JOB})

    def raw(self, reply: Reply | Failure, operation: str = GET, /, **parameters: Any) -> Scene:
        """Any request with any answer; parameters that are None are not sent."""
        sent = {name: value for name, value in parameters.items() if value is not None}
        exchange = Exchange(len(self.exchanges), operation, sent, *self._times())
        if isinstance(reply, Failure):
            return self._add(replace(exchange, failure=reply))
        return self._add(replace(exchange, status=reply.status, headers=dict(reply.headers), body=reply.body))

    def wait(self, seconds: float) -> Scene:
        """Let time pass."""
        self._now += seconds
        return self

    @contextmanager
    def together(self) -> Iterator[Scene]:
        """Requests that are under way at the same time, so that the order of their answers is not known."""
        self._together = True
        yield self
        self._together = False
        self._now += 1

    @property
    def trace(self) -> Trace:
        return Trace(tuple(self.exchanges), self.contract.id, self.run)

    @property
    def evidence(self) -> Evidence:
        return Evidence(self.trace, protocol_for(self.contract), self.contract, joined=self.joined)

    def outcomes(self) -> dict[str, RuleResult]:
        """Every rule's result, by the rule's id."""
        return {each.id: each for each in judge(self.evidence)}

    def outcome(self, rule_id: str) -> RuleResult:
        """One rule's result."""
        return self.outcomes()[rule_id]

    def broken(self) -> set[str]:
        """The rules that are broken, at whatever level."""
        return {each.id for each in self.outcomes().values() if each.outcome in _BROKEN}

    def _times(self) -> tuple[float, float]:
        return self._now, self._now + 0.5

    def _add(self, exchange: Exchange) -> Scene:
        self.exchanges.append(exchange)
        if not self._together:
            self._now += 1
        return self


_VERDICTS = {"failed": "violates", "indeterminate": "indeterminate"}


def judged(verdict: str | None = None, reason: str | None = None, *, others: Any = "passed", **outcomes: Any) -> Result:
    """A result in which every rule ended as `others`, but for the outcomes given by rule id."""
    rules = tuple(
        _ended(RuleResult(each.id, each.level, each.basis, each.source, outcomes.get(each.id, others)))
        for each in rule_set(CONTRACT)
    )
    assert outcomes.keys() <= {each.id for each in rules}
    found: Any = verdict or next((_VERDICTS[each] for each in _VERDICTS if each in outcomes.values()), "conforms")
    model = fingerprint(CONTRACT)._asdict()
    target = Target("endpoint", "http://127.0.0.1:4566", "moto")
    return Result(
        "iam:GetOrganizationsAccessReport",
        model,
        target,
        found,
        rules,
        reason,
        calls=57,
        seconds=0.8,
        awscontract="0.1.0",
    )


def _ended(rule: RuleResult) -> RuleResult:
    if rule.outcome in ("not-exercised", "indeterminate"):
        return replace(rule, reason="it needs a listing of two pages")
    broken = Violation(
        "it is broken",
        "262 services",
        "260 services",
        "/AccessDetails",
        (0, 1),
        "iam -d Action=Get | head\n# in Python",
    )
    return replace(rule, checked=1, violations=() if rule.outcome == "passed" else (broken,))


_VALID_RESPONSE = answer()
