"""Pseudonyms for what would show whose AWS account a trace is of, put in before anything is judged or written.

Accounts, organizations and what is in them, policies, and whatever is or may be a credential are replaced: in parameters,
bodies, headers, and the texts of errors. They are numbered as they appear, in their own form and length, so that nothing of
the original is left, equal things stay equal, a path stays inside another, and no rule sees a difference. JobIds and
tokens stay as they are, except for what shows in them, and for a token that holds such an id in base64.
"""

import base64
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from .exchange import Exchange, Trace
from .unissued import altered_token, unissued_job_id, unissued_token

__all__ = ["redacted"]

#: Values of credentials, behind the names that they have in headers and bodies.
_LABELLED = re.compile(
    r"""(?P<label> [CcSsXx] (?i: (?<=c)redential | (?<=s)ignature | (?<=x)-amz-security-token | (?<=s)essionToken | (?<=s)ecretAccessKey )
         ["']? \s* [=:>] \s* ["']? ) [^\s"'<>&,]+""",
    re.VERBOSE,
)
_LABELS = ("credential", "signature", "x-amz-security-token", "sessiontoken", "secretaccesskey")

#: The letters of everything that is replaced. A run of them is looked at only where it may hold something: most of a body does not.
_RUN = re.compile(r"[0-9A-Za-z/-]{10,}")
_MAY_TELL = re.compile(r"[0-9]{12}|A[A-Z]{2}A[0-9A-Z]|[0-9a-f]{64}|-")
#: A word longer than this holds nothing but numbers of accounts, unless there is a hyphen in it.
_LONG = 1024
_NUMBER = re.compile(r"[0-9]{12,}")

#: Keys, JobIds (which stay, whatever digits they hold), then what has a number of its own.
_WORDS = re.compile(
    r"""
      (?P<key> (?<![0-9A-Za-z]) A[A-Z]{2}A [0-9A-Z]{16} (?![0-9A-Za-z]) )
    | (?P<digest> (?<![0-9A-Za-z]) [0-9a-f]{64} (?![0-9A-Za-z]) )
    | (?P<job> (?<![0-9A-Za-z]) [0-9A-Za-z]{8} (?:-[0-9A-Za-z]{4}){3} -[0-9A-Za-z]{12} )
    | (?P<path> (?<![0-9A-Za-z-]) (?:o-[0-9a-z]{10,32} (?:/[0-9a-z-]+)* | ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}) )
    | (?P<policy> (?<![0-9A-Za-z-]) p-[0-9a-z]{8,128} (?![0-9A-Za-z-]) )
    | (?P<account> (?<![0-9]) [0-9]{12} (?![0-9]) )
    """,
    re.VERBOSE,
)

#: What may be base64, of a length that has room for an account's number, and what must not be found inside.
_CODED = re.compile(r"[0-9A-Za-z+/_-]{16,}={0,2}")
_STANDARD = str.maketrans("-_", "+/", "=")
_NUMBERS = re.compile(rb"[0-9]{12,}")
_TELLING = re.compile(rb"o-[0-9a-z]{10}|A[A-Z]{2}A[0-9A-Z]{16}")

#: Where an organization may be that is not a word of its own.
_INNER = re.compile(r"o-(?<=[0-9A-Za-z-]o-)(?P<id>[0-9a-z]{10,32})(?:/[0-9a-z-]+)*")

_ACCOUNT = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"

#: How bodies begin that are not UTF-8, and that an XML parser reads all the same.
_ENCODINGS = {b"\xff\xfe": "utf-16-le", b"<\0": "utf-16-le", b"\xfe\xff": "utf-16-be", b"\0<": "utf-16-be"}


def redacted(trace: Trace, public: Iterable[str] = ()) -> Trace:
    """The trace with pseudonyms. What is in a `public` text is nobody's secret, and stays."""
    names = _Pseudonyms()
    for each in public:
        names.spare(each)
    exchanges = tuple(names.exchange(each) for each in trace.exchanges)
    run = trace.run and replace(
        trace.run,
        endpoint_url=names.optional(trace.run.endpoint_url),
        address=names.optional(trace.run.address),
        reason=names.optional(trace.run.reason),
        dropped=tuple(names.text(each) for each in trace.run.dropped),
        made=tuple(names.text(each) for each in trace.run.made),
        parameters=names.sent(trace.run.parameters),
    )
    return replace(trace, exchanges=exchanges, run=run)


