"""What the documents say: the service model, the contract, the JSON Schemas and the catalogue of rules."""

from .catalogue import Basis, Level, Rule, client_rule_set, client_rules, rule, rule_set, rules, service_rules
from .legacy import (
    Contract,
    ItemRoles,
    JobRoles,
    PageRoles,
    Refusals,
    ReportRoles,
    SortKey,
    Start,
    contract,
    contracts,
)
from .model import Fingerprint, fingerprint, loader, operation, service
from .schema import derive, drift, model_part, schema, schema_names

__all__ = [
    "Basis",
    "Contract",
    "Fingerprint",
    "ItemRoles",
    "JobRoles",
    "Level",
    "PageRoles",
    "Refusals",
    "ReportRoles",
    "Rule",
    "SortKey",
    "Start",
    "client_rule_set",
    "client_rules",
    "contract",
    "contracts",
    "derive",
    "drift",
    "fingerprint",
    "loader",
    "model_part",
    "operation",
    "rule",
    "rule_set",
    "rules",
    "schema",
    "schema_names",
    "service",
    "service_rules",
]
