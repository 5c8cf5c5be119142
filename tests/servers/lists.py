"""A service of three list operations over three protocols that shares nothing with ours: the standard library and its own choices.

``iam:ListUsers`` over AWS Query, ``secretsmanager:ListSecrets`` over AWS JSON 1.1 and ``lambda:ListFunctions`` over REST JSON. Items are
created and deleted by the operations of these services, or are there from the start.

    python lists.py --port 0 [--variant NAME | --fault NAME] [--items N]

`VARIANTS` are services that the contract allows; `FAULTS` break it, each with the rules of which one has to catch it.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import itertools
import json
import random
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.sax.saxutils import escape

__all__ = ["FAULTS", "KINDS", "OPERATIONS", "VARIANTS", "Fault", "handler", "running"]

ACCOUNT = "123456789012"
XMLNS = "https://iam.amazonaws.com/doc/2010-05-08/"
#: 2026-01-01, and then an item every minute.
EPOCH = 1767225600


class Kind(NamedTuple):
    """One of the three lists."""

    operation: str
    protocol: str
    maximum: int
    default: int
    token_code: str


KINDS = {
    "users": Kind("iam:ListUsers", "query", 1000, 100, "ValidationError"),
    "secrets": Kind("secretsmanager:ListSecrets", "json", 100, 100, "InvalidNextTokenException"),
    "functions": Kind("lambda:ListFunctions", "rest-json", 10000, 50, "InvalidParameterValueException"),
}
OPERATIONS = {kind.operation: name for name, kind in KINDS.items()}


class Fault(NamedTuple):
    """The rules of which at least one has to be broken, and the lists that it works on (none: all)."""

    rules: tuple[str, ...]
    kinds: tuple[str, ...] = ("users", "secrets", "functions")


FAULTS: dict[str, Fault] = {
    # limits
    "limit-ignored": Fault(("pagination.limit-respected",)),
    "limit-plus-one": Fault(("pagination.limit-respected",)),
    "limit-doubled-later": Fault(("pagination.limit-respected",)),
    "limit-minus-one": Fault(("pagination.ends",)),
    "zero-accepted": Fault(("validation.limit-minimum",)),
    "too-many-accepted": Fault(("validation.limit-maximum",)),
    "zero-crashes": Fault(("validation.no-crash",)),
    "text-crashes": Fault(("validation.no-crash",)),
    # tokens and completeness
    "token-ignored": Fault(("pagination.ends", "pagination.token-continues")),
    "token-never-advances": Fault(("pagination.ends", "pagination.token-continues")),
    "first-page-only": Fault(("pagination.complete",)),
    "last-item-lost": Fault(("pagination.complete", "pagination.token-continues")),
    "first-item-repeated": Fault(("pagination.no-repeats", "pagination.token-continues")),
    "last-page-lost": Fault(("pagination.complete",)),
    "partial-page-lost": Fault(("pagination.complete",)),
    "single-last-item-lost": Fault(("pagination.complete",)),
    "own-token-refused": Fault(("pagination.token-continues", "pagination.complete")),
    "page-numbers": Fault(("pagination.page-size-may-change", "pagination.token-continues")),
    "token-alone-restarts": Fault(("pagination.token-continues",)),
    "more-without-token": Fault(("pagination.truncated-has-token",), ("users",)),
    "token-after-the-end": Fault(("pagination.token-only-when-truncated",), ("users",)),
    "more-hard-coded-false": Fault(("pagination.token-only-when-truncated", "pagination.complete"), ("users",)),
    "endless": Fault(("pagination.ends",)),
    "starts-over-at-exact-fit": Fault(("pagination.ends", "pagination.no-repeats", "pagination.token-continues")),
    "one-cursor-for-all": Fault(("pagination.token-continues",)),
    "shuffled": Fault(("pagination.complete", "pagination.no-repeats", "pagination.token-continues")),
    "item-never-listed": Fault(("pagination.complete",)),
    "twice-in-a-page": Fault(("pagination.no-repeats",)),
    "altered-token-crashes": Fault(("pagination.unknown-token-no-crash",)),
    "altered-token-accepted": Fault(("pagination.unknown-token-refused",)),
    "token-error-undeclared": Fault(("pagination.token-error-declared",), ("secrets",)),
    "token-too-long": Fault(("pagination.token-within-model",), ("users", "secrets")),
    "filter-lost-on-later-pages": Fault(("pagination.filters-kept",), ("users", "secrets")),
    "filter-ignored": Fault(("pagination.filters-kept",), ("users", "secrets")),
    "single-use-token": Fault(("pagination.token-repeatable",)),
    # the wire
    "server-error-always": Fault(("protocol.no-server-error",)),
    "server-error-on-later-pages": Fault(("protocol.no-server-error",)),
    "html-type": Fault(("protocol.content-type",)),
    "body-cut": Fault(("protocol.well-formed",)),
    "error-with-200": Fault(("protocol.status", "protocol.error-envelope")),
    "error-without-code": Fault(("protocol.error-envelope",)),
    "wrong-timestamps": Fault(("protocol.timestamp-format", "shape.type")),
    "wrong-booleans": Fault(("protocol.boolean-format", "shape.type"), ("users",)),
    "number-as-text": Fault(("shape.type", "protocol.integer-format"), ("functions",)),
    "member-missing": Fault(("shape.required",), ("users",)),
    "enum-unknown": Fault(("shape.enum",), ("functions",)),
    "name-too-long": Fault(("shape.length",), ("users",)),
}

#: What the contract allows, and the lists that it makes sense for.
VARIANTS: dict[str, tuple[str, ...]] = {
    "plain": ("users", "secrets", "functions"),
    "numbers-as-tokens": ("users", "secrets", "functions"),
    "new-token-each-time": ("users", "secrets", "functions"),
    "tokens-like-base64": ("users", "secrets", "functions"),
    "exact-fit-token": ("users", "secrets", "functions"),
    "empty-token-at-the-end": ("secrets", "functions"),
    "short-pages": ("users", "secrets", "functions"),
    "empty-page-in-the-middle": ("secrets", "functions"),
    "empty-last-page": ("users", "secrets", "functions"),
    "pages-of-two": ("users", "secrets", "functions"),
    "more-left-out": ("users",),
    "newest-first": ("users", "secrets", "functions"),
    "order-of-a-hash": ("users", "secrets", "functions"),
    "another-order-in-each-listing": ("users", "secrets", "functions"),
    "foreign-items": ("users", "secrets", "functions"),
    "others-at-work": ("users", "secrets", "functions"),
    "late-items": ("users", "secrets", "functions"),
    "throttled": ("users", "secrets", "functions"),
    "unavailable-once": ("users", "secrets", "functions"),
    "unknown-members": ("users", "secrets", "functions"),
    "optional-members-left-out": ("secrets", "functions"),
    "other-media-type": ("users", "secrets", "functions"),
    "white-space": ("users", "secrets", "functions"),
    "closes-connections": ("users", "secrets", "functions"),
    "token-error-of-validation": ("users", "functions"),
    "frozen-listings": ("users", "secrets", "functions"),
}


class Refusal(Exception):
    """An error response."""

    def __init__(self, code: str, message: str = "refused", status: int = 400) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


class Crash(Exception):
    """The service falls over: an HTML page with HTTP 500."""

    def __init__(self, status: int = 500) -> None:
        super().__init__(status)
        self.status = status


@dataclass
class Item:
    name: str
    number: int
    path: str = "/"
    seen_from: float = 0.0


@dataclass
class Cursor:
    """What a token stands for: the rest of a listing, by names or by a place in the list."""

    rest: tuple[str, ...]
    after: int
    page: int
    filters: tuple[str, ...]


@dataclass
class Page:
    items: list[Item]
    token: str | None
    more: bool


class Service:
    """The state, and one page of a list. `fault` and `variant` name what it does differently."""

    def __init__(self, fault: str = "", variant: str = "", items: int = 0) -> None:
        self.fault, self.variant = fault, variant
        self.lock = threading.RLock()
        self.serials = itertools.count(1)
        self.items: dict[str, dict[str, Item]] = {name: {} for name in KINDS}
        self.cursors: dict[str, Cursor] = {}
        self.shared = 0
        self.requests = self.pages = 0
        for kind in KINDS:
            for number in range(items + (300 if variant == "foreign-items" else 0)):
                self.create(kind, f"theirs-{number:04}")

    def create(self, kind: str, name: str, path: str = "/") -> Item:
        if name in self.items[kind]:
            raise Refusal("EntityAlreadyExists" if kind == "users" else "ResourceExistsException", status=409)
        late = 0.4 if self.variant == "late-items" else 0.0
        item = self.items[kind][name] = Item(name, next(self.serials), path, time.monotonic() + late)
        return item

    def delete(self, kind: str, name: str) -> None:
        if self.items[kind].pop(name, None) is None:
            raise Refusal("NoSuchEntity" if kind == "users" else "ResourceNotFoundException", status=404)

    def ordered(self, kind: str, *, again: bool) -> list[Item]:
        """Everything in the service's order. Nothing is documented about it."""
        now = time.monotonic()
        found = [each for each in self.items[kind].values() if each.seen_from <= now]
        if self.fault == "item-never-listed":
            found = found[:-1]
        if self.variant == "newest-first":
            return found[::-1]
        if self.variant == "order-of-a-hash":
            return sorted(found, key=lambda each: hashlib.sha256(each.name.encode()).digest())
        if (self.variant == "another-order-in-each-listing" and not again) or self.fault == "shuffled":
            random.Random(self.requests).shuffle(found)
        return found

    # -- one page

    def page(self, kind: str, limit_text: Any, token: str | None, filters: tuple[str, ...]) -> Page:
        self.pages += 1
        if self.variant == "unavailable-once" and self.pages == 4:
            raise Crash(503)
        limit = self.limit(kind, limit_text)
        self.others(kind)
        start: Cursor | None = None
        if token:
            start = self.resume(kind, token)
        if self.fault == "server-error-always" or (self.fault == "server-error-on-later-pages" and token):
            raise Crash
        if self.fault in ("token-ignored", "token-never-advances"):
            start = None
        if self.fault == "token-alone-restarts" and limit_text is None:
            start = None
        if self.fault == "filter-ignored" or (self.fault == "filter-lost-on-later-pages" and token):
            filters = ()
        items = self.of(kind, start, filters)
        size = self.size(kind, limit, start)
        place = self.place(start, size, len(items))
        if self.fault == "limit-ignored" and not start:
            return Page(items, None, False)
        shown = items[place : place + size]
        end = place + size
        return self.shown(kind, items, shown, place, end, start, filters)

    def shown(
        self, kind: str, items: list[Item], shown: list[Item], place: int, end: int, start: Cursor | None, filters: Any
    ) -> Page:
        """The page with its token, after what the fault does to it."""
        number = start.page + 1 if start else 1
        if self.variant == "empty-page-in-the-middle" and number == 2:
            shown, end = [], place
        more = end < len(items)
        if self.variant == "exact-fit-token" or self.fault == "starts-over-at-exact-fit":
            more = more or (end == len(items) and bool(shown))
        if self.variant == "empty-last-page":
            more = more or bool(shown)
        following = end
        if self.fault == "last-item-lost" and more:
            following = end + 1
            more = following < len(items)
        elif self.fault == "first-item-repeated" and more:
            following = max(end - 1, place + 1) if end - place > 1 else end - (1 if number == 1 else 0)
        elif (
            (self.fault == "last-page-lost" and more and number > 1 and len(items) - end <= end - place)
            or (self.fault == "partial-page-lost" and more and len(items) - end < end - place)
            or (self.fault == "single-last-item-lost" and len(items) - end == 1)
            or self.fault == "first-page-only"
        ):
            more = False
        elif self.fault == "starts-over-at-exact-fit" and end == len(items):
            following = 0
        elif self.fault == "endless":
            more = True
        if self.fault == "twice-in-a-page" and len(shown) > 1:
            shown = [*shown[:-1], shown[0]] if not more and len(shown) == 2 else [shown[0], *shown]
            shown = shown[: end - place]
        if self.fault == "one-cursor-for-all":
            self.shared = following
        token = self.token(items[following:], following, number, filters) if more else None
        if self.fault == "token-after-the-end" and token is None:
            token = "the-end"
        if self.fault == "more-without-token" and more:
            token = None
        if self.fault == "more-hard-coded-false":
            more = False
        return Page(shown, token, more)

    def limit(self, kind: str, text: Any) -> int:
        """The page size that was asked for."""
        known = KINDS[kind]
        if text is None:
            return known.default
        try:
            number = int(text) if not isinstance(text, bool) else 1 // 0
        except (ValueError, TypeError, ZeroDivisionError):
            if self.fault == "text-crashes":
                raise Crash from None
            raise Refusal("MalformedInput" if kind == "users" else "SerializationException") from None
        if isinstance(text, str) and known.protocol == "json":
            if self.fault == "text-crashes":
                raise Crash
            raise Refusal("SerializationException")
        if number < 1:
            if self.fault == "zero-crashes":
                raise Crash
            if self.fault == "zero-accepted":
                return known.default
        elif number > known.maximum and self.fault == "too-many-accepted":
            return known.maximum
        if not 1 <= number <= known.maximum:
            raise Refusal("ValidationError" if kind == "users" else "InvalidParameterException")
        return number

    def size(self, kind: str, limit: int, start: Cursor | None) -> int:
        if self.variant == "short-pages":
            return max(1, limit - 1) if limit < 50 else limit
        if self.variant == "pages-of-two":
            return min(2, limit)
        if self.fault == "limit-plus-one":
            return limit + 1
        if self.fault == "limit-minus-one":
            return limit - 1
        if self.fault == "limit-doubled-later" and start:
            return limit * 2
        return limit

    def place(self, start: Cursor | None, size: int, total: int) -> int:
        if start is None:
            return 0
        if self.fault == "page-numbers":
            return start.page * size
        return 0 if self.by_rest else start.after

    @property
    def by_rest(self) -> bool:
        """Whether a token stands for the names that are left."""
        return self.fault not in ("page-numbers", "shuffled", "one-cursor-for-all", "starts-over-at-exact-fit")

    def of(self, kind: str, start: Cursor | None, filters: tuple[str, ...]) -> list[Item]:
        everything = [each for each in self.ordered(kind, again=start is not None) if _passes(each, kind, filters)]
        if start is None:
            return everything
        if self.fault == "one-cursor-for-all":
            return everything
        if not self.by_rest:
            return everything
        by_name = {each.name: each for each in everything}
        rest = [by_name[name] for name in start.rest if name in by_name]
        if self.fault == "filter-lost-on-later-pages":
            rest += [each for each in everything if each.name not in start.rest and each.name.startswith("theirs")][:5]
        return rest

    # -- tokens

    def token(self, rest: list[Item], after: int, page: int, filters: tuple[str, ...]) -> str:
        page = 1 if self.fault == "limit-minus-one" else page  # so that the same place has the same token
        cursor = Cursor(tuple(each.name for each in rest), after, page, filters)
        fresh = next(self.serials) if self.variant == "new-token-each-time" or self.fault == "endless" else 0
        digest = hashlib.sha256(repr((cursor, fresh)).encode()).hexdigest()
        text = digest[:32]
        if self.fault == "token-never-advances":
            text = "the-same-token-for-ever"
        elif self.variant == "numbers-as-tokens":
            text = str(int(digest[:15], 16))
        elif self.variant == "tokens-like-base64":
            text = base64.b64encode(digest.encode()).decode()
        elif self.fault == "token-too-long":
            text = digest * 200
        self.cursors[text] = cursor
        if self.fault == "altered-token-crashes":
            return f"{after}-{text}"
        return text

    def resume(self, kind: str, token: str) -> Cursor:
        if self.fault == "own-token-refused":
            raise Refusal(self.token_code(kind))
        if self.fault == "altered-token-crashes":
            number, _, token = token.partition("-")
            if not number.isdecimal() or token not in self.cursors:
                raise Crash
        cursor = self.cursors.get(token)
        if cursor is None:
            if self.fault == "altered-token-accepted":
                return Cursor(tuple(each.name for each in self.ordered(kind, again=False)), 0, 0, ())
            raise Refusal(self.token_code(kind), "that is not a token of this service")
        if self.fault == "single-use-token":
            del self.cursors[token]
        if self.fault == "one-cursor-for-all":
            return Cursor(cursor.rest, self.shared, cursor.page, cursor.filters)
        return cursor

    def token_code(self, kind: str) -> str:
        if self.fault == "token-error-undeclared":
            return "InternalBookkeepingError"
        if self.variant == "token-error-of-validation" and kind == "users":
            return "InvalidInput"
        return KINDS[kind].token_code

    def others(self, kind: str) -> None:
        """Other people create and delete items of their own while we list."""
        if self.variant == "others-at-work":
            name = f"others-{next(self.serials):05}"
            self.create(kind, name)
            for old in [each for each in self.items[kind] if each.startswith("others-")][:-3]:
                self.delete(kind, old)


