"""Whoever pastes the lines of a finding sees it: on another server of the same kind, in bash and in Python.

Where what the lines ask does not break the rule by itself, since it takes the rest of the report or a request that worked to know, the answers
are put in the place of those that the finding is about. On a server that keeps the contract the same lines show nothing of the sort.
"""

from __future__ import annotations

import io
import random
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, redirect_stdout, suppress
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import count
from urllib.parse import parse_qsl

import pytest

from awscontract.conformance.evidence.evidence import Evidence
from awscontract.conformance.explain.detection_table import observed
from awscontract.conformance.protocols import protocol_for
from awscontract.conformance.protocols.base import Protocol, Remembering
from awscontract.conformance.reproduce.steps import BETWEEN, Reproducer
from awscontract.conformance.rules import function_of
from awscontract.conformance.trace.exchange import Exchange, Run, Trace
from awscontract.emulator import Behaviour, Emulator, Stages, attach, serve
from awscontract.emulator.faults import Fault, faults_for
from awscontract.spec.catalogue import rule_set
from awscontract.spec.http import HttpRequest, HttpResponse
from awscontract.spec.operations import load

boto3 = pytest.importorskip("boto3")

CONTRACT = load("iam:GetOrganizationsAccessReport")
FAULTS = faults_for(CONTRACT)
RULES = {each.id: function_of(each, CONTRACT) for each in rule_set(CONTRACT)}
#: What no lines show again: errors that come once, and a state that so many different reads lead to.
ONCE = {"first-read-crashes", "first-start-crashes", "completed-then-running"}
SHALLOW = [each.id for each in FAULTS.values() if not each.deep and each.id not in ONCE]
PASTED = frozenset(random.Random(7).sample(SHALLOW, 16))
#: How many a report has: few, since there is a survey for each fault, and where it does not show in them more than a page has by default.
FEW, SERVICES = 12, 104
GIVEN = ("JobId", "Marker")
UNISSUED = b"Action=GetOrganizationsAccessReport&Version=2010-05-08&JobId=nobody"


#: When the clock of the detection table begins.
STARTED = 1_750_000_000.0
#: When the clock of the server begins that the lines are tried on.
BEGAN = 1_760_000_000.0
FORM = {"content-type": "application/x-www-form-urlencoded"}


class Heard(Emulator):
    """A server that was asked before, so that it gives other ids, and that keeps what it is asked from now on."""

    def __init__(self, behaviour: Behaviour, stages: Stages) -> None:
        ticks = count()
        self.paused = 0.0
        super().__init__(CONTRACT, behaviour, stages, clock=lambda: BEGAN + self.paused + 0.25 * next(ticks))
        for _ in range(3):
            super().respond(HttpRequest(headers=FORM, body=UNISSUED))
        self.exchanges: list[Exchange] = []

    def pause(self, seconds: float) -> None:
        """Let time pass for the server's clock."""
        self.paused += seconds

    def respond(self, request: HttpRequest) -> HttpResponse:
        response = super().respond(request)
        asked = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
        operation, _ = asked.pop("Action"), asked.pop("Version")
        index, headers = len(self.exchanges), {name.lower(): value for name, value in response.headers.items()}
        self.exchanges.append(
            Exchange(index, operation, asked, index, index + 0.5, response.status, headers, response.body)
        )
        return response


@dataclass(frozen=True)
class Finding:
    """A fault's first violation of its rule, in the trace that it was found in."""

    fault: Fault
    trace: Trace
    reading: Protocol
    exchanges: tuple[int, ...]

    def lines(self, url: str) -> tuple[str, str]:
        """The lines in bash, and in Python."""
        shown = Reproducer(Evidence(self.trace, self.reading, CONTRACT), url)(self.exchanges)
        assert shown is not None
        bash, _, python = shown.partition(BETWEEN)
        return bash, python

    def seen_in(self, made: Sequence[Exchange]) -> bool:
        """Whether these exchanges break the rule, alone or in the place of the finding's own."""
        if self.violations(made, BEGAN):
            return True
        spliced = self.with_answers(made)
        return spliced is not None and set(self.exchanges) in map(set, self.violations(spliced))

    def violations(self, exchanges: Sequence[Exchange], began: float | None = None) -> list[tuple[int, ...]]:
        """Where the finding's rule is broken."""
        return violations(exchanges, self.fault.rule, self.reading, began)

    def with_answers(self, made: Sequence[Exchange]) -> list[Exchange] | None:
        """The trace with these answers to the finding's questions, and no others; None where not all were asked, in that order."""
        rest, pairs = list(made), []
        for index in sorted(self.exchanges, reverse=True):
            old = self.trace.exchanges[index]
            while rest and likeness(rest[-1]) != likeness(old):
                rest.pop()
            if not rest:
                return None
            pairs.append((old, rest.pop()))
        names = {
            str(new.parameters[name]).encode(): str(old.parameters[name]).encode()
            for old, new in pairs
            for name in GIVEN
            if old.parameters and new.parameters and new.parameters.get(name)
        }
        questions = [(old.operation, old.parameters) for old, _ in pairs]
        exchanges = [each for each in self.trace.exchanges if (each.operation, each.parameters) not in questions]
        for old, new in pairs:
            body = new.body
            for theirs, ours in names.items():
                body = body.replace(theirs, ours)
            exchanges.append(replace(old, status=new.status, headers=new.headers, body=body))
        return sorted(exchanges, key=lambda each: each.index)


