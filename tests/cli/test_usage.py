"""What the command says about wrong usage: one line, status 2, and no request."""

import os
import subprocess
import sys

import pytest

from awscontract.cli.main import COMMANDS, cli

from cli_kit import COMMAND, process, run
from results_kit import judged


@pytest.mark.smoke
class TestHelp:
    @pytest.mark.parametrize("name", COMMANDS)
    def test_every_command_has_help(self, name):
        """The table's commands are all there."""
        done = run(name, "--help")

        assert done.exit_code == 0
        assert done.output.startswith(f"Usage: awscontract {name} ")

    def test_help_lists_them(self):
        """The command's own help names all of them."""
        listed = [line.split()[0] for line in run("--help").output.partition("Commands:\n")[2].splitlines()]

        assert listed == list(COMMANDS)

    def test_nothing_typed(self):
        """Without a command there is help, and it is wrong usage."""
        done = run()

        assert (done.exit_code, done.stdout) == (2, "")
        assert "Usage:" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["chekc"], "unknown command 'chekc'; did you mean check?"),
        (["--nothing"], "No such option"),
        (["check", "--nothing"], "No such option"),
        (["check", "http://localhost:4566"], "not an operation; did you mean --endpoint-url http://localhost:4566?"),
        (["check", "iam:ListUser"], "did you mean iam:ListUsers?"),
        (["check", "iamm"], "did you mean"),
        (["check", "iam:CreateUser"], "iam:CreateUser"),
        (["check", "--endpoint-url", ""], "--endpoint-url is empty"),
        (["check", "--endpoint-url", "localhost"], "is not an"),
        (["check", "--endpoint-url", "http://localhost", "--target", "moto"], "contradict each other"),
        (["check", "--endpoint-url", "https://iam.amazonaws.com"], "--target aws"),
        (["check", "--target", "mars"], "is not one of"),
        (["check", "--profile", ""], "--profile is empty"),
        (["check", "--entity-path", " "], "--entity-path is empty"),
        (["check", "--job-id", ""], "--job-id is empty"),
        (["check", "--seed-command", ""], "--seed-command is empty"),
        (["check", "--save", ""], "--save is empty"),
        (["check", "--timeout", "0"], "--timeout must be a positive number of seconds, not '0'"),
        (["check", "--timeout", "nan"], "must be a positive number of seconds"),
        (["check", "--timeout", "inf"], "must be a positive number of seconds"),
        (["check", "--timeout", "soon"], "must be a positive number of seconds"),
        (["check", "--read-timeout", "-1"], "must be a positive number of seconds"),
        (["check", "--poll-interval", "-1"], "must be 0 or a positive number of seconds"),
        (["check", "--poll-interval", "nan"], "must be 0 or a positive number of seconds"),
        (["check", "--explore", "-1"], "--explore must be a whole number from 0, not '-1'"),
        (["check", "--explore", "9" * 5000], "must be a whole number from 0"),
        (["check", "--concurrency", "0"], "must be a whole number from 1"),
        (["check", "--jobs", "0"], "must be a whole number from 1"),
        (["check", "--max-body", "0"], "must be a whole number from 1"),
        (["check", "--seed", "1.5"], "must be a whole number from 0"),
        (["check", "--parameters", "{"], "--parameters must be a JSON object"),
        (["check", "--parameters", "[]"], "--parameters must be a JSON object"),
        (["check", "--paging", "x", "iam:ListUsers"], "--paging"),
        (["check", "--paging", "input=a,output=b,items=c", "iam:ListUsers", "iam:ListRoles"], "name one"),
        (["check", "--require", "pagination.compleet"], "did you mean pagination.complete?"),
        (["check", "--require", "pagnation"], "did you mean pagination?"),
        (["check", "--require", "client.waits"], "fuzz-client"),
        (["check", "--require", "iam:ListUsers"], "this run does not judge that operation"),
        (["check", "iam:ListUsers", "--require", "job"], "unknown family, rule or operation"),
        (["check", "--verbose", "--quiet"], "contradict each other"),
        (["check", "--save", "/nowhere/result.json"], "the folder /nowhere does not exist"),
        (["check", "--record", "/nowhere/trace"], "the folder /nowhere does not exist"),
        (["check", "--record", "/"], "is a folder"),
        (["check", "--known", "/nowhere/k.toml"], "cannot read /nowhere/k.toml"),
        (["check", "--contract", "/nowhere/c.toml"], "/nowhere/c.toml"),
        (["check", "--ca-bundle", "/nowhere/ca.pem"], "No such file"),
        (["check", "--profile", "missing"], "missing"),
        (["explain", "sort.time-asc"], "did you mean sort.time-ascending?"),
        (["explain"], "Missing argument"),
        (["explain", "pagination.complete", "--result", "r"], "--result goes with --issue"),
        (["schema", "eror"], "did you mean error?"),
        (["schema", "error", "--check"], "leave out the name"),
        (["schema", "iam:ListUser"], "did you mean iam:ListUsers?"),
        (["contract"], "Missing argument"),
        (["operations", "iamm"], "did you mean iam?"),
        (["operations", "iam:ListUsers"], "awscontract contract iam:ListUsers"),
        (["validate"], "Missing argument"),
        (["validate", "/nowhere/r.xml"], "cannot read /nowhere/r.xml: No such file"),
        (["validate", "/dev/zero"], "/dev/zero is larger than 64 MiB"),
        (["validate", "/dev"], "/dev: the folder has no .json and no .xml files"),
        (["validate", "-", "-"], "standard input"),
        (["faults", "no-such-fault"], "unknown fault"),
        (["sample", "--status", "DONE"], "unknown status 'DONE'"),
        (["sample", "--status", "IN_PROGRESS", "--services", "3"], "lists none"),
        (["sample", "--services", "1001"], "at most 1000"),
        (["sample", "--operation", "iam:ListUsers", "--status", "COMPLETED"], "iam:ListUsers has no job"),
        (["sample", "--operation", "lambda:ListFunctions", "--format", "xml"], "lambda:ListFunctions are JSON"),
        (["rules", "iam:ListUsers"], "did you mean --operation iam:ListUsers?"),
        (["explain", "iam:ListUsers"], "awscontract contract iam:ListUsers"),
        (["check", "pagination.complete"], "awscontract explain pagination.complete"),
        (["check", "ListUsers"], "or iam:ListUsers"),
        (["faults", "xyz"], "awscontract serve --list"),
        (["serve", "--port", "70000"], "must be a whole number from 0 to 65535"),
        (["serve", "--nulls", "middle"], "is not one of"),
        (["serve", "--host", ""], "--host is empty"),
        (["serve", "--fault", "x", "--variant", "as-observed"], "contradict each other"),
        (["serve", "--fault", "no-such-fault"], "unknown fault"),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, list) else "",
)
def test_wrong(arguments, complaint, judge):
    """Wrong usage is one line on standard error, status 2, and no judgement."""
    done = run(*arguments)

    assert (done.exit_code, done.stdout) == (2, ""), done.stderr
    assert complaint in done.stderr
    assert done.stderr.startswith("awscontract: ") and done.stderr.count("\n") == 1
    assert judge.asked is None


