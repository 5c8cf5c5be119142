"""An access report service that shares nothing with ours: the standard library, its own service list, its own choices.

A judge and an emulator by the same hands can be wrong together. This one is valid and, wherever the contract leaves
a choice, chooses unlike AWS: JobIds that are no UUIDs, markers of digits that are new each time, short pages and an
empty last one, IsTruncated left out where it would be false, never-used services last under both time keys, dates
in whole seconds, another element order and no indentation.

    python independent.py --port 0 [--valid NAME | --violation NAME] [--list-violations]

`VALID` holds more services that the contract allows, `VIOLATIONS` services that break it in exactly one way.
"""

from __future__ import annotations

import argparse
import hmac
import itertools
import json
import re
import secrets
import string
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

__all__ = ["VALID", "VIOLATIONS", "Service", "Violation", "handler", "running"]

XMLNS = "https://iam.amazonaws.com/doc/2010-05-08/"
GENERATE, GET = "GenerateOrganizationsAccessReport", "GetOrganizationsAccessReport"
NAME_UP, NAME_DOWN = "SERVICE_NAMESPACE_ASCENDING", "SERVICE_NAMESPACE_DESCENDING"
TIME_UP, TIME_DOWN = "LAST_AUTHENTICATED_TIME_ASCENDING", "LAST_AUTHENTICATED_TIME_DESCENDING"
ENTITY = r"o-[0-9a-z]{10,32}/r-[0-9a-z]{4,32}[0-9a-z-/]*"

STEMS = (
    *(
        "alder",
        "amber",
        "aspen",
        "basalt",
        "birch",
        "cedar",
        "cobalt",
        "copper",
        "coral",
        "drift",
        "ember",
        "fennel",
        "flint",
    ),
    *(
        "garnet",
        "hazel",
        "indigo",
        "ivory",
        "juniper",
        "larch",
        "maple",
        "nettle",
        "onyx",
        "quartz",
        "saffron",
        "tansy",
        "umber",
    ),
)
#: A few more than a page has by default.
NAMES = tuple(stem + tail for stem in STEMS for tail in ("", "-x2", "works", "_lab"))

Form = Mapping[str, str]
Row = dict[str, Any]


