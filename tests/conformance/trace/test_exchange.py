"""Traces as files: what is kept comes back, what was signed with is never in them, and a broken one is distinguished by its line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from awscontract.conformance.judge.evaluate import evaluate
from awscontract.conformance.trace.exchange import KEPT_HEADERS, Exchange, Failure, Run, Trace, TraceError

from conformance_kit import CONTRACT, GENERATE, GET, JOB, ROOT, Scene, answer, error

HEADER = {"format": "awscontract-trace", "version": 2, "operation": f"iam:{GET}"}
LINE: dict[str, Any] = {
    "operation": GET,
    "parameters": {"JobId": JOB, "MaxItems": 1},
    "sent": 0.5,
    "received": 1.25,
    "status": 200,
    "headers": {"content-type": "text/xml"},
    "body": "<a/>",
}


def _nested(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = [value]
    return value


def text(*lines: object) -> str:
    return "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)


def test_round_trip() -> None:
    """Everything that the judge looks at comes back as it was."""
    scene = Scene().start().get().get(max_items=0, answer=error()).lost().saved(answer())
    scene.raw(answer(marker="é\u00ff"), GET, JobId=JOB, MaxItems="ten", Marker="")
    assert Trace.loads(scene.trace.dumps()) == scene.trace


@given(st.text(), st.text(), st.binary())
def test_any_text_and_any_bytes_come_back(parameter: str, message: str, body: bytes) -> None:
    """Line separators of every script, quotes, no UTF-8: each exchange is one line of its own."""
    trace = Trace(
        (
            Exchange(0, GET, {"Marker": parameter}, 0.0, 1.0, 200, {"server": parameter}, body),
            Exchange(1, GENERATE, {"EntityPath": parameter}, 1.0, 2.0, failure=Failure("error", message)),
        )
    )
    written = trace.dumps()
    assert written.count("\n") == 3
    try:
        written.encode()
    except UnicodeEncodeError:  # lone surrogates are no text that a file could hold
        return
    assert Trace.loads(written) == trace


@pytest.mark.parametrize("separator", ["\u0085", "\u2028", "\u2029", "\x0b", "\x0c", "\x1c", "\r"])
def test_a_line_ends_with_a_line_feed_alone(separator: str) -> None:
    """A Marker may hold U+0085, which is a line's end to some readers and a letter of the model's pattern."""
    trace = Scene().get(marker=f"a{separator}b", answer=answer(marker=f"c{separator}d")).trace
    assert Trace.loads(trace.dumps()) == trace


def test_files_from_windows_and_blank_lines() -> None:
    """An editor's line ends do not break a trace."""
    trace = Scene().get().get().trace
    assert Trace.loads(trace.dumps().replace("\n", "\r\n") + "\r\n\r\n") == trace


def test_only_harmless_headers_are_kept() -> None:
    """Cookies, sessions and hosts stay out of the file."""
    headers = dict.fromkeys(KEPT_HEADERS, "x") | {
        "set-cookie": "s=secret",
        "x-amz-security-token": "secret",
        "authorization": "secret",
    }
    trace = Trace((Exchange(0, GET, {"JobId": JOB}, status=200, headers=headers, body=b"<a/>"),))
    assert "secret" not in trace.dumps()
    assert set(Trace.loads(trace.dumps()).exchanges[0].headers) == set(KEPT_HEADERS)


def test_the_file_is_readable() -> None:
    """A body of text stands there as text, anything else as base64; what did not come is not there."""
    scene = Scene().start(entity=ROOT).lost("timeout")
    scene.raw(answer().rewritten(("AWS iam", "é")), GET, JobId=JOB)
    lines = [json.loads(line) for line in scene.trace.dumps().split("\n")[:-1]]
    assert lines[0] == HEADER | {"exchanges": 3, "run": lines[0]["run"]}
    assert lines[0]["run"]["kind"] == "trace"
    assert lines[1]["parameters"] == {"EntityPath": ROOT}
    assert lines[2]["failure"] == {"kind": "timeout", "message": "it ended as timeout"} and "body" not in lines[2]
    assert "é" in lines[3]["body"]
    binary = json.loads(Trace((Exchange(0, GET, None, body=b"\xff"),)).dumps().split("\n")[1])
    assert binary["body_base64"] == "/w==" and "body" not in binary


