"""What the judge found, as pytest reports it."""

import json
from xml.etree import ElementTree

import pytest

from awscontract.spec.catalogue import rule_set
from awscontract.spec.operations import load
from plugin_kit import MISSING, RULES, TESTS, Stage

from results_kit import USERS

COMPLETE = next(each for each in rule_set(load()) if each.id == "pagination.complete")


class TestRules:
    def test_failed(self, stage: Stage) -> None:
        """A broken rule is a failure that can be acted upon, without a traceback."""
        stage.found({"pagination.complete": {"outcome": "failed", "violations": [MISSING]}}, verdict="violates")

        result = stage.only()

        result.assert_outcomes(passed=len(TESTS) - 1, failed=1)
        result.stdout.fnmatch_lines(
            [
                "*_ pagination.complete (must) _*",
                "3 of 262 services are missing",
                "  at         /AccessDetails",
                "  expected   262",
                "  actual     259",
                "  exchange   [[]0] GetOrganizationsAccessReport MaxItems=2 -> 200 <Pages/>\\x1b",
                "  reproduce",
                "    curl -d 'MaxItems=2' http://localhost",
                "      --silent",
                f"pagination.complete: {COMPLETE.statement[:40]}*",
                "must, documented: https://*",
                "FAILED awscontract::pagination.complete - Failed: 3 of 262 services are missing",
            ],
            consecutive=False,
        )
        result.stdout.no_fnmatch_line("*items.py*")

    def test_a_rule_broken_often(self, stage: Stage) -> None:
        """A rule broken a hundred times is shown briefly."""
        many = [{"message": f"service {number} is missing"} for number in range(100)]
        broken = {"outcome": "failed", "violations": many, "reason": "100 violations in all"}
        stage.found({"pagination.complete": broken})

        result = stage.only("-k", "pagination")

        result.stdout.fnmatch_lines(["service 0 is missing", "[*] service 4 is missing", "(100 violations in all)"])
        result.stdout.no_fnmatch_line("*service 5 is missing*")

    def test_long_values(self, stage: Stage) -> None:
        """What a target sent in megabytes is cut."""
        stage.found({COMPLETE.id: {"outcome": "failed", "violations": [MISSING | {"actual": "x" * 2_000_000}]}})

        result = stage.only("-k", "pagination.complete")

        assert len(result.stdout.str()) < 10_000
        result.stdout.fnmatch_lines(["*(2,000,000 characters)"])

    def test_warned(self, stage: Stage) -> None:
        """A broken should passes with a warning of our own class."""
        stage.found({"sort.default-ascending": {"outcome": "warned", "violations": [MISSING]}})

        result = stage.only()

        result.assert_outcomes(passed=len(TESTS))
        result.stdout.fnmatch_lines(
            ["awscontract::sort.default-ascending", "*AwscontractWarning: 3 of 262 services are missing"]
        )
        result.stdout.no_fnmatch_line("*#!*")

    @pytest.mark.parametrize(
        "how", [["--awscontract-strict"], ["-W", "error::awscontract.pytest_plugin.plugin.AwscontractWarning"]]
    )
    def test_warned_strictly(self, stage: Stage, how: list[str]) -> None:
        """Strict, or where the project makes errors of warnings, it fails like a must."""
        stage.found({"sort.default-ascending": {"outcome": "warned", "violations": [MISSING]}})

        result = stage.only(*how)

        result.assert_outcomes(passed=len(TESTS) - 1, failed=1)
        result.stdout.fnmatch_lines(["FAILED awscontract::sort.default-ascending - Failed: 3 of 262*"])
        result.stdout.no_fnmatch_line("*Traceback*")

    def test_noted(self, stage: Stage) -> None:
        """A note passes, and is there for those who want to see it."""
        stage.found({"report.region-name": {"outcome": "noted", "violations": [MISSING]}})

        result = stage.only("-rP")

        result.assert_outcomes(passed=len(TESTS))
        result.stdout.fnmatch_lines(["*awscontract*", "3 of 262 services are missing"])

    def test_known_divergences(self, stage: Stage) -> None:
        """The file turns a broken rule into an expected failure; a stale or expired entry fails its rule's test."""
        broken = {"outcome": "failed", "violations": [MISSING]}
        stage.found({"pagination.complete": broken, "pagination.ends": broken}, verdict="violates")
        entries = (
            ("pagination.complete", ""), ("job.id-returned", ""), ("pagination.ends", "expires = 2020-01-01"),
        )  # fmt: skip
        stage.pytester.path.joinpath("known.toml").write_text(
            "".join(f'[[known]]\nrule = "{rule}"\nreason = "next release"\n{more}\n' for rule, more in entries)
        )

        result = stage.only("--awscontract-known=known.toml", "-rxf")

        result.assert_outcomes(passed=len(TESTS) - 3, xfailed=1, failed=2)
        result.stdout.fnmatch_lines(["XFAIL awscontract::pagination.complete*"])
        result.stdout.fnmatch_lines(
            ["*job.id-returned - *stale: job.id-returned*", "*ends - *expired: pagination.ends*"]
        )

    def test_not_exercised(self, stage: Stage) -> None:
        """What nothing could have broken is skipped, with its reason."""
        stage.found({"sort.time-ascending": {"outcome": "not-exercised", "reason": "no service was used"}})

        result = stage.only("-rs")

        result.assert_outcomes(passed=len(TESTS) - 1, skipped=1)
        result.stdout.fnmatch_lines(["SKIPPED [[]1] awscontract:1: no service was used"])

    def test_required(self, stage: Stage) -> None:
        """Required by its family, it fails instead; what was exercised still passes."""
        stage.found({"sort.time-ascending": {"outcome": "not-exercised", "reason": "no service was used"}})

        result = stage.only("--awscontract-require", "sort", "--awscontract-require=job.id-returned")

        result.assert_outcomes(passed=len(TESTS) - 1, failed=1)
        result.stdout.fnmatch_lines(["FAILED *time-ascending - Failed: required, but not exercised: no service*"])

    def test_suppressed(self, stage: Stage) -> None:
        """A rule that another one's failure explains is skipped; that one fails."""
        suppressed = {"outcome": "indeterminate", "because": "protocol.well-formed"}
        stage.found({"protocol.well-formed": {"outcome": "failed"}, "job.id-returned": suppressed}, verdict="violates")

        result = stage.only("-rs")

        result.assert_outcomes(passed=len(TESTS) - 2, failed=1, skipped=1)
        result.stdout.fnmatch_lines(["SKIPPED [[]1] awscontract:1: suppressed by protocol.well-formed"])

    def test_stop_at_the_first(self, stage: Stage) -> None:
        """-x stops there."""
        stage.found({RULES[3]: {"outcome": "failed"}, RULES[5]: {"outcome": "failed"}})

        stage.only("-x").assert_outcomes(passed=4, failed=1)


