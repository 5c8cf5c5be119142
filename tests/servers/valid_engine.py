"""Lists in many valid ways and with faults, whatever the operation: items, pages, tokens, and JSON as the plainest of the protocols."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import random
import threading
import time
import uuid
from collections.abc import Mapping
from typing import Any

__all__ = ["ACCOUNT", "EPOCH", "Refused", "Service", "iso"]

ACCOUNT = "123456789012"
EPOCH = 1767225600
EXOTIC = [
    "naïve café",
    "日本/語 x",
    "a//b",
    "a/ b+c",
    "%41&amp;",
    "z\U0001f600",
    "\uffee",
    "tab+plus",
    "~*'()",
    'q"<>&',
    "..",
    "A",
    "a",
]


class Refused(Exception):
    def __init__(self, status: int, code: str, message: str = "refused") -> None:
        super().__init__(code)
        self.status, self.code, self.message = status, code, message


def iso(seconds: float, digits: int = 3) -> str:
    text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return text + (f".{int(seconds * 1000) % 1000:03d}" if digits else "") + "Z"


def hidden(text: str, alphabet: str) -> str:
    """Random-looking text of the alphabet that depends on the text alone."""
    return "".join(alphabet[byte % len(alphabet)] for byte in hashlib.sha256(text.encode()).digest())


class Service:
    """One list: its items, its pages, its choices. Subclasses know the operation's members."""

    operation = ""
    protocol = "json"
    prefix = ""
    version = "1.1"
    token_in = token_out = "NextToken"
    limit_name = "MaxResults"
    minimum, maximum, default = 1, 1000, 100
    clamps = False
    natural = False  # the token is a place that the service does not choose
    throttled = (400, "ThrottlingException")
    bad_token = (400, "InvalidNextTokenException")
    expired_token: tuple[int, str] | None = None
    bad_limit = (400, "ValidationException")
    bad_parameter = (400, "ValidationException")
    content_type = "application/x-amz-json-1.1"
    long_token = 900

    def __init__(self, choices: frozenset[str], items: int, foreign: int) -> None:
        self.choices = choices
        self.lock = threading.RLock()
        self.random = random.Random(1)
        self.count = self.lists = 0
        self.tokens: dict[str, tuple[Any, float]] = {}
        self.rows: list[dict[str, Any]] = []
        self.late: list[tuple[int, dict[str, Any]]] = []
        self.passing: list[dict[str, Any]] = []
        self.numbers = itertools.count(1)
        self.issued: list[Any] = []
        self.state: Any = None
        if not self.has("empty-account"):
            for place in range(items):
                self.rows.append(self.row(self.name(place), True))
            for place in range(foreign):
                self.rows.append(self.row(f"f{place * 7919 % 997:03d}-{place}", False))
        if self.has("late"):
            self.late = [(4 + place, self.row(f"late-{place}", False)) for place in range(5)]
        self.prepare()

    def has(self, *words: str) -> bool:
        return any(word in self.choices for word in words)

    def name(self, place: int) -> str:
        return EXOTIC[place] if self.has("exotic") and place < len(EXOTIC) else f"item-{place:03d}"

    def prepare(self) -> None:
        pass

    # ---- what subclasses say
    def row(self, name: str, own: bool) -> dict[str, Any]:
        return {"id": name, "own": own, "n": next(self.numbers)}

    def key(self, row: Mapping[str, Any]) -> Any:
        return row["id"]

    def keep(self, row: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
        return True

    def token_text(self, text: str) -> str:
        return text

    # ---- items
    def churn(self) -> None:
        if self.has("churn"):
            self.passing.append(self.row(f"{self.random.choice('abfiz')}{self.random.random():.6f}", False))
            self.rows.append(self.passing[-1])
            if len(self.passing) > 4 or self.random.random() < 0.4:
                gone = self.passing.pop(self.random.randrange(len(self.passing)))
                self.rows = [row for row in self.rows if row is not gone]
        if self.has("shrinking") and self.lists % 4 == 3 and len(self.rows) > 6:
            self.rows.pop(self.random.randrange(len(self.rows)))
        if self.has("growing") and self.lists % 3 == 2:
            self.rows.append(self.row(f"{self.random.choice('abfiz')}{self.random.random():.6f}", False))
        for due, row in list(self.late):
            if self.lists >= due:
                self.rows.append(row)
                self.late.remove((due, row))

    def ordered(self, given: Mapping[str, Any], seed: int) -> list[tuple[Any, Any]]:
        """Pairs of sort key and row."""
        rows = [row for row in self.rows if row.get("from", 0) <= self.lists]
        if self.has("replicas") and self.lists < 9 and self.lists % 2:  # one of two replicas is behind
            rows = rows[:-3]
        if self.has("unordered", "misordered"):
            pairs = [([hashlib.sha256(f"{seed}{self.key(row)}".encode()).hexdigest()], row) for row in rows]
        else:
            pairs = [([self.key(row)], row) for row in rows]
        pairs.sort(key=lambda pair: pair[0], reverse=self.has("reversed"))
        return pairs

    # ---- tokens
    def issue(self, state: Any) -> str:
        if self.has("fresh", "expire", "once"):
            token = self.token_text(uuid.uuid4().hex + "+/=")
            self.tokens[token] = (state, time.monotonic())
            return token
        if self.has("token-constant"):
            self.state = state
            return self.token_text("AAAA")
        if self.has("token-too-long"):
            return "x" * 3000
        if self.has("token-empty-when-truncated"):
            return ""
        text = json.dumps(state, default=str)
        body = base64.b64encode(text.encode()).decode()
        token = self.token_text(hashlib.sha256(body.encode()).hexdigest()[:8] + body)
        if self.has("long-tokens"):
            token += " " + "x" * self.long_token
        if self.has("token-with-blanks"):
            token = token + "  =&%é" if self.has("latin") else token + " =&%"
        return token

    def redeem(self, token: str) -> Any:
        if self.has("fresh", "expire", "once"):
            if token not in self.tokens:
                raise Refused(*self.bad_token, "The token is not one of ours")
            state, born = self.tokens[token]
            if self.has("expire") and time.monotonic() - born > 2:
                raise Refused(*(self.expired_token or self.bad_token), "The token has expired")
            if self.has("once"):
                del self.tokens[token]
            return state
        if self.has("token-constant"):
            return self.state
        try:
            if self.has("token-with-blanks", "long-tokens"):
                token = token[: token.index(" ")]
            if hashlib.sha256(token[8:].encode()).hexdigest()[:8] != token[:8] and not self.has("tokens-unchecked"):
                raise ValueError
            return json.loads(base64.b64decode(token[8:]))
        except ValueError:
            if self.has("token-crash"):
                raise Refused(500, "InternalFailure") from None
            if self.has("token-starts-over-when-unknown"):
                return None
            if self.has("token-error-undeclared"):
                raise Refused(400, "SomethingElse") from None
            raise Refused(*self.bad_token, "The token is not one of ours") from None

    # ---- pages
    def limit(self, given: Mapping[str, Any]) -> int | None:
        value = given.get(self.limit_name)
        if value is None or value == "":
            return None
        try:
            number = int(value)
        except (TypeError, ValueError):
            raise Refused(*self.bad_limit, "not a number") from None
        if number < self.minimum and not self.has("limit-minimum-unchecked"):
            if self.has("limit-crash"):
                raise Refused(500, "InternalFailure")
            raise Refused(*self.bad_limit, "too small")
        if self.maximum and number > self.maximum and not self.has("limit-maximum-unchecked"):
            if not self.clamps:
                raise Refused(*self.bad_limit, "too large")
            number = self.maximum
        return max(number, 1)

    def given_token(self, given: Mapping[str, Any]) -> str | None:
        return given.get(self.token_in) or None

    def page(self, given: Mapping[str, Any]) -> tuple[list[Any], Any]:
        """The rows of the page, and the state from which the next one starts or None."""
        limit = self.limit(given)
        token = None if self.has("token-ignored") else self.given_token(given)
        state = self.redeem(token) if token is not None else None
        if self.has("token-without-limit-starts-over") and limit is None:
            state = None
        after, seed, step, *_ = state or [None, self.random.randrange(10**6), 0, None]
        if self.has("global-cursor"):  # one cursor for everybody
            after = self.state if token is not None else None
        pairs = self.ordered(given, seed)
        if self.has("offset-token", "page-number"):
            size = limit or self.default
            offset = (after or 0) * (size if self.has("page-number") else 1)
            pairs = [pair for pair in pairs if self.keep(pair[1], given)]
            page, rest = pairs[offset : offset + size], pairs[offset + size :]
            nxt = (after or 0) + (1 if self.has("page-number") else size)
            return [row for _, row in page], ([nxt, seed, step + 1, None] if rest else None)
        reverse = self.has("reversed")
        if after is not None:
            pairs = [pair for pair in pairs if (pair[0] < after if reverse else pair[0] > after)]
        filters = not (self.has("filter-forgotten") and token is not None)
        if not self.has("evaluates"):
            pairs = [pair for pair in pairs if not filters or self.keep(pair[1], given)]
        size = limit if limit is not None else self.default
        if self.has("limit-ignored"):
            size = 10**6
        if self.has("limit-one-more") and limit is not None:
            size += 1
        if self.has("limit-only-on-first-page") and token is not None:
            size = 10**6
        if self.has("short"):
            size = self.random.randint(1, max(1, size))
        if self.has("size-without-limit-2") and limit is None:
            size = 2
        if self.has("empty") and step % 3 == 1:
            size = 0
        page, rest = pairs[:size], pairs[size:]
        last = page[-1][0] if page else after
        if self.has("skips-one-between-sizes") and rest and state is not None and limit != state[4]:
            page, rest = rest[:size], rest[size:]
            last = page[-1][0]
        if self.has("skips-one") and rest:
            last = rest[0][0]
        if self.has("repeats-one") and len(page) > 1:
            last = page[-2][0]
        more = bool(rest)
        if self.has("evaluates"):
            page = [pair for pair in page if not filters or self.keep(pair[1], given)]
        if self.has("exact-fit") and not rest and page and len(page) == size:
            more = True
        if self.has("last-page-lost") and rest and len(rest) <= size:
            more = False
        if self.has("last-item-lost") and not rest and len(page) > 1:
            page = page[:-1]
        if self.has("never-ends") and not rest:
            return [row for _, row in page], [after, seed, step + 1, None]
        if self.has("never-ends-in-empty-pages"):
            more = True
        if self.has("twice-in-page") and len(page) > 2 and token is None:
            page = [*page[:-1], page[0]]
        self.state = last if self.has("global-cursor") else self.state
        return [row for _, row in page], ([last, seed, step + 1, None, limit] if more else None)

    # ---- an exchange
    def answer(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        with self.lock:
            self.count += 1
            number = self.count
            try:
                if (self.has("throttle") and number % 6 == 3) or (
                    self.has("throttle-burst") and number % 12 in (4, 5, 6)
                ):
                    raise Refused(*self.throttled, "Rate exceeded")
                if self.has("server-error-now-and-then") and number % 3 == 0:
                    raise Refused(500, "InternalFailure")
                name, given = self.parse(method, path, headers, body)
                if name == self.operation.partition(":")[2]:
                    self.lists += 1
                    self.churn()
                return self.result(name, getattr(self, name)(given))
            except Refused as refusal:
                return self.error(refusal)
            except AttributeError as missing:
                return self.error(Refused(501, "NotImplemented", str(missing)))

    def parse(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[str, dict[str, Any]]:
        try:
            given = json.loads(body or b"{}")
        except ValueError:
            raise Refused(400, "SerializationException") from None
        name = headers["x-amz-target"].partition(".")[2]
        for member, value in given.items():
            if member == self.limit_name and not isinstance(value, int):
                raise Refused(400, "SerializationException")
            if member == self.token_in and not isinstance(value, (str, dict)):
                raise Refused(400, "SerializationException")
        return name, given

    def trim(self, value: dict[str, Any], *needed: str) -> dict[str, Any]:
        """An item as the choices say: bare, or with members that no model knows."""
        if self.has("bare"):
            value = {name: member for name, member in value.items() if name in needed}
        if self.has("unknown-members"):
            value = {"Unheard": {"Of": [1, None, "x"]}, **value, "AlsoNew": "…"}
        return value

    def result(self, name: str, document: Any) -> tuple[int, dict[str, str], bytes]:
        if self.has("unknown-members") and isinstance(document, dict):
            document = {"Novelty": [], **document}
        if self.has("nulls") and isinstance(document, dict) and self.token_out not in document:
            document[self.token_out] = None
        text = json.dumps(document, ensure_ascii=self.has("escaped"), indent=2 if self.has("indented") else None)
        if self.has("json-cut"):
            text = text[:-1]
        headers = {"Content-Type": f"application/x-amz-json-{self.version}", "x-amzn-RequestId": str(uuid.uuid4())}
        if self.has("content-type-html"):
            headers["Content-Type"] = "text/html"
        return 200, headers, text.encode()

    def error(self, refusal: Refused) -> tuple[int, dict[str, str], bytes]:
        headers = {"Content-Type": f"application/x-amz-json-{self.version}", "x-amzn-RequestId": str(uuid.uuid4())}
        kind = refusal.code
        if self.has("error-with-namespace"):
            kind = f"com.amazonaws.example.v20200101#{kind}"
        document: dict[str, Any] = {"__type": kind, "message": refusal.message}
        if self.has("error-code-member"):
            document = {"code": kind, "Message": refusal.message}
        if self.has("error-with-more"):
            document |= {"Type": "User", "Reason": None, "fields": [1]}
        if self.has("error-in-header"):
            headers["x-amzn-ErrorType"] = f"{refusal.code}:http://internal.amazon.com/coral/com.amazon.coral/"
            document = {"Message": refusal.message}
        if self.has("error-without-code"):
            document = {"message": refusal.message}
        status = refusal.status
        if self.has("error-under-200"):
            status = 200
        return status, headers, json.dumps(document).encode()

    def more(self, document: dict[str, Any], state: Any) -> dict[str, Any]:
        if state is not None and not self.has("token-left-out"):
            document[self.token_out] = self.issue(state)
        elif self.has("empty-token-at-end"):
            document[self.token_out] = ""
        return document
