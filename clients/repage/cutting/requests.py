"""What a request says that matters to paging: its limit, its tokens, and whether it may be cut at all."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any
from weakref import ref

import jmespath

from .contracts import Paging
from .pages import get

__all__ = [
    "canonical",
    "changed",
    "is_cuttable",
    "limit_of",
    "listing_key",
    "next_tokens",
    "sent_tokens",
    "starts_later",
    "with_limit",
]

Parameters = Mapping[str, Any]


def limit_of(paging: Paging, parameters: Parameters) -> int | None:
    """The caller's own limit; None where there is none that could be one."""
    value = parameters.get(paging.limit) if paging.limit else None
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value)
    return value if type(value) is int and value > 0 else None


def with_limit(paging: Paging, parameters: Parameters, limit: int) -> dict[str, Any]:
    """The same request for at most this many items."""
    assert paging.limit is not None
    return {**parameters, paging.limit: str(limit) if paging.limit_is_text else limit}


def is_cuttable(paging: Paging, parameters: Parameters) -> bool:
    """Whether the listing that a request without a token starts may be served in other pages.

    It names no items and no place to start from, its limit could be one, and it has one where the operation pages by that alone.
    """
    limit = limit_of(paging, parameters)
    if limit is None and (paging.needs_limit or paging.limit in parameters):
        return False
    return not any(map(parameters.get, paging.naming)) and not starts_later(paging, parameters)


def starts_later(paging: Paging, parameters: Parameters) -> bool:
    """Whether a request without a token names the item that it starts behind."""
    return any(map(parameters.get, paging.cursors))


def changed(paging: Paging, before: Parameters, now: Parameters) -> tuple[str, ...]:
    """The parameters that a request for a later page has not as the first one had them. Its limit may be another one."""
    free = {paging.limit, *(taken for taken, _ in paging.tokens)}
    return tuple(
        name
        for name in (*before, *(each for each in now if each not in before))
        if name not in free
        and not (name in paging.may_be_dropped and name not in now)
        and (name not in now or name not in before or now[name] != before[name])
    )


def sent_tokens(paging: Paging, parameters: Parameters) -> tuple[Any, ...] | None:
    """The tokens of a request; None where it has none."""
    found = tuple(parameters.get(taken) for taken, _ in paging.tokens)
    return found if any(each not in (None, "") for each in found) else None


def next_tokens(paging: Paging, response: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """The tokens for the page after a response, as botocore's paginators find them; None where it is the last one."""
    if paging.more is not None and not get(response, paging.more):
        return None
    if paging.token is not None:
        found = get(response, paging.token)
        return (found,) if found else None
    several = tuple(jmespath.search(given, response) for _, given in paging.tokens)
    return several if any(several) else None


def listing_key(client: Any, paging: Paging, parameters: Parameters) -> Hashable:
    """Equal for requests of a client for pages of the same listing, wherever they start."""
    free = {paging.limit, *paging.cursors, *(taken for taken, _ in paging.tokens)}
    rest = {name: each for name, each in parameters.items() if name not in free}
    return ref(client), paging.operation, canonical(rest)


def canonical(token: Any) -> Hashable:
    """A value of a request or a response as a key: equal for equal ones."""
    if isinstance(token, Mapping):
        return tuple(sorted((str(name), canonical(each)) for name, each in token.items()))
    if isinstance(token, list | tuple):
        return tuple(map(canonical, token))
    try:
        hash(token)
    except TypeError:
        return repr(token)
    return token  # type: ignore[no-any-return]
