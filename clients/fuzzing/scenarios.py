"""What the service does to a client: named dangers, what is drawn, and how either is made simpler.

A scenario is a `Behaviour` of the emulator and, at most, an error that outlasts every retry of an SDK, or a breach that
no service may commit. `PLAIN` is the report that a client has to collect before anything else is asked of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from ...emulator import Behaviour, Service, ServiceError, Stages
from ...emulator.records import Call, Job, Page, Place, Read
from ...emulator.stages import pipeline as valid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hypothesis.strategies import SearchStrategy

__all__ = [
    "BREACHES", "FOREVER", "PLAIN", "Refusal", "Scenario", "dangers", "drawn", "simpler", "stages", "told",
]  # fmt: skip

#: What the emulator does unless told otherwise, for the clients' sake: any entity has a report, none is in the way.
_BASE = Behaviour(services=3, polls=0, known_entities="any", one_running_job=False)

#: More answers than the retries of any SDK's default settings; a client's own retries outlast it.
_OUTLASTS = 12


@dataclass(frozen=True)
class Refusal:
    """An error on every read from this page of a listing on, so many times; None is for ever."""

    code: str
    status: int = 400
    page: int = 1
    times: int | None = None
    #: Only once the job has been read so often.
    after: int = 0


@dataclass(frozen=True)
class Scenario:
    """One service to be a client of."""

    behaviour: Behaviour
    refusal: Refusal | None = None
    #: A key of `BREACHES`.
    breach: str | None = None
    name: str = field(default="drawn", compare=False)

    @property
    def endless(self) -> bool:
        """Whether its job never finishes."""
        return self.behaviour.polls > _PATIENCE

    @property
    def refuses(self) -> frozenset[str]:
        """The codes with which the service refuses what is right."""
        mine = {self.refusal.code} if self.refusal is not None else set()
        return frozenset(mine | ({_THROTTLED} if self.behaviour.throttle_every is not None else set()))


_PATIENCE = 1_000
_THROTTLED = "Throttling"


def _scenario(name: str, **dials: Any) -> Scenario:
    extra = {each: dials.pop(each) for each in ("refusal", "breach") if each in dials}
    return Scenario(replace(_BASE, **dials), name=name, **extra)


#: Two pages as AWS was seen to cut them: a client that cannot collect these is not judged further.
PLAIN = _scenario("a plain report of two pages", services=101)

#: Not valid and not invalid: nobody says how long a job may take.
FOREVER = _scenario("a job that never finishes", polls=10**9)

_OBSERVED = (
    _scenario("a job that takes two polls", polls=2),
    _scenario("a job that fails at once", outcome="failed"),
    _scenario("a job that fails late", outcome="failed", polls=3),
    _scenario("throttled on page two", services=101, refusal=Refusal("Throttling", times=_OUTLASTS)),
    _scenario("access lost on page two", services=101, refusal=Refusal("AccessDenied", 403)),
    _scenario("a report without services", services=0),
    _scenario("a single page", services=2),
    _scenario("a full page and no more", services=100),
    _scenario("exactly two full pages", services=200),
    _scenario("three pages", services=201, polls=1),
    _scenario("access denied from the start", refusal=Refusal("AccessDenied", 403, page=0)),
    _scenario("a job that takes ten polls", polls=10),
    _scenario("throttled every other time", services=101, throttle_every=2),
    _scenario("access lost while the job runs", polls=3, refusal=Refusal("AccessDenied", 403, page=0, after=1)),
    _scenario("keys that expire on page two", services=101, refusal=Refusal("ExpiredToken", 403)),
    _scenario("five pages", services=455),
)

_DOCUMENTED = (
    _scenario("a short first page", services=3, page_cap=2),
    _scenario("an empty first page", services=2, page_plan=(0, 2)),
    _scenario("an empty page in the middle", services=3, page_plan=(2, 0, 1)),
    _scenario("an empty last page", services=2, empty_last_page=True),
    _scenario("IsTruncated left out where nothing follows", omit_is_truncated_when_false=True, page_cap=2, polls=1),
    _scenario("AccessDetails left out where it is empty", services=0, omit_access_details_when_empty=True),
    _scenario("TotalAuthenticatedEntities left out where it is zero", omit_total_when_zero=True),
    _scenario("Markers with blanks at both edges", page_cap=1, marker_form=" {} "),
    _scenario("Markers with signs and Latin letters", page_cap=1, marker_form="+%2F&=\u00fc\"'<{}"),
    _scenario("Markers that look escaped, and in quotes", page_cap=1, marker_form='"&amp;\u00bd{}"'),
    _scenario("thirty pages", services=30, page_cap=1),
    _scenario("four empty pages in a row", services=2, page_plan=(1, 0, 0, 0, 0, 1)),
    _scenario(
        "AccessDetails left out in the middle", services=2, page_plan=(1, 0, 1), omit_access_details_when_empty=True
    ),
    _scenario("another Marker for the same place each time", page_cap=1, fresh_markers=True),
    _scenario("a Marker that is no longer known", page_cap=1, refusal=Refusal("NoSuchEntity", 404)),
    _scenario("a server error on page two", page_cap=1, refusal=Refusal("ServiceFailure", 500, times=_OUTLASTS)),
    _scenario("a job that takes 500 polls", polls=500),
)

#: The first few of both tables take the turns of a short run.
_SHORT_RUN = (
    "a job that takes two polls", "a short first page", "a job that fails at once", "an empty page in the middle",
    "a job that fails late", "access lost on page two", "an empty first page", "a report without services",
    "AccessDetails left out where it is empty", "IsTruncated left out where nothing follows", "an empty last page",
    "Markers with blanks at both edges", "Markers with signs and Latin letters",
)  # fmt: skip


def dangers(
    *, observed_only: bool = False, invalid_responses: bool = False, real_time: bool = False
) -> tuple[Scenario, ...]:
    """The explicit examples, the most dangerous first, and before them what is asked for as invalid. In real time no job takes more than three polls."""
    found = list(_OBSERVED if observed_only else _OBSERVED + _DOCUMENTED)
    if real_time:
        found = [each for each in found if each.behaviour.polls <= 3 and not (each.refusal and each.refusal.times)]
    found.sort(key=lambda each: _SHORT_RUN.index(each.name) if each.name in _SHORT_RUN else len(_SHORT_RUN))
    if invalid_responses:
        found = [_scenario(each.told, breach=name, page_cap=1) for name, each in BREACHES.items()] + found
    return tuple(found)


def drawn(*, observed_only: bool, invalid_responses: bool, real_time: bool = False) -> SearchStrategy[Scenario]:
    """What nobody thought of. In real time that is no throttling: the pauses of an SDK's retries would be real too."""
    from hypothesis import strategies as st

    from ...strategies import behaviours

    found = behaviours(observed_only=observed_only, report=False) | behaviours(observed_only=observed_only)
    denied = st.sampled_from((*(None,) * 9, *(Refusal("AccessDenied", 403, page) for page in range(3))))
    breaches = st.none() | st.sampled_from(sorted(BREACHES)) if invalid_responses else st.none()
    return st.builds(
        lambda behaviour, refusal, breach: Scenario(
            replace(
                behaviour,
                known_entities="any",
                one_running_job=False,
                **({"throttle_every": None} if real_time else {}),
            ),
            refusal if breach is None else None,
            breach,
        ),
        found,
        denied if not real_time else st.none(),
        breaches,
    )


