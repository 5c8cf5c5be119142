"""The driver: what leaves through a real botocore client, what is kept of what comes back, and what it costs at most."""

import html
import importlib.util
import socket
import sys
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qsl, quote, quote_plus

import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.stub import Stubber

from awscontract.conformance.driver.driver import Driver
from awscontract.conformance.driver.limits import Limits
from awscontract.conformance.protocols import protocol_for
from awscontract.conformance.trace.steps import Forget, Outcome, Send, Wait
from awscontract.emulator import Behaviour, Emulator, attach, serve
from awscontract.errors import UsageError
from awscontract.spec.operations import load

PROTOCOL = protocol_for(load("iam:GetOrganizationsAccessReport"))
GENERATE, GET = "GenerateOrganizationsAccessReport", "GetOrganizationsAccessReport"
ENTITY = "o-a1b2c3d4e5/r-f6g7"
GIVEN = (
    b'<GenerateOrganizationsAccessReportResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">'
    b"<GenerateOrganizationsAccessReportResult><JobId>0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9</JobId>"
    b"</GenerateOrganizationsAccessReportResult></GenerateOrganizationsAccessReportResponse>"
)
THROTTLED = (
    b"<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate</Message></Error></ErrorResponse>"
)


def _load(name):
    path = Path(__file__).parents[2] / "servers" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # where dataclasses look up what a module's annotations mean
    spec.loader.exec_module(module)
    return module


hostile = _load("hostile")


def make_client(url="http://127.0.0.1:9", keys=True, **config):
    session = botocore.session.Session()
    if not keys:
        session.get_component("credential_provider").providers.clear()
    credentials = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "wJalrXUtnFEMI"} if keys else {}
    return session.create_client(
        "iam", region_name="us-east-1", endpoint_url=url, config=Config(**config), **credentials
    )


@dataclass
class Listener:
    """A plain server that answers every request with the next of the given responses, and keeps what came."""

    url: str = ""
    answers: list = field(default_factory=lambda: [(200, GIVEN)])
    bodies: list = field(default_factory=list)
    connections: set = field(default_factory=set)
    gate: threading.Barrier | None = None


@contextmanager
def listening(*answers):
    listener = Listener()
    if answers:
        listener.answers = list(answers)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_POST(self):
            listener.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            listener.connections.add(self.client_address)
            if listener.gate:
                listener.gate.wait(10)
            status, body = listener.answers.pop(0) if len(listener.answers) > 1 else listener.answers[0]
            self.send_response(status)
            for name, value in (("Content-Type", "text/xml"), ("Content-Length", len(body)), ("X-Secret", "account")):
                self.send_header(name, str(value))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        server.shutdown()
        server.server_close()


def asking(*requests, times=1):
    """Steps that ask these requests together, so many times over."""
    came = ()
    for _ in range(times):
        came = yield Send(tuple(requests), "asking")
    return Outcome("conforms", f"{len(came)} answers")


def ask(url, *requests, client=None, times=1, **options):
    """Run requests against a URL; the driver and its trace's exchanges."""
    limits = Limits(**{name: options.pop(name) for name in tuple(options) if name in Limits.__dataclass_fields__})
    driver = Driver(client or make_client(url), PROTOCOL, limits, **options)
    outcome = driver.run(asking(*requests, times=times))
    return driver, outcome, driver.trace.exchanges


def failure(url, **options):
    """The failure of the one request to that place."""
    _, _, exchanges = ask(url, (GET, {"JobId": "j" * 36}), **options)
    return exchanges[-1].failure


READ = (GET, {"JobId": "j" * 36})


