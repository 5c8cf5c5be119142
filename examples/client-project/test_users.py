"""A client of a list operation, fuzzed: it is correct."""

from users import user_names

from awscontract import fuzz_client


def test_user_names():
    """Whatever a valid service does, `user_names` collects every name."""
    fuzz_client(user_names, operation="iam:ListUsers", key="UserName")