class Refusal(Exception):
    """An error answer, with the demand that was not met where it is one of `DEMANDS`."""

    def __init__(self, code: str, message: str, status: int = 400, demand: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.status, self.demand = code, message, status, demand


@dataclass
class Job:
    id: str
    path: str
    policy: str | None
    created: datetime
    reads: int = 0

    @property
    def completed(self) -> datetime:
        return self.created + timedelta(seconds=1)


class Demand(NamedTuple):
    action: str
    parameter: str
    met: Callable[[str | None], object]
    code: str = "ValidationError"


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and re.fullmatch(r"-?[0-9]{1,9}", text) else None


# What a request owes, one at a time, so that a violation can waive one: named as the rule is, without its family.
DEMANDS = {
    "job-id-required": Demand(GET, "JobId", lambda v: v is not None, "MissingParameter"),
    "job-id-length": Demand(GET, "JobId", lambda v: v is None or len(v) == 36),
    "max-items-integer": Demand(GET, "MaxItems", lambda v: v is None or _number(v) is not None, "MalformedInput"),
    "max-items-minimum": Demand(GET, "MaxItems", lambda v: (_number(v) or 0) >= 1 or _number(v) is None),
    "max-items-maximum": Demand(GET, "MaxItems", lambda v: (_number(v) or 0) <= 1000),
    "sort-key-known": Demand(GET, "SortKey", lambda v: v in (None, NAME_UP, NAME_DOWN, TIME_UP, TIME_DOWN)),
    "marker-length": Demand(GET, "Marker", lambda v: v is None or 1 <= len(v) <= 320),
    "marker-pattern": Demand(GET, "Marker", lambda v: not v or re.fullmatch("[\x20-\xff]+", v)),
    "entity-path-required": Demand(GENERATE, "EntityPath", lambda v: v is not None, "MissingParameter"),
    "entity-path-length": Demand(GENERATE, "EntityPath", lambda v: v is None or 19 <= len(v) <= 427),
    "entity-path-pattern": Demand(GENERATE, "EntityPath", lambda v: v is None or re.fullmatch(ENTITY, v)),
    "policy-id-pattern": Demand(
        GENERATE, "OrganizationsPolicyId", lambda v: v is None or re.fullmatch("p-[0-9a-zA-Z_]{8,128}", v)
    ),
}


class Service:
    """The service. Its attributes and small methods are the places where a variant or a violation steps in."""

    names: tuple[str, ...] = NAMES
    polls = 2
    fails = False
    default_limit = 100
    default_key = NAME_UP
    media = "text/xml; charset=utf-8"
    waived = ""

    def __init__(self) -> None:
        self.jobs: dict[str, Job] = {}
        self.lock = threading.RLock()
        self.key = secrets.token_bytes(16)
        self.serials = itertools.count(1)

    # -- the places to step in -----------------------------------------------------------------------------------

    def wire(self, text: str) -> str:
        return text

    def refuse(self, refusal: Refusal) -> Refusal:
        return refusal

    def started(self, job: Job) -> Row:
        return {"JobId": job.id}

    def shown(self, job: Job, form: Form, answer: Row) -> Row:
        return answer

    def row(self, index: int, row: Row) -> Row:
        return row

    def rows(self, rows: list[Row]) -> list[Row]:
        return rows

    def when(self, instant: datetime) -> str:
        return instant.strftime("%Y-%m-%dT%H:%M:%SZ")

    def alphabet(self, row: Row) -> Any:
        return row["ServiceNamespace"]

    def age(self, row: Row) -> Any:
        return row["LastAuthenticatedTime"]

    def arrange(self, rows: list[Row], key: str) -> list[Row]:
        backwards = key in (NAME_DOWN, TIME_DOWN)
        if key in (NAME_UP, NAME_DOWN):
            return sorted(rows, key=self.alphabet, reverse=backwards)
        used = sorted((row for row in rows if "LastAuthenticatedTime" in row), key=self.age, reverse=backwards)
        return used + [row for row in rows if "LastAuthenticatedTime" not in row]

    def cut(self, start: int, limit: int) -> int:
        return start + limit - (1 if limit > 4 and start % 3 else 0)

    def to_marker(self, place: int, limit: int) -> int:
        return place

    def from_marker(self, place: int, limit: int) -> int:
        return place

    def unissued(self, text: str) -> int:
        raise Refusal("InvalidInput", "This marker does not belong here.")

    def status(self, job: Job) -> str:
        if job.reads <= self.polls:
            return "IN_PROGRESS"
        return "FAILED" if self.fails else "COMPLETED"

    def find(self, job_id: str | None) -> Job | None:
        return self.jobs.get(job_id or "")

    # -- the two operations --------------------------------------------------------------------------------------

    def handle(self, form: Form) -> tuple[int, str, str]:
        action = form.get("Action", "")
        try:
            with self.lock:
                if action not in (GENERATE, GET):
                    raise Refusal("InvalidAction", f"There is no action {action!r} here.")
                for name, demand in DEMANDS.items():
                    if demand.action == action and name != self.waived and not demand.met(form.get(demand.parameter)):
                        raise Refusal(demand.code, f"{demand.parameter} breaks {name}.", demand=name)
                fields = self.generate(form) if action == GENERATE else self.read(form)
        except Refusal as refusal:
            return self.error(self.refuse(refusal))
        inner = "".join(self.element(name, value) for name, value in fields.items())
        return (
            200,
            self.media,
            self.wire(
                f'<{action}Response xmlns="{XMLNS}"><{action}Result>{inner}</{action}Result>'
                f"<ResponseMetadata><RequestId>{secrets.token_hex(8)}</RequestId></ResponseMetadata></{action}Response>"
            ),
        )

    def error(self, refusal: Refusal) -> tuple[int, str, str]:
        blame = "Receiver" if refusal.status >= 500 else "Sender"
        return (
            refusal.status,
            self.media,
            self.wire(
                f'<ErrorResponse xmlns="{XMLNS}"><RequestId>{secrets.token_hex(8)}</RequestId><Error><Type>{blame}</Type>'
                f"<Message>{escape(refusal.message)}</Message><Code>{refusal.code}</Code></Error></ErrorResponse>"
            ),
        )

    def element(self, name: str, value: Any) -> str:
        match value:
            case bool():
                text = str(value).lower()
            case datetime():
                text = self.when(value)
            case list():
                text = "".join(self.element("member", item) for item in value)
            case dict():
                text = "".join(self.element(key, item) for key, item in value.items())
            case _:
                text = escape(str(value))
        return f"<{name}>{text}</{name}>"

    def start(self, path: str, policy: str | None) -> Job:
        job_id = "OAR." + "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(32))
        self.jobs[job_id] = Job(job_id, path, policy, datetime.now(UTC).replace(microsecond=0))
        return self.jobs[job_id]

    def generate(self, form: Form) -> Row:
        return self.started(self.start(form.get("EntityPath", ""), form.get("OrganizationsPolicyId")))

    def read(self, form: Form) -> Row:
        job_id = form.get("JobId")
        job = self.find(job_id)
        if job is None and self.waived.startswith("job-id") and len(job_id or "") != 36:
            job = next(reversed(self.jobs.values()), None)
        if job is None:
            raise Refusal("NoSuchEntity", "No such job.", 404)
        job.reads += 1
        status = self.status(job)
        dates: Row = {"JobCreationDate": job.created, "JobStatus": status}
        if status != "IN_PROGRESS":
            dates = {"JobCompletionDate": job.completed} | dates
        if status == "FAILED":
            dates["ErrorDetails"] = {"Code": "OUT_OF_LUCK", "Message": "It could not be done."}
        return self.shown(job, form, self.page(job, form) | dates if status == "COMPLETED" else dates)

    def page(self, job: Job, form: Form) -> Row:
        key = form.get("SortKey", self.default_key)
        limit = _number(form.get("MaxItems")) or self.default_limit
        rows = self.rows([self.row(index, self.service(job, index, name)) for index, name in enumerate(self.names)])
        listing = self.arrange(rows, key)
        start = self.from_marker(self.place(job, key, form.get("Marker")), limit)
        end = min(self.cut(start, limit), len(listing))
        page: Row = {"AccessDetails": listing[start:end]} if rows else {}
        if end < len(listing) or (start and listing[start:end]):  # one empty page behind the last of several
            marker = self.marker(job, key, self.to_marker(end, limit))
            page = {"Marker": marker, "IsTruncated": True} | page
        never = sum(not {"EntityPath", "LastAuthenticatedTime"} & row.keys() for row in rows)
        return page | {"NumberOfServicesNotAccessed": never, "NumberOfServicesAccessible": len(rows)}

    def service(self, job: Job, index: int, name: str) -> Row:
        title = "Cloud " + re.sub("[-_]", " & ", name).title()
        if index % 3:
            return {"ServiceNamespace": name, "ServiceName": title}
        account = "" if re.search(r"/\d{12}/?$", job.path) else f"/{500000000000 + index}"
        return {
            "LastAuthenticatedTime": job.created - timedelta(days=1 + index * 37 % 29, hours=index % 5),
            "TotalAuthenticatedEntities": 1 + index % 4,
            "ServiceNamespace": name,
            "EntityPath": job.path.rstrip("/") + account,
            "Region": ("eu-north-1", "sa-east-1", "us-west-2")[index % 9 // 3],
            "ServiceName": title,
        }

    def seal(self, body: str, job: Job, key: str) -> str:
        digest = hmac.digest(self.key, f"{body} {job.id} {key}".encode(), "sha256")
        return f"{int.from_bytes(digest[:8], 'big'):020d}"

    def marker(self, job: Job, key: str, place: int) -> str:
        body = f"{next(self.serials):07d}{place:05d}"
        return body + self.seal(body, job, key)

    def place(self, job: Job, key: str, marker: str | None) -> int:
        if marker is None:
            return 0
        if self.waived.startswith("marker") and not DEMANDS[self.waived].met(marker):
            return 0
        body, seal = marker[:12], marker[12:]
        return int(body[7:]) if seal == self.seal(body, job, key) else self.unissued(marker)


# -- services that the contract allows just as well ------------------------------------------------------------------


class _OneJob(Service):
    """One report at a time, and the same request gets the same one."""

    def start(self, path: str, policy: str | None) -> Job:
        for job in self.jobs.values():
            if (job.path, job.policy) == (path, policy):
                return job
            if job.reads <= self.polls:
                raise Refusal("ReportGenerationLimitExceeded", "One at a time.", 409)
        return super().start(path, policy)


class _Expires(Service):
    """A report is kept for 45 reads."""

    def find(self, job_id: str | None) -> Job | None:
        job = super().find(job_id)
        return job if job and job.reads < 45 else None


class _Decorated(Service):
    """All the XML that a parser must see through, and elements that no model knows."""

    def wire(self, text: str) -> str:
        text = re.sub(r"<(Region|JobStatus|Marker|RequestId)>([^<]+)", r"<\1><![CDATA[\2]]>", text)
        text = re.sub(r"(<\w+Result>|<member>|<ResponseMetadata>)", r"\1<Novelty><Depth>1</Depth></Novelty>", text)
        text = re.sub(
            r"(?<=>)(?=<\w)|(?<=>)(?=</(member|AccessDetails|\w+Re\w+)>)", "\n\t <!-- <JobStatus> & -->\n", text
        )
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- ahead -->\n{text}\n<!-- behind -->\n'


def _variant(base: type[Service] = Service, **ways: Any) -> type[Service]:
    return type(base.__name__, (base,), ways)


VALID: dict[str, type[Service]] = {
    "plain": Service,
    "immediate": _variant(polls=0),
    "one-job": _OneJob,
    "empty": _variant(names=()),
    "tiny": _variant(names=NAMES[:1]),
    "fails": _variant(fails=True),
    "slow": _variant(polls=10),
    "expires": _Expires,
    "xmldecl": _Decorated,
    "casefold": _variant(
        names=tuple(name.title() if index % 4 == 1 else name for index, name in enumerate(NAMES)),
        alphabet=lambda self, row: row["ServiceNamespace"].casefold(),
    ),
}


# -- services that break it, each in one way -------------------------------------------------------------------------


class Violation(NamedTuple):
    rule: str
    service: type[Service]


VIOLATIONS: dict[str, Violation] = {}


def _violation(name: str, rule: str, **ways: Any) -> None:
    VIOLATIONS[name] = Violation(rule, _variant(**ways))


def _on_wire(name: str, rule: str, *edits: tuple[str, str]) -> None:
    def wire(self: Service, text: str) -> str:
        for pattern, replacement in edits:
            text = re.sub(pattern, replacement, text, flags=re.DOTALL)
        return text

    _violation(name, rule, wire=wire)


def _in_row(name: str, rule: str, change: Callable[[Row], Row], which: Callable[[int, Row], object]) -> None:
    _violation(name, rule, row=lambda self, index, row: change(row) if which(index, row) else row)


def _in_answer(name: str, rule: str, change: Callable[[Job, Row], Row], status: str = "COMPLETED", **ways: Any) -> None:
    def shown(self: Service, job: Job, form: Form, answer: Row) -> Row:
        return change(job, answer) if answer["JobStatus"] == status else answer

    _violation(name, rule, shown=shown, **ways)


def _without(row: Row, *names: str) -> Row:
    return {name: value for name, value in row.items() if name not in names}


def _used(index: int, row: Row) -> bool:
    return "EntityPath" in row


def _unused(index: int, row: Row) -> bool:
    return "EntityPath" not in row


def _one(index: int, row: Row) -> bool:
    return index == 42  # one of those that were used


_MINUTE = timedelta(minutes=1)
_ACCESSIBLE, _NOT_ACCESSED = "NumberOfServicesAccessible", "NumberOfServicesNotAccessed"

# protocol
_on_wire("no-namespace", "protocol.namespace", (' xmlns="[^"]*"', ""))
_on_wire("prefixed", "protocol.unprefixed", (r"<(/?)(?=\w)", r"<\1aws:"), ("xmlns=", "xmlns:aws="))
_on_wire(
    "result-second", "protocol.result-first", (r"(<\w+Result>.*)(<ResponseMetadata>.*</ResponseMetadata>)", r"\2\1")
)
_on_wire("no-request-id", "protocol.request-id", ("<RequestId>.*?</RequestId>", ""))
_on_wire("capital-boolean", "protocol.boolean-format", (">true<", ">True<"))
_on_wire("flat-list", "protocol.list-members", ("</?AccessDetails>", ""), ("(?<=[</])member(?=>)", "AccessDetails"))
_on_wire("no-wrapper", "protocol.result-wrapper", (r"</?\w+Result>", ""))
_on_wire("other-root", "protocol.root-element", ("ReportResponse(?=[ >])", "ReportAnswer"))
_on_wire("doctype", "protocol.well-formed", ("^", "<!DOCTYPE any>"))
_on_wire("status-twice", "protocol.member-once", ("(<JobStatus>.*</JobStatus>)", r"\1\1"))
_on_wire("decimal-count", "protocol.integer-format", (r"<(Number\w+)>(\d+)<", r"<\1>\2.0<"))
_on_wire("wrapped-error", "protocol.error-envelope", ("(<Error>.*</Error>)", r"<Errors>\1</Errors>"))
_on_wire("terse-error", "protocol.error-details", ("<Type>.*</Type>", ""))
_violation("json-type", "protocol.content-type", media="application/json")
_violation("error-with-200", "protocol.status", refuse=lambda self, r: Refusal(r.code, r.message, 200))
_violation(
    "json-error", "protocol.well-formed", error=lambda self, r: (r.status, self.media, json.dumps({"code": r.code}))
)
_violation("epoch-dates", "protocol.timestamp-format", when=lambda self, t: str(int(t.timestamp())))
_violation("zoneless-dates", "protocol.timestamp-format", when=lambda self, t: t.strftime("%Y-%m-%dT%H:%M:%S"))
_violation("offset-dates", "protocol.timestamp-utc", when=lambda self, t: t.strftime("%Y-%m-%dT%H:%M:%S+00:00"))
_violation("microseconds", "protocol.timestamp-precision", when=lambda self, t: t.strftime("%Y-%m-%dT%H:%M:%S.123456Z"))

# shape
_in_row("nameless", "shape.required", lambda row: _without(row, "ServiceName"), _one)
_in_row("name-in-pieces", "shape.type", lambda row: row | {"ServiceName": {"First": "Cloud"}}, _one)
_in_row("long-namespace", "shape.length", lambda row: row | {"ServiceNamespace": "z" * 65}, _one)
_in_row("arn-for-path", "shape.pattern", lambda row: row | {"EntityPath": "arn:aws:organizations::1:ou"}, _one)
_in_row("dotted-namespace", "shape.pattern-whole", lambda row: row | {"ServiceNamespace": "willow.two"}, _one)
_in_answer("undated", "shape.required", lambda job, answer: _without(answer, "JobCreationDate"))
_on_wire("unknown-status", "shape.enum", (">COMPLETED<", ">DONE<"))

# job
_violation("no-job-id", "job.id-returned", started=lambda self, job: {})
_violation("any-id", "job.unknown-id-refused", find=lambda self, job_id: next(reversed(self.jobs.values()), None))
_violation(
    "relapses", "job.status-forward-only", status=lambda self, job: "COMPLETED" if job.reads % 7 else "IN_PROGRESS"
)
_in_answer(
    "early-completion-date",
    "job.completion-date-absent-in-progress",
    lambda job, answer: answer | {"JobCompletionDate": job.completed},
    "IN_PROGRESS",
)
_in_answer(
    "moving-creation-date",
    "job.creation-date-stable",
    lambda job, answer: answer | {"JobCreationDate": job.created - job.reads * _MINUTE},
)
_in_answer(
    "moving-completion-date",
    "job.completion-date-stable",
    lambda job, answer: answer | {"JobCompletionDate": job.completed + job.reads * _MINUTE},
)
_in_answer(
    "no-completion-date",
    "job.completion-date-when-finished",
    lambda job, answer: _without(answer, "JobCompletionDate"),
)
_in_answer(
    "done-before-begun",
    "job.completed-after-created",
    lambda job, answer: answer | {"JobCompletionDate": job.created - _MINUTE},
)
_in_answer(
    "silent-failure",
    "job.failed-has-error-details",
    lambda job, answer: _without(answer, "ErrorDetails"),
    "FAILED",
    fails=True,
)
_in_answer(
    "error-and-report",
    "job.error-details-only-when-failed",
    lambda job, answer: answer | {"ErrorDetails": {"Code": "NONE", "Message": "All is well."}},
)
_in_answer(
    "early-counts",
    "job.report-only-when-completed",
    lambda job, answer: answer | {_ACCESSIBLE: 0, _NOT_ACCESSED: 0},
    "IN_PROGRESS",
)
_in_answer(
    "counts-that-move",
    "job.read-repeatable",
    lambda job, answer: answer | {_ACCESSIBLE: answer[_ACCESSIBLE] + job.reads},
)

# report
_in_row("half-an-attempt", "report.attempt-details-together", lambda row: _without(row, "LastAuthenticatedTime"), _one)
_in_row("attempt-without-region", "report.attempt-has-region", lambda row: _without(row, "Region"), _used)
_in_row("region-without-attempt", "report.no-attempt-no-region", lambda row: row | {"Region": "us-east-1"}, _unused)
_in_row("attempt-by-none", "report.attempt-counted", lambda row: row | {"TotalAuthenticatedEntities": 0}, _used)
_in_row(
    "no-attempt-by-one", "report.no-attempt-counts-none", lambda row: row | {"TotalAuthenticatedEntities": 1}, _unused
)
_in_row("foreign-entity", "report.entity-inside-entity", lambda row: row | {"EntityPath": "o-zzzzzzzzzz/r-zzzz"}, _one)
_in_row(
    "access-to-come",
    "report.accessed-before-completed",
    lambda row: row | {"LastAuthenticatedTime": row["LastAuthenticatedTime"] + timedelta(days=90)},
    _one,
)
_violation("listed-twice", "report.service-listed-once", rows=lambda self, rows: [*rows, rows[9]])
_in_answer("no-counts", "report.counts-present", lambda job, answer: _without(answer, _ACCESSIBLE, _NOT_ACCESSED))
_in_answer("negative-count", "report.counts-not-negative", lambda job, answer: answer | {_NOT_ACCESSED: -1})
_in_answer(
    "counts-of-the-page",
    "report.accessible-count",
    lambda job, answer: answer | {_ACCESSIBLE: len(answer["AccessDetails"])},
)
_in_answer(
    "miscounted",
    "report.not-accessed-count",
    lambda job, answer: answer | {_NOT_ACCESSED: answer[_NOT_ACCESSED] + 1},
)
_in_answer(
    "more-than-all",
    "report.not-accessed-within-accessible",
    lambda job, answer: answer | {_NOT_ACCESSED: answer[_ACCESSIBLE] + 1},
)
_in_answer(
    "counts-what-is-left",
    "report.counts-same-on-every-page",
    lambda job, answer: answer | {_NOT_ACCESSED: answer[_NOT_ACCESSED] - ("Marker" not in answer)},
)

# pagination
_violation("generous", "pagination.limit-respected", cut=lambda self, start, limit: start + limit + 1)
_violation("all-by-default", "pagination.default-limit", default_limit=1000)
_violation(
    "overlapping",
    "pagination.no-repeats",
    to_marker=lambda self, place, limit: place - (limit > 1 and place < len(self.names)),
)
_violation("any-marker", "pagination.unknown-token-refused", unissued=lambda self, text: 0)
_violation(
    "page-numbers",
    "pagination.page-size-may-change",
    cut=lambda self, start, limit: start + limit,
    to_marker=lambda self, place, limit: -(-place // limit),
    from_marker=lambda self, place, limit: place * limit,
)
_in_answer(
    "last-of-page-lost",
    "pagination.complete",
    lambda job, answer: answer | {"AccessDetails": answer["AccessDetails"][:-1]},
)
_in_answer("truncated-no-marker", "pagination.truncated-has-token", lambda job, answer: _without(answer, "Marker"))
_in_answer("marker-at-the-end", "pagination.token-only-when-truncated", lambda job, answer: {"Marker": "0"} | answer)


def _round_and_round(self: Service, job: Job, form: Form, answer: Row) -> Row:
    here = form.get("Marker") or self.marker(job, form.get("SortKey", NAME_UP), 0)
    return {"Marker": here, "IsTruncated": True} | answer if "AccessDetails" in answer else answer


_violation("endless", "pagination.ends", shown=_round_and_round)


# sort
def _arranged(name: str, rule: str, order: Callable[[Service, list[Row], str], list[Row]]) -> None:
    _violation(name, rule, arrange=order)


def _blocks_of_fifty(self: Service, rows: list[Row], key: str) -> list[Row]:
    if key in (NAME_UP, NAME_DOWN):
        return Service.arrange(self, rows, key)
    blocks = (rows[start : start + 50] for start in range(0, len(rows), 50))
    return [row for block in blocks for row in Service.arrange(self, block, key)]


def _unused_amid(self: Service, rows: list[Row], key: str) -> list[Row]:
    order = Service.arrange(self, rows, key)
    return order if key in (NAME_UP, NAME_DOWN) else order[:20] + order[70:90] + order[20:70] + order[90:]


def _in_any_zone(self: Service, instant: datetime) -> str:
    hours = instant.hour % 3 * 4
    return (instant + timedelta(hours=hours)).strftime(f"%Y-%m-%dT%H:%M:%S+{hours:02d}:00")


def _two_alphabets(self: Service, job: Job, form: Form) -> Row:
    blind = (_number(form.get("MaxItems")) or 0) > len(self.names)
    self.alphabet = lambda row: re.sub("[-_]" if blind else " ", "", row["ServiceNamespace"])  # type: ignore[method-assign]
    return Service.page(self, job, form)


_violation("two-alphabets", "pagination.order-continues", page=_two_alphabets)
_arranged(
    "names-never-descend",
    "sort.namespace-descending",
    lambda self, rows, key: Service.arrange(self, rows, NAME_UP if key == NAME_DOWN else key),
)
_arranged(
    "times-never-descend",
    "sort.time-descending",
    lambda self, rows, key: Service.arrange(self, rows, TIME_UP if key == TIME_DOWN else key),
)
_arranged("sorted-in-blocks", "sort.time-ascending", _blocks_of_fifty)
_arranged(
    "time-keys-list-the-used",
    "sort.same-services-under-every-key",
    lambda self, rows, key: [
        row for row in Service.arrange(self, rows, key) if key in (NAME_UP, NAME_DOWN) or "EntityPath" in row
    ],
)
_arranged("unused-among-the-used", "sort.never-accessed-together", _unused_amid)
_violation("sorted-by-length", "sort.namespace-ascending", alphabet=lambda self, row: len(row["ServiceNamespace"]))
_violation(
    "times-as-text", "sort.time-ascending", when=_in_any_zone, age=lambda self, row: self.when(Service.age(self, row))
)
_violation("by-time-by-default", "sort.default-by-namespace", default_key=TIME_UP)
_violation("down-by-default", "sort.default-ascending", default_key=NAME_DOWN)

# validation
for _name in DEMANDS:
    _violation(f"no-{_name}", f"validation.{_name}", waived=_name)
_violation(
    "text-is-our-fault",
    "validation.max-items-integer",
    refuse=lambda self, r: Refusal("InternalFailure", r.message, 500) if r.demand == "max-items-integer" else r,
)
_violation("odd-code", "validation.error-code", refuse=lambda self, r: Refusal("Oops", r.message) if r.demand else r)


# -- the entrance --------------------------------------------------------------------------------------------------------


def handler(violation: str | None = None, valid: str = "plain") -> type[BaseHTTPRequestHandler]:
    """What answers the requests to a valid variant, or to the violation that is named."""
    service = (VIOLATIONS[violation].service if violation else VALID[valid])()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = 1 << 20  # an answer leaves in one write, when the base class flushes
        timeout = 30

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, media, text = service.handle(dict(parse_qsl(body.decode(), keep_blank_values=True)))
            payload = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", media)
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


@contextmanager
def running(violation: str | None = None, valid: str = "plain", port: int = 0) -> Iterator[str]:
    """Serve a valid variant, or the violation that is named, on the loopback; gives its URL."""
    with ThreadingHTTPServer(("127.0.0.1", port), handler(violation, valid)) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def main() -> None:
    parser = argparse.ArgumentParser(description="An independent emulator of iam:GetOrganizationsAccessReport.")
    parser.add_argument("--port", type=int, default=0)
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--valid", choices=VALID, default="plain")
    choice.add_argument("--violation", choices=VIOLATIONS, metavar="NAME")
    choice.add_argument("--list-violations", action="store_true")
    options = parser.parse_args()
    if options.list_violations:
        print("\n".join(f"{name:28} {violation.rule}" for name, violation in VIOLATIONS.items()))
        return
    with running(options.violation, options.valid, options.port) as url:
        print(url, flush=True)
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
