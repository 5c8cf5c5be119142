"""The JSON Schemas (2020-12) of the requests and responses of any operation: what the model and the contract say, for any language.

A schema has two layers. Each structure of the model is a definition of its own, in `$defs`, made of the model's constraints alone. The
whole refers to one of them and adds what the contract says of members that depend on one another, as `if`/`then`. It says only what the
model, the protocol or the documentation says: a response that a schema rejects breaks a `must` of an access report.

Absent and null are the same, as they are on the wire, so that an optional member of a response may be null. A request is written by its
caller, who leaves a parameter out. Validators in strict mode accept these schemas.

Those of the access reports are checked in, for users who cannot derive them, and so that a difference shows what a release of botocore
has changed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .contract import Contract
from .model import operation as modelled
from .patterns import portable_or_none

if TYPE_CHECKING:
    from botocore.model import OperationModel, ServiceModel

__all__ = [
    "derive",
    "drift",
    "model_part",
    "operation_schemas",
    "request_schema",
    "response_schema",
    "schema",
    "schema_names",
    "write",
]

Schema = dict[str, Any]

_FOLDER = Path(__file__).with_name("schemas")
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_WRITTEN = ("error", "result", "vectors")

#: The model's type -> its schema, and the keywords of its `min` and `max`. Integers have 32 bits, longs have 64. Blobs are base64.
_TYPES: Mapping[str, tuple[Schema, tuple[str, ...]]] = {
    "string": ({"type": "string"}, ("minLength", "maxLength")),
    "boolean": ({"type": "boolean"}, ()),
    "integer": ({"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1}, ("minimum", "maximum")),
    "long": ({"type": "integer", "minimum": -(2**63), "maximum": 2**63 - 1}, ("minimum", "maximum")),
    "float": ({"type": "number"}, ("minimum", "maximum")),
    "double": ({"type": "number"}, ("minimum", "maximum")),
    "timestamp": ({"type": "string", "format": "date-time"}, ()),
    "blob": ({"type": "string"}, ()),
    "list": ({"type": "array"}, ("minItems", "maxItems")),
    "map": ({"type": "object"}, ("minProperties", "maxProperties")),
}


def schema_names() -> tuple[str, ...]:
    """The names of the schemas that are checked in: the derived ones, then those written by hand."""
    return (*_derivable(), *_WRITTEN)


def schema(name: str) -> Schema:
    """A schema as it is checked in, a copy of the caller's own; a KeyError where there is none."""
    if name not in schema_names():
        raise KeyError(name)
    loaded: Schema = json.loads(_path(name).read_text(encoding="utf-8"))
    return loaded


def operation_schemas(contract: Contract) -> dict[str, Schema]:
    """The schemas of an operation, and of the operation that starts its job, each by its title."""
    found = {}
    for name in contract.operations:
        for each in (request_schema(contract, name), response_schema(contract, name)):
            found[str(each["title"])] = each
    return found


def request_schema(of: Contract | str, operation: str | None = None) -> Schema:
    """The schema of an operation's parameters, of a contract or of a service's name. It is shared: do not change it."""
    service, name = (of, operation or "") if isinstance(of, str) else (of.service, operation or of.operation)
    return _of_model(service, name, "request", os.environ.get("AWS_DATA_PATH", ""))


def response_schema(of: Contract | str, operation: str | None = None) -> Schema:
    """The schema of an operation's output; of a contract, also what goes with the job's status and with paging.

    It is shared: do not change it.
    """
    if isinstance(of, str):
        return _of_model(of, operation or "", "response", os.environ.get("AWS_DATA_PATH", ""))
    if operation not in (None, of.operation):
        return _of_model(of.service, operation or "", "response", os.environ.get("AWS_DATA_PATH", ""))
    return _of_contract(of)


def model_part(name: str) -> Schema:
    """A schema that is checked in, by the model's constraints alone, without the contract's conditions."""
    whole = schema(name)
    return {"$schema": whole["$schema"], **whole["allOf"][0], "$defs": whole["$defs"]}


def derive(name: str, *, model: ServiceModel | None = None) -> Schema:
    """A schema that is checked in, as the installed botocore and the contract give it; a KeyError for one that is not derived."""
    contract, operation, side = _derivable()[name]
    shapes = model.operation_model(operation) if model else modelled(contract.service, operation)
    return _whole(shapes, side, contract if (side, operation) == ("response", contract.operation) else None)


def drift(*, model: ServiceModel | None = None) -> list[str]:
    """What differs between the schemas checked in and those derived now, a line each."""
    lines = []
    for name in _derivable():
        if _path(name).exists():
            lines += [f"{name}: {each}" for each in _differences(schema(name), derive(name, model=model))]
        else:
            lines.append(f"{name}: not checked in")
    return lines


def write(folder: Path | None = None) -> None:
    """Write the derived schemas anew."""
    for name in _derivable():
        _path(name, folder).write_text(json.dumps(derive(name), indent=2) + "\n", encoding="utf-8")


@cache
def _derivable() -> Mapping[str, tuple[Contract, str, str]]:
    from .operations import access_reports, load

    return {
        f"{operation}.{side}": (contract, operation, side)
        for contract in map(load, access_reports())
        for operation in contract.operations
        for side in ("request", "response")
    }


def _path(name: str, folder: Path | None = None) -> Path:
    return (folder or _FOLDER) / f"{name}.json"


