"""Lines to paste: how to see a finding again, with curl in bash and with boto3.

They are the part of the trace that leads to the finding, asked anew. A JobId and a Marker live and die with the server that gave them, so
each is taken from the answer that gives it.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from ...spec.legacy import Contract
from ..driver.session import is_aws_host
from ..evidence.evidence import Evidence, Start
from ..trace.exchange import Exchange
from .scripts import MADE, Given, Step, in_bash, in_python

__all__ = ["Reproducer"]

#: Longer findings are shown by their beginning. Pages that follow one another in the same way are one step.
STEPS = 12
#: What `redact` writes for an organization.
_PSEUDONYM = re.compile(r"o-0{5,}\d+/")
#: How often a request is repeated at most, where the trace had so many reads of the job before it was answered otherwise.
REPEATS = 50


@dataclass(frozen=True)
class Reproducer:
    """Makes the lines for findings of one trace. `endpoint_url` is where the target was."""

    evidence: Evidence
    endpoint_url: str

    def __call__(self, exchanges: tuple[int, ...]) -> str | None:
        """The lines that ask again what these exchanges asked; None where their requests are not known.

        They are in bash and then in Python. Towards AWS, where requests are signed or caught on their way, they are in Python alone.
        """
        trace = self.evidence.trace.exchanges
        found = [trace[index] for index in sorted(set(exchanges)) if index < len(trace)]
        asked = [each for each in found if each.parameters is not None]
        if not asked:
            return None
        shown = len(asked)
        while len(steps := _folded(self._steps(asked[:shown]), self._law)) > STEPS and shown > 1:
            shown -= 1
        said = [
            f"# {each} is a pseudonym: put the entity that was reported on in its place"
            for each in self._pseudonyms(steps)
        ]
        more = [f"# and so on: {len(asked) - shown} more"] if shown < len(asked) else []
        python = [*said, *in_python(steps, self._law, self.endpoint_url), *more]
        if is_aws_host(self.endpoint_url):
            return "\n".join(python)
        return "\n".join([*said, *in_bash(steps, self._law, self.endpoint_url), *more, "", "# or in Python", *python])

    def _pseudonyms(self, steps: Sequence[Step]) -> list[str]:
        """Entities that a recorded trace has in the place of real ones."""
        asked = [each.parameters.get(self._law.start.entity) for each in steps]
        return list(dict.fromkeys(each for each in asked if isinstance(each, str) and _PSEUDONYM.match(each)))

    @property
    def _law(self) -> Contract:
        return self.evidence.contract

    def _steps(self, asked: Sequence[Exchange]) -> list[Step]:
        """These requests with all that has to be asked before them, in the trace's order."""
        jobs = [job for each in asked for job in (self._started.get(each.index), self._job(each)[0]) if job]
        waits: dict[int, set[str]] = {}
        ahead = [(each, frozenset[str]()) for each in asked]
        while ahead:
            exchange, statuses = ahead.pop()
            if exchange.index not in waits:
                ahead += self._before(exchange, jobs)
            waits.setdefault(exchange.index, set()).update(statuses)
        repeats = self._repeats(asked)
        return [
            Step(self.evidence.trace.exchanges[index], self._parameters(index), tuple(sorted(waits[index])), times)
            for index in sorted(waits)
            for times in [repeats.get(index, 1)]
        ]

    def _before(self, step: Exchange, jobs: Collection[Start]) -> Iterator[tuple[Exchange, frozenset[str]]]:
        """What this request needs to have been asked, and the statuses to wait through there.

        A request for a report may have to wait for the finding's other reports, and one about no report that there is may be
        answered otherwise where there is none at all.
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
    def _started(self) -> Mapping[int, Start]:
        """The requests for reports that were given a JobId, by their exchanges' numbers."""
        return {each.exchange.index: each for each in self.evidence.starts if each.job_id}

    def _job(self, step: Exchange) -> tuple[Start | None, str]:
        """The request for the report that this one is about, and what was made of its JobId."""
        asked = (step.parameters or {}).get(self._law.job.id)
        for change, (made, _, _) in MADE.items():
            for start in self._started.values():
                if start.exchange.index < step.index and made(start.job_id or "") == asked:
                    return start, change
        return None, ""

    def _waiting(self, job: Start, step: Exchange) -> Iterator[tuple[Exchange, frozenset[str]]]:
        """The answer that ended the waiting for the job before this step, or with it, and the statuses until then."""
        law = self._law.job
        reads = [
            (each.exchange, str(each.members.get(law.status) or ""))
            for each in self.evidence.readings
            if each.exchange.index <= step.index and (each.exchange.parameters or {}).get(law.id) == job.job_id
        ]
        own = next((status for exchange, status in reads if exchange is step), None)
        over = {"", own, *law.succeeded, *law.failed}
        statuses = frozenset(status for _, status in reads if status not in over and status.isprintable())
        ended = next((place for place, (_, status) in enumerate(reads) if status not in statuses), 0)
        if ended:
            yield reads[ended][0], statuses

    def _source(self, step: Exchange) -> Exchange | None:
        """The exchange whose answer gave the marker that this one sends."""
        marker = (step.parameters or {}).get(self._law.page.marker)
        giving = [
            page.exchange
            for page in self.evidence.pages
            if page.next is not None and page.next == marker and page.truncated and page.exchange.index < step.index
        ]
        return giving[-1] if giving else None

    def _parameters(self, index: int) -> dict[str, str | int | Given]:
        step = self.evidence.trace.exchanges[index]
        parameters: dict[str, str | int | Given] = dict(step.parameters or {})
        start, change = self._job(step)
        if start:
            parameters[self._law.job.id] = Given(start.exchange.index, start.job_id or "", change)
        if source := self._source(step):
            parameters[self._law.page.marker] = Given(source.index, str(parameters[self._law.page.marker]))
        return parameters

    def _repeats(self, asked: Sequence[Exchange]) -> dict[int, int]:
        """How often to ask what was asked before, where the other answer came after so many reads of the job."""
        law = self._law
        reads = [each for each in self.evidence.trace.exchanges if each.operation == law.operation]
        return {
            later.index: min(
                sum(earlier.index < each.index <= later.index and _alike(each, later, law.job.id) for each in reads),
                REPEATS,
            )
            for earlier, later in pairwise(asked)
            if later.operation == law.operation and later.parameters == earlier.parameters
        }


