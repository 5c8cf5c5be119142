"""What a trace shows, as the kinds of evidence that rules are about.

Each kind is computed once, when a rule first asks for it, by a pure function of the trace. Everything names the `exchanges` that it
rests on.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from math import inf
from typing import Any

from ...spec.contract import Contract
from ...spec.validation import constraints
from ..protocols.base import Protocol, Reading
from ..trace.exchange import Exchange, Run, Trace
from .collection import Collection
from .invalid_requests import Broken, altered_token, broken_constraints, unissued_job_id, unissued_token
from .jobs import ObservedJob, ObservedStart
from .listings import ObservedListing, chain
from .paths import as_text, canonical, find
from .probes import Probe, SentToken, find_probes, request_text, sent_tokens
from .responses import Page, Response, next_parameters, view
from .schema.documents import Document, documents
from .tokens import scope_of

__all__ = ["Evidence", "SentToken"]

#: How long what a recipe made may take to appear, in seconds, by the target's kind.
_GRACE = {"aws": 60.0}


class Evidence:
    """Everything that rules can be asked about, out of one trace.

    `joined` says that responses whose requests are unknown are the pages of one listing, in the order given.
    """

    def __init__(self, trace: Trace, protocol: Protocol, contract: Contract, *, joined: bool = False) -> None:
        self.trace = trace
        self.contract = contract
        self.joined = joined
        #: Every exchange of the contract's operations, read. A survey may also have called others, to find what to ask for.
        self.readings: tuple[Reading, ...] = tuple(
            protocol.read(exchange) for exchange in trace.exchanges if exchange.operation in contract.operations
        )

    @property
    def run(self) -> Run:
        """The run that made the trace."""
        return self.trace.run or Run()

    @property
    def exchanges(self) -> tuple[int, ...]:
        """Every exchange."""
        return tuple(exchange.index for exchange in self.trace.exchanges)

    def of(self, kind: str) -> Sequence[Any]:
        """All evidence of one kind, by the kind's name."""
        found: Sequence[Any] = (self,) if kind == "Evidence" else getattr(self, _KINDS[kind])
        return found

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """Every result, with where it departs from the operation's output shape."""
        return documents([each for each in self.readings if each.kind == "result"], self.contract)

    # -- jobs

    @cached_property
    def starts(self) -> tuple[ObservedStart, ...]:
        """Every answered request that starts a job."""
        job = self.contract.job
        if job is None:
            return ()
        return tuple(
            ObservedStart(
                each,
                self.contract,
                as_text((each.exchange.parameters or {}).get(job.start.subject)),
                {name: value for name, value in (each.exchange.parameters or {}).items() if name in job.start.options},
                as_text(find(each.members, job.start.id)),
                self._valid(each.exchange),
            )
            for each in self.readings
            if each.exchange.operation == job.start.operation and each.kind in ("result", "error")
        )

    @cached_property
    def known_jobs(self) -> frozenset[str]:
        """The ids of jobs that the target gave or that the first valid request used: any other is unissued."""
        job = self.contract.job
        if job is None:
            return frozenset()
        given = {start.job_id for start in self.starts if start.job_id and start.valid}
        asked = {str(each.exchange.parameters.get(job.id_in, "")) for each in self.reads if each.exchange.parameters}
        return frozenset(given or asked - {unissued_job_id(each) for each in asked}) - {""}

    @cached_property
    def reads(self) -> tuple[Reading, ...]:
        """Every exchange of the judged operation whose request breaks no constraint, or is not known."""
        return tuple(
            each
            for each in self.readings
            if each.exchange.operation == self.contract.operation and self._valid(each.exchange)
        )

    @cached_property
    def responses(self) -> tuple[Response, ...]:
        """Every result to a valid request, about a known job where the operation has jobs."""
        found = self._views(self.contract)
        listing = self.contract.listing
        if listing is None or self.contract.job is not None or self.run.made or listing.identity in (None, "@"):
            return found
        if not any(each.shares_identities for each in found):
            return found
        # What identifies a recipe's items is shared by those that are there (versions of one key, records of one name).
        return self._views(replace(self.contract, listing=replace(listing, identity=None)))

    def _views(self, contract: Contract) -> tuple[Response, ...]:
        return tuple(
            view(each, contract, self._stand_in(each))
            for each in self.reads
            if each.kind == "result" and self._known(each)
        )

    def _known(self, reading: Reading) -> bool:
        job, parameters = self.contract.job, reading.exchange.parameters
        return job is None or parameters is None or parameters.get(job.id_in) in self.known_jobs

    def _stand_in(self, reading: Reading) -> str | None:
        if reading.exchange.parameters is not None:
            return None
        return "joined" if self.joined else f"file {reading.exchange.index + 1}"

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """Every response that has a part of a listing."""
        return tuple(response for response in self.responses if isinstance(response, Page))

    @cached_property
    def jobs(self) -> tuple[ObservedJob, ...]:
        """Every known job that a response came about."""
        if self.contract.job is None:
            return ()
        starts, responses = defaultdict(list), defaultdict(list)
        for start in self.starts:
            starts[start.job_id].append(start)
        for response in self.responses:
            responses[response.job_id].append(response)
        return tuple(
            ObservedJob(job, self.contract, tuple(starts[job]), tuple(each)) for job, each in responses.items()
        )

    # -- listings

    @cached_property
    def collections(self) -> tuple[Collection, ...]:
        """Every collection of which a page was seen."""
        jobs = {job.id: job for job in self.jobs}
        pages: dict[tuple[str, str], list[Page]] = defaultdict(list)
        for page in self.pages:
            pages[page.job_id, self._scope(page)].append(page)
        steps: dict[tuple[str, str], list[Reading]] = defaultdict(list)
        for reading in self.reads:
            response = view(reading, self.contract, self._stand_in(reading))
            steps[response.job_id, self._scope(response)].append(reading)
        chains = {key: chain(steps[key], each, self.contract, joined=self.joined) for key, each in pages.items()}
        appeared = self._appeared(listing for each in chains.values() for listing in each)
        return tuple(
            Collection(
                self.contract,
                tuple(each),
                chains[key],
                jobs.get(key[0]),
                tuple(steps[key]),
                self._filters(each[0])
                == frozenset(self.contract.recipe.filter if self.contract.recipe else ())
                != frozenset(),
                self._made(each[0]),
                _GRACE.get(self.run.kind, 10.0),
                appeared,
            )
            for key, each in pages.items()
        )

    def _appeared(self, listings: Iterable[ObservedListing]) -> float:
        """When one listing showed all that the recipe made; unknown at AWS, where a filter may see it later than a plain list."""
        if self.run.kind in _GRACE:
            return inf
        made = frozenset(self.run.made)
        whole = [each.pages[-1].exchange.received for each in listings if each.end == "ended" and made <= each.held]
        return min(whole, default=inf)

    def _scope(self, response: Response) -> str:
        """The scope of a response; where tokens are sent alone, that of the page that gave the token."""
        return self._scopes.get(response.token or "", response.scope)

    @cached_property
    def _scopes(self) -> Mapping[str, str]:
        """By token, the scope of the page that gave it, for operations that take a token without the other parameters."""
        listing = self.contract.listing
        if listing is None or "token-alone" not in listing.exceptions:
            return {}
        scopes: dict[str, str] = {}
        for page in self.pages:
            if page.next is not None:
                scopes.setdefault(page.next, scopes.get(page.token or "", page.scope))
        return scopes

    def _filters(self, page: Page) -> frozenset[str]:
        """The parameters of the recipe's filter that a page was asked for with."""
        recipe = self.contract.recipe
        return frozenset(json.loads(self._scope(page))) & frozenset(() if recipe is None else recipe.filter)

    def _made(self, page: Page) -> frozenset[str]:
        """What the recipe made, for pages that were asked for with the recipe's parameters and no filter but its own."""
        if not self.run.made:
            return frozenset()
        filters, base = self._filters(page), json.loads(scope_of(self.run.parameters, self.contract))
        own = {
            name: value for name, value in json.loads(self._scope(page)).items() if name in base or name not in filters
        }
        return frozenset(self.run.made) if own == base else frozenset()

    @cached_property
    def listings(self) -> tuple[ObservedListing, ...]:
        """Every listing of every collection."""
        return tuple(listing for collection in self.collections for listing in collection.listings)

    # -- requests that should not work

    @cached_property
    def needed(self) -> frozenset[str]:
        """The parameters that every request of the operation needs."""
        found = constraints(self.contract.service, self.contract.operation)
        return frozenset(each.member for each in found if each.kind == "required")

    @cached_property
    def sent_tokens(self) -> tuple[SentToken, ...]:
        """The requests whose token does not belong to them: one that was never issued, or one from another listing."""
        return sent_tokens(self.contract, self.pages, self.reads, self._place)

    def _place(self, response: Response) -> tuple[str, str | None, str]:
        """The listing that a response is of: its job, its order, its other parameters."""
        sort = self.contract.sort
        order = response.sort_key if sort is None or response.sort_key is not None else sort.default
        return response.job_id, order, self._scope(response)

    @cached_property
    def valid_requests(self) -> tuple[tuple[str, Reading], ...]:
        """The requests that a service has no reason to fail on, each with one text for equal ones."""
        wrong = {id(each.reading) for each in self.sent_tokens}
        return tuple(
            (request_text(each.exchange), each)
            for each in self.readings
            if each.exchange.parameters is not None
            and id(each) not in wrong
            and self._valid(each.exchange)
            and (each.exchange.operation != self.contract.operation or self._known(each))
        )

    @cached_property
    def probes(self) -> tuple[Probe, ...]:
        """Every request that breaks one constraint, with the response to the last time that it was sent."""
        return find_probes(self.contract, self.readings, self._broken, self._known, self._busy)

    @cached_property
    def _broken(self) -> Mapping[int, tuple[Broken, ...]]:
        """What each request breaks, by its exchange's index.

        A job's id or a token that the target gave is never held against the request that brings it back, whatever it is like, nor is
        what was made from such a token.
        """
        given = self._given
        return {
            each.index: tuple(
                (member, constraint)
                for member, constraint in broken_constraints(self.contract.service, each.operation, each.parameters)
                if constraint == "required" or canonical(each.parameters.get(member)) not in given.get(member, ())
            )
            for each in self.trace.exchanges
            if each.parameters is not None
        }

    @cached_property
    def _given(self) -> Mapping[str, frozenset[str]]:
        """By request parameter, the values that the target gave for it, and what was made from its tokens to be unissued.

        What every request of a list carries (the id of its store, say) is the target's own or the user's.
        """
        given: dict[str, set[str]] = defaultdict(set)
        job = self.contract.job
        for name, value in self.run.parameters.items() if job is None else ():
            given[name].add(canonical(value))
        for reading in self.readings:
            if reading.kind != "result":
                continue
            if job is not None and reading.exchange.operation == job.start.operation:
                given[job.id_in].add(canonical(find(reading.members, job.start.id)))
            elif reading.exchange.operation == self.contract.operation:
                for name, value in next_parameters(Response(reading, self.contract)).items():
                    given[name].add(canonical(value))
                    if isinstance(value, str):
                        given[name] |= {unissued_token(value), altered_token(value)}
        return {name: frozenset(values) for name, values in given.items()}

    def _valid(self, exchange: Exchange) -> bool:
        """Whether the request breaks nothing, or is not known."""
        return not self._broken.get(exchange.index)

    def _busy(self, reading: Reading) -> bool:
        """Whether a request to start a job was refused because another job was running, as far as anybody can know."""
        job = self.contract.job
        if job is None or job.start.busy is None or reading.error is None or job.start.busy not in reading.error.codes:
            return False
        before = [each for each in self.responses if each.exchange.before(reading.exchange)]
        finished = {each.job_id for each in before if each.finished}
        started = {each.job_id for each in self.starts if each.job_id and each.exchange.before(reading.exchange)}
        return not started <= finished


_KINDS = {
    "Reading": "readings",
    "Document": "documents",
    "ObservedStart": "starts",
    "Response": "responses",
    "Page": "pages",
    "ObservedJob": "jobs",
    "Collection": "collections",
    "ObservedListing": "listings",
    "Probe": "probes",
}
