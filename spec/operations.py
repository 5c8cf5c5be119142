"""Contracts by the names of operations: read from a contract file, else derived from botocore's paginator."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from .contract import (
    Actions,
    Contract,
    Count,
    Errors,
    Job,
    Listing,
    Order,
    Report,
    RuleOverride,
    Sort,
    SortKey,
    Start,
    Token,
)
from .model import service

__all__ = ["DEFAULT", "access_reports", "load", "parse"]

#: The operation that is judged where nobody names one.
DEFAULT = "iam:GetOrganizationsAccessReport"

_FOLDER = Path(__file__).with_name("contracts")


@cache
def load(name: str = DEFAULT) -> Contract:
    """The contract of an operation."""
    service_name, _, operation = name.partition(":")
    path = _FOLDER / f"{service_name}.{operation}.toml"
    return parse(tomllib.loads(path.read_text(encoding="utf-8")))


def parse(data: Mapping[str, Any]) -> Contract:
    """A contract out of the data of a contract file."""
    values = _frozen(data)
    parts: dict[str, Any] = {}
    if listing := values.pop("listing", None):
        listing["tokens"] = tuple(Token(**each) for each in listing["tokens"])
        listing["exceptions"] = frozenset(listing.get("exceptions", ()))
        parts["listing"] = Listing(**listing)
    if job := values.pop("job", None):
        parts["job"] = Job(**{**job, "start": Start(**job["start"])})
    if sort := values.pop("sort", None):
        parts["sort"] = Sort(**{**sort, "keys": tuple(SortKey(**each) for each in sort["keys"])})
    if order := values.pop("order", None):
        parts["order"] = Order(**order)
    if report := values.pop("report", None):
        actions = report.pop("actions", None)
        parts["report"] = Report(**report, actions=Actions(**actions) if actions else None)
    parts["counts"] = tuple(Count(**each) for each in values.pop("counts", ()))
    parts["errors"] = Errors(**values.pop("errors", {}))
    parts["slugs"] = dict(values.pop("slugs", {}))
    parts["overrides"] = tuple(RuleOverride(id=key, **each) for key, each in values.pop("rules", {}).items())
    protocol = values.pop("protocol", None) or service(values["service"]).resolved_protocol
    return Contract(**values, **parts, protocol=protocol)


def _frozen(value: Any) -> Any:
    """TOML's arrays as tuples, so that a contract can be hashed and shared."""
    if isinstance(value, Mapping):
        return {key: _frozen(each) for key, each in value.items()}
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def access_reports() -> tuple[str, ...]:
    """The operations with a contract file."""
    return tuple(sorted(path.stem.replace(".", ":", 1) for path in _FOLDER.glob("*.toml")))
