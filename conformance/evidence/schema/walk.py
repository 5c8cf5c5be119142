"""A walk over one value, keyword by keyword: each violation is sorted into the shape rule that it breaks.

The keywords are those that derived schemas have, and mean what JSON Schema says.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ....errors import cut
from ...protocols.notes import pointer
from ...protocols.timestamps import read_rfc3339
from .documented import documented, matchable

__all__ = ["Flaw", "SchemaWalk", "definition_of"]

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
        "a string that matches {}",
    ),
}


@dataclass(frozen=True, slots=True)
class Flaw:
    """One violation of one keyword: the rule that it breaks, where, what was expected and what is there."""

    rule: str
    path: str
    expected: str
    actual: str


@dataclass
class SchemaWalk:
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
            self._structure(self.definitions[definition_of(rules)], value, path)
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
                at = pointer("", *path, name)
                self.flaws.append(Flaw("shape.required", at, f"{name}, which is required", "nothing"))
        for name, rules in body.get("properties", {}).items():
            if name in value:
                self.visit(rules, value[name], (*path, name))

    def _holds(self, name: str, rules: Mapping[str, Any], value: Any, path: tuple[str | int, ...]) -> bool:
        """Whether one keyword's demand is met. What documentation allows is no flaw."""
        keyword, wanted = _KEYWORDS[name], rules.get(name)
        if wanted is None or (keyword.about and not _is(value, keyword.about)) or keyword.holds(value, wanted):
            return True
        if name == "pattern" and not matchable(wanted, rules.get("minLength", 0), rules.get("maxLength")):
            self.checked[keyword.rule] -= 1
        elif not documented(self.service, self.root, name, wanted, value, path):
            self.flaws.append(
                Flaw(keyword.rule, pointer("", *path), keyword.expected.format(_wanted(wanted)), _shown(value))
            )
        return False

    def _whole(self, pattern: str, text: str, path: tuple[str | int, ...]) -> None:
        """A text that matches somewhere and not as a whole: valid by the letter of the model, refused by IAM itself."""
        self.checked["shape.pattern-whole"] += 1
        if _compiled(pattern).search(text) and not _compiled(pattern).fullmatch(text):
            expected = f"a string that matches {pattern} as a whole"
            self.flaws.append(Flaw("shape.pattern-whole", pointer("", *path), expected, _shown(text)))


def definition_of(reference: Mapping[str, Any]) -> str:
    """The name of the definition that a reference leads to."""
    return str(reference["$ref"]).rpartition("/")[2]


def _wanted(wanted: object) -> str:
    if isinstance(wanted, list):
        return ", ".join(str(each) for each in wanted if each not in (None, "null"))
    return str(wanted)


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    length = f" ({len(value)} characters)" if isinstance(value, str) and len(text) > 80 else ""
    return cut(text, 80) + length