def likeness(each: Exchange) -> tuple[str, dict[str, str]]:
    """What is asked, whatever the server's own ids and markers are."""
    shown = {name: str(value) for name, value in (each.parameters or {}).items()}
    return each.operation, {name: "" if name in GIVEN and value else value for name, value in shown.items()}


def violations(
    exchanges: Sequence[Exchange], rule: str, reading: Protocol, began: float | None = None
) -> list[tuple[int, ...]]:
    """The exchanges of each violation of a rule."""
    function = RULES[rule]
    return [
        each.exchanges if each.exchanges is not None else piece.exchanges
        for piece in Evidence(Trace(tuple(exchanges), run=Run(began=began)), reading, CONTRACT).of(function.kind)
        for each in function.check(piece)
        if each.state == "broken"
    ]


def survey(behaviour: Behaviour, stages: Stages) -> tuple[Trace, Protocol]:
    """The trace of a whole survey, as if it had been made over HTTP, and the readings of it."""
    trace = observed(behaviour, stages, CONTRACT)[1]
    return replace(trace, run=Run("endpoint")), Remembering(protocol_for(CONTRACT))


@cache
def noted_anywhere(rule: str) -> bool:
    """Whether the rule finds something worth a note in a server that keeps the contract."""
    trace, reading = valid_survey()
    return bool(violations(trace.exchanges, rule, reading))


@cache
def valid_survey() -> tuple[Trace, Protocol]:
    return survey(Behaviour(), Stages())


@lru_cache(maxsize=1)  # what a trace holds is large
def finding(name: str) -> Finding:
    fault = FAULTS[name]
    for services in (FEW, SERVICES):
        fault = replace(fault, behaviour=replace(fault.behaviour, services=services))
        trace, reading = survey(fault.behaviour, fault.stages)
        found = violations(trace.exchanges, fault.rule, reading, STARTED)
        if found:
            break
    return Finding(fault, trace, reading, found[0])


def in_python(found: Finding, server: Heard) -> str:
    """Run the lines, up to the exception that they end with where botocore cannot read an answer. What was asked is printed as it came."""
    _, lines = found.lines("http://127.0.0.1:9")
    printed, make = io.StringIO(), boto3.client
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patched, redirect_stdout(printed):
        patched.setattr(boto3, "client", lambda *a, **k: stack.enter_context(attach(make(*a, **k), server)))
        patched.setattr(time, "sleep", server.pause)
        program = compile(lines, "lines", "exec")
        with suppress(Exception):
            exec(program, {})
    for each in server.exchanges:
        assert repr(each.body) in printed.getvalue()
        assert f"'status_code': {each.status}" in printed.getvalue()
    return lines


def in_bash(found: Finding, server: Heard) -> str:
    """Run the lines over HTTP. What was asked is printed as it came."""
    if not (shutil.which("bash") and shutil.which("curl")):
        pytest.skip("bash and curl run the lines")
    with serve(server) as there:
        lines, _ = found.lines(there.url)
        script = ["bash", "-c", "sleep() { :; }\n" + lines]
        done = subprocess.run(script, capture_output=True, timeout=60, check=False)
    assert not done.stderr, done.stderr
    for each in server.exchanges:
        assert each.body.rstrip(b"\n") in done.stdout
        assert b"HTTP/1.1 %d" % (each.status or 0) in done.stdout
    return lines


#: Bash for some, since a process a line takes its time. Those of one fault stand together, so that it is surveyed once.
CASES = [(name, run) for name in SHALLOW for run in (in_python, in_bash) if run is in_python or name in PASTED]
#: Every sixth fault, and those whose lines are pasted into bash; all of them every night.
SOME = {name for place, name in enumerate(SHALLOW) if place % 6 == 0 or name in PASTED}
MARKED = [pytest.param(*each, marks=[] if each[0] in SOME else [pytest.mark.nightly]) for each in CASES]


@pytest.mark.parametrize(("name", "run"), MARKED, ids=lambda each: getattr(each, "__name__", each))
def test_the_lines_show_the_fault(name: str, run: Callable[[Finding, Heard], str]) -> None:
    """They ask what shows it, and where it is not they show that too."""
    found = finding(name)
    fault = found.fault
    faulty = Heard(fault.behaviour, fault.stages)
    valid = Heard(Behaviour() if fault.stages == Stages() else fault.behaviour, Stages())  # for some it is a setting

    lines = run(found, faulty)
    assert faulty.exchanges
    assert found.seen_in(faulty.exchanges), lines

    if noted_anywhere(fault.rule):
        return
    run(found, valid)
    assert valid.exchanges
    if [*map(likeness, valid.exchanges)] == [*map(likeness, faulty.exchanges)]:
        assert not found.seen_in(valid.exchanges), lines
    else:
        assert not found.violations(valid.exchanges, BEGAN), lines
