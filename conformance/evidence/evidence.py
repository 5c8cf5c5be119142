"""What a trace shows, cut into the kinds of thing that rules speak of.

Each kind is computed once, when a rule first asks for it, by a pure function of the trace. Every piece names the `exchanges`
that it rests on.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ...spec.legacy import Contract
from ..protocols.base import Protocol, Reading
from ..trace.exchange import Exchange, Trace
from .invalid_requests import Breach, breaches, unissued_job_id
from .listings import Listing, chain
from .responses import Answer, Page, view
from .schema_errors import Flaw, flaws

__all__ = ["Document", "Evidence", "Job", "Probe", "Report", "Start"]


@dataclass(frozen=True)
class Document:
    """One result of either operation as JSON, and where it departs from the operation's derived schema."""

    reading: Reading
    flaws: tuple[Flaw, ...]
    checked: Mapping[str, int]

    @property
    def exchanges(self) -> tuple[int, ...]:
        """The one exchange that holds it."""
        return (self.reading.exchange.index,)


@dataclass(frozen=True)
class Start:
    """One answered request for a report: for which `entity` and `policy`, and the `job_id` given, if one was."""

    reading: Reading
    entity: str | None
    policy: str | None
    job_id: str | None
    valid: bool

    @property
    def exchange(self) -> Exchange:
        """The exchange that this is a view of."""
        return self.reading.exchange

    @property
    def exchanges(self) -> tuple[int, ...]:
        """The one exchange that holds it."""
        return (self.exchange.index,)


@dataclass(frozen=True)
class Job:
    """All answers about one job, in the order in which they were asked for; `ordered` where that order is known."""

    id: str
    starts: tuple[Start, ...]
    answers: tuple[Answer, ...]
    ordered: bool = True

    @property
    def exchanges(self) -> tuple[int, ...]:
        """Every exchange about the job."""
        indexes = [each.exchange.index for each in self.starts] + [each.exchange.index for each in self.answers]
        return tuple(sorted(set(indexes)))

    def pairs(self) -> Iterator[tuple[Answer, Answer]]:
        """Each answer with the nearest one that was asked for after it had come."""
        for place, later in enumerate(self.answers):
            for earlier in reversed(self.answers[:place]):
                if earlier.exchange.before(later.exchange):
                    yield earlier, later
                    break


@dataclass(frozen=True)
class Report:
    """One finished report: the job's pages and the listings that they make, and the `entity` that it is on, where known."""

    job: Job
    pages: tuple[Page, ...]
    listings: tuple[Listing, ...]
    entity: str | None

    @property
    def exchanges(self) -> tuple[int, ...]:
        """Every page's exchange."""
        return tuple(page.exchange.index for page in self.pages)

    @cached_property
    def ended(self) -> tuple[Listing, ...]:
        """The listings that came to their end."""
        return tuple(listing for listing in self.listings if listing.end == "ended")

    @cached_property
    def keys(self) -> frozenset[str]:
        """Every service that any listing which came to its end shows."""
        return frozenset(key for listing in self.ended for key in listing.keys)


@dataclass(frozen=True)
class Probe:
    """A request that breaks one thing, its answer, and the working request that it was made from.

    `proven` says whether that one worked, before and (where it was asked again) after; `reason` why not.
    """

    reading: Reading
    breach: Breach
    value: object
    proven: bool
    reason: str = ""

    @property
    def exchange(self) -> Exchange:
        """The request and its answer."""
        return self.reading.exchange

    @property
    def exchanges(self) -> tuple[int, ...]:
        """The one exchange that holds it."""
        return (self.exchange.index,)

    @property
    def refused(self) -> bool:
        """Whether the request was refused as one should be: an error envelope under a 4xx status."""
        return self.reading.kind == "error" and 400 <= (self.exchange.status or 0) < 500


