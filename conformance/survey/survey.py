"""The fixed plan: which requests to make to learn all that one report can tell.

It is written without I/O: a generator that yields `Ask` and `Wait` and is sent exchanges, so that any driver can run it and a test
can play the service by hand. It spends calls as if they were money: one report is made, and read once for each thing there is to learn.
"""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

from ...spec.legacy import Contract
from ..evidence.invalid_requests import unissued_entity, unissued_job_id, unissued_marker
from ..evidence.listings import goes_on
from ..evidence.responses import Answer, Page, view
from ..protocols.base import Reading
from ..trace.exchange import Exchange, Parameters
from . import refusals as outcomes
from .refusals import Outcome

__all__ = ["Ask", "Plan", "Request", "Steps", "Wait", "survey"]

Request = tuple[str, Parameters]


@dataclass(frozen=True, slots=True)
class Ask:
    """Requests that may overlap; what is sent back are their exchanges, in the same order."""

    requests: tuple[Request, ...]
    doing: str = ""


@dataclass(frozen=True, slots=True)
class Wait:
    """A pause in seconds; an empty tuple is sent back."""

    seconds: float


Steps = Generator[Ask | Wait, tuple[Exchange, ...], "Outcome"]

#: Calls that listings may take after the first one, where a target's pages are as full as they can be.
LISTINGS = 26
#: The length of a JobId.
_JOB_ID = 36
#: How often an answered JobId may be unknown to the service before that is taken for its answer.
PATIENCE = 3


@dataclass(frozen=True, slots=True)
class Plan:
    """What a survey is to work with.

    `entity` is the path to report on and `made_up` says that nobody named it; `job_id` is a finished report to read instead.
    `poll_interval` and `timeout` are seconds. `one_report` keeps it from asking for any report but the first.
    """

    contract: Contract
    read: Callable[[Exchange], Reading]
    entity: str
    made_up: bool = False
    job_id: str | None = None
    poll_interval: float = 0.2
    timeout: float = 120.0
    one_report: bool = False
    dropped: list[str] = field(default_factory=list)


def survey(plan: Plan) -> Steps:
    """Make a report, wait for it, read it in every way that there is a rule for, and try what should be refused."""
    return _Survey(plan).run()


