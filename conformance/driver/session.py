"""A botocore HTTP session with limits: on the host, on the time and on the size of one response. It follows no redirects.

It stands where a request leaves the process, so that whatever intercepts requests before that (a mock, an emulator in this process)
never meets it.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import parse_headers
from typing import Any, Self
from urllib.parse import urlsplit

from botocore.httpsession import URLLib3Session
from urllib3.exceptions import HTTPError

from ..trace.aws_hosts import is_aws_host
from .masking import Secrets

__all__ = ["Forbidden", "LimitedSession", "TooLarge", "TookTooLong", "guarded", "last_body", "last_status", "limited"]

#: HTTP statuses of interim responses, which announce another one: 100 is skipped by the standard library, 102 and 103 here.
_INTERIM = range(102, 200)
#: How much of the last body is remembered.
_SHOWN = 2048
#: More interim responses than this before the real one are not waited for.
_MOST_INTERIM = 100


class Forbidden(Exception):
    """The request would have gone to AWS, which nobody allowed."""


class TooLarge(Exception):
    """The response has more bytes than the limit."""


class TookTooLong(Exception):
    """The response was not there in time."""


class _Watch:
    """One request's time: when it is over, its socket is shut down, so that reading from it ends."""

    def __init__(self, seconds: float) -> None:
        self.expired = False
        self.socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self.expire)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def expire(self) -> None:
        """End the request now."""
        self.expired = True
        if self.socket is not None:
            # of the plain socket, under TLS too: an orderly end of TLS would wait for the other side
            with suppress(OSError):  # where it was closed already
                socket.socket.shutdown(self.socket, socket.SHUT_RDWR)


_watching = threading.local()


def _watches() -> list[_Watch]:
    """The watches of this thread's request: one for each session with limits that it goes through."""
    found: list[_Watch] = _watching.__dict__.setdefault("watches", [])
    return found


def _watched(connection_class: type) -> type:
    """A connection class that passes the socket it uses to the current watches, and that skips interim responses."""

    class Watched(connection_class):  # type: ignore[misc]  # the class comes from botocore's pool at run time
        response_class = _skipping(connection_class.response_class)  # type: ignore[attr-defined]

        def connect(self) -> Any:
            result = super().connect()
            self._tell()
            return result

        def putrequest(self, *args: Any, **kwargs: Any) -> Any:
            self._tell()  # of a connection that was kept
            return super().putrequest(*args, **kwargs)

        def _tell(self) -> None:
            if self.sock is not None:
                for watch in _watches():
                    watch.socket = self.sock

    return Watched


def _skipping(response_class: type) -> type:
    """A response class that reads past 102 (processing) and 103 (early hints) to the response that they announce."""

    class Final(response_class):  # type: ignore[misc]  # as above
        def _read_status(self) -> Any:
            for _ in range(_MOST_INTERIM):
                found = super()._read_status()
                if found[1] not in _INTERIM:
                    break
                parse_headers(self.fp)
            return found

    return Final


