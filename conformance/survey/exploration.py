"""Exploring after the fixed survey: listings whose every page is asked for with another size.

What breaks a rule that the survey did not see broken is made smaller, the fewest requests first and then the smallest numbers, and only
the smallest of its kind stays in the trace. No I/O here either.
"""

from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..evidence.collection import Collection as Listed
from ..evidence.evidence import Evidence
from ..evidence.responses import Page
from ..protocols.base import Protocol
from ..trace.exchange import Exchange, Run, Trace
from ..trace.steps import Forget, Send, Step
from .plan import Asker, Part, Plan
from .sizes import bounds, classes
from .walks import REQUESTS, Pair, Walk, designed, drawn

__all__ = ["Judging", "explore"]

#: Requests that making one finding smaller may take.
PATIENCE = 200
#: A listing of more requests than this makes no finding smaller, and one of more than that is not asked for in search of a worse one.
_LONG, _LONGEST = 24, 150
#: Listings that are judged together. Only where they break something is each judged alone.
_BATCH = 12
_LEVELS = ("must", "should", "may")


@dataclass(frozen=True)
class Judging:
    """How exploring learns what is broken.

    `broken` gives the rules that a trace breaks, each with its level; `breaks` says whether it breaks one rule, which takes less time;
    `explained_by` names the rules that may explain a rule's failure.
    """

    broken: Callable[[Trace], Mapping[str, str]]
    breaks: Callable[[Trace, str], bool]
    explained_by: Callable[[str], Collection[str]]
    level: Callable[[str], str]


