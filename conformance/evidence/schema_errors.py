"""Where a result departs from the model's part of the derived schema, sorted into the shape rules by the schema's keywords.

A response lists hundreds of items that differ little, and several listings repeat each of them, so equal items are looked at once. The
keywords are those that derived schemas have, and mean what JSON Schema says.
"""

import json
import marshal
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ...spec.contract import Contract
from ...spec.model import service
from ...spec.schema import response_schema
from ..protocols.base import Reading
from ..protocols.timestamps import read_rfc3339
from .paths import find, place

__all__ = ["Document", "Flaw", "documents", "flaws"]

_TYPES: Mapping[str, type] = {"string": str, "boolean": bool, "array": list, "object": dict, "null": type(None)}


def _is(value: Any, kind: str) -> bool:
    """Whether a value is of a type of JSON Schema's: an integer may be written 5.0, and a boolean is not a number."""
    if kind in _TYPES:
        return isinstance(value, _TYPES[kind])
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and (kind == "number" or isinstance(value, int) or bool(value.is_integer()))


def _is_any(value: Any, kinds: str | list[str]) -> bool:
    return _is(value, kinds) if isinstance(kinds, str) else any(_is(value, each) for each in kinds)


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@dataclass(frozen=True, slots=True)
class _Keyword:
    """A keyword: the rule that it stands for, the type of the values that it is about, when it holds, and what a message expects."""

    rule: str
    about: str | None
    holds: Callable[[Any, Any], bool]
    expected: str


#: A number out of its 32 bits and a text that is not a date are of the wrong type.
_KEYWORDS = {
    "type": _Keyword("shape.type", None, _is_any, "a value of type {}"),
    "format": _Keyword("shape.type", "string", lambda text, _: read_rfc3339(text) is not None, "a {}"),
    "minimum": _Keyword("shape.type", "number", lambda number, bound: bool(number >= bound), "at least {}"),
    "maximum": _Keyword("shape.type", "number", lambda number, bound: bool(number <= bound), "at most {}"),
    "enum": _Keyword("shape.enum", None, lambda value, values: value in values, "one of {}"),
    "minLength": _Keyword("shape.length", "string", lambda text, least: len(text) >= least, "at least {} characters"),
    "maxLength": _Keyword("shape.length", "string", lambda text, most: len(text) <= most, "at most {} characters"),
    "pattern": _Keyword(
        "shape.pattern",
        "string",
        lambda text, pattern: _compiled(pattern).search(text) is not None,
        "a text that matches {}",
    ),
}


@dataclass(frozen=True, slots=True)
class Flaw:
    """One violation of one keyword: the rule that it breaks, where, what was expected and what is there."""

    rule: str
    path: str
    expected: str
    actual: str


