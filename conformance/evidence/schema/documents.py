"""Where each result departs from the model's part of the derived schema.

A response lists hundreds of items that differ little, and several listings repeat each of them, so equal items are looked at once.
"""

import marshal
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ....spec.contract import Contract
from ....spec.schema import response_schema
from ...protocols.base import OfReading, Reading
from ...protocols.notes import pointer
from ..paths import find, place
from .walk import Flaw, SchemaWalk, definition_of

__all__ = ["Document", "documents", "flaws"]


@dataclass(frozen=True, eq=False)
class Document(OfReading):
    """One result as JSON, and where it departs from its operation's output shape; `checked` counts what could have, by rule."""

    reading: Reading
    flaws: tuple[Flaw, ...]
    checked: Mapping[str, int]


def documents(readings: Sequence[Reading], contract: Contract) -> tuple[Document, ...]:
    """The results, with their flaws.

    A service may return more than anybody has the time to look at: once that many items were looked at, only the first ones of each
    further result are.
    """
    found, left = [], _ITEMS
    for reading in readings:
        most = max(left, _FIRST)
        found.append(Document(reading, *flaws(reading, contract, most)))
        left -= min(most, sum(len(each) for each in reading.members.values() if isinstance(each, list)))
    return tuple(found)


#: The version of marshal's format in which equal values, of the same types, are the same bytes.
_PLAIN = 0

#: Items of more bytes than this are not remembered.
_LONG = 2048

#: How many items of all results are looked at, and how many of each further result.
_ITEMS, _FIRST = 50_000, 100


def flaws(reading: Reading, contract: Contract, most: int = _ITEMS) -> tuple[tuple[Flaw, ...], Counter[str]]:
    """The flaws of a result, in no more than so many items of a list, and how many things of each kind could have been one.

    Values that the protocol's rules have a finding about already (a date or a number that cannot be read) are passed over.
    """
    checked: Counter[str] = Counter()
    job, operation = contract.job, reading.exchange.operation
    waived = job.null_when_pending + job.required_when_succeeded if job and operation == contract.operation else ()
    key = (contract.service, operation, waived)
    output = definition_of(_schema(*key))
    lists = {
        name: definition_of(rules["items"])
        for name, rules in _schema(*key)["$defs"][output].get("properties", {}).items()
        if "$ref" in rules.get("items", {}) and isinstance(reading.members.get(name), list)
    }
    rest = {name: [] if name in lists else value for name, value in reading.members.items()}
    flawed, counted = _look.__wrapped__(key, output, marshal.dumps(rest, _PLAIN))
    checked.update(counted)
    found = list(flawed)
    for name, item in lists.items():
        alike: dict[bytes, list[int]] = {}
        for number, each in enumerate(reading.members[name][:most]):
            alike.setdefault(marshal.dumps(each, _PLAIN), []).append(number)
        places: list[tuple[int, Flaw]] = []
        for written, numbers in alike.items():
            flawed, counted = (_look if len(written) < _LONG else _look.__wrapped__)(key, item, written)
            for rule, count in counted.items():
                checked[rule] += count * len(numbers)
            if flawed:
                places.extend((number, each) for number in numbers for each in flawed)
        places.sort(key=lambda each: each[0])
        found.extend(Flaw(each.rule, f"/{name}/{n}{each.path}", each.expected, each.actual) for n, each in places)
    found.extend(_late(reading, contract))
    passed = reading.unparsed | _ends(reading, contract) | _echoes(reading, contract)
    return tuple(each for each in found if each.path not in passed), checked


def _ends(reading: Reading, contract: Contract) -> frozenset[str]:
    """Where a list has an empty token or none, which end a listing alike, whatever its bounds are and whether the model requires it."""
    if contract.job is not None or contract.listing is None:
        return frozenset()
    tokens = contract.listing.tokens
    return frozenset(place(each.output) for each in tokens if find(reading.members, each.output) in ("", None))


def _echoes(reading: Reading, contract: Contract) -> frozenset[str]:
    """Members that repeat the token of the request (Route 53 requires its Marker): the first request of a listing has none."""
    parameters = reading.exchange.parameters
    if contract.job is not None or contract.listing is None or parameters is None:
        return frozenset()
    inputs = (each.input for each in contract.listing.tokens)
    return frozenset(pointer("", each) for each in inputs if each not in parameters and each not in reading.members)


def _late(reading: Reading, contract: Contract) -> Iterator[Flaw]:
    """Members that the model requires and that responses have only once the job has succeeded."""
    job = contract.job
    if job is None or reading.exchange.operation != contract.operation:
        return
    if find(reading.members, job.status) in job.succeeded:
        for name in job.required_when_succeeded:
            if name not in reading.members:
                yield Flaw("shape.required", f"/{name}", f"{name}, which is required", "nothing")


#: A service, an operation, and members of its output that are not required in every response.
_Key = tuple[str, str, tuple[str, ...]]


@lru_cache(maxsize=32)
def _schema(service: str, operation: str, waived: tuple[str, ...]) -> dict[str, Any]:
    """The schema without what depends on the job's status: that has rules of its own."""
    whole = response_schema(service, operation)
    first: dict[str, Any] = whole["allOf"][0] if "allOf" in whole else {"$ref": whole["$ref"]}
    definitions = dict(whole["$defs"])
    root = definitions[definition_of(first)]
    required = [name for name in root.get("required", ()) if name not in waived]
    definitions[definition_of(first)] = {name: each for name, each in root.items() if name != "required"} | (
        {"required": required} if required else {}
    )
    return {"$schema": whole["$schema"], **first, "$defs": definitions}


#: Bounded, so that a server that never repeats itself does not fill the memory.
@lru_cache(maxsize=1 << 14)
def _look(key: _Key, definition: str, written: bytes) -> tuple[tuple[Flaw, ...], Mapping[str, int]]:
    """The flaws of one structure, and how many things of each kind could have been one."""
    walk = SchemaWalk(key[0], definition, _schema(*key)["$defs"])
    walk.visit({"$ref": definition}, marshal.loads(written), ())
    return tuple(walk.flaws), dict(walk.checked)
