"""Saved results, read back: whatever is wrong with a file is one line that names it."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...errors import UsageError, one_line
from ..results.result import SCHEMA_VERSION, Result
from ..trace.exchange import Trace, TraceError
from .matrix import Column, Matrix

__all__ = ["load", "load_matrix"]

File = tuple[str, bytes]


def load(file: str, content: bytes) -> Result:
    """The result in a file that ``--save`` wrote.

    :raises UsageError: with one line, where it is none that this version reads.
    """
    if not content.strip():
        raise UsageError(f"{file} is empty")
    try:
        data = json.loads(content, parse_constant=_not_a_number)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{file} is no JSON ({error}); was it cut off?") from None
    if not isinstance(data, dict) or "schema_version" not in data:
        raise UsageError(f"{file} is no result: write one with --save")
    if data["schema_version"] != SCHEMA_VERSION:
        raise UsageError(
            f"{file} has schema_version {data['schema_version']!r:.40}; this awscontract reads {SCHEMA_VERSION}"
        )
    wrong = _wrong(data)
    if wrong:
        raise UsageError(f"{file} is no result: {wrong}")
    result = Result.from_dict(data)
    if contradiction := _contradiction(data, result):
        raise UsageError(f"{file} contradicts itself: {contradiction}")
    return result


def _contradiction(data: Any, result: Result) -> str | None:
    """What a program would not have written: figures are what the rules say, each rule is there once."""
    ids = [each.id for each in result.rules]
    if not ids:
        return "it has no rules"
    if len(set(ids)) < len(ids):
        return one_line(f"{next(each for each in ids if ids.count(each) > 1):.80} is there twice")
    for name, told, found in (
        ("summary", data["summary"], result.summary),
        ("exercised", data["exercised"], result.exercised),
        ("verdict", data["verdict"] == "violates", any(each.outcome == "failed" for each in result.rules)),
    ):
        if told != found:
            return f"its {name} is not what its rules say"
    return None


def _not_a_number(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")


def load_matrix(results: Sequence[File], traces: Sequence[File] = ()) -> Matrix:
    """Several results beside each other, with the traces that they rest on, if there are any, in the same order.

    :raises UsageError: where they are not of one operation, or where one of them cannot be read.
    """
    if traces and len(traces) != len(results):
        raise UsageError(
            f"{len(traces)} traces for {len(results)} results: give each result its own, in the same order"
        )
    loaded = [load(file, content) for file, content in results]
    for (file, _), result in zip(results, loaded, strict=True):
        if result.operation != loaded[0].operation:
            raise UsageError(
                f"{file} is of {result.operation} and {results[0][0]} of {loaded[0].operation}: compare one operation"
            )
    recorded: list[Trace | None] = [_trace(file, content) for file, content in traces]
    for (file, _), result, trace in zip(traces, loaded, recorded, strict=False):
        run = trace and trace.run
        if run and (run.calls, run.seconds, run.seed) != (result.calls, result.seconds, result.seed):
            raise UsageError(
                f"{file} is the trace of another run: {run.calls} calls in {run.seconds:g} s, not {result.calls} in {result.seconds:g} s"
            )
    names = _names([file for file, _ in results], loaded)
    return Matrix(tuple(map(Column, names, loaded, recorded or [None] * len(loaded))))


def _trace(file: str, content: bytes) -> Trace:
    try:
        return Trace.loads(content.decode())
    except (TraceError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} is no trace: {one_line(str(error))}") from None


def _names(files: Sequence[str], results: Sequence[Result]) -> list[str]:
    """The files' names without folders and endings, where that tells them apart."""
    stems = [
        result.target.kind if file == "-" else Path(file).stem for file, result in zip(files, results, strict=True)
    ]
    return [one_line(file if stems.count(stem) > 1 else stem) for file, stem in zip(files, stems, strict=True)]


def _wrong(data: Any) -> str | None:
    """What the schema of results has against this, in one line."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    from ...spec import schema

    error = best_match(Draft202012Validator(schema("result")).iter_errors(data))
    if error is None:
        return None
    place = "/".join(map(str, error.absolute_path))
    return one_line(f"{error.message:.200}" + (f" (at /{place})" if place else ""))
