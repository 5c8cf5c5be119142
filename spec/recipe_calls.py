"""The calls of a recipe and the templates of their values.

Templates refer to what a run has: `{run}` and `{name}` are unique names of the run and of an item, `{once.0:User.Arn}` is a JMESPath
expression over the response of an earlier call; `PLACEHOLDERS` lists the others. Literal braces, as in JSON text, need no escape.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["PLACEHOLDER", "PLACEHOLDERS", "Find", "RecipeCall", "RecipeWait", "references"]

#: A template's placeholder: a name, for a response the number of its call, and after a colon a path or a format.
PLACEHOLDER = re.compile(r"\{([a-z_]+)(?:\.(\d+))?(?::([^{}]+))?\}")

#: What templates may refer to, besides the responses of `once` and `each`.
PLACEHOLDERS: Mapping[str, str] = {
    "run": "the run's unique name, awscontract-TIME-RANDOM",
    "name": "an item's unique name: the run's name and two digits, not in the order of creation",
    "run_word": "the run's name, letters and digits only",
    "name_word": "an item's name, letters and digits only",
    "index": "an item's number, from 0 in the order of creation; {index:03} pads it",
    "number": "an item's number, from 1",
    "items": "how many items the run creates",
    "policy": "an IAM policy, as JSON text",
    "trust": "a role's trust policy for Lambda, Step Functions, EC2 and other services, as JSON text",
    "zip": "a zip file with one Python module, index.py",
    "now": "the present time",
    "milliseconds": "the present time in milliseconds since 1970",
    "region": "the client's region",
    "zone": "the first availability zone of the region",
    "location": "the region, or nothing in us-east-1, where CreateBucket takes none",
    "once": "the response of a call of `once`; {once.0:Zone.Id:basename} is what follows the last slash",
    "each": "the response of a call of `each`, for this item",
}


@dataclass(frozen=True)
class RecipeWait:
    """A call that is repeated until a JMESPath expression over its response yields one of `until`; one of `failed` ends it at once."""

    call: str
    path: str
    until: tuple[str, ...]
    failed: tuple[str, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict, hash=False)
    service: str | None = None


@dataclass(frozen=True)
class RecipeCall:
    """One call: an operation, of this or another service, with its parameters as templates.

    `wait` is waited for afterwards. `retry` are error codes after which the call is repeated for a while (a role that is not known yet),
    `ignore` those that do not matter. A call with `only_if` is made only where that template has a value: an organization is deleted only
    by the run that created it. `stand_in` is what to go on with where the target does not have the call, or what it asks for: where there is
    one service alone, it takes the name of any role.
    """

    call: str
    parameters: Mapping[str, Any] = field(default_factory=dict, hash=False)
    service: str | None = None
    wait: RecipeWait | None = None
    retry: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    only_if: str | None = None
    stand_in: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Find:
    """How to find what an interrupted run left behind: a list operation, and JMESPath expressions for its items and their names.

    `values` are further paths inside an item, each for the reference that it stands for: ``{"once.0:Vpc.VpcId": "VpcId"}``.
    """

    call: str
    items: str
    name: str
    parameters: Mapping[str, Any] = field(default_factory=dict, hash=False)
    values: Mapping[str, str] = field(default_factory=dict, hash=False)
    service: str | None = None


def references(value: Any) -> Iterator[str]:
    """The placeholders anywhere inside a template, without their braces."""
    if isinstance(value, str):
        for match in PLACEHOLDER.finditer(value):
            yield match[0][1:-1]
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield from references(name)
            yield from references(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from references(each)
