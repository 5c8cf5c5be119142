"""`awscontract fuzz-client -- CMD …`: programs in other languages, judged over HTTP."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from awscontract.clients.fuzzing.subprocess_client import Programmed, fuzz_program
from awscontract.errors import TargetUnavailable, UsageError
from awscontract.spec.operations import load

from servers import command

CLIENTS = Path(__file__).parents[1] / "client_gallery"
AWS = Path(sys.executable).with_name("aws")
PYTHON = (sys.executable, "-P", "-c")

#: A client of its own, since an SDK takes longer to be imported than to be judged; those of AWS have their tests below.
RIGHT = """
import json, os, sys, time
from urllib import error, parse, request
from xml.etree import ElementTree

def value(node):
    name, kids = node.tag.rpartition("}")[2], list(node)
    if name == "AccessDetails":
        return [value(each) for each in kids]
    if kids:
        return {each.tag.rpartition("}")[2]: value(each) for each in kids}
    if name == "IsTruncated":
        return node.text == "true"
    return int(node.text) if name.startswith(("Number", "Total")) else node.text or ""

class iam:
    def get_organizations_access_report(**parameters):
        asked = {"Action": "GetOrganizationsAccessReport", "Version": "2010-05-08", **parameters}
        while True:
            try:
                body = request.urlopen(os.environ["AWS_ENDPOINT_URL_IAM"], parse.urlencode(asked).encode()).read()
                return value(list(ElementTree.fromstring(body))[0])
            except error.HTTPError as refused:
                said = refused.read().decode()
                if "Throttling" not in said:
                    sys.exit("error: " + said.replace("\\n", " "))
                time.sleep(0.01)

job, marker, found = sys.argv[1], {}, []
while (page := iam.get_organizations_access_report(JobId=job))["JobStatus"] == "IN_PROGRESS":
    time.sleep(0.1)
if page["JobStatus"] != "COMPLETED":
    sys.exit(page["ErrorDetails"]["Code"])
while True:
    found += page.get("AccessDetails", [])
    if not page.get("IsTruncated"):
        break
    page = iam.get_organizations_access_report(JobId=job, Marker=page["Marker"])
print(json.dumps(found, default=str))
"""
WRONG = {
    "first page": ('not page.get("IsTruncated")', "True", "client.complete"),
    "failed is empty": ('page["JobStatus"] != "COMPLETED"', "False", "client.surfaces-failure"),
    "first page for ever": (', Marker=page["Marker"]', "", "client.stops"),
}


@pytest.fixture(autouse=True)
def python(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shell's client reads JSON with this Python, and finds the AWS CLI beside it."""
    monkeypatch.setenv("PYTHON", sys.executable)
    monkeypatch.setenv("PATH", f"{AWS.parent}{os.pathsep}{os.environ['PATH']}")


def judged(*arguments: str, examples: int = 5, operation: str = "", key: str | None = None) -> Programmed:
    return fuzz_program(arguments, contract=load(operation) if operation else load(), examples=examples, key=key)


def test_right() -> None:
    """A right program breaks no rule."""
    found = judged(*PYTHON, RIGHT, "{job_id}", examples=6)

    assert (found.rule, found.examples) == (None, 6)


@pytest.mark.parametrize("old", ["first page", "failed is empty", "first page for ever"])
def test_wrong(old: str) -> None:
    """A wrong one is caught, and shown."""
    before, after, rule = WRONG[old]
    assert before in RIGHT

    found = judged(*PYTHON, RIGHT.replace(before, after), "{job_id}")

    assert found.rule == rule
    assert len(found.report.splitlines()) <= 10


def test_status_and_silence() -> None:
    """The command ends with 1 for a broken rule, 3 for a program that never asks, 2 for one that is not there."""
    wrong = RIGHT.replace('not page.get("IsTruncated")', "True")

    assert command.awscontract("fuzz-client", "--examples", "1", "--", *PYTHON, wrong, "{job_id}").returncode == 1
    silent = command.awscontract("fuzz-client", "--", *PYTHON, "print([])")
    assert (silent.returncode, silent.stderr.count("\n")) == (3, 1)
    missing = command.awscontract("fuzz-client", "--", "./no-such-program")
    assert (missing.returncode, missing.stderr.count("\n")) == (2, 1)


def test_time_out() -> None:
    """A program that does not end is ended."""
    sleeps = RIGHT.replace("print(json", "time.sleep(600); print(json")

    assert fuzz_program([*PYTHON, sleeps, "{job_id}"], examples=1, timeout=2).rule == "client.stops"


def test_slow_is_not_wrong() -> None:
    """A program that was still getting on when its time was over cannot be judged, and its author is shown what to do."""
    slow = RIGHT.replace("time.sleep(0.1)", "time.sleep(600)")

    with pytest.raises(TargetUnavailable, match=r"may only be slow: raise --timeout"):
        fuzz_program([*PYTHON, slow, "{job_id}"], examples=2, timeout=8)


