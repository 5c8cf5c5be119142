"""`awscontract check`: what it asks of the judge, and what it makes of what was found."""

import io
import json
import os
import sys
from dataclasses import replace

import jsonschema
import pytest

from awscontract.cli.main import cli
from awscontract.cli.progress import progress
from awscontract.conformance.results.result import Violation
from awscontract.conformance.trace.exchange import Trace
from awscontract.spec.schema import schema

from cli_kit import JOB, PATH, run
from results_kit import RULES, USERS, judged

SORT = "sort.time-ascending"


class TestWhatIsAsked:
    def test_defaults(self, judge):
        """Without options the embedded emulator is judged, over HTTP."""
        done = run("check")
        asked = judge.asked

        assert done.exit_code == 0
        assert asked["operation"].id == "iam:GetOrganizationsAccessReport"
        assert asked["target"].kind == "emulator"
        assert asked["client"].meta.endpoint_url == asked["target"].endpoint_url
        assert asked["entity_path"].startswith("o-")
        assert {name: asked[name] for name in ("timeout", "read_timeout", "seed", "concurrency", "items")} == {
            "timeout": 120.0, "read_timeout": 10.0, "seed": 0, "concurrency": 1, "items": 7,
        }  # fmt: skip
        assert not asked["allow_aws"] and not {"explore", "poll_interval", "no_setup"} & asked.keys()

    def test_options(self, judge):
        """What is typed is what is done."""
        run(
            "check", "iam:ListUsers", "--poll-interval", "0", "--timeout", "5", "--read-timeout", "1", "--explore", "0",
            "--seed", "7", "--concurrency", "4", "--max-body", "9", "--max-elements", "8", "--max-total", "7",
            "--items", "3", "--no-setup", "--keep", "--lacks", "second-job", "--parameters", '{"PathPrefix": "/a/"}',
        )  # fmt: skip
        names = {
            "poll_interval": 0, "timeout": 5, "read_timeout": 1, "explore": 0, "seed": 7, "concurrency": 4,
            "max_body": 9, "max_elements": 8, "max_total": 7, "items": 3, "no_setup": True, "keep": True,
            "lacks": ("second-job",), "parameters": {"PathPrefix": "/a/"},
        }  # fmt: skip

        assert {name: judge.asked[name] for name in names} == names
        assert judge.asked["client"].meta.config.read_timeout == 1

    def test_what_a_report_is_about(self, judge):
        """Given, and not looked up."""
        run("check", "--entity-path", PATH)
        assert judge.asked["entity_path"] == PATH

        run(
            "check", "iam:GetServiceLastAccessedDetails", "--arn", "arn:aws:iam::123456789012:user/u", "--granularity",
            "ACTION_LEVEL", "--service-namespace", "s3",
        )  # fmt: skip
        assert judge.asked["arn"] == "arn:aws:iam::123456789012:user/u"
        assert (judge.asked["granularity"], judge.asked["service_namespace"]) == ("ACTION_LEVEL", "s3")

    def test_a_finished_report(self, judge):
        """Whoever names a report to read is not asked for an entity."""
        run("check", "--job-id", JOB)

        assert judge.asked["job_id"] == JOB
        assert "entity_path" not in judge.asked

    def test_aws(self, judge, monkeypatch):
        """AWS is sent fewer requests and with longer pauses, and only by name."""
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "mine")
        done = run("check", "--target", "aws", "--entity-path", PATH)

        assert (judge.asked["poll_interval"], judge.asked["explore"], judge.asked["allow_aws"]) == (2.0, 0, True)
        assert "makes one report and reads it, in at most 100 requests to https://iam.amazonaws.com" in done.stderr

    def test_parameters_that_the_operation_does_not_have(self, judge):
        """Of one operation a mistake; of several it is for the others."""
        done = run("check", USERS, "--parameters", '{"PathPrefx": "/"}')
        assert (done.exit_code, judge.asked) == (2, None)
        assert "did you mean PathPrefix?" in done.stderr

        run("check", "iam:ListUsers", "iam:ListUserTags", "--parameters", '{"UserName": "u"}')
        assert [each["parameters"] for each in judge.every] == [{}, {"UserName": "u"}]


