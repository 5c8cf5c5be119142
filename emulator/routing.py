"""Which operation a request is for, among those of one emulator, which may belong to several services."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from ..spec.contract import Contract
from ..spec.http import HttpRequest
from ..spec.model import service
from .served import served

__all__ = ["Router"]

#: The service that a request was signed for, in its Authorization header or query string.
_SCOPE = re.compile(
    r"Credential=[^/,\s]+(?:/|%2F)\d{8}(?:/|%2F)[^/%,\s]+(?:/|%2F)([^/%,\s]+)(?:/|%2F)aws4_request", re.IGNORECASE
)


class Router:
    """The operations of an emulator, by service."""

    def __init__(self, contracts: Sequence[Contract]) -> None:
        self._services: dict[str, list[Contract]] = {}
        for each in contracts:
            self._services.setdefault(each.service, []).append(each)

    def route(self, request: HttpRequest) -> tuple[Contract, str, Mapping[str, Any]]:
        """The contract, the operation and its parameters; an operation that no contract has, where the request is for none."""
        first: tuple[Contract, str, Mapping[str, Any]] | None = None
        for contracts in self._candidates(request):
            # One protocol knows all operations of its service.
            operation, parameters = served(contracts[0]).protocol.read(request)
            for contract in contracts:
                if operation in contract.operations:
                    return contract, operation, parameters
            first = first or (contracts[0], operation, parameters)
        assert first is not None
        return first

    def _candidates(self, request: HttpRequest) -> list[list[Contract]]:
        if len(self._services) == 1:
            return list(self._services.values())
        match = _SCOPE.search(request.headers.get("authorization", "") + " " + request.query)
        signed = match[1] if match else None
        named = [each for name, each in self._services.items() if self._signing_names[name] == signed]
        return named or list(self._services.values())

    @cached_property
    def _signing_names(self) -> Mapping[str, str]:
        """By service. Its model is read once: only the last few are kept in memory."""
        return {name: str(service(name).signing_name) for name in self._services}
