"""The door for everybody else: real HTTP on werkzeug's threaded server, kept alive, each answer in one write.

The request handler is our own because werkzeug's closes every connection and writes headers and body apart, which
costs a client that waits for the second packet some forty milliseconds a call.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from werkzeug.serving import BaseWSGIServer

    from ..engine import Emulator

__all__ = ["Server", "serve", "serve_forever"]

#: A request of IAM has a few hundred bytes.
_LONGEST_BODY = 1_000_000
_THROWN_AWAY = 100 * _LONGEST_BODY


@dataclass(frozen=True)
class Server:
    """A running server."""

    url: str


@contextmanager
def serve(emulator: Emulator, host: str = "127.0.0.1", port: int = 0) -> Iterator[Server]:
    """Within it, the emulator answers at the server's url; port 0 takes any that is free."""
    server, connections = _make(emulator, host, port)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), name="awscontract emulator", daemon=True)
    thread.start()
    try:
        yield Server(_url(server))
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        connections.close()


def serve_forever(emulator: Emulator, host: str, port: int, ready: Callable[[Server], None]) -> None:
    """Answers until interrupted; `ready` is told where, once connections are taken."""
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


class _NoCall(Exception):
    """What came is no request that could be answered by the service."""

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


def _make(emulator: Emulator, host: str, port: int) -> tuple[BaseWSGIServer, _Connections]:
    from werkzeug.serving import DechunkedInput, WSGIRequestHandler, make_server

    connections = _Connections()

    class Handler(WSGIRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        timeout = 300  # an idle connection is given up

        def setup(self) -> None:
            super().setup()
            connections.opened(self.connection)

        def finish(self) -> None:
            connections.closed(self.connection)
            super().finish()

        def run_wsgi(self) -> None:
            try:
                body = self._body()
            except _NoCall as reason:
                self._give_up(reason.status, reason.unread)
                return
            response = emulator.respond(body, self.path.partition("?")[2].encode("latin-1", "replace"))
            self._send(response.status, response.headers.items(), response.body)

        def _body(self) -> bytes:
            """The request's body; raises where there is none to be had."""
            if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
                try:
                    body = DechunkedInput(cast(IO[bytes], self.rfile)).read(_LONGEST_BODY + 1)
                except OSError as error:
                    raise _NoCall(400) from error
                if len(body) > _LONGEST_BODY:
                    raise _NoCall(413)
                return body
            length = self.headers.get("Content-Length", "0").strip()
            if not (length.isascii() and length.isdigit()):
                raise _NoCall(400)
            if int(length) > _LONGEST_BODY:
                raise _NoCall(413, int(length))
            return self.rfile.read(int(length))

        def _give_up(self, status: int, unread: int) -> None:
            """Refuses what is no call and ends the connection.

            A body that is still coming is thrown away, up to a limit: closing on it would reset the connection, and
            the client would never see the answer.
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
            """Says nothing: whoever wants the calls records them."""

    def nothing(environ: Any, start_response: Any) -> list[bytes]:
        raise NotImplementedError("the handler answers itself")

    return make_server(host, port, nothing, threaded=True, request_handler=Handler), connections
