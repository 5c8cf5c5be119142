"""What a survey works with, and how its steps send requests."""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from ...spec.contract import Contract
from ..evidence.listings import may_continue
from ..evidence.responses import Page, next_parameters, view
from ..protocols.base import Reading
from ..trace.exchange import Exchange, Parameters
from ..trace.steps import Request, Send, Step

__all__ = ["Asker", "Part", "Plan"]

T = TypeVar("T")

#: A part of a survey: it is sent exchanges, and returns what it learnt.
Part = Generator[Step, tuple[Exchange, ...], T]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a survey is to work with.

    `parameters` are sent with every request of the operation. `made` are the identities of items that were created for it, `filter`
    narrows a listing to them, and `settle` is how many seconds they have to appear. For a job: `subject` is what the report is to be about
    (`made_up` where nobody named it) with `options`, or `job_id` is a finished report to read instead. `services` is the contract of the
    operation that lists the services of the same report, where one of them has to be named. `one_report` keeps the survey from starting
    any job but the first. `poll_interval` and `timeout` are seconds. `dropped` collects what the survey left out.
    """

    contract: Contract
    read: Callable[[Exchange], Reading]
    subject: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    made_up: bool = False
    job_id: str | None = None
    services: Contract | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    made: tuple[str, ...] = ()
    filter: Mapping[str, Any] = field(default_factory=dict)
    minimum_limit: int = 1
    settle: float = 10.0
    poll_interval: float = 0.2
    timeout: float = 120.0
    one_report: bool = False
    dropped: list[str] = field(default_factory=list)

    @property
    def hint(self) -> str:
        """What to do where the target refuses what nobody named."""
        job = self.contract.job
        if job is None or not self.made_up:
            return ""
        option = "--entity-path" if job.start.subject == "EntityPath" else f"--{job.start.subject.lower()}"
        return f"{self.subject} is made up; name one that the target has with {option}"


class Asker:
    """Sends the requests of a survey, counts them, and reads what comes."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.contract = plan, plan.contract
        self.calls = 0
        #: When the last exchange ended, in seconds since the run began.
        self.now = 0.0
        #: Every token that the target gave, as one text each.
        self.issued: set[str] = set()
        #: Whether any response has shown that the operation exists.
        self.answered = False

    def ask(self, requests: Iterable[Request], doing: str) -> Part[list[Reading]]:
        """Send requests that may overlap."""
        batch = tuple(requests)
        exchanges = yield Send(batch, doing)
        self.calls += len(exchanges)
        self.now = max([self.now, *(each.received for each in exchanges)])
        readings = [self.plan.read(each) for each in exchanges]
        self.answered = self.answered or any(
            each.kind == "result" and each.exchange.operation == self.contract.operation for each in readings
        )
        return readings

    def get(self, parameters: Parameters, doing: str) -> Part[Reading]:
        """Send one request of the operation that is judged."""
        [reading] = yield from self.ask([(self.contract.operation, parameters)], doing)
        return reading

    def start(self, parameters: Parameters, doing: str) -> Part[Reading]:
        """Send one request that starts a job."""
        assert self.contract.job is not None
        [reading] = yield from self.ask([(self.contract.job.start.operation, parameters)], doing)
        return reading

    def page(self, parameters: Parameters, doing: str) -> Part[Page | None]:
        """One page of a listing; None where none came."""
        return self.as_page((yield from self.get(parameters, doing)))

    def as_page(self, reading: Reading) -> Page | None:
        """The page that a reading holds."""
        found = view(reading, self.contract) if reading.kind == "result" else None
        if not isinstance(found, Page):
            return None
        self.issued.update([found.next] if found.next else [])
        return found

    def sized(self, request: Parameters, limit: int | None) -> dict[str, Any]:
        """The request with a page size; None is without."""
        listing = self.contract.listing
        if limit is None or listing is None or listing.limit is None:
            return dict(request)
        return {**request, listing.limit: str(limit) if listing.limit_is_text else limit}

    def onward(self, request: Parameters, page: Page) -> dict[str, Any]:
        """The request that continues a page: the same with its token or, where the operation wants that, the token alone."""
        listing = self.contract.listing
        alone = listing is not None and "token-alone" in listing.exceptions
        return {**({} if alone else request), **next_parameters(page)}

    def follow(
        self,
        request: Parameters,
        pages: Sequence[Page],
        limit: int | None,
        first_limits: Sequence[int | None] = (),
        most: int = 10_000,
        doing: str = "reading pages",
    ) -> Part[list[Page]]:
        """Read a listing to its end, as long as it goes on validly and up to so many pages."""
        found, limits = list(pages), list(first_limits)
        while may_continue(found) and len(found) < most:
            size = limits.pop(0) if limits else limit
            page = yield from self.page(self.sized(self.onward(request, found[-1]), size), doing)
            if page is None:
                break
            found.append(page)
        return found

    def listing(
        self, request: Parameters, limits: Sequence[int | None], doing: str = "reading pages", most: int = 10_000
    ) -> Part[list[Page]]:
        """A listing from its first page on, whose pages have these sizes, the last of them to the end."""
        first = yield from self.page(self.sized(request, limits[0]), doing)
        if first is None:
            return []
        return (yield from self.follow(request, [first], limits[-1], limits[1:-1], most, doing))
