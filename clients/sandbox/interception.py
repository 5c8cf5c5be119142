"""Responses for every botocore client of this process, whoever made it and when, and for `requests`; nothing leaves.

It stands where botocore hands a signed request to its HTTP session, so that all of the client's own code runs: validation,
signing, retries, parsing. Threads that were there before are left alone.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from typing import Any
from urllib.parse import urlsplit

from ...emulator import Emulator, mount
from ...emulator.servers.botocore import answered
from .direct_answers import answered_directly

__all__ = ["Backend", "served"]

#: What answers calls of other operations and services: a client for a service's name.
Backend = Callable[[str], Any]

_VARIABLES: Mapping[str, str | None] = {
    "AWS_ACCESS_KEY_ID": "awscontract",
    "AWS_SECRET_ACCESS_KEY": "awscontract",
    "AWS_SESSION_TOKEN": None,
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_PROFILE": None,  # its keys are not needed, and may not be there
    "AWS_DEFAULT_PROFILE": None,
}

#: Hosts of this machine.
_LOOPBACK = ("localhost", "127.", "::1", "0.0.0.0")


@contextmanager
def served(
    emulator: Callable[[], Emulator],
    operations: Collection[str],
    refuse: Callable[[str], None],
    client: Any,
    backend: Backend | None = None,
    parsed: Callable[[Any], None] = lambda page: None,
) -> Iterator[None]:
    """Within it, calls of these operations (``iam:ListUsers``) are answered by the emulator of the moment.

    Any other call goes to the backend; without one `refuse` is called with its name. `client` is served in any thread, and `parsed` is shown
    what it gets, as far as it is answered directly.
    """
    with ExitStack() as undo:
        undo.callback(setattr, client._endpoint, "_send", _closed)
        undo.enter_context(answered_directly(client, emulator, parsed))
        undo.enter_context(_environment())
        undo.enter_context(_default_session())
        _Botocore(emulator, frozenset(operations), refuse, client, backend).patch(undo)
        undo.enter_context(_requests(emulator, refuse))
        undo.enter_context(_no_other_hosts(refuse))
        undo.enter_context(_without_moto())
        yield


class _Botocore:
    """The patches of botocore, and what they share."""

    def __init__(
        self,
        emulator: Callable[[], Emulator],
        operations: frozenset[str],
        refuse: Callable[[str], None],
        client: Any,
        backend: Backend | None,
    ) -> None:
        self._emulator, self._operations, self._refuse = emulator, operations, refuse
        self._client, self._backend = client, backend
        self._others = set(sys._current_frames()) - {threading.get_ident()}
        self._through = threading.local()

    def patch(self, undo: ExitStack) -> None:
        """Put the patches in place, for as long as the stack is open."""
        from botocore.client import BaseClient
        from botocore.endpoint import Endpoint

        for kind, name, made in (
            (BaseClient, "_make_api_call", self._call),
            (Endpoint, "_send", self._send),
            (Endpoint, "prepare_request", self._prepare),
        ):
            before = vars(kind)[name]
            undo.callback(setattr, kind, name, before)
            setattr(kind, name, made(before))

    def _call(self, real: Any) -> Any:
        def call(client: Any, operation: str, parameters: Any) -> Any:
            name = f"{client.meta.service_model.service_name}:{operation}"
            if name in self._operations or self._is_elsewhere(client) or _is_asynchronous(client):
                return real(client, operation, parameters)
            if self._backend is None:
                self._refuse(f"the client calls {name}, which is not served here{_BACKEND}")
            return self._from_backend(client, operation, parameters, real)

        return call

    def _from_backend(self, client: Any, operation: str, parameters: Any, real: Any) -> Any:
        assert self._backend is not None
        with _with_moto() if getattr(self._backend, "is_moto", False) else nullcontext():
            self._through.open = True
            try:
                return real(self._backend(client.meta.service_model.service_name), operation, parameters)
            finally:
                self._through.open = False

    def _send(self, real: Any) -> Any:
        def send(endpoint: Any, request: Any) -> Any:
            if getattr(self._through, "open", False):
                return real(endpoint, request)
            if threading.get_ident() in self._others and endpoint is not self._client._endpoint:
                return real(endpoint, request)
            return answered(self._emulator(), request)

        self._sent = send
        return send

    def _prepare(self, real: Any) -> Any:
        def prepared(endpoint: Any, request: Any) -> Any:
            """aiobotocore sends in its own way. Its clients are not served, which is said before a byte leaves."""
            if type(endpoint)._send is not self._sent and threading.get_ident() not in self._others:
                place = urlsplit(str(request.url))
                self._refuse(
                    f"the client sends a request to {place.scheme}://{place.netloc} through aiobotocore, "
                    "whose clients take `awscontract fuzz-client`"
                )
            return real(endpoint, request)

        return prepared

    def _is_elsewhere(self, client: Any) -> bool:
        """Whether the call is none of the client's under test: of another thread, or of the backend itself."""
        if getattr(self._through, "open", False):
            return True
        return threading.get_ident() in self._others and client._endpoint is not self._client._endpoint