@pytest.mark.parametrize(
    ("old", "new"),
    [("JobId=", "MaxItems=5000, JobId="), ("sys.argv[1]", "sys.argv[1][::-1]")],
    ids=["too many items", "another job"],
)
def test_own_fault(old: str, new: str) -> None:
    """A program whose own requests are refused has collected nothing, and does not pass for it."""
    assert judged(*PYTHON, RIGHT.replace(old, new), "{job_id}", examples=2).rule == "client.complete"


def test_another_operation() -> None:
    """One that asks something else has never asked."""
    asks = "r.urlopen(r.Request(os.environ['AWS_ENDPOINT_URL_IAM'], b'Action=ListUsers'))"

    with pytest.raises(
        TargetUnavailable, match=r"the program calls ListUsers, but only GetOrg.* is served here: exit status 1"
    ):
        judged(*PYTHON, f"import os, urllib.request as r; {asks}", examples=2)


@pytest.mark.skipif(os.name != "posix", reason="process groups")
@pytest.mark.parametrize("detached", [False, True])
def test_what_a_program_leaves_behind(detached: bool, tmp_path: Path) -> None:
    """Whatever holds its standard output open keeps nobody waiting, and what is still in its group is ended with it."""
    pid = tmp_path / "pid"
    child = f"subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], start_new_session={detached})"
    leaves = RIGHT.replace(
        "import json", f"import subprocess, sys; open({str(pid)!r}, 'w').write(str({child}.pid))\nimport json"
    )

    assert judged(*PYTHON, leaves, "{job_id}", examples=2).rule is None
    if detached:
        os.kill(int(pid.read_text()), signal.SIGKILL)
    else:
        gone(int(pid.read_text()))


def gone(pid: int) -> None:
    """A process has ended, or does so without anybody's doing: the signal that ends it may be on its way."""
    if sys.platform != "linux":
        return
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    with os.fdopen(process) as opened:
        assert select.select([opened], [], [], 30)[0]


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("number", [pytest.param(signal.SIGINT, marks=pytest.mark.nightly), signal.SIGTERM])
def test_ended_from_outside(number: int, tmp_path: Path) -> None:
    """The program ends with the command, which says so in a line."""
    pid = tmp_path / "pid"
    os.mkfifo(pid)  # reading waits until there is something to read
    sleeps = f"import os, time; open({str(pid)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    ours = [*command.AWSCONTRACT, "fuzz-client", "--", *PYTHON, sleeps]
    with subprocess.Popen(ours, stderr=subprocess.PIPE, text=True) as process:
        program = int(pid.read_text())
        process.send_signal(number)
        _, said = process.communicate(timeout=30)

    assert (process.returncode, said.strip()) == (
        128 + number,
        f"awscontract: interrupted by {signal.Signals(number).name}",
    )
    gone(program)


def test_proxies_and_other_services(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy is not asked for what is on this machine, and neither is AWS for any service."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    sts = RIGHT.replace(
        "job, marker", "import botocore.session\ntry: botocore.session.get_session().create_client('sts').get_caller_identity()\n"
        "except Exception as error: assert 'InvalidAction' in str(error), error\njob, marker"
    )  # fmt: skip

    assert judged(*PYTHON, sts, "{job_id}", examples=1).rule is None


@pytest.mark.parametrize(
    ("printing", "shown"),
    [
        ("print('[' * 200_000)", "line 2 of its standard output is nested too deeply"),
        ("while True: print('x' * 9_999)", "more than 64 MiB"),
    ],
)
def test_hostile_output(printing: str, shown: str) -> None:
    """Neither depth nor length of what a program prints does any harm."""
    found = judged(*PYTHON, RIGHT + printing, "{job_id}", examples=1)

    assert shown in found.report


@pytest.mark.parametrize(
    ("ending", "shown"),
    [
        (
            "print('E: no such thing', file=sys.stderr); print('Error: it broke\\n    at line 7\\n\\nNode v20', file=sys.stderr); sys.exit(9)",
            "exit status 9: Error: it broke",
        ),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "ended by SIGSEGV"),
        ("found[0]['ServiceName'] = 'S3'; print(json.dumps(found, default=str))", "ServiceName is 'S3', where"),
    ],
)
def test_the_cause_is_shown(ending: str, shown: str) -> None:
    """The line of its error that says something, the signal, the member that differs."""
    assert (
        shown
        in judged(*PYTHON, RIGHT.replace("print(json", f"{ending}; 0 and print(json"), "{job_id}", examples=1).report
    )


