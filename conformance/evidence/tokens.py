"""Tokens in requests and responses as one text each, however many parts they have, and what else a request asks for."""

from collections.abc import Mapping
from typing import Any

from ...spec.contract import Contract
from .paths import canonical, find

__all__ = ["given_tokens", "joined", "paging_members", "scope_of", "token_of"]


def given_tokens(members: Mapping[str, Any], contract: Contract) -> Mapping[str, Any]:
    """The request parameters that lead to the next page, with the values in a response's members; empty ones are none."""
    listing = contract.listing
    found = {} if listing is None else {each.input: find(members, each.output) for each in listing.tokens}
    return {name: value for name, value in found.items() if value not in (None, "", {}, [])}


def paging_members(contract: Contract) -> frozenset[str]:
    """The paths of a response's members that say whether and where a listing goes on, and that are no part of an item."""
    listing = contract.listing
    if listing is None:
        return frozenset()
    ways = [way.strip() for each in listing.tokens for way in each.output.split("||")]
    return frozenset(each for each in (*ways, listing.more) if each and "[" not in each)


def token_of(parameters: Mapping[str, Any], contract: Contract) -> str | None:
    """The token in a request, as `Response.next` writes one; None where none is sent."""
    inputs = () if contract.listing is None else (each.input for each in contract.listing.tokens)
    return joined({name: parameters[name] for name in inputs if name in parameters}, contract)


def scope_of(parameters: Mapping[str, Any], contract: Contract) -> str:
    """The parameters of a request but for the job, the order and the place in the listing, as one text."""
    listing, job, sort = contract.listing, contract.job, contract.sort
    aside: set[str | None] = set()
    if listing is not None:
        aside |= {listing.limit, *(each.input for each in listing.tokens)}
    aside |= {job.id_in} if job else set()
    aside |= {sort.parameter} if sort else set()
    return canonical({name: value for name, value in parameters.items() if name not in aside})


def joined(values: Mapping[str, Any], contract: Contract) -> str | None:
    """All tokens together as one text: the token itself where it is one text, else JSON."""
    if not values or contract.listing is None:
        return None
    return canonical(next(iter(values.values())) if len(contract.listing.tokens) == 1 else values)
