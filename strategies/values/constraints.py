"""What the service model says about a member of an operation, and how to read and write a member at a path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from ...emulator.paths import output_path
from ...spec.contract import Contract
from ...spec.model import service

__all__ = ["constraints", "enumerated", "get", "in_model_order", "input_shape", "item_shape", "output_path", "output_shape", "put", "shape_at"]  # fmt: skip


@cache
def output_shape(contract: Contract) -> Any:
    """The output shape of the operation."""
    return service(contract.service).operation_model(contract.operation).output_shape


@cache
def input_shape(contract: Contract, operation: str | None = None) -> Any:
    """The input shape of the operation, or of another one of its service."""
    return service(contract.service).operation_model(operation or contract.operation).input_shape


@cache
def item_shape(contract: Contract, path: str | None = None) -> Any:
    """The shape of one item of a listing: of its main list, or of another one of its result keys."""
    assert contract.listing is not None, f"{contract.id} does not page"
    shape = shape_at(output_shape(contract), output_path(path or contract.listing.main))
    return shape.member if shape.type_name == "list" else shape


@cache
def constraints(contract: Contract, name: str) -> Mapping[str, Any]:
    """The model's constraints on a parameter, a member of the output, of an item or of the error; the parameter wins.

    :param name: a member's name, or a path from an item to one.
    :raises KeyError: where there is no such member.
    """
    for shape in _shapes(contract):
        try:
            found: Mapping[str, Any] = shape_at(shape, name).metadata
        except KeyError:
            continue
        return found
    raise KeyError(name)


def _shapes(contract: Contract) -> Iterator[Any]:
    for operation in contract.operations:
        if (shape := input_shape(contract, operation)) is not None:
            yield shape
    output = output_shape(contract)
    yield output
    if contract.listing is not None:
        yield item_shape(contract)
    if contract.job is not None:
        yield output.members[contract.job.error]


def enumerated(contract: Contract, name: str) -> tuple[str, ...]:
    """The values that the model lists for a member."""
    return tuple(constraints(contract, name)["enum"])


def shape_at(shape: Any, path: str) -> Any:
    """The shape of the member at a path; ``@`` and the empty path are the shape itself. A KeyError where there is none."""
    if path in ("@", ""):
        return shape
    for name in path.split("."):
        if shape.type_name != "structure":
            raise KeyError(path)
        shape = shape.members[name]
    return shape


def get(value: Any, path: str | None) -> Any:
    """The value at a path inside a value; None where it is absent."""
    if path is None:
        return None
    for name in () if path == "@" else path.split("."):
        if not isinstance(value, Mapping) or name not in value:
            return None
        value = value[name]
    return value


def put(members: dict[str, Any], path: str, value: Any) -> None:
    """Set the value at a path. Structures on the way are made."""
    *way, last = path.split(".")
    for name in way:
        members = members.setdefault(name, {})
    members[last] = value


def in_model_order(shape: Any, members: Mapping[str, Any]) -> dict[str, Any]:
    """The same members in the order of the model, in which every parser returns them; unknown ones come last."""
    known = {name: members[name] for name in _names(shape) if name in members}
    return known if len(known) == len(members) else known | dict(members)


@cache
def _names(shape: Any) -> tuple[str, ...]:
    return tuple(shape.members)
