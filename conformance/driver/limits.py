"""What judging one operation may cost at most."""

from dataclasses import dataclass, replace

__all__ = ["JUDGING", "Limits", "elements", "weight"]

#: What an element of a response takes in memory once it is read, in bytes, and to judge, in seconds: measured, on the safe side.
_BYTES, _SECONDS = 250, 6e-6
#: How many times as long as reading the responses judging them takes at most: on a slow machine both take longer.
JUDGING = 4.5


@dataclass(frozen=True, slots=True)
class Limits:
    """Times in seconds, sizes in bytes. `throttles` is how often a throttled request is sent again.

    `max_body` and `max_elements` limit one response, `max_total` everything that is kept of the run. `pace` is the time from one request
    to the next; it doubles, up to `slowest`, whenever the service throttles. `wait` is how long an endpoint may take to come up.
    """

    timeout: float = 120.0
    read_timeout: float = 10.0
    max_body: int = 16 * 2**20
    max_elements: int = 100_000
    max_total: int = 64 * 2**20
    calls: int = 4000
    throttles: int = 8
    lost_in_a_row: int = 3
    pace: float = 0.0
    slowest: float = 8.0
    wait: float = 0.0

    def towards_aws(self) -> "Limits":
        """For AWS itself: two requests a second, and no more of them than a survey of its longest reports takes."""
        return replace(self, pace=0.5, calls=100)


def elements(body: bytes) -> int:
    """About how many elements or values a body holds, whatever it is, without reading it."""
    if body.lstrip()[:1] in (b"{", b"["):
        return body.count(b",") + body.count(b"{") + body.count(b"[")
    return body.count(b"<") // 2 + body.count(b'="')


def weight(body: bytes, held: int) -> tuple[int, float]:
    """What a body with so many elements takes in memory, in bytes, and to judge, in seconds."""
    return len(body) + held * _BYTES, held * _SECONDS
