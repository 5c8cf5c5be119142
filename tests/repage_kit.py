"""A project with a program on boto3 and tests of it, which are run re-paged."""

from __future__ import annotations

import re
from textwrap import dedent

import pytest

from plugin_kit import LOADED

__all__ = ["Project", "summary"]

APP = """
    def names(iam):
        return [each["UserName"] for each in iam.list_users()["Users"]]

    def all_names(iam):
        found, more = [], {}
        while True:
            page = iam.list_users(**more)
            found += [each["UserName"] for each in page["Users"]]
            if not page["IsTruncated"]:
                return found
            more = {"Marker": page["Marker"]}
"""

#: A backend as people patch it in: every listing has these users, on one page.
CONFTEST = """
    import botocore.session
    import pytest
    from unittest import mock

    def response(*names):
        return {"Users": [{"UserName": each} for each in names], "IsTruncated": False}

    @pytest.fixture
    def iam():
        with mock.patch("botocore.client.BaseClient._make_api_call", return_value=response("a", "b", "c")):
            yield botocore.session.Session().create_client(
                "iam", "us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
            )
"""


class Project:
    """A project with a program, `app.py`, and tests of it."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        self.write("app.py", APP)
        self.write("conftest.py", CONFTEST)

    @staticmethod
    def dedented(text: str) -> str:
        """The text without its margin."""
        return dedent(text)

    def write(self, name: str, text: str) -> None:
        file = self.pytester.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text))

    def run(self, tests: str, *args: str, flag: bool = True, apart: bool = False) -> pytest.RunResult:
        """Run these tests re-paged, in a process of their own where `apart`."""
        self.write("test_app.py", "import app\n" + dedent(tests))
        run = self.pytester.runpytest_subprocess if apart else self.pytester.runpytest_inprocess
        return run(*LOADED, "-p", "no:cacheprovider", *(["--awscontract-repage"] if flag else []), *args)


def summary(result: pytest.RunResult) -> list[str]:
    """The lines of our section in the terminal."""
    text = result.stdout.str()
    found = re.search(r"^=+ awscontract repage =+\n(.*?)(?=^=)", text, re.DOTALL | re.MULTILINE)
    assert found, text
    return found[1].strip("\n").splitlines()
