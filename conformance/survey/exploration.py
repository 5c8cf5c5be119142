"""Generated request sequences after the fixed survey: listings whose every page is asked for with another MaxItems.

Hypothesis draws the sequences, before anything is asked. What breaks a rule that the survey did not see broken is made smaller, the
fewest requests first and then the smallest numbers, and only the smallest of its kind stays in the trace. No I/O here either.
"""

import random
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ...spec import rule as catalogued
from ..evidence.evidence import Evidence, Report
from ..evidence.listings import goes_on
from ..evidence.responses import Page, view
from ..judge.judge import judge
from ..protocols.base import Protocol
from ..rules import RULES
from ..trace.exchange import Exchange, Trace
from .survey import Ask, Plan, Wait

__all__ = ["Explored", "Walk", "explore", "sizes", "walks"]

#: Nobody reads a report to its end in pages smaller than this.
_SMALL = 16
_LEVELS = ("must", "should", "may")
#: Calls that making one finding smaller may take.
PATIENCE = 400


@dataclass(frozen=True, slots=True)
class Walk:
    """One listing to ask for.

    Under `key`, page after page with these MaxItems (None: without), and on with the last of them to the end where `to_the_end`.
    `again` is the number of a page to ask for once more, with the MaxItems of the first.
    """

    key: str | None
    limits: tuple[int | None, ...]
    to_the_end: bool = True
    again: int | None = None

    @property
    def uniform(self) -> bool:
        """Whether MaxItems never changes."""
        return len(set(self.limits)) == 1


@dataclass(frozen=True, slots=True)
class Explored:
    """How it went: the indexes of exchanges that do not belong in the trace, and how many sequences were asked for."""

    discarded: frozenset[int]
    walked: int


Told = Generator[Ask | Wait, tuple[Exchange, ...], "Explored"]


def sizes(total: int) -> list[int]:
    """Numbers of items where bugs live: the smallest, primes, divisors of the report and their neighbours, and the limits'."""
    primes = [n for n in range(2, 102) if all(n % d for d in range(2, int(n**0.5) + 1))]
    divisors = [n for n in range(2, min(total, 1000) + 1) if total % n == 0]
    near = [n + d for n in (*divisors, total) for d in (-1, 0, 1)]
    found = {1, 2, 3, 4, 8, 10, 16, 32, 50, 64, 128, 99, 100, 101, 999, 1000, *primes, *near}
    return sorted(n for n in found if 1 <= n <= 1000)


