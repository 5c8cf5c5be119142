"""A server of the standard library that answers a botocore client in this process: the bytes of HTTP both ways, and no socket.

What goes through sockets is tried elsewhere: of the same servers by the installed command, and by `servers.hostile`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPResponse
from http.server import BaseHTTPRequestHandler
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse, HeadersDict
from botocore.client import BaseClient
from botocore.config import Config
from botocore.session import Session

__all__ = ["answering", "client_of"]

#: Nobody is there: whatever is sent past the handler fails.
URL = "http://127.0.0.1:9"


def client_of(session: Session, service: str) -> Any:
    """A client of nobody, for `answering`."""
    return session.create_client(
        service,
        region_name="us-east-1",
        endpoint_url=URL,
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="example",
        config=Config(retries={"max_attempts": 0}),
    )


class _Kept(BytesIO):
    """A file that can be read once it is closed."""

    def close(self) -> None:
        pass


class _Connection:
    """A socket as the handler sees it: the request is there, and what is written is kept."""

    def __init__(self, request: bytes) -> None:
        self._request, self.written = BytesIO(request), _Kept()

    def makefile(self, mode: str, _: int = -1) -> BytesIO:
        return self._request if mode == "rb" else self.written

    def settimeout(self, _: float | None) -> None:
        pass

    def setsockopt(self, *_: Any) -> None:
        pass


class _Written:
    """The same as the client sees it."""

    def __init__(self, response: bytes) -> None:
        self._response = response

    def makefile(self, _: str) -> BytesIO:
        return BytesIO(self._response)


class _Raw(BytesIO):
    """A body as botocore has it from urllib3."""

    def stream(self, amount: int = 65536, decode_content: bool | None = None) -> Iterator[bytes]:
        while piece := self.read(amount):
            yield piece


@contextmanager
def answering(handler: type[BaseHTTPRequestHandler], *clients: BaseClient) -> Iterator[None]:
    """Within it the handler answers what these clients send."""

    def answer(request: AWSPreparedRequest, **_: object) -> Any:
        connection: Any = _Connection(_sent(request))
        handler(connection, ("127.0.0.1", 0), None)  # type: ignore[arg-type]  # no handler of ours asks for its server
        written: Any = _Written(connection.written.getvalue())
        response = HTTPResponse(written, method=request.method)
        response.begin()
        headers: Any = HeadersDict(response.headers.items())
        return AWSResponse(request.url, response.status, headers, _Raw(response.read()))

    heard: Any = answer
    for client in clients:
        client.meta.events.register_first(_event(client), heard)
    try:
        yield
    finally:
        for client in clients:
            client.meta.events.unregister(_event(client), heard)


def _event(client: BaseClient) -> str:
    return f"before-send.{client.meta.service_model.service_id.hyphenize()}"


def _sent(request: AWSPreparedRequest) -> bytes:
    """The request as a connection would have carried it."""
    body: Any = request.body or b""
    body = body.read() if hasattr(body, "read") else body
    body = body.encode() if isinstance(body, str) else body
    parts = urlsplit(request.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"host": parts.netloc, "content-length": str(len(body))} | {
        str(name).lower(): value.decode("latin-1") if isinstance(value, bytes) else str(value)
        for name, value in request.headers.items()
    }
    lines = [f"{request.method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    head = "\r\n".join(lines).encode("latin-1")
    return head + bytes(body)
