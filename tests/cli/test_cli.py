"""The command line: what users type, and what their CI reads."""

import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from inspect import signature
from types import SimpleNamespace

import botocore.session
import pytest
from botocore.config import Config
from click.testing import CliRunner

from awscontract import __version__, conformance, spec
from awscontract.cli.main import COMMANDS, cli
from awscontract.cli.progress import progress
from awscontract.conformance.driver.targets import TARGETS
from awscontract.conformance.results.result import Result, RuleResult, Target, Violation
from awscontract.conformance.trace.exchange import Exchange, Trace
from awscontract.emulator import Organization
from awscontract.options.files import write

#: click before 8.2 keeps the two streams apart only where it is told to.
_APART = {"mix_stderr": False} if "mix_stderr" in signature(CliRunner).parameters else {}
COMMAND = (sys.executable, "-P", "-m", "awscontract")
PATH = "o-abcdefghij/r-wxyz"
JOB = "examplea-1234-b567-cde8-90fg123abcd4"


def run(*arguments, **options):
    """The command in this process."""
    return CliRunner(**_APART).invoke(cli, arguments, catch_exceptions=False, **options)


def process(*arguments, **options):
    """The command in a process of its own."""
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=60, check=False, **options)


def result(verdict="conforms", **changes):
    """A result of which every rule passed, but for the outcomes given by rule id."""
    rules = tuple(
        RuleResult(each.id, each.level, each.basis, each.source, changes.get(each.id, "passed"), checked=1)
        for each in spec.service_rules()
    )
    reason = None if verdict in ("conforms", "violates") else "connection refused"
    model = spec.fingerprint()._asdict()
    operation = "iam:GetOrganizationsAccessReport"
    return Result(operation, model, Target("emulator"), verdict, rules, reason, awscontract=__version__)


@pytest.fixture
def judge(monkeypatch):
    """A judge that notes what it is asked and finds `judge.found`."""

    class Judge:
        found = result()
        asked = None

        def __call__(self, client, **options):
            self.asked = options | {"client": client}
            options["record"](Trace((Exchange(0, "GetOrganizationsAccessReport", {"JobId": JOB}, status=200),)))
            return replace(self.found, target=options["target"])

    it = Judge()
    monkeypatch.setattr(conformance, "check", it, raising=False)
    return it


