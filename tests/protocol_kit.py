"""Contracts with no more than protocols need, and readings of responses written by hand."""

from __future__ import annotations

from awscontract.conformance.protocols import protocol_for
from awscontract.conformance.protocols.base import Finding, Reading
from awscontract.conformance.trace.exchange import Exchange
from awscontract.spec.contract import Contract
from awscontract.spec.model import service

__all__ = ["broken", "contract_of", "encoded", "read"]


def contract_of(name: str, protocol: str | None = None) -> Contract:
    """The contract of an operation, whose protocol may be another than its service's own."""
    service_name, _, operation = name.partition(":")
    return Contract(service_name, operation, protocol or service(service_name).resolved_protocol, "")


def read(
    name: str, body: bytes | str, status: int | None = 200, protocol: str | None = None, **headers: str
) -> Reading:
    """The judge's reading of a response. Headers are named with underscores."""
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    content = body.encode() if isinstance(body, str) else body
    contract = contract_of(name, protocol)
    return protocol_for(contract).read(Exchange(0, contract.operation, {}, 0.0, 0.0, status, named, content))


def broken(reading: Reading) -> dict[str, Finding]:
    """The first finding of each rule that is broken, by the rule's id without its family."""
    assert reading.wire is not None
    found: dict[str, Finding] = {}
    for each in reading.wire.findings:
        found.setdefault(each.rule.removeprefix("protocol."), each)
    return found


def encoded(name: str, protocol: str | None = None, **parameters: object) -> tuple[str, str, dict[str, str], str]:
    """Path, query, headers and body of a request with these parameters."""
    contract = contract_of(name, protocol)
    request = protocol_for(contract).encode(contract.operation, parameters)
    return request.path, request.query, dict(request.headers), request.body.decode()
