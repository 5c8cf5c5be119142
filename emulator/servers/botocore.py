"""An emulator behind a botocore client without sockets: the client's own `before-send` event."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ...spec.http import HttpRequest

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest, AWSResponse

    from ..engine import Emulator

__all__ = ["answered", "attach"]


class _Raw(BytesIO):
    """A body as botocore expects it from urllib3."""

    def stream(self, amt: int = 65536, decode_content: bool | None = None) -> Iterator[bytes]:
        """The rest of the body, in pieces."""
        while piece := self.read(amt):
            yield piece


def answered(emulator: Emulator, request: AWSPreparedRequest) -> AWSResponse:
    """The emulator's answer to a request of botocore's, as botocore has it from its HTTP session."""
    from botocore.awsrequest import AWSResponse, HeadersDict

    body: Any = request.body or b""
    if hasattr(body, "read"):
        body = body.read()
    if isinstance(body, str):
        body = body.encode()
    parts = urlsplit(str(request.url))
    headers = {str(name).lower(): _text(value) for name, value in request.headers.items()}
    path = _bucket(parts.hostname or "") + (parts.path or "/")
    response = emulator.respond(HttpRequest(str(request.method), path, parts.query, headers, body))
    sent: Any = HeadersDict({"date": formatdate(usegmt=True), **response.headers})  # as every HTTP server adds
    return AWSResponse(str(request.url), response.status, sent, _Raw(response.body))


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _bucket(host: str) -> str:
    """The beginning of the path that stands in the host's name, where S3 is addressed so."""
    match = _VIRTUAL_HOST.fullmatch(host)
    return f"/{match[1]}" if match else ""


_VIRTUAL_HOST = re.compile(r"(.+)\.s3[.-](?:[a-z0-9-]+\.)*amazonaws\.com(?:\.cn)?")


@contextmanager
def attach(client: Any, emulator: Emulator) -> Iterator[Any]:
    """Within it, everything that the client sends to its service is answered by the emulator; no byte leaves.

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
