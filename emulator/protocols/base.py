"""What the emulated protocols share: the interface that the stages use, requests with values of the modelled types, and request ids."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from ...spec.contract import Contract
from ...spec.http import HttpRequest, HttpResponse
from ...spec.model import operation

if TYPE_CHECKING:
    from botocore.model import OperationModel

    from .messages import Output, Responding

__all__ = ["EmulatedProtocol", "from_json", "from_text", "request_id"]

Parameters = Mapping[str, Any]

#: How many requests are known, and of which size.
_KEPT, _SMALL = 200, 4_000


class EmulatedProtocol:
    """How requests for the operations of one service are read and how its responses are written.

    A response is written in three steps, so that each of them can be replaced: the output as a document (elements for XML, mappings
    and lists for JSON), the document as bytes, the bytes as an HTTP response.
    """

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.service = contract.service
        self._models: dict[str, OperationModel] = {}
        self._read: dict[tuple[object, ...], tuple[str, Parameters]] = {}

    def model(self, name: str) -> OperationModel:
        """An operation in the service model."""
        if name not in self._models:
            self._models[name] = operation(self.service, name)
        return self._models[name]

    def read(self, request: HttpRequest) -> tuple[str, Parameters]:
        """The same as `parse`. Clients send the same few requests again and again, which are parsed once."""
        key = (request.method, request.path, request.query, request.body, *self.looked_at(request.headers))
        found = self._read.get(key)
        if found is None:
            found = self.parse(request)
            if len(self._read) >= _KEPT:
                self._read.clear()
            if len(request.query) + len(request.body) < _SMALL:
                self._read[key] = found
        return found

    def looked_at(self, headers: Mapping[str, str]) -> tuple[object, ...]:
        """The headers that `parse` may look at."""
        return ()

    def parse(self, request: HttpRequest) -> tuple[str, Parameters]:
        """The operation and its parameters by member name, with the types that the model gives them.

        A value that is not of its type stays as it came, so that it can be refused. Times and blobs stay as written. The operation is
        empty where the request names none or cannot be read at all.
        """
        raise NotImplementedError

    def document(self, call: Responding, output: Output) -> Any:
        """Members or an error as a document. Times are RFC 3339 text or datetimes, blobs are bytes or Base64 text."""
        raise NotImplementedError

    def write(self, call: Responding, document: Any) -> bytes:
        """The bytes of a document."""
        raise NotImplementedError

    def http(self, call: Responding, output: Output, body: bytes) -> HttpResponse:
        """The HTTP response around the bytes."""
        raise NotImplementedError

    def input_shape(self, name: str) -> Any:
        """The input shape of an operation; None for one that the service does not have, or that takes nothing."""
        try:
            return self.model(name).input_shape
        except KeyError:
            return None


def request_id(call: Responding) -> str:
    """The id of a request: the same in the document and in the headers."""
    return _request_id(call.number)


@lru_cache(maxsize=128)
def _request_id(number: int) -> str:
    text = sha256(f"request {number}".encode()).hexdigest()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:32]))


def from_text(text: str, shape: Any) -> Any:
    """A scalar that is written as text, with the type of its shape; whatever is not of that type stays text."""
    kind = shape.type_name
    if kind in _INTEGERS and len(text) < 40 and re.fullmatch(r"[+-]?\d+", text, re.ASCII):
        return int(text)
    if kind in ("float", "double", "bigDecimal") and len(text) < 400:
        try:
            return float(text)
        except ValueError:
            return text
    if kind == "boolean":
        return {"true": True, "false": False}.get(text, text)
    return text


_INTEGERS = ("integer", "long", "short", "byte", "bigInteger")


def from_json(value: Any, shape: Any) -> Any:
    """A JSON value with the names of the model. Nulls count as absent."""
    kind = shape.type_name
    if kind == "structure" and isinstance(value, Mapping) and not shape.is_document_type:
        found = {}
        for name, member in shape.members.items():
            each = value.get(member.serialization.get("name", name))
            if each is not None:
                found[name] = from_json(each, member)
        return found
    if kind == "list" and isinstance(value, list):
        return [from_json(each, shape.member) for each in value]
    if kind == "map" and isinstance(value, Mapping):
        return {name: from_json(each, shape.value) for name, each in value.items()}
    return value
