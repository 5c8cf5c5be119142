"""Listings: where a token leads, in which order rows come, where a page ends, and what its token is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from operator import attrgetter
from typing import Any
from zlib import crc32

from ...spec.contract import Contract, SortKey
from ...spec.order import reversed_labels
from .. import errors
from ..behaviour import Nulls
from ..lists.items import ListedItem
from ..paths import get
from ..records import Call, Cursor, Read, Row, ServedPage, StartedJob
from ..report_rows import Entity, Service

__all__ = [
    "beginning", "by_time", "issue_token", "order", "paginate", "resume", "said", "sort_key", "token_sent", "value_at",
]  # fmt: skip

_KEY = attrgetter("key")

#: What the texts of empty tokens are, one or several.
_EMPTY = ("", "0", "\0")


def resume(call: Call, job: StartedJob, cursors: Mapping[str, Cursor]) -> Cursor:
    """The start of the listing, or where the token says."""
    first, token = beginning(call, job), token_sent(call)
    if token is None:
        return first
    if call.served.tokens[0].by_item is not None:
        return first._replace(start=-1, page=1, last=token)
    if token not in cursors:
        if token in _EMPTY and call.served.empty_token_starts:
            return first
        raise errors.unknown_token(call)
    cursor = cursors[token]
    if _is_alone(call):
        return cursor
    if (cursor.job, cursor.sort, cursor.operation, cursor.bound) != (
        first.job,
        first.sort,
        first.operation,
        first.bound,
    ):
        text = f"This {call.served.tokens[0].input} belongs to another listing."
        raise errors.invalid_input(call, text) if call.contract.job else errors.unknown_token(call, text)
    return cursor


def beginning(call: Call, job: StartedJob) -> Cursor:
    """The start of the listing that is requested."""
    sort, report = call.contract.sort, call.contract.report
    value = call.text(sort.parameter) or sort.default if sort is not None else ""
    # A token belongs to its job and sort key. The tokens of entities go with any service; those of other listings with all parameters.
    bound = "" if call.contract.job is not None or report is not None else _bound(call)
    return Cursor(job.id, value, operation=call.operation, bound=bound)


def token_sent(call: Call) -> str | None:
    """The token of the request; several tokens are one, as long as they belong together."""
    forms = [each for each in call.served.tokens if each.input in call.parameters]
    if not forms:
        return None
    texts = [each.read(call.parameters[each.input]) for each in forms]
    if len(call.served.tokens) == 1 or forms[0] is not call.served.tokens[0]:
        return texts[0]
    expected = [companion(call, texts[0], each) for each in range(len(forms))]
    return texts[0] if texts == expected else "\0".join(texts)


def companion(call: Call, token: str, index: int) -> str:
    """The text of a listing's other tokens, which goes with that of the first."""
    return token if not index else call.served.tokens[index].text(sha256(f"{index} {token}".encode()).digest())


def sort_key(call: Call, cursor: Cursor) -> SortKey:
    """The order that is requested. A value that was let through although it is wrong counts as none."""
    contract = call.contract
    if contract.sort is not None:
        return next((each for each in contract.sort.keys if each.value == cursor.sort), contract.sort.default_key)
    if contract.order is not None:
        return SortKey("", contract.order.by, contract.order.type, contract.order.descending)
    return SortKey("", (contract.listing.identity if contract.listing else None) or "@")


def order(read: Read) -> tuple[Row, ...]:
    """All rows under the sort key."""
    if read.sort.type == "time" and read.contract.job is not None:
        return _by_access(read.rows, read.sort, read.call.behaviour.nulls)
    listing = read.contract.listing
    if read.call.behaviour.given is not None and read.contract.sort is None and read.contract.order is None:
        return read.rows  # no order is documented: it is theirs
    if listing is not None and read.sort.type == "text" and read.sort.by in (listing.identity, "@"):
        return tuple(sorted(read.rows, key=_KEY, reverse=read.sort.descending))
    written = reversed_labels if read.sort.type == "domain" else lambda value: value

    def place(row: Row) -> tuple[Any, ...]:
        return _comparable(written(value_at(read.contract, row, read.sort.by)), row.key)

    return tuple(sorted(read.rows, key=place, reverse=read.sort.descending))