@dataclass(frozen=True, eq=False)
class Document:
    """One result as JSON, and where it departs from its operation's output shape; `checked` counts what could have, by rule."""

    reading: Reading
    flaws: tuple[Flaw, ...]
    checked: Mapping[str, int]

    @property
    def exchanges(self) -> tuple[int, ...]:
        """The one exchange that holds it."""
        return (self.reading.exchange.index,)


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
    output = _name(_schema(*key))
    lists = {
        name: _name(rules["items"])
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
    passed = reading.unparsed | _empty_tokens(reading, contract) | _echoes(reading, contract)
    return tuple(each for each in found if each.path not in passed), checked


def _empty_tokens(reading: Reading, contract: Contract) -> frozenset[str]:
    """Where a list has an empty token, which ends a listing as an absent one does, whatever its bounds are."""
    if contract.job is not None or contract.listing is None:
        return frozenset()
    return frozenset(place(each.output) for each in contract.listing.tokens if find(reading.members, each.output) == "")


def _echoes(reading: Reading, contract: Contract) -> frozenset[str]:
    """Members that repeat the token of the request (Route 53 requires its Marker): the first request of a listing has none."""
    parameters = reading.exchange.parameters
    if contract.job is not None or contract.listing is None or parameters is None:
        return frozenset()
    inputs = (each.input for each in contract.listing.tokens)
    return frozenset(_pointer(each) for each in inputs if each not in parameters and each not in reading.members)


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
    root = definitions[_name(first)]
    required = [name for name in root.get("required", ()) if name not in waived]
    definitions[_name(first)] = {name: each for name, each in root.items() if name != "required"} | (
        {"required": required} if required else {}
    )
    return {"$schema": whole["$schema"], **first, "$defs": definitions}


def _name(reference: Mapping[str, Any]) -> str:
    return str(reference["$ref"]).rpartition("/")[2]


#: Bounded, so that a server that never repeats itself does not fill the memory.
@lru_cache(maxsize=1 << 14)
def _look(key: _Key, definition: str, written: bytes) -> tuple[tuple[Flaw, ...], Mapping[str, int]]:
    """The flaws of one structure, and how many things of each kind could have been one."""
    walk = _Walk(key[0], definition, _schema(*key)["$defs"])
    walk.visit({"$ref": definition}, marshal.loads(written), ())
    return tuple(walk.flaws), dict(walk.checked)


@dataclass
class _Walk:
    """A walk over one value, with what it found."""

    service: str
    root: str
    definitions: Mapping[str, Any]
    flaws: list[Flaw] = field(default_factory=list)
    checked: Counter[str] = field(default_factory=Counter)

    def visit(self, rules: Mapping[str, Any], value: Any, path: tuple[str | int, ...]) -> None:
        """Check a value and everything below it."""
        if "else" in rules:  # an optional structure, which may be null
            if value is None:
                return
            rules = rules["else"]
        if "$ref" in rules:
            self._structure(self.definitions[_name(rules)], value, path)
            return
        for keyword in rules.keys() & _KEYWORDS.keys():
            self.checked[_KEYWORDS[keyword].rule] += 1
        typed = self._holds("type", rules, value, path)
        for keyword in rules:
            if keyword in _KEYWORDS and keyword != "type" and (typed or keyword != "enum"):
                self._holds(keyword, rules, value, path)
        if "pattern" in rules and isinstance(value, str):
            self._whole(rules["pattern"], value, path)
        if isinstance(value, list):
            for number, each in enumerate(value):
                self.visit(rules.get("items", {}), each, (*path, number))
        elif isinstance(value, dict) and isinstance(rules.get("additionalProperties"), dict):
            for name, each in value.items():
                self.visit(rules["additionalProperties"], each, (*path, name))

    def _structure(self, body: Mapping[str, Any], value: Any, path: tuple[str | int, ...]) -> None:
        if not self._holds("type", body, value, path):
            return
        self.checked["shape.required"] += 1
        for name in body.get("required", ()):
            if name not in value:
                at = _pointer(*path, name)
                self.flaws.append(Flaw("shape.required", at, f"{name}, which is required", "nothing"))
        for name, rules in body.get("properties", {}).items():
            if name in value:
                self.visit(rules, value[name], (*path, name))

    def _holds(self, name: str, rules: Mapping[str, Any], value: Any, path: tuple[str | int, ...]) -> bool:
        """Whether one keyword's demand is met. What documentation allows is no flaw."""
        keyword, wanted = _KEYWORDS[name], rules.get(name)
        if wanted is None or (keyword.about and not _is(value, keyword.about)) or keyword.holds(value, wanted):
            return True
        if not _documented(self.service, self.root, name, wanted, value, path):
            self.flaws.append(
                Flaw(keyword.rule, _pointer(*path), keyword.expected.format(_wanted(wanted)), _shown(value))
            )
        return False

    def _whole(self, pattern: str, text: str, path: tuple[str | int, ...]) -> None:
        """A text that matches somewhere and not as a whole: valid by the letter of the model, refused by IAM itself."""
        self.checked["shape.pattern-whole"] += 1
        if _compiled(pattern).search(text) and not _compiled(pattern).fullmatch(text):
            expected = f"a text that matches {pattern} as a whole"
            self.flaws.append(Flaw("shape.pattern-whole", _pointer(*path), expected, _shown(text)))


#: What Route 53 writes in front of its ids, whose bounds are those of the id alone.
_PREFIX = re.compile(r"/(hostedzone|healthcheck|change|delegationset)/")


def _documented(
    service_name: str, definition: str, keyword: str, wanted: Any, value: Any, path: tuple[str | int, ...]
) -> bool:
    """Whether a value is valid although the model's constraint excludes it: AWS's own documentation or its examples say so.

    EC2 writes values of enumerations in lower case that its model has in capitals (``available``).
    """
    if not isinstance(value, str):
        return False
    if keyword == "maxLength" and service_name == "route53":
        return len(_PREFIX.sub("", value, count=1)) <= int(wanted)
    if keyword != "enum":
        return False
    if service_name == "ec2" and value.lower() in {str(each).lower() for each in wanted}:
        return True
    prose = _prose(service_name, definition, path)
    return f"<code>{value}</code>" in prose if value else "empty string" in prose


def _prose(service_name: str, definition: str, path: tuple[str | int, ...]) -> str:
    """The model's documentation of a member at a path below a shape."""
    try:
        shape: Any = service(service_name).shape_for(definition)
    except KeyError:  # a definition that is not a shape's own
        return ""
    for each in path:
        shape = getattr(shape, "member", shape) if isinstance(each, int) else getattr(shape, "members", {}).get(each)
        if shape is None:
            return ""
    return str(shape.documentation)


def _wanted(wanted: object) -> str:
    if isinstance(wanted, list):
        return ", ".join(str(each) for each in wanted if each not in (None, "null"))
    return str(wanted)


def _pointer(*names: str | int) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join("/" + str(name).replace("~", "~0").replace("/", "~1") for name in names)


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    length = f" ({len(value)} characters)" if isinstance(value, str) and len(text) > 80 else ""
    return (text if len(text) <= 80 else text[:77] + "…") + length
