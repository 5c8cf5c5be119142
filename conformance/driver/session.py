"""A botocore HTTP session with limits: on the host, on the time and on the size of one answer. It follows no redirects.

It stands where a request leaves the process, so that whatever intercepts requests before (a mock, an in-process door) never meets it.
"""

import re
import socket
import threading
from contextlib import suppress
from typing import Any, Self
from urllib.parse import urlsplit

from botocore.httpsession import URLLib3Session
from urllib3.exceptions import HTTPError

__all__ = ["Forbidden", "LimitedSession", "TooLarge", "TookTooLong", "is_aws_host"]

#: https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html and the isolated partitions in botocore's data
_AWS_HOST = re.compile(
    r"(?:^|\.)(?:amazonaws\.(?:com|com\.cn|eu)|api\.aws|aws\.dev|api\.amazonwebservices\.(?:com\.cn|eu)"
    r"|(?:c2s|csp)\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|hci\.ic\.gov)\.?$",
    re.IGNORECASE,
)


class Forbidden(Exception):
    """The request would have gone to AWS, and nobody gave leave."""


class TooLarge(Exception):
    """The answer has more bytes than anybody needs."""


class TookTooLong(Exception):
    """The answer was not there in time."""


def is_aws_host(url: str) -> bool:
    """Whether the URL's host belongs to AWS, in any partition."""
    return _AWS_HOST.search(urlsplit(url).hostname or "") is not None


class _Watch:
    """One request's time: when it is over, its socket is shut down, so that whoever reads from it finds an end."""

    def __init__(self, seconds: float) -> None:
        self.expired = False
        self.socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._expire)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def _expire(self) -> None:
        self.expired = True
        if self.socket is not None:
            # of the plain socket, under TLS too: an orderly end of TLS would wait for the other side
            with suppress(OSError):  # where it was closed already
                socket.socket.shutdown(self.socket, socket.SHUT_RDWR)


_watching = threading.local()


def _watched(connection_class: type) -> type:
    """A connection class that tells the current watch which socket it uses."""

    class Watched(connection_class):  # type: ignore[misc]  # the class comes from botocore's pool at run time
        def connect(self) -> Any:
            result = super().connect()
            self._tell()
            return result

        def putrequest(self, *args: Any, **kwargs: Any) -> Any:
            self._tell()  # of a connection that was kept
            return super().putrequest(*args, **kwargs)

        def _tell(self) -> None:
            watch: _Watch | None = getattr(_watching, "watch", None)
            if watch is not None and self.sock is not None:
                watch.socket = self.sock

    return Watched


class LimitedSession:
    """Another session with limits around its `send`. Times in seconds, sizes in bytes."""

    def __init__(self, session: Any, seconds: float, size: int, allow_aws: bool) -> None:
        self._session, self._seconds, self._size, self._allow_aws = session, seconds, size, allow_aws
        if isinstance(session, URLLib3Session):
            manager: Any = vars(session)["_manager"]
            manager.pool_classes_by_scheme = {
                scheme: _pool(pool_class) for scheme, pool_class in manager.pool_classes_by_scheme.items()
            }

    def close(self) -> None:
        """Close the session inside."""
        self._session.close()

    def send(self, request: Any) -> Any:
        """Send a prepared request; the answer's body is read, whole.

        :raises Forbidden: before a byte leaves. :raises TookTooLong: :raises TooLarge:
        """
        if is_aws_host(request.url) and not self._allow_aws:
            host = urlsplit(request.url).hostname
            raise Forbidden(
                f"a request to {host} was kept back: say --target aws (in pytest --awscontract-allow-aws) to judge AWS itself"
            )
        with _Watch(self._seconds) as watch:
            _watching.watch = watch
            try:
                request.stream_output = True  # so that the session leaves the body to us
                response = self._session.send(request)
                response._content = self._read(response)
            except TooLarge:
                raise
            except Exception:
                if watch.expired:
                    raise TookTooLong(f"no whole answer in {self._seconds:g} s") from None
                raise
            finally:
                _watching.watch = None
        if watch.expired:
            raise TookTooLong(f"no whole answer in {self._seconds:g} s")
        if 300 <= response.status_code < 400 and "location" in response.headers:
            raise ConnectionError(
                f"HTTP {response.status_code} sends us to {_origin(response.headers['location'])}; redirects are not followed"
            )
        return response

    def _read(self, response: Any) -> bytes:
        raw = response.raw
        if not hasattr(raw, "stream"):
            return bytes(response.content or b"")
        pieces, size = [], 0
        try:
            for piece in raw.stream(1 << 16, decode_content=False):
                size += len(piece)
                if size > self._size:
                    raw.close()
                    raise TooLarge(f"the answer has more than {self._size >> 20} MiB")
                pieces.append(piece)
        except HTTPError as error:  # urllib3's own, which botocore would have read the body to translate
            raise ConnectionError(f"the answer broke off: {error}") from None
        if missing := getattr(raw, "length_remaining", None):  # botocore keeps urllib3 from looking
            raise ConnectionError(f"the answer broke off, {missing} bytes short of its Content-Length")
        return b"".join(pieces)


def _pool(pool_class: type) -> type:
    if getattr(pool_class, "watched", False):
        return pool_class
    return type("WatchedPool", (pool_class,), {"ConnectionCls": _watched(pool_class.ConnectionCls), "watched": True})  # type: ignore[attr-defined]


def _origin(location: str) -> str:
    """A location without what may be secret in it."""
    parts = urlsplit(location)
    return f"{parts.scheme}://{parts.hostname or ''}" if parts.scheme else "another path"
