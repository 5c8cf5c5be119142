"""Opening what is to be judged: where requests go, signed by whom, about what."""

import json
import threading
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from botocore.parsers import ResponseParserError

from awscontract.conformance.driver.clients import client_for, like, services_of
from awscontract.conformance.driver.subjects import find_subject, is_entity_path
from awscontract.conformance.driver.targets import TARGETS, TargetOptions, environment, open_target
from awscontract.conformance.driver.waiting import wait_until_up
from awscontract.conformance.results.result import Target
from awscontract.errors import TargetUnavailable, UsageError
from awscontract.spec.operations import load

KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
URL = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def nobody(monkeypatch, tmp_path):
    """A machine without any AWS configuration; a look at the instance's metadata would be an error."""
    for name in (*KEYS, "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setattr("botocore.utils.IMDSFetcher._get_request", None)
    return tmp_path


@contextmanager
def answering(answer):
    """A server; `answer` is given the operation's name and returns the body, or None for a 404."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["content-length"]))
            operation = self.headers.get("x-amz-target", "").rpartition(".")[2]
            seen.append((operation, self.headers))
            body = answer(operation)
            self.send_response(404 if body is None else 200)
            self.send_header("content-length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", seen
        finally:
            server.shutdown()
            thread.join()


def organizations(organization, root):
    """Answers of a server that has Organizations."""
    answers = {
        "DescribeOrganization": {"Organization": {"Id": organization}},
        "ListRoots": {"Roots": [{"Id": root}]},
    }
    return lambda operation: json.dumps(answers[operation]).encode()


CONTRACT = load("iam:GetOrganizationsAccessReport")
ARN = load("iam:GetServiceLastAccessedDetails")
USERS = load("iam:ListUsers")


def opening(*contracts, **options):
    """The target, opened for these operations."""
    return open_target(TargetOptions(**options), contracts or [CONTRACT])


def opened(**options):
    """What the target opens to, and by whom its requests would be signed."""
    with opening(**options) as it:
        keys = it.client_of("iam")._request_signer._credentials
        return it, keys and (keys.access_key, keys.token)


class TestEmulator:
    def test_is_the_default(self):
        """Without any option a real HTTP server on loopback is opened, with a subject of its own for each report."""
        with opening(CONTRACT, ARN) as it:
            client = it.client_of("iam")
            job = client.generate_organizations_access_report(EntityPath=it.subjects[CONTRACT.id])["JobId"]
            statuses = [client.get_organizations_access_report(JobId=job)["JobStatus"] for _ in range(3)]
            assert client.generate_service_last_accessed_details(Arn=it.subjects[ARN.id])["JobId"]

        assert it.target.kind == "emulator"
        assert it.target.endpoint_url.startswith("http://127.0.0.1:")
        assert statuses[-1] == "COMPLETED"

    def test_serves_several_services(self):
        """Each operation of a run is served, by clients of its own service."""
        with opening(USERS, load("s3:ListObjectsV2")) as it:
            assert it.client_of("iam").list_users()["Users"]
            assert it.client_of("s3").list_objects_v2(Bucket="bucket-0000")["Contents"]
            assert it.client_of("s3") is it.client_of("s3")

    def test_is_reached_directly(self, monkeypatch):
        """A proxy of the environment is not between this process and its own loopback."""
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")

        with opening(USERS) as it:
            assert it.client_of("iam").list_users()["Users"]

    def test_ignores_the_users_configuration(self, nobody, monkeypatch):
        """Neither a broken configuration nor a missing profile nor an odd region of the environment is in its way."""
        (nobody / "config").write_text("[[[")
        monkeypatch.setenv("AWS_PROFILE", "missing")
        monkeypatch.setenv("AWS_REGION", "no region")

        it, keys = opened()
        assert (it.target.kind, keys) == ("emulator", ("test", None))

    def test_is_gone_afterwards(self):
        """Its port is closed when the context ends."""
        from botocore.exceptions import EndpointConnectionError

        with opening(USERS) as it:
            client = it.client_of("iam")
        with pytest.raises(EndpointConnectionError):
            client.list_users()


class TestWrongUsage:
    @pytest.mark.parametrize(
        ("options", "complaint"),
        [
            ({"endpoint_url": ""}, "--endpoint-url is empty"),
            ({"endpoint_url": "  "}, "--endpoint-url is empty"),
            ({"endpoint_url": "localhost:4566"}, "not an http:// or https:// URL"),
            ({"endpoint_url": "ftp://localhost"}, "not an http:// or https:// URL"),
            ({"endpoint_url": "http://"}, "not an http:// or https:// URL"),
            ({"endpoint_url": "http://local host"}, "not an http:// or https:// URL"),
            ({"endpoint_url": "http://localhost\n"}, "not an http:// or https:// URL"),
            ({"endpoint_url": "http://localhost:99999"}, "is not a URL"),
            ({"endpoint_url": "http://[::1"}, "is not a URL"),
            ({"endpoint_url": "http://me:secret@localhost"}, "holds a user name"),
            ({"endpoint_url": "http://a_b"}, "Invalid endpoint"),
            ({"endpoint_url": "https://iam.amazonaws.com"}, "use --target aws"),
            ({"endpoint_url": "https://IAM.amazonaws.com.:443/"}, "use --target aws"),
            ({"endpoint_url": "https://iam.cn-north-1.amazonaws.com.cn"}, "use --target aws"),
            ({"endpoint_url": "https://iam.global.api.aws"}, "use --target aws"),
            ({"endpoint_url": URL, "target": "emulator"}, "contradict each other"),
            ({"endpoint_url": URL, "target": "aws"}, "contradict each other"),
            ({"target": "elsewhere"}, "one of emulator, moto, moto+access-reports, aws"),
            ({"endpoint_url": URL, "profile": "missing"}, "no profile 'missing'"),
            ({"target": "aws", "profile": "missing"}, "no profile 'missing'"),
            ({"endpoint_url": URL, "region": "no region"}, "region"),
            ({"ca_bundle": "/nowhere/ca.pem"}, "/nowhere/ca.pem: No such file"),
            ({"ca_bundle": __file__}, "test_targets.py: "),
        ],
    )
    def test_is_one_line(self, options, complaint):
        """Whatever is wrong with the options is said in one line, before anything is asked."""
        with pytest.raises(UsageError) as caught, opening(**options):
            pass

        assert complaint in str(caught.value)
        assert "\n" not in str(caught.value)
        assert caught.value.status == 2

    def test_a_password_is_not_repeated(self):
        """The complaint about a secret does not repeat it."""
        with pytest.raises(UsageError) as caught, opening(endpoint_url="http://me:secret@localhost"):
            pass

        assert "secret" not in str(caught.value)

    def test_a_host_that_only_looks_like_aws(self):
        """Somebody else's host may have AWS's name in its own."""
        it, _ = opened(endpoint_url="http://iam.amazonaws.com.example.org")

        assert it.target == Target("endpoint", "http://iam.amazonaws.com.example.org")

    def test_moto_that_is_not_there(self, monkeypatch):
        """Who has no moto is shown how to get it."""
        monkeypatch.setitem(__import__("sys").modules, "moto", None)

        with (
            pytest.raises(UsageError, match=r"pip install boto3 'moto\[iam,organizations,server\]'"),
            opening(target="moto"),
        ):
            pass

    def test_every_target_opens_or_complains(self, monkeypatch):
        """There is no name of a target that this table does not know how to open."""
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        for target in TARGETS:
            if target == "aws":  # no credentials
                with pytest.raises(UsageError):
                    opened(target=target)
            else:
                opened(target=target)


class TestCredentials:
    def test_dummies_without_any(self):
        """An emulator on a machine without keys is spoken to with dummies, without asking anybody for better ones."""
        assert opened(endpoint_url=URL)[1] == ("test", None)

    def test_not_of_the_environment(self, monkeypatch):
        """Keys in the environment are not for somebody's emulator, unless they are asked for."""
        for name, value in zip(KEYS, ("mine", "secret", "token"), strict=True):
            monkeypatch.setenv(name, value)

        assert opened(endpoint_url=URL)[1] == ("test", None)
        assert opened(endpoint_url=URL, sign_with_environment=True)[1] == ("mine", "token")

    def test_half_of_the_environment(self, monkeypatch):
        """Half a pair of keys is wrong usage where they are asked for, and not a reason to send others."""
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "mine")

        with pytest.raises(UsageError, match=r"Partial credentials .* missing: AWS_SECRET_ACCESS_KEY"):
            opened(endpoint_url=URL, sign_with_environment=True)

    def test_none_in_the_environment(self):
        with pytest.raises(UsageError, match="--sign-with-environment"):
            opened(endpoint_url=URL, sign_with_environment=True)

    def test_a_default_profile_is_not_for_others(self, nobody, monkeypatch):
        """Keys that nobody named do not sign what goes to somebody's emulator, nor does AWS_PROFILE break it."""
        (nobody / "credentials").write_text("[default]\naws_access_key_id = real\naws_secret_access_key = real\n")
        monkeypatch.setenv("AWS_PROFILE", "missing")

        assert opened(endpoint_url=URL)[1] == ("test", None)

    def test_of_a_profile(self, nobody, monkeypatch):
        """A profile that is named goes before the environment."""
        (nobody / "credentials").write_text("[local]\naws_access_key_id = local\naws_secret_access_key = key\n")
        for name in KEYS[:2]:
            monkeypatch.setenv(name, "mine")

        assert opened(endpoint_url=URL, profile="local")[1] == ("local", None)

    @pytest.mark.parametrize(
        "text",
        [
            "region = eu-west-1",
            "sso_start_url = https://example.org\nsso_region = us-east-1\nsso_account_id = 1\nsso_role_name = x",
            "role_arn = arn:aws:iam::111122223333:role/x\ncredential_source = Ec2InstanceMetadata",
        ],
    )
    def test_of_a_profile_without_keys(self, nobody, text):
        """A profile whose keys would cost a request to somebody else is refused for an emulator."""
        (nobody / "config").write_text(f"[profile local]\n{text}\n")

        with pytest.raises(UsageError, match="profile 'local' has no keys"):
            opened(endpoint_url=URL, profile="local")

    def test_unsigned(self):
        """--no-sign-request signs nothing."""
        with answering(lambda operation: None) as (url, seen):
            it, _ = opened(endpoint_url=url, sign_request=False)
            with pytest.raises(ResponseParserError):
                it.client_of("iam").get_organizations_access_report(JobId="x" * 36)

        assert [headers.get("authorization") for _, headers in seen] == [None]

    def test_aws_without_any(self, monkeypatch):
        """AWS cannot be judged by nobody."""
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

        with pytest.raises(UsageError, match="no AWS credentials found"):
            opened(target="aws")

    def test_aws_is_aws(self, monkeypatch):
        """An endpoint that the environment configures is not what --target aws names."""
        monkeypatch.setenv("AWS_ENDPOINT_URL", URL)
        for name in KEYS[:2]:
            monkeypatch.setenv(name, "mine")

        assert opened(target="aws")[0].target == Target("aws", "https://iam.amazonaws.com")


