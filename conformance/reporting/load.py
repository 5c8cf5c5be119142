"""Saved results, read back: whatever is wrong with a file is one line that names it."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import UsageError, one_line
from ..result import SCHEMA_VERSION, Result

__all__ = ["Named", "load", "named"]


class Named(NamedTuple):
    """A result and what to call it, which is the name of its file without folder and ending."""

    name: str
    result: Result


def load(file: str, content: bytes) -> Result:
    """The result in a file that ``--save`` wrote.

    :raises UsageError: with one line, where it is none that this version reads.
    """
    if not content.strip():
        raise UsageError(f"{file} is empty")
    try:
        data = json.loads(content)
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
        raise UsageError(f"{file} is no result: {one_line(wrong)}")
    return Result.from_dict(data)


def named(files: Iterable[tuple[str, bytes]]) -> list[Named]:
    """The results of several files, which have to be of one operation.

    :raises UsageError: where they are not, or where one of them cannot be read.
    """
    contents = list(files)
    results = [load(file, content) for file, content in contents]
    for (file, _), result in zip(contents, results, strict=True):
        if result.operation != results[0].operation:
            raise UsageError(
                f"{file} is of {result.operation} and {contents[0][0]} of {results[0].operation}: compare one operation"
            )
    stems = [
        result.target.kind if file == "-" else Path(file).stem
        for (file, _), result in zip(contents, results, strict=True)
    ]
    names = [file if stems.count(stem) > 1 else stem for (file, _), stem in zip(contents, stems, strict=True)]
    return [Named(one_line(name), result) for name, result in zip(names, results, strict=True)]


def _wrong(data: Any) -> str | None:
    """What the schema of results has against this, in one line."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    from ...spec import schema

    error = best_match(Draft202012Validator(schema("result")).iter_errors(data))
    if error is None:
        return None
    place = "/".join(map(str, error.absolute_path))
    return f"{error.message:.200}" + (f" (at /{place})" if place else "")
