"""The fuzz targets: one function per reader of untrusted input, given bytes. Only the errors that a reader declares are right."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

from awscontract.conformance.judge.evaluate import evaluate
from awscontract.conformance.judge.validate import validate
from awscontract.conformance.protocols import protocol_for
from awscontract.conformance.protocols.notes import OverLimit
from awscontract.conformance.protocols.xml import MarkupError, parse
from awscontract.conformance.reporting.diff import compare_all, text
from awscontract.conformance.reporting.load import load_results
from awscontract.conformance.results.known_failures import load as load_known
from awscontract.conformance.trace.exchange import Exchange, Trace, TraceError
from awscontract.errors import Error
from awscontract.options.config import configuration
from awscontract.spec.contract import Contract
from awscontract.spec.operations import load as load_contract

__all__ = ["CORPUS", "TARGETS", "seeds"]

CORPUS = Path(__file__).with_name("corpus")

#: One operation for each protocol.
_OPERATIONS = {
    "query": "iam:ListUsers",
    "ec2": "ec2:DescribeVpcs",
    "json": "dynamodb:Scan",
    "rest-json": "lambda:ListFunctions",
    "rest-xml": "s3:ListObjectsV2",
}


@cache
def _contract(name: str) -> Contract:
    return load_contract(name)


def _reader(protocol: str) -> Callable[[bytes], None]:
    """Reading a response is total: no bytes may make it raise."""

    def read(data: bytes) -> None:
        contract = _contract(_OPERATIONS[protocol])
        status = (200, 400, 404, 500, 503)[len(data) % 5]
        headers = {
            "content-type": "text/xml" if "xml" in protocol or protocol in ("query", "ec2") else "application/json"
        }
        exchange = Exchange(0, contract.operation, {}, 0.0, 0.1, status, headers, data)
        trace = Trace((exchange,), contract.id)
        protocol_for(contract).read(exchange)
        evaluate(trace, contract)

    return read


def _xml(data: bytes) -> None:
    with suppress(MarkupError, OverLimit):
        parse(data)


def _validate(data: bytes) -> None:
    with suppress(Error):
        validate([("input", data)], _contract("iam:GetOrganizationsAccessReport"))


def _replay(data: bytes) -> None:
    with suppress(TraceError, Error):
        trace = Trace.loads(data.decode("utf-8", "replace"))
        evaluate(trace, _contract(trace.operation))


def _report(data: bytes) -> None:
    with suppress(Error):
        load_results("input", data)


def _diff(data: bytes) -> None:
    half = len(data) // 2
    with suppress(Error):
        text(compare_all(load_results("old", data[:half]), load_results("new", data[half:])))


def _known(data: bytes) -> None:
    with suppress(Error):
        load_known("input", data)


def _config(data: bytes) -> None:
    folder = _scratch()
    (folder / "awscontract.toml").write_bytes(data)
    with suppress(Error):
        configuration(folder, {})


@cache
def _scratch() -> Path:
    return Path(tempfile.mkdtemp())


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "xml": _xml,
    **{f"read-{protocol}": _reader(protocol) for protocol in _OPERATIONS},
    "validate": _validate,
    "replay": _replay,
    "report": _report,
    "diff": _diff,
    "known": _known,
    "config": _config,
}


def seeds(target: str) -> list[bytes]:
    """The target's own corpus, and what fits it of the vectors."""
    return [path.read_bytes() for path in sorted(CORPUS.glob(f"{target}.*"))] or [json.dumps({}).encode()]
