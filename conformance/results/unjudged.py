"""The result of an operation that could not be judged at all: every rule that applies to it, not exercised."""

from ...spec.catalogue import rule_set
from ...spec.contract import Contract
from ...spec.model import fingerprint
from ...version import __version__
from ..trace.exchange import Verdict
from .result import Result, RuleResult, Target

__all__ = ["not_exercised", "unjudged"]


def unjudged(contract: Contract, target: Target, verdict: Verdict, reason: str) -> Result:
    """The result of an operation about which nothing was learnt."""
    return Result(
        operation=contract.id,
        model=fingerprint(contract)._asdict(),
        target=target,
        verdict=verdict,
        rules=not_exercised(contract, reason),
        reason=reason,
        awscontract=__version__,
    )


def not_exercised(contract: Contract, reason: str | None) -> tuple[RuleResult, ...]:
    """Every rule of the operation, not exercised for this reason."""
    return tuple(
        RuleResult(
            each.id, each.level, each.basis, each.source, "not-exercised", reason=reason, statement=each.statement
        )
        for each in rule_set(contract)
    )