class TestUsage:
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

    def test_nothing_asked(self):
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
            (["check", "stray"], "unexpected extra argument"),
            (["check", "--endpoint-url", ""], "--endpoint-url is empty"),
            (["check", "--endpoint-url", "localhost"], "no http:// or https:// URL"),
            (["check", "--endpoint-url", "http://localhost", "--target", "moto"], "contradict each other"),
            (["check", "--endpoint-url", "https://iam.amazonaws.com"], "say --target aws"),
            (["check", "--target", "mars"], "is not one of"),
            (["check", "--profile", ""], "it is empty"),
            (["check", "--entity-path", " "], "it is empty"),
            (["check", "--job-id", ""], "it is empty"),
            (["check", "--seed-command", ""], "it is empty"),
            (["check", "--save", ""], "it is empty"),
            (["check", "--timeout", "0"], "no number of seconds above 0"),
            (["check", "--timeout", "nan"], "no number of seconds above 0"),
            (["check", "--timeout", "inf"], "no number of seconds above 0"),
            (["check", "--timeout", "soon"], "no number of seconds above 0"),
            (["check", "--read-timeout", "-1"], "no number of seconds above 0"),
            (["check", "--poll-interval", "-1"], "no number of seconds from 0"),
            (["check", "--poll-interval", "nan"], "no number of seconds from 0"),
            (["check", "--explore", "-1"], "-1 is not in the range"),
            (["check", "--concurrency", "0"], "0 is not in the range"),
            (["check", "--seed", "1.5"], "not a valid integer"),
            (["check", "--require", "pagination.compleet"], "did you mean pagination.complete?"),
            (["check", "--require", "pagnation"], "did you mean pagination?"),
            (["check", "--require", "client.waits"], "fuzz-client"),
            (["check", "--save", "/nowhere/result.json"], "there is no folder /nowhere"),
            (["check", "--record", "/nowhere/trace"], "there is no folder /nowhere"),
            (["check", "--record", "/"], "that is a folder"),
            (["check", "--ca-bundle", "/nowhere/ca.pem"], "No such file"),
            (["check", "--profile", "missing"], "no profile 'missing'"),
            (["explain", "sort.time-asc"], "did you mean sort.time-ascending?"),
            (["explain"], "Missing argument"),
            (["schema", "eror"], "did you mean error?"),
            (["schema", "error", "--check"], "leave out the name"),
            (["validate"], "Missing argument"),
            (["validate", "/nowhere/answer.xml"], "cannot read /nowhere/answer.xml: No such file"),
            (["validate", "/dev"], "/dev: the folder has no .json and no .xml files"),
            (["validate", "-", "-"], "standard input"),
            (["serve", "--port", "70000"], "70000 is not in the range"),
            (["serve", "--nulls", "middle"], "is not one of"),
            (["serve", "--host", ""], "it is empty"),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, list) else "",
    )
    def test_wrong(self, arguments, complaint, judge):
        """Wrong usage is one line on standard error, status 2, and no judgement."""
        done = run(*arguments)

        assert (done.exit_code, done.stdout) == (2, "")
        assert complaint in done.stderr
        assert done.stderr.startswith("awscontract: ") and done.stderr.count("\n") == 1
        assert judge.asked is None

    def test_interrupted(self, monkeypatch):
        """Ctrl-C is no result and no traceback."""

        def interrupt(*args, **kwargs):
            raise KeyboardInterrupt

        monkeypatch.setattr(conformance, "check", interrupt, raising=False)
        done = run("check")

        assert done.exit_code == 130
        assert done.stderr.strip() == "awscontract: interrupted"

    def test_a_bug_is_not_hidden(self, monkeypatch):
        """An error of our own is neither wrong usage nor a broken rule: it is told with its place, in a line."""

        def fail(*args, **kwargs):
            raise TypeError("ours")

        monkeypatch.setattr(conformance, "check", fail, raising=False)
        done = run("check")

        assert done.exit_code == 3
        assert done.stderr.startswith(
            "awscontract: this is a bug of awscontract, please report it: TypeError: ours (test_cli.py:"
        )
        assert done.stderr.count("\n") == 1

    @pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
    def test_nowhere_to_write(self):
        """A full standard output is a line too."""
        with open("/dev/full", "wb") as full:
            done = subprocess.run([*COMMAND, "rules"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)

        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
        assert "No space left" in done.stderr

    def test_strictly(self, judge):
        """What fails a strict run is named."""
        judge.found = result(**{"sort.time-ascending": "warned"})

        assert "--strict: these warnings fail the run: sort.time-ascending\n" in run("check", "--strict").stderr

    def test_one_file_for_two(self, judge, tmp_path):
        """Neither a result and its trace nor a report and its result take each other's place."""
        same = str(tmp_path / "same.json")
        done = run("check", "--save", same, "--record", same)
        assert (done.exit_code, "one would be lost" in done.stderr) == (2, True)

        (tmp_path / "same.json").write_text(judge.found.to_json())
        done = run("report", same, "--output", same)
        assert (done.exit_code, "one would be lost" in done.stderr) == (2, True)
        done = run("report", same, "--trace", same)
        assert (done.exit_code, "--trace shows exchanges in --format html" in done.stderr) == (2, True)


class TestCheck:
    def test_defaults(self, judge):
        """Without options the embedded emulator is judged, over HTTP."""
        done = run("check")
        asked = judge.asked

        assert done.exit_code == 0
        assert asked["target"].kind == "emulator"
        assert asked["client"].meta.endpoint_url == asked["target"].endpoint_url
        assert asked["entity_path"] == Organization().root
        assert {name: asked[name] for name in ("poll_interval", "timeout", "read_timeout", "explore", "seed")} == {
            "poll_interval": 0.2, "timeout": 120.0, "read_timeout": 10.0, "explore": 25, "seed": 0,
        }  # fmt: skip
        assert (asked["concurrency"], asked["job_id"], asked["allow_aws"], asked["progress"]) == (1, None, False, None)

    def test_options(self, judge):
        """What is said is what is done."""
        timing = ("--poll-interval", "0", "--timeout", "5", "--read-timeout", "1")
        run("check", *timing, "--explore", "0", "--seed", "7", "--concurrency", "4")
        asked = judge.asked

        assert (asked["poll_interval"], asked["timeout"], asked["read_timeout"], asked["explore"]) == (0, 5, 1, 0)
        assert (asked["seed"], asked["concurrency"]) == (7, 4)
        assert asked["client"].meta.config.read_timeout == 1

    def test_for_aws(self, judge, monkeypatch):
        """AWS is asked with more patience, for less, and only by name."""
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "mine")
        run("check", "--target", "aws", "--entity-path", PATH)
        asked = judge.asked

        assert (asked["poll_interval"], asked["explore"], asked["allow_aws"]) == (2.0, 0, True)
        assert asked["entity_path"] == PATH

    def test_a_job_is_read_without_any_look_up(self, judge):
        """Who names a finished report is not asked for an entity."""
        run("check", "--endpoint-url", "http://127.0.0.1:9", "--job-id", JOB)

        assert (judge.asked["job_id"], judge.asked["entity_path"]) == (JOB, None)

    @pytest.mark.parametrize(
        ("verdict", "outcomes", "arguments", "status"),
        [
            ("conforms", {}, [], 0),
            ("conforms", {"sort.default-ascending": "warned"}, [], 0),
            ("conforms", {"sort.default-ascending": "warned"}, ["--strict"], 1),
            ("violates", {"sort.time-ascending": "failed"}, [], 1),
            ("conforms", {"sort.time-ascending": "not-exercised"}, [], 0),
            ("conforms", {"sort.time-ascending": "not-exercised"}, ["--require", "sort"], 1),
            ("conforms", {"sort.time-ascending": "not-exercised"}, ["--require", "job", "--require", "shape"], 0),
            ("unreachable", {}, [], 3),
            ("refused", {}, [], 3),
            ("not-implemented", {}, [], 3),
            ("indeterminate", {}, [], 3),
        ],
    )
    @pytest.mark.parametrize("form", ["text", "json"])
    def test_status(self, judge, verdict, outcomes, arguments, status, form):
        """The exit status is the interface's, whatever the form."""
        judge.found = result(verdict, **outcomes)

        assert run("check", *arguments, "--format", form).exit_code == status

    @pytest.mark.parametrize("verdict", ["unreachable", "refused", "not-implemented", "indeterminate"])
    def test_no_judgement_is_one_clear_line(self, judge, verdict):
        """Standard error says what stood in the way, also where standard output is for a program."""
        judge.found = result(verdict)
        done = run("check", "--format", "json")

        assert done.stderr == f"awscontract: {verdict}: connection refused\n"
        assert json.loads(done.stdout)["verdict"] == verdict

    def test_what_a_target_said_stays_on_its_line(self, judge):
        """A reason may quote the target, and a terminal obeys."""
        judge.found = replace(result("refused"), reason="no\n\x1b[2Jway")

        assert run("check", "--format", "json").stderr == "awscontract: refused: no\\n\\x1b[2Jway\n"

    def test_progress(self, monkeypatch):
        """Where somebody looks at standard error, there is a line while it runs and none afterwards."""
        terminal = io.StringIO()
        terminal.isatty = lambda: True
        monkeypatch.setattr(sys, "stderr", terminal)
        with progress() as tell:
            tell("3 calls: polling")
            told = terminal.getvalue()

        assert told.startswith("\r3 calls: polling")
        assert terminal.getvalue().endswith("\r\x1b[K")

    def test_what_to_do_next(self, judge, monkeypatch):
        """Somebody at a terminal is told, and nobody else."""
        judge.found = result(**{"sort.time-ascending": "failed"})
        assert "next:" not in run("check").stderr

        terminal = io.StringIO()
        terminal.isatty = lambda: True
        monkeypatch.setattr(sys, "stderr", terminal)
        cli.main(["check"], standalone_mode=False)

        assert "next: `awscontract explain sort.time-ascending`" in terminal.getvalue().splitlines()[-1]

    def test_what_was_required(self, judge):
        """A required rule that was not exercised is named."""
        judge.found = result(**{"sort.time-ascending": "not-exercised"})

        assert "required but not exercised: sort.time-ascending\n" in run("check", "--require", "sort").stderr

    def test_json(self, judge):
        """Standard output is the result and nothing else, valid under its own schema."""
        import jsonschema

        done = run("check", "--format", "json")

        assert (done.stderr, done.exit_code) == ("", 0)
        jsonschema.validate(json.loads(done.stdout), spec.schema("result"))

    def test_text(self, judge):
        """The last line has the verdict and both figures, without colour in a pipe."""
        number = len(spec.service_rules())
        done = run("check")

        assert done.stdout.splitlines()[-1] == f"conforms: {number} of {number} rules exercised, 0 broken"
        assert "\x1b" not in done.stdout

    def test_save_and_record(self, judge, tmp_path):
        """Both files are whole, and nothing else is left in the folder."""
        done = run("check", "--format", "json", "--save", f"{tmp_path}/result.json", "--record", f"{tmp_path}/trace")

        assert (tmp_path / "result.json").read_text() == done.stdout
        assert Trace.loads((tmp_path / "trace").read_text()).exchanges[0].parameters == {"JobId": JOB}
        assert sorted(os.listdir(tmp_path)) == ["result.json", "trace"]

    def test_what_no_encoding_holds(self, judge, tmp_path):
        """A lone surrogate out of somebody's JSON does not stop the result from being written."""
        violation = Violation("it said \ud800")
        first, *rest = result().rules
        judge.found = replace(result(), rules=(replace(first, outcome="failed", violations=(violation,)), *rest))
        done = run("check", "--format", "json", "--save", f"{tmp_path}/result.json")

        assert json.loads(done.stdout)["rules"][0]["violations"][0]["message"] == "it said \ud800"
        assert "it said \\ud800" in run("check").stdout


