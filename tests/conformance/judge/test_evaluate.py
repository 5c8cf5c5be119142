"""Recorded, then replayed: the same result, byte for byte; and what is no trace is shown in one line."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import botocore.session
import pytest

from awscontract import check
from awscontract.cli.main import main
from awscontract.conformance.check import replay
from awscontract.conformance.results.result import Result
from awscontract.conformance.trace.exchange import Run, Trace
from awscontract.emulator import Behaviour, Emulator, Stages, attach
from awscontract.emulator.records import ServiceError
from awscontract.emulator.stages.listings import paginate

from conformance_kit import CONTRACT, GENERATE, GET, JOB, Scene, answer

ENTITY = "o-q9w8e7r6t5/r-zx12"


def recorded(emulator: Emulator | None, **changes: Any) -> tuple[Result, Trace]:
    """A run against an emulator in this process, or against nobody, and its trace."""
    made = botocore.session.Session().create_client(
        "iam",
        region_name="us-east-1",
        endpoint_url="http://127.0.0.1:9",
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="secret",
    )
    traces: list[Trace] = []
    options: dict[str, Any] = {"entity_path": ENTITY, "poll_interval": 0, "explore": 2, "record": traces.append}
    options |= changes
    if emulator is None:
        return check(made, **options), traces[0]
    with attach(made, emulator):
        return check(made, **options), traces[0]


def refuse(code: str, status: int) -> Callable[[Any], None]:
    def gate(call: Any) -> None:
        raise ServiceError(code, status, f"{code}: {ENTITY} of account 864209753186")

    return gate


#: More services than a page has by default.
SMALL = Behaviour(services=104)
RUNS: dict[str, tuple[Emulator | None, dict[str, Any], str]] = {
    "conforming": (Emulator(behaviour=SMALL), {}, "conforms"),
    "dropping": (Emulator(behaviour=replace(SMALL, page_cap=9)), {}, "conforms"),
    "broken": (
        Emulator(
            behaviour=SMALL,
            stages=Stages(
                paginate=lambda read, rows: paginate(read, rows)._replace(rows=paginate(read, rows).rows[1:])
            ),
        ),
        {},
        "violates",
    ),
    "refused": (Emulator(stages=Stages(gate=refuse("AccessDenied", 403))), {}, "refused"),
    "not implemented": (Emulator(stages=Stages(gate=refuse("InvalidAction", 400))), {}, "not-implemented"),
    "failing": (Emulator(behaviour=Behaviour(outcome="failed")), {}, "conforms"),
    "nobody there": (None, {}, "unreachable"),
    "reading only": (Emulator(), {"job_id": JOB}, "refused"),
}


@pytest.mark.parametrize("redact", [True, False])
@pytest.mark.parametrize(("emulator", "options", "verdict"), RUNS.values(), ids=RUNS)
def test_the_same_result(emulator: Emulator | None, options: dict[str, Any], verdict: str, redact: bool) -> None:
    """Whatever came of the run, with pseudonyms and without."""
    result, trace = recorded(emulator, redact=redact, **options)
    again = replay(Trace.loads(trace.dumps()), CONTRACT)
    assert again.to_json() == result.to_json()
    written = trace.dumps() + result.to_json()
    assert (ENTITY in written) is (not redact and "job_id" not in options)
    assert result.verdict == verdict
    assert not redact or "864209753186" not in written


def test_of_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Text, JSON, file and exit status, from a file."""
    trace, one, two = (str(tmp_path / name) for name in ("trace", "one", "two"))
    asked = ["--target", "emulator", "--explore", "0", "--poll-interval", "0"]
    assert main(["check", *asked, "--record", trace, "--save", one], standalone_mode=False) == 0
    first = capsys.readouterr().out
    assert main(["replay", trace, "--save", two], standalone_mode=False) == 0
    assert capsys.readouterr().out == first
    assert Path(one).read_bytes() == Path(two).read_bytes()
    assert "o-a1b2c3d4e5" in Path(trace).read_text()  # the emulator's own, which is nobody's secret


def test_ids_are_kept_where_asked(tmp_path: Path) -> None:
    """For a trace that stays where it was made."""
    trace = tmp_path / "trace"
    asked = ["--target", "emulator", "--explore", "0", "--poll-interval", "0", "--record", str(trace), "--keep-ids"]
    assert main(["check", *asked], standalone_mode=False) == 0
    assert "o-a1b2c3d4e5/r-f6g7" in trace.read_text()


