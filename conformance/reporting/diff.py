"""Two results of one implementation: what broke, what was fixed, and what is exercised now that was not before, or no longer.

Only a rule that held before can break. One that was not exercised before and is found broken now is listed as newly exercised:
whoever fixes one failure brings to light what it hid.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...errors import UsageError, counted
from ...options.terminal import PLAIN, Layout
from ..results.result import Outcome, Result, RuleResult
from .common import figures, label, line
from .markdown import SIGNS, code

__all__ = ["Change", "Diff", "Diffs", "compare", "compare_all", "markdown", "text"]

_HELD = frozenset({"passed", "noted"})
_BROKEN = frozenset({"failed", "warned", "known"})
_UNEXERCISED = frozenset({"not-exercised", "indeterminate", None})


@dataclass(frozen=True, slots=True)
class Change:
    """A rule whose outcome is another now; None where a result's catalogue does not have the rule."""

    rule: str
    before: Outcome | None
    after: Outcome | None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Diff:
    """Every rule of one operation that changed, by what that means."""

    old: Result
    new: Result
    broke: tuple[Change, ...] = ()
    fixed: tuple[Change, ...] = ()
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
        return 0 if self.new.judged else 3


@dataclass(frozen=True, slots=True)
class Diffs:
    """The differences of every operation that both results have. `gone` and `added` are operations that only one of them has."""

    diffs: tuple[Diff, ...]
    gone: tuple[str, ...] = ()
    added: tuple[str, ...] = ()

    @property
    def exit_status(self) -> int:
        """1 where something broke, 3 where none of the new results could judge."""
        statuses = [each.exit_status for each in self.diffs]
        if 1 in statuses:
            return 1
        return 0 if 0 in statuses else 3


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


def compare_all(old: Sequence[Result], new: Sequence[Result]) -> Diffs:
    """What changed from `old` to `new`, operation by operation.

    :raises UsageError: where they have no operation in common.
    """
    before, after = ({each.operation: each for each in results} for results in (old, new))
    common = [each for each in after if each in before]
    if not common:
        raise UsageError(f"the old result is of {_names(before)} and the new one of {_names(after)}")
    return Diffs(
        tuple(compare(before[each], after[each]) for each in common),
        tuple(each for each in before if each not in after),
        tuple(each for each in after if each not in before),
    )


def text(found: Diffs, layout: Layout = PLAIN) -> str:
    """The changes, a line each, and the figures of both. Of several operations those without a change are named together."""
    several = len(found.diffs) > 1
    same = [each.new.operation for each in found.diffs if several and not _changes(each)]
    shown = [each for each in found.diffs if each.new.operation not in same]
    blocks = ["\n".join(block) for each in shown for block in _text(each, layout, several=several)]
    ends = [*([f"no rule changed in {_names(same)}"] if same else []), *_absent(found)]
    blocks += ["\n".join(line for each in ends for line in layout.wrap(each, first=""))] if ends else []
    return "\n\n".join(blocks) + "\n"


def markdown(found: Diffs) -> str:
    """The same for a comment on a pull request."""
    blocks = [block for each in found.diffs for block in _markdown(each)]
    blocks += [code(each) for each in _absent(found)]
    return "\n\n".join(blocks) + "\n"


def _text(diff: Diff, layout: Layout, *, several: bool) -> Iterator[list[str]]:
    titled = _changes(diff)
    if several:
        yield [f"── {diff.new.operation}"]
    for title, changes in titled:
        lines = [each for change in changes for each in layout.wrap(_line(change, diff.new), indent=6, first="  ")]
        yield [f"{layout.paint(title, title)} ({len(changes)}):", *lines]
    if diff.notes:
        yield [each for note in diff.notes for each in layout.wrap(line(note), first="note: ")]
    yield [*_figures("old", diff.old, layout), *_figures("new", diff.new, layout)]


def _figures(which: str, result: Result, layout: Layout) -> list[str]:
    first, *more = layout.wrap(_verdict(result), indent=5, first=f"{which}  ")
    return [first.replace(result.verdict, layout.paint(result.verdict, result.verdict), 1), *more]


def _markdown(diff: Diff) -> Iterator[str]:
    sign = {0: "✅", 1: "❌"}.get(diff.exit_status, "❔")
    titled = _changes(diff)
    changed = ", ".join(f"{len(changes)} {title}" for title, changes in titled) or "nothing changed"
    yield f"### {sign} `{diff.new.operation}`: {changed}"
    yield f"| | verdict | |\n|---|---|---|\n| old | {_row(diff.old)} |\n| new | {_row(diff.new)} |"
    for title, changes in titled:
        rows = [
            f"| `{each.rule}` | {_sign(each.before)} | {_sign(each.after)} | {code(each.message) if each.message else ''} |"
            for each in changes
        ]
        yield "\n".join([f"**{title}**", "", "| rule | old | new | |", "|---|---|---|---|", *rows])
    yield from (code(each) for each in diff.notes)


def _absent(found: Diffs) -> Iterator[str]:
    for names, which in ((found.gone, "old"), (found.added, "new")):
        if names:
            verb = "is" if len(names) == 1 else "are"
            yield f"only the {which} result has {_names(names)}, which {verb} not compared"


def _names(operations: Iterable[str]) -> str:
    names = list(operations)
    return ", ".join(names) if len(names) <= 5 else f"{', '.join(names[:5])} and {counted(len(names) - 5, 'other')}"


#: What a change means, the first that is true.
_MEANINGS: Mapping[str, Callable[[Outcome | None, Outcome | None], bool]] = {
    "broke": lambda before, after: before in _HELD and after in _BROKEN,
    "fixed": lambda before, after: before in _BROKEN and after in _HELD,
    "exercised": lambda before, after: before in _UNEXERCISED and after not in _UNEXERCISED,
    "unexercised": lambda before, after: before not in _UNEXERCISED and after in _UNEXERCISED,
    "other": lambda before, after: before != after and not {before, after} <= _UNEXERCISED,
}


def _meaning(before: Outcome | None, after: Outcome | None) -> str | None:
    return next((name for name, holds in _MEANINGS.items() if holds(before, after)), None)


def _change(rule_id: str, was: RuleResult | None, now: RuleResult | None) -> Change:
    violated = now.violations[0].message if now and now.violations else ""
    message = violated or (now.reason if now and not now.exercised else None) or ""
    return Change(rule_id, was.outcome if was else None, now.outcome if now else None, message)


def _changes(diff: Diff) -> list[tuple[str, tuple[Change, ...]]]:
    """The kinds of changes that there are, under their titles."""
    titled = {
        "broke": diff.broke,
        "fixed": diff.fixed,
        "newly exercised": diff.exercised,
        "no longer exercised": diff.unexercised,
        "changed otherwise": diff.other,
    }
    return [(title, changes) for title, changes in titled.items() if changes]


def _line(change: Change, new: Result) -> str:
    """One change. What is the same for every rule, because the target could not be judged, is said once, at the end."""
    message = f": {line(change.message)}" if change.message and change.message != new.reason else ""
    return f"{change.rule}  {change.before or 'no such rule'} -> {change.after or 'no such rule'}{message}"


def _verdict(result: Result) -> str:
    return f"{result.verdict}: {figures(result)}" + (f" ({why})" if (why := label(result)) else "")


def _row(result: Result) -> str:
    return f"{result.verdict} | {figures(result)}" + (f" {code(why)}" if (why := label(result)) else "")


def _sign(outcome: Outcome | None) -> str:
    return f"{SIGNS[outcome]} {outcome}" if outcome else ""