class TestWhatLeaves:
    @pytest.mark.parametrize(
        ("operation", "parameters", "body"),
        [
            (GET, {}, b"Action=GetOrganizationsAccessReport&Version=2010-05-08"),
            (GET, {"JobId": ""}, b"Action=GetOrganizationsAccessReport&Version=2010-05-08&JobId="),
            (GET, {"MaxItems": "ten"}, b"Action=GetOrganizationsAccessReport&Version=2010-05-08&MaxItems=ten"),
            (GET, {"MaxItems": -1}, b"Action=GetOrganizationsAccessReport&Version=2010-05-08&MaxItems=-1"),
            (
                GET,
                {"Marker": "\x01\x02 \n"},
                b"Action=GetOrganizationsAccessReport&Version=2010-05-08&Marker=%01%02%20%0A",
            ),
            (
                GET,
                {"Marker": "+&=%é/"},
                b"Action=GetOrganizationsAccessReport&Version=2010-05-08&Marker=%2B%26%3D%25%C3%A9%2F",
            ),
            (
                GET,
                {"Marker": "\U0001f600"},
                b"Action=GetOrganizationsAccessReport&Version=2010-05-08&Marker=%F0%9F%98%80",
            ),
            (GENERATE, {}, b"Action=GenerateOrganizationsAccessReport&Version=2010-05-08"),
            (
                GENERATE,
                {"EntityPath": "x"},
                b"Action=GenerateOrganizationsAccessReport&Version=2010-05-08&EntityPath=x",
            ),
        ],
    )
    def test_byte_for_byte(self, operation, parameters, body):
        """Exactly the parameters given leave, however wrong: nothing is checked, added, encoded twice or left out."""
        with listening() as listener:
            ask(listener.url, (operation, parameters))
        [sent] = listener.bodies
        assert sent.replace(b"+", b"%20") == body
        assert (
            dict(parse_qsl(sent.decode(), keep_blank_values=True)).keys() - {"Action", "Version"} == parameters.keys()
        )

    def test_with_signature_of_the_real_body(self):
        """The request is written before it is signed: a service that checks signatures sees a valid one."""
        seen = []
        client = make_client("http://127.0.0.1:9")

        def attached(request, **_):
            seen.append((request.headers["Authorization"], request.body))
            return AWSResponse(request.url, 200, {}, _Raw(GIVEN))

        client.meta.events.register("before-send.iam", attached)
        ask("", (GET, {"MaxItems": "ten"}), client=client)
        [(authorization, body)] = seen
        assert b"SignedHeaders" in (authorization if isinstance(authorization, bytes) else authorization.encode())
        assert body == b"Action=GetOrganizationsAccessReport&Version=2010-05-08&MaxItems=ten"

    def test_the_exchange_holds_what_was_asked_and_what_came(self):
        with listening((418, b"<a>\xff</a>")) as listener:
            _, _, [exchange] = ask(listener.url, (GET, {"MaxItems": "ten"}))
        assert (exchange.operation, exchange.parameters) == (GET, {"MaxItems": "ten"})
        assert (exchange.status, exchange.body, exchange.failure) == (418, b"<a>\xff</a>", None)
        assert 0 <= exchange.sent <= exchange.received

    def test_no_secret_is_kept(self):
        """Neither the key, nor the signature, nor a header that could name an account is in the trace."""
        with listening() as listener:
            driver, _, [exchange] = ask(listener.url, READ)
        assert exchange.headers["content-type"] == "text/xml"
        assert "x-secret" not in exchange.headers
        for secret in ("AKIDEXAMPLE", "wJalrXUtnFEMI", "Signature", "account"):
            assert secret not in driver.trace.dumps()

    def test_one_connection_for_all(self):
        with listening() as listener:
            ask(listener.url, READ, times=20)
            assert len(listener.connections) == 1
            assert len(listener.bodies) == 20

    def test_requests_that_may_overlap_do(self):
        """With concurrency all requests of a batch are under way at once, and come back in the order they were asked in."""
        requests = [(GET, {"Marker": f"m{n}"}) for n in range(4)]
        with listening() as listener:
            listener.gate = threading.Barrier(4)
            driver = Driver(make_client(listener.url), PROTOCOL, Limits(read_timeout=20), concurrency=4)
            sent = []

            def steps():
                sent.extend((yield Send(tuple(requests))))
                return Outcome()

            driver.run(steps())
        assert [(each.operation, each.parameters) for each in sent] == requests
        assert all(each.status == 200 for each in sent), (
            "the server holds every answer back until four requests are there"
        )
        assert sorted(each.index for each in driver.trace.exchanges) == list(range(4))
        assert [each.index for each in driver.trace.exchanges] == list(range(4))

    def test_one_by_one_without(self):
        with listening() as listener:
            _, _, exchanges = ask(listener.url, *[READ] * 4)
        assert all(a.received <= b.sent for a, b in pairwise(exchanges))