class TestRegion:
    @pytest.mark.parametrize(
        ("option", "variable", "signed"),
        [(None, None, "us-east-1"), ("eu-west-1", "eu-west-2", "eu-west-1"), (None, "eu-west-2", "eu-west-2")],
    )
    def test_of_an_endpoint(self, monkeypatch, option, variable, signed):
        """The option goes before the environment, and there is always one."""
        if variable:
            monkeypatch.setenv("AWS_REGION", variable)

        assert opened(endpoint_url=URL, region=option)[0].client_of("iam").meta.region_name == signed


def subject(url, contract=CONTRACT):
    """What is found at a target to report on."""
    with opening(contract, endpoint_url=url) as it:
        return find_subject(contract, it.client_of)


class TestSubject:
    def test_the_root_of_the_targets_organization(self):
        with answering(organizations("o-abcdefghij", "r-wxyz")) as (url, _):
            assert subject(url) == "o-abcdefghij/r-wxyz"

    @pytest.mark.parametrize(
        "answer",
        [
            lambda operation: None,
            lambda operation: b"",
            lambda operation: b"<html>",
            lambda operation: b"[]",
            lambda operation: b'{"Organization": null, "Roots": []}',
            lambda operation: b'{"Organization": {"Id": 7}, "Roots": [{"Id": {}}]}',
            organizations("o-short", "r-wxyz"),
            organizations("\x1b[2J", "r-wxyz"),
            lambda operation: b" " * 2_000_000 + organizations("o-abcdefghij", "r-wxyz")(operation),
        ],
    )
    def test_of_a_target_without_a_useful_one(self, answer):
        """Whatever else comes is not a path, and the size of a response is limited."""
        with answering(answer) as (url, seen):
            assert subject(url) is None

        assert seen[0][0] == "DescribeOrganization"
        assert len(seen) <= 2, "nothing is tried twice"

    def test_of_a_target_that_is_slow(self, monkeypatch):
        """A response that is late is not waited for, however good it may be."""
        released = threading.Event()
        monkeypatch.setattr("awscontract.conformance.driver.subjects._PATIENCE", 0.05)

        def answer(operation):
            released.wait(10)
            return organizations("o-abcdefghij", "r-wxyz")(operation)

        with answering(answer) as (url, _):
            try:
                assert subject(url) is None
            finally:
                released.set()

    def test_of_moto(self):
        """moto has Organizations, but no organization unless somebody makes one; in its IAM the first user is found, or the first role."""
        pytest.importorskip("moto")
        with opening(CONTRACT, ARN, target="moto") as it:
            assert find_subject(CONTRACT, it.client_of) is None
            assert find_subject(ARN, it.client_of) is None
            it.client_of("iam").create_role(RoleName="reader", AssumeRolePolicyDocument="{}")
            assert find_subject(ARN, it.client_of).endswith(":role/reader")
            it.client_of("iam").create_user(UserName="ada")
            assert find_subject(ARN, it.client_of).endswith(":user/ada")

    def test_of_aws(self):
        """Where AWS does not give the root, no other path would do."""

        def fail(service):
            raise ValueError("An error occurred\n (AccessDenied)")

        with pytest.raises(TargetUnavailable) as caught:
            find_subject(CONTRACT, fail, aws=True)

        assert "(An error occurred (AccessDenied))" in str(caught.value)
        assert "--entity-path" in str(caught.value)
        assert caught.value.status == 3

    def test_of_a_list(self):
        """It is about nothing."""
        assert find_subject(USERS, lambda service: 1 / 0) is None

    @pytest.mark.parametrize(
        ("text", "valid"),
        [
            ("o-a1b2c3d4e5/r-a1b2", True),
            ("o-a1b2c3d4e5/r-f6g7/ou-f6g7-11111111/123456789012", True),
            ("", False),
            ("o-a1b2c3d4e5", False),
            ("o-a1b2c3d4e5/r-f6g7\n", False),
            ("o-a1b2c3d4e5/r-" + "a" * 5000, False),
        ],
    )
    def test_is_known_by_the_model(self, text, valid):
        """What is no entity path by the service model is none."""
        assert is_entity_path(text) is valid


