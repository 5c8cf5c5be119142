"""Lines to paste: how to see a finding again, with curl and with boto3.

A JobId and a Marker live and die with the server that gave them, so they are not pasted: the lines make a report of their own, wait
for it, and take each marker from the answer before.
"""

import shlex
from dataclasses import dataclass
from typing import Any

from .evidence import Evidence
from .exchange import Exchange, Parameters

__all__ = ["Reproducer"]

#: Longer listings are shown by their beginning.
STEPS = 6


@dataclass(frozen=True)
class Reproducer:
    """Makes the lines for findings of one trace. `endpoint_url` is where the target was."""

    evidence: Evidence
    endpoint_url: str

    def __call__(self, exchanges: tuple[int, ...]) -> str | None:
        """The lines that ask again what these exchanges asked, in bash; None where their requests are not known."""
        asked = [
            self.evidence.trace.exchanges[index] for index in exchanges if index < len(self.evidence.trace.exchanges)
        ]
        steps = [each for each in asked if each.parameters is not None]
        if not steps:
            return None
        lines = [_curl_function(self.endpoint_url, self._version())]
        law = self.evidence.contract
        reads = [each for each in steps if each.operation == law.operation]
        known = next(
            (
                str(each.parameters[law.job.id])
                for each in reads
                if each.parameters and each.parameters.get(law.job.id) in self._given
            ),
            None,
        )
        if known:
            lines += self._job(known)
        for step in steps[:STEPS]:
            lines.append(self._line(step, known))
        boto = self._boto3(steps[-1], known)
        return "\n".join([*lines, f"# the last of these in Python: {boto}"])

    @property
    def _given(self) -> dict[str, Exchange]:
        return {start.job_id: start.exchange for start in self.evidence.starts if start.job_id and start.lawful}

    def _version(self) -> str:
        from ..spec import service

        return str(service().api_version)

    def _job(self, job_id: str) -> list[str]:
        start = self._given[job_id]
        made = _call(start.operation, start.parameters or {})
        return [
            f"JOB=$({made} | sed -n 's:.*<JobId>\\(.*\\)</JobId>.*:\\1:p')",
            f"until {_call(self.evidence.contract.operation, {'JobId': '$JOB'})} | grep -Eq 'COMPLETED|FAILED'; do sleep 1; done",
        ]

    def _line(self, step: Exchange, known: str | None) -> str:
        parameters: dict[str, Any] = dict(step.parameters or {})
        law = self.evidence.contract
        if known and parameters.get(law.job.id) == known:
            parameters[law.job.id] = "$JOB"
        source = self._source(step)
        if source is None:
            return _call(step.operation, parameters)
        before = dict(source.parameters or {})
        if known and before.get(law.job.id) == known:
            before[law.job.id] = "$JOB"
        parameters[law.page.marker] = "$MARKER"
        chain = self._chain(source, known)
        return "\n".join([*chain, _call(step.operation, parameters)])

    def _chain(self, page: Exchange, known: str | None, depth: int = 0) -> list[str]:
        """The lines that take the marker which `page` gave, from the first page on."""
        parameters: dict[str, Any] = dict(page.parameters or {})
        law = self.evidence.contract
        if known and parameters.get(law.job.id) == known:
            parameters[law.job.id] = "$JOB"
        source = self._source(page) if depth < STEPS else None
        before = self._chain(source, known, depth + 1) if source is not None else []
        if source is not None:
            parameters[law.page.marker] = "$MARKER"
        return [
            *before,
            f"MARKER=$({_call(page.operation, parameters)} | sed -n 's:.*<Marker>\\(.*\\)</Marker>.*:\\1:p')",
        ]

    def _source(self, step: Exchange) -> Exchange | None:
        """The exchange whose answer gave the marker that this one sends."""
        law = self.evidence.contract
        marker = (step.parameters or {}).get(law.page.marker)
        if not isinstance(marker, str):
            return None
        giving = [
            page.exchange
            for page in self.evidence.pages
            if page.next == marker and page.truncated and page.exchange.index < step.index
        ]
        return giving[-1] if giving else None

    def _boto3(self, step: Exchange, known: str | None) -> str:
        from botocore import xform_name

        law = self.evidence.contract
        told = step.parameters or {}
        shown = [
            f"{name}={'job_id' if known and value == known and name == law.job.id else repr(value)}"
            for name, value in told.items()
        ]
        return (
            f"boto3.client('iam', endpoint_url={self.endpoint_url!r}).{xform_name(step.operation)}({', '.join(shown)})"
        )


def _curl_function(endpoint_url: str, version: str) -> str:
    return f'iam() {{ curl -sS {shlex.quote(endpoint_url)} -d Version={version} "$@"; }}'


def _call(operation: str, parameters: Parameters) -> str:
    fields = [
        f"-d Action={operation}",
        *(f"--data-urlencode {_field(name, value)}" for name, value in parameters.items()),
    ]
    return " ".join(["iam", *fields])


def _field(name: str, value: str | int) -> str:
    if value in ("$JOB", "$MARKER"):
        return f'"{name}={value}"'
    text = f"{name}={value}"
    if not text.isprintable():
        return "$'" + "".join(c if c.isprintable() and c not in "\\'" else f"\\u{ord(c):04x}" for c in text) + "'"
    return shlex.quote(text)
