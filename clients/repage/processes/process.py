"""A process under ``awscontract repage``: it re-pages its clients, and leaves its log in a folder when it ends.

Where pytest runs in it with our plugin, the plugin does the re-paging, because it knows the tests.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from ...sandbox.process_ends import at_ends
from ..callers.origins import Origins
from ..callers.places import Places
from ..contexts import Contexts
from ..log import Log
from ..serving import served

__all__ = ["VARIABLE", "begin", "hand_over", "settings"]

#: The variable with the settings of the command for its processes, as JSON.
VARIABLE = "_AWSCONTRACT_REPAGE"


class _Process:
    """This process. `log` is what it read, by our own doing or the plugin's."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = settings
        self.log = Log()
        self._places = Places(Origins(root=Path(settings["root"])))
        self._undo = ExitStack()
        self._start()

    def serve(self) -> None:
        # The import of botocore is under way, so nothing here may import it: the command has looked up the operations.
        wanted = {name: self._settings[name] for name in ("seed", "page", "operations")}
        self._undo.enter_context(served(self.log, self._places, Contexts(), **wanted))

    def hand_over(self, log: Log) -> None:
        """Leave the re-paging to somebody else, who has a log of the tests."""
        self._undo.close()
        self.log = log

    def write(self) -> None:
        """Leave the log where the command finds it, as a whole."""
        temporary = self._file.with_suffix(".part")
        with suppress(Exception):  # such as that the command has ended before; it says that a log is missing
            temporary.write_text(json.dumps(self.log.digest.to_json()))
            temporary.replace(self._file.with_suffix(".json"))
            self._file.unlink(missing_ok=True)

    def forked(self) -> None:
        """Begin anew: what was read before the fork is in the parent's log."""
        self.log.clear()
        self._start()

    def _start(self) -> None:
        """Leave word that there is something to come."""
        name = f"{os.getpid()}-{os.urandom(4).hex()}"
        self._file = Path(self._settings["folder"]) / f"{name}.begun"
        with suppress(OSError):
            self._file.touch()


_process: _Process | None = None


def settings() -> Mapping[str, Any] | None:
    """What the command wants of this process; None where it runs without the command."""
    text = os.environ.get(VARIABLE)
    found: Mapping[str, Any] | None = json.loads(text) if text else None
    return found


def begin(settings: Mapping[str, Any]) -> None:
    """Re-page this process for the rest of its life."""
    if _process is None:
        _this(settings).serve()


def hand_over(log: Log) -> None:
    """Leave the re-paging to the pytest plugin, whose log is left to the command in place of ours."""
    wanted = settings()
    if wanted is not None:
        _this(wanted).hand_over(log)


def _this(settings: Mapping[str, Any]) -> _Process:
    """This process, whose log is left to the command when it ends."""
    global _process  # noqa: PLW0603  # a process has one
    if _process is None:
        _process = _Process(settings)
        at_ends(_process.write, _process.forked)
    return _process
