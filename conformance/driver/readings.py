"""A protocol that reads each exchange once, and that can forget."""

import time

from ..protocols.base import Protocol, Reading, Remembering
from ..trace.exchange import Exchange

__all__ = ["Readings"]


class Readings(Remembering):
    """`forget` lets go of exchanges that no finding needs, so that memory stays bounded however long a run lasts."""

    def __init__(self, protocol: Protocol) -> None:
        super().__init__(protocol)
        self._by_index: dict[int, Exchange] = {}
        #: How many seconds reading took until now.
        self.seconds = 0.0

    def read(self, exchange: Exchange) -> Reading:
        """As the protocol does, or did."""
        self._by_index[exchange.index] = exchange
        began = time.perf_counter()
        reading = super().read(exchange)
        self.seconds += time.perf_counter() - began
        return reading

    def peek(self, exchange: Exchange) -> Reading:
        """Read an exchange that is not kept as it is."""
        return self._protocol.read(exchange)

    def forget(self, index: int) -> None:
        """Let go of the exchange with this number."""
        exchange = self._by_index.pop(index, None)
        if exchange is not None:
            self._read.pop(id(exchange), None)
