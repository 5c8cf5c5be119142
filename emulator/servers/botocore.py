"""The door without sockets: a botocore client's own `before-send` event, answered by an emulator."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ...spec.legacy import contract

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
    response = emulator.respond(body, urlsplit(str(request.url)).query.encode())
    headers: Any = HeadersDict({"date": formatdate(usegmt=True), **response.headers})  # as every HTTP server adds
    return AWSResponse(str(request.url), response.status, headers, _Raw(response.body))


@contextmanager
def attach(client: Any, emulator: Emulator) -> Iterator[Any]:
    """Within it, everything that the client asks its service is answered by the emulator; no byte leaves.

    The client goes through all of its own code but the connection: validation, signing, retries, parsing. It takes
    one emulator at a time: botocore asks every handler of the event, and hears the first.
    """

    def answer(request: AWSPreparedRequest, **_: object) -> AWSResponse:
        return answered(emulator, request)

    event = f"before-send.{contract().service}"
    client.meta.events.register_first(event, answer)
    try:
        yield client
    finally:
        client.meta.events.unregister(event, answer)
