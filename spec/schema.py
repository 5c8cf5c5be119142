"""The JSON Schemas (2020-12) of requests and answers: what the model and the contract say, for any language.

A schema has two layers. Each structure of the model is a definition of its own, in `$defs`, made of the model's
constraints alone. The whole refers to one of them and adds what the contract says of members that depend on one
another, as `if`/`then`. Only what is documented is in there: an answer that a schema refuses breaks a `must`.

Absent and null are the same thing, as they are on the wire, so that an optional member of an answer may be null. A
request is written by its caller, who leaves a parameter out.

The derived schemas are checked in, for those who cannot derive them, and so that a difference shows what a release
of botocore has changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .legacy import Contract, contracts
from .model import service

if TYPE_CHECKING:
    from botocore.model import OperationModel, ServiceModel, Shape

__all__ = ["derive", "drift", "model_part", "portable", "request", "response", "schema", "schema_names", "write"]

Schema = dict[str, Any]

_FOLDER = Path(__file__).with_name("schemas")
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_WRITTEN = ("error", "result", "vectors")

#: The model's type -> its schema, and the keywords of its `min` and `max`. Integers have 32 bits, longs have 64.
_TYPES: Mapping[str, tuple[Schema, tuple[str, ...]]] = {
    "string": ({"type": "string"}, ("minLength", "maxLength")),
    "boolean": ({"type": "boolean"}, ()),
    "integer": ({"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1}, ("minimum", "maximum")),
    "long": ({"type": "integer", "minimum": -(2**63), "maximum": 2**63 - 1}, ("minimum", "maximum")),
    "timestamp": ({"type": "string", "format": "date-time"}, ()),
    "list": ({"type": "array"}, ("minItems", "maxItems")),
}

#: Java's shorthands are ASCII; what the same letters mean elsewhere depends on the language and on flags.
_SHORTHANDS = {r"\w": "A-Za-z0-9_", r"\d": "0-9", r"\s": r"\t\n\x0B\f\r "}


def schema_names() -> tuple[str, ...]:
    """Every schema that there is: the derived ones, then those written by hand."""
    return (*_derivable(), *_WRITTEN)


def schema(name: str) -> Schema:
    """A schema as it is checked in, a copy of the caller's own; a KeyError where there is none."""
    if name not in schema_names():
        raise KeyError(name)
    loaded: Schema = json.loads(_path(name).read_text(encoding="utf-8"))
    return loaded


def model_part(name: str) -> Schema:
    """The schema of a request or an answer by the model's constraints alone, without the contract's conditions."""
    whole = schema(name)
    return {"$schema": whole["$schema"], **whole["allOf"][0], "$defs": whole["$defs"]}


def derive(name: str, *, model: ServiceModel | None = None) -> Schema:
    """The schema that the installed botocore and the contract give; a KeyError for one that is not derived."""
    law, operation, side = _derivable()[name]
    shapes = (model or service(law.service)).operation_model(operation)
    if side == "request":
        return request(shapes)
    return response(shapes, law if operation == law.operation else None)


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


def request(operation: OperationModel) -> Schema:
    """The schema of an operation's parameters."""
    return _whole(operation, "request", operation.input_shape, {}, ())


def response(operation: OperationModel, law: Contract | None = None) -> Schema:
    """The schema of an operation's output; with a contract, also what goes with the job's status and with paging."""
    if law is None:
        return _whole(operation, "response", operation.output_shape, {"nullable": True}, ())
    options = {"nullable": True, "waived": law.job.null_when_pending}
    return _whole(operation, "response", operation.output_shape, options, _conditions(law))


def portable(pattern: str) -> str:
    """A pattern of the model, a Java one, as one that ECMAScript and Python read alike."""
    inside, out = False, []
    for token in re.findall(r"\\u[0-9A-Fa-f]{4}|\\.|.", pattern, re.DOTALL):
        if token in _SHORTHANDS:
            out.append(_SHORTHANDS[token] if inside else f"[{_SHORTHANDS[token]}]")
            continue
        if token[0] == "\\" and len(token) == 2 and token[1].isalpha() and token[1] not in "tnrf":
            raise ValueError(f"no portable form is known for {token} in {pattern}")
        inside = token == "[" or (inside and token != "]")
        out.append(token)
    return "".join(out)