class TestSeedCommand:
    @pytest.mark.parametrize(
        ("says", "path", "job"),
        [
            (f"echo {PATH}", PATH, None),
            (f"echo seeding; echo {PATH}; echo", PATH, None),
            (f"echo {JOB}", None, JOB),
            ("echo done", "the emulator's", None),
            ("true", "the emulator's", None),
            (f"echo {PATH} >&2", "the emulator's", None),
        ],
    )
    def test_what_it_says(self, judge, says, path, job):
        """Its last line may be an entity path or a JobId; anything else is its own business."""
        assert run("check", "--seed-command", says).exit_code == 0

        assert judge.asked["job_id"] == job
        if path == PATH:
            assert judge.asked["entity_path"] == PATH
        else:
            assert judge.asked["entity_path"] == Organization().root

    def test_what_the_user_says_goes_first(self, judge):
        """Options outrank the program's words."""
        run("check", "--seed-command", f"echo {PATH}", "--entity-path", "o-zzzzzzzzzz/r-zzzz")

        assert judge.asked["entity_path"] == "o-zzzzzzzzzz/r-zzzz"

    def test_a_target_that_it_says_nothing_about(self, judge):
        """Where neither names an entity, the judge is left to make one up."""
        run("check", "--endpoint-url", "http://127.0.0.1:9", "--seed-command", "true")

        assert judge.asked["entity_path"] is None

    def test_it_reaches_the_target(self, judge, tmp_path):
        """Its environment leads any SDK to the target."""
        run("check", "--seed-command", f"env > {tmp_path}/env")
        env = dict(line.split("=", 1) for line in (tmp_path / "env").read_text().splitlines() if "=" in line)

        assert env["AWS_ENDPOINT_URL_IAM"] == judge.asked["target"].endpoint_url

    @pytest.mark.parametrize(
        ("command", "complaint"),
        [
            ("echo first >&2; echo 'no such table' >&2; exit 3", "ended with status 3: no such table\n"),
            ("echo out; exit 1", "ended with status 1: out\n"),
            ("exit 1", "ended with status 1: it said nothing\n"),
        ],
    )
    def test_its_failure(self, judge, command, complaint):
        """A target that could not be filled is not judged."""
        done = run("check", "--seed-command", command)

        assert (done.exit_code, judge.asked) == (2, None)
        assert done.stderr.endswith(complaint)

    def test_moto_is_out_of_its_reach(self, judge):
        """No other process reaches a target that lives in this one."""
        pytest.importorskip("moto")
        done = run("check", "--target", "moto", "--seed-command", "true")

        assert (done.exit_code, judge.asked) == (2, None)