@pytest.mark.parametrize(
    ("variable", "operations"),
    [
        ("AWS_ENDPOINT_URL", ()),
        ("AWS_ENDPOINT_URL_IAM", ()),
        ("AWS_ENDPOINT_URL_SFN", ("stepfunctions:ListStateMachines",)),
    ],
)
def test_a_url_in_the_environment_is_no_target(judge, monkeypatch, variable, operations):
    """A slip in CI must not make a green run on the embedded emulator; a named target is what was meant."""
    monkeypatch.setenv(variable, "http://localhost:4566")
    done = run("check", *operations)

    assert (done.exit_code, judge.asked) == (2, None)
    assert done.stderr == f"awscontract: {variable} is set, but neither --endpoint-url nor --target: give one of them\n"
    assert run("check", *operations, "--target", "emulator").exit_code == 0


def test_a_url_of_another_service(judge, monkeypatch):
    """It says nothing about this run."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://localhost:4566")

    assert run("check").exit_code == 0


def test_one_file_for_two(judge, tmp_path):
    """Neither a result and its trace nor a report and its result take each other's place."""
    same = str(tmp_path / "same.json")
    done = run("check", "--save", same, "--record", same)
    assert (done.exit_code, "one would be lost" in done.stderr) == (2, True)

    (tmp_path / "same.json").write_text(judged().to_json())
    done = run("report", same, "--output", same)
    assert (done.exit_code, "one would be lost" in done.stderr) == (2, True)
    done = run("report", same, "--trace", same)
    assert (done.exit_code, "--trace shows exchanges in --format html" in done.stderr) == (2, True)


