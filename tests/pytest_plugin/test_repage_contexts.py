"""What belongs to which test: fixtures of any scope, `unittest`, threads; and the tests under xdist."""

from __future__ import annotations

import pytest

from profiles import NIGHTLY

from repage_kit import Project, summary

SIZES = """
    def sizes(iam):
        return [len(each["Users"]) for each in iam.get_paginator("list_users").paginate()]
"""

MANY = """
    import botocore.session, pytest
    from unittest import mock

    USERS = [{"UserName": str(number)} for number in range(20)]

    @pytest.fixture(scope="session")
    def iam():
        with mock.patch("botocore.client.BaseClient._make_api_call", return_value={"Users": USERS}):
            yield botocore.session.Session().create_client("iam", "us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
"""


@pytest.fixture
def sizes(project: Project) -> Project:
    """A program whose pages say with which plan they were served."""
    project.write("app.py", SIZES)
    project.write("conftest.py", MANY)
    return project


def written(project: Project) -> dict[str, str]:
    """What the tests wrote down, by their own names for it."""
    lines = (project.pytester.path / "sizes").read_text().splitlines()
    (project.pytester.path / "sizes").unlink()
    return dict(line.split(" ", 1) for line in lines)


NOTE = """
    import pytest

    def note(name, iam):
        with open("sizes", "a") as file:
            print(name, app.sizes(iam), file=file)
"""


@pytest.mark.parametrize(
    "scope", ["session", "class", *(pytest.param(each, marks=pytest.mark.nightly) for each in ("package", "module"))]
)
def test_shared_fixtures(sizes: Project, scope: str) -> None:
    """What a fixture of several tests reads is the same whichever test comes first, when it is set up and when it is torn down."""
    tests = (
        NOTE
        + f"""
    @pytest.fixture(scope="{scope}", params=["x", "y"])
    def shared(iam, request):
        note(f"setup-{{request.param}}", iam)
        yield
        note(f"teardown-{{request.param}}", iam)

    class TestIt:
        def test_1(self, shared): pass
        def test_2(self, shared): pass
    """
    )
    sizes.run(tests).assert_outcomes(passed=4)
    both = written(sizes)
    sizes.run(tests, "-k", "test_2").assert_outcomes(passed=2)

    assert written(sizes) == both
    assert both["setup-x"] != both["setup-y"]
    assert both["setup-x"] == both["teardown-x"]


def test_fixtures_of_one_test(sizes: Project) -> None:
    """They belong to it, from its setup to its teardown."""
    tests = (
        NOTE
        + """
    @pytest.fixture
    def own(iam, request):
        note(f"{request.node.name}-setup", iam)
        yield
        note(f"{request.node.name}-teardown", iam)

    def test_1(own, iam):
        note("test_1", iam)

    def test_2(own, iam):
        note("test_2", iam)
    """
    )
    sizes.run(tests)
    found = written(sizes)

    assert found["test_1"] == found["test_1-setup"] == found["test_1-teardown"]
    assert found["test_2"] == found["test_2-setup"] == found["test_2-teardown"]
    assert found["test_1"] != found["test_2"]


def test_unittest(project: Project) -> None:
    """Tests of `unittest.TestCase` and their class fixtures are tests and fixtures."""
    tests = """
        import unittest
        from unittest import mock
        import botocore.session

        RESPONSE = {"Users": [{"UserName": "a"}, {"UserName": "b"}], "IsTruncated": False}

        class TestUsers(unittest.TestCase):
            @classmethod
            def setUpClass(cls):
                cls.patch = mock.patch("botocore.client.BaseClient._make_api_call", return_value=RESPONSE)
                cls.patch.start()
                cls.iam = botocore.session.Session().create_client("iam", "us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
                cls.first = app.names(cls.iam)

            @classmethod
            def tearDownClass(cls):
                cls.patch.stop()

            def test_right(self):
                self.assertEqual(app.all_names(self.iam), ["a", "b"])
                self.assertEqual(len(self.iam.list_users()["Users"]), 2)

            def test_wrong(self):
                self.assertEqual(app.names(self.iam), ["a", "b"])

            def test_wrong_in_the_class(self):
                self.assertEqual(self.first, ["a", "b"])
    """
    result = project.run(tests)

    result.assert_outcomes(passed=1, failed=2)
    assert "in 2 listings" in summary(result)[1]
    assert result.stdout.str().count("iam:ListUsers at app.py:3, 2 items:") == 3  # the class's is shown with both


def test_parametrized(project: Project) -> None:
    """Each set of parameters is a test of its own, and is repeated by its own id."""
    tests = """
        import pytest

        @pytest.mark.parametrize("name", ["a b", "c"])
        def test_it(iam, name):
            assert name in app.names(iam)[1:]
    """
    result = project.run(tests)

    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["  pytest * 'test_app.py::test_it?a b?'", "  pytest * 'test_app.py::test_it?c?'"])


def test_threads(sizes: Project) -> None:
    """A thread belongs to the test that has started it, a pool's to the test that submits to it."""
    tests = (
        NOTE
        + """
    import threading
    from concurrent.futures import ThreadPoolExecutor

    POOL = ThreadPoolExecutor(1)

    def test_1(iam):
        note("test_1", iam)
        test_1.go_on = threading.Event()
        def work():
            test_1.go_on.wait(30)
            note("thread-1", iam)
        test_1.thread = threading.Thread(target=work)
        test_1.thread.start()
        POOL.submit(note, "pool-1", iam).result()

    def test_2(iam):
        note("test_2", iam)
        POOL.submit(note, "pool-2", iam).result()
        test_1.go_on.set()
        test_1.thread.join()
        POOL.shutdown()
    """
    )
    sizes.run(tests).assert_outcomes(passed=2)
    found = written(sizes)

    assert found["test_1"] == found["thread-1"] == found["pool-1"]
    assert found["test_2"] == found["pool-2"]
    assert found["test_1"] != found["test_2"]


def test_while_modules_are_imported(project: Project) -> None:
    """Before any test the program is re-paged too."""
    project.write(
        "app.py",
        """
        import botocore.session
        from unittest import mock

        with mock.patch("botocore.client.BaseClient._make_api_call", return_value={"Users": [{}, {}]}):
            iam = botocore.session.Session().create_client("iam", "us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
            USERS = iam.list_users()["Users"]
        """,
    )
    result = project.run("def test_it():\n    assert len(app.USERS) == 1\n", "--awscontract-repage-strict")

    assert result.ret == 1
    result.assert_outcomes(passed=1)
    assert "1 item in 1 listing" in summary(result)[1]


def test_xdist(project: Project) -> None:
    """What the workers saw is one summary, by which tests of all workers fail; a report has a command that needs no workers."""
    pytest.importorskip("xdist")
    tests = """
        import pytest

        @pytest.mark.parametrize("number", range(4))
        def test_lost(iam, number):
            assert app.names(iam)

        def test_right(iam):
            assert len(app.all_names(iam)) == 3

        def test_wrong(iam):
            assert len(app.names(iam)) == 3
    """
    result = project.run(tests, "-n2" if NIGHTLY else "-n1", "--awscontract-repage-strict", apart=True)

    result.assert_outcomes(passed=1, failed=5)
    lines = summary(result)
    assert lines[1].startswith("  app.py:3  iam:ListUsers, ")
    assert lines[1].endswith(" items in 5 listings")
    assert lines[-1].startswith("6 listings were cut into ")
    result.stdout.fnmatch_lines(["  pytest --awscontract-repage * --awscontract-repage-strict test_app.py::test_wrong"])
