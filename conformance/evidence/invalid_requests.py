"""Requests that break one constraint of the model: which constraints a request breaks, and probes made from one that works.

The survey sends the probes; the rules find them again in a trace by what they break, never by a recorded intent. Only the members at
the top of a request are looked at.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ...spec.contract import Contract
from ...spec.validation import Constraint, constraints
from ..trace.unissued import altered_token, unissued_job_id, unissued_subject, unissued_token

__all__ = [
    "Broken",
    "ProbeRequest",
    "altered_token",
    "broken_constraint",
    "broken_constraints",
    "limits_of",
    "probes",
    "probes_of",
    "unissued_job_id",
    "unissued_subject",
    "unissued_token",
]

#: (member, kind of constraint): one thing that a request breaks.
Broken = tuple[str, str]

#: Where one value breaks several constraints of its member, the first of these names it: a path of 18 characters cannot
#: match a pattern that needs 19, an empty token cannot match one that needs a character.
KINDS = ("required", "integer", "length", "minimum", "maximum", "known", "pattern")


@dataclass(frozen=True, slots=True)
class ProbeRequest:
    """A request that differs from one that works in one member, which breaks one constraint."""

    member: str
    constraint: str
    parameters: Mapping[str, Any]


@lru_cache(maxsize=256)
def _by_member(service: str, operation: str) -> Mapping[str, tuple[Constraint, ...]]:
    """The constraints of an operation's request, by member."""
    found: dict[str, list[Constraint]] = defaultdict(list)
    for each in constraints(service, operation):
        found[each.member].append(each)
    return {
        name: tuple(sorted(each, key=lambda constraint: KINDS.index(constraint.kind))) for name, each in found.items()
    }


def broken_constraints(service: str, operation: str, parameters: Mapping[str, Any]) -> tuple[Broken, ...]:
    """The members of the request whose values no valid request may have, and the constraint that each breaks; none where all is valid.

    A number may be written as text: on the wire of some protocols everything is.
    """
    found: list[Broken] = []
    for name, of_member in _by_member(service, operation).items():
        broken = next((each for each in of_member if _breaks(parameters, each)), None)
        if broken is not None:
            found.append((name, broken.kind))
    return tuple(found)


def broken_constraint(contract: Contract, member: str, value: Any) -> Constraint | None:
    """The constraint that a value of one of the operation's request members breaks, if any."""
    of_member = _by_member(contract.service, contract.operation).get(member, ())
    return next((each for each in of_member if _breaks({member: value}, each)), None)


def limits_of(constraint: Constraint) -> str:
    """What a constraint asks for, in words."""
    if constraint.kind == "pattern":
        return f"a string that matches {constraint.pattern}"
    least, most = constraint.minimum, constraint.maximum
    return f"{least or 0} to {most} characters" if most is not None else f"at least {least} characters"


def _breaks(parameters: Mapping[str, Any], constraint: Constraint) -> bool:
    if constraint.member not in parameters:
        return constraint.kind == "required"
    value, least, most = parameters[constraint.member], constraint.minimum, constraint.maximum
    number = _number(value)
    match constraint.kind:
        case "integer":
            return number is None
        case "minimum":
            return number is not None and least is not None and number < least
        case "maximum":
            return number is not None and most is not None and number > most
        case "length":
            size = len(str(value))
            return (least is not None and size < least) or (most is not None and size > most)
        case "known":
            return str(value) not in constraint.values
        case "pattern":
            match = re.fullmatch if constraint.whole else re.search
            return match(constraint.pattern or "", str(value)) is None
    return False


def _number(value: Any) -> int | None:
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def probes(contract: Contract, operation: str, request: Mapping[str, Any]) -> tuple[ProbeRequest, ...]:
    """Requests of the operation that break one constraint each, made from `request`, which works.

    An access report is probed in every member that is a text or a number; any other list in its page size alone. No member whose value
    in `request` breaks its constraints is probed: that is the target's own fault, and nothing can be made from it.
    """
    names = tuple(_by_member(contract.service, operation))
    if contract.kind != "access-report":
        limit = contract.listing.limit if contract.listing else None
        names = (limit,) if limit in names and limit is not None else ()
    return tuple(probe for name in names for probe in probes_of(contract, operation, name, request))


def probes_of(contract: Contract, operation: str, name: str, request: Mapping[str, Any]) -> Iterator[ProbeRequest]:
    """The probes of one member."""
    if any(broken == name for broken, _ in broken_constraints(contract.service, operation, request)):
        return
    for constraint in _by_member(contract.service, operation).get(name, ()):
        if constraint.kind == "required":
            yield ProbeRequest(name, "required", {each: kept for each, kept in request.items() if each != name})
            continue
        for wrong in dict.fromkeys(_wrong_values(constraint, request.get(name))):
            made = {**request, name: wrong}
            if (name, constraint.kind) in broken_constraints(contract.service, operation, made):
                yield ProbeRequest(name, constraint.kind, made)
                if constraint.kind == "pattern":
                    break


def _wrong_values(constraint: Constraint, value: Any) -> Iterator[Any]:
    least, most = constraint.minimum, constraint.maximum
    match constraint.kind:
        case "minimum" if least is not None:
            yield from (least - 1, -1)
        case "maximum" if most is not None and most < 2**31 - 1:
            yield most + 1
        case "integer":
            yield "1x"
        case "length":
            yield from _wrong_lengths(least, most, value)
        case "known":
            yield f"NOT_{constraint.values[0]}"
        case "pattern":
            yield from _mismatches(constraint)


def _wrong_lengths(least: int | None, most: int | None, value: Any) -> Iterator[str]:
    """One character too few and one too many, otherwise like the value that works."""
    text = value if isinstance(value, str) and value else "m"
    if least:
        yield text[: least - 1].ljust(least - 1, text[-1])
    if most is not None and most <= 4096:
        yield (text + text[-1] * (most + 1))[: most + 1]


def _mismatches(constraint: Constraint) -> Iterator[str]:
    """The first text that breaks the pattern, of several lengths, since it has to be within the bounds of the length too."""
    for letters in ("not valid/", "Not Valid!", "!", "\N{LATIN SMALL LETTER E WITH ACUTE}", "\x01\x02\x03"):
        texts = [(letters * 40)[:length] for length in (12, 3, 24, 40, 400)]
        if broken := [each for each in texts if _breaks({constraint.member: each}, constraint)]:
            yield from broken
            return
