"""The result of judging one operation, and of several: verdict, the outcome of every rule, and the JSON form of both."""

import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from ..trace.exchange import Verdict

__all__ = [
    "MAX_SHOWN",
    "OUTCOMES",
    "SCHEMA_VERSION",
    "UNJUDGED",
    "KnownProblem",
    "Outcome",
    "Result",
    "Results",
    "RuleResult",
    "SetupResult",
    "Target",
    "Verdict",
    "Violation",
]

SCHEMA_VERSION = 1

#: How many violations of one rule are kept; the rest is a number, in the reason.
MAX_SHOWN = 5

Outcome = Literal["passed", "failed", "warned", "noted", "not-exercised", "indeterminate", "known"]
OUTCOMES: tuple[Outcome, ...] = ("passed", "failed", "warned", "noted", "not-exercised", "indeterminate", "known")

#: Verdicts that say that nothing could be judged.
UNJUDGED = frozenset({"indeterminate", "not-implemented", "unreachable", "refused"})

#: Outcomes that say something about the target: a rule with any other was not exercised.
_EXERCISED = frozenset({"passed", "failed", "warned", "noted", "known"})

#: Members of the JSON that repeat in figures what its other members say.
_DERIVED = frozenset({"schema_version", "exercised", "divergence", "summary"})


@dataclass(frozen=True, slots=True)
class Target:
    """What was judged. `kind` is endpoint, emulator, moto, moto+access-reports, aws, client, file or trace."""

    kind: str = "client"
    endpoint_url: str | None = None
    server: str | None = None


@dataclass(frozen=True, slots=True)
class SetupResult:
    """What a recipe created and deleted in the target. `left` names what could not be deleted."""

    items: int = 0
    deleted: int = 0
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Violation:
    """One violation of one rule: what came, what was expected, in which exchanges, and how to reproduce it."""

    message: str
    expected: str | None = None
    actual: str | None = None
    path: str | None = None
    exchanges: tuple[int, ...] = ()
    reproduce: str | None = None


@dataclass(frozen=True, slots=True)
class RuleResult:
    """One rule's outcome. `checked` counts what could have gone wrong; `because` is the rule whose failure explains this outcome."""

    id: str
    level: str
    basis: str
    source: str
    outcome: Outcome
    checked: int = 0
    reason: str | None = None
    because: str | None = None
    violations: tuple[Violation, ...] = ()
    statement: str = ""

    @property
    def exercised(self) -> bool:
        """Whether the outcome says anything about the target."""
        return self.outcome in _EXERCISED

    @property
    def family(self) -> str:
        """The part of the id before the dot."""
        return self.id.partition(".")[0]


