"""The emulator, mounted on `responses` for clients on `requests`."""

from __future__ import annotations

import pytest
import requests

from awscontract.emulator import Behaviour, Emulator, mount

ASKED = {"Version": "2010-05-08", "Action": "GenerateOrganizationsAccessReport", "EntityPath": "o-a1b2c3d4e5/r-f6g7"}


@pytest.mark.parametrize("url", [None, "http://iam.test:4566"])
def test_mount(url: str | None) -> None:
    """POST and GET are answered there, and nothing else is."""
    with mount(Emulator(behaviour=Behaviour(polls=0)), url) as address:
        posted = requests.post(address, data=ASKED, timeout=5)
        got = requests.get(address + "/", params=ASKED, timeout=5)
        with pytest.raises(requests.ConnectionError):
            requests.get("https://sts.amazonaws.com", timeout=5)

    assert posted.status_code == 200
    assert "<JobId>" in posted.text
    assert posted.headers["content-type"] == "text/xml"
    assert posted.text.split("<JobId>")[1][:36] == got.text.split("<JobId>")[1][:36]
