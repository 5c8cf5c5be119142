"""``awscontract check``: judge an implementation."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...conformance import batch
from ...conformance.results.result import Result, Results
from ...errors import UsageError
from ...options.files import check_apart, check_writable, write
from ...options.signals import Interruption
from ...spec.contract import Contract
from ...spec.operations import DEFAULT
from ...version import __version__
from ..completion import of
from ..conclusion import Ending, encoded, ending, finish, show_line
from ..options import from_file, only_one_target, options
from ..progress import progress
from ..terminal import outliving_the_reader, output, print_lines, say

if TYPE_CHECKING:
    from ...conformance.driver.targets import Opened

__all__ = ["check"]


@click.command(short_help="Judge an implementation.")
@click.argument("operations", nargs=-1, metavar="[OPERATION...]", shell_complete=of("operations"))
@options("check")
@click.pass_obj
def check(interruption: Interruption, /, *, operations: tuple[str, ...], **values: Any) -> int:
    """Judge an implementation of iam:GetOrganizationsAccessReport, or of other operations.

    OPERATION is SERVICE:OPERATION, such as iam:ListUsers. SERVICE alone stands for every operation of it that has a
    recipe or a contract file, and `all` for every operation that has one.

    Without --endpoint-url and --target the target is the embedded emulator, over loopback HTTP. The exit status is 1
    where a rule of level must is broken, 3 where the target could not be judged, 2 for wrong usage, else 0.
    """
    from ...conformance.driver.targets import open_target

    values = only_one_target(values)
    contracts = batch.contracts(operations or from_file("operations") or (DEFAULT,), values)
    chosen = ending(values, contracts)
    check_writable("--record", values["record"])
    check_apart({"--save": values["save"], "--record": values["record"]})
    _check_environment(values, contracts)
    target = batch.target_options(values)
    with open_target(target, contracts) as opened:
        values = batch.seeded(values, contracts, target, opened, note=_note)
        if opened.target.kind == "aws":
            _note(budget(opened, contracts, values))
        with interruption.deferred():
            found = _judge(contracts, values, opened, chosen, interruption)
    if len(contracts) == 1:
        return finish(found[0], chosen, interruption)
    results = Results(opened.target, tuple(found), __version__)
    return finish(results, chosen, interruption, lines_shown=_streamed(chosen))


def _judge(
    contracts: Sequence[Contract], values: dict[str, Any], opened: Opened, chosen: Ending, interruption: Interruption
) -> list[Result]:
    """The results in the order of the operations, each shown and its trace saved as soon as it is there."""
    several = len(contracts) > 1
    width = max(len(each.id) for each in contracts)
    found: list[Result] = []
    if several and _streamed(chosen):
        with outliving_the_reader():
            print_lines([f"awscontract {__version__}: {len(contracts)} operations of {_name(opened)}", ""], output())
    with progress() as show:

        def judge(contract: Contract) -> batch.Judged:
            about = f"{contracts.index(contract) + 1} of {len(contracts)}, {contract.id}: " if several else ""
            return batch.judge(
                contract,
                values,
                clients=opened.client_of,
                target=opened.target,
                subject=opened.subjects.get(contract.id),
                stop=interruption.stop,
                progress=(lambda calls, doing: show(f"{about}{_doing(calls, doing)}")) if show else None,
                several=several,
            )

        for judged in batch.judge_all(
            contracts, judge, target=opened.target, interruption=interruption, jobs=values["jobs"]
        ):
            found.append(chosen.apply(judged.result))
            if values["record"] is not None and judged.trace.exchanges:
                name = record_name(values["record"], judged.result, several=several)
                write(name, map(encoded, judged.trace.lines()))
            if several and _streamed(chosen):
                with show.paused() if show else nullcontext():
                    show_line(found[-1], chosen, width)
    return found


def _name(opened: Opened) -> str:
    return opened.target.endpoint_url or opened.target.kind


def _doing(calls: int, doing: str) -> str:
    """The progress of one operation; what a recipe does is not counted in requests."""
    return f"request {calls}, {doing}" if calls else doing


def _streamed(chosen: Ending) -> bool:
    """Whether the line of each operation is printed as soon as it is judged."""
    return chosen.format == "text" and not chosen.quiet


def record_name(file: str, result: Result, *, several: bool) -> str:
    """The file of a trace; of several operations each has its own."""
    if not several:
        return file
    return str(Path(file).with_stem(f"{Path(file).stem}-{result.operation.replace(':', '-')}"))


def budget(opened: Opened, contracts: Sequence[Contract], values: dict[str, Any]) -> str:
    """What a run against AWS costs at most, for the user to read before it starts."""
    from ...conformance.driver.limits import Limits

    limits = Limits().towards_aws()
    what = f"judges {len(contracts)} operations" if len(contracts) > 1 else f"judges {contracts[0].id}"
    if contracts[0].job is not None and len(contracts) == 1:
        what = "makes one report and reads it" if values["job_id"] is None else f"only reads report {values['job_id']}"
    each = " each" if len(contracts) > 1 else ""
    url = opened.target.endpoint_url or "AWS"
    return f"{what}, in at most {limits.calls} requests{each} to {url}, {1 / limits.pace:g} a second"


def _note(text: str) -> None:
    say(text)


def _check_environment(values: dict[str, Any], contracts: Sequence[Contract]) -> None:
    """A URL in the environment is no target: a slip in CI must not make a green run on the embedded emulator."""
    if values["endpoint_url"] is not None or values["target"] is not None:
        return
    from ...spec.model import endpoint_variable

    services = dict.fromkeys(contract.service for contract in contracts)
    for name in ("AWS_ENDPOINT_URL", *map(endpoint_variable, services)):
        if os.environ.get(name):
            raise UsageError(f"{name} is set, but neither --endpoint-url nor --target: give one of them")
