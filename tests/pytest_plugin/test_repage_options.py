"""The options of ``pytest --awscontract-repage``, the strict ones above all, and what the plugin imports for them."""

from __future__ import annotations

import json

import pytest

from repage_kit import Project, summary

LOST = """
    def test_lost(iam):
        assert app.names(iam)

    def test_right(iam):
        assert app.all_names(iam)
"""

#: Saw only that the program would lose items.
WOULD_LOSE = """
    from unittest import mock

    def test_would_lose(iam):
        with mock.patch("botocore.client.BaseClient._make_api_call", return_value={"Users": [{"UserName": "a"}]}):
            assert app.names(iam) == ["a"]
"""


class TestStrict:
    @pytest.mark.parametrize("option", ["--awscontract-repage-strict", "--awscontract-repage-strict-all"])
    def test_lost_items(self, project: Project, option: str) -> None:
        """The tests that saw them fail, with the place, and are reported as others that fail."""
        result = project.run(LOST, option, "-v", "--junitxml=r.xml")

        assert result.ret == pytest.ExitCode.TESTS_FAILED
        result.assert_outcomes(passed=1, failed=1)
        result.stdout.re_match_lines(
            [
                r"test_app.py::test_lost PASSED.*",
                r"test_app.py::test_lost FAILED.*",
                r"_+ test_lost _+",
                r"client\.unread-pages: pages were left unread",
                r"  app\.py:3  iam:ListUsers, [12] items? in 1 listing \(lost items\)",
                r"to repeat it alone:",
                rf"  pytest --awscontract-repage --awscontract-repage-seed=0 {option} test_app\.py::test_lost",
                r"FAILED test_app.py::test_lost( - client\.unread-pages: pages were left unread)?",
            ]
        )
        assert "client.unread-pages" in (project.pytester.path / "r.xml").read_text()

    def test_would_lose(self, project: Project) -> None:
        """Both levels count with the second flag alone."""
        mild = project.run(WOULD_LOSE, "--awscontract-repage-strict")
        strict = project.run(WOULD_LOSE, "--awscontract-repage-strict-all")

        assert mild.ret == 0
        assert summary(mild)[0] == "would lose items (only the token to an empty last page was left):"
        strict.assert_outcomes(failed=1)
        strict.stdout.fnmatch_lines(["  app.py:3  iam:ListUsers, 1 listing (would lose items)"])

    def test_both(self, project: Project) -> None:
        """A place that lost items elsewhere fails with the first flag only the tests that saw that, with the second all."""
        mild = project.run(LOST + WOULD_LOSE, "--awscontract-repage-strict")
        strict = project.run(LOST + WOULD_LOSE, "--awscontract-repage-strict-all")

        mild.assert_outcomes(failed=1, passed=2)
        strict.assert_outcomes(failed=2, passed=1)

    def test_known_later(self, project: Project) -> None:
        """Only the whole run says whether a place knows about paging."""
        project.write(
            "app.py",
            """
            def first(iam, wanted):
                found, more = [], {}
                while len(found) < wanted:
                    page = iam.list_users(**more)
                    found += page["Users"]
                    more = dict(page)
                    more = {key: more[key] for key in more if key not in page.keys() - {"Mark" + "er"}}
                    if not more: break
                return found
            """,
        )
        tests = """
            def test_1(iam): assert len(app.first(iam, 1)) >= 1
            def test_2(iam): assert len(app.first(iam, 3)) == 3
        """
        result = project.run(tests, "--awscontract-repage-strict-all", "--awscontract-repage-page=1")

        result.assert_outcomes(passed=2)

    def test_a_shared_fixture(self, project: Project) -> None:
        """The test that it was set up for fails."""
        tests = """
            import pytest

            @pytest.fixture(scope="module")
            def users():
                import botocore.session
                from unittest import mock
                with mock.patch("botocore.client.BaseClient._make_api_call", return_value={"Users": [{"UserName": "a"}] * 2}):
                    return app.names(botocore.session.Session().create_client("iam", "us-east-1"))

            def test_1(users): pass
            def test_2(users): pass
        """
        result = project.run(tests, "--awscontract-repage-strict")

        result.assert_outcomes(failed=1, passed=1)
        result.stdout.fnmatch_lines(["FAILED test_app.py::test_1*"])

    def test_others_that_fail(self, project: Project) -> None:
        """A test that failed anyway is reported once."""
        result = project.run("def test_it(iam):\n    assert app.names(iam) == 0\n", "--awscontract-repage-strict")

        result.assert_outcomes(failed=1)

    def test_first_page_only(self, project: Project) -> None:
        """A comment on the calling line says that it is intended."""
        project.write(
            "app.py", "def names(iam):\n    return iam.list_users()['Users']  # awscontract: first page only\n"
        )
        result = project.run("def test_it(iam):\n    app.names(iam)\n", "--awscontract-repage-strict-all")

        result.assert_outcomes(passed=1)
        assert summary(result)[-1].endswith("; no place left pages unread")


