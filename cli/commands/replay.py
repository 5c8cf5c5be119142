"""``awscontract replay``: judge a recorded trace again."""

from typing import Any

import click

from ...errors import UsageError
from ...options.files import LARGE, read
from ...options.signals import Interruption
from ..completion import of_files
from ..conclusion import ending, finish
from ..options import options

__all__ = ["replay"]


@click.command(short_help="Judge a recorded trace again.")
@click.argument("trace", metavar="TRACE", shell_complete=of_files)
@options("replay")
@click.pass_obj
def replay(interruption: Interruption, /, *, trace: str, **values: Any) -> int:
    """Judge a trace that `check --record` wrote, offline; - is standard input. Its result is the recorded run's own."""
    content = read(trace, LARGE)

    from ...conformance.check import replay as judge
    from ...conformance.trace.exchange import Trace, TraceError
    from ...spec.operations import load

    try:
        recorded = Trace.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UsageError(f"{trace} is not a trace: byte {error.start} is not UTF-8") from None
    except TraceError as error:
        hint = "; `awscontract validate` judges saved responses" if "header" in str(error) else ""
        raise UsageError(f"{trace} is not a trace: {error}{hint}") from None
    files: Any = {each: values[each] or () for each in ("contracts", "recipes")}
    contract = load(recorded.operation, **files)
    chosen = ending(values, [contract])
    return finish(chosen.apply(judge(recorded, contract)), chosen, interruption)
