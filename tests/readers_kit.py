"""Correct readers of a listing: what they make of it is the same in whatever pages it comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from botocore import xform_name

from awscontract.clients.repage.cutting.contracts import paging_of
from awscontract.clients.repage.cutting.pages import get
from awscontract.clients.repage.cutting.requests import next_tokens, with_limit

Client = Any
Parameters = dict[str, Any]


class Listed(NamedTuple):
    """What a reader knows about the operation that it reads: all of it is public."""

    client: Client
    operation: str
    parameters: Parameters

    @property
    def paging(self) -> Any:
        return paging_of(self.client.meta.service_model, self.operation)

    @property
    def has_paginator(self) -> bool:
        return bool(self.client.can_paginate(xform_name(self.operation)))

    @property
    def paginator(self) -> Any:
        return self.client.get_paginator(xform_name(self.operation))

    def send(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        response: dict[str, Any] = getattr(self.client, xform_name(self.operation))(**parameters)
        return response

    def items(self, page: Mapping[str, Any]) -> list[Any]:
        """The items of a page in the order of their lists, each with its list."""
        return [(path, each) for path in self.paging.items for each in get(page, path) or []]

    def pages(self, limits: tuple[int | None, ...] = (None,)) -> Iterator[dict[str, Any]]:
        """The loop that the documentation describes, with another limit for each page."""
        parameters = dict(self.parameters)
        for number in range(200):
            limit = limits[number % len(limits)]
            if limit and self.paging.limit:
                parameters = with_limit(self.paging, parameters, max(limit, self.paging.limit_minimum))
            page = self.send(parameters)
            yield page
            found = next_tokens(self.paging, page)
            if found is None:
                return
            for (name, _), token in zip(self.paging.tokens, found, strict=True):
                parameters.pop(name, None)
                if token is not None:
                    parameters[name] = token
        raise AssertionError("the listing does not end")


def by_path(items: list[Any]) -> dict[Any, list[Any]]:
    """The lists, each in its order."""
    found: dict[Any, list[Any]] = {}
    for path, each in items:
        found.setdefault(path, []).append(each)
    return found


# --- the readers


def paginator(listed: Listed, number: int) -> Any:
    return by_path([each for page in listed.paginator.paginate(**listed.parameters) for each in listed.items(page)])


def paginator_with_page_size(listed: Listed, number: int) -> Any:
    size = max(number, listed.paging.limit_minimum)
    size = str(size) if listed.paging.limit_is_text else size
    parameters = {name: each for name, each in listed.parameters.items() if name != listed.paging.limit}
    pages = listed.paginator.paginate(**parameters, PaginationConfig={"PageSize": size})
    return by_path([each for page in pages for each in listed.items(page)])


def full_result(listed: Listed, number: int) -> Any:
    """All that botocore adds up, counts and lists beside the main one included, and what it takes from the first page."""
    result = listed.paginator.paginate(**listed.parameters).build_full_result()
    return {name: each for name, each in result.items() if name not in ("ResponseMetadata", "ScannedCount")}


def search(listed: Listed, number: int) -> Any:
    main = ".".join(listed.paging.items[0])
    found = listed.paginator.paginate(**listed.parameters).search(f"{main}[]")
    return [each for each in found if each is not None]  # of a page without the list


def in_portions(listed: Listed, number: int) -> Any:
    """Some items at a time, each time by a paginator that goes on where the last one stopped."""
    main, found, token = listed.paging.items[0], [], None
    for _ in range(200):
        config = {"MaxItems": number, "StartingToken": token}
        result = listed.paginator.paginate(**listed.parameters, PaginationConfig=config).build_full_result()
        found += get(result, main) or []
        token = result.get("NextToken")
        if token is None:
            return found
    raise AssertionError("the listing does not end")


def loop(listed: Listed, number: int) -> Any:
    return by_path([each for page in listed.pages() for each in listed.items(page)])


def loop_with_changing_limits(listed: Listed, number: int) -> Any:
    return by_path([each for page in listed.pages((number, number + 2, 1)) for each in listed.items(page)])


def until_enough(listed: Listed, number: int) -> Any:
    """It stops as soon as it has a few of the main list."""
    main = listed.paging.items[0]
    return list(islice((each for page in listed.pages() for each in get(page, main) or []), number))


def two_at_once(listed: Listed, number: int) -> Any:
    """Two listings take turns; the second one is left in the middle."""
    first, second = listed.pages(), islice(listed.pages(), number)
    items: list[Any] = []
    for page in first:
        items += listed.items(page)
        next(second, None)
    return by_path(items)


def other_members(listed: Listed, number: int) -> Any:
    """What is on the pages besides: members that are neither results nor about the paging."""
    paging = listed.paging
    results = {path[0] for path in (*paging.items, *paging.beside, *paging.counts, *paging.says_more)}
    about = {"ResponseMetadata", *(name for name, _ in paging.tokens), paging.limit}
    found: list[Any] = []
    for page in listed.pages():
        others = {name: each for name, each in page.items() if name not in results | about}
        found += [] if others in found else [others]
    return found


Reader = Callable[[Listed, int], Any]

READERS: tuple[Reader, ...] = (
    paginator,
    paginator_with_page_size,
    full_result,
    search,
    in_portions,
    loop,
    loop_with_changing_limits,
    until_enough,
    two_at_once,
    other_members,
)

#: Those that botocore's paginators read for.
_PAGINATED = (paginator, paginator_with_page_size, full_result, search, in_portions)


def readers_of(listed: Listed) -> tuple[Reader, ...]:
    """The readers that there can be of an operation: botocore has no paginator for some."""
    return tuple(each for each in READERS if listed.has_paginator or each not in _PAGINATED)


#: Those that ask for small pages.
LIMITING = frozenset({paginator_with_page_size, loop_with_changing_limits})
