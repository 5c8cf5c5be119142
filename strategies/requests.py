"""Requests that the model allows, as the arguments of boto3's methods."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal, overload

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ..spec.legacy import contract
from .shapes import GenerateRequest, ReportRequest
from .values import entity_paths, enumerated, facts, job_ids, markers, policy_ids

__all__ = ["requests"]


@overload
def requests(operation: Literal["GetOrganizationsAccessReport"] = ...) -> SearchStrategy[ReportRequest]: ...
@overload
def requests(operation: Literal["GenerateOrganizationsAccessReport"]) -> SearchStrategy[GenerateRequest]: ...
def requests(operation: str = "GetOrganizationsAccessReport") -> SearchStrategy[Any]:
    """Valid parameters of either operation; a KeyError for another."""
    law = contract()
    return {law.operation: _read, law.start.operation: _start}[operation]()


@cache
def _read() -> SearchStrategy[dict[str, Any]]:
    law = contract()
    limits = facts(law.page.limit)
    optional = {
        law.page.limit: st.integers(limits["min"], limits["max"]),
        law.page.marker: markers(),
        law.page.sort_key: st.sampled_from(enumerated(law.page.sort_key)),
    }
    return st.fixed_dictionaries({law.job.id: job_ids()}, optional=optional)


@cache
def _start() -> SearchStrategy[dict[str, Any]]:
    roles = contract().start
    return st.fixed_dictionaries({roles.entity: entity_paths()}, optional={roles.policy: policy_ids()})
