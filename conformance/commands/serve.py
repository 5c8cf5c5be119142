"""``awscontract serve``: the embedded emulator for any client in any language."""

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from ..errors import UsageError
from .judging import text

__all__ = ["PORT", "serve"]

#: IAM on a telephone's keys.
PORT = 4260


@click.command(short_help="Run the embedded emulator.")
@click.option("--host", type=text, default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0 takes a free one.")
@click.option("--services", type=click.IntRange(min=0), help="How many services the report lists.")
@click.option("--polls", type=click.IntRange(min=0), help="IN_PROGRESS answers before the end.")
@click.option("--outcome", type=click.Choice(["completed", "failed"]), help="How jobs end.")
@click.option("--page-cap", type=click.IntRange(min=1), help="No page is longer, whatever MaxItems says.")
@click.option(
    "--nulls",
    type=click.Choice(["first", "last", "low", "high"]),
    help="Where never-accessed services stand in a time sort.",
)
def serve(*, host: str, port: int, **dials: Any) -> int:
    """Run the embedded emulator until Ctrl-C, for any client in any language."""
    from ...emulator import Behaviour, Emulator
    from ...emulator.http import Server, serve_forever

    emulator = Emulator(Behaviour(**{name: value for name, value in dials.items() if value is not None}))
    path = emulator.organization.root

    def ready(server: Server) -> None:
        behaviour = emulator.behaviour
        for line in (
            f"{server.url} answers as iam: {behaviour.services} services, {behaviour.polls} polls, {behaviour.outcome}",
            f"entity path: {path}",
            "AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1 "
            f"aws iam generate-organizations-access-report --entity-path {path} --endpoint-url {server.url}",
        ):
            click.echo(line)

    _check_free(host, port)
    with _terminated_as_interrupted():
        serve_forever(emulator, host, port, ready)
    return 0


def _check_free(host: str, port: int) -> None:
    """The server itself would print and exit on its own."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        number = error.errno or 0
        why = os.strerror(number) if number > 0 else error.strerror or error  # those of a resolver are below 0
        raise UsageError(f"cannot listen on {host} port {port}: {why}") from None


@contextmanager
def _terminated_as_interrupted() -> Iterator[None]:
    previous = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        pass  # between two statements of the server's own handling
    finally:
        signal.signal(signal.SIGTERM, previous)
