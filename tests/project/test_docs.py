"""The documentation: its commands run, its snippets are what they claim, and its links lead somewhere."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from awscontract import strategies
from awscontract.cli.main import COMMANDS
from awscontract.conformance.reporting.load import load_results
from awscontract.conformance.results.known_failures import load
from awscontract.options.config import configuration
from awscontract.options.table import PYTEST, TABLE
from awscontract.spec import recipe
from awscontract.spec.catalogue import client_rule_set, rule_set
from awscontract.spec.operations import judged, load as contract_of
from awscontract.spec.schema import schema
from project.dist import ROOT
from project.test_readme import README, run

from servers import independent
from servers.command import serving
from servers.forking import forked_pytest

DOCS = ROOT / "docs"


def module(name: str) -> Any:
    """A module of the folder of the documentation, which is not on the path."""
    found = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert found is not None
    assert found.loader is not None
    loaded = importlib.util.module_from_spec(found)
    found.loader.exec_module(loaded)
    return loaded


scoreboard, reference = module("scoreboard"), module("reference")
PAGES = {path.name: path.read_text(encoding="utf-8") for path in DOCS.glob("*.md")}
#: What `docs/generated.py` makes.
MADE = {"rules/index.md", "scoreboard/matrix.html", "contributing.md", *reference.PAGES}


#: In place of the hundred that a user gets.
FEWER_EXAMPLES = """
import awscontract

fuzz_client = awscontract.fuzz_client
awscontract.fuzz_client = lambda *given, **options: fuzz_client(*given, **{"examples": 25, **options})
"""


def blocks(page: str, language: str) -> list[str]:
    """The page's blocks in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGES[page], re.MULTILINE | re.DOTALL)


def files(page: str, folder: Path) -> None:
    """Write the page's blocks of Python and TOML whose first line names a file."""
    for text in (*blocks(page, "python"), *blocks(page, "toml")):
        if named := re.match(r"# (\w+\.(?:py|toml))\n", text):
            (folder / named[1]).write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def valid() -> Iterator[str]:
    with independent.running() as url:
        yield url


@pytest.mark.parametrize("page", [name for name in PAGES if blocks(name, "sh")])
def test_commands(page: str, tmp_path: Path, valid: str) -> None:
    """The commands of a page, one after the other in a folder with its files, succeed on an implementation that satisfies the contract."""
    files(page, tmp_path)
    for command in "".join(blocks(page, "sh")).splitlines():
        done = run(command, tmp_path, valid)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


def test_known_divergences() -> None:
    """The file that the page shows can be read."""
    [text] = blocks("emulators.md", "toml")

    assert load("known", text.encode())[0].rule == "sort.never-accessed-together"


def test_configuration(tmp_path: Path) -> None:
    """The configuration that the page shows is valid."""
    [text] = blocks("ci.md", "toml")
    (tmp_path / "pyproject.toml").write_text(text)

    found = {
        (each.command, each.option.name) for each in configuration(tmp_path, {}).settings if each.command != PYTEST
    }
    assert found == {
        ("check", "endpoint-url"), ("check", "known"), ("check", "require"), ("serve", "port"),
    }  # fmt: skip
    assert tomllib.loads(text)


@pytest.mark.parametrize("page", ["clients.md", "repage.md", "test-data.md"])
def test_tests(page: str, tmp_path: Path) -> None:
    """The tests that the page shows pass."""
    files(page, tmp_path)
    (tmp_path / "conftest.py").write_text(FEWER_EXAMPLES, encoding="utf-8")
    done = forked_pytest("-q", "--rootdir", ".", cwd=tmp_path)

    assert done.returncode == 0, done.stdout