class _Raw:
    """A body as botocore expects one from urllib3."""

    def __init__(self, body):
        self.body = body

    def stream(self, amt=65536, decode_content=None):
        yield self.body


class TestThrottling:
    def test_ridden_out_and_kept(self):
        """Each attempt is in the trace; the answer is the first that was not throttled."""
        naps = []
        with listening((400, THROTTLED), (400, THROTTLED), (200, GIVEN)) as listener:
            _, _, exchanges = ask(listener.url, READ, sleep=naps.append)
        assert [each.status for each in exchanges] == [400, 400, 200]
        assert len(naps) == 2 and naps[1] > naps[0] > 0

    def test_http_429(self):
        with listening((429, b"slow down"), (200, GIVEN)) as listener:
            _, _, exchanges = ask(listener.url, READ, sleep=lambda seconds: None)
        assert [each.status for each in exchanges] == [429, 200]

    def test_not_for_ever(self):
        with listening((400, THROTTLED)) as listener:
            _, _, exchanges = ask(listener.url, READ, sleep=lambda seconds: None, throttles=3)
        assert len(exchanges) == 4

    def test_not_beyond_the_runs_time(self):
        """Riding a throttle out never takes longer than the run may."""
        now = [0.0]

        def sleep(seconds):
            now[0] += seconds

        with listening((400, THROTTLED)) as listener:
            ask(listener.url, READ, sleep=sleep, clock=lambda: now[0], timeout=0.4, throttles=50)
        assert now[0] <= 0.4

    @pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
    def test_botocore_does_not_retry(self, mode):
        """Whatever retries the client is configured with, a server error is sent again once, by us."""
        with listening((500, b"<ErrorResponse/>")) as listener:
            client = make_client(listener.url, retries={"mode": mode, "max_attempts": 5})
            _, _, exchanges = ask("", READ, client=client, sleep=lambda seconds: None)
        assert len(listener.bodies) == len(exchanges) == 2

    @pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
    def test_botocore_does_not_retry_a_broken_connection(self, mode):
        with hostile.running("closed-at-once") as server:
            client = make_client(server.url, retries={"mode": mode, "max_attempts": 5})
            naps = []
            _, _, exchanges = ask("", READ, client=client, sleep=naps.append)
        assert [each.failure.kind for each in exchanges] == ["broken"]


class TestLeavesTheClientAsItWas:
    def test_after_a_run(self):
        """Session and handlers are the client's own again, and it works for its owner."""
        emulator = Emulator(behaviour=Behaviour(services=3, polls=0))
        with serve(emulator) as server:
            client = make_client(server.url)
            before = client._endpoint.http_session
            ask("", READ, client=client)
            assert client._endpoint.http_session is before
            job = client.generate_organizations_access_report(EntityPath=ENTITY)["JobId"]
            assert client.get_organizations_access_report(JobId=job)["JobStatus"] == "COMPLETED"
            with pytest.raises(client.exceptions.ClientError):
                client.get_organizations_access_report(JobId="j" * 36)

    def test_after_steps_that_raise(self):
        client = make_client()
        before = client._endpoint.http_session

        def steps():
            yield Wait(0)
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            Driver(client, PROTOCOL).run(steps())
        assert client._endpoint.http_session is before

    def test_a_run_after_a_run(self):
        """One client can be judged as often as anybody likes, and later runs see no less."""
        with listening() as listener:
            client = make_client(listener.url)
            for _ in range(3):
                _, _, exchanges = ask("", READ, client=client)
                assert [each.status for each in exchanges] == [200]

    def test_the_clients_other_calls_during_a_run(self):
        """A fixture's own call with the same client, in the middle of a run, is the client's own business."""
        with serve(Emulator(behaviour=Behaviour(services=3, polls=0))) as server:
            client = make_client(server.url)
            theirs = []

            def progress(calls, doing):
                theirs.append(client.generate_organizations_access_report(EntityPath=ENTITY)["JobId"])

            _, _, exchanges = ask("", READ, client=client, progress=progress)
        assert len(theirs) == 1 and len(exchanges) == 1


