"""``awscontract serve``: the embedded emulator for any client in any language."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

import click

from ...errors import UsageError, unknown
from ..completion import of
from ..result_options import text

if TYPE_CHECKING:
    from ...emulator import Behaviour, Stages

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
@click.option(
    "--variant",
    "variants",
    type=text,
    multiple=True,
    metavar="ID",
    shell_complete=of(lambda: _words()[0]),
    help="A variant that the contract gives. Repeatable.",
)
@click.option(
    "--fault",
    "faults",
    type=text,
    multiple=True,
    metavar="ID",
    shell_complete=of(lambda: _words()[1]),
    help="A breach of the contract, one at a time.",
)
@click.option("--list", "listed", is_flag=True, help="Tell the variants and the faults that there are, and end.")
def serve(
    *, host: str, port: int, variants: tuple[str, ...], faults: tuple[str, ...], listed: bool, **dials: Any
) -> int:
    """Run the embedded emulator until Ctrl-C, for any client in any language."""
    from ...emulator import Emulator
    from ...emulator.servers.http import Server, serve_forever

    if listed:
        _list()
        return 0
    if len(faults) > 1:
        raise UsageError(f"--fault {faults[0]} and --fault {faults[1]}: one at a time")
    fault = faults[0] if faults else None

    turned = {name: value for name, value in dials.items() if value is not None}
    emulator = Emulator(*_told(variants, fault, turned))
    path = emulator.organization.root

    def ready(server: Server) -> None:
        behaviour = emulator.behaviour
        for line in (
            f"{server.url} answers as iam: "
            + ", ".join(
                [f"{behaviour.services} services, {behaviour.polls} polls, {behaviour.outcome}", *variants, *faults]
            ),
            f"entity path: {path}",
            "AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1 "
            f"aws iam generate-organizations-access-report --entity-path {path} --endpoint-url {server.url}",
        ):
            click.echo(line)

    _check_free(host, port)
    with _terminated_as_interrupted():
        serve_forever(emulator, host, port, ready)
    return 0


def _words() -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The variants and the faults by their ids."""
    from ...emulator.faults import FAULTS
    from ...emulator.variants import VARIANTS

    return VARIANTS, FAULTS


def _list() -> None:
    width = max(len(each) for members in _words() for each in members)
    for title, members in zip(("variants, which keep the contract", "faults, which break it"), _words(), strict=True):
        click.echo(title)
        for each in members.values():
            click.echo(f"  {each.id:<{width}}  {each.statement}")


def _told(variants: tuple[str, ...], fault: str | None, dials: dict[str, Any]) -> tuple[Behaviour, Stages]:
    """How the emulator behaves: as a variant does or a fault, and as the dials say."""
    from ...emulator.faults import FAULTS
    from ...emulator.variants import VARIANTS, combined, compatible

    if fault is not None:
        if variants:
            raise UsageError("--fault and --variant: one or the other")
        if fault not in FAULTS:
            raise unknown("fault (serve --list)", fault, FAULTS)
        return replace(FAULTS[fault].behaviour, **dials), FAULTS[fault].stages
    for each in variants:
        if each not in VARIANTS:
            raise unknown("variant (serve --list)", each, VARIANTS)
    chosen = [VARIANTS[each] for each in dict.fromkeys(variants)]
    for one, other in combinations(chosen, 2):
        if not compatible(one, other):
            raise UsageError(f"--variant {one.id} and --variant {other.id} turn the same dial")
    variant = combined(chosen)
    return replace(variant.behaviour, **dials), variant.stages


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
