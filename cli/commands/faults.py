"""``awscontract faults``: the detection table, which shows the rules that catch every fault of the emulator."""

from typing import Any

import click

from ...conformance import batch
from ...errors import UsageError, counted, unknown
from ...options.signals import Interruption
from ...spec.operations import DEFAULT
from ..completion import of
from ..options import options
from ..progress import progress
from ..terminal import output, say, say_next

__all__ = ["faults"]


@click.command(short_help="Show which rules catch which faults.")
@click.argument("ids", metavar="[FAULT...]", nargs=-1, shell_complete=of("faults"))
@options("faults")
@click.pass_obj
def faults(
    interruption: Interruption,
    /,
    *,
    ids: tuple[str, ...],
    operation: str,
    format: str,
    explore: int,
    seed: int,
    **values: Any,
) -> int:
    """Judge every fault of the embedded emulator, or those named, and show which rules caught it.

    The exit status is 1 where a fault was not caught by its declared rule or, where all faults are judged, a rule caught none.
    """
    from ...conformance.explain.detection_table import detections, unseen
    from ...conformance.explain.detection_table_text import FORMATS, as_text
    from ...emulator.faults import faults_for

    [contract] = batch.contracts([operation], values)
    known = faults_for(contract)
    for each in ids:
        if each not in known:
            raise unknown("fault", each, known, f"awscontract serve --list {contract.id}")
        if known[each].deep and not explore:
            raise UsageError(f"only some page sizes show {each}: give --explore N")
    chosen = [known[each] for each in dict.fromkeys(ids)] if ids else None
    with progress() as show, interruption.deferred():
        found = detections(chosen, contract=contract, explore=explore, seed=seed, progress=show, stop=interruption.stop)
    complete = not ids and interruption.status is None
    idle = unseen(found, contract) if complete else []
    layout = output()
    shown = as_text(found, idle, layout) if format == "text" else FORMATS[format](found, idle)
    click.echo(shown, nl=False, color=layout.colour)
    if interruption.status is not None:
        say(f"interrupted by {interruption.name} after {counted(len(found), 'fault')}")
        return interruption.status
    if format == "text" and found:
        say_next(_advice(found[0], operation))
    return int(bool(idle) or not all(each.declared for each in found))


def _advice(first: Any, operation: str) -> str:
    """How to see a fault from both sides."""
    served = "" if operation == DEFAULT else f" {operation}"
    shown = "" if operation == DEFAULT else f" --operation {operation}"
    return (
        f"`awscontract serve{served} --fault {first.fault.id}` shows a fault to any client, "
        f"`awscontract explain {first.fault.rule}{shown}` its rule"
    )
