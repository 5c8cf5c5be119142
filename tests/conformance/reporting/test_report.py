"""Saved results for other readers: every format of one result and of several, and files that are none."""

import json
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from awscontract.cli.main import cli
from awscontract.conformance.reporting.markdown import code
from awscontract.conformance.results.result import KnownProblem
from awscontract.conformance.trace.exchange import Exchange, Trace
from awscontract.options.table import find
from awscontract.spec.catalogue import rule_set
from awscontract.spec.operations import load

from results_kit import RULES as IDS, USERS, judged, several

COMPLETE = "pagination.complete"
EVERY = {
    COMPLETE: "failed",
    "protocol.content-type": "warned",
    "report.region-name": "noted",
    "pagination.ends": "known",
    "job.id-returned": "indeterminate",
    "pagination.no-repeats": "not-exercised",
}
#: What a target could say to be taken for something else.
EVIL = "</code></pre><script>alert(1)</script> | ``` @everyone [x](javascript:1) \x1b[2J\n# \u202e<b>\x00"
RULES = len(IDS)
FORMATS = find("report")["format"].choices


def evil():
    """A result whose target has only said things like that."""
    found = judged(**EVERY)
    rules = tuple(
        replace(
            rule,
            reason=rule.reason and EVIL,
            violations=tuple(
                replace(each, message=EVIL, expected=EVIL, actual=EVIL, path=EVIL, reproduce=EVIL)
                for each in rule.violations
            ),
        )
        for rule in found.rules
    )
    target = replace(found.target, endpoint_url=EVIL, server=EVIL)
    problem = KnownProblem(COMPLETE, "stale", EVIL)
    return replace(found, rules=rules, reason=EVIL, target=target, known_problems=(problem,))


@pytest.fixture
def report(tmp_path, monkeypatch):
    """Run the command on results, which are in files named a.json, b.json and so on, or on given contents."""
    monkeypatch.chdir(tmp_path)

    def run(format, *results, options=()):
        names = []
        for name, each in zip("abc", results, strict=False):
            names.append(f"{name}.json")
            content = each if isinstance(each, bytes) else each.to_json().encode()
            (tmp_path / names[-1]).write_bytes(content)
        return CliRunner().invoke(cli, ["report", "--format", format, *options, *names], catch_exceptions=False)

    return run


