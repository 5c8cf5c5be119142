"""The client that `collect` is given: botocore's own, without what only a real service needs."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

__all__ = ["made_client", "response_parser"]


def made_client(service: str) -> Any:
    """A botocore client like any other, for a collect that takes what it is given."""
    from botocore import UNSIGNED
    from botocore.config import Config

    client = _session().create_client(
        service,
        region_name="us-east-1",
        # Nobody looks at a signature or at who asks, which would take half of each call's time.
        config=Config(signature_version=UNSIGNED, user_agent="awscontract"),
    )
    _keep_endpoints(client)
    return client


def response_parser(client: Any) -> Any:
    """What parses the responses of a client that was made here."""
    factory = _session().get_component("response_parser_factory")
    return factory.create_parser(client.meta.service_model.resolved_protocol)


@cache
def _session() -> Any:
    """One session, which keeps the models that it has read; nothing of the user's own AWS configuration gets in."""
    from botocore.session import Session

    none = (None, None, os.devnull, None)
    session = Session({"profile": (None, None, None, None), "config_file": none, "credentials_file": none})
    parsers = session.get_component("response_parser_factory")
    parsers.set_parser_defaults(timestamp_parser=_parsed_timestamp())
    return session


def _parsed_timestamp() -> Callable[[Any], datetime]:
    """What botocore makes of a written time; of the form that all services but a few write, in a tenth of the time."""
    from botocore.utils import parse_timestamp

    zone = parse_timestamp("2000-01-01T00:00:00Z").tzinfo

    @lru_cache
    def parsed(written: Any) -> datetime:
        if isinstance(written, str) and _TIMESTAMP.fullmatch(written):
            return datetime.fromisoformat(written).replace(tzinfo=zone)
        found: datetime = parse_timestamp(written)
        return found

    return parsed


_TIMESTAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{3})?Z")


def _keep_endpoints(client: Any) -> None:
    """Endpoints are worked out once for each operation and the parameters that they depend on, and not for every call."""
    resolver: Any = getattr(client, "_ruleset_resolver", None)
    if not hasattr(resolver, "construct_endpoint"):
        return
    real, known = resolver.construct_endpoint, dict[object, Any]()

    def construct_endpoint(operation_model: Any, call_args: Any, request_context: Any) -> Any:
        names = [each.member_name for each in operation_model.context_parameters]
        key = operation_model.name, *[str((call_args or {}).get(name)) for name in names]
        if key not in known or getattr(operation_model, "operation_context_parameters", None):
            known[key] = real(operation_model, call_args, request_context)
        return known[key]

    resolver.construct_endpoint = construct_endpoint
