"""Options from a file and from the environment: which source overrides which, and what is refused."""

import os

import click
import pytest
from click.testing import CliRunner

from awscontract.cli.main import COMMANDS, cli
from awscontract.errors import UsageError
from awscontract.options.config import commands, configuration
from awscontract.options.table import CHECK, PYTEST, TABLE, find, of

URL = "http://127.0.0.1:4566"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The root of a repository, in which no variable of ours is set."""
    for name in os.environ:
        if name.startswith("AWSCONTRACT_"):
            monkeypatch.delenv(name)
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(folder, **environ):
    """The settings of all commands; pytest's are those of check."""
    return {
        (each.command, each.option.name): each.value
        for each in configuration(folder, environ).settings
        if each.command != PYTEST
    }


def complaint(folder, text, name="awscontract.toml"):
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(UsageError) as caught:
        found(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


class TestFile:
    @pytest.mark.parametrize(
        ("name", "head"), [("awscontract.toml", ""), ("pyproject.toml", "[project]\nname = 'x'\n[tool.awscontract]\n")]
    )
    def test_both_files(self, folder, name, head):
        """Options of check at the top, found from any folder of the repository."""
        (folder / name).write_text(head + f'endpoint-url = "{URL}"\ntimeout = 30\nstrict = true\nrequire = ["sort"]\n')
        below = folder / "a" / "b"
        below.mkdir(parents=True)

        assert found(below) == {
            ("check", "endpoint-url"): URL,
            ("check", "timeout"): "30",
            ("check", "strict"): True,
            ("check", "require"): ["sort"],
        }

    def test_the_same_for_pytest(self, folder):
        """What is at the top counts for pytest too, also what only pytest has."""
        (folder / "awscontract.toml").write_text("explore = 3\nallow-aws = true\noperations = ['iam:ListUsers']\n")
        settings = configuration(folder, {}).of(PYTEST)

        assert {name: each.value for name, each in settings.items()} == {
            "explore": "3",
            "allow-aws": True,
            "operation": ["iam:ListUsers"],
        }

    def test_tables(self, folder):
        """Another command has its own table."""
        (folder / "awscontract.toml").write_text("[serve]\nport = 0\nvariant = ['as-observed']\n[check]\nexplore = 0\n")

        assert found(folder) == {
            ("serve", "port"): "0", ("serve", "variant"): ["as-observed"], ("check", "explore"): "0",
        }  # fmt: skip

    def test_a_file_names_its_neighbours(self, folder):
        """A file that the configuration names is relative to the configuration, wherever the command runs."""
        (folder / "awscontract.toml").write_text('known = "k.toml"\n[report]\ntrace = ["t"]\n')

        assert found(folder) == {
            ("check", "known"): str(folder / "k.toml"), ("report", "trace"): [str(folder / "t")],
        }  # fmt: skip

    def test_contracts_and_recipes_count_for_every_command(self, folder):
        """Whoever adds a contract means it everywhere."""
        (folder / "awscontract.toml").write_text('contracts = ["c.toml"]\n')
        holders = {command for command, name in found(folder) if name == "contract"}

        assert {"check", "serve", "validate", "contract", "operations"} <= holders

    def test_tables_for_json_and_paging(self, folder):
        """TOML's own tables stand for JSON."""
        (folder / "awscontract.toml").write_text(
            'parameters = {Bucket = "b"}\npaging = {input = "T", output = "T", items = "I"}\n'
        )

        assert found(folder) == {
            ("check", "parameters"): '{"Bucket": "b"}',
            ("check", "paging"): "input=T,output=T,items=I",
        }

    @pytest.mark.parametrize("text", ["[tool.other\n", "# awscontract\n[tool.other\n", "x = 'awscontract'\n[y"])
    def test_somebody_elses_pyproject(self, folder, text):
        """What is wrong with a file that has nothing for us is not our business, also where it mentions our name."""
        (folder / "pyproject.toml").write_text(text)

        assert found(folder) == {}

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("endpoint-ulr = 'x'", "unknown option of check 'endpoint-ulr'; did you mean endpoint-url?"),
            ("endpoint_url = 'x'", "did you mean endpoint-url?"),
            ("[sevre]\nport = 1", "unknown command 'sevre'; did you mean serve?"),
            ("[serve]\nprot = 1", "unknown option of serve 'prot'; did you mean port?"),
            ("strict = 'yes'", "must be true or false, not a string"),
            ("require = 'sort'", "must be a list of strings, not a string"),
            ("timeout = true", "must be a number of seconds, not true or false"),
            ("timeout = [1]", "must be a number of seconds, not a list"),
            ("endpoint-url = 3", "endpoint-url in {file} must be text, not a number"),
            ("timeout = ", "is not TOML"),
        ],
    )
    def test_mistakes(self, folder, text, message):
        """A typing error is one line that names the file and the option, and is never ignored."""
        (folder / "awscontract.toml").write_text(text)
        done = CliRunner().invoke(cli, ["rules"], catch_exceptions=False)

        assert (done.exit_code, done.output.count("\n")) == (2, 1)
        assert message.format(file=folder / "awscontract.toml") in done.output
        assert str(folder / "awscontract.toml") in done.output

    @pytest.mark.parametrize(
        "text",
        [
            "timeout = " + "9" * 5000,
            "require = " + "[" * 3000 + "]" * 3000,
            "known = 'a\0b'",
            'known = "a\\u0000b"',
            b"\xff\xfe",
            "[check]\nparameters = {a = 2027-03-01}",
        ],
        ids=["digits", "arrays", "NUL", "escaped NUL", "bytes", "date"],
    )
    def test_hostile_toml(self, folder, text):
        """Whatever a file holds, it is one line."""
        assert "awscontract.toml" in complaint(folder, text)

    def test_two_files(self, folder):
        """Nobody has to know which of two files wins."""
        (folder / "awscontract.toml").write_text("")

        assert "two configurations" in complaint(folder, "[tool.awscontract]\n", "pyproject.toml")