class TestOptions:
    def test_operations(self, project: Project) -> None:
        """Others are left alone; a service means all of its operations."""
        for names, cut in ((["iam:list-roles", "s3"], False), (["iam:list-users"], True), (["iam"], True)):
            result = project.run(LOST, *(f"--awscontract-repage-operation={each}" for each in names))

            assert ("nothing was cut" not in result.stdout.str()) == cut

    def test_pages(self, project: Project) -> None:
        tests = """
            def test_it(iam):
                assert len(app.names(iam)) == 1
        """
        for seed in range(3):
            project.run(tests, "--awscontract-repage-page=1", f"--awscontract-repage-seed={seed}").assert_outcomes(
                passed=1
            )

    @pytest.mark.parametrize(
        ("file", "text"),
        [
            (
                "pytest.ini",
                "[pytest]\nawscontract_repage = true\nawscontract_repage_seed = 5\nawscontract_repage_page = 2\n",
            ),
            ("awscontract.toml", "repage = true\nrepage-seed = 5\nrepage-page = 2\n"),
            ("pyproject.toml", "[tool.awscontract]\nrepage = true\nrepage-seed = 5\nrepage-page = 2\n"),
        ],
    )
    def test_files(self, project: Project, file: str, text: str) -> None:
        """All of them can stand in pytest's configuration, or in ours."""
        project.write(file, text)
        result = project.run(LOST, flag=False)

        result.stdout.fnmatch_lines(["awscontract repage: seed 5, pages of at most 2 items"])

    def test_variables(self, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        """They override files, and the command line overrides them."""
        project.write("awscontract.toml", "repage = false\nrepage-seed = 5\n")
        monkeypatch.setenv("AWSCONTRACT_REPAGE", "yes")
        monkeypatch.setenv("AWSCONTRACT_REPAGE_PAGE", "3")
        result = project.run(LOST, "--awscontract-repage-page=1", flag=False)

        result.stdout.fnmatch_lines(["awscontract repage: seed 5, pages of at most 1 item"])

    def test_switched_off(self, project: Project) -> None:
        project.write("awscontract.toml", "repage = false\n")
        result = project.run(LOST, flag=False)

        assert "awscontract repage" not in result.stdout.str()

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["--awscontract-repage", "--awscontract-repage-page=0"], "--awscontract-repage-page must be a whole number from 1, not '0'"),
            (["--awscontract-repage", "--awscontract-repage-seed=x"], "--awscontract-repage-seed must be a whole number from 0, not 'x'"),
            (["--awscontract-repage", "--awscontract-repage-operation=iam:ListUser"], "unknown operation 'iam:ListUser'; did you mean iam:ListUsers?"),
            (["--awscontract-repage", "--awscontract-repage-operation=iam:GetUser"], "iam:GetUser does not page by its paginator or its shapes, so it is never cut"),
            (["--awscontract-repage-strict"], "--awscontract-repage-strict does nothing without --awscontract-repage"),
            (["--awscontract-repage", "--awscontract-seed=1"], "--awscontract-seed does nothing without --awscontract"),
        ],
        ids=lambda value: value[-1] if isinstance(value, list) else "",
    )  # fmt: skip
    def test_wrong_usage(self, project: Project, arguments: list[str], message: str) -> None:
        result = project.run(LOST, *arguments, flag=False)

        assert result.ret == pytest.ExitCode.USAGE_ERROR
        assert result.stderr.str().strip().splitlines() == [f"ERROR: {message}"]

    def test_test_modules(self, project: Project) -> None:
        """What the tests are is said by `python_files`, and by what is named on the command line."""
        project.write("pytest.ini", "[pytest]\npython_files = check_*.py\n")
        own = "def test_it(iam):\n    assert len(iam.list_users()['Users']) == 3\n"
        project.write("check_app.py", own)
        project.write("named.py", own)
        result = project.run(own, "check_app.py", "named.py")

        result.assert_outcomes(passed=2)

    def test_every_module_is_a_test_module(self, project: Project) -> None:
        """Where the pattern says nothing, modules with tests in them count."""
        project.write("pytest.ini", "[pytest]\npython_files = *.py\n")
        result = project.run(
            "def test_it(iam):\n    assert len(iam.list_users()['Users']) == 3 > len(app.names(iam))\n"
        )

        result.assert_outcomes(passed=1)

    def test_a_plugin_of_the_tests(self, project: Project) -> None:
        project.write("users_plugin.py", "def users(iam):\n    return iam.list_users()['Users']\n")
        project.write("helpers.py", "def users(iam):\n    return iam.list_users()['Users']\n")
        tests = """
            import helpers, users_plugin

            def test_it(iam):
                assert len(users_plugin.users(iam)) == 3 > len(helpers.users(iam))
        """
        project.run(tests, "-p", "users_plugin").assert_outcomes(passed=1)

    def test_doctests(self, project: Project) -> None:
        """What an example calls itself is the test's; its module is the program."""
        project.write(
            "app.py",
            '''
            def names(iam):
                """
                >>> iam = getfixture("iam")
                >>> len(iam.list_users()["Users"]), len(names(iam)) < 3
                (3, True)
                """
                return iam.list_users()["Users"]
            ''',
        )
        result = project.run("", "--doctest-modules", "app.py")

        result.assert_outcomes(passed=1)

    @pytest.mark.nightly
    def test_without_a_terminal(self, project: Project) -> None:
        """Nor do other plugins have to be there."""
        result = project.run(
            LOST, "--awscontract-repage-strict", "-p", "no:terminal", "-p", "no:faulthandler", apart=True
        )

        assert result.ret == pytest.ExitCode.TESTS_FAILED


