"""``awscontract serve``: the embedded emulator for any client in any language."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

import click

from ...conformance import batch
from ...errors import UsageError, unknown
from ...spec.contract import Contract
from ...spec.operations import DEFAULT
from ..completion import of
from ..options import options
from ..terminal import output, print_lines

if TYPE_CHECKING:
    from ...emulator import Behaviour, Emulator, Stages
    from ...emulator.servers.http import Server

__all__ = ["serve"]


@click.command(short_help="Run the embedded emulator.")
@click.argument("operations", nargs=-1, metavar="[OPERATION...]", shell_complete=of("operations"))
@options("serve")
def serve(
    *,
    operations: tuple[str, ...],
    host: str,
    port: int,
    variants: tuple[str, ...] | None,
    fault: str | None,
    listed: bool,
    contracts: tuple[str, ...] | None,
    recipes: tuple[str, ...] | None,
    **settings: Any,
) -> int:
    """Run the embedded emulator until Ctrl-C, for any client in any language.

    Without OPERATION it serves iam:GetOrganizationsAccessReport. The items of other operations are drawn from the service model.
    """
    from ...emulator import Emulator
    from ...emulator.servers.http import serve_forever

    found = batch.contracts(operations or (DEFAULT,), {"contracts": contracts, "recipes": recipes})
    if listed:
        _list(found)
        return 0
    turned = {name: value for name, value in settings.items() if value is not None}
    if "items" in turned:  # as many as that in all
        turned["foreign"] = 0
    emulator = Emulator(found, *_behaviour(found, variants or (), fault, turned))

    def ready(server: Server) -> None:
        for line in _lines(emulator, found, server, [*(variants or ()), *([fault] if fault else [])]):
            click.echo(line)

    try:
        serve_forever(emulator, host, port, ready)
    except OSError as error:
        number = error.errno or 0
        why = os.strerror(number) if number > 0 else error.strerror or error  # those of a resolver are below 0
        raise UsageError(f"cannot listen on {host} port {port}: {why}") from None
    except KeyboardInterrupt:
        pass  # also SIGTERM and SIGHUP: that is how a server ends
    return 0


def _lines(emulator: Emulator, contracts: Sequence[Contract], server: Server, changes: Sequence[str]) -> Iterator[str]:
    """What to do with the server that runs now."""
    behaviour = emulator.behaviour
    services = ", ".join(dict.fromkeys(each.service for each in contracts))
    reports = [each for each in contracts if each.job is not None]
    details = [f"{behaviour.services} services", f"{behaviour.polls} polls", behaviour.outcome] if reports else []
    details += [f"{behaviour.items} items"] if len(reports) < len(contracts) else []
    yield f"{server.url} serves {services}: {', '.join([*details, *changes])}"
    started: set[str] = set()
    for each in contracts:
        subject = emulator.subjects.get(each.id)
        if each.job is None or subject is None or each.job.start.operation in started:
            continue
        from botocore import xform_name

        started.add(each.job.start.operation)
        start, parameter = each.job.start, each.job.start.subject
        yield f"{'entity path' if parameter == 'EntityPath' else xform_name(parameter, ' ')}: {subject}"
        yield (
            "AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1 "
            f"aws {each.service} {xform_name(start.operation, '-')} --{xform_name(parameter, '-')} {subject} --endpoint-url {server.url}"
        )


def _list(contracts: Sequence[Contract]) -> None:
    variants, faults = _known(contracts)
    layout, width = output(), max(len(each) for members in (variants, faults) for each in members)
    for title, members in (("variants, which satisfy the contract", variants), ("faults, which violate it", faults)):
        print_lines(
            [title, *layout.table([(f"{each.id:<{width}}", each.statement) for each in members.values()])], layout
        )


def _known(contracts: Sequence[Contract]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The variants and the faults that apply to any of the operations, by their ids."""
    from ...emulator.faults import faults_for
    from ...emulator.variants import variants_for

    variants: dict[str, Any] = {}
    faults: dict[str, Any] = {}
    for each in reversed(contracts):
        variants |= variants_for(each)
        faults |= faults_for(each)
    return variants, faults


def _behaviour(
    contracts: Sequence[Contract], variants: Sequence[str], fault: str | None, settings: dict[str, Any]
) -> tuple[Behaviour, Stages]:
    """How the emulator behaves: as variants or a fault say, and then as the other options say."""
    from ...emulator.variants import combined, compatible

    known_variants, known_faults = _known(contracts)
    listed = f"awscontract serve --list {' '.join(each.id for each in contracts)}"
    if fault is not None:
        if variants:
            raise UsageError("--fault and --variant contradict each other: give one of them")
        if fault not in known_faults:
            raise unknown("fault", fault, known_faults, listed)
        return replace(known_faults[fault].behaviour, **settings), known_faults[fault].stages
    for each in variants:
        if each not in known_variants:
            raise unknown("variant", each, known_variants, listed)
    chosen = [known_variants[each] for each in dict.fromkeys(variants)]
    for one, other in combinations(chosen, 2):
        if not compatible(one, other):
            raise UsageError(f"--variant {one.id} and --variant {other.id} contradict each other")
    variant = combined(chosen)
    return replace(variant.behaviour, **settings), variant.stages