class TestStatus:
    @pytest.mark.parametrize(
        ("verdict", "outcomes", "arguments", "status"),
        [
            ("conforms", {}, [], 0),
            ("conforms", {"sort.default-ascending": "warned"}, [], 0),
            ("conforms", {"sort.default-ascending": "warned"}, ["--strict"], 1),
            ("violates", {SORT: "failed"}, [], 1),
            ("conforms", {SORT: "not-exercised"}, [], 0),
            ("conforms", {SORT: "not-exercised"}, ["--require", "sort"], 1),
            ("conforms", {SORT: "not-exercised"}, ["--require", "job", "--require", "shape"], 0),
            ("unreachable", {}, [], 3),
            ("refused", {}, [], 3),
            ("not-implemented", {}, [], 3),
            ("indeterminate", {}, [], 3),
            ("unreachable", {SORT: "not-exercised"}, ["--require", "sort"], 3),
        ],
    )
    @pytest.mark.parametrize("form", ["text", "json"])
    def test_status(self, judge, verdict, outcomes, arguments, status, form):
        """The exit status is the interface's, whatever the format."""
        judge.found = judged(verdict, None if verdict in ("conforms", "violates") else "connection refused", **outcomes)

        assert run("check", *arguments, "--format", form).exit_code == status

    @pytest.mark.parametrize("verdict", ["unreachable", "refused", "not-implemented", "indeterminate"])
    def test_no_judgement_is_one_clear_line(self, judge, verdict):
        """Standard error says why, also where standard output is for a program."""
        judge.found = judged(verdict, "connection refused", others="not-exercised")
        done = run("check", "--format", "json")

        assert done.stderr == f"awscontract: {verdict}: connection refused\n"
        assert json.loads(done.stdout)["verdict"] == verdict

    def test_what_a_target_sent_stays_on_its_line(self, judge):
        """A reason may quote the target."""
        judge.found = judged("refused", "no\n\x1b[2Jway", others="not-exercised")

        assert run("check", "--format", "json").stderr == "awscontract: refused: no\\n\\x1b[2Jway\n"

    def test_what_failed_the_run_is_named(self, judge, tmp_path):
        """Warnings under --strict, what was required, known divergences that pass, each in a line."""
        known = tmp_path / "k.toml"
        known.write_text(
            '[[known]]\nrule = "pagination.complete"\nreason = "r"\n'
            '[[known]]\nrule = "pagination.complete"\nreason = "r"\noperation = "iam:ListRoles"\n'
        )
        judge.found = judged(**{SORT: "warned", "job.id-returned": "not-exercised"})
        done = run("check", "--strict", "--require", "job", "--known", str(known))

        assert done.stderr.splitlines() == [
            "awscontract: known divergences that pass now: pagination.complete",
            f"awscontract: --strict: these warnings fail the run: {SORT}",
            "awscontract: required but not exercised: job.id-returned",
            "awscontract: known divergences of iam:ListRoles do not count: not judged in this run",
        ]

    def test_expired(self, judge, tmp_path):
        """The real cause is named: the date, not that the rule is fixed."""
        known = tmp_path / "k.toml"
        known.write_text(f'[[known]]\nrule = "{SORT}"\nreason = "r"\nexpires = 2001-01-01\n')
        judge.found = judged(**{SORT: "failed"})
        done = run("check", "--known", str(known))

        assert done.exit_code == 1
        assert done.stderr == f"awscontract: known divergences past their date: {SORT}\n"
        assert f"EXPIRED  {SORT} is still broken, and was excused until 2001-01-01: r\n" in done.stdout


