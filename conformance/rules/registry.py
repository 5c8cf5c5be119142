"""How a rule is written: a generator over one kind of evidence, which its only parameter's annotation names.

It yields a `Check` for each thing that could have gone wrong. A rule that yielded none was not exercised. Rules know neither how
the evidence was got nor who reads the findings.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from ...spec import rule as catalogued

__all__ = ["KEPT", "RULES", "Check", "RuleFunction", "broken", "rule", "settled", "unknown"]


@dataclass(frozen=True, slots=True)
class Check:
    """One look at one thing: `kept`, `broken`, or `unknown` where something stood in the way (`message` says what).

    `exchanges` are the ones to show; None means those of the evidence.
    """

    state: Literal["kept", "broken", "unknown"]
    message: str = ""
    expected: str | None = None
    actual: str | None = None
    path: str | None = None
    exchanges: tuple[int, ...] | None = None


KEPT = Check("kept")


def broken(
    message: str,
    *,
    expected: object = None,
    actual: object = None,
    path: str | None = None,
    exchanges: tuple[int, ...] | None = None,
) -> Check:
    """A breach: what is wrong in one sentence, what was expected, what came, and where."""
    return Check("broken", message, _text(expected), _text(actual), path, exchanges)


def unknown(reason: str) -> Check:
    """Something that could not be judged, and why."""
    return Check("unknown", reason)


def settled(attempts: Iterable[Check]) -> Iterator[Check]:
    """Attempts at one thing: those that something stood in the way of count only where no other told."""
    checks = list(attempts)
    yield from [each for each in checks if each.state != "unknown"] or checks


def _text(value: object) -> str | None:
    return None if value is None else str(value)


@dataclass(frozen=True, slots=True)
class RuleFunction:
    """A rule's check: over which `kind` of evidence, what it `needs` to be exercised, and its `grounds`.

    Grounds are rules whose breach in the same exchanges leaves this one nothing to stand on: a list that
    was cut short by a missing marker says nothing about what the report holds.
    """

    id: str
    kind: str
    needs: str
    grounds: tuple[str, ...]
    check: Callable[[Any], Iterator[Check]]


#: Every rule of the service's half, by id.
RULES: dict[str, RuleFunction] = {}

F = TypeVar("F", bound=Callable[[Any], Iterator[Check]])


def rule(rule_id: str, *, needs: str, grounds: tuple[str, ...] = ()) -> Callable[[F], F]:
    """Register a function as the check of a catalogued rule.

    `needs` completes the sentence "not exercised: it needs …".
    """
    catalogued(rule_id)  # a rule without a basis and a source is none

    def register(function: F) -> F:
        [kind] = (each for name, each in function.__annotations__.items() if name != "return")
        RULES[rule_id] = RuleFunction(rule_id, kind.__name__, needs, grounds, function)
        return function

    return register