class TestWhereItIsSearched:
    def test_no_further_than_the_repository(self, folder):
        """A file above the repository is somebody else's."""
        inner = folder / "inner"
        (inner / ".git").mkdir(parents=True)
        (folder / "awscontract.toml").write_text("explore = 1\n")

        assert found(inner) == {}

    def test_without_a_repository(self, tmp_path):
        """A pyproject.toml marks a project; without one only the folder itself counts."""
        below = tmp_path / "a"
        below.mkdir()
        (tmp_path / "awscontract.toml").write_text("explore = 1\n")
        assert found(below) == {}

        (tmp_path / "pyproject.toml").touch()
        assert found(below) == {("check", "explore"): "1"}

    @pytest.mark.skipif(os.name == "nt", reason="needs modes of files")
    @pytest.mark.parametrize("open_to_others", ["folder", "file"])
    def test_a_command_that_others_could_have_written(self, folder, open_to_others):
        """A seed command is not taken from where everybody can write."""
        file = folder / "awscontract.toml"
        file.write_text("seed-command = 'true'\n")
        assert found(folder) == {("check", "seed-command"): "true"}

        (folder if open_to_others == "folder" else file).chmod(0o777)
        assert "others may write there" in complaint(folder, "seed-command = 'true'\n")


class TestEnvironment:
    def test_variables(self, folder):
        """Every option has one; lists are split at blanks."""
        variables = {
            "AWSCONTRACT_TIMEOUT": "5", "AWSCONTRACT_STRICT": "Yes", "AWSCONTRACT_NO_VERIFY_SSL": "0",
            "AWSCONTRACT_REQUIRE": "sort job", "AWSCONTRACT_SERVE_PORT": "0", "AWSCONTRACT_REPORT_FORMAT": "html",
            "AWSCONTRACT_OPERATIONS": "iam s3",
        }  # fmt: skip

        assert found(folder, **variables) == {
            ("check", "timeout"): "5",
            ("check", "strict"): True,
            ("check", "no-verify-ssl"): False,
            ("check", "require"): ["sort", "job"],
            ("check", "operation"): ["iam", "s3"],
            ("serve", "port"): "0",
            ("report", "format"): "html",
        }

    @pytest.mark.parametrize(
        ("name", "value", "message"),
        [
            ("AWSCONTRACT_ENDPOINT_ULR", URL, "did you mean AWSCONTRACT_ENDPOINT_URL?"),
            ("AWSCONTRACT_ENDPOINT_URL", "", "AWSCONTRACT_ENDPOINT_URL is empty"),
            ("AWSCONTRACT_STRICT", "maybe", "one of 1, true, yes"),
            ("AWSCONTRACT_TARGET", "mato", "did you mean moto?"),
            ("AWSCONTRACT_TIMEOUT", "soon", "AWSCONTRACT_TIMEOUT must be a positive number of seconds, not 'soon'"),
        ],
    )
    def test_mistakes(self, folder, name, value, message):
        """A variable that is not set after all must not make a green run."""
        with pytest.raises(UsageError) as caught:
            found(folder, **{name: value})

        assert message in str(caught.value)

    def test_variables_of_others(self, folder, monkeypatch):
        """A variable that is no option's is named and ignored."""
        monkeypatch.setenv("AWSCONTRACT_VERSION", "1.2.3")
        done = CliRunner().invoke(cli, ["diff", "--help"], catch_exceptions=False)

        assert done.exit_code == 0
        assert "the variable AWSCONTRACT_VERSION is not an option and is ignored" in done.output

    def test_names_are_unique(self):
        """No variable could mean two options."""
        names = [
            f"{'' if command == CHECK else command + '-'}{name}" for command in commands() for name in find(command)
        ]

        assert len(names) == len(set(names))


