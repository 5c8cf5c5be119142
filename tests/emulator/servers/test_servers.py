"""In process and over HTTP, with a real botocore client on the other side."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from awscontract.emulator import Behaviour, Emulator, attach, serve
from awscontract.emulator.servers import http as http_server
from awscontract.errors import UsageError
from awscontract.spec.http import HttpRequest, HttpResponse

ROOT = Emulator().organization.root
GET = b"Action=GetOrganizationsAccessReport&Version=2010-05-08&JobId="


@pytest.fixture
def url() -> Iterator[str]:
    with serve(Emulator(behaviour=Behaviour(polls=1))) as server:
        yield server.url


@pytest.fixture
def connection(url: str) -> Iterator[http.client.HTTPConnection]:
    """A plain connection to the server."""
    with closing(http.client.HTTPConnection(urlsplit(url).netloc)) as opened:
        yield opened


@pytest.fixture(params=["in-process", "http"])
def client(request: pytest.FixtureRequest, make_client: Callable[..., Any], url: str) -> Iterator[Any]:
    """The same emulator behind either server."""
    if request.param == "http":
        with closing(make_client(url)) as real:
            yield real
    else:
        with attach(make_client(), Emulator(behaviour=Behaviour(polls=1))) as attached:
            yield attached


def test_from_start_to_end(client: Any) -> None:
    """Through either server: a job, a poll, two pages that fit together."""
    job = client.generate_organizations_access_report(EntityPath=ROOT)["JobId"]
    waiting = client.get_organizations_access_report(JobId=job)
    first = client.get_organizations_access_report(JobId=job)
    second = client.get_organizations_access_report(JobId=job, Marker=first["Marker"], MaxItems=1000)

    assert waiting["JobStatus"] == "IN_PROGRESS"
    assert "AccessDetails" not in waiting
    assert first["ResponseMetadata"]["RequestId"] == first["ResponseMetadata"]["HTTPHeaders"]["x-amzn-requestid"]
    keys = [each["ServiceNamespace"] for each in first["AccessDetails"] + second["AccessDetails"]]
    assert keys == sorted(set(keys))
    assert len(keys) == 262


@pytest.mark.parametrize(
    ("parameters", "status", "code"),
    [
        ({"JobId": "x" * 36}, 404, "NoSuchEntity"),
        ({"JobId": "x"}, 400, "ValidationError"),
        ({"JobId": "x" * 36, "MaxItems": 0}, 400, "ValidationError"),
        ({}, 400, "ValidationError"),
    ],
)
def test_errors(client: Any, parameters: dict[str, Any], status: int, code: str) -> None:
    """Through either server a refusal is the SDK's own exception, with code and status."""
    with pytest.raises(ClientError) as caught:
        client.get_organizations_access_report(**parameters)

    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_retries_are_the_clients_own(attached: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """A throttled call is retried by botocore, so that its caller never sees it."""
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)
    client = attached(Emulator(behaviour=Behaviour(polls=0, throttle_every=2)), retries={"total_max_attempts": 2})
    answer = client.generate_organizations_access_report(EntityPath=ROOT)
    answer = client.get_organizations_access_report(JobId=answer["JobId"])

    assert answer["ResponseMetadata"]["RetryAttempts"] == 1


def test_detached(make_client: Callable[..., Any]) -> None:
    """After the block the emulator is asked no more, and another can be attached to the same client."""
    client = make_client()
    with attach(client, Emulator()):
        job = client.generate_organizations_access_report(EntityPath=ROOT)["JobId"]
    with attach(client, Emulator()), pytest.raises(ClientError, match="NoSuchEntity"):
        client.get_organizations_access_report(JobId=job)