class _Pseudonyms:
    """Numbers things in the order in which they appear. The time that it takes is linear in the size of the trace."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], str] = {}
        self._numbers: Counter[tuple[str, int]] = Counter()
        self._unissued: dict[str, str] = {}
        self._kinds: dict[str, Callable[[re.Match[str]], str]] = {
            "key": lambda found: found[0][:4] + self._numbered("key", found[0][4:], 10),
            "digest": lambda found: self._numbered("digest", found[0], 16),
            "job": lambda found: found[0],
            "path": self._path,
            "policy": lambda found: self._segment(found[0]),
            "account": lambda found: self._account(found[0]),
        }

    def spare(self, text: str) -> None:
        """Leave the account and the organization in this text as they are."""
        for found in _WORDS.finditer(text):
            if found.lastgroup == "account":
                self._known["account", found[0]] = found[0]
            elif found.lastgroup == "path":
                for segment in found[0].split("/"):
                    kind, *words = segment.split("-")
                    names = "organization" if kind == "o" else "word"
                    self._known |= {(names, each): each for each in words}

    def exchange(self, exchange: Exchange) -> Exchange:
        """One exchange; the very same where there is nothing in it to hide."""
        parameters = exchange.parameters and self.sent(exchange.parameters)
        # what was made up for this request may come back in its response
        echoed = {each: self._unissued[each] for each in _texts(exchange.parameters) if each in self._unissued}
        changed = replace(
            exchange,
            parameters=parameters,
            headers={name: self.text(value, echoed) for name, value in exchange.headers.items()},
            body=self.body(exchange.body, echoed),
            failure=exchange.failure and replace(exchange.failure, message=self.text(exchange.failure.message, echoed)),
        )
        return exchange if changed == exchange else changed

    def body(self, body: bytes, echoed: Mapping[str, str]) -> bytes:
        """A body, read as ASCII is, and besides in the encoding that it begins with."""
        body = self.text(body.decode("utf-8", "surrogateescape"), echoed).encode("utf-8", "surrogateescape")
        if (encoding := _ENCODINGS.get(body[:2])) is None:
            return body
        whole = len(body) // 2 * 2  # there may be half a character at the end
        text = self.text(body[:whole].decode(encoding, "surrogatepass"), echoed)
        return text.encode(encoding, "surrogatepass") + body[whole:]

    def optional(self, text: str | None) -> str | None:
        """A text that may be absent."""
        return None if text is None else self.text(text)

    def text(self, text: str, echoed: Mapping[str, str] | None = None) -> str:
        """The text with everything replaced that has a pseudonym."""
        for unissued, pseudonym in (echoed or {}).items():
            text = text.replace(unissued, pseudonym)
        lower = text.lower()
        if any(each in lower for each in _LABELS):
            text = _LABELLED.sub(lambda found: f"{found['label']}REDACTED", text)
        text = _INNER.sub(self._inner, _RUN.sub(self._run, text))
        return _CODED.sub(self._coded, text)

    def _run(self, found: re.Match[str]) -> str:
        """A run of the letters of everything that has a pseudonym, with everything in it replaced."""
        run = found[0]
        if len(run) > _LONG and "-" not in run and "/" not in run:
            return _NUMBER.sub(lambda number: self._account(number[0]) if len(number[0]) == 12 else number[0], run)
        if _MAY_TELL.search(run) is None:
            return run
        return _WORDS.sub(lambda word: self._kinds[word.lastgroup or ""](word), run)

    def _account(self, number: str) -> str:
        return self._numbered("account", number, 10)

    def sent(self, value: Any) -> Any:
        """A parameter's value. What the survey makes up from it is made up from its pseudonym, so that rules know it again."""
        if isinstance(value, Mapping):
            return {name: self.sent(each) for name, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.sent(each) for each in value]
        if not isinstance(value, str):
            return value
        if value in self._unissued:
            return self._unissued[value]
        pseudonym = self.text(value)
        if pseudonym != value:
            for make in (unissued_token, altered_token, unissued_job_id):
                self._unissued[make(value)] = make(pseudonym)
        return pseudonym

    def _inner(self, found: re.Match[str]) -> str:
        """A known organization in the middle of a word, as in a path that is malformed."""
        word = found["id"]
        known = any(("organization", word[:length]) in self._known for length in range(len(word), 9, -1))
        return self._path(found) if known else found[0]

    def _path(self, found: re.Match[str]) -> str:
        return "/".join(map(self._segment, found[0].split("/")))

    def _segment(self, segment: str) -> str:
        """One segment of a path, or a policy: the words after its kind are numbered."""
        kind, *words = segment.split("-")
        if not words:
            return _ACCOUNT.sub(lambda account: self._account(account[0]), segment)
        # an OU's id begins with that of its root: one word, one number
        names = "organization" if kind == "o" else "word"
        return "-".join([kind, *(self._numbered(names, each) if each else each for each in words)])

    def _numbered(self, kind: str, original: str, base: int = 36) -> str:
        """The pseudonym: the next number of its kind and length, as long as the original. So many there always are.

        Zeros, which the survey's made-up account is of, are nobody's and stay.
        """
        if not original.strip("0"):
            return original
        if (kind, original) not in self._known:
            self._numbers[kind, len(original)] += 1
            rest, digits = self._numbers[kind, len(original)], ""
            while rest and len(digits) < len(original):
                rest, digit = divmod(rest, base)
                digits = _DIGITS[digit] + digits
            self._known[kind, original] = digits.rjust(len(original), "0")
        return self._known[kind, original]

    def _coded(self, found: re.Match[str]) -> str:
        """A word that may be base64: hidden where that holds an id."""
        word = found[0].rstrip("=")
        try:
            plain = base64.b64decode(word.translate(_STANDARD) + "=" * (-len(word) % 4))
        except ValueError:
            return found[0]
        return self._numbered("coded", found[0]) if _tells(plain) else found[0]


def _tells(plain: bytes) -> bool:
    """Whether there is an account's number, an organization or a key in what a word stands for."""
    if any(len(found[0]) == 12 for found in _NUMBERS.finditer(plain)):
        return True
    return any(
        found[0][:1] == b"A" or not plain[max(found.start() - 1, 0) : found.start()].isalnum()
        for found in _TELLING.finditer(plain)
    )


def _texts(value: Any) -> Iterator[str]:
    """Every text in a parameter's value."""
    if isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str):
        yield value
