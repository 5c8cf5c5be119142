"""Copy-paste reproductions of findings, with curl in bash and with boto3.

They are the part of the trace that leads to the finding, sent anew. A job's id and a token live and die with the server that gave them,
so each is taken from the response that gives it; what a recipe created is created again.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from math import ceil
from typing import Any

from ...spec.contract import Contract
from ..evidence.evidence import Evidence
from ..evidence.jobs import ObservedStart
from ..evidence.responses import next_parameters
from ..evidence.tokens import token_of
from ..protocols import protocol_for
from ..trace.aws_hosts import is_aws_host
from ..trace.exchange import Exchange
from .bash import in_bash
from .given import MADE, Given, Step
from .python import in_python
from .setup import set_up_lines

__all__ = ["BETWEEN", "Reproducer"]

#: What stands between the lines for bash and those for Python.
BETWEEN = "\n\n# or in Python\n"
#: Longer findings are shown by their beginning. Pages that follow one another in the same way are one step.
STEPS = 12
#: What `redact` writes for an organization.
_PSEUDONYM = re.compile(r"o-0{5,}\d+/")
#: How often a request is repeated at most, where the trace had so many reads of the job before it was answered otherwise.
REPEATS = 50
#: From so many seconds on, the time between two equal requests is a part of what shows the finding.
_LONG = 1.0


@dataclass(frozen=True)
class Reproducer:
    """Makes the lines for findings of one trace. `endpoint_url` is where the target was."""

    evidence: Evidence
    endpoint_url: str

    def __call__(self, exchanges: tuple[int, ...]) -> str | None:
        """The lines that send again what these exchanges sent; None where their requests are not known.

        They are in bash and then in Python. Towards AWS, where requests are signed or intercepted, and where a script cannot find what a
        request takes from a response, they are in Python alone.
        """
        trace = self.evidence.trace.exchanges
        found = [trace[index] for index in sorted(set(exchanges)) if index < len(trace)]
        asked = [each for each in found if each.parameters is not None]
        if not asked:
            return None
        shown = len(asked)
        while len(steps := self._folded(self._steps(asked[:shown]))) > STEPS and shown > 1:
            shown -= 1
        said = [
            f"# {each} is a pseudonym: use the entity that was reported on instead" for each in self._pseudonyms(steps)
        ]
        more = [f"# and so on: {len(asked) - shown} more"] if shown < len(asked) else []
        set_up, expressions = set_up_lines(self._contract, self.evidence.run)
        python = [*said, *in_python(steps, self._contract, self.endpoint_url, self._kind, set_up, expressions), *more]
        bash = None
        if not is_aws_host(self.endpoint_url):
            bash = in_bash(steps, self._contract, protocol_for(self._contract), self.endpoint_url)
        if bash is None:
            return "\n".join(python)
        first = ["# create the items first, as the lines in Python do"] if set_up else []
        return "\n".join([*said, *first, *bash, *more]) + BETWEEN + "\n".join(python)

    def _pseudonyms(self, steps: Sequence[Step]) -> list[str]:
        """Entities that a recorded trace has in the place of real ones."""
        job = self._contract.job
        asked = [each.parameters.get(job.start.subject) for each in steps] if job else []
        return list(dict.fromkeys(each for each in asked if isinstance(each, str) and _PSEUDONYM.match(each)))

    @property
    def _kind(self) -> str:
        """The target's kind."""
        return self.evidence.run.kind

    @property
    def _contract(self) -> Contract:
        return self.evidence.contract

    @cached_property
    def _inputs(self) -> tuple[str, ...]:
        """The request parameters that take tokens."""
        return tuple(each.input for each in self._contract.listing.tokens) if self._contract.listing else ()

    # -- which requests

    def _steps(self, asked: Sequence[Exchange]) -> list[Step]:
        """These requests with all that has to be sent before them, in the trace's order."""
        jobs = [job for each in asked for job in (self._started.get(each.index), self._job(each)[0]) if job]
        waits: dict[int, set[str]] = {}
        ahead = [(each, frozenset[str]()) for each in asked]
        while ahead:
            exchange, statuses = ahead.pop()
            if exchange.index not in waits:
                ahead += self._before(exchange, jobs)
            waits.setdefault(exchange.index, set()).update(statuses)
        repeats, pauses = self._repeats(asked), self._pauses(asked)
        return [
            Step(
                self.evidence.trace.exchanges[index],
                self._parameters(index),
                tuple(sorted(waits[index])),
                repeats.get(index, 1),
                pauses.get(index, 0.0),
            )
            for index in sorted(waits)
        ]

    def _before(self, step: Exchange, jobs: Collection[ObservedStart]) -> Iterator[tuple[Exchange, frozenset[str]]]:
        """What has to be sent before this request, and the statuses to wait through there.

        A request for a job may have to wait for the finding's other jobs, and one about a job that there is not may be answered otherwise
        where there is none at all.
        """
        job = self._job(step)[0]
        if step.index in self._started:
            own = [each for each in jobs if each.exchange.index < step.index]
        elif job:
            own = [job]
        else:
            own = []
            first = next(iter(self._started.values()), None)
            if first and first.exchange.index < step.index:
                yield first.exchange, frozenset()
        for each in own:
            yield each.exchange, frozenset()
            yield from self._waiting(each, step)
        if source := self._source(step):
            yield source, frozenset()

    @cached_property
    def _started(self) -> Mapping[int, ObservedStart]:
        """The requests for jobs that were given an id, by their exchanges' numbers."""
        starts = self.evidence.starts if self._contract.job else ()
        return {each.exchange.index: each for each in starts if each.job_id and each.asked}

    def _job(self, step: Exchange) -> tuple[ObservedStart | None, str]:
        """The request for the job that this one is about, and what was made of its id."""
        if self._contract.job is None:
            return None, ""
        asked = (step.parameters or {}).get(self._contract.job.id_in)
        for change, (made, _, _) in MADE.items():
            for start in self._started.values():
                if start.exchange.index < step.index and made(start.job_id or "") == asked:
                    return start, change
        return None, ""

    def _waiting(self, job: ObservedStart, step: Exchange) -> Iterator[tuple[Exchange, frozenset[str]]]:
        """The response that ended the waiting for the job before this step, or with it, and the statuses until then."""
        roles = self._contract.job
        assert roles is not None
        reads = [
            (each.exchange, str(each.members.get(roles.status) or ""))
            for each in self.evidence.readings
            if each.exchange.index <= step.index and (each.exchange.parameters or {}).get(roles.id_in) == job.job_id
        ]
        own = next((status for exchange, status in reads if exchange is step), None)
        over = {"", own, *roles.succeeded, *roles.failed}
        statuses = frozenset(status for _, status in reads if status not in over and status.isprintable())
        ended = next((place for place, (_, status) in enumerate(reads) if status not in statuses), 0)
        if ended:
            yield reads[ended][0], statuses

    def _source(self, step: Exchange) -> Exchange | None:
        """The exchange whose response gave the token that this one sends."""
        token = token_of(step.parameters or {}, self._contract)
        if token is None:
            return None
        giving = [
            page.exchange
            for page in self.evidence.pages
            if page.next is not None and page.next == token and page.exchange.index < step.index
        ]
        return giving[-1] if giving else None

    def _parameters(self, index: int) -> dict[str, Any]:
        step = self.evidence.trace.exchanges[index]
        parameters: dict[str, Any] = dict(step.parameters or {})
        start, change = self._job(step)
        if start and self._contract.job:
            parameters[self._contract.job.id_in] = Given(
                start.exchange.index, start.job_id or "", self._contract.job.start.id, change
            )
        if (source := self._source(step)) and self._contract.listing:
            page = next(each for each in self.evidence.pages if each.exchange is source)
            given = next_parameters(page)
            for each in self._contract.listing.tokens:
                if each.input in parameters and each.input in given:
                    parameters[each.input] = Given(source.index, given[each.input], each.output)
        return parameters

    def _repeats(self, asked: Sequence[Exchange]) -> dict[int, int]:
        """How often to send what was sent before, where the other response came after so many reads of the job."""
        if self._contract.job is None:
            return {}
        operation, member = self._contract.operation, self._contract.job.id_in
        reads = [each for each in self.evidence.trace.exchanges if each.operation == operation]
        return {
            later.index: min(
                sum(earlier.index < each.index <= later.index and _alike(each, later, member) for each in reads),
                REPEATS,
            )
            for earlier, later in pairwise(asked)
            if later.operation == operation and later.parameters == earlier.parameters
        }

    def _pauses(self, asked: Sequence[Exchange]) -> dict[int, float]:
        """The seconds between equal requests, where they may matter: dates that move show it only then."""
        return {
            later.index: ceil((later.sent - earlier.received) * 10) / 10
            for earlier, later in pairwise(asked)
            if later.parameters == earlier.parameters and later.operation == earlier.operation
            if _LONG <= later.sent - earlier.received < REPEATS
        }

    # -- in fewer lines

    def _folded(self, steps: Sequence[Step]) -> list[Step]:
        """The steps, where those that only go on to the next page are one that is sent several times."""
        takers: dict[int, list[int]] = {}
        for step in steps:
            if (taken := self._token(step)) is not None:
                takers.setdefault(taken.by, []).append(step.index)
        following = {
            step.index
            for before, step in pairwise(steps)
            if (taken := self._token(step)) is not None and taken.by == before.index
        }

        def rest(step: Step) -> dict[str, Any]:
            return {name: value for name, value in step.parameters.items() if name not in self._inputs}

        folded: list[Step] = []
        for step in steps:
            last = folded[-1] if folded else step
            on = (
                {last.index, step.index} <= following
                and takers[last.index] == [step.index]
                and rest(last) == rest(step)
            )
            if on and step.times == 1 and not step.while_ and not step.pause:
                folded[-1] = replace(step, times=last.times + 1)
            else:
                folded.append(step)
        return [self._named(step, folded, following) for step in folded]

    def _token(self, step: Step) -> Given | None:
        """The first token that the step takes from a response."""
        return next((each for name in self._inputs if isinstance(each := step.parameters.get(name), Given)), None)

    def _named(self, step: Step, steps: Sequence[Step], following: Collection[int]) -> Step:
        """The step with names for what later steps take from its response; the token that the next one sends needs none."""
        job = self._contract.job.id_in if self._contract.job else None
        givers = sorted({each.by for one in steps if job and isinstance(each := one.parameters.get(job), Given)})

        def name(member: str, given: Given) -> str:
            if member == job:
                return f"job{givers.index(given.by) + 1}" if len(givers) > 1 else "job"
            number = f"{self._inputs.index(member) + 1}_" if len(self._inputs) > 1 else ""
            return f"token{number}{given.by}"

        def taken(member: str, value: Any, by: Step) -> Any:
            if not isinstance(value, Given) or (member in self._inputs and by.index in following):
                return value
            return replace(value, name=name(member, value))

        gives = {
            each.name: each.output
            for one in steps
            for member, value in one.parameters.items()
            if isinstance(each := taken(member, value, one), Given) and each.name and each.by == step.index
        }
        parameters = {member: taken(member, value, step) for member, value in step.parameters.items()}
        return replace(step, parameters=parameters, gives=gives)


def _alike(one: Exchange, other: Exchange, member: str) -> bool:
    return (one.parameters or {}).get(member) == (other.parameters or {}).get(member)
