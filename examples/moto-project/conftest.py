"""The contract's tests for a project that mocks AWS with moto: a client under `mock_aws`, and a report worth judging."""

from datetime import UTC, datetime, timedelta

import boto3
import pytest
from moto import mock_aws

from awscontract.emulator.servers.moto import access_reports


@pytest.fixture(scope="session")
def awscontract_client():
    """moto, to which `access_reports` adds the operation that it does not have."""
    with mock_aws(), access_reports() as reports:
        client = boto3.client("iam", region_name="us-east-1")
        client.reports = reports
        yield client


def pytest_awscontract_seed(client, operation):
    """An organization with an account that used some services, a day apart. What this returns is reported on.

    The list operation needs nothing: its recipe creates what is listed.
    """
    if operation != "iam:GetOrganizationsAccessReport":
        return None
    organizations = boto3.client("organizations", region_name="us-east-1")
    organization = organizations.create_organization(FeatureSet="ALL")["Organization"]["Id"]
    root = organizations.list_roots()["Roots"][0]["Id"]
    organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    made = organizations.create_account(AccountName="first", Email="first@example.com")
    account = made["CreateAccountStatus"]["AccountId"]
    now = datetime.now(UTC)
    for days, service in enumerate(["s3", "ec2", "dynamodb", "sqs", "kms"], 1):
        client.reports.attempt(account, service, at=now - timedelta(days=days))
    return f"{organization}/{root}"