class TestValidate:
    @pytest.fixture
    def saved(self, monkeypatch):
        """A reader of saved answers that notes what it is given."""

        class NoAnswer(ValueError):
            pass

        def validate(files, pages):
            it.given = (list(files), pages)
            if files[0][1] == b"nonsense":
                raise NoAnswer("a.xml is no answer")
            return result("violates", **{"shape.length": "failed"})

        it = SimpleNamespace(NoAnswer=NoAnswer, validate=validate)
        monkeypatch.setattr(conformance, "saved", it, raising=False)
        return it

    def test_files_are_bytes(self, saved, tmp_path):
        """Nothing is decoded before it is judged; the order is the user's, and - is standard input."""
        (tmp_path / "a").write_bytes(b"\xff\xfe")
        done = run("validate", f"{tmp_path}/a", "-", "--pages", input=b"\x00\r\n")

        assert saved.given == ([(f"{tmp_path}/a", b"\xff\xfe"), ("-", b"\x00\r\n")], True)
        assert done.exit_code == 1

    def test_result(self, saved, tmp_path):
        """It ends as every judgement does."""
        (tmp_path / "a").touch()
        done = run("validate", f"{tmp_path}/a", "--format", "json", "--save", f"{tmp_path}/b", "--require", "shape")

        assert (tmp_path / "b").read_text() == done.stdout
        assert json.loads(done.stdout)["verdict"] == "violates"

    def test_no_answer(self, saved, tmp_path):
        """What is no answer is one line."""
        (tmp_path / "a.xml").write_text("nonsense")
        done = run("validate", f"{tmp_path}/a.xml")

        assert (done.exit_code, done.stderr) == (2, "awscontract: a.xml is no answer\n")


