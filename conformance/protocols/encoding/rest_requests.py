"""REST requests: parameters in the path's labels, the query string, headers and the body."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from botocore.model import MapShape, OperationModel, Shape

from ....spec.http import HttpRequest
from .values import host_prefix, scalar_text

__all__ = ["rest_request"]

#: Writes the members of the body, or its payload; None where the operation has a body and no member of it was given.
BodyWriter = Callable[[Any, Shape], bytes]


def rest_request(
    model: OperationModel, parameters: Mapping[str, Any], write: BodyWriter, media_type: str = ""
) -> HttpRequest:
    """The request with these parameters; a label that is missing leaves its part of the path empty.

    `media_type` is that of a body, where the protocol names one.
    """
    shape = model.input_shape
    labels: dict[str, str] = {}
    query: list[tuple[str, str]] = []
    headers: dict[str, str] = {}
    body: dict[str, Any] = {}
    members = shape.members if shape is not None else {}
    for name, value in parameters.items():
        member = members.get(name)
        location = member.serialization.get("location") if member is not None else None
        written = str(member.serialization.get("name", name)) if member is not None else name
        if value is None and location is not None:
            continue
        if location == "uri":
            labels[written] = scalar_text(value, member)
        elif location == "querystring" and member is not None:
            query += _query(written, value, member)
        elif location == "header" and member is not None:
            if value == [] and member.type_name == "list":
                continue
            headers[written.lower()] = _header(value, member)
        elif location == "headers" and isinstance(value, Mapping):
            headers |= {f"{written.lower()}{key}": str(each) for key, each in value.items()}
        else:
            body[name] = value
    uri, _, constants = str(model.http.get("requestUri", "/")).partition("?")
    content = _body(shape, body, write)
    if content and media_type and not any(each == "content-type" for each in headers) and not _is_raw(shape):
        headers["content-type"] = media_type
    encoded = [constants] * bool(constants) + [f"{_quoted(k)}={_quoted(v)}" for k, v in query]
    method = str(model.http.get("method", "POST"))
    return HttpRequest(method, _path(uri, labels), "&".join(encoded), headers, content, host_prefix(parameters, model))


def _quoted(text: str, safe: str = "") -> str:
    return quote(text, safe=safe + "-._~", errors="replace")


def _query(name: str, value: Any, shape: Shape) -> list[tuple[str, str]]:
    if isinstance(value, Mapping) and isinstance(shape, MapShape):
        return [pair for key, each in value.items() for pair in _texts(str(key), each, shape.value)]
    return _texts(name, value, shape)


def _texts(name: str, value: Any, shape: Any) -> list[tuple[str, str]]:
    if isinstance(value, list | tuple) and shape.type_name == "list":
        return [(name, scalar_text(each, shape.member)) for each in value if each is not None]
    return [(name, scalar_text(value, shape))]


def _header(value: Any, shape: Any) -> str:
    if isinstance(value, list | tuple) and shape.type_name == "list":
        return ",".join(_escaped(scalar_text(each, shape.member, "rfc822")) for each in value if each is not None)
    text = scalar_text(value, shape, "rfc822")
    return "".join(each if each.isprintable() else " " for each in text)  # a line break would end the header


def _escaped(text: str) -> str:
    """An item of a list in a header, in quotes where it has a comma or a quote."""
    text = "".join(each if each.isprintable() else " " for each in text)
    return '"' + text.replace('"', '\\"') + '"' if '"' in text or "," in text else text


def _path(template: str, labels: Mapping[str, str]) -> str:
    parts = []
    for part in template.split("/"):
        if part.startswith("{") and part.endswith("}"):
            name = part[1:-1].removesuffix("+")
            greedy = part.endswith("+}")
            parts.append(_quoted(labels.get(name, ""), "/" if greedy else ""))
        elif "{" in part:
            for name, text in labels.items():
                part = part.replace("{" + name + "}", _quoted(text))  # noqa: PLW2901
            parts.append(part)
        else:
            parts.append(part)
    return "/".join(parts)


def _body(shape: Any, members: Mapping[str, Any], write: BodyWriter) -> bytes:
    if shape is None:
        return b""
    payload = shape.serialization.get("payload")
    if payload is not None:
        value, inside = members.get(payload), shape.members[payload]
        if _is_raw(shape):
            return (
                value.encode("utf-8", "replace")
                if isinstance(value, str)
                else value
                if isinstance(value, bytes)
                else b""
            )
        return write(value, inside)
    has_body = any(each.serialization.get("location") is None for each in shape.members.values())
    return write(dict(members) if members else None, shape) if has_body or members else b""


def _is_raw(shape: Any) -> bool:
    """Whether the body is the bytes or the text of one member."""
    payload = shape.serialization.get("payload") if shape is not None else None
    return payload is not None and shape.members[payload].type_name in ("blob", "string")