class TestLimits:
    @pytest.mark.parametrize("act", ["silent", "drip", "drip-headers"])
    def test_time_of_an_answer(self, act):
        """Neither silence nor one byte now and then holds a run up."""
        with hostile.running(act) as server:
            driver, _, [exchange] = ask(server.url, READ, read_timeout=0.3)
        assert exchange.failure.kind == "timeout"
        assert "0.3 s" in exchange.failure.message
        assert driver.elapsed < 5

    def test_size_of_an_answer(self):
        with hostile.running("endless") as server:
            shown = failure(server.url, max_body=3 << 20)
        assert shown.kind == "too-large"
        assert "3 MiB" in shown.message

    def test_an_answer_of_just_that_size(self):
        with listening((200, b"x" * 5000)) as listener:
            _, _, [exchange] = ask(listener.url, READ, max_body=5000)
        assert len(exchange.body) == 5000

    def test_calls(self):
        with listening() as listener:
            _, outcome, exchanges = ask(listener.url, READ, times=50, calls=7)
        assert outcome.verdict == "indeterminate" and "7 requests" in outcome.reason
        assert len(exchanges) == 7

    def test_time_of_the_run(self):
        now = [0.0]

        def steps():
            while True:
                yield Wait(1.0)

        def sleep(seconds):
            now[0] += seconds or 0.001

        driver = Driver(make_client(), PROTOCOL, Limits(timeout=3.5), sleep=sleep, clock=lambda: now[0])
        outcome = driver.run(steps())
        assert outcome.verdict == "indeterminate" and "--timeout" in outcome.reason
        assert now[0] <= 3.6

    def test_a_pause_is_cut_to_the_runs_time(self):
        now, naps = [0.0], []

        def sleep(seconds):
            naps.append(seconds)
            now[0] += seconds

        def steps():
            yield Wait(1000)
            yield Wait(1000)
            return Outcome()

        Driver(make_client(), PROTOCOL, Limits(timeout=2), sleep=sleep, clock=lambda: now[0]).run(steps())
        assert sum(naps) == 2

    def test_a_target_that_is_gone_is_not_asked_on(self):
        """After three requests in a row without a whole answer the run is over."""
        with hostile.running("closed-at-once") as server:
            _, outcome, exchanges = ask(server.url, READ, times=50)
        assert outcome.verdict == "unreachable"
        assert len(exchanges) == 3

    def test_nor_in_a_batch(self):
        """In a batch the rest is not sent, and is still accounted for: as many exchanges come back as were asked for."""
        progress = []
        with hostile.running("closed-at-once") as server:
            driver = Driver(make_client(server.url), PROTOCOL, progress=lambda calls, doing: progress.append(calls))
            back = []

            def steps():
                back.extend((yield Send((READ,) * 10)))
                return Outcome()

            driver.run(steps())
        assert len(back) == 10
        assert len(progress) == 3


class TestMemory:
    def test_everything_that_is_kept_is_limited(self):
        """A server that pads its responses ends the run, which says so, before they fill the memory."""
        with listening((200, GIVEN + b" " * 300_000)) as listener:
            driver, outcome, exchanges = ask(listener.url, READ, times=50, max_total=1 << 20)
        assert outcome.verdict == "indeterminate" and "--max-total" in outcome.reason
        assert driver.cut_short == outcome.reason
        assert len(exchanges) == 4

    def test_what_is_forgotten_does_not_count(self):
        """Exchanges that no finding needs leave nothing behind, and those that stay are numbered anew."""

        def steps():
            for _ in range(30):
                [exchange] = yield Send((READ,))
                yield Forget((exchange.index,))
            yield Send((READ,))
            return Outcome()

        with listening((200, GIVEN + b" " * 300_000)) as listener:
            driver = Driver(make_client(listener.url), PROTOCOL, Limits(max_total=1 << 20))
            assert driver.run(steps()).verdict is None
        assert [each.index for each in driver.exchanges] == [0]
        assert driver.calls == 31

    def test_elements_of_one_response(self):
        """Two million small elements take more memory and time than their bytes say: they are not read."""
        many = (
            b"<GetOrganizationsAccessReportResponse>" + b"<a></a>" * 5000 + b"</GetOrganizationsAccessReportResponse>"
        )
        with listening((200, many)) as listener:
            _, _, [exchange] = ask(listener.url, READ, max_elements=1000)
        assert exchange.failure.kind == "too-large" and "--max-elements" in exchange.failure.message
        assert exchange.body == b""

    def test_judging_is_inside_the_time(self):
        """What is kept takes its time to judge, which the run leaves for that."""
        many = b"<a>" + b"<b></b>" * 40_000 + b"</a>"
        with listening((200, many)) as listener:
            _driver, outcome, exchanges = ask(listener.url, READ, times=100, timeout=1.5, max_total=1 << 30)
        assert outcome.verdict == "indeterminate" and "--timeout" in outcome.reason
        assert len(exchanges) < 10


