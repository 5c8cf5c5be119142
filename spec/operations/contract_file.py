"""Contract files: the data of one operation's contract, read strictly and checked against the service model."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin, get_type_hints

from ...errors import UsageError, unknown
from ..contract import (
    Contract,
    Count,
    Errors,
    Job,
    Listing,
    Order,
    Report,
    RuleOverride,
    Sort,
    Token,
)
from ..model import operation as modelled, service as service_model

if TYPE_CHECKING:
    from botocore.model import Shape

__all__ = ["check_members", "parse"]

#: The tables of a contract file.
_TABLES: Mapping[str, type] = {
    "listing": Listing,
    "job": Job,
    "sort": Sort,
    "order": Order,
    "report": Report,
    "errors": Errors,
}
_TEXTS = ("service", "operation", "documentation", "kind")
_NAMES = (*_TEXTS, *_TABLES, "counts", "rules", "slugs")

#: What is read from the service model and never from a file.
_OF_MODEL: Mapping[type, frozenset[str]] = {
    Token: frozenset({"type", "bounded", "laxer_output"}),
    Listing: frozenset({"limit_is_text", "limit_minimum", "limit_maximum", "limit_required", "by_shapes"}),
    RuleOverride: frozenset({"id"}),
}


def parse(data: Mapping[str, Any], *, origin: str = "contract file") -> Contract:
    """A contract out of the data of a contract file.

    :raises UsageError: one line with the name that is unknown or missing, or the value that is of a wrong type.
    """
    for name in data:
        if name not in _NAMES:
            raise unknown("name", name, _NAMES)
    values: dict[str, Any] = {name: _value(str, data[name], name) for name in _TEXTS if name in data}
    for name in ("service", "operation", "documentation"):
        if not values.get(name):
            raise UsageError(f"{name} is missing")
    kind = values.setdefault("kind", "file")
    if kind not in ("file", "access-report"):
        raise unknown("kind", kind, ("access-report", "file"))
    for name, table in _TABLES.items():
        if name in data:
            values[name] = _table(table, data[name], name)
        for part in ("items", "tokens") if name == "listing" and name in data else ():
            if not getattr(values[name], part):
                raise UsageError(f"listing.{part} must not be empty")
    values["counts"] = _value(tuple[Count, ...], data.get("counts", []), "counts")
    values["slugs"] = {key: _value(str, each, f"slugs.{key}") for key, each in data.get("slugs", {}).items()}
    values["overrides"] = tuple(
        RuleOverride(id=key, **_arguments(RuleOverride, each, f"rules.{key!r}"))
        for key, each in _value(dict, data.get("rules", {}), "rules").items()
    )
    return Contract(**values, protocol="", origins=dict(_origins(data, origin)))


def _origins(data: Mapping[str, Any], origin: str, prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in data.items():
        path = f"{prefix}{name}"
        if isinstance(value, Mapping) and name not in ("rules", "slugs"):
            yield from _origins(value, origin, f"{path}.")
        else:
            yield path, origin


# --- values by the types of fields


@cache
def _types(table: type) -> Mapping[str, Any]:
    return get_type_hints(table)


def _table(table: type, data: Any, at: str) -> Any:
    return table(**_arguments(table, data, at))


def _arguments(table: type, data: Any, at: str) -> dict[str, Any]:
    """The arguments for a dataclass from a TOML table with its fields' names."""
    if not isinstance(data, Mapping):
        raise UsageError(f"{at} must be a table")
    known = [each for each in fields(table) if each.name not in _OF_MODEL.get(table, ())]
    names = [each.name for each in known]
    for name in data:
        if name not in names:
            raise UsageError(f"{at}: {unknown('name', name, names)}")
    for each in known:
        if each.name not in data and each.default is MISSING and each.default_factory is MISSING:
            raise UsageError(f"{at}: {each.name} is missing")
    return {name: _value(_types(table)[name], value, f"{at}.{name}") for name, value in data.items()}


