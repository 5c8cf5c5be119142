"""The catalogue: each rule's id, level, basis, source and statement, in general and for one contract. The checks live elsewhere."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

from .contract import Contract, has
from .model import output_kinds
from .traits import fill, mentioned
from .validation import condition, constraints, validation_id

__all__ = [
    "LEVELS",
    "Basis",
    "Level",
    "Rule",
    "client_rule_set",
    "client_rules",
    "rule",
    "rule_set",
    "rules",
    "service_rules",
]

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
    """One thing that is owed, and on whose word. `requires` are the traits that an operation has to which the rule applies."""

    id: str
    level: Level
    basis: Basis
    source: str
    member: str | None
    statement: str
    requires: tuple[str, ...] = ()

    @property
    def family(self) -> str:
        """The part of the id before the dot."""
        return self.id.partition(".")[0]


@dataclass(frozen=True)
class CatalogueEntry:
    """One row of the catalogue file: a rule before it is filled from a contract, and the operations that it is for."""

    rule: Rule
    lacks: tuple[str, ...]
    operations: Literal["access-report", "list"] | None
    protocols: tuple[str, ...]
    output: str | None

    def applies(self, contract: Contract) -> bool:
        """Whether the rule is one about this operation."""
        kind = "access-report" if contract.kind == "access-report" else "list"
        return (
            self.operations in (None, kind)
            and (not self.protocols or contract.protocol in self.protocols)
            and all(has(contract, each) for each in self.rule.requires)
            and not any(has(contract, each) for each in self.lacks)
            and (self.output is None or self.output in output_kinds(contract))
        )


@cache
def entries() -> tuple[CatalogueEntry, ...]:
    """The rows of the catalogue file, in its order."""
    return tuple(_entry(each) for each in _data()["rule"])


def rules() -> tuple[Rule, ...]:
    """The whole catalogue in its order, statements and sources as templates: what a service owes, then what a client owes."""
    return tuple(each.rule for each in entries())


@lru_cache(maxsize=256)
def rule_set(contract: Contract) -> tuple[Rule, ...]:
    """The rules that an implementation of the operation is judged by, in the catalogue's order."""
    return tuple(_rule_set(contract))


@lru_cache(maxsize=256)
def client_rule_set(contract: Contract) -> tuple[Rule, ...]:
    """The rules that a client of the operation is judged by, in the catalogue's order."""
    return tuple(_filled(each.rule, contract) for each in entries() if _is_client(each) and each.applies(contract))


def rule(id: str) -> Rule:
    """The rule of this id, as it applies to the first operation that has it; a KeyError where there is none."""
    return _by_id()[id]


# The rule sets of the default operation.


def service_rules() -> tuple[Rule, ...]:
    """The rules that an implementation of the default operation is judged by."""
    from .operations import load

    return rule_set(load())


def client_rules() -> tuple[Rule, ...]:
    """The rules that a client of the default operation is judged by."""
    from .operations import load

    return client_rule_set(load())


