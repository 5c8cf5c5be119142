"""What a reader notes about bytes while it reads: checks of the protocol's rules, values that it could not read, unknown members."""

from collections import Counter
from collections.abc import Collection

from ...errors import cut, one_line, shorten
from ..trace.exchange import Exchange
from .base import Finding, Wire

__all__ = ["Notes", "OverLimit", "compression", "excerpt", "is_html", "pointer"]

#: The default for the most elements of one response that are read.
MAX_ELEMENTS = 200_000
#: The deepest nesting that is read. Responses are a few levels deep; recursion over far deeper ones would exhaust the stack.
DEPTH = 64

#: The most characters of a name that is noted.
_NAME = 120

#: The most characters of a value that a finding shows: with its size behind it, still less than reports cut.
_SHOWN = 240

#: The most violations of one rule, and the most unknown members, that are noted of one response.
_MOST = 2_000

_HTML = (b"<!doctype html", b"<html")
_GZIP = b"\x1f\x8b"


class OverLimit(ValueError):
    """The document may be well-formed, but it exceeds one of our limits."""


def pointer(base: str, *names: str | int) -> str:
    """A JSON pointer (RFC 6901) to a member below `base`."""
    return base + "".join("/" + str(name).replace("~", "~0").replace("/", "~1") for name in names)


def excerpt(body: bytes) -> str:
    """The beginning of a body as one readable line."""
    text = " ".join(body[:400].decode("utf-8", "replace").split())
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return cut(shown, 118) or "an empty body"


def is_html(exchange: Exchange) -> bool:
    """Whether the body is a web page, as servers and frameworks send it when they fail."""
    return exchange.body[:1024].lstrip().lower().startswith(_HTML)


def compression(exchange: Exchange) -> str | None:
    """How the body is compressed, which no request accepts; None where it is not."""
    named = exchange.headers.get("content-encoding", "").strip().lower()
    return named if named not in ("", "identity") else "gzip" if exchange.body.startswith(_GZIP) else None


class Notes:
    """Counts the checks of each rule and keeps the violations. Values are cut to a readable length. `rules` are those that count."""

    def __init__(self, rules: Collection[str]) -> None:
        self.rules = rules
        self.checked: Counter[str] = Counter()
        self.findings: list[Finding] = []
        self._broken: Counter[str] = Counter()
        self.unknown: list[str] = []
        self.unparsed: list[str] = []

    def kept(self, rule: str, times: int = 1) -> None:
        """The rule could have been broken so many times and was not."""
        self.checked[rule] += times

    def broken(self, rule: str, message: str, expected: str, actual: str, path: str | None = None) -> None:
        """The rule is broken."""
        self._broken[rule] += 1
        if self._broken[rule] > _MOST:
            return
        self.checked[rule] += 1
        message, actual = one_line(shorten(message, _SHOWN)), one_line(shorten(actual, _SHOWN))
        self.findings.append(Finding(rule, message, expected, actual, path))

    def unknown_member(self, path: str, name: str) -> None:
        """The model does not have the member of this name below `path`."""
        if len(self.unknown) < _MOST:
            self.unknown.append(pointer(path, shorten(name, _NAME)))

    def check(self, rule: str, holds: bool, message: str, *, expected: str, actual: str) -> None:
        """The rule holds or is broken."""
        if holds:
            self.kept(rule)
        else:
            self.broken(rule, message, expected, actual)

    def wire(self, problem: str | None = None, *, over_limit: bool = False) -> Wire:
        """All of it."""
        checked = {rule: times for rule, times in self.checked.items() if rule in self.rules}
        return Wire(checked, tuple(each for each in self.findings if each.rule in self.rules), problem, over_limit)
