"""Parameters as they are written in requests: form fields, labels, query strings, headers and JSON.

Valid values are written as every SDK writes them. A value of a wrong type is written as it is, so that the service sees it: text for
a number, a number for text, JSON for a structure where a scalar belongs.
"""

import base64
import calendar
import json
import math
import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import formatdate
from typing import Any

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape
from botocore.utils import parse_to_aware_datetime

from ..documents.formats import timestamp_format

__all__ = ["form_fields", "host_prefix", "json_value", "scalar_text"]

#: The deepest nesting that is written; parameters are a few levels deep.
_DEPTH = 64


def scalar_text(value: Any, shape: Shape | None, default: str = "iso8601") -> str:
    """A scalar as text. `default` is the format of timestamps without their own."""
    kind = shape.type_name if shape is not None else "string"
    if kind == "timestamp" and shape is not None:
        moment = _moment(value, timestamp_format(shape, default))
        return str(moment)
    if kind == "blob" and isinstance(value, bytes | str):
        return _base64(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(_finite(value))
    if isinstance(value, dict | list | tuple):
        return _dumps(value)
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def host_prefix(parameters: Mapping[str, Any], model: OperationModel) -> str:
    """What the operation puts before the host of the endpoint, with its labels filled in; a missing one is empty."""
    endpoint: Any = model.endpoint or {}
    template = str(endpoint.get("hostPrefix", ""))
    for name, member in model.input_shape.members.items() if template and model.input_shape is not None else ():
        if member.serialization.get("hostLabel"):
            text = scalar_text(parameters.get(name, ""), member)
            template = template.replace("{" + name + "}", re.sub(r"[^A-Za-z0-9.-]", "-", text))
    return template


def form_fields(parameters: Mapping[str, Any], shape: StructureShape | None, *, capitalized: bool) -> dict[str, str]:
    """The fields of AWS Query, or of EC2's dialect of it (`capitalized`), whose lists have no name for their items."""
    fields: dict[str, str] = {}
    _Form(fields, capitalized).structure(parameters, shape, "", 0)
    return fields


class _Form:
    def __init__(self, fields: dict[str, str], capitalized: bool) -> None:
        self.fields, self.capitalized = fields, capitalized

    def structure(self, value: Mapping[str, Any], shape: StructureShape | None, prefix: str, depth: int) -> None:
        members = shape.members if shape is not None else {}
        for name, each in value.items():
            member = members.get(name)
            written = name if member is None else self.name(member, name)
            self.value(each, member, f"{prefix}.{written}" if prefix else str(written), depth + 1)

    def name(self, shape: Shape, default: str) -> str:
        if self.capitalized and "queryName" in shape.serialization:
            return str(shape.serialization["queryName"])
        if "name" not in shape.serialization:
            return default
        name = str(shape.serialization["name"])
        return name[:1].upper() + name[1:] if self.capitalized else name

    def value(self, value: Any, shape: Shape | None, path: str, depth: int) -> None:
        if value is None:
            return  # a form has no null
        if depth < _DEPTH and isinstance(shape, StructureShape) and isinstance(value, Mapping):
            self.structure(value, shape, path, depth)
        elif depth < _DEPTH and isinstance(shape, ListShape) and isinstance(value, list | tuple):
            self.items(value, shape, path, depth)
        elif depth < _DEPTH and isinstance(shape, MapShape) and isinstance(value, Mapping):
            self.entries(value, shape, path, depth)
        else:
            self.fields[path] = scalar_text(value, shape)

    def items(self, value: list[Any] | tuple[Any, ...], shape: ListShape, path: str, depth: int) -> None:
        if not value and not self.capitalized:
            self.fields[path] = ""
            return
        item = shape.member.serialization.get("name")
        if shape.serialization.get("flattened") and not self.capitalized:
            path = ".".join([*path.split(".")[:-1], str(item)]) if item else path
        elif not self.capitalized:
            path = f"{path}.{item or 'member'}"
        for number, each in enumerate(value, 1):
            self.value(each, shape.member, f"{path}.{number}", depth + 1)

    def entries(self, value: Mapping[str, Any], shape: MapShape, path: str, depth: int) -> None:
        path = path if shape.serialization.get("flattened") else f"{path}.entry"
        for number, (key, each) in enumerate(value.items(), 1):
            self.value(key, shape.key, f"{path}.{number}.{self.name(shape.key, 'key')}", depth + 1)
            self.value(each, shape.value, f"{path}.{number}.{self.name(shape.value, 'value')}", depth + 1)


def json_value(value: Any, shape: Shape | None, depth: int = 0) -> Any:
    """A value as JSON has it on the wire. A null stays one."""
    if value is None or depth > _DEPTH:
        return None
    if isinstance(shape, StructureShape) and isinstance(value, Mapping) and not shape.is_document_type:
        written = {}
        for name, each in value.items():
            member = shape.members.get(name)
            written[name if member is None else str(member.serialization.get("name", name))] = json_value(
                each, member, depth + 1
            )
        return written
    if isinstance(shape, ListShape) and isinstance(value, list | tuple):
        return [json_value(each, shape.member, depth + 1) for each in value]
    if isinstance(shape, MapShape) and isinstance(value, Mapping):
        return {str(name): json_value(each, shape.value, depth + 1) for name, each in value.items()}
    if shape is not None and shape.type_name == "timestamp":
        return _moment(value, timestamp_format(shape, "unixtimestamp"))
    if shape is not None and shape.type_name == "blob" and isinstance(value, bytes | str):
        return _base64(value)
    return _jsonable(value)


def _jsonable(value: Any, depth: int = 0) -> Any:
    """Anything at all as JSON."""
    if isinstance(value, float):
        return _finite(value)
    if value is None or isinstance(value, str | int):
        return value
    if depth > _DEPTH:
        return None
    if isinstance(value, Mapping):
        return {str(name): _jsonable(each, depth + 1) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_jsonable(each, depth + 1) for each in value]
    return _base64(value) if isinstance(value, bytes) else str(value)


def _dumps(value: Any) -> str:
    return json.dumps(_jsonable(value), separators=(",", ":"))


def _finite(value: float) -> float | str:
    """A float, or the word for what JSON has no number for."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value


def _base64(value: bytes | str) -> str:
    return base64.b64encode(value.encode("utf-8", "replace") if isinstance(value, str) else value).decode()


def _moment(value: Any, form: str) -> Any:
    """A time in its format; a value that is not a time stays as it is."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | datetime):
        return _jsonable(value)
    try:
        moment = parse_to_aware_datetime(value)  # type: ignore[arg-type]  # it takes datetimes and numbers too
        seconds = calendar.timegm(moment.utctimetuple())
    except (ValueError, OverflowError, OSError, RuntimeError, TypeError, ArithmeticError):
        return _jsonable(value)
    if form == "rfc822":
        return formatdate(seconds, usegmt=True)
    if form == "unixtimestamp":
        return (seconds * 10**6 + moment.microsecond) / 10**6 if moment.microsecond else seconds
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ" if moment.microsecond else "%Y-%m-%dT%H:%M:%SZ")
