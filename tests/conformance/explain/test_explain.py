"""One rule explained."""

import re
from dataclasses import replace

import botocore
import pytest

from awscontract.cli.main import main
from awscontract.clients.fuzzing.examples import EXAMPLES
from awscontract.conformance.explain.examples import example
from awscontract.conformance.explain.explain import BASES, LEVELS, explain, model_words
from awscontract.conformance.explain.issue import issue
from awscontract.conformance.results.result import Violation
from awscontract.errors import UsageError
from awscontract.spec.catalogue import client_rule_set, rule_set
from awscontract.spec.operations import load

from conformance_kit import judged

CONTRACT = load("iam:GetOrganizationsAccessReport")
SERVICE, CLIENT = rule_set(CONTRACT), client_rule_set(CONTRACT)
RULES = (*SERVICE, *CLIENT)


@pytest.mark.parametrize("rule", [*SERVICE[::16], *CLIENT], ids=lambda rule: rule.id)
def test_every_rule_can_be_explained(rule):
    """Level, basis and source of each rule are shown, and what the two words mean."""
    printed = explain(rule.id)

    assert printed.startswith(f"{rule.id}\n  ")
    assert f"level   {rule.level}: {LEVELS[rule.level]}" in printed
    assert f"basis   {rule.basis}: {BASES[rule.basis]}" in printed
    assert f"source  {rule.source}" in printed
    assert all(line == line.rstrip() for line in printed.splitlines())


@pytest.mark.parametrize("rule", [each for each in RULES if each.member], ids=lambda rule: rule.id)
def test_members_exist_in_the_model(rule):
    """Whatever member a rule names, the installed botocore has words about it or its shape has none."""
    model, _, path = rule.member.partition("#")

    assert model == "iam/2010-05-08"
    assert model_words(rule.member) != "" or "." not in path


def test_the_words_are_the_models_own():
    """The prose is the installed botocore's, without its markup."""
    printed = explain("report.attempt-has-region")

    assert f"(botocore {botocore.__version__}):" in printed
    assert "<p>" not in printed and "&" not in printed


def test_paragraphs_stay_apart():
    """Markup becomes paragraphs, and white space inside one is a blank."""
    words = model_words("iam/2010-05-08#GetOrganizationsAccessReport")

    assert words.count("\n\n") > 1
    assert "  " not in words


@pytest.mark.parametrize(
    "path", ["Nowhere", "Nowhere.Member", "GetOrganizationsAccessReportResponse.Nowhere", "AccessDetail.Region.Deeper"]
)
def test_a_member_that_is_not_there_has_no_words(path):
    """Another botocore may not have a member; that is no reason to fail."""
    assert model_words(f"iam/2010-05-08#{path}") == ""


@pytest.mark.parametrize(
    ("word", "complaint"),
    [
        ("pagination.compleet", "unknown rule 'pagination.compleet'; did you mean pagination.complete?"),
        ("zzz", "unknown rule 'zzz'; `awscontract rules` lists them"),
        ("nonsense", "unknown rule 'nonsense'; `awscontract rules` lists them"),
    ],
)
def test_unknown_rule(word, complaint):
    """A slip of the finger is answered with the nearest rule."""
    with pytest.raises(UsageError) as caught:
        explain(word)

    assert str(caught.value) == complaint


def test_family():
    """A family's name is answered with its rules."""
    with pytest.raises(UsageError, match=r"sort is a family of rules: sort\.default-by-namespace, "):
        explain("sort")


@pytest.mark.parametrize("rule", CLIENT, ids=lambda rule: rule.id)
def test_no_answer_breaks_a_rule_of_clients(rule):
    """What there is to show is a client."""
    assert example(rule.id) is None
    assert "Example (of a client in Python" in explain(rule.id, CONTRACT, EXAMPLES)


