"""Requests that the model allows, as the arguments of boto3's methods."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from string import ascii_lowercase, digits
from typing import Any, Literal, overload

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ..spec.contract import Contract
from ..spec.operations import DEFAULT, load
from .brief import brief
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
    found = requests_of(load(operation)) if started is None else requests_of(load(started), operation.partition(":")[2])
    return brief(found, "requests", operation=operation)


#: The operations that start a job, and one that reads it.
_STARTED_BY = {
    "iam:GenerateOrganizationsAccessReport": "iam:GetOrganizationsAccessReport",
    "iam:GenerateServiceLastAccessedDetails": "iam:GetServiceLastAccessedDetails",
}


@cache
def requests_of(contract: Contract, operation: str | None = None) -> SearchStrategy[dict[str, Any]]:
    """Valid parameters of the contract's operation, or of another one of its service."""
    shape = input_shape(contract, operation)
    if shape is None:
        return st.just({})
    known = {name: _known(contract, name) for name in shape.members}
    if contract.job is None:
        return structures(shape, members={name: each for name, each in known.items() if each is not None})
    drawn = {name: values(member) if (each := known[name]) is None else each for name, member in shape.members.items()}
    sure = {name: drawn.pop(name) for name in shape.members if name in shape.required_members}
    return st.fixed_dictionaries(sure, optional=drawn)


def _known(contract: Contract, name: str) -> SearchStrategy[Any] | None:
    """A better strategy for a parameter than its shape's."""
    if contract.listing is not None and name in {each.input for each in contract.listing.tokens}:
        return token_values(contract, name)
    if name == "Bucket":
        return letters(ascii_lowercase + digits, 3, 63)  # botocore refuses others before it sends them
    if contract.job is None:
        return None
    makers: dict[str, Callable[[], SearchStrategy[str]]] = {
        "EntityPath": entity_paths,
        "OrganizationsPolicyId": policy_ids,
        "Arn": arns,
        "ServiceNamespace": service_namespaces,
    }
    if name == contract.job.id_in:
        return job_ids()
    return makers[name]() if name in makers else None