def by_time(read: Read) -> bool:
    """Whether the listing is sorted by when its rows were last accessed."""
    return read.sort.type == "time" and read.contract.job is not None


def value_at(contract: Contract, row: Row, path: str) -> Any:
    """What a row has at a path of the contract."""
    if isinstance(row, ListedItem):
        return row.key if path == "@" else get(row.value, path)
    report, listing = contract.report, contract.listing
    if listing is not None and path == listing.identity:
        return row.key
    if report is not None and path == report.time:
        return row.time
    return row.name if report is not None and path == report.name and isinstance(row, (Service, Entity)) else row.key


def paginate(read: Read, rows: tuple[Row, ...]) -> ServedPage:
    """The page that starts at the cursor, no longer than the limit and the behaviour allow."""
    behaviour, cursor = read.call.behaviour, read.cursor
    first = cursor.start if cursor.start >= 0 else _after(read, rows)
    lengths = [read.limit]
    if behaviour.page_cap is not None:
        lengths.append(behaviour.page_cap)
    if behaviour.page_plan:
        lengths.append(behaviour.page_plan[cursor.page % len(behaviour.page_plan)])
    end = min(first + min(lengths), len(rows))
    more = end < len(rows) or (behaviour.empty_last_page and first < end)
    last = said(read.call, rows[end - 1]) if end else ""
    return ServedPage(rows[first:end], cursor._replace(start=end, page=cursor.page + 1, last=last) if more else None)


def issue_token(read: Read, cursor: Cursor) -> str:
    """A token that says nothing and cannot be guessed: a digest, in the form that the behaviour gives it."""
    form, behaviour = read.call.served.tokens[0], read.call.behaviour
    if form.by_item is not None:
        return cursor.last
    fresh = read.call.number if behaviour.fresh_tokens else ""
    token = form.text(sha256(f"token {fresh} {tuple(cursor)[:-1]}".encode()).digest())
    return behaviour.token_form.replace("{}", token) if form.type == "string" else token


def said(call: Call, row: Row) -> str:
    """What a row says as a token, where rows say it: its key, or another member."""
    path = call.served.tokens[0].by_item
    return str(get(row.value, path)) if path not in (None, "@") and isinstance(row, ListedItem) else row.key


def _after(read: Read, rows: tuple[Row, ...]) -> int:
    """The index of the first row behind the key that the cursor names, whether there is such a row or not."""
    last = read.cursor.last
    keys = [said(read.call, each) for each in rows]
    return keys.index(last) + 1 if last in keys else sum(each <= last for each in keys)


def _is_alone(call: Call) -> bool:
    """Whether the token came without the other parameters, which it stands for where the contract says so."""
    listing = call.contract.listing
    assert listing is not None
    return "token-alone" in listing.exceptions and call.parameters.keys() <= call.served.paging


def _bound(call: Call) -> str:
    """The parameters besides those that say which page, as one text."""
    others = {name: each for name, each in call.parameters.items() if name not in call.served.paging}
    return _ENCODER.encode(others) if others else ""


_ENCODER = json.JSONEncoder(sort_keys=True, default=str)


def _comparable(value: Any, key: str) -> tuple[Any, ...]:
    """A value with the key behind it, so that whatever ties has an order; what is missing comes first."""
    if isinstance(value, datetime):
        return True, value.timestamp(), key
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value is not None, "" if value is None else str(value), key
    return True, value, key


def _by_access(rows: tuple[Row, ...], sort: SortKey, nulls: Nulls) -> tuple[Row, ...]:
    """Ties stand in a fixed order that is neither alphabetical nor by region; descending is the exact reverse."""
    used = sorted(
        (each.time.timestamp(), _scattered(each), each) for each in rows if each.time is not None
    )  # the scatter and the key within it decide before two rows are ever compared
    timed = tuple(each for *_, each in (reversed(used) if sort.descending else used))
    unused = sorted((each for each in rows if each.time is None), key=_scattered, reverse=sort.descending)
    nulls_first = {"first": True, "last": False, "low": not sort.descending, "high": sort.descending}[nulls]
    return (*unused, *timed) if nulls_first else (*timed, *unused)


def _scattered(row: Row) -> tuple[int, str]:
    return crc32(row.key.encode()), row.key