def test_kept_alive_and_one_send(connection: http.client.HTTPConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls share a connection, and each answer leaves in one piece: a second would wait for an acknowledgement."""
    sends: list[bytes] = []
    plain = socket.socket.sendall

    def counted(self: socket.socket, data: Any, *flags: int) -> None:
        sends.append(bytes(data))
        plain(self, data, *flags)

    connection.connect()
    mine = connection.sock
    monkeypatch.setattr(socket.socket, "sendall", counted)
    for _ in range(3):
        connection.request("POST", "/", GET)
        answer = connection.getresponse()
        answer.read()
        assert connection.sock is mine

    answers = [each for each in sends if each.startswith(b"HTTP/1.1")]
    assert len(answers) == 3
    assert all(each.endswith(b"</ErrorResponse>") for each in answers)
    assert len([each for each in sends if not each.startswith((b"POST", b"Action"))]) == 3


def test_get_and_query_string(connection: http.client.HTTPConnection) -> None:
    """A call may come as a query string, and a plain visit gets an error document instead of a page of Python."""
    for path, code in (("/", b"MissingAction"), ("/?" + GET.decode() + "x" * 36, b"NoSuchEntity")):
        connection.request("GET", path)
        answer = connection.getresponse()
        assert b"<Code>%s</Code>" % code in answer.read()
        assert answer.headers["content-type"] == "text/xml"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"\x00\xff garbage\r\n\r\n", b""),
        (b"POST / HTTP/1.1\r\nConnection: close\r\n\r\n", b"HTTP/1.1 400"),
        (b"POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n", b"HTTP/1.1 400"),
        (b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n", b"HTTP/1.1 400"),
        (b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", b"HTTP/1.1 400"),
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"HTTP/1.1 400"),
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"HTTP/1.1 400"),
        (b"POST / HTTP/1.1\r\nContent-Length: 1000001\r\n\r\n" + b"x" * 1_000_001, b"HTTP/1.1 413"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"HTTP/1.1 400"),
        (b"POST / HTTP/1.1\r\nConnection: close\r\nContent-Length: 3\r\n\r\n\xff\x00&", b"HTTP/1.1 400"),
        (b"HEAD / HTTP/1.1\r\nConnection: close\r\n\r\n", b"HTTP/1.1 400"),
    ],
)
def test_bad_requests(
    url: str, connection: http.client.HTTPConnection, sent: bytes, status: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    """Whatever comes gets an answer or an end, without a word on the console, and the next caller is served."""
    with socket.create_connection((urlsplit(url).hostname, urlsplit(url).port), timeout=10) as raw:
        raw.sendall(sent)
        got = b"".join(iter(lambda: raw.recv(65536), b""))
    connection.request("POST", "/", GET + b"x" * 36)

    assert got.startswith(status)
    assert connection.getresponse().status == 404
    assert capfd.readouterr() == ("", "")


def test_connections_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """One connection more than there may be is shown so and closed; once another has gone, there is room again."""
    monkeypatch.setattr(http_server, "_CONNECTIONS", 3)
    with serve(Emulator()) as server:
        address = (urlsplit(server.url).hostname, urlsplit(server.url).port)
        kept = [socket.create_connection(address, timeout=10) for _ in range(3)]
        for each in kept:
            each.sendall(b"HEAD / HTTP/1.1\r\n\r\n")
            assert each.recv(65536).startswith(b"HTTP/1.1 400")
        with socket.create_connection(address, timeout=10) as refused:
            assert b"".join(iter(lambda: refused.recv(65536), b"")).startswith(b"HTTP/1.1 503")
        for each in kept:
            each.close()
        with closing(http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=10)) as opened:
            assert eventually(lambda: status_of(opened)) == 404


def test_idle_connections_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that nothing comes on ends by itself."""
    monkeypatch.setattr(http_server, "_IDLE", 0.05)
    with serve(Emulator()) as server:
        address = (urlsplit(server.url).hostname, urlsplit(server.url).port)
        with socket.create_connection(address, timeout=10) as idle:
            assert idle.recv(65536) == b""


def test_one_binds_and_the_others_say_why_not() -> None:
    """Whoever comes second gets one line that says why."""
    with serve(Emulator()) as server:
        port = urlsplit(server.url).port or 0
        with pytest.raises(UsageError, match=f"cannot listen on 127.0.0.1 port {port}: "), serve(Emulator(), port=port):
            pass
        with pytest.raises(UsageError, match="cannot listen"):
            http_server.serve_forever(Emulator(), "127.0.0.1", port, lambda server: None)
    with serve(Emulator(), port=port) as again:
        assert urlsplit(again.url).port == port


def status_of(connection: http.client.HTTPConnection) -> int:
    """The status of a request on a connection that may have been closed."""
    try:
        connection.request("POST", "/", GET + b"x" * 36)
        answer = connection.getresponse()
    except (OSError, http.client.HTTPException):
        connection.close()
        return 0
    answer.read()
    return answer.status


def eventually(status: Callable[[], int]) -> int:
    """The first status that is not a refusal for too many connections."""
    return next((found for _ in range(1_000) if (found := status()) not in (0, 503)), 0)


def test_path_headers_and_method_arrive(monkeypatch: pytest.MonkeyPatch) -> None:
    """Protocols that route by them see what was sent."""
    seen: list[HttpRequest] = []
    emulator = Emulator("s3:ListObjectsV2")
    respond = emulator.respond

    def noted(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return respond(request)

    monkeypatch.setattr(emulator, "respond", noted)
    with serve(emulator) as server, closing(http.client.HTTPConnection(urlsplit(server.url).netloc)) as opened:
        opened.request("GET", "/a%20bucket?list-type=2&max-keys=3", headers={"X-Amz-Date": "now"})
        answer = opened.getresponse()
        body = answer.read()
    (request,) = seen
    assert (request.method, request.path, request.query) == ("GET", "/a%20bucket", "list-type=2&max-keys=3")
    assert request.headers["x-amz-date"] == "now"
    assert (answer.status, body.count(b"<Contents>")) == (200, 3)


def test_chunked(connection: http.client.HTTPConnection) -> None:
    """A body may come in chunks, and the connection goes on after it."""
    for _ in range(2):
        connection.request("POST", "/", iter([GET, b"x" * 36]), encode_chunked=True)
        answer = connection.getresponse()
        assert answer.status == 404
        answer.read()


def test_stopped_is_silent() -> None:
    """A server that has stopped answers nobody, not even on connections that were kept."""
    with serve(Emulator()) as server:
        kept = socket.create_connection((urlsplit(server.url).hostname, urlsplit(server.url).port), timeout=10)
        kept.sendall(b"HEAD / HTTP/1.1\r\n\r\n")
        assert kept.recv(65536).startswith(b"HTTP/1.1 400")

    with kept:
        assert kept.recv(65536) == b""


def test_imports_are_lazy() -> None:
    """Importing the emulator imports neither werkzeug nor botocore."""
    code = "import sys, awscontract.emulator; print({'werkzeug', 'botocore', 'hypothesis'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "set()\n"


def test_serving_for_ever() -> None:
    """The blocking server says where it is, answers, and ends quietly when interrupted."""
    code = (
        "from awscontract.emulator import Emulator; from awscontract.emulator.servers.http import serve_forever;"
        "serve_forever(Emulator(), '127.0.0.1', 0, lambda server: print(server.url, flush=True))"
    )
    with subprocess.Popen([sys.executable, "-P", "-c", code], stdout=-1, stderr=-1, text=True) as server:
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        with closing(http.client.HTTPConnection(urlsplit(url).netloc)) as connection:
            connection.request("GET", "/")
            status = connection.getresponse().status
        server.send_signal(signal.SIGINT)
        said = server.communicate(timeout=30)

    assert (status, server.returncode, said) == (400, 0, ("", ""))
