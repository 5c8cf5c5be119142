"""The pytest plugin: a result as pytest shows it. The judge is played by a stub, so that each test chooses what it found."""

import json
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import entry_points
from textwrap import dedent
from typing import Any, ClassVar
from xml.etree import ElementTree

import pytest

import awscontract.conformance
import awscontract.pytest_plugin.run
from awscontract.conformance.results.result import Result, RuleResult, Target, Violation
from awscontract.pytest_plugin.items import speakers
from awscontract.pytest_plugin.plugin import OPTIONS
from awscontract.spec import rule, service_rules

RULES = [each.id for each in service_rules()]
COMPLETE = rule("pagination.complete")
NODE_IDS = [f"awscontract::{rule}" for rule in RULES]

#: Installed, the plugin is there by its entry point.
LOADED = [] if entry_points(group="pytest11", name="awscontract") else ["-p", "awscontract.pytest_plugin.plugin"]
LOADED += ["-p", "no:hypothesispytest"]  # it would be imported anew in every run

#: Takes the judge's place: says what `found.json` says, and writes down how it was called.
STUB = """
import json
from pathlib import Path
import pytest
import awscontract.conformance
from awscontract.conformance.trace.exchange import Exchange, Trace
from awscontract.conformance.results.result import Result, RuleResult, Target, Violation
from awscontract.spec import service_rules

def check(client, *, record, target, **asked):
    with open("calls.jsonl", "a") as file:
        print(json.dumps({"client": str(client), "target": target and target.kind, **asked}), file=file)
    found = json.loads(Path("found.json").read_text())
    record(Trace((Exchange(0, "GetOrganizationsAccessReport", {"MaxItems": 2}, status=200, body=b"<Pages/>\\x1b"),)))
    def outcome(rule):
        told = {"outcome": "passed"} | found["rules"].get(rule.id, found["others"])
        broken = tuple(Violation(**each) for each in told.pop("violations", ()))
        return RuleResult(rule.id, rule.level, rule.basis, rule.source, violations=broken, **told)
    return Result("iam:GetOrganizationsAccessReport", {}, target or Target("client"), found["verdict"],
                  tuple(map(outcome, service_rules())), reason=found["reason"], calls=7)

awscontract.conformance.check = check
"""

CLIENT = """
@pytest.fixture(scope="session")
def awscontract_client():
    return "my own client"
"""

MISSING = {"message": "3 of 262 services never came", "expected": "262", "actual": "259", "exchanges": [0]}
MISSING |= {"path": "/AccessDetails", "reproduce": "curl -d 'MaxItems=2' http://localhost\n  --silent"}


@dataclass
class Stage:
    """A project whose contract tests see what the test wants them to see."""

    pytester: pytest.Pytester

    def found(
        self,
        rules: dict[str, dict[str, Any]] | None = None,
        *,
        verdict: str = "conforms",
        reason: str | None = None,
        others: dict[str, Any] | None = None,
    ) -> "Stage":
        """Let the judge find this; a rule that is not named has the outcome of `others`, which is to pass."""
        found = {"verdict": verdict, "reason": reason, "rules": rules or {}, "others": others or {}}
        self.pytester.path.joinpath("found.json").write_text(json.dumps(found))
        return self

    def run(self, *args: str, conftest: str = CLIENT, apart: bool = False) -> pytest.RunResult:
        """Run pytest with the plugin, in a process of its own where `apart`."""
        self.pytester.makeconftest(dedent(STUB) + dedent(conftest))
        run = self.pytester.runpytest_subprocess if apart else self.pytester.runpytest_inprocess
        return run(*LOADED, *args)

    def only(self, *args: str, **how: Any) -> pytest.RunResult:
        """Run the contract tests and no others."""
        return self.run("--awscontract", "--awscontract-only", *args, **how)

    @property
    def calls(self) -> list[dict[str, Any]]:
        """How the judge was called, in order."""
        file = self.pytester.path / "calls.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


