"""What the model says about requests, held against the text that came.

Every constraint that fails is found, not the first alone: a refusal lists them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from ...spec import operation, service
from ...spec.legacy import contract
from ..records import Call, ServiceError

if TYPE_CHECKING:
    from botocore.model import Shape

__all__ = ["Constraint", "Failure", "failures", "refuse", "routable", "validate", "whole_number"]

Constraint = Literal["required", "integer", "minimum", "maximum", "enum", "pattern"]

_INTEGER = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)


class Failure(NamedTuple):
    """One constraint that a parameter breaks."""

    member: str
    constraint: Constraint
    message: str


def validate(call: Call) -> None:
    """The stage: raises where anything is wrong with the request by itself."""
    routable(call)
    refuse(failures(call))


def routable(call: Call) -> None:
    """Raises unless this service has the operation, in this version."""
    law = contract()
    if not call.action:
        raise ServiceError("MissingAction", 400, "The request names no Action.")
    version = call.parameters.get("Version")
    if call.action not in (law.operation, law.start.operation) or version not in (None, service().api_version):
        raise ServiceError("InvalidAction", 400, f"There is no operation {call.action} in version {version}.")


def refuse(found: Iterator[Failure]) -> None:
    """Raises one refusal for all failures. Text where a number belongs cannot even be read: that is another code."""
    broken = list(found)
    if not broken:
        return
    code = "MalformedInput" if any(each.constraint == "integer" for each in broken) else "ValidationError"
    plural = "" if len(broken) == 1 else "s"
    text = "; ".join(f"{each.member} {each.message}" for each in broken)
    raise ServiceError(code, 400, f"{len(broken)} constraint{plural} failed: {text}")


def failures(call: Call) -> Iterator[Failure]:
    """Each constraint of the model that the parameters break."""
    shape = operation(call.action).input_shape
    if shape is None:
        return
    for member in shape.required_members:
        if member not in call.parameters:
            yield Failure(member, "required", "is required")
    for member, described in shape.members.items():
        if member in call.parameters:
            for constraint, message in _broken(member, described, call.parameters[member]):
                yield Failure(member, constraint, message)


def whole_number(text: str | None, otherwise: int) -> int:
    """The number that a text is."""
    return int(text) if text is not None and _INTEGER.fullmatch(text) else otherwise


def _broken(member: str, shape: Shape, text: str) -> Iterator[tuple[Constraint, str]]:
    bounds: Mapping[str, int] = shape.metadata
    if shape.type_name == "integer":
        if not _INTEGER.fullmatch(text):
            yield "integer", "must be a whole number"
            return
        size, unit = int(text), ""
    else:
        size, unit = len(text), " characters"
    if "min" in bounds and size < bounds["min"]:
        yield "minimum", f"must be at least {bounds['min']}{unit}"
    if "max" in bounds and size > bounds["max"]:
        yield "maximum", f"must be at most {bounds['max']}{unit}"
    if shape.metadata.get("enum") and text not in shape.metadata["enum"]:
        yield "enum", f"must be one of {', '.join(shape.metadata['enum'])}"
    if "pattern" in shape.metadata and not _matches(member, shape.metadata["pattern"], text):
        yield "pattern", f"must match {shape.metadata['pattern']}"


def _matches(member: str, pattern: str, text: str) -> bool:
    """The model's patterns are unanchored, but IAM reads those of paths and policies as a whole."""
    compiled = _compiled(pattern)
    whole = member in (contract().start.entity, contract().start.policy)
    return bool(compiled.fullmatch(text) if whole else compiled.search(text))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)