def test_of_a_trace_that_no_run_made() -> None:
    """Exchanges alone are judged; what they do not show is not there."""
    result = replay(replace(Scene().start().get(answer=answer()).trace, run=None), CONTRACT)
    assert (result.target.kind, result.calls, result.verdict) == ("trace", 2, "conforms")


HEADER: dict[str, Any] = {"format": "awscontract-trace", "version": 2, "operation": f"iam:{GET}"}
RUN: dict[str, Any] = json.loads(Trace((), run=Run()).dumps())["run"]
LINE: dict[str, Any] = {"operation": GET, "parameters": {}, "sent": 0.0, "received": 0.5, "status": 200, "body": "<a/>"}

BAD = {
    "empty": ("", "the trace is empty"),
    "something else": ("<xml/>", "line 1 is not JSON"),
    "JSON": ('{"JobStatus": "COMPLETED"}', "line 1 is not the header of a trace"),
    "a list": ("[]", "line 1 is not a JSON object"),
    "newer": ([HEADER | {"version": 3}], "the trace has version 3; this awscontract reads version 2"),
    "of no version": ([{"format": HEADER["format"], "operation": GET}], "the trace has version None"),
    "of no operation": ([HEADER | {"operation": "ListUsers"}], "line 1 names no operation"),
    "of an unknown operation": ([HEADER | {"operation": "iam:Fly"}], "Fly"),
    "an exchange of an unknown operation": ([HEADER, LINE | {"operation": "Fly"}], "iam does not have"),
    "cut off in a line": (json.dumps(HEADER) + "\n" + json.dumps(LINE)[:-9], "was the file cut off?"),
    "cut off after a line": ([HEADER | {"exchanges": 2}, LINE], "1 of 2 exchanges are there; was the file cut off?"),
    "no times": ([HEADER, {k: v for k, v in LINE.items() if k != "sent"}], "line 2 is not an exchange: KeyError"),
    "times that are none": ([HEADER, LINE | {"sent": "soon"}], "line 2 is not an exchange: TypeError"),
    "times before the beginning": ([HEADER, LINE | {"sent": -1}], "line 2 is not an exchange: ValueError"),
    "times without end": (json.dumps(HEADER) + "\n" + json.dumps(LINE | {"received": 1e999}), "Infinity is not JSON"),
    "times beyond numbers": ([HEADER, LINE | {"received": 10**400}], "line 2 is not an exchange: OverflowError"),
    "parameters that are none": ([HEADER, LINE | {"parameters": ["MaxItems"]}], "expected dict"),
    "a status that is none": ([HEADER, LINE | {"status": "200"}], "expected int, got '200'"),
    "a body that is none": ([HEADER, LINE | {"body": 7}], "line 2 is not an exchange"),
    "a failure that is none": ([HEADER, LINE | {"failure": {"kind": "sad", "message": ""}}], "'sad' is none of"),
    "a run that is none": ([HEADER | {"run": 7}], "line 1 does not describe a run"),
    "a run of another kind": ([HEADER | {"run": {"kind": 7}}], "line 1 does not describe a run: TypeError"),
    "a run without a verdict": ([HEADER | {"run": RUN | {"verdict": "good"}}], "'good' is none of"),
    "a run with a list": ([HEADER | {"run": RUN | {"dropped": "all"}}], "expected list, got 'all'"),
    "a run with a number": ([HEADER | {"run": RUN | {"calls": None}}], "expected int, got None"),
}


@pytest.mark.parametrize(("text", "problem"), BAD.values(), ids=BAD)
def test_what_is_no_trace(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: Any, problem: str) -> None:
    """One line that names the file and what is wrong with it, and exit status 2."""
    file = tmp_path / "trace"
    file.write_text(text if isinstance(text, str) else "".join(json.dumps(line) + "\n" for line in text))
    assert main(["replay", str(file)], standalone_mode=False) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("awscontract: ") and problem in err and err.count("\n") == 1


def test_what_is_no_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nor is a file of bytes."""
    file = tmp_path / "trace"
    file.write_bytes(b"\x1f\x8b\x08")
    assert main(["replay", str(file)], standalone_mode=False) == 2
    assert "not UTF-8" in capsys.readouterr().err


def test_a_job_of_another_operation() -> None:
    """Its id is unknown to this one: a report that was never seen, not one that is fine."""
    unissued = Scene().start(job=JOB).saved(answer(), GENERATE).trace
    result = replay(unissued, CONTRACT)
    assert result.rule("pagination.complete").outcome == "not-exercised"