@pytest.fixture
def stage(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A stage on which everything passes."""
    monkeypatch.setattr(awscontract.conformance, "check", None, raising=False)  # puts the judge back in its place
    monkeypatch.setenv("COLUMNS", "200")
    return Stage(pytester).found()


def collected(result: pytest.RunResult) -> list[str]:
    """The node ids that ``--collect-only -q`` printed."""
    return [line for line in result.outlines if "::" in line]


class TestCollecting:
    """One item a rule, whatever else there is."""

    def test_every_rule_in_order_without_a_test_file(self, stage: Stage) -> None:
        """An empty project has the catalogue's service half, in its order, and looking at it calls nobody."""
        result = stage.run("--awscontract", "--collect-only", "-q")

        assert collected(result) == NODE_IDS
        assert result.ret == 0
        assert stage.calls == []

    def test_listing_needs_no_target(self, stage: Stage) -> None:
        """The list of rules can be had before there is anything to judge."""
        assert collected(stage.run("--awscontract", "--collect-only", "-q", conftest="")) == NODE_IDS

    def test_beside_the_tests_of_the_project(self, stage: Stage) -> None:
        """The project's own tests come first and stay as they are."""
        stage.pytester.makepyfile(test_mine="def test_mine(): pass")

        result = stage.run("--awscontract", "--collect-only", "-q")

        assert collected(result) == ["test_mine.py::test_mine", *NODE_IDS]

    def test_only_collects_nothing_else(self, stage: Stage) -> None:
        """With --awscontract-only not even a broken test module matters."""
        stage.pytester.makepyfile(test_mine="syntax error")

        result = stage.only()

        result.assert_outcomes(passed=len(RULES))

    @pytest.mark.parametrize("where", [[], ["sub"], ["."]])
    def test_wherever_pytest_looks(self, stage: Stage, where: list[str]) -> None:
        """testpaths and arguments choose the project's tests; the contract belongs to no folder, the rootdir's fixtures hold."""
        stage.pytester.makeini("[pytest]\ntestpaths = sub")
        stage.pytester.mkdir("sub").joinpath("test_mine.py").write_text("def test_mine(): pass")

        result = stage.run("--awscontract", *where)

        result.assert_outcomes(passed=len(RULES) + 1)
        assert stage.calls[0]["client"] == "my own client"

    def test_from_a_folder_inside(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        """Run in a folder below, the rootdir is the same."""
        stage.pytester.makeini("[pytest]")
        stage.pytester.makeconftest(STUB + CLIENT)
        inside = stage.pytester.mkdir("inside")
        inside.joinpath("found.json").write_text(stage.pytester.path.joinpath("found.json").read_text())
        monkeypatch.chdir(inside)

        result = stage.pytester.runpytest_inprocess(*LOADED, "--awscontract-only")

        result.assert_outcomes(passed=len(RULES))

    def test_one_node_id(self, stage: Stage) -> None:
        """A node id from a report runs that test alone."""
        result = stage.run("--awscontract", "awscontract::pagination.complete", "-v")

        result.assert_outcomes(passed=1)
        result.stdout.fnmatch_lines(["awscontract::pagination.complete PASSED*"])

    def test_a_node_id_that_is_none(self, stage: Stage) -> None:
        """A mistyped rule is wrong usage, with the right one named."""
        result = stage.run("--awscontract", "awscontract::pagination.compleat")

        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stderr.fnmatch_lines(["ERROR: unknown rule 'pagination.compleat'; did you mean pagination.complete?"])

    @pytest.mark.parametrize(
        ("args", "expected"),
        [
            (["-k", "pagination.complete"], ["pagination.complete"]),
            (["-k", "sort and descending"], [rule for rule in RULES if "sort." in rule and "descending" in rule]),
            (["-m", "awscontract"], RULES),
            (["-m", "not awscontract"], []),
            (["--deselect", "awscontract::protocol"], [rule for rule in RULES if not rule.startswith("protocol")]),
        ],
    )
    def test_selecting(self, stage: Stage, args: list[str], expected: list[str]) -> None:
        """pytest's own ways to choose tests choose rules, under strict markers too."""
        result = stage.run("--awscontract", "--strict-markers", "--collect-only", "-q", *args)

        assert collected(result) == [f"awscontract::{rule}" for rule in expected]

    def test_last_failed(self, stage: Stage) -> None:
        """--lf repeats what failed, beside a failure of the project's own."""
        stage.pytester.makepyfile(test_mine="def test_mine(): assert False\ndef test_fine(): pass")
        stage.found({"sort.default-by-namespace": {"outcome": "failed"}}).run("--awscontract")

        result = stage.run("--awscontract", "--lf", "--collect-only", "-q")

        assert collected(result) == ["test_mine.py::test_mine", "awscontract::sort.default-by-namespace"]

    def test_the_tree(self, stage: Stage) -> None:
        """--collect-only shows what a rule says."""
        result = stage.run("--awscontract", "--collect-only", "-v")

        result.stdout.fnmatch_lines(
            [
                "<Contract awscontract>",
                "  <ContractItem pagination.complete>",
                f"    {COMPLETE.statement[:40]}*",
            ]
        )


class TestUnused:
    """Without --awscontract there is nothing."""

    def test_nothing_happens(self, stage: Stage) -> None:
        """The plugin adds no test, no header and no fixture."""
        stage.pytester.makepyfile("def test_fixture(awscontract_client): pass")

        result = stage.run(conftest="")

        result.assert_outcomes(errors=1)
        result.stdout.no_fnmatch_line("awscontract:*")
        result.stdout.fnmatch_lines(["*fixture 'awscontract_client' not found"])

    def test_imports_nothing(self) -> None:
        """Importing the plugin imports none of the heavy libraries, and pytest already has what it does import."""
        heavy = ["botocore", "click", "hypothesis", "jsonschema", "sqlite3", "tomllib", "werkzeug", "awscontract.spec"]
        code = f"""
            import sys, pytest
            before = set(sys.modules)
            import awscontract.pytest_plugin.plugin
            print(sorted(each for each in set(sys.modules) - before if each in {heavy} or not each.startswith("awscontract")))
        """

        done = subprocess.run([sys.executable, "-P", "-c", dedent(code)], capture_output=True, text=True, check=True)

        assert done.stdout == "[]\n"

    def test_collecting_imports_no_botocore(self, stage: Stage) -> None:
        """The list of rules is made from the catalogue alone."""
        spy = """
            import sys
            def pytest_collection_finish():
                loaded = {"botocore", "boto3", "hypothesis", "jsonschema", "werkzeug"} & set(sys.modules)
                print("loaded:", sorted(loaded))
        """
        stage.pytester.makeconftest(dedent(spy))

        result = stage.pytester.runpytest_subprocess(
            *LOADED, "--awscontract", "--collect-only", "-q", "-s", "-p", "no:hypothesispytest"
        )

        result.stdout.fnmatch_lines(["loaded: []"])


class TestOutcomes:
    """What the judge found, as pytest reports it."""

    def test_failed(self, stage: Stage) -> None:
        """A broken rule is a failure that can be acted upon, told in our words and without a traceback."""
        stage.found({"pagination.complete": {"outcome": "failed", "violations": [MISSING]}}, verdict="violates")

        result = stage.only()

        result.assert_outcomes(passed=len(RULES) - 1, failed=1)
        result.stdout.fnmatch_lines(
            [
                "*_ pagination.complete (must) _*",
                "3 of 262 services never came",
                "  expected   262",
                "  actual     259",
                "  at         /AccessDetails",
                "  exchange   [[]0] GetOrganizationsAccessReport MaxItems=2 -> 200 <Pages/>\\x1b",
                "  reproduce",
                "    curl -d 'MaxItems=2' http://localhost",
                "      --silent",
                f"pagination.complete: {COMPLETE.statement[:40]}*",
                "must, documented: https://*",
                "FAILED awscontract::pagination.complete - Failed: 3 of 262 services never came",
            ],
            consecutive=False,
        )
        result.stdout.no_fnmatch_line("*pytest_items.py*")

    def test_a_rule_broken_often(self, stage: Stage) -> None:
        """A rule broken a hundred times is told briefly."""
        many = [{"message": f"service {number} is missing"} for number in range(100)]
        broken = {"outcome": "failed", "violations": many, "reason": "100 breaches; the first 5 are told"}
        stage.found({"pagination.complete": broken})

        result = stage.only()

        result.stdout.fnmatch_lines(["service 0 is missing", "[*] service 4 is missing", "(100 breaches; *)"])
        result.stdout.no_fnmatch_line("*service 5 is missing*")

    def test_warned(self, stage: Stage) -> None:
        """A broken should passes with a warning of our own class."""
        stage.found({"sort.default-ascending": {"outcome": "warned", "violations": [MISSING]}})

        result = stage.only()

        result.assert_outcomes(passed=len(RULES))
        result.stdout.fnmatch_lines(
            ["awscontract::sort.default-ascending", "*AwscontractWarning: 3 of 262 services never came"]
        )
        result.stdout.no_fnmatch_line("*#!*")

    @pytest.mark.parametrize(
        "how", [["--awscontract-strict"], ["-W", "error::awscontract.pytest_plugin.plugin.AwscontractWarning"]]
    )
    def test_warned_strictly(self, stage: Stage, how: list[str]) -> None:
        """Strict, or where the project makes errors of warnings, it fails like a must."""
        stage.found({"sort.default-ascending": {"outcome": "warned", "violations": [MISSING]}})

        result = stage.only(*how)

        result.assert_outcomes(passed=len(RULES) - 1, failed=1)
        result.stdout.fnmatch_lines(["FAILED awscontract::sort.default-ascending - Failed: 3 of 262*"])
        result.stdout.no_fnmatch_line("*Traceback*")

    def test_noted(self, stage: Stage) -> None:
        """A note passes, and is there for those who ask."""
        stage.found({"report.region-name": {"outcome": "noted", "violations": [MISSING]}})

        result = stage.only("-rP")

        result.assert_outcomes(passed=len(RULES))
        result.stdout.fnmatch_lines(["*awscontract*", "3 of 262 services never came"])

    def test_known_divergences_are_excused(self, stage: Stage) -> None:
        """The file turns a broken rule into an expected failure; an entry that no longer holds fails its rule's test."""
        broken = {"outcome": "failed", "violations": [MISSING]}
        stage.found({"pagination.complete": broken, "pagination.ends": broken}, verdict="violates")
        entries = (
            ("pagination.complete", ""), ("job.id-returned", ""), ("pagination.ends", "expires = 2020-01-01"),
        )  # fmt: skip
        stage.pytester.path.joinpath("known.toml").write_text(
            "".join(f'[[known]]\nrule = "{rule}"\nreason = "next release"\n{more}\n' for rule, more in entries)
        )

        result = stage.only("--awscontract-known=known.toml", "-rxf")

        result.assert_outcomes(passed=len(RULES) - 3, xfailed=1, failed=2)
        result.stdout.fnmatch_lines(["XFAIL awscontract::pagination.complete - next release"])
        result.stdout.fnmatch_lines(
            ["*job.id-returned - *stale: job.id-returned*", "*ends - *expired: pagination.ends*"]
        )

    def test_known(self, stage: Stage) -> None:
        """A known divergence is an expected failure, with its reason."""
        stage.found({"sort.default-ascending": {"outcome": "known", "reason": "fixed in the next release"}})

        result = stage.only("-rx")

        result.assert_outcomes(passed=len(RULES) - 1, xfailed=1)
        result.stdout.fnmatch_lines(["XFAIL awscontract::sort.default-ascending*fixed in the next release"])

    def test_not_exercised(self, stage: Stage) -> None:
        """What nothing could have broken is skipped, with its reason."""
        stage.found({"sort.time-ascending": {"outcome": "not-exercised", "reason": "no service was used"}})

        result = stage.only("-rs")

        result.assert_outcomes(passed=len(RULES) - 1, skipped=1)
        result.stdout.fnmatch_lines(["SKIPPED [[]1] awscontract:1: no service was used"])

    def test_required(self, stage: Stage) -> None:
        """Required by its family, it fails instead; what was exercised still passes."""
        stage.found({"sort.time-ascending": {"outcome": "not-exercised", "reason": "no service was used"}})

        result = stage.only("--awscontract-require", "sort", "--awscontract-require=job.id-returned")

        result.assert_outcomes(passed=len(RULES) - 1, failed=1)
        result.stdout.fnmatch_lines(["FAILED *time-ascending - Failed: required, but not exercised: no service*"])

    def test_condemned(self, stage: Stage) -> None:
        """A rule without ground to stand on is skipped: the one that took the ground fails."""
        condemned = {"outcome": "indeterminate", "because": "protocol.well-formed"}
        stage.found({"protocol.well-formed": {"outcome": "failed"}, "job.id-returned": condemned}, verdict="violates")

        result = stage.only("-rs")

        result.assert_outcomes(passed=len(RULES) - 2, failed=1, skipped=1)
        result.stdout.fnmatch_lines(["SKIPPED [[]1] awscontract:1: protocol.well-formed is broken"])

    def test_condemned_alone(self, stage: Stage) -> None:
        """Where that one is not selected, the condemned one fails: nothing was judged."""
        condemned = {"outcome": "indeterminate", "because": "protocol.well-formed"}
        stage.found({"protocol.well-formed": {"outcome": "failed"}, "job.id-returned": condemned}, verdict="violates")

        result = stage.only("-k", "job.id-returned")

        result.assert_outcomes(failed=1, deselected=len(RULES) - 1)
        result.stdout.fnmatch_lines(
            ["FAILED *job.id-returned - Failed: could not be judged: protocol.well-formed is broken"]
        )

    @pytest.mark.parametrize("verdict", ["unreachable", "refused", "indeterminate"])
    def test_nothing_judged(self, stage: Stage, verdict: str) -> None:
        """A target that says nothing is one failure and not one a rule, and the run is not green."""
        stage.found(verdict=verdict, reason="nobody answers", others={"outcome": "not-exercised"})

        result = stage.only("-rfs")

        result.assert_outcomes(failed=1, skipped=len(RULES) - 1)
        text = result.stdout.str()
        assert f"FAILED {NODE_IDS[0]} - Failed: {verdict}: nobody answers" in text
        assert f"SKIPPED [{len(RULES) - 1}] awscontract:1: nobody answers; see {NODE_IDS[0]}" in text

    def test_not_implemented(self, stage: Stage) -> None:
        """An operation that is not there breaks no contract: all skipped, with the reason in the summary."""
        stage.found(verdict="not-implemented", reason="moto has no such operation", others={"outcome": "not-exercised"})

        result = stage.only("-rs")

        result.assert_outcomes(skipped=len(RULES))
        assert result.ret == 0
        result.stdout.fnmatch_lines(
            ["client: not-implemented, 0 of * rules exercised, 0 broken", "  moto has no such operation"]
        )

    def test_stuck_by_themselves(self, stage: Stage) -> None:
        """A must that a timeout stood in the way of fails once for each reason; a should is skipped."""
        late = {"outcome": "indeterminate", "reason": "timeout"}
        rules = ["pagination.complete", "pagination.ends", "pagination.token-advances"]
        stage.found(dict.fromkeys(rules, late), verdict="indeterminate", reason="timeout")

        result = stage.only("-v")

        result.assert_outcomes(passed=len(RULES) - 3, failed=1, skipped=2)

    def test_stop_at_the_first(self, stage: Stage) -> None:
        """-x stops there."""
        stage.found({RULES[3]: {"outcome": "failed"}, RULES[5]: {"outcome": "failed"}})

        stage.only("-x").assert_outcomes(passed=3, failed=1)


class TestSpeakers:
    """Which tests fail for what could not be judged."""

    @staticmethod
    def result(verdict: Any, *rules: tuple[str, str, str | None, str | None]) -> Result:
        """A result of these (outcome, level, because, reason), with the ids a, b, c …"""
        found = [
            RuleResult(id, level, "documented", "https://", outcome, because=because, reason=reason)  # type: ignore[arg-type]
            for id, (outcome, level, because, reason) in zip("abcdef", rules, strict=False)
        ]
        return Result("iam:X", {}, Target(), verdict, tuple(found))

    def test_the_first_that_is_selected_speaks(self) -> None:
        """Whoever is deselected does not speak, whoever was exercised needs not."""
        result = self.result(
            "unreachable", *[("not-exercised", "must", None, None)] * 3, ("passed", "must", None, None)
        )

        assert speakers(result, {"b", "c", "d"}) == {"b": "b", "c": "b"}

    def test_one_a_reason(self) -> None:
        """Different reasons have different speakers; what is validly not exercised has none."""
        result = self.result(
            "indeterminate",
            ("indeterminate", "must", None, "timeout"),
            ("indeterminate", "must", None, "throttled"),
            ("indeterminate", "must", None, "timeout"),
            ("indeterminate", "should", None, "timeout"),
            ("not-exercised", "must", None, "one page"),
        )

        assert speakers(result, set("abcde")) == {"a": "a", "b": "b", "c": "a"}

    def test_nobody_needs_to(self) -> None:
        """Where there is a verdict, or nothing is implemented, silence is no failure."""
        assert speakers(self.result("conforms", ("not-exercised", "must", None, None)), {"a"}) == {}
        assert speakers(self.result("not-implemented", ("not-exercised", "must", None, None)), {"a"}) == {}


class TestReports:
    """What is read after the run."""

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
                f"client: violates, {exercised}, 1 broken, 1 warned",
            ]
        )

    def test_no_survey_no_summary(self, stage: Stage) -> None:
        """Where no rule ran there are no figures to show, and nobody was asked."""
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
        assert list(cases) == RULES
        assert case.get("classname") == "awscontract"
        assert properties == {"level": "must", "basis": "documented", "source": COMPLETE.source}
        assert failure is not None
        assert "3 of 262 services never came" in (failure.get("message") or "")

    def test_save_and_record(self, stage: Stage) -> None:
        """The result and the trace go where the options say."""
        stage.only("--awscontract-save=result.json", "--awscontract-record=trace.jsonl")

        saved = json.loads(stage.pytester.path.joinpath("result.json").read_text())
        trace = stage.pytester.path.joinpath("trace.jsonl").read_text()
        assert [rule["id"] for rule in saved["rules"]] == RULES
        assert json.loads(trace.splitlines()[0])["format"] == "awscontract-trace"