def _value(wanted: Any, value: Any, at: str) -> Any:
    """The value as one of this type, arrays as tuples so that a contract can be hashed and shared."""
    origin, arguments = get_origin(wanted), get_args(wanted)
    if origin in (Union, types.UnionType):
        return _value(next(each for each in arguments if each is not type(None)), value, at)
    if origin is Literal:
        if value not in arguments:
            raise UsageError(f"{at}: {unknown('value', str(value), arguments)}")
        return value
    if origin in (tuple, frozenset):
        if not isinstance(value, list):
            raise UsageError(f"{at} must be a list")
        return origin(_value(arguments[0], each, f"{at}[{place}]") for place, each in enumerate(value))
    if wanted in (str, bool, int, dict):
        if type(value) is not wanted or (wanted is str and not value):
            raise UsageError(f"{at} must be {_KINDS[wanted]}")
        return value
    return _table(wanted, value, at)


_KINDS = {str: "a string that is not empty", bool: "true or false", int: "a whole number", dict: "a table"}


# --- members that the model has


def check_members(contract: Contract) -> None:
    """Check every member that a contract names against the service model.

    :raises UsageError: for the first one that the model does not have, with the nearest one that it has.
    """
    shapes = modelled(contract.service, contract.operation)
    for at, path in _inputs(contract):
        _check(shapes.input_shape, path, at)
    for at, path in _outputs(contract):
        _check(shapes.output_shape, path, at)
    if contract.listing:
        item: Any = shapes.output_shape
        for name in contract.listing.main.split("."):
            item = item.members[name] if item is not None and hasattr(item, "members") else None
        item = getattr(item, "member", None)
        for at, path in _items(contract) if item is not None else ():
            _check(item, path, at)
    if contract.job:
        start = contract.job.start
        if start.operation not in service_model(contract.service).operation_names:
            raise UsageError(
                f"job.start.operation: {unknown('operation', start.operation, service_model(contract.service).operation_names)}"
            )
        started = modelled(contract.service, start.operation)
        for name in (start.subject, *start.options):
            _check(started.input_shape, name, "job.start")
        _check(started.output_shape, start.id, "job.start.id")


def _inputs(contract: Contract) -> Iterator[tuple[str, str | None]]:
    if contract.listing:
        yield "listing.limit", contract.listing.limit
        for token in contract.listing.tokens:
            yield "listing.tokens", token.input
    if contract.sort:
        yield "sort.parameter", contract.sort.parameter
    if contract.job:
        yield "job.id_in", contract.job.id_in
    if contract.report:
        yield "report.about", contract.report.about


def _outputs(contract: Contract) -> Iterator[tuple[str, str | None]]:
    if contract.listing:
        yield from (("listing.items", each) for each in contract.listing.items)
        yield "listing.more", contract.listing.more
        yield from (("listing.tokens", each.output) for each in contract.listing.tokens if not each.is_expression)
    if job := contract.job:
        for name in ("status", "created", "completed", "error", "type"):
            yield f"job.{name}", getattr(job, name)
        yield "job.error_code", f"{job.error}.{job.error_code}"
        yield "job.error_message", f"{job.error}.{job.error_message}"
        for name in ("null_when_pending", "present_when_finished", "present_when_failed", "required_when_succeeded"):
            yield from ((f"job.{name}", each) for each in getattr(job, name))
    yield from (("counts", each.member) for each in contract.counts)


def _items(contract: Contract) -> Iterator[tuple[str, str | None]]:
    if contract.listing:
        yield "listing.identity", contract.listing.identity
    if contract.order:
        yield "order.by", contract.order.by
    for key in contract.sort.keys if contract.sort else ():
        yield "sort.keys", key.by
    if report := contract.report:
        for name in ("name", "time", "entity", "region", "total", "entity_arn", "entity_type"):
            yield f"report.{name}", getattr(report, name)
        if actions := report.actions:
            yield "report.actions.items", actions.items
            for name in ("name", "time", "entity", "region"):
                yield f"report.actions.{name}", f"{actions.items}.{getattr(actions, name)}"


def _check(shape: Shape | None, path: str | None, at: str) -> None:
    """A path of members leads somewhere from this shape; lists on the way are looked into."""
    if path is None or path == "@":
        return
    inner: Any = shape
    for name in path.split("."):
        while inner is not None and inner.type_name == "list":
            inner = inner.member
        members = getattr(inner, "members", {})
        if name not in members:
            raise UsageError(f"{at}: {unknown('member', name, members)}")
        inner = members[name]
