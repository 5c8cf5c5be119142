"""One rule told to somebody who has just met it."""

import botocore
import pytest

from awscontract.conformance.errors import UsageError
from awscontract.conformance.explain import BASES, LEVELS, explain, model_words
from awscontract.spec import rules


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_every_rule_can_be_explained(rule):
    """Level, basis and source of each rule are told, and what the two words mean."""
    told = explain(rule.id)

    assert told.startswith(f"{rule.id}\n  ")
    assert f"level   {rule.level}: {LEVELS[rule.level]}" in told
    assert f"basis   {rule.basis}: {BASES[rule.basis]}" in told
    assert f"source  {rule.source}" in told
    assert all(line == line.rstrip() for line in told.splitlines())


@pytest.mark.parametrize("rule", [each for each in rules() if each.member], ids=lambda rule: rule.id)
def test_members_exist_in_the_model(rule):
    """Whatever member a rule names, the installed botocore has words about it or its shape has none."""
    model, _, path = rule.member.partition("#")

    assert model == "iam/2010-05-08"
    assert model_words(rule.member) != "" or "." not in path


def test_the_words_are_the_models_own():
    """The prose is the installed botocore's, without its markup."""
    told = explain("report.attempt-has-region")

    assert f"(botocore {botocore.__version__}):" in told
    assert "<p>" not in told and "&" not in told


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
        ("zzz", "unknown rule 'zzz'"),
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