class TestTargets:
    """Who is judged, and how the user says it."""

    def test_one_survey_for_all(self, stage: Stage) -> None:
        """All tests share one survey, with the defaults of check where no option was given."""
        stage.only()

        assert stage.calls == [
            {
                "client": "my own client",
                "target": None,
                "entity_path": None,
                "job_id": None,
                "allow_aws": False,
                "redact": None,
            }
        ]

    def test_parametrized_client(self, stage: Stage) -> None:
        """A parametrized client has every rule once a parameter, and one survey each."""
        conftest = """
            @pytest.fixture(scope="session", params=["old", "new"])
            def awscontract_client(request):
                return request.param
        """

        result = stage.only("-v", "--awscontract-save=result.json", conftest=conftest)

        result.assert_outcomes(passed=2 * len(RULES))
        result.stdout.fnmatch_lines(["awscontract::pagination.complete[[]old] PASSED*"])
        result.stdout.fnmatch_lines(["[[]old] client: conforms, *", "[[]new] client: conforms, *"])
        assert [call["client"] for call in stage.calls] == ["old", "new"]
        assert {file.name for file in stage.pytester.path.glob("result*.json")} == {
            "result-old.json",
            "result-new.json",
        }

    def test_one_parameter_of_one_rule(self, stage: Stage) -> None:
        """The node id with its parameter chooses one; without it, all of the rule's."""
        conftest = """
            @pytest.fixture(params=["old", "new"])
            def awscontract_client(request):
                return request.param
        """

        stage.run("--awscontract", "awscontract::sort.default-ascending[new]", conftest=conftest).assert_outcomes(
            passed=1
        )
        stage.run("--awscontract", "awscontract::sort.default-ascending", conftest=conftest).assert_outcomes(passed=2)
        assert [call["client"] for call in stage.calls] == ["new", "old", "new"]

    def test_a_client_for_each_test(self, stage: Stage) -> None:
        """A client of function scope, with fixtures of its own, is surveyed once all the same."""
        conftest = """
            @pytest.fixture
            def endpoint(tmp_path, monkeypatch):
                return "made of fixtures"

            @pytest.fixture
            def awscontract_client(endpoint):
                return endpoint
        """

        stage.only(conftest=conftest).assert_outcomes(passed=len(RULES))
        assert [call["client"] for call in stage.calls] == ["made of fixtures"]

    def test_a_client_from_a_plugin(self, stage: Stage) -> None:
        """A plugin may bring the client."""
        source = (
            "import pytest\n@pytest.fixture(scope='session')\ndef awscontract_client():\n    return 'from a plugin'\n"
        )
        stage.pytester.makepyfile(emulator_plugin=source)
        stage.pytester.syspathinsert()

        stage.only("-p", "emulator_plugin", conftest="").assert_outcomes(passed=len(RULES))
        assert [call["client"] for call in stage.calls] == ["from a plugin"]

    def test_building_on_the_default(self, stage: Stage) -> None:
        """A client that wraps the default is still known by the target that it was opened for."""
        conftest = """
            @pytest.fixture(scope="session")
            def awscontract_client(awscontract_client):
                awscontract_client.meta.events.register("before-send", lambda **_: None)
                return awscontract_client
        """

        stage.only("--awscontract-endpoint-url=http://127.0.0.1:9", conftest=conftest).assert_outcomes(
            passed=len(RULES)
        )
        assert stage.calls[0]["target"] == "endpoint"

    def test_a_finished_report(self, stage: Stage) -> None:
        """awscontract_job_id names a finished report to read."""
        conftest = CLIENT + "\n@pytest.fixture\ndef awscontract_job_id():\n    return 'j' * 36\n"

        stage.only(conftest=conftest)

        assert stage.calls[0]["job_id"] == "j" * 36

    @pytest.mark.parametrize(
        ("answer", "path", "job"),
        [("o-a1b2c3d4e5/r-a1b2", "o-a1b2c3d4e5/r-a1b2", None), ("x" * 36, None, "x" * 36), (None, None, None)],
    )
    def test_seeding(self, stage: Stage, answer: str | None, path: str | None, job: str | None) -> None:
        """The hook is given the client before the survey, and says what to ask for."""
        conftest = (
            CLIENT
            + f"\ndef pytest_awscontract_seed(client):\n    assert client == 'my own client'\n    return {answer!r}\n"
        )

        stage.only(conftest=conftest).assert_outcomes(passed=len(RULES))
        assert (stage.calls[0]["entity_path"], stage.calls[0]["job_id"]) == (path, job)

    def test_options_outrank_the_hook(self, stage: Stage) -> None:
        """What the command line says holds."""
        conftest = CLIENT + "\ndef pytest_awscontract_seed(client):\n    return 'o-a1b2c3d4e5/r-a1b2'\n"

        stage.only("--awscontract-entity-path=o-zzzzzzzzzz/r-zzzz", conftest=conftest)

        assert stage.calls[0]["entity_path"] == "o-zzzzzzzzzz/r-zzzz"

    def test_no_seed_command_for_a_client_of_ones_own(self, stage: Stage) -> None:
        """The endpoint of a client under mock_aws is AWS: no command is sent there."""
        result = stage.only("--awscontract-seed-command=touch seeded")

        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stdout.fnmatch_lines(["*--awscontract-seed-command cannot reach *: implement pytest_awscontract_seed*"])
        assert not stage.pytester.path.joinpath("seeded").exists()

    def test_a_seed_that_is_none(self, stage: Stage) -> None:
        """A hook that returns something else ends the run as wrong usage."""
        result = stage.only(conftest=CLIENT + "\ndef pytest_awscontract_seed(client):\n    return 7\n")

        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stdout.fnmatch_lines(["*pytest_awscontract_seed returned 7, *"])

    def test_a_survey_that_fails(self, stage: Stage) -> None:
        """It is tried once: the first test fails for all of them."""
        conftest = (
            CLIENT
            + "\ndef pytest_awscontract_seed(client):\n    with open('seeded', 'a') as file: file.write('x')\n    raise RuntimeError('boom')\n"
        )

        result = stage.only("-rs", conftest=conftest)

        result.assert_outcomes(failed=1, skipped=len(RULES) - 1)
        assert stage.pytester.path.joinpath("seeded").read_text() == "x"
        result.stdout.fnmatch_lines(["*the survey failed: RuntimeError: boom*"])

    def test_a_client_that_cannot_be_made(self, stage: Stage) -> None:
        """What a user's fixture raises is the user's to see."""
        conftest = "@pytest.fixture(scope='session')\ndef awscontract_client():\n    raise OSError('no docker')\n"

        result = stage.only("-x", conftest=conftest)

        result.assert_outcomes(errors=1)
        result.stdout.fnmatch_lines(["*OSError: no docker"])


