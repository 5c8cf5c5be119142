"""Responses of a paginated operation without a job: pages, and whole listings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ...spec.contract import Contract
from ..values.constraints import get, output_path, output_shape, put, shape_at
from ..values.members import token_values
from ..values.shape_values import structures, values
from .items import counters, items, result_paths

__all__ = ["Cut", "listed_pages", "may_be_absent", "may_be_empty", "may_be_empty_text", "sized_pages", "whole_listings"]

Members = dict[str, Any]


class Cut(NamedTuple):
    """A page with more to come: how many items it holds at most, and its token (several tokens: a tuple)."""

    length: int
    token: Any


class _Form(NamedTuple):
    """How a service writes what is not there."""

    #: The last page has an empty token, where the model allows it.
    empty_token: bool
    omit_false: bool
    omit_empty: bool


def may_be_empty(contract: Contract) -> bool:
    """Whether pages of which more follow may be empty: where the operation's own documentation announces it."""
    listing = contract.listing
    return listing is not None and "empty-page" in listing.exceptions and "no-empty-page" not in listing.exceptions


def may_be_absent(contract: Contract, expression: str | None) -> bool:
    """Whether the model lets a response leave out the member that an expression reads."""
    path = output_path(expression or "")
    return bool(path) and not _is_required(output_shape(contract), path)


def may_be_empty_text(contract: Contract, expression: str) -> bool:
    """Whether the model lets the token that an expression reads be an empty text."""
    path = output_path(expression)
    shape = shape_at(output_shape(contract), path) if path else None
    return shape is not None and shape.type_name == "string" and not shape.metadata.get("min")


@cache
def listed_pages(contract: Contract) -> SearchStrategy[Members]:
    """One page: the whole listing, or a part of it of which more follows."""
    last = st.builds(
        lambda frame, listed, form: _page(contract, frame, listed, form, None),
        _frames(contract),
        _lists(contract),
        _forms(),
    )
    least = 0 if may_be_empty(contract) and _has_token_member(contract) else 1
    more = st.builds(
        lambda frame, listed, form, token: _page(contract, frame, listed, form, token),
        _frames(contract),
        _lists(contract, least),
        _forms(),
        _tokens(contract),
    )
    return last | more


@cache
def sized_pages(contract: Contract, number: int) -> SearchStrategy[Members]:
    """The whole listing of exactly so many items."""
    listed = _lists(contract, number, number)
    return st.builds(
        lambda frame, drawn, form: _page(contract, frame, drawn, form, None), _frames(contract), listed, _forms()
    )


@cache
def whole_listings(contract: Contract) -> SearchStrategy[tuple[Any, list[Members]]]:
    """Every item, and the pages that list them."""
    least = 0 if may_be_empty(contract) and _has_token_member(contract) else 1
    cuts = st.lists(st.builds(Cut, st.integers(least, 3), _tokens(contract)), max_size=4, unique_by=lambda cut: str(cut.token))  # fmt: skip
    return st.builds(
        lambda frame, listed, form, made: _cut(contract, frame, listed, form, made),
        _frames(contract),
        _lists(contract, high=8),
        _forms(),
        cuts,
    )


def _cut(
    contract: Contract, frame: Members, listed: Mapping[str, Any], form: _Form, cuts: list[Cut]
) -> tuple[Any, list[Members]]:
    left, pages = dict(listed), list[Members]()
    for length, token in cuts:
        rest = {path: _rest(value, length) for path, value in left.items()}
        if not may_be_empty(contract) and not any(rest.values()):
            break  # an empty last page is left to those who draw dangers for clients
        pages.append(_page(contract, frame, {path: _start(value, length) for path, value in left.items()}, form, token))
        left = rest
    pages.append(_page(contract, frame, left, form, None))
    everything: Any = dict(listed) if len(listed) > 1 else next(iter(listed.values()))
    return everything, pages


def _start(value: Any, length: int) -> Any:
    return dict(list(value.items())[:length]) if isinstance(value, dict) else value[:length]


def _rest(value: Any, length: int) -> Any:
    return dict(list(value.items())[length:]) if isinstance(value, dict) else value[length:]