def _derivable() -> Mapping[str, tuple[Contract, str, str]]:
    return {
        f"{operation}.{side}": (law, operation, side)
        for law in contracts()
        for operation in (law.operation, law.start.operation)
        for side in ("request", "response")
    }


def _path(name: str, folder: Path | None = None) -> Path:
    return (folder or _FOLDER) / f"{name}.json"


def _whole(
    operation: OperationModel, side: str, shape: Shape | None, options: Mapping[str, Any], conditions: Iterable[Schema]
) -> Schema:
    assert shape is not None, f"{operation.name} has no {side}"
    definitions: dict[str, Schema] = {}
    reference = _shape(shape, definitions, **options)
    return {
        "$schema": _DIALECT,
        "title": f"{operation.name}.{side}",
        "allOf": [reference, *conditions],
        "$defs": definitions,
    }


def _shape(
    shape: Any, definitions: dict[str, Schema], *, nullable: bool = False, waived: tuple[str, ...] = ()
) -> Schema:
    """A shape's schema; structures go to the definitions and are referred to.

    `waived` are members of this structure that a later state of the job requires, whatever the model says.
    """
    if shape.type_name == "structure":
        if shape.name not in definitions:
            body = definitions[shape.name] = {"type": "object"}
            required = [name for name in shape.members if name in shape.required_members and name not in waived]
            if required:
                body["required"] = required
            members = {name: _shape(each, definitions, nullable=nullable) for name, each in shape.members.items()}
            optional = {name for name in members if nullable and name not in required}
            body["properties"] = {name: _or_null(each) if name in optional else each for name, each in members.items()}
        return {"$ref": f"#/$defs/{shape.name}"}

    base, bounds = _TYPES[shape.type_name]
    named = zip(bounds, ("min", "max"), strict=False)  # some types have no bounds
    out = {**base, **{keyword: shape.metadata[bound] for keyword, bound in named if bound in shape.metadata}}
    if "enum" in shape.metadata:
        out["enum"] = list(shape.metadata["enum"])
    if "pattern" in shape.metadata:
        out["pattern"] = portable(shape.metadata["pattern"])
    if shape.type_name == "list":
        out["items"] = _shape(shape.member, definitions, nullable=nullable)
    return out


def _or_null(body: Schema) -> Schema:
    # Not anyOf: a value that is wrong is to be refused by the keyword that it breaks, and by that one alone.
    if "$ref" in body:
        return {"if": {"type": "null"}, "else": body}
    out = {**body, "type": [body["type"], "null"]}
    return {**out, "enum": [*body["enum"], None]} if "enum" in body else out


def _conditions(law: Contract) -> Iterator[Schema]:
    """What the documentation says of members that depend on one another, each under the id of its rule."""
    job, page = law.job, law.page
    table = (
        ("job.completion-date-absent-in-progress", job.status, job.pending, _null, job.null_when_pending),
        ("job.completion-date-when-finished", job.status, job.finished, _present, job.present_when_finished),
        ("job.failed-has-error-details", job.status, job.failed, _present, job.present_when_failed),
        ("pagination.truncated-has-token", page.truncated, (True,), _present, (page.next,)),
    )
    for rule, member, values, owed, members in table:
        if members:
            given = {"properties": {member: {"enum": list(values)}}, "required": [member]}
            yield {"$comment": rule, "if": given, "then": owed(members)}


def _null(members: tuple[str, ...]) -> Schema:
    return {"properties": {name: {"type": "null"} for name in members}}


def _present(members: tuple[str, ...]) -> Schema:
    return {"required": [*members], "properties": {name: {"not": {"type": "null"}} for name in members}}


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
