"""The command's entry point: Ctrl-C while the command is still being imported is one line, and not Python's traceback."""

import os
import signal
from types import FrameType

__all__ = ["main"]


def main() -> None:
    """Import the command and run it."""
    own = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if own:  # and not ignored, as under nohup
        signal.signal(signal.SIGINT, _end)
    from .main import main as command

    if own:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    command(prog_name="awscontract")


def _end(number: int, frame: FrameType | None) -> None:
    os.write(2, b"awscontract: interrupted\n")
    os._exit(128 + number)
