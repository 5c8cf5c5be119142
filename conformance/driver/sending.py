"""Sends an HTTP request of our own through somebody's botocore client.

Everything of the client but its serializer and its parser has its part in it: endpoint, signature, hooks, mocks, proxies. The request goes
out as it is, past botocore's validation, and the response is captured as raw bytes, before botocore's parser sees it.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from weakref import WeakKeyDictionary

from botocore import exceptions as boto, handlers as botocore_handlers, xform_name

from ...spec.http import HttpRequest, HttpResponse
from ..trace.exchange import KEPT_HEADERS, Failure, FailureKind
from .limits import Limits
from .masking import Secrets
from .session import Forbidden, LimitedSession, TookTooLong, TooLarge, limited

__all__ = ["Sender"]

_LONGEST_MESSAGE = 300


#: A client takes one run at a time: its handlers, its serializer and its session are those of the run.
_IN_USE: WeakKeyDictionary[Any, threading.RLock] = WeakKeyDictionary()
_CHOOSING = threading.Lock()


#: botocore turns a response of S3 with HTTP 200 that it cannot read into one with HTTP 500, before anybody else sees it.
_ERRORS_UNDER_200 = "before-parse.s3.*"


def _errors_under_200() -> Any:
    """botocore's handler that does so, which has no public name."""
    handlers: Any = botocore_handlers
    return handlers._handle_200_error


class _Captured(Exception):
    """Carries the raw response past botocore's parser."""

    def __init__(self, response: Mapping[str, Any]) -> None:
        super().__init__()
        self.response = response