class TestCatalogue:
    def test_rules(self):
        """Every rule is listed with its level and basis, in the catalogue's order."""
        lines = [line.split() for line in run("rules").stdout.splitlines() if line.startswith("  ")]

        assert [line[:3] for line in lines] == [[each.id, each.level, each.basis] for each in spec.rules()]

    def test_rules_as_json(self):
        """A program reads the same."""
        listed = json.loads(run("rules", "--format", "json").stdout)

        assert [each["id"] for each in listed] == [each.id for each in spec.rules()]
        assert listed[0].keys() == {"id", "level", "basis", "source", "member", "statement"}

    def test_explain(self):
        """One rule, told."""
        assert run("explain", "pagination.complete").stdout.startswith("pagination.complete\n  ")

    def test_schemas(self):
        """The names that are listed are the names that are printed."""
        names = run("schema").stdout.split()

        assert names == list(spec.schema_names())
        for name in names:
            assert json.loads(run("schema", name).stdout) == spec.schema(name)

    @pytest.mark.parametrize(("lines", "status"), [([], 0), (["error: /a: gone", "error: /b: new"], 1)])
    def test_drift(self, monkeypatch, lines, status):
        """Where the model has moved on, that is printed and is the status."""
        monkeypatch.setattr(spec, "drift", lambda: lines)
        done = run("schema", "--check")

        assert (done.exit_code, done.stdout.splitlines()) == (status, lines)


