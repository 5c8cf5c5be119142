"""Options from a file and from the environment: what outweighs what, and what is refused."""

import os

import click
import pytest
from click.testing import CliRunner

from awscontract.cli.main import COMMANDS, cli, options
from awscontract.errors import UsageError
from awscontract.options.config import Setting, default_map, settings

URL = "http://127.0.0.1:4566"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of its own, in which no variable of ours is set."""
    for name in os.environ:
        if name.startswith("AWSCONTRACT_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(folder, **environ):
    return {(each.command, each.option): each.value for each in settings(folder, environ, options)}


class TestFile:
    @pytest.mark.parametrize(
        ("name", "head"), [("awscontract.toml", ""), ("pyproject.toml", "[project]\nname = 'x'\n[tool.awscontract]\n")]
    )
    def test_both_files(self, folder, name, head):
        """Options of check at the top, those of other commands in tables, from any folder below."""
        (folder / name).write_text(head + f'endpoint-url = "{URL}"\ntimeout = 30\nstrict = true\nrequire = ["sort"]\n')
        below = folder / "a" / "b"
        below.mkdir(parents=True)

        assert found(below) == {
            ("check", "endpoint-url"): URL,
            ("check", "timeout"): "30",
            ("check", "strict"): True,
            ("check", "require"): ["sort"],
        }

    def test_tables(self, folder):
        """Another command has its own table."""
        (folder / "awscontract.toml").write_text("[serve]\nport = 0\nvariant = ['as-observed']\n[check]\nexplore = 0\n")

        assert found(folder) == {
            ("serve", "port"): "0", ("serve", "variant"): ["as-observed"], ("check", "explore"): "0",
        }  # fmt: skip

    def test_files_are_neighbours(self, folder):
        """A file that the configuration names is beside the configuration, wherever the command runs."""
        (folder / "awscontract.toml").write_text('known = "k.toml"\n[report]\ntrace = ["t"]\n')

        assert found(folder) == {
            ("check", "known"): str(folder / "k.toml"), ("report", "trace"): [str(folder / "t")],
        }  # fmt: skip

    def test_somebody_elses_pyproject(self, folder):
        """What is wrong with a file that has nothing for us is not our business."""
        (folder / "pyproject.toml").write_text("[tool.other\n")

        assert found(folder) == {}

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("endpoint-ulr = 'x'", "unknown option of check 'endpoint-ulr'; did you mean endpoint-url?"),
            ("endpoint_url = 'x'", "did you mean endpoint-url?"),
            ("[sevre]\nport = 1", "unknown command 'sevre'; did you mean serve?"),
            ("[serve]\nprot = 1", "unknown option of serve 'prot'; did you mean port?"),
            ("strict = 'yes'", "strict is true or false"),
            ("require = 'sort'", "require is a list of texts"),
            ("timeout = true", "timeout is a text or a number"),
            ("timeout = [1]", "timeout is a text or a number"),
            ("timeout = ", "is no TOML"),
        ],
    )
    def test_what_is_wrong(self, folder, text, told):
        """A typing error is one line that names the file, and never ignored."""
        (folder / "awscontract.toml").write_text(text)
        done = CliRunner().invoke(cli, ["rules"], catch_exceptions=False)

        assert (done.exit_code, done.output.count("\n")) == (2, 1)
        assert str(folder / "awscontract.toml") in done.output
        assert told in done.output

    def test_two_files(self, folder):
        """Nobody has to know which of two files wins."""
        (folder / "awscontract.toml").write_text("")
        (folder / "pyproject.toml").write_text("[tool.awscontract]\n")

        with pytest.raises(UsageError, match="two configurations"):
            found(folder)


class TestEnvironment:
    def test_variables(self, folder):
        """Every option has one; lists are split at blanks."""
        variables = {
            "AWSCONTRACT_TIMEOUT": "5", "AWSCONTRACT_STRICT": "Yes", "AWSCONTRACT_NO_VERIFY_SSL": "0",
            "AWSCONTRACT_REQUIRE": "sort job", "AWSCONTRACT_SERVE_PORT": "0", "AWSCONTRACT_REPORT_FORMAT": "html",
        }  # fmt: skip

        assert found(folder, **variables) == {
            ("check", "timeout"): "5",
            ("check", "strict"): True,
            ("check", "no-verify-ssl"): False,
            ("check", "require"): ["sort", "job"],
            ("serve", "port"): "0",
            ("report", "format"): "html",
        }

    @pytest.mark.parametrize(
        ("name", "value", "told"),
        [
            ("AWSCONTRACT_ENDPOINT_ULR", URL, "did you mean AWSCONTRACT_ENDPOINT_URL?"),
            ("AWSCONTRACT_ENDPOINT_URL", "", "AWSCONTRACT_ENDPOINT_URL is empty"),
            ("AWSCONTRACT_STRICT", "maybe", "one of 1, true, yes"),
        ],
    )
    def test_what_is_wrong(self, folder, name, value, told):
        """A variable that is not set after all must not make a green run."""
        with pytest.raises(UsageError) as caught:
            found(folder, **{name: value})

        assert told in str(caught.value)

    def test_names_are_unique(self):
        """No variable could mean two options."""
        names = [
            f"{'' if command == 'check' else command + '-'}{name}"
            for command in options()
            for name in options()[command]
        ]

        assert len(names) == len(set(names))


class TestWeight:
    def test_a_variable_outweighs_the_file(self, folder):
        """The nearer to the call, the stronger."""
        (folder / "awscontract.toml").write_text("timeout = 1\nexplore = 2\n")

        assert found(folder, AWSCONTRACT_TIMEOUT="3") == {("check", "timeout"): "3", ("check", "explore"): "2"}

    def test_alternatives(self, folder):
        """A target that a variable names takes the place of the file's endpoint, and is no contradiction to it."""
        (folder / "awscontract.toml").write_text(f'endpoint-url = "{URL}"\n')

        assert found(folder, AWSCONTRACT_TARGET="emulator") == {("check", "target"): "emulator"}

    def test_the_command_line_outweighs_all(self, folder):
        """The embedded emulator is judged, whatever endpoint the file names."""
        (folder / "awscontract.toml").write_text('endpoint-url = "http://127.0.0.1:1"\nexplore = 0\n')
        done = CliRunner().invoke(cli, ["check", "--target", "emulator"], catch_exceptions=False)

        assert done.exit_code == 0
        assert "target: emulator " in done.output

    def test_the_file_is_obeyed(self, folder):
        """A dead endpoint in the file is the one that is asked."""
        (folder / "awscontract.toml").write_text('endpoint-url = "http://127.0.0.1:1"\n')
        done = CliRunner().invoke(cli, ["check"], catch_exceptions=False)

        assert done.exit_code == 3
        assert "http://127.0.0.1:1" in done.output

    @pytest.mark.parametrize("text", ["timeout = 'soon'", "explore = -1", "target = 'mato'", "require = ['sorting']"])
    def test_values_are_checked_as_ever(self, folder, text):
        """What the command line would refuse is refused."""
        (folder / "awscontract.toml").write_text(text)
        done = CliRunner().invoke(cli, ["check"], catch_exceptions=False)

        assert (done.exit_code, done.output.count("\n")) == (2, 1)


