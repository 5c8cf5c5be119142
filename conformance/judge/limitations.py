"""What a target cannot do: declared by its user, or found in what it did. It is the reason why a rule was not exercised, never a pass.

A rule that was exercised is judged, whatever was declared.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from ..evidence.evidence import Evidence
from ..results.result import RuleResult

__all__ = ["CAPABILITIES", "Capability", "explained"]


@dataclass(frozen=True, slots=True)
class Capability:
    """Something that a target may lack: what is said then, of which rules, and how its lack shows in a trace."""

    declared: str
    seen: str
    rules: frozenset[str]
    lacking: Callable[[Evidence], bool]


def _never(*states: str) -> Callable[[Evidence], bool]:
    """Whether there are answers, and none of a job in one of these states."""
    return lambda evidence: bool(evidence.answers) and not any(each.state in states for each in evidence.answers)


def _no_second_job(evidence: Evidence) -> bool:
    """Whether one report was made, and every valid request for another refused."""
    valid = [each for each in evidence.starts if each.valid]
    made = {each.job_id for each in valid if each.job_id}
    return len(made) == 1 and any(each.reading.kind == "error" for each in valid)


CAPABILITIES: Mapping[str, Capability] = {
    "organizations": Capability(
        "the target has no Organizations",
        "the target told of no organization",
        frozenset({"job.unknown-entity-fails", "report.entity-inside-entity"}),
        lambda evidence: False,  # who opened the target knows; see `Run.lacks`
    ),
    "unfinished-jobs": Capability(
        "the target finishes its jobs at once",
        "every job was finished when it was first asked about",
        frozenset({"job.completion-date-absent-in-progress", "job.report-only-when-completed"}),
        _never("pending"),
    ),
    "failed-jobs": Capability(
        "no job of the target fails",
        "no job failed",
        frozenset({"job.failed-has-error-details", "job.report-only-when-completed"}),
        _never("failed"),
    ),
    "second-job": Capability(
        "the target makes no second job",
        "the target made no second job",
        frozenset({"job.unknown-entity-fails", "job.same-request-same-job"}),
        _no_second_job,
    ),
}


def explained(
    rules: tuple[RuleResult, ...], evidence: Evidence, declared: Collection[str] = (), found: Collection[str] = ()
) -> tuple[RuleResult, ...]:
    """The outcomes, those that were not exercised with what the target lacks for them."""
    lacks: dict[str, list[str]] = {}
    for name, capability in CAPABILITIES.items():
        told = capability.declared if name in declared else capability.seen
        if name in declared or name in found or capability.lacking(evidence):
            for rule in capability.rules:
                lacks.setdefault(rule, []).append(told)
    return tuple(
        replace(each, reason="; ".join(filter(None, [each.reason, *lacks[each.id]])))
        if each.outcome == "not-exercised" and each.id in lacks
        else each
        for each in rules
    )