class TestEveryFormat:
    @pytest.mark.parametrize("format", FORMATS)
    def test_says_the_verdict_with_its_coverage(self, report, format):
        """No format says how it went without telling how much was looked at."""
        shown = report(format, judged(**{"pagination.no-repeats": "not-exercised"}))

        assert shown.exit_code == 0
        assert "conforms" in shown.output
        assert f"{RULES - 1} of {RULES}" in shown.output

    @pytest.mark.parametrize("format", FORMATS)
    def test_nothing_that_a_target_said_has_power(self, report, format):
        """No control character, no direction mark and no tag of a target gets through."""
        shown = report(format, evil())

        assert shown.exit_code == 0
        assert not set("\x1b\x00\u202e") & set(shown.output)
        if format in ("html", "junit"):
            assert "<script>alert" not in shown.output

    @pytest.mark.parametrize("format", FORMATS)
    @pytest.mark.parametrize(
        ("content", "shown"),
        [
            (b"", "a.json is empty"),
            (b'{"schema_version": 1, "awsc', "was it cut off?"),
            (b"\xff\xfe\x00", "not JSON"),
            (b"[" * 100_000, "not JSON"),
            (b"[]", "is not a result"),
            (b"{}", "is not a result"),
            (b'{"schema_version": 7}', "schema_version 7"),
            (b'{"schema_version": 1}', "is not a result: "),
        ],
    )
    def test_what_is_no_result(self, report, tmp_path, format, content, shown):
        """One clear line, status 2, and what was there stays as it was."""
        output = tmp_path / "out"
        output.write_text("mine")
        done = report(format, content, options=("--output", str(output)))

        assert (done.exit_code, done.output.count("\n")) == (2, 1)
        assert shown in done.output
        assert output.read_text() == "mine"

    def test_a_trace_is_not_a_result(self, report):
        """The hint names the command for it."""
        done = report("text", Trace(()).dumps().encode())

        assert (done.exit_code, "it is a trace; `awscontract replay` judges it" in done.output) == (2, True)

    @pytest.mark.parametrize("format", FORMATS)
    def test_several_operations(self, report, format):
        """One file with several results, in every format: both operations, and no verdict without coverage."""
        found = several(judged(**EVERY), judged(operation=USERS))
        done = report(format, found)

        assert done.exit_code == 0
        if format == "badge":
            assert json.loads(done.output)["message"].startswith("1 of 2 operations conform, ")
        else:
            assert USERS in done.output and found.results[0].operation in done.output

    @pytest.mark.parametrize("format", [each for each in FORMATS if each != "badge"])
    def test_results_of_different_operations(self, report, format):
        """Operations by implementations: a result that an implementation does not have stays empty."""
        done = report(
            format, several(judged(), judged(operation=USERS, **{COMPLETE: "failed"})), judged(operation=USERS)
        )

        assert done.exit_code == 0
        if format == "text":
            lines = [line.split() for line in done.output.splitlines()]
            assert lines[0] == ["a", "b"]
            assert lines[1][1:4] == ["0", "of", str(RULES)]
            assert lines[2][0] == USERS and lines[2][1:4] == ["1", "of", "41"]
        if format == "markdown":
            assert f"| `{USERS}` | ❌ 1 of 41 broken | ✅ 0 of 41 broken |" in done.output

    def test_an_operation_twice(self, report):
        """A file that has two results of one operation was not written by us."""
        done = report("text", several(judged(), judged()))

        assert (done.exit_code, "is there twice" in done.output) == (2, True)

    def test_output(self, report, tmp_path):
        """The file holds what would have been printed."""
        printed = report("markdown", judged()).output

        assert report("markdown", judged(), options=("--output", "out.md")).output == ""
        assert (tmp_path / "out.md").read_text() == printed

    def test_missing_file(self, report):
        """A file that is not there is one line."""
        done = CliRunner().invoke(cli, ["report", "nowhere.json"])

        assert (done.exit_code, done.output) == (
            2,
            "awscontract: cannot read nowhere.json: No such file or directory\n",
        )


class TestText:
    def test_matrix(self, report):
        """A column an implementation, a line for each rule that did not simply pass, and each one's two figures."""
        lines = report("text", judged(**EVERY), judged()).output.splitlines()

        assert lines[1].split()[:2] == ["a", "violates:"]
        assert next(line.split() for line in lines if line.startswith(COMPLETE)) == [COMPLETE, "FAILED", "ok"]
        shown = sum(line.split()[0] in set(IDS) for line in lines if line)
        assert f"{RULES - shown} rules passed wherever exercised; -v lists them" in lines
        assert 0 < shown < RULES


class TestMarkdown:
    def test_findings(self, report):
        """What is broken is open, with what was expected beside what came, and a line to paste."""
        shown = report("markdown", judged(**EVERY)).output

        assert "<details open><summary>❌ failed: <code>pagination.complete</code> <code>it is broken</code>" in shown
        assert "expected  262 services\nactual    260 services" in shown
        assert "```sh\ncurl -d Action=Get | head\n" in shown
        assert "`it needs a listing of two pages`: `pagination.no-repeats`" in shown

    def test_matrix(self, report):
        """Several results make a table."""
        shown = report("markdown", judged(**EVERY), judged()).output

        assert f"[{COMPLETE}](" in shown
        assert "| must | ❌ | ✅ |" in shown

    @pytest.mark.parametrize(
        ("text", "shown"),
        [("a", "`a`"), ("`a", "`` `a ``"), ("a``b", "```a``b```"), ("a|b\n", "`a\\|b\\n`"), ("", "`  `")],
    )
    def test_code(self, text, shown):
        """Nothing gets out of a cell or of code."""
        assert code(text) == shown


