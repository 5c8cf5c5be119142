"""What one pytest run with ``--awscontract`` adds to pytest: the tests, the two fixtures, the header and the summary."""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import pytest

from ..conformance import batch
from ..conformance.driver.targets import Opened, open_target
from ..conformance.results.result import Result, Results
from ..errors import UsageError, one_line, unknown
from ..options.files import write
from ..options.table import ALTERNATIVES
from ..spec.contract import Contract
from ..version import __version__
from . import messages
from .aws_guard import no_requests_to_aws
from .clients import Session, source_of
from .items import NAME, ContractItem, ContractModule
from .reporting import layout_of
from .settings import Settings, in_pytest, read
from .shared_survey import Survey, encoded, file_of, make, shared

__all__ = ["PluginRun", "register"]

_PREFIX = f"{NAME}::"
#: From a folder inside, pytest's own summary has the rootdir's path before it.
_CHOSEN = re.compile(rf"(?:\.\./)*({_PREFIX}.*)", re.DOTALL)

#: A client's parameter, and an operation.
Key = tuple[str, str]


class PluginRun:
    """The state of a run and the hooks on it."""

    def __init__(self, settings: Settings, *, only: bool) -> None:
        self.settings = settings
        self.only = only
        self.chosen: list[str] = []
        self.opened: Opened | None = None
        self.surveys: dict[Key, Survey] = {}
        self.results: dict[Key, Result] = {}
        #: Why there is no survey: nobody tries again for every rule.
        self.failures: dict[Key, str] = {}
        #: The options with what the seed command printed, once it ran.
        self.values: dict[str, Any] | None = None
        self.status: int | None = None

    # --- the tests

    def judge(self, item: ContractItem, client: Any, job_id: str | None) -> None:
        """Do what a test does. The first one of an operation makes its survey."""
        survey = self._survey(item, item.contract, client, job_id)
        if item.rule is None:
            item.report_judged(survey, self.settings, another=lambda: self._another(item, client, job_id))
        else:
            item.report_rule(survey, self.settings)

    def _another(self, item: ContractItem, client: Any, job_id: str | None) -> bool:
        """Whether any other operation could be judged."""
        others = [each for each in self.settings.contracts if each != item.contract]
        return any(self._survey(item, each, client, job_id).result.judged for each in others)

    def _survey(self, item: ContractItem, contract: Contract, client: Any, job_id: str | None) -> Survey:
        key = (item.parameter, contract.id)
        if key in self.failures:
            item.skip(f"the survey failed: {one_line(self.failures[key])}")
        if key not in self.surveys:
            try:
                survey = self._made(item, contract, client, job_id)
            except (Exception, pytest.fail.Exception) as error:
                self.failures[key] = f"{type(error).__name__}: {error}"
                raise
            self.surveys[key], self.results[key] = survey, survey.result
            self._save()
            if survey.signal is not None:
                self._interrupted(survey.signal)
        return self.surveys[key]

    def _made(self, item: ContractItem, contract: Contract, client: Any, job_id: str | None) -> Survey:
        name, hook = item.parameter, item.ihook.pytest_awscontract_seed
        with _usage_ends_the_run(item.session):
            if self.opened is None and (typed := _typed_target(item.config)):
                raise UsageError(
                    f"the awscontract_client fixture of this project and {typed} name two targets: remove one of them"
                )
            ours = self.opened if isinstance(client, Session) or self._is_opened(client) else None
            source = source_of(client, ours)

            def survey() -> Survey:
                values = self._seeded(ours)
                return make(source, contract, self.settings, values, name=name, job_id=job_id, hook=hook)

            worker = getattr(item.config, "workerinput", None)
            if worker is None:
                return survey()
            folder: Path = item._request.getfixturevalue("tmp_path_factory").getbasetemp().parent
            return shared(folder, f"{worker['testrunuid']} {name} {contract.id}", survey)

    def _is_opened(self, client: Any) -> bool:
        return self.opened is not None and client is self.opened.client_of(self.settings.contracts[0].service)

    def _seeded(self, opened: Opened | None) -> dict[str, Any]:
        """The options, with what the seed command printed; it runs once."""
        if self.values is None:
            if opened is None:
                if (
                    self.settings["seed_command"] is not None
                ):  # its endpoint may be AWS itself, with a mock in this process alone
                    raise UsageError(
                        "--seed-command cannot reach what awscontract_client leads to: implement pytest_awscontract_seed"
                    )
                self.values = dict(self.settings.values)
            else:
                self.values = batch.seeded(
                    self.settings.values, self.settings.contracts, self.settings.target_options, opened
                )
        return self.values

    def _interrupted(self, number: int) -> NoReturn:
        """End the run with what was learnt until now."""
        self.status = 128 + number
        raise pytest.exit.Exception(f"interrupted by signal {number}; what was learnt until then is in the summary")

    def _save(self) -> None:
        """Write the results that there are, in one file for each parameter of the client."""
        if not self.settings["save"]:
            return
        order = [each.id for each in self.settings.contracts]
        for name in dict.fromkeys(parameter for parameter, _ in self.results):
            found = [self.results[name, each] for each in order if (name, each) in self.results]
            single = len(order) == 1
            document = found[0].to_json() if single else Results(found[0].target, tuple(found), __version__).to_json()
            write(file_of(self.settings["save"], name), encoded(document))

    # --- pytest's hooks

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Insist on a target, unless the tests are only listed."""
        if not self.settings.target_name and not session.config.option.collectonly and not _has_own_client(session):
            raise pytest.UsageError(
                "--awscontract has nothing to judge: give --awscontract-endpoint-url or --awscontract-target (or endpoint-url "
                "in [tool.awscontract]), or define the fixture awscontract_client in the conftest.py of the rootdir"
            )

    def pytest_report_header(self, config: pytest.Config) -> list[str]:
        """Say what is judged."""
        session: Any = config.pluginmanager.get_plugin("session")
        target = (
            "the fixture awscontract_client" if _has_own_client(session) else self.settings.target_name or "no target"
        )
        return [f"{NAME}: {target}", *(f"{NAME}: {note}" for note in self.settings.notes)]

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
        module = ContractModule.from_parent(
            session, path=session.config.rootpath, name=NAME, nodeid=NAME, settings=self.settings, judge=self.judge
        )
        try:
            items = list(module.collect())
        except (pytest.fail.Exception, pytest.Collector.CollectError) as error:
            raise pytest.UsageError(f"cannot parametrize the tests of {NAME}: {error}") from None
        names = {item: (item.nodeid, f"{_PREFIX}{item.originalname}") for item in items}
        found = {
            each: [item for item in items if each in names[item] or item.nodeid.startswith(f"{each}::")]
            for each in self.chosen
        }
        for each, members in found.items():
            if not members:
                known = dict.fromkeys(item.originalname for item in items)
                raise pytest.UsageError(str(unknown("test", each.removeprefix(_PREFIX), known)))
        if not self.chosen:
            return items
        wanted = {item for members in found.values() for item in members}
        return [item for item in items if item in wanted]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, None, None]:
        """Fixtures of our tests send nothing to AWS by mistake either."""
        if not isinstance(item, ContractItem):
            return (yield)
        with _usage_ends_the_run(item.session), no_requests_to_aws(permitted=bool(self.settings["allow_aws"])):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, None, None]:
        """Hand the results of an xdist worker to the process that prints them; a run that judged nothing is not green."""
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[NAME] = [(*key, encoded(result.to_json())) for key, result in self.results.items()]
        if self.status is None and session.exitstatus == pytest.ExitCode.OK and self._unjudged():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        yield
        if self.status is not None:
            session.exitstatus = self.status

    def _unjudged(self) -> bool:
        """Whether nothing could be judged, or not what was required."""
        found = self.results.values()
        missing = any(each.operation in self.settings.required and not each.judged for each in found)
        return bool(found) and (missing or not any(each.judged for each in found))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take the results of a worker."""
        for parameter, operation, text in getattr(node, "workeroutput", {}).get(NAME, ()):
            self.results[parameter, operation] = Result.from_dict(json.loads(text))
        self._save()

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print both figures of each operation."""
        if not self.results:
            return
        terminalreporter.section(NAME)
        layout = layout_of(terminalreporter)
        order = [each.id for each in self.settings.contracts]
        for name, operation in sorted(self.results, key=lambda key: order.index(key[1])):
            for each in messages.summary(self.results[name, operation], name, layout, named=self.settings.named):
                terminalreporter.line(each)


_RUN = pytest.StashKey[PluginRun]()


@pytest.fixture(scope="session")
def awscontract_client(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A client for the target that the options name; of several services, a session. Override it to judge through your own."""
    run = request.config.stash[_RUN]
    contracts = run.settings.contracts
    services = {each.service for each in contracts}
    with _usage_ends_the_run(request.session), open_target(run.settings.target_options, contracts) as run.opened:
        yield run.opened.client_of(contracts[0].service) if len(services) == 1 else Session(run.opened)


@pytest.fixture(scope="session")
def awscontract_job_id(pytestconfig: pytest.Config) -> str | None:
    """The JobId of a finished report to read; None generates a report. Override it to name one."""
    job_id: str | None = pytestconfig.stash[_RUN].settings["job_id"]
    return job_id


def register(config: pytest.Config) -> None:
    """Give the run its contract tests."""
    try:
        run = PluginRun(read(config), only=config.option.awscontract_only)
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
