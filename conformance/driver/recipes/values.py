"""Names of what a recipe creates, and the values of a recipe's templates."""

from __future__ import annotations

import io
import json
import math
import re
import secrets
import time
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

from ....spec.recipe_calls import PLACEHOLDER
from ...evidence.paths import find

__all__ = ["Leftover", "MissingValue", "Scope", "item_name", "new_run", "parse_name", "render"]

#: A name of ours: the time of the start in hexadecimal seconds, random digits, and an item's number or "other" for what belongs to none.
_NAME = re.compile(
    r"(?:^|[/:]|^x-)(?P<run>awscontract(?P<dash>-?)(?P<start>[0-9a-f]{8})(?P=dash)(?P<random>[0-9a-f]{4}))"
    r"(?:(?P=dash)(?P<item>\d{2,4}|other)|_other)?(?:\.awscontract-[0-9a-f]{8}-[0-9a-f]{4})?(?:\.example\.com\.?)?(?:/|:\d+)?$"
)


#: At the end of a path it takes what follows the last slash of the value.
_BASENAME = ":basename"


class MissingValue(Exception):
    """A template refers to a response that did not come, or to a member that the response does not have."""


class Leftover(NamedTuple):
    """A name of ours that was found: its run, when that run started, and the item's own name, if it is an item's."""

    run: str
    start: int
    item: str | None


def new_run(now: float | None = None) -> str:
    """A unique name for a run: ``awscontract-TIME-RANDOM``, short enough for load balancers, whose names have 32 characters."""
    return f"awscontract-{int(time.time() if now is None else now):08x}-{secrets.token_hex(2)}"


def item_name(run: str, index: int, items: int) -> str:
    """The name of an item. Names do not sort in the order of creation, so that the two orders can be distinguished."""
    step = next(each for each in range(max(2, int(items * 0.38)), 2 * items + 3) if math.gcd(each, items) == 1)
    return f"{run}-{(index * step + items // 2) % items:0{max(2, len(str(items - 1)))}}"


def parse_name(name: str) -> Leftover | None:
    """What a name says, if it is one of ours: whole, or as the last part of a path or ARN. Any other name is somebody else's."""
    match = _NAME.search(name)
    if match is None:
        return None
    run = f"awscontract-{match['start']}-{match['random']}"
    item = match["item"]
    return Leftover(run, int(match["start"], 16), f"{run}-{item}" if item and item != "other" else None)


@dataclass
class Scope:
    """What a recipe's templates may refer to. `known` holds references whose value was found without a response."""

    run: str
    region: str
    items: int
    index: int | None = None
    name: str | None = None
    once: Sequence[Any] = ()
    each: Sequence[Any] = ()
    known: Mapping[str, Any] = field(default_factory=dict)

    def value(self, name: str, number: str | None, detail: str | None) -> Any:
        """The value of one placeholder."""
        if name in ("once", "each"):
            return self._response(name, number, detail)
        if name == "index":
            return format(self.index, detail) if detail else self.index
        if name == "number" and self.index is not None:
            return self.index + 1
        if name == "name" or name == "name_word":
            if self.name is None:
                raise MissingValue(name)
            return self.name if name == "name" else self.name.replace("-", "")
        return _VALUES[name](self)

    def _response(self, name: str, number: str | None, path: str | None) -> Any:
        if path and path.endswith(_BASENAME):
            return str(self._response(name, number, path.removesuffix(_BASENAME))).rpartition("/")[2]
        reference = f"{name}.{number}:{path}"
        if reference in self.known:
            return self.known[reference]
        responses, position = (self.once if name == "once" else self.each), int(number or 0)
        value = find(responses[position], path) if position < len(responses) else None
        if value is None:
            raise MissingValue(reference)
        return value


def render(template: Any, scope: Scope) -> Any:
    """The template with its values. A text that is one placeholder becomes that value, whatever its type; None leaves a member out.

    :raises MissingValue: where a response does not have what the template refers to.
    """
    if isinstance(template, str):
        if whole := PLACEHOLDER.fullmatch(template):
            return scope.value(*whole.groups())
        return PLACEHOLDER.sub(lambda match: str(scope.value(*match.groups())), template)
    if isinstance(template, Mapping):
        rendered = ((render(name, scope), each, render(each, scope)) for name, each in template.items())
        return {name: value for name, each, value in rendered if value is not None and not (value == {} and each)}
    if isinstance(template, list | tuple):
        return [render(each, scope) for each in template]
    return template


def _policy(_: Scope) -> str:
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Deny", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::awscontract"}],
        }
    )


_PRINCIPALS = (
    "lambda",
    "states",
    "ec2",
    "ecs-tasks",
    "events",
    "scheduler",
    "pipes",
    "glue",
    "sagemaker",
    "synthetics",
)


def _trust(_: Scope) -> str:
    services = [f"{each}.amazonaws.com" for each in _PRINCIPALS]
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": {"Service": services}, "Action": "sts:AssumeRole"}],
        }
    )


@cache
def _zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(
            zipfile.ZipInfo("index.py", (2025, 1, 1, 0, 0, 0)), "def handler(event, context):\n    return event\n"
        )
    return file.getvalue()


_VALUES: Mapping[str, Any] = {
    "run": lambda scope: scope.run,
    "run_word": lambda scope: scope.run.replace("-", ""),
    "items": lambda scope: scope.items,
    "policy": _policy,
    "trust": _trust,
    "zip": lambda _: _zip(),
    "now": lambda _: datetime.now(UTC),
    "milliseconds": lambda _: int(time.time() * 1000),
    "region": lambda scope: scope.region,
    "zone": lambda scope: f"{scope.region}a",
    "location": lambda scope: None if scope.region == "us-east-1" else scope.region,
}
