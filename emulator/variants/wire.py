"""Variants on the wire, and of throttling: other bytes that mean the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from ...spec.http import HttpResponse
from ..records import Call, Output, ServiceError, XmlElement
from ..stages.pipeline import Stages
from .variant import Variant as _Variant

__all__ = ["VARIANTS"]

Variant = _Variant
OfXml = partial(_Variant, protocols=("query", "ec2", "rest-xml"))
OfJson = partial(_Variant, protocols=("json", "rest-json"))


def _document(change: Callable[[Any], Any]) -> Callable[[Stages], Stages]:
    """The output of every result changed: what is inside the wrapper, where there is one."""

    def changed(stages: Stages) -> Stages:
        def document(call: Call, output: Output) -> Any:
            root = stages.document(call, output)
            if isinstance(output, ServiceError):
                return root
            if call.contract.protocol == "query" and isinstance(root, XmlElement) and not isinstance(root.content, str):
                wrapper, *rest = root.content
                return root._replace(content=(change(wrapper), *rest))
            return change(root)

        return replace(stages, document=document)

    return changed


def _inside(element: Any, change: Callable[[tuple[XmlElement, ...]], tuple[XmlElement, ...]]) -> Any:
    """The children of every structure changed; those of a list keep their order."""
    if not isinstance(element, XmlElement) or isinstance(element.content, str):
        return element
    inner = tuple(_inside(each, change) for each in element.content)
    tags = [each.tag for each in inner]
    # Several elements of one name are a list, inside an element of its own or flattened into its structure.
    is_list = len(set(tags)) < len(tags) or tags in (["member"], ["item"])
    return element._replace(content=inner if is_list else change(inner))


def _unknown_members(element: Any) -> Any:
    if isinstance(element, XmlElement):
        return _inside(element, lambda inner: (XmlElement("Unheard", "of"), *inner))
    return {"unheard": "of", **element} if isinstance(element, dict) else element


def _body(change: Callable[[Call, bytes], bytes]) -> Callable[[Stages], Stages]:
    return lambda stages: replace(stages, write=lambda call, root: change(call, stages.write(call, root)))


def _content_type(text: Callable[[str], str]) -> Callable[[Stages], Stages]:
    def changed(stages: Stages) -> Stages:
        def http(call: Call, output: Output, body: bytes) -> HttpResponse:
            response = stages.http(call, output, body)
            headers = {**response.headers, "content-type": text(response.headers.get("content-type", ""))}
            return response._replace(headers=headers)

        return replace(stages, http=http)

    return changed


def _declared(call: Call, body: bytes) -> bytes:
    return body if body.startswith(b"<?xml") or not body else b'<?xml version="1.0" encoding="UTF-8"?>\n' + body


def _spread(call: Call, body: bytes) -> bytes:
    return json.dumps(json.loads(body), indent=4).encode() if body else body


def _qualified(stages: Stages) -> Stages:
    """The code of an error as older services write it, with the namespace of the service and a colon behind it."""

    def http(call: Call, output: Output, body: bytes) -> HttpResponse:
        response = stages.http(call, output, body)
        if not isinstance(output, ServiceError):
            return response
        found = json.loads(body or b"{}")
        headers = {name: text for name, text in response.headers.items() if "errortype" not in name.lower()}
        found.pop("code", None)
        found["__type"] = f"com.amazonaws.{call.contract.service}#{output.code}"
        return HttpResponse(response.status, headers, json.dumps(found).encode())

    return replace(stages, http=http)


VARIANTS = (
    OfXml("members-in-another-order", "the members of a structure are in reverse order", wrap=_document(lambda each: _inside(each, lambda inner: inner[::-1]))),
    Variant("members-unheard-of", "structures hold members that the model does not know", wrap=_document(_unknown_members)),
    OfXml("no-white-space", "there is no white space between elements", {"indented": False}),
    OfXml("much-white-space", "there are blank lines between elements", wrap=_body(lambda call, body: body.replace(b">\n", b">\r\n\n\t\n"))),
    OfXml("xml-declared", "responses begin with an XML declaration", wrap=_body(_declared)),
    OfXml("content-type-with-charset", "the media type has a charset", wrap=_content_type(lambda text: "text/xml;charset=UTF-8")),
    OfXml("content-type-of-applications", "the media type is application/xml", wrap=_content_type(lambda text: "application/xml")),
    OfJson("json-spread-out", "JSON has white space in it", wrap=_body(_spread)),
    OfJson("json-members-backwards", "the members of a result are in reverse order", wrap=_document(lambda each: dict(reversed(each.items())))),
    OfJson("json-content-type-with-charset", "the media type has a charset", wrap=_content_type(lambda text: f"{text}; charset=utf-8")),
    OfJson("error-code-qualified", "the code of an error has a namespace", wrap=_qualified),
    # Throttling
    Variant("throttling", "every seventh call is throttled", {"throttle_every": 7}),
    Variant("throttling-every-second", "every second call is throttled", {"throttle_every": 2}),
)  # fmt: skip
