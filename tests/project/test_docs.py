"""The documentation: its commands run, its snippets are what they claim, and its links lead somewhere."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from awscontract.conformance.results.known_failures import load
from awscontract.options.config import configuration
from awscontract.options.table import PYTEST
from awscontract.spec.catalogue import rule_set, rules
from awscontract.spec.operations import load as contract_of
from awscontract.spec.schema import schema
from project.dist import ROOT
from project.test_readme import run

from servers import independent

DOCS = ROOT / "docs"
PAGES = {path.name: path.read_text(encoding="utf-8") for path in DOCS.glob("*.md")}
#: What `docs/generated.py` makes.
MADE = {"rules/index.md", "scoreboard/matrix.html"}


def blocks(page: str, language: str) -> list[str]:
    """The page's blocks in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGES[page], re.MULTILINE | re.DOTALL)


def files(page: str, folder: Path) -> None:
    """Write the page's blocks of Python whose first line names a file."""
    for text in blocks(page, "python"):
        if named := re.match(r"# (\w+\.py)\n", text):
            (folder / named[1]).write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def valid() -> Iterator[str]:
    with independent.running() as url:
        yield url


@pytest.mark.parametrize("page", [name for name in PAGES if blocks(name, "sh")])
def test_commands(page: str, tmp_path: Path, valid: str) -> None:
    """The commands of a page, one after the other in a folder with its files, do as they are told on an implementation that keeps the contract."""
    files(page, tmp_path)
    for command in "".join(blocks(page, "sh")).splitlines():
        done = run(command, tmp_path, valid)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


def test_known_divergences() -> None:
    """The file that the page shows can be read."""
    [text] = blocks("emulators.md", "toml")

    assert load("known", text.encode())[0].rule == "sort.never-accessed-together"


def test_configuration(tmp_path: Path) -> None:
    """The configuration that the page shows is one."""
    [text] = blocks("ci.md", "toml")
    (tmp_path / "pyproject.toml").write_text(text)

    found = {
        (each.command, each.option.name) for each in configuration(tmp_path, {}).settings if each.command != PYTEST
    }
    assert found == {
        ("check", "endpoint-url"), ("check", "known"), ("check", "require"), ("serve", "port"),
    }  # fmt: skip
    assert tomllib.loads(text)


def test_client(tmp_path: Path) -> None:
    """The clients that the page shows break no rule."""
    files("clients.md", tmp_path)
    command = [sys.executable, "-P", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", "."]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)

    assert done.returncode == 0, done.stdout


def test_links() -> None:
    """Every link between pages leads to a page that is there or is made."""
    broken = [
        f"{name}: {target}"
        for name, text in PAGES.items()
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
        if target not in MADE and not (DOCS / target).exists()
    ]

    assert broken == []


def test_navigation() -> None:
    """Every page is in the site's navigation, and nothing else."""
    entries = yaml.safe_load((ROOT / "mkdocs.yml").read_text())["nav"]
    named = re.findall(r"[\w/-]+\.md", json.dumps(entries))

    assert sorted(named) == sorted({*PAGES, "rules/index.md"})


@pytest.mark.parametrize("path", sorted((DOCS / "scoreboard").glob("*.json")), ids=lambda path: path.stem)
def test_scoreboard(path: Path) -> None:
    """Every result on the scoreboard is one that this version reads, of the rules that there are, and the page names it."""
    document = json.loads(path.read_text())

    for result in document.get("results", [document]):
        assert [each["id"] for each in result["rules"]] == [
            each.id for each in rule_set(contract_of(result["operation"]))
        ]
    assert f"`{path.name}`" in PAGES["scoreboard.md"]


def test_outcomes_and_verdicts() -> None:
    """The page on judging tells of each."""
    members = schema("result")["$defs"]["result"]["properties"]
    words = [*members["verdict"]["enum"], *members["summary"]["required"]]

    assert [each for each in words if f"`{each}`" not in PAGES["judging.md"]] == []


def test_built_strictly(tmp_path: Path) -> None:
    """mkdocs builds the site without a warning, with a page for each rule; `tox -e docs` has what it needs."""
    pytest.importorskip("mkdocs")
    pytest.importorskip("material")
    command = [sys.executable, "-P", "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)

    assert done.returncode == 0, done.stderr
    assert {path.name for path in (tmp_path / "rules").iterdir() if path.is_dir()} == {each.id for each in rules()}
    assert "<!doctype html>" in (tmp_path / "scoreboard" / "matrix.html").read_text()
