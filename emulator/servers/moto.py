"""moto with the access reports added: its IAM answers them from its own Organizations and its own users, groups, roles and policies.

    with mock_aws(), access_reports() as reports:
        …
        reports.attempt("123456789012", "s3")
        reports.attempt("arn:aws:iam::123456789012:user/alice", "s3", action="GetObject")

Nothing of moto is replaced: `IamResponse` gains a method for each operation, as an operation of moto has one, and the
backend of the calling account keeps the jobs, so that moto's reset forgets them. What is about neither Organizations nor IAM is
the emulator's. For moto's server, run ``python -m awscontract.emulator.servers.moto`` with the arguments of ``moto_server``, or
start moto's ThreadedMotoServer inside the context. ``pytest_plugins = "awscontract.emulator.servers.moto"`` makes it a fixture.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from unittest.mock import patch
from urllib.parse import urlencode

import pytest
from botocore import xform_name
from moto.iam.models import iam_backends
from moto.iam.responses import IamResponse

from ...spec.http import HttpRequest
from ...spec.operations import access_reports as operations, load
from ..access_reports.principals import principal
from ..access_reports.services import service_names
from ..behaviour import Behaviour
from ..engine import Emulator
from ..records import Call, Read, Row, StartedJob
from ..stages.pipeline import Stages
from ..stages.rows import rows as rows_of
from . import moto_identities, moto_organizations
from .moto_attempts import ATTEMPTS, Attempt, note

if TYPE_CHECKING:
    from moto.iam.models import IAMBackend

__all__ = ["AS_OBSERVED", "AccessReports", "access_reports", "main"]

#: The behaviour of AWS as it was seen. What a report lists comes from moto, never from here.
AS_OBSERVED = Behaviour(polls=1, region_of_unused_iam=True)

#: Where the jobs are kept: moto's reset empties a backend's attributes.
_JOBS = "_access_report_jobs"


class AccessReports:
    """What tests say about the past: who tried what."""

    def attempt(
        self,
        who: str,
        service: str,
        *,
        action: str | None = None,
        at: datetime | None = None,
        region: str = "us-east-1",
        partition: str = "aws",
    ) -> None:
        """Note that somebody tried to use a service, given by its namespace. moto's reset forgets it.

        :param who: the number of an account, or the Arn of a user or role, which counts for its account too.
        :param action: the name of the action, such as ``GetObject``; reports at the level of actions track it from then on.
        :param at: the moment, with its zone; now, without one.
        :raises ValueError: for a service that no report lists, a moment without a zone, an Arn of something else, or an
            action of nobody in particular.
        """
        if service not in dict(service_names()):
            raise ValueError(f"no report lists a service {service!r}")
        moment = datetime.now(UTC) if at is None else at
        if moment.tzinfo is None:
            raise ValueError(f"{at!r} has no zone")
        account, arn = who, None
        if ":" in who:
            found = principal(who)
            if found is None or found.type not in ("user", "role"):
                raise ValueError(f"{who!r} is not the Arn of a user or role")
            account, arn, partition = found.account, who, found.partition
        if action is not None and arn is None:
            raise ValueError("an action needs the Arn of the user or role that tried it")
        moment = moment.astimezone(UTC).replace(microsecond=0)
        note(iam_backends[account][partition], Attempt(account, service, region, moment, arn, action))


@contextmanager
def access_reports(
    behaviour: Behaviour = AS_OBSERVED, *, clock: Callable[[], float] = time.time
) -> Iterator[AccessReports]:
    """A context in which moto's IAM answers the three access reports and the two operations that start their jobs.

    :param behaviour: the emulator's behaviour, such as `same_request_same_job=False` and `one_running_job=False`.
    :param clock: seconds since 1970, for the jobs' dates and for when a minute is over.
    """
    # What a job holds is looked up in moto: see `_stages`.
    behaviour = replace(behaviour, report=(), known_entities="any")
    contracts = tuple(load(each) for each in operations())
    names = {name for each in contracts for name in each.operations}

    def answer(self: IamResponse) -> tuple[int, dict[str, Any], str]:
        """Answer whatever came, as it came: moto's own parser would stumble over wrong parameters."""
        form = urlencode({name: values[0] for name, values in self.querystring.items()})
        backend: IAMBackend = self.backend
        emulator: Emulator = vars(backend).setdefault(_JOBS, Emulator(contracts, behaviour, _stages(backend), clock))
        response = emulator.respond(HttpRequest(headers=_FORM, body=form.encode()))
        return response.status, {**response.headers, "status": response.status}, response.body.decode()

    with ExitStack() as patches:
        for name in names:
            patches.enter_context(patch.object(IamResponse, xform_name(name), answer, create=True))
        if hasattr(IamResponse, "parse_parameters"):  # from moto 5.1 on
            patches.enter_context(patch.object(IamResponse, "parse_parameters", _parsing_all_but(names)))
        patches.callback(_forget)
        yield AccessReports()


_FORM = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}


@pytest.fixture(name="access_reports")
def _fixture() -> Iterator[AccessReports]:
    """moto's IAM, with the reports; `mock_aws` is the test's own."""
    with access_reports() as reports:
        yield reports


def main(arguments: list[str] | None = None) -> None:
    """``moto_server`` with the reports."""
    from moto.server import main as serve

    with access_reports():
        serve(arguments)


def _parsing_all_but(ours: set[str]) -> Callable[[IamResponse, Any], None]:
    original = IamResponse.parse_parameters

    def parse_parameters(self: IamResponse, request: Any) -> None:
        if self._get_action() not in ours:
            original(self, request)

    return parse_parameters


def _forget() -> None:
    for partitions in list(iam_backends.values()):
        for backend in list(partitions.values()):
            for name in (_JOBS, ATTEMPTS):
                vars(backend).pop(name, None)


def _stages(backend: IAMBackend) -> Stages:
    """The stages of one account: a job is its caller's."""

    def start(call: Call, jobs: Mapping[str, StartedJob]) -> StartedJob:
        begin = moto_organizations.start if _is_about_an_organization(call) else moto_identities.start
        return begin(call, jobs, backend)

    def rows(read: Read) -> tuple[Row, ...]:
        report = read.contract.report
        return moto_identities.entities(read, backend) if report is not None and report.about else rows_of(read)

    return Stages(start=start, rows=rows)


def _is_about_an_organization(call: Call) -> bool:
    return call.contract.report is not None and call.contract.report.entity_is == "below"


if __name__ == "__main__":
    main()
