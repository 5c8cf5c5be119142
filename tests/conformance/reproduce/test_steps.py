"""The lines to paste, pasted: bash runs them against a service that never saw the trace."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from contextlib import ExitStack, suppress
from dataclasses import replace
from urllib.parse import parse_qsl

import pytest
from botocore.exceptions import ClientError

from awscontract.conformance.evidence.evidence import Evidence
from awscontract.conformance.protocols import protocol_for
from awscontract.conformance.reproduce.steps import Reproducer
from awscontract.conformance.trace.exchange import Run
from awscontract.emulator import Behaviour, Emulator, attach, serve
from awscontract.spec.http import HttpRequest, HttpResponse

from conformance_kit import CONTRACT, JOB, OTHER_JOB, ROOT, Scene, answer, error, service

needs_a_shell = pytest.mark.skipif(
    not (shutil.which("bash") and shutil.which("curl")), reason="bash and curl run the lines"
)


def page(keys: str, marker: str | None = None):
    return answer([service(key) for key in keys], marker=marker, accessible=6, not_accessed=6)


def lines(scene: Scene, *exchanges: int, url: str = "http://127.0.0.1:9") -> str:
    """The lines for bash."""
    return both(scene, *exchanges, url=url)[0]


def both(scene: Scene, *exchanges: int, url: str = "http://127.0.0.1:9") -> tuple[str, str]:
    shown = Reproducer(scene.evidence, url)(exchanges)
    assert shown is not None
    bash, between, python = shown.partition("\n\n# or in Python\n")
    assert between
    ast.parse(python)
    return bash, python


def asked(scene: Scene, *exchanges: int) -> list[list[tuple[str, str]]]:
    """What bash asks a service of nine services, and what Python does; both without the version."""
    in_bash, in_python = (Listening(Behaviour(services=9, polls=0)) for _ in range(2))
    with serve(in_bash) as there:
        script = lines(scene, *exchanges, url=there.url)
        subprocess.run(["bash", "-c", script], capture_output=True, timeout=30, check=True)
    boto3 = pytest.importorskip("boto3")
    client = boto3.client
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patched, suppress(ClientError):
        patched.setattr(boto3, "client", lambda *a, **k: stack.enter_context(attach(client(*a, **k), in_python)))
        exec(both(scene, *exchanges)[1], {})
    return [in_bash.pairs, in_python.pairs]


class Listening(Emulator):
    """Remembers what it was sent."""

    def __init__(self, behaviour: Behaviour) -> None:
        super().__init__(behaviour=behaviour)
        self.seen: list[bytes] = []

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Every parameter of every request, in the order in which they came."""
        pairs = [pair for body in self.seen for pair in parse_qsl(body.decode(), keep_blank_values=True)]
        return [pair for pair in pairs if pair[0] != "Version"]

    def respond(self, request: HttpRequest) -> HttpResponse:
        self.seen.append(request.body)
        return super().respond(request)


def pasted(scene: Scene, *exchanges: int) -> str:
    """What bash prints, against an emulator of nine services."""
    with serve(Emulator(behaviour=Behaviour(services=9, polls=0, indented=False))) as server:
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
    assert [len(re.findall("<member>", each)) for each in output.split("HTTP/1.1 200 OK")[1:]] == [0, 2, 2, 2]
    assert JOB not in output and "<Error>" not in output


@needs_a_shell
def test_several_exchanges() -> None:
    assert len(re.findall("<JobStatus>COMPLETED", pasted(PAGED, 1, 2))) == 2


@needs_a_shell
@pytest.mark.parametrize("marker", ["\x01\x02", "it's", "a b+c&d=%", "é", "$HOME", "`id`", '"', "\\", "x\n"])
def test_any_text(marker: str) -> None:
    """Whatever was asked is asked again byte for byte, in both languages; a shell obeys none of it."""
    for pairs in asked(Scene().start().get().get(marker=marker, answer=error()), 2):
        assert pairs[-1] == ("Marker", marker)


@needs_a_shell
def test_a_request_for_a_report() -> None:
    assert "<JobId>" in pasted(Scene().start(entity=ROOT), 0)


@needs_a_shell
@pytest.mark.parametrize("form", ["a&b<c>\"d'{}", "{}"])
def test_markers_that_xml_escapes(form: str) -> None:
    """A Marker goes back as it is, not as XML writes it."""
    scene = Scene().start().get(max_items=4, answer=page("ab", form)).get(max_items=4, marker=form, answer=page("cd"))
    with serve(Emulator(behaviour=Behaviour(services=9, polls=0, token_form=form))) as server:
        script = lines(scene, 2, url=server.url)
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.count("200 OK") == 3


@needs_a_shell
def test_botocore_keeps_nothing_back() -> None:
    """What botocore itself would refuse to send is sent."""
    _, pairs = asked(Scene().start().get().get(max_items="1x", answer=error()), 2)
    assert pairs[-1] == ("MaxItems", "1x")
    assert asked(Scene().start().get(job=None, answer=error()), 1)[1][-1] == ("Action", "GetOrganizationsAccessReport")


def test_the_job_is_waited_for_only_where_the_finding_comes_after() -> None:
    """Whoever waits for the end never sees what an unfinished job looks like."""
    running = answer(status="IN_PROGRESS")
    scene = Scene().start().get(answer=running).get(answer=running).get().get(max_items=1)
    for shown in both(scene, 2):
        assert "while" not in shown
    for shown in both(scene, 4):
        assert shown.count("while ") == 1 and shown.index("while") < shown.index("MaxItems")


