"""What a program prints: one JSON array, or one JSON value after another, one item each."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ...errors import counted, cut
from ...spec.contract import Contract
from ...strategies.values.constraints import get, item_shape
from .judging.formatting import one
from .judging.run import ClientFinding, ClientRun, ClientStopped, Raised, Returned

__all__ = ["Unreadable", "explained", "normal_items", "read_output"]


class Unreadable(ValueError):
    """What a program printed is not JSON."""


def read_output(contract: Contract, printed: bytes, key: str | None) -> Any:
    """One JSON value, or several, in the form in which items are compared; ``null`` is an empty list.

    :raises Unreadable: where it is not JSON; its text says what is wrong.
    """
    try:
        text = printed.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"its standard output is not UTF-8: {printed[error.start : error.start + 1]!r} is byte {error.start}"
        ) from None
    values = list(_values(text))
    found = values[0] if len(values) == 1 else values
    if found is None:
        return []
    if isinstance(found, dict):
        found = [found] if _is_item(contract, found) else found
    if not isinstance(found, list):
        return found
    return found if key is not None else [_read_item(contract, each) for each in found]


def _values(text: str) -> Iterator[Any]:
    """JSON values with white space between them: one on each line, or on several lines each, as ``jq`` writes them."""
    decoder, index = json.JSONDecoder(), 0
    while (start := _BLANKS.match(text, index).end()) < len(text):  # type: ignore[union-attr]
        try:
            value, index = decoder.raw_decode(text, start)
        except RecursionError:
            raise Unreadable(f"{_line(text, start)} is nested too deeply") from None
        except ValueError:
            raise _not_json(text, start) from None
        if index < len(text) and text[index] not in _BLANK:
            raise _not_json(text, start)
        yield value


_BLANK = " \t\r\n"
_BLANKS = re.compile(f"[{_BLANK}]*")


def _line(text: str, index: int) -> str:
    return f"line {1 + text.count(chr(10), 0, index)} of its standard output"


def _not_json(text: str, index: int) -> Unreadable:
    shown = cut(text[index : index + 200].partition("\n")[0].strip(), 60)
    return Unreadable(f"{_line(text, index)} is not JSON: {shown!r}")


def _is_item(contract: Contract, value: dict[str, Any]) -> bool:
    """Whether a single object is an item, and not a whole response."""
    assert contract.listing is not None
    identity = contract.listing.identity
    return identity not in (None, "@") and get(value, identity) is not None


def normal_items(contract: Contract, items: Any) -> Any:
    """True items in the same form."""
    return [_normal(item_shape(contract), each) for each in items] if isinstance(items, list) else items


def _read_item(contract: Contract, value: Any) -> Any:
    """An item in the form in which items are compared; what has none of its members stays what it is."""
    shape = item_shape(contract)
    is_one = shape.type_name != "structure" or not isinstance(value, dict) or not value or shape.members.keys() & value
    return _normal(shape, value) if is_one else value


def _normal(shape: Any, value: Any) -> Any:
    """A value as any language may write it: nulls and unknown members left out, times as instants, blobs as Base64."""
    if shape is None:
        return value
    if shape.type_name == "structure" and isinstance(value, Mapping) and not getattr(shape, "is_document_type", False):
        return {
            name: _normal(shape.members[name], each)
            for name, each in value.items()
            if each is not None and name in shape.members
        }
    if shape.type_name == "list" and isinstance(value, list):
        return [_normal(shape.member, each) for each in value]
    if shape.type_name == "map" and isinstance(value, Mapping):
        return {name: _normal(shape.value, each) for name, each in value.items()}
    if shape.type_name == "timestamp":
        return _instant(value)
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _instant(value: Any) -> Any:
    try:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
        return datetime.fromisoformat(value) if isinstance(value, str) else value
    except (ValueError, OverflowError, OSError):
        return value


def explained(run: ClientRun, finding: ClientFinding, key: str | None) -> ClientFinding:
    """The finding with what was printed and what is expected, where a program prints something other than items."""
    listing = run.contract.listing
    assert listing is not None
    if isinstance(run.end, Raised) and isinstance(run.end.error, Unreadable):
        should = f"print only the {listing.nouns}, as one JSON array or one JSON value a line, and everything else on standard error"
        should += "; a string in JSON has quotation marks" if key is not None else ""
        return replace(finding, what=str(run.end.error), should=should)
    if isinstance(run.end, ClientStopped) and not run.scenario.mutation and _is_read(run):
        should = (
            f"once it has read the listing, it prints the {listing.nouns} and nothing else on standard output, and ends"
        )
        return replace(finding, should=should)
    if finding.rule != "client.complete" or not isinstance(run.end, Returned):
        return finding
    value, key_hint = run.end.value, ""
    if listing.identity and listing.identity.isidentifier():
        key_hint = f", such as --key {listing.identity}"
    if isinstance(value, dict):
        return replace(
            finding,
            what=f"it printed one JSON object with {_names(value)}, which is not {one(listing.noun)}",
            should=f"print the {listing.nouns} of all pages as one JSON array, or one JSON value a line, not a whole response",
        )
    if not isinstance(value, list):
        what = f"it printed {json.dumps(value)[:60]}, which is not a list of {listing.nouns}"
        return replace(
            finding, what=what, should=f"print the {listing.nouns} as one JSON array, or one JSON value a line"
        )
    if key is not None or item_shape(run.contract).type_name != "structure" or not value:
        return finding
    known = item_shape(run.contract).members.keys()
    odd = [each for each in value if not isinstance(each, dict) or (each and not known & each)]
    if not odd:
        return finding
    first = odd[0]
    if isinstance(first, dict):
        return replace(
            finding,
            what=f"it printed a JSON object with {_names(first)}, which {one(listing.noun)} does not have",
            should=f"print each {listing.noun} with its members as AWS names them, not whole pages, or pass --key with the member that is printed"
            + key_hint,
        )
    if isinstance(first, list):
        return replace(
            finding,
            what=f"it printed {counted(len(odd), 'JSON array')} of {', '.join(str(len(each)) for each in odd[:3])} values",
            should=f"print one JSON array in all, or each {listing.noun} on a line of its own",
        )
    return replace(
        finding,
        what=f"it printed {counted(len(odd), 'value')} that are not JSON objects, such as {cut(repr(first), 60)}",
        should=f"print each {listing.noun} as a JSON object, or pass --key with the member that is printed{key_hint}",
    )


def _is_read(run: ClientRun) -> bool:
    """Whether the program got the last page, and requested nothing more."""
    last = run.calls[-1] if run.calls else None
    return last is not None and last.succeeded and last.next is None


def _names(value: Mapping[str, Any]) -> str:
    return ", ".join(cut(each, 40) for each in list(value)[:4])
