"""What the emulator's tests share: a real botocore client, and a short way to ask."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import botocore.session
import pytest
from botocore.config import Config

from awscontract.emulator import Behaviour, Emulator, Stages, attach
from awscontract.spec.contract import Contract
from awscontract.spec.http import HttpRequest
from awscontract.spec.operations import load

ROOT = "o-a1b2c3d4e5/r-f6g7"
FORM = {"content-type": "application/x-www-form-urlencoded"}
REPORT = "iam:GetOrganizationsAccessReport"


@pytest.fixture(scope="session")
def make_client() -> Callable[..., Any]:
    """Makes IAM clients that check nothing themselves and do not retry."""
    session = botocore.session.get_session()

    def make(url: str | None = None, **options: Any) -> Any:
        settings: Any = {"parameter_validation": False, "retries": {"total_max_attempts": 1}} | options
        return session.create_client(
            "iam",
            region_name="us-east-1",
            endpoint_url=url,
            aws_access_key_id="AKIDEXAMPLE",
            aws_secret_access_key="secret",
            config=Config(**settings),
        )

    return make


@dataclass(frozen=True)
class Said:
    """An answer, read without any SDK."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def text(self, tag: str) -> str:
        """The text of the only element of this name, as it is written."""
        (found,) = re.findall(f"<{tag}>([^<]*)</{tag}>", self.body.decode())
        return str(found)

    def has(self, tag: str) -> bool:
        return re.search(f"<{tag}[/>]", self.body.decode()) is not None

    @property
    def refusal(self) -> tuple[int, str]:
        return self.status, self.text("Code")


class Asker:
    """An emulator that is asked by name."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator

    def form(self, form: bytes) -> Said:
        answer = self.emulator.respond(HttpRequest(headers=FORM, body=form))
        return Said(answer.status, answer.headers, answer.body)

    def __call__(self, action: str, **parameters: object) -> Said:
        return self.form(urlencode({"Action": action, "Version": "2010-05-08"} | parameters).encode())

    def generate(self, entity: str = ROOT, **parameters: object) -> Said:
        return self("GenerateOrganizationsAccessReport", EntityPath=entity, **parameters)

    def job(self, entity: str = ROOT, **parameters: object) -> str:
        return self.generate(entity, **parameters).text("JobId")

    def get(self, job: str, **parameters: object) -> Said:
        return self("GetOrganizationsAccessReport", JobId=job, **parameters)


@pytest.fixture
def ask() -> Callable[..., Asker]:
    """Makes an emulator with these settings, to be asked by name."""

    def make(
        *,
        contract: Any = REPORT,
        stages: Stages | None = None,
        clock: Callable[[], float] | None = None,
        **settings: Any,
    ) -> Asker:
        return Asker(
            Emulator(contract, Behaviour(**settings), stages or Stages(), clock or (lambda: 1_700_000_000.0625))
        )

    return make


@pytest.fixture
def attached(make_client: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """Makes clients whose calls an emulator with these settings answers."""
    attachments = []

    def make(emulator: Emulator, **options: Any) -> Any:
        client = make_client(**options)
        attachment = attach(client, emulator)
        attachment.__enter__()
        attachments.append(attachment)
        return client

    yield make
    for attachment in attachments:
        attachment.__exit__(None, None, None)


@pytest.fixture
def with_exceptions() -> Callable[..., Contract]:
    """Makes the contract of an operation with these exceptions of its listing, and no others."""

    def make(name: str, *exceptions: str) -> Contract:
        contract = load(name)
        assert contract.listing is not None
        return replace(contract, listing=replace(contract.listing, exceptions=frozenset(exceptions)))

    return make
