"""Faults of the dates of a report job: when it was created, and when it was completed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

from ..behaviour import Precision
from ..paths import get
from ..records import Members, Read
from ..stages.jobs import DURATION
from ..stages.pipeline import Stages
from ..stages.responses import written
from .fault import Fault as _Fault, changed, in_state, outputs, put_in, role

__all__ = ["FAULTS"]

Fault = partial(_Fault, requires=("job",), on="reports")


def _dated(precision: Precision = "milliseconds", **seconds: float) -> Stages:
    """Dates of this call instead of the job's, so many seconds away."""

    def change(read: Read, found: Members) -> Members:
        for name, delta in seconds.items():
            path = role(read.contract, f"job.{name}")
            if get(found, path) is not None:
                found = put_in(found, path, written(read.call, read.call.now + timedelta(seconds=delta), precision))
        return found

    return Stages(members=outputs(change))


def _moved(created: datetime | None = None, completed: timedelta | None = None) -> Stages:
    """The job's dates, moved."""

    def change(read: Read, found: Members) -> Members:
        job = read.job
        begun = created if created is not None else job.created
        ended = begun + (job.completed - job.created) + (completed or timedelta())
        dates = {"job.created": written(read.call, begun, "milliseconds")}
        if get(found, role(read.contract, "job.completed")) is not None:
            dates["job.completed"] = written(read.call, ended, "milliseconds")
        return changed(read.contract, found, dates)

    return Stages(members=outputs(change))


def _shifted(by: timedelta) -> Stages:
    """Both dates, shifted alike."""

    def change(read: Read, found: Members) -> Members:
        dates = {"created": read.job.created, "completed": read.job.completed}
        shifted = {
            f"job.{name}": written(read.call, at + by, "milliseconds")
            for name, at in dates.items()
            if get(found, role(read.contract, f"job.{name}")) is not None
        }
        return changed(read.contract, found, shifted)

    return Stages(members=outputs(change))


FAULTS = (
    Fault(
        "creation-date-of-the-call",
        "job.creation-date-stable",
        "{job.created} is the date of the response",
        _dated(created=-DURATION.total_seconds()),
    ),
    Fault(
        "completion-date-of-the-call",
        "job.completion-date-stable",
        "{job.completed} is the date of the response",
        _dated(completed=0),
    ),
    Fault(
        "dates-of-the-call",
        "job.creation-date-stable",
        "both dates are made up anew for every response",
        _dated(created=0, completed=0),
    ),
    Fault(
        "dates-of-the-call-in-seconds",
        "job.creation-date-stable",
        "both dates are made up anew for every response, in whole seconds",
        _dated("seconds", created=0, completed=0),
    ),
    Fault(
        "created-in-2011",
        "job.creation-date-plausible",
        "every job was created in 2011, as in an example of the documentation",
        _moved(created=datetime(2011, 6, 24, 18, 11, 37, tzinfo=UTC)),
    ),
    Fault(
        "created-in-another-zone",
        "job.creation-date-plausible",
        "both dates are in local time and say Z",
        _shifted(timedelta(hours=7)),
    ),
    Fault(
        "completion-date-while-running",
        "job.completion-date-absent-in-progress",
        "an unfinished job says when it will be done",
        in_state("pending", job__completed=lambda read: written(read.call, read.job.completed, "milliseconds")),
    ),
    Fault(
        "completion-date-missing",
        "job.completion-date-when-finished",
        "a completed job has no {job.completed}",
        in_state("succeeded", job__completed=None),
    ),
    Fault(
        "completion-date-missing-on-failure",
        "job.completion-date-when-finished",
        "a failed job has no {job.completed}",
        in_state("failed", job__completed=None),
        fails=True,
    ),
    Fault(
        "completed-before-created",
        "job.completed-after-created",
        "{job.completed} is in another zone than {job.created}, and both say Z",
        _moved(completed=-timedelta(hours=2)),
    ),
)
