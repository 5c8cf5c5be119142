"""The steps of a reproduction as lines of Python with boto3, whose own validation and retries are switched off.

Every response is shown as it came, with its status and headers: a parser may be lenient just where the finding is.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from botocore import xform_name

from ...spec.contract import Contract
from ...spec.model import service
from ..trace.aws_hosts import is_aws_host
from .given import MADE, Given, Step, variable
from .line_breaks import statement

__all__ = ["in_python"]

#: From this HTTP status on botocore raises.
_FAILURE = 300
_PLAIN = re.compile(r"\w+(\.\w+)*", re.ASCII)


def in_python(
    steps: Sequence[Step],
    contract: Contract,
    endpoint_url: str,
    kind: str = "endpoint",
    set_up: Sequence[str] = (),
    expressions: Mapping[str, str] | None = None,
) -> list[str]:
    """The steps for boto3, against a target of this kind.

    `set_up` are lines that create something to list; `expressions` are request parameters that they define.
    """
    lines = _Writer(contract, expressions or {}).lines(steps, _there(endpoint_url, kind), set_up)
    return [each for line in lines for each in statement(line)]


#: Dummy credentials, so that nothing that is pasted can change anything on AWS.
_NOBODY = 'aws_access_key_id="x", aws_secret_access_key="x"'


def _there(endpoint_url: str, kind: str) -> list[str]:
    """The lines that say where clients go; none where they go to AWS as whoever pastes them."""
    if kind == "aws":
        return []
    if not is_aws_host(endpoint_url):
        return [f"there = dict({_NOBODY})", f'there["endpoint_url"] = {endpoint_url!r}']
    if kind == "moto+access-reports":
        return [
            "from moto import mock_aws",
            "from awscontract.emulator.servers.moto import access_reports",
            "mock_aws().start()  # nothing reaches AWS from here on",
            "access_reports().__enter__()",
            f"there = dict({_NOBODY})",
        ]
    if kind == "moto":
        return [
            "from moto import mock_aws",
            "mock_aws().start()  # nothing reaches AWS from here on",
            f"there = dict({_NOBODY})",
        ]
    return [
        "# run this inside whatever intercepted the requests, such as moto's mock_aws()",
        f"there = dict({_NOBODY})",
    ]


class _Writer:
    def __init__(self, contract: Contract, expressions: Mapping[str, str]) -> None:
        self.contract, self.expressions = contract, expressions
        self.name = variable(contract.service)

    def lines(self, steps: Sequence[Step], there: Sequence[str], set_up: Sequence[str]) -> Iterator[str]:
        contract, name = self.contract, self.name
        last = steps[-1]
        skipped = [step for step in steps[:-1] if (step.exchange.status or 0) >= _FAILURE or step.exchange.failure]
        yield from ["from contextlib import suppress"] if skipped else []
        yield from ["import time"] if any(step.while_ or step.pause for step in steps) else []
        expressions = {each.output for step in steps for each in step.taken if not _PLAIN.fullmatch(each.output)}
        yield from ["import jmespath"] if expressions else []
        yield "import boto3"
        yield "from botocore.config import Config"
        path = ', s3={"addressing_style": "path"}' if contract.service == "s3" else ""
        yield 'retries = {"total_max_attempts": 1}'
        yield f"config = Config(parameter_validation=False, retries=retries{path})"
        yield from there
        arguments = '"us-east-1", config=config, **there' if there else "config=config"
        yield f'{name} = boto3.client("{contract.service}", {arguments})'
        yield from set_up
        event = service(contract.service).service_id.hyphenize()
        yield "show = lambda response_dict, **_: print(response_dict)"
        yield f'{name}.meta.events.register("before-parse.{event}", show)'
        followers = {before.index for before, step in pairwise(steps) if step.follows}
        for step in steps:
            yield from self.step(step, step is last, step in skipped, step.index in followers)

    def step(self, step: Step, is_last: bool, skipped: bool, followed: bool) -> Iterator[str]:
        job = self.contract.job
        call = self.call(step)
        started = job is not None and step.exchange.operation == job.start.operation and bool(step.gives)
        kept = followed or (bool(step.gives) and not started)
        if step.pause:
            yield f"time.sleep({step.pause:g})"
        if step.while_ and job is not None:
            asked = f"(answer := {call})" if kept else call
            statuses = f"in {step.while_!r}" if len(step.while_) > 1 else f"== {step.while_[0]!r}"
            yield f"while {asked}.get({job.status!r}) {statuses}:"
            yield "    time.sleep(1)"
        elif step.times > 1:
            yield f"for _ in range({step.times}):"
            yield f"    {'answer = ' * (kept or step.follows)}{call}"
        elif skipped:
            yield f"with suppress({self.name}.exceptions.ClientError):"
            yield f"    {call}"
        elif started:
            [(name, output)] = step.gives.items()
            yield f"{name} = {call}{_subscript(output)}"
            return
        else:
            yield f"{'answer = ' * (kept and not is_last)}{call}"
        yield from (f"{name} = {_taken('answer', output)}" for name, output in step.gives.items())

    def call(self, step: Step) -> str:
        arguments = ", ".join(f"{name}={self.argument(name, each)}" for name, each in step.parameters.items())
        return f"{self.name}.{xform_name(step.exchange.operation)}({arguments})"

    def argument(self, name: str, value: Any) -> str:
        if isinstance(value, Given):
            return MADE[value.change][2].format(value.name) if value.name else _taken("answer", value.output)
        return self.expressions.get(name, repr(value))


def _taken(variable: str, output: str) -> str:
    if _PLAIN.fullmatch(output):
        return variable + _subscript(output)
    return f"jmespath.search({output!r}, {variable})"


def _subscript(path: str) -> str:
    return "".join(f"[{name!r}]" for name in path.split("."))
