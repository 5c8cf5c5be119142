"""Servers that mean no good, or no longer know what they do: raw sockets, one ill each.

An act is a generator of bytes for one request, given its form; the connection closes when it ends. Some ills show at
once, others only after a report was generated in good order.
"""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import parse_qsl

__all__ = ["ACTS", "Hostile", "running"]

XMLNS = "https://iam.amazonaws.com/doc/2010-05-08/"
GENERATE, GET = "GenerateOrganizationsAccessReport", "GetOrganizationsAccessReport"
JOB = "f00dcafe-0123-4567-89ab-0123456789ab"
DATES = (
    "<JobCreationDate>2026-01-02T03:04:05Z</JobCreationDate><JobCompletionDate>2026-01-02T03:04:06Z</JobCompletionDate>"
)
NO_SERVICES = "<NumberOfServicesAccessible>0</NumberOfServicesAccessible><NumberOfServicesNotAccessed>0</NumberOfServicesNotAccessed>"


@dataclass
class Hostile:
    """One server while it runs, and the port beside it that nobody should ever come to."""

    listener: socket.socket
    beside: socket.socket
    over: threading.Event = field(default_factory=threading.Event)
    serials: Iterator[int] = field(default_factory=count)

    @property
    def url(self) -> str:
        return _url(self.listener)

    @property
    def visited_beside(self) -> bool:
        self.beside.setblocking(False)
        try:
            self.beside.accept()[0].close()
        except BlockingIOError:
            return False
        return True


Form = Mapping[str, str]
Act = Callable[[Hostile, Form], Iterator[bytes]]


