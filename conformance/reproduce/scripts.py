"""The steps of a reproduction as lines of bash with curl, and of Python with boto3.

Both show every answer as it came, with its status and headers: a parser may be lenient just where the finding is.
"""

import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ...spec import service
from ...spec.legacy import Contract
from ..driver.session import is_aws_host
from ..trace.exchange import Exchange

__all__ = ["MADE", "Given", "Step", "in_bash", "in_python"]

#: What requests make of a JobId that was given: in fact, in bash, and in Python.
MADE: Mapping[str, tuple[Callable[[str], str], str, str]] = {
    "": (lambda value: value, "${0}", "{0}"),
    "shorter": (lambda value: value[:-1], "${{{0}%?}}", "{0}[:-1]"),
    "longer": (lambda value: value + value[-1:], "${0}${{{0}: -1}}", "{0} + {0}[-1]"),
}


@dataclass(frozen=True, slots=True)
class Given:
    """A JobId or Marker that the answer of exchange number `by` gave, there `value`, and what is made of it.

    Without a name it is the Marker of the answer just before.
    """

    by: int
    value: str
    change: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One request, asked again `while_` the job's status is one of these, or so many `times`.

    `gives` tells which of the answer's members later steps take, by the names that they have there.
    """

    exchange: Exchange
    parameters: Mapping[str, str | int | Given]
    while_: tuple[str, ...] = ()
    times: int = 1
    gives: Mapping[str, str] = field(default_factory=dict)

    @property
    def index(self) -> int:
        """The exchange's number."""
        return self.exchange.index

    @property
    def taken(self) -> list[Given]:
        """What it takes from answers."""
        return [each for each in self.parameters.values() if isinstance(each, Given)]

    @property
    def follows(self) -> bool:
        """Whether it takes the Marker of the answer just before."""
        return any(not each.name for each in self.taken)


def in_bash(steps: Sequence[Step], law: Contract, endpoint_url: str) -> Iterator[str]:
    """The steps for curl."""
    version = service().api_version
    url = shlex.quote(endpoint_url)
    yield f"SCOPE='{_SCOPE}'"
    yield f'iam() {{ ANSWER=$(curl -sSi {url} -H "$SCOPE" -d Version={version} -d "$@"); echo "$ANSWER"; }}'
    taken = [each for step in steps for each in step.taken]
    if taken:
        escaped = any(re.search("[&<>\"']", each.value) for each in taken)
        yield rf"""it() {{ sed -n "s:.*<$1>\(.*\)</$1>.*:\1:p" <<<"$ANSWER"{_UNESCAPED * escaped}; }}"""
    for step in steps:
        call = " ".join([f"iam Action={step.exchange.operation}", *_fields(step, law)])
        if step.while_:
            statuses = " ".join(f"-e {shlex.quote(each)}" for each in step.while_)
            yield f'while {call}; grep -qF {statuses} <<<"$ANSWER"; do sleep 1; done'
        elif step.times > 1:
            yield f"for _ in {{1..{step.times}}}; do {call}; done"
        else:
            yield call
        yield from (f"{name.upper()}=$(it {member})" for name, member in step.gives.items())


#: By which an emulator of many services knows whose request it is. Nobody has signed anything with it.
_SCOPE = "Authorization: AWS4-HMAC-SHA256 Credential=x/20000101/us-east-1/iam/aws4_request"

_UNESCAPED = r""" | sed "s:&lt;:<:g; s:&gt;:>:g; s:&quot;:\":g; s:&apos;:':g; s:&#39;:':g; s:&amp;:\&:g" """.rstrip()


def _fields(step: Step, law: Contract) -> Iterator[str]:
    for name, value in step.parameters.items():
        if isinstance(value, Given):
            taken = MADE[value.change][1].format(value.name.upper()) if value.name else f"$(it {law.page.next})"
            yield f'{_option(value.value)} "{name}={taken}"'
        else:
            yield f"{_option(str(value))} {_quoted(f'{name}={value}')}"


def _option(value: str) -> str:
    """Most values are in a form what they are anywhere, and need no encoding."""
    return "-d" if re.fullmatch(r"[\w./-]*", value, re.ASCII) else "--data-urlencode"


def _quoted(text: str) -> str:
    if text.isprintable():
        return shlex.quote(text)
    return "$'" + "".join(c if c.isprintable() and c not in "\\'" else _escape(c) for c in text) + "'"


def _escape(character: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in character.encode(errors="replace"))


def in_python(steps: Sequence[Step], law: Contract, endpoint_url: str) -> Iterator[str]:
    """The steps for boto3, whose own validation is put aside, and its retries."""
    last = steps[-1]
    skipped = [step for step in steps[:-1] if (step.exchange.status or 0) >= _FAILURE]
    yield from ["from contextlib import suppress"] if skipped else []
    yield from ["import time"] if any(step.while_ for step in steps) else []
    yield "import boto3"
    yield "from botocore.config import Config"
    yield 'config = Config(parameter_validation=False, retries={"total_max_attempts": 1})'
    if is_aws_host(endpoint_url):
        yield 'iam = boto3.client("iam", config=config)'
    else:
        yield f'there = dict(endpoint_url={endpoint_url!r}, aws_access_key_id="x", aws_secret_access_key="x")'
        yield 'iam = boto3.client("iam", "us-east-1", config=config, **there)'
    yield 'iam.meta.events.register("before-parse.iam", lambda response_dict, **_: print(response_dict))'
    followers = {before.index for before, step in pairwise(steps) if step.follows}
    for step in steps:
        call = _call(step, law)
        kept = step.index in followers or law.page.next in step.gives.values()
        if step.while_:
            asked = f"(answer := {call})" if kept else call
            statuses = f"in {step.while_!r}" if len(step.while_) > 1 else f"== {step.while_[0]!r}"
            yield f"while {asked}.get({law.job.status!r}) {statuses}:"
            yield "    time.sleep(1)"
        elif step.times > 1:
            yield f"for _ in range({step.times}):"
            yield f"    {'answer = ' * (kept or step.follows)}{call}"
        elif step in skipped:
            yield "with suppress(iam.exceptions.ClientError):"
            yield f"    {call}"
        elif law.start.job_id in step.gives.values():
            [name] = step.gives
            yield f"{name} = {call}[{law.start.job_id!r}]"
            continue
        else:
            yield f"{'answer = ' * (kept and step is not last)}{call}"
        yield from (f"{name} = answer[{member!r}]" for name, member in step.gives.items())


#: From this HTTP status on botocore raises.
_FAILURE = 300


def _call(step: Step, law: Contract) -> str:
    from botocore import xform_name

    def shown(value: str | int | Given) -> str:
        if not isinstance(value, Given):
            return repr(value)
        return MADE[value.change][2].format(value.name) if value.name else f"answer[{law.page.next!r}]"

    arguments = ", ".join(f"{name}={shown(value)}" for name, value in step.parameters.items())
    return f"iam.{xform_name(step.exchange.operation)}({arguments})"