class TestOptions:
    """Options reach the judge from either place; nonsense is wrong usage before anybody is asked."""

    RUN: ClassVar = {
        "poll_interval": 0.5,
        "timeout": 60.0,
        "read_timeout": 3.0,
        "explore": 0,
        "seed": 7,
        "concurrency": 4,
    }

    def test_from_the_command_line(self, stage: Stage) -> None:
        """Every option of check has its --awscontract- form."""
        stage.only(*(f"--awscontract-{name.replace('_', '-')}={value:g}" for name, value in self.RUN.items()))

        assert stage.calls[0].items() >= self.RUN.items()

    def test_from_the_configuration_file(self, stage: Stage) -> None:
        """And its ini form, which the command line outranks."""
        ini = "".join(f"awscontract_{name} = {value:g}\n" for name, value in self.RUN.items())
        stage.pytester.makeini(
            f"[pytest]\naddopts = --strict-config\n{ini}awscontract_strict = true\nawscontract_require = sort job"
        )
        stage.found({"sort.default-ascending": {"outcome": "warned"}, "job.id-returned": {"outcome": "not-exercised"}})

        result = stage.only("--awscontract-seed=8")

        result.assert_outcomes(passed=len(RULES) - 2, failed=2)
        assert stage.calls[0].items() >= (self.RUN | {"seed": 8}).items()

    def test_from_the_file_of_the_command(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        """[tool.awscontract] holds here as for check; pytest's own configuration, a variable and the command line outweigh it, in turn."""
        table = {name.replace("_", "-"): value for name, value in self.RUN.items()}
        lines = [f"{name} = {value}" for name, value in table.items()]
        stage.pytester.makepyprojecttoml(
            "\n".join(["[tool.awscontract]", *lines, 'lacks = ["second-job"]', "strict = true"])
        )
        stage.pytester.makeini(
            "[pytest]\nawscontract_seed = 8\nawscontract_explore = 1\nawscontract_timeout = 61"
        )  # outweighs pyproject
        monkeypatch.setenv("AWSCONTRACT_EXPLORE", "2")
        monkeypatch.setenv("AWSCONTRACT_TIMEOUT", "62")
        stage.found({"sort.default-ascending": {"outcome": "warned"}})

        result = stage.only("--awscontract-timeout=63")

        result.assert_outcomes(passed=len(RULES) - 1, failed=1)
        assert stage.calls[0].items() >= (self.RUN | {"seed": 8, "explore": 2, "timeout": 63.0}).items()
        assert stage.calls[0]["lacks"] == ["second-job"]

    def test_a_target_of_the_file_gives_way(self, stage: Stage) -> None:
        """Of an endpoint and a target the stronger source has its way, and files are beside the file that names them."""
        table = ["[tool.awscontract]", 'endpoint-url = "http://127.0.0.1:9"', 'save = "saved.json"', 'format = "json"']
        stage.pytester.makepyprojecttoml("\n".join(table))
        inside = stage.pytester.mkdir("inside")

        result = stage.only("--rootdir", stage.pytester.path, "--awscontract-target=emulator", inside, conftest="")

        result.assert_outcomes(passed=len(RULES))
        assert stage.calls[0]["target"] == "emulator"
        assert stage.pytester.path.joinpath("saved.json").exists()

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            (
                'endpoint-ulr = "x"',
                "*pyproject.toml: unknown option of check 'endpoint-ulr'; did you mean endpoint-url?",
            ),
            ('endpoint-url = ""', "*pyproject.toml is empty; *"),
            ('timeout = "soon"', "timeout in *pyproject.toml: 'soon' is no number of seconds above 0"),
            ('lacks = ["second-jobs"]', "lacks in *pyproject.toml: 'second-jobs' is not one of *"),
        ],
    )
    def test_a_file_that_is_wrong(self, stage: Stage, line: str, message: str) -> None:
        """One line that names the file."""
        stage.pytester.makepyprojecttoml(f"[tool.awscontract]\n{line}")

        result = stage.only()

        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stderr.fnmatch_lines([f"ERROR: {message}"])

    def test_aws_is_asked_patiently(self, stage: Stage) -> None:
        """AWS itself is polled slowly and nothing is generated for it, unless somebody says so."""
        client = """
            import awscontract.pytest_plugin.run as run
            from contextlib import contextmanager
            from awscontract.conformance.driver.targets import Opened
            @contextmanager
            def open_target(options):
                yield Opened("AWS", Target(options.kind), "o-a1b2c3d4e5/r-a1b2")
            @pytest.fixture(autouse=True, scope="session")
            def no_credentials():
                with pytest.MonkeyPatch.context() as patch:
                    patch.setattr(run, "open_target", open_target)
                    yield
        """

        stage.only("--awscontract-target=aws", "--awscontract-allow-aws", "--awscontract-explore=2", conftest=client)

        assert (
            stage.calls[0].items() >= {"allow_aws": True, "target": "aws", "poll_interval": 2.0, "explore": 2}.items()
        )

    @pytest.mark.parametrize(
        ("args", "message"),
        [
            ([], "--awscontract has nothing to judge: *"),
            (["--awscontract-endpoint-url="], "--awscontract-endpoint-url is empty; *"),
            (["-o", "awscontract_endpoint_url="], "awscontract_endpoint_url is empty; *"),
            (["--awscontract-job-id= "], "--awscontract-job-id is empty; *"),
            (["--awscontract-target=aws"], "--awscontract-target aws asks AWS itself: *"),
            (["--awscontract-timeout=soon"], "--awscontract-timeout 'soon' is no number of seconds above 0"),
            (["--awscontract-timeout=nan"], "--awscontract-timeout 'nan' is no number of seconds above 0"),
            (["--awscontract-timeout=0"], "--awscontract-timeout '0' is no number of seconds above 0"),
            (["--awscontract-concurrency=0"], "--awscontract-concurrency '0' is no whole number from 1"),
            (["--awscontract-target=mato"], "unknown target in --awscontract-target: 'mato'; did you mean moto*"),
            (["-o", "awscontract_explore=-1"], "awscontract_explore '-1' is no whole number from 0"),
            (
                ["--awscontract-require=sorting"],
                "unknown rule or family in --awscontract-require: 'sorting'; did you mean sort*",
            ),
            (["--awscontract-known=nowhere.toml"], "cannot read *nowhere.toml: No such file*"),
            (["--awscontract-save=no/such/folder.json"], "--awscontract-save *no/such/folder.json: *"),
        ],
    )
    def test_wrong_usage(self, stage: Stage, args: list[str], message: str) -> None:
        """One line, pytest's status for wrong usage, no call; under xdist too, since it is found before workers are."""
        result = stage.only(*args, conftest="")

        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stderr.fnmatch_lines([f"ERROR: {message}"])
        assert stage.calls == []

    @pytest.mark.parametrize(
        ("args", "message"),
        [
            (["--awscontract-endpoint-url=localhost:4566"], "*--awscontract-endpoint-url 'localhost:4566' is no http*"),
            (
                ["--awscontract-target=moto", "--awscontract-endpoint-url=http://localhost"],
                "*--awscontract-endpoint-url and --awscontract-target contradict each other*",
            ),
        ],
    )
    def test_a_target_that_cannot_be_opened(self, stage: Stage, args: list[str], message: str) -> None:
        """What shows when the target is opened ends the run in the same way, with the options' names in pytest."""
        result = stage.only(*args, conftest="")

        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stdout.fnmatch_lines([message])
        assert stage.calls == []

    def test_options_without_the_switch(self, stage: Stage) -> None:
        """Whoever types a target and forgets the switch does not get a green run that judged nothing; in addopts it may wait for it."""
        typed = stage.run("--awscontract-endpoint-url=http://127.0.0.1:9", conftest="")
        assert typed.ret == pytest.ExitCode.USAGE_ERROR
        typed.stderr.fnmatch_lines(["ERROR: --awscontract-endpoint-url does nothing without --awscontract"])

        stage.pytester.makeini("[pytest]\naddopts = --awscontract-endpoint-url=http://127.0.0.1:9")
        assert stage.run(conftest="").ret == pytest.ExitCode.NO_TESTS_COLLECTED

    def test_two_targets(self, stage: Stage) -> None:
        """A client of the project's own and a target on the command line: nobody is judged in the other's name."""
        result = stage.only("--awscontract-target=emulator")

        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stdout.fnmatch_lines(
            ["*awscontract_client of the project's own is judged, and --awscontract-target names another: keep one*"]
        )
        assert stage.calls == []

    def test_every_option_is_declared_twice(self, stage: Stage) -> None:
        """pytest --help shows each option with its ini form."""
        text = stage.run("--help", conftest="").stdout.str()

        for option in OPTIONS:
            assert f"--awscontract-{option.name}" in text
            assert f"\n  {option.dest} (" in text


