"""What one pytest run with ``--awscontract`` adds to pytest: the tests, the two fixtures, the header and the summary."""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ..conformance.driver.targets import Opened, open_target
from ..conformance.results.result import Result
from ..errors import UsageError, one_line, unknown
from ..options.config import ALTERNATIVES
from ..spec import service_rules
from . import messages as pytest_text
from .items import NAME, Contract, ContractItem
from .settings import Settings, in_pytest, read
from .shared_survey import Survey, at_rest, make, shared

__all__ = ["Run", "register"]

_PREFIX = f"{NAME}::"
#: From a folder inside, pytest's own summary has the rootdir's path before it.
_CHOSEN = re.compile(rf"(?:\.\./)*({_PREFIX}.*)", re.DOTALL)


class Run:
    """The state of a run and the hooks on it."""

    def __init__(self, settings: Settings, *, only: bool) -> None:
        self.settings = settings
        self.only = only
        self.chosen: list[str] = []
        self.opened: Opened | None = None
        self.surveys: dict[str, Survey] = {}
        self.results: dict[str, Result] = {}
        #: Why there is no survey of a client: nobody tries again for every rule.
        self.failures: dict[str, str] = {}

    def judge(self, item: ContractItem, client: Any, job_id: str | None) -> None:
        """Do what a test does. The first one of a client makes the survey."""
        name = item.parameter
        if name in self.failures:
            raise pytest.skip.Exception(f"the survey failed: {one_line(self.failures[name])}", _use_item_location=True)
        if name not in self.surveys:
            try:
                self.surveys[name] = self._survey(item, client, job_id)
            except (Exception, pytest.fail.Exception) as error:
                self.failures[name] = f"{type(error).__name__}: {error}"
                raise
            self.results[name] = self.surveys[name].result
        item.judge(self.surveys[name], self.settings)

    def _survey(self, item: ContractItem, client: Any, job_id: str | None) -> Survey:
        name, hook = item.parameter, item.ihook.pytest_awscontract_seed
        if self.opened is None and (typed := _typed_target(item.config)):
            with _usage_ends_the_run(item.session):
                raise UsageError(
                    f"awscontract_client of the project's own is judged, and {typed} names another: keep one"
                )
        opened = self.opened if self.opened and self.opened.client is client else None

        def survey() -> Survey:
            return make(client, self.settings, name=name, opened=opened, job_id=job_id, hook=hook)

        with _usage_ends_the_run(item.session):
            worker = getattr(item.config, "workerinput", None)
            if worker is None:
                return survey()
            folder: Path = item._request.getfixturevalue("tmp_path_factory").getbasetemp().parent
            return shared(folder / f"{NAME}-{worker['testrunuid']}.sqlite", name, survey)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Insist on a target, unless the tests are only listed."""
        named = self.settings.endpoint_url or self.settings.target
        if not named and not session.config.option.collectonly and not _has_own_client(session):
            raise pytest.UsageError(
                "--awscontract has nothing to judge: give --awscontract-endpoint-url or --awscontract-target (or endpoint-url "
                "in [tool.awscontract]), or define the fixture awscontract_client in the conftest.py of the rootdir"
            )

    def pytest_report_header(self, config: pytest.Config) -> str:
        """Say what is judged."""
        session: Any = config.pluginmanager.get_plugin("session")
        named = self.settings.endpoint_url or self.settings.target or "no target"
        return f"{NAME}: {'the fixture awscontract_client' if _has_own_client(session) else named}"

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> None:
        """Take the node ids that are ours out of the arguments, which pytest would look for in files."""
        args = session.config.args
        ours = {each: found[1] for each in args if (found := _CHOSEN.fullmatch(each))}
        self.chosen = list(ours.values())
        if self.chosen:
            args[:] = [each for each in args if each not in ours]
            self.only = self.only or not args
            args[:] = args or [str(session.config.invocation_params.dir)]

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Add the tests to what the session collects itself, which needs no file for that."""
        report = yield
        if isinstance(collector, pytest.Session) and report.passed:
            report.result = [*([] if self.only else report.result), *self._collect(collector)]
        return report

    def _collect(self, session: pytest.Session) -> list[ContractItem]:
        contract = Contract.from_parent(session, path=session.config.rootpath, name=NAME, nodeid=NAME, judge=self.judge)
        try:
            items = list(contract.collect())
        except (pytest.fail.Exception, pytest.Collector.CollectError) as error:
            raise pytest.UsageError(f"cannot parametrize the tests of {NAME}: {error}") from None
        known = {item.nodeid for item in items} | {_PREFIX + item.rule.id for item in items}
        for each in self.chosen:
            if each not in known:
                raise pytest.UsageError(
                    str(unknown("rule", each.removeprefix(_PREFIX), [r.id for r in service_rules()]))
                )
        if not self.chosen:
            return items
        return [item for item in items if {item.nodeid, _PREFIX + item.rule.id}.intersection(self.chosen)]

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Hand the results of an xdist worker to the process that prints them."""
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[NAME] = {name: at_rest(result.to_json()) for name, result in self.results.items()}

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take them."""
        found: dict[str, bytes] = getattr(node, "workeroutput", {}).get(NAME, {})
        self.results |= {name: Result.from_dict(json.loads(text)) for name, text in found.items()}

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print verdict, coverage and divergence."""
        if self.results:
            terminalreporter.section(NAME)
        for name, result in self.results.items():
            for line in pytest_text.summary(result, name):
                terminalreporter.line(line)


_RUN = pytest.StashKey[Run]()


@pytest.fixture(scope="session")
def awscontract_client(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A client for the target that the options name. Override it to judge through a client of your own."""
    run = request.config.stash[_RUN]
    with _usage_ends_the_run(request.session), open_target(run.settings.target_options) as run.opened:
        yield run.opened.client


