"""An emulator behind a botocore client without sockets: the client's own `before-send` event."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.utils import formatdate
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ...spec.http import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest, AWSResponse

    from ..engine import Emulator

__all__ = ["answer_to", "answered", "attach"]


class _Raw(BytesIO):
    """A body as botocore expects it from urllib3."""

    def stream(self, amt: int = 65536, decode_content: bool | None = None) -> Iterator[bytes]:
        """The rest of the body, in pieces."""
        while piece := self.read(amt):
            yield piece


def answered(emulator: Emulator, request: AWSPreparedRequest) -> AWSResponse:
    """The emulator's answer to a request of botocore's, as botocore has it from its HTTP session."""
    from botocore.awsrequest import AWSResponse

    url = str(request.url)
    response = answer_to(emulator, str(request.method), url, _Headers(request.headers), request.body)
    headers: Any = response.headers
    return AWSResponse(url, response.status, headers, _Raw(response.body))


def answer_to(emulator: Emulator, method: str, url: str, headers: Mapping[str, str], body: Any) -> HttpResponse:
    """The emulator's answer to a request in parts, the names of its headers in lower case."""
    if hasattr(body, "read"):
        body = body.read()
    if isinstance(body, str):
        body = body.encode()
    response = emulator.respond(HttpRequest(method, *_place(url), headers, body or b""))
    dated = {"date": _date(int(time.time())), **response.headers}  # as every HTTP server adds
    return HttpResponse(response.status, dated, response.body)


class _Headers(Mapping[str, str]):
    """The headers of a request, by their names in lower case. Each is read when somebody looks at it."""

    def __init__(self, headers: Any) -> None:
        self._headers = headers

    def __getitem__(self, name: str) -> str:
        value = self._headers[name]
        return value.decode("latin-1") if isinstance(value, bytes) else str(value)

    def __iter__(self) -> Iterator[str]:
        return (str(name).lower() for name in self._headers)

    def __len__(self) -> int:
        return len(self._headers)


@lru_cache(maxsize=8)
def _date(seconds: int) -> str:
    return formatdate(seconds, usegmt=True)


@lru_cache(maxsize=256)
def _place(url: str) -> tuple[str, str]:
    """The path and the query string. S3's path begins with the bucket, which stands in the host's name where it can."""
    parts = urlsplit(url)
    bucket = _VIRTUAL_HOST.fullmatch(parts.hostname or "")
    return (f"/{bucket[1]}" if bucket else "") + (parts.path or "/"), parts.query


#: S3's sisters have other things before theirs: an account, an access point.
_VIRTUAL_HOST = re.compile(r"(.+)\.s3(?!-control|-outposts|-object-lambda)[.-](?:[a-z0-9-]+\.)*amazonaws\.com(?:\.cn)?")


@contextmanager
def attach(client: Any, emulator: Emulator) -> Iterator[Any]:
    """A context in which the emulator answers everything that the client sends to its service; nothing leaves the process.

    The client goes through all of its own code but the connection: validation, signing, retries, parsing. It takes
    one emulator at a time: botocore asks every handler of the event, and hears the first.
    """

    def answer(request: AWSPreparedRequest, **_: object) -> AWSResponse:
        return answered(emulator, request)

    event = f"before-send.{client.meta.service_model.service_id.hyphenize()}"
    client.meta.events.register_first(event, answer)
    try:
        yield client
    finally:
        client.meta.events.unregister(event, answer)
