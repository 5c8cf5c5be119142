"""`awscontract serve`, for any client."""

import signal
import socket

import botocore.session
import pytest
from botocore.config import Config

from cli_kit import run, started


def client(url, service):
    return botocore.session.Session().create_client(
        service,
        "us-east-1",
        endpoint_url=url,
        aws_access_key_id="x",
        aws_secret_access_key="x",
        config=Config(proxies={}),
    )


def test_access_reports():
    """The first line has the URL, an entity path is printed, the options count, and SIGTERM ends it in peace."""
    settings = ["--port", "0", "--services", "7", "--polls", "0", "--page-cap", "3", "--nulls", "first"]
    with started("serve", *settings) as it:
        try:
            first, path = it.stdout.readline().split(), it.stdout.readline().split()[-1]
            paste = it.stdout.readline()
            url = next(word for word in first if word.startswith("http://"))
            iam = client(url, "iam")
            job = iam.generate_organizations_access_report(EntityPath=path)["JobId"]
            page = iam.get_organizations_access_report(JobId=job)
            iam.close()
        finally:
            it.send_signal(signal.SIGTERM)
        rest = it.communicate(timeout=30)

    assert (page["JobStatus"], page["NumberOfServicesAccessible"], len(page["AccessDetails"])) == ("COMPLETED", 7, 3)
    assert f"--entity-path {path} --endpoint-url {url}" in paste
    assert (it.returncode, rest) == (0, ("", ""))


def test_siblings():
    """What starts the jobs of two operations is printed once."""
    names = ["iam:GetServiceLastAccessedDetails", "iam:GetServiceLastAccessedDetailsWithEntities"]
    with started("serve", "--port", "0", *names) as it:
        try:
            lines = [it.stdout.readline() for _ in range(3)]
        finally:
            it.send_signal(signal.SIGTERM)
        rest = it.communicate(timeout=30)

    assert lines[1].startswith("arn: arn:")
    assert " generate-service-last-accessed-details --arn " in lines[2]
    assert rest == ("", "")


def test_lists():
    """Several operations at once, of several services; Ctrl-C is how one ends it, and no failure."""
    with started("serve", "--port", "0", "--items", "5", "iam:ListUsers", "dynamodb:ListTables") as it:
        try:
            url = it.stdout.readline().split()[0]
            users = client(url, "iam").list_users(MaxItems=2)
            everybody = client(url, "iam").list_users()["Users"]
            tables = client(url, "dynamodb").list_tables()
        finally:
            it.send_signal(signal.SIGINT)
        _, errors = it.communicate(timeout=30)

    assert (len(users["Users"]), users["IsTruncated"], len(everybody)) == (2, True, 5)
    assert len(tables["TableNames"]) == 5
    assert (it.returncode, errors) == (0, "")


def test_port_in_use():
    """A port that somebody else has is one line."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("serve", "--port", str(port))

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("awscontract: ") and done.stderr.count("\n") == 1
    assert f"{port}" in done.stderr


@pytest.mark.parametrize("operation", ["iam:GetOrganizationsAccessReport", "iam:ListUsers"])
def test_list(operation):
    """Variants and faults of the operation."""
    lines = run("serve", "--list", operation).stdout.splitlines()

    assert "variants, which satisfy the contract" in lines
    assert len(lines[lines.index("faults, which violate it") :]) > 10