def test_contract_file(tmp_path: Path) -> None:
    """The contract file that the page shows is valid, and is where the contract's values come from."""
    [text] = blocks("formats.md", "toml")
    (tmp_path / "users.toml").write_text(text, encoding="utf-8")
    contract = contract_of("iam:ListUsers", contracts=[tmp_path / "users.toml"])

    assert contract.listing is not None
    assert contract.listing.default_limit == 100
    assert contract.origins["listing.items"].startswith("contract file")


def test_recipe_file(tmp_path: Path) -> None:
    """The recipe that the page shows is valid and says what our own does; the page has every name and every exception."""
    files("recipes.md", tmp_path)
    [shown] = recipe.read(tmp_path / "recipes.toml")
    ours = recipe.load("sqs")["ListQueues"]
    names = re.findall(r"`(\w[\w-]*)`", "".join(re.findall(r"^\| .*$", PAGES["recipes.md"], re.MULTILINE)))

    assert (shown.identity, shown.made, shown.each, shown.undo, shown.filter, shown.exceptions) == (
        ours.identity, ours.made, ours.each, ours.undo, ours.filter, ours.exceptions,
    )  # fmt: skip
    assert {*recipe.EXCEPTIONS} - {*names} == set()
    assert {each.name for each in fields(recipe.Recipe)} - {*names, "service", "operation", "sort_source"} == set()


def test_links() -> None:
    """Every link between pages leads to a page that is there or is made, and to a heading of it."""
    broken = [
        f"{name}: {target}#{anchor}"
        for name, text in [*PAGES.items(), ("README.md", README.replace("](docs/", "]("))]
        for target, anchor in re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", text)
        if not _leads_somewhere(target or name, anchor)
    ]

    assert broken == []


def _leads_somewhere(target: str, anchor: str) -> bool:
    if target not in PAGES:
        return not anchor and (target in MADE or (DOCS / target).exists() or (ROOT / target).exists())
    headings = re.findall(r"^#+ (.+)$", PAGES[target], re.MULTILINE)
    return not anchor or anchor in [re.sub(r"[^\w]+", "-", each.lower()).strip("-") for each in headings]


def test_navigation() -> None:
    """Every page is in the site's navigation, and nothing else."""
    entries = yaml.safe_load((ROOT / "mkdocs.yml").read_text())["nav"]
    named = re.findall(r"[\w/-]+\.md", json.dumps(entries))

    assert sorted(named) == sorted({*PAGES, *(each for each in MADE if each.endswith(".md"))})


@pytest.mark.parametrize("page", PAGES)
def test_the_first_sentence_says_what_a_page_is_for(page: str) -> None:
    """Right below the title and before anything else, in a sentence, so that whoever is not meant can leave."""
    title, empty, first = PAGES[page].splitlines()[:3]

    assert title.startswith("# ")
    assert not empty
    assert re.match(r"[A-Z`]\S* \S+ .{20}", first), first


def test_the_reference_has_every_option() -> None:
    """Each command with its options, each option of pytest, and each public name of the package."""
    pages = {name: "\n".join(lines()) for name, lines in reference.PAGES.items()}

    for each in TABLE:
        for command in each.commands:
            page = pages["reference/pytest.md" if command == PYTEST else "reference/commands.md"]
            assert each.argument or f"--{'awscontract-' if command == PYTEST else ''}{each.name}" in page, each.name
    assert [name for name in COMMANDS if f"\n## {name}\n" not in pages["reference/commands.md"]] == []
    assert [name for name in strategies.__all__ if f"\n### {name}\n" not in pages["reference/python.md"]] == []
    assert " at 0x" not in pages["reference/python.md"]  # an address in memory, which another run does not have


