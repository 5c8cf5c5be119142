"""The pytest plugin against real targets: loopback HTTP, moto in this process, and AWS that must not be asked."""

from collections.abc import Iterator
from importlib.metadata import entry_points

import pytest

import awscontract.conformance.check  # noqa: F401  # else each inner run would import it, and botocore, anew
from awscontract.emulator import Emulator, serve
from awscontract.spec import service_rules

COUNT = len(service_rules())
LOADED = [] if entry_points(group="pytest11", name="awscontract") else ["-p", "awscontract.pytest_plugin.plugin"]
LOADED += ["-p", "no:hypothesispytest", "--awscontract-only", "--awscontract-explore=0"]


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines that a terminal does not cut."""
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def url() -> Iterator[str]:
    """The URL of an emulator that keeps the contract."""
    with serve(Emulator()) as server:
        yield server.url


def test_an_endpoint(pytester: pytest.Pytester, url: str) -> None:
    """A valid implementation behind a URL passes, and the summary says how much of it was seen."""
    result = pytester.runpytest_inprocess(*LOADED, f"--awscontract-endpoint-url={url}")

    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [f"awscontract: {url}", f"endpoint {url}: conforms, * of {COUNT} rules exercised, 0 broken"]
    )


def test_the_embedded_emulator_by_name(pytester: pytest.Pytester) -> None:
    """Asked for by its name, the embedded emulator is judged."""
    result = pytester.runpytest_inprocess(*LOADED, "--awscontract-target=emulator", "-k", "pagination")

    assert result.ret == 0
    result.stdout.fnmatch_lines(["emulator http://127.0.0.1:*: conforms, *"])


def test_workers_and_a_real_endpoint(pytester: pytest.Pytester, url: str) -> None:
    """Under xdist a result with its trace goes from worker to worker."""
    pytest.importorskip("xdist")

    result = pytester.runpytest_subprocess(*LOADED, "-n2", f"--awscontract-endpoint-url={url}")

    assert result.ret == 0
    assert result.stdout.str().count("rules exercised") == 1


def test_nobody_there(pytester: pytest.Pytester) -> None:
    """A port that nobody listens on is one failure."""
    result = pytester.runpytest_inprocess(*LOADED, "--awscontract-endpoint-url=http://127.0.0.1:9")

    result.assert_outcomes(failed=1, skipped=COUNT - 1)
    result.stdout.fnmatch_lines(["FAILED awscontract::* - Failed: unreachable: *"])


def test_a_seed_command(pytester: pytest.Pytester, url: str) -> None:
    """The command is told where the target is, and the JobId that it prints is the report that is read."""
    command = f"test $AWS_ENDPOINT_URL_IAM = {url} && echo {'x' * 36}"

    result = pytester.runpytest_inprocess(
        *LOADED,
        f"--awscontract-endpoint-url={url}",
        f"--awscontract-seed-command={command}",
        "--awscontract-record=trace",
    )

    assert "x" * 36 in pytester.path.joinpath("trace").read_text()
    assert result.ret != 0


def test_stock_moto(pytester: pytest.Pytester) -> None:
    """moto by a fixture, as the documentation shows it: what it has not implemented is skipped, and said."""
    pytest.importorskip("moto")
    pytester.makeconftest(
        """
        import boto3, pytest
        from moto import mock_aws

        @pytest.fixture(scope="session")
        def awscontract_client():
            with mock_aws():
                yield boto3.client("iam", region_name="us-east-1")
        """
    )

    result = pytester.runpytest_subprocess(*LOADED)

    result.assert_outcomes(skipped=COUNT)
    assert result.ret == 0
    result.stdout.fnmatch_lines(["client*: not-implemented, 0 of * rules exercised, 0 broken"])


def test_aws_is_not_asked(pytester: pytest.Pytester) -> None:
    """A client that leads to AWS, with nothing in between, is refused before a byte leaves, and the run is not green."""
    pytester.makeconftest(
        """
        import botocore.session, pytest, socket

        @pytest.fixture(autouse=True, scope="session")
        def no_network():
            def connect(*_):
                pytest.exit("a byte was about to leave", returncode=77)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(socket, "getaddrinfo", connect)
                yield

        @pytest.fixture(scope="session")
        def awscontract_client():
            keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
            return botocore.session.Session().create_client("iam", region_name="us-east-1", **keys)
        """
    )

    result = pytester.runpytest_subprocess(*LOADED)

    result.assert_outcomes(failed=1, skipped=COUNT - 1)
    result.stdout.fnmatch_lines(["*--awscontract-allow-aws*"])
