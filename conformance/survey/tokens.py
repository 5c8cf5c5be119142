"""Unissued tokens, as request parameters."""

import json
from collections.abc import Iterable
from typing import Any

from ..evidence.probes import enumerated
from ..evidence.responses import Page, next_parameters
from ..trace.exchange import Parameters
from ..trace.unissued import altered_token, unissued_number, unissued_token

__all__ = ["with_altered_token", "with_unissued_token"]


def with_unissued_token(request: Parameters, page: Page, issued: Iterable[str]) -> dict[str, Any]:
    """The request with a token in the letters of the one that the page gave."""
    return {**request, **_parameters(page, unissued_token(page.next or "", issued, kept=enumerated(page.contract)))}


def with_altered_token(request: Parameters, page: Page) -> dict[str, Any]:
    """The request with the token that the page gave, one character of it changed."""
    return {**request, **_parameters(page, altered_token(page.next or "", enumerated(page.contract)))}


def _parameters(page: Page, token: str) -> dict[str, Any]:
    """The token as the parameters that the page's own token has: a text for one, JSON for several or for another type."""
    given = next_parameters(page)
    if len(given) != 1:
        parts = json.loads(token)
        return (
            {name: parts.get(name, value) for name, value in given.items()} if isinstance(parts, dict) else dict(given)
        )
    [(name, value)] = given.items()
    if isinstance(value, str):
        return {name: token}
    if isinstance(value, int):
        return {name: unissued_number(value)}
    return {name: json.loads(token)}