_BACKEND = '; pass backend="moto", or backend= a function from a service\'s name to a client that answers'


def _is_asynchronous(client: Any) -> bool:
    return any(each.__module__.startswith("aiobotocore") for each in type(client).__mro__)


def _closed(request: Any) -> Any:
    """What a thread gets that goes on asking when all is over: nothing, and not too fast."""
    threading.Event().wait(1)
    raise ConnectionError("fuzz_client has ended, and this client with it")


@contextmanager
def _environment() -> Iterator[None]:
    """Credentials and a region for the clients that collect makes, as under moto's mock."""
    saved = {name: os.environ.get(name) for name in _VARIABLES}
    _set(_VARIABLES)
    try:
        yield
    finally:
        _set(saved)


def _set(variables: Mapping[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


@contextmanager
def _default_session() -> Iterator[None]:
    """boto3's own session must not remember these credentials, nor the user's reach ours."""
    before = getattr(sys.modules.get("boto3"), "DEFAULT_SESSION", None)
    _set_default_session(None)
    try:
        yield
    finally:
        _set_default_session(before)


def _set_default_session(session: Any) -> None:
    boto3: Any = sys.modules.get("boto3")
    if boto3 is not None:
        boto3.DEFAULT_SESSION = session


def _moto_stubber() -> Any:
    return getattr(sys.modules.get("moto.core.models"), "botocore_stubber", None)


@contextmanager
def _without_moto() -> Iterator[None]:
    """moto's mock, which may be on around a test, would answer before we are asked."""
    stubber = _moto_stubber()
    if not hasattr(stubber, "enabled"):
        yield
        return
    before, stubber.enabled = stubber.enabled, False
    try:
        yield
    finally:
        stubber.enabled = before


@contextmanager
def _with_moto() -> Iterator[None]:
    """moto answers, for one call of the backend."""
    stubber = _moto_stubber()
    before, stubber.enabled = stubber.enabled, True
    try:
        yield
    finally:
        stubber.enabled = before


@contextmanager
def _requests(emulator: Callable[[], Emulator], refuse: Callable[[str], None]) -> Iterator[None]:
    """Clients on `requests`, which they may yet import, where `responses` is there to answer them.

    Hosts that the user's own mock answers are answered by it; any other host is refused by name.
    """
    from importlib.util import find_spec

    if find_spec("requests") is None or find_spec("responses") is None:
        yield
        return
    from requests.adapters import HTTPAdapter

    before = HTTPAdapter.send
    with mount(emulator) as url:
        mounted, host = HTTPAdapter.send, urlsplit(url).netloc

        def send(adapter: Any, request: Any, *arguments: Any, **options: Any) -> Any:
            place = urlsplit(str(request.url))
            if place.netloc == host:
                return mounted(adapter, request, *arguments, **options)
            if before.__module__ == HTTPAdapter.__module__ and not _is_loopback(place.hostname or ""):
                refuse(f"the client sends a request to {place.scheme}://{place.netloc} through requests, and nothing answers it here")  # fmt: skip
            return before(adapter, request, *arguments, **options)

        patched: Any = HTTPAdapter
        patched.send = send
        try:
            yield
        finally:
            patched.send = mounted


@contextmanager
def _no_other_hosts(refuse: Callable[[str], None]) -> Iterator[None]:
    """Clients that go out by other means are stopped before they look up a host's name."""
    import socket

    others, real = set(sys._current_frames()) - {threading.get_ident()}, socket.getaddrinfo

    def getaddrinfo(host: Any, *arguments: Any, **options: Any) -> Any:
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        if name is not None and not _is_loopback(str(name)) and threading.get_ident() not in others:
            refuse(
                f"the client connects to {name} without botocore: such clients take `awscontract fuzz-client`, over HTTP"
            )
        return real(host, *arguments, **options)

    socket.getaddrinfo = getaddrinfo
    try:
        yield
    finally:
        socket.getaddrinfo = real


def _is_loopback(host: str) -> bool:
    return host.startswith(_LOOPBACK)
