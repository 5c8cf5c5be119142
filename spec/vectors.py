"""The vectors: good and bad responses as files, for any language (`vectors/README.md`), and how Python reads them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["FOLDER", "Vector", "VectorResponse", "index", "vectors"]

FOLDER = Path(__file__).with_name("vectors")


@dataclass(frozen=True)
class VectorResponse:
    """One response: its HTTP status and its files' names; `json` is None where JSON cannot say what the XML does."""

    status: int
    xml: str
    json: str | None = None

    def read(self, form: str) -> bytes:
        """The bytes of the response as "xml" or as "json"; a KeyError where it does not have that form."""
        name = {"xml": self.xml, "json": self.json}[form]
        if name is None:
            raise KeyError(form)
        return (FOLDER / name).read_bytes()


@dataclass(frozen=True)
class Vector:
    """One case. `breaks` are the rules that it breaks, `may` those of which it is worth a note and no more.

    With `pages` the responses are judged together, in their order.
    """

    id: str
    description: str
    operation: str
    level: str | None
    breaks: tuple[str, ...]
    may: tuple[str, ...]
    pages: bool
    responses: tuple[VectorResponse, ...]

    @property
    def contract(self) -> str:
        """The operation whose contract the vector is judged by: for an operation that starts a job, the first one that reads it."""
        reads = _READS.get(self.operation, self.operation)
        return f"iam:{reads}"


#: The operation that reads the jobs of one that starts them.
_READS = {
    "GenerateOrganizationsAccessReport": "GetOrganizationsAccessReport",
    "GenerateServiceLastAccessedDetails": "GetServiceLastAccessedDetails",
}


def index() -> dict[str, Any]:
    """The index as it is checked in; `vectors` is its JSON Schema."""
    loaded: dict[str, Any] = json.loads((FOLDER / "index.json").read_text(encoding="utf-8"))
    return loaded


@cache
def vectors() -> tuple[Vector, ...]:
    """Every vector, in the index's order: the good ones first."""
    return tuple(_vector(**entry) for entry in index()["vectors"])


def _vector(breaks: list[str], may: list[str], responses: list[dict[str, Any]], **rest: Any) -> Vector:
    return Vector(
        breaks=tuple(breaks), may=tuple(may), responses=tuple(VectorResponse(**each) for each in responses), **rest
    )
