"""The steps of a reproduction as lines of bash with curl. Every response is shown as it came, with its status and headers."""

import re
import shlex
from collections.abc import Iterator, Sequence

from ...spec.contract import Contract
from ...spec.model import service
from ..protocols.base import Protocol
from .given import MADE, Given, Step, replaced, variable
from .line_breaks import command

__all__ = ["in_bash"]

#: What stands for a value that is taken from a response until the request is written.
_MARK = re.compile(r"awscontractgiven(\d+)x")
_UNESCAPED = (
    r""" |
        sed "s:&lt;:<:g; s:&gt;:>:g; s:&quot;:\":g" |
        sed "s:&apos;:':g; s:&#39;:':g; s:&amp;:\&:g" """
).rstrip()


def in_bash(steps: Sequence[Step], contract: Contract, protocol: Protocol, endpoint_url: str) -> list[str] | None:
    """The steps for curl; None where a script cannot find in a response what a later request takes."""
    taken = [(step, each) for step in steps for each in step.taken]
    scripts = {each.output: protocol.sed(_giver(steps, each, contract), each.output) for _, each in taken}
    if not all(scripts.values()) or not all(isinstance(each.value, str) for _, each in taken):
        return None
    writer = _Writer(contract, protocol, endpoint_url, scripts)
    return [*writer.head(taken), *(line for step in steps for line in writer.step(step))]


def _giver(steps: Sequence[Step], given: Given, contract: Contract) -> str:
    """The operation whose response gives it."""
    return next((step.exchange.operation for step in steps if step.index == given.by), contract.operation)


class _Writer:
    def __init__(
        self, contract: Contract, protocol: Protocol, endpoint_url: str, scripts: dict[str, str | None]
    ) -> None:
        self.contract, self.protocol, self.scripts = contract, protocol, scripts
        self.url = endpoint_url.rstrip("/")
        self.form = contract.protocol in ("query", "ec2")
        self.xml = contract.protocol not in ("json", "rest-json")
        self.function = variable(contract.service)

    def head(self, taken: Sequence[tuple[Step, Given]]) -> Iterator[str]:
        model = service(self.contract.service)
        name = str(model.metadata.get("signingName") or model.metadata["endpointPrefix"])
        # by this an emulator of many services knows whose request it is; nobody has signed anything with it
        yield f"SCOPE='AWS4-HMAC-SHA256 Credential=x/20000101/us-east-1/{name}/aws4_request'"
        yield f"{self.function}() {{"
        form = [shlex.quote(self.url), f"-d Version={model.api_version}"] if self.form else []
        curl = ["RESPONSE=$(curl -sSi", *form, '-H "Authorization: $SCOPE"', '-d "$@")' if form else '"$@")']
        yield command(curl, "    ")
        yield '    echo "$RESPONSE"'
        yield "}"
        if taken:
            escaped = self.xml and any(re.search("[&<>\"']", str(each.value)) for _, each in taken)
            yield "it() {"
            yield f"""    sed -n "$1" <<<"$RESPONSE"{_UNESCAPED * escaped}"""
            yield "}"

    def step(self, step: Step) -> Iterator[str]:
        if step.pause:
            yield f"sleep {step.pause:g}"
        taken = [
            f"{self.token(each)}=$(it {shlex.quote(self.script(each.output))})" for each in step.taken if not each.name
        ]
        if step.while_ or step.times == 1:
            yield from taken
        if step.while_:
            statuses = " ".join(f"-e {shlex.quote(each)}" for each in step.while_)
            yield f"while {self.call(step)}"
            yield f'    grep -qF {statuses} <<<"$RESPONSE"'
            yield "do sleep 1; done"
        elif step.times > 1:
            yield f"for _ in {{1..{step.times}}}; do"
            yield from (f"    {each}" for each in taken)
            yield self.call(step, "    ")
            yield "done"
        else:
            yield self.call(step)
        for name, output in step.gives.items():
            yield f"{name.upper()}=$(it {shlex.quote(self.script(output))})"

    def script(self, output: str) -> str:
        return self.scripts.get(output) or self.protocol.sed(self.contract.operation, output) or ""

    def call(self, step: Step, indent: str = "") -> str:
        marks: list[Given] = []

        def mark(_: str, given: Given) -> str:
            marks.append(given)
            return f"awscontractgiven{len(marks) - 1}x"

        operation = step.exchange.operation
        request = self.protocol.encode(operation, replaced(step.parameters, mark))
        target, options = self.protocol.curl_arguments(request)
        if self.form:
            words = [f"Action={operation}"]
            for option, value in options:
                if not value.startswith(("Action=", "Version=")):
                    words.append(self.field(option, value, marks))
            return command([self.function, *words], indent)
        words = []
        path, _, query = target.partition("?")
        plain = [each for each in query.split("&") if each and not _MARK.search(each)]
        moved = [each for each in query.split("&") if _MARK.search(each)]
        words.append(self.quoted(self.url + path + ("?" + "&".join(plain) if plain else ""), marks))
        words += ["-G"] if moved and not request.body else []
        option = "--url-query" if request.body else "--data-urlencode"
        words += [f"{option} {self.quoted(each, marks)}" for each in moved]
        words += [f"{name} {self.quoted(value, marks)}" for name, value in options]
        return command([self.function, *words], indent)

    def field(self, option: str, value: str, marks: Sequence[Given]) -> str:
        """One field of a form. Most values are in a form what they are anywhere, and need no encoding."""
        text = _MARK.sub(lambda found: str(marks[int(found[1])].value), value.partition("=")[2])
        plain = re.fullmatch(r"[\w./-]*", text, re.ASCII) is not None
        return f"{'-d' if plain else option} {self.quoted(value, marks)}"

    def quoted(self, text: str, marks: Sequence[Given]) -> str:
        """The text for the shell, with variables in the place of the marks."""
        if (whole := re.fullmatch(rf"([\w.-]+=)?{_MARK.pattern}", text)) is not None:
            return f'"{whole[1] or ""}{self.variable(marks[int(whole[2])])}"'
        parts: list[str] = []
        end = 0
        for found in _MARK.finditer(text):
            parts += [_quoted(text[end : found.start()])] if found.start() > end else []
            parts.append(f'"{self.variable(marks[int(found[1])])}"')
            end = found.end()
        parts += [_quoted(text[end:])] if end < len(text) or not parts else []
        return "".join(parts)

    def variable(self, given: Given) -> str:
        if given.name:
            return MADE[given.change][1].format(given.name.upper())
        return f"${self.token(given)}"

    def token(self, given: Given) -> str:
        """The variable for a token of the response just before; they are numbered where the operation has several."""
        outputs = [each.output for each in self.contract.listing.tokens] if self.contract.listing else []
        return f"TOKEN{outputs.index(given.output) + 1}" if len(outputs) > 1 else "TOKEN"


def _quoted(text: str) -> str:
    if text.isprintable():
        return shlex.quote(text)
    return "$'" + "".join(c if c.isprintable() and c not in "\\'" else _escape(c) for c in text) + "'"


def _escape(character: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in character.encode(errors="replace"))