def _url(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def _head(status: str = "200 OK", media: str = "text/xml", length: int | None = None, *more: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {media}", "Connection: close", *more]
    if length is not None:
        lines.append(f"Content-Length: {length}")
    return "\r\n".join([*lines, "", ""]).encode()


def _whole(body: bytes, status: str = "200 OK", media: str = "text/xml", *more: str) -> bytes:
    return _head(status, media, len(body), *more) + body


def _result(form: Form, inner: str, prolog: str = "") -> str:
    action = form.get("Action", "Unknown")
    return (
        f'{prolog}<{action}Response xmlns="{XMLNS}"><{action}Result>{inner}</{action}Result>'
        f"<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></{action}Response>"
    )


def _job(status: str, inner: str, dates: str = DATES) -> str:
    return f"<JobStatus>{status}</JobStatus>{dates}{inner}"


def _always(answer: bytes) -> Act:
    """The same bytes whatever is asked."""

    def act(hostile: Hostile, form: Form) -> Iterator[bytes]:
        yield answer

    return act


def _error(code: str, status: str, blame: str = "Sender") -> Act:
    body = (
        f'<ErrorResponse xmlns="{XMLNS}"><Error><Type>{blame}</Type><Code>{code}</Code><Message>No.</Message></Error>'
        "<RequestId>r</RequestId></ErrorResponse>"
    )
    return _always(_whole(body.encode(), status))


def _report(inner: Callable[[Hostile], str] | str, prolog: str = "", encoding: str = "utf-8") -> Act:
    """A report is generated in good order; reading it gives this."""

    def act(hostile: Hostile, form: Form) -> Iterator[bytes]:
        if form.get("Action") == GENERATE:
            yield _whole(_result(form, f"<JobId>{JOB}</JobId>").encode())
        else:
            text = inner if isinstance(inner, str) else inner(hostile)
            yield _whole(_result(form, text, prolog).encode(encoding))

    return act


def _first_service(text: str) -> str:
    return (
        "<NumberOfServicesAccessible>1</NumberOfServicesAccessible>"
        "<NumberOfServicesNotAccessed>1</NumberOfServicesNotAccessed><AccessDetails><member>"
        f"<ServiceName>{text}</ServiceName><ServiceNamespace>one</ServiceNamespace></member></AccessDetails>"
    )


def _truncated(hostile: Hostile, form: Form) -> Iterator[bytes]:
    yield _head(length=5000) + _result(form, f"<JobId>{JOB}</JobId>").encode()


def _endless(hostile: Hostile, form: Form) -> Iterator[bytes]:
    yield _head() + b"<Endless>"
    while True:
        yield b"<a>and so on</a>" * 4096


def _drip(hostile: Hostile, form: Form) -> Iterator[bytes]:
    yield _head()
    while not hostile.over.wait(0.2):
        yield b" "


def _drip_headers(hostile: Hostile, form: Form) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nX-Slow: "
    while not hostile.over.wait(0.2):
        yield b"z"


def _silent(hostile: Hostile, form: Form) -> Iterator[bytes]:
    hostile.over.wait()
    yield b""


def _redirect(hostile: Hostile, form: Form) -> Iterator[bytes]:
    yield _whole(b"", "302 Found", "text/html", f"Location: {_url(hostile.beside)}/elsewhere")


def _external_entity(hostile: Hostile, form: Form) -> Iterator[bytes]:
    doctype = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{_url(hostile.beside)}/secret">]>'
    yield _whole(_result(form, "<JobId>&e;</JobId>" + _job("COMPLETED", "&e;"), doctype).encode())


def _gzip(hostile: Hostile, form: Form) -> Iterator[bytes]:
    body = gzip.compress(_result(form, f"<JobId>{JOB}</JobId>").encode())
    yield _whole(body, "200 OK", "text/xml", "Content-Encoding: gzip")


def _big_job_id(hostile: Hostile, form: Form) -> Iterator[bytes]:
    yield _whole(_result(form, f"<JobId>{'a' * 10_000_000}</JobId>").encode())


def _fresh_markers(hostile: Hostile) -> str:
    marker = f"<IsTruncated>true</IsTruncated><Marker>m{next(hostile.serials)}</Marker>"
    return _job("COMPLETED", f"{NO_SERVICES}<AccessDetails/>{marker}")


def _services(number: int) -> str:
    members = "".join(
        f"<member><ServiceName>S{n:06d}</ServiceName><ServiceNamespace>s{n:06d}</ServiceNamespace></member>"
        for n in range(number)
    )
    return _job("COMPLETED", f"{NO_SERVICES}<AccessDetails>{members}</AccessDetails>")


def _throttled_later(hostile: Hostile, form: Form) -> Iterator[bytes]:
    if form.get("Action") == GENERATE:
        yield _whole(_result(form, f"<JobId>{JOB}</JobId>").encode())
    else:
        yield from _error("Throttling", "400 Bad Request")(hostile, form)


_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
_BOMB = f'<!DOCTYPE lolz [<!ENTITY l0 "lol">{_LAUGHS}]><lolz>&l9;</lolz>'
_CREATED = "<JobCreationDate>2026-01-02T03:04:05Z</JobCreationDate>"
_PAGE = b"<!doctype html><html><head><title>It works!</title></head><body><p>Welcome<br>to nginx!</body></html>"

ACTS: dict[str, Act] = {
    # no service behind it, or none that answers
    "html-200": _always(_whole(_PAGE, media="text/html")),
    "html-404": _always(_whole(_PAGE, "404 Not Found", "text/html")),
    "empty-200": _always(_whole(b"")),
    "closed-at-once": _always(b""),
    "truncated": _truncated,
    "endless": _endless,
    "drip": _drip,
    "drip-headers": _drip_headers,
    "silent": _silent,
    "garbage-status": _always(b"\x16\x03\x01 SSH-2.0 what is this\r\n\r\n"),
    "json": _always(_whole(b"{}", media="application/json")),
    "redirect": _redirect,
    # it says itself that it cannot, or will not
    "501": _always(_whole(b"", "501 Not Implemented")),
    "not-implemented": _error("NotImplemented", "501 Not Implemented", "Receiver"),
    "invalid-action": _error("InvalidAction", "400 Bad Request"),
    "unknown-operation": _error("UnknownOperation", "404 Not Found"),
    "refused-401": _error("AccessDenied", "401 Unauthorized"),
    "refused-403": _error("AccessDenied", "403 Forbidden"),
    "throttling": _error("Throttling", "400 Bad Request"),
    "throttled-plainly": _always(_whole(b"slow down", "429 Too Many Requests", "text/plain")),
    "throttled-later": _throttled_later,
    # bodies for the parser
    "binary": _always(_whole(bytes(range(256)) * 40)),
    "entity-bomb": _always(_whole(_BOMB.encode())),
    "external-entity": _external_entity,
    "deep": _always(_whole(b"<a>" * 100_000 + b"</a>" * 100_000)),
    "not-utf-8": _report(_job("COMPLETED", _first_service("caf\xe9")), encoding="latin-1"),
    "gzip-unasked": _gzip,
    "nul-bytes": _report(_job("COMPLETED", _first_service("a\0b"))),
    "surrogate": _report(_job("COMPLETED", _first_service("&#xD800;"))),
    "utf-16": _report(_job("COMPLETED", _first_service("one")), '<?xml version="1.0" encoding="UTF-16"?>', "utf-16"),
    # answers for the judge
    "huge-count": _report(_job("COMPLETED", NO_SERVICES.replace(">0<", f">{'9' * 5000}<"))),
    "never-finished": _report(_job("IN_PROGRESS", "", _CREATED)),
    "fresh-markers": _report(_fresh_markers),
    "huge-page": _report(lambda hostile: _services(200_000)),  # 19 MB
    "big-page": _report(lambda hostile: _services(20_000)),  # 1.9 MB
    "wrong-status": _report(_job("PERHAPS", "")),
    "big-job-id": _big_job_id,
}


def _request(connection: socket.socket) -> Form | None:
    with connection.makefile("rb") as stream:
        if not stream.readline():
            return None
        length = 0
        for line in iter(stream.readline, b"\r\n"):
            if not line:
                return None
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
            if name.lower() == b"expect":
                connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        return dict(parse_qsl(stream.read(length).decode()))


def _converse(hostile: Hostile, act: Act, connection: socket.socket) -> None:
    with connection:
        connection.settimeout(30)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            form = _request(connection)
            for chunk in act(hostile, form) if form is not None else ():
                connection.sendall(chunk)
        except OSError:
            pass  # the client had enough, as it should


def _accept(hostile: Hostile, act: Act) -> None:
    while True:
        try:
            connection, _ = hostile.listener.accept()
        except OSError:
            return
        threading.Thread(target=_converse, args=(hostile, act, connection), daemon=True).start()


@contextmanager
def running(name: str) -> Iterator[Hostile]:
    """Serve one act on the loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_server(("127.0.0.1", 0)) as beside:
        hostile = Hostile(listener, beside)
        threading.Thread(target=_accept, args=(hostile, ACTS[name]), daemon=True).start()
        try:
            yield hostile
        finally:
            hostile.over.set()
            listener.shutdown(socket.SHUT_RDWR)
