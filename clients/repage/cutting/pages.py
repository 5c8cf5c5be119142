"""Pages out of a parsed response, which itself is never changed: mocks hand out the same one again and again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .contracts import Paging, Path

__all__ = ["Item", "Tokens", "get", "items_of", "page_of", "put"]

#: Where a page has its tokens.
Tokens = Mapping[Path, Any]

#: An item, with the number of the list that it is from; of a map a pair of key and value.
Item = tuple[int, Any]


def items_of(paging: Paging, response: Mapping[str, Any]) -> list[Item] | None:
    """The items of a response in the order in which they are served; None where its lists are no lists."""
    found: list[Item] = []
    for number, path in enumerate(paging.items):
        values = get(response, path)
        if isinstance(values, dict):
            found += [(number, each) for each in values.items()]
        elif isinstance(values, list | tuple):
            found += [(number, each) for each in values]
        elif values is not None:
            return None
    if paging.ordered_by and len({number for number, _ in found}) > 1:
        found.sort(key=lambda item: str(get(item[1], (paging.ordered_by[item[0]],))))
    return found


def page_of(
    paging: Paging, response: Mapping[str, Any], items: list[Item], shown: slice, tokens: Tokens | None, *, first: bool
) -> dict[str, Any]:
    """The page with these items. With tokens it says that more follows; without them it ends as the response does.

    `first` says whether it is the first page of the response.
    """
    page = dict(response)
    served: dict[int, list[Any]] = {number: [] for number in range(len(paging.items))}
    for number, item in items[shown]:
        served[number].append(item)
    for number, path in enumerate(paging.items):
        whole = get(response, path)
        if whole is None:
            continue
        if not served[number] and path in paging.absent_if_empty:
            remove(page, path)
        else:
            put(page, path, dict(served[number]) if isinstance(whole, dict) else served[number])
    _put_beside(paging, response, page, len(items), shown, first)
    if tokens is not None:
        for path, token in tokens.items():
            put(page, path, token) if token is not None else remove(page, path)
        if paging.more is not None:
            put(page, paging.more, True)
    metadata = response.get("ResponseMetadata")
    if isinstance(metadata, dict):
        page["ResponseMetadata"] = {
            name: dict(each) if isinstance(each, dict) else each for name, each in metadata.items()
        }
    return page


def _put_beside(
    paging: Paging, response: Mapping[str, Any], page: dict[str, Any], total: int, shown: slice, first: bool
) -> None:
    """Lists that go along with the main one, item by item, are cut like it; whatever else is added up is on the first page."""
    size = shown.stop - shown.start
    for path in paging.beside:
        whole = get(response, path)
        if isinstance(whole, list):
            main = get(response, paging.items[0])
            along = isinstance(main, list) and len(main) == len(whole) and len(paging.items) == 1
            put(page, path, whole[shown] if along else list(whole) if first else [])
        elif type(whole) is int:
            put(page, path, size if whole == total else whole if first else 0)
    for path in paging.counts:
        if get(response, path) == total:
            put(page, path, size)


def get(response: Any, path: Path) -> Any:
    """The value at a path; None where there is none."""
    for name in path:
        response = response.get(name) if isinstance(response, Mapping) else None
    return response


def put(page: dict[str, Any], path: Path, value: Any) -> None:
    """Put a value at a path. What is on the way is copied; `page` itself is changed."""
    *outer, last = path
    for name in outer:
        inner = page.get(name)
        page[name] = page = dict(inner) if isinstance(inner, Mapping) else {}
    page[last] = value


def remove(page: dict[str, Any], path: Path) -> None:
    """Likewise, take a value away."""
    *outer, last = path
    for name in outer:
        page[name] = page = dict(page.get(name, {}))
    page.pop(last, None)