@lru_cache(maxsize=32)
def _of_model(service: str, operation: str, side: str, paths: str) -> Schema:
    return _whole(modelled(service, operation), side)


@lru_cache(maxsize=16)
def _of_contract(contract: Contract) -> Schema:
    return _whole(modelled(contract.service, contract.operation), "response", contract)


def _whole(operation: OperationModel, side: str, contract: Contract | None = None) -> Schema:
    definitions: dict[str, Schema] = {}
    shape = operation.input_shape if side == "request" else operation.output_shape
    if shape is None:
        definitions["Nothing"] = {"type": "object"}
        reference = {"$ref": "#/$defs/Nothing"}
    else:
        job = contract.job if contract else None
        later = job.null_when_pending + job.required_when_succeeded if job else ()
        reference = _shape(shape, definitions, nullable=side == "response", later=later)
    return {
        "$schema": _DIALECT,
        "title": f"{operation.name}.{side}",
        "type": "object",
        "allOf": [reference, *(_conditions(contract) if contract else ())],
        "$defs": definitions,
    }


def _shape(
    shape: Any, definitions: dict[str, Schema], *, nullable: bool = False, later: tuple[str, ...] = ()
) -> Schema:
    """A shape's schema; structures go to the definitions and are referred to.

    `later` are members of this structure that only a later state of the job requires, whatever the model says.
    """
    if getattr(shape, "is_document_type", False) or shape.serialization.get("eventstream"):
        return {}
    if shape.type_name == "structure":
        if shape.name not in definitions:
            _define(shape, definitions, nullable, later)
        return {"$ref": f"#/$defs/{shape.name}"}
    base, bounds = _TYPES.get(shape.type_name, ({}, ()))
    named = zip(bounds, ("min", "max"), strict=False)  # some types have no bounds
    out = {**base, **{keyword: shape.metadata[bound] for keyword, bound in named if bound in shape.metadata}}
    if shape.type_name == "list":
        out["items"] = _shape(shape.member, definitions, nullable=nullable)
    elif shape.type_name == "map":
        out["additionalProperties"] = _shape(shape.value, definitions, nullable=nullable)
    elif shape.metadata.get("enum"):
        out["enum"] = list(shape.metadata["enum"])
    elif "pattern" in shape.metadata and (pattern := portable_or_none(shape.metadata["pattern"])):
        out["pattern"] = pattern
    return out


def _define(shape: Any, definitions: dict[str, Schema], nullable: bool, later: tuple[str, ...]) -> None:
    body = definitions[shape.name] = {"type": "object"}  # before its members: a shape may hold itself
    required = [name for name in shape.members if name in shape.required_members and name not in later]
    if required:
        body["required"] = required
    members = {name: _shape(each, definitions, nullable=nullable) for name, each in shape.members.items()}
    optional = {name for name in members if nullable and name not in required}
    body["properties"] = {name: _or_null(each) if name in optional else each for name, each in members.items()}


def _or_null(body: Schema) -> Schema:
    # Not anyOf: a value that is wrong is to be rejected by the keyword that it breaks, and by that one alone.
    if "$ref" in body:
        return {"if": {"type": "null"}, "else": body}
    if "type" not in body:
        return body
    out = {**body, "type": [body["type"], "null"]}
    return {**out, "enum": [*body["enum"], None]} if "enum" in body else out


def _conditions(contract: Contract) -> Iterator[Schema]:
    """What is said of members that depend on one another, each under the id of its rule."""
    if job := contract.job:
        table = (
            ("job.completion-date-absent-in-progress", job.pending, _null, job.null_when_pending),
            ("job.completion-date-when-finished", job.finished, _present, job.present_when_finished),
            ("job.failed-has-error-details", job.failed, _present, job.present_when_failed),
            ("shape.required", job.succeeded, _present, job.required_when_succeeded),
        )
        for rule, states, owed, members in table:
            if members:
                yield _condition(rule, job.status, states, [owed(each) for each in members])
    listing = contract.listing
    if listing and listing.more and not listing.token.is_expression:
        yield _condition("pagination.truncated-has-token", listing.more, (True,), [_present(listing.token.output)])


def _condition(rule: str, member: str, values: tuple[Any, ...], owed: list[Schema]) -> Schema:
    given = _at(member, {"enum": list(values)})
    return {"$comment": rule, "type": "object", "if": given, "then": owed[0] if len(owed) == 1 else {"allOf": owed}}


def _null(path: str) -> Schema:
    return _at(path, {"type": "null"}, required=False)


def _present(path: str) -> Schema:
    return _at(path, {"not": {"type": "null"}})


def _at(path: str, body: Schema, *, required: bool = True) -> Schema:
    """A schema that asks something of the value at a path of members."""
    for name in reversed(path.split(".")):
        body = {"type": "object", **({"required": [name]} if required else {}), "properties": {name: body}}
    return body


def _differences(old: Any, new: Any, path: str = "") -> Iterator[str]:
    if not (isinstance(old, dict) and isinstance(new, dict)):
        if old != new:
            yield f"{path}: checked in {json.dumps(old)}, derived {json.dumps(new)}"
        return
    for key in sorted({*old, *new}):
        here = f"{path}/{key}"
        if key not in new:
            yield f"{here}: checked in {json.dumps(old[key])}, no longer derived"
        elif key not in old:
            yield f"{here}: derived {json.dumps(new[key])}, not checked in"
        else:
            yield from _differences(old[key], new[key], here)
