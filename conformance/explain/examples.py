"""A rule broken and kept: an exchange of either kind, and where they differ.

A rule of answers alone is shown by one of the vectors, beside the good one that is most like it. Any other is shown by the emulator, asked the same
twice: once with a fault that the rule catches, and once without.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cache
from itertools import count

from ...emulator import Behaviour, Emulator, Stages, attach
from ...errors import one_line
from ...spec.legacy import contract
from ...spec.vectors import Vector, vectors
from ..check import check
from ..driver.clients import TargetOptions, make_client
from ..evidence.evidence import Evidence
from ..evidence.invalid_requests import breaches
from ..protocols.query import Query
from ..rules import RULES
from ..trace.exchange import Exchange, Trace

__all__ = ["Example", "Exchanged", "example"]

#: Lines of an answer that are shown around a difference, and at most.
_AROUND, _MOST = 1, 12
#: Services of the emulator's report, where a fault shows in so small a one.
_SERVICES = 8
#: A longer value of a request is cut.
_LONGEST = 60
#: Exchanges that are shown where several break a rule together.
_EXCHANGES = 3
#: When the emulator's clock begins, and how far each call moves it, in seconds.
_EPOCH, _STEP = 1_750_000_000.0, 0.05
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
    mended: tuple[Exchanged, ...]


@cache
def example(rule_id: str) -> Example | None:
    """The example of a rule; None for a rule of clients, which no answer breaks."""
    return _of_vector(rule_id) or _of_fault(rule_id)


def _of_vector(rule_id: str) -> Example | None:
    """The vector that breaks this rule and the fewest others, in the fewest answers."""
    breaking = [each for each in vectors() if rule_id in (*each.breaks, *each.may) and _like(each)]
    if not breaking:
        return None
    bad = min(breaking, key=lambda each: (len({*each.breaks, *each.may}), len(each.answers)))
    good = max(_like(bad), key=lambda each: _likeness(bad, each))
    return _example(f"vector {bad.id}", bad.description, zip(_exchanges(bad), _exchanges(good), strict=True))


def _like(bad: Vector) -> list[Vector]:
    """Good vectors of as many answers."""
    form = (bad.operation, len(bad.answers))
    return [each for each in vectors() if not (each.breaks or each.may) and (each.operation, len(each.answers)) == form]


def _likeness(one: Vector, other: Vector) -> float:
    pairs = zip(_exchanges(one), _exchanges(other), strict=True)
    return sum(SequenceMatcher(None, _lines(a), _lines(b), False).ratio() for a, b in pairs)


def _exchanges(vector: Vector) -> list[Exchange]:
    return [
        Exchange(index, vector.operation, None, status=each.status, body=each.read("xml"))
        for index, each in enumerate(vector.answers)
    ]


def _of_fault(rule_id: str) -> Example | None:
    """What breaks the rule in the emulator with its first fault of this kind, beside the same requests without it."""
    from ...emulator.faults import FAULTS

    fault = next((each for each in FAULTS.values() if each.rule == rule_id and not each.deep), None)
    if fault is None:
        return None
    small = replace(fault.behaviour, services=_SERVICES)
    for behaviour in (small, fault.behaviour):  # some faults take many services to be seen
        trace = _survey(behaviour, fault.stages)
        if breach := _breach(rule_id, trace):
            dials = Behaviour(services=behaviour.services) if fault.stages == Stages() else behaviour
            valid = _lawful(dials)
            asked = [trace.exchanges[index] for index in breach]
            return _example(f"fault {fault.id}", fault.statement, ((each, _twin(each, valid)) for each in asked))
    return None


def _breach(rule_id: str, trace: Trace) -> tuple[int, ...]:
    """The exchanges of the rule's first breach."""
    function = RULES[rule_id]
    for piece in Evidence(trace, Query(), contract()).of(function.kind):
        for found in function.check(piece):
            if found.state == "broken":
                return tuple(found.exchanges if found.exchanges is not None else piece.exchanges)
    return ()


def _survey(behaviour: Behaviour, stages: Stages) -> Trace:
    """The survey's trace of an emulator, the same each time."""
    ticks, traces = count(), list[Trace]()
    emulator = Emulator(behaviour, stages, clock=lambda: _EPOCH + _STEP * next(ticks))
    with attach(make_client(TargetOptions()), emulator) as client:
        root = emulator.organization.root
        check(client, entity_path=root, poll_interval=0, explore=0, book=(), record=traces.append)
    return traces[0]


@cache
def _lawful(behaviour: Behaviour) -> Trace:
    return _survey(behaviour, Stages())


def _twin(broken: Exchange, valid: Trace) -> Exchange | None:
    """What the valid emulator was asked likewise, at about the same time."""
    asked = [each for each in valid.exchanges if _question(each) == _question(broken)]
    return min(asked, key=lambda each: abs(each.index - broken.index), default=None)


def _question(exchange: Exchange) -> tuple[object, ...]:
    """What was asked, whatever ids and markers were given, and what is wrong with it."""
    given, asked = (contract().job.id, contract().page.marker), exchange.parameters or {}
    told = {name: None if name in given else value for name, value in asked.items()}
    return exchange.operation, told, breaches(exchange.operation, asked)


def _example(origin: str, what: str, pairs: Iterable[tuple[Exchange, Exchange | None]]) -> Example:
    sides = [_compared(*pair) for pair in pairs][:_EXCHANGES]
    return Example(origin, what, tuple(bad for bad, _ in sides), tuple(good for _, good in sides if good))


def _compared(bad: Exchange, good: Exchange | None) -> tuple[Exchanged, Exchanged | None]:
    """The lines where the two differ, with a line before them; their beginnings where they do not."""
    theirs, ours = _lines(bad), _lines(good) if good else []
    if sorted(theirs) == sorted(ours) and _order(theirs) != _order(ours):
        theirs, ours = _order(theirs), _order(ours)
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


def _order(lines: Sequence[str]) -> list[str]:
    """The services in their order, one a line: all that matters where nothing else differs."""
    roles = contract().item
    found: list[list[str]] = []
    for line in lines:
        element = _ELEMENT.match(line)
        name = element[1] if element else ""
        if name == roles.name:
            found.append([])
        elif name in (roles.key, roles.time) and found:
            found[-1].append(line.strip())
    return [" ".join(each) for each in found]


def _request(exchange: Exchange) -> str | None:
    if exchange.parameters is None:
        return None
    told = (f"{name}={_short(str(value))}" for name, value in exchange.parameters.items())
    return " ".join([exchange.operation, *told])


def _short(value: str) -> str:
    text = one_line(value)
    return text if len(text) <= _LONGEST else f"{text[:20]}… ({len(value)} characters)"
