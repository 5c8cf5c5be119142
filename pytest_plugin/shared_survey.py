"""One survey for each client of a pytest run: `check` with the options of this run, shared by everybody who needs its result.

Under xdist every worker has every test, so the first that needs the survey makes it while the others wait, and they read what it
wrote. An exclusive transaction in an SQLite file is both lock and letter box: it ends with the process that holds it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from ..conformance.driver.seeding import Seeded, seed
from ..conformance.driver.targets import Opened, find_entity_path, is_entity_path
from ..conformance.results.known_failures import apply
from ..conformance.results.result import Result
from ..conformance.trace.exchange import Trace
from ..errors import UsageError
from ..options.files import write
from .settings import Settings

__all__ = ["Survey", "at_rest", "make", "shared"]

#: What AWS itself is asked for unless somebody says otherwise: with patience, and nothing beyond the fixed survey.
_FOR_AWS = {"poll_interval": 2.0, "explore": 0}
#: Seconds to wait for another worker's survey. It keeps its own time limit and gives way when its process ends.
_PATIENCE = 3600.0


class Survey(NamedTuple):
    """What one survey found, and what it saw."""

    result: Result
    trace: Trace


def make(
    client: Any,
    settings: Settings,
    *,
    name: str,
    opened: Opened | None,
    job_id: str | None,
    hook: Callable[..., str | None],
) -> Survey:
    """Seed the target and judge it.

    `name` is the client's parameter, if it has one. `opened` is None for a client that we did not open.
    `hook` is pytest's ``pytest_awscontract_seed``.

    :raises UsageError: where the options cannot be followed.
    """
    told = _told(settings, opened)
    asked = _seeded(hook(client=client))
    job = job_id or asked.job_id or told.job_id
    path = settings.entity_path or asked.entity_path or told.entity_path or (opened and opened.entity_path)
    if opened and not job and not path:
        path = find_entity_path(settings.target_options)

    from ..conformance.check import check

    defaults: dict[str, Any] = _FOR_AWS if opened and opened.target.kind == "aws" else {}
    traces: list[Trace] = []
    result = check(
        client,
        entity_path=path,
        job_id=job,
        allow_aws=settings.allow_aws,
        redact=not settings.keep_ids and (True if settings.record else None),
        target=opened and opened.target,
        record=traces.append,
        **{**defaults, **settings.run},
    )
    survey = Survey(apply(result, settings.known), traces[0] if traces else Trace(()))
    if settings.save:
        write(_named(settings.save, name), at_rest(survey.result.to_json()))
    if settings.record:
        write(_named(settings.record, name), at_rest(survey.trace.dumps()))
    return survey


def shared(letters: Path, name: str, survey: Callable[[], Survey]) -> Survey:
    """The survey of this name that is in the file of letters, else a new one, which is put there."""
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(letters, timeout=_PATIENCE, isolation_level=None)) as box:
        box.execute("BEGIN EXCLUSIVE")
        box.execute("CREATE TABLE IF NOT EXISTS letter (name TEXT PRIMARY KEY, result BLOB, trace BLOB)")
        found = box.execute("SELECT result, trace FROM letter WHERE name = ?", (name,)).fetchone()
        if found:
            return Survey(Result.from_dict(json.loads(found[0])), Trace.loads(found[1].decode()))
        made = survey()
        box.execute(
            "INSERT INTO letter VALUES (?, ?, ?)", (name, at_rest(made.result.to_json()), at_rest(made.trace.dumps()))
        )
        box.execute("COMMIT")
        return made


def at_rest(text: str) -> bytes:
    """JSON text as bytes. What is no character, which a target may have sent, becomes the escape that JSON has for it."""
    return text.encode(errors="backslashreplace")


def _told(settings: Settings, opened: Opened | None) -> Seeded:
    if settings.seed_command is None:
        return Seeded()
    if opened is None:  # its endpoint may be AWS itself, with something in this process between
        raise UsageError(
            "--seed-command cannot reach what awscontract_client leads to: implement pytest_awscontract_seed"
        )
    return seed(settings.seed_command, settings.target_options, opened.target, settings.timeout or 120.0)


def _seeded(word: str | None) -> Seeded:
    if word is None:
        return Seeded()
    if not isinstance(word, str) or not word.strip():
        raise UsageError(f"pytest_awscontract_seed returned {word!r}, which is neither an entity path nor a JobId")
    if is_entity_path(word):
        return Seeded(entity_path=word)
    if len(word.split()) > 1 or word.startswith("o-"):
        raise UsageError(f"pytest_awscontract_seed returned {word!r}, which is neither an entity path nor a JobId")
    return Seeded(job_id=word)


def _named(file: str, name: str) -> str:
    """The file's name; of several clients of one run each has a file."""
    safe = "".join(each if each.isalnum() or each in "-_." else "-" for each in name)
    return str(Path(file).with_stem(f"{Path(file).stem}-{safe}")) if name else file