@pytest.mark.parametrize("rule", [*SERVICE[::16], *CLIENT[::4]], ids=lambda rule: rule.id)
def test_every_rule_has_a_text_for_an_issue(rule):
    """It has a title and its four parts also before anything was found."""
    title, *_ = printed = issue(rule.id).splitlines()

    assert title == f"# {rule.id}: {rule.statement}"
    observed = [] if rule.id.startswith("client.") else ["## Observed"]
    assert [line for line in printed if line.startswith("## ")] == [
        "## Expected", *observed, "## Source", "## Reproduction",
    ]  # fmt: skip
    assert rule.source in "\n".join(printed)


def found_in(*violations):
    """A result in which one rule is broken in these ways."""
    result = judged(**{"pagination.complete": "failed"})
    rules = [replace(each, violations=violations) if each.outcome == "failed" else each for each in result.rules]
    return replace(result, rules=tuple(rules))


BROKEN = Violation(
    "2 services are lost",
    "262 services",
    "260 ```\n# services",
    "/AccessDetails",
    (3,),
    "iam a\niam b\n\n# or in Python\nimport boto3",
)


def test_an_issue_of_a_result():
    """What was found is shown, and pasted lines run; nothing that the target said is more than text."""
    printed = issue("pagination.complete", found_in(BROKEN))

    assert "```text\n262 services\n```" in printed
    assert "````text\n2 services are lost\nactual    260 ```\\n# services\nat        /AccessDetails\n````" in printed
    assert "```sh\niam a\niam b\n```\n\nor in Python\n\n```python\nimport boto3\n```" in printed
    assert printed.endswith(", against `moto`.\n")


def test_an_issue_whose_requests_went_to_aws():
    """Those are shown in Python alone."""
    printed = issue("pagination.complete", found_in(replace(BROKEN, reproduce="import boto3")))

    assert "```python\nimport boto3\n```" in printed and "```sh" not in printed


def test_an_issue_of_what_has_no_reproduction():
    """A saved answer has none; there is a command that looks."""
    assert (
        "awscontract check iam:GetOrganizationsAccessReport --endpoint-url URL --require pagination.complete"
        in issue("pagination.complete", found_in(replace(BROKEN, reproduce=None)))
    )


@pytest.mark.parametrize(
    ("word", "complaint"),
    [
        ("pagination.ends", "the result has no finding about pagination.ends: it is passed"),
        ("client.waits", "the result says nothing about client.waits"),
        ("pagination.compleet", "did you mean pagination.complete?"),
    ],
)
def test_nothing_to_report(word, complaint):
    """No issue is written about what is in order."""
    with pytest.raises(UsageError, match=re.escape(complaint)):
        issue(word, found_in(BROKEN))


def test_the_command(tmp_path, capsys):
    """The text goes to standard output, of a result where one is given; a file that is none is one line and status 2."""
    saved = tmp_path / "result.json"
    saved.write_text(found_in(BROKEN).to_json(), encoding="utf-8")

    assert main(["explain", "pagination.complete", "--issue", "--result", str(saved)], standalone_mode=False) == 0
    assert capsys.readouterr().out == issue("pagination.complete", found_in(BROKEN))
    assert main(["explain", "pagination.complete", "--issue"], standalone_mode=False) == 0
    assert capsys.readouterr().out == issue("pagination.complete")
    saved.write_text("{", encoding="utf-8")
    for arguments in (["--issue", "--result", str(saved)], ["--result", str(saved)]):
        assert main(["explain", "pagination.complete", *arguments], standalone_mode=False) == 2
        printed = capsys.readouterr()
        assert (printed.out, printed.err.count("\n")) == ("", 1)


def test_texts_of_another_operation():
    """Statements, sources and examples are those of the operation: another one has other members."""
    contract = load("lambda:ListFunctions")
    shown = explain("pagination.complete", contract)

    assert "> ListFunctions Marker=T1 MaxItems=3" in shown
    assert "awscontract check lambda:ListFunctions --endpoint-url URL" in issue("pagination.complete", None, contract)


def test_a_rule_that_another_operation_has():
    """It is no unknown rule, and is said to be another operation's."""
    with pytest.raises(UsageError, match=r"does not apply to iam:GetOrganizationsAccessReport"):
        explain("pagination.filters-kept")
