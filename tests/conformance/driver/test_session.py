"""The session with limits: which hosts are AWS, and that no byte leaves for them."""

import botocore.session
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.httpsession import URLLib3Session
from botocore.loaders import Loader

from awscontract.conformance.driver.session import Forbidden, LimitedSession, guarded
from awscontract.conformance.trace.aws_hosts import is_aws_host

PARTITIONS = {each["partition"]: each for each in Loader().load_data("endpoints")["partitions"]}


class Sender:
    """A session that says whether anything was sent."""

    def __init__(self):
        self.sent = []

    def send(self, request):
        self.sent.append(request)
        raise ConnectionError("nobody there")


def prepared(url):
    return AWSPreparedRequest("POST", url, {}, b"", False)


@pytest.mark.parametrize("partition", sorted(PARTITIONS))
def test_every_partition(partition):
    """Hosts of IAM in every partition that botocore knows, current and dual-stack, are AWS hosts."""
    suffixes = {PARTITIONS[partition]["dnsSuffix"]}
    suffixes |= {
        each["dnsSuffix"] for each in PARTITIONS[partition]["defaults"].get("variants", ()) if "dnsSuffix" in each
    }
    for suffix in suffixes:
        assert is_aws_host(f"https://iam.{suffix}/"), suffix


@pytest.mark.parametrize("partition", sorted(PARTITIONS))
def test_the_clients_own_endpoint(partition):
    """What botocore's own resolver makes for IAM is an AWS host, whatever its data hold."""
    for region in PARTITIONS[partition]["regions"]:
        client = botocore.session.Session().create_client(
            "iam", region_name=region, aws_access_key_id="a", aws_secret_access_key="b"
        )
        assert is_aws_host(client.meta.endpoint_url), client.meta.endpoint_url
        break


@pytest.mark.parametrize(
    "url",
    [
        "https://iam.amazonaws.com",
        "https://IAM.AMAZONAWS.COM:443/",
        "https://iam.amazonaws.com./",
        "https://amazonaws.com/",
        "http://user:pass@iam.amazonaws.com/",
        "https://iam.us-gov.amazonaws.com/",
        "https://iam.cn-north-1.amazonaws.com.cn/",
        "https://iam.global.api.aws",
    ],
)
def test_aws_hosts(url):
    assert is_aws_host(url)
    inside = Sender()
    with pytest.raises(Forbidden, match=r"amazonaws|api\.aws"):
        LimitedSession(inside, 1.0, 1000, allow_aws=False).send(prepared(url))
    assert inside.sent == [], "no byte leaves"


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:4566",
        "http://127.0.0.1:5000/",
        "http://[::1]:5000/",
        "http://iam.amazonaws.com.localhost:4566",
        "http://notamazonaws.com/",
        "http://amazonaws.com.example.org/",
        "http://localhost/iam.amazonaws.com",
        "http://localhost:4566/?x=https://iam.amazonaws.com",
        "http://iam.amazonaws.com@localhost:4566/",
        "http://iam.localhost.localstack.cloud:4566",
    ],
)
def test_other_hosts(url):
    assert not is_aws_host(url)
    inside = Sender()
    with pytest.raises(ConnectionError):
        LimitedSession(inside, 1.0, 1000, allow_aws=False).send(prepared(url))
    assert len(inside.sent) == 1


def test_with_leave():
    inside = Sender()
    with pytest.raises(ConnectionError):
        LimitedSession(inside, 1.0, 1000, allow_aws=True).send(prepared("https://iam.amazonaws.com"))
    assert len(inside.sent) == 1


def test_another_session_inside():
    """A session that somebody put there instead of botocore's own is used as it is."""

    class Canned:
        def send(self, request):
            return Answer()

    class Answer:
        status_code = 200
        headers = {}  # noqa: RUF012
        raw = object()
        content = b"whole"

    assert LimitedSession(Canned(), 1.0, 1000, False).send(prepared("http://localhost"))._content == b"whole"


def test_limits_upon_limits():
    """A session that was limited before can be limited again: no watch stands upon a watch."""
    session = URLLib3Session()
    LimitedSession(session, 1.0, 1000, False)
    once = dict(session._manager.pool_classes_by_scheme)
    LimitedSession(session, 1.0, 1000, False)
    assert session._manager.pool_classes_by_scheme == once


def test_a_guarded_client():
    """A fixture's or a hook's own client sends nothing to AWS meanwhile, and is as it was afterwards."""
    client = botocore.session.Session().create_client(
        "iam", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b"
    )
    before = client._endpoint.http_session
    with guarded(client), pytest.raises(Forbidden, match=r"blocked a request to iam\.amazonaws\.com"):
        client.list_users()
    assert client._endpoint.http_session is before


def test_a_body_is_read_once():
    """A session inside another has read the body already, which is not empty for the outer one."""

    class Inner(Sender):
        def send(self, request):
            return AWSResponse(request.url, 200, {}, _Raw(b"body"))

    inner = LimitedSession(Inner(), 1, 1 << 20, allow_aws=False)
    outer = LimitedSession(inner, 1, 1 << 20, allow_aws=False)
    assert outer.send(prepared("http://127.0.0.1:9/")).content == b"body"


class _Raw:
    """A body that can be read once."""

    def __init__(self, body):
        self.pieces = [body]

    def stream(self, amt=65536, decode_content=None):
        while self.pieces:
            yield self.pieces.pop()
