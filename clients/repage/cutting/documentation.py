"""What only an operation's documentation says about its pages: that they may be empty, or that there is one only, always or without a limit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ....spec.operations.by_shapes import prose

if TYPE_CHECKING:
    from botocore.model import OperationModel

    from ....spec.contract import Contract

__all__ = ["announces_empty_pages", "fits_in_one_page", "largest_limit", "may_be_dropped", "needs_limit"]

#: Such pages come with a token; a list that is merely empty is put in other words.
_EMPTY = re.compile(
    r"\bempty (?:(?:set|list) of|results? (?:set|page)|pages?\b)|\b(?:or|contains?|includes?) no (?:results|values|items)\b",
    re.IGNORECASE,
)
_ALL_WITHOUT_LIMIT = re.compile(r"(?:not specified|n.t specify|not used|omit)[^.]*\ball\b", re.IGNORECASE)
_DEFAULT_LIMIT = re.compile(r"default(?: value)? is \d|up to \d+ results are returned by default", re.IGNORECASE)
_NOT_WITH_TOKEN = re.compile(
    r"(?:cannot|can.t) specify this parameter (?:if you specify|together with) (?:the )?\w*token"
    r"|if (?:you specify )?(?:the )?\w*token(?: is provided)?,(?: then)? (?:this parameter|\w+) is ignored",
    re.IGNORECASE,
)

_FEW = re.compile(r"limited to a small number\b|\b(?:have|supports) only one\b|\bonly have one\b", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.])\d{1,3}(?:,\d{3})+|(?<![\w.])\d+(?![\w]|\.\d)")

#: Operations of which it is known from their documentation, in words that are no others'.
_NEED_LIMIT = frozenset({"s3:ListBuckets"})
#: Operations whose items are few by the documentation of the one that makes them: one, two or five of them, or one in each zone.
_FEW_ITEMS: Mapping[str, str] = {
    "efs:DescribeMountTargets": "CreateMountTarget",
    "guardduty:ListDetectors": "CreateDetector",
    "iam:ListPolicyVersions": "CreatePolicyVersion",
    "iam:ListServiceSpecificCredentials": "CreateServiceSpecificCredential",
    "logs:DescribeSubscriptionFilters": "PutSubscriptionFilter",
    "oam:ListSinks": "CreateSink",
}


def announces_empty_pages(contract: Contract, shapes: OperationModel) -> bool:
    """Whether a page may be empty although more follow."""
    listing = contract.listing
    assert listing is not None
    if "no-empty-page" in listing.exceptions:
        return False
    return "empty-page" in listing.exceptions or any(
        _EMPTY.search(prose(each))
        for each in (
            shapes.documentation,
            *(_documentation(shapes.input_shape, each) for each in (listing.limit, listing.token.input) if each),
            _documentation(shapes.output_shape, listing.token.output),
        )
    )


def needs_limit(contract: Contract, shapes: OperationModel) -> bool:
    """Whether it answers with everything where no limit is given: most of EC2 does."""
    listing = contract.listing
    assert listing is not None
    if listing.limit is None:
        return False
    if "limit-needed" in listing.exceptions or contract.id in _NEED_LIMIT:
        return True
    text = prose(_documentation(shapes.input_shape, listing.limit))
    if contract.service == "ec2":
        return not _DEFAULT_LIMIT.search(text)
    return _ALL_WITHOUT_LIMIT.search(text) is not None


def fits_in_one_page(contract: Contract, shapes: OperationModel) -> bool:
    """Whether there are never more items than one page has: a user has a few keys, an account one alias."""
    return contract.id in _FEW_ITEMS or _FEW.search(prose(shapes.documentation)) is not None


def largest_limit(contract: Contract, shapes: OperationModel) -> int | None:
    """The largest limit: by the model, or the largest number in its documentation, which names defaults and bounds; None where nothing says so."""
    listing = contract.listing
    assert listing is not None
    if listing.limit is None or listing.limit_maximum:
        return listing.limit_maximum
    numbers = _NUMBER.findall(prose(_documentation(shapes.input_shape, listing.limit)))
    return max((int(each.replace(",", "")) for each in numbers), default=None)


def may_be_dropped(contract: Contract, shapes: OperationModel) -> frozenset[str]:
    """The parameters that a request with a token may, or has to, leave out."""
    listing = contract.listing
    members: Mapping[str, Any] = shapes.input_shape.members if shapes.input_shape else {}
    assert listing is not None
    if "token-alone" in listing.exceptions:
        return frozenset(members)
    found = (name for name, each in members.items() if _NOT_WITH_TOKEN.search(prose(each.documentation)))
    return frozenset(found) - {each.input for each in listing.tokens}


def _documentation(shape: Any, member: str) -> str:
    found = getattr(shape, "members", {}).get(member)
    return found.documentation if found is not None else ""
