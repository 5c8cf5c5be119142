"""Faults of validation: a request that should be refused and is not, or not as it should be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from ...spec.contract import Contract
from ...spec.validation import constraints, slug
from ..access_reports.subjects import subject_of
from ..records import Call, Cursor, Read, Row, ServiceError, StartedJob
from ..served import served
from ..stages.jobs import find, new_job, start
from ..stages.listings import beginning, resume, token_sent
from ..stages.pipeline import Stages
from ..stages.rows import rows
from ..stages.validation import ConstraintFailure, failures, refuse, routable, validate
from .fault import Fault as _Fault, accepting, is_list, role

__all__ = ["FAULTS", "generated"]

Fault = partial(_Fault, on="reports")
OfLists = partial(_Fault, on="lists")


def _probed(contract: Contract) -> bool:
    """Whether anything invalid is sent: of lists, only page sizes are."""
    members = {each.member for each in constraints(contract.service, contract.operation)}
    limit = contract.listing.limit if contract.listing else None
    return limit in members if is_list(contract) else bool(members)


def _code(
    code: str, status: int, *, where: Callable[[Call, ConstraintFailure], bool] = lambda call, failure: True
) -> Stages:
    """Another refusal of what is wrong with a request by itself."""

    def changed(call: Call) -> None:
        try:
            validate(call)
        except ServiceError as error:
            if any(where(call, each) for each in failures(call)):
                raise ServiceError(code, status, error.message) from None
            raise

    return Stages(validate=changed)


def _of(part: str, *kinds: str) -> Callable[[Call, ConstraintFailure], bool]:
    """Whether a constraint is one of these of a parameter, named by its part in the contract."""
    return lambda call, failure: (
        failure.member == role(call.contract, part) and (not kinds or failure.constraint in kinds)
    )


def _latest(call: Call, jobs: Mapping[str, StartedJob]) -> StartedJob:
    """Without a JobId, the only job that there is."""
    return find(call, jobs) if role(call.contract, "job.id_in") in call.parameters else next(iter(jobs.values()))


def _nearest(call: Call, jobs: Mapping[str, StartedJob]) -> StartedJob:
    """A job by the beginning of its id, or with something behind it."""
    asked = call.text(role(call.contract, "job.id_in"))
    near = [job for job in jobs.values() if asked and (job.id.startswith(asked) or asked.startswith(job.id))]
    return near[0] if near else find(call, jobs)


def _forgiving_where(wrong: Callable[[Call, str], bool]) -> Callable[[Call, StartedJob, Mapping[str, Cursor]], Cursor]:
    """A token that is wrong in this way counts as none."""

    def other(call: Call, job: StartedJob, cursors: Mapping[str, Cursor]) -> Cursor:
        token = token_sent(call)
        return beginning(call, job) if token is not None and wrong(call, token) else resume(call, job, cursors)

    return other


def _too_short(call: Call, token: str) -> bool:
    return len(token) < int(call.served.tokens[0].metadata.get("min", 0))


def _too_long(call: Call, token: str) -> bool:
    return len(token) > int(call.served.tokens[0].metadata.get("max", len(token)))


FAULTS = (
    Fault(
        "job-id-optional",
        "validation.{job.id_in}-required",
        "a request without {job.id_in} reads the first job",
        Stages(validate=accepting("job.id_in", "required"), find=_latest),
    ),
    Fault(
        "job-id-missing-crashes",
        "validation.{job.id_in}-required",
        "a request without {job.id_in} fails with HTTP 500",
        _code("ServiceFailure", 500, where=_of("job.id_in", "required")),
    ),
    Fault(
        "job-id-by-its-beginning",
        "validation.{job.id_in}-length",
        "the beginning of a {job.id_in} is enough to find its job",
        Stages(validate=accepting("job.id_in", "minimum"), find=_nearest),
    ),
    Fault(
        "job-id-cut-to-fit",
        "validation.{job.id_in}-length",
        "what follows the last valid character of a {job.id_in} is ignored",
        Stages(validate=accepting("job.id_in", "maximum"), find=_nearest),
    ),
    _Fault(
        "limit-zero-accepted",
        "validation.{listing.limit}-minimum",
        "a {listing.limit} of 0 gives a page without {listing.nouns}",
        Stages(validate=accepting("listing.limit", "minimum", where=lambda value: str(value) == "0")),
        list_rule="validation.limit-minimum",
        shows=lambda contract: contract.listing is not None and contract.listing.limit_minimum == 1,
    ),
    Fault(
        "limit-negative-accepted",
        "validation.{listing.limit}-minimum",
        "a negative {listing.limit} is accepted",
        Stages(validate=accepting("listing.limit", "minimum", where=lambda value: str(value).startswith("-"))),
    ),
    OfLists(
        "limit-below-minimum-accepted",
        "validation.limit-minimum",
        "any {listing.limit} below the minimum is accepted",
        Stages(validate=accepting("listing.limit", "minimum")),
    ),
    _Fault(
        "limit-clamped",
        "validation.{listing.limit}-maximum",
        "a {listing.limit} above the maximum is lowered to it",
        Stages(validate=accepting("listing.limit", "maximum")),
        list_rule="validation.limit-maximum",
        shows=lambda contract: not is_list(contract) or "limit-clamped" not in _exceptions(contract),
    ),
    Fault(
        "limit-text-ignored",
        "validation.{listing.limit}-integer",
        "a {listing.limit} that is not a number is ignored",
        Stages(validate=accepting("listing.limit", "integer")),
    ),
    _Fault(
        "limit-text-crashes",
        "validation.{listing.limit}-integer",
        "a {listing.limit} that is not a number fails with HTTP 500",
        _code("InternalFailure", 500, where=_of("listing.limit", "integer")),
        list_rule="validation.no-crash",
        shows=lambda contract: contract.listing is not None and not contract.listing.limit_is_text,
        requires=("listing.limit",),
    ),
    OfLists(
        "limit-zero-crashes",
        "validation.no-crash",
        "a {listing.limit} out of bounds fails with HTTP 500",
        _code("InternalFailure", 500, where=_of("listing.limit", "minimum", "maximum")),
        shows=lambda contract: (
            contract.listing is not None
            and (contract.listing.limit_minimum is not None or contract.listing.limit_maximum is not None)
        ),
    ),
    _Fault(
        "invalid-values-crash",
        "validation.no-crash",
        "whatever the model does not allow fails with HTTP 500",
        _code("InternalFailure", 500),
        first="validation.{job.id_in}-required",
        list_first="validation.no-crash",
        shows=_probed,
    ),
    Fault(
        "sort-key-unknown-accepted",
        "validation.{sort.parameter}-known",
        "an unknown {sort.parameter} gives the default order",
        Stages(validate=accepting("sort.parameter", "known")),
        requires=("sort",),
    ),
    Fault(
        "token-short-accepted",
        "validation.{listing.token.input}-length",
        "a {listing.token.input} that is too short, or empty, is ignored",
        Stages(
            validate=accepting("listing.token.input", "minimum", "pattern", where=lambda value: len(value) < 8),
            resume=_forgiving_where(_too_short),
        ),
        shows=lambda contract: served(contract).tokens[0].metadata.get("min", 0) > 1,
    ),
    Fault(
        "token-empty-accepted",
        "validation.{listing.token.input}-length",
        "an empty {listing.token.input} is ignored",
        Stages(
            validate=accepting("listing.token.input", "minimum", "pattern", where=lambda value: value == ""),
            resume=_forgiving_where(_too_short),
        ),
        shows=lambda contract: served(contract).tokens[0].metadata.get("min", 0) == 1,
    ),
    Fault(
        "token-long-accepted",
        "validation.{listing.token.input}-length",
        "a {listing.token.input} of any length is decoded, and what comes out is ignored",
        Stages(validate=accepting("listing.token.input", "maximum"), resume=_forgiving_where(_too_long)),
    ),
    Fault(
        "token-unreadable-accepted",
        "validation.{listing.token.input}-pattern",
        "a {listing.token.input} of control characters is ignored",
        Stages(
            validate=accepting("listing.token.input", "pattern", where=bool),
            resume=_forgiving_where(lambda call, token: not token.isprintable()),
        ),
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
    Fault(
        "malformed-subject-is-busy",
        "validation.error-code",
        "a malformed {job.start.subject} is refused as if another report were running",
        _code("ReportGenerationLimitExceeded", 400, where=_of("job.start.subject")),
        requires=("job.start.busy",),
    ),
)


def generated(contract: Contract) -> Iterator[_Fault]:
    """For each constraint of an access report that no fault above overlooks, one that does."""
    if is_list(contract):
        return
    roles = contract.job
    others = {contract.listing.limit, contract.listing.token.input} if contract.listing else set()
    others |= {roles.id_in} if roles else set()
    others |= {contract.sort.parameter} if contract.sort else set()
    for operation in contract.operations:
        for each in constraints(contract.service, operation):
            if each.member in others and operation == contract.operation:
                continue
            name = slug(contract, each.member)
            yield Fault(
                f"{name}-{_OVERLOOKED[each.kind]}",
                f"validation.{name}-{each.kind}",
                f"{each.member} {_SAID[each.kind]}",
                _overlooking(operation, each.member, each.kind),
            )


_OVERLOOKED = {
    "required": "optional",
    "length": "of-any-length",
    "pattern": "not-matched",
    "minimum": "below-minimum-accepted",
    "maximum": "above-maximum-accepted",
    "integer": "text-accepted",
    "known": "unknown-accepted",
}
_SAID = {
    "required": "may be left out",
    "length": "may have any length",
    "pattern": "may be any string of the right length",
    "minimum": "may be below the minimum",
    "maximum": "may be above the maximum",
    "integer": "need not be a number",
    "known": "may have any value",
}


def _overlooking(operation: str, member: str, kind: str) -> Stages:
    """Validation that overlooks one constraint of one operation; where something is missing or wrong, the first example is taken."""
    kinds = {"length": ("minimum", "maximum", "pattern")}.get(kind, (kind,))

    def overlooked(call: Call, failure: ConstraintFailure) -> bool:
        return call.operation == operation and failure.member == member and failure.constraint in kinds

    def other(call: Call) -> None:
        routable(call)
        found = list(failures(call))
        # A text of the wrong length seldom matches its pattern; one that does not match has to be of the right length.
        wrong_length = any(each.member == member and each.constraint in ("minimum", "maximum") for each in found)
        if kind == "length" and not wrong_length:
            refuse(call, iter(found))
        refuse(call, (each for each in found if not overlooked(call, each)))

    return Stages(validate=other, start=_anything, rows=_rows_of_any)


def _rows_of_any(read: Read) -> tuple[Row, ...]:
    """The rows that are requested, or where nothing valid is, those about the first service of the report."""
    report = read.contract.report
    about = report.about if report is not None else None
    if about is None or not list(failures(read.call)):
        return rows(read)
    first = min((each.key for each in read.job.rows), default="")
    return rows(read._replace(call=read.call._replace(parameters={**read.call.parameters, about: first})))


def _anything(call: Call, jobs: Mapping[str, StartedJob]) -> StartedJob:
    """A job, whatever it is about."""
    if not list(failures(call)):
        return start(call, jobs)
    roles = call.contract.job
    assert roles is not None
    example = {roles.start.subject: subject_of(call.contract).example}
    return replace(new_job(call._replace(parameters=example)), id=new_job(call).id)


def _exceptions(contract: Contract) -> frozenset[str]:
    return contract.listing.exceptions if contract.listing else frozenset()
