"""Two results of one implementation: what broke, what was mended, and what is looked at now that was not before, or no longer.

Only a rule that was seen to hold can break. One that nobody had exercised and that is found broken now is told as such, and
is no step back: whoever mends one failure brings to light what it hid.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from ...errors import UsageError, one_line
from ..results.result import Outcome, Result, RuleResult
from .markdown import SIGNS, code
from .text import figures

__all__ = ["Change", "Diff", "compare", "markdown", "text"]

_HELD = frozenset({"passed", "noted"})
_BROKEN = frozenset({"failed", "warned", "known"})
_UNSEEN = frozenset({"not-exercised", "indeterminate", None})


@dataclass(frozen=True, slots=True)
class Change:
    """A rule whose outcome is another now; None where a result's catalogue does not have the rule."""

    rule: str
    before: Outcome | None
    after: Outcome | None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Diff:
    """Every rule that changed, by what that means."""

    old: Result
    new: Result
    broke: tuple[Change, ...] = ()
    mended: tuple[Change, ...] = ()
    exercised: tuple[Change, ...] = ()
    unexercised: tuple[Change, ...] = ()
    other: tuple[Change, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What makes the two results less comparable."""
        pairs = {
            "awscontract": (self.old.awscontract, self.new.awscontract),
            "the service model of botocore": (self.old.model["botocore"], self.new.model["botocore"]),
            "the seed": (str(self.old.seed), str(self.new.seed)),
        }
        return tuple(
            f"{name} is {after}, and was {before}" for name, (before, after) in pairs.items() if before != after
        )

    @property
    def exit_status(self) -> int:
        """1 where something broke, 3 where the new result is of a run that could not judge."""
        if self.broke:
            return 1
        return 0 if self.new.verdict in ("conforms", "violates") else 3


def compare(old: Result, new: Result) -> Diff:
    """What changed from `old` to `new`.

    :raises UsageError: where they are of different operations.
    """
    if old.operation != new.operation:
        raise UsageError(f"the old result is of {old.operation} and the new one of {new.operation}")
    before = {rule.id: rule for rule in old.rules}
    after = {rule.id: rule for rule in new.rules}
    found: dict[str, list[Change]] = {}
    for rule_id in dict.fromkeys([*after, *before]):
        was, now = before.get(rule_id), after.get(rule_id)
        meaning = _meaning(was.outcome if was else None, now.outcome if now else None)
        if meaning:
            found.setdefault(meaning, []).append(_change(rule_id, was, now))
    return Diff(old, new, **{meaning: tuple(changes) for meaning, changes in found.items()})


def text(diff: Diff) -> str:
    """The changes, a line each, and the figures of both."""
    blocks = [
        "\n".join([f"{title} ({len(changes)}):", *map(_line, changes)]) for title, changes in _titled(diff) if changes
    ]
    blocks += ["\n".join(f"note: {one_line(each)}" for each in diff.notes)] if diff.notes else []
    blocks.append(f"old  {_verdict(diff.old)}\nnew  {_verdict(diff.new)}")
    return "\n\n".join(blocks) + "\n"


def markdown(diff: Diff) -> str:
    """The same for a comment on a pull request."""
    sign = {0: "✅", 1: "❌"}.get(diff.exit_status, "❔")
    told = ", ".join(f"{len(changes)} {title}" for title, changes in _titled(diff) if changes) or "nothing changed"
    blocks = [
        f"### {sign} `{diff.new.operation}`: {told}",
        f"| | verdict | |\n|---|---|---|\n| old | {_row(diff.old)} |\n| new | {_row(diff.new)} |",
    ]
    for title, changes in _titled(diff):
        if changes:
            rows = [
                f"| `{each.rule}` | {_sign(each.before)} | {_sign(each.after)} | {code(each.message) if each.message else ''} |"
                for each in changes
            ]
            blocks.append("\n".join([f"**{title}**", "", "| rule | old | new | |", "|---|---|---|---|", *rows]))
    blocks += [code(each) for each in diff.notes]
    return "\n\n".join(blocks) + "\n"


#: What a change means, the first that is true.
_MEANINGS: Mapping[str, Callable[[Outcome | None, Outcome | None], bool]] = {
    "broke": lambda before, after: before in _HELD and after in _BROKEN,
    "mended": lambda before, after: before in _BROKEN and after in _HELD,
    "exercised": lambda before, after: before in _UNSEEN and after not in _UNSEEN,
    "unexercised": lambda before, after: before not in _UNSEEN and after in _UNSEEN,
    "other": lambda before, after: before != after and not {before, after} <= _UNSEEN,
}


def _meaning(before: Outcome | None, after: Outcome | None) -> str | None:
    return next((name for name, holds in _MEANINGS.items() if holds(before, after)), None)


def _change(rule_id: str, was: RuleResult | None, now: RuleResult | None) -> Change:
    violated = now.violations[0].message if now and now.violations else ""
    message = violated or (now.reason if now and not now.exercised else None) or ""
    return Change(rule_id, was.outcome if was else None, now.outcome if now else None, message)


def _titled(diff: Diff) -> Iterator[tuple[str, tuple[Change, ...]]]:
    yield "broke", diff.broke
    yield "mended", diff.mended
    yield "newly exercised", diff.exercised
    yield "no longer exercised", diff.unexercised
    yield "changed otherwise", diff.other


def _line(change: Change) -> str:
    told = f": {one_line(change.message)}" if change.message else ""
    return f"  {change.rule}  {change.before or 'no such rule'} -> {change.after or 'no such rule'}{told}"


def _verdict(result: Result) -> str:
    return f"{result.verdict}: {figures(result)}" + (f" ({one_line(result.reason)})" if result.reason else "")


def _row(result: Result) -> str:
    return f"{result.verdict} | {figures(result)}" + (f" {code(result.reason)}" if result.reason else "")


def _sign(outcome: Outcome | None) -> str:
    return f"{SIGNS[outcome]} {outcome}" if outcome else ""