@dataclass(frozen=True, slots=True)
class KnownProblem:
    """An entry among the known divergences that fails the run: its rule passes now (`stale`), or its date is past (`expired`)."""

    rule: str
    problem: Literal["stale", "expired"]
    message: str


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that judging one operation found. `rules` holds every rule that applies to it, in the catalogue's order."""

    operation: str
    model: Mapping[str, str]
    target: Target
    verdict: Verdict
    rules: tuple[RuleResult, ...]
    reason: str | None = None
    calls: int = 0
    seconds: float = 0.0
    seed: int = 0
    dropped: tuple[str, ...] = ()
    awscontract: str = field(default="")
    known_problems: tuple[KnownProblem, ...] = ()
    cut_short: str | None = None
    setup: SetupResult | None = None

    @property
    def summary(self) -> dict[str, int]:
        """How many rules had each outcome."""
        counts = Counter(rule.outcome for rule in self.rules)
        return {outcome: counts[outcome] for outcome in OUTCOMES}

    @property
    def exercised(self) -> int:
        """Coverage: how many rules were exercised on the target."""
        return sum(rule.exercised for rule in self.rules)

    @property
    def judged(self) -> bool:
        """Whether the target could be judged."""
        return self.verdict not in UNJUDGED

    def rule(self, rule_id: str) -> RuleResult:
        """The outcome of one rule. :raises KeyError: for a rule that does not apply to the operation."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)

    def unmet(self, required: Collection[str]) -> list[RuleResult]:
        """The rules that `required` asks for, by their ids or families, and that were not exercised."""
        return [rule for rule in self.rules if not rule.exercised and (rule.id in required or rule.family in required)]

    def exit_status(self, *, strict: bool = False, required: Collection[str] = ()) -> int:
        """1 where something is broken, 3 where the target could not be judged, else 0."""
        broken = {"failed", "warned"} if strict else {"failed"}
        if any(rule.outcome in broken for rule in self.rules) or self.known_problems:
            return 1
        if not self.judged:
            return 3
        return 1 if self.unmet(required) else 0

    def to_dict(self) -> dict[str, Any]:
        """The result as plain data, valid under the ``result`` schema."""
        return {
            "schema_version": SCHEMA_VERSION,
            "awscontract": self.awscontract,
            "operation": self.operation,
            "model": dict(self.model),
            "target": _target(self.target),
            "verdict": self.verdict,
            "reason": self.reason,
            "calls": self.calls,
            "seconds": round(self.seconds, 3),
            "seed": self.seed,
            "exercised": self.exercised,
            "cut_short": self.cut_short,
            "setup": asdict(self.setup) | {"left": list(self.setup.left)} if self.setup else None,
            "dropped": list(self.dropped),
            "known_problems": [asdict(each) for each in self.known_problems],
            "summary": self.summary,
            "rules": [_rule(rule) for rule in self.rules],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Result":
        """The result that `to_dict` gave, from data that is valid under the ``result`` schema."""
        members = {name: value for name, value in data.items() if name not in _DERIVED}
        setup = data.get("setup")
        return cls(
            **members
            | {
                "target": Target(**data["target"]),
                "rules": tuple(map(_to_rule, data["rules"])),
                "dropped": tuple(data.get("dropped", ())),
                "known_problems": tuple(KnownProblem(**each) for each in data.get("known_problems", ())),
                "setup": SetupResult(**setup | {"left": tuple(setup.get("left", ()))}) if setup else None,
            }
        )

    def to_json(self) -> str:
        """The result as JSON text, ending in a line feed."""
        return _json(self.to_dict())


@dataclass(frozen=True, slots=True)
class Results:
    """The results of several operations of one target."""

    target: Target
    results: tuple[Result, ...]
    awscontract: str = ""

    def exit_status(self, *, strict: bool = False, required: Collection[str] = ()) -> int:
        """1 where any result has 1; 3 where no operation could be judged, or a required one could not; else 0."""
        found = [each.exit_status(strict=strict, required=required) for each in self.results]
        if 1 in found:
            return 1
        judged = any(each.judged for each in self.results)
        missing = any(each.operation in required and not each.judged for each in self.results)
        return 3 if missing or not judged else 0

    def to_dict(self) -> dict[str, Any]:
        """The results as plain data, valid under the ``results`` schema."""
        return {
            "schema_version": SCHEMA_VERSION,
            "awscontract": self.awscontract,
            "target": _target(self.target),
            "results": [each.to_dict() for each in self.results],
        }

    def to_json(self) -> str:
        """The results as JSON text, ending in a line feed."""
        return _json(self.to_dict())


def _rule(rule: RuleResult) -> dict[str, Any]:
    members = {
        "id": rule.id,
        "level": rule.level,
        "basis": rule.basis,
        "source": rule.source,
        "statement": rule.statement or None,
        "outcome": rule.outcome,
        "checked": rule.checked,
        "reason": rule.reason,
        "because": rule.because,
    }
    return _without_none(members) | {"violations": [_violation(each) for each in rule.violations]}


def _violation(violation: Violation) -> dict[str, Any]:
    return asdict(violation) | {"exchanges": list(violation.exchanges)}


def _to_rule(data: Mapping[str, Any]) -> RuleResult:
    violations = tuple(Violation(**each | {"exchanges": tuple(each["exchanges"])}) for each in data["violations"])
    return RuleResult(**dict(data) | {"violations": violations})


def _target(target: Target) -> dict[str, Any]:
    return _without_none(asdict(target))


def _json(data: Mapping[str, Any]) -> str:
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def _without_none(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
