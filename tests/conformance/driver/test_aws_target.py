"""AWS itself as the target, without AWS: what leaves, whereto, signed by whom, and one line for whatever is wrong."""

from __future__ import annotations

import json
import re
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import botocore.session
import pytest
from botocore.awsrequest import AWSResponse, HeadersDict

from awscontract import check
from awscontract.cli.main import main
from awscontract.conformance.driver.driver import Driver
from awscontract.conformance.driver.limits import Limits
from awscontract.conformance.protocols import protocol_for
from awscontract.conformance.trace.steps import Outcome, Send
from awscontract.emulator import Behaviour, Emulator, attach
from awscontract.spec.http import HttpRequest

from conformance_kit import CONTRACT, GENERATE, GET

ROOT = "o-q9w8e7r6t5/r-zx12"
KEY, ROLE_KEY = "AKIDAWSCONTRACT", "ASIAAWSCONTRACT"
JOB = re.compile(r"<JobId>(.*)</JobId>")


@dataclass
class Aws:
    """All of AWS, on this side of the wire: what was asked, and what is answered instead of the usual."""

    emulator: Emulator = field(default_factory=lambda: Emulator(behaviour=Behaviour(services=120, polls=1)))
    instead: dict[str, tuple[int, str]] = field(default_factory=dict)
    asked: list[tuple[str, str, str, dict[str, str]]] = field(default_factory=list)
    before: Callable[[], None] = lambda: None

    def send(self, request: Any) -> AWSResponse:
        self.before()
        headers = {str(k).lower(): v.decode() if isinstance(v, bytes) else str(v) for k, v in request.headers.items()}
        body = request.body if isinstance(request.body, bytes) else (request.body or "").encode()
        host = urlsplit(request.url).hostname or ""
        action = headers.get("x-amz-target", "").rpartition(".")[2] or parse_qs(body.decode()).get("Action", ["?"])[0]
        self.asked.append((host, action, body.decode(), headers))
        status, answer = self.instead.get(action) or self.answer(action, body)
        raw: Any = _Raw(answer.encode())
        shown: Any = HeadersDict({"content-type": "text/xml"})
        return AWSResponse(request.url, status, shown, raw)

    def answer(self, action: str, body: bytes) -> tuple[int, str]:
        if action in (GENERATE, GET):
            response = self.emulator.respond(_form(body))
            return response.status, response.body.decode()
        return 200, _ANSWERS[action]

    def scopes(self) -> set[tuple[str, str, str, str]]:
        """Host, key, region and service of every request."""
        found = set()
        for host, _, _, headers in self.asked:
            key, _, region, service, _ = headers["authorization"].split("Credential=")[1].split(",")[0].split("/")
            found.add((host, key, region, service))
        return found

    def count(self, action: str) -> int:
        return sum(each == action for _, each, _, _ in self.asked)


def _form(body: bytes) -> HttpRequest:
    """A request of the Query protocol."""
    return HttpRequest(headers={"content-type": "application/x-www-form-urlencoded"}, body=body)


class _Raw:
    def __init__(self, body: bytes) -> None:
        self.body = body

    def stream(self, *_: object, **__: object) -> Iterator[bytes]:
        yield self.body