@pytest.mark.parametrize("path", sorted((DOCS / "scoreboard").glob("*.json")), ids=lambda path: path.stem)
def test_scoreboard(path: Path) -> None:
    """Every result on the scoreboard is one that this version reads, of the rules that there are, and the page names it."""
    content = path.read_bytes()
    results = scoreboard.unpack(json.loads(content))

    assert len(content) < 400_000
    assert {each["operation"] for each in results["results"]} <= {*judged()}
    for name, each in json.loads(content)["operations"].items():
        shown = {rule for kind in ("failed", "warned") for rule in each.get(kind, ())}
        assert shown - {rule.id for rule in rule_set(contract_of(name))} == set(), name
    some = {**results, "results": results["results"][::25]}
    assert load_results(path.name, json.dumps(some).encode())
    assert f"`{path.name}`" in PAGES["scoreboard.md"]


def test_the_scoreboards_page_is_made_from_its_results() -> None:
    """Nobody edits it by hand, and each of its findings is in the results, with lines that reproduce it."""
    kept = {name: json.loads((DOCS / "scoreboard" / f"{name}.json").read_bytes()) for name in scoreboard.TARGETS}

    assert scoreboard.page(kept) == PAGES["scoreboard.md"]
    assert len(scoreboard.FINDINGS) == PAGES["scoreboard.md"].count("### ") == 10
    for each in scoreboard.FINDINGS:
        operation = kept[each.target]["operations"][each.operation]
        [violation] = (
            operation[outcome][each.rule] for outcome in ("failed", "warned") if each.rule in operation.get(outcome, ())
        )
        assert "reproduce" in violation, each


def test_what_the_scoreboard_keeps_is_what_its_page_needs() -> None:
    """A result that is packed and unpacked has the same verdict, outcomes and first violations."""
    contract = contract_of("iam:ListUsers")
    judged_rules = [
        {
            "id": each.id,
            "level": each.level,
            "basis": each.basis,
            "source": each.source,
            "outcome": "passed",
            "checked": 1,
            "violations": [],
        }
        for each in rule_set(contract)
    ]
    judged_rules[0] |= {
        "outcome": "failed",
        "violations": [{"message": "m", "expected": "e", "actual": "a", "exchanges": [1], "reproduce": "r"}] * 3,
    }
    judged_rules[1] |= {"outcome": "not-exercised", "checked": 0}
    result = {
        "operation": contract.id,
        "model": {"botocore": "1", "sha256": "0" * 64},
        "verdict": "violates",
        "calls": 3,
        "rules": judged_rules,
    }
    [back] = scoreboard.unpack(
        scoreboard.pack({"awscontract": "0", "target": {"kind": "moto"}, "results": [result]}, "moto 1")
    )["results"]

    assert [(each["id"], each["outcome"]) for each in back["rules"]] == [
        (each["id"], each["outcome"]) for each in judged_rules
    ]
    assert back["rules"][0]["violations"] == [{"message": "m", "expected": "e", "actual": "a", "exchanges": []}]
    assert (back["verdict"], back["exercised"], back["summary"]["failed"]) == ("violates", len(judged_rules) - 1, 1)


@pytest.mark.nightly
@pytest.mark.parametrize("fault", re.findall(r"^## `(.+)`$", PAGES["exploring.md"], re.MULTILINE))
def test_what_exploring_finds(fault: str, tmp_path: Path) -> None:
    """The page shows what a check of the served fault prints first, up to its reproduction."""
    [shown] = re.findall(rf"^## `{fault}`\n\n```text\n(.*?)^```$", PAGES["exploring.md"], re.MULTILINE | re.DOTALL)
    with serving("--fault", fault) as url:
        done = run(f"awscontract check --endpoint-url {url} --seed 0", tmp_path, url, explore=True)

    assert done.stdout.partition("FAILED")[2].partition("    reproduce")[0] == shown.partition("FAILED")[2]


def test_outcomes_and_verdicts() -> None:
    """The page on judging has each."""
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
    every = {
        each.id for name in judged() for each in (*rule_set(contract_of(name)), *client_rule_set(contract_of(name)))
    }
    assert {path.name for path in (tmp_path / "rules").iterdir() if path.is_dir()} == every
    assert "<!doctype html>" in (tmp_path / "scoreboard" / "matrix.html").read_text()
