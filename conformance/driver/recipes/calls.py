"""The calls of a recipe through botocore clients: repeated while throttled or not ready, and with every error classified."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from typing import Any, Literal

from botocore import exceptions as boto, xform_name

from ....errors import UsageError, one_line, shorten, unknown
from ....spec.recipe import Call, Recipe, Wait
from ...evidence.paths import find
from ...trace.error_codes import NOT_IMPLEMENTED, THROTTLES
from .values import MissingValue, Scope, render

__all__ = ["Calls", "SetupFailed", "Stopped"]

Kind = Literal["not-implemented", "refused", "unreachable"]

_UNREACHABLE = (
    boto.HTTPClientError,
    boto.EndpointConnectionError,
    boto.ConnectionClosedError,
    ConnectionError,
    TimeoutError,
)
#: Codes of what does not exist (any more). An HTTP status stands for a code where a body has none.
_GONE = re.compile(r"NotFound|NoSuch|DoesNotExist|NonExistent|NotExist|^HTTP 404$|Gone$")
_SAYS_NOT_IMPLEMENTED = re.compile(
    r"not\s*(?:yet\s*)?implemented|unknown\s*(?:operation|action)|invalid\s*action", re.IGNORECASE
)
#: Statuses of servers that have no such operation at all, and so no error of AWS's form.
_NO_OPERATION = frozenset({"404", "405", "501"})
_THROTTLED_TRIES = 8


class Stopped(KeyboardInterrupt):
    """The run was interrupted before a call was sent."""


class SetupFailed(Exception):
    """A call of a recipe failed: which one, with which error code, and whether it was refused, not implemented or never answered.

    `certain` says that the call changed nothing: the service answered with an error.
    """

    def __init__(self, call: str, code: str, kind: Kind, message: str = "", *, certain: bool = True) -> None:
        self.call, self.code, self.kind, self.certain = call, code, kind, certain
        said = f" ({shorten(one_line(message))})" if message and message != code else ""
        super().__init__(f"{call}: {code}{said}")

    @property
    def gone(self) -> bool:
        """Whether the error says that the thing does not exist."""
        return self.kind != "unreachable" and _GONE.search(self.code) is not None


class Calls:
    """Makes the calls of one recipe. `stopped` is asked before each whether the run was interrupted."""

    def __init__(
        self,
        recipe: Recipe,
        client_of: Callable[[str], Any],
        *,
        timeout: float = 60.0,
        poll: float = 0.5,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self._recipe, self._client_of = recipe, client_of
        self._timeout, self._poll, self._sleep, self._clock = timeout, poll, sleep, clock
        self.stopped = stopped
        self._clients: dict[str, Any] = {}

    @property
    def region(self) -> str:
        """The region of the recipe's own service."""
        return str(self.client(None).meta.region_name or "us-east-1")

    def client(self, service: str | None) -> Any:
        """The client of a service; None is the recipe's own."""
        name = service or self._recipe.service
        if name not in self._clients:
            try:
                self._clients[name] = self._client_of(name)
            except boto.UnknownServiceError:
                raise UsageError(f"recipe {self._recipe.id}: unknown service {name!r}") from None
        return self._clients[name]

    def perform(self, call: Call, scope: Scope) -> Any:
        """The response of a call; what it waits for has still to be awaited.

        :raises SetupFailed: :raises UsageError: where the recipe is wrong.
        """
        parameters, deadline = self._render(call.call, call.parameters, scope), self._clock() + self._timeout
        if call.only_if:
            self._render(call.call, {"only_if": call.only_if}, scope)
        while True:
            try:
                return self.send(call.service, call.call, parameters)
            except SetupFailed as failed:
                if failed.code in call.ignore:
                    return {}
                if failed.code not in call.retry or self._clock() >= deadline:
                    raise
            self._pause()

    def wait(self, wait: Wait, scope: Scope) -> None:
        """Poll until the expression yields what is waited for; "gone" stands for an error that says so.

        :raises SetupFailed: where it cannot come any more, or not in time.
        """
        parameters, deadline = self._render(wait.call, wait.parameters, scope), self._clock() + self._timeout
        seen = "nothing"
        while True:
            try:
                value = find(self.send(wait.service, wait.call, parameters), wait.path)
                seen = str(value).lower() if isinstance(value, bool) else str(value)
            except SetupFailed as failed:
                if not failed.gone:
                    raise
                seen = "gone"
            if seen in wait.until:
                return
            if seen in wait.failed:
                raise SetupFailed(wait.call, seen, "refused", f"{wait.path} is {seen}")
            if self._clock() >= deadline:
                raise SetupFailed(wait.call, seen, "refused", f"{wait.path} is still {seen} after {self._timeout:g} s")
            self._pause()

    def send(self, service: str | None, operation: str, parameters: Mapping[str, Any]) -> Any:
        """The response of one operation, asked again while the service throttles it."""
        client = self.client(service)
        known = client.meta.service_model.operation_names
        if operation not in known:
            raise UsageError(f"recipe {self._recipe.id}: {unknown('operation', operation, known)}")
        method = getattr(client, xform_name(operation))
        for attempt in range(_THROTTLED_TRIES):
            if self.stopped():
                raise Stopped
            try:
                return method(**parameters)
            except boto.ParamValidationError as error:
                said = str(error).splitlines()[-1].strip()
                raise UsageError(f"recipe {self._recipe.id}: {operation}: {said}") from None
            except Exception as error:
                failed = _classified(operation, error)
                if failed.code not in THROTTLES or attempt == _THROTTLED_TRIES - 1:
                    raise failed from error
            self._sleep(0.05 * 2**attempt)
        raise AssertionError("unreachable")

    def _render(self, operation: str, template: Mapping[str, Any], scope: Scope) -> Mapping[str, Any]:
        try:
            rendered: Mapping[str, Any] = render(template, scope)
        except MissingValue as missing:
            raise SetupFailed(operation, "missing", "refused", f"no earlier response has {missing}") from None
        return rendered

    def _pause(self) -> None:
        if self.stopped():
            raise Stopped
        self._sleep(self._poll)


def _classified(operation: str, error: Exception) -> SetupFailed:
    """What an exception out of a botocore client says about the call."""
    if isinstance(error, boto.ClientError):
        found: Mapping[str, Any] = error.response.get("Error", {})
        code, message = str(found.get("Code") or "unknown"), str(found.get("Message") or "")
        status = str(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", ""))
        bare = code.isdecimal()  # a body without an error in it
        missing = code in NOT_IMPLEMENTED or (bare and code in _NO_OPERATION) or status == "501"
        if missing or _SAYS_NOT_IMPLEMENTED.search(message):
            return SetupFailed(operation, f"HTTP {code}" if bare else code, "not-implemented", "" if bare else message)
        code = f"HTTP {code} without an error code" if bare else code
        return SetupFailed(operation, code, "refused", "" if bare else message, certain=not status.startswith("5"))
    name = type(error).__name__
    if isinstance(error, NotImplementedError):
        return SetupFailed(operation, "NotImplementedError", "not-implemented", str(error))
    if isinstance(error, _UNREACHABLE):
        return SetupFailed(operation, name, "unreachable", str(error), certain=False)
    return SetupFailed(operation, name, "refused", str(error), certain=False)