class _Survey:
    """One run of the plan. The generators below are its steps; what they learn on the way is kept here."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.law = plan.contract
        self.calls = 0

    # -- asking

    def ask(
        self, requests: Iterable[Request], doing: str
    ) -> Generator[Ask | Wait, tuple[Exchange, ...], list[Reading]]:
        batch = tuple(requests)
        exchanges = yield Ask(batch, doing)
        self.calls += len(exchanges)
        return [self.plan.read(each) for each in exchanges]

    def get(self, parameters: Parameters, doing: str) -> Generator[Ask | Wait, tuple[Exchange, ...], Reading]:
        [reading] = yield from self.ask([(self.law.operation, parameters)], doing)
        return reading

    def start(self, parameters: Parameters, doing: str) -> Generator[Ask | Wait, tuple[Exchange, ...], Reading]:
        [reading] = yield from self.ask([(self.law.start.operation, parameters)], doing)
        return reading

    # -- the plan

    def run(self) -> Steps:
        job_id = self.plan.job_id
        if job_id is None:
            made = yield from self.make_report()
            if isinstance(made, Outcome):
                return made
            job_id = made
        final = yield from self.wait_for(job_id)
        if isinstance(final, Outcome):
            return final
        if isinstance(final, Page):
            yield from self.read_report(job_id, final)
        yield from self.try_refusals(job_id)
        if self.plan.job_id is None:
            yield from self.try_starts(job_id)
        return self.judged(final)

    def judged(self, final: Answer) -> Outcome:
        """What a finished job says about the run: a job that failed for our made-up entity says nothing about reports."""
        if final.state != "failed":
            return Outcome()
        details = final.reading.members.get(self.law.job.error)
        details = details if isinstance(details, Mapping) else {}
        code = str(details.get(self.law.job.error_code, ""))
        if self.plan.made_up and "ENTITY" in code.upper():
            return Outcome(
                "indeterminate",
                f"the target knows no entity {self.plan.entity} ({code}): name one that it has with --entity-path",
            )
        return Outcome()

    # -- the job

    def make_report(self) -> Generator[Ask | Wait, tuple[Exchange, ...], str | Outcome]:
        request = {self.law.start.entity: self.plan.entity}
        while True:
            reading = yield from self.start(request, "asking for a report")
            if reading.kind == "error" and reading.error and reading.error.code == "ReportGenerationLimitExceeded":
                if reading.exchange.received > self.plan.timeout:
                    return Outcome(
                        "indeterminate",
                        "another report of the account was running all the time: try again when it is done",
                    )
                yield Wait(max(self.plan.poll_interval, 0.5))
                continue
            break
        if reading.kind == "result":
            job_id = reading.members.get(self.law.start.job_id)
            if isinstance(job_id, str) and job_id:
                return job_id
            return Outcome("indeterminate", "the request for a report was answered without a JobId")
        return outcomes.of_refusal(reading, self.law.start.operation, self.plan.entity if self.plan.made_up else None)

    def wait_for(
        self, job_id: str, doing: str = "waiting for the report"
    ) -> Generator[Ask | Wait, tuple[Exchange, ...], Answer | Outcome]:
        """Poll until the job is in a final state; the last answer is also the first page of the default listing."""
        strange = 0
        polls = 0
        while True:
            reading = yield from self.get({self.law.job.id: job_id}, doing)
            polls += 1
            if reading.kind == "result":
                answer = view(reading, self.law)
                if answer.finished:
                    return answer
                strange = strange + 1 if not answer.state else 0
            elif reading.kind == "error":
                strange += 1
                if outcomes.final(reading):
                    return outcomes.of_refusal(reading, self.law.operation)
            else:
                return outcomes.of_refusal(reading, self.law.operation)
            if strange >= PATIENCE:
                if reading.kind == "error":
                    return outcomes.of_refusal(reading, self.law.operation)
                return Outcome(
                    "indeterminate", f"the job's status is {view(reading, self.law).status!r}, which no client knows"
                )
            if reading.exchange.received + self.plan.poll_interval > self.plan.timeout:
                return Outcome(
                    "indeterminate",
                    f"the job was not finished after {polls} polls in {reading.exchange.received:.0f} s: give it more time with --timeout",
                )
            yield Wait(self.plan.poll_interval)

    # -- the report

    def read_report(self, job_id: str, first: Page) -> Generator[Ask | Wait, tuple[Exchange, ...], None]:
        base = {self.law.job.id: job_id}
        default = yield from self.follow(base, [first], None)
        total = len({key for page in default for key in page.keys})
        total = max(total, min(first.accessible or 0, 10_000) if default[-1].truncated else total)
        yield from self.listings(base, total, pages=len(default))
        yield from self.markers(base, default)

    def listings(self, base: Parameters, total: int, pages: int) -> Generator[Ask | Wait, tuple[Exchange, ...], None]:
        """Every listing that there is something to learn from, the most telling ones first."""
        law = self.law
        fullness = pages / max(ceil(total / law.page.default_limit), 1)
        budget = self.calls + (LISTINGS if fullness <= 1 else max(LISTINGS, 2 * pages, min(5 * pages, 200)))

        def cost(limit: int | None) -> int:
            return ceil(max(ceil(total / (limit or law.page.default_limit)), 1) * fullness)

        top = 1000
        keys = [each.value for each in law.sort]
        planned: list[tuple[str | None, int]] = []
        if total:
            # one page under each key: nothing can be lost between pages there
            if cost(top) == 1:
                yield from self.ask(
                    [(law.operation, {**base, law.page.sort_key: key, law.page.limit: top}) for key in keys],
                    "reading each order in one page",
                )
            else:
                planned.extend((key, top) for key in keys)
        else:
            yield from self.ask(
                [(law.operation, {**base, law.page.sort_key: key}) for key in keys], "reading each order"
            )
            return
        step = law.page.default_limit if total > law.page.default_limit else ceil(total / 3)
        step = min(max(step, ceil(total / 10)), top)
        planned += [(key, step) for key in keys]
        planned += [(None, size) for size in _exact(total) if size not in (step, top)]
        mixed_cost = cost(top) + 2
        if total > 2 and self.calls + mixed_cost <= budget:
            yield from self.mixed({**base, law.page.sort_key: keys[0]}, [1, 2, top])
        elif total > 2:
            self.plan.dropped.append("a listing whose MaxItems changes")
        for key, limit in planned:
            request = dict(base) if key is None else {**base, law.page.sort_key: key}
            whole = self.calls + cost(limit) <= budget
            reading = yield from self.get({**request, law.page.limit: limit}, "reading pages")
            page = self.page(reading)
            if page is not None and whole:
                yield from self.follow(request, [page], limit)
            elif page is not None and page.truncated:
                self.plan.dropped.append(f"{key or 'the default order'} with MaxItems={limit} beyond its first page")

    def page(self, reading: Reading) -> Page | None:
        answer = view(reading, self.law) if reading.kind == "result" else None
        return answer if isinstance(answer, Page) else None

    def mixed(self, request: Parameters, limits: Sequence[int]) -> Generator[Ask | Wait, tuple[Exchange, ...], None]:
        page = self.page(
            (yield from self.get({**request, self.law.page.limit: limits[0]}, "changing MaxItems between pages"))
        )
        if page is not None:
            yield from self.follow(request, [page], limits[-1], limits[1:-1])

    def follow(
        self, request: Parameters, pages: list[Page], limit: int | None, first_limits: Sequence[int] = ()
    ) -> Generator[Ask | Wait, tuple[Exchange, ...], list[Page]]:
        """Read a listing to its end, as long as it goes on validly."""
        pages = list(pages)
        limits = list(first_limits)
        while goes_on(pages):
            size = limits.pop(0) if limits else limit
            asked: dict[str, str | int] = {**request, self.law.page.marker: pages[-1].next or ""}
            if size is not None:
                asked[self.law.page.limit] = size
            page = self.page((yield from self.get(asked, "reading pages")))
            if page is None:
                break
            pages.append(page)
        return pages

    def markers(self, base: Parameters, default: Sequence[Page]) -> Generator[Ask | Wait, tuple[Exchange, ...], None]:
        """Follow one marker a second time, and try one that nobody was given and one of another order."""
        law = self.law
        key, other = law.sort[0].value, law.sort[-1].value
        request = {**base, law.page.sort_key: other, law.page.limit: 1}
        page = self.page((yield from self.get(request, "asking for one service")))
        if page is None or not page.truncated or not page.next:
            return
        issued = [each.next for each in (*default, page) if each.next]
        unissued = unissued_marker(page.next, issued)
        yield from self.ask(
            [
                *[(law.operation, {**request, law.page.marker: page.next})] * 2,
                (law.operation, {**base, law.page.sort_key: key, law.page.marker: page.next}),
                (law.operation, {**base, law.page.sort_key: other, law.page.marker: unissued}),
            ],
            "trying markers",
        )

    # -- what should be refused

    def try_refusals(self, job_id: str) -> Generator[Ask | Wait, tuple[Exchange, ...], None]:
        law = self.law
        base = {law.job.id: job_id}
        wrong: list[Parameters] = [{}]
        if len(job_id) == _JOB_ID:  # of another length it is the target's own fault, and nothing can be made from it
            wrong += [{law.job.id: job_id[:-1]}, {law.job.id: job_id + job_id[-1:]}]
        wrong += [{**base, law.page.limit: value} for value in (0, -1, 1001, "1x")]
        wrong += [{**base, law.page.sort_key: "SERVICE_NAME_ASCENDING"}]
        wrong += [{**base, law.page.marker: value} for value in ("", "m" * 321, "\x01\x02\x03")]
        wrong += [{law.job.id: unissued_job_id(job_id)}]
        yield from self.ask([(law.operation, each) for each in wrong], "trying requests that should be refused")
        yield from self.get(base, "reading the report once more")

    def try_starts(self, job_id: str) -> Generator[Ask | Wait, tuple[Exchange, ...], None]:
        """Requests for further reports: the same one, malformed ones, and one on an entity that does not exist."""
        if self.plan.one_report:
            self.plan.dropped.append("every request for a report but the first")
            return
        start, entity = self.law.start, self.plan.entity
        good = {start.entity: entity}
        same = yield from self.start(good, "asking for the same report")
        another = same.members.get(start.job_id)
        if isinstance(another, str) and another and another != job_id:  # it may keep others from being made
            yield from self.wait_for(another, "waiting for the same report")
        wrong: list[Parameters] = [
            {},
            {start.entity: entity[:18]},
            {start.entity: _long(entity, 428)},
            {start.entity: "an/organization/" + entity.replace("o-", "x-").replace("r-", "x-")},
            {**good, start.policy: "FullAWSAccess"},
        ]
        yield from self.ask([(start.operation, each) for each in wrong], "trying requests that should be refused")
        for _ in range(PATIENCE):
            reading = yield from self.start({start.entity: unissued_entity(entity)}, "asking for a report on no entity")
            if not (
                reading.kind == "error" and reading.error and reading.error.code == "ReportGenerationLimitExceeded"
            ):
                break
            yield Wait(self.plan.poll_interval)
        unissued = reading.members.get(start.job_id)
        if reading.kind == "result" and isinstance(unissued, str) and unissued and unissued != job_id:
            last = yield from self.wait_for(unissued, "waiting for a report on no entity")
            if isinstance(last, Answer):  # once more: a FAILED job is as final as a COMPLETED one
                yield from self.get({self.law.job.id: unissued}, "reading a report on no entity again")


def _exact(total: int) -> list[int]:
    """Numbers of items that end a page exactly with the report, or one before it: where careless paging goes wrong."""
    halves = next((total // parts for parts in (2, 3) if total % parts == 0), None)
    sizes = [halves, total, total - 1]
    return [size for size in dict.fromkeys(sizes) if size is not None and 1 <= size <= 1000]


def _long(entity: str, length: int) -> str:
    """A path that matches the pattern and has just one thing wrong with it: its length."""
    return (entity + "/" + "ou-f6g7-11111111/" * 30)[: length - 1] + "1"
