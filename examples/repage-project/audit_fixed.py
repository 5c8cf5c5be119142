"""The same with all pages: botocore's paginator follows the tokens."""

import boto3


def users_without_mfa():
    """The names of the users who sign in without a second factor."""
    iam = boto3.client("iam")
    found = []
    for page in iam.get_paginator("list_users").paginate():
        for user in page["Users"]:
            if not iam.list_mfa_devices(UserName=user["UserName"])["MFADevices"]:
                found.append(user["UserName"])
    return found
