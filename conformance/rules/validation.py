"""Refusals: a request that breaks one thing is refused where the same request without the breach works."""

from collections.abc import Iterator, Mapping

from ...spec import operation
from ...spec.legacy import contract
from ..evidence.evidence import Evidence, Probe
from ..survey.refusals import THROTTLES
from .registry import KEPT, Check, broken, rule, unknown

#: Another rule's failure that leaves "refused" without a ground: the answer cannot be read as an error at all.
_GROUNDS: tuple[str, ...] = ("protocol.well-formed", "protocol.error-envelope", "protocol.status")


def _refused(probe: Probe, member: str, keyword: str, low: bool | None = None) -> Iterator[Check]:
    """The one check of this family. `low` tells the two bounds of a range apart."""
    if probe.breach != (member, keyword) or (low is not None and _low(probe) != low):
        return
    if not probe.proven or _code(probe) == "ReportGenerationLimitExceeded":  # a refusal for another reason
        return
    if probe.reading.kind == "none" or _code(probe) in THROTTLES:
        yield unknown(probe.reading.reason)
    elif probe.reading.kind == "error" and (probe.exchange.status or 0) < 400:
        yield unknown(f"it is refused under HTTP {probe.exchange.status}")
    else:
        status = probe.exchange.status
        came = (
            f"a result, HTTP {status}" if probe.reading.kind == "result" else f"HTTP {status}, {probe.reading.reason}"
        )
        yield (
            KEPT
            if probe.refused
            else broken(
                f"{_asked(probe)} is not refused",
                expected="an error envelope under HTTP 4xx",
                actual=came,
                path=f"/{member}",
            )
        )


def _low(probe: Probe) -> bool:
    return str(probe.value).startswith(("-", "0"))


def _code(probe: Probe) -> str | None:
    return probe.reading.error.code if probe.reading.error else None


def _asked(probe: Probe) -> str:
    member, keyword = probe.breach
    if keyword == "required":
        return f"a request without {member}"
    if keyword == "length":
        return f"{member} of {len(str(probe.value))} characters"
    return f"{member}={probe.value!r}"


@rule("validation.job-id-required", needs="a request without JobId beside one that works", grounds=_GROUNDS)
def job_id_required(probe: Probe) -> Iterator[Check]:
    yield from _refused(probe, "JobId", "required")


@rule("validation.job-id-length", needs="a JobId that is too short or too long beside one that works", grounds=_GROUNDS)
def job_id_length(probe: Probe) -> Iterator[Check]:
    yield from _refused(probe, "JobId", "length")


@rule("validation.max-items-minimum", needs="MaxItems below 1 in a request that works without", grounds=_GROUNDS)
def max_items_minimum(probe: Probe) -> Iterator[Check]:
    yield from _refused(probe, "MaxItems", "range", low=True)


@rule("validation.max-items-maximum", needs="MaxItems above 1000 in a request that works without", grounds=_GROUNDS)
def max_items_maximum(probe: Probe) -> Iterator[Check]:
    yield from _refused(probe, "MaxItems", "range", low=False)


@rule("validation.max-items-integer", needs="text for MaxItems in a request that works without", grounds=_GROUNDS)
def max_items_integer(probe: Probe) -> Iterator[Check]:
    yield from _refused(probe, "MaxItems", "type")


@rule("validation.sort-key-known", needs="an unknown SortKey in a request that works without", grounds=_GROUNDS)
def sort_key_known(probe: Probe) -> Iterator[Check]:
    yield from _refused(probe, "SortKey", "enum")


@rule("validation.marker-length", needs="an empty or too long Marker in a request that works without", grounds=_GROUNDS)
def marker_length(probe: Probe) -> Iterator[Check]:
    yield from _refused(probe, "Marker", "length")


@rule(
    "validation.marker-pattern",
    needs="a Marker of control characters in a request that works without",
    grounds=_GROUNDS,
)
def marker_pattern(probe: Probe) -> Iterator[Check]:
    yield from _refused(probe, "Marker", "pattern")


@rule(
    "validation.entity-path-required",
    needs="a request for a report without EntityPath beside one that works",
    grounds=_GROUNDS,
)
def entity_path_required(probe: Probe) -> Iterator[Check]:
    yield from _refused(probe, "EntityPath", "required")


@rule("validation.entity-path-length", needs="an EntityPath of a wrong length beside one that works", grounds=_GROUNDS)
def entity_path_length(probe: Probe) -> Iterator[Check]:
    yield from _refused(probe, "EntityPath", "length")


@rule(
    "validation.entity-path-pattern", needs="an EntityPath that matches nowhere beside one that works", grounds=_GROUNDS
)
def entity_path_pattern(probe: Probe) -> Iterator[Check]:
    yield from _refused(probe, "EntityPath", "pattern")


@rule(
    "validation.policy-id-pattern",
    needs="a malformed OrganizationsPolicyId in a request that works without",
    grounds=_GROUNDS,
)
def policy_id_pattern(probe: Probe) -> Iterator[Check]:
    yield from _refused(probe, "OrganizationsPolicyId", "pattern")


def _codes(evidence: Evidence) -> Mapping[str, frozenset[str]]:
    """By operation, the codes that a refusal may have: the model's own for it and those that AWS lists for every service."""
    law = contract(evidence.contract.operation)
    return {
        name: frozenset(
            str(shape.metadata.get("error", {}).get("code", shape.name)) for shape in operation(name).error_shapes
        )
        | set(law.refusals.validation)
        | set(law.refusals.common)
        for name in (law.operation, law.start.operation)
    }


@rule("validation.error-code", needs="a refused request that breaks one thing", grounds=("protocol.error-envelope",))
def error_code(evidence: Evidence) -> Iterator[Check]:
    codes = _codes(evidence)
    for probe in evidence.probes:
        error = probe.reading.error
        if error is None or not probe.refused or not probe.proven or error.code in THROTTLES:
            continue
        valid = codes[probe.exchange.operation] | (
            set(evidence.contract.refusals.not_a_number) if probe.breach[1] == "type" else set()
        )
        yield (
            KEPT
            if error.code in valid
            else broken(
                f"{_asked(probe)} is refused with a code of its own",
                expected="ValidationError, InvalidInput, or another that the model or AWS's common errors list",
                actual=error.code or "no code",
                exchanges=probe.exchanges,
            )
        )
