"""The two last-accessed operations by the standard library alone, sharing nothing with ours.

    python last_accessed.py --port 0 [--variant NAME | --fault NAME]

`VARIANTS` are services that the contract allows; `FAULTS` break it, each with the rule that has to catch it. The report is on any user,
group, role or policy of the account; twelve users have the policy.
"""

from __future__ import annotations

import argparse
import itertools
import re
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

__all__ = ["ENTITIES", "FAULTS", "POLICY", "SERVICES", "USER", "VARIANTS", "Fault", "handler", "running"]

XMLNS = "https://iam.amazonaws.com/doc/2010-05-08/"
GENERATE = "GenerateServiceLastAccessedDetails"
SERVICES, ENTITIES = "GetServiceLastAccessedDetails", "GetServiceLastAccessedDetailsWithEntities"
ACCOUNT = "arn:aws:iam::210987654321"
USER, ROLE, GROUP, POLICY = (f"{ACCOUNT}:{each}" for each in ("user/ann-0", "role/batch", "group/ops", "policy/most"))
STEMS = ("alder", "birch", "cedar", "ember", "flint", "garnet", "hazel", "iris", "juniper", "larch", "maple", "oak")
NAMES = tuple(sorted(stem + tail for stem in STEMS for tail in ("", "-data", "-x2", "-lab", "-ops")))  # 60 of them
#: The n-th of these services was accessed so many hours ago; the others never.
USED = {NAMES[place]: 5 + 7 * place % 31 for place in range(0, 60, 7)}
PEOPLE = tuple(f"{ACCOUNT}:user/ann-{number}" for number in range(12))
#: When each of them last used the service, in hours; two of them at the same time, four never.
HOURS = dict(zip(PEOPLE, (3, 90, 8, 8, 41, 55, 2, 77, None, None, None, None), strict=True))


class Fault(NamedTuple):
    """The rule that has to catch it, and the operations that it shows on."""

    rule: str
    operations: tuple[str, ...] = (SERVICES, ENTITIES)


_S, _E = (SERVICES,), (ENTITIES,)

FAULTS: dict[str, Fault] = {
    "no-job-id": Fault("job.id-returned", _S),
    "created-moves": Fault("job.creation-date-stable"),
    "completed-while-running": Fault("job.completion-date-absent-in-progress"),
    "completed-missing": Fault("job.completion-date-when-finished"),
    "completed-moves": Fault("job.completion-date-stable"),
    "created-long-ago": Fault("job.creation-date-plausible"),
    "completed-before-created": Fault("job.completed-after-created"),
    "runs-again": Fault("job.status-forward-only"),
    "error-when-done": Fault("job.error-details-only-when-failed"),
    "failed-without-reason": Fault("job.failed-has-error-details", _S),
    "rows-while-running": Fault("job.report-only-when-completed"),
    "any-job-id": Fault("job.unknown-id-refused"),
    "unknown-job-400": Fault("job.unknown-id-refused"),
    "other-type": Fault("job.type-as-asked", _S),
    "row-without-name": Fault("shape.required"),
    "namespace-with-blanks": Fault("shape.pattern-whole", _S),
    "list-missing": Fault("shape.required"),
    "booleans-of-python": Fault("protocol.boolean-format"),
    "dates-without-zone": Fault("protocol.timestamp-format"),
    "time-without-entity": Fault("report.attempt-details-together", _S),
    "entity-without-time": Fault("report.attempt-details-together", _S),
    "region-missing": Fault("report.attempt-has-region", _S),
    "regions-for-all": Fault("report.no-attempt-no-region", _S),
    "nobody-accessed": Fault("report.attempt-counted", _S),
    "everybody-accessed": Fault("report.no-attempt-counts-none", _S),
    "actions-unasked": Fault("report.actions-only-when-asked", _S),
    "action-time-alone": Fault("report.action-details-together", _S),
    "action-twice": Fault("report.action-listed-once", _S),
    "service-twice": Fault("report.service-listed-once", _S),
    "entity-twice": Fault("report.entity-listed-once", _E),
    "accessed-tomorrow": Fault("report.accessed-before-completed"),
    "another-entity": Fault("report.entity-as-asked", _S),
    "roles-called-users": Fault("report.entity-type-matches-arn", _E),
    "limit-ignored": Fault("pagination.limit-respected"),
    "more-without-marker": Fault("pagination.truncated-has-token"),
    "marker-at-the-end": Fault("pagination.token-only-when-truncated"),
    "last-lost": Fault("pagination.complete"),
    "first-repeated": Fault("pagination.no-repeats"),
    "page-numbers": Fault("pagination.page-size-may-change"),
    "endless": Fault("pagination.ends"),
    "any-marker": Fault("pagination.unknown-token-refused"),
    "long-markers": Fault("pagination.token-within-model"),
    "by-length": Fault("sort.by-namespace", _S),
    "oldest-first": Fault("sort.entities-by-date", _E),
    "limit-zero": Fault("validation.max-items-minimum"),
    "limit-1001": Fault("validation.max-items-maximum"),
    "limit-text": Fault("validation.max-items-integer"),
    "text-crashes": Fault("validation.no-crash"),
    "empty-marker": Fault("validation.marker-length"),
    "short-job-id": Fault("validation.job-id-length"),
    "any-granularity": Fault("validation.granularity-known"),
    "no-arn": Fault("validation.arn-required"),
    "short-arn": Fault("validation.arn-length"),
    "no-namespace": Fault("validation.service-namespace-required", _E),
    "bad-namespace": Fault("validation.service-namespace-pattern", _E),
    "strange-codes": Fault("validation.error-code"),
    "server-error": Fault("protocol.no-server-error"),
    "json-type": Fault("protocol.content-type"),
}

