"""`awscontract check` of several operations at once, and of targets that a command fills first."""

import json
import os
import threading

import jsonschema
import pytest

from awscontract.errors import TargetUnavailable, UsageError
from awscontract.spec.schema import schema

from cli_kit import JOB, PATH, run
from results_kit import USERS, judged


class TestSeveral:
    def test_lines_findings_totals(self, judge, tmp_path):
        """A line per operation in the given order, then the findings, then totals; JSON with all results."""
        judge.finds = {USERS: judged(operation=USERS, **{"pagination.complete": "failed"})}
        judge.finds["iam:ListRoles"] = judged(
            "not-implemented", "no", operation="iam:ListRoles", others="not-exercised"
        )
        judge.found = judged(operation="iam:ListGroups")
        done = run("check", "iam:ListGroups", USERS, "iam:list-roles", "--save", f"{tmp_path}/r.json", "--jobs", "3")
        lines = [line for line in done.stdout.splitlines() if line]

        assert done.exit_code == 1
        assert [line.split()[0] for line in lines[1:4]] == ["iam:ListGroups", USERS, "iam:ListRoles"]
        assert lines[4] == "FAILED  pagination.complete (1 operation)"
        assert lines[-1].startswith("3 operations: 1 conforms, 1 violates, 1 could not be judged")
        document = json.loads((tmp_path / "r.json").read_text())
        jsonschema.validate(document, schema("result"))
        assert [each["operation"] for each in document["results"]] == ["iam:ListGroups", USERS, "iam:ListRoles"]

    @pytest.mark.parametrize(
        ("error", "verdict", "reason"),
        [
            (
                TypeError("ours\n"),
                "indeterminate",
                "this is a bug of awscontract, please report it: TypeError: ours\\n",
            ),
            (UsageError("wrong recipe"), "indeterminate", "wrong recipe"),
            (TargetUnavailable("no access"), "refused", "no access"),
        ],
    )
    def test_one_that_raises_does_not_stop_the_others(self, judge, error, verdict, reason):
        """It is a result of its own."""
        judge.finds = {USERS: error}
        judge.found = judged(operation="iam:ListRoles")
        done = run("check", USERS, "iam:ListRoles", "--format", "json")
        first, second = json.loads(done.stdout)["results"]

        assert done.exit_code == 0
        assert (first["verdict"], first["reason"]) == (verdict, reason)
        assert second["verdict"] == "conforms"

    def test_none_could_be_judged(self, judge):
        """Nothing judged is never green."""
        judge.found = judged("unreachable", "r", operation=USERS, others="not-exercised")

        assert run("check", USERS, "iam:ListRoles").exit_code == 3

    def test_a_required_operation(self, judge):
        """One that could not be judged, though it had to be."""
        judge.finds = {USERS: judged("refused", "r", operation=USERS, others="not-exercised")}
        judge.found = judged(operation="iam:ListRoles")

        assert run("check", USERS, "iam:ListRoles").exit_code == 0
        assert run("check", USERS, "iam:ListRoles", "--require", "iam:list-users").exit_code == 3

    def test_at_once(self, judge, monkeypatch):
        """Operations that are judged at once have clients of their own, since a client carries what one of them needs."""
        together = threading.Barrier(2)

        def check(client, **options):
            together.wait(30)
            return judge(client, **options)

        monkeypatch.setattr("awscontract.conformance.check.check", check)
        judge.found = judged(operation=USERS)
        run("check", USERS, "iam:ListRoles", "--jobs", "2")

        assert len({id(each["client"]) for each in judge.every}) == 2

    def test_traces(self, judge, tmp_path):
        """Each operation's trace has a file."""
        judge.found = judged(operation=USERS)
        run("check", USERS, "iam:ListRoles", "--record", f"{tmp_path}/t.jsonl")

        assert sorted(os.listdir(tmp_path)) == ["t-iam-ListRoles.jsonl", "t-iam-ListUsers.jsonl"]

    def test_a_service(self, judge):
        """SERVICE stands for every operation of it that has a recipe or a contract file; the configuration may name them."""
        judge.found = judged(operation=USERS)
        run("check", "iam")
        asked = [each["operation"].id for each in judge.every]

        assert {"iam:GetOrganizationsAccessReport", "iam:GetServiceLastAccessedDetails", USERS} <= set(asked)
        assert {each.partition(":")[0] for each in asked} == {"iam"}

    def test_options_of_access_reports(self, judge):
        """Each goes to the operations that have it, and to no other."""
        judge.found = judged(operation=USERS)
        arn = "arn:aws:iam::123456789012:user/u"
        run("check", "iam", "--entity-path", PATH, "--arn", arn, "--granularity", "ACTION_LEVEL")
        asked = {each["operation"].id: each for each in judge.every}
        given = {name: {"entity_path", "arn", "granularity"} & each.keys() for name, each in asked.items()}

        assert asked["iam:GetOrganizationsAccessReport"]["entity_path"] == PATH
        assert "arn" not in given["iam:GetOrganizationsAccessReport"]
        assert asked["iam:GetServiceLastAccessedDetails"]["arn"] == arn
        assert given["iam:GetServiceLastAccessedDetails"] == {"arn", "granularity"}
        assert given[USERS] == set()

    def test_from_the_configuration(self, judge, tmp_path, monkeypatch):
        """Operations of the file are judged where none is typed."""
        monkeypatch.chdir(tmp_path)
        (tmp_path / "awscontract.toml").write_text('operations = ["iam:ListRoles"]\n')
        judge.found = judged(operation=USERS)
        run("check")
        run("check", USERS)

        assert [each["operation"].id for each in judge.every] == ["iam:ListRoles", USERS]


class TestSeedCommand:
    @pytest.mark.parametrize(
        ("prints", "asked"),
        [
            (f"echo {PATH}", {"entity_path": PATH}),
            (f"echo seeding; echo {PATH}; echo", {"entity_path": PATH}),
            (f"echo {JOB}", {"job_id": JOB}),
            ("echo done", {}),
            (f"echo {PATH} >&2", {}),
        ],
    )
    def test_what_it_prints(self, judge, prints, asked):
        """Its last line may be an entity path or a JobId; anything else is its own business."""
        done = run("check", "--seed-command", prints)

        assert done.exit_code == 0
        assert asked.items() <= judge.asked.items()
        assert done.stderr == f"awscontract: running the seed command: {prints}\n"

    def test_parameters(self, judge):
        """JSON is what every request carries."""
        judge.found = judged(operation=USERS)
        run("check", USERS, "--seed-command", """echo '{"PathPrefix": "/x/"}'""")

        assert judge.asked["parameters"] == {"PathPrefix": "/x/"}

    def test_what_the_user_types_wins(self, judge):
        """Options override what the program prints."""
        run("check", "--seed-command", f"echo {PATH}", "--entity-path", "o-zzzzzzzzzz/r-zzzz")

        assert judge.asked["entity_path"] == "o-zzzzzzzzzz/r-zzzz"

    @pytest.mark.parametrize(
        ("command", "complaint"),
        [("echo 'no such table' >&2; exit 3", "no such table"), ("echo out; exit 1", "out")],
    )
    def test_its_failure(self, judge, command, complaint):
        """A target that could not be filled is not judged."""
        done = run("check", "--seed-command", command)

        assert (done.exit_code, judge.asked) == (2, None)
        assert complaint in done.stderr.splitlines()[-1]
