"""One survey of each operation and client of a pytest run: `check` with the options of this run, shared by all who need its result.

Under xdist every worker has every test, so the first one that needs a survey makes it while the others wait and then read what it
wrote. An exclusive transaction in an SQLite file is both the lock and the place for the result: it ends with the process that holds it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from ..conformance import batch
from ..conformance.driver.targets import is_entity_path
from ..conformance.results.known_failures import apply
from ..conformance.results.result import Result, Target
from ..conformance.trace.exchange import Trace
from ..errors import UsageError, shorten
from ..options.files import write
from ..options.signals import interruptible
from ..spec.contract import Contract
from .aws_guard import no_requests_to_aws
from .clients import Source
from .settings import Settings

__all__ = ["Survey", "encoded", "file_of", "make", "shared"]

#: Seconds to wait for another worker's survey. It keeps its own time limit and gives way when its process ends.
_PATIENCE = 3600.0


class Survey(NamedTuple):
    """What one survey found, and what it saw. `signal` is the one that ended it early."""

    result: Result
    trace: Trace
    signal: int | None = None


def make(
    source: Source,
    contract: Contract,
    settings: Settings,
    values: dict[str, Any],
    *,
    name: str,
    job_id: str | None,
    hook: Callable[..., Any],
) -> Survey:
    """Load test data into the target and judge it.

    `name` is the client's parameter, if it has one. `values` are the options with what the seed command printed. `hook` is pytest's
    ``pytest_awscontract_seed``.

    :raises UsageError: where the options cannot be followed.
    """
    with no_requests_to_aws(permitted=bool(values["allow_aws"])):
        word = hook(client=source.fixture, operation=contract.id)
    values = dict(values)
    for option, value in {"job_id": job_id, **_loaded(word)}.items():
        if values.get(option) is None:
            values[option] = value
    target = source.target or Target("client")

    def judge(contract: Contract) -> batch.Judged:
        return batch.judge(
            contract,
            values,
            client=source.client(contract.service),
            clients=source.clients,
            target=source.target,
            subject=source.subjects.get(contract.id),
            stop=interruption.stop,
            several=len(settings.contracts) > 1,
        )

    with interruptible() as interruption, interruption.deferred():
        [judged] = batch.judge_all([contract], judge, target=target, interruption=interruption)
        survey = Survey(apply(judged.result, settings.known), judged.trace, interruption.signal)
        if values["record"] and survey.trace.exchanges:
            parts = [name, contract.id if len(settings.contracts) > 1 else ""]
            write(file_of(values["record"], "-".join(filter(None, parts))), map(encoded, survey.trace.lines()))
    return survey


def shared(folder: Path, key: str, survey: Callable[[], Survey]) -> Survey:
    """The survey of this key that another worker wrote into the folder, else a new one, which is written there."""
    import sqlite3
    from contextlib import closing

    path = folder / f"awscontract-{sha256(key.encode()).hexdigest()[:24]}.sqlite"
    with closing(sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)) as database:
        database.execute("BEGIN EXCLUSIVE")
        database.execute("CREATE TABLE IF NOT EXISTS survey (result BLOB, trace BLOB)")
        found = database.execute("SELECT result, trace FROM survey").fetchone()
        if found:
            return Survey(Result.from_dict(json.loads(found[0])), Trace.loads(found[1].decode()))
        made = survey()
        database.execute(
            "INSERT INTO survey VALUES (?, ?)", (encoded(made.result.to_json()), encoded(made.trace.dumps()))
        )
        database.execute("COMMIT")
        return made


def encoded(text: str) -> bytes:
    """JSON text as bytes. What is not a character, which a target may have sent, becomes the escape that JSON has for it."""
    return text.encode(errors="backslashreplace")


def file_of(file: str, name: str) -> str:
    """The file's name; where a run has several clients or operations, each has a file."""
    safe = "".join(each if each.isalnum() or each in "-_." else "-" for each in name)
    return str(Path(file).with_stem(f"{Path(file).stem}-{safe}")) if name else file


def _loaded(word: Any) -> dict[str, Any]:
    """What the hook returned, as options."""
    if word is None:
        return {}
    if isinstance(word, dict) and all(isinstance(each, str) for each in word):
        return {"parameters": word}
    if isinstance(word, str) and word.strip() and len(word.split()) == 1:
        if is_entity_path(word):
            return {"entity_path": word}
        if word.startswith("arn:"):
            return {"arn": word}
        if not word.startswith("o-"):
            return {"job_id": word}
    raise UsageError(
        f"pytest_awscontract_seed returned {shorten(repr(word), 100)}, "
        "which is neither an entity path, an Arn, a JobId nor a dict of parameters"
    )
