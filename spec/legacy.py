"""The contract file: what only prose says about an operation, as data.

A contract names the *roles* that members play: which one is the status and which values are final, which member
carries on to the next page, which field a sort key sorts by. Sibling operations differ in just these names (what is
``ErrorDetails`` here is ``Error`` there), so that the next operation is a new file under ``contracts/``.

A role is the name of a member. The empty name is a role that the operation does not have: it names nothing, and
looking it up in an answer finds nothing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

__all__ = [
    "OPERATION",
    "Contract",
    "ItemRoles",
    "JobRoles",
    "PageRoles",
    "Refusals",
    "ReportRoles",
    "SortKey",
    "Start",
    "contract",
    "contracts",
    "parse",
]

OPERATION = "GetOrganizationsAccessReport"

_FILE = Path(__file__).with_name("legacy.toml")


@dataclass(frozen=True)
class Start:
    """The operation that starts the job, and its parameters."""

    operation: str
    documentation: str
    job_id: str
    entity: str
    policy: str = ""


@dataclass(frozen=True)
class JobRoles:
    """The job: its states, its dates, and which members are there in which state."""

    id: str
    status: str
    created: str
    completed: str
    error: str
    pending: tuple[str, ...]
    succeeded: tuple[str, ...]
    failed: tuple[str, ...]
    error_code: str = "Code"
    error_message: str = "Message"
    null_when_pending: tuple[str, ...] = ()
    present_when_finished: tuple[str, ...] = ()
    present_when_failed: tuple[str, ...] = ()

    @property
    def finished(self) -> tuple[str, ...]:
        """The final states."""
        return self.succeeded + self.failed


@dataclass(frozen=True)
class ReportRoles:
    """The report: the list, and the counts over all of it."""

    items: str
    accessible: str = ""
    not_accessed: str = ""


@dataclass(frozen=True)
class ItemRoles:
    """One service of the report."""

    name: str
    key: str
    region: str
    entity: str
    time: str
    total: str


@dataclass(frozen=True)
class PageRoles:
    """Paging: `limit`, `marker` and `sort_key` are asked with, `truncated` and `next` are answered."""

    limit: str
    default_limit: int
    marker: str
    truncated: str
    next: str
    sort_key: str = ""


@dataclass(frozen=True)
class SortKey:
    """An order of the report: which of an item's two ordered fields, and which way round."""

    value: str
    by: Literal["key", "time"]
    descending: bool = False
    default: bool = False


@dataclass(frozen=True)
class Refusals:
    """Error codes that no error list of the model has."""

    validation: tuple[str, ...]
    not_a_number: tuple[str, ...]
    common: tuple[str, ...]


@dataclass(frozen=True)
class Contract:
    """What prose says about one operation."""

    service: str
    operation: str
    documentation: str
    start: Start
    job: JobRoles
    report: ReportRoles
    item: ItemRoles
    page: PageRoles
    sort: tuple[SortKey, ...]
    refusals: Refusals

    @property
    def default_sort(self) -> SortKey:
        """The order of a listing that was asked for without a sort key."""
        return next(each for each in self.sort if each.default)

    def sort_key(self, value: str | None) -> SortKey:
        """The order that a request asks for; None asks for none. An unknown one is a KeyError."""
        if value is None:
            return self.default_sort
        for each in self.sort:
            if each.value == value:
                return each
        raise KeyError(value)


_SECTIONS: Mapping[str, Any] = {
    "start": Start,
    "job": JobRoles,
    "report": ReportRoles,
    "item": ItemRoles,
    "page": PageRoles,
    "refusals": Refusals,
}


@cache
def contract(name: str = OPERATION) -> Contract:
    """The contract of an operation; a KeyError where there is no such file."""
    if name != OPERATION:
        raise KeyError(name)
    return parse(tomllib.loads(_FILE.read_text(encoding="utf-8")))


def contracts() -> tuple[Contract, ...]:
    """Every contract that there is."""
    return (contract(),)


def parse(data: Mapping[str, Any]) -> Contract:
    """A contract out of the data of a contract file. Unknown and missing names are a TypeError."""
    values = _frozen(data)
    sections = {name: section(**values.pop(name)) for name, section in _SECTIONS.items()}
    sort = tuple(SortKey(**each) for each in values.pop("sort"))
    return Contract(**values, **sections, sort=sort)


def _frozen(value: Any) -> Any:
    """TOML's arrays as tuples, so that a contract can be hashed and shared."""
    if isinstance(value, Mapping):
        return {key: _frozen(each) for key, each in value.items()}
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
