"""Answers to the given client where botocore has written its request, before it makes an HTTP request of it.

What botocore does between its `before-call` event and its parser is for a network: a signature, headers, a connection. It takes half
of each call's time, and a response leaves it as it went in. So calls are answered at that event, as botocore's Stubber answers them,
by botocore's own parser, and sent again when botocore's own retries say so. A client with which somebody registers a handler goes the
whole way, since that handler might look at what is on the way.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, NamedTuple
from urllib.parse import urlencode

from ...emulator import Emulator
from ...emulator.servers.botocore import answer_to
from .given_client import response_parser

__all__ = ["answered_directly"]

_REGISTER = ("register", "register_first", "register_last")


@contextmanager
def answered_directly(client: Any, emulator: Callable[[], Emulator], parsed: Callable[[Any], None]) -> Iterator[None]:
    """Within it, the calls of the client are answered by the emulator of the moment. `parsed` is shown each success before the client gets it."""
    events, answers = client.meta.events, _Answers(client, emulator, parsed)
    events.register_last("before-call", answers.answer)
    for name in _REGISTER:
        setattr(events, name, answers.ended_by(getattr(events, name)))
    try:
        yield
    finally:
        for name in _REGISTER:
            delattr(events, name)
        events.unregister("before-call", answers.answer)


class _Answers:
    def __init__(self, client: Any, emulator: Callable[[], Emulator], parsed: Callable[[Any], None]) -> None:
        self._client, self._emulator, self._show = client, emulator, parsed
        self._parser = response_parser(client)
        self._ended = False

    def ended_by(self, register: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, but once it has been called, calls of the client are no longer answered directly."""

        def registered(*arguments: Any, **options: Any) -> Any:
            self._ended = True
            return register(*arguments, **options)

        return registered

    def answer(self, model: Any, params: Any, **_: Any) -> Any:
        """The HTTP response to the last attempt of a call, and what botocore makes of it."""
        if self._ended:
            return None
        headers = {name.lower(): value for name, value in params["headers"].items()}
        body = urlencode(params["body"], doseq=True) if isinstance(params["body"], dict) else params["body"]
        for attempt in count(1):
            status, sent, content = answer_to(self._emulator(), params["method"], params["url"], headers, body)
            http = _Http(status, _Headers(sent), content)
            response = http, self._parsed(http, model)
            pause = None if status == 200 else self._pause(response, model, params, attempt)
            if pause is None:
                break
            time.sleep(pause)
        response[1]["ResponseMetadata"]["RetryAttempts"] = attempt - 1
        if status == 200:
            self._show(response[1])
        return response

    def _parsed(self, http: _Http, model: Any) -> Any:
        sent = {
            "headers": http.headers,
            "status_code": http.status_code,
            "body": http.content,
            "context": {"operation_name": model.name},
        }
        parsed = self._parser.parse(sent, model.output_shape)
        if http.status_code >= 300:
            error = model.service_model.shape_for_error_code(parsed.get("Error", {}).get("Code"))
            if error is not None:
                parsed.update(self._parser.parse(sent, error))
        return parsed

    def _pause(self, response: Any, model: Any, params: Any, attempt: int) -> float | None:
        """The seconds after which botocore sends it again, if it does."""
        found = self._client.meta.events.emit(
            f"needs-retry.{model.service_model.service_id.hyphenize()}.{model.name}",
            response=response,
            endpoint=self._client._endpoint,
            operation=model,
            attempts=attempt,
            caught_exception=None,
            request_dict=params,
        )
        pause = next((each for _, each in found if each is not None), None)
        return None if pause is False else pause


class _Http(NamedTuple):
    """An HTTP response with what botocore looks at, under its names."""

    status_code: int
    headers: _Headers
    content: bytes


class _Headers(dict[str, str]):
    """Headers by their names in lower case, which are found in any case."""

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        return super().__contains__(str(name).lower())

    def get(self, name: str, default: Any = None) -> Any:
        """The header, if it is there."""
        return super().get(name.lower(), default)
