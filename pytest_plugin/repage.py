"""What ``--awscontract-repage`` adds to a pytest run: listings in other pages, a section in the reports of failures, and the summary."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Collection, Generator, Mapping
from contextlib import ExitStack
from typing import Any

import pytest

from ..clients.repage.callers.origins import Origins
from ..clients.repage.callers.places import Places
from ..clients.repage.contexts import Contexts
from ..clients.repage.failure_section import failure_section
from ..clients.repage.log import Log
from ..clients.repage.processes.process import hand_over, settings
from ..clients.repage.serving import served
from ..clients.repage.summary import summary
from ..clients.repage.unread import Digest
from ..errors import UsageError, counted
from ..options.config import configuration
from ..options.table import PYTEST
from .reporting import layout_of
from .strict_repage import StrictTests
from .suite_files import SuiteFiles
from .values import option_values

__all__ = ["RepagedRun", "register"]

_TITLE = "awscontract repage"
_OUTPUT = "awscontract_repage"


class RepagedRun:
    """The state of a run and the hooks on it. Under xdist every process has one, and the controller's gets what the workers saw."""

    def __init__(self, config: pytest.Config, options: Mapping[str, Any]) -> None:
        self._config, self._options = config, options
        self.files = SuiteFiles(config)
        self._log = Log(self.files.is_test)
        self._places = Places(Origins(self.files.is_test, config.rootpath), lambda: self._log.left("by-tests"))
        self._contexts = Contexts()
        self._digest = Digest()
        #: The id of a fixture that outlives a test -> its name, where it is in force, and the test that it was set up for.
        self._fixtures: dict[str, tuple[str, str, str]] = {}
        self._test = ""
        strict, every = options["repage_strict"], options["repage_strict_all"]
        self.strict = StrictTests(every=every, again=self._again) if strict or every else None
        self._undo = ExitStack()

    def begin(self) -> None:
        """Serve other pages from now on.

        :raises UsageError: for an operation that does not page.
        """
        options = self._options
        hand_over(self._log)
        self._undo.enter_context(
            served(
                self._log,
                self._places,
                self._contexts,
                seed=int(options["repage_seed"] or 0),
                page=options["repage_page"],
                operations=self._operations(),
            )
        )

    def _operations(self) -> Collection[str] | None:
        """The operations that are named. They are looked up in botocore, which is imported for that."""
        if not self._options["repage_operations"]:
            return None
        from ..clients.repage.selection import selected

        return selected(self._options["repage_operations"])

    def pytest_unconfigure(self) -> None:
        """Leave the process as it was."""
        self._undo.close()

    def pytest_report_header(self) -> str:
        """Say what is done to the tests."""
        page = self._options["repage_page"]
        most = "1 to 3 items" if page is None else f"at most {counted(page, 'item')}"
        return f"{_TITLE}: seed {self._options['repage_seed'] or 0}, pages of {most}"

    def pytest_collection_finish(self) -> None:
        """Which modules have tests is known by now."""
        self._places.origins.forget()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Whatever is called from its setup to its teardown belongs to the test."""
        self._test = item.nodeid
        with self._contexts.within(item.nodeid):
            return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
    ) -> Generator[None, object, object]:
        """A fixture of several tests has plans of its own, whichever of them comes first."""
        if fixturedef.scope == "function":
            return (yield)
        where = request.node.nodeid
        number = f"[{request.param_index}]" if hasattr(request, "param") else ""  # type: ignore[attr-defined]
        name = f"{where}::{fixturedef.argname}{number}"
        self._fixtures[name] = (fixturedef.argname, where, self._test)
        teardown = ExitStack()
        request.addfinalizer(teardown.close)  # after the fixture's own finalizers
        with self._contexts.within(name):
            value = yield
        request.addfinalizer(lambda: teardown.enter_context(self._contexts.within(name)))  # before them
        return value

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """A failure says what was done to its listings."""
        report = yield
        if report.failed and (listings := [each for each in self._log.cut if each.context in self._contexts_of(item)]):
            text = "\n".join(failure_section(listings, self._again(item.nodeid)))
            explanation: Any = report.longrepr
            if hasattr(explanation, "addsection"):
                explanation.addsection(_TITLE, text, "-")
            else:
                report.sections.append((_TITLE, text))
        return report

    def _contexts_of(self, item: pytest.Item) -> set[str]:
        names = set(getattr(item, "fixturenames", ()))
        fixtures = {
            each for each, (name, where, _) in self._fixtures.items() if name in names and item.nodeid.startswith(where)
        }
        return {item.nodeid, *fixtures}

    def _again(self, test: str) -> str:
        """The command that runs a test alone with the same pages, from the folder that this run was started in.

        The pages are drawn from the test's id, which depends on the root.
        """
        options, joined = self._options, self._options["joined"]
        prefix = "--" if joined else "--awscontract-repage-"
        given = [f"{prefix}seed={options['repage_seed'] or 0}"]
        if options["repage_page"] is not None:
            given.append(f"{prefix}page={options['repage_page']}")
        given += [f"{prefix}operation={each}" for each in options["repage_operations"] or ()]
        given += [f"{prefix}{each}" for each in ("strict", "strict-all") if options[f"repage_{each.replace('-', '_')}"]]
        words = (
            ["awscontract", "repage", *given, "--", "pytest"] if joined else ["pytest", "--awscontract-repage", *given]
        )
        for option, name in (("-c", "inifilename"), ("--rootdir", "rootdir")):
            if value := self._config.getoption(name):
                words += [option, str(value)]
        file, colons, name = test.partition("::")
        file = os.path.relpath(self._config.rootpath / file, self._config.invocation_params.dir)
        return shlex.join([*words, f"{file}{colons}{name}"])

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take what an xdist worker saw."""
        text, tests = getattr(node, "workeroutput", {}).get(_OUTPUT, (None, {}))
        if text is not None:
            self._digest.update(Digest.from_json(json.loads(text)))
            self._fixtures |= tests

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Hand over what a worker saw; else add it up, before anybody reports the outcomes."""
        self._digest.update(self._log.digest)
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[_OUTPUT] = (json.dumps(self._digest.to_json()), self._fixtures)
        elif self.strict is not None:
            tests = {name: test for name, (_, _, test) in self._fixtures.items()}
            self.strict.fail(session, self._digest.unread(), tests)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what was cut, and which places left pages unread."""
        if self._config.option.collectonly or self._options["joined"]:
            return
        terminalreporter.section(_TITLE)
        for each in summary(self._digest, layout_of(terminalreporter)):
            terminalreporter.line(each)


def register(config: pytest.Config) -> None:
    """Re-page the run, if its options say so or the command ``awscontract repage`` does."""
    try:
        options = option_values(config, configuration(config.rootpath, os.environ).of(PYTEST))
        options |= {"joined": False} if options["repage"] else _of_command()
        if not options["repage"]:
            return
        run = RepagedRun(config, options)
        run.begin()
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None
    for name, plugin in (("", run), ("-files", run.files), ("-strict", run.strict)):
        if plugin is not None:
            config.pluginmanager.register(plugin, f"awscontract-repage{name}")


def _of_command() -> dict[str, Any]:
    """The options that the command gives to every process under it. It joins their logs in one summary."""
    wanted = settings()
    if wanted is None:
        return {"joined": False}
    names = {"repage_operations": "operations", "repage_page": "page", "repage_seed": "seed"}
    names |= {"repage_strict": "strict", "repage_strict_all": "strict_all"}
    return {"repage": True, "joined": True} | {ours: wanted[name] for ours, name in names.items()}
