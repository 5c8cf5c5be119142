"""Jobs: the requests that started one, and every response about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...spec.contract import Contract
from ..protocols.base import OfReading, Reading
from .paths import as_text
from .responses import Response

__all__ = ["ObservedJob", "ObservedStart"]


@dataclass(frozen=True, eq=False)
class ObservedStart(OfReading):
    """One request that starts a job and was answered: what the report is to be about, and the `job_id` given, if one was.

    `options` are the request's other parameters. `valid` says whether the request breaks no constraint of the model.
    """

    reading: Reading
    contract: Contract
    subject: str | None
    options: Mapping[str, Any]
    job_id: str | None
    valid: bool

    @property
    def asked(self) -> bool:
        """Whether the request is known at all."""
        return self.exchange.parameters is not None

    @property
    def job_type(self) -> str | None:
        """The type of job that was asked for, where the operation has types and the request names one."""
        job = self.contract.job
        return None if job is None or job.start.job_type is None else as_text(self.options.get(job.start.job_type))


@dataclass(frozen=True, eq=False)
class ObservedJob:
    """All responses about one job, in the order in which they were asked for."""

    id: str
    contract: Contract
    starts: tuple[ObservedStart, ...]
    responses: tuple[Response, ...]

    @property
    def exchanges(self) -> tuple[int, ...]:
        """Every exchange about the job."""
        indexes = [each.exchange.index for each in self.starts] + [each.exchange.index for each in self.responses]
        return tuple(sorted(set(indexes)))

    @property
    def subject(self) -> str | None:
        """What the report is about, where the requests that started the job agree."""
        subjects = {start.subject for start in self.starts if start.valid}
        return subjects.pop() if len(subjects) == 1 else None

    @property
    def type(self) -> str | None:
        """The type of job that was asked for, where the requests that started it agree."""
        types = {start.job_type for start in self.starts if start.valid}
        return types.pop() if len(types) == 1 else None
