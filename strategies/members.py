"""Values of single members by themselves, for anybody's tests; each strategy is shown as the call that gave it."""

from __future__ import annotations

from typing import Any, Literal, overload

from hypothesis.strategies import SearchStrategy

from ..spec.operations import DEFAULT, load
from .brief import brief
from .shapes import ErrorDetails
from .values import members
from .values.members import EntityKind

__all__ = ["entity_paths", "error_details", "job_ids", "service_namespaces", "tokens"]


def job_ids() -> SearchStrategy[str]:
    """JobIds: hexadecimal as IAM writes them, true UUIDs, the form of the documented example, and any 36 characters."""
    return brief(members.job_ids(), "job_ids")


def entity_paths(kind: EntityKind | None = None) -> SearchStrategy[str]:
    """Paths of a root, an organizational unit or an account: from the shortest to the longest that the model allows."""
    return brief(members.entity_paths(kind), "entity_paths", kind=kind)


def service_namespaces() -> SearchStrategy[str]:
    """ServiceNamespaces: any, real ones, and the longest."""
    return brief(members.service_namespaces(), "service_namespaces")


@overload
def tokens(*, operation: Literal["iam:GetOrganizationsAccessReport"] = ...) -> SearchStrategy[str]: ...
@overload
def tokens(*, operation: str) -> SearchStrategy[Any]: ...
def tokens(*, operation: str = DEFAULT) -> SearchStrategy[Any]:
    """Tokens (Marker, NextToken …) over the whole range that the model allows, but never of white space alone."""
    return brief(members.tokens_of(load(operation, advice="")), "tokens", operation=operation)


def error_details(*, operation: str = DEFAULT) -> SearchStrategy[ErrorDetails]:
    """Why a job failed: the codes that were seen, and others of their form."""
    return brief(members.error_details_of(load(operation, advice="")), "error_details", operation=operation)
