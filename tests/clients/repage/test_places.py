"""Who calls: the program, its tests or a library, by the frames on the stack."""

from __future__ import annotations

import contextlib
import sys
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from awscontract.clients.repage.callers import origins
from awscontract.clients.repage.callers.lines import is_intended, line_of
from awscontract.clients.repage.callers.origins import Origins
from awscontract.clients.repage.callers.places import Caller, Places
from awscontract.clients.sandbox.thread_starts import noted

ROOT = Path("/srv/project")
PACKAGES = "/venv/lib/python3.12/site-packages"
PROGRAM = f"{ROOT}/app/users.py"
TEST = f"{ROOT}/tests/test_users.py"
OPERATION = "iam:ListUsers"

CALL = "def call(inner, *args, **kwargs):\n    return inner(*args, **kwargs)\n"


ZIPPED = """
def call(inner, *args):
    (found,) = [inner(*args)]  # awscontract: first page only
    return found
"""


def function(file: str, module: str = "module", source: str = CALL) -> Callable[..., Any]:
    """`call` of some text, as if it were in that file."""
    names: dict[str, Any] = {"__name__": module}
    exec(compile(source, file, "exec"), names)
    return names["call"]  # type: ignore[no-any-return]


def is_test(path: str) -> bool:
    return Path(path).name.startswith(("test_", "conftest"))


@pytest.fixture
def places() -> Places:
    """As in a pytest run of a project."""
    return Places(Origins(is_test, ROOT))


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the installed packages `awsthing` works with the AWS SDK, and `retry` does not."""
    monkeypatch.setattr(origins, "_distributions", lambda: {"awsthing": ["awsthing"], "retry": ["retry"]})
    requirements = {"awsthing": ["requests", "boto3>=1.20; extra == 's3'"], "retry": None}
    monkeypatch.setattr("importlib.metadata.requires", requirements.get)
    origins.uses_aws.cache_clear()


#: botocore's part: the steps call one another, the last one first, and the innermost calls the client.
CLIENT = """
def call(found, capture, steps):
    def go(index):
        return capture(None, "iam:ListUsers") if index < 0 else steps[index](go, index - 1)
    found.append(go(len(steps) - 1))
