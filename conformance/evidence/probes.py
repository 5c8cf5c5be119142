"""Probes in a trace: requests that break one constraint of the model, paired with the valid ones that they were made from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..protocols.base import Reading
from ..trace.exchange import Exchange

__all__ = ["Probe"]


@dataclass(frozen=True, eq=False)
class Probe:
    """A request whose `member` breaks one `constraint` by its `value`, and the response.

    `proven` says whether the working request that it was made from worked, before and (where it was sent again) after; `reason` why not.
    `clamped`: an out-of-range page size was taken for the nearest one in range, as documentation says that it is.
    """

    reading: Reading
    member: str
    constraint: str
    value: Any
    proven: bool
    reason: str = ""
    clamped: bool = False

    @property
    def exchange(self) -> Exchange:
        """The request and its response."""
        return self.reading.exchange

    @property
    def exchanges(self) -> tuple[int, ...]:
        """The one exchange that holds it."""
        return (self.exchange.index,)

    def asked(self) -> str:
        """How a message names the request."""
        if self.constraint == "required":
            return f"a request without {self.member}"
        if self.constraint == "length":
            return f"{self.member} of {len(str(self.value))} characters"
        shown = repr(self.value)
        return f"{self.member}={shown if len(shown) <= 60 else shown[:57] + '…'}"


def without(exchange: Exchange, member: str) -> Mapping[str, Any]:
    """The request's parameters but for one."""
    return {name: value for name, value in (exchange.parameters or {}).items() if name != member}