def _passes(item: Item, kind: str, filters: tuple[str, ...]) -> bool:
    if not filters:
        return True
    if kind == "users":
        return item.path.startswith(filters[0])
    return any(item.name.startswith(each) for each in filters)


# -- the three protocols --------------------------------------------------------------------------------------------


class Handler(BaseHTTPRequestHandler):
    """One request of any of the three."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 20  # a response leaves in one write, or the next one waits for an acknowledgement
    server_version, sys_version = "lists/1", ""
    service: Service

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_POST(self) -> None:
        self.answer()

    do_GET = do_DELETE = do_PUT = do_POST  # noqa: N815 -- the standard library's names

    def answer(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length)
        service = self.service
        with service.lock:
            service.requests += 1
            speak = self.json if self.headers.get("x-amz-target") else self.rest if self.is_rest() else self.query
            status, media, out = speak(body)
        self.send(status, media, out)
        return

    def is_rest(self) -> bool:
        return bool(re.match(r"/20\d\d-", self.path))

    def throttled(self, listing: bool) -> None:
        if listing and self.service.variant == "throttled" and self.service.requests % 4 == 0:
            code = {"query": "Throttling", "json": "ThrottlingException", "rest": "TooManyRequestsException"}
            name = "json" if self.headers.get("x-amz-target") else "rest" if self.is_rest() else "query"
            raise Refusal(code[name], "Rate exceeded", 429 if name == "rest" else 400)

    # AWS Query

    def query(self, body: bytes) -> tuple[int, str, bytes]:
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        action = form.get("Action", "")
        media = "application/xml; charset=utf-8" if self.service.variant == "other-media-type" else "text/xml"
        try:
            self.throttled(action == "ListUsers")
            content = self.query_result(action, form)
            text = (
                f'<{action}Response xmlns="{XMLNS}"><{action}Result>{content}</{action}Result>'
                f"<ResponseMetadata><RequestId>r-{self.service.requests}</RequestId></ResponseMetadata></{action}Response>"
            )
            return 200, self.media(media), self.spaced(text, action == "ListUsers")
        except Refusal as error:
            code = "" if self.service.fault == "error-without-code" else f"<Code>{error.code}</Code>"
            text = (
                f'<ErrorResponse xmlns="{XMLNS}"><Error><Type>Sender</Type>{code}<Message>{escape(error.message)}</Message>'
                f"</Error><RequestId>r-{self.service.requests}</RequestId></ErrorResponse>"
            )
            status = 200 if self.service.fault == "error-with-200" else error.status
            return status, self.media(media), text.encode()
        except Crash as crash:
            return crash.status, "text/html", b"<html><body><h1>Server Error</h1></body></html>"

    def query_result(self, action: str, form: Mapping[str, str]) -> str:
        service = self.service
        if action == "CreateUser":
            return self.user(service.create("users", form["UserName"], form.get("Path", "/")), "User")
        if action == "DeleteUser":
            service.delete("users", form.get("UserName", ""))
            return ""
        if action in ("CreateRole", "GetRole"):
            name = form["RoleName"]
            return (
                f"<Role><Path>/</Path><RoleName>{name}</RoleName><RoleId>AROA{name[-12:].upper():A>16}</RoleId>"
                f"<Arn>arn:aws:iam::{ACCOUNT}:role/{name}</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate></Role>"
            )
        if action == "DeleteRole":
            return ""
        if action == "ListRoles":
            return "<Roles/><IsTruncated>false</IsTruncated>"
        if action != "ListUsers":
            raise Refusal("InvalidAction", f"{action} is not here", 400)
        marker = form.get("Marker")
        if marker == "":
            raise Refusal("ValidationError")
        prefix = form.get("PathPrefix")
        page = service.page("users", form.get("MaxItems"), marker, (prefix,) if prefix else ())
        users = "".join(self.user(each, "member") for each in page.items)
        true, false = ("True", "False") if service.fault == "wrong-booleans" else ("true", "false")
        parts = [f"<Users>{users}</Users>" if users else "<Users/>"]
        if page.more or service.variant != "more-left-out":
            parts.append(f"<IsTruncated>{true if page.more else false}</IsTruncated>")
        if page.token is not None:
            parts.append(f"<Marker>{page.token}</Marker>")
        if service.variant == "unknown-members":
            parts.insert(0, "<Hint>new</Hint>")
        return "".join(parts)

    def user(self, item: Item, tag: str) -> str:
        name = item.name
        path = "/" + "p" * 600 + "/" if self.service.fault == "name-too-long" and tag == "member" else item.path
        identifier = f"<UserId>AIDA{item.number:016}</UserId>"
        if self.service.fault == "member-missing" and tag == "member":
            identifier = ""
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(EPOCH + 60 * item.number))
        if self.service.fault == "wrong-timestamps" and tag == "member":
            moment = moment.replace("T", " ").removesuffix("Z")
        return (
            f"<{tag}><Arn>arn:aws:iam::{ACCOUNT}:user{path}{name}</Arn><CreateDate>{moment}</CreateDate>"
            f"{identifier}<Path>{path}</Path><UserName>{name}</UserName></{tag}>"
        )

    # AWS JSON 1.1

    def json(self, body: bytes) -> tuple[int, str, bytes]:
        service, media = self.service, "application/x-amz-json-1.1"
        if service.variant == "other-media-type":
            media += "; charset=utf-8"
        action = str(self.headers["x-amz-target"]).rpartition(".")[2]
        try:
            self.throttled(action == "ListSecrets")
            given = json.loads(body or b"{}")
            return 200, self.media(media), self.dumped(self.json_result(action, given), action == "ListSecrets")
        except Refusal as error:
            out: dict[str, Any] = {"__type": error.code, "message": error.message}
            if service.fault == "error-without-code":
                del out["__type"]
            status = 200 if service.fault == "error-with-200" else error.status
            return status, self.media(media), json.dumps(out).encode()
        except Crash as crash:
            return crash.status, "text/html", b"<html><body><h1>Server Error</h1></body></html>"

    def json_result(self, action: str, given: Mapping[str, Any]) -> dict[str, Any]:
        service = self.service
        if action == "CreateSecret":
            return self.secret(service.create("secrets", given["Name"]), whole=False)
        if action == "DeleteSecret":
            name = str(given["SecretId"]).rpartition(":secret:")[2] or str(given["SecretId"])
            name = re.sub(r"-[0-9A-Z]{6}$", "", name) if "arn:" in str(given["SecretId"]) else str(given["SecretId"])
            service.delete("secrets", name)
            return {"Name": name}
        if action != "ListSecrets":
            raise Refusal("UnknownOperationException", f"{action} is not here", 400)
        filters = tuple(
            str(value) for each in given.get("Filters") or () if each.get("Key") == "name" for value in each["Values"]
        )
        token = given.get("NextToken")
        if token == "":
            raise Refusal(KINDS["secrets"].token_code)
        page = service.page("secrets", given.get("MaxResults"), token, filters)
        out: dict[str, Any] = {"SecretList": [self.secret(each) for each in page.items]}
        if page.token is not None:
            out["NextToken"] = page.token
        elif service.variant == "empty-token-at-the-end":
            out["NextToken"] = ""
        if service.variant == "unknown-members":
            out["Hint"] = {"new": True}
        return out

    def secret(self, item: Item, *, whole: bool = True) -> dict[str, Any]:
        service = self.service
        arn = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:{item.name}-{item.number:06}"
        out: dict[str, Any] = {"ARN": arn, "Name": item.name}
        if whole and service.variant != "optional-members-left-out":
            created: Any = EPOCH + 60.5 * item.number
            if service.fault == "wrong-timestamps":
                created = time.strftime("%a, %d %B %Y", time.gmtime(created))
            out |= {"CreatedDate": created, "Tags": []}
        return out

    # REST JSON

    def rest(self, body: bytes) -> tuple[int, str, bytes]:
        service, media = self.service, "application/json"
        if service.variant == "other-media-type":
            media += "; charset=utf-8"
        parts = urlsplit(self.path)
        listing = self.command == "GET" and parts.path.rstrip("/").endswith("/functions")
        try:
            self.throttled(listing)
            status, out = self.rest_result(
                parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)), body, listing
            )
            return status, self.media(media), self.dumped(out, listing) if out is not None else b""
        except Refusal as error:
            self.error_code = "" if service.fault == "error-without-code" else error.code
            content = json.dumps({"Type": "User", "message": error.message}).encode()
            return 200 if service.fault == "error-with-200" else error.status, self.media(media), content
        except Crash as crash:
            return crash.status, "text/html", b"<html><body><h1>Server Error</h1></body></html>"

    error_code = ""

    def rest_result(
        self, path: str, query: Mapping[str, str], body: bytes, listing: bool
    ) -> tuple[int, dict[str, Any] | None]:
        service = self.service
        name = unquote(path.rstrip("/").rpartition("/functions")[2].lstrip("/"))
        if listing:
            marker = query.get("Marker")
            if marker == "":
                raise Refusal(KINDS["functions"].token_code)
            page = service.page("functions", query.get("MaxItems"), marker, ())
            out: dict[str, Any] = {"Functions": [self.function(each) for each in page.items]}
            if page.token is not None:
                out["NextMarker"] = page.token
            elif service.variant == "empty-token-at-the-end":
                out["NextMarker"] = ""
            if service.variant == "unknown-members":
                out["Hint"] = "new"
            return 200, out
        if self.command == "POST" and not name:
            return 201, self.function(service.create("functions", json.loads(body)["FunctionName"]))
        if self.command == "DELETE":
            service.delete("functions", name)
            return 204, None
        if self.command == "GET" and name:
            found = service.items["functions"].get(name)
            if found is None:
                raise Refusal("ResourceNotFoundException", status=404)
            return 200, {"Configuration": self.function(found)}
        raise Refusal("UnknownOperationException", status=404)

    def function(self, item: Item) -> dict[str, Any]:
        service = self.service
        out: dict[str, Any] = {
            "FunctionName": item.name,
            "FunctionArn": f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{item.name}",
        }
        if service.variant != "optional-members-left-out":
            out |= {
                "Role": f"arn:aws:iam::{ACCOUNT}:role/r",
                "Timeout": "3" if service.fault == "number-as-text" else 3,
                "Runtime": "cobol85" if service.fault == "enum-unknown" else "python3.12",
                "PackageType": "Parcel" if service.fault == "enum-unknown" else "Zip",
                "State": "Active",
                "LastModified": "2026-01-01T00:00:00.000+0000",
            }
        if service.fault == "wrong-timestamps":
            out["LastModified"] = 1767225600
        return out

    # -- bytes

    def media(self, media: str) -> str:
        return "text/html" if self.service.fault == "html-type" else media

    def spaced(self, text: str, listing: bool) -> bytes:
        if self.service.fault == "body-cut" and listing:
            return text[: len(text) * 2 // 3].encode()
        if self.service.variant == "white-space":
            return ('<?xml version="1.0"?>\n' + text.replace("><", ">\n  <")).encode()
        return text.encode()

    def dumped(self, value: Any, listing: bool) -> bytes:
        text = json.dumps(value, indent=2 if self.service.variant == "white-space" else None)
        if self.service.fault == "body-cut" and listing:
            text = text[: len(text) * 2 // 3]
        return text.encode()

    def send(self, status: int, media: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", media)
        self.send_header("content-length", str(len(body)))
        self.send_header("x-amzn-requestid", f"r-{self.service.requests}")
        if self.error_code:
            self.send_header("x-amzn-errortype", self.error_code)
            self.error_code = ""
        if self.service.variant == "closes-connections":
            self.send_header("connection", "close")
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(body)


def handler(fault: str = "", variant: str = "", items: int = 0) -> Any:
    """What answers the requests to a new service."""
    return type("Bound", (Handler,), {"service": Service(fault, variant, items)})


@contextmanager
def running(fault: str = "", variant: str = "", items: int = 0, port: int = 0) -> Iterator[str]:
    """Serve on a free port of the loopback; yields the URL."""
    server = ThreadingHTTPServer(("127.0.0.1", port), handler(fault, variant, items))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--fault", default="", choices=["", *FAULTS])
    parser.add_argument("--variant", default="", choices=["", *VARIANTS])
    parser.add_argument("--items", type=int, default=0)
    given = parser.parse_args()
    with running(given.fault, given.variant, given.items, given.port) as url:
        print(url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
