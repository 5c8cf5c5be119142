"""Known divergences: a file of rules that are broken and may stay so for a while, each with its reason.

The file cannot rot: an entry whose rule passes now is stale, one past its date has expired, and either fails the run.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from ...errors import UsageError, one_line, shorten, unknown
from ...options.files import read_toml
from ...spec.operations import DEFAULT
from .result import KnownProblem, Result, RuleResult, Verdict

__all__ = ["ANY", "BROKEN", "FILE", "KnownFailure", "apply", "entries_of", "load", "problem_of"]

#: The file's name where nobody gives one.
FILE = "awscontract-known.toml"
#: The operation of an entry that counts for all of them.
ANY = "*"

BROKEN = frozenset({"failed", "warned", "known"})
_MEMBERS = ("rule", "operation", "reason", "link", "expires")


@dataclass(frozen=True, slots=True)
class KnownFailure:
    """One divergence: its rule and operation, why it may stay, where that is discussed, and the last day on which it is excused."""

    rule: str
    reason: str
    link: str | None = None
    expires: date | None = None
    operation: str = DEFAULT

    @property
    def text(self) -> str:
        """The reason with its link."""
        return f"{self.reason} ({self.link})" if self.link else self.reason

    def expired(self, today: date | None = None) -> bool:
        """Whether its last day is past, in UTC."""
        return self.expires is not None and self.expires < (today or datetime.now(UTC).date())

    def counts_for(self, operation: str) -> bool:
        """Whether the entry is about this operation."""
        return self.operation in (operation, ANY)


def load(name: str, content: bytes) -> tuple[KnownFailure, ...]:
    """The entries of a file.

    :raises UsageError: with one line that names the file and the entry, for whatever is wrong with it.
    """
    document = read_toml(name, content)
    try:
        return _entries(document)
    except UsageError as error:
        raise UsageError(f"{name}: {error}") from None


def apply(result: Result, entries: Iterable[KnownFailure], today: date | None = None) -> Result:
    """The result with its broken rules excused that an entry names, and with the entries that fail the run."""
    by_rule = entries_of(entries, result.operation)
    if not by_rule:
        return result
    problems = [
        problem
        for rule in result.rules
        if rule.id in by_rule and (problem := problem_of(rule, by_rule[rule.id], today))
    ]
    problems += _foreign(result, by_rule)
    if result.cut_short:  # what passed until then may not pass to the end
        problems = [each for each in problems if each.problem == "expired"]
    excused_rules = by_rule.keys() - {each.rule for each in problems}
    rules = tuple(
        replace(rule, outcome="known", reason=by_rule[rule.id].text)
        if rule.id in excused_rules and rule.outcome in BROKEN
        else rule
        for rule in result.rules
    )
    excused = replace(result, rules=rules, known_problems=tuple(problems))
    if result.verdict != "violates" or excused.summary["failed"]:
        return excused
    verdict, reason = _without_failures(excused)
    return replace(excused, verdict=verdict, reason=reason)


def entries_of(entries: Iterable[KnownFailure], operation: str) -> dict[str, KnownFailure]:
    """The entries about one operation, by rule; one that names the operation overrides one for all."""
    found = [each for each in entries if each.counts_for(operation)]
    return {each.rule: each for each in sorted(found, key=lambda each: each.operation != ANY)}


def problem_of(rule: RuleResult, entry: KnownFailure, today: date | None = None) -> KnownProblem | None:
    """Why an entry fails the run, if it does. An entry for all operations is not stale because it passes in one of them."""
    if rule.outcome == "passed" and entry.operation != ANY:
        return KnownProblem(rule.id, "stale", f"{rule.id} is listed as known, but passes now: remove the entry")
    if rule.outcome != "passed" and entry.expired(today):
        broken = "is still broken, and " if rule.outcome in BROKEN else ""
        message = f"{rule.id} {broken}was excused until {entry.expires}: {one_line(entry.text)}"
        return KnownProblem(rule.id, "expired", message)
    return None


def _foreign(result: Result, by_rule: Mapping[str, KnownFailure]) -> list[KnownProblem]:
    """Entries for rules that the operation does not have."""
    ids = {each.id for each in result.rules}
    return [
        KnownProblem(
            rule, "stale", f"{rule} is listed as known, but {result.operation} has no such rule: remove the entry"
        )
        for rule, entry in by_rule.items()
        if rule not in ids and entry.operation != ANY
    ]


def _without_failures(result: Result) -> tuple[Verdict, str | None]:
    """The verdict that the failures had replaced. A reason means that the run did not get to its end."""
    if result.reason:
        return "indeterminate", result.reason
    unsure = [
        each
        for each in result.rules
        if each.outcome == "indeterminate" and each.level == "must" and each.because is None
    ]
    if unsure:
        return "indeterminate", f"{unsure[0].id} could not be judged: {unsure[0].reason}"
    return "conforms", None


def _entries(document: Mapping[str, Any]) -> tuple[KnownFailure, ...]:
    from ...spec.catalogue import rules

    for name in document:
        if name != "known":
            raise unknown("table", name, ["known"])
    tables = document.get("known", [])
    if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        raise UsageError("known must be a list of tables: write [[known]] above each entry")
    clients = {each.id for each in rules() if each.family == "client"}
    ids = list(dict.fromkeys(each.id for each in rules() if each.id not in clients))
    entries: dict[tuple[str, str], KnownFailure] = {}
    for number, table in enumerate(tables, 1):
        entry = _entry(number, table)
        if entry.rule in clients:
            raise UsageError(f"{entry.rule} is a rule for clients; only rules for services can be known")
        if entry.rule not in ids and not entry.rule.startswith("validation."):  # those come from the request's schema
            raise unknown("rule", entry.rule, ids, "awscontract rules")
        if (entry.rule, entry.operation) in entries:
            raise UsageError(f"{entry.rule} of {entry.operation} has two entries")
        entries[entry.rule, entry.operation] = entry
    return tuple(entries.values())


def _entry(number: int, table: Mapping[str, Any]) -> KnownFailure:
    where = f"entry {number}"
    for name in table:
        if name not in _MEMBERS:
            raise UsageError(f"{where}: {unknown('member', name, _MEMBERS)}")
    for name in ("rule", "reason", "link", "operation"):
        value = table.get(name)
        if value is None and name in ("link", "operation"):
            continue
        if not isinstance(value, str) or not value.strip():
            rule = shorten(str(table.get("rule", "no rule")), 80)
            raise UsageError(f"{where} ({rule}) needs a {name}: a string that is not empty")
    operation = table.get("operation", DEFAULT)
    if operation != ANY and ":" not in operation:
        raise UsageError(f'{where} ({table["rule"]}): operation is written SERVICE:OPERATION, or "*" for all')
    expires = table.get("expires")
    if expires is not None and type(expires) is not date:  # a datetime is a date too
        raise UsageError(f"{where} ({table['rule']}): expires must be a date such as 2027-03-01, without quotes")
    return KnownFailure(**table)