@pytest.fixture(scope="session")
def awscontract_job_id(pytestconfig: pytest.Config) -> str | None:
    """The JobId of a finished report to read; None generates a report. Override it to name one."""
    return pytestconfig.stash[_RUN].settings.job_id


def register(config: pytest.Config) -> None:
    """Give the run its contract tests."""
    try:
        run = Run(read(config), only=config.option.awscontract_only)
    except UsageError as error:
        raise pytest.UsageError(in_pytest(str(error))) from None
    config.stash[_RUN] = run
    config.pluginmanager.register(run, f"{NAME}-run")
    config.pluginmanager.register(_fixtures(config.pluginmanager), f"{NAME}-fixtures")


def _fixtures(manager: pytest.PytestPluginManager) -> ModuleType:
    """A plugin with the fixtures that no other plugin brings.

    Of two plugins pytest lets the later one win, and ours is late. A conftest.py wins over either, and may build on ours.
    """
    plugins = [plugin for name, plugin in manager.list_name_plugin() if plugin and not name.endswith("conftest.py")]
    module = ModuleType(f"{NAME}_fixtures")
    for name, fixture in (("awscontract_client", awscontract_client), ("awscontract_job_id", awscontract_job_id)):
        if not any(hasattr(plugin, name) for plugin in plugins):
            setattr(module, name, fixture)
    return module


def _typed_target(config: pytest.Config) -> str | None:
    """The option by which the command line names a target."""
    return next(
        (f"--awscontract-{each}" for each in ALTERNATIVES if config.getoption(f"awscontract_{each.replace('-', '_')}")),
        None,
    )


def _has_own_client(session: pytest.Session) -> bool:
    """Whether the user overrides the fixture `awscontract_client`."""
    info = session._fixturemanager.getfixtureinfo(session, lambda awscontract_client: None, None)  # type: ignore[arg-type]
    return bool(info.name2fixturedefs["awscontract_client"][-1].func.__module__ != __name__)


@contextmanager
def _usage_ends_the_run(session: pytest.Session) -> Iterator[None]:
    """Wrong usage that shows only when the target is opened ends the run, with pytest's status for it.

    An xdist worker must not leave the run; it can only ask for its end.
    """
    try:
        yield
    except UsageError as error:
        message = in_pytest(str(error))
        if hasattr(session.config, "workerinput"):
            session.shouldfail = message
            raise pytest.fail.Exception(message, pytrace=False) from None
        raise pytest.exit.Exception(message, returncode=pytest.ExitCode.USAGE_ERROR) from None