def test_the_valid_line() -> None:
    """The line that the broken ones below are made from is read."""
    [exchange] = Trace.loads(text(HEADER, LINE)).exchanges
    assert exchange == Exchange(
        0, GET, {"JobId": JOB, "MaxItems": 1}, 0.5, 1.25, 200, {"content-type": "text/xml"}, b"<a/>"
    )


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("", "empty"),
        ("\n \n", "empty"),
        (text("nonsense"), "line 1"),
        (text([1]), "line 1"),
        (text({}), "line 1"),
        (text(LINE), "line 1"),
        (text(HEADER | {"format": "har"}), "line 1"),
        (text(HEADER | {"version": 1}), "version 1; this awscontract reads version 2"),
        (text(HEADER | {"version": 3}), "version 3"),
        (text({"format": "awscontract-trace"}), "version None"),
        (text(HEADER | {"operation": 5}), "operation"),
        (text(HEADER | {"operation": "ListUsers"}), "operation"),
        (text(HEADER | {"operation": "iam:" + "x" * 10_000}), "operation"),
        (text(HEADER, json.dumps(LINE).replace("1.25", "NaN")), "NaN is not JSON"),
        (text(HEADER, json.dumps(LINE).replace("1.25", "9" * 5000)), "line 2 is not JSON"),
        (text(HEADER, json.dumps(LINE)[:-5]), "line 2 is not JSON"),
        (text(HEADER, LINE, "[" * 100_000), "line 3 is not JSON"),
        (text(HEADER, "[]"), "line 2 is not a JSON object"),
        (text(HEADER, LINE, "\n", "null"), "line 5 is not a JSON object"),
    ],
)
def test_what_is_no_trace(broken: str, said: str) -> None:
    """One line says which line is wrong, and how."""
    with pytest.raises(TraceError, match=said) as caught:
        Trace.loads(broken)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"operation": None},
        {"operation": 1},
        {"parameters": []},
        {"parameters": "JobId"},
        {"sent": None},
        {"sent": "soon"},
        {"received": {}},
        {"status": "200"},
        {"status": 200.5},
        {"headers": []},
        {"headers": {"server": 1}},
        {"headers": None},
        {"body": 1},
        {"body": None},
        {"body_base64": "?"},
        {"body_base64": 5},
        {"failure": "timeout"},
        {"failure": {"kind": "timeout"}},
        {"failure": {"kind": "bored", "message": "m"}},
        {"failure": {"kind": "timeout", "message": 1}},
        {"operation": "DeleteUser\n"},
        {"operation": "iam:GetUser"},
        {"parameters": {"Filter": _nested(33)}},
        {"status": 10**9},
    ],
    ids=json.dumps,
)
def test_what_is_no_exchange(wrong: dict[str, Any]) -> None:
    """A member of another type, or one that nobody wrote, is a line that cannot be judged."""
    with pytest.raises(TraceError, match=r"^line 3 ") as caught:
        Trace.loads(text(HEADER, LINE, LINE | wrong))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["operation", "parameters", "sent", "received"])
def test_what_an_exchange_cannot_do_without(name: str) -> None:
    """Each of these has to be there."""
    with pytest.raises(TraceError, match=rf"line 2 .*{name}"):
        Trace.loads(text(HEADER, {each: value for each, value in LINE.items() if each != name}))


@given(
    st.text()
    | st.recursive(
        st.none() | st.integers() | st.text(),
        lambda inner: st.dictionaries(st.sampled_from([*LINE, "failure", "kind"]), inner),
    )
)
def test_any_line_is_an_exchange_or_refused(line: object) -> None:
    """Nothing but TraceError comes out, and what is read can be judged."""
    try:
        trace = Trace.loads(text(HEADER, line))
    except TraceError:
        return
    scene = Scene()
    scene.exchanges = list(trace.exchanges)
    assert scene.outcomes()


def test_parameters_are_any_json() -> None:
    """Structures, lists, numbers and nothing, as botocore takes them; the run's too."""
    parameters = {
        "Filters": [{"Name": "n", "Values": ["a", "b"]}],
        "Limit": 1.5,
        "Key": {"id": {"S": "x"}},
        "All": True,
        "None": None,
    }
    run = Run(kind="endpoint", made=("a", "b"), parameters=parameters, cut_short="interrupted", began=1_750_000_000.5)
    trace = Trace((Exchange(0, "Scan", parameters, 0.0, 0.5, 200),), "dynamodb:Scan", run)
    assert Trace.loads(trace.dumps()) == trace


def test_an_operation_that_the_service_does_not_have() -> None:
    """One line, when the trace is judged."""
    with pytest.raises(TraceError, match="exchange 0 is of Fly, which iam does not have"):
        evaluate(Trace((Exchange(0, "Fly", {}),)), CONTRACT)
