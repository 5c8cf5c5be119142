"""What service control policies leave of a list of services: by the services' prefixes alone, as the reports see it.

A service is left where every level, from the root down to the entity, has a policy that allows something of it, and no
policy denies all of it. Conditions and resources are not looked at: a Deny that has them takes no service away.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

__all__ = ["left"]

Statement = Mapping[str, Any]


def left(services: Iterable[str], levels: Sequence[Iterable[str]]) -> frozenset[str]:
    """Of these service prefixes those that the policies leave; a level is the policies' documents, as JSON."""
    statements = [[each for document in level for each in _statements(document)] for level in levels]
    denials = [each for level in statements for each in level if _denies_outright(each)]
    return frozenset(
        service
        for service in services
        if all(any(_allows(each, service) for each in level) for level in statements)
        and not any(_takes_away(each, service) for each in denials)
    )


def _statements(document: str) -> Iterator[Statement]:
    """The statements of a document; what is none of the policy language says nothing."""
    try:
        policy = json.loads(document)
    except (TypeError, ValueError):
        return
    found = policy.get("Statement") if isinstance(policy, Mapping) else None
    yield from (each for each in _several(found) if isinstance(each, Mapping))


def _several(value: Any) -> Sequence[Any]:
    """The policy language lets a list of one be written without brackets."""
    return value if isinstance(value, list) else [value]


def _denies_outright(statement: Statement) -> bool:
    unconditional = not statement.get("Condition") and "NotResource" not in statement
    return statement.get("Effect") == "Deny" and unconditional and "*" in _several(statement.get("Resource", "*"))


def _allows(statement: Statement, service: str) -> bool:
    """Whether it allows anything of the service."""
    return statement.get("Effect") == "Allow" and _applies(statement, service, to=_some_of, except_for=_all_of)


def _takes_away(statement: Statement, service: str) -> bool:
    """Whether it denies all of the service."""
    return _applies(statement, service, to=_all_of, except_for=_some_of)


def _applies(statement: Statement, service: str, to: Callable[..., bool], except_for: Callable[..., bool]) -> bool:
    if "NotAction" in statement:
        return not any(except_for(each, service) for each in _several(statement["NotAction"]))
    return any(to(each, service) for each in _several(statement.get("Action", [])))


def _some_of(action: object, service: str) -> bool:
    """Whether any action of the service matches: ``*``, ``s3:*``, ``s3:Get*``."""
    return isinstance(action, str) and _matcher(action.partition(":")[0]).fullmatch(service) is not None


def _all_of(action: object, service: str) -> bool:
    """Whether every action of the service matches: ``*`` or ``s3:*``."""
    return (
        isinstance(action, str) and (action.partition(":")[2] or action).strip("*") == "" and _some_of(action, service)
    )


@cache
def _matcher(wild: str) -> re.Pattern[str]:
    pieces = {"*": ".*", "?": "."}
    return re.compile("".join(pieces.get(each, re.escape(each)) for each in wild), re.IGNORECASE)
