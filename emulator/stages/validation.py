"""The first stages: may a call be served at all, and does its request satisfy the model.

Every constraint that fails is found, not the first alone: a refusal lists them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ...errors import counted
from ...spec.patterns import compiled
from .. import errors
from ..records import Call

if TYPE_CHECKING:
    from botocore.model import Shape

__all__ = ["Constraint", "ConstraintFailure", "failures", "gate", "refuse", "routable", "validate", "whole_number"]

#: `minimum` and `maximum` are bounds of a number, or of the length of a text or a list.
Constraint = Literal["required", "type", "integer", "minimum", "maximum", "known", "pattern"]

_INTEGER = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)
_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{0,40})?([eE][+-]?[0-9]{1,3})?", re.ASCII)


class ConstraintFailure(NamedTuple):
    """One constraint that a parameter breaks."""

    member: str
    constraint: Constraint
    message: str


def gate(call: Call) -> None:
    """Throttling, where the behaviour says so."""
    every = call.behaviour.throttle_every
    if every is not None and call.number % every == every - 1:
        raise errors.throttled(call)


def validate(call: Call) -> None:
    """The stage: raises where anything is wrong with the request by itself."""
    routable(call)
    refuse(call, failures(call))


def routable(call: Call) -> None:
    """Raises unless this service has the operation."""
    if call.operation not in call.contract.operations:
        raise errors.missing_operation(call)


def refuse(call: Call, found: Iterable[ConstraintFailure]) -> None:
    """Raises one refusal for all failures. Text where a number belongs cannot even be read: that is another code."""
    broken = list(found)
    if not broken:
        return
    text = (
        f"{counted(len(broken), 'constraint')} failed: {'; '.join(f'{each.member} {each.message}' for each in broken)}"
    )
    unreadable = any(each.constraint == "integer" for each in broken)
    raise errors.malformed(call, text) if unreadable else errors.invalid_value(call, text)


def failures(call: Call) -> list[ConstraintFailure]:
    """Each constraint of the model that the parameters break."""
    shape, found = call.served.inputs[call.operation], list[ConstraintFailure]()
    if shape is not None:
        _structure(found, call, "", shape, call.parameters)
    return found


def whole_number(value: Any, otherwise: int) -> int:
    """The number that a parameter is, as a number or as text."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return int(value) if isinstance(value, str) and _INTEGER.fullmatch(value) else otherwise


def _structure(found: list[ConstraintFailure], call: Call, path: str, shape: Any, value: Mapping[str, Any]) -> None:
    found += [
        ConstraintFailure(path + each, "required", "is required")
        for each in shape.required_members
        if each not in value
    ]
    members = shape.members
    for member, given in value.items():
        if member in members:
            _broken(found, call, path + member, members[member], given)


def _broken(found: list[ConstraintFailure], call: Call, member: str, shape: Any, value: Any) -> None:
    kind = shape.type_name
    if kind == "structure":
        if isinstance(value, Mapping):
            _structure(found, call, f"{member}.", shape, value)
        else:
            found.append(ConstraintFailure(member, "type", "must be a structure"))
    elif kind in ("list", "map"):
        if isinstance(value, Mapping if kind == "map" else (list, tuple)):
            _bounds(found, member, shape, len(value), " members")
            inner: Iterable[Any] = value.values() if isinstance(value, Mapping) else value
            for each in inner:
                _broken(found, call, f"{member}.member", shape.value if kind == "map" else shape.member, each)
        else:
            found.append(ConstraintFailure(member, "type", f"must be a {kind}"))
    elif kind in _SCALARS:
        _SCALARS[kind](found, call, member, shape, value)


def _integer(found: list[ConstraintFailure], call: Call, member: str, shape: Shape | Any, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        if not (isinstance(value, str) and _INTEGER.fullmatch(value)):
            found.append(ConstraintFailure(member, "integer", "must be a whole number"))
            return
        value = int(value)
    _bounds(found, member, shape, value, "")


def _fraction(found: list[ConstraintFailure], call: Call, member: str, shape: Shape | Any, value: Any) -> None:
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        found.append(ConstraintFailure(member, "type", "must be a number"))
    else:
        _bounds(found, member, shape, value, "")


def _text(found: list[ConstraintFailure], call: Call, member: str, shape: Shape | Any, value: Any) -> None:
    if not isinstance(value, str):
        found.append(ConstraintFailure(member, "type", "must be a string"))
        return
    _bounds(found, member, shape, len(value), " characters")
    allowed = shape.metadata.get("enum")
    if allowed and value not in allowed:
        found.append(ConstraintFailure(member, "known", f"must be one of {', '.join(allowed)}"))
    if "pattern" in shape.metadata and not _matches(call, member, shape.metadata["pattern"], value):
        found.append(ConstraintFailure(member, "pattern", f"must match {shape.metadata['pattern']}"))


def _boolean(found: list[ConstraintFailure], call: Call, member: str, shape: Shape | Any, value: Any) -> None:
    if not isinstance(value, bool) and value not in ("true", "false"):
        found.append(ConstraintFailure(member, "type", "must be true or false"))


def _bounds(found: list[ConstraintFailure], member: str, shape: Shape | Any, size: float, unit: str) -> None:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and size < float(low):
        found.append(ConstraintFailure(member, "minimum", f"must be at least {low}{unit}"))
    if high is not None and size > float(high):
        found.append(ConstraintFailure(member, "maximum", f"must be at most {high}{unit}"))


def _matches(call: Call, member: str, pattern: str, text: str) -> bool:
    """The model's patterns are unanchored, but IAM reads those of paths, policies and namespaces as a whole."""
    read = compiled(pattern)
    job, report = call.contract.job, call.contract.report
    if read is None:
        return True
    whole = job is not None and call.starts and member in (job.start.subject, *job.start.options)
    whole = whole or (report is not None and not call.starts and member == report.about)
    return bool(read.fullmatch(text) if whole else read.search(text))


_SCALARS = {
    "integer": _integer,
    "long": _integer,
    "float": _fraction,
    "double": _fraction,
    "string": _text,
    "boolean": _boolean,
}