IMPORTED = """
    import json, sys
    NAMES = ("botocore", "hypothesis", "jsonschema", "awscontract.clients", "awscontract.conformance", "awscontract.spec")
    def test_it():
        with open("imported", "w") as file:
            json.dump([each for each in NAMES if each in sys.modules], file)
"""


def imported(project: Project, tests: str, *args: str, flag: bool) -> list[str]:
    project.write("conftest.py", "")
    project.run(tests, *args, flag=flag, apart=True).assert_outcomes(passed=1)
    return json.loads((project.pytester.path / "imported").read_text())  # type: ignore[no-any-return]


class TestImports:
    def test_without_the_flag(self, project: Project) -> None:
        assert imported(project, IMPORTED, flag=False) == []

    def test_a_suite_without_botocore(self, project: Project) -> None:
        """It does not import it for the flag, which needs little else."""
        assert imported(project, IMPORTED, flag=True) == ["awscontract.clients"]

    def test_botocore_in_a_test(self, project: Project) -> None:
        """It is re-paged as soon as it is imported, whoever does so and when, and still costs nobody hypothesis or jsonschema."""
        tests = (
            IMPORTED
            + """
        import botocore.session
        from unittest import mock
        with mock.patch("botocore.client.BaseClient._make_api_call", return_value={"Users": [{"UserName": "a"}] * 2}):
            assert len(app.names(botocore.session.Session().create_client("iam", "us-east-1"))) == 1
        with open("imported", "w") as file:
            json.dump([each for each in NAMES if each in sys.modules], file)
        """
        )
        found = imported(project, tests, flag=True)

        assert found == ["botocore", "awscontract.clients", "awscontract.spec"]


def test_with_contract_tests(project: Project) -> None:
    """The judge gets the target's own pages, and the tests beside it are re-paged."""
    result = project.run(
        LOST, "--awscontract", "--awscontract-target=emulator", "--awscontract-operation=iam:ListUsers", "--awscontract-explore=0",
        "-k", "judged or complete or lost",
    )  # fmt: skip

    result.assert_outcomes(passed=3)
    assert "1 place left pages unread" in summary(result)[-1]
