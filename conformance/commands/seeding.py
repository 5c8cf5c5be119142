"""``--seed-command``: the user's own program fills the target before it is judged."""

import subprocess
from typing import NamedTuple

from ..errors import UsageError
from ..result import Target
from ..targets import TargetOptions, environment, is_entity_path

__all__ = ["Seeded", "seed"]

_JOB_ID_LENGTH = 36


class Seeded(NamedTuple):
    """What the program said to ask for."""

    entity_path: str | None = None
    job_id: str | None = None


def seed(command: str, options: TargetOptions, target: Target) -> Seeded:
    """Run the command through the shell; its last line may be an entity path or a JobId, any other word is not for us.

    :raises UsageError: where it fails.
    """
    if options.kind.startswith("moto"):
        raise UsageError(f"--seed-command cannot reach --target {options.kind}, which lives in this process alone")
    env = environment(options, target)
    done = subprocess.run(command, shell=True, env=env, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        tail = _last_line(done.stderr) or _last_line(done.stdout) or "it said nothing"
        raise UsageError(f"--seed-command ended with status {done.returncode}: {tail}")
    word = _last_line(done.stdout)
    if is_entity_path(word):
        return Seeded(entity_path=word)
    return Seeded(job_id=word) if len(word) == _JOB_ID_LENGTH and len(word.split()) == 1 else Seeded()


def _last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")
