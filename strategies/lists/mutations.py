"""For each rule that a single page of a list can break: pages to start from, and the one thing to change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from ...spec.contract import Contract
from ..drawing import Drawer
from ..mutation import Members, Mutation, at, drop, put_member
from ..values.constraints import get, input_shape, item_shape, output_path, output_shape, shape_at
from ..values.shape_values import fits
from ..wire.writing import UNKNOWN_MEMBER
from .items import identity_path, result_paths
from .pages import Cut, listed_pages

__all__ = ["Cut", "list_mutations"]


@cache
def list_mutations(contract: Contract) -> Mapping[str, tuple[Mutation, ...]]:
    """Changes that show in every protocol."""
    found: dict[str, tuple[Mutation, ...]] = {}
    for rule, mutation in (*_paging(contract), *_shape(contract)):
        found[rule] = (*found.get(rule, ()), mutation)
    return found


def _paging(contract: Contract) -> Iterator[tuple[str, Mutation]]:
    listing = contract.listing
    assert listing is not None
    more, token = output_path(listing.more or ""), output_path(listing.token.output)
    if not token:
        return
    where, _, name = token.rpartition(".")
    shape = shape_at(output_shape(contract), token)
    required = name in shape_at(output_shape(contract), where).required_members
    if more:
        if not required and listing.token.output == token:
            yield "pagination.truncated-has-token", Mutation(lambda: _going_on(contract), _without_tokens(contract))
        given = "a-token" if shape.type_name == "string" and fits(shape, "a-token") else None
        if given is not None and listing.token.output == token and len(listing.tokens) == 1:
            yield "pagination.token-only-when-truncated", Mutation(lambda: _last(contract), at(where, put_member(name, given)))  # fmt: skip
    sent = shape_at(input_shape(contract), listing.token.input)
    longest = sent.metadata.get("max")
    bounded = sent.type_name == "string" and longest and longest < 20_000
    if bounded and "max" not in shape.metadata and "pattern" not in shape.metadata:
        yield "pagination.token-within-model", Mutation(lambda: _going_on(contract), at(where, put_member(name, "z" * (longest + 1))))  # fmt: skip


def _shape(contract: Contract) -> Iterator[tuple[str, Mutation]]:
    shape, main = item_shape(contract), result_paths(contract)[0]
    unknown = put_member(UNKNOWN_MEMBER, "yet")
    if shape.type_name != "structure" or shape_at(output_shape(contract), main).type_name != "list":
        if not output_shape(contract).serialization.get("payload"):
            yield "shape.unknown-member", Mutation(lambda: _filled(contract), unknown)
        return
    yield "shape.unknown-member", Mutation(lambda: _filled(contract), _in_first(main, unknown))
    identity = (identity_path(contract) or "").partition(".")[0]
    for name, member in shape.members.items():
        if name in shape.required_members and name != identity:
            yield "shape.required", Mutation(lambda: _filled(contract), _in_first(main, drop(name)))
        if name == identity:
            continue
        if member.type_name == "structure":
            yield "shape.type", Mutation(lambda: _filled(contract), _in_first(main, put_member(name, "no")))
        if member.metadata.get("enum"):
            yield "shape.enum", Mutation(lambda: _filled(contract), _in_first(main, put_member(name, "NEVER-HEARD-OF")))
        longest = member.metadata.get("max", 0) if member.type_name == "string" else 0
        if 0 < longest < 5_000 and "pattern" not in member.metadata and not member.metadata.get("enum"):
            yield "shape.length", Mutation(lambda: _filled(contract), _in_first(main, put_member(name, "z" * (longest + 1))))  # fmt: skip


def _filled(contract: Contract) -> Drawer[Members]:
    """Pages with an item."""
    return listed_pages(contract, filled=True)


def _going_on(contract: Contract) -> Drawer[Members]:
    """Pages of which more follow."""
    return listed_pages(contract, more=True)


def _last(contract: Contract) -> Drawer[Members]:
    """Last pages."""
    return listed_pages(contract, more=False)


def _without_tokens(contract: Contract) -> Any:
    """All tokens of a page left out."""
    assert contract.listing is not None
    paths = [output_path(each.output) for each in contract.listing.tokens]

    def edit(members: Members) -> None:
        for path in paths:
            where, _, name = path.rpartition(".")
            get(members, where or "@").pop(name, None)

    return edit


def _in_first(main: str, edit: Any) -> Any:
    return lambda members: edit(get(members, main)[0])