@cache
def _data() -> Mapping[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


@cache
def _by_id() -> Mapping[str, Rule]:
    from .operations import access_reports, load

    found = {each.id: each for each in reversed(rules())}
    for name in reversed(access_reports()):
        contract = load(name)
        found |= {each.id: each for each in (*rule_set(contract), *client_rule_set(contract))}
    return found


def _entry(row: Mapping[str, Any]) -> CatalogueEntry:
    basis: Basis = row["basis"]
    rule = Rule(
        id=row["id"],
        level=row.get("level", LEVELS[basis]),
        basis=basis,
        source=row["source"],
        member=row.get("member"),
        statement=row["statement"],
        requires=tuple(dict.fromkeys((*row.get("requires", ()), *mentioned(row["statement"])))),
    )
    return CatalogueEntry(
        rule, tuple(row.get("lacks", ())), row.get("for"), tuple(row.get("protocols", ())), row.get("output")
    )


def _is_client(entry: CatalogueEntry) -> bool:
    return entry.rule.family == "client"


def _rule_set(contract: Contract) -> Iterator[Rule]:
    for each in entries():
        if each.rule.id == "validation.no-crash" and contract.kind == "access-report":
            yield from (_overridden(made, contract) for made in _validation_rules(contract))
        if not _is_client(each) and each.applies(contract):
            yield _filled(each.rule, contract)


def _validation_rules(contract: Contract) -> Iterator[Rule]:
    """The rules of an access report that say which requests are refused, for the report and for the operation that starts its job."""
    for name in contract.operations:
        starts = name != contract.operation
        for each in constraints(contract.service, name):
            yield Rule(
                id=validation_id(contract, each),
                level="must",
                basis="model",
                source=_source("start" if starts else "operation", contract),
                member=_member(f"{'start.' * starts}input.{each.member}", contract),
                statement=f"A request to {name} is refused if {condition(each)}.",
            )


def _filled(template: Rule, contract: Contract) -> Rule:
    """A rule of the catalogue with its statement, source and member for this contract."""
    statement = fill(template.statement, contract)
    assert statement is not None, f"{contract.id} has not all that {template.id} mentions: {template.statement}"
    template = _without_trait(template) if contract.listing and contract.listing.by_shapes else template
    filled = replace(
        template,
        statement=statement,
        source=_source(template.source, contract),
        member=_member(template.member, contract),
    )
    return _overridden(filled, contract)


#: Rules about pages that nothing says but Smithy's trait for them.
_OF_TRAIT_ALONE = frozenset({"pagination.page-size-may-change"})


def _without_trait(rule: Rule) -> Rule:
    """The rule for an operation of which nobody says that it has the trait: its own documentation has to say it, or it is a convention."""
    if rule.source != "smithy-pages":
        return rule
    if rule.id in _OF_TRAIT_ALONE:
        return replace(rule, basis="convention", level="should")
    return replace(rule, basis="documented", source="operation") if rule.level == "must" else rule


def _overridden(rule: Rule, contract: Contract) -> Rule:
    """The rule with what the contract file says differently about it."""
    for each in contract.overrides:
        if each.id == rule.id:
            said = {key: getattr(each, key) for key in ("level", "basis", "source", "statement")}
            if each.basis and not each.level:
                said["level"] = LEVELS[each.basis]
            return replace(rule, **{key: value for key, value in said.items() if value is not None})
    return rule


def _source(name: str, contract: Contract) -> str:
    data = _data()
    if name in data["sources"]:
        return str(data["sources"][name])
    if name == "protocol":
        return str(data["protocols"][contract.protocol + _json_version(contract)])
    if name == "order" and contract.order:
        return contract.order.source
    if name == "start" and contract.job:
        return contract.job.start.documentation
    if name in _TYPES:
        return _type_page(_TYPES[name], contract)
    return contract.documentation


def _json_version(contract: Contract) -> str:
    from .model import service

    is_old = contract.protocol == "json" and service(contract.service).metadata.get("jsonVersion") == "1.0"
    return "-1.0" if is_old else ""


#: Sources that are the page of a data type: the place of the type in a response.
_TYPES = {"item": "item", "action": "item.{report.actions.items}", "error": "output.{job.error}"}


def _type_page(place: str, contract: Contract) -> str:
    """The page of a data type, which the API references have beside those of the operations."""
    from .model import shape_at

    folder, found, rest = contract.documentation.rpartition("/API_")
    shape = shape_at(contract, fill(place, contract) or "")
    shape = getattr(shape, "member", shape)
    return f"{folder}/API_{shape.name}.html" if found and rest.endswith(".html") and shape else contract.documentation


def _member(template: str | None, contract: Contract) -> str | None:
    """The place in the service model that a rule is about; that of its beginning where the whole is not one in the model."""
    from .model import member_path

    return None if template is None else member_path(contract, fill(template, contract) or template.partition(".{")[0])
