"""A rule broken and satisfied: the fewest exchanges that show it, taken from the emulator with a fault and without it.

The emulator is surveyed twice, and both traces are made as small as the rule allows. So an example is evidence: judged by itself, one side
breaks the rule and the other one satisfies it.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from ...emulator import Behaviour, Stages
from ...emulator.faults import Fault, faults_for
from ...spec.catalogue import Rule, rule_set
from ...spec.contract import Contract
from ...spec.operations import load
from ..evidence.evidence import Evidence
from ..evidence.invalid_requests import broken_constraints
from ..evidence.tokens import token_of
from ..judge.judge import findings, judge
from ..protocols import protocol_for
from ..protocols.base import Remembering
from ..rules import Check, function_of
from ..trace.exchange import Exchange, Trace
from .detection_table import observed

__all__ = ["Example", "example"]

#: Services of the emulator's report, the fewest first: where a fault shows in a small report, that is easier to read.
_SERVICES = (8, 48, 262)


@dataclass(frozen=True, slots=True)
class Example:
    """The exchanges that break a rule, what the rule finds in them, and the same requests answered without the fault.

    `corrected` is None for a rule that only notes what it sees, where there is nothing to correct.
    """

    fault: Fault
    finding: Check
    broken: Trace
    corrected: Trace | None


@lru_cache(maxsize=512)
def example(rule_id: str, contract: Contract | None = None) -> Example | None:
    """The example of a rule; None for a rule of clients, which no response breaks, and for one that no fault breaks."""
    contract = contract or load()
    found = next((each for each in rule_set(contract) if each.id == rule_id), None)
    if found is None:
        return None
    rule = _Rule(found, contract)
    faults = [each for each in faults_for(contract).values() if each.rule == rule_id and not each.deep]
    sizes = _SERVICES if contract.report else _SERVICES[-1:]
    shown = (_shown(rule, fault, services) for fault in faults for services in sizes)
    return next((each for each in shown if each), None)


class _Rule:
    """A rule by itself, applied to parts of one trace after another."""

    def __init__(self, rule: Rule, contract: Contract) -> None:
        self.contract = contract
        self._rule = rule
        self._function = function_of(rule, contract)
        self._protocol = Remembering(protocol_for(contract))

    def breaks(self, trace: Trace) -> list[tuple[Check, tuple[int, ...]]]:
        """The violations in a trace that weigh as much as the rule, each with the exchanges that it was seen in."""
        full = (None, self._rule.level)
        return [each for each in self._checks(trace) if each[0].state == "broken" and each[0].level in full]

    def is_found(self, trace: Trace) -> bool:
        """Whether the judge, who knows the other rules too, finds the rule broken in a trace."""
        results = judge(Evidence(trace, self._protocol, self.contract))
        return any(each.id == self._rule.id for each in findings(results))

    def passes(self, trace: Trace) -> bool:
        """Whether the rule is exercised by a trace, and satisfied."""
        states = {check.state for check, _ in self._checks(trace)}
        return "kept" in states and not states & {"broken", "unknown"}

    def _checks(self, trace: Trace) -> Iterator[tuple[Check, tuple[int, ...]]]:
        for one in Evidence(trace, self._protocol, self.contract).of(self._function.kind):
            for check in self._function.check(one):
                yield check, getattr(one, "exchanges", ()) if check.exchanges is None else check.exchanges


def _shown(rule: _Rule, fault: Fault, services: int) -> Example | None:
    behaviour = replace(fault.behaviour, services=services)
    trace = observed(behaviour, fault.stages, rule.contract)[1]
    valid = _valid(Behaviour(services=services) if fault.stages == Stages() else behaviour, rule.contract)
    found = rule.breaks(trace)
    satisfied = rule.passes(valid)
    if not found or not (satisfied or fault.notes):
        return None
    broken = _smallest(trace, _seen_in(found), lambda part: bool(rule.breaks(part)))
    if not rule.is_found(broken):  # another rule's violation explains it away, which it does not in the whole trace
        broken = _smallest(trace, (), rule.is_found)
    corrected = _counterpart(rule, broken, valid) if satisfied else None
    return Example(fault, rule.breaks(broken)[0][0], broken, corrected)


@lru_cache(maxsize=32)
def _valid(behaviour: Behaviour, contract: Contract) -> Trace:
    return observed(behaviour, Stages(), contract)[1]


def _seen_in(found: Sequence[tuple[Check, tuple[int, ...]]]) -> tuple[int, ...]:
    """The exchanges of the violation that takes the fewest."""
    return min((exchanges for _, exchanges in found if exchanges), key=len, default=())


def _smallest(trace: Trace, first: Collection[int], holds: Callable[[Trace], bool]) -> Trace:
    """The fewest exchanges of which something still holds: some of these, else of all."""
    start = _part(trace, first)
    left = list(first) if holds(start) else [each.index for each in trace.exchanges]
    return _numbered(_part(trace, _reduced(left, lambda part: holds(_part(trace, part)))))


def _reduced(left: list[int], holds: Callable[[list[int]], bool]) -> list[int]:
    """Leave out halves, quarters and so on, as long as it holds."""
    size = max(len(left) // 2, 1)
    while True:
        start = 0
        while start < len(left):
            rest = left[:start] + left[start + size :]
            if rest and holds(rest):
                left = rest
            else:
                start += size
        if size == 1:
            return left
        size //= 2


def _counterpart(rule: _Rule, broken: Trace, valid: Trace) -> Trace:
    """The same requests in the valid trace, with those that the rule needs besides to be exercised."""
    ways = _twins(broken, valid, rule.contract)
    for twins in ways:
        if rule.passes(_part(valid, twins)):
            return _numbered(_part(valid, twins))
    kept = frozenset(ways[0] if ways else ())
    everything = [each.index for each in valid.exchanges]
    found = _reduced(everything, lambda part: kept <= {*part} and rule.passes(_part(valid, part)))
    return _numbered(_part(valid, found))


def _twins(broken: Trace, valid: Trace, contract: Contract) -> list[list[int]]:
    """Places of the valid trace where the same was requested in the same order, the nearest first."""
    wanted = [_question(each, contract) for each in broken.exchanges]
    asked = [_question(each, contract) for each in valid.exchanges]
    found = []
    for start in range(len(asked)):
        taken: list[int] = []
        for place in range(start, len(asked)):
            if len(taken) < len(wanted) and asked[place] == wanted[len(taken)]:
                taken.append(place)
        if len(taken) == len(wanted) and taken not in found:
            found.append(taken)
    return found


def _question(exchange: Exchange, contract: Contract) -> tuple[object, ...]:
    """What was requested, whatever ids and tokens were given, and what is wrong with it."""
    sent = exchange.parameters or {}
    given = {each.input for each in contract.listing.tokens} if contract.listing else set()
    given |= {contract.job.id_in} if contract.job else set()
    shown = {name: None if name in given else value for name, value in sent.items()}
    has_token = token_of(sent, contract) is not None
    return exchange.operation, shown, has_token, broken_constraints(contract.service, exchange.operation, sent)


def _part(trace: Trace, indexes: Collection[int]) -> Trace:
    return replace(trace, exchanges=tuple(trace.exchanges[each] for each in sorted(indexes)))


def _numbered(trace: Trace) -> Trace:
    """The same with its exchanges numbered from 0, as those of any trace are."""
    return replace(trace, exchanges=tuple(replace(each, index=place) for place, each in enumerate(trace.exchanges)))
