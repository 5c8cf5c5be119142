"""The page of results in Debian's Chromium: three widths, light and dark, by keyboard, without script, and what axe-core says of it.

`PAGE_PICTURES` names a folder that the screenshots are left in.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from awscontract.cli.main import main
from awscontract.conformance.results.result import Result
from profiles import NIGHTLY

from results_kit import RULES as IDS, USERS, judged, several

LOOK = Path(__file__).with_name("look.mjs")
RULES = len(IDS)
#: Operations on a page of many. The browser lays out and axe-core looks at every cell.
MANY = 150 if NIGHTLY else 30
#: Widths and colour schemes: every pair nightly.
LOOKS = (
    [(width, scheme) for width in (360, 820, 1400) for scheme in ("light", "dark")]
    if NIGHTLY
    else [(360, "light"), (820, "dark"), (1400, "light")]
)
OUTCOMES = {
    "pagination.complete": "failed",
    "protocol.content-type": "warned",
    "report.region-name": "noted",
    "pagination.ends": "known",
    "job.id-returned": "indeterminate",
    "pagination.no-repeats": "not-exercised",
}
OUTCOMES_OF_LISTS = {name: outcome for name, outcome in OUTCOMES.items() if not name.startswith(("job.", "report."))}


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the browser sees of a page with every outcome, and with texts that are long in every way."""
    chromium = shutil.which("chromium")
    if not (chromium and shutil.which("node") and shutil.which("npm")):
        pytest.skip("needs chromium, node and npm")
    folder = tmp_path_factory.mktemp("browser")
    folder.joinpath("package.json").write_text('{"private": true}')
    install = ["npm", "install", "--silent", "--no-audit", "--no-fund", "playwright-core@1", "axe-core@4"]
    if subprocess.run(install, cwd=folder, capture_output=True, timeout=180, check=False).returncode:
        pytest.skip("npm cannot install playwright-core and axe-core")
    shutil.copy(LOOK, folder)
    page = folder / "page.html"
    results = {"an-emulator.json": long(judged(**OUTCOMES)), f"{'x' * 80}.json": judged()}
    for name, result in results.items():
        folder.joinpath(name).write_text(result.to_json(), encoding="utf-8")
    names = [str(folder / name) for name in results]
    assert main(["report", "--format", "html", "--output", str(page), *names], standalone_mode=False) == 0
    operations = folder / "operations.html"
    texts = {
        "broken": many(MANY, **OUTCOMES_OF_LISTS),
        "valid": many(MANY),
        "a-third-implementation": many(MANY, **OUTCOMES_OF_LISTS),
    }
    for name, text in texts.items():
        folder.joinpath(f"{name}.json").write_text(text, encoding="utf-8")
    names = [f"{folder}/{name}.json" for name in texts]
    assert main(["report", "--format", "html", "--output", str(operations), *names], standalone_mode=False) == 0
    look = ["node", str(folder / LOOK.name), chromium, str(page), str(operations), json.dumps(LOOKS)]
    if pictures := os.environ.get("PAGE_PICTURES"):
        look.append(str(Path(pictures).absolute()))
    done = subprocess.run(look, cwd=folder, capture_output=True, text=True, timeout=180, check=False)
    assert not done.returncode, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def many(number: int, **outcomes: Any) -> str:
    """The results of so many operations with long names, of which each fifth could not be judged."""
    found = judged(operation=USERS, **outcomes)
    silent = judged("not-implemented", "no such action", operation=USERS, others="not-exercised")
    names = [f"{service}:ListOperationsWithALongName{each}" for service in ("iam", "s3") for each in range(number // 2)]
    return several(
        *(replace(silent if place % 5 == 4 else found, operation=name) for place, name in enumerate(names))
    ).to_json()


def test_many_operations(seen: dict[str, Any]) -> None:
    """Many operations by three implementations are readable on a phone too, and a link opens what is folded up."""
    assert [each["violations"] for each in seen["many"]] == [[]] * 3
    assert [(each["overflow"], each["covered"], each["said"]) for each in seen["many"]] == [(0, [], [])] * 3


def long(result: Result) -> Result:
    """The same with texts that do not fit, with blanks and without."""
    texts = {"message": "word " * 60, "expected": "x" * 300, "actual": "word " * 200, "reproduce": "curl " + "y" * 400}
    rules = [replace(each, violations=tuple(replace(one, **texts) for one in each.violations)) for each in result.rules]
    return replace(result, rules=tuple(rules), reason="z" * 200)


def test_nobody_is_kept_out(seen: dict[str, Any]) -> None:
    """axe-core finds nothing at any width, in light or dark."""
    assert [each["violations"] for each in seen["looks"]] == [[]] * len(LOOKS)


def test_it_fits(seen: dict[str, Any]) -> None:
    """Nothing sticks out sideways, on a phone either; and dark is another ground than light."""
    assert [each["overflow"] for each in seen["looks"]] == [0] * len(LOOKS)
    assert len({(each["colorScheme"], each["ground"]) for each in seen["looks"]}) == 2


def test_nothing_is_asked_of_the_network(seen: dict[str, Any]) -> None:
    """The page is all there is, its script runs under its own policy, and the browser has nothing to complain about."""
    assert [(each["foreign"], each["said"]) for each in seen["looks"]] == [([], [])] * len(LOOKS)
    assert {each["shown"] for each in seen["looks"]} == {f"{RULES} of {RULES} rules shown"}


def test_by_keyboard(seen: dict[str, Any]) -> None:
    """The filters, the way from a cell of the matrix to its finding, and the lines to copy."""
    assert seen["keyboard"]["said"] == []
    assert seen["keyboard"]["filtered"] == f"1 of {RULES} rules shown"
    assert seen["keyboard"]["target"] == "f0-pagination.complete"
    assert seen["keyboard"]["copied"] in ("copied", "selected")


def test_without_script(seen: dict[str, Any]) -> None:
    """Everything is there to read, and no filter that would do nothing."""
    assert not seen["withoutScript"]["filters"]
    for rule in IDS:
        assert rule in seen["withoutScript"]["text"]
