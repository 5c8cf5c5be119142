"""From evidence to outcomes: every rule looks at all evidence of its kind, and its checks are folded into one outcome."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...errors import one_line, shorten
from ...spec.catalogue import Rule, rule_set
from ...spec.contract import Contract
from ...spec.traits import fill
from ..evidence.evidence import Evidence
from ..results.result import MAX_SHOWN, Outcome, RuleResult, Violation
from ..rules import Check, RuleFunction, function_of

__all__ = ["findings", "judge"]

_BROKEN: Mapping[str, Outcome] = {"must": "failed", "should": "warned", "may": "noted"}
_RANK = {"may": 0, "should": 1, "must": 2}
#: An article before the name of a member that begins with a vowel.
_ARTICLE = re.compile(r"\b([Aa])(?= [AEIO][A-Za-z]*[a-z])")

#: Kinds of evidence about which a rule is suppressed as a whole: a list that is cut short in one listing is so in all of them.
_WHOLE = frozenset({"Listing", "Collection"})

#: The rule whose violations come first, whatever the catalogue's order: nothing else that a crashed service said means much.
_FIRST = "protocol.no-server-error"

#: What makes the lines that reproduce a violation, out of the exchanges that it was seen in.
Reproduce = Callable[[tuple[int, ...]], str | None]


@dataclass(frozen=True, slots=True)
class _Checks:
    """A rule's checks: how many were satisfied, and the others one by one, each violation with the exchanges that it rests on."""

    kept: int
    broken: tuple[tuple[Check, frozenset[int]], ...]
    unknown: tuple[Check, ...]
    idle: str | None = None


def judge(evidence: Evidence, reproduce: Reproduce = lambda exchanges: None) -> tuple[RuleResult, ...]:
    """The outcome of every rule of the operation's rule set, in its order."""
    contract = evidence.contract
    rules = [(rule, function_of(rule, contract)) for rule in rule_set(contract)]
    checks = {rule.id: _checks(function, evidence) for rule, function in rules}
    broken = _Broken({rule.id: rule for rule, _ in rules}, checks)
    return tuple(_fold(rule, function, checks[rule.id], broken, contract, reproduce) for rule, function in rules)


def findings(rules: Sequence[RuleResult]) -> tuple[RuleResult, ...]:
    """The broken rules in the order of what to fix first: by level, then server errors, then in the catalogue's order."""
    found = [each for each in rules if each.outcome in ("failed", "warned", "noted")]
    ranks = {"failed": 0, "warned": 1, "noted": 2}
    return tuple(sorted(found, key=lambda each: (ranks[each.outcome], each.id != _FIRST)))


def _checks(function: RuleFunction, evidence: Evidence) -> _Checks:
    kept = 0
    broken: list[tuple[Check, frozenset[int]]] = []
    unknown: list[Check] = []
    idle: str | None = None
    for one in evidence.of(function.kind):
        for check in function.check(one):
            if check.state == "kept":
                kept += check.times
            elif check.state == "unknown":
                unknown.append(check)
            elif check.state == "idle":
                idle = idle or check.message
            else:
                shown = _exchanges(one) if check.exchanges is None else check.exchanges
                rests = frozenset(shown)
                if function.kind in _WHOLE and not function.narrow:
                    rests |= frozenset(_exchanges(one))
                broken.append((replace(check, exchanges=shown), rests))
    return _Checks(kept, tuple(broken), tuple(unknown), idle)


def _exchanges(one: Any) -> tuple[int, ...]:
    """The exchanges that something rests on."""
    found: tuple[int, ...] = one.exchanges if hasattr(one, "exchanges") else ()
    return found


class _Broken:
    """Which rules are broken where, and which violation another one explains."""

    def __init__(self, rules: Mapping[str, Rule], checks: Mapping[str, _Checks]) -> None:
        self._rules = rules
        self._where = {
            rule_id: frozenset().union(*(check.exchanges or () for check, _ in found.broken))
            for rule_id, found in checks.items()
            if found.broken
        }

    def anywhere(self, rule_ids: Sequence[str]) -> str | None:
        """The first of these rules that is broken at all."""
        return next((each for each in rule_ids if each in self._where), None)

    def explanation(self, rule: Rule, function: RuleFunction, check: Check, rests: frozenset[int]) -> str | None:
        """The rule whose violation explains this one. A mere warning never explains a failure away."""
        level = check.level or rule.level
        for each in function.suppressed_by:
            if each in self._where and not self._where[each].isdisjoint(rests) and self._weighs(each, level):
                return each
        if check.because in self._where and check.because is not None and self._weighs(check.because, level):
            return check.because
        return None

    def _weighs(self, rule_id: str, level: str) -> bool:
        return _RANK[self._rules[rule_id].level] >= _RANK[level]


def _fold(
    rule: Rule, function: RuleFunction, checks: _Checks, known: _Broken, contract: Contract, reproduce: Reproduce
) -> RuleResult:
    """One outcome of many checks: a violation outweighs everything, and what could not be seen outweighs what was satisfied."""
    explained = [(check, known.explanation(rule, function, check, rests)) for check, rests in checks.broken]
    broken = [check for check, because in explained if because is None]
    because = next((each for _, each in explained if each is not None), None)

    def ended(outcome: Outcome, reason: str | None = None, **more: Any) -> RuleResult:
        checked = checks.kept + len(broken)
        described = (rule.id, rule.level, rule.basis, rule.source, outcome)
        return RuleResult(*described, reason=reason, checked=checked, statement=rule.statement, **more)

    if broken:
        shown = tuple(_violation(check, reproduce) for check in broken[:MAX_SHOWN])
        more = f"{len(broken):,} violations in all" if len(broken) > MAX_SHOWN else None
        level = max((each.level or rule.level for each in broken), key=_RANK.__getitem__)
        level = min(level, rule.level, key=_RANK.__getitem__)
        return ended(_BROKEN[level], more, violations=shown)
    if because:
        return ended("indeterminate", f"suppressed by {because}", because=because)
    if checks.unknown:
        because = known.anywhere(function.suppressed_by)
        return ended("indeterminate", _readable(checks.unknown[0].message), because=because)
    if checks.kept:
        return ended("passed")
    return ended(
        "not-exercised", _worded(checks.idle or f"it needs {fill(function.needs, contract) or function.needs}")
    )


def _violation(check: Check, reproduce: Reproduce) -> Violation:
    exchanges = check.exchanges or ()
    message, expected = _worded(check.message), _worded(check.expected)
    actual, path = _readable(check.actual), _readable(check.path)
    return Violation(message or "", expected, actual, path, exchanges, reproduce(exchanges))


def _worded(text: str | None) -> str | None:
    """A sentence with the names of members in it, some of which begin with a vowel: an IsTruncated, an ExclusiveStartShardId."""
    return _readable(None if text is None else _ARTICLE.sub(r"\1n", text))


def _readable(text: str | None) -> str | None:
    """The text as any file or terminal can hold it, on one line and cut to a readable length."""
    return None if text is None else one_line(shorten(text, 340).encode("utf-8", "backslashreplace").decode())
