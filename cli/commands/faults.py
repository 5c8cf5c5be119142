"""``awscontract faults``: the detection table, which tells of every fault of the emulator which rules caught it."""

from __future__ import annotations

from collections.abc import Iterable

import click

from ..completion import of
from ..progress import progress

__all__ = ["faults"]


def _faults() -> Iterable[str]:
    from ...emulator.faults import FAULTS

    return FAULTS


@click.command(short_help="Show which rules catch which faults.")
@click.argument("ids", metavar="[FAULT]...", nargs=-1, shell_complete=of(_faults))
@click.option("--format", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True)
@click.option(
    "--explore",
    type=click.IntRange(min=0),
    metavar="N",
    default=0,
    show_default=True,
    help="Generated request sequences, for the faults that only some sizes of a page show; 0 leaves those out.",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="For what is generated.")
def faults(*, ids: tuple[str, ...], format: str, explore: int, seed: int) -> int:
    """Judge every fault of the embedded emulator, or those named, and tell which rules caught it.

    The exit status is 1 where a fault got past the rule that must catch it, or, of all faults, a rule caught none.
    """
    from ...conformance.explain.detection_table import kills, unseen
    from ...conformance.explain.detection_table_text import FORMATS
    from ...emulator.faults import FAULTS
    from ...errors import UsageError, unknown

    for each in ids:
        if each not in FAULTS:
            raise unknown("fault", each, FAULTS)
        if FAULTS[each].deep and not explore:
            raise UsageError(f"{each} shows under some sizes of a page only: say --explore N")
    chosen = [FAULTS[each] for each in dict.fromkeys(ids)] if ids else None
    with progress() as tell:
        found = kills(chosen, explore=explore, seed=seed, progress=tell)
    idle = [] if ids else unseen(found)
    click.echo(FORMATS[format](found, idle), nl=False)
    return int(bool(idle) or not all(each.declared for each in found))
