"""The catalogue: each rule's id, level, basis, source and statement. Metadata only; the checks live elsewhere."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

__all__ = ["LEVELS", "Basis", "Level", "Rule", "client_rules", "rule", "rules", "service_rules"]

Level = Literal["must", "should", "may"]
Basis = Literal["documented", "model", "protocol", "observed", "convention"]

#: How much a claim binds follows from where it comes from, unless the catalogue says otherwise.
LEVELS: Mapping[Basis, Level] = {
    "documented": "must",
    "model": "must",
    "protocol": "must",
    "observed": "should",
    "convention": "should",
}

_FILE = Path(__file__).with_name("rules.toml")


@dataclass(frozen=True)
class Rule:
    """One thing that is owed, and on whose word."""

    id: str
    level: Level
    basis: Basis
    source: str
    member: str | None
    statement: str

    @property
    def family(self) -> str:
        """The part of the id before the dot."""
        return self.id.partition(".")[0]


@cache
def rules() -> tuple[Rule, ...]:
    """The whole catalogue in its order: what a service owes, then what a client owes."""
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(_rule(each, data["sources"], data["model"]) for each in data["rule"])


@cache
def service_rules() -> tuple[Rule, ...]:
    """What an implementation of the operation owes its callers."""
    return tuple(each for each in rules() if each.family != "client")


@cache
def client_rules() -> tuple[Rule, ...]:
    """What a client of the operation owes its users."""
    return tuple(each for each in rules() if each.family == "client")


def rule(id: str) -> Rule:
    """The rule of this id; a KeyError where there is none."""
    return _by_id()[id]


@cache
def _by_id() -> Mapping[str, Rule]:
    return {each.id: each for each in rules()}


def _rule(entry: Mapping[str, Any], sources: Mapping[str, str], model: str) -> Rule:
    basis: Basis = entry["basis"]
    return Rule(
        id=entry["id"],
        level=entry.get("level", LEVELS[basis]),
        basis=basis,
        source=sources[entry["source"]],
        member=model + entry["member"] if "member" in entry else None,
        statement=entry["statement"],
    )
