"""``awscontract replay``: judge a recorded trace again."""

import click

from ..errors import UsageError
from .completing import of_files
from .files import read
from .judging import Ending, conclude, judging

__all__ = ["replay"]


@click.command(short_help="Judge a recorded trace again.")
@click.argument("trace", metavar="TRACE", shell_complete=of_files)
@judging
def replay(*, trace: str, ending: Ending) -> int:
    """Judge a trace that `check --record` wrote, offline; - is standard input. Its result is the recorded run's own."""
    content = read(trace)

    from ..exchange import Trace, TraceError
    from ..replay import replay as judge

    try:
        recorded = Trace.loads(content.decode())
    except UnicodeDecodeError as error:
        raise UsageError(f"{trace}: no text ({error.reason} at byte {error.start})") from None
    except TraceError as error:
        raise UsageError(f"{trace}: {error}") from None
    return conclude(judge(recorded), ending)
