"""Tests on moto, which answers in one page: they pass for both programs, until their listings are re-paged."""

import audit
import audit_fixed
import boto3
import pytest
from moto import mock_aws


@pytest.fixture
def iam(monkeypatch):
    """An account with three users, of whom one has a device."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        client = boto3.client("iam")
        for name in ("ana", "bo", "cy"):
            client.create_user(UserName=name)
        device = client.create_virtual_mfa_device(VirtualMFADeviceName="bo")["VirtualMFADevice"]
        codes = {"AuthenticationCode1": "123456", "AuthenticationCode2": "654321"}
        client.enable_mfa_device(UserName="bo", SerialNumber=device["SerialNumber"], **codes)
        yield client


@pytest.mark.parametrize("program", [audit, audit_fixed], ids=["audit", "audit_fixed"])
def test_users_without_mfa(iam, program):
    """Everybody but Bo."""
    assert program.users_without_mfa() == ["ana", "cy"]


@pytest.mark.parametrize("program", [audit, audit_fixed], ids=["audit", "audit_fixed"])
def test_nobody(iam, program):
    """Where the only user has a device, nobody is found."""
    for name in ("ana", "cy"):
        iam.delete_user(UserName=name)
    assert program.users_without_mfa() == []