def explore(
    plan: Plan, protocol: Protocol, judging: Judging, surveyed: Sequence[Exchange], run: Run, count: int, seed: int
) -> Generator[Step, tuple[Exchange, ...], int]:
    """Read the list or report that the survey read in other pages, about as many requests as `count` stands for.

    What is returned is how many listings were asked for.
    """
    listing = plan.contract.listing
    if listing is None or listing.limit is None:
        return 0
    survey = Evidence(Trace(tuple(surveyed), run=run), protocol, plan.contract)
    listed = next((each for each in survey.collections if each.ended and each.identities), None)
    if listed is None:
        return 0
    total, (low, top) = len(listed.identities), bounds(plan.contract)
    low = min(max(low, plan.minimum_limit), top)
    if total <= low:
        return 0
    whole = [each for each in classes(total, low, top).values() if min(each) < total]
    explorer = _Explorer(
        plan, protocol, judging, survey, listed, run, sorted({n for each in whole for n in each if n < total})
    )
    keys: list[str | None] = [None, *(each.value for each in plan.contract.sort.keys)] if plan.contract.sort else [None]
    walks = designed(seed, keys, total, low, top, _covered(listed, classes(total, low, top)))
    budget, planned = count * REQUESTS, list[Walk]()
    for walk in walks:
        if budget <= 0:
            break
        planned.append(walk)
        budget -= walk.cost(total)
    tried = {limit for walk in planned for limit in walk.limits}
    for walk in drawn(max(budget, 0) // REQUESTS, seed, keys, total, low, top, tried):
        if budget <= 0:
            break
        planned.append(walk)
        budget -= walk.cost(total)
    walked = 0
    while walked < len(planned):
        if explorer.over:
            plan.dropped.append(f"exploring stopped after {walked} of {len(planned)} listings for lack of time")
            break
        batch = planned[walked : walked + _BATCH]
        yield from explorer.try_all(batch)
        walked += len(batch)
    return walked


def _covered(listed: Listed, by_class: Mapping[str, Sequence[int]]) -> frozenset[Pair]:
    """The pairs that the survey's listings have covered."""
    return frozenset(
        (page.sort_key, name, place > 0)
        for each in listed.listings
        for place, page in enumerate(each.pages)
        for name, members in by_class.items()
        if page.limit in members
    )


class _Explorer:
    """What is known while listings are walked. A walk that was done before is not done again."""

    def __init__(
        self,
        plan: Plan,
        protocol: Protocol,
        judging: Judging,
        survey: Evidence,
        listed: Listed,
        run: Run,
        sized: Sequence[int],
    ) -> None:
        self.plan, self.protocol, self.judging, self.run, self.sizes = plan, protocol, judging, run, sized
        self.total = len(listed.identities)
        self.asker = Asker(plan)
        self.reference = _reference(survey, listed)
        self.request = _request(plan, listed)
        self.known = frozenset(judging.broken(survey.trace))
        self.sent = 0
        self._walked: dict[Walk, tuple[tuple[Exchange, ...], frozenset[str]]] = {}
        self._kept: set[int] = set()

    @property
    def over(self) -> bool:
        """Whether the time for the run is nearly so."""
        return self.asker.now > 0.8 * self.plan.timeout

    def try_all(self, walks: Sequence[Walk]) -> Part[None]:
        """Walk these listings. Where they break nothing new together, they are kept; else each is looked at alone."""
        exchanges: dict[Walk, tuple[Exchange, ...]] = {}
        for walk in walks:
            if walk not in exchanges and walk not in self._walked and not self.over:
                exchanges[walk] = tuple((yield from self._ask(walk)))
        everything = tuple(exchange for each in exchanges.values() for exchange in each)
        together = self._breaks(everything, *{walk.key for walk in exchanges})
        for walk, found in exchanges.items():
            self._walked[walk] = found, self._breaks(found, walk.key) if together else together
        if not together:
            self._kept.update(each.index for each in everything)
            return
        for walk in exchanges:
            self._kept.update(each.index for each in (yield from self.try_(walk)))
        yield from self._forget()

    def _forget(self) -> Part[None]:
        """Let go of every exchange that is not kept, unless it shows something that nothing in the trace shows."""
        for walk, (found, broken) in list(self._walked.items()):
            lost = {each.index for each in found} - self._kept
            if lost and not broken - self.known:
                yield Forget(tuple(sorted(lost)))
                self._walked[walk] = (), broken

    def try_(self, walk: Walk) -> Part[tuple[Exchange, ...]]:
        """A listing that was walked; what is returned are the exchanges to keep, those of a smaller one where it broke a rule."""
        exchanges, broken = yield from self.walk(walk)
        if not broken:
            return exchanges
        budget = self.sent + PATIENCE
        if not walk.uniform and (broken - self.known or self._may_be_worse(broken)):
            walk, broken = yield from self._alone(walk, broken)
        new = broken - self.known
        if not new:
            return ()  # its smallest of the kind is in the trace already
        target = min(sorted(new), key=lambda each: _LEVELS.index(self.judging.level(each)))
        walk = yield from self.smaller(walk, target, budget)
        exchanges, broken = yield from self.walk(walk)
        self.known |= broken
        return exchanges

    def _may_be_worse(self, broken: frozenset[str]) -> bool:
        """Whether what is broken may be due to a `must` that is not known to be broken."""
        causes = {cause for each in broken for cause in self.judging.explained_by(each)}
        return any(self.judging.level(each) == "must" for each in causes) and not causes & self.known

    def _alone(self, walk: Walk, broken: frozenset[str]) -> Part[tuple[Walk, frozenset[str]]]:
        """The page size changed on the way. Does that matter, or does one of the sizes break a `must` by itself?"""
        if any(self.judging.level(each) == "must" for each in broken - self.known):
            return walk, broken
        sizes = sorted({each for each in walk.limits if each is not None}, reverse=True)
        for limit in [each for each in sizes if Walk(walk.key, (each,)).cost(self.total) <= _LONGEST]:
            alone = Walk(walk.key, (limit,))
            _, breaks = yield from self.walk(alone)
            if any(self.judging.level(each) == "must" for each in breaks):
                return alone, breaks
        return walk, broken

    def smaller(self, walk: Walk, target: str, budget: int) -> Part[Walk]:
        """The smallest listing found that breaks the same rule: a fixed point of simpler candidates, or the end of the budget."""
        best, tried = walk, {walk}
        best_calls = len((yield from self.walk(best))[0])
        again = True
        while again:
            again = False
            for candidate in _simpler(best, self.sizes):
                if self.sent >= budget or self.over:
                    return best
                if candidate in tried or candidate.cost(self.total) > _LONG:
                    continue
                tried.add(candidate)
                exchanges = tuple((yield from self._ask(candidate)))
                smaller = len(exchanges) <= best_calls and (
                    _weight(candidate, exchanges) < _weight(best, None, best_calls)
                )
                if smaller and self.judging.breaks(self._trace(exchanges, candidate.key), target):
                    best, best_calls, again = candidate, len(exchanges), True
                    self._walked[candidate] = exchanges, self._breaks(exchanges, candidate.key)
                    break
                yield Forget(tuple(each.index for each in exchanges))
        return best

    def walk(self, walk: Walk) -> Part[tuple[tuple[Exchange, ...], frozenset[str]]]:
        """Ask for a listing, and the rules that it breaks beside the reference."""
        if walk not in self._walked:
            exchanges = tuple((yield from self._ask(walk)))
            self._walked[walk] = exchanges, self._breaks(exchanges, walk.key)
        return self._walked[walk]

    def _breaks(self, exchanges: tuple[Exchange, ...], *keys: str | None) -> frozenset[str]:
        return frozenset(self.judging.broken(self._trace(exchanges, *keys)))

    def _trace(self, exchanges: tuple[Exchange, ...], *keys: str | None) -> Trace:
        """The exchanges beside what they are held to: how the job was started, and a listing under each of these keys and under none."""
        reference = {index: each for key in (None, *keys) for index, each in self.reference.get(key, {}).items()}
        return Trace((*(each for _, each in sorted(reference.items())), *exchanges), run=self.run)

    def _ask(self, walk: Walk) -> Part[list[Exchange]]:
        sort = self.plan.contract.sort
        base = dict(self.request) if walk.key is None or sort is None else {**self.request, sort.parameter: walk.key}
        limits = [*walk.limits] if walk.to_the_end else [*walk.limits, None]
        heard: list[Exchange] = []
        pages = yield from _heard(self._pages(base, limits, walk), heard)
        if walk.again is not None and walk.again < len(pages) and pages[walk.again - 1].next:
            again = self.asker.sized(self.asker.onward(base, pages[walk.again - 1]), walk.limits[0])
            yield from _heard(self.asker.page(again, "exploring"), heard)
        self.sent += len(heard)
        return heard

    def _pages(self, base: Mapping[str, Any], limits: Sequence[int | None], walk: Walk) -> Part[list[Page]]:
        most = 10_000 if walk.to_the_end else len(walk.limits)
        return (yield from self.asker.listing(base, limits, "exploring", most))


def _heard(part: Part[Any], heard: list[Exchange]) -> Part[Any]:
    """The same part, with every exchange that is sent to it written down."""
    try:
        step = next(part)
        while True:
            exchanges = yield step
            if isinstance(step, Send):
                heard.extend(exchanges)
            step = part.send(exchanges)
    except StopIteration as end:
        return end.value


def _request(plan: Plan, listed: Listed) -> dict[str, Any]:
    """The parameters of the listings that the survey read, without page size, tokens and sort key."""
    contract = plan.contract
    assert contract.listing is not None
    aside = {contract.listing.limit, *(each.input for each in contract.listing.tokens)}
    aside |= {contract.sort.parameter} if contract.sort else set()
    return {name: value for name, value in listed.pages[0].parameters.items() if name not in aside}


def _reference(survey: Evidence, listed: Listed) -> Mapping[str | None, Mapping[int, Exchange]]:
    """The least of the survey that listings can be held to, by sort key: how the job was started, and the shortest listing.

    Of a list that may change it is the listings without a page size, before and after.
    """
    shortest: dict[str | None, tuple[int, ...]] = {}
    for listing in sorted(listed.ended, key=lambda each: len(each.pages)):
        shortest.setdefault(listing.sort_key, listing.exchanges)
    always = [start.exchange.index for start in listed.job.starts] if listed.job else []
    if not listed.frozen:
        always += [index for each in listed.ended if each.limits == {None} for index in each.exchanges]
    shortest.setdefault(None, next(iter(shortest.values())))
    by_index = {each.index: each for each in survey.trace.exchanges}
    return {key: {index: by_index[index] for index in sorted({*always, *found})} for key, found in shortest.items()}


def _weight(walk: Walk, exchanges: Sequence[Exchange] | None, calls: int = 0) -> tuple[int, int, int, int]:
    """What makes a listing smaller: fewer requests, a shorter description, smaller numbers, no sort key."""
    length = len(exchanges) if exchanges is not None else calls
    numbers = sum(1001 if each is None else each for each in walk.limits)
    return length, len(walk.limits) + (walk.again is not None), numbers, int(walk.key is not None)


def _simpler(walk: Walk, larger: Sequence[int]) -> Iterator[Walk]:
    """Candidates that are simpler in one way each, the boldest first. `larger` page sizes make fewer requests."""
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
