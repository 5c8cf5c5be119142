"""Two results: what a change means, and what it costs."""

from dataclasses import replace

import pytest
from click.testing import CliRunner

from awscontract.cli.main import cli
from awscontract.conformance.reporting.diff import compare, compare_all, markdown, text
from awscontract.conformance.results.result import OUTCOMES

from results_kit import USERS, judged, several

RULE = "pagination.complete"
MEANINGS = ("broke", "fixed", "exercised", "unexercised", "other")
#: Old outcome by new outcome; everything that is not here is no change worth telling.
MEANT = {
    **{(held, broken): "broke" for held in ("passed", "noted") for broken in ("failed", "warned", "known")},
    **{(broken, held): "fixed" for held in ("passed", "noted") for broken in ("failed", "warned", "known")},
    **{
        (unseen, seen): "exercised"
        for unseen in ("not-exercised", "indeterminate")
        for seen in ("passed", "failed", "warned", "noted", "known")
    },
    **{
        (seen, unseen): "unexercised"
        for unseen in ("not-exercised", "indeterminate")
        for seen in ("passed", "failed", "warned", "noted", "known")
    },
    **{
        pair: "other"
        for group in (("failed", "warned", "known"), ("passed", "noted"))
        for pair in [(a, b) for a in group for b in group if a != b]
    },
}


@pytest.mark.parametrize("after", OUTCOMES)
@pytest.mark.parametrize("before", OUTCOMES)
def test_every_pair_of_outcomes(before, after):
    """Each change means one thing, and only what held can break."""
    found = compare(judged(**{RULE: before}), judged("violates", **{RULE: after}))

    assert [each for each in MEANINGS if getattr(found, each)] == [
        each for each in [MEANT.get((before, after))] if each
    ]
    assert found.exit_status == (MEANT.get((before, after)) == "broke")


def test_catalogues_differ():
    """A rule that only one of the versions knows is newly exercised or no longer."""
    old = replace(judged(), rules=tuple(each for each in judged().rules if each.id != RULE))

    assert [each.rule for each in compare(old, judged()).exercised] == [RULE]
    assert [each.rule for each in compare(judged(), old).unexercised] == [RULE]


def test_a_target_that_is_gone():
    """Nothing broke, and still that is no success."""
    new = judged("unreachable", "nobody is there", others="not-exercised")
    found = compare(judged(), new)

    assert (found.broke, found.exit_status) == ((), 3)
    assert "nobody is there" in text(compare_all([judged()], [new]))


def test_what_makes_them_less_comparable():
    """Another model, another seed, another version is shown."""
    new = replace(judged(), seed=7, awscontract="0.2.0", model={"botocore": "1.50.0", "sha256": "0" * 64})

    assert [each.partition(" is ")[0] for each in compare(judged(), new).notes] == [
        "awscontract", "the service model of botocore", "the seed",
    ]  # fmt: skip


class TestTexts:
    DIFF = compare_all(
        [judged(**{"job.id-returned": "failed"})],
        [judged(**{RULE: "failed", "pagination.ends": "not-exercised"})],
    )

    def test_text(self):
        """What broke comes first, and both results' figures are there."""
        lines = text(self.DIFF).splitlines()

        assert lines[:2] == ["broke (1):", f"  {RULE}  passed -> failed: it is broken"]
        assert "fixed (1):" in lines
        assert "  pagination.ends  passed -> not-exercised: it needs a listing of two pages" in lines
        assert [line.split()[:2] for line in lines[-2:]] == [["old", "violates:"], ["new", "violates:"]]

    def test_markdown(self):
        """For a comment: the verdict of the comparison is its headline."""
        shown = markdown(self.DIFF)

        assert shown.startswith("### ❌ `iam:GetOrganizationsAccessReport`: 1 broke, 1 fixed, 1 no longer exercised\n")
        assert f"| `{RULE}` | ✅ passed | ❌ failed | `it is broken` |" in shown

    def test_nothing(self):
        """Two equal results."""
        assert markdown(compare_all([judged()], [judged()])).startswith(
            "### ✅ `iam:GetOrganizationsAccessReport`: nothing changed"
        )


class TestSeveral:
    OLD = (judged(), judged(operation=USERS), judged(operation="iam:ListRoles"))
    NEW = (judged(), judged(operation=USERS, **{RULE: "failed"}), judged(operation="iam:ListGroups"))

    def test_operation_by_operation(self):
        """What changed is below its operation's name; the rest is named, and so is what only one of the results has."""
        found = compare_all(self.OLD, self.NEW)
        lines = text(found).splitlines()

        assert found.exit_status == 1
        assert lines[:3] == [f"── {USERS}", "", "broke (1):"]
        assert lines[-3:] == [
            "no rule changed in iam:GetOrganizationsAccessReport",
            "only the old result has iam:ListRoles, which is not compared",
            "only the new result has iam:ListGroups, which is not compared",
        ]
        assert "`only the old result has iam:ListRoles, which is not compared`" in markdown(found)

    @pytest.mark.parametrize(
        ("verdicts", "status"), [(["conforms", "unreachable"], 0), (["unreachable", "unreachable"], 3)]
    )
    def test_statuses(self, verdicts, status):
        """3 only where none of the new results could judge."""
        others = ["passed" if each == "conforms" else "not-exercised" for each in verdicts]
        new = [
            judged(verdict, "r", operation=name, others=other)
            for verdict, other, name in zip(verdicts, others, (judged().operation, USERS), strict=True)
        ]

        assert compare_all(self.OLD, new).exit_status == status


class TestCommand:
    @pytest.fixture
    def run(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)

        def run(old, new, *options):
            for name, each in (("old", old), ("new", new)):
                (tmp_path / name).write_bytes(each if isinstance(each, bytes) else each.to_json().encode())
            return CliRunner().invoke(cli, ["diff", "old", "new", *options], catch_exceptions=False)

        return run

    def test_statuses(self, run):
        """Only what broke fails: what was broken before did not."""
        broken = judged(**{RULE: "failed"})

        assert [run(*each).exit_code for each in ((judged(), judged()), (judged(), broken), (broken, broken))] == [
            0,
            1,
            0,
        ]

    def test_markdown(self, run):
        """The other format."""
        assert run(judged(), judged(), "--format", "markdown").output.startswith("### ✅")

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            (judged(), b""),
            (b"{", judged()),
            (judged(), judged(operation=USERS)),
            (several(judged()), several(judged(operation=USERS))),
        ],
    )
    def test_what_cannot_be_compared(self, run, old, new):
        """One line, status 2."""
        done = run(old, new)

        assert (done.exit_code, done.output.count("\n")) == (2, 1)
