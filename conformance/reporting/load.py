"""Saved results, read back: whatever is wrong with a file is one line that names it."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from ...errors import UsageError, one_line, shorten
from ..results.result import SCHEMA_VERSION, Result
from ..trace.exchange import Trace, TraceError
from .matrix import Column, Matrix, MatrixReport

__all__ = ["load", "load_report", "load_results"]

File = tuple[str, bytes]


def load(file: str, content: bytes, operation: str | None = None) -> Result:
    """The result of one operation in a file that ``--save`` wrote; `operation` says which one where there are several.

    :raises UsageError: with one line, where there is none that this version reads.
    """
    found = load_results(file, content)
    if operation is not None:
        found = tuple(each for each in found if each.operation == operation)
        if not found:
            raise UsageError(f"{file} has no result of {operation}")
    if len(found) > 1:
        raise UsageError(f"{file} has the results of {len(found)} operations: say which one with --operation")
    return found[0]


def load_results(file: str, content: bytes) -> tuple[Result, ...]:
    """Every result in a file that ``--save`` wrote: one, or one of each operation.

    :raises UsageError: with one line, where there is none that this version reads.
    """
    if not content.strip():
        raise UsageError(f"{file} is empty")
    try:
        data = json.loads(content, parse_constant=_not_a_number)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{file} is not a result: {_hint(content, error)}") from None
    if not isinstance(data, dict) or "schema_version" not in data:
        raise UsageError(f"{file} is not a result: {_hint(content, None)}")
    if data["schema_version"] != SCHEMA_VERSION:
        raise UsageError(
            f"{file} has schema_version {data['schema_version']!r:.40}; this awscontract reads {SCHEMA_VERSION}"
        )
    name = "results" if "results" in data else "result"
    if wrong := _wrong(name, data):
        raise UsageError(f"{file} is not a result: {wrong}")
    results = tuple(_result(file, each) for each in (data["results"] if name == "results" else [data]))
    twice = [each for each, number in Counter(each.operation for each in results).items() if number > 1]
    if twice:
        raise UsageError(f"{file} contradicts itself: {twice[0]} is there twice")
    return results


def _hint(content: bytes, error: Exception | None) -> str:
    """What a file may be that is not a result."""
    if content.lstrip().startswith(b'{"format": "awscontract-trace"') or b"awscontract-trace" in content[:200]:
        return "it is a trace; `awscontract replay` judges it"
    if error is None:
        return "write one with --save"
    return f"not JSON ({shorten(str(error), 120)}); was it cut off?"


def _result(file: str, data: Mapping[str, Any]) -> Result:
    result = Result.from_dict(data)
    if contradiction := _contradiction(data, result):
        raise UsageError(f"{file} contradicts itself: {contradiction}")
    return result


def _contradiction(data: Mapping[str, Any], result: Result) -> str | None:
    """What a program would not have written: figures are what the rules say, each rule is there once."""
    if not result.rules:
        return "it has no rules"
    name, number = Counter(each.id for each in result.rules).most_common(1)[0]
    if number > 1:
        return one_line(f"{name:.80} is there twice")
    for what, stated, found in (
        ("summary", data["summary"], result.summary),
        ("exercised", data["exercised"], result.exercised),
        ("verdict", data["verdict"] == "violates", any(each.outcome == "failed" for each in result.rules)),
    ):
        if stated != found:
            return f"its {what} is not what its rules say"
    return None


def _not_a_number(name: str) -> Any:
    raise ValueError(f"{name} is not a number of JSON")


def load_report(results: Sequence[File], traces: Sequence[File] = ()) -> MatrixReport:
    """Several files of results beside each other, with the traces that they rest on, if there are any, in the same order.

    :raises UsageError: where one of them cannot be read.
    """
    if traces and len(traces) != len(results):
        raise UsageError(
            f"{len(traces)} traces for {len(results)} results: give each result its own, in the same order"
        )
    loaded = [load_results(file, content) for file, content in results]
    if traces and any(len(each) > 1 for each in loaded):
        raise UsageError("a trace is of one operation: give the results of one operation each")
    recorded: list[Trace | None] = [_trace(file, content) for file, content in traces] or [None] * len(loaded)
    for (file, _), found, trace in zip(traces, loaded, recorded, strict=False):
        run, result = trace and trace.run, found[0]
        if run and (run.calls, run.seconds, run.seed) != (result.calls, result.seconds, result.seed):
            raise UsageError(
                f"{file} is the trace of another run: {run.calls} requests in {run.seconds:g} s, "
                f"not {result.calls} in {result.seconds:g} s"
            )
    names = _names([file for file, _ in results], [each[0] for each in loaded])
    matrices: dict[str, list[Column]] = {}
    for name, found, trace in zip(names, loaded, recorded, strict=True):
        for result in found:
            matrices.setdefault(result.operation, []).append(Column(name, result, trace))
    return MatrixReport(tuple(names), tuple(Matrix(tuple(columns)) for columns in matrices.values()))


def _trace(file: str, content: bytes) -> Trace:
    try:
        return Trace.loads(content.decode())
    except (TraceError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} is not a trace: {shorten(str(error))}") from None


def _names(files: Sequence[str], results: Sequence[Result]) -> list[str]:
    """The files' names without folders and endings, where that distinguishes them."""
    stems = [
        result.target.kind if file == "-" else Path(file).stem for file, result in zip(files, results, strict=True)
    ]
    return [one_line(file if stems.count(stem) > 1 else stem) for file, stem in zip(files, stems, strict=True)]


@cache
def _validator(name: str) -> Any:
    from jsonschema import Draft202012Validator

    from ...spec.schema import schema

    whole = schema("result")
    return Draft202012Validator({"$schema": whole["$schema"], "$ref": f"#/$defs/{name}", "$defs": whole["$defs"]})


def _wrong(name: str, data: Any) -> str | None:
    """What the schema of results has against this, in one line."""
    from jsonschema.exceptions import best_match

    error = best_match(_validator(name).iter_errors(data))
    if error is None:
        return None
    place = "/".join(map(str, error.absolute_path))
    return one_line(f"{error.message:.200}" + (f" (at /{place:.200})" if place else ""))