class TestReports:
    def test_header_and_summary(self, stage: Stage) -> None:
        """The header names the target; the summary has coverage and divergence as two figures."""
        rules = {
            "pagination.complete": {"outcome": "failed"},
            "sort.default-ascending": {"outcome": "warned"},
            "job.unknown-entity-fails": {"outcome": "not-exercised"},
        }
        stage.found(rules, verdict="violates")

        result = stage.only()

        exercised = f"{len(RULES) - 1} of {len(RULES)} rules exercised"
        result.stdout.fnmatch_lines(
            [
                "awscontract: the fixture awscontract_client",
                "=* awscontract =*",
                f"client: violates, {exercised}, 1 broken, 1 warning",
            ]
        )

    def test_several_operations(self, stage: Stage) -> None:
        """A line for each."""
        stage.found({"pagination.complete": {"outcome": "failed"}}, verdict="violates", operation=USERS)

        result = stage.only("--awscontract-operation=iam:ListRoles", f"--awscontract-operation={USERS}")

        result.stdout.fnmatch_lines(["iam:ListRoles client: conforms, *", f"{USERS} client: violates, *, 1 broken"])

    def test_no_survey_no_summary(self, stage: Stage) -> None:
        """Where no rule ran there are no figures to show, and nothing was sent."""
        result = stage.only("-k", "nothing")

        assert "rules exercised" not in result.stdout.str()
        assert stage.calls == []

    def test_junit(self, stage: Stage) -> None:
        """JUnit XML has the rule's level, basis and source as properties, and the finding as the failure."""
        stage.found({"pagination.complete": {"outcome": "failed", "violations": [MISSING]}})

        stage.only("--junitxml=report.xml")

        cases = {
            case.get("name"): case for case in ElementTree.parse(stage.pytester.path / "report.xml").iter("testcase")
        }
        case = cases["pagination.complete"]
        failure = case.find("failure")
        properties = {each.get("name"): each.get("value") for each in case.iter("property")}
        assert list(cases) == list(TESTS)
        assert case.get("classname") == "awscontract"
        assert properties == {
            "level": "must", "basis": "documented", "source": COMPLETE.source, "operation": load().id,
        }  # fmt: skip
        assert failure is not None
        assert "3 of 262 services are missing" in (failure.get("message") or "")

    def test_save_and_record(self, stage: Stage) -> None:
        """The result and the trace go where the options say."""
        stage.only("--awscontract-save=result.json", "--awscontract-record=trace.jsonl", "-k", "sort")

        saved = json.loads(stage.pytester.path.joinpath("result.json").read_text())
        trace = stage.pytester.path.joinpath("trace.jsonl").read_text()
        assert [rule["id"] for rule in saved["rules"]] == list(RULES)
        assert json.loads(trace.splitlines()[0])["format"] == "awscontract-trace"

    def test_saving_several(self, stage: Stage) -> None:
        """One file has the results of all operations, and each trace has its own."""
        operations = ["--awscontract-operation=iam:ListRoles", f"--awscontract-operation={USERS}"]
        stage.only("--awscontract-save=r.json", "--awscontract-record=t", "-k", "pagination", *operations)

        saved = json.loads(stage.pytester.path.joinpath("r.json").read_text())
        assert [each["operation"] for each in saved["results"]] == ["iam:ListRoles", USERS]
        assert {each.name for each in stage.pytester.path.glob("t-*")} == {"t-iam-ListRoles", "t-iam-ListUsers"}
