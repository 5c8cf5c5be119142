"""One of each edge case of an access report, with a name: for fixtures, and for reading what the contract allows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ...spec.contract import Contract
from ..values.constraints import constraints, in_model_order, output_shape
from .jobs import Choices, Dates, JobFacts, unfinished
from .pages import Rest, RowOrder, composer, orders_of
from .rows import Access, DrawnRow, arn_of

__all__ = ["edge_members"]

_FIRST, _LONG_AGO = 631_152_000_000, 400 * 86_400_000  # in 2020
_DATES = Dates(_FIRST, _FIRST + 1_360, (3, 3))
_AS_AWS = Choices(omit_false=False, omit_empty=False, list_nothing=False, region_of_unused_iam=True)
_ROOT = "o-a1b2c3d4e5/r-f6g7"
_ACCOUNT = f"{_ROOT}/ou-f6g7-11111111/123456789012"

_USE = Access(place=2, ago=3_600_000, precision=0, region="eu-central-1", total=1)


class _Case(NamedTuple):
    """What differs from the response that AWS would give about a report without rows."""

    rows: tuple[DrawnRow, ...] = ()
    job: JobFacts = JobFacts(_DATES, _AS_AWS)
    path: str | None = None
    by: str = "text"
    unused_last: bool = False
    token: str | None = None
    rest: Rest = Rest(0, 0)


def _free(**choices: bool) -> JobFacts:
    return JobFacts(_DATES, _AS_AWS._replace(**choices))


def _key_of(size: int) -> str:
    return "a-very-long-namespace-".ljust(size, "z")


def _longest_path() -> str:
    unit = f"ou-{'r' * 32}-{'u' * 32}"
    return "/".join(("o-" + "o" * 32, "r-" + "r" * 32, *[unit] * 5, "9" * 12))


def edge_members(contract: Contract) -> dict[str, dict[str, Any]]:
    """Members of valid responses by name. Each has the one thing that it is named for, and is otherwise as simple as can be."""
    roles = contract.job
    assert roles is not None
    job = JobFacts(_DATES, _AS_AWS)
    why = {roles.error_message: "There is no such entity.", roles.error_code: "INVALID_ORGANIZATIONS_ENTITY_PATH"}
    cases = {
        "in-progress": unfinished(contract, roles.pending[0], job),
        "in-progress-without-is-truncated": unfinished(contract, roles.pending[0], _free(omit_false=True)),
        "in-progress-with-an-empty-list": unfinished(contract, roles.pending[0], _free(list_nothing=True)),
        "failed": in_model_order(
            output_shape(contract), unfinished(contract, roles.failed[0], job) | {roles.error: why}
        ),
    }
    subject = _ACCOUNT if contract.report and contract.report.entity_is == "below" else arn_of("user", "a")
    for name, each in _cases(contract):
        path, order = each.path or subject, _order(contract, each)
        cases[name] = composer(contract)(each.job, list(each.rows), path, order, each.token, each.rest)
    return cases


def _cases(contract: Contract) -> Iterator[tuple[str, _Case]]:
    report, listing = contract.report, contract.listing
    assert report is not None and listing is not None
    entities = report.entity_arn is not None
    one, other, third = (
        [DrawnRow(arn_of("role", name)) for name in ("s3", "ec2", "sqs")]
        if entities
        else [DrawnRow("s3", "Amazon S3"), DrawnRow("ec2", "Amazon EC2"), DrawnRow("sqs", "Amazon SQS")]
    )
    used, token = one._replace(access=_USE), constraints(contract, listing.token.input)
    yield "no-services", _Case()
    if listing.main not in (contract.job.required_when_succeeded if contract.job else ()):
        yield "no-services-list-left-out", _Case(job=_free(omit_empty=True))
    yield "finished-at-once", _Case(job=JobFacts(Dates(_FIRST, _FIRST, (0, 0)), _AS_AWS))
    yield "one-service-never-used", _Case((one,))
    yield "one-service-used", _Case((used,))
    yield "is-truncated-left-out", _Case((one,), job=_free(omit_false=True))
    yield "first-page", _Case((other,), token="AAAA", rest=Rest(0, 1))
    yield "last-page", _Case((third,), rest=Rest(0, 1))
    yield "empty-page-in-the-middle", _Case(token="AAAA", rest=Rest(1, 1))
    yield "empty-last-page", _Case(rest=Rest(1, 1))
    yield "marker-of-one-character", _Case((one,), token="a", rest=Rest(0, 1))
    yield "marker-as-long-as-can-be", _Case((one,), token="z" * token["max"], rest=Rest(0, 1))
    yield (
        "marker-that-must-be-escaped",
        _Case((one,), token=' <a href="?x=1&y=%20+2">\'\u00ff ', rest=Rest(0, 1)),
    )
    yield "a-tie", _Case((used, other._replace(access=_USE)), by="time")
    yield "never-used-first", _Case((used, other), by="time")
    yield "never-used-last", _Case((used, other), by="time", unused_last=True)
    yield (
        "times-with-and-without-fractions",
        _Case((used, other._replace(access=_USE._replace(ago=1_234, precision=3)))),
    )
    yield "used-as-the-report-was-made", _Case((one._replace(access=_USE._replace(ago=0, precision=3)),))
    yield "used-long-ago", _Case((one._replace(access=_USE._replace(ago=_LONG_AGO)),))
    if report.entity_is == "below":
        yield "path-as-short-as-can-be", _Case((used,), path="o-aaaaaaaaaa/r-aaaa")
        yield (
            "path-as-long-as-can-be",
            _Case((one._replace(access=_USE._replace(place=6)),), path=_longest_path()),
        )
    if report.regions_always:
        yield "iam-never-used-with-a-region", _Case((DrawnRow("iam", "AWS Identity and Access Management"),))
    if report.total is not None:
        yield (
            "totals-left-out",
            _Case((one._replace(counted=False), other._replace(access=_USE._replace(total=0)))),
        )
        yield "largest-number", _Case((one._replace(access=_USE._replace(total=2**31 - 1)),))
    if not entities:
        yield "namespace-as-short-as-can-be", _Case((DrawnRow("a"),))
        yield (
            "namespace-as-long-as-can-be",
            _Case((DrawnRow(_key_of(constraints(contract, "ServiceNamespace")["max"])),)),
        )
        yield "name-empty", _Case((DrawnRow("a", ""),))
        yield "name-that-is-not-ascii", _Case((DrawnRow("a", "Größe 日本語 \U0001f680"),))
        yield "name-that-must-be-escaped", _Case((DrawnRow("a", '<b>R&D</b> "quoted"'),))
    if report.actions is not None:
        actions = (("ListBuckets", _USE), ("PutObject", None))
        yield "tracked-actions", _Case((used._replace(actions=actions),), job=_free(second_type=True))
        yield "no-tracked-actions", _Case((used,), job=_free(second_type=True))
    if entities:
        yield "one-of-each-type", _Case(tuple(DrawnRow(arn_of(kind, "a")) for kind in ("group", "role", "user")))
        yield "path-of-an-entity", _Case((DrawnRow("arn:aws:iam::123456789012:user/division_abc/subdivision_xyz/a"),))


def _order(contract: Contract, case: _Case) -> RowOrder:
    keys = orders_of(contract)
    return RowOrder(next((each for each in keys if each.type == case.by), keys[0]), case.unused_last)