class LimitedSession:
    """Another session with limits around its `send`. Times in seconds, sizes in bytes.

    What signs a request is noted in `secrets`, whatever became of the request, and masked in the body of its response. `last_status` is the
    HTTP status of the last response.
    """

    def __init__(
        self, session: Any, seconds: float, size: int, allow_aws: bool, secrets: Secrets | None = None
    ) -> None:
        self._session, self._seconds, self._size, self._allow_aws = session, seconds, size, allow_aws
        self._secrets = secrets
        self._watches: set[_Watch] = set()
        self.last_status: int | None = None
        self.last_body = b""
        if isinstance(session, URLLib3Session):
            manager: Any = vars(session)["_manager"]
            manager.pool_classes_by_scheme = {
                scheme: _pool(pool_class) for scheme, pool_class in manager.pool_classes_by_scheme.items()
            }

    def close(self) -> None:
        """Close the session inside."""
        self._session.close()

    def interrupt(self) -> None:
        """End all requests that are under way."""
        for watch in tuple(self._watches):
            watch.expire()

    def send(self, request: Any) -> Any:
        """Send a prepared request; the response's body is read, whole.

        :raises Forbidden: before a byte leaves. :raises TookTooLong: :raises TooLarge:
        """
        if is_aws_host(request.url) and not self._allow_aws:
            host = urlsplit(request.url).hostname
            raise Forbidden(
                f"blocked a request to {host}; to judge AWS itself use --target aws "
                "(pytest: --awscontract-allow-aws, Python: allow_aws=True)"
            )
        if self._secrets is not None:
            self._secrets.note(request.headers)
        with _Watch(self._seconds) as watch:
            _watches().append(watch)
            self._watches.add(watch)
            try:
                request.stream_output = True  # so that the session leaves the body to us
                self.last_status, self.last_body = None, b""
                response = self._session.send(request)
                self.last_status = response.status_code
                response._content = self._masked(self._read(response))
                self.last_body = response._content[:_SHOWN]
            except TooLarge:
                raise
            except Exception:
                if watch.expired:
                    raise TookTooLong(f"no complete response within {self._seconds:g} s") from None
                raise
            finally:
                _watches().remove(watch)
                self._watches.discard(watch)
        if watch.expired:
            raise TookTooLong(f"no complete response within {self._seconds:g} s")
        if 300 <= response.status_code < 400 and "location" in response.headers:
            raise ConnectionError(
                f"HTTP {response.status_code} redirects to {_origin(response.headers['location'])}; redirects are not followed"
            )
        return response

    def _masked(self, body: bytes) -> bytes:
        return body if self._secrets is None else self._secrets.masked_bytes(body)

    def _read(self, response: Any) -> bytes:
        read = getattr(response, "_content", None)  # a session with limits inside this one has read it already
        if read is not None:
            if len(read) > self._size:
                raise TooLarge(f"the response has more than {_size(self._size)} (--max-body)")
            return bytes(read)
        raw = response.raw
        if not hasattr(raw, "stream"):
            return bytes(response.content or b"")
        pieces, size = [], 0
        try:
            for piece in raw.stream(1 << 16, decode_content=False):
                size += len(piece)
                if size > self._size:
                    raw.close()
                    raise TooLarge(f"the response has more than {_size(self._size)} (--max-body)")
                pieces.append(piece)
        except HTTPError as error:  # urllib3's own, which botocore would have read the body to translate
            raise ConnectionError(f"the response was cut off: {error}") from None
        if missing := getattr(raw, "length_remaining", None):  # botocore keeps urllib3 from looking
            raise ConnectionError(f"the response was cut off, {missing} bytes short of its Content-Length")
        return b"".join(pieces)


def _pool(pool_class: type) -> type:
    if getattr(pool_class, "watched", False):
        return pool_class
    return type("WatchedPool", (pool_class,), {"ConnectionCls": _watched(pool_class.ConnectionCls), "watched": True})  # type: ignore[attr-defined]


def _origin(location: str) -> str:
    """A location without what may be secret in it."""
    parts = urlsplit(location)
    return f"{parts.scheme}://{parts.hostname or ''}" if parts.scheme else "another path"


def _size(size: int) -> str:
    return f"{size >> 20} MiB" if size >= 1 << 20 else f"{size} bytes"


@contextmanager
def limited(
    client: Any, seconds: float, size: int, *, allow_aws: bool = False, secrets: Secrets | None = None
) -> Iterator[LimitedSession]:
    """The client with these limits on its HTTP session, for as long as the context lasts."""
    endpoint = client._endpoint
    session = endpoint.http_session
    endpoint.http_session = inside = LimitedSession(session, seconds, size, allow_aws, secrets)
    try:
        yield inside
    finally:
        endpoint.http_session = session


def last_status(client: Any) -> int | None:
    """The HTTP status of the last response to a client with limits, where it is known."""
    session = getattr(getattr(client, "_endpoint", None), "http_session", None)
    return session.last_status if isinstance(session, LimitedSession) else None


def last_body(client: Any) -> str:
    """How the body of the last response to a client with limits begins, where it is known."""
    session = getattr(getattr(client, "_endpoint", None), "http_session", None)
    return session.last_body.decode("utf-8", "replace") if isinstance(session, LimitedSession) else ""


#: Limits of clients that other people's code uses: seconds for a response, bytes.
_GUARDED_SECONDS, _GUARDED_SIZE = 60.0, 64 * 2**20


@contextmanager
def guarded(client: Any, *, allow_aws: bool = False) -> Iterator[Any]:
    """The client, which sends nothing to AWS itself meanwhile unless that is allowed: for fixtures and hooks."""
    with limited(client, _GUARDED_SECONDS, _GUARDED_SIZE, allow_aws=allow_aws):
        yield client