class TestServerErrors:
    def test_gone_on_the_retry(self):
        """A server error is sent again once, and both attempts are in the trace."""
        with listening((500, b"<html>oh no</html>"), (200, GIVEN)) as listener:
            _, _, exchanges = ask(listener.url, READ, sleep=lambda seconds: None)
        assert [each.status for each in exchanges] == [500, 200]

    def test_an_operation_that_is_not_implemented_is_not_asked_for_again(self):
        with listening((501, b"")) as listener:
            _, _, exchanges = ask(listener.url, READ, sleep=lambda seconds: None)
        assert [each.status for each in exchanges] == [501]

    def test_throttling_under_a_server_error(self):
        """EC2 and S3 throttle with 503: the code counts."""
        throttled = THROTTLED.replace(b"Throttling", b"RequestLimitExceeded")
        with listening((503, throttled), (503, throttled), (503, throttled), (200, GIVEN)) as listener:
            _, _, exchanges = ask(listener.url, READ, sleep=lambda seconds: None)
        assert [each.status for each in exchanges] == [503, 503, 503, 200]

    def test_time_that_throttling_took(self):
        """A run that throttling slowed down until its time was over says so."""
        times = iter(range(1000))
        with listening((400, THROTTLED), (400, THROTTLED), (200, GIVEN)) as listener:
            _, outcome, _ = ask(
                listener.url, READ, times=9, timeout=12, sleep=lambda seconds: None, clock=lambda: next(times)
            )
        assert outcome.verdict == "indeterminate"
        assert "requests, 2 of them throttled); raise --timeout" in outcome.reason


class TestStop:
    def test_between_requests(self):
        """Setting the event ends the run within a moment, and what was learnt is kept."""
        stop = threading.Event()

        def steps():
            yield Send((READ,))
            stop.set()
            yield Wait(60)
            yield Send((READ,))

        with listening() as listener:
            driver = Driver(make_client(listener.url), PROTOCOL, stop=stop)
            outcome = driver.run(steps())
        assert (outcome.verdict, driver.cut_short) == ("indeterminate", "interrupted")
        assert len(driver.exchanges) == 1

    def test_a_request_under_way(self):
        """A server that is silent does not keep a stopped run waiting for its response."""
        stop = threading.Event()
        with hostile.running("silent") as server:
            driver = Driver(make_client(server.url), PROTOCOL, Limits(read_timeout=60), stop=stop)
            timer = threading.Timer(0.2, stop.set)
            timer.start()
            outcome = driver.run(asking(READ))
        assert (outcome.verdict, driver.cut_short) == ("indeterminate", "interrupted")
        assert driver.elapsed < 30


def test_the_status_of_s3_is_the_services_own():
    """botocore makes HTTP 500 of a response of S3 with HTTP 200 that it cannot read; the trace has what came, and the client its handler."""
    client = botocore.session.Session().create_client(
        "s3", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b"
    )
    client.meta.events.register("before-send.s3", lambda request, **_: AWSResponse(request.url, 200, {}, _Raw(b"<a>")))
    contract = load("s3:ListObjectsV2")
    driver = Driver(client, protocol_for(contract))
    driver.run(asking(("ListObjectsV2", {"Bucket": "bucket-0000"})))
    assert [(each.status, each.body) for each in driver.exchanges] == [(200, b"<a>")]
    with pytest.raises(client.exceptions.ClientError):
        client.list_objects_v2(Bucket="bucket-0000")


