"""An emulator over real HTTP: werkzeug's threaded server, connections kept alive, each response in one write.

The request handler is our own because werkzeug's closes every connection and writes headers and body apart, which
costs a client that waits for the second packet some forty milliseconds a call.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, cast

from ...errors import UsageError
from ...spec.http import HttpRequest

if TYPE_CHECKING:
    from werkzeug.serving import BaseWSGIServer

    from ..engine import Emulator

__all__ = ["Server", "serve", "serve_forever"]

#: Requests have a few hundred bytes.
_LONGEST_BODY = 1_000_000
_THROWN_AWAY = 100 * _LONGEST_BODY

#: A length with more digits is longer than any body.
_LONGEST_NUMBER = 18

#: How many connections are served at once, each by a thread, and for how many seconds an idle one is kept.
_CONNECTIONS = 512
_IDLE = 30

#: Seconds between two looks at whether the server is to stop. Each look costs, also while nothing is sent.
_GLANCE = 0.05


@dataclass(frozen=True)
class Server:
    """A running server."""

    url: str


@contextmanager
def serve(emulator: Emulator, host: str = "127.0.0.1", port: int = 0) -> Iterator[Server]:
    """A context in which the emulator listens at the URL of the server that it yields; port 0 takes a free one.

    :raises UsageError: where nothing can listen there.
    """
    server, connections = _make(emulator, host, port)
    thread = threading.Thread(target=server.serve_forever, args=(_GLANCE,), name="awscontract emulator", daemon=True)
    thread.start()
    try:
        yield Server(_url(server))
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        connections.close()


def serve_forever(emulator: Emulator, host: str, port: int, ready: Callable[[Server], None]) -> None:
    """Responds until interrupted; `ready` is called with the address, once connections are taken.

    :raises UsageError: where nothing can listen there.
    """
    server, connections = _make(emulator, host, port)
    try:
        ready(Server(_url(server)))
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
        connections.close()


def _url(server: BaseWSGIServer) -> str:
    host = f"[{server.host}]" if ":" in server.host else server.host
    return f"http://{host}:{server.port}"


class _Unreadable(Exception):
    """What came is not a request that the service could respond to."""

    def __init__(self, status: int, unread: int = 0) -> None:
        super().__init__(status)
        self.status = status
        self.unread = unread


class _Connections:
    """Those that are open: a server that has stopped must not go on answering on kept connections."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: set[Any] = set()

    def opened(self, connection: Any) -> None:
        with self._lock:
            self._open.add(connection)

    def closed(self, connection: Any) -> None:
        with self._lock:
            self._open.discard(connection)

    def close(self) -> None:
        with self._lock:
            still_open = list(self._open)
        for connection in still_open:
            with suppress(OSError):  # the other side was quicker
                connection.shutdown(socket.SHUT_RDWR)


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens there; whoever binds an address first has it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except (OSError, OverflowError) as error:
        number = getattr(error, "errno", None) or 0
        why = (
            os.strerror(number) if number > 0 else getattr(error, "strerror", None) or error
        )  # those of a resolver are below 0
        raise UsageError(f"cannot listen on {host} port {port}: {why}") from None


def _make(emulator: Emulator, host: str, port: int) -> tuple[BaseWSGIServer, _Connections]:
    from werkzeug.serving import DechunkedInput, ThreadedWSGIServer, WSGIRequestHandler

    connections = _Connections()
    slots = threading.BoundedSemaphore(_CONNECTIONS)

    class Limited(ThreadedWSGIServer):
        def process_request(self, request: Any, client_address: Any) -> None:
            if slots.acquire(blocking=False):
                super().process_request(request, client_address)
                return
            with suppress(OSError):
                request.sendall(_BUSY)
            self.shutdown_request(request)

        def process_request_thread(self, request: Any, client_address: Any) -> None:
            try:
                super().process_request_thread(request, client_address)
            finally:
                slots.release()

    class Handler(WSGIRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        timeout = _IDLE

        def setup(self) -> None:
            super().setup()
            connections.opened(self.connection)

        def finish(self) -> None:
            connections.closed(self.connection)
            super().finish()

        def run_wsgi(self) -> None:
            try:
                body = self._body()
            except _Unreadable as reason:
                self._give_up(reason.status, reason.unread)
                return
            path, _, query = self.path.partition("?")
            headers = {name.lower(): text for name, text in self.headers.items()}
            response = emulator.respond(HttpRequest(self.command, path, query, headers, body))
            self._send(response.status, response.headers.items(), response.body)

        def _body(self) -> bytes:
            """The request's body; raises where there is none to be had, or two ways to read it."""
            lengths = self.headers.get_all("Content-Length", [])
            chunked = "chunked" in self.headers.get("Transfer-Encoding", "").lower()
            if len(lengths) + chunked > 1:
                raise _Unreadable(400)
            if chunked:
                try:
                    body = DechunkedInput(cast(IO[bytes], self.rfile)).read(_LONGEST_BODY + 1)
                except OSError as error:
                    raise _Unreadable(400) from error
                if len(body) > _LONGEST_BODY:
                    raise _Unreadable(413)
                return body
            length = (lengths or ["0"])[0].strip()
            if not (length.isascii() and length.isdigit()) or len(length) > _LONGEST_NUMBER:
                raise _Unreadable(400)
            if int(length) > _LONGEST_BODY:
                raise _Unreadable(413, int(length))
            return self.rfile.read(int(length))

        def _give_up(self, status: int, unread: int) -> None:
            """Refuses what cannot be read and ends the connection.

            A body that is still coming is thrown away, up to a limit: closing on it would reset the connection, and
            the client would never see the response.
            """
            self.close_connection = True
            self._send(status, [("content-type", "text/plain"), ("connection", "close")], self._phrase(status).encode())
            left = min(unread, _THROWN_AWAY)
            while left > 0 and (piece := self.rfile.read(min(left, _LONGEST_BODY))):
                left -= len(piece)

        def _phrase(self, status: int) -> str:
            return self.responses.get(status, ("",))[0]

        def _send(self, status: int, headers: Any, body: bytes) -> None:
            lines = [f"HTTP/1.1 {status} {self._phrase(status)}", *(f"{name}: {value}" for name, value in headers)]
            lines += [f"content-length: {len(body)}", f"date: {self.date_time_string()}", "server: awscontract", "\r\n"]
            self.connection.sendall("\r\n".join(lines).encode("latin-1") + (b"" if self.command == "HEAD" else body))

        def log(self, type: str, message: str, *args: Any) -> None:
            """Says nothing: whoever wants the requests records them."""

    def nothing(environ: Any, start_response: Any) -> list[bytes]:
        raise NotImplementedError("the handler responds itself")

    with _listen(host, port) as listening:
        return Limited(host, listening.getsockname()[1], nothing, Handler, fd=listening.fileno()), connections


_BUSY = b"HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