@cache
def _lists(contract: Contract, low: int = 0, high: int | None = None) -> SearchStrategy[dict[str, Any]]:
    """What each result key holds. The keys beside the main one are mostly empty."""
    most = max(low, 5) if high is None else high
    output = output_shape(contract)
    drawn: dict[str, SearchStrategy[Any]] = {}
    for index, path in enumerate(result_paths(contract)):
        shape = shape_at(output, path)
        if shape.type_name == "list":
            few = items(contract, path, low=0 if index else low, high=2 if index else most)
            drawn[path] = st.one_of(st.just([]), few) if index else few
        elif shape.type_name == "map":
            drawn[path] = st.dictionaries(values(shape.key, 1), values(shape.value, 2), min_size=low, max_size=most)
    return st.fixed_dictionaries(drawn)


@cache
def _frames(contract: Contract) -> SearchStrategy[Members]:
    """The members around the listing: all but the lists, the tokens and what says that more follows."""
    listing = contract.listing
    assert listing is not None
    paths = {*result_paths(contract), *(output_path(each.output) for each in listing.tokens)}
    if listing.more is not None:
        paths.add(output_path(listing.more))
    return _frame(output_shape(contract), sorted(paths.difference({""})))


def _frame(shape: Any, paths: Iterable[str]) -> SearchStrategy[Members]:
    own, inner = set(), {}
    for first, group in groupby(sorted(paths), key=lambda path: path.partition(".")[0]):
        rest = [path.partition(".")[2] for path in group]
        if all(rest):
            inner[first] = _frame(shape.members[first], rest)
        else:
            own.add(first)
    return structures(shape, always=inner, never=own, members=inner)


@cache
def _forms() -> SearchStrategy[_Form]:
    return st.builds(_Form, *([st.sampled_from((False, True))] * 3))


@cache
def _tokens(contract: Contract) -> SearchStrategy[tuple[Any, ...]]:
    """A value for each token."""
    assert contract.listing is not None
    return st.tuples(*(token_values(contract, each.input) for each in contract.listing.tokens))


def _has_token_member(contract: Contract) -> bool:
    """Whether the token is a member of its own, and not computed out of the items."""
    assert contract.listing is not None
    return bool(output_path(contract.listing.token.output))


def _page(
    contract: Contract, frame: Members, listed: Mapping[str, Any], form: _Form, token: tuple[Any, ...] | None
) -> Members:
    """A page out of its parts; without a token it is the last one."""
    listing, output = contract.listing, output_shape(contract)
    assert listing is not None
    found: Members = _copy(frame)
    for path, value in listed.items():
        if value or not form.omit_empty or _is_required(output, path):
            put(found, path, value)
    for place, each in enumerate(listing.tokens):
        if path := output_path(each.output):
            _put_token(contract, found, path, form, None if token is None else token[place])
    more = output_path(listing.more or "")
    if more and (token is not None or not form.omit_false or _is_required(output, more)):
        put(found, more, token is not None)
    for counter, path in counters(contract):
        if get(found, counter) is not None:
            put(found, counter, len(get(found, path) or ()))
    return _ordered(output, found)


def _put_token(contract: Contract, found: Members, path: str, form: _Form, token: Any) -> None:
    listing, output = contract.listing, output_shape(contract)
    assert listing is not None
    if token is not None:
        put(found, path, token)
    elif "end-by-same-token" in listing.exceptions:
        put(found, path, "f/the-end")
    elif _is_required(output, path) or (form.empty_token and may_be_empty_text(contract, path)):
        put(found, path, "")


def _is_required(output: Any, path: str) -> bool:
    where, _, name = path.rpartition(".")
    return name in shape_at(output, where).required_members


def _copy(members: Any) -> Any:
    """Structures on the way to a list are added to, and must not be shared."""
    return {name: _copy(each) for name, each in members.items()} if isinstance(members, dict) else members


def _ordered(shape: Any, members: Members) -> Members:
    """In the model's order, at every depth that a path reaches."""
    return {
        name: _ordered(shape.members[name], members[name])
        if isinstance(members[name], dict) and shape.members[name].type_name == "structure"
        else members[name]
        for name in shape.members
        if name in members
    }
