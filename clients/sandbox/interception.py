"""Answers for every botocore client of this process, whoever made it and when, and for `requests`; nothing leaves.

It stands where botocore hands a signed request to its HTTP session, so that all of the client's own code runs: validation,
signing, retries, parsing. Threads that were there before are left alone.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlsplit

from ...emulator import Emulator, mount
from ...emulator.servers.botocore import answered
from ...spec.legacy import contract

__all__ = ["made_client", "served"]

_KEYS: Mapping[str, str | None] = {
    "AWS_ACCESS_KEY_ID": "awscontract",
    "AWS_SECRET_ACCESS_KEY": "awscontract",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_PROFILE": None,  # its keys are not asked for, and may not be there
    "AWS_DEFAULT_PROFILE": None,
}


@contextmanager
def served(emulator: Callable[[], Emulator], refuse: Callable[[str], None], client: Any) -> Iterator[None]:
    """Within it, whatever asks IAM is answered by the emulator of the moment; `refuse` is told of any other request.

    `client` is served in any thread.
    """
    from botocore import endpoint as door

    others = set(sys._current_frames()) - {threading.get_ident()}
    kind: Any = door.Endpoint
    send, prepare = kind._send, kind.prepare_request

    def answer(endpoint: Any, request: Any) -> Any:
        if threading.get_ident() in others and endpoint is not client._endpoint:
            return send(endpoint, request)
        if endpoint._endpoint_prefix != contract().service:
            refuse(f"the client asks {_place(request.url)}: only IAM's report operations are answered here")
        return answered(emulator(), request)

    def prepared(endpoint: Any, request: Any) -> Any:
        """aiobotocore sends in its own way. Its clients are not served, which is said before a byte leaves."""
        if type(endpoint)._send is not answer and threading.get_ident() not in others:
            refuse(
                f"the client asks {_place(request.url)} through aiobotocore, whose clients take `awscontract fuzz-client`"
            )
        return prepare(endpoint, request)

    with ExitStack() as undo:
        undo.callback(setattr, client._endpoint, "_send", _closed)
        undo.enter_context(_environment())
        undo.enter_context(_default_session())
        for name, before, instead in (("_send", send, answer), ("prepare_request", prepare, prepared)):
            undo.callback(setattr, kind, name, before)
            setattr(kind, name, instead)
        undo.enter_context(_requests(emulator))
        undo.enter_context(_without_moto())
        yield


def _closed(request: Any) -> Any:
    """What a thread gets that goes on asking when all is over: nothing, and not too fast."""
    threading.Event().wait(1)
    raise ConnectionError("fuzz_client has ended, and this client with it")


def _place(url: str) -> str:
    parts = urlsplit(str(url))
    return f"{parts.scheme}://{parts.netloc}"


def made_client() -> Any:
    """A botocore client like any other, for a collect that takes what it is given."""
    from botocore import UNSIGNED
    from botocore.config import Config

    return _session().create_client(
        contract().service,
        region_name="us-east-1",
        # Nobody looks at a signature or at who asks, which would take a fifth of each call's time.
        config=Config(signature_version=UNSIGNED, user_agent="awscontract"),
    )


@cache
def _session() -> Any:
    """One session, which keeps the models that it has read; nothing of the user's own AWS configuration gets in."""
    from botocore.session import Session
    from botocore.utils import parse_timestamp

    none = (None, None, os.devnull, None)
    session = Session({"profile": (None, None, None, None), "config_file": none, "credentials_file": none})
    parsers = session.get_component("response_parser_factory")
    parsers.set_parser_defaults(timestamp_parser=lru_cache(parse_timestamp))  # the same few dates come again and again
    return session


@contextmanager
def _environment() -> Iterator[None]:
    """Credentials for the clients that collect makes, as under moto's mock."""
    saved = {name: os.environ.get(name) for name in _KEYS}
    _set(_KEYS)
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


@contextmanager
def _without_moto() -> Iterator[None]:
    """moto's mock, which may be on around a test, would answer before we are asked."""
    stubber: Any = getattr(sys.modules.get("moto.core.models"), "botocore_stubber", None)
    if not hasattr(stubber, "enabled"):
        yield
        return
    before, stubber.enabled = stubber.enabled, False
    try:
        yield
    finally:
        stubber.enabled = before


@contextmanager
def _requests(emulator: Callable[[], Emulator]) -> Iterator[None]:
    """Clients on `requests`, which they may yet import, where `responses` is there to answer them."""
    from importlib.util import find_spec

    if find_spec("requests") is None or find_spec("responses") is None:
        yield
        return
    with mount(emulator):
        yield