class TestJUnit:
    def suite(self, report, *results):
        return ET.fromstring(report("junit", *results).output.encode()).findall("testsuite")

    def test_outcomes(self, report):
        """Only what failed is a failure, and nothing that was not exercised has passed."""
        [suite] = self.suite(report, judged(**EVERY))
        cases = {f"{each.get('classname')}.{each.get('name')}": each for each in suite.findall("testcase")}
        tags = {rule: [each.tag for each in cases[f"awscontract.{rule}"]][1:] for rule in EVERY}

        assert tags == {
            COMPLETE: ["failure"],
            "protocol.content-type": ["system-out"],
            "report.region-name": ["system-out"],
            "pagination.ends": ["skipped", "system-out"],
            "job.id-returned": ["error"],
            "pagination.no-repeats": ["skipped"],
        }
        assert {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
            "tests": str(RULES), "failures": "1", "errors": "1", "skipped": "2",
        }  # fmt: skip

    def test_properties(self, report):
        """Every case says how much its rule binds, why, and where that is written."""
        [suite] = self.suite(report, judged())
        for rule, case in zip(rule_set(load()), suite.findall("testcase"), strict=True):
            shown = {each.get("name"): each.get("value") for each in case.iter("property")}
            assert shown == {
                "level": rule.level, "basis": rule.basis, "source": rule.source, "outcome": "passed", "checked": "1",
            }  # fmt: skip

    @pytest.mark.parametrize(
        ("verdict", "tag"), [("unreachable", "error"), ("refused", "error"), ("not-implemented", "skipped")]
    )
    def test_a_run_that_judged_nothing(self, report, verdict, tag):
        """A dead target is no green file."""
        [suite] = self.suite(report, judged(verdict, "nobody is there", others="not-exercised"))

        assert suite.find(f"testcase[@name='judged']/{tag}").get("message") == "nobody is there"
        assert suite.get("skipped") == str(RULES + (tag == "skipped"))

    def test_known_problems(self, report):
        """An entry that no longer holds fails here too."""
        stale = replace(judged(), known_problems=(KnownProblem(COMPLETE, "stale", "it passes"),))
        [suite] = self.suite(report, stale)

        assert suite.find("testcase/failure").get("message") == "it passes"

    def test_several(self, report):
        """A suite for each."""
        assert [each.get("name") for each in self.suite(report, judged(), judged())] == ["a", "b"]

    def test_several_operations(self, report):
        """A suite for each operation, with the implementation's name where there are several."""
        found = several(judged(), judged(operation=USERS))

        assert [each.get("name") for each in self.suite(report, found)] == [found.results[0].operation, USERS]
        assert [each.get("name") for each in self.suite(report, found, judged(operation=USERS))][1:] == [
            f"a {USERS}",
            f"b {USERS}",
        ]


class TestBadge:
    @pytest.mark.parametrize(
        ("result", "colour", "message"),
        [
            (judged(), "brightgreen", f"conforms, {RULES} of {RULES} rules exercised"),
            (judged(**{COMPLETE: "failed"}), "red", f"violates, {RULES} of {RULES} rules exercised, 1 broken"),
            (judged("unreachable", others="not-exercised"), "lightgrey", f"unreachable, 0 of {RULES} rules exercised"),
            (
                replace(judged(), known_problems=(KnownProblem(COMPLETE, "stale", "it passes"),)),
                "red",
                f"conforms, {RULES} of {RULES} rules exercised",
            ),
        ],
    )
    def test_badge(self, report, result, colour, message):
        """As shields.io reads it."""
        shown = json.loads(report("badge", result).output)

        assert shown == {"schemaVersion": 1, "label": result.operation, "message": message, "color": colour}

    def test_one_only(self, report):
        """Two implementations have two badges."""
        assert report("badge", judged(), judged()).exit_code == 2


