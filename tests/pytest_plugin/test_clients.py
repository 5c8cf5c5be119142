"""Through which client a project is judged, and what it says about what to judge."""

from typing import Any

import pytest

from plugin_kit import CLIENT, RULES, TESTS, Stage

from results_kit import USERS

#: A short run: one rule is enough to see how the judge is called.
ONE = ("-k", "job.id-returned or judged")


def test_one_survey_for_all(stage: Stage) -> None:
    """All tests share one survey, with the defaults of check where no option was given."""
    stage.only()

    assert stage.calls == [
        {
            "client": "my own client",
            "operation": "iam:GetOrganizationsAccessReport",
            "target": None,
            "allow_aws": False,
            "redact": None,
        }
    ]


def test_parametrized_client(stage: Stage) -> None:
    """A parametrized client has every rule once a parameter, and one survey each."""
    conftest = """
        @pytest.fixture(scope="session", params=["old", "new"])
        def awscontract_client(request):
            return Client(request.param)
    """

    result = stage.only("-v", "--awscontract-save=result.json", conftest=conftest)

    result.assert_outcomes(passed=2 * len(TESTS))
    result.stdout.fnmatch_lines(["awscontract::pagination.complete[[]old] PASSED*"])
    result.stdout.fnmatch_lines(["[[]old] client: conforms, *", "[[]new] client: conforms, *"])
    assert [call["client"] for call in stage.calls] == ["old", "new"]
    assert {file.name for file in stage.pytester.path.glob("result*.json")} == {"result-old.json", "result-new.json"}


def test_one_parameter_of_one_rule(stage: Stage) -> None:
    """The node id with its parameter chooses one; without it, all of the rule's."""
    conftest = """
        @pytest.fixture(params=["old", "new"])
        def awscontract_client(request):
            return Client(request.param)
    """
    rule = "awscontract::sort.default-ascending"

    stage.run("--awscontract", f"{rule}[new]", conftest=conftest).assert_outcomes(passed=1)
    stage.run("--awscontract", rule, conftest=conftest).assert_outcomes(passed=2)
    assert [call["client"] for call in stage.calls] == ["new", "old", "new"]


def test_a_client_for_each_test(stage: Stage) -> None:
    """A client of function scope, with fixtures of its own, is surveyed once all the same."""
    conftest = """
        @pytest.fixture
        def endpoint(tmp_path, monkeypatch):
            return "made of fixtures"

        @pytest.fixture
        def awscontract_client(endpoint):
            return Client(endpoint)
    """

    stage.only(*ONE, conftest=conftest).assert_outcomes(passed=2, deselected=len(RULES) - 1)
    assert [call["client"] for call in stage.calls] == ["made of fixtures"]


def test_a_client_from_a_plugin(stage: Stage) -> None:
    """A plugin may bring the client."""
    client = "type('Client', (), {'meta': None, '__str__': lambda self: 'from a plugin'})()"
    source = f"import pytest\n@pytest.fixture(scope='session')\ndef awscontract_client():\n    return {client}\n"
    stage.pytester.makepyfile(emulator_plugin=source)
    stage.pytester.syspathinsert()

    stage.only(*ONE, "-p", "emulator_plugin", conftest="").assert_outcomes(passed=2, deselected=len(RULES) - 1)
    assert [call["client"] for call in stage.calls] == ["from a plugin"]


def test_building_on_the_default(stage: Stage) -> None:
    """A client that wraps the default is still known by the target that it was opened for."""
    conftest = """
        @pytest.fixture(scope="session")
        def awscontract_client(awscontract_client):
            awscontract_client.meta.events.register("before-send", lambda **_: None)
            return awscontract_client
    """

    stage.only(*ONE, "--awscontract-endpoint-url=http://127.0.0.1:9", conftest=conftest)
    assert stage.calls[0]["target"] == "endpoint"


class TestSeveralServices:
    OPERATIONS = (f"--awscontract-operation={USERS}", "--awscontract-operation=dynamodb:ListTables", "-k", "judged")

    def test_a_session(self, stage: Stage) -> None:
        """A boto3.Session is the target for several services; each client is made once."""
        conftest = """
            class Session:
                def client(self, service):
                    with open("made", "a") as file:
                        print(service, file=file)
                    return Client(f"client of {service}", service)
            @pytest.fixture
            def awscontract_client():
                return Session()
        """

        stage.only(*self.OPERATIONS, "--awscontract-operation=iam:ListRoles", conftest=conftest)

        assert [call["client"] for call in stage.calls] == ["client of iam", "client of dynamodb", "client of iam"]

    def test_a_client_of_one_service(self, stage: Stage) -> None:
        """It cannot be the target of another, and the message says what can."""
        result = stage.only(*self.OPERATIONS)

        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stdout.fnmatch_lines(
            ["*awscontract_client is a client of iam, and dynamodb is judged too: return a boto3.Session*"]
        )

    def test_a_target_of_the_options(self, stage: Stage) -> None:
        """An endpoint has all services."""
        stage.only(*self.OPERATIONS, "--awscontract-endpoint-url=http://127.0.0.1:9", conftest="")

        assert [call["operation"] for call in stage.calls] == [USERS, "dynamodb:ListTables"]

    def test_what_is_neither(self, stage: Stage) -> None:
        """Wrong usage."""
        result = stage.only(conftest="@pytest.fixture\ndef awscontract_client():\n    return 7\n")

        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stdout.fnmatch_lines(["*must be a boto3 client or a boto3.Session, not int*"])


