"""The steps of a reproduction: requests of a trace, with whatever a server gives taken from its own responses."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from keyword import iskeyword
from typing import Any

from ..trace.exchange import Exchange

__all__ = ["MADE", "Given", "Step", "replaced", "variable"]

#: What requests make of the id of a job that was given: in fact, in bash, and in Python.
MADE: Mapping[str, tuple[Callable[[str], str], str, str]] = {
    "": (lambda value: value, "${0}", "{0}"),
    "shorter": (lambda value: value[:-1], "${{{0}%?}}", "{0}[:-1]"),
    "longer": (lambda value: value + value[-1:], "${0}${{{0}: -1}}", "{0} + {0}[-1]"),
}


@dataclass(frozen=True, slots=True)
class Given:
    """A job's id or a token that the response of exchange number `by` gave at the path `output`, there `value`, and what is made of it.

    Without a name it is the token of the response just before.
    """

    by: int
    value: Any
    output: str
    change: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One request, sent again `while_` the job's status is one of these, or so many `times`, after a pause of so many seconds.

    `gives` says which of the response's members later steps take, by the names that they have there: paths.
    """

    exchange: Exchange
    parameters: Mapping[str, Any]
    while_: tuple[str, ...] = ()
    times: int = 1
    pause: float = 0.0
    gives: Mapping[str, str] = field(default_factory=dict)

    @property
    def index(self) -> int:
        """The exchange's number."""
        return self.exchange.index

    @property
    def taken(self) -> list[Given]:
        """What it takes from responses."""
        return [each for each in self.parameters.values() if isinstance(each, Given)]

    @property
    def follows(self) -> bool:
        """Whether it takes the token of the response just before."""
        return any(not each.name for each in self.taken)


def replaced(parameters: Mapping[str, Any], by: Callable[[str, Given], Any]) -> dict[str, Any]:
    """The parameters with something in the place of what is taken from responses."""
    return {name: by(name, each) if isinstance(each, Given) else each for name, each in parameters.items()}


def variable(service: str) -> str:
    """The name of a service's client in Python, and of its function in bash."""
    name = re.sub(r"\W", "_", service)
    return f"{name}_" if iskeyword(name) else name
