"""What a target cannot do is why a rule was not exercised, and never a pass."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import botocore.session
import pytest

from awscontract import check
from awscontract.cli.main import main
from awscontract.conformance.judge.limitations import CAPABILITIES
from awscontract.conformance.results.result import Result
from awscontract.emulator import Behaviour, Emulator, Stages, attach
from awscontract.emulator.records import ServiceError
from awscontract.emulator.stages.jobs import start
from awscontract.spec.catalogue import rule_set
from awscontract.spec.operations import load

from conformance_kit import answer, service

ROOT = "o-a1b2c3d4e5/r-f6g7"


def judged(emulator: Emulator, **changes: Any) -> Result:
    options: dict[str, Any] = {"entity_path": ROOT, "poll_interval": 0, "explore": 0} | changes
    made = botocore.session.Session().create_client(
        "iam",
        region_name="us-east-1",
        endpoint_url="http://x.invalid",
        aws_access_key_id="a",
        aws_secret_access_key="b",
    )
    with attach(made, emulator):
        return check(made, **options)


def one_job(call: Any, jobs: Any) -> Any:
    if jobs:
        raise ServiceError("ReportGenerationLimitExceeded", 409, "one was enough")
    return start(call, jobs)


@pytest.mark.parametrize(
    ("emulator", "rule", "reason"),
    [
        (
            Emulator(behaviour=Behaviour(polls=0)),
            "job.completion-date-absent-in-progress",
            "every job was finished when",
        ),
        (Emulator(behaviour=Behaviour(known_entities="any")), "job.failed-has-error-details", "no job failed"),
        (Emulator(stages=Stages(start=one_job)), "job.unknown-entity-fails", "the target made no second job"),
    ],
)
def test_found_by_probing(emulator: Emulator, rule: str, reason: str) -> None:
    """The reason says what the rule needs, and what the target did instead."""
    found = judged(emulator).rule(rule)
    assert found.outcome == "not-exercised"
    assert re.fullmatch(rf"it needs .*; {reason}.*", found.reason or "")


def test_declared() -> None:
    """A declared lack is shown as such."""
    found = judged(Emulator(behaviour=Behaviour(polls=0)), lacks=["unfinished-jobs"])
    reason = found.rule("job.completion-date-absent-in-progress").reason or ""
    assert reason.endswith("; the target finishes its jobs at once")


def test_declared_and_there_all_the_same() -> None:
    """What is there is judged: a declaration hides nothing, and passes nothing."""
    options: dict[str, Any] = {"explore": 0}
    plain, declared = (judged(Emulator(), lacks=lacks, **options) for lacks in ((), tuple(CAPABILITIES)))
    assert [each.outcome for each in plain.rules] == [each.outcome for each in declared.rules]


def test_no_organization() -> None:
    """Nobody named an entity: then the target has none to name."""
    emulator = Emulator(behaviour=Behaviour(known_entities="any", report=()))
    assert "has no organization to report on" in (
        judged(emulator, entity_path=None).rule("report.entity-inside-entity").reason or ""
    )
    assert "organization" not in (
        judged(Emulator(behaviour=Behaviour(report=()))).rule("report.entity-inside-entity").reason or ""
    )


def test_are_about_rules_that_there_are() -> None:
    """Each names rules of the catalogue."""
    known = {
        each.id
        for name in ("iam:GetOrganizationsAccessReport", "iam:ListUsers", "s3:ListObjects")
        for each in rule_set(load(name))
    }
    assert all(capability.rules and capability.rules <= known for capability in CAPABILITIES.values())


def test_of_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    """`check` takes those that there are."""
    options = ["--explore", "0", "--poll-interval", "0"]
    lacks = [each for name in CAPABILITIES for each in ("--lacks", name)]
    assert main(["check", *options, *lacks], standalone_mode=False) == 0
    assert main(["check", *options, "--lacks", "everything"], standalone_mode=False) == 2


class TestFolders:
    def test_hold_answers(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """The pages of a listing, in the order of the numbers in their names; other files are none of ours."""
        pages = {
            "page-2.xml": answer([service("iam")], marker="b", accessible=3, not_accessed=3),
            "page-10.xml": answer([service("s3")], accessible=3, not_accessed=3),
            "page-1.xml": answer([service("ec2")], marker="a", accessible=3, not_accessed=3),
        }
        for name, page in pages.items():
            (tmp_path / name).write_bytes(page.body)
        (tmp_path / "README.md").write_text("not an answer")
        asked = ["--strict", "--require", "pagination.complete", "--require", "pagination.no-repeats"]
        assert main(["validate", "--pages", *asked, str(tmp_path)], standalone_mode=False) == 0
        (tmp_path / "page-10.xml").write_text("{")
        assert main(["validate", str(tmp_path)], standalone_mode=False) == 2
        assert "page-10.xml" in capsys.readouterr().err

    def test_without_answers(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """One line."""
        assert main(["validate", str(tmp_path)], standalone_mode=False) == 2
        assert capsys.readouterr().err == f"awscontract: {tmp_path}: the folder has no .json and no .xml files\n"

    def test_are_in_order(self, tmp_path: Path) -> None:
        """Two before ten."""
        from awscontract.cli.commands.validate import listed

        for name in ("2.json", "10.json", "1.xml", "a.txt"):
            (tmp_path / name).touch()
        assert [Path(each).name for each in listed(str(tmp_path))] == ["1.xml", "2.json", "10.json"]
