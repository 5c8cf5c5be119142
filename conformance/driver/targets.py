"""Opening what is to be judged: a target's name or its URL becomes clients, for as long as a context lasts.

AWS itself is judged only by name, so that no slip in a URL costs anybody a request to it.
"""

from __future__ import annotations

import gc
import os
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ...errors import UsageError
from ...spec.contract import Contract
from ..results.result import Target
from ..trace.aws_hosts import is_aws_host
from .clients import TargetOptions, environment, make_client
from .subjects import is_entity_path
from .waiting import wait_until_up

if TYPE_CHECKING:
    from ...emulator.servers.moto import AccessReports

__all__ = ["TARGETS", "Opened", "TargetOptions", "environment", "is_entity_path", "open_target"]


#: How many clients a thread keeps at least: each holds the model of its service, and that of the largest takes 60 MB.
_CLIENTS = 3


@dataclass
class Opened:
    """What the target is called, clients to judge it through, and what it has to report on, by the ids of operations.

    `forget` lets the target in this process forget what it keeps of services that are done.
    """

    target: Target
    options: TargetOptions
    subjects: Mapping[str, str] = field(default_factory=dict)
    forget: Callable[[], None] = lambda: None
    _made: threading.local = field(default_factory=threading.local)

    def client_of(self, service: str) -> Any:
        """The client of a service, made for this thread alone, because a client takes one judgement at a time; the latest are kept."""
        clients: dict[str, Any] = self._made.__dict__
        if service not in clients:
            url = self.target.endpoint_url if self.options.kind in ("emulator", "endpoint") else None
            clients[service] = make_client(self.options, service, url=url)
        clients[service] = found = clients.pop(service)
        if len(clients) > 2 * _CLIENTS:
            for oldest in list(clients)[:-_CLIENTS]:
                del clients[oldest]
            self.forget()
            gc.collect()  # models are full of cycles, and where moto's own data fills the memory nobody looks for them
        return found


@contextmanager
def open_target(options: TargetOptions, contracts: Sequence[Contract]) -> Iterator[Opened]:
    """Open the target for the operations of a run, for as long as the context lasts.

    :raises UsageError: with one line, where the options contradict each other or cannot be followed.
    :raises TargetUnavailable: where an endpoint does not come up in time.
    """
    _validate(options)
    with _OPENERS[options.kind](options, contracts) as opened:
        opened.client_of(contracts[0].service)  # so that what is wrong with the options is said at once
        yield opened


def _validate(options: TargetOptions) -> None:
    if options.endpoint_url is not None and options.target is not None:
        raise UsageError("--endpoint-url and --target contradict each other: give one of them")
    if options.endpoint_url is not None:
        _validate_url(options.endpoint_url)
    elif options.kind not in TARGETS:
        raise UsageError(f"unknown target {options.target!r}: one of {', '.join(TARGETS)}")
    if options.ca_bundle is not None:
        _validate_bundle(options.ca_bundle)


def _validate_url(url: str) -> None:
    if not url.strip():
        raise UsageError("--endpoint-url is empty; is the variable that it comes from set?")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise UsageError(f"--endpoint-url {url!r} is not a URL: {error}") from None
    if parts.scheme not in ("http", "https") or not host or any(each.isspace() for each in url):
        raise UsageError(f"--endpoint-url {url!r} is not an http:// or https:// URL with a host")
    if parts.username is not None or parts.password is not None:
        raise UsageError("--endpoint-url holds a user name or a password, which results would repeat: leave it out")
    if is_aws_host(url):
        raise UsageError(f"{host} is AWS itself: use --target aws instead of --endpoint-url to judge it")


def _validate_bundle(path: str) -> None:
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(**{"capath" if os.path.isdir(path) else "cafile": path})
    except OSError as error:  # an ssl.SSLError too
        raise UsageError(f"--ca-bundle {path}: {error.strerror or error}") from None


@contextmanager
def _emulator(options: TargetOptions, contracts: Sequence[Contract]) -> Iterator[Opened]:
    from ...emulator import Emulator, serve

    emulator = Emulator(tuple(contracts))
    with serve(emulator) as server:
        yield Opened(Target("emulator", server.url), options, emulator.subjects)