class Evidence:
    """Everything that rules can be asked about, out of one trace.

    `joined` says that answers whose requests are unknown are the pages of one listing, in the order given.
    """

    def __init__(self, trace: Trace, protocol: Protocol, contract: Contract, *, joined: bool = False) -> None:
        self.trace = trace
        self.contract = contract
        self.joined = joined
        #: Every exchange, read. What never reached the service's own code is no evidence about it.
        self.readings: tuple[Reading, ...] = tuple(protocol.read(exchange) for exchange in trace.exchanges)

    @property
    def exchanges(self) -> tuple[int, ...]:
        """Every exchange."""
        return tuple(exchange.index for exchange in self.trace.exchanges)

    def of(self, kind: str) -> Sequence[Any]:
        """The pieces of one kind, by the kind's name."""
        pieces: Sequence[Any] = (self,) if kind == "Evidence" else getattr(self, _KINDS[kind])
        return pieces

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """Every result."""
        return tuple(Document(each, *flaws(each)) for each in self.readings if each.kind == "result")

    @cached_property
    def starts(self) -> tuple[Start, ...]:
        """Every answered request for a report."""
        roles = self.contract.start
        return tuple(
            Start(
                each,
                _text((each.exchange.parameters or {}).get(roles.entity)),
                _text((each.exchange.parameters or {}).get(roles.policy)),
                _text(each.members.get(roles.job_id)),
                self._lawful(each.exchange),
            )
            for each in self.readings
            if self._is_start(each) and each.kind in ("result", "error")
        )

    @cached_property
    def known_jobs(self) -> frozenset[str]:
        """The JobIds that were given, or that the first valid request used: any other is a unissued's."""
        given = {start.job_id for start in self.starts if start.job_id and start.valid}
        asked = {
            str(each.exchange.parameters.get(self.contract.job.id, ""))
            for each in self._reads
            if each.exchange.parameters
        }
        return frozenset(given or asked - {unissued_job_id(job) for job in asked}) - {""}

    @cached_property
    def _reads(self) -> tuple[Reading, ...]:
        """Every exchange of the operation that reads a report, whose request is valid or unknown."""
        return tuple(
            each
            for each in self.readings
            if each.exchange.operation == self.contract.operation and self._lawful(each.exchange)
        )

    @cached_property
    def answers(self) -> tuple[Answer, ...]:
        """Every result about a known job to a valid request."""
        return tuple(
            view(each, self.contract, self._stand_in(each))
            for each in self._reads
            if each.kind == "result" and self._known(each)
        )

    def _known(self, reading: Reading) -> bool:
        parameters = reading.exchange.parameters
        return parameters is None or parameters.get(self.contract.job.id) in self.known_jobs

    def _stand_in(self, reading: Reading) -> str | None:
        if reading.exchange.parameters is not None:
            return None
        return "joined" if self.joined else f"file {reading.exchange.index + 1}"

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """Every answer of a job that succeeded."""
        return tuple(answer for answer in self.answers if isinstance(answer, Page))

    @cached_property
    def jobs(self) -> tuple[Job, ...]:
        """Every known job that something was answered about."""
        ids = dict.fromkeys(answer.job_id for answer in self.answers)
        return tuple(
            Job(
                job,
                tuple(start for start in self.starts if start.job_id == job),
                tuple(answer for answer in self.answers if answer.job_id == job),
            )
            for job in ids
        )

    @cached_property
    def reports(self) -> tuple[Report, ...]:
        """Every report of which a page was seen."""
        return tuple(self._report(job) for job in self.jobs if any(isinstance(answer, Page) for answer in job.answers))

    def _report(self, job: Job) -> Report:
        pages = tuple(answer for answer in job.answers if isinstance(answer, Page))
        steps = [each for each in self._reads if self._job_of(each) == job.id]
        listings = chain(steps, pages, self.contract, joined=self.joined)
        entities = {start.entity for start in job.starts if start.valid}
        entity = entities.pop() if len(entities) == 1 else None
        return Report(job, pages, listings, entity)

    def _job_of(self, reading: Reading) -> str:
        stand_in = self._stand_in(reading)
        return (
            stand_in if stand_in is not None else str((reading.exchange.parameters or {}).get(self.contract.job.id, ""))
        )

    @cached_property
    def listings(self) -> tuple[Listing, ...]:
        """Every listing of every report."""
        return tuple(listing for report in self.reports for listing in report.listings)

    @cached_property
    def probes(self) -> tuple[Probe, ...]:
        """Every request that breaks one thing, as it was answered when it was last asked."""
        last = {
            (each.exchange.operation, *sorted((each.exchange.parameters or {}).items())): each
            for each in self.readings
            if self._breach(each.exchange) is not None
        }
        return tuple(self._probe(each, broken) for each in last.values() if (broken := self._breach(each.exchange)))

    @cached_property
    def _breaches(self) -> Mapping[int, tuple[Breach, ...]]:
        """What each request breaks, by its exchange's index.

        A JobId or a Marker that the target gave is never held against the request that brings it back, whatever it is like.
        """
        law = self.contract
        given: dict[str, set[str | None]] = {law.job.id: set(), law.page.marker: set()}
        for reading in self.readings:
            if self._is_start(reading):
                given[law.job.id].add(_text(reading.members.get(law.start.job_id)))
            else:
                given[law.page.marker].add(_text(reading.members.get(law.page.next)))
        return {
            each.index: tuple(
                (member, keyword)
                for member, keyword in breaches(each.operation, each.parameters or {})
                if keyword == "required" or (each.parameters or {}).get(member) not in given.get(member, ())
            )
            for each in self.trace.exchanges
            if each.parameters is not None
        }

    def _is_start(self, reading: Reading) -> bool:
        return reading.exchange.operation == self.contract.start.operation

    def _lawful(self, exchange: Exchange) -> bool:
        """Whether the request breaks nothing, or is not known."""
        return not self._breaches.get(exchange.index)

    def _breach(self, exchange: Exchange) -> Breach | None:
        """The one thing that the request breaks; None where it breaks nothing, or several."""
        found = self._breaches.get(exchange.index, ())
        return found[0] if len(found) == 1 else None

    def _probe(self, reading: Reading, broken: Breach) -> Probe:
        """Pair the request with valid ones that differ from it in the broken member alone."""
        member = broken[0]
        exchange = reading.exchange
        rest = _without(exchange, member)
        siblings = [
            each
            for each in self.readings
            if each.exchange.operation == exchange.operation
            and each.exchange.parameters is not None
            and each is not reading
            and _without(each.exchange, member) == rest
            and self._lawful(each.exchange)
        ]
        if member == self.contract.job.id:
            siblings = [each for each in siblings if self._known(each)]
        worked = [each for each in siblings if each.kind == "result" and each.exchange.before(exchange)]
        later = next((each for each in siblings if exchange.before(each.exchange)), None)
        value = (exchange.parameters or {}).get(member)
        if not worked:
            return Probe(reading, broken, value, False, "the request that it was made from did not work either")
        if later is not None and later.kind == "error" and exchange.operation == self.contract.operation:
            return Probe(reading, broken, value, False, "the request that it was made from was refused too, afterwards")
        return Probe(reading, broken, value, True)


def _without(exchange: Exchange, member: str) -> dict[str, Any]:
    return {name: value for name, value in (exchange.parameters or {}).items() if name != member}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


_KINDS = {
    "Reading": "readings",
    "Document": "documents",
    "Start": "starts",
    "Answer": "answers",
    "Page": "pages",
    "Job": "jobs",
    "Report": "reports",
    "Listing": "listings",
    "Probe": "probes",
}
