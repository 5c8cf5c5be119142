"""A rule broken and satisfied: an exchange of either kind, and where they differ.

A rule about responses alone is shown by one of the vectors, beside the valid one that is most like it. Any other is shown by the emulator,
surveyed twice: once with a fault that the rule catches, and once without.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache

from ...emulator import Behaviour, Stages
from ...emulator.faults import Fault, faults_for
from ...errors import one_line
from ...spec.catalogue import rule_set
from ...spec.contract import Contract
from ...spec.operations import load
from ...spec.vectors import Vector, vectors
from ..evidence.evidence import Evidence
from ..evidence.invalid_requests import broken_constraints
from ..evidence.responses import token_of
from ..protocols import protocol_for
from ..rules import function_of
from ..trace.exchange import Exchange, Trace
from .detection_table import observed

__all__ = ["Example", "Exchanged", "example"]

#: Lines of an answer that are shown around a difference, and at most.
_AROUND, _MOST = 1, 12
#: Services of the emulator's report, where a fault shows in one that is so small.
_SERVICES = 8
#: A longer value of a request is cut.
_LONGEST = 60
#: Exchanges that are shown where several break a rule together.
_EXCHANGES = 3
_ELEMENT = re.compile(r"\s*<(\w+)>.*</\1>\s*$")


@dataclass(frozen=True, slots=True)
class Exchanged:
    """One exchange: the request and the media type, where they are known, the HTTP status, and the lines of the answer that matter."""

    request: str | None
    status: int | None
    media_type: str | None
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """What breaks a rule, and what does not. `origin` says where it is taken from, and `what` is there in words."""

    origin: str
    what: str
    broken: tuple[Exchanged, ...]
    corrected: tuple[Exchanged, ...]


@lru_cache(maxsize=512)
def example(rule_id: str, contract: Contract | None = None) -> Example | None:
    """The example of a rule; None for a rule of clients, which no response breaks, and for one that nothing breaks."""
    contract = contract or load()
    if rule_id not in {each.id for each in rule_set(contract)}:
        return None
    return _of_vector(rule_id, contract) or _of_fault(rule_id, contract)


def _of_vector(rule_id: str, contract: Contract) -> Example | None:
    """The vector that breaks this rule and the fewest others, in the fewest responses."""
    own = contract.operations
    breaking = [
        each for each in vectors() if each.operation in own and rule_id in (*each.breaks, *each.may) and _like(each)
    ]
    if not breaking or contract.service != "iam":
        return None
    bad = min(breaking, key=lambda each: (len({*each.breaks, *each.may}), len(each.responses)))
    good = max(_like(bad), key=lambda each: _likeness(bad, each))
    pairs = zip(_exchanges(bad), _exchanges(good), strict=True)
    return _example(f"vector {bad.id}", bad.description, pairs, contract)


def _like(bad: Vector) -> list[Vector]:
    """Good vectors of as many answers."""
    form = (bad.operation, len(bad.responses))
    return [
        each for each in vectors() if not (each.breaks or each.may) and (each.operation, len(each.responses)) == form
    ]


def _likeness(one: Vector, other: Vector) -> float:
    pairs = zip(_exchanges(one), _exchanges(other), strict=True)
    return sum(SequenceMatcher(None, _lines(a), _lines(b), False).ratio() for a, b in pairs)


def _exchanges(vector: Vector) -> list[Exchange]:
    return [
        Exchange(index, vector.operation, None, status=each.status, body=each.read("xml"))
        for index, each in enumerate(vector.responses)
    ]


def _of_fault(rule_id: str, contract: Contract) -> Example | None:
    """What breaks the rule in the emulator with its first fault of this kind, beside the same requests without it."""
    catching = [each for each in faults_for(contract).values() if each.rule == rule_id and not each.deep]
    for fault in catching[:2]:
        small = replace(fault.behaviour, services=_SERVICES)
        for behaviour in (small, fault.behaviour):  # some faults take many items to be seen
            if (found := _seen(rule_id, fault, behaviour, contract)) is not None:
                return found
    return None


def _seen(rule_id: str, fault: Fault, behaviour: Behaviour, contract: Contract) -> Example | None:
    trace = observed(behaviour, fault.stages, contract)[1]
    broken = _violation(rule_id, trace, contract)
    if not broken:
        return None
    dials = Behaviour(services=behaviour.services) if fault.stages == Stages() else behaviour
    valid = _valid(dials, contract)
    asked = [trace.exchanges[index] for index in broken]
    pairs = ((each, _twin(each, valid, contract)) for each in asked)
    return _example(f"fault {fault.id}", fault.statement, pairs, contract)


def _violation(rule_id: str, trace: Trace, contract: Contract) -> tuple[int, ...]:
    """The exchanges of the rule's first violation."""
    rule = next(each for each in rule_set(contract) if each.id == rule_id)
    function = function_of(rule, contract)
    for piece in Evidence(trace, protocol_for(contract), contract).of(function.kind):
        for found in function.check(piece):
            if found.state == "broken":
                return tuple(found.exchanges if found.exchanges is not None else piece.exchanges)
    return ()


