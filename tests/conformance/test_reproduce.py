"""The lines to paste, pasted: bash runs them against a service that never saw the trace."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from urllib.parse import parse_qs

import pytest

from awscontract.conformance.reproduce import Reproducer
from awscontract.emulator import Behaviour, Emulator, serve

from conformance_kit import JOB, ROOT, Scene, answer, error, service

needs_a_shell = pytest.mark.skipif(
    not (shutil.which("bash") and shutil.which("curl")), reason="bash and curl run the lines"
)


def page(keys: str, marker: str | None = None):
    return answer([service(key) for key in keys], marker=marker, accessible=6, not_accessed=6)


def lines(scene: Scene, *exchanges: int, url: str = "http://127.0.0.1:9") -> str:
    told = Reproducer(scene.evidence, url)(exchanges)
    assert told is not None
    return told


def pasted(scene: Scene, *exchanges: int) -> str:
    """What bash prints, against an emulator of nine services."""
    with serve(Emulator(Behaviour(services=9, polls=0, indented=False))) as server:
        script = lines(scene, *exchanges, url=server.url)
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script], capture_output=True, text=True, timeout=30, check=False
        )
    assert done.returncode == 0, done.stderr
    return done.stdout


PAGED = (
    Scene()
    .start()
    .get(max_items=2, answer=page("ab", "m1"))
    .get(max_items=2, marker="m1", answer=page("cd", "m2"))
    .get(max_items=2, marker="m2", answer=page("ef"))
)


@needs_a_shell
def test_a_page_far_into_a_listing() -> None:
    """Another service's JobId and Markers are nobody's: the lines take those that they are given on the way."""
    output = pasted(PAGED, 3)
    assert len(re.findall("<member>", output)) == 2
    assert JOB not in output and "<Error>" not in output


@needs_a_shell
def test_several_exchanges() -> None:
    assert len(re.findall("<JobStatus>COMPLETED", pasted(PAGED, 1, 2))) == 2


@needs_a_shell
@pytest.mark.parametrize("marker", ["\x01\x02", "it's", "a b+c&d=%", "é", "$HOME", "`id`", '"', "\\", "x\n"])
def test_any_text(marker: str) -> None:
    """Whatever was asked is asked again byte for byte; a shell obeys none of it."""
    seen: list[bytes] = []

    class Listening(Emulator):
        def respond(self, body, *rest):  # type: ignore[no-untyped-def]
            seen.append(body)
            return super().respond(body, *rest)

    scene = Scene().start().get().get(marker=marker, answer=error())
    with serve(Listening(Behaviour(services=9, polls=0))) as server:
        script = lines(scene, 2, url=server.url)
        subprocess.run(["bash", "-c", script], capture_output=True, timeout=30, check=True)
    assert parse_qs(seen[-1].decode())["Marker"] == [marker]


@needs_a_shell
def test_a_request_for_a_report() -> None:
    assert "<JobId>" in pasted(Scene().start(entity=ROOT), 0)


def test_the_python_line_is_python() -> None:
    """The last line is an expression that parses, with the real parameters."""
    line = lines(Scene().start().get().get(max_items="ten", answer=error()), 2).splitlines()[-1]
    call = ast.parse(line.partition(": ")[2]).body[0]
    assert isinstance(call, ast.Expr)
    assert "MaxItems='ten'" in line and "get_organizations_access_report" in line


def test_nothing_where_no_request_is_known() -> None:
    assert Reproducer(Scene().saved(answer()).evidence, "http://x")((0,)) is None
    assert Reproducer(Scene().start().evidence, "http://x")(()) is None


def test_a_url_is_quoted() -> None:
    assert "'http://x/$(id)'" in lines(Scene().start(), 0, url="http://x/$(id)")
