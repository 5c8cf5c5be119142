"""What the judge found: a verdict, every rule's outcome, and the JSON that is its one form at rest."""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from ..trace.exchange import Verdict

__all__ = [
    "MAX_SHOWN",
    "OUTCOMES",
    "SCHEMA_VERSION",
    "KnownProblem",
    "Outcome",
    "Result",
    "RuleResult",
    "Target",
    "Verdict",
    "Violation",
]

SCHEMA_VERSION = 1

#: How many breaches of one rule are told; the rest is a number, in the reason.
MAX_SHOWN = 5

Outcome = Literal["passed", "failed", "warned", "noted", "not-exercised", "indeterminate", "known"]
OUTCOMES: tuple[Outcome, ...] = ("passed", "failed", "warned", "noted", "not-exercised", "indeterminate", "known")

#: An outcome that says something about the target: a rule with any other was not exercised.
_EXERCISED = frozenset({"passed", "failed", "warned", "noted", "known"})

#: Members of the JSON that say in figures what its other members say.
_DERIVED = frozenset({"schema_version", "exercised", "divergence", "summary"})


@dataclass(frozen=True, slots=True)
class Target:
    """Who was judged. `kind` is endpoint, emulator, moto, moto+access-reports, aws, client, file or trace."""

    kind: str = "client"
    endpoint_url: str | None = None
    server: str | None = None


@dataclass(frozen=True, slots=True)
class Violation:
    """One breach of one rule: what came, what was expected, in which exchanges, and how to see it again."""

    message: str
    expected: str | None = None
    actual: str | None = None
    path: str | None = None
    exchanges: tuple[int, ...] = ()
    reproduce: str | None = None


@dataclass(frozen=True, slots=True)
class RuleResult:
    """One rule's outcome. `checked` counts what could have gone wrong; `because` names the rule whose failure condemned this one."""

    id: str
    level: str
    basis: str
    source: str
    outcome: Outcome
    checked: int = 0
    reason: str | None = None
    because: str | None = None
    violations: tuple[Violation, ...] = ()

    @property
    def exercised(self) -> bool:
        """Whether the outcome says anything about the target."""
        return self.outcome in _EXERCISED


@dataclass(frozen=True, slots=True)
class KnownProblem:
    """An entry among the known divergences that no longer holds: its rule passes now (`stale`), or its date is past (`expired`)."""

    rule: str
    problem: Literal["stale", "expired"]
    message: str


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that a run found. Every rule of the service's half is in `rules`, always, in the catalogue's order."""

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

    @property
    def summary(self) -> dict[str, int]:
        """How many rules had each outcome."""
        counts = Counter(rule.outcome for rule in self.rules)
        return {outcome: counts[outcome] for outcome in OUTCOMES}

    @property
    def exercised(self) -> int:
        """Coverage: how many rules the target was really held to."""
        return sum(rule.exercised for rule in self.rules)

    def rule(self, rule_id: str) -> RuleResult:
        """The outcome of one rule. :raises KeyError: for an id that the catalogue does not have."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)

    def unmet(self, required: Collection[str]) -> list[RuleResult]:
        """The rules that `required` (families or rule ids) asks for and that were not exercised."""
        return [
            rule
            for rule in self.rules
            if not rule.exercised and (rule.id in required or rule.id.partition(".")[0] in required)
        ]

    def exit_status(self, *, strict: bool = False, required: Collection[str] = ()) -> int:
        """The exit status of INTERFACE's table, apart from 2 (wrong usage), which is no result."""
        broken = {"failed", "warned"} if strict else {"failed"}
        if any(rule.outcome in broken for rule in self.rules) or self.known_problems or self.unmet(required):
            return 1
        return 0 if self.verdict == "conforms" else 3

    def to_dict(self) -> dict[str, Any]:
        """The result as plain data, valid under the ``result`` schema."""
        return {
            "schema_version": SCHEMA_VERSION,
            "awscontract": self.awscontract,
            "operation": self.operation,
            "model": dict(self.model),
            "target": _without_none(
                {"kind": self.target.kind, "endpoint_url": self.target.endpoint_url, "server": self.target.server}
            ),
            "verdict": self.verdict,
            "reason": self.reason,
            "calls": self.calls,
            "seconds": round(self.seconds, 3),
            "seed": self.seed,
            "exercised": self.exercised,
            "dropped": list(self.dropped),
            "known_problems": [asdict(each) for each in self.known_problems],
            "summary": self.summary,
            "rules": [_rule(rule) for rule in self.rules],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Result":
        """The result that `to_dict` gave, from data that is valid under the ``result`` schema."""
        members = {name: value for name, value in data.items() if name not in _DERIVED}
        return cls(
            **members
            | {
                "target": Target(**data["target"]),
                "rules": tuple(map(_to_rule, data["rules"])),
                "dropped": tuple(data.get("dropped", ())),
                "known_problems": tuple(KnownProblem(**each) for each in data.get("known_problems", ())),
            }
        )

    def to_json(self) -> str:
        """The result as JSON text, ending in a line feed."""
        return json.dumps(self.to_dict(), indent=1, ensure_ascii=False) + "\n"


def _rule(rule: RuleResult) -> dict[str, Any]:
    return _without_none(
        {
            "id": rule.id,
            "level": rule.level,
            "basis": rule.basis,
            "source": rule.source,
            "outcome": rule.outcome,
            "checked": rule.checked,
            "reason": rule.reason,
            "because": rule.because,
        }
    ) | {"violations": _violations(rule.violations)}


def _violations(violations: Sequence[Violation]) -> list[dict[str, Any]]:
    return [
        {
            "message": each.message,
            "expected": each.expected,
            "actual": each.actual,
            "path": each.path,
            "exchanges": list(each.exchanges),
            "reproduce": each.reproduce,
        }
        for each in violations
    ]


def _to_rule(data: Mapping[str, Any]) -> RuleResult:
    violations = tuple(Violation(**each | {"exchanges": tuple(each["exchanges"])}) for each in data["violations"])
    return RuleResult(**dict(data) | {"violations": violations})


def _without_none(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
