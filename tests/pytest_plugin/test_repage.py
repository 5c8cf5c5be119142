"""``pytest --awscontract-repage`` on projects as people write them."""

from __future__ import annotations

import re

import pytest

from repage_kit import Project, summary

BOTH = """
    def test_names(iam):
        assert app.names(iam) == ["a", "b", "c"]

    def test_all_names(iam):
        assert app.all_names(iam) == ["a", "b", "c"]
"""


class TestRun:
    def test_plain(self, project: Project) -> None:
        """Without the flag nothing happens, and nothing is said."""
        result = project.run(BOTH, flag=False)

        result.assert_outcomes(passed=2)
        assert "repage" not in result.stdout.str()

    def test_repaged(self, project: Project) -> None:
        """The wrong client fails, the right one does not, and the summary says where it is wrong."""
        result = project.run(BOTH)

        result.assert_outcomes(passed=1, failed=1)
        result.stdout.fnmatch_lines(
            ["awscontract repage: seed 0, pages of 1 to 3 items", "FAILED test_app.py::test_names - *"]
        )
        first, line, *_, last = summary(result)
        assert first == "lost items (pages with items were left unread):"
        assert re.fullmatch(r"  app\.py:3  iam:ListUsers, [12] items? in 1 listing", line)
        assert re.fullmatch(r"2 listings were cut into \d pages; 1 place left pages unread", last)

    def test_the_report_of_a_failure(self, project: Project) -> None:
        """It says which listing was cut how, which requests came, and how to repeat it."""
        tests = """
            def test_late(iam):
                assert app.all_names(iam) == ["a"]
        """
        result = project.run(tests, "--awscontract-repage-page=1", "--awscontract-repage-seed=7")

        result.stdout.re_match_lines(
            [
                "-+ awscontract repage -+",
                r"iam:ListUsers at app\.py:8, 3 items:",
                r"  ListUsers\(\) -> 1 item and a token",
                r"  ListUsers\(Marker='\w+'\) -> 1 item and a token",
                "to repeat it alone:",
                r"  pytest --awscontract-repage --awscontract-repage-seed=7 --awscontract-repage-page=1 test_app\.py::test_late",
            ],
        )

    def test_a_failure_behind_a_wrapper(self, project: Project) -> None:
        """The line is that of the summary, and not the wrapper that all calls go through."""
        app = """
            def retried(call):
                return call()

            def names(iam):
                return [each["UserName"] for each in retried(iam.list_users)["Users"]]
        """
        project.write("app.py", app)
        result = project.run("def test_names(iam):\n    assert app.names(iam) == ['a', 'b', 'c']\n")

        result.stdout.fnmatch_lines(["iam:ListUsers at app.py:6, 3 items:", "  app.py:6  iam:ListUsers, *"])

    def test_another_root(self, project: Project) -> None:
        """The command is for the folder that the run was started in, and gives the test the same id."""
        tests = "def test_late(iam):\n    assert app.all_names(iam) == ['a']\n"
        result = project.run(tests, "--rootdir", "..")

        result.stdout.fnmatch_lines(["  pytest * --awscontract-repage-seed=0 --rootdir .. test_app.py::test_late"])

    def test_a_traceback(self, project: Project) -> None:
        """What the backend raises is shown without what stands in between."""
        tests = """
            from unittest import mock

            def test_it(iam):
                with mock.patch("botocore.client.BaseClient._make_api_call", side_effect=ZeroDivisionError):
                    app.names(iam)
        """
        text = project.run(tests).stdout.str()

        assert "ZeroDivisionError" in text
        assert "app.py:3: in names" in text
        assert "repaging.py" not in text
        assert "client_calls.py" not in text

    def test_a_failure_of_another_kind(self, project: Project) -> None:
        """Where nothing was cut for a test, its report is as ever."""
        result = project.run("def test_it():\n    assert 0\n")

        result.assert_outcomes(failed=1)
        assert "to repeat it" not in result.stdout.str()

    def test_nothing_was_cut(self, project: Project) -> None:
        result = project.run("def test_it():\n    pass\n")

        assert summary(result) == ["nothing was cut: no operation that pages was called"]

    def test_why_nothing_was_cut(self, project: Project) -> None:
        """By what came, and by what was asked for."""
        project.write("app.py", "def users(iam):\n    return iam.list_users()['Users']\n")
        tests = """
            from unittest import mock

            def test_it(iam):
                for users in ([], [], "all of them"):
                    with mock.patch("botocore.client.BaseClient._make_api_call", return_value={"Users": users}):
                        assert app.users(iam) == users
        """
        result = project.run(tests)

        result.assert_outcomes(passed=1)
        assert summary(result) == ["nothing was cut: 2 listings were empty; 1 listing could be served only as it was"]

    def test_calls_of_the_tests(self, project: Project) -> None:
        """They are not cut, whatever stands between: helpers in conftest.py and decorators too."""
        tests = """
            import contextlib, functools
            from unittest import mock

            def decorated(test):
                @functools.wraps(test)
                def wrapper(*args, **kwargs):
                    with contextlib.nullcontext():
                        return test(*args, **kwargs)
                return wrapper

            @decorated
            @mock.patch("os.getcwd", lambda: "")
            def test_it(iam):
                assert len(iam.list_users()["Users"]) == 3
                assert len(list(iam.get_paginator("list_users").paginate())) == 1
        """
        result = project.run(tests)

        result.assert_outcomes(passed=1)
        assert summary(result) == ["nothing was cut: 2 calls of paginated operations came from the tests"]

    def test_collecting(self, project: Project) -> None:
        """A list of the tests needs no summary."""
        result = project.run(BOTH, "--collect-only")

        assert "nothing was cut" not in result.stdout.str()


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.nightly)])
def test_a_failure_repeats_alone(project: Project, seed: int) -> None:
    """The pages depend on the seed, the test and the operation, and on nothing that ran before."""
    tests = """
        import pytest

        @pytest.mark.parametrize("number", range(6))
        def test_it(iam, number):
            more, sizes = {}, []
            with open("sizes", "a") as file:
                print(number, app.sizes(iam), file=file)
    """
    project.write(
        "app.py",
        "def sizes(iam):\n    return [len(each['Users']) for each in iam.get_paginator('list_users').paginate()]\n",
    )
    options = [f"--awscontract-repage-seed={seed}"]
    file = project.pytester.path / "sizes"

    project.run(tests, *options)
    together = file.read_text().splitlines()
    file.unlink()
    project.run(tests, *options, "test_app.py::test_it[3]")

    assert file.read_text().splitlines() == [together[3]]
    assert len({line.partition(" ")[2] for line in together}) > 1
