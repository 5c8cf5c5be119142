"""Known divergences: what excuses a broken rule, and what makes the file fail the run instead."""

from dataclasses import replace
from datetime import date
from textwrap import dedent

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from awscontract.cli.main import cli
from awscontract.conformance.results.known_failures import KnownFailure, apply, load
from awscontract.conformance.results.known_file import updated
from awscontract.errors import UsageError
from awscontract.spec.schema import schema

from results_kit import USERS, judged, several

TODAY = date(2027, 3, 1)
SORT = "sort.never-accessed-together"
COMPLETE = "pagination.complete"


def entry(rule=SORT, **members):
    return KnownFailure(rule, **{"reason": "fixed in the next release"} | members)


class TestApply:
    @pytest.mark.parametrize(("rule", "outcome"), [(COMPLETE, "failed"), (SORT, "warned")])
    def test_a_broken_rule_is_known(self, rule, outcome):
        """It counts as known, keeps its violations, and says why and where that is discussed."""
        found = apply(judged(**{rule: outcome}), [entry(rule, link="https://example.com/1")], TODAY)

        assert found.rule(rule).outcome == "known"
        assert found.rule(rule).reason == "fixed in the next release (https://example.com/1)"
        assert found.rule(rule).violations
        assert (found.summary["known"], found.verdict, found.exit_status(strict=True)) == (1, "conforms", 0)

    def test_another_failure_still_fails(self):
        """Only the rule that is named is excused."""
        found = apply(judged(**{COMPLETE: "failed", "job.id-returned": "failed"}), [entry(COMPLETE)], TODAY)

        assert (found.verdict, found.exit_status()) == ("violates", 1)

    @pytest.mark.parametrize(("operation", "known"), [(USERS, True), ("*", True), ("iam:ListRoles", False)])
    def test_operations(self, operation, known):
        """An entry counts for its operation, or for all."""
        found = apply(judged(operation=USERS, **{COMPLETE: "failed"}), [entry(COMPLETE, operation=operation)], TODAY)

        assert (found.rule(COMPLETE).outcome == "known") is known

    def test_an_entry_is_of_the_default_operation(self):
        """Where it names none."""
        found = apply(judged(operation=USERS, **{COMPLETE: "failed"}), [entry(COMPLETE)], TODAY)

        assert found.rule(COMPLETE).outcome == "failed"

    def test_the_nearer_entry_wins(self):
        """One that names the operation overrides one for all."""
        entries = [entry(COMPLETE, reason="near", operation=USERS), entry(COMPLETE, reason="far", operation="*")]

        for each in (entries, entries[::-1]):
            found = apply(judged(operation=USERS, **{COMPLETE: "failed"}), each, TODAY)
            assert found.rule(COMPLETE).reason == "near"

    def test_an_entry_for_all_is_not_stale_because_one_passes(self):
        """It is needed for another operation."""
        assert apply(judged(operation=USERS), [entry(COMPLETE, operation="*")], TODAY).known_problems == ()

    def test_a_rule_that_the_operation_does_not_have(self):
        """Such an entry excuses nothing and is reported."""
        found = apply(judged(operation=USERS), [entry("job.id-returned", operation=USERS)], TODAY)

        assert [each.message for each in found.known_problems] == [
            f"job.id-returned is listed as known, but {USERS} has no such rule: remove the entry"
        ]

    @pytest.mark.parametrize("outcome", ["not-exercised", "indeterminate"])
    def test_silence_is_not_stale(self, outcome):
        """A rule that was not exercised today may be broken tomorrow."""
        found = apply(judged(**{SORT: outcome}), [entry()], TODAY)

        assert found.rule(SORT).outcome == outcome
        assert found.known_problems == ()

    def test_a_rule_that_passes_is_stale(self):
        """Whoever fixes a rule removes its entry."""
        found = apply(judged(), [entry()], TODAY)

        assert [(each.rule, each.problem) for each in found.known_problems] == [(SORT, "stale")]
        assert (found.verdict, found.exit_status()) == ("conforms", 1)

    def test_a_run_that_was_cut_short(self):
        """What passed until then may not pass to the end."""
        assert apply(replace(judged(), cut_short="interrupted"), [entry()], TODAY).known_problems == ()

    @pytest.mark.parametrize(("day", "problems", "outcome"), [(1, [], "known"), (28, ["expired"], "warned")])
    def test_the_last_day_counts(self, day, problems, outcome):
        """An entry counts through the day that it names, and excuses nothing afterwards."""
        expires = date(2027, 3, 1) if day == 1 else date(2027, 2, day)
        found = apply(judged(**{SORT: "warned"}), [entry(expires=expires)], TODAY)

        assert [each.problem for each in found.known_problems] == problems
        assert all("is still broken, and was excused until" in each.message for each in found.known_problems)
        assert found.rule(SORT).outcome == outcome
        assert found.exit_status() == len(problems)

    def test_what_the_failures_hid_comes_to_light(self):
        """A run that did not get to its end does not conform once its failures are excused."""
        stopped = judged("violates", "connection refused", **{COMPLETE: "failed"})
        unsure = judged(**{COMPLETE: "failed", "job.id-returned": "indeterminate"})

        assert apply(stopped, [entry(COMPLETE)], TODAY).verdict == "indeterminate"
        assert apply(unsure, [entry(COMPLETE)], TODAY).exit_status() == 3

    def test_the_schema_has_it(self):
        """What other people's programs read says which entries fail the run, and reads back as it was."""
        found = apply(judged(**{COMPLETE: "failed"}), [entry(), entry(COMPLETE)], TODAY)

        Draft202012Validator(schema("result")).validate(found.to_dict())
        assert type(found).from_dict(found.to_dict()) == found


