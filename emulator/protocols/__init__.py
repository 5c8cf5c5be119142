"""AWS protocols, one file each: reading requests and writing responses."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from ...errors import UsageError
from ...spec.contract import Contract
from .base import EmulatedProtocol

__all__ = ["EmulatedProtocol", "protocol_for"]

#: Module and class by the name that botocore has for a protocol. Each is loaded when it is first spoken.
_PROTOCOLS = {
    "query": ("query", "Query"),
    "ec2": ("ec2", "Ec2"),
    "json": ("json", "Json"),
    "rest-json": ("rest", "RestJson"),
    "rest-xml": ("rest", "RestXml"),
}


def protocol_for(contract: Contract) -> EmulatedProtocol:
    """The protocol of the operation's service."""
    if contract.protocol not in _PROTOCOLS:
        raise UsageError(f"{contract.id} speaks {contract.protocol}, which awscontract does not")
    module, name = _PROTOCOLS[contract.protocol]
    make: Callable[[Contract], EmulatedProtocol] = getattr(import_module(f".{module}", __name__), name)
    return make(contract)