def test_misspelt() -> None:
    """A name that is nearly one of those that are filled in is pointed out."""
    said = command.awscontract("fuzz-client", "--", *PYTHON, "print({})", "{jobid}").stderr

    assert said.startswith("awscontract: {jobid} is left as it is; did you mean {job_id}?\n")


def test_invalid_first() -> None:
    """What was asked for is tried although the valid dangers alone would take all the examples."""
    assert (
        fuzz_program([*PYTHON, RIGHT, "{job_id}"], examples=6, timeout=20, invalid_responses=True).rule
        == "client.stops"
    )


LIST = """
import json
import botocore.session
client = botocore.session.get_session().create_client("sqs")
print(json.dumps([url for page in client.get_paginator("list_queues").paginate() for url in page.get("QueueUrls", [])]))
"""


def test_a_list() -> None:
    """Any operation that pages; the endpoint's variable is that of its service."""
    assert judged(*PYTHON, LIST, examples=2, operation="sqs:ListQueues").rule is None
    wrong = LIST.replace(".paginate()", '.paginate(PaginationConfig={"MaxItems": 2})')
    assert judged(*PYTHON, wrong, examples=1, operation="sqs:ListQueues").rule == "client.complete"


def test_null_is_an_empty_list() -> None:
    """As Go prints a slice without elements."""
    go = RIGHT.replace("print(json.dumps(found,", "print(json.dumps(found or None,")
    assert go != RIGHT

    assert judged(*PYTHON, go, "{job_id}", examples=10).rule is None


@pytest.mark.parametrize(
    ("printing", "what", "expected"),
    [
        ("[each['ServiceNamespace'] for each in found]", "that are not JSON objects, such as", "pass --key"),
        ("page", "it printed one JSON object with", "not a whole response"),
    ],
    ids=["names only", "a whole response"],
)
def test_what_was_printed_instead(printing: str, what: str, expected: str) -> None:
    """Something other than items is shown as it was printed, with what is expected."""
    found = judged(*PYTHON, RIGHT.replace("json.dumps(found,", f"json.dumps({printing},"), "{job_id}", examples=1)

    assert what in found.report
    assert expected in found.report


def test_key() -> None:
    """A program that prints one member of each item says which."""
    names = RIGHT.replace("json.dumps(found,", "json.dumps([each['ServiceNamespace'] for each in found],")

    assert judged(*PYTHON, names, "{job_id}", examples=3, key="ServiceNamespace").rule is None


def test_a_line_that_is_not_json() -> None:
    """What else a program prints on its standard output is shown, and where it belongs."""
    found = judged(*PYTHON, "print('Loading …');" + RIGHT, "{job_id}", examples=1)

    assert "line 1 of its standard output is not JSON: 'Loading …'" in found.report
    assert "and everything else on standard error" in found.report


def test_a_key_that_items_do_not_have() -> None:
    """It is a slip in the command, and not the program's fault."""
    with pytest.raises(
        UsageError, match=r"--key: a service has no member 'ServiceNamespce'; did you mean 'ServiceNamespace'\?"
    ):
        judged(*PYTHON, RIGHT, "{job_id}", key="ServiceNamespce")


def test_several_at_once() -> None:
    """The findings are those of one after the other."""
    arguments = [*PYTHON, RIGHT.replace('page["JobStatus"] != "COMPLETED"', "False"), "{job_id}"]

    assert fuzz_program(arguments, examples=4, jobs=2).rule == "client.surfaces-failure"


@pytest.mark.skipif(not AWS.exists() or os.name != "posix", reason="needs the AWS CLI beside this Python, and sh")
def test_aws_cli() -> None:
    """The AWS CLI in a shell loop, rightly and wrongly."""
    script = str(CLIENTS / "paging.sh")

    assert judged("sh", script, "{job_id}", examples=2).rule is None
    assert judged("sh", script, "{job_id}", "wrong", examples=1).rule == "client.complete"


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the JavaScript SDK from npm."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("node and npm are not installed")
    folder = tmp_path_factory.mktemp("node")
    folder.joinpath("package.json").write_text('{"private": true}')
    install = ["npm", "install", "--silent", "--no-audit", "--no-fund", "@aws-sdk/client-iam@3"]
    try:
        done = subprocess.run(install, cwd=folder, capture_output=True, timeout=180, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip("npm takes too long")
    if done.returncode:
        pytest.skip("npm cannot install @aws-sdk/client-iam")
    shutil.copy(CLIENTS / "paging.mjs", folder)
    return folder / "paging.mjs"


@pytest.mark.nightly
def test_node(node: Path) -> None:
    """The AWS SDK for JavaScript, rightly and wrongly."""
    assert judged("node", str(node), "{job_id}", examples=5).rule is None
    assert judged("node", str(node), "{job_id}", "wrong").rule == "client.surfaces-failure"
