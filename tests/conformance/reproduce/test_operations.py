"""Lines to paste for operations of every protocol, pasted: in bash against a server, in Python in this process."""

from __future__ import annotations

import ast
import shutil
import subprocess
from contextlib import ExitStack, redirect_stdout, suppress
from functools import cache
from io import StringIO
from typing import Any

import pytest

from awscontract.conformance.check import check
from awscontract.conformance.evidence.evidence import Evidence
from awscontract.conformance.explain.detection_table import observed
from awscontract.conformance.protocols import protocol_for
from awscontract.conformance.reproduce.given import variable
from awscontract.conformance.reproduce.line_breaks import WIDTH
from awscontract.conformance.reproduce.setup import set_up_lines
from awscontract.conformance.reproduce.steps import BETWEEN, Reproducer
from awscontract.conformance.trace.exchange import Exchange, Run, Trace
from awscontract.emulator import Behaviour, Emulator, Stages, attach, serve
from awscontract.spec.contract import Contract
from awscontract.spec.http import HttpRequest, HttpResponse
from awscontract.spec.operations import load

boto3 = pytest.importorskip("boto3")

needs_a_shell = pytest.mark.skipif(
    not (shutil.which("bash") and shutil.which("curl")), reason="bash and curl run the lines"
)

#: One of each protocol, and of each kind of token: a text, several, a map, an expression, in the query and in the body.
OPERATIONS = [
    "iam:ListUsers",
    "ec2:DescribeVpcs",
    "sqs:ListQueues",
    "kms:ListKeys",
    "lambda:ListFunctions",
    "s3:ListObjectsV2",
    "s3:ListObjectVersions",
    "s3:ListObjects",
    "route53:ListResourceRecordSets",
    "dynamodb:Scan",
]


class Listening(Emulator):
    """Remembers what it was sent, by its own reading."""

    def __init__(self, contract: Contract) -> None:
        super().__init__(contract)
        self.seen: list[dict[str, Any]] = []
        self.statuses: list[int] = []

    def respond(self, request: HttpRequest) -> HttpResponse:
        self.seen.append(dict(self._router.route(request)[2]))
        response = super().respond(request)
        self.statuses.append(response.status)
        return response


@cache
def finding(contract: Contract) -> tuple[Trace, list[Exchange]]:
    """A listing of three pages or more, and an invalid request, of a survey of the valid emulator."""
    trace = observed(Behaviour(), Stages(), contract)[1]
    listings = Evidence(trace, protocol_for(contract), contract).listings
    pages = next(each for each in listings if len(each.pages) >= 3)
    return trace, [trace.exchanges[index] for index in pages.exchanges]


def lines(contract: Contract, url: str) -> tuple[str | None, str, list[Exchange]]:
    """The lines for bash, if there are any, and for Python, and the exchanges that they are about."""
    trace, exchanges = finding(contract)
    evidence = Evidence(trace, protocol_for(contract), contract)
    text = Reproducer(evidence, url)(tuple(each.index for each in exchanges))
    assert text is not None
    bash, between, python = text.partition(BETWEEN)
    return (bash, python, exchanges) if between else (None, text, exchanges)


def alike(contract: Contract, seen: list[dict[str, Any]], exchanges: list[Exchange]) -> None:
    """Assert that the same was requested, whatever the tokens are."""
    tokens = {each.input for each in contract.listing.tokens} if contract.listing else set()

    def shown(parameters: Any) -> dict[str, Any]:
        return {
            name: "…" if name in tokens else str(value).removeprefix("/hostedzone/")  # which botocore takes out of ids
            for name, value in parameters.items()
            if name != "EncodingType"  # boto3 asks S3 for it by itself
        }

    assert [shown(each) for each in seen] == [shown(each.parameters) for each in exchanges]


