"""``--seed-command``: the user's own program fills the target before it is judged."""

import subprocess
import tempfile
from typing import IO, NamedTuple

from ...errors import UsageError
from ..results.result import Target
from .targets import TargetOptions, environment, is_entity_path

__all__ = ["Seeded", "seed"]

_JOB_ID_LENGTH = 36


class Seeded(NamedTuple):
    """What the program said to ask for."""

    entity_path: str | None = None
    job_id: str | None = None


def seed(command: str, options: TargetOptions, target: Target, timeout: float = 120.0) -> Seeded:
    """Run the command through the shell; its last line may be an entity path or a JobId, any other word is not for us.

    :raises UsageError: where it fails.
    """
    if options.kind.startswith("moto"):
        raise UsageError(f"--seed-command cannot reach --target {options.kind}, which lives in this process alone")
    env = environment(options, target)
    # Files and not pipes: what the command leaves running in the background may hold them open.
    with tempfile.TemporaryFile("w+", errors="replace") as out, tempfile.TemporaryFile("w+", errors="replace") as err:
        try:
            done = subprocess.run(
                command,
                shell=True,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                timeout=timeout,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise UsageError(f"--seed-command was not done after {timeout:g} seconds: say --timeout") from None
        said, complained = (_last_line(each) for each in (out, err))
    if done.returncode:
        raise UsageError(
            f"--seed-command ended with status {done.returncode}: {complained or said or 'it said nothing'}"
        )
    if is_entity_path(said):
        return Seeded(entity_path=said)
    return Seeded(job_id=said) if len(said) == _JOB_ID_LENGTH and len(said.split()) == 1 else Seeded()


def _last_line(file: IO[str]) -> str:
    file.seek(0)
    return next((line.strip() for line in reversed(file.read().splitlines()) if line.strip()), "")