class _Page(HTMLParser):
    """What a browser would fetch, and which elements there are."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.fetched, self.ids, self.links = [], [], set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        shown = dict(attrs)
        self.tags.append(tag)
        self.ids |= {shown["id"]} if "id" in shown else set()
        self.fetched += [shown[name] for name in ("src", "srcset", "action", "data") if name in shown]
        if tag == "link":
            self.fetched.append(shown["href"])
        if tag == "a":
            self.links.append(shown["href"])


class TestHTML:
    def test_self_contained(self, report):
        """Nothing is fetched, and every link within the page leads somewhere."""
        page = _Page(report("html", judged(**EVERY), judged()).output)

        assert page.fetched == []
        assert {each[1:] for each in page.links if each.startswith("#")} <= page.ids
        assert {each.split(":")[0] for each in page.links if not each.startswith("#")} == {"https"}

    def test_every_rule_and_finding(self, report):
        """A row a rule, an article a finding, whether or not there is a script."""
        shown = report("html", judged(**EVERY), judged()).output

        assert shown.count("<tr data-family") == RULES
        assert [shown.count(f'data-outcome="{each}"') for each in ("failed", "warned", "known", "noted")] == [1] * 4
        assert "hidden" in shown.split('<form id="filters"')[1].split(">")[0]

    def test_a_target_writes_no_markup(self, report):
        """Whatever it says, the page has the elements that it would have had."""
        plain = _Page(report("html", replace(judged(**EVERY), reason="r", known_problems=evil().known_problems)).output)

        assert _Page(report("html", evil()).output).tags == plain.tags

    def test_broken_rules_come_first(self, report):
        """The findings stand above the rules, and the implementation's card links to each broken one."""
        shown = report("html", judged(**EVERY)).output

        assert shown.index(f'<a href="#f0-{COMPLETE}">') < shown.index('id="findings"') < shown.index('id="matrix"')

    def test_repeated_reasons_are_folded(self, report):
        """A reason that every rule shares is there once."""
        shown = report("html", judged("refused", "r", others="not-exercised")).output

        assert shown.count("it needs a listing of two pages") == 1

    def test_many_operations(self, report):
        """Every link of a page with several operations leads somewhere, and ids are unique."""
        found = several(judged(**EVERY), judged(operation=USERS, **{COMPLETE: "failed"}))
        text = report("html", found, judged(operation=USERS)).output
        page = _Page(text)

        assert {each[1:] for each in page.links if each.startswith("#")} <= page.ids
        assert text.count(" id=") == len(page.ids)

    def test_exchanges(self, report, tmp_path):
        """With the trace a finding shows what was asked and what came, the length of it bounded."""
        body = b"<first/>\n" + b"x" * 10_000
        trace = Trace((Exchange(0, "GetOrganizationsAccessReport", {"MaxItems": 2}, status=418, body=body),))
        (tmp_path / "t").write_text(trace.dumps())
        shown = report("html", judged(**EVERY), options=("--trace", "t")).output

        assert "exchange 0: <code>GetOrganizationsAccessReport MaxItems=2</code> → 418" in shown
        assert "&lt;first/&gt;\nxxx" in shown
        assert "x" * 5_000 not in shown

    @pytest.mark.parametrize(
        ("content", "results", "shown"),
        [("", 1, "t is not a trace: the trace is empty"), (Trace(()).dumps(), 2, "1 traces for 2 results")],
    )
    def test_wrong_traces(self, report, tmp_path, content, results, shown):
        """A trace that is none, or one too few."""
        (tmp_path / "t").write_text(content)
        done = report("html", *[judged()] * results, options=("--trace", "t"))

        assert (done.exit_code, done.output.count("\n")) == (2, 1)
        assert shown in done.output