def test_the_answer_that_ends_the_waiting_is_not_asked_for_twice() -> None:
    """What is found in the first finished answer alone is in no other."""
    scene = Scene().start().get(answer=answer(status="IN_PROGRESS")).get()
    for shown in both(scene, 2):
        assert len(re.findall("[gG]et_?[oO]rganizations", shown)) == 1


@needs_a_shell
def test_ids_made_from_the_jobs_are_made_again() -> None:
    """A JobId that is a character too short or too long follows the JobId that the server gives this time."""
    scene = Scene().start().get().get(JOB[:-1], answer=error()).get(JOB + JOB[-1], answer=error())
    for pairs in asked(scene, 2, 3)[:1]:
        ids = [value for name, value in pairs if name == "JobId"]
        assert [len(each) for each in ids] == [35, 37]
        assert ids[0] == ids[1][:35] and ids[1][35] == ids[1][36]
    python = both(scene, 2)[1].splitlines()[-1]
    assert python.endswith("(JobId=job[:-1])")


def test_two_reports_have_two_names() -> None:
    """Each request goes to the report that it went to."""
    scene = Scene().start().get().start(policy="p-FullAWSAccess", job=OTHER_JOB).get(OTHER_JOB).get()
    bash, python = both(scene, 3, 4)
    assert bash.splitlines()[-2].endswith('"JobId=$JOB2"') and bash.splitlines()[-1].endswith('"JobId=$JOB1"')
    assert python.splitlines()[-1].endswith("(JobId=job1)")


def test_many_pages_are_one_loop() -> None:
    """A listing of any length takes few lines and is read to its end, the last page's Marker included."""
    scene = Scene().start().get(max_items=1, answer=page("a", "m0"))
    for number in range(40):
        scene.get(max_items=1, marker=f"m{number}", answer=page("b", f"m{number + 1}"))
    scene.get(max_items=2, marker="m40", answer=page("c")).get(max_items=2, marker="m40", answer=page("c"))
    bash, python = both(scene, 42, 43)
    assert "{1..40}" in bash and "range(40)" in python
    assert bash.count("iam Action=") == 5
    assert bash.count("TOKEN41") == 2


def test_a_long_finding_is_shown_by_its_beginning() -> None:
    """What is left out is said, never passed over."""
    scene = Scene().start()
    for number in range(1, 30):
        scene.get(max_items=number)
    bash, python = both(scene, *range(1, 30))
    assert bash.splitlines()[-1] == python.splitlines()[-1] == "# and so on: 18 more"
    assert bash.count("iam Action=Get") == 11


def test_requests_on_their_way_to_aws_are_in_python_alone() -> None:
    """curl signs nothing, and a fixture that catches the requests catches those of botocore only."""
    shown = Reproducer(_at("aws"), "https://iam.amazonaws.com")((0,))
    assert shown is not None
    assert "curl" not in shown and "endpoint_url" not in shown and "aws_access_key_id" not in shown
    ast.parse(shown)


@pytest.mark.parametrize("kind", ["moto", "moto+access-reports", "client"])
def test_what_was_intercepted_never_reaches_aws(kind: str) -> None:
    """Whoever pastes lines about a mock with real credentials around does not create anything on AWS."""
    lines = Reproducer(_at(kind), "https://iam.amazonaws.com")((0,))
    assert lines is not None
    assert 'aws_access_key_id="x"' in lines and "curl" not in lines
    assert ("mock_aws().start()" in lines) == kind.startswith("moto")
    ast.parse(lines)


def _at(kind: str) -> Evidence:
    """Evidence of a run against a target of this kind."""
    scene = Scene().start()
    return Evidence(replace(scene.trace, run=Run(kind)), protocol_for(CONTRACT), CONTRACT)


def test_a_date_that_moves_takes_its_time() -> None:
    """Where a second passed between two equal requests the lines let it pass too."""
    scene = Scene().start().get().wait(1.2).get()
    bash, python = both(scene, 1, 2)
    assert re.search(r"^sleep 1\.[67]$", bash, re.MULTILINE)
    assert re.search(r"^time\.sleep\(1\.[67]\)$", python, re.MULTILINE)
    assert "sleep" not in both(Scene().start().get().get(), 1, 2)[0]


def test_nothing_where_no_request_is_known() -> None:
    assert Reproducer(Scene().saved(answer()).evidence, "http://x")((0,)) is None
    assert Reproducer(Scene().start().evidence, "http://x")(()) is None


def test_a_url_is_quoted() -> None:
    """A shell obeys nothing of it."""
    assert "'http://x/$(id)'" in lines(Scene().start(), 0, url="http://x/$(id)")


def test_a_pseudonym_is_named() -> None:
    """Who reads the lines of a recorded run knows whose place `o-0000000001` takes."""
    bash, python = both(Scene().start(entity="o-0000000001/r-0001").get(), 1)

    shown = "# o-0000000001/r-0001 is a pseudonym: use the entity that was reported on instead"
    assert bash.splitlines()[0] == python.splitlines()[0] == shown
    assert "pseudonym" not in "".join(both(Scene().start().get(), 1))
