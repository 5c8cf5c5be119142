"""Faults against the service model: members missing, of another type, or outside their bounds."""

from __future__ import annotations

from dataclasses import replace

from ..records import Element
from ..stages.pipeline import Stages, new_job
from .fault import Fault, accepting, answers, attempted, elements, items, texts, without

__all__ = ["FAULTS"]


def _as_text(element: Element) -> Element:
    if element.tag != "ErrorDetails" or isinstance(element.content, str):
        return element
    return element._replace(content=": ".join(str(each.content) for each in element.content))


FAULTS = (
    Fault(
        "creation-date-missing",
        "shape.required",
        "no answer says when the job was created",
        Stages(members=answers(lambda read, found: without(found, "JobCreationDate"))),
    ),
    Fault(
        "service-name-missing",
        "shape.required",
        "services have no name but their namespace",
        Stages(item=items(lambda service, found: without(found, "ServiceName"))),
    ),
    Fault(
        "error-details-as-text",
        "shape.type",
        "the reason of a failure is a text instead of a structure",
        Stages(document=elements(_as_text)),
    ),
    Fault(
        "counts-of-64-bits",
        "shape.type",
        "a count does not fit its 32 bits",
        Stages(item=attempted(TotalAuthenticatedEntities=2**31)),
    ),
    Fault(
        "status-unknown-while-running",
        "shape.enum",
        "an unfinished job is PENDING",
        Stages(
            status=lambda call, job: (
                "PENDING" if job.reads < call.behaviour.polls else ("FAILED" if job.error else "COMPLETED")
            )
        ),
    ),
    Fault(
        "status-in-lower-case",
        "shape.enum",
        "a finished job is completed or failed, in small letters",
        Stages(document=texts(lambda text: text if text == "IN_PROGRESS" else text.lower(), "JobStatus")),
    ),
    Fault(
        "job-id-37-characters",
        "shape.length",
        "JobIds are a character too long",
        Stages(
            start=lambda call, jobs: replace(new_job(call), id=f"{new_job(call).id}0"),
            validate=accepting("JobId", "maximum"),
        ),
    ),
    Fault(
        "entity-path-endless",
        "shape.length",
        "an EntityPath is longer than 427 characters",
        Stages(
            item=items(
                lambda service, found: found | {"EntityPath": f"{service.entity:/<430}"} if service.entity else found
            )
        ),
    ),
    Fault(
        "entity-path-as-arn",
        "shape.pattern",
        "EntityPath holds the entity's ARN",
        Stages(
            item=items(
                lambda service, found: (
                    found | {"EntityPath": f"arn:aws:organizations::{service.entity}"} if service.entity else found
                )
            )
        ),
    ),
    Fault(
        "entity-path-padded",
        "shape.pattern-whole",
        "EntityPath ends in a blank",
        Stages(
            item=items(lambda service, found: found | {"EntityPath": f"{service.entity} "} if service.entity else found)
        ),
    ),
    Fault(
        "member-of-its-own",
        "shape.unknown-member",
        "answers tell more than the model knows",
        Stages(members=answers(lambda read, found: found | {"ReportId": read.job.id})),
    ),
)
