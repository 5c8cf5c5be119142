"""What every response about a job rests on: its dates, and what the service may leave out."""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import Any, NamedTuple

from hypothesis import strategies as st

from ...spec.contract import Contract
from ..drawing import Drawer, together
from ..values.constraints import in_model_order, output_shape
from ..values.moments import EARLIEST, LATEST, PRECISIONS, instant, moment

__all__ = ["DAY", "Choices", "Dates", "JobFacts", "jobs", "unfinished"]

DAY = 86_400_000


class Dates(NamedTuple):
    """When the job began and ended, in milliseconds after 2000, and how precisely either is written."""

    created: int
    completed: int
    precision: tuple[int, int]


class Choices(NamedTuple):
    """What a response may leave out, and what it may say although there is nothing to say."""

    omit_false: bool
    omit_empty: bool
    list_nothing: bool
    region_of_unused_iam: bool
    #: The second of the job types that the model lists, where a job has one.
    second_type: bool = False


class JobFacts(NamedTuple):
    """What every response about a job rests on."""

    dates: Dates
    choices: Choices


_CHOICES = [Choices(*each) for each in product((False, True), repeat=4)]


@cache
def jobs(contract: Contract, second_type: bool | None = None) -> Drawer[JobFacts]:
    """Draws a job's dates and choices; of either job type, where a job has one, or of this one."""
    began = st.integers(EARLIEST, LATEST - DAY)
    lasted = together((0, 1_360, 500, 12_000, 1, 999, 61_234, DAY), PRECISIONS, PRECISIONS)
    typed = contract.job is not None and contract.job.type is not None
    types = ((False, True) if typed else (False,)) if second_type is None else (second_type,)
    choices = st.sampled_from([each._replace(second_type=kind) for kind in types for each in _CHOICES])
    return lambda draw: JobFacts(_dates(draw(began), *draw(lasted)), draw(choices))


def _dates(created: int, duration: int, *precision: int) -> Dates:
    """Dates in their order as they are written.

    A completion in whole seconds may seem to be before the creation, as it may on the wire: to a precision so coarse
    they are the same. With one or two digits it may not, because Python prints three where boto3 read fewer.
    """
    began = instant(created, precision[0])
    ended = instant(began + duration, precision[1])
    if ended < began and precision[1]:
        return Dates(began, began + duration, (precision[0], 3))
    return Dates(began, ended, (precision[0], precision[1]))


def unfinished(contract: Contract, status: str, job: JobFacts) -> dict[str, Any]:
    """The members of a job that has no report, or will never have one."""
    roles, listing, (dates, choices) = contract.job, contract.listing, job
    assert roles is not None and listing is not None
    found: dict[str, Any] = {roles.status: status, roles.created: moment(dates.created, dates.precision[0])}
    if status in roles.finished:
        found[roles.completed] = moment(dates.completed, dates.precision[1])
    if choices.list_nothing:
        found[listing.main] = []
    if listing.more is not None and not choices.omit_false:
        found[listing.more] = False
    return in_model_order(output_shape(contract), found)
