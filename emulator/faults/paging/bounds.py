"""Faults of tokens that their own parameter does not allow."""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256
from typing import Any

from ....spec.contract import Contract
from ....spec.validation import constraints
from ...records import Cursor, Read
from ...served import served
from ...stages.listings import issue_token
from ...stages.pipeline import Stages
from ..fault import Fault, accepting, issues_token

__all__ = ["FAULTS"]

#: No token that is as long as this is sent: nobody reads it.
_ENDLESS = 2**24

#: Characters that patterns of tokens do not have, or too few of those that they have; and how many make a token.
_UNMATCHED = (("€™", 64), ("{}", 64), ("^~", 64), ("<>", 64), (" \t", 64), ("0123456789abcdef", 8))


def _overlong(read: Read, cursor: Cursor) -> str:
    """A token that its own parameter does not take."""
    most = int(read.call.served.tokens[0].metadata["max"])
    return issue_token(read, cursor).ljust(most + 7, "x")


def _has_longest(contract: Any) -> bool:
    """Whether a token may be too long: some models permit two billion characters."""
    return issues_token(contract) and 0 < served(contract).tokens[0].metadata.get("max", 0) < _ENDLESS


@cache
def _unmatched(contract: Contract) -> tuple[str, int] | None:
    """Of which characters, and of how many, no token is made that matches the pattern of its own parameter; None where all match."""
    listing = contract.listing
    if listing is None or len(listing.tokens) > 1 or not issues_token(contract):
        return None
    metadata, known = served(contract).tokens[0].metadata, constraints(contract.service, contract.operation)
    pattern = next((each for each in known if each.member == listing.token.input and each.kind == "pattern"), None)
    if pattern is None or pattern.pattern is None:
        return None
    match = re.fullmatch if pattern.whole else re.search
    for characters, number in _UNMATCHED:
        texts = (_made_of(characters, number, seed) for seed in (0, 2**300 // 7, 2**300 // 3))
        fits = metadata.get("min", 0) <= number <= metadata.get("max", number)
        if fits and not any(match(pattern.pattern, each) for each in texts):
            return characters, number
    return None


def _made_of(characters: str, number: int, seed: int) -> str:
    """So many of these characters, by the digits of a number."""
    return "".join(characters[seed // len(characters) ** place % len(characters)] for place in range(number))


def _unmatching(read: Read, cursor: Cursor) -> str:
    """A token that does not match."""
    found = _unmatched(read.contract)
    token = issue_token(read, cursor)
    return _made_of(*found, int.from_bytes(sha256(token.encode()).digest())) if found else token


FAULTS = (
    Fault(
        "token-outside-the-model",
        "pagination.token-within-model",
        "tokens are longer than their own parameter allows",
        Stages(issue_token=_overlong, validate=accepting("listing.token.input", "maximum", "pattern")),
        shows=_has_longest,
    ),
    Fault(
        "token-outside-the-model-refused",
        "pagination.token-within-model",
        "tokens are longer than their own parameter allows, and are refused when they come back",
        Stages(issue_token=_overlong),
        shows=_has_longest,
        list_first="pagination.token-continues",
        first="pagination.complete",
    ),
    Fault(
        "token-not-matched",
        "pagination.token-within-model",
        "tokens do not match the pattern of their own parameter",
        Stages(issue_token=_unmatching, validate=accepting("listing.token.input", "pattern")),
        on="lists",
        shows=lambda contract: _unmatched(contract) is not None,
    ),
)