class TestConcurrency:
    def test_the_same_trace(self):
        """Whatever order responses come in, exchanges stand in the order of the requests, throttled attempts included."""
        requests = [(GET, {"Marker": f"m{number}"}) for number in range(12)]

        def run(concurrency):
            answers = [(400, THROTTLED) if number % 3 == 0 else (200, GIVEN) for number in range(100)]
            with listening(*answers) as listener:
                driver = Driver(
                    make_client(listener.url), PROTOCOL, concurrency=concurrency, sleep=lambda seconds: None
                )
                driver.run(asking(*requests))
            return [each.parameters for each in driver.exchanges if each.status == 200]

        assert run(1) == run(4) == [parameters for _, parameters in requests]


class TestSecrets:
    SECRETS = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "IQoJb3JpZ2luX2VjEXAMPLETOKEN==/+")

    @pytest.mark.parametrize("written", [str, html.escape, lambda text: quote(text, safe=""), quote_plus])
    def test_what_signed_is_masked_where_it_comes_back(self, written):
        """A server that repeats request headers in its body does not bring the keys into a trace."""
        key, secret, token = self.SECRETS
        client = botocore.session.Session().create_client(
            "iam", region_name="us-east-1", endpoint_url="http://127.0.0.1:9",
            aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=token,
        )  # fmt: skip
        said = []

        def echo(request, **_):
            headers = " ".join(f"{name}: {value}" for name, value in request.headers.items())
            body = written(f"{headers} {secret} {token}").encode()
            said.append(body)
            return AWSResponse(request.url, 200, {"server": token}, _Raw(body))

        client.meta.events.register("before-send.iam", echo)
        driver, _, [_exchange] = ask("", READ, client=client)
        assert any(written(token).encode() in each for each in said)
        for each in self.SECRETS:
            assert each not in driver.trace.dumps() and written(each) not in driver.trace.dumps()

    def test_dummies_are_no_secrets(self):
        """Masking what emulators' users sign with would change what a server wrote."""
        with listening((200, b"<test>test</test>")) as listener:
            _, _, [exchange] = ask(listener.url, READ)
        assert exchange.body == b"<test>test</test>"


class TestInterimResponses:
    @pytest.mark.parametrize("status", [b"100 Continue", b"102 Processing", b"103 Early Hints"])
    def test_are_skipped(self, status):
        """They only announce the response."""
        response = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nContent-Type: text/xml\r\n\r\n%s" % (len(GIVEN), GIVEN)
        interim = b"HTTP/1.1 %s\r\nLink: </style.css>; rel=preload\r\n\r\n" % status
        with raw_server(interim * 2 + response) as url:
            _, _, [exchange] = ask(url, READ)
        assert (exchange.status, exchange.body) == (200, GIVEN)


