"""What a vector is made of: responses as members, and the two forms that are checked in.

The XML is written here and not by the emulator, so that a slip of its writer does not become the truth that others test against.
Times are given as they stand on the wire; the JSON has them as the AWS CLI prints them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

__all__ = [
    "CREATED",
    "FINISHED",
    "GENERATE",
    "GET",
    "NAMESPACE",
    "PATH",
    "REQUEST_ID",
    "Case",
    "Members",
    "Response",
    "Style",
    "completed",
    "edited",
    "error",
    "failed",
    "item",
    "pending",
    "printed",
    "response",
    "unused",
    "used",
    "without",
    "xml",
]  # fmt: skip

Members = dict[str, Any]

GET, GENERATE = "GetOrganizationsAccessReport", "GenerateOrganizationsAccessReport"
NAMESPACE = "https://iam.amazonaws.com/doc/2010-05-08/"
REQUEST_ID = "7e5d3c1a-9b82-4f60-8d47-2c6a1e0f9b35"
PATH = "o-a1b2c3d4e5/r-f6g7h8i9/ou-f6g7h8i9-k1l2m3n4/123456789012"
CREATED, FINISHED, ACCESSED = "2019-09-30T06:53:36.187Z", "2019-09-30T06:53:37.547Z", "2019-09-12T17:04:51Z"
TIMES = ("JobCreationDate", "JobCompletionDate", "LastAuthenticatedTime", "LastAuthenticated", "LastAccessedTime")


@dataclass(frozen=True)
class Response:
    """One response: the bytes off the wire and, where JSON can say the same, its members; and its HTTP status."""

    xml: bytes
    json: Members | None = None
    status: int = 200


@dataclass(frozen=True)
class Case:
    """One vector. Several responses, or `pages`, are judged together: one listing, or one job, in the order given."""

    id: str
    description: str
    responses: tuple[Response, ...]
    names: tuple[str, ...] = ()
    operation: str = GET
    pages: bool = False


@dataclass(frozen=True)
class Style:
    """How a document is written. The default is how AWS writes."""

    newline: str = "\n"
    indent: str = "  "
    reverse: bool = False
    before: str = ""
    between: str = ""
    after: str = ""
    lonely: bool = True  # <a/> for an element without content


# -- responses as members


def item(name: str, key: str, **members: Any) -> Members:
    return {"ServiceName": name, "ServiceNamespace": key, **members}


def unused(name: str, key: str, **members: Any) -> Members:
    return without({**item(name, key), "TotalAuthenticatedEntities": 0, **members})


def used(name: str, key: str, **members: Any) -> Members:
    """A service that was accessed; None takes a member away."""
    attempt = {
        "Region": "eu-central-1",
        "EntityPath": PATH,
        "LastAuthenticatedTime": ACCESSED,
        "TotalAuthenticatedEntities": 1,
    }
    return without({**item(name, key), **attempt, **members})


def without(members: Mapping[str, Any]) -> Members:
    return {name: value for name, value in members.items() if value is not None}


def pending(**changes: Any) -> Members:
    return without({"JobStatus": "IN_PROGRESS", "JobCreationDate": CREATED, "IsTruncated": False, **changes})


def failed(code: str, message: str, **changes: Any) -> Members:
    reason = {"Message": message, "Code": code}
    job = {"JobStatus": "FAILED", "JobCreationDate": CREATED, "JobCompletionDate": FINISHED}
    return without({**job, "IsTruncated": False, "ErrorDetails": reason, **changes})


def completed(services: list[Members], **changes: Any) -> Members:
    """A COMPLETED response that counts what it lists; None takes a member away."""
    members = {
        "JobStatus": "COMPLETED",
        "JobCreationDate": CREATED,
        "JobCompletionDate": FINISHED,
        "NumberOfServicesAccessible": len(services),
        "NumberOfServicesNotAccessed": sum("LastAuthenticatedTime" not in each for each in services),
        "AccessDetails": services,
        "IsTruncated": False,
    }
    return without({**members, **changes})


# -- XML


def xml(members: Mapping[str, Any], operation: str = GET, style: Style = Style()) -> bytes:
    """A result as it stands on the wire."""
    content = {f"{operation}Result": members, "ResponseMetadata": {"RequestId": REQUEST_ID}}
    return _document(f"{operation}Response", content, style)


def error(code: str, message: str, status: int = 400, style: Style = Style()) -> Response:
    """A refusal, and what boto3 hands on as ``ClientError.response`` without its metadata."""
    shown = {"Type": "Sender" if status < 500 else "Receiver", "Code": code, "Message": message}
    return Response(
        _document("ErrorResponse", {"Error": shown, "RequestId": REQUEST_ID}, style), {"Error": shown}, status
    )


def _document(root: str, content: Mapping[str, Any], style: Style) -> bytes:
    lines = style.newline.join(_element(root, content, style, 0, f' xmlns="{NAMESPACE}"'))
    return (style.before + lines + style.newline + style.after).encode()


def _element(tag: str, content: Any, style: Style, level: int, attributes: str = "") -> Iterator[str]:
    indent = style.indent * level
    start, end = f"{indent}<{tag}{attributes}>", f"</{tag}>"
    if isinstance(content, Mapping | list) and content:
        yield start
        pairs = [("member", each) for each in content] if isinstance(content, list) else list(content.items())
        # the wrapper stays the root's first child, and the items of a list keep their order
        if style.reverse and level and not isinstance(content, list):
            pairs.reverse()
        for name, each in pairs:
            if style.between:
                yield style.indent * (level + 1) + style.between
            yield from _element(name, each, style, level + 1)
        yield indent + end
    elif content in ("", [], {}):
        yield f"{indent}<{tag}/>" if style.lonely else start + end
    else:
        yield f"{start}{_text(content)}{end}"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    # A carriage return that is meant is a reference: as a character it would be read as a line feed.
    return "".join(c if c.isprintable() or c == "\n" else f"&#{ord(c)};" for c in escape(str(value)))


def response(members: Members, operation: str = GET, style: Style = Style()) -> Response:
    return Response(xml(members, operation, style), members)


def edited(body: bytes, *changes: tuple[str, str]) -> bytes:
    """The bytes with each text replaced, which has to stand in there exactly once."""
    text = body.decode()
    for old, new in changes:
        if text.count(old) != 1:
            raise ValueError(f"{old!r} stands {text.count(old)} times in there")
        text = text.replace(old, new)
    return text.encode()


# -- JSON


def printed(members: Mapping[str, Any]) -> str:
    """The members as ``aws … --output json`` prints them."""
    return json.dumps(_shown(members), indent=4) + "\n"


def _shown(value: Any, name: str = "") -> Any:
    if isinstance(value, Mapping):
        return {key: _shown(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [_shown(each) for each in value]
    return datetime.fromisoformat(value).isoformat() if name in TIMES else value
