"""Responses of a paginated operation without a job: pages, and whole listings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import groupby, product
from typing import Any, NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from ...emulator.choices import may_be_empty, may_be_empty_text
from ...spec.contract import Contract
from ..drawing import Drawer, composed, one_of, pick, several
from ..values.constraints import get, in_model_order, output_path, output_shape, put, shape_at
from ..values.members import token_values
from ..values.shape_values import structures, values
from .items import counters, item_lists, result_paths

__all__ = [
    "Cut",
    "fewest",
    "listed_pages",
    "sized_pages",
    "whole_listings",
]

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


@cache
def listed_pages(contract: Contract, *, more: bool | None = None, filled: bool = False) -> Drawer[Members]:
    """Draws one page: the whole listing, or a part of it of which more follows.

    :param more: only pages of which more follows, or only last ones.
    :param filled: only pages with an item.
    """
    frame, token, page = _frames(contract), _tokens(contract), _Pages(contract)
    least = int(filled)
    listed = _lists(contract, least), _lists(contract, least or fewest(contract))
    goes_on = st.sampled_from((False, True) if more is None else (more,))

    def drawn(draw: DrawFn) -> Members:
        going_on = draw(goes_on)
        return page(frame(draw), listed[going_on](draw), draw(_FORMS), token(draw) if going_on else None)

    return drawn


def fewest(contract: Contract) -> int:
    """How many items a page holds at least of which more follows."""
    return 0 if may_be_empty(contract) and _has_token_member(contract) else 1


@cache
def sized_pages(contract: Contract, number: int) -> Drawer[Members]:
    """Draws the whole listing of exactly so many items."""
    frame, listed, page = _frames(contract), _lists(contract, number, number), _Pages(contract)
    return lambda draw: page(frame(draw), listed(draw), draw(_FORMS), None)


@cache
def whole_listings(contract: Contract) -> Drawer[tuple[Any, list[Members]]]:
    """Draws every item, and the pages that list them."""
    token, lengths = _tokens(contract), st.integers(fewest(contract), 3)
    cuts = several(lambda draw: Cut(draw(lengths), token(draw)), "cut", 4)
    frame, listed, page = _frames(contract), _lists(contract, high=8), _Pages(contract)
    return lambda draw: _cut(contract, page, frame(draw), listed(draw), draw(_FORMS), _distinct(cuts(draw)))


def _distinct(cuts: list[Cut]) -> list[Cut]:
    """No token twice: it would be the same place again."""
    return [*{str(cut.token): cut for cut in reversed(cuts)}.values()][::-1]


def _cut(
    contract: Contract, page: _Pages, frame: Members, listed: Mapping[str, Any], form: _Form, cuts: list[Cut]
) -> tuple[Any, list[Members]]:
    left, pages = dict(listed), list[Members]()
    for length, token in cuts:
        rest = {path: _rest(value, length) for path, value in left.items()}
        if not may_be_empty(contract) and not any(rest.values()):
            break  # an empty last page is left to those who draw dangers for clients
        pages.append(page(_copy(frame), {path: _start(value, length) for path, value in left.items()}, form, token))
        left = rest
    pages.append(page(frame, left, form, None))
    everything: Any = dict(listed) if len(listed) > 1 else next(iter(listed.values()))
    return everything, pages


def _start(value: Any, length: int) -> Any:
    return dict(list(value.items())[:length]) if isinstance(value, dict) else value[:length]


def _rest(value: Any, length: int) -> Any:
    return dict(list(value.items())[length:]) if isinstance(value, dict) else value[length:]


@cache
def _lists(contract: Contract, low: int = 0, high: int | None = None) -> Drawer[dict[str, Any]]:
    """Draws what each result key holds. The keys beside the main one are mostly empty."""
    most = max(low, 5) if high is None else high
    output = output_shape(contract)
    drawers: dict[str, Drawer[Any]] = {}
    for index, path in enumerate(result_paths(contract)):
        shape = shape_at(output, path)
        if shape.type_name == "list":
            drawers[path] = _few(contract, path) if index else item_lists(contract, path, low, most)
        elif shape.type_name == "map":
            drawers[path] = _map(shape, low, most)
    return lambda draw: {path: each(draw) for path, each in drawers.items()}


def _few(contract: Contract, path: str) -> Drawer[list[Any]]:
    found = pick(lambda draw: [], item_lists(contract, path, 0, 2))
    return lambda draw: one_of(draw, found)


def _map(shape: Any, low: int, high: int) -> Drawer[dict[str, Any]]:
    keys, each = composed(values(shape.key, 1), "key"), composed(values(shape.value, 2), "value")
    found = st.dictionaries(keys, each, min_size=low, max_size=high)
    return lambda draw: dict(draw(found))


@cache
def _frames(contract: Contract) -> Drawer[Members]:
    """Draws the members around the listing: all but the lists, the tokens and what says that more follows."""
    listing = contract.listing
    assert listing is not None
    paths = {*result_paths(contract), *(output_path(each.output) for each in listing.tokens)}
    if listing.more is not None:
        paths.add(output_path(listing.more))
    return _frame(output_shape(contract), sorted(paths.difference({""})))


def _frame(shape: Any, paths: Iterable[str]) -> Drawer[Members]:
    own, inner = set(), {}
    for first, group in groupby(sorted(paths), key=lambda path: path.partition(".")[0]):
        rest = [path.partition(".")[2] for path in group]
        if all(rest):
            inner[first] = _frame(shape.members[first], rest)
        else:
            own.add(first)
    return structures(shape, always=inner, never=own, members=inner)


_FORMS = st.sampled_from([_Form(*each) for each in product((False, True), repeat=3)])


@cache
def _tokens(contract: Contract) -> Drawer[tuple[Any, ...]]:
    """Draws a value for each token."""
    assert contract.listing is not None
    drawers = [token_values(contract, each.input) for each in contract.listing.tokens]
    return lambda draw: tuple([each(draw) for each in drawers])


def _has_token_member(contract: Contract) -> bool:
    """Whether the token is a member of its own, and not computed out of the items."""
    assert contract.listing is not None
    return bool(output_path(contract.listing.token.output))


class _Token(NamedTuple):
    """What is known about one token: where it is in a response, and how the last page writes it."""

    place: int
    path: str
    #: What the last page has always, and what it has where it is written as an empty text; None leaves it out.
    at_the_end: str | None
    written_empty: str | None


class _Pages:
    """Puts the parts of a page together. What the contract and the model say about them is looked up once."""

    def __init__(self, contract: Contract) -> None:
        listing, output = contract.listing, output_shape(contract)
        assert listing is not None
        self.output = output
        self.required = {path: _is_required(output, path) for path in result_paths(contract)}
        self.more = output_path(listing.more or "")
        self.more_required = bool(self.more) and _is_required(output, self.more)
        self.counters = [*counters(contract)]
        self.tokens = [
            _Token(place, path, _last_token(contract, path), "" if may_be_empty_text(contract, path) else None)
            for place, each in enumerate(listing.tokens)
            if (path := output_path(each.output))
        ]
        paths = (*self.required, *(each.path for each in self.tokens), self.more)
        self.nested = any("." in path for path in paths)

    def __call__(
        self, frame: Members, listed: Mapping[str, Any], form: _Form, token: tuple[Any, ...] | None
    ) -> Members:
        """A page, made of the frame; without a token it is the last one."""
        found = frame
        for path, value in listed.items():
            if value or not form.omit_empty or self.required[path]:
                put(found, path, value)
        for each in self.tokens:
            last = each.written_empty if each.at_the_end is None and form.empty_token else each.at_the_end
            if (value := last if token is None else token[each.place]) is not None:
                put(found, each.path, value)
        if self.more and (token is not None or not form.omit_false or self.more_required):
            put(found, self.more, token is not None)
        for counter, path in self.counters:
            if get(found, counter) is not None:
                put(found, counter, len(get(found, path) or ()))
        return _ordered(self.output, found) if self.nested else in_model_order(self.output, found)


def _last_token(contract: Contract, path: str) -> str | None:
    """What the last page always has in place of a token."""
    assert contract.listing is not None
    if "end-by-same-token" in contract.listing.exceptions:
        return "f/the-end"
    return "" if _is_required(output_shape(contract), path) else None


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
