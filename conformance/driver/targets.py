"""Opening what is to be judged: a target's name or its URL becomes a client, for as long as a context lasts.

AWS itself is judged only by name, so that no slip in a URL costs anybody a request to it.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from ...errors import UsageError
from ..results.result import Target
from .clients import TargetOptions, environment, make_client
from .organization import find_entity_path, is_entity_path

if TYPE_CHECKING:
    from ...emulator.servers.moto import AccessReports

__all__ = [
    "TARGETS",
    "Opened",
    "TargetOptions",
    "environment",
    "find_entity_path",
    "is_entity_path",
    "open_target",
]


class Opened(NamedTuple):
    """A client to judge the target through, what to call the target, and the entity to report on, if one is known."""

    client: Any
    target: Target
    entity_path: str | None


@contextmanager
def open_target(options: TargetOptions) -> Iterator[Opened]:
    """Open the target for as long as the context lasts.

    :raises UsageError: with one line, where the options contradict each other or cannot be followed.
    """
    _validate(options)
    with _OPENERS[options.kind](options) as opened:
        path = options.entity_path or opened.entity_path
        if path is None and options.look_up:
            path = find_entity_path(options)
        yield opened._replace(entity_path=path)


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
        raise UsageError(f"--endpoint-url {url!r} is no URL: {error}") from None
    if parts.scheme not in ("http", "https") or not host or any(each.isspace() for each in url):
        raise UsageError(f"--endpoint-url {url!r} is no http:// or https:// URL with a host")
    if parts.username is not None or parts.password is not None:
        raise UsageError("--endpoint-url holds a user name or a password, which results would repeat: leave it out")

    from .session import is_aws_host

    if is_aws_host(url):
        raise UsageError(f"{host} is AWS itself: say --target aws instead of --endpoint-url to judge it")


def _validate_bundle(path: str) -> None:
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(**{"capath" if os.path.isdir(path) else "cafile": path})
    except OSError as error:  # an ssl.SSLError too
        raise UsageError(f"--ca-bundle {path}: {error.strerror or error}") from None


@contextmanager
def _emulator(options: TargetOptions) -> Iterator[Opened]:
    from ...emulator import Emulator, serve

    emulator = Emulator()
    with serve(emulator) as server:
        client = make_client(options, url=server.url)
        yield Opened(client, Target("emulator", server.url), emulator.organization.root)


@contextmanager
def _moto(options: TargetOptions) -> Iterator[Opened]:
    try:
        from moto import mock_aws
    except ImportError:
        raise UsageError(f"--target {options.kind} needs moto: pip install 'awscontract[moto]'") from None
    with mock_aws():
        yield Opened(make_client(options), Target(options.kind), None)


@contextmanager
def _moto_with_reports(options: TargetOptions) -> Iterator[Opened]:
    with _moto(options) as opened:
        from ...emulator.servers.moto import access_reports

        with access_reports() as reports:
            yield opened._replace(entity_path=_organize(make_client(options, "organizations"), reports))


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


def _endpoint(options: TargetOptions) -> AbstractContextManager[Opened]:
    return nullcontext(Opened(make_client(options), Target("endpoint", options.endpoint_url), None))


def _aws(options: TargetOptions) -> AbstractContextManager[Opened]:
    client = make_client(options)
    return nullcontext(Opened(client, Target("aws", client.meta.endpoint_url), None))


_OPENERS: dict[str, Callable[[TargetOptions], AbstractContextManager[Opened]]] = {
    "endpoint": _endpoint,
    "emulator": _emulator,
    "moto": _moto,
    "moto+access-reports": _moto_with_reports,
    "aws": _aws,
}

#: What `--target` takes. An endpoint is named by its URL alone.
TARGETS = tuple(kind for kind in _OPENERS if kind != "endpoint")
