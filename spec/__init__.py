"""What the documents say: the service model, contracts, recipes, the JSON Schemas and the catalogue of rules, all as data."""

from .catalogue import Basis, Level, Rule, client_rule_set, client_rules, rule, rule_set, rules, service_rules
from .contract import Contract
from .model import Fingerprint, fingerprint, loader, operation, service
from .schema import derive, drift, model_part, operation_schemas, schema, schema_names

__all__ = [
    "Basis",
    "Contract",
    "Fingerprint",
    "Level",
    "Rule",
    "client_rule_set",
    "client_rules",
    "derive",
    "drift",
    "fingerprint",
    "loader",
    "model_part",
    "operation",
    "operation_schemas",
    "rule",
    "rule_set",
    "rules",
    "schema",
    "schema_names",
    "service",
    "service_rules",
]
