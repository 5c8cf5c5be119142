"""The fixed survey of one operation: which requests to make to learn all that it can show.

It is written without I/O: a generator that yields steps and is sent exchanges, so that any driver can run it and a test can play the
service by hand. It is composed of a part for each trait: the job, the listings, what has to be refused. No evidence is fetched twice.
"""

from typing import Any

from ..evidence.responses import Page, next_parameters
from ..trace.exchange import Parameters
from ..trace.steps import Forget, Outcome, Steps
from . import job as jobs
from .lists import survey_list
from .negative import report_tokens, try_invalid
from .plan import Asker, Part, Plan
from .reports import read_report

__all__ = ["Plan", "survey"]

#: A service that every report may have, for a target that lists none.
_ANY_SERVICE = "iam"


def survey(plan: Plan) -> Steps:
    """Everything that there is to learn about one operation."""
    asker = Asker(plan)
    if plan.contract.job is None:
        return (yield from survey_list(asker))
    return (yield from _survey_job(asker))


def _survey_job(asker: Asker) -> Part[Outcome]:
    """Start a job, wait for it, read its report in every way that there is a rule for, and try what should be refused."""
    plan, job = asker.plan, asker.contract.job
    assert job is not None
    started = plan.job_id or (yield from jobs.start_job(asker))
    if isinstance(started, Outcome):
        return started
    job_id = started
    about = yield from _about(asker, job_id)
    request = {job.id_in: job_id, **about}
    final = yield from jobs.wait_for(asker, request)
    if isinstance(final, Outcome):
        return final
    token: Parameters = {}
    if isinstance(final, Page):
        default = yield from read_report(asker, request, final)
        token = next_parameters(default[0]) if default[0].goes_on else {}
        yield from report_tokens(asker, request)
    yield from try_invalid(asker, request)
    yield from jobs.read_again(asker, request, final)
    if plan.job_id is None:
        yield from jobs.of_other_type(asker, about)
        yield from jobs.try_starts(asker, job_id, about, token)
    return jobs.failed_for_nothing(asker, final)


def _about(asker: Asker, job_id: str) -> Part[dict[str, Any]]:
    """The parameters of every read but the job's id: where the report is about one service, the first that somebody used, or the first.

    It is looked up in the report of the same job that lists the services; these requests are no evidence.
    """
    plan, report, job = asker.plan, asker.contract.report, asker.contract.job
    parameters = dict(plan.parameters)
    if report is None or report.about is None or report.about in parameters or job is None:
        return parameters
    parameters[report.about] = _ANY_SERVICE
    listed = plan.services
    if listed is None or listed.job is None or report.services is None:
        return parameters
    inner = Asker(
        Plan(listed, plan.read, job_id=job_id, poll_interval=plan.poll_interval, timeout=plan.timeout, one_report=True)
    )
    seen: list[int] = []
    last = yield from _noting(jobs.wait_for(inner, {listed.job.id_in: job_id}, "looking for a service"), seen)
    yield Forget(tuple(seen))
    asker.now = inner.now
    if isinstance(last, Page):
        used = [item.identity for item in last.items if item.identity and item.total]
        every = [item.identity for item in last.items if item.identity]
        parameters[report.about] = next(iter(used or every), _ANY_SERVICE)
    return parameters


def _noting(part: Part[Any], seen: list[int]) -> Part[Any]:
    """The same part, with the numbers of its exchanges written down."""
    try:
        step = next(part)
        while True:
            exchanges = yield step
            seen.extend(each.index for each in exchanges)
            step = part.send(exchanges)
    except StopIteration as end:
        return end.value
