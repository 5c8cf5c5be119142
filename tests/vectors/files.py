"""The files of all vectors and their index, as they are checked in."""

from __future__ import annotations

import json
from typing import Any

from awscontract import spec
from vectors.bad import bad
from vectors.good import good
from vectors.siblings import siblings
from vectors.writing import Case, printed

__all__ = ["cases", "written"]

_RANK = ("may", "should", "must")


def cases() -> tuple[Case, ...]:
    return (*good(), *bad(), *siblings())


def written() -> dict[str, bytes]:
    """Every file by its name, the index first."""
    files: dict[str, bytes] = {}
    entries = sorted((_entry(case, files) for case in cases()), key=lambda entry: bool(entry["breaks"]))
    index = {"schema_version": 1, "vectors": entries}
    return {"index.json": (json.dumps(index, indent=1, ensure_ascii=False) + "\n").encode(), **files}


def _entry(case: Case, files: dict[str, bytes]) -> dict[str, Any]:
    """The case's part of the index. Its files are added to the others."""
    levels = {name: spec.rule(name).level for name in case.names}
    breaks = [name for name, level in levels.items() if level != "may"]
    responses = []
    for number, each in enumerate(case.responses, 1):
        stem = f"{'bad' if breaks else 'good'}/{case.id}" + (f".{number}" if len(case.responses) > 1 else "")
        forms = {"xml": each.xml} | ({} if each.json is None else {"json": printed(each.json).encode()})
        responses.append({"status": each.status, **{form: f"{stem}.{form}" for form in forms}})
        for form, content in forms.items():
            if files.setdefault(f"{stem}.{form}", content) is not content:
                raise ValueError(f"two vectors are called {case.id}")
    return {
        "id": case.id,
        "description": case.description,
        "operation": case.operation,
        "level": max(levels.values(), key=_RANK.index, default=None),
        "breaks": breaks,
        "may": [name for name, level in levels.items() if level == "may"],
        "pages": case.pages,
        "responses": responses,
    }
