"""One of each edge case, with a name: for fixtures, and for reading what the contract allows."""

from __future__ import annotations

from typing import NamedTuple

from ..spec.legacy import SortKey, contract
from .responses import Answer, Core, Dates, Line, Order, Rest, Use, Variant, compose, unfinished
from .values import facts

__all__ = ["edge_cases"]

_FIRST, _LONG_AGO = 631_152_000_000, 400 * 86_400_000  # in 2020
_DATES = Dates(_FIRST, _FIRST + 1_360, (3, 3))
_AS_AWS = Variant(omit_false=False, omit_empty=False, list_nothing=False, region_of_unused_iam=True)
_ROOT = "o-a1b2c3d4e5/r-f6g7"
_ACCOUNT = f"{_ROOT}/ou-f6g7-11111111/123456789012"

_USE = Use(place=2, ago=3_600_000, precision=0, region="eu-central-1", total=1)
_S3, _EC2, _SQS = (Line("s3", "Amazon S3"), Line("ec2", "Amazon EC2"), Line("sqs", "Amazon SQS"))
_USED = _S3._replace(use=_USE)


class _Case(NamedTuple):
    """What differs from the answer that AWS would give about a report without services."""

    lines: tuple[Line, ...] = ()
    core: Core = Core(_DATES, _AS_AWS)
    path: str = _ACCOUNT
    by: str = "key"
    unused_last: bool = False
    marker: str | None = None
    rest: Rest = Rest(0, 0)


def _free(**variants: bool) -> Core:
    return Core(_DATES, _AS_AWS._replace(**variants))


def _key_of(size: int) -> str:
    return "a-very-long-namespace-".ljust(size, "z")


def _longest_path() -> str:
    unit = f"ou-{'r' * 32}-{'u' * 32}"
    return "/".join(("o-" + "o" * 32, "r-" + "r" * 32, *[unit] * 5, "9" * 12))


def edge_cases() -> dict[str, Answer]:
    """Valid answers by name. Each has the one thing that it is named for, and is otherwise as simple as can be."""
    law = contract()
    job, marker = law.job, facts(law.page.marker)
    core, why = (
        Core(_DATES, _AS_AWS),
        {job.error_message: "There is no such entity.", job.error_code: "INVALID_ORGANIZATIONS_ENTITY_PATH"},
    )
    unfinished_cases = {
        "in-progress": unfinished(job.pending[0], core),
        "in-progress-without-is-truncated": unfinished(job.pending[0], _free(omit_false=True)),
        "in-progress-with-an-empty-list": unfinished(job.pending[0], _free(list_nothing=True)),
        "failed": unfinished(job.failed[0], core) | {job.error: why},
    }
    cases = {
        "no-services": _Case(),
        "no-services-list-left-out": _Case(core=_free(omit_empty=True)),
        "finished-at-once": _Case(core=Core(Dates(_FIRST, _FIRST, (0, 0)), _AS_AWS)),
        "one-service-never-used": _Case((_S3,)),
        "one-service-used": _Case((_USED,)),
        "is-truncated-left-out": _Case((_S3,), core=_free(omit_false=True)),
        "totals-left-out": _Case((_S3._replace(counted=False), _EC2._replace(use=_USE._replace(total=0)))),
        "iam-never-used-with-a-region": _Case((Line("iam", "AWS Identity and Access Management"),)),
        "first-page": _Case((_EC2,), marker="AAAA", rest=Rest(0, 1)),
        "last-page": _Case((_SQS,), rest=Rest(0, 1)),
        "empty-page-in-the-middle": _Case(marker="AAAA", rest=Rest(1, 1)),
        "empty-last-page": _Case(rest=Rest(1, 1)),
        "marker-of-one-character": _Case((_S3,), marker="a", rest=Rest(0, 1)),
        "marker-as-long-as-can-be": _Case((_S3,), marker="z" * marker["max"], rest=Rest(0, 1)),
        "marker-that-must-be-escaped": _Case((_S3,), marker=' <a href="?x=1&y=%20+2">\'\u00ff ', rest=Rest(0, 1)),
        "a-tie": _Case((_USED, _EC2._replace(use=_USE)), by="time"),
        "never-used-first": _Case((_USED, _EC2), by="time"),
        "never-used-last": _Case((_USED, _EC2), by="time", unused_last=True),
        "times-with-and-without-fractions": _Case((_USED, _EC2._replace(use=_USE._replace(ago=1_234, precision=3)))),
        "used-as-the-report-was-made": _Case((_S3._replace(use=_USE._replace(ago=0, precision=3)),)),
        "used-long-ago": _Case((_S3._replace(use=_USE._replace(ago=_LONG_AGO)),)),
        "path-as-short-as-can-be": _Case((_USED,), path="o-aaaaaaaaaa/r-aaaa"),
        "path-as-long-as-can-be": _Case((_S3._replace(use=_USE._replace(place=6)),), path=_longest_path()),
        "namespace-as-short-as-can-be": _Case((Line("a"),)),
        "namespace-as-long-as-can-be": _Case((Line(_key_of(facts(law.item.key)["max"])),)),
        "name-empty": _Case((Line("a", ""),)),
        "name-that-is-not-ascii": _Case((Line("a", "Größe 日本語 \U0001f680"),)),
        "name-that-must-be-escaped": _Case((Line("a", '<b>R&D</b> "quoted"'),)),
        "largest-number": _Case((_S3._replace(use=_USE._replace(total=2**31 - 1)),)),
    }
    return {name: Answer(each) for name, each in unfinished_cases.items()} | {
        name: compose(each.core, list(each.lines), None, each.path, _order(each), each.marker, each.rest)
        for name, each in cases.items()
    }


def _order(case: _Case) -> Order:
    keys: tuple[SortKey, ...] = contract().sort
    return Order(next(each for each in keys if each.by == case.by), case.unused_last)
