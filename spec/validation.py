"""Constraints on request parameters, read from the service model, and the ids of the rules that requests which break them are judged by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from .contract import Contract

if TYPE_CHECKING:
    from botocore.model import Shape

__all__ = ["Constraint", "breakable", "condition", "constraints", "slug", "validation_id"]

Kind = Literal["required", "length", "pattern", "minimum", "maximum", "integer", "known"]


@dataclass(frozen=True)
class Constraint:
    """One constraint on one parameter of a request: `minimum` and `maximum` are bounds of a number's value or of a string's length.

    The patterns of service models are not anchored. `whole`: every text matches this one at some position, the empty text included, so
    that only a text that does not match as a whole breaks it.
    """

    operation: str
    member: str
    kind: Kind
    minimum: int | None = None
    maximum: int | None = None
    pattern: str | None = None
    values: tuple[str, ...] = ()
    whole: bool = False


@lru_cache(maxsize=1024)
def constraints(service: str, operation: str) -> tuple[Constraint, ...]:
    """Every constraint on the parameters of an operation that a request can break, in the order of the model."""
    from .model import operation as modelled

    shape = modelled(service, operation).input_shape
    if shape is None:
        return ()
    required = frozenset(shape.required_members)
    return tuple(
        each
        for name, member in shape.members.items()
        for each in _of_member(operation, name, member, required=name in required)
    )


#: No text of a response is longer: nobody reads responses of more bytes.
_LONGEST = 2**24


def breakable(shape: Shape) -> bool:
    """Whether a text that stands in a response may break a constraint of this shape of a request. An empty one is a text that is not there."""
    return any(
        (each.minimum or 0) > 1 or (each.maximum is not None and each.maximum < _LONGEST)
        if each.kind == "length"
        else each.kind in ("known", "pattern")
        for each in _of_member("", "", shape, required=False)
    )


def _of_member(operation: str, name: str, shape: Shape, *, required: bool) -> Iterator[Constraint]:
    metadata = shape.metadata
    least, most = _bound(metadata.get("min")), _bound(metadata.get("max"))
    if required:
        yield Constraint(operation, name, "required")
    if shape.type_name in ("integer", "long"):
        if least is not None:
            yield Constraint(operation, name, "minimum", minimum=least)
        if most is not None:
            yield Constraint(operation, name, "maximum", maximum=most)
        yield Constraint(operation, name, "integer")
    if shape.type_name == "string":
        if least or most is not None:
            yield Constraint(operation, name, "length", minimum=least, maximum=most)
        if metadata.get("enum"):
            yield Constraint(operation, name, "known", values=tuple(metadata["enum"]))
        elif metadata.get("pattern"):
            yield from _of_pattern(operation, name, metadata["pattern"])


def _of_pattern(operation: str, name: str, pattern: str) -> Iterator[Constraint]:
    """The constraint of a pattern, unless Python cannot read it or every text matches it: as a whole where the empty one matches."""
    try:
        whole = re.search(pattern, "") is not None
        match, texts = (re.fullmatch, _TEXTS[:-1]) if whole else (re.search, _TEXTS)
        if not all(match(pattern, each) for each in texts):
            yield Constraint(operation, name, "pattern", pattern=pattern, whole=whole)
    except re.error:
        return


#: A pattern that these match is matched by all texts, the long one by what is not anchored.
_TEXTS = ("\x01", "!", " ", "! \x01" * 1000)


def _bound(value: object) -> int | None:
    """A bound of the model as a whole number; some models write it as a float or as text."""
    try:
        return None if value is None else int(float(str(value)))
    except (ValueError, OverflowError):
        return None


def validation_id(contract: Contract, constraint: Constraint) -> str:
    """The id of the rule that a request which breaks this constraint is judged by.

    Lists have rules for the bounds of their limit; whatever else is invalid about a request is `validation.no-crash` there.
    """
    if contract.kind == "access-report":
        return f"validation.{slug(contract, constraint.member)}-{constraint.kind}"
    is_limit = contract.listing is not None and constraint.member == contract.listing.limit
    return (
        f"validation.limit-{constraint.kind}" if is_limit and constraint.kind in ("minimum", "maximum") else _NO_CRASH
    )


_NO_CRASH = "validation.no-crash"


def slug(contract: Contract, member: str) -> str:
    """A parameter's name as it stands in ids of rules: ``MaxItems`` is ``max-items``."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", member)
    return contract.slugs.get(member) or "-".join(word.lower() for word in words)


def condition(constraint: Constraint) -> str:
    """What is wrong with a request that breaks the constraint, as half a sentence."""
    name, least, most = constraint.member, constraint.minimum, constraint.maximum
    match constraint.kind:
        case "required":
            return f"{name} is missing"
        case "minimum":
            return f"{name} is below {least}"
        case "maximum":
            return f"{name} is above {most}"
        case "integer":
            return f"{name} is a string that is not an integer"
        case "known":
            return f"{name} is not one of the values that the service model lists"
        case "pattern":
            return f"{name} does not match its pattern" + (" as a whole" if constraint.whole else " at any position")
    if least == most:
        return f"{name} does not have {most} characters"
    if most is None:
        return f"{name} has fewer than {least} characters"
    if not least:
        return f"{name} has more than {most} characters"
    shorter = "is empty or has" if least == 1 else f"has fewer than {least} or"
    return f"{name} {shorter} more than {most} characters"