class TestWhatToJudge:
    def test_a_finished_report(self, stage: Stage) -> None:
        """awscontract_job_id names a finished report to read."""
        conftest = CLIENT + "\n@pytest.fixture\ndef awscontract_job_id():\n    return 'j' * 36\n"

        stage.only(*ONE, conftest=conftest)

        assert stage.calls[0]["job_id"] == "j" * 36

    @pytest.mark.parametrize(
        ("word", "asked"),
        [
            ("o-a1b2c3d4e5/r-a1b2", {"entity_path": "o-a1b2c3d4e5/r-a1b2"}),
            ("arn:aws:iam::123456789012:user/u", {"arn": "arn:aws:iam::123456789012:user/u"}),
            ("x" * 36, {"job_id": "x" * 36}),
            (None, {}),
        ],
    )
    def test_the_hook(self, stage: Stage, word: str | None, asked: dict[str, Any]) -> None:
        """It is given the client and the operation before the survey, and says what to judge."""
        conftest = f"""
            def pytest_awscontract_seed(client, operation):
                assert (str(client), operation) == ("my own client", "iam:GetOrganizationsAccessReport")
                return {word!r}
        """

        stage.only(*ONE, conftest=CLIENT + conftest.replace("\n            ", "\n"))

        assert asked.items() <= stage.calls[0].items()
        assert bool(asked) is bool(stage.calls[0].keys() & {"entity_path", "arn", "job_id"})

    def test_parameters_from_the_hook(self, stage: Stage) -> None:
        """A dict is what every request carries; a hook that does not take the operation works too."""
        conftest = CLIENT + "\ndef pytest_awscontract_seed(client):\n    return {'PathPrefix': '/x/'}\n"

        stage.only(f"--awscontract-operation={USERS}", "-k", "judged", conftest=conftest)

        assert stage.calls[0]["parameters"] == {"PathPrefix": "/x/"}

    def test_options_override_the_hook(self, stage: Stage) -> None:
        """What the command line says counts."""
        conftest = CLIENT + "\ndef pytest_awscontract_seed(client):\n    return 'o-a1b2c3d4e5/r-a1b2'\n"

        stage.only(*ONE, "--awscontract-entity-path=o-zzzzzzzzzz/r-zzzz", conftest=conftest)

        assert stage.calls[0]["entity_path"] == "o-zzzzzzzzzz/r-zzzz"

    def test_no_seed_command_for_a_client_of_ones_own(self, stage: Stage) -> None:
        """The endpoint of a client under mock_aws is AWS: no command is sent there."""
        result = stage.only("--awscontract-seed-command=touch seeded")

        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stdout.fnmatch_lines(["*--awscontract-seed-command cannot reach *: implement pytest_awscontract_seed*"])
        assert not stage.pytester.path.joinpath("seeded").exists()

    @pytest.mark.parametrize("word", ["7", "'two words'", "{1: 2}", "'o-nothing'"])
    def test_a_hook_that_returns_something_else(self, stage: Stage, word: str) -> None:
        """It ends the run as wrong usage."""
        result = stage.only(conftest=CLIENT + f"\ndef pytest_awscontract_seed(client):\n    return {word}\n")

        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stdout.fnmatch_lines(["*pytest_awscontract_seed returned *, *"])

    def test_a_hook_that_fails(self, stage: Stage) -> None:
        """It is tried once: the first test fails for all of them."""
        conftest = (
            CLIENT
            + "\ndef pytest_awscontract_seed(client):\n    with open('seeded', 'a') as file: file.write('x')\n    raise RuntimeError('boom')\n"
        )

        result = stage.only("-rs", conftest=conftest)

        result.assert_outcomes(failed=1, skipped=len(RULES))
        assert stage.pytester.path.joinpath("seeded").read_text() == "x"
        result.stdout.fnmatch_lines(["*the survey failed: RuntimeError: boom*"])

    def test_a_client_that_cannot_be_made(self, stage: Stage) -> None:
        """What a user's fixture raises is the user's to see."""
        conftest = "@pytest.fixture(scope='session')\ndef awscontract_client():\n    raise OSError('no docker')\n"

        result = stage.only("-x", conftest=conftest)

        result.assert_outcomes(errors=1)
        result.stdout.fnmatch_lines(["*OSError: no docker"])


class TestAws:
    """A request to AWS that nobody intercepts is refused before a byte leaves."""

    KEYS = "region_name='us-east-1', aws_access_key_id='a', aws_secret_access_key='b'"
    MAKE = f"__import__('botocore.session').session.Session().create_client('iam', {KEYS})"
    NO_NETWORK = """
import socket
def connect(*_):
    raise SystemExit("a byte was about to leave")
socket.getaddrinfo = socket.create_connection = connect
"""

    @pytest.mark.parametrize("place", ["hook", "fixture"])
    def test_users_code(self, stage: Stage, place: str) -> None:
        """Also in the hook and in the fixture."""
        call = f"{self.MAKE}.list_users()"
        hook = f"\ndef pytest_awscontract_seed(client):\n    {call}\n" + CLIENT
        fixture = f"\n@pytest.fixture\ndef awscontract_client():\n    {call}\n"

        result = stage.only(conftest=self.NO_NETWORK + (hook if place == "hook" else fixture), apart=True)

        assert result.ret == pytest.ExitCode.USAGE_ERROR
        text = result.stdout.str() + result.stderr.str()
        assert "blocked a request to iam.amazonaws.com: give --awscontract-allow-aws" in text
        assert "a byte was about to leave" not in text
