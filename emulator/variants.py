"""Every variant that the contract leaves a service, as a named variant of the emulator. No rule may punish one.

A variant turns dials, or wraps stages, or both. Since a stage is wrapped and never replaced, variants that turn different
dials go together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any, cast

from .access_reports.organization import DEFAULT_ROOT, Organization
from .access_reports.services import Service, service_names
from .behaviour import Behaviour
from .records import Answer, Call, Element, Job, Place, Read, Response, ServiceError
from .stages.pipeline import Stages

__all__ = ["VARIANTS", "Variant", "combined", "compatible"]


@dataclass(frozen=True)
class Variant:
    """One thing, or several, that a valid service may do. `dials` are fields of `Behaviour`."""

    id: str
    statement: str
    dials: Mapping[str, Any] = field(default_factory=dict)
    wrap: Callable[[Stages], Stages] = lambda stages: stages

    @property
    def behaviour(self) -> Behaviour:
        """The dials as they stand then."""
        return Behaviour(**self.dials)

    @property
    def stages(self) -> Stages:
        """The stages as they are then."""
        return self.wrap(Stages())


def compatible(one: Variant, other: Variant) -> bool:
    """Whether both can be had at once: no dial can stand on two values."""
    return not _turned(one) & _turned(other)


def combined(variants: Iterable[Variant]) -> Variant:
    """All of them at once."""
    chosen = tuple(variants)
    dials = {name: value for each in chosen for name, value in each.dials.items()}
    statement = "; ".join(each.statement for each in chosen)
    return Variant(
        "+".join(each.id for each in chosen), statement, dials, lambda stages: reduce(_wrapped, chosen, stages)
    )


def _wrapped(stages: Stages, by: Variant) -> Stages:
    return by.wrap(stages)


def _turned(variant: Variant) -> set[str]:
    names = set(variant.dials)
    return names | {"services", "report"} if names & {"services", "report"} else names


# -- what is wrapped around stages


def _document(change: Callable[[Element], Element]) -> Callable[[Stages], Stages]:
    """The output of every result changed: what is inside the wrapper."""

    def changed(stages: Stages) -> Stages:
        def document(call: Call, answer: Answer) -> Element:
            root = stages.document(call, answer)
            if isinstance(answer, ServiceError) or isinstance(root.content, str):
                return root
            wrapper, *rest = root.content
            return root._replace(content=(change(wrapper), *rest))

        return replace(stages, document=document)

    return changed


def _inside(element: Element, change: Callable[[tuple[Element, ...]], tuple[Element, ...]]) -> Element:
    """The children of every structure changed; those of a list keep their order."""
    if isinstance(element.content, str):
        return element
    inner = tuple(_inside(each, change) for each in element.content)
    is_list = all(each.tag == "member" for each in inner)
    return element._replace(content=inner if is_list else change(inner))


def _without(*names: str) -> Callable[[Stages], Stages]:
    """Items without these members."""

    def changed(stages: Stages) -> Stages:
        return replace(
            stages,
            item=lambda read, service: {n: v for n, v in stages.item(read, service).items() if n not in names},
        )

    return changed


def _body(change: Callable[[bytes], bytes]) -> Callable[[Stages], Stages]:
    return lambda stages: replace(stages, write=lambda call, root: change(stages.write(call, root)))


def _content_type(text: str) -> Callable[[Stages], Stages]:
    def changed(stages: Stages) -> Stages:
        def http(call: Call, answer: Answer, body: bytes) -> Response:
            response = stages.http(call, answer, body)
            return replace(response, headers={**response.headers, "content-type": text})

        return replace(stages, http=http)

    return changed


def _ordered(key: Callable[[Read, Service], Any], by: str) -> Callable[[Stages], Stages]:
    """A stable sort by this, both ways, under keys of that kind."""

    def changed(stages: Stages) -> Stages:
        def order(read: Read) -> tuple[Service, ...]:
            found = stages.order(read)
            return found if read.sort.by != by else tuple(sorted(found, key=lambda each: key(read, each)))

        return replace(stages, order=order)

    return changed


def _instant(read: Read, service: Service) -> tuple[bool, float, str]:
    """By instant; services without one stay on their side, and ties are alphabetical both ways."""
    first = read.call.behaviour.nulls in ("first", "high" if read.sort.descending else "low")
    time = service.time.timestamp() if service.time else 0.0
    return (service.time is not None) == first, -time if read.sort.descending else time, service.key


def _blind_to_punctuation(stages: Stages) -> Stages:
    def order(read: Read) -> tuple[Service, ...]:
        if read.sort.by != "key":
            return stages.order(read)
        found = sorted(read.job.services, key=lambda each: (each.key.replace("-", "").lower(), each.key))
        return tuple(reversed(found) if read.sort.descending else found)

    return replace(stages, order=order)


def _expiring(stages: Stages) -> Stages:
    def find(call: Call, jobs: Mapping[str, Job]) -> Job:
        job = stages.find(call, jobs)
        if job.reads > call.behaviour.polls + 30:
            raise ServiceError("NoSuchEntity", 404, "The report is no longer kept.")
        return job

    return replace(stages, find=find)


def _used_up(stages: Stages) -> Stages:
    def resume(call: Call, job: Job, places: Mapping[str, Place]) -> Place:
        place = stages.resume(call, job, places)
        cast(MutableMapping[str, Place], places).pop(call.parameters.get("Marker", ""), None)
        return place

    return replace(stages, resume=resume)


def _one_report(stages: Stages) -> Stages:
    def start(call: Call, jobs: Mapping[str, Job]) -> Job:
        job = stages.start(call, jobs)
        if jobs and job.id not in jobs:
            raise ServiceError("ReportGenerationLimitExceeded", 409, "Another report is still being generated.")
        return job

    return replace(stages, start=start)


def _strangers_refused(stages: Stages) -> Stages:
    def start(call: Call, jobs: Mapping[str, Job]) -> Job:
        entity = call.parameters.get("EntityPath", "")
        organization = Organization.of(entity)
        if organization is None or not organization.knows(entity):
            raise ServiceError("AccessDenied", 403, f"{entity} is not of this organization.")
        return stages.start(call, jobs)

    return replace(stages, start=start)


def _looked_up_first(stages: Stages) -> Stages:
    """A JobId is looked up before its length is looked at."""

    def validate(call: Call) -> None:
        if "JobId" in call.parameters and len(call.parameters["JobId"]) != 36:
            raise ServiceError("NoSuchEntity", 404, "There is no report job of this id.")
        stages.validate(call)

    return replace(stages, validate=validate)


def _report(size: int, accessed: bool) -> tuple[Service, ...]:
    """Nobody tried any service, or somebody every one: at a different instant each, long ago."""
    names = service_names()[:size]
    if not accessed:
        return tuple(Service(name, key) for key, name in names)
    began = datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC)
    account = f"{DEFAULT_ROOT}/777788889999"
    return tuple(
        Service(name, key, "eu-central-1", account, began + timedelta(seconds=index * 7919 % 1009), 1)
        for index, (key, name) in enumerate(names)
    )


_RESERVED = '<a href="x">&amp;\'{}%2B+/='

_ALL = (
    Variant("as-observed", "the service as AWS was seen to be", {"region_of_unused_iam": True}),
    # Pages
    Variant("short-pages", "no page is longer than 37 services", {"page_cap": 37}),
    Variant("pages-of-any-length", "pages are short now and then", {"page_plan": (5, 60, 100, 1)}),
    Variant("first-page-empty", "a listing begins with an empty page", {"page_plan": (0, 100)}),
    Variant("middle-page-empty", "empty pages come in between", {"page_plan": (50, 0, 0, 70)}),
    Variant("last-page-empty", "the last page is empty", {"empty_last_page": True}),
    Variant("truncated-left-out", "IsTruncated is there only where it is true", {"omit_is_truncated_when_false": True}),
    # Markers
    Variant("fresh-markers", "a Marker has another text each time", {"fresh_markers": True}),
    Variant("markers-in-blanks", "Markers begin and end with blanks", {"marker_form": "  {} "}),
    Variant("markers-beyond-ascii", "Markers hold letters up to U+00FF", {"marker_form": "é\u00a0{}ÿ"}),
    Variant("markers-of-controls", "Markers hold control characters above U+007E", {"marker_form": "\u007f{}\u0085\u009f"}),
    Variant("markers-of-markup", "Markers hold what XML and forms have to escape", {"marker_form": _RESERVED}),
    Variant("markers-of-full-length", "Markers have 320 characters", {"marker_form": "x" * 280 + "{}"}),
    Variant("markers-used-up", "a Marker that was followed is refused from then on", wrap=_used_up),
    # Order
    Variant("never-accessed-first", "services never accessed come first, both ways", {"nulls": "first"}),
    Variant("never-accessed-last", "services never accessed come last, both ways", {"nulls": "last"}),
    Variant("never-accessed-highest", "services never accessed count as the latest", {"nulls": "high"}),
    Variant("ties-alphabetical", "services that tie are alphabetical, both ways", wrap=_ordered(_instant, "time")),
    Variant("alphabet-without-hyphens", "namespaces are sorted as if they had no hyphens", wrap=_blind_to_punctuation),
    # What is told
    Variant("details-left-out-when-empty", "AccessDetails is left out where nothing is listed", {"omit_access_details_when_empty": True}),
    Variant("total-left-out-when-zero", "TotalAuthenticatedEntities is left out where it is 0", {"omit_total_when_zero": True}),
    Variant("total-left-out", "TotalAuthenticatedEntities is never there", wrap=_without("TotalAuthenticatedEntities")),
    Variant("job-dates-in-seconds", "the job's dates have no fraction", {"job_times": "seconds"}),
    Variant("service-dates-in-milliseconds", "LastAuthenticatedTime has a fraction", {"service_times": "milliseconds"}),
    Variant("empty-report", "nothing is allowed", {"services": 0}),
    Variant("report-of-one", "one service is allowed", {"services": 1}),
    Variant("report-of-two", "two services are allowed", {"services": 2}),
    Variant("report-of-eleven", "eleven services are allowed", {"services": 11}),
    Variant("report-of-a-page", "as many services as a page holds", {"services": 100}),
    Variant("report-of-a-page-and-one", "one service more than a page holds", {"services": 101}),
    Variant("report-of-a-thousand", "as many services as the largest page holds", {"services": 1000}),
    Variant("nothing-accessed", "nobody tried any service", {"report": _report(150, False)}),
    Variant("everything-accessed", "somebody tried every service", {"report": _report(150, True), "known_entities": "organization"}),
    # On the wire
    Variant(
        "members-in-another-order",
        "the members of a structure come backwards",
        wrap=_document(lambda each: _inside(each, lambda inner: inner[::-1])),
    ),
    Variant(
        "members-unheard-of",
        "structures hold members that nobody knows",
        wrap=_document(lambda each: _inside(each, lambda inner: (Element("Unheard", "of"), *inner))),
    ),
    Variant("no-white-space", "nothing stands between elements", {"indented": False}),
    Variant("much-white-space", "blank lines stand between elements", wrap=_body(lambda body: body.replace(b">\n", b">\r\n\n\t\n"))),
    Variant("xml-declared", "answers begin with an XML declaration", wrap=_body(lambda body: b'<?xml version="1.0" encoding="UTF-8"?>\n' + body)),
    Variant("content-type-with-charset", "the media type has a charset", wrap=_content_type("text/xml;charset=UTF-8")),
    Variant("content-type-of-applications", "the media type is application/xml", wrap=_content_type("application/xml")),
    # Jobs
    Variant("job-ids-of-uuid", "JobIds are UUIDs", {"job_ids": "uuid"}),
    Variant("job-ids-as-documented", "JobIds are like the documented example", {"job_ids": "documented"}),
    Variant("job-ids-without-form", "JobIds are 36 characters without any form", {"job_ids": "plain"}),
    Variant("job-finished-at-once", "the first answer is final", {"polls": 0}),
    Variant("job-slow", "the job is in progress for long", {"polls": 12}),
    Variant("job-fails", "the job fails", {"outcome": "failed"}),
    Variant("job-expires", "a finished job is refused after a while", wrap=_expiring),
    Variant(
        "job-for-every-request",
        "the same request gets another job each time",
        {"same_request_same_job": False, "one_running_job": False},
    ),
    Variant("second-report-refused", "no second report is made while the first one is kept", wrap=_one_report),
    Variant("strange-entity-refused", "a path of no entity is refused at once", wrap=_strangers_refused),
    Variant("strange-entity-accepted", "any well-formed path is that of an entity", {"known_entities": "any"}),
    # Refusals
    Variant("throttling", "every seventh call is throttled", {"throttle_every": 7}),
    Variant("malformed-id-not-found", "a JobId of a wrong length is not found", wrap=_looked_up_first),
)  # fmt: skip

#: Every variant by its id.
VARIANTS: Mapping[str, Variant] = {each.id: each for each in _ALL}
