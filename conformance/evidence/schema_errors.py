"""Where a result departs from the model's part of the derived schema, sorted into the shape rules by the schema's keywords.

A response lists hundreds of items that differ little, and several listings repeat each of them, so equal parts of a list are looked at
once.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from ...spec.contract import Contract
from ...spec.model import service
from ...spec.schema import response_schema
from ..protocols.base import Reading
from .paths import find, place

__all__ = ["Document", "Flaw", "documents", "flaws"]

#: Which rule a schema keyword stands for. A number out of its 32 bits and a text that is not a date are of the wrong type.
_RULES = {
    "required": "shape.required",
    "type": "shape.type",
    "format": "shape.type",
    "minimum": "shape.type",
    "maximum": "shape.type",
    "enum": "shape.enum",
    "minLength": "shape.length",
    "maxLength": "shape.length",
    "pattern": "shape.pattern",
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


#: How many items of all results are looked at, and how many of each further result.
_ITEMS, _FIRST = 50_000, 100


def flaws(reading: Reading, contract: Contract, most: int = _ITEMS) -> tuple[tuple[Flaw, ...], Counter[str]]:
    """The flaws of a result, in no more than so many items of a list, and how many things of each kind could have been one.

    Values that the protocol's rules have a finding about already (a date or a number that cannot be read) are passed over.
    """
    found: list[Flaw] = []
    checked: Counter[str] = Counter()
    job, operation = contract.job, reading.exchange.operation
    waived = job.null_when_pending + job.required_when_succeeded if job and operation == contract.operation else ()
    key = (contract.service, operation, waived)
    output = _name(_schema(*key))
    lists = {
        name: _name(rules["items"])
        for name, rules in _properties(key, output).items()
        if "$ref" in rules.get("items", {}) and isinstance(reading.members.get(name), list)
    }
    rest = {name: [] if name in lists else value for name, value in reading.members.items()}
    parts: list[tuple[str, str, Any]] = [("", output, rest)]
    for name, item in lists.items():
        parts.extend((f"/{name}/{place}", item, each) for place, each in enumerate(reading.members[name][:most]))
    times: Counter[tuple[tuple[str, int], ...]] = Counter()
    for base, definition, value in parts:
        flawed, counted = _look(key, definition, _Frozen(value))
        times[counted] += 1
        found.extend(Flaw(each.rule, base + each.path, each.expected, each.actual) for each in flawed)
    for counts, number in times.items():
        checked.update({rule: count * number for rule, count in counts})
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


def _properties(key: _Key, definition: str) -> Mapping[str, Any]:
    properties: Mapping[str, Any] = _schema(*key)["$defs"][definition].get("properties", {})
    return properties


@lru_cache(maxsize=512)
def _validator(key: _Key, definition: str) -> Draft202012Validator:
    whole = _schema(*key)
    part = {**whole["$defs"][definition], "$schema": whole["$schema"], "$defs": whole["$defs"]}
    return Draft202012Validator(part, format_checker=FormatChecker(["date-time"]))


class _Frozen:
    """A JSON value as a cache's key: equal where it would be written the same."""

    __slots__ = ("key", "value")

    def __init__(self, value: Any) -> None:
        self.value = value
        flat = isinstance(value, dict) and all(isinstance(each, str | int) for each in value.values())
        # True equals 1 and is another thing
        self.key: Any = tuple((*item, type(item[1])) for item in value.items()) if flat else json.dumps(value)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Frozen) and self.key == other.key


#: Bounded, so that a server that never repeats itself does not fill the memory.
@lru_cache(maxsize=1 << 14)
def _look(key: _Key, definition: str, frozen: _Frozen) -> tuple[tuple[Flaw, ...], tuple[tuple[str, int], ...]]:
    """The flaws of one structure, and how many things of each kind could have been one."""
    value = frozen.value
    found = [
        _flaw(error)
        for error in _validator(key, definition).iter_errors(value)
        if error.validator in _RULES and not _documented(key[0], definition, error)
    ]
    typeless = {each.path for each in found if each.rule == "shape.type"}
    found = [each for each in found if each.rule != "shape.enum" or each.path not in typeless]
    checked: Counter[str] = Counter()
    found.extend(_count(key, {"$ref": f"#/$defs/{definition}"}, value, "", checked))
    return tuple(found), tuple(checked.items())


def _count(key: _Key, rules: Mapping[str, Any], value: Any, path: str, checked: Counter[str]) -> Iterator[Flaw]:
    """Count what a value and everything below it could have been a flaw of; the flaws that only a pattern's whole shows."""
    rules = rules.get("else", rules)  # an optional structure may be null
    for keyword in rules.keys() & _RULES.keys():
        checked[_RULES[str(keyword)]] += 1
    if "pattern" in rules and isinstance(value, str):
        checked["shape.pattern-whole"] += 1
        yield from _part_only(rules["pattern"], value, path)
    if isinstance(value, list):
        for place, each in enumerate(value):
            yield from _count(key, rules.get("items", {}), each, path + _pointer(place), checked)
    elif isinstance(value, dict) and "$ref" in rules:
        checked["shape.required"] += 1
        for name, each in _properties(key, _name(rules)).items():
            if name in value:
                yield from _count(key, each, value[name], path + _pointer(name), checked)
    elif isinstance(value, dict) and isinstance(rules.get("additionalProperties"), dict):
        for name, each in value.items():
            yield from _count(key, rules["additionalProperties"], each, path + _pointer(name), checked)


#: What Route 53 writes in front of its ids, whose bounds are those of the id alone.
_PREFIX = re.compile(r"/(hostedzone|healthcheck|change|delegationset)/")


def _documented(service_name: str, definition: str, error: ValidationError) -> bool:
    """Whether a value is valid although the model's constraint excludes it: AWS's own documentation or its examples say so.

    EC2 writes values of enumerations in lower case that its model has in capitals (``available``).
    """
    value, wanted = cast(Any, error.instance), cast(Any, error.validator_value)
    if not isinstance(value, str):
        return False
    if error.validator == "maxLength" and service_name == "route53":
        return len(_PREFIX.sub("", value, count=1)) <= int(wanted)
    if error.validator != "enum":
        return False
    if service_name == "ec2" and value.lower() in {str(each).lower() for each in wanted}:
        return True
    prose = _prose(service_name, definition, tuple(error.absolute_path))
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


def _part_only(pattern: str, text: str, path: str) -> Iterator[Flaw]:
    """A text that matches somewhere and not as a whole: valid by the letter of the model, refused by IAM itself."""
    if re.search(pattern, text) and not re.fullmatch(pattern, text):
        yield Flaw("shape.pattern-whole", path, f"a text that matches {pattern} as a whole", _shown(text))


def _flaw(error: ValidationError) -> Flaw:
    path = _pointer(*error.absolute_path)
    keyword, value, wanted = str(error.validator), cast(Any, error.instance), cast(Any, error.validator_value)
    if keyword == "required":
        missing = next((name for name in wanted if name not in value), "")
        # jsonschema makes an error of each missing member; its message is the one place that says which
        name = next((each for each in wanted if repr(each) in error.message), missing)
        return Flaw(_RULES[keyword], path + _pointer(name), f"{name}, which is required", "nothing")
    return Flaw(_RULES[keyword], path, _EXPECTED[keyword].format(_wanted(wanted)), _shown(value))


_EXPECTED = {
    "type": "a value of type {}",
    "format": "a {}",
    "minimum": "at least {}",
    "maximum": "at most {}",
    "enum": "one of {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "pattern": "a text that matches {}",
}


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