class TestServe:
    def test_for_any_client(self):
        """The first line has the URL, an entity path is told, the dials hold, and SIGTERM ends it in peace."""
        dials = ["--port", "0", "--services", "7", "--polls", "0", "--page-cap", "3", "--nulls", "first"]
        with subprocess.Popen(
            [*COMMAND, "serve", *dials], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as it:
            try:
                first, path = it.stdout.readline().split(), it.stdout.readline().split()[-1]
                paste = it.stdout.readline()
                url = next(word for word in first if word.startswith("http://"))
                client = botocore.session.Session().create_client(
                    "iam",
                    "us-east-1",
                    endpoint_url=url,
                    aws_access_key_id="x",
                    aws_secret_access_key="x",
                    config=Config(proxies={}),
                )
                job = client.generate_organizations_access_report(EntityPath=path)["JobId"]
                page = client.get_organizations_access_report(JobId=job)
                client.close()
            finally:
                it.send_signal(signal.SIGTERM)
            rest = it.communicate(timeout=30)

        assert (page["JobStatus"], page["NumberOfServicesAccessible"], len(page["AccessDetails"])) == (
            "COMPLETED",
            7,
            3,
        )
        assert f"--entity-path {path} --endpoint-url {url}" in paste
        assert (it.returncode, rest) == (0, ("", ""))

    def test_interrupted(self):
        """Ctrl-C is how one ends it, and no failure."""
        command = [*COMMAND, "serve", "--port", "0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as it:
            assert it.stdout.readline()
            it.send_signal(signal.SIGINT)
            _, errors = it.communicate(timeout=30)

        assert (it.returncode, errors) == (0, "")

    def test_port_in_use(self):
        """A port that somebody else has is one line."""
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            done = run("serve", "--port", str(port))

        assert (done.exit_code, done.stdout) == (2, "")
        assert done.stderr == f"awscontract: cannot listen on 127.0.0.1 port {port}: Address already in use\n"


class TestProcess:
    @pytest.mark.parametrize(("variables", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
    def test_the_whole_of_it(self, variables, coloured):
        """The embedded emulator conforms, and a terminal has it in colour unless it is asked not to."""
        pty = pytest.importorskip("pty")
        ours, theirs = pty.openpty()
        env = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | variables
        command = [*COMMAND, "check", "--explore", "0", "--poll-interval", "0"]
        with subprocess.Popen(command, stdout=theirs, stderr=subprocess.PIPE, env=env) as it:
            os.close(theirs)
            with open(ours, "rb", closefd=True) as terminal:
                told = b""
                with suppress(OSError):  # how a terminal ends on Linux
                    while piece := terminal.read1(65536):
                        told += piece
            errors = it.stderr.read()

        assert (it.returncode, errors) == (0, b"")
        assert re.search(rb"conforms\S*: \d+ of \d+ rules exercised, 0 broken\s*$", told)
        assert (b"\x1b[32m" in told) is coloured

    def test_version(self):
        """The version is the package's."""
        assert process("--version").stdout == f"awscontract {__version__}\n"

    @pytest.mark.parametrize("arguments", [["--version"], ["rules"], ["check", "--timeout", "0"]], ids=" ".join)
    def test_costs_nothing_that_it_does_not_need(self, arguments):
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

    def test_a_reader_that_goes_away(self):
        """`awscontract rules | head -1` ends without a word."""
        with subprocess.Popen([*COMMAND, "rules"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as it:
            it.stdout.close()
            errors = it.stderr.read()

        assert (it.wait(), errors) == (141, "")

    def test_a_terminal_of_another_encoding(self):
        """What the encoding lacks is escaped."""
        env = os.environ | {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}
        done = process("check", "--require", "s\u0151rt", env=env)

        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
        assert "s\\u0151rt" in done.stderr


class TestWrite:
    def test_replaces_whole(self, tmp_path):
        """A file is replaced with what any new file's permissions are."""
        file = tmp_path / "result.json"
        file.write_text("old and longer")
        (tmp_path / "plain").touch()
        write(str(file), b"new")

        assert file.read_bytes() == b"new"
        assert file.stat().st_mode == (tmp_path / "plain").stat().st_mode

    def test_leaves_what_it_cannot_replace(self, tmp_path, monkeypatch):
        """Where the disk is full the old file stays, and no other."""
        file = tmp_path / "result.json"
        file.write_text("old")

        def full(*args):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "replace", full)
        with pytest.raises(ValueError, match="No space left on device"):
            write(str(file), b"new")

        assert (file.read_text(), os.listdir(tmp_path)) == ("old", ["result.json"])

    def test_devices(self):
        """What is no regular file is written to and not replaced."""
        write("/dev/null", b"new")

        assert not os.path.isfile("/dev/null")


def test_targets_are_the_interfaces():
    """The names that other people's CI is written against."""
    assert {"emulator", "moto", "aws"} <= set(TARGETS)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("awscontract fuz", "plain,fuzz-client"),
        ("awscontract report x", "file,x"),
        ("awscontract check --save x", "file,x"),
        ("awscontract explain pagination.com", "plain,pagination.complete"),
        ("awscontract serve --fault counts-as-f", "plain,counts-as-floats"),
        ("awscontract serve --variant short-p", "plain,short-pages"),
        ("awscontract faults counts-as-f", "plain,counts-as-floats"),
        ("awscontract check --require pagination.com", "plain,pagination.complete"),
        ("awscontract schema resu", "plain,result"),
        ("awscontract check --target mot", "plain,moto"),
    ],
)
def test_completion(typed, offered):
    """A shell is told what may follow: files where a file is meant, and the words that there are."""
    words = {"COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split()) - 1), "_AWSCONTRACT_COMPLETE": "bash_complete"}
    done = subprocess.run(COMMAND, env=os.environ | words, capture_output=True, text=True, check=False)

    assert offered in done.stdout.split("\n")