@lru_cache(maxsize=32)
def _valid(behaviour: Behaviour, contract: Contract) -> Trace:
    return observed(behaviour, Stages(), contract)[1]


def _twin(broken: Exchange, valid: Trace, contract: Contract) -> Exchange | None:
    """What the valid emulator was sent likewise, at about the same time."""
    asked = [each for each in valid.exchanges if _question(each, contract) == _question(broken, contract)]
    return min(asked, key=lambda each: abs(each.index - broken.index), default=None)


def _question(exchange: Exchange, contract: Contract) -> tuple[object, ...]:
    """What was requested, whatever ids and tokens were given, and what is wrong with it."""
    sent = exchange.parameters or {}
    given = {each.input for each in contract.listing.tokens} if contract.listing else set()
    given |= {contract.job.id_in} if contract.job else set()
    shown = {name: None if name in given else value for name, value in sent.items()}
    has_token = token_of(sent, contract) is not None
    return exchange.operation, shown, has_token, broken_constraints(contract.service, exchange.operation, sent)


def _example(origin: str, what: str, pairs: Iterable[tuple[Exchange, Exchange | None]], contract: Contract) -> Example:
    sides = [_compared(*pair, contract) for pair in pairs][:_EXCHANGES]
    return Example(origin, what, tuple(bad for bad, _ in sides), tuple(good for _, good in sides if good))


def _compared(bad: Exchange, good: Exchange | None, contract: Contract) -> tuple[Exchanged, Exchanged | None]:
    """The lines where the two differ, with a line before them; their beginnings where they do not."""
    theirs, ours = _lines(bad), _lines(good) if good else []
    if sorted(theirs) == sorted(ours) and _order(theirs, contract) != _order(ours, contract):
        theirs, ours = _order(theirs, contract), _order(ours, contract)
    same = 0
    while same < min(len(theirs), len(ours)) and theirs[same] == ours[same]:
        same += 1
    rest = 0
    while rest < min(len(theirs), len(ours)) - same and theirs[-1 - rest] == ours[-1 - rest]:
        rest += 1
    if same == len(theirs) == len(ours):
        same = rest = 0
    return _shown(bad, theirs, same, rest), _shown(good, ours, same, rest) if good else None


def _shown(exchange: Exchange, lines: Sequence[str], same: int, rest: int) -> Exchanged:
    first, end = max(same - _AROUND, 0), min(len(lines) - rest + _AROUND, len(lines))
    last = min(end, first + _MOST)
    shown = [*["…"] * (first > 0), *lines[first:last], *["…"] * (last < len(lines))]
    return Exchanged(_request(exchange), exchange.status, exchange.headers.get("content-type"), tuple(shown))


def _lines(exchange: Exchange) -> list[str]:
    return [one_line(each) for each in exchange.body.decode("utf-8", "backslashreplace").splitlines()]


def _order(lines: Sequence[str], contract: Contract) -> list[str]:
    """The rows of a report in their order, one a line: all that matters where nothing else differs. Other lists stay as they are."""
    report, listing = contract.report, contract.listing
    if report is None or listing is None:
        return list(lines)
    shown = {each.rpartition(".")[2] for each in (listing.identity, report.time) if each}
    name = (report.name or "").rpartition(".")[2]
    found: list[list[str]] = []
    for line in lines:
        element = _ELEMENT.match(line)
        tag = element[1] if element else ""
        if tag == name:
            found.append([])
        elif tag in shown and found:
            found[-1].append(line.strip())
    return [" ".join(each) for each in found]


def _request(exchange: Exchange) -> str | None:
    if exchange.parameters is None:
        return None
    shown = (f"{name}={_short(str(value))}" for name, value in exchange.parameters.items())
    return " ".join([exchange.operation, *shown])


def _short(value: str) -> str:
    text = one_line(value)
    return text if len(text) <= _LONGEST else f"{text[:20]}… ({len(value)} characters)"
