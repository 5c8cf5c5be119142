"""botocore clients for a target, and the environment that points any other program's client to it.

Credentials are looked for only where that cannot cost a request: an emulator never makes this program ask an instance's
metadata service or an identity provider who it is.
"""

from __future__ import annotations

import ipaddress
import os
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ...errors import TargetUnavailable, UsageError, one_line
from ...spec.model import endpoint_variable, loader, service as service_model
from ..trace.aws_hosts import is_aws_host

if TYPE_CHECKING:
    from botocore.session import Session

    from ..results.result import Target

__all__ = ["TargetOptions", "client_for", "environment", "like", "make_client", "services_of"]

_REGION = "us-east-1"
_DUMMY_KEY = "test"
_KEY_VARIABLES = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
#: botocore's credential providers that read this machine and nothing else.
_LOCAL_PROVIDERS = frozenset({"shared-credentials-file", "config-file", "custom-process"})
#: The regions of services that have none of their own, and one for clients of other services of the same partition.
_GLOBAL = {"aws-global": _REGION, "aws-cn-global": "cn-north-1", "aws-us-gov-global": "us-gov-west-1"}
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

    An endpoint gets dummy credentials, unless there is a `profile` or `sign_with_environment`. `wait` is how many seconds it may take to
    come up.
    """

    endpoint_url: str | None = None
    target: str | None = None
    profile: str | None = None
    region: str | None = None
    sign_request: bool = True
    sign_with_environment: bool = False
    verify_ssl: bool = True
    ca_bundle: str | None = None
    read_timeout: float = 10.0
    wait: float = 0.0

    @property
    def kind(self) -> str:
        """The target's kind, as a result names it."""
        return "endpoint" if self.endpoint_url is not None else self.target or "emulator"


def environment(options: TargetOptions, target: Target, services: Iterable[str] = ("iam",)) -> dict[str, str]:
    """This process's environment, as a program needs it to reach the target with any AWS SDK."""
    env = dict(os.environ)
    if options.profile:
        env = {name: value for name, value in env.items() if name not in _KEY_VARIABLES}
        env["AWS_PROFILE"] = options.profile
    elif options.kind != "aws" and not (options.sign_with_environment and "AWS_ACCESS_KEY_ID" in env):
        for name in ("AWS_PROFILE", *_KEY_VARIABLES):
            env.pop(name, None)
        env |= {"AWS_ACCESS_KEY_ID": _DUMMY_KEY, "AWS_SECRET_ACCESS_KEY": _DUMMY_KEY}
    if target.endpoint_url and options.kind != "aws":
        env |= {endpoint_variable(each): target.endpoint_url for each in services}
        env["AWS_EC2_METADATA_DISABLED"] = "true"
        # The embedded emulator serves these services alone; another endpoint is likely to have the others too.
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


def make_client(options: TargetOptions, service: str = "iam", *, url: str | None = None) -> Any:
    """A client for the target: one try a request, so that the caller sees every response that came. S3 is addressed by path."""
    from botocore import UNSIGNED
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError

    url = url or options.endpoint_url
    settings: dict[str, Any] = {
        "retries": {"total_max_attempts": 1},
        "connect_timeout": min(options.read_timeout, 5.0),
        "read_timeout": options.read_timeout,
        # An endpoint that the environment configures is not what `--target aws` or `moto` names.
        "ignore_configured_endpoint_urls": True,
    }
    if url:
        settings |= {"s3": {"addressing_style": "path"}, "inject_host_prefix": False}
    if url and _loopback(url):
        settings["proxies"] = {}
    # The few services that take a token are sent none: botocore sends tokens over HTTPS alone, and a dummy would say nothing.
    by_token = service_model(service).signature_version == "bearer" and not (options.kind == "aws" or options.profile)
    if by_token or not options.sign_request:
        settings["signature_version"] = UNSIGNED
    try:
        session = _session(options, service)
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


def client_for(target: Any, service: str) -> Any:
    """The client of one service, of a boto3 or botocore session or of a client.

    :raises UsageError: where it is neither, or a client of another service.
    """
    if not hasattr(target, "meta"):
        return services_of(target)(service)
    name = target.meta.service_model.service_name if hasattr(target.meta, "service_model") else None
    if name != service:
        raise UsageError(
            f"the client is one of {name}, not of {service}: pass a client of {service}, or a boto3.Session"
        )
    return target


