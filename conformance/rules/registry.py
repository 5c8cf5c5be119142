"""How a rule is written: a generator over one kind of evidence, which its only parameter's annotation names.

It yields a `Check` for each thing that could have gone wrong. A rule that yielded none was not exercised. Rules know neither where the
evidence comes from nor who reads the findings. To which operations a rule applies is in the catalogue.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from ...spec.catalogue import Level, rules as catalogue

__all__ = [
    "KEPT",
    "RULES",
    "Check",
    "RuleFunction",
    "broken",
    "expect",
    "idle",
    "kept",
    "rule",
    "settled",
    "unknown",
    "warned",
]


@dataclass(frozen=True, slots=True)
class Check:
    """One look at one thing: `kept`, `broken`, `unknown` where something prevented it, or `idle` where it proved nothing.

    `message` says what is broken, what prevented it, or why it proved nothing. What is kept may be so many `times`.

    `exchanges` are the ones to show; None means those of the evidence. `level` is how much a violation weighs, where that is less than
    the rule's own level. `because` names a rule whose violation this one is only another sign of, wherever that one was seen.
    """

    state: Literal["kept", "broken", "unknown", "idle"]
    message: str = ""
    expected: str | None = None
    actual: str | None = None
    path: str | None = None
    exchanges: tuple[int, ...] | None = None
    level: Level | None = None
    because: str | None = None
    times: int = 1


KEPT = Check("kept")


def kept(times: int) -> Iterator[Check]:
    """So many things that could have gone wrong and did not."""
    if times > 0:
        yield Check("kept", times=times)


def expect(
    holds: bool,
    message: str,
    *,
    expected: object = None,
    actual: object = None,
    path: str | None = None,
    exchanges: tuple[int, ...] | None = None,
    because: str | None = None,
) -> Check:
    """A check that holds or is a violation: what is wrong in one sentence, what was expected, what came, and where."""
    if holds:
        return KEPT
    return Check("broken", message, _text(expected), _text(actual), path, exchanges, because=because)


def broken(
    message: str,
    *,
    expected: object = None,
    actual: object = None,
    path: str | None = None,
    exchanges: tuple[int, ...] | None = None,
    because: str | None = None,
) -> Check:
    """A violation."""
    return expect(False, message, expected=expected, actual=actual, path=path, exchanges=exchanges, because=because)


def warned(message: str, *, expected: object, actual: object, exchanges: tuple[int, ...]) -> Check:
    """A violation that is only worth a warning, whatever the rule's level is."""
    return Check("broken", message, _text(expected), _text(actual), None, exchanges, "should")


def unknown(reason: str) -> Check:
    """Something that could not be judged, and why."""
    return Check("unknown", reason)


def idle(reason: str) -> Check:
    """Something that looked like evidence and proves nothing, and why: the reason where the rule was not exercised."""
    return Check("idle", reason)


def settled(attempts: Iterable[Check]) -> Iterator[Check]:
    """Attempts at one thing: those that something prevented count only where no other one succeeded."""
    checks = list(attempts)
    yield from [each for each in checks if each.state != "unknown"] or checks


def _text(value: object) -> str | None:
    return None if value is None else str(value)


@dataclass(frozen=True, slots=True)
class RuleFunction:
    """A rule's check: over which `kind` of evidence, what it `needs` to be exercised, and the rules that explain its violations.

    A violation is `suppressed_by` another rule that is broken in the same exchanges or, unless the rule is `narrow`, anywhere in the
    same listing or collection: a list that was cut short by a missing token says nothing about what the report holds. `needs` is a
    template over the contract.
    """

    id: str
    kind: str
    needs: str
    suppressed_by: tuple[str, ...]
    check: Callable[[Any], Iterator[Check]]
    narrow: bool = False


#: Every rule for services that has a function of its own, by id.
RULES: dict[str, RuleFunction] = {}

_CATALOGUED = frozenset(each.id for each in catalogue())

F = TypeVar("F", bound=Callable[[Any], Iterator[Check]])


def rule(rule_id: str, *, needs: str, suppressed_by: tuple[str, ...] = (), narrow: bool = False) -> Callable[[F], F]:
    """Register a function as the check of a catalogued rule.

    `needs` completes the sentence "not exercised: it needs …".
    """
    if rule_id not in _CATALOGUED:  # a rule has a basis and a source
        raise KeyError(rule_id)

    def register(function: F) -> F:
        [kind] = (each for name, each in function.__annotations__.items() if name != "return")
        RULES[rule_id] = RuleFunction(rule_id, kind.__name__, needs, suppressed_by, function, narrow)
        return function

    return register