def walks(count: int, seed: int, keys: Sequence[str], total: int) -> list[Walk]:
    """Draw `count` sequences, the same for the same arguments. The sizes are dealt out, so that few sequences try many of them."""
    from hypothesis import HealthCheck, Phase, given, seed as seeded, settings, strategies as st

    deck = sizes(total)
    random.Random(seed).shuffle(deck)
    hand = max(3, -(-len(deck) // max(count, 1)))
    drawn: list[Walk] = []
    shapes = st.tuples(
        st.permutations(range(hand)),
        st.lists(st.sampled_from(deck), max_size=2),
        st.booleans(),
        st.sampled_from([None, *keys]),
        st.none() | st.integers(1, hand),
    )

    @seeded(seed)
    @settings(
        max_examples=count,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(shapes)
    def draw(shape: tuple[list[int], list[int], bool, str | None, int | None]) -> None:
        order, extra, falling, key, again = shape
        dealt = [deck[(len(drawn) * hand + place) % len(deck)] for place in order]
        drawn.append(Walk(key, _arranged([*extra, *dealt], total, falling), True, again))

    draw()
    return drawn


def _arranged(numbers: Sequence[int], total: int, falling: bool) -> tuple[int, ...]:
    """The numbers of items as a listing may use them: what swallows the rest of the report comes last.

    Large pages before small ones are worth a try of their own.
    """
    small = [n for n in numbers if n < total]
    if falling:
        small.sort(reverse=True)
    last = [n for n in numbers if n >= total][:1]
    if not last and small and small[-1] < _SMALL:
        last = [max(small)]
    return (*small, *last)


def explore(plan: Plan, protocol: Protocol, surveyed: Sequence[Exchange], count: int, seed: int) -> Told:
    """Walk `count` drawn sequences of the report that the survey read."""
    survey = Evidence(Trace(tuple(surveyed)), protocol, plan.contract)
    report = next(iter(survey.reports), None)
    if report is None or not report.ended or not report.keys:
        return Explored(frozenset(), 0)
    known = _broken(survey)
    sized = [size for size in sizes(len(report.keys)) if size < len(report.keys)]
    explorer = _Explorer(plan, protocol, _reference(survey, report), report.job.id, known, sized)
    drawn = walks(count, seed, [each.value for each in plan.contract.sort], len(report.keys))
    discarded: set[int] = set()
    walked = 0
    for walk in drawn:
        if explorer.over:
            plan.dropped.append(f"exploring stopped after {walked} of {len(drawn)} sequences for lack of time")
            break
        walked += 1
        kept = yield from explorer.try_(walk)
        discarded |= {each.index for each in explorer.asked} - {each.index for each in kept}
        explorer.asked.clear()
    return Explored(frozenset(discarded), walked)


def _broken(evidence: Evidence) -> frozenset[str]:
    return frozenset(each.id for each in judge(evidence) if each.outcome in ("failed", "warned"))


def _reference(survey: Evidence, report: Report) -> tuple[Exchange, ...]:
    """The least of the survey that sequences can be held to: how the report was asked for, and its shortest listing under each key."""
    shortest: dict[str | None, tuple[int, ...]] = {}
    for listing in sorted(report.ended, key=lambda each: len(each.pages)):
        shortest.setdefault(listing.sort_key, listing.exchanges)
    starts = [start.exchange.index for start in report.job.starts]
    wanted = sorted({*starts, *(index for each in shortest.values() for index in each)})
    by_index = {each.index: each for each in survey.trace.exchanges}
    return tuple(by_index[index] for index in wanted)


class _Explorer:
    """What is known while sequences are walked. A sequence that was walked before is not walked again."""

    def __init__(
        self,
        plan: Plan,
        protocol: Protocol,
        reference: tuple[Exchange, ...],
        job_id: str,
        known: frozenset[str],
        sized: Sequence[int],
    ) -> None:
        self.plan, self.protocol, self.law = plan, protocol, plan.contract
        self.reference, self.job_id, self.known, self.sizes = reference, job_id, known, sized
        self.asked: list[Exchange] = []
        self.over = False  # whether the time for the run is nearly so
        self._walked: dict[Walk, tuple[tuple[Exchange, ...], frozenset[str]]] = {}

    def try_(self, walk: Walk) -> Generator[Ask | Wait, tuple[Exchange, ...], tuple[Exchange, ...]]:
        """Walk a sequence; what is returned are the exchanges to keep, those of a smaller sequence where it broke a rule."""
        exchanges, broken = yield from self.walk(walk)
        if not broken:
            return exchanges
        budget = len(self.asked) + PATIENCE
        if not walk.uniform and (broken - self.known or self._may_be_worse(broken)):
            walk, broken = yield from self._alone(walk, broken)
        new = broken - self.known
        if not new:
            return ()  # its smallest of the kind is in the trace already
        target = min(new, key=lambda each: _LEVELS.index(catalogued(each).level))
        walk = yield from self.smaller(walk, target, budget)
        exchanges, broken = yield from self.walk(walk)
        self.known |= broken
        return exchanges

    def _may_be_worse(self, broken: frozenset[str]) -> bool:
        """Whether what broke may come of a `must` that is not known to be broken."""
        grounds = {ground for each in broken for ground in RULES[each].grounds}
        return any(catalogued(each).level == "must" for each in grounds) and not grounds & self.known

    def _alone(
        self, walk: Walk, broken: frozenset[str]
    ) -> Generator[Ask | Wait, tuple[Exchange, ...], tuple[Walk, frozenset[str]]]:
        """MaxItems changed on the way. Does it matter that it did, or does one of the sizes break a `must` by itself?"""
        if any(catalogued(each).level == "must" for each in broken - self.known):
            return walk, broken
        for limit in sorted({each for each in walk.limits if each is not None}, reverse=True):
            alone = Walk(walk.key, (limit,))
            _, breaks = yield from self.walk(alone)
            if any(catalogued(each).level == "must" for each in breaks):
                return alone, breaks
        return walk, broken

    def smaller(self, walk: Walk, target: str, budget: int) -> Generator[Ask | Wait, tuple[Exchange, ...], Walk]:
        """The smallest sequence found that breaks the same rule: a fixed point of simpler candidates, or the end of the budget."""
        best = walk
        best_calls = len((yield from self.walk(best))[0])
        again = True
        while again:
            again = False
            for candidate in _simpler(best, self.sizes):
                if len(self.asked) >= budget or self.over:
                    return best
                exchanges, broken = yield from self.walk(candidate)
                if (
                    target in broken
                    and len(exchanges) <= best_calls
                    and _weight(candidate, exchanges) < _weight(best, None, best_calls)
                ):
                    best, best_calls, again = candidate, len(exchanges), True
                    break
        return best

    def walk(
        self, walk: Walk
    ) -> Generator[Ask | Wait, tuple[Exchange, ...], tuple[tuple[Exchange, ...], frozenset[str]]]:
        """Ask for a sequence, and the rules of the service's half that it breaks beside the reference."""
        if walk not in self._walked:
            exchanges = tuple((yield from self._ask(walk)))
            evidence = Evidence(Trace((*self.reference, *exchanges)), self.protocol, self.law)
            self._walked[walk] = exchanges, _broken(evidence)
        return self._walked[walk]

    def _ask(self, walk: Walk) -> Generator[Ask | Wait, tuple[Exchange, ...], list[Exchange]]:
        law = self.law
        base: dict[str, str | int] = {law.job.id: self.job_id}
        if walk.key is not None:
            base[law.page.sort_key] = walk.key
        exchanges: list[Exchange] = []
        pages: list[Page] = []
        limits = iter(walk.limits)
        limit = next(limits)
        while True:
            asked = dict(base)
            if limit is not None:
                asked[law.page.limit] = limit
            if pages:
                asked[law.page.marker] = pages[-1].next or ""
            page = yield from self._page(asked, exchanges)
            if page is None:
                return exchanges
            pages.append(page)
            if self.over or not goes_on(pages):
                break
            following = next(limits, limit if walk.to_the_end else 0)
            if following == 0:
                break
            limit = following
        if walk.again is not None and walk.again < len(pages) and pages[walk.again - 1].next:
            once_more: dict[str, str | int] = {**base, law.page.marker: pages[walk.again - 1].next or ""}
            if walk.limits[0] is not None:
                once_more[law.page.limit] = walk.limits[0]
            yield from self._page(once_more, exchanges)
        return exchanges

    def _page(
        self, parameters: dict[str, str | int], exchanges: list[Exchange]
    ) -> Generator[Ask | Wait, tuple[Exchange, ...], Page | None]:
        [exchange] = yield Ask(((self.law.operation, parameters),), "exploring")
        exchanges.append(exchange)
        self.asked.append(exchange)
        self.over = self.over or exchange.received > 0.8 * self.plan.timeout
        reading = self.protocol.read(exchange)
        answer = view(reading, self.law) if reading.kind == "result" else None
        return answer if isinstance(answer, Page) else None


def _weight(walk: Walk, exchanges: Sequence[Exchange] | None, calls: int = 0) -> tuple[int, int, int, int]:
    """What makes a sequence smaller: fewer requests, a shorter description, smaller numbers, no sort key."""
    length = len(exchanges) if exchanges is not None else calls
    numbers = sum(1001 if each is None else each for each in walk.limits)
    return length, len(walk.limits) + (walk.again is not None), numbers, int(walk.key is not None)


def _simpler(walk: Walk, larger: Sequence[int]) -> Iterator[Walk]:
    """Candidates that are simpler in one way each, the boldest first. `larger` numbers of items make fewer requests."""
    if walk.again is not None:
        yield replace(walk, again=None)
    if walk.to_the_end:
        yield replace(walk, to_the_end=False)
    yield from (replace(walk, limits=walk.limits[:length]) for length in range(1, len(walk.limits)))
    yield from (
        replace(walk, limits=(*walk.limits[:place], *walk.limits[place + 1 :])) for place in range(len(walk.limits) - 1)
    )
    if walk.to_the_end and walk.uniform:
        size = walk.limits[0] or 1000
        yield from (replace(walk, limits=(more,)) for more in sorted(larger, reverse=True) if more > size)
    if walk.key is not None:
        yield replace(walk, key=None)
    for place, limit in enumerate(walk.limits):
        for less in _less(limit):
            yield replace(walk, limits=(*walk.limits[:place], less, *walk.limits[place + 1 :]))


def _less(limit: int | None) -> Iterable[int]:
    if limit is None:
        return (1, 2, 100)
    steps = [1, 2, 3, limit // 2, limit * 3 // 4, limit - 10, limit - 2, limit - 1]
    return dict.fromkeys(n for n in sorted(steps) if 1 <= n < limit)
