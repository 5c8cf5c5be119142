"""The same with all pages: botocore's paginator follows the tokens."""

import boto3


def users_without_mfa():
    """The names of the users who sign in without a second factor."""
    iam = boto3.client("iam")
    users = [user for page in iam.get_paginator("list_users").paginate() for user in page["Users"]]
    return [user["UserName"] for user in users if not has_device(iam, user["UserName"])]


def has_device(iam, name):
    """Whether a user has any device."""
    return bool(iam.list_mfa_devices(UserName=name)["MFADevices"])
