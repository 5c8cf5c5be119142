"""Requests that the model allows, as the arguments of boto3's methods."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import combinations
from string import ascii_lowercase, digits
from typing import Any, Literal, overload

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..spec.contract import Contract
from ..spec.operations import DEFAULT, load
from .brief import brief
from .drawing import Drawer
from .shapes import GenerateRequest, ReportRequest
from .values.constraints import input_shape
from .values.letters import letters
from .values.members import arns, entity_paths, job_ids, policy_ids, service_namespaces, token_values
from .values.shape_values import structures, values

__all__ = ["requests", "requests_of"]


@overload
def requests(operation: Literal["iam:GetOrganizationsAccessReport"] = ...) -> SearchStrategy[ReportRequest]: ...  # type: ignore[overload-overlap]
@overload
def requests(operation: Literal["iam:GenerateOrganizationsAccessReport"]) -> SearchStrategy[GenerateRequest]: ...  # type: ignore[overload-overlap]
@overload
def requests(operation: str) -> SearchStrategy[dict[str, Any]]: ...
def requests(operation: str = DEFAULT) -> SearchStrategy[Any]:
    """Valid parameters of an operation; also of one that starts a job."""
    started = _STARTED_BY.get(operation)
    found = (
        requests_of(load(operation, advice=""))
        if started is None
        else requests_of(load(started, advice=""), operation.partition(":")[2])
    )
    return brief(found, "requests", operation=operation)


#: The operations that start a job, and one that reads it.
_STARTED_BY = {
    "iam:GenerateOrganizationsAccessReport": "iam:GetOrganizationsAccessReport",
    "iam:GenerateServiceLastAccessedDetails": "iam:GetServiceLastAccessedDetails",
}


@cache
def requests_of(contract: Contract, operation: str | None = None) -> Drawer[dict[str, Any]]:
    """Draws valid parameters of the contract's operation, or of another one of its service."""
    shape = input_shape(contract, operation)
    if shape is None:
        return lambda draw: {}
    known = {name: found for name in shape.members if (found := _known(contract, name)) is not None}
    if contract.job is None:
        return structures(shape, members=known)
    drawn = {name: known.get(name) or values(member) for name, member in shape.members.items()}
    optional = [name for name in drawn if name not in shape.required_members]
    sets = st.sampled_from([{*each} for size in range(len(optional) + 1) for each in combinations(optional, size)])

    def request(draw: DrawFn) -> dict[str, Any]:
        present = draw(sets)
        return {name: each(draw) for name, each in drawn.items() if name in present or name not in optional}

    return request


def _known(contract: Contract, name: str) -> Drawer[Any] | None:
    """What draws a parameter better than its shape."""
    if contract.listing is not None and name in {each.input for each in contract.listing.tokens}:
        return token_values(contract, name)
    if name == "Bucket":
        return letters(ascii_lowercase + digits, 3, 63)  # botocore refuses others before it sends them
    if contract.job is None:
        return None
    makers: dict[str, Callable[[], Drawer[str]]] = {
        "EntityPath": entity_paths,
        "OrganizationsPolicyId": policy_ids,
        "Arn": arns,
        "ServiceNamespace": service_namespaces,
    }
    if name == contract.job.id_in:
        return job_ids()
    return makers[name]() if name in makers else None