@contextmanager
def _moto(options: TargetOptions, contracts: Sequence[Contract]) -> Iterator[Opened]:
    try:
        from moto import mock_aws
    except ImportError:
        raise UsageError(
            f"--target {options.kind} needs moto: pip install boto3 'moto[iam,organizations,server]'"
        ) from None
    with mock_aws():
        yield Opened(Target(options.kind), options, forget=_forget_models)


def _forget_models() -> None:
    """Let moto forget the service models that it read: it would keep those of all services, which is hundreds of MB."""
    from moto.core import routing, utils

    for cached in (getattr(utils, "get_service_model", None), getattr(routing, "get_service_router", None)):
        if (clear := getattr(cached, "cache_clear", None)) is not None:
            clear()


@contextmanager
def _moto_with_reports(options: TargetOptions, contracts: Sequence[Contract]) -> Iterator[Opened]:
    with _moto(options, contracts) as opened:
        from ...emulator.servers.moto import access_reports

        with access_reports() as reports:
            path = _organize(opened.client_of("organizations"), reports)
            arn = _populate(opened.client_of("iam"), reports)
            subjects = {"EntityPath": path, "Arn": arn}
            opened.subjects = {each.id: subjects[each.job.start.subject] for each in contracts if each.job is not None}
            yield opened


def _organize(organizations: Any, reports: AccessReports) -> str:
    """Give moto an organization with a report worth judging, on the root whose path this is."""
    from ...emulator.access_reports.services import service_names

    organization = organizations.create_organization(FeatureSet="ALL")["Organization"]["Id"]
    root = organizations.list_roots()["Roots"][0]["Id"]
    organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    unit = organizations.create_organizational_unit(ParentId=root, Name="workloads")["OrganizationalUnit"]["Id"]
    accounts = []
    for name in ("first", "second", "third"):
        made = organizations.create_account(AccountName=name, Email=f"{name}@example.com")
        accounts.append(made["CreateAccountStatus"]["AccountId"])
    organizations.move_account(AccountId=accounts[0], SourceParentId=root, DestinationParentId=unit)
    now = datetime.now(UTC)
    for nth, (service, _) in enumerate(service_names()[::10]):
        # every other instant is a tie, and neither names nor accounts are in the order of time
        at = now - timedelta(hours=1 + (nth * 2 // 3) * 37 % 101)
        for account in accounts[: 1 + nth % len(accounts)]:
            reports.attempt(account, service, at=at)
    return f"{organization}/{root}"


def _populate(iam: Any, reports: AccessReports) -> str:
    """Give moto a group worth reporting on, whose Arn this is: its users have accessed some services and actions."""
    from ...emulator.access_reports.services import service_names

    policy = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
    arn = str(iam.create_group(GroupName="developers")["Group"]["Arn"])
    iam.put_group_policy(GroupName="developers", PolicyName="everything", PolicyDocument=policy)
    users = []
    for name in ("grace", "ada", "edsger", "barbara", "alan", "donald"):
        users.append(str(iam.create_user(UserName=name)["User"]["Arn"]))
        iam.add_user_to_group(GroupName="developers", UserName=name)
    now = datetime.now(UTC)
    names = [service for service, _ in service_names()]
    for nth, service in enumerate(sorted({*names[::10], "a4b", "s3"})):
        for place, user in enumerate(users[: 1 + nth % len(users)]):
            reports.attempt(user, service, at=now - timedelta(hours=1 + (nth * 7 + place * 5) % 101))
    reports.attempt(users[0], "s3", action="GetObject", at=now - timedelta(hours=3))
    return arn


@contextmanager
def _endpoint(options: TargetOptions, contracts: Sequence[Contract]) -> Iterator[Opened]:
    if options.wait and options.endpoint_url:
        wait_until_up(options.endpoint_url, options.wait)
    yield Opened(Target("endpoint", options.endpoint_url), options)


@contextmanager
def _aws(options: TargetOptions, contracts: Sequence[Contract]) -> Iterator[Opened]:
    opened = Opened(Target("aws"), options)
    opened.target = Target("aws", opened.client_of(contracts[0].service).meta.endpoint_url)
    yield opened


_OPENERS: dict[str, Callable[[TargetOptions, Sequence[Contract]], AbstractContextManager[Opened]]] = {
    "endpoint": _endpoint,
    "emulator": _emulator,
    "moto": _moto,
    "moto+access-reports": _moto_with_reports,
    "aws": _aws,
}

#: What `--target` takes. An endpoint is named by its URL alone.
TARGETS = tuple(kind for kind in _OPENERS if kind != "endpoint")