@contextmanager
def raw_server(answer):
    """A server that answers every connection with these bytes."""
    server = socket.create_server(("127.0.0.1", 0))

    def run():
        with suppress(OSError):
            while True:
                connection, _ = server.accept()
                with connection:
                    connection.recv(65536)
                    connection.sendall(answer)

    threading.Thread(target=run, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
    finally:
        server.close()


class TestNoAnswer:
    @pytest.mark.parametrize(
        ("act", "kind"),
        [("closed-at-once", "broken"), ("garbage-status", "broken"), ("redirect", "broken")],
    )
    def test_kinds(self, act, kind):
        with hostile.running(act) as server:
            shown = failure(server.url)
        assert shown.kind == kind
        assert "\n" not in shown.message and len(shown.message) < 400

    def test_less_than_was_promised(self):
        """An answer that ends before its Content-Length is no whole answer, even where what came looks like one."""
        with hostile.running("truncated") as server:
            shown = failure(server.url)
        assert shown is not None and shown.kind == "broken"

    def test_nobody_listens(self):
        assert failure("http://127.0.0.1:9").kind == "unreachable"

    def test_no_such_host(self):
        shown = failure("http://host.invalid/")
        assert shown.kind == "unreachable" and "host.invalid" in shown.message

    def test_redirects_are_not_followed(self):
        with hostile.running("redirect") as server:
            shown = failure(server.url)
            assert not server.visited_beside
        assert "redirect" in shown.message and "302" in shown.message

    def test_no_credentials(self):
        """A client without credentials is shown so, and not the target."""
        shown = failure("", client=make_client(keys=False))
        assert shown.kind == "forbidden" and "credentials" in shown.message.lower()

    def test_a_stubber(self):
        """A client that answers by itself has no bytes to judge."""
        client = make_client()
        with Stubber(client) as stubber:
            stubber.add_response("get_organizations_access_report", {"JobStatus": "COMPLETED", "JobCreationDate": 0})
            shown = failure("", client=client)
        assert shown.kind == "error" and "Stubber" in shown.message

    @pytest.mark.parametrize(
        ("error", "kind"),
        [
            (ZeroDivisionError("oh"), "error"),
            (NotImplementedError("we have no reports"), "not-implemented"),
            (ConnectionResetError("reset"), "broken"),
            (AssertionError("two\nlines"), "error"),
            (KeyError("JobId"), "error"),
        ],
    )
    def test_a_door_that_raises(self, error, kind):
        """A unissued's code runs inside the client: what it raises is a finding in one line, never our traceback."""
        client = make_client()

        def attached(request, **_):
            raise error

        client.meta.events.register("before-send.iam", attached)
        shown = failure("", client=client)
        assert shown.kind == kind
        assert "\n" not in shown.message

    def test_a_door_that_answers_nonsense(self):
        client = make_client()
        client.meta.events.register("before-send.iam", lambda request, **_: "no response")
        assert failure("", client=client).kind == "error"

    def test_ctrl_c_is_no_finding(self):
        client = make_client()

        def attached(request, **_):
            raise KeyboardInterrupt

        client.meta.events.register("before-send.iam", attached)
        before = client._endpoint.http_session, client._serializer
        driver, outcome, exchanges = ask("", READ, client=client)
        assert (outcome.verdict, driver.cut_short, exchanges) == ("indeterminate", "interrupted", ())
        assert driver.interrupted is not None
        assert (client._endpoint.http_session, client._serializer) == before


class TestWhoIsAsked:
    @pytest.mark.parametrize("client", [None, object(), "iam"])
    def test_no_client(self, client):
        with pytest.raises(UsageError, match="botocore or boto3 client"):
            Driver(client, PROTOCOL, operations=[GET])

    def test_another_services_client(self):
        client = botocore.session.Session().create_client("sqs", region_name="us-east-1")
        with pytest.raises(UsageError, match="get_organizations_access_report"):
            Driver(client, PROTOCOL, operations=[GET])

    def test_aws_is_not_asked(self):
        """A client for AWS itself, without leave: refused, before anything is looked up or sent."""
        shown = failure("", client=make_client(None))
        assert shown.kind == "forbidden"
        assert "iam.amazonaws.com" in shown.message and "--target aws" in shown.message

    def test_a_door_in_front_of_aws_is_no_aws(self):
        """A client whose requests are answered in the process may have any host in its URL."""
        client = make_client(None)
        with attach(client, Emulator()):
            _, _, [exchange] = ask("", (GENERATE, {"EntityPath": ENTITY}), client=client)
        assert exchange.status == 200

    def test_moto_is_no_aws(self):
        moto = pytest.importorskip("moto")
        with moto.mock_aws():
            client = make_client(None)
            _, _, [exchange] = ask("", (GET, {"JobId": "j" * 36}), client=client)
        assert exchange.failure is None or exchange.failure.kind == "not-implemented"


def test_progress_is_shown_before_each_call():
    shown = []
    with listening() as listener:
        ask(listener.url, READ, READ, progress=lambda calls, doing: shown.append((calls, doing, len(listener.bodies))))
    assert shown == [(1, "asking", 0), (2, "asking", 1)]
