"""Refusals: a request that breaks one constraint is refused where the same request without that works."""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from ...spec.catalogue import Rule
from ...spec.contract import Contract
from ...spec.model import operation
from ...spec.validation import Constraint, constraints, validation_id
from ..evidence.evidence import Evidence
from ..evidence.failures import codes, is_refusal, is_server_error, is_throttled, shown, status
from ..evidence.probes import Probe
from .job import UNREADABLE
from .registry import Check, RuleFunction, expect, idle, rule, unknown

_NEEDS: Mapping[str, str] = {
    "required": "a request without {member}, and one with it that works",
    "integer": "a {member} that is not a number, in a request that works otherwise",
    "length": "{member} too short or too long, in a request that works otherwise",
    "minimum": "{member} below its minimum, in a request that works otherwise",
    "maximum": "{member} above its maximum, in a request that works otherwise",
    "known": "an unknown {member}, in a request that works otherwise",
    "pattern": "{member} that does not match its pattern, in a request that works otherwise",
}


def refusal_rule(rule: Rule, contract: Contract) -> RuleFunction:
    """The check of a rule that is made from a constraint of the request's model; a KeyError where it is made from none."""
    constraint = _constraints(contract).get(rule.id)
    if constraint is None:
        raise KeyError(rule.id)
    needs = _NEEDS[constraint.kind].replace("{member}", constraint.member)
    suppressed_by = ("validation.no-crash", *UNREADABLE)
    return RuleFunction(rule.id, "Evidence", needs, suppressed_by, _refused(rule.id, constraint))


@lru_cache(maxsize=256)
def _constraints(contract: Contract) -> Mapping[str, Constraint]:
    """The constraints of requests by the ids of their rules, in the order of the rules."""
    found: dict[str, Constraint] = {}
    for name in contract.operations:
        for each in constraints(contract.service, name):
            found.setdefault(validation_id(contract, each), each)
    return found


def _of(evidence: Evidence, constraint: Constraint) -> Iterator[Probe]:
    """The requests that break one constraint."""
    wanted = (constraint.operation, constraint.member, constraint.kind)
    return (each for each in evidence.probes if (each.exchange.operation, each.member, each.constraint) == wanted)


def _first_crash(evidence: Evidence) -> str | None:
    """The first rule in whose requests the service crashed: where it crashes on every invalid value, that is one finding."""
    for rule_id, constraint in _constraints(evidence.contract).items():
        if any(each.proven and is_server_error(each.reading) for each in _of(evidence, constraint)):
            return rule_id
    return None


def _refused(rule_id: str, constraint: Constraint) -> Callable[[Evidence], Iterator[Check]]:
    """The one check of this family."""

    def check(evidence: Evidence) -> Iterator[Check]:
        for probe in _of(evidence, constraint):
            if not probe.proven:
                yield idle(f"{probe.asked()} was sent, and proves nothing: {probe.reason}")
            elif is_throttled(probe.reading):
                yield unknown(probe.reading.reason)
            elif probe.reading.kind == "error" and (probe.exchange.status or 0) < 400:
                yield unknown(f"it is refused with HTTP {probe.exchange.status}")
            else:
                crashed = is_server_error(probe.reading)
                first = _first_crash(evidence) if crashed else None
                crash = f"server error ({status(probe.reading)}) on {probe.asked()}"
                yield expect(
                    is_refusal(probe.reading) or probe.clamped,
                    crash if crashed else f"{probe.asked()} is not refused",
                    expected="a refusal with HTTP 4xx",
                    actual=shown(probe.reading),
                    path=f"/{constraint.member}",
                    exchanges=probe.exchanges,
                    because=first if first != rule_id else None,
                )

    return check


@rule("validation.no-crash", needs="a request with an invalid value that got a response")
def no_crash(evidence: Evidence) -> Iterator[Check]:
    for probe in evidence.probes:
        if not is_throttled(probe.reading):
            yield expect(
                not is_server_error(probe.reading),
                f"{status(probe.reading)} on {probe.asked()}",
                expected="a refusal with HTTP 4xx",
                actual=shown(probe.reading),
                exchanges=probe.exchanges,
            )


def _declared(contract: Contract) -> Mapping[str, frozenset[str]]:
    """By operation, the codes that a refusal of an invalid value may have: the model's own, and those that AWS lists for every service.

    A code that says that the caller is too fast, or that something else is under way, is none for a malformed value.
    """
    busy = {None if contract.job is None else contract.job.start.busy}
    return {
        name: frozenset(
            str(shape.metadata.get("error", {}).get("code", shape.name))
            for shape in operation(contract.service, name).error_shapes
        )
        - busy
        | set(contract.errors.validation)
        | set(contract.errors.common)
        for name in contract.operations
    }


@rule(
    "validation.error-code",
    needs="a refused request that breaks one constraint",
    suppressed_by=("protocol.error-envelope",),
)
def error_code(evidence: Evidence) -> Iterator[Check]:
    contract = evidence.contract
    declared = _declared(contract)
    for probe in evidence.probes:
        if not probe.proven or not is_refusal(probe.reading) or is_throttled(probe.reading):
            continue
        found = codes(probe.reading)
        valid = declared.get(probe.exchange.operation, frozenset())
        if probe.constraint == "integer":
            valid |= set(contract.errors.not_a_number)
        yield expect(
            not valid.isdisjoint(found),
            f"{probe.asked()} is refused with a code that is not one for it",
            expected=f"{' or '.join(contract.errors.validation)}, or another code that the model or AWS's common errors list",
            actual=" and ".join(found) or "no code",
            exchanges=probe.exchanges,
        )
