"""The plugin against real targets: loopback HTTP, moto in this process, and AWS that must not be reached."""

from collections.abc import Iterator

import pytest

import awscontract.conformance.check  # noqa: F401  # else each inner run would import it, and botocore, anew
from awscontract.emulator import Emulator, serve
from awscontract.spec.operations import load
from plugin_kit import LOADED, RULES, apart_run

from results_kit import USERS

ARGUMENTS = [*LOADED, "--awscontract-only", "--awscontract-explore=0"]


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch, pytester: pytest.Pytester) -> None:
    """Lines that a terminal does not cut, and no configuration from above."""
    monkeypatch.setenv("COLUMNS", "200")
    pytester.mkdir(".git")


@pytest.fixture
def url() -> Iterator[str]:
    """The URL of an emulator that satisfies two contracts."""
    with serve(Emulator((load(), load(USERS)))) as server:
        yield server.url


@pytest.mark.smoke
def test_an_endpoint(pytester: pytest.Pytester, url: str) -> None:
    """A valid implementation behind a URL passes, and the summary says how much of it was exercised."""
    result = pytester.runpytest_inprocess(*ARGUMENTS, f"--awscontract-endpoint-url={url}")

    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [f"awscontract: {url}", f"endpoint {url} (awscontract): conforms, * of {len(RULES)} rules exercised, 0 broken"]
    )


def test_the_embedded_emulator(pytester: pytest.Pytester) -> None:
    """By its name, for several operations."""
    operations = [f"--awscontract-operation={each}" for each in (USERS, "dynamodb:ListTables")]
    result = pytester.runpytest_inprocess(*ARGUMENTS, "--awscontract-target=emulator", "-k", "pagination", *operations)

    assert result.ret == 0
    result.stdout.fnmatch_lines([f"{USERS} emulator *: conforms, *", "dynamodb:ListTables emulator *: conforms, *"])


@pytest.mark.nightly
def test_workers_and_a_real_endpoint(pytester: pytest.Pytester, url: str) -> None:
    """Under xdist a result with its trace goes from worker to worker."""
    pytest.importorskip("xdist")

    result = apart_run(pytester, *ARGUMENTS, "-n2", f"--awscontract-endpoint-url={url}")

    assert result.ret == 0
    assert result.stdout.str().count("rules exercised") == 1


def test_nobody_there(pytester: pytest.Pytester) -> None:
    """A closed port is one failure, that of `judged`."""
    result = pytester.runpytest_inprocess(*ARGUMENTS, "--awscontract-endpoint-url=http://127.0.0.1:9")

    result.assert_outcomes(failed=1, skipped=len(RULES))
    result.stdout.fnmatch_lines(["FAILED awscontract::judged - Failed: unreachable: *"])


def test_a_seed_command(pytester: pytest.Pytester, url: str) -> None:
    """The command is given the target's URL, and the JobId that it prints is the report that is read."""
    command = f"test $AWS_ENDPOINT_URL_IAM = {url} && echo {'x' * 36}"

    result = pytester.runpytest_inprocess(
        *ARGUMENTS,
        f"--awscontract-endpoint-url={url}",
        f"--awscontract-seed-command={command}",
        "--awscontract-record=trace",
    )

    assert "x" * 36 in pytester.path.joinpath("trace").read_text()
    assert result.ret != 0


def test_moto(pytester: pytest.Pytester) -> None:
    """moto by a session of boto3, as the documentation shows it: what it does not implement is skipped, the rest is judged."""
    pytest.importorskip("moto")
    pytester.makeconftest(
        """
        import boto3, pytest
        from moto import mock_aws

        @pytest.fixture(scope="session")
        def awscontract_client():
            with mock_aws():
                yield boto3.Session(region_name="us-east-1")
        """
    )

    result = apart_run(
        pytester, *ARGUMENTS, f"--awscontract-operation={USERS}", f"--awscontract-operation={load().id}", "-rfs"
    )

    assert result.ret == 1
    result.stdout.fnmatch_lines([f"FAILED awscontract::{USERS}::pagination.limit-respected - *"])
    result.stdout.fnmatch_lines([f"{USERS} client *: violates, *", f"{load().id} client *: not-implemented, 0 of *"])
    assert "awscontract::judged" not in result.stdout.str()


def test_aws_is_not_reached(pytester: pytest.Pytester) -> None:
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

    result = apart_run(pytester, *ARGUMENTS)

    assert result.ret == 1
    result.assert_outcomes(failed=1, skipped=len(RULES))
    result.stdout.fnmatch_lines(["*--awscontract-allow-aws*"])
