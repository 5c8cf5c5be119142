"""The other commands: what they read and what they print."""

import json

import pytest

from awscontract.emulator import Emulator
from awscontract.spec.catalogue import client_rule_set, rule_set
from awscontract.spec.http import HttpRequest
from awscontract.spec.operations import judged as all_judged, load
from awscontract.spec.schema import schema, schema_names

from cli_kit import process, run
from results_kit import USERS, judged, several

DETAILS = "iam:GetServiceLastAccessedDetails"


class TestValidate:
    @pytest.fixture
    def saved(self, monkeypatch):
        """A judge of saved responses that notes what it is given."""
        given = []

        def validate(files, contract, pages=False):
            given.append((list(files), contract.id, pages))
            return judged(operation=contract.id, **{"shape.length": "failed"})

        monkeypatch.setattr("awscontract.conformance.judge.validate.validate", validate)
        return given

    def test_files_are_bytes(self, saved, tmp_path):
        """Nothing is decoded before it is judged; the order is the user's, and - is standard input."""
        (tmp_path / "a").write_bytes(b"\xff\xfe")
        done = run("validate", f"{tmp_path}/a", "-", "--pages", "--operation", USERS, input=b"\x00\r\n")

        assert saved == [([(f"{tmp_path}/a", b"\xff\xfe"), ("-", b"\x00\r\n")], USERS, True)]
        assert done.exit_code == 1

    def test_result(self, saved, tmp_path):
        """It ends as every judgement does."""
        (tmp_path / "a").touch()
        done = run("validate", f"{tmp_path}/a", "--format", "json", "--save", f"{tmp_path}/b", "--require", "shape")

        assert (tmp_path / "b").read_text() == done.stdout
        assert json.loads(done.stdout)["verdict"] == "violates"

    def test_a_short_answer(self, tmp_path):
        """Two violations are not eighty lines about what was not exercised."""
        (tmp_path / "bad.json").write_text('{"JobStatus": "DONE", "JobCreationDate": "today"}')
        done = run("validate", f"{tmp_path}/bad.json")

        assert done.exit_code == 1
        assert done.stdout.count("\n") < 40
        assert "not exercised; -v shows why" in done.stdout

    def test_what_is_no_response(self, tmp_path):
        """One line."""
        (tmp_path / "a.xml").write_text("nonsense")
        done = run("validate", f"{tmp_path}/a.xml")

        assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)


class TestReplay:
    def test_the_recorded_run(self, tmp_path):
        """The result of a trace is the result of the run that it recorded, whatever operation that was of."""
        run("check", USERS, "--explore", "0", "--record", f"{tmp_path}/t", "--save", f"{tmp_path}/r.json")
        done = run("replay", f"{tmp_path}/t", "--format", "json")

        assert done.exit_code == 0
        assert json.loads(done.stdout) == json.loads((tmp_path / "r.json").read_text())

    @pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b"[" * 10_000])
    def test_what_is_no_trace(self, tmp_path, content):
        """One line that names the file."""
        (tmp_path / "t").write_bytes(content)
        done = run("replay", f"{tmp_path}/t")

        assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
        assert done.stderr.startswith(f"awscontract: {tmp_path}/t is not a trace: ")


class TestCatalogue:
    @pytest.mark.parametrize("operation", ["iam:GetOrganizationsAccessReport", USERS])
    def test_rules(self, operation):
        """Every rule of the operation is listed with its level and basis, in the catalogue's order."""
        contract = load(operation)
        expected = [*rule_set(contract), *client_rule_set(contract)]
        lines = [line.split() for line in run("rules", "--operation", operation).stdout.splitlines() if line[0] == " "]
        listed = json.loads(run("rules", "--operation", operation, "--format", "json").stdout)

        assert [line[:3] for line in lines] == [[each.id, each.level, each.basis] for each in expected]
        assert [each["id"] for each in listed] == [each.id for each in expected]

    def test_explain(self):
        """One rule, of the operation that is named, or of one that has it."""
        assert run("explain", "pagination.complete").stdout.startswith("pagination.complete\n  ")
        assert "Users" in run("explain", "pagination.complete", "--operation", USERS).stdout
        assert run("explain", "pagination.token-continues").exit_code == 0

    def test_issue(self, tmp_path):
        """Text for a tracker, out of a result of several operations too."""
        found = several(judged(), judged(operation=USERS, **{"pagination.complete": "failed"}))
        (tmp_path / "r.json").write_text(found.to_json())
        arguments = ("explain", "pagination.complete", "--issue", "--result", f"{tmp_path}/r.json")
        done = run(*arguments, "--operation", USERS)

        assert (done.exit_code, "it is broken" in done.stdout) == (0, True)
        done = run(*arguments, "--operation", "iam:ListRoles")
        assert (done.exit_code, "has no result of iam:ListRoles" in done.stderr) == (2, True)

    def test_operations(self):
        """What can be judged: everything with a contract file or a recipe; of a service, all that page."""
        rows = json.loads(run("operations", "--format", "json").stdout)
        assert [each["operation"] for each in rows] == list(all_judged())

        rows = {each["operation"]: each for each in json.loads(run("operations", "sso", "--format", "json").stdout)}
        assert rows["sso:ListAccounts"]["kind"] == "derived"
        assert rows["sso:ListAccounts"]["protocol"] == "rest-json"
        lines = run("operations", "iam").stdout.splitlines()
        assert lines[-1] == f"{len(lines) - 1} operations"

    def test_contract(self):
        """Every value with its origin, in either spelling of the operation."""
        lines = [line.split() for line in run("contract", "iam:list-users").stdout.splitlines()]

        assert lines[0][0] == f"{USERS}:"
        assert ["listing.limit", "paginator", "MaxItems"] in lines
        document = json.loads(run("contract", USERS, "--format", "json").stdout)
        assert document["rules"] == [each.id for each in rule_set(load(USERS))]

    def test_paging(self):
        """An operation without a paginator is described on the command line."""
        paging = "input=NextToken,output=NextToken,items=Pipes,limit=Limit"
        lines = [line.split() for line in run("contract", "pipes:ListPipes", "--paging", paging).stdout.splitlines()]

        assert ["listing.limit", "--paging", "Limit"] in lines


