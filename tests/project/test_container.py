"""The container: what goes into it, and, where a builder works, that it is built and judges the embedded emulator."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from project.dist import PACKAGES, ROOT, pyproject

CONTAINERFILE = ROOT.joinpath("Containerfile").read_text(encoding="utf-8")
BUILDERS = ("podman", "docker")


def instructions(name: str) -> list[str]:
    """The arguments of the instructions of one kind."""
    return re.findall(rf"^{name} (.+)$", CONTAINERFILE, re.MULTILINE)


def allowed() -> set[str]:
    """What .dockerignore lets through."""
    lines = ROOT.joinpath(".dockerignore").read_text(encoding="utf-8").splitlines()
    assert lines[1] == "*"
    return {line[1:] for line in lines if line.startswith("!")}


def test_what_the_image_is_built_from() -> None:
    """Everything that the wheel is built from, and nothing else of the tree."""
    project = pyproject()["project"]

    assert allowed() == {"pyproject.toml", project["readme"], *project["license-files"], "src", *PACKAGES}
    assert all(ROOT.joinpath(name).exists() for name in allowed())


def test_its_entry_point_is_the_command() -> None:
    """Run by nobody, from an environment that the image has by copying alone."""
    assert instructions("ENTRYPOINT") == ['["/venv/bin/awscontract"]']
    assert "awscontract" in pyproject()["project"]["scripts"]
    assert instructions("USER") == ["65534:65534"]
    assert instructions("COPY") == [". .", "--from=build /venv /venv"]


def test_its_python_is_one_that_is_tested() -> None:
    """Both stages have the same, or the environment would not work."""
    [version] = {each.split()[0].rpartition(":")[2] for each in instructions("FROM")}

    assert f"Programming Language :: Python :: {version.removesuffix('-slim')}" in pyproject()["project"]["classifiers"]


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """The image, built by whatever works here, as the beginning of a command that runs it."""
    builder = next((each for each in BUILDERS if shutil.which(each) and not _run(each, "info").returncode), None)
    if builder is None:
        pytest.skip(f"needs {' or '.join(BUILDERS)}, and its service")
    file = tmp_path_factory.mktemp("image") / "id"
    built = _run(builder, "build", "--quiet", "--file", "Containerfile", "--iidfile", str(file), ".")
    if built.returncode and re.search(r"(?i)pull|registry|resolve|dial tcp", built.stderr):
        pytest.skip("the image that it begins with cannot be had")
    assert built.returncode == 0, built.stderr
    image = file.read_text(encoding="utf-8")
    yield [builder, "run", "--rm", image]
    _run(builder, "rmi", image)


def test_the_image_judges(image: list[str]) -> None:
    """The embedded emulator conforms in it, without root, home or anything else from outside."""
    done = _run(*image, "check", "--explore", "0")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "conforms: 94 of 94 rules exercised" in done.stdout


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=Path(ROOT), capture_output=True, text=True, timeout=280, check=False)
