"""Refusals: a request that breaks one constraint is refused where the same request without that works."""

from collections.abc import Callable, Iterator, Mapping

from ...spec.catalogue import Rule
from ...spec.contract import Contract
from ...spec.model import operation
from ...spec.validation import constraints, validation_id
from ..evidence.evidence import Evidence
from ..evidence.failures import codes, is_refusal, is_server_error, is_throttled, shown
from ..evidence.probes import Probe
from .job import UNREADABLE
from .registry import Check, RuleFunction, broken, expect, idle, rule, unknown

_NEEDS: Mapping[str, str] = {
    "required": "a request without {member} beside one that works",
    "integer": "text for {member} in a request that works without",
    "length": "a {member} that is too short or too long in a request that works otherwise",
    "minimum": "a {member} below its minimum in a request that works otherwise",
    "maximum": "a {member} above its maximum in a request that works otherwise",
    "known": "an unknown {member} in a request that works otherwise",
    "pattern": "a {member} that does not match its pattern in a request that works otherwise",
}


def refusal_rule(rule: Rule, contract: Contract) -> RuleFunction:
    """The check of a rule that is made from a constraint of the request's model; a KeyError where it is made from none."""
    for name in contract.operations:
        for each in constraints(contract.service, name):
            if validation_id(contract, each) == rule.id:
                needs = _NEEDS[each.kind].replace("{member}", each.member)
                check = _refused(name, each.member, each.kind)
                return RuleFunction(rule.id, "Probe", needs, ("validation.no-crash", *UNREADABLE), check)
    raise KeyError(rule.id)


def _refused(operation: str, member: str, constraint: str) -> Callable[[Probe], Iterator[Check]]:
    """The one check of this family."""

    def check(probe: Probe) -> Iterator[Check]:
        if (probe.exchange.operation, probe.member, probe.constraint) != (operation, member, constraint):
            return
        if not probe.proven:
            yield idle(f"{probe.asked()} was sent, and proves nothing: {probe.reason}")
        elif is_throttled(probe.reading):
            yield unknown(probe.reading.reason)
        elif probe.reading.kind == "error" and (probe.exchange.status or 0) < 400:
            yield unknown(f"it is refused under HTTP {probe.exchange.status}")
        elif is_server_error(probe.reading):
            yield broken(
                f"server error (HTTP {probe.exchange.status}) on {probe.asked()}",
                expected="a refusal under HTTP 4xx",
                actual=shown(probe.reading),
                path=f"/{member}",
            )
        else:
            yield expect(
                is_refusal(probe.reading) or probe.clamped,
                f"{probe.asked()} is not refused",
                expected="a refusal under HTTP 4xx",
                actual=shown(probe.reading),
                path=f"/{member}",
            )

    return check


@rule("validation.no-crash", needs="an invalid value that was answered")
def no_crash(evidence: Evidence) -> Iterator[Check]:
    for probe in evidence.probes:
        if not is_throttled(probe.reading):
            yield expect(
                not is_server_error(probe.reading),
                f"HTTP {probe.exchange.status} on {probe.asked()}",
                expected="a refusal under HTTP 4xx",
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
