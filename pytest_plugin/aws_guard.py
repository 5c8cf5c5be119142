"""The guard against requests to AWS by mistake: in users' fixtures and hooks too, at the client's HTTP session.

A client under a mock has an AWS host as well, but its requests never reach an HTTP session.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..conformance.trace.aws_hosts import is_aws_host
from ..errors import UsageError

__all__ = ["no_requests_to_aws"]


@contextmanager
def no_requests_to_aws(*, permitted: bool) -> Iterator[None]:
    """Refuse requests to AWS hosts by botocore's HTTP session, before a byte leaves, unless they are permitted.

    :raises UsageError: out of the call that sends the request.
    """
    from urllib.parse import urlsplit

    from botocore.httpsession import URLLib3Session

    if permitted:
        yield
        return
    send = URLLib3Session.send

    def guarded(session: Any, request: Any) -> Any:
        if is_aws_host(request.url):
            host = urlsplit(request.url).hostname
            raise UsageError(
                f"blocked a request to {host}: give --awscontract-allow-aws to permit requests to AWS itself"
            )
        return send(session, request)

    setattr(URLLib3Session, "send", guarded)  # noqa: B010  # mypy refuses to assign a method
    try:
        yield
    finally:
        setattr(URLLib3Session, "send", send)  # noqa: B010
