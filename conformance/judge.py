"""From evidence to outcomes: every rule is asked about every piece of its kind, and its checks are folded into one outcome."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from ..spec import Rule, service_rules
from ..spec import rule as catalogued
from .evidence import Evidence
from .result import Outcome, RuleResult, Violation
from .rules import RULES, Check, RuleFunction

__all__ = ["judge"]

#: How many breaches of one rule are told; the rest is a number.
TOLD = 5

_BROKEN: Mapping[str, Outcome] = {"must": "failed", "should": "warned", "may": "noted"}
_RANK = {"may": 0, "should": 1, "must": 2}

#: What makes the line that shows a breach again, out of the exchanges that it was seen in.
Reproduce = Callable[[tuple[int, ...]], str | None]


def judge(evidence: Evidence, reproduce: Reproduce = lambda exchanges: None) -> tuple[RuleResult, ...]:
    """The outcome of every rule of the service's half, in the catalogue's order."""
    checks = {each.id: _checks(RULES[each.id], evidence) for each in service_rules()}
    condemned = {rule_id: _exchanges(found) for rule_id, found in checks.items()}
    return tuple(_fold(each, RULES[each.id], checks[each.id], condemned, reproduce) for each in service_rules())


def _checks(rule: RuleFunction, evidence: Evidence) -> list[Check]:
    return [_placed(check, piece) for piece in evidence.of(rule.kind) for check in rule.check(piece)]


def _placed(check: Check, piece: Any) -> Check:
    """The check with the exchanges of its evidence, where it names none of its own and somebody will look."""
    if check.state != "broken" or check.exchanges is not None:
        return check
    return replace(check, exchanges=piece.exchanges if hasattr(piece, "exchanges") else (piece.exchange.index,))


def _exchanges(checks: Iterable[Check]) -> frozenset[int]:
    return frozenset(index for check in checks if check.state == "broken" for index in check.exchanges or ())


def _fold(
    rule: Rule,
    function: RuleFunction,
    checks: list[Check],
    condemned: Mapping[str, frozenset[int]],
    reproduce: Reproduce,
) -> RuleResult:
    """One outcome of many checks: a breach outweighs everything, and what could not be seen outweighs what was kept."""
    because: str | None = None
    broken, states = [], Counter(check.state for check in checks)
    for check in checks:
        if check.state == "broken":
            ground = _ground(rule, function, check, condemned)
            if ground is None:
                broken.append(check)
            else:
                because = because or ground
    base = RuleResult(rule.id, rule.level, rule.basis, rule.source, "not-exercised")
    checked = states["kept"] + len(broken)
    if broken:
        told = tuple(_violation(check, reproduce) for check in broken[:TOLD])
        more = f"{len(broken)} breaches; the first {TOLD} are told" if len(broken) > TOLD else None
        return replace(base, outcome=_BROKEN[rule.level], checked=checked, violations=told, reason=more)
    if because:
        return replace(
            base,
            outcome="indeterminate",
            checked=checked,
            because=because,
            reason=f"{because} is broken where this rule looks",
        )
    if states["unknown"]:
        reason = next(check.message for check in checks if check.state == "unknown")
        ground = next((each for each in function.grounds if condemned[each]), None)
        return replace(base, outcome="indeterminate", checked=checked, because=ground, reason=reason)
    if states["kept"]:
        return replace(base, outcome="passed", checked=checked)
    return replace(base, reason=f"it needs {function.needs}")


def _ground(rule: Rule, function: RuleFunction, check: Check, condemned: Mapping[str, frozenset[int]]) -> str | None:
    """The rule whose breach in the same exchanges explains this one. A mere warning never takes a failure away."""
    for ground in function.grounds:
        if (
            not condemned[ground].isdisjoint(check.exchanges or ())
            and _RANK[catalogued(ground).level] >= _RANK[rule.level]
        ):
            return ground
    return None


def _violation(check: Check, reproduce: Reproduce) -> Violation:
    exchanges = check.exchanges or ()
    return Violation(check.message, check.expected, check.actual, check.path, exchanges, reproduce(exchanges))