# What no service may do.


@dataclass(frozen=True)
class _Breach:
    told: str
    change: Callable[[Stages], Stages]


def _marked(text: str) -> Callable[[Stages], Stages]:
    return lambda made: replace(made, mark=lambda read, place: text)


def _round(read: Read, services: tuple[Service, ...]) -> Page:
    """The first two pages for ever."""
    page = valid.cut(read, services)
    return page._replace(next=Place(read.job.id, read.place.sort)) if read.place.page and page.next else page


def _unknown(call: Call, job: Job) -> str:
    return "SUSPENDED"


def _limited(call: Call, jobs: Mapping[str, Job]) -> Job:
    if call.number:
        raise ServiceError("ReportGenerationLimitExceeded", 409, "Another report is still being generated.")
    return valid.start(call, jobs)


BREACHES: Mapping[str, _Breach] = {
    "empty-marker": _Breach("a page that promises more under an empty Marker", _marked("")),
    "blank-marker": _Breach("Markers of blanks only", _marked("   ")),
    "repeated-marker": _Breach("Markers that lead round", lambda made: replace(made, cut=_round)),
    "unknown-status": _Breach("a status that nobody knows", lambda made: replace(made, status=_unknown)),
    "generation-limit": _Breach("another report said to be running", lambda made: replace(made, start=_limited)),
}


