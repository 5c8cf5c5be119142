"""One of each edge case of an operation, with a name."""

from __future__ import annotations

from ..spec.contract import Contract
from .access_reports.edges import edge_members
from .drawn import DrawnResponse
from .lists.edges import list_edge_members

__all__ = ["edge_cases"]


def edge_cases(contract: Contract) -> dict[str, DrawnResponse]:
    """Valid responses by name. Each has the one thing that it is named for, and is otherwise as simple as can be."""
    members = list_edge_members(contract) if contract.job is None else edge_members(contract)
    return {name: DrawnResponse(each, contract) for name, each in members.items()}