class TestLoad:
    def test_the_documented_file(self):
        """Every member is read."""
        text = (
            f'[[known]]\nrule = "{SORT}"\noperation = "{USERS}"\nreason = "r"\nlink = "https://example.com"\n'
            "expires = 2027-03-01\n"
        )

        assert load("k", text.encode()) == (KnownFailure(SORT, "r", "https://example.com", TODAY, USERS),)

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("[[known]", "k is not TOML"),
            ("\xff", "k is not TOML"),
            ("x = " + "9" * 5000, "k is not TOML"),
            ("x = " + "[" * 3000 + "]" * 3000, "k "),
            ("[[knwon]]", "did you mean known?"),
            ("known = 1", "list of tables"),
            (f'[[known]]\nrule = "{SORT}"', f"entry 1 ({SORT}) needs a reason"),
            (f'[[known]]\nrule = "{SORT}"\nreason = " "', "needs a reason"),
            ('[[known]]\nrule = "sort.never-acessed-together"\nreason = "r"', f"did you mean {SORT}?"),
            ('[[known]]\nrule = "client.waits"\nreason = "r"', "is a rule for clients"),
            (f'[[known]]\nrule = "{SORT}"\nreason = "r"\nexpire = 2027-03-01', "did you mean expires?"),
            (f'[[known]]\nrule = "{SORT}"\nreason = "r"\nexpires = "2027-03-01"', "without quotes"),
            (f'[[known]]\nrule = "{SORT}"\nreason = "r"\nexpires = 2027-03-01T00:00:00', "without quotes"),
            (f'[[known]]\nrule = "{SORT}"\nreason = "r"\noperation = "ListUsers"', "SERVICE:OPERATION"),
            (f'[[known]]\nrule = "{SORT}"\nreason = "r"\n' * 2, "two entries"),
        ],
    )
    def test_mistakes(self, text, message):
        """A typing error excuses nothing in silence, and is one line."""
        with pytest.raises(UsageError) as caught:
            load("k", text.encode("latin-1"))

        assert message in str(caught.value)
        assert "\n" not in str(caught.value)


class TestUpdated:
    FILE = dedent(f"""\
        # ours

        # see the tracker
        [[known]]
        rule = "{COMPLETE}"
        reason = "slow" # sigh

        # about the order
        [[known]]
        rule = "{SORT}"
        reason = "order"
    """)

    def test_all_else_stays(self):
        """Stale entries go with their comments, new ones come, and the other comments stay where they were."""
        new = KnownFailure("job.id-returned", 'say "no"\n\\')
        text = updated(self.FILE, lambda each: each.rule == SORT, [new])

        assert SORT not in text and "about the order" not in text
        assert text.startswith(
            '# ours\n\n# see the tracker\n[[known]]\nrule = "pagination.complete"\nreason = "slow" # sigh\n'
        )
        assert load("k", text.encode())[1] == new

    def test_the_comment_of_the_next_entry_stays(self):
        """A comment is of the entry below it."""
        text = updated(self.FILE, lambda each: each.rule == COMPLETE, [])

        assert text == f'# ours\n\n# about the order\n[[known]]\nrule = "{SORT}"\nreason = "order"\n'

    def test_every_member_is_written(self):
        """What is written reads back."""
        new = [KnownFailure(SORT, "r", "https://example.com", TODAY, "*"), KnownFailure(COMPLETE, "r", operation=USERS)]

        assert load("k", updated("", lambda each: False, new).encode()) == tuple(new)

    def test_a_text_that_cannot_be_cut(self):
        """An entry that looks like two is written anew, and nothing of it is lost."""
        text = f'[[known]]\nrule = "{COMPLETE}"\nreason = """\n[[known]]\nno"""\n[[known]]\nrule = "{SORT}"\nreason = "r"\n'
        new = updated(text, lambda each: each.rule == SORT, [])

        assert load("k", new.encode()) == (KnownFailure(COMPLETE, "[[known]]\nno"),)

    def test_long_comments(self):
        """The work grows with the text and not with its square: a square of these lines would outlast the suite's patience."""
        text = "# a line of a comment\n" * 200_000 + self.FILE

        assert updated(text, lambda each: False, []) == text