def test_a_bug_is_not_hidden(judge):
    """An error of our own is neither wrong usage nor a broken rule: it is one line with its place."""
    judge.finds["iam:GetOrganizationsAccessReport"] = TypeError("ours")
    done = run("check")

    assert done.exit_code == 3
    assert done.stderr.startswith(
        "awscontract: this is a bug of awscontract, please report it: TypeError: ours (cli_kit.py:"
    )
    assert done.stderr.count("\n") == 1


class TestStreams:
    @pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
    def test_a_full_disk(self):
        """A full standard output is a line too."""
        with open("/dev/full", "wb") as full:
            done = subprocess.run(
                [*COMMAND, "schema"], stdout=full, stderr=subprocess.PIPE, text=True, check=False,
                env={name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"},
            )  # fmt: skip

        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
        assert "No space left" in done.stderr

    @pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
    def test_closed(self, closed):
        """A closed standard stream is no reason to fail."""
        words = " ".join([*COMMAND, "known", "/dev/null", closed])
        done = subprocess.run(["sh", "-c", words], capture_output=True, text=True, check=False)

        assert (done.returncode, done.stderr) == (0, "")

    def test_a_reader_that_goes_away(self):
        """`awscontract rules | head -1` ends without a word."""
        with subprocess.Popen([*COMMAND, "rules"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as it:
            it.stdout.close()
            errors = it.stderr.read()

        assert (it.wait(), errors) == (141, "")

    def test_a_terminal_of_another_encoding(self):
        """What the encoding lacks is escaped."""
        env = os.environ | {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}
        done = process("explain", "s\u0151rt", env=env)

        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
        assert "s\\u0151rt" in done.stderr


@pytest.mark.parametrize(
    "arguments", [["--version"], ["check", "--timeout", "0"], ["known", "/dev/null"]], ids=" ".join
)
def test_costs_nothing_that_it_does_not_need(arguments):
    """What needs no client does not import one, nor a schema, a server or a test library."""
    heavy = "botocore,jsonschema,hypothesis,werkzeug,pytest,moto,boto3"
    code = (
        "import sys; from awscontract.cli.main import cli; cli.main(sys.argv[2:], standalone_mode=False);"
        "sys.exit(repr([each for each in sys.argv[1].split(',') if each in sys.modules]))"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, heavy, *arguments], capture_output=True, text=True, check=False
    )

    assert done.stderr.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("awscontract fuz", "plain,fuzz-client"),
        ("awscontract report x", "file,x"),
        ("awscontract check --save x", "file,x"),
        ("awscontract check iam:GetOrg", "plain,iam:GetOrganizationsAccessReport"),
        ("awscontract explain pagination.com", "plain,pagination.complete"),
        ("awscontract serve --fault counts-as-f", "plain,counts-as-floats"),
        ("awscontract serve --variant short-p", "plain,short-pages"),
        ("awscontract faults counts-as-f", "plain,counts-as-floats"),
        ("awscontract check --require pagination.com", "plain,pagination.complete"),
        ("awscontract schema resu", "plain,result"),
        ("awscontract check --target mot", "plain,moto"),
    ],
)
def test_completion(typed, offered, monkeypatch, capsys):
    """A shell completes files where a file is meant, and the words that there are."""
    words = {"COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split()) - 1), "_AWSCONTRACT_COMPLETE": "bash_complete"}
    for name, value in words.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit):
        cli.main([], "awscontract")

    assert offered in capsys.readouterr().out.split("\n")
