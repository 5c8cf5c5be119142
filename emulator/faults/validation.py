"""Faults of validation: a request that should be refused and is not, or not as it should be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ..records import Call, Job, Place, ServiceError
from ..stages.pipeline import Stages, find, resume
from ..stages.validation import validate
from .fault import Fault, accepting

__all__ = ["FAULTS"]


def _code(code: str, status: int, *, where: Callable[[Call], bool] = lambda call: True) -> Stages:
    """Another refusal of what is wrong with a request by itself."""

    def changed(call: Call) -> None:
        try:
            validate(call)
        except ServiceError as error:
            if error.code in ("ValidationError", "MalformedInput") and where(call):
                raise ServiceError(code, status, error.message) from None
            raise

    return Stages(validate=changed)


def _latest(call: Call, jobs: Mapping[str, Job]) -> Job:
    """Without a JobId, the only job that there is."""
    return find(call, jobs) if "JobId" in call.parameters else next(iter(jobs.values()))


def _nearest(call: Call, jobs: Mapping[str, Job]) -> Job:
    """A job by the beginning of its id, or with something behind it."""
    asked = call.parameters.get("JobId", "")
    near = [job for job in jobs.values() if asked and (job.id.startswith(asked) or asked.startswith(job.id))]
    return near[0] if near else find(call, jobs)


def _forgiving(call: Call, job: Job, places: Mapping[str, Place]) -> Place:
    """A strange Marker is taken for none."""
    if call.parameters.get("Marker", "") in places:
        return resume(call, job, places)
    parameters = {name: text for name, text in call.parameters.items() if name != "Marker"}
    return resume(replace(call, parameters=parameters), job, places)


FAULTS = (
    Fault(
        "job-id-optional",
        "validation.job-id-required",
        "without JobId it is the first job that there is",
        Stages(validate=accepting("JobId", "required"), find=_latest),
    ),
    Fault(
        "job-id-missing-crashes",
        "validation.job-id-required",
        "a request without JobId is a crash",
        _code(
            "ServiceFailure", 500, where=lambda call: call.action.startswith("Get") and "JobId" not in call.parameters
        ),
    ),
    Fault(
        "job-id-by-its-beginning",
        "validation.job-id-length",
        "a JobId that is cut off finds its job",
        Stages(validate=accepting("JobId", "minimum"), find=_nearest),
    ),
    Fault(
        "job-id-cut-to-fit",
        "validation.job-id-length",
        "what stands behind the 36th character of a JobId is ignored",
        Stages(validate=accepting("JobId", "maximum"), find=_nearest),
    ),
    Fault(
        "max-items-zero-accepted",
        "validation.max-items-minimum",
        "MaxItems 0 gives a page without services",
        Stages(validate=accepting("MaxItems", "minimum", where=lambda text: text == "0")),
    ),
    Fault(
        "max-items-negative-accepted",
        "validation.max-items-minimum",
        "a negative MaxItems is accepted",
        Stages(validate=accepting("MaxItems", "minimum", where=lambda text: text.startswith("-"))),
    ),
    Fault(
        "max-items-clamped",
        "validation.max-items-maximum",
        "MaxItems above 1000 is taken for 1000",
        Stages(validate=accepting("MaxItems", "maximum")),
    ),
    Fault(
        "max-items-text-ignored",
        "validation.max-items-integer",
        "text for MaxItems is taken for no MaxItems",
        Stages(validate=accepting("MaxItems", "integer")),
    ),
    Fault(
        "max-items-text-crashes",
        "validation.max-items-integer",
        "text for MaxItems is a crash",
        _code(
            "InternalFailure", 500, where=lambda call: not call.parameters.get("MaxItems", "0").lstrip("-").isdecimal()
        ),
    ),
    Fault(
        "sort-key-unknown-accepted",
        "validation.sort-key-known",
        "an unknown SortKey gives the default order",
        Stages(validate=accepting("SortKey", "enum")),
    ),
    Fault(
        "marker-empty-accepted",
        "validation.marker-length",
        "an empty Marker is taken for none",
        Stages(validate=accepting("Marker", "minimum", "pattern", where=lambda text: text == ""), resume=_forgiving),
    ),
    Fault(
        "marker-long-accepted",
        "validation.marker-length",
        "a Marker of any length is decoded, and what comes out is ignored",
        Stages(
            validate=accepting("Marker", "maximum"),
            resume=lambda call, job, places: (_forgiving if len(call.parameters.get("Marker", "")) > 320 else resume)(
                call, job, places
            ),
        ),
    ),
    Fault(
        "marker-unreadable-accepted",
        "validation.marker-pattern",
        "a Marker of control characters is taken for none",
        Stages(
            validate=accepting("Marker", "pattern", where=bool),
            resume=lambda call, job, places: (
                resume if call.parameters.get("Marker", " ").isprintable() else _forgiving
            )(call, job, places),
        ),
    ),
    Fault(
        "entity-path-optional",
        "validation.entity-path-required",
        "a report without EntityPath is made",
        Stages(validate=accepting("EntityPath", "required")),
    ),
    Fault(
        "entity-path-short-accepted",
        "validation.entity-path-length",
        "a path of 18 characters gets a job",
        Stages(validate=accepting("EntityPath", "minimum", "pattern", where=lambda text: 0 < len(text) < 19)),
    ),
    Fault(
        "entity-path-long-accepted",
        "validation.entity-path-length",
        "a path of any length gets a job",
        Stages(validate=accepting("EntityPath", "maximum")),
    ),
    Fault(
        "entity-path-not-matched",
        "validation.entity-path-pattern",
        "any text of the right length is a path",
        Stages(validate=accepting("EntityPath", "pattern", where=lambda text: len(text) > 18)),
    ),
    Fault(
        "policy-id-not-matched",
        "validation.policy-id-pattern",
        "any text is a policy's id",
        Stages(validate=accepting("OrganizationsPolicyId", "pattern")),
    ),
    Fault(
        "refusals-of-json-services",
        "validation.error-code",
        "malformed requests are refused as ValidationException",
        _code("ValidationException", 400),
    ),
    Fault(
        "refusals-of-the-framework",
        "validation.error-code",
        "malformed requests are refused as BadRequest",
        _code("BadRequest", 400),
    ),
)