class TestCommand:
    @pytest.fixture
    def saved(self, tmp_path):
        file = tmp_path / "result.json"
        file.write_text(judged(**{COMPLETE: "failed", SORT: "warned"}).to_json())
        return file

    def run(self, *arguments, **options):
        return CliRunner().invoke(cli, ["known", *map(str, arguments)], catch_exceptions=False, **options)

    def test_update_and_show(self, saved, tmp_path):
        """The file that it writes excuses what the result found, and is shown."""
        file = tmp_path / "known.toml"
        done = self.run("--update", saved, "--reason", "not yet", file)

        assert done.exit_code == 0
        assert done.output.splitlines() == [f"added    {COMPLETE}", f"added    {SORT}", f"{file}: 2 known"]
        assert self.run(file).output.splitlines() == [f"{COMPLETE}: not yet", f"{SORT}: not yet"]

    def test_several_operations(self, tmp_path):
        """Each entry names its operation, and one that passes now is removed."""
        file, saved = tmp_path / "known.toml", tmp_path / "r.json"
        file.write_text(f'[[known]]\nrule = "{COMPLETE}"\noperation = "iam:ListRoles"\nreason = "r"\n')
        saved.write_text(
            several(judged(operation=USERS, **{COMPLETE: "failed"}), judged(operation="iam:ListRoles")).to_json()
        )
        done = self.run("--update", saved, "--reason", "not yet", file)

        assert done.output.splitlines() == [
            f"removed  iam:ListRoles {COMPLETE}: it passes now",
            f"added    {USERS} {COMPLETE}",
            f"{file}: 1 known",
        ]
        assert load("k", file.read_bytes()) == (KnownFailure(COMPLETE, "not yet", operation=USERS),)

    def test_nobody_to_ask(self, saved, tmp_path):
        """Without a terminal a reason has to be given, and no file is made."""
        done = self.run("--update", saved, tmp_path / "known.toml")

        assert done.exit_code == 2
        assert "give --reason" in done.output
        assert not (tmp_path / "known.toml").exists()

    def test_a_reason_that_is_not_text(self, saved, tmp_path):
        """What could not be read again is not written."""
        done = self.run("--update", saved, "--reason", "\udcff", tmp_path / "known.toml")

        assert (done.exit_code, done.output.count("\n")) == (2, 1)
        assert not (tmp_path / "known.toml").exists()

    def test_reasons_are_asked_for(self, saved, tmp_path, monkeypatch):
        """On a terminal each new entry is asked about."""
        monkeypatch.setattr("awscontract.cli.commands.known._interactive", lambda: True)
        done = self.run("--update", saved, tmp_path / "known.toml", input="slow\n \norder\n")

        assert [each.reason for each in load("k", (tmp_path / "known.toml").read_bytes())] == ["slow", "order"]
        assert "it is broken" in done.output

    @pytest.mark.parametrize(
        "content", [b"", b'{"schema_version": 1', b'{"schema_version": 2}', b"[]", b'{"schema_version": 1}']
    )
    def test_what_is_not_a_result(self, content, saved, tmp_path):
        """Half a result changes nothing."""
        saved.write_bytes(content)
        file = tmp_path / "known.toml"
        file.write_text("# mine\n")
        done = self.run("--update", saved, "--reason", "r", file)

        assert (done.exit_code, done.output.count("\n")) == (2, 1)
        assert file.read_text() == "# mine\n"

    def test_a_result_that_judged_nothing(self, tmp_path):
        """A target that is down fixes nothing."""
        saved = tmp_path / "down.json"
        saved.write_text(judged("unreachable", "refused", others="not-exercised").to_json())

        assert self.run("--update", saved, tmp_path / "known.toml").exit_code == 2