@needs_a_shell
@pytest.mark.parametrize("operation", OPERATIONS)
def test_in_bash(operation: str) -> None:
    """Every page is requested again, with the tokens that this server gives."""
    contract = load(operation)
    emulator = Listening(contract)
    with serve(emulator) as server:
        script, _, exchanges = lines(contract, server.url)
        if script is None:
            pytest.skip("a script cannot find its token in a response")
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert not done.stderr
    assert emulator.statuses == [200] * len(exchanges), (script, done.stdout)
    alike(contract, emulator.seen, exchanges)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_in_python(operation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same with boto3, in lines that a terminal of 80 columns shows whole."""
    contract = load(operation)
    emulator = Listening(contract)
    _, script, exchanges = lines(contract, "http://127.0.0.1:9")
    assert max(map(len, script.splitlines())) <= WIDTH
    make = boto3.client
    with ExitStack() as stack, redirect_stdout(StringIO()), suppress(SystemExit):
        monkeypatch.setattr(boto3, "client", lambda *a, **k: stack.enter_context(attach(make(*a, **k), emulator)))
        exec(compile(script, "lines", "exec"), {})
    assert emulator.statuses == [200] * len(exchanges), script
    alike(contract, emulator.seen, exchanges)


def test_which_have_no_bash() -> None:
    """Only tokens that are no texts, and expressions."""
    none = [each for each in OPERATIONS if lines(load(each), "http://127.0.0.1:9")[0] is None]
    assert none == ["s3:ListObjects", "dynamodb:Scan"]


class TestSetUp:
    """What a recipe created is created again, so that there is something to list."""

    def script(self, operation: str, made: tuple[str, ...], parameters: dict[str, Any]) -> tuple[str, dict[str, str]]:
        found, expressions = set_up_lines(load(operation), Run("moto", made=made, parameters=parameters))
        return "\n".join(found), expressions

    def test_a_document_is_written_as_a_value(self) -> None:
        """A policy that is one long string would not fit into a line."""
        script, _ = self.script("eks:ListClusters", ("awscontract-6b09a2ab-0c83-00",), {})
        assert "import json\n" in script and "AssumeRolePolicyDocument=json.dumps({'Version': '2012-10-17', " in script

    def test_of_items_that_nothing_identifies(self) -> None:
        """A service that names its shards by itself."""
        run = Run("moto", created=7, parameters={"StreamName": "awscontract-6b09a2ab-0c83"})
        found, expressions = set_up_lines(load("kinesis:DescribeStream"), run)
        assert "once = [kinesis.create_stream(StreamName=run, ShardCount=7)]" in found
        assert expressions == {"StreamName": "run"}

    def test_of_a_finding_on_moto(self) -> None:
        """The run knows how many there are."""
        moto = pytest.importorskip("moto")
        with moto.mock_aws():
            result = check(boto3.client("kinesis", "us-east-1"), operation="kinesis:DescribeStream", explore=0)
        broken = result.rule("pagination.ends").violations[0]
        assert broken.reproduce is not None and "create_stream(StreamName=run, ShardCount=7)" in broken.reproduce

    def test_of_a_run_that_created_nothing(self) -> None:
        assert self.script("iam:ListUsers", (), {}) == ("", {})

    @pytest.mark.parametrize(
        ("operation", "parameters"),
        [
            ("iam:ListUsers", {}),
            ("iam:ListUserPolicies", {"UserName": "awscontract-6b09a2ab-0c83"}),
            ("s3:ListObjectsV2", {"Bucket": "awscontract-6b09a2ab-0c83"}),
            ("sqs:ListQueues", {}),
            ("dynamodb:Scan", {"TableName": "awscontract-6b09a2ab-0c83"}),
            ("lambda:ListFunctions", {}),
        ],
    )
    def test_on_moto(self, operation: str, parameters: dict[str, Any]) -> None:
        """The lines run as they are, and then there is something to list."""
        moto = pytest.importorskip("moto")
        contract = load(operation)
        made = tuple(f"awscontract-6b09a2ab-0c83-{number:02}" for number in (3, 0, 1, 2, 4))
        script, expressions = self.script(operation, made, parameters)
        ast.parse(script)
        there = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
        with moto.mock_aws():
            client = boto3.client(contract.service, "us-east-1", **there)
            names = {"boto3": boto3, variable(contract.service): client, "there": there, "config": None}
            exec(script, names)
            wanted = {
                name: eval(expressions[name], names) if name in expressions else value
                for name, value in parameters.items()
            }
            page = getattr(client, client.meta.method_to_api_mapping and _method(client, contract.operation))(**wanted)
        assert len(page[contract.listing.main]) >= 5 if contract.listing else False


def _method(client: Any, operation: str) -> str:
    return next(method for method, name in client.meta.method_to_api_mapping.items() if name == operation)