class _NoResponse(Exception):
    """Carries what went wrong past botocore's retries."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__()
        self.cause = cause


@dataclass
class _Serializer:
    """Stands where a client serializes parameters: it gives the request that is to be sent instead."""

    original: Any
    local: threading.local
    #: Signature version 2 is put into the form that a body is.
    signs_forms: bool = False

    def serialize_to_request(self, parameters: Mapping[str, Any], operation_model: Any) -> dict[str, Any]:
        request: HttpRequest | None = getattr(self.local, "request", None)
        if request is None:  # another request, of somebody else's code that uses the client meanwhile
            serialized: dict[str, Any] = self.original.serialize_to_request(parameters, operation_model)
            return serialized
        return {
            "method": request.method,
            "url_path": request.path + (f"?{request.query}" if request.query else ""),
            "query_string": {},
            "headers": dict(request.headers),
            "body": dict(parse_qsl(request.body.decode(), True)) if self.signs_forms else request.body,
            "host_prefix": request.host_prefix or None,
        }


class Sender:
    """Sends requests through one client while it is attached to it."""

    def __init__(self, client: Any, limits: Limits, secrets: Secrets, *, allow_aws: bool = False) -> None:
        self._client, self._limits, self._secrets, self._allow_aws = client, limits, secrets, allow_aws
        self._local = threading.local()
        self._session: LimitedSession | None = None
        secrets.of_client(client)

    def send(self, operation: str, parameters: Mapping[str, Any], request: HttpRequest) -> HttpResponse | Failure:
        """Send the request of an operation; the parameters only decide on the endpoint."""
        self._local.request = request
        try:
            getattr(self._client, xform_name(operation))(**self._endpoint_parameters(operation, parameters))
        except _Captured as captured:
            return self._response(captured.response)
        except _NoResponse as nothing:
            return self._failure(nothing.cause)
        except Exception as error:  # other people's code runs in there: a mock, a signer, a fixture
            return self._failure(error)
        finally:
            self._local.request = None
        return Failure("error", "the client answered by itself, without HTTP: a Stubber cannot be judged")

    def interrupt(self) -> None:
        """End the requests that are under way."""
        if self._session is not None:
            self._session.interrupt()

    @contextmanager
    def attached(self) -> Iterator[None]:
        """The client with our handlers and our limits on it, for the time of a run. Another run of the same client waits for its end."""
        with _CHOOSING:
            in_use = _IN_USE.setdefault(self._client, threading.RLock())
        with in_use, self._handlers():
            yield

    @contextmanager
    def _handlers(self) -> Iterator[None]:
        client = self._client
        events, service = client.meta.events, client.meta.service_model.service_id.hyphenize()
        handlers: dict[str, Callable[..., None]] = {
            f"before-parse.{service}": self._capture,
            f"needs-retry.{service}": self._give_up,
        }
        if not client.meta.config.inject_host_prefix:
            handlers[f"before-call.{service}"] = self._to_the_endpoint
        for name, handler in handlers.items():
            events.register_first(name, handler)
        events.unregister(_ERRORS_UNDER_200, _errors_under_200())
        serializer = client._serializer
        client._serializer = _Serializer(serializer, self._local, client.meta.config.signature_version == "v2")
        limits = self._limits
        try:
            with limited(
                client, limits.read_timeout, limits.max_body, allow_aws=self._allow_aws, secrets=self._secrets
            ) as self._session:
                yield
        finally:
            client._serializer = serializer
            for name, handler in handlers.items():
                events.unregister(name, handler)
            if client.meta.service_model.service_name == "s3":
                events.register_first(_ERRORS_UNDER_200, _errors_under_200())

    def _endpoint_parameters(self, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Those that the endpoint depends on. A bucket's name is not among them: S3 is addressed by path."""
        service = self._client.meta.service_model
        if service.service_name == "s3":
            return {}
        wanted = service.operation_model(operation).context_parameters
        return {
            each.member_name: parameters[each.member_name]
            for each in wanted
            if isinstance(parameters.get(each.member_name), str) and parameters[each.member_name]
        }

    def _to_the_endpoint(self, params: dict[str, Any], **_: Any) -> None:
        """Nothing before the endpoint's own host, not even where rules about endpoints put it, as those of S3 Control do the account."""
        url, own = urlsplit(params["url"]), urlsplit(self._client.meta.endpoint_url).netloc
        if url.netloc.endswith(f".{own}") and getattr(self._local, "request", None) is not None:
            params["url"] = url._replace(netloc=own).geturl()

    def _capture(self, response_dict: dict[str, Any], **_: Any) -> None:
        if getattr(self._local, "request", None) is not None:
            raise _Captured(response_dict)

    def _give_up(self, caught_exception: BaseException | None = None, **_: Any) -> None:
        if caught_exception is not None and getattr(self._local, "request", None) is not None:
            raise _NoResponse(caught_exception)

    def _response(self, captured: Mapping[str, Any]) -> HttpResponse | Failure:
        body = captured["body"]
        if hasattr(body, "read"):  # a streaming output
            body = body.read()
        if len(body or b"") > self._limits.max_body:  # of a mock in this process, which no session has limited
            return Failure("too-large", f"the response has more than {self._limits.max_body} bytes (--max-body)")
        headers = {
            name: self._secrets.masked(str(value))
            for key, value in captured["headers"].items()
            if (name := str(key).lower()) in KEPT_HEADERS
        }
        return HttpResponse(captured["status_code"], headers, self._secrets.masked_bytes(body or b""))

    def _failure(self, error: BaseException) -> Failure:
        kind: FailureKind = next((kind for types, kind in _MEANINGS if isinstance(error, types)), "error")
        text = self._secrets.masked(" ".join(str(error).split()))[:_LONGEST_MESSAGE]
        if kind == "unreachable":
            return Failure(kind, f"{self._client.meta.endpoint_url} cannot be reached: {text}")
        is_ours = kind in ("forbidden", "too-large", "timeout", "not-implemented") and text
        return Failure(kind, text if is_ours else f"{type(error).__name__}: {text}")


#: What an exception on the way to a response means, the first match counting.
_MEANINGS: tuple[tuple[tuple[type[BaseException], ...], FailureKind], ...] = (
    ((Forbidden,), "forbidden"),
    ((TooLarge,), "too-large"),
    ((TookTooLong, boto.ReadTimeoutError), "timeout"),
    ((boto.ConnectTimeoutError, boto.EndpointConnectionError, boto.ProxyConnectionError, boto.SSLError), "unreachable"),
    ((boto.HTTPClientError, ConnectionError), "broken"),
    ((NotImplementedError,), "not-implemented"),
    (
        (
            boto.NoAuthTokenError,
            boto.NoCredentialsError,
            boto.PartialCredentialsError,
            boto.CredentialRetrievalError,
            boto.SSOError,
            boto.UnauthorizedSSOTokenError,
            boto.TokenRetrievalError,
            boto.NoRegionError,
        ),
        "forbidden",
    ),
)