def stages(scenario: Scenario) -> Stages:
    """The emulator's pipeline for this scenario; it counts its refusals, so each run needs its own."""
    made = Stages()
    if scenario.breach is not None:
        made = BREACHES[scenario.breach].change(made)
    if scenario.refusal is not None:
        made = replace(made, cut=_refusing(scenario.refusal, made.cut))
    return made


def _refusing(refusal: Refusal, cut: Callable[..., Page]) -> Callable[..., Page]:
    left = refusal.times

    def refused(read: Read, services: tuple[Service, ...]) -> Page:
        nonlocal left
        if read.place.page < refusal.page or read.job.reads < refusal.after or left == 0:
            return cut(read, services)
        if left is not None:
            left -= 1
        raise ServiceError(refusal.code, refusal.status, _REASONS[refusal.code])

    return refused


_REASONS = {
    "Throttling": "Rate exceeded",
    "AccessDenied": "The caller may no longer read this report.",
    "NoSuchEntity": "There is no such report any longer.",
    "ServiceFailure": "Something went wrong here.",
    "ExpiredToken": "The security token included in the request is expired.",
}


# Simpler scenarios.

_SMALL = {"services": (0, 1, 2, 3, 4, 101), "polls": (0, 1, 2, 3), "page_cap": (1, 2), "throttle_every": (2, 3)}
#: A dial that makes a scenario simpler to tell although its value is not the plain one.
_HELPFUL: tuple[dict[str, Any], ...] = (
    {"page_cap": 1, "services": 2},
    {"page_cap": 1, "services": 3},
    {"page_cap": 2, "services": 3},
)


def simpler(scenario: Scenario, *, observed_only: bool) -> Iterator[Scenario]:
    """Scenarios that are simpler to tell, the simplest first."""
    behaviour = scenario.behaviour
    if scenario.refusal is not None:
        yield replace(scenario, refusal=None)
    for dials in _simpler_dials(behaviour, observed_only):
        yield replace(scenario, behaviour=replace(behaviour, **dials))


def _simpler_dials(behaviour: Behaviour, observed_only: bool) -> Iterator[dict[str, Any]]:
    report, plan = behaviour.report, behaviour.page_plan
    if report is not None:
        yield {"report": None, "services": min(len(report), 3)}
        yield from ({"report": report[:index] + report[index + 1 :]} for index in range(len(report)))
    for each in fields(Behaviour):
        plain = getattr(_BASE, each.name)
        if getattr(behaviour, each.name) != plain and each.name not in ("services", "report"):
            yield {each.name: plain}
    if plan:
        less = (plan[:index] + plan[index + 1 :] for index in range(len(plan)))
        yield from ({"page_plan": each} for each in less if any(each))
        yield {"page_plan": (), "page_cap": 1}
    if report is None and behaviour.services > 4 and not observed_only:
        yield from _HELPFUL
    for name, values in _SMALL.items():
        now = getattr(behaviour, name)
        if now is not None and not (name == "services" and report is not None):
            yield from ({name: value} for value in values if value < now)


def told(scenario: Scenario) -> str:
    """What the service does, as the record that does it."""
    shown = [
        f"{each.name}={value!r}"
        for each in fields(Behaviour)
        if (value := getattr(scenario.behaviour, each.name)) != each.default
        and each.name not in ("known_entities", "one_running_job", "report")
    ]
    if scenario.behaviour.report is not None:
        shown = [f"services={len(scenario.behaviour.report)}", *(each for each in shown if not each.startswith("serv"))]
    text = f"Behaviour({', '.join(shown)})"
    if scenario.refusal is not None:
        page = f"from page {scenario.refusal.page + 1} on" if scenario.refusal.page else "on every read"
        page = f"after {scenario.refusal.after} reads" if scenario.refusal.after else page
        times = f", {scenario.refusal.times} times" if scenario.refusal.times else ""
        text += f", {scenario.refusal.code} {page}{times}"
    if scenario.breach is not None:
        text += f", which breaks the contract: {BREACHES[scenario.breach].told}"
    return text