def test_config_tells_all(folder, monkeypatch):
    """Every option of check with its value and its source, and what is set for the other commands."""
    (folder / "pyproject.toml").write_text("[tool.awscontract]\nexplore = 5\n[tool.awscontract.serve]\nport = 1234\n")
    monkeypatch.setenv("AWSCONTRACT_REQUIRE", "sort job")
    done = CliRunner().invoke(cli, ["config"], catch_exceptions=False)
    told = {tuple(line.split()[:2]): line.split(maxsplit=2)[2] for line in done.output.splitlines()}

    assert done.exit_code == 0
    assert told.keys() == {("check", f"--{each}") for each in options()["check"]} | {("serve", "--port")}
    assert told["check", "--explore"].split() == ["5", str(folder / "pyproject.toml")]
    assert told["check", "--require"].split() == ['["sort",', '"job"]', "AWSCONTRACT_REQUIRE"]
    assert told["check", "--timeout"].split() == ["120.0", "default"]
    assert told["check", "--poll-interval"].split() == ["0.2;", "2", "for", "aws", "default"]
    assert told["check", "--record"].split() == ["-", "default"]


def test_nothing_is_imported_for_nothing(folder):
    """Where nothing is set, the options of the other commands are not even looked at."""
    assert settings(folder, {"PATH": "/bin"}, pytest.fail) == ()


def test_defaults_have_clicks_names():
    """An option whose parameter is called otherwise reaches it."""
    assert default_map([Setting("check", "require", ["sort"], "x")], options) == {"check": {"required": ["sort"]}}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(monkeypatch, capsys, shell):
    """The shell's own variable, which is none of ours, has the commands completed."""
    monkeypatch.setenv("_AWSCONTRACT_COMPLETE", f"{shell}_complete")
    monkeypatch.setenv("COMP_WORDS", "awscontract va")
    monkeypatch.setenv("COMP_CWORD", "va" if shell == "fish" else "1")
    with pytest.raises(SystemExit):
        cli.main([], "awscontract")

    assert "validate" in capsys.readouterr().out


def test_every_command_has_options_that_can_be_named():
    """What the file calls an option is its long name."""
    for command in COMMANDS:
        for name, option in options()[command].items():
            assert isinstance(option, click.Option)
            assert f"--{name}" in option.opts