class TestXdist:
    """Workers share one survey, and the summary is printed once."""

    @pytest.fixture(autouse=True)
    def xdist(self) -> None:
        """These need it."""
        pytest.importorskip("xdist")

    def test_one_survey_shared(self, stage: Stage) -> None:
        """Three workers judge by what one of them found, whatever a target put into it."""
        rules = {
            "pagination.complete": {"outcome": "failed", "violations": [MISSING]},
            "job.id-returned": {"outcome": "passed", "reason": "no character: \ud800"},
        }
        stage.found(rules, verdict="violates")

        result = stage.only("-n3", apart=True)

        result.assert_outcomes(passed=len(RULES) - 1, failed=1)
        result.stdout.fnmatch_lines(
            ["3 of 262 services never came", f"client: violates, {len(RULES)} of * rules exercised, 1 broken"]
        )
        assert result.stdout.str().count("rules exercised") == 1
        assert len(stage.calls) == 1

    def test_one_a_parameter(self, stage: Stage) -> None:
        """Each parameter of the client has one."""
        conftest = """
            @pytest.fixture(scope="session", params=["old", "new"])
            def awscontract_client(request):
                return request.param
        """

        result = stage.only("-n2", conftest=conftest, apart=True)

        result.assert_outcomes(passed=2 * len(RULES))
        assert sorted(call["client"] for call in stage.calls) == ["new", "old"]

    def test_wrong_usage(self, stage: Stage) -> None:
        """Neither a missing target nor a bad one makes workers crash."""
        missing = stage.only("-n2", conftest="", apart=True)
        bad = stage.only("-n2", "--awscontract-endpoint-url=localhost:4566", conftest="", apart=True)

        assert missing.ret == pytest.ExitCode.USAGE_ERROR
        assert bad.ret != 0
        bad.stdout.fnmatch_lines(["*--awscontract-endpoint-url 'localhost:4566' is no http*"])
        assert "INTERNALERROR" not in bad.stdout.str()


class TestResultAtRest:
    """The JSON is the result's one form at rest, and between workers."""

    def test_round_trip(self) -> None:
        """Nothing is lost on the way there and back."""
        violation = Violation("a", "b", None, "/c", (1, 2), "d\ne")
        rules = (
            RuleResult("a.b", "must", "model", "https://", "failed", 3, violations=(violation,)),
            RuleResult("a.c", "may", "observed", "https://", "indeterminate", reason="r", because="a.b"),
        )
        result = Result(
            "iam:X", {"botocore": "1"}, Target("endpoint", "http://x"), "violates", rules, "why", 5, 1.5, 7, ("z",), "0"
        )

        assert Result.from_dict(json.loads(result.to_json())) == result
