"""One HTTP request and one HTTP response, as protocols write and read them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

__all__ = ["HttpRequest", "HttpResponse"]


class HttpRequest(NamedTuple):
    """A request: `path` as it is written, percent-encoded; `query` without the question mark; header names in lower case.

    `host_prefix` is what an operation of an API puts before the host of the endpoint (``data.``).
    """

    method: str = "POST"
    path: str = "/"
    query: str = ""
    headers: Mapping[str, str] = MappingProxyType({})
    body: bytes = b""
    host_prefix: str = ""


class HttpResponse(NamedTuple):
    """A response: header names in lower case."""

    status: int = 200
    headers: Mapping[str, str] = MappingProxyType({})
    body: bytes = b""
