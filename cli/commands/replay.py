"""``awscontract replay``: judge a recorded trace again."""

import click

from ...errors import UsageError
from ...options.files import read
from ..completion import of_files
from ..result_options import Ending, conclude, judging

__all__ = ["replay"]


@click.command(short_help="Judge a recorded trace again.")
@click.argument("trace", metavar="TRACE", shell_complete=of_files)
@judging
def replay(*, trace: str, ending: Ending) -> int:
    """Judge a trace that `check --record` wrote, offline; - is standard input. Its result is the recorded run's own."""
    content = read(trace)

    from ...conformance.judge.evaluate import replay as judge
    from ...conformance.trace.exchange import Trace, TraceError

    try:
        recorded = Trace.loads(content.decode())
    except UnicodeDecodeError as error:
        raise UsageError(f"{trace}: no text ({error.reason} at byte {error.start})") from None
    except TraceError as error:
        raise UsageError(f"{trace}: {error}") from None
    return conclude(judge(recorded), ending)
