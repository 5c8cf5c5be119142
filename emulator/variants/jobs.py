"""Variants of jobs: their ids, how long they take, how they end, and who is refused."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import replace
from functools import partial
from typing import Any, cast

from .. import errors
from ..access_reports.organization import Organization
from ..paths import without
from ..records import Call, Cursor, Members, Read, ServiceError, StartedJob
from ..stages.listings import token_sent
from ..stages.pipeline import Stages
from .variant import Variant as _Variant

__all__ = ["VARIANTS"]

Variant = partial(_Variant, requires=("job",))


def _expiring(stages: Stages) -> Stages:
    def find(call: Call, jobs: Mapping[str, StartedJob]) -> StartedJob:
        job = stages.find(call, jobs)
        if job.reads > call.behaviour.polls + 30:
            raise errors.unknown_job(call)
        return job

    return replace(stages, find=find)


def _used_up(stages: Stages) -> Stages:
    def resume(call: Call, job: StartedJob, cursors: Mapping[str, Cursor]) -> Cursor:
        cursor = stages.resume(call, job, cursors)
        cast(MutableMapping[str, Cursor], cursors).pop(token_sent(call) or "", None)
        return cursor

    return replace(stages, resume=resume)


def _one_report(stages: Stages) -> Stages:
    def start(call: Call, jobs: Mapping[str, StartedJob]) -> StartedJob:
        job = stages.start(call, jobs)
        busy = call.contract.job.start.busy if call.contract.job else None
        if jobs and job.id not in jobs:
            raise ServiceError(busy or "LimitExceeded", 409, "Another report is still being generated.")
        return job

    return replace(stages, start=start)


def _unknown_refused(stages: Stages) -> Stages:
    def start(call: Call, jobs: Mapping[str, StartedJob]) -> StartedJob:
        assert call.contract.job is not None
        subject = call.text(call.contract.job.start.subject)
        organization = Organization.of(subject)
        if organization is None or not organization.knows(subject):
            raise ServiceError("AccessDenied", 403, f"{subject} is not in this organization.")
        return stages.start(call, jobs)

    return replace(stages, start=start)


def _looked_up_first(stages: Stages) -> Stages:
    """A JobId is looked up before its length is looked at."""

    def validate(call: Call) -> None:
        assert call.contract.job is not None
        member = call.contract.job.id_in
        if not call.starts and member in call.parameters and len(call.text(member)) != 36:
            raise errors.unknown_job(call)
        stages.validate(call)

    return replace(stages, validate=validate)


def _untyped(stages: Stages) -> Stages:
    """Nothing says what granularity the report has."""

    def members(read: Read, found: tuple[Any, ...], token: str | None) -> Members:
        assert read.contract.job is not None
        return without(stages.members(read, found, token), read.contract.job.type)

    return replace(stages, members=members)


def _failing_later(stages: Stages) -> Stages:
    """What does not exist gets a job, which fails."""

    def start(call: Call, jobs: Mapping[str, StartedJob]) -> StartedJob:
        try:
            return stages.start(call, jobs)
        except ServiceError as error:
            if error.code != call.contract.errors.unknown_job:
                raise
            known = call._replace(behaviour=replace(call.behaviour, known_entities="any", outcome="failed"))
            return stages.start(known, jobs)

    return replace(stages, start=start)


def _same_job(stages: Stages) -> Stages:
    """The same request gets the job that is there."""

    def start(call: Call, jobs: Mapping[str, StartedJob]) -> StartedJob:
        new = stages.start(call, jobs)
        same = (
            each
            for each in jobs.values()
            if (each.start, each.subject, each.options) == (new.start, new.subject, new.options)
        )
        return next(same, new)

    return replace(stages, start=start)


_BUSY, _AGAIN = ("job", "job.start.busy"), ("job", "job.start.same_job_seconds")

VARIANTS = (
    Variant("job-ids-of-uuid", "job ids are UUIDs", {"job_ids": "uuid"}),
    Variant("job-ids-as-documented", "job ids are like the documented example", {"job_ids": "documented"}),
    Variant("job-ids-without-form", "job ids are 36 characters without any form", {"job_ids": "plain"}),
    Variant("job-finished-at-once", "the job is finished at the first poll", {"polls": 0}),
    Variant("job-slow", "the job is in progress for a long time", {"polls": 12}),
    Variant("job-fails", "the job fails", {"outcome": "failed"}),
    Variant("job-expires", "a finished job is refused after some time", wrap=_expiring),
    Variant(
        "job-for-every-request",
        "the same request gets another job each time",
        {"same_request_same_job": False, "one_running_job": False},
        requires=_AGAIN,
    ),
    Variant("job-for-the-same-request", "the same request gets the same job", wrap=_same_job),
    Variant("second-report-refused", "no second report is generated while the first one is kept", wrap=_one_report, requires=_BUSY),
    Variant(
        "unknown-entity-refused",
        "an entity that does not exist is refused at once",
        wrap=_unknown_refused,
        requires=("report.entity_is=below",),
    ),
    Variant("unknown-entity-accepted", "any well-formed subject is that of an entity", {"known_entities": "any"}),
    Variant("unknown-entity-fails", "what does not exist gets a job that fails", wrap=_failing_later),
    Variant("malformed-id-not-found", "a job id of a wrong length is refused as unknown", wrap=_looked_up_first),
    Variant("type-left-out", "{job.type} is never there", wrap=_untyped),
    _Variant("tokens-used-up", "a token that was followed is refused from then on", wrap=_used_up, requires=("job",)),
)  # fmt: skip
