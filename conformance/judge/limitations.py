"""What a target cannot do: declared by its user, or seen in its responses. It is the reason why a rule was not exercised, never a pass.

A rule that was exercised is judged, whatever was declared.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from ..evidence.evidence import Evidence
from ..results.result import RuleResult

__all__ = ["CAPABILITIES", "Capability", "explained"]


@dataclass(frozen=True, slots=True)
class Capability:
    """Something that a target may lack: how messages say so, which rules need it, and how its lack shows in a trace."""

    declared: str
    seen: str
    rules: frozenset[str]
    lacking: Callable[[Evidence], bool]


def _never(*states: str) -> Callable[[Evidence], bool]:
    """Whether there are responses about jobs, and none of a job in one of these states."""
    return lambda evidence: bool(evidence.jobs) and not any(each.state in states for each in evidence.responses)


def _no_second_job(evidence: Evidence) -> bool:
    """Whether one report was made, and every valid request for another refused."""
    valid = [each for each in evidence.starts if each.valid]
    made = {each.job_id for each in valid if each.job_id}
    return len(made) == 1 and any(each.reading.kind == "error" for each in valid)


def _one_page(evidence: Evidence) -> bool:
    """Whether every listing came in one page although more items were seen than were asked for in a page."""
    return bool(evidence.listings) and all(
        len(each.pages) == 1 and each.end == "ended" and not each.contradicts_its_end for each in evidence.listings
    )


CAPABILITIES: Mapping[str, Capability] = {
    "organizations": Capability(
        "the target has no Organizations",
        "the target has no organization to report on",
        frozenset({"job.unknown-entity-fails", "report.entity-inside-entity"}),
        lambda evidence: False,  # whoever opened the target knows; see `Run.found`
    ),
    "unfinished-jobs": Capability(
        "the target finishes its jobs at once",
        "every job was finished when its first response came",
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
    "paging": Capability(
        "the target does not page",
        "no listing had a second page",
        frozenset(
            {
                "pagination.complete",
                "pagination.ends",
                "pagination.no-repeats",
                "pagination.page-size-may-change",
                "pagination.token-advances",
                "pagination.token-continues",
                "pagination.token-repeatable",
                "pagination.token-within-model",
                "pagination.truncated-has-token",
                "pagination.unknown-token-refused",
            }
        ),
        _one_page,
    ),
}


def explained(
    rules: tuple[RuleResult, ...], evidence: Evidence, declared: Collection[str] = (), found: Collection[str] = ()
) -> tuple[RuleResult, ...]:
    """The outcomes; those that were not exercised also say what the target lacks for them."""
    lacks: dict[str, list[str]] = {}
    for name, capability in CAPABILITIES.items():
        said = capability.declared if name in declared else capability.seen
        if name in declared or name in found or capability.lacking(evidence):
            for rule in capability.rules:
                lacks.setdefault(rule, []).append(said)
    return tuple(
        replace(each, reason="; ".join(filter(None, [each.reason, *lacks[each.id]])))
        if each.outcome == "not-exercised" and each.id in lacks
        else each
        for each in rules
    )