VARIANTS: tuple[str, ...] = (
    "plain",
    "finished-at-once",
    "slow",
    "fails",
    "no-actions",
    "totals-left-out",
    "one-job-for-the-same-request",
    "markers-of-digits",
    "short-pages",
    "empty-last-page",
    "nothing-allowed",
    "hundred-by-default",
    "truncated-left-out",
    "unused-entities-first",
    "entities-come-and-go",
    "milliseconds",
    "hyphen-blind-order",
    "unknown-elements",
    "markers-work-once",
)


class Refusal(Exception):
    """An error response."""

    def __init__(self, code: str, status: int = 400, message: str = "refused") -> None:
        super().__init__(message)
        self.code, self.status, self.message = code, status, message


class Crash(Exception):
    """The service falls over."""


@dataclass
class Job:
    id: str
    arn: str
    granularity: str
    created: float
    reads: int = 0


Form = Mapping[str, str]


class Service:
    """The state and the rows; `fault` and `variant` say what is done differently."""

    def __init__(self, fault: str, variant: str) -> None:
        self.fault, self.variant = fault, variant
        self.jobs: dict[str, Job] = {}
        self.tokens: dict[str, tuple[str, str, int, int]] = {}
        self.lock = threading.RLock()
        self.serials = itertools.count(1)
        self.polls = {"finished-at-once": 0, "slow": 3}.get(variant, 1)
        if fault in ("completed-while-running", "rows-while-running"):
            self.polls = 2

    def instant(self, seconds: float) -> str:
        text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
        if self.variant == "milliseconds" or "moves" in self.fault:
            text += f".{int(seconds * 1000) % 1000:03}"
        return text if self.fault == "dates-without-zone" else text + "Z"

    # -- requests

    def generate(self, form: Form) -> str:
        arn, granularity = form.get("Arn"), form.get("Granularity", "SERVICE_LEVEL")
        if arn is None and self.fault != "no-arn":
            raise self.invalid("Arn is required")
        arn = arn or USER
        if not 20 <= len(arn) <= 2048:
            if self.fault != "short-arn":
                raise self.invalid("Arn has a wrong length")
            arn = USER
        if granularity not in ("SERVICE_LEVEL", "ACTION_LEVEL"):
            if self.fault != "any-granularity":
                raise self.invalid("Granularity is unknown")
            granularity = "SERVICE_LEVEL"
        if arn not in (*PEOPLE, ROLE, GROUP, POLICY):
            raise Refusal("NoSuchEntity", 404)
        if self.variant == "one-job-for-the-same-request":
            for job in self.jobs.values():
                if (job.arn, job.granularity) == (arn, granularity):
                    return f"<JobId>{job.id}</JobId>"
        job = Job("j" + secrets.token_hex(17) + "z", arn, granularity, time.time() // 1)
        self.jobs[job.id] = job
        return "" if self.fault == "no-job-id" else f"<JobId>{job.id}</JobId>"

    def invalid(self, message: str) -> Refusal:
        return Refusal("Teapot" if self.fault == "strange-codes" else "ValidationError", 400, message)

    def get(self, action: str, form: Form) -> str:
        job_id = form.get("JobId")
        if job_id is None:
            raise self.invalid("JobId is required")
        if len(job_id) != 36:
            if self.fault != "short-job-id":
                raise self.invalid("JobId has a wrong length")
            job_id = next(iter(self.jobs))
        about = form.get("ServiceNamespace") if action == ENTITIES else ""
        if about is None:
            if self.fault != "no-namespace":
                raise self.invalid("ServiceNamespace is required")
            about = NAMES[0]
        if action == ENTITIES and not re.fullmatch(r"[\w-]{1,64}", about, re.ASCII) and self.fault != "bad-namespace":
            raise self.invalid("ServiceNamespace is malformed")
        limit = self.limit(form.get("MaxItems"))
        marker = form.get("Marker")
        if marker is not None and not (1 <= len(marker) <= 320 and marker.isprintable()):
            if self.fault == "long-markers" and len(marker) > 320:
                pass
            elif self.fault != "empty-marker" or marker:
                raise self.invalid("Marker is malformed")
            else:
                marker = None
        job = self.jobs.get(job_id)
        if job is None:
            if self.fault == "any-job-id" and self.jobs:
                job = next(iter(self.jobs.values()))
            elif self.fault == "unknown-job-400":
                raise Refusal("BadRequest")
            else:
                raise Refusal("NoSuchEntity", 404)
        if self.fault == "server-error":
            raise Crash
        return self.answer(action, job, limit, marker)

    def limit(self, text: str | None) -> int:
        default = 100 if self.variant == "hundred-by-default" else 200
        if text is None:
            return default
        if not re.fullmatch(r"-?\d{1,9}", text):
            if self.fault == "text-crashes":
                raise Crash
            if self.fault == "limit-text":
                return default
            raise Refusal("Teapot" if self.fault == "strange-codes" else "MalformedInput")
        number = int(text)
        if number < 1 and self.fault == "limit-zero":
            return default
        if number > 1000 and self.fault == "limit-1001":
            return 1000
        if not 1 <= number <= 1000:
            raise self.invalid("MaxItems is out of bounds")
        return number

    # -- the response

    def answer(self, action: str, job: Job, limit: int, marker: str | None) -> str:
        job.reads += 1
        status = "IN_PROGRESS" if job.reads <= self.polls else "COMPLETED"
        if status == "COMPLETED" and (self.variant == "fails" or self.fault == "failed-without-reason"):
            status = "FAILED"
        if self.fault == "runs-again" and job.reads == self.polls + 4:
            status = "IN_PROGRESS"
        created, completed = job.created, job.created + 1
        if self.fault == "created-moves":
            created = time.time() - 1 + job.reads * 0.007
        if self.fault == "completed-moves":
            completed += job.reads * 0.007
        if self.fault == "created-long-ago":
            created, completed = 1300000000, 1300000001
        if self.fault == "completed-before-created":
            completed = created - 60
        parts = [f"<JobStatus>{status}</JobStatus>", f"<JobCreationDate>{self.instant(created)}</JobCreationDate>"]
        finished = status != "IN_PROGRESS"
        if (finished or self.fault == "completed-while-running") and self.fault != "completed-missing":
            parts.append(f"<JobCompletionDate>{self.instant(completed)}</JobCompletionDate>")
        if finished and action == SERVICES:
            kind = "ACTION_LEVEL" if job.granularity == "SERVICE_LEVEL" else "SERVICE_LEVEL"
            parts.append(f"<JobType>{kind if self.fault == 'other-type' else job.granularity}</JobType>")
        if (status == "FAILED" and self.fault != "failed-without-reason") or (
            self.fault == "error-when-done" and status == "COMPLETED"
        ):
            parts.append("<Error><Message>no</Message><Code>SERVICE_FAILURE</Code></Error>")
        true, false = ("True", "False") if self.fault == "booleans-of-python" else ("true", "false")
        more = False
        if status == "COMPLETED" or self.fault == "rows-while-running":
            rows = self.services(job, completed) if action == SERVICES else self.entities(job, completed)
            shown, token, more = self.page(action, job, rows, limit, marker)
            tag = "ServicesLastAccessed" if action == SERVICES else "EntityDetailsList"
            if self.fault != "list-missing":
                parts.append(f"<{tag}>{''.join(f'<member>{each}</member>' for each in shown)}</{tag}>")
            if token is not None:
                parts.append(f"<Marker>{token}</Marker>")
        if more or self.variant != "truncated-left-out":
            parts.insert(1, f"<IsTruncated>{true if more else false}</IsTruncated>")
        if self.variant == "unknown-elements":
            parts.append("<Cost>0</Cost>")
        return "".join(parts)

    def page(
        self, action: str, job: Job, rows: list[str], limit: int, marker: str | None
    ) -> tuple[list[str], str | None, bool]:
        start = number = 0
        if marker is not None:
            known = self.tokens.get(marker)
            if known is None:
                if self.fault != "any-marker":
                    raise self.invalid("this Marker is not known")
                known = (job.id, action, 0, 0)
            if known[:2] != (job.id, action):
                raise Refusal("InvalidInput")
            start, number = known[2:]
            if self.variant == "markers-work-once":
                del self.tokens[marker]
        size = limit
        if self.fault == "limit-ignored" and marker is None:
            size = max(len(rows), 1)
        if self.variant == "short-pages":
            size = max(1, limit * 2 // 3)
        if self.fault == "page-numbers":
            start = number * size
        end = start + size
        more = end < len(rows)
        following = end
        if self.fault == "last-lost" and more:
            following += 1
        if self.fault == "first-repeated" and more and size > 1:
            following -= 1
        if self.fault == "endless" and size < len(rows):
            more, following = True, end % (len(rows) + 3)
        if self.variant == "empty-last-page" and start < len(rows) and end >= len(rows) and size < len(rows):
            more = True
        token: str | None = None
        if more:
            token = str(next(self.serials)) if self.variant == "markers-of-digits" else secrets.token_urlsafe(12)
            if self.fault == "long-markers":
                token += "x" * 400
            self.tokens[token] = (job.id, action, following, number + 1)
            if self.fault == "more-without-marker":
                token = None
        elif self.fault == "marker-at-the-end":
            token = "the-end"
        return rows[start:end], token, more

    # -- the rows

    def services(self, job: Job, completed: float) -> list[str]:
        names = [] if self.variant == "nothing-allowed" else list(NAMES)
        if self.variant == "hyphen-blind-order":
            names.sort(key=lambda each: each.replace("-", ""))
        if self.fault == "by-length":
            names.sort(key=lambda each: (len(each), each))
        if self.fault == "service-twice":
            names.insert(4, names[3])
        return [self.service(job, name, completed) for name in names]

    def service(self, job: Job, name: str, completed: float) -> str:
        shown = name + " x" if self.fault == "namespace-with-blanks" else name
        parts = [f"<ServiceNamespace>{shown}</ServiceNamespace>"]
        if self.fault != "row-without-name":
            parts.insert(0, f"<ServiceName>{name.title()} &amp; more</ServiceName>")
        hours = USED.get(name)
        region = "<LastAuthenticatedRegion>eu-west-3</LastAuthenticatedRegion>"
        if hours is not None:
            moment = completed + 86400 if self.fault == "accessed-tomorrow" else completed - 3600 * hours
            entity = PEOPLE[5] if job.arn in (POLICY, GROUP) else job.arn
            if self.fault == "another-entity":
                entity = PEOPLE[7] if entity != PEOPLE[7] else PEOPLE[8]
                entity = entity if job.arn not in (POLICY, GROUP) else ROLE
            if self.fault != "entity-without-time":
                parts.append(f"<LastAuthenticated>{self.instant(moment // 1)}</LastAuthenticated>")
            if self.fault != "time-without-entity":
                parts.append(f"<LastAuthenticatedEntity>{entity}</LastAuthenticatedEntity>")
            if self.fault != "region-missing":
                parts.append(region)
        elif self.fault == "regions-for-all":
            parts.append(region)
        total = (hours is not None and self.fault != "nobody-accessed") or self.fault == "everybody-accessed"
        if total or self.variant != "totals-left-out":
            parts.append(f"<TotalAuthenticatedEntities>{int(total)}</TotalAuthenticatedEntities>")
        asked = job.granularity == "ACTION_LEVEL" or self.fault == "actions-unasked"
        if asked and self.variant != "no-actions" and name.endswith("-data"):
            parts.append(self.actions(job, hours, completed))
        return "".join(parts)

    def actions(self, job: Job, hours: int | None, completed: float) -> str:
        used = "<ActionName>PutThing</ActionName>"
        if hours is not None:
            moment = f"<LastAccessedTime>{self.instant((completed - 7200) // 1)}</LastAccessedTime>"
            where = "<LastAccessedRegion>eu-west-3</LastAccessedRegion>"
            who = f"<LastAccessedEntity>{PEOPLE[5] if job.arn in (POLICY, GROUP) else job.arn}</LastAccessedEntity>"
            used += moment + who + ("" if self.fault == "action-time-alone" else where)
        never = "<ActionName>GetThing</ActionName>"
        listed = [used, never, *([never] if self.fault == "action-twice" else [])]
        members = "".join(f"<member>{each}</member>" for each in listed)
        return f"<TrackedActionsLastAccessed>{members}</TrackedActionsLastAccessed>"

    def entities(self, job: Job, completed: float) -> list[str]:
        people = [] if self.variant == "nothing-allowed" else list(PEOPLE)
        if job.arn not in (POLICY, GROUP):
            people = [each for each in people if each == job.arn]
        if self.variant == "entities-come-and-go" and job.reads % 9 == 8:
            people = people[:-1]
        used = sorted((each for each in people if HOURS[each] is not None), key=lambda each: HOURS[each] or 0)
        if self.fault == "oldest-first":
            used.reverse()
        never = [each for each in people if HOURS[each] is None]
        ordered = [*never, *used] if self.variant == "unused-entities-first" else [*used, *never]
        if self.fault == "entity-twice":
            ordered.insert(1, ordered[0])
        return [self.entity(each, completed) for each in ordered]

    def entity(self, arn: str, completed: float) -> str:
        name = arn.rpartition("/")[2]
        kind = "ROLE" if self.fault == "roles-called-users" else "USER"
        shown = "" if self.fault == "row-without-name" else f"<Name>{name}</Name>"
        info = (
            f"<Arn>{arn}</Arn>{shown}<Type>{kind}</Type><Id>AIDA{name.upper().replace('-', ''):A<16}</Id><Path>/</Path>"
        )
        out = f"<EntityInfo>{info}</EntityInfo>"
        hours = HOURS[arn]
        if hours is not None:
            moment = completed + 86400 if self.fault == "accessed-tomorrow" else completed - 3600 * hours
            out += f"<LastAuthenticated>{self.instant(moment // 1)}</LastAuthenticated>"
        return out


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 20  # a response leaves in one write, or the next one waits for an acknowledgement
    server_version, sys_version = "last-accessed/1", ""
    service: Service

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        with self.service.lock:
            status, media, text = self.respond(form.get("Action", ""), form)
        out = text.encode()
        self.send_response(status)
        self.send_header("content-type", "application/json" if self.service.fault == "json-type" else media)
        self.send_header("content-length", str(len(out)))
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(out)

    def respond(self, action: str, form: Form) -> tuple[int, str, str]:
        number = next(self.service.serials)
        try:
            content = self.result(action, form)
        except Refusal as error:
            return (
                error.status,
                "text/xml",
                f'<ErrorResponse xmlns="{XMLNS}"><Error><Type>Sender</Type><Code>{error.code}</Code>'
                f"<Message>{escape(error.message)}</Message></Error><RequestId>r{number}</RequestId></ErrorResponse>",
            )
        except Crash:
            return 500, "text/html", "<html><h1>Internal Server Error</h1></html>"
        return (
            200,
            "text/xml",
            f'<{action}Response xmlns="{XMLNS}"><{action}Result>{content}</{action}Result>'
            f"<ResponseMetadata><RequestId>r{number}</RequestId></ResponseMetadata></{action}Response>",
        )

    def result(self, action: str, form: Form) -> str:
        if action == GENERATE:
            return self.service.generate(form)
        if action in (SERVICES, ENTITIES):
            return self.service.get(action, form)
        if action == "ListUsers":
            dates = "<CreateDate>2026-01-01T00:00:00Z</CreateDate>"
            return (
                f"<Users><member><Path>/</Path><UserName>ann-0</UserName><UserId>AIDAANN0AAAAAAAAAAAA</UserId>"
                f"<Arn>{USER}</Arn>{dates}</member></Users><IsTruncated>false</IsTruncated>"
            )
        raise Refusal("InvalidAction")


def handler(fault: str = "", variant: str = "") -> Any:
    """What answers the requests to a new service."""
    return type("Bound", (Handler,), {"service": Service(fault, variant)})


@contextmanager
def running(fault: str = "", variant: str = "", port: int = 0) -> Iterator[str]:
    """Serve on a free port of the loopback; yields the URL."""
    server = ThreadingHTTPServer(("127.0.0.1", port), handler(fault, variant))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--fault", default="", choices=["", *FAULTS])
    parser.add_argument("--variant", default="", choices=["", *VARIANTS])
    given = parser.parse_args()
    with running(given.fault, given.variant, given.port) as url:
        print(url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