def services_of(target: Any) -> Callable[[str], Any]:
    """Clients of any service of a session or of the target that a client belongs to, each made once in each thread."""
    known = threading.local()
    own: dict[str, Any] = {}
    region = getattr(target, "region_name", None) or _REGION
    if hasattr(target, "meta"):
        own[target.meta.service_model.service_name] = target

        def make(name: str) -> Any:
            return like(target, name)
    elif hasattr(target, "create_client"):

        def make(name: str) -> Any:
            return target.create_client(name, region_name=target.get_config_variable("region") or _REGION)
    elif hasattr(target, "client") and hasattr(target, "get_available_services"):

        def make(name: str) -> Any:
            return target.client(name, region_name=region)
    else:
        raise UsageError(f"{type(target).__name__} is neither a botocore or boto3 client nor a boto3.Session")

    def client_of(name: str) -> Any:
        made: dict[str, Any] = known.__dict__
        if name not in own and name not in made:
            made[name] = make(name)
        return own[name] if name in own else made[name]

    return client_of


def like(client: Any, service: str) -> Any:
    """A client of another service that goes where a client goes: to the same endpoint, or to AWS, as the same caller."""
    from botocore.config import Config
    from botocore.session import Session

    url = client.meta.endpoint_url
    credentials = getattr(client._request_signer, "_credentials", None)
    keys = credentials.get_frozen_credentials() if credentials is not None else None
    settings: dict[str, Any] = {"retries": {"total_max_attempts": 1}, "ignore_configured_endpoint_urls": True}
    for name in ("connect_timeout", "read_timeout", "proxies", "signature_version"):
        value = getattr(client.meta.config, name, None)
        if value is not None and (name != "signature_version" or not isinstance(value, str)):
            settings[name] = value
    own = not is_aws_host(url)
    if own:
        settings |= {"s3": {"addressing_style": "path"}, "inject_host_prefix": False}
    session = Session(_HERMETIC)
    _share(session, service)
    return session.create_client(
        service,
        region_name=_GLOBAL.get(client.meta.region_name, client.meta.region_name) or _REGION,
        endpoint_url=url if own else None,
        verify=_verification(client),
        config=Config(**settings),
        aws_access_key_id=keys.access_key if keys else _DUMMY_KEY,
        aws_secret_access_key=keys.secret_key if keys else _DUMMY_KEY,
        aws_session_token=keys.token if keys else None,
    )


def _verification(client: Any) -> Any:
    """How the client's HTTP session verifies certificates."""
    return getattr(client._endpoint.http_session, "_verify", None)


def _found(session: Session, options: TargetOptions) -> None:
    """Load the credentials now, so that what is wrong with them is said before any request is sent.

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
            f"the SSO session has expired or was never started ({one_line(str(error))}): {login}"
        ) from None
    except boto.ClientError as error:
        what = f"the role of profile {profile!r}" if profile else "the role"
        raise TargetUnavailable(f"{what} could not be assumed: {one_line(str(error))}") from None
    except (boto.CredentialRetrievalError, boto.HTTPClientError) as error:
        raise TargetUnavailable(f"cannot get the credentials: {one_line(str(error))}") from None
    raise UsageError("no AWS credentials found; configure some, or use --profile")


def _session(options: TargetOptions, service: str) -> Session:
    from botocore.session import Session

    overrides = {"aws": None, "endpoint": _NO_PROFILE}.get(options.kind, _HERMETIC)
    if options.profile is None:
        session = Session(overrides)
        if overrides is _HERMETIC:  # no configuration names other data files, so that what is read already serves
            _share(session, service)
        return session
    session = Session(profile=options.profile)
    if options.profile not in session.available_profiles:
        known = ", ".join(session.available_profiles) or "there are none"
        raise UsageError(f"no profile {options.profile!r} in the AWS configuration ({known})")
    return session


def _share(session: Session, service: str) -> None:
    """Let the session use the models that are loaded already. Clients of S3 change theirs: they take the bucket out of its paths."""
    if service != "s3":
        session.register_component("data_loader", loader())


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
    if not options.profile and not options.sign_with_environment:
        return dummy
    resolver = session.get_component("credential_provider")
    allowed = _LOCAL_PROVIDERS if options.profile else {"env"}
    resolver.providers = [each for each in resolver.providers if each.METHOD in allowed]
    found = resolver.load_credentials()
    if found is None and options.profile:
        raise UsageError(f"profile {options.profile!r} has no keys: use --no-sign-request or another --profile")
    if found is None:
        raise UsageError("--sign-with-environment: there is no AWS_ACCESS_KEY_ID in the environment")
    keys = found.get_frozen_credentials()
    return {
        "aws_access_key_id": keys.access_key,
        "aws_secret_access_key": keys.secret_key,
        "aws_session_token": keys.token,
    }
