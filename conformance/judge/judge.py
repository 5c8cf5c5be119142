"""From evidence to outcomes: every rule is asked about every piece of its kind, and its checks are folded into one outcome."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...spec import Rule, rule as catalogued, service_rules
from ..evidence.evidence import Evidence
from ..results.result import MAX_SHOWN, Outcome, RuleResult, Violation
from ..rules import KEPT, RULES, Check, RuleFunction

__all__ = ["Book", "catalogue", "judge"]

#: Rules with their checks. Those that look at bytes are of one protocol: another protocol brings a book with its own.
Book = Sequence[tuple[Rule, RuleFunction]]

_BROKEN: Mapping[str, Outcome] = {"must": "failed", "should": "warned", "may": "noted"}
_RANK = {"may": 0, "should": 1, "must": 2}

#: What makes the line that shows a breach again, out of the exchanges that it was seen in.
Reproduce = Callable[[tuple[int, ...]], str | None]


@dataclass(frozen=True, slots=True)
class _Checks:
    """A rule's checks: how many were kept, and the others one by one."""

    kept: int
    broken: tuple[Check, ...]
    unknown: tuple[Check, ...]

    @property
    def exchanges(self) -> frozenset[int]:
        """Where the rule is broken."""
        return frozenset(index for check in self.broken for index in check.exchanges or ())


def catalogue() -> Book:
    """The service's half of the catalogue, whose protocol is AWS Query."""
    return tuple((each, RULES[each.id]) for each in service_rules())


def judge(
    evidence: Evidence, reproduce: Reproduce = lambda exchanges: None, book: Book | None = None
) -> tuple[RuleResult, ...]:
    """The outcome of every rule of the book, in its order; without one it is the catalogue."""
    book = catalogue() if book is None else book
    checks = {rule.id: _checks(function, evidence) for rule, function in book}
    condemned = defaultdict(frozenset[int], {rule_id: found.exchanges for rule_id, found in checks.items()})
    return tuple(_fold(rule, function, checks[rule.id], condemned, reproduce) for rule, function in book)


def _checks(rule: RuleFunction, evidence: Evidence) -> _Checks:
    kept, others = 0, []
    for piece in evidence.of(rule.kind):
        for check in rule.check(piece):
            if check is KEPT:
                kept += 1
            else:
                others.append(check if check.exchanges is not None else replace(check, exchanges=_exchanges(piece)))
    broken = tuple(check for check in others if check.state == "broken")
    return _Checks(kept, broken, tuple(check for check in others if check.state == "unknown"))


def _exchanges(piece: Any) -> tuple[int, ...]:
    """The exchanges that a piece of evidence rests on."""
    found: tuple[int, ...] = piece.exchanges if hasattr(piece, "exchanges") else ()
    return found


def _fold(
    rule: Rule, function: RuleFunction, checks: _Checks, condemned: Mapping[str, frozenset[int]], reproduce: Reproduce
) -> RuleResult:
    """One outcome of many checks: a breach outweighs everything, and what could not be seen outweighs what was kept."""
    grounds = [(check, _ground(rule, function, check, condemned)) for check in checks.broken]
    broken = [check for check, ground in grounds if ground is None]
    because = next((ground for _, ground in grounds if ground is not None), None)
    base = RuleResult(rule.id, rule.level, rule.basis, rule.source, "not-exercised", checked=checks.kept + len(broken))
    if broken:
        told = tuple(_violation(check, reproduce) for check in broken[:MAX_SHOWN])
        more = f"{len(broken)} breaches; the first {MAX_SHOWN} are told" if len(broken) > MAX_SHOWN else None
        return replace(base, outcome=_BROKEN[rule.level], violations=told, reason=more)
    if because:
        reason = f"{because} is broken where this rule looks"
        return replace(base, outcome="indeterminate", because=because, reason=reason)
    if checks.unknown:
        ground = next((each for each in function.grounds if condemned[each]), None)
        return replace(base, outcome="indeterminate", because=ground, reason=_readable(checks.unknown[0].message))
    if checks.kept:
        return replace(base, outcome="passed")
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
    message, expected, actual, path = map(_readable, (check.message, check.expected, check.actual, check.path))
    return Violation(message or "", expected, actual, path, exchanges, reproduce(exchanges))


def _readable(text: str | None) -> str | None:
    """The text as any file or terminal can hold it: a unissued's JSON may have halves of characters in it."""
    return None if text is None else text.encode("utf-8", "backslashreplace").decode()
