"""What a valid service of a contract may choose: the values of each field of `Behaviour`, but for what it lists.

A setting has groups of values, simple ones first. One group is as likely as another, and so is one value of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import product
from typing import Any, get_args

from ..spec.contract import Contract
from .behaviour import JobIds, Nulls, Precision
from .lists.items import item_shape
from .paths import output_path
from .served import served

__all__ = ["ROWS", "Choices", "choices", "may_be_absent", "may_be_empty", "may_be_empty_text"]

#: Groups of values by the name of the field.
Choices = dict[str, tuple[Sequence[Any], ...]]

#: Rows of the emulator's own report, by whether only what AWS was seen to do counts: around the bounds of a page, which AWS fills.
ROWS = {False: (0, 20), True: (99, 302)}

_EITHER: tuple[Sequence[Any], ...] = ((False, True),)
_NEVER: tuple[Sequence[Any], ...] = ((False,),)


@cache
def choices(contract: Contract, *, observed_only: bool = False) -> Choices:
    """The choices of services of this contract. `observed_only`: only what AWS was seen to choose."""
    found: Choices = {"throttle_every": ((None,), range(2, 7))}
    if contract.job is not None:
        found["polls"] = (range(4),)
        found["outcome"] = (("completed", "completed", "completed", "failed"),)
    if observed_only:
        return found | {"region_of_unused_iam": ((bool(contract.counts),),)}
    return found | _paging(contract) | (_of_jobs(contract) if contract.job is not None else {})


def may_be_empty(contract: Contract) -> bool:
    """Whether pages of which more follow may be empty: where the operation's own documentation announces it."""
    listing = contract.listing
    return listing is not None and "empty-page" in listing.exceptions and "no-empty-page" not in listing.exceptions


def may_be_absent(contract: Contract, expression: str | None) -> bool:
    """Whether the model lets a response leave out the member that an expression reads."""
    path = output_path(expression or "")
    where, _, name = path.rpartition(".")
    return bool(path) and name not in item_shape(served(contract).output, where).required_members


def may_be_empty_text(contract: Contract, expression: str) -> bool:
    """Whether the model lets the token that an expression reads be an empty text."""
    path = output_path(expression)
    shape = item_shape(served(contract).output, path) if path else None
    return shape is not None and shape.type_name == "string" and not shape.metadata.get("min")


def _paging(contract: Contract) -> Choices:
    """Page lengths, tokens, and what is left out at the end of a listing."""
    listing = contract.listing
    assert listing is not None
    of_job = contract.job is not None
    exact = of_job or "no-empty-page" not in listing.exceptions
    omits_list = (
        not contract.job.required_when_succeeded if contract.job is not None else may_be_absent(contract, listing.main)
    )
    return {
        "page_cap": ((None,), range(1, 5)),
        "page_plan": (((),), _plans(0 if of_job or may_be_empty(contract) else 1)),
        "empty_last_page": _EITHER if exact else _NEVER,
        "omit_more_when_false": _EITHER if of_job or may_be_absent(contract, listing.more) else _NEVER,
        "omit_items_when_empty": _EITHER if omits_list else _NEVER,
        "fresh_tokens": _EITHER,
    }


def _of_jobs(contract: Contract) -> Choices:
    """What else a service with jobs may choose."""
    return {
        "failure": (_FAILURES_OF_ORGANIZATIONS if contract.counts else ("INTERNAL_ERROR",), _ANY_FAILURES),
        "token_form": (("{}",), _AWKWARD_TOKENS, _token_forms()),
        "nulls": _choices(Nulls, "low"),
        "job_ids": _choices(JobIds, "hex"),
        "job_times": _choices(Precision, "milliseconds"),
        "service_times": _choices(Precision, "seconds"),
        "omit_total_when_zero": _EITHER,
        "region_of_unused_iam": _EITHER if contract.counts else _NEVER,
        "indented": ((True, False),),
        "same_request_same_job": ((True, False),),
        "one_running_job": ((True, False),),
    }


def _choices(kind: object, simplest: str) -> tuple[Sequence[str], ...]:
    """The values of a setting, the emulator's own choice first."""
    return (sorted(get_args(kind), key=lambda each: (each != simplest, each)),)


@cache
def _plans(least: int) -> Sequence[tuple[int, ...]]:
    """The lengths of up to four pages. Pages that are all empty would never come to an end."""
    return [plan for pages in range(1, 5) for plan in product(range(least, 4), repeat=pages) if any(plan)]


#: Codes of failed jobs that were seen in reports on an organization, and codes that nobody has seen.
_FAILURES_OF_ORGANIZATIONS = (
    "INVALID_ORGANIZATIONS_ENTITY_PATH",
    "INVALID_ORGANIZATIONS_POLICY",
    "ORGANIZATIONS_REPORT_ACCESS_DENIED",
)
_ANY_FAILURES = ("A", "SOMETHING_NEW", "Z" * 40)

#: Around the opaque part of a token: what clients have mangled by decoding, encoding, escaping or stripping it; and the longest.
_AWKWARD_TOKENS = (
    "{}==",
    "a+b/{}c",
    "<&{}>\"'",
    "%2B {}%20",
    " {} ",
    "\x7f\x80{}\x9f\xa0\xff",
    "z" * 140 + "{}" + "\xe9" * 140,
)


@cache
def _token_forms() -> Sequence[str]:
    """One for each character that a Marker of IAM may have, at either end."""
    characters = [chr(code) for code in range(0x20, 0x100) if chr(code) not in "{}"]
    return [f"{each}{{}}{each}" for each in characters]