class TestSchema:
    def test_checked_in(self):
        """The names that are listed are the names that are printed."""
        names = run("schema").stdout.split()

        assert names == list(schema_names())
        for name in (names[0], "error", "result"):
            assert json.loads(run("schema", name).stdout) == schema(name)

    @pytest.mark.parametrize("arguments", [["dynamodb:Scan"], ["--operation", "dynamodb:Scan"]])
    def test_of_any_operation(self, arguments):
        """Derived from the installed botocore."""
        document = json.loads(run("schema", *arguments).stdout)

        assert document.keys() == {"Scan.request", "Scan.response"}

    @pytest.mark.parametrize(("lines", "status"), [([], 0), (["error: /a: gone", "error: /b: new"], 1)])
    def test_drift(self, monkeypatch, lines, status):
        """Where the model has moved on, that is printed and is the status."""
        import sys

        monkeypatch.setattr(sys.modules["awscontract.spec.schema"], "drift", lambda: lines)
        done = run("schema", "--check")

        assert (done.exit_code, done.stdout.splitlines()) == (status, lines)


class TestSample:
    @pytest.mark.parametrize(
        ("operation", "arguments"),
        [(DETAILS, ["--status", "COMPLETED", "--services", "3"]), (USERS, ["--services", "3"])],
    )
    @pytest.mark.parametrize("form", ["json", "xml"])
    def test_it_is_valid(self, tmp_path, operation, arguments, form):
        """What is printed validates, for any operation."""
        done = run("sample", "--operation", operation, "--format", form, *arguments)
        file = tmp_path / f"s.{form}"
        file.write_bytes(done.stdout_bytes)

        assert done.exit_code == 0
        assert run("validate", "--operation", operation, str(file)).exit_code == 0

    def test_edges(self, tmp_path):
        """One of each edge case, a file each."""
        done = run("sample", "--edge", f"{tmp_path}/e")

        assert done.exit_code == 0
        assert len(done.stdout.splitlines()) == len(list((tmp_path / "e").iterdir())) > 3


class TestFuzzClient:
    def test_arguments(self, monkeypatch):
        """What is typed reaches the judge of clients, and the line that repeats the run has it."""
        from awscontract.clients.fuzzing import subprocess_client

        asked = {}

        def fuzz_program(command, **options):
            asked.update(options, command=command)
            return subprocess_client.Programmed(3, 9)

        monkeypatch.setattr(subprocess_client, "fuzz_program", fuzz_program)
        done = run(
            "fuzz-client",
            "--operation",
            USERS,
            "--seed",
            "4",
            "--key",
            "UserName",
            "--timeout",
            "1.5",
            "--",
            "p",
            "a b",
        )

        assert done.exit_code == 0
        assert done.stdout.startswith("3 behaviours, 9 requests in ")
        assert (asked["contract"].id, asked["seed"], asked["key"], asked["timeout"]) == (USERS, 4, "UserName", 1.5)
        assert asked["command"] == ("p", "a b")
        assert asked["again"] == (
            "awscontract fuzz-client --operation iam:ListUsers --timeout 1.5 --seed 4 --key UserName -- p 'a b'"
        )


class TestFaults:
    def test_some(self):
        """A fault is caught by its declared rule."""
        done = run("faults", "counts-as-floats")

        assert done.exit_code == 0
        assert done.stdout.splitlines()[0].split()[0] == "counts-as-floats"

    def test_of_a_list(self):
        """Of another operation."""
        from awscontract.emulator.faults import faults_for

        name = next(iter(faults_for(load(USERS))))
        done = run("faults", name, "--operation", USERS, "--format", "json")

        assert [each["id"] for each in json.loads(done.stdout)["faults"]] == [name]


def test_version():
    """The version is the package's."""
    from awscontract import __version__

    assert process("--version").stdout == f"awscontract {__version__}\n"


def test_the_embedded_emulator_serves_what_is_asked_for():
    """`serve` and `check` build it from the same contracts."""
    emulator = Emulator((load(), load(USERS)))
    response = emulator.respond(HttpRequest("POST", "/", body=b"Action=ListUsers&Version=2010-05-08"))

    assert response.status == 200
