"""The tree speaks of the product alone, and of no machine."""

from __future__ import annotations

import re
import subprocess

import pytest

from project.dist import PACKAGES, ROOT

FOLDERS = ("src", *PACKAGES, "tests", "benchmarks", "docs", "examples", ".ci", ".github")

#: Spelt so that they do not find themselves.
FOREIGN = {
    "a path of one machine": r"(?<![\w.:/$}])/(?:wor[k]|tm[p]|hom[e]|roo[t]|User[s]|op[t]|mn[t])/|\.pyen[v]\b",
    "how it came about": r"\bissue [#]?\d|\b(?:this|last|next) sessio[n]\b|\bcolleagu[e]s?\b|\bas an A[I]\b|\bclaud[e]\b"
    r"|\bchatgp[t]\b|\blanguage mode[l]s?\b|(?<!\.)\bpromp[t](?:s|ed)?\b(?![=(])|\bTOD[O]\b|\bFIXM[E]\b|\bXX[X]\b",
}


def texts() -> dict[str, str]:
    """The tree's files by name, those of the top level and of its folders."""
    paths = [path for path in ROOT.iterdir() if path.is_file()]
    paths += [path for folder in FOLDERS for path in ROOT.joinpath(folder).rglob("*") if path.is_file()]
    named = {path.relative_to(ROOT).as_posix(): path for path in sorted(paths)}
    own = {
        name: path
        for name, path in named.items()
        if not re.search(r"__pycache__|_cache/|\.egg-info/|(^|/)\.(cov|DS|hypothesis)|\.png$|^\.git$", name)
    }
    return {name: path.read_text(encoding="utf-8") for name, path in own.items()}


@pytest.mark.parametrize("about", FOREIGN)
def test_speaks_of_itself(about: str) -> None:
    """No file names a path of one machine, nor says how the project came about."""
    pattern = re.compile(FOREIGN[about], re.IGNORECASE)
    found = [
        f"{name}: {line.strip()}"
        for name, text in texts().items()
        if pattern.search(text)
        for line in text.splitlines()
        if pattern.search(line)
    ]

    assert found == []


@pytest.mark.parametrize(
    ("about", "line"),
    [
        ("a path of one machine", "see " + "/tm" + "p/x"),
        ("how it came about", "as issue " + "#2 says"),
        ("how it came about", "the promp" + "t said"),
    ],
)
def test_would_be_found(about: str, line: str) -> None:
    """The patterns find what they are for."""
    assert re.search(FOREIGN[about], line, re.IGNORECASE)


def test_architecture_fits_one_screen() -> None:
    """ARCHITECTURE.md has at most 60 lines."""
    assert len(ROOT.joinpath("ARCHITECTURE.md").read_text(encoding="utf-8").splitlines()) <= 60


def test_ci_runs_what_the_readme_says() -> None:
    """.ci/run takes its commands from the README: the shell blocks that it finds first are the two set-up commands."""
    script = ROOT.joinpath(".ci/run").read_text(encoding="utf-8")
    [awk] = re.findall(r"awk -v n=\"\$1\" '(.+?)' README\.md", script)
    blocks = [
        subprocess.run(
            ["awk", "-v", f"n={n}", awk, "README.md"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        for n in (1, 2)
    ]

    assert re.findall(r"\$\(readme (\d)\)", script) == ["1", "2"]
    assert [block.count("\n") for block in blocks] == [1, 1]
    assert [re.split(r" && ", block.strip())[-1] for block in blocks] == [
        ".venv/bin/awscontract check",
        ".venv/bin/python -P -m pytest -n auto --dist worksteal",
    ]
