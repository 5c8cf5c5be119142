"""Where a document departs from the model's part of the derived schema, sorted into the shape rules by the schema's keywords.

A report lists hundreds of services that differ little, and several listings repeat each of them, so equal parts of a list are
looked at once.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, cast

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from ...spec import model_part
from ..protocols.base import Reading
from ..protocols.query import pointer

__all__ = ["Flaw", "flaws"]

#: Which rule a schema keyword stands for. A number out of its 32 bits and a text that is no date are of the wrong type.
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
    """One breach of one keyword: the rule that it breaks, where, what was expected and what stands there."""

    rule: str
    path: str
    expected: str
    actual: str


def flaws(reading: Reading) -> tuple[tuple[Flaw, ...], Counter[str]]:
    """Every flaw of a result, and how many things of each kind could have been one.

    Values that the protocol's rules have condemned already (a date that is none, a number that is none) are passed over.
    """
    found: list[Flaw] = []
    checked: Counter[str] = Counter()
    operation = reading.exchange.operation
    output = _root(operation)
    lists = {name for name, rules in _properties(operation, output).items() if "items" in rules}
    rest = {name: [] if name in lists and isinstance(value, list) else value for name, value in reading.members.items()}
    pieces: list[tuple[str, str, Any]] = [("", output, rest)]
    for name in lists:
        value = reading.members.get(name)
        if isinstance(value, list):
            item = _name(_properties(operation, output)[name]["items"])
            pieces.extend((f"/{name}/{place}", item, each) for place, each in enumerate(value))
    times: Counter[tuple[tuple[str, int], ...]] = Counter()
    for base, definition, value in pieces:
        flawed, counted = _look(operation, definition, _Frozen(value))
        times[counted] += 1
        found.extend(Flaw(each.rule, base + each.path, each.expected, each.actual) for each in flawed)
    for counts, number in times.items():
        checked.update({rule: count * number for rule, count in counts})
    return tuple(each for each in found if each.path not in reading.condemned), checked


@cache
def _schema(operation: str) -> dict[str, Any]:
    return model_part(f"{operation}.response")


def _name(reference: Mapping[str, Any]) -> str:
    return str(reference["$ref"]).rpartition("/")[2]


def _root(operation: str) -> str:
    return _name(_schema(operation))


def _properties(operation: str, definition: str) -> Mapping[str, Any]:
    properties: Mapping[str, Any] = _schema(operation)["$defs"][definition].get("properties", {})
    return properties


@cache
def _validator(operation: str, definition: str) -> Draft202012Validator:
    whole = _schema(operation)
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
@lru_cache(maxsize=1 << 16)
def _look(operation: str, definition: str, frozen: _Frozen) -> tuple[tuple[Flaw, ...], tuple[tuple[str, int], ...]]:
    """The flaws of one structure, and how many things of each kind could have been one."""
    value = frozen.value
    found = [
        _flaw(error) for error in _validator(operation, definition).iter_errors(value) if error.validator in _RULES
    ]
    typeless = {each.path for each in found if each.rule == "shape.type"}
    found = [each for each in found if each.rule != "shape.enum" or each.path not in typeless]
    checked: Counter[str] = Counter()
    if isinstance(value, dict):
        checked["shape.required"] = 1
        for name, rules in _properties(operation, definition).items():
            if name not in value:
                continue
            for keyword in rules.keys() & _RULES.keys():
                checked[_RULES[str(keyword)]] += 1
            if "pattern" in rules and isinstance(value[name], str):
                checked["shape.pattern-whole"] += 1
                found.extend(_part_only(rules["pattern"], value[name], pointer("", name)))
    return tuple(found), tuple(checked.items())


def _part_only(pattern: str, text: str, path: str) -> Iterator[Flaw]:
    """A text that matches somewhere and not as a whole: valid by the letter of the model, refused by IAM itself."""
    if re.search(pattern, text) and not re.fullmatch(pattern, text):
        yield Flaw("shape.pattern-whole", path, f"a text that matches {pattern} as a whole", _shown(text))


def _flaw(error: ValidationError) -> Flaw:
    path = pointer("", *error.absolute_path)
    keyword, value, wanted = str(error.validator), cast(Any, error.instance), cast(Any, error.validator_value)
    if keyword == "required":
        missing = next((name for name in wanted if name not in value), "")
        # jsonschema makes an error of each missing member; its message is the one place that says which
        name = next((each for each in wanted if repr(each) in error.message), missing)
        return Flaw(_RULES[keyword], pointer(path, name), f"{name}, which is required", "nothing")
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
        return ", ".join(str(each) for each in wanted if each != "null")
    return str(wanted)


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    length = f" ({len(value)} characters)" if isinstance(value, str) and len(text) > 80 else ""
    return (text if len(text) <= 80 else text[:77] + "…") + length