"""


def through(places: Places, *inside_out: str | tuple[str, str]) -> Caller | None:
    """What is captured when code in these files, or in these files and modules, calls one another. It runs in a thread, whose stack has no test in it."""
    steps = [function(*((each,) if isinstance(each, str) else each)) for each in inside_out]
    found: list[Caller | None] = []
    run = function("/sdk/botocore/client.py", "botocore.client", CLIENT)
    thread = threading.Thread(target=run, args=(found, places.capture, steps))
    thread.start()
    thread.join()
    return found[0]


def files(caller: Caller | None) -> list[str]:
    assert caller is not None
    return [each.code.co_filename for each in caller.frames]


class TestCaller:
    def test_the_program(self, places: Places) -> None:
        """The program's frames are kept, innermost first, up to the test's."""
        caller = through(places, PROGRAM, f"{ROOT}/app/main.py", TEST, f"{ROOT}/app/beyond.py")

        assert files(caller) == [PROGRAM, f"{ROOT}/app/main.py"]

    @pytest.mark.parametrize("file", [TEST, f"{ROOT}/tests/conftest.py"])
    def test_a_test(self, places: Places, file: str) -> None:
        """What a test calls itself is not cut, although the program is further out."""
        assert through(places, file, PROGRAM) is None

    @pytest.mark.parametrize("folder", ["tests", "test/unit", "app_tests/mocks"])
    def test_a_helper_in_a_folder_of_tests(self, places: Places, folder: str) -> None:
        """It belongs to whoever calls it: a test, or the program that gets it as a client."""
        helper = f"{ROOT}/{folder}/helpers.py"

        assert through(places, helper, TEST) is None
        assert files(through(places, helper, PROGRAM, TEST)) == [PROGRAM]

    @pytest.mark.parametrize("helper", [f"{ROOT}/helpers.py", f"{ROOT}/contest/helpers.py", "/srv/tests/helpers.py"])
    def test_a_helper_elsewhere(self, places: Places, helper: str) -> None:
        """It may be the program."""
        assert files(through(places, helper, TEST)) == [helper]

    @pytest.mark.parametrize(
        "between",
        [
            (f"{PACKAGES}/moto/core/models.py", "moto.core.models"),
            (f"{ROOT}/vendor/boto3/resources/action.py", "boto3.resources.action"),
            (contextlib.__file__, "contextlib"),
            (mock.__file__, "unittest.mock"),
            ("<attrs generated init app.User>", "app"),
            ("<frozen importlib._bootstrap>", "importlib._bootstrap"),
            (f"{PACKAGES}/retry/api.py", "retry.api"),
        ],
        ids=lambda value: value[1],
    )
    def test_what_stands_between(self, places: Places, between: tuple[str, str]) -> None:
        """Neither a mock nor a decorator nor the SDK is anybody's own code, wherever it is."""
        assert through(places, between, TEST) is None
        assert files(through(places, between, PROGRAM, TEST)) == [PROGRAM]

    def test_a_waiter(self, places: Places) -> None:
        assert through(places, ("/sdk/botocore/waiter.py", "botocore.waiter"), PROGRAM) is None

    def test_the_program_within_a_waiter(self, places: Places) -> None:
        """A waiter that calls the program back does not make the program's own calls a waiter's."""
        waiter = ("/sdk/botocore/waiter.py", "botocore.waiter")
        assert files(through(places, PROGRAM, waiter, TEST)) == [PROGRAM]

    def test_a_paginator(self, places: Places) -> None:
        """It is followed to its caller, and noted."""
        caller = through(places, ("/sdk/botocore/paginate.py", "botocore.paginate"), PROGRAM)

        assert files(caller) == [PROGRAM]
        assert caller is not None and caller.paginated

    @pytest.mark.parametrize("module", ["awscontract.clients.fuzzing.runner", "awscontract.conformance.driver.driver"])
    def test_our_own_judging(self, places: Places, module: str) -> None:
        """What `check` and `fuzz_client` call is theirs, also where the client under test is the program."""
        judge = (f"{PACKAGES}/awscontract/any.py", module)
        assert through(places, PROGRAM, judge, TEST) is None
        assert through(Places(), judge) is None

    def test_without_tests(self) -> None:
        """Where there are no tests, whatever calls is the program."""
        places = Places(Origins(root=ROOT))

        assert files(through(places, TEST)) == [TEST]
        assert through(places) == Caller()

    def test_calls_of_tests_are_counted(self) -> None:
        """A summary can say why nothing was cut; calls of waiters are not the tests'."""
        counted: list[None] = []
        places = Places(Origins(is_test, ROOT), lambda: counted.append(None))

        through(places, TEST)
        through(places, ("/sdk/botocore/waiter.py", "botocore.waiter"), TEST)
        through(places, PROGRAM, TEST)

        assert len(counted) == 1


class TestInstalled:
    """A program that runs from site-packages, as tox installs it."""

    def test_of_the_project(self, tmp_path: Path) -> None:
        """A package whose sources are in the project, at its root or below src, is the program."""
        (tmp_path / "src" / "app").mkdir(parents=True)
        (tmp_path / "src" / "app" / "__init__.py").touch()
        (tmp_path / "tool.py").touch()
        (tmp_path / "pyproject.toml").write_text("[project]\nname = 'My-Lib'\n")
        places = Places(Origins(is_test, tmp_path))

        for file in ("app/users.py", "tool.py", "my_lib/users.py"):
            caller = through(
                places, f"{PACKAGES}/awsthing/s3.py", f"{PACKAGES}/{file}", f"{ROOT}/tests/helpers.py", TEST
            )
            assert files(caller) == [f"{PACKAGES}/{file}", f"{ROOT}/tests/helpers.py"]

    @pytest.mark.parametrize("text", ["", "[project\n", "project = 1\n", "\0"])
    def test_of_a_project_without_a_name(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "pyproject.toml").write_text(text)
        assert through(Places(Origins(is_test, tmp_path)), f"{PACKAGES}/retry/api.py", TEST) is None

    def test_works_with_aws(self, places: Places) -> None:
        """Where nothing else is on the stack, the outermost package that declares the SDK is what the test tests."""
        inner, outer = f"{PACKAGES}/awsthing/s3.py", f"{PACKAGES}/awsthing/api.py"

        assert files(through(places, inner, outer, f"{PACKAGES}/retry/api.py", TEST)) == [inner, outer]

    def test_below_the_program(self, places: Places) -> None:
        """The program that calls it is to blame, and the package is named."""
        caller = through(places, f"{PACKAGES}/awsthing/s3.py", PROGRAM, TEST)

        assert files(caller) == [PROGRAM]
        assert caller is not None and caller.through == "awsthing"

    def test_a_console_script(self) -> None:
        """The package that it starts is the program, whatever that declares; the script is not."""
        places = Places(Origins(root=ROOT))
        script = (str(Path(sys.executable).parent / "tool"), "__main__")

        assert files(through(places, f"{PACKAGES}/retry/api.py", f"{PACKAGES}/awsthing/s3.py", script)) == [
            f"{PACKAGES}/awsthing/s3.py"
        ]
        assert files(through(places, f"{PACKAGES}/retry/api.py", script)) == [f"{PACKAGES}/retry/api.py"]
        assert files(through(places, script)) == [script[0]]