class TestOutput:
    def test_json(self, judge):
        """Standard output is the result and nothing else, valid under its own schema."""
        done = run("check", "--format", "json")

        assert (done.stderr, done.exit_code) == ("", 0)
        jsonschema.validate(json.loads(done.stdout), schema("result"))

    def test_text(self, judge):
        """The last line has the verdict and both figures, without colour in a pipe."""
        done = run("check")

        assert done.stdout.splitlines()[-1] == f"conforms: {len(RULES)} of {len(RULES)} rules exercised, 0 broken"
        assert "\x1b" not in done.stdout

    @pytest.mark.parametrize(("variables", "coloured"), [({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "0"}, False)])
    def test_colour_on_request(self, judge, monkeypatch, variables, coloured):
        """A CI system that shows colours may ask for them."""
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

        assert ("\x1b[32m" in run("check").stdout) is coloured

    def test_verbose_and_quiet(self, judge):
        """-v shows reasons, -q a line."""
        judge.found = judged(**{SORT: "not-exercised"})

        assert "it needs a listing of two pages" in run("check", "-v").stdout
        assert run("check", "-q").stdout.count("\n") == 1

    def test_save_and_record(self, judge, tmp_path):
        """Both files are whole, and nothing else is left in the folder."""
        done = run("check", "--format", "json", "--save", f"{tmp_path}/result.json", "--record", f"{tmp_path}/trace")

        assert (tmp_path / "result.json").read_text() == done.stdout
        assert Trace.loads((tmp_path / "trace").read_text()).exchanges[0].parameters == {"JobId": JOB}
        assert sorted(os.listdir(tmp_path)) == ["result.json", "trace"]
        assert judge.asked["redact"] is True

    def test_keep_ids(self, judge, tmp_path):
        """On request a trace has the ids as they were."""
        run("check", "--record", f"{tmp_path}/trace", "--keep-ids")

        assert judge.asked["redact"] is False

    def test_what_no_encoding_holds(self, judge, tmp_path):
        """A lone surrogate out of somebody's JSON does not stop the result from being written."""
        first, *rest = judged().rules
        violation = Violation("it said \ud800")
        judge.found = replace(
            judged("violates"), rules=(replace(first, outcome="failed", violations=(violation,)), *rest)
        )
        done = run("check", "--format", "json", "--save", f"{tmp_path}/result.json")

        assert json.loads(done.stdout)["rules"][0]["violations"][0]["message"] == "it said \ud800"
        assert "it said \\ud800" in run("check").stdout

    def test_progress(self, monkeypatch):
        """Where somebody looks at standard error, there is a line while it runs and none afterwards."""
        terminal = io.StringIO()
        terminal.isatty = lambda: True
        monkeypatch.setattr(sys, "stderr", terminal)
        with progress() as show:
            show("3 requests: polling")
            shown = terminal.getvalue()
            with show.paused():
                between = terminal.getvalue()

        assert shown.startswith("\r3 requests: polling")
        assert between.endswith("\r\x1b[K")
        assert terminal.getvalue().endswith("\r\x1b[K")

    @pytest.mark.parametrize(
        ("variables", "coloured"),
        [
            ({}, False),
            ({"FORCE_COLOR": "1"}, True),
            ({"FORCE_COLOR": "0"}, False),
            ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ],
    )
    def test_colour(self, judge, monkeypatch, variables, coloured):
        """FORCE_COLOR is for CI logs that show colours; NO_COLOR outweighs it."""
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        judge.found = judged(**{SORT: "failed"})

        assert ("\x1b[31m" in run("check").stdout) == coloured

    def test_a_reason_is_there_once(self, judge):
        """Whoever reads both streams reads it once."""
        judge.found = judged("refused", "no access", others="not-exercised")
        done = run("check")

        assert (done.stdout + done.stderr).count("no access") == 1

    def test_what_to_do_next(self, judge, monkeypatch):
        """Shown to somebody at a terminal, and to nobody else."""
        judge.found = judged(**{SORT: "failed"})
        assert "next:" not in run("check").stderr

        terminal = io.StringIO()
        terminal.isatty = lambda: True
        monkeypatch.setattr(sys, "stderr", terminal)
        cli.main(["check"], standalone_mode=False)

        assert f"next: `awscontract explain {SORT}`" in terminal.getvalue()