def _alike(one: Exchange, other: Exchange, member: str) -> bool:
    return (one.parameters or {}).get(member) == (other.parameters or {}).get(member)


def _folded(steps: Sequence[Step], law: Contract) -> list[Step]:
    """The steps, where those that only go on to the next page are one that is asked several times."""
    takers: dict[int, list[int]] = {}
    for step in steps:
        if isinstance(taken := step.parameters.get(law.page.marker), Given):
            takers.setdefault(taken.by, []).append(step.index)
    following = {
        step.index
        for before, step in pairwise(steps)
        if isinstance(taken := step.parameters.get(law.page.marker), Given) and taken.by == before.index
    }

    def rest(step: Step) -> dict[str, str | int | Given]:
        return {name: value for name, value in step.parameters.items() if name != law.page.marker}

    folded: list[Step] = []
    for step in steps:
        last = folded[-1] if folded else step
        on = {last.index, step.index} <= following and takers[last.index] == [step.index] and rest(last) == rest(step)
        if on and step.times == 1 and not step.while_:
            folded[-1] = replace(step, times=last.times + 1)
        else:
            folded.append(step)
    return [_named(step, folded, following, law) for step in folded]


def _named(step: Step, steps: Sequence[Step], following: Collection[int], law: Contract) -> Step:
    """The step with names for what later steps take from its answer; the Marker that the next one sends needs none."""
    givers = sorted({each.by for one in steps if isinstance(each := one.parameters.get(law.job.id), Given)})

    def name(member: str, given: Given) -> str:
        if member == law.job.id:
            return f"job{givers.index(given.by) + 1}" if len(givers) > 1 else "job"
        return f"marker{given.by}"

    def taken(member: str, value: str | int | Given, by: Step) -> str | int | Given:
        if not isinstance(value, Given) or (member == law.page.marker and by.index in following):
            return value
        return replace(value, name=name(member, value))

    gives = {
        each.name: law.start.job_id if member == law.job.id else law.page.next
        for one in steps
        for member, value in one.parameters.items()
        if isinstance(each := taken(member, value, one), Given) and each.name and each.by == step.index
    }
    return replace(
        step, parameters={member: taken(member, value, step) for member, value in step.parameters.items()}, gives=gives
    )
