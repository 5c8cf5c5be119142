"""botocore clients for a target, and the environment that makes any other program's client like them.

Credentials are looked for only where that cannot cost a request: an emulator never makes this program ask an instance's
metadata service or an identity provider who it is.
"""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ...errors import TargetUnavailable, UsageError, one_line
from ...spec import loader

if TYPE_CHECKING:
    from botocore.session import Session

    from ..results.result import Target

__all__ = ["TargetOptions", "environment", "make_client"]

_REGION = "us-east-1"
_DUMMY_KEY = "test"
_KEY_VARIABLES = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
#: botocore's credential providers that read this machine and nothing else.
_LOCAL_PROVIDERS = frozenset({"shared-credentials-file", "config-file", "custom-process"})
#: Without a profile of their own, other people's emulators are not spoken to with a profile that AWS_PROFILE names.
_NO_PROFILE = {"profile": (None, None, None, None)}
#: Nothing of the user's own AWS configuration reaches the embedded targets.
_HERMETIC = _NO_PROFILE | {
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}


@dataclass(frozen=True, slots=True)
class TargetOptions:
    """Which target, and how to reach it. Neither `endpoint_url` nor `target` means the embedded emulator.

    `look_up` False leaves the entity path None where nobody gave one: for those who read an existing job, or who fill
    the target first and call `find_entity_path` afterwards.
    """

    endpoint_url: str | None = None
    target: str | None = None
    profile: str | None = None
    region: str | None = None
    sign_request: bool = True
    verify_ssl: bool = True
    ca_bundle: str | None = None
    entity_path: str | None = None
    look_up: bool = True
    read_timeout: float = 10.0

    @property
    def kind(self) -> str:
        """The target's kind, as a result names it."""
        return "endpoint" if self.endpoint_url is not None else self.target or "emulator"


def environment(options: TargetOptions, target: Target) -> dict[str, str]:
    """This process's environment, as a program needs it to reach the target with any AWS SDK."""
    env = dict(os.environ)
    if options.profile:
        env = {name: value for name, value in env.items() if name not in _KEY_VARIABLES}
        env["AWS_PROFILE"] = options.profile
    elif options.kind != "aws" and "AWS_ACCESS_KEY_ID" not in env:
        env.pop("AWS_PROFILE", None)
        env |= {"AWS_ACCESS_KEY_ID": _DUMMY_KEY, "AWS_SECRET_ACCESS_KEY": _DUMMY_KEY}
    if target.endpoint_url and options.kind != "aws":
        env |= {"AWS_ENDPOINT_URL_IAM": target.endpoint_url, "AWS_EC2_METADATA_DISABLED": "true"}
        # The embedded emulator speaks for IAM alone; another endpoint is likely to have the other services too.
        env |= {"AWS_ENDPOINT_URL": target.endpoint_url} if options.kind == "endpoint" else {}
    region = options.region or env.get("AWS_REGION") or env.get("AWS_DEFAULT_REGION")
    if region or options.kind != "aws":
        env |= {"AWS_REGION": region or _REGION, "AWS_DEFAULT_REGION": region or _REGION}
    return env


def _loopback(url: str) -> bool:
    host = (urlsplit(url).hostname or "").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def make_client(
    options: TargetOptions, service: str = "iam", *, url: str | None = None, patience: float | None = None
) -> Any:
    """A client for the target: one try a request, so that the caller sees every answer that came."""
    from botocore import UNSIGNED
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError

    url = url or options.endpoint_url
    read_timeout = options.read_timeout if patience is None else patience
    settings: dict[str, Any] = {
        "retries": {"total_max_attempts": 1},
        "connect_timeout": min(read_timeout, 5.0),
        "read_timeout": read_timeout,
        # An endpoint that the environment configures is not what `--target aws` or `moto` names.
        "ignore_configured_endpoint_urls": True,
    }
    if url and _loopback(url):
        settings["proxies"] = {}
    if not options.sign_request:
        settings["signature_version"] = UNSIGNED
    try:
        session = _session(options)
        return session.create_client(
            service,
            region_name=_region(session, options),
            endpoint_url=url,
            verify=options.ca_bundle if options.verify_ssl else False,
            config=Config(**settings),
            **_credentials(session, options),
        )
    except UsageError:
        raise
    except (BotoCoreError, ValueError) as error:
        raise UsageError(" ".join(str(error).split())) from None


def _found(session: Session, options: TargetOptions) -> None:
    """Have the credentials now, so that what is wrong with them is told before anything is asked.

    :raises TargetUnavailable: where they are configured and cannot be had.
    """
    from botocore import exceptions as boto

    profile = options.profile or session.get_config_variable("profile")
    login = f"aws sso login --profile {profile}" if profile else "aws sso login"
    try:
        credentials = session.get_credentials()
        if credentials is not None:
            credentials.get_frozen_credentials()
            return
    except (boto.SSOError, boto.TokenRetrievalError) as error:
        raise TargetUnavailable(
            f"the SSO session is over or was never begun ({one_line(str(error))}): {login}"
        ) from None
    except boto.ClientError as error:
        what = f"the role of profile {profile!r}" if profile else "the role"
        raise TargetUnavailable(f"{what} cannot be assumed: {one_line(str(error))}") from None
    except (boto.CredentialRetrievalError, boto.HTTPClientError) as error:
        raise TargetUnavailable(f"the credentials cannot be had: {one_line(str(error))}") from None
    raise UsageError("no AWS credentials found; configure some, or say --profile")


def _session(options: TargetOptions) -> Session:
    from botocore.session import Session

    overrides = {"aws": None, "endpoint": _NO_PROFILE}.get(options.kind, _HERMETIC)
    if options.profile is None:
        session = Session(overrides)
        if overrides is _HERMETIC:  # no configuration names other data files, so that what is read already serves
            session.register_component("data_loader", loader())
        return session
    session = Session(profile=options.profile)
    if options.profile not in session.available_profiles:
        known = ", ".join(session.available_profiles) or "there are none"
        raise UsageError(f"no profile {options.profile!r} in the AWS configuration ({known})")
    return session


def _region(session: Session, options: TargetOptions) -> str:
    if options.region or options.kind not in ("endpoint", "aws"):
        return options.region or _REGION
    return os.environ.get("AWS_REGION") or session.get_config_variable("region") or _REGION


def _credentials(session: Session, options: TargetOptions) -> dict[str, Any]:
    """Arguments for `create_client`, which looks for credentials on its own where it is given none: only for AWS."""
    dummy = {"aws_access_key_id": _DUMMY_KEY, "aws_secret_access_key": _DUMMY_KEY}
    if not options.sign_request or options.kind not in ("endpoint", "aws"):
        return dummy
    if options.kind == "aws":
        _found(session, options)
        return {}  # the client finds them again, and renews them where they end before the run does
    resolver = session.get_component("credential_provider")
    allowed = _LOCAL_PROVIDERS if options.profile else {"env"}
    resolver.providers = [each for each in resolver.providers if each.METHOD in allowed]
    found = resolver.load_credentials()
    if found is None and options.profile:
        raise UsageError(f"profile {options.profile!r} holds no keys: say --no-sign-request or another --profile")
    if found is None:
        return dummy
    keys = found.get_frozen_credentials()
    return {
        "aws_access_key_id": keys.access_key,
        "aws_secret_access_key": keys.secret_key,
        "aws_session_token": keys.token,
    }