class TestPrecedence:
    def test_a_variable_of_two_front_ends(self, folder):
        """AWSCONTRACT_REPAGE_SEED is an option of the command `repage`, and of pytest."""
        settings = configuration(folder, {"AWSCONTRACT_REPAGE_SEED": "7", "AWSCONTRACT_REPAGE": "yes"}).settings

        found = {(each.command, each.option.name): each.value for each in settings}
        assert found == {("repage", "seed"): "7", ("pytest", "repage-seed"): "7", ("pytest", "repage"): True}

    def test_repage_in_a_file(self, folder):
        """As a flag it is pytest's, as a table the command's."""
        (folder / "awscontract.toml").write_text("repage = true\nrepage-operations = ['iam:ListUsers']\n")
        of_pytest = configuration(folder, {}).of(PYTEST)
        (folder / "awscontract.toml").write_text("[repage]\nseed = 3\n")

        assert (of_pytest["repage"].value, of_pytest["repage-operation"].value) == (True, ["iam:ListUsers"])
        assert found(folder) == {("repage", "seed"): "3"}

    def test_a_variable_overrides_the_file(self, folder):
        """The nearer to the call, the stronger."""
        (folder / "awscontract.toml").write_text("timeout = 1\nexplore = 2\n")

        assert found(folder, AWSCONTRACT_TIMEOUT="3") == {("check", "timeout"): "3", ("check", "explore"): "2"}

    def test_alternatives(self, folder):
        """A target that a variable names replaces the file's endpoint, and does not contradict it."""
        (folder / "awscontract.toml").write_text(f'endpoint-url = "{URL}"\n')

        assert found(folder, AWSCONTRACT_TARGET="emulator") == {("check", "target"): "emulator"}

    @pytest.mark.parametrize("text", ["timeout = 'soon'", "explore = -1", "target = 'mato'"])
    def test_values_are_checked(self, folder, text):
        """What the command line would refuse is refused before any command runs."""
        assert text.split()[0] in complaint(folder, text)


def test_config_shows_everything(folder, monkeypatch):
    """Every option of check with its value and its source, and what is set for the other commands."""
    (folder / "pyproject.toml").write_text("[tool.awscontract]\nexplore = 5\n[tool.awscontract.serve]\nport = 1234\n")
    monkeypatch.setenv("AWSCONTRACT_REQUIRE", "sort job")
    done = CliRunner().invoke(cli, ["config"], catch_exceptions=False)
    shown = {tuple(line.split()[:2]): line.split(maxsplit=2)[2] for line in done.output.splitlines()}
    named = {("check", f"--{each.name}") for each in of(CHECK) if not each.argument}

    assert done.exit_code == 0
    assert shown.keys() == named | {("check", "OPERATION"), ("serve", "--port")}
    assert shown["check", "--explore"].split() == ["5", str(folder / "pyproject.toml")]
    assert shown["check", "--require"].split() == ['["sort",', '"job"]', "AWSCONTRACT_REQUIRE"]
    assert shown["check", "--timeout"].split() == ["120.0", "default"]
    assert shown["check", "--poll-interval"].split() == ["0.2;", "2", "for", "aws", "default"]
    assert shown["check", "--record"].split() == ["-", "default"]


class TestTable:
    def test_every_command_has_its_rows(self):
        """The command line has exactly the options of the table, under their names."""
        context = click.Context(cli)
        for name in COMMANDS:
            options = {
                each.opts[0]
                for each in cli.get_command(context, name).params
                if isinstance(each, click.Option) and "--help" not in each.opts
            }
            assert options == {f"--{each.name}" for each in of(name) if not each.argument}

    def test_a_row_is_enough(self):
        """What check has, pytest has too, but for what makes no sense there; nothing else names them."""
        only_check = {each.name for each in of(CHECK)} - {each.name for each in of(PYTEST)}

        assert only_check == {"jobs", "verbose", "quiet", "format"}
        only_pytest = {each.name for each in of(PYTEST)} - {each.name for each in of(CHECK)}
        assert {each for each in only_pytest if not each.startswith("repage")} == {"allow-aws"}

    def test_repage_in_pytest(self):
        """Every option of the command `repage` is one of pytest too."""
        assert {f"repage-{each.name}" for each in of("repage")} <= {each.name for each in of(PYTEST)}

    def test_names_are_unique(self):
        """One row for a name of a command."""
        for command in (*commands(), PYTEST):
            names = [each.name for each in of(command)]
            assert len(names) == len(set(names)), command

    def test_capabilities(self):
        """The names of `--lacks` are the judge's."""
        from awscontract.conformance.judge.limitations import CAPABILITIES

        assert find(CHECK)["lacks"].choices == tuple(CAPABILITIES)

    def test_targets(self):
        """The names of `--target` are the driver's."""
        from awscontract.conformance.driver.targets import TARGETS

        assert find(CHECK)["target"].choices == TARGETS

    def test_help_is_a_sentence(self):
        """Every option says what it does."""
        assert [each.name for each in TABLE if not each.help.endswith(".")] == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(monkeypatch, capsys, shell):
    """The shell's own variable, which is not an option of ours, has the commands completed."""
    monkeypatch.setenv("_AWSCONTRACT_COMPLETE", f"{shell}_complete")
    monkeypatch.setenv("COMP_WORDS", "awscontract va")
    monkeypatch.setenv("COMP_CWORD", "va" if shell == "fish" else "1")
    with pytest.raises(SystemExit):
        cli.main([], "awscontract")

    assert "validate" in capsys.readouterr().out
