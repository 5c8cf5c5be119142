"""Which entity to ask for a report on: the root of the target's organization, where the target tells one.

The look-up is a convenience: it is no finding whatever an emulator does there. So it has limits of its own, in time and
in size, for a server that answers everything with anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing
from threading import Thread
from typing import Any, TypeVar

from .clients import TargetOptions, make_client
from .errors import TargetUnavailable

__all__ = ["FIXED_PATH", "find_entity_path", "is_entity_path"]

#: A valid entity path for targets that have no Organizations to name one.
FIXED_PATH = "o-a1b2c3d4e5/r-a1b2"

#: Seconds for one answer, and for the whole look-up.
_PATIENCE, _DEADLINE = 2.0, 5.0
_LARGEST_ANSWER = 1_000_000

T = TypeVar("T")


def find_entity_path(options: TargetOptions) -> str:
    """The root of the target's organization, where the target tells one, else a fixed valid path.

    Call it while the target is open.

    :raises TargetUnavailable: where AWS does not tell: no other path would do there.
    """
    if options.kind == "emulator":
        return FIXED_PATH
    try:
        path = _within(_DEADLINE, lambda: _root(options))
    except Exception as error:  # of any kind: see above
        if options.kind != "aws":
            return FIXED_PATH
        line = " ".join(str(error).split()) or type(error).__name__
        raise TargetUnavailable(
            f"cannot read the organization's root ({line}); say --entity-path o-…/r-… or --job-id"
        ) from None
    return path if is_entity_path(path) else FIXED_PATH


def is_entity_path(text: str) -> bool:
    """Whether the service model allows the text as an entity's path, read as a whole."""
    from ..spec import contract, schema

    start = contract().start
    definitions = schema(f"{start.operation}.request")["$defs"].values()
    path = next(each["properties"][start.entity] for each in definitions if start.entity in each["properties"])
    return path["minLength"] <= len(text) <= path["maxLength"] and re.fullmatch(path["pattern"], text) is not None


def _root(options: TargetOptions) -> str:
    with closing(make_client(options, "organizations", patience=_PATIENCE)) as client:
        if options.kind == "endpoint":
            _limit_size(client)
        organization = client.describe_organization()["Organization"]["Id"]
        return f"{organization}/{client.list_roots()['Roots'][0]['Id']}"


def _within(seconds: float, function: Callable[[], T]) -> T:
    """What the function returns. One that takes longer is left behind: an answer that only drips in ends some day."""
    outcome: Future[T] = Future()

    def run() -> None:
        try:
            outcome.set_result(function())
        except BaseException as error:
            outcome.set_exception(error)

    Thread(target=run, name="awscontract look-up", daemon=True).start()
    return outcome.result(timeout=seconds)


def _limit_size(client: Any) -> None:
    """Make the client's answers stream, and raise where one is too large to be an answer."""
    from botocore.awsrequest import AWSResponse

    session = client._endpoint.http_session
    send = session.send

    def limited(request: Any) -> AWSResponse:
        request.stream_output = True
        answer = send(request)
        return AWSResponse(answer.url, answer.status_code, answer.headers, _Limited(answer.raw))

    session.send = limited


class _Limited:
    """A body that ends with an error where it is too large."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def stream(self, *args: Any, **options: Any) -> Iterator[bytes]:
        """The body's pieces."""
        size = 0
        for piece in self._raw.stream(*args, **options):
            size += len(piece)
            if size > _LARGEST_ANSWER:
                raise ValueError("the answer is too large")
            yield piece
