"""What a contract has: traits by name, templates over it, and all of its values with their origins.

Contracts re-export `has` and `look_up`, so nothing here imports them: any tree of dataclasses can be looked into.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, NamedTuple

__all__ = ["Value", "fill", "has", "look_up", "mentioned", "traits", "values"]

_FIELD = re.compile(r"\{([\w.\-]+)\}")
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")


def has(contract: Any, trait: str) -> bool:
    """Whether the contract has a trait, given as a dotted path of fields (``listing.more``); an empty value is none.

    ``a|b`` is one of two traits, ``report.entity_is=below`` a field with this value.
    """
    return any(_has(contract, each.strip()) for each in trait.split("|"))


def _has(contract: Any, trait: str) -> bool:
    path, equals, wanted = trait.partition("=")
    value = look_up(contract, path)
    return value == wanted if equals else value is not None


def look_up(contract: Any, path: str) -> Any:
    """The value at a dotted path of fields; None where it is absent, empty or False.

    ``counts.items`` is the member that counts items, ``counts.members`` all members that count and ``counts.first`` the first one;
    ``listing.exceptions.key-cursor`` is the name of the exception, if the listing has it.
    """
    value: Any = contract
    for name in path.split("."):
        if isinstance(value, frozenset):
            value = name if name in value else None
        elif value is not contract and isinstance(value, tuple):
            value = _of_counts(value, name)
        else:
            value = getattr(value, name, None)
        if value is None or value is False or (not isinstance(value, int) and not value):
            return None
    return value


def _of_counts(counts: tuple[Any, ...], name: str) -> Any:
    members = tuple(each.member for each in counts)
    if name in ("members", "first"):
        return members if name == "members" else members[0]
    return next((each.member for each in counts if each.of == name), None)


# --- templates


def fill(template: str, contract: Any) -> str | None:
    """The template with each ``{listing.more}`` replaced by what the contract has there; None where it has nothing there.

    A part in [square brackets] is left out where the contract has nothing for one of its fields.
    """
    if "{" not in template and "[" not in template:
        return template
    return _fields(_OPTIONAL.sub(lambda part: _fields(part[1], contract) or "", template), contract)


def mentioned(template: str) -> tuple[str, ...]:
    """The fields that a contract must have for the template to be filled."""
    return tuple(dict.fromkeys(_FIELD.findall(_OPTIONAL.sub("", template))))


def _fields(text: str, contract: Any) -> str | None:
    found = {name: look_up(contract, name) for name in _FIELD.findall(text)}
    if None in found.values():
        return None
    return _FIELD.sub(lambda name: _words(found[name[1]], "and" if name[1] == "counts.members" else "or"), text)


def _words(value: Any, conjunction: str) -> str:
    if not isinstance(value, tuple):
        return str(value)
    words = [str(each) for each in value]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {conjunction} {words[-1]}"


# --- for the front ends


class Value(NamedTuple):
    """One value of a contract: its field as a dotted path, the value as text, and where it comes from."""

    field: str
    value: str
    origin: str


#: Traits that are worth naming in a list of operations.
_NAMED = (
    "job",
    "listing.more",
    "listing.limit",
    "listing.identity",
    "sort",
    "order",
    "counts",
    "report",
    "errors.token",
)


def traits(contract: Any) -> tuple[str, ...]:
    """The names of the traits that the contract has: ``job``, ``limit``, ``more`` …, and the exceptions of its listing."""
    exceptions = sorted(contract.listing.exceptions) if contract.listing else []
    several = ["several tokens"] if contract.listing and len(contract.listing.tokens) > 1 else []
    return (*(_name(each) for each in _NAMED if has(contract, each)), *several, *exceptions)


def _name(trait: str) -> str:
    return "token errors" if trait == "errors.token" else trait.rpartition(".")[2]


def values(contract: Any) -> tuple[Value, ...]:
    """Every value of the contract in the order of its fields, each with its origin."""
    return tuple(_values(contract, contract, ""))


def _values(contract: Any, part: Any, prefix: str) -> Iterator[Value]:
    for each in fields(part):
        value, path = getattr(part, each.name), prefix + each.name
        if each.name in ("origins", "kind") or value is None or value in ((), frozenset(), {}, False, each.default):
            continue
        if path == "recipe":
            yield Value(path, str(getattr(value, "id", contract.id)), _origin(contract, path))
        elif is_dataclass(value):
            yield from _values(contract, value, f"{path}.")
        else:
            yield from _rows(contract, path, value)


def _rows(contract: Any, path: str, value: Any) -> Iterator[Value]:
    """A row for each part of a list of structures (tokens, sort keys), else one row."""
    if isinstance(value, tuple) and value and is_dataclass(value[0]):
        for place, each in enumerate(value):
            for name in fields(each):
                inner = getattr(each, name.name)
                if inner not in (None, False, ()):
                    of_model = path == "listing.tokens" and name.name not in ("input", "output")
                    yield Value(
                        f"{path}[{place}].{name.name}", _text(inner), "model" if of_model else _origin(contract, path)
                    )
    else:
        yield Value(path, _text(value), _origin(contract, path))


def _text(value: Any) -> str:
    if isinstance(value, tuple | frozenset):
        return ", ".join(map(str, sorted(value) if isinstance(value, frozenset) else value))
    if isinstance(value, dict):
        return ", ".join(f"{key} = {each}" for key, each in value.items())
    return str(value).lower() if isinstance(value, bool) else str(value)


def _origin(contract: Any, path: str) -> str:
    """Where a value comes from. A part has the origin of its whole, or else that of the parts beside it."""
    while path:
        if path in contract.origins:
            return str(contract.origins[path])
        path = path.rpartition(".")[0]
        beside = [origin for field, origin in contract.origins.items() if path and field.startswith(f"{path}.")]
        if beside:
            return str(beside[0])
    return "model"