_ANSWERS = {
    "DescribeOrganization": json.dumps({"Organization": {"Id": ROOT.partition("/")[0]}}),
    "ListRoots": json.dumps({"Roots": [{"Id": ROOT.partition("/")[2]}]}),
    "AssumeRole": f"""<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
        <AccessKeyId>{ROLE_KEY}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>the-token</SessionToken>
        <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>""",
}


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine with one key, nobody's profiles, and no instance metadata; the pace is tested by itself."""
    for name in ("AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(Limits, "towards_aws", lambda limits: replace(limits, pace=1e-9, calls=100))


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Aws:
    world = Aws()
    monkeypatch.setattr("botocore.httpsession.URLLib3Session.send", lambda session, request: world.send(request))
    return world


def run(*options: str) -> int:
    return int(main(["check", "--target", "aws", "--poll-interval", "0", *options], standalone_mode=False))


class TestLeave:
    def test_nothing_leaves_without_it(self, aws: Aws) -> None:
        """A client of AWS that nobody gave leave for is kept back, before a byte."""
        made = botocore.session.Session().create_client("iam", region_name="us-east-1")
        result = check(made, entity_path=ROOT)
        assert (result.verdict, aws.asked) == ("refused", [])
        assert "to judge AWS itself use --target aws" in (result.reason or "")

    def test_the_command_is_leave(self, aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
        """What it will cost at most is said before it starts."""
        said: list[str] = []
        aws.before = lambda: said.append(capsys.readouterr().err)
        assert run("--entity-path", ROOT) == 0
        assert "makes one report and reads it, in at most 100 requests to https://iam.amazonaws.com" in said[0]

    def test_the_limit_holds(self, aws: Aws) -> None:
        """Not one call more than was said."""
        aws.emulator = Emulator(behaviour=Behaviour(services=450, page_cap=1))
        assert run("--entity-path", ROOT) == 3
        assert len(aws.asked) == 100

    def test_one_report(self, aws: Aws) -> None:
        """One request makes a report; nothing else than reading it is asked, by the survey alone."""
        assert run("--explore", "9") == 0
        assert aws.count(GENERATE) == 1
        assert {action for _, action, _, _ in aws.asked} == {"DescribeOrganization", "ListRoots", GENERATE, GET}
        assert len(aws.asked) <= 62

    def test_no_report(self, aws: Aws) -> None:
        """With a JobId not even that, and Organizations are not asked."""
        body = aws.emulator.respond(
            _form(f"Action={GENERATE}&Version=2010-05-08&EntityPath={ROOT}".encode())
        ).body.decode()
        [job] = JOB.findall(body)
        assert run("--job-id", job) == 0
        assert {action for _, action, _, _ in aws.asked} == {GET}

    def test_results_do_not_say_whose(self, aws: Aws, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Neither the result nor the trace holds an id or a key of the account."""
        assert run("--save", str(tmp_path / "result"), "--record", str(tmp_path / "trace")) == 0
        written = capsys.readouterr().out + (tmp_path / "result").read_text() + (tmp_path / "trace").read_text()
        for secret in (ROOT, "q9w8e7r6t5", "123456789012", KEY, "Credential"):
            assert secret not in written


@pytest.mark.parametrize(
    ("region", "iam", "organizations", "signed"),
    [
        ("us-east-1", "iam.amazonaws.com", "organizations.us-east-1.amazonaws.com", "us-east-1"),
        ("eu-central-1", "iam.amazonaws.com", "organizations.us-east-1.amazonaws.com", "us-east-1"),
        ("us-gov-west-1", "iam.us-gov.amazonaws.com", "organizations.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
        (
            "cn-northwest-1",
            "iam.cn-north-1.amazonaws.com.cn",
            "organizations.cn-northwest-1.amazonaws.com.cn",
            "cn-north-1",
        ),
    ],
)
def test_partitions(aws: Aws, region: str, iam: str, organizations: str, signed: str) -> None:
    """A region decides whose hosts are asked, and the requests are signed for them."""
    assert run("--region", region) == 0
    of_organizations = "cn-northwest-1" if region == "cn-northwest-1" else signed
    assert aws.scopes() == {(iam, KEY, signed, "iam"), (organizations, KEY, of_organizations, "organizations")}


class TestCredentials:
    def test_none(self, aws: Aws, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        """Without any, it is wrong usage, and nothing is asked."""
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")
        assert run() == 2
        assert capsys.readouterr().err == "awscontract: no AWS credentials found; configure some, or use --profile\n"
        assert aws.asked == []

    def test_half(self, aws: Aws, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        """A key without its secret is shown as such."""
        monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
        assert run() == 2
        assert "Partial credentials found in env" in capsys.readouterr().err and aws.asked == []

    def test_of_a_profile(self, aws: Aws, tmp_path: Path) -> None:
        """The profile's keys and region, whatever the environment holds."""
        (tmp_path / "credentials").write_text("[mine]\naws_access_key_id = AKIDMINE\naws_secret_access_key = s\n")
        (tmp_path / "config").write_text("[profile mine]\nregion = us-gov-west-1\n")
        assert run("--profile", "mine", "--entity-path", ROOT) == 0
        assert aws.scopes() == {("iam.us-gov.amazonaws.com", "AKIDMINE", "us-gov-west-1", "iam")}

    def test_of_an_unknown_profile(self, aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
        """A slip of the keys."""
        assert run("--profile", "yours") == 2
        assert "no profile 'yours'" in capsys.readouterr().err and aws.asked == []

    def role(self, tmp_path: Path) -> None:
        (tmp_path / "config").write_text(
            "[profile role]\nrole_arn = arn:aws:iam::123456789012:role/reader\nsource_profile = mine\n"
            "[profile mine]\naws_access_key_id = AKIDMINE\naws_secret_access_key = s\n"
        )

    def test_of_a_role(self, aws: Aws, tmp_path: Path) -> None:
        """A role is assumed, and its token goes with every request."""
        self.role(tmp_path)
        assert run("--profile", "role", "--entity-path", ROOT) == 0
        hosts = {(host, key) for host, key, _, _ in aws.scopes()}
        assert hosts == {("sts.amazonaws.com", "AKIDMINE"), ("iam.amazonaws.com", ROLE_KEY)} or hosts == {
            ("sts.us-east-1.amazonaws.com", "AKIDMINE"),
            ("iam.amazonaws.com", ROLE_KEY),
        }
        tokens = {headers.get("x-amz-security-token") for host, _, _, headers in aws.asked if host.startswith("iam.")}
        assert tokens == {"the-token"}

    def test_of_a_role_that_is_not_for_us(self, aws: Aws, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """The role is named, and STS's own words; no report is asked for."""
        self.role(tmp_path)
        aws.instead["AssumeRole"] = 403, _error("AccessDenied", "not you")
        assert run("--profile", "role") == 3
        err = capsys.readouterr().err
        assert err.startswith("awscontract: the role of profile 'role' could not be assumed: ") and "not you" in err
        assert err.count("\n") == 1 and aws.count(GENERATE) == 0

    @pytest.mark.parametrize("expired", [True, False], ids=["expired", "never begun"])
    def test_of_sso(self, aws: Aws, tmp_path: Path, capsys: pytest.CaptureFixture[str], expired: bool) -> None:
        """How to log in is said."""
        (tmp_path / "config").write_text(
            "[profile sso]\nsso_session = us\nsso_account_id = 123456789012\nsso_role_name = reader\n"
            "[sso-session us]\nsso_region = us-east-1\nsso_start_url = https://us.awsapps.com/start\n"
        )
        if expired:
            cache = tmp_path / ".aws" / "sso" / "cache"
            cache.mkdir(parents=True)
            token = {"accessToken": "t", "expiresAt": "2020-01-01T00:00:00Z"}
            (cache / "849394d4cf65e0e5a1cd5fc04b5fbf1f33ea4d58.json").write_text(json.dumps(token))
        assert run("--profile", "sso") == 3
        err = capsys.readouterr().err
        assert err.startswith("awscontract: the SSO session has expired or was never started")
        assert err.endswith(": aws sso login --profile sso\n") and err.count("\n") == 1 and aws.asked == []

    def test_that_have_expired(self, aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
        """Shown at the first request, whichever it is."""
        aws.instead["DescribeOrganization"] = 400, json.dumps({"__type": "ExpiredTokenException", "message": "old"})
        assert run() == 3
        err = capsys.readouterr().err
        assert err.splitlines()[1:] == [
            "awscontract: the credentials have expired (ExpiredTokenException): get new ones"
        ]
        aws.instead[GENERATE] = 403, _error("ExpiredToken", "The security token is expired")
        assert run("--entity-path", ROOT) == 3
        out = " ".join(capsys.readouterr().out.split())
        assert "GenerateOrganizationsAccessReport was refused: HTTP 403, ExpiredToken" in out

    @pytest.mark.parametrize(
        ("code", "line"),
        [
            ("AWSOrganizationsNotInUseException", "the account is in no organization"),
            ("AccessDeniedException", "cannot read the organization's root"),
        ],
    )
    def test_without_organizations(self, aws: Aws, capsys: pytest.CaptureFixture[str], code: str, line: str) -> None:
        """No other entity would do, so nothing is asked for."""
        aws.instead["DescribeOrganization"] = 400, json.dumps({"__type": code, "message": "no"})
        assert run() == 3
        announced, complaint = capsys.readouterr().err.splitlines()
        assert "at most 100 requests" in announced
        assert complaint.startswith(f"awscontract: {line}") and aws.count(GENERATE) == 0


def _error(code: str, message: str) -> str:
    return (
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
        "<RequestId>r</RequestId></ErrorResponse>"
    )


class TestPace:
    def driven(self, limits: Limits, calls: int, **settings: Any) -> list[float]:
        """When each request left, by a clock that only sleeping moves."""
        now, sent = [0.0], []
        made = botocore.session.Session().create_client("iam", region_name="us-east-1", endpoint_url="http://x.invalid")

        def sleep(seconds: float) -> None:
            now[0] += seconds

        def steps() -> Any:
            for _ in range(calls):
                yield Send(((GET, {"JobId": "x" * 36}),))
            return Outcome()

        driver = Driver(made, protocol_for(CONTRACT), limits, sleep=sleep, clock=lambda: now[0])
        with attach(made, Emulator(behaviour=Behaviour(**settings))):
            driver.run(steps())
        sent = [each.sent for each in driver.trace.exchanges]
        assert sent == sorted(sent)
        return sent

    def test_two_a_second(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Half a second from one to the next."""
        monkeypatch.undo()
        limits = Limits().towards_aws()
        assert self.driven(limits, 4) == [0.0, 0.5, 1.0, 1.5]

    def test_slower_when_throttled(self) -> None:
        """From then on each throttle doubles the distance, up to a limit."""
        sent = self.driven(Limits(pace=0.5, slowest=2.0), 6, throttle_every=2)
        gaps = [later - sooner for sooner, later in pairwise(sent)]
        assert gaps[0] == 0.5 and gaps == sorted(gaps) and 2.0 <= gaps[-1] <= 3.0

    def test_an_emulator_is_not_paced(self) -> None:
        """It costs nobody money."""
        assert self.driven(Limits(), 4) == [0.0] * 4


class TestTls:
    """AWS's name on this machine: a certificate that we made says that we are iam.amazonaws.com."""

    @pytest.fixture
    def certificate(self, tmp_path: Path) -> tuple[str, str]:
        x509 = pytest.importorskip("cryptography.x509")
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec

        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "iam.amazonaws.com")])
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("iam.amazonaws.com")]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        (tmp_path / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
        (tmp_path / "key.pem").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return str(tmp_path / "cert.pem"), str(tmp_path / "key.pem")

    @contextmanager
    def serving(self, certificate: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
        hosts: list[str] = []
        emulator = Emulator(behaviour=Behaviour(services=3, polls=0))

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                hosts.append(self.headers["host"])
                response = emulator.respond(_form(self.rfile.read(int(self.headers["content-length"]))))
                self.send_response(response.status)
                for name, value in {**response.headers, "content-length": str(len(response.body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(response.body)

            def log_message(self, *args: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        monkeypatch.setattr(server, "handle_error", lambda *_: None)

        import socket

        resolve = socket.getaddrinfo

        def here(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
            if host != "iam.amazonaws.com":
                raise socket.gaierror(f"nobody may ask {host}")
            return resolve("127.0.0.1", server.server_port, *rest, **more)

        monkeypatch.setattr(socket, "getaddrinfo", here)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield hosts
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def test_with_its_certificate(self, certificate: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
        """Everything goes over TLS to the host that was meant, and to no other."""
        with self.serving(certificate, monkeypatch) as hosts:
            assert run("--entity-path", ROOT, "--ca-bundle", certificate[0]) == 0
        assert set(hosts) == {"iam.amazonaws.com"}

    def test_with_a_certificate_that_nobody_signed(
        self, certificate: tuple[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """No request is sent to a host that cannot prove who it is."""
        with self.serving(certificate, monkeypatch) as hosts:
            assert run("--entity-path", ROOT) == 3
        assert hosts == []
        assert "certificate verify failed" in " ".join(capsys.readouterr().out.split())
