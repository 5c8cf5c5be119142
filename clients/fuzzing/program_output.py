"""What a program prints: one JSON array, or JSON lines, one item each."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ...errors import cut
from ...spec.contract import Contract
from ...strategies.values.constraints import get, item_shape
from .judging.run import ClientFinding, ClientRun, Raised, Returned

__all__ = ["Unreadable", "explained", "normal_items", "read_output"]


class Unreadable(ValueError):
    """What a program printed is neither one JSON value nor one on each line."""


def read_output(contract: Contract, text: str, key: str | None) -> Any:
    """One JSON value, or one a line, in the form in which items are compared; ``null`` is an empty list.

    :raises Unreadable: where it is not JSON; its text says what is wrong.
    """
    try:
        found = json.loads(text)
    except RecursionError:
        raise Unreadable("its standard output is nested too deeply") from None
    except ValueError:
        found = _lines(text)
    if found is None:
        return []
    if isinstance(found, dict):
        found = [found] if _is_item(contract, found) else found
    if not isinstance(found, list):
        return found
    return found if key is not None else [_normal(item_shape(contract), each) for each in found]


def _lines(text: str) -> list[Any]:
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            found.append(json.loads(line))
        except RecursionError:
            raise Unreadable(f"line {number} of its standard output is nested too deeply") from None
        except ValueError:
            shown = cut(line.strip(), 60)
            raise Unreadable(f"line {number} of its standard output is not JSON: {shown!r}") from None
    return found


def _is_item(contract: Contract, value: dict[str, Any]) -> bool:
    """Whether a single object is an item, and not a whole response."""
    assert contract.listing is not None
    identity = contract.listing.identity
    return identity not in (None, "@") and get(value, identity) is not None


def normal_items(contract: Contract, items: Any) -> Any:
    """True items in the same form."""
    return [_normal(item_shape(contract), each) for each in items] if isinstance(items, list) else items


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
        return replace(finding, what=str(run.end.error), should=should)
    if finding.rule != "client.complete" or not isinstance(run.end, Returned):
        return finding
    value = run.end.value
    if isinstance(value, dict):
        names = ", ".join(list(value)[:4])
        return replace(
            finding,
            what=f"it printed one JSON object with {names}, which is not a {listing.noun}",
            should=f"print the {listing.nouns} of all pages as one JSON array, or one JSON value a line, not a whole response",
        )
    plain = isinstance(value, list) and value and not any(isinstance(each, dict) for each in value)
    if plain and key is None and item_shape(run.contract).type_name == "structure":
        return replace(
            finding,
            what=f"it printed {len(value)} values that are not JSON objects, such as {value[0]!r}",
            should=f"print each {listing.noun} as a JSON object, or pass --key with the member that is printed"
            + (f", such as --key {listing.identity}" if listing.identity and listing.identity.isidentifier() else ""),
        )
    return finding
