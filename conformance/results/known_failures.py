"""Known divergences: a file of rules that are broken and may stay so for a while, each with its reason.

It cannot rot. An entry whose rule passes now is stale, one past its date has expired, and either fails the run.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

from ...errors import UsageError, one_line, unknown
from .result import KnownProblem, Result, RuleResult, Verdict

__all__ = ["FILE", "Entry", "apply", "load", "updated"]

#: What the file is called where nobody says otherwise.
FILE = "awscontract-known.toml"

_MEMBERS = ("rule", "reason", "link", "expires")
_BROKEN = frozenset({"failed", "warned", "known"})
_HEADING = "[[known]]"


@dataclass(frozen=True, slots=True)
class Entry:
    """One divergence: its rule, why it may stay, where that is discussed, and the last day on which it is excused."""

    rule: str
    reason: str
    link: str | None = None
    expires: date | None = None

    @property
    def told(self) -> str:
        """The reason with its link."""
        return f"{self.reason} ({self.link})" if self.link else self.reason

    def expired(self, today: date | None = None) -> bool:
        """Whether its last day is past, in UTC."""
        return self.expires is not None and self.expires < (today or datetime.now(UTC).date())


def load(name: str, content: bytes) -> tuple[Entry, ...]:
    """The entries of a file.

    :raises UsageError: with one line that names the file and the entry, for whatever is wrong with it.
    """
    try:
        return _entries(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{name} is no TOML: {error}") from None
    except UsageError as error:
        raise UsageError(f"{name}: {error}") from None


def apply(result: Result, entries: Iterable[Entry], today: date | None = None) -> Result:
    """The result with its broken rules excused that an entry names, and with the entries that no longer hold."""
    by_rule = {each.rule: each for each in entries}
    problems = [
        problem for rule in result.rules if rule.id in by_rule and (problem := _problem(rule, by_rule[rule.id], today))
    ]
    held = by_rule.keys() - {each.rule for each in problems}
    rules = tuple(
        replace(rule, outcome="known", reason=by_rule[rule.id].told)
        if rule.id in held and rule.outcome in _BROKEN
        else rule
        for rule in result.rules
    )
    excused = replace(result, rules=rules, known_problems=tuple(problems))
    if result.verdict != "violates" or excused.summary["failed"]:
        return excused
    verdict, reason = _without_failures(excused)
    return replace(excused, verdict=verdict, reason=reason)


def updated(content: str, result: Result, reasons: Mapping[str, str]) -> str:
    """The text of the file brought up to date: stale entries are gone, those with `reasons` are new, all else stays as it is."""
    old = _entries(content)
    passed = {rule.id for rule in result.rules if rule.outcome == "passed"}
    kept = [each for each in old if each.rule not in passed]
    new = [Entry(rule, reason) for rule, reason in reasons.items()]
    head, blocks = _blocks(content)
    texts = [block for each, block in zip(old, blocks, strict=False) if each.rule not in passed]
    text = _joined([head, *texts, *map(_toml, new)])
    try:
        if _entries(text) == (*kept, *new):
            return text
    except (tomllib.TOMLDecodeError, UsageError):
        pass
    return _joined(map(_toml, [*kept, *new]))  # written in a way that cannot be cut into entries


def _problem(rule: RuleResult, entry: Entry, today: date | None) -> KnownProblem | None:
    if rule.outcome == "passed":
        return KnownProblem(rule.id, "stale", f"{rule.id} is listed as known, but passes now: remove the entry")
    if entry.expired(today):
        return KnownProblem(rule.id, "expired", f"{rule.id} was excused until {entry.expires}: {one_line(entry.told)}")
    return None


def _without_failures(result: Result) -> tuple[Verdict, str | None]:
    """The verdict that the failures stood before: a reason tells that the run did not get to its end."""
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


def _entries(text: str) -> tuple[Entry, ...]:
    from ...spec import client_rules, service_rules

    document = tomllib.loads(text)
    for name in document:
        if name != "known":
            raise unknown("table", name, ["known"])
    tables = document.get("known", [])
    if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        raise UsageError(f"known is no list of tables: write {_HEADING} above each entry")
    entries = tuple(_entry(number, table) for number, table in enumerate(tables, 1))
    ids = [each.id for each in service_rules()]
    clients = {each.id for each in client_rules()}
    for place, entry in enumerate(entries):
        if entry.rule in clients:
            raise UsageError(f"{entry.rule} is owed by clients; only rules for services can be known")
        if entry.rule not in ids:
            raise unknown("rule", entry.rule, ids)
        if entry.rule in {each.rule for each in entries[:place]}:
            raise UsageError(f"{entry.rule} has two entries")
    return entries


def _entry(number: int, table: Mapping[str, Any]) -> Entry:
    where = f"entry {number}"
    for name in table:
        if name not in _MEMBERS:
            raise UsageError(f"{where}: {unknown('member', name, _MEMBERS)}")
    for name in ("rule", "reason", "link"):
        value = table.get(name)
        if value is None and name == "link":
            continue
        if not isinstance(value, str) or not value.strip():
            raise UsageError(f"{where} ({table.get('rule', 'no rule')}) needs a {name}, a text that is not empty")
    expires = table.get("expires")
    if expires is not None and type(expires) is not date:  # a datetime is a date too
        raise UsageError(f"{where} ({table['rule']}): expires is a date such as 2027-03-01, without quotes")
    return Entry(**table)


def _blocks(text: str) -> tuple[str, list[str]]:
    """What comes before the first entry, and each entry's text, with the comment right above it."""
    cuts = [found.start() for found in re.finditer(r"^(?:#.*\n)*[ \t]*\[\[known\]\]", text, re.MULTILINE)] + [len(text)]
    return text[: cuts[0]], [text[start:end] for start, end in pairwise(cuts)]


def _joined(blocks: Iterable[str]) -> str:
    told = [block.strip("\n") for block in blocks]
    return "\n\n".join(block for block in told if block) + "\n"


def _toml(entry: Entry) -> str:
    members: Sequence[tuple[str, str | None]] = (
        ("rule", _string(entry.rule)),
        ("reason", _string(entry.reason)),
        ("link", _string(entry.link) if entry.link else None),
        ("expires", str(entry.expires) if entry.expires else None),
    )
    return "\n".join([_HEADING, *(f"{name} = {value}" for name, value in members if value is not None)])


def _string(text: str) -> str:
    """A basic string of TOML, on one line."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped) + '"'