class TestClients:
    def test_of_a_session(self):
        """A boto3 session makes the client of each service; one without a region gets one."""
        boto3 = pytest.importorskip("boto3")
        session = boto3.Session(aws_access_key_id="a", aws_secret_access_key="b")
        assert client_for(session, "s3").meta.service_model.service_name == "s3"
        assert client_for(session, "iam").meta.region_name

    def test_of_another_service(self):
        with opening(target="emulator") as it, pytest.raises(UsageError, match=r"a client of s3, or a boto3\.Session"):
            client_for(it.client_of("iam"), "s3")

    @pytest.mark.parametrize("target", [None, 7, "iam"])
    def test_of_nothing(self, target):
        with pytest.raises(UsageError):
            client_for(target, "iam")

    def test_like_another(self):
        """A client of another service goes where the first one goes, as the same caller."""
        with opening(endpoint_url=URL, region="eu-west-1") as it:
            made = services_of(it.client_of("iam"))
        assert made("sqs").meta.endpoint_url == URL
        assert made("sqs").meta.region_name == "eu-west-1"
        assert made("sqs") is made("sqs")

    def test_like_one_that_goes_to_aws(self):
        """Its host is that of the other service, which the guard keeps requests from."""
        boto3 = pytest.importorskip("boto3")
        client = boto3.client("iam", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
        assert like(client, "sqs").meta.endpoint_url == "https://sqs.us-east-1.amazonaws.com"

    def test_s3_does_not_change_our_model(self):
        """Clients of S3 take the bucket out of the paths of their own model alone."""
        from awscontract.spec.model import service

        with opening(load("s3:ListObjectsV2")) as it:
            it.client_of("s3").list_objects_v2(Bucket="bucket-0000")
        assert service("s3").operation_model("ListObjectsV2").http["requestUri"].startswith("/{Bucket}")


class TestWait:
    def test_until_it_is_up(self):
        """A starting endpoint answers 503 or nothing at all; anything else is an answer."""
        looks = []
        with starting([503, 502, 404]) as url:
            wait_until_up(url, 30, sleep=looks.append)
        assert len(looks) == 2

    def test_not_for_ever(self):
        now = [0.0]

        def sleep(seconds):
            now[0] += seconds

        with pytest.raises(TargetUnavailable, match=r"did not come up within 2 s") as caught:
            wait_until_up(URL, 2, sleep=sleep, clock=lambda: now[0])
        assert caught.value.status == 3

    def test_an_option_of_the_target(self):
        with starting([503, 200]) as url, opening(USERS, endpoint_url=url, wait=30) as it:
            assert it.target.endpoint_url == url


@contextmanager
def starting(statuses):
    """A server that answers GET with these HTTP statuses, the last one for ever."""
    left = list(statuses)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(left.pop(0) if len(left) > 1 else left[0])
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


class TestEnvironment:
    def test_of_an_emulator(self):
        """A program with any SDK finds the emulator by its environment alone."""
        env = environment(TargetOptions(), Target("emulator", URL))

        assert env["AWS_ENDPOINT_URL_IAM"] == URL
        assert "AWS_ENDPOINT_URL" not in env, "it speaks for IAM alone"
        assert (env["AWS_ACCESS_KEY_ID"], env["AWS_REGION"], env["AWS_DEFAULT_REGION"]) == (
            "test",
            "us-east-1",
            "us-east-1",
        )

    def test_of_an_endpoint(self, monkeypatch):
        """All services are likely to be at the endpoint; the user's own keys go there only where they are asked for."""
        for name in KEYS:
            monkeypatch.setenv(name, "mine")
        options = TargetOptions(endpoint_url=URL, region="eu-west-1")
        env = environment(options, Target("endpoint", URL), ["iam", "stepfunctions"])

        assert (env["AWS_ENDPOINT_URL"], env["AWS_ENDPOINT_URL_IAM"], env["AWS_ENDPOINT_URL_SFN"]) == (URL, URL, URL)
        assert (env["AWS_ACCESS_KEY_ID"], env["AWS_REGION"]) == ("test", "eu-west-1")
        assert "AWS_SESSION_TOKEN" not in env
        signed = environment(replace(options, sign_with_environment=True), Target("endpoint", URL))
        assert (signed["AWS_ACCESS_KEY_ID"], signed["AWS_SESSION_TOKEN"]) == ("mine", "mine")

    def test_of_a_profile(self, monkeypatch):
        """A profile is not overruled by keys of the environment."""
        for name in KEYS:
            monkeypatch.setenv(name, "mine")
        env = environment(TargetOptions(endpoint_url=URL, profile="local"), Target("endpoint", URL))

        assert env["AWS_PROFILE"] == "local"
        assert not env.keys() & set(KEYS)

    def test_of_aws(self):
        """For AWS it is left alone."""
        env = environment(TargetOptions(target="aws"), Target("aws", "https://iam.amazonaws.com"))

        assert not {name for name in env if name.startswith("AWS_ENDPOINT") or name in KEYS}


def test_clients_of_services_that_are_done_go() -> None:
    """Each client holds its service's model: of many services only the latest few are kept, and moto forgets the models too."""
    from moto.core import utils

    services = ("iam", "sqs", "sns", "kms", "logs", "sts", "ssm", "acm", "events")
    with open_target(TargetOptions(target="moto"), [load("iam:ListUsers")]) as opened:
        first = opened.client_of("iam")
        assert opened.client_of("iam") is first
        utils.get_service_model("sqs")
        for service in services:
            assert opened.client_of(service).meta.service_model.service_name == service
        assert len(vars(opened._made)) < len(services)
        assert utils.get_service_model.cache_info().currsize == 0
        assert opened.client_of("events") is opened.client_of("events")
        assert opened.client_of("iam") is not first