class TestText:
    @pytest.mark.parametrize(
        ("file", "module"),
        [
            ("<string>", "__main__"),
            ("<stdin>", "__main__"),
            ("<ipython-input-3-0a1b>", "__main__"),
            ("/srv/ipykernel_1/2.py", "__main__"),
        ],
    )
    def test_typed(self, places: Places, file: str, module: str) -> None:
        """`python -c`, the interpreter and notebooks are programs."""
        assert files(through(places, (file, module))) == [file]

    def test_generated(self, places: Places) -> None:
        """What a library has compiled is not."""
        assert through(places, ("<string>", "app.models"), TEST) is None

    def test_a_doctest(self, places: Places) -> None:
        """It is a test's call; without tests it is the program's."""
        assert through(places, ("<doctest README.md[0]>", "README.md")) is None
        assert files(through(Places(), ("<doctest README.md[0]>", "README.md"))) == ["<doctest README.md[0]>"]

    def test_a_zip_file(self, places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The lines in it are found by its module's loader, comments included."""
        with zipfile.ZipFile(tmp_path / "app.pyz", "w") as file:
            file.writestr("zipped_app.py", ZIPPED)
        monkeypatch.syspath_prepend(str(tmp_path / "app.pyz"))
        import zipped_app  # type: ignore[import-not-found]

        caller = zipped_app.call(places.capture, None, OPERATION)

        assert line_of(caller.frames[0]) == (str(tmp_path / "app.pyz" / "zipped_app.py"), 3, "call")
        assert is_intended(caller.frames[0])


#: A thread is given the client's method itself, by one of the ways to do so.
THREADS = {
    "thread": "import threading\ndef call(task):\n    t = threading.Thread(target=task)\n    t.start()\n    t.join()\n",
    "pool": "from concurrent.futures import *\ndef call(task):\n    with ThreadPoolExecutor() as p:\n        p.submit(task).result()\n",
    "asyncio": "import asyncio\ndef call(task):\n    asyncio.run(asyncio.to_thread(task))\n",
}


@pytest.mark.parametrize("source", THREADS.values(), ids=THREADS)
class TestThreads:
    """The stack of a thread ends where it began; who started it goes on from there."""

    def started(self, places: Places, file: str, source: str) -> Caller | None:
        found: list[Caller | None] = []
        run = function("/sdk/botocore/client.py", "botocore.client", CLIENT)
        step = function("/sdk/botocore/client.py", "botocore.client", "call = lambda run, *a: lambda: run(*a)")
        start = function(file, source=source)
        with noted(places.thread_started):
            start(step(run, found, places.capture, []))
        return found[0]

    def test_of_the_program(self, places: Places, source: str) -> None:
        assert files(self.started(places, PROGRAM, source))[0] == PROGRAM

    def test_of_a_test(self, places: Places, source: str) -> None:
        assert self.started(places, TEST, source) is None


def test_a_thread_of_our_own_judging(places: Places) -> None:
    """A client under `fuzz_client` runs in a thread of its watchdog."""
    found: list[Caller | None] = []
    run = function("/sdk/botocore/client.py", "botocore.client", CLIENT)
    program = function(PROGRAM)
    start = function("/sdk/awscontract/runner.py", "awscontract.clients.fuzzing.runner", THREADS["thread"])
    step = function("/sdk/botocore/client.py", "botocore.client", "call = lambda run, *a: lambda: run(*a)")
    with noted(places.thread_started):
        start(step(run, found, places.capture, [program]))

    assert found == [None]
