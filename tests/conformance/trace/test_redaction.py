"""A recorded trace holds nothing that says whose it is, and says the same of the target."""

from __future__ import annotations

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256

import botocore.session
import pytest
from hypothesis import given, strategies as st

from awscontract import check
from awscontract.conformance.check import replay
from awscontract.conformance.evidence.evidence import Evidence
from awscontract.conformance.judge.judge import judge
from awscontract.conformance.protocols import protocol_for
from awscontract.conformance.trace.exchange import Exchange, Failure, Run, Trace
from awscontract.conformance.trace.redaction import redacted
from awscontract.emulator import Behaviour, Emulator, Stages, attach
from awscontract.emulator.records import Cursor
from profiles import examples

from conformance_kit import CONTRACT, GET, JOB, USED, Scene, answer, error, service

ORG, ROOT_ID, UNIT, ACCOUNT, POLICY = "o-q9w8e7r6t5", "r-zx12", "ou-zx12-abcdefgh", "864209753186", "p-mnbvcxza"
ROOT = f"{ORG}/{ROOT_ID}"
PATH = f"{ROOT}/{UNIT}/{ACCOUNT}"
KEY = "AKIAZXCVBNMASDFGHJKL"
SIGNATURE = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
TOKEN = "IQoJb3JpZ2luX2VjEHkaCXVzLWVhc3QtMSJHMEUCIQ//////////=="
SECRETS = (ORG[2:], ROOT_ID[2:], UNIT[8:], ACCOUNT, POLICY[2:], KEY[4:], SIGNATURE, TOKEN)


def text_of(text: str) -> str:
    """What becomes of a text in a body."""
    return redacted(Trace((Exchange(0, GET, {}, status=200, body=text.encode()),))).exchanges[0].body.decode()


@pytest.mark.parametrize(
    "text",
    [
        PATH,
        ROOT,
        UNIT,
        f"x{PATH}x after {ROOT}",
        f"arn:aws:organizations::{ACCOUNT}:account/{ORG}/{ACCOUNT}",
        f"User: arn:aws:iam::{ACCOUNT}:user/bob is not authorized to perform this on {POLICY}",
        f"account-{ACCOUNT}, x{ACCOUNT}x, {ACCOUNT}",
        f"The access key {KEY} is not known",
        f"AWS4-HMAC-SHA256 Credential={KEY}/20260101/us-east-1/iam/aws4_request, Signature={SIGNATURE}",
        f"the canonical request was POST / host:iam x-amz-security-token:{TOKEN} and its digest {SIGNATURE}",
        f'{{"SessionToken": "{TOKEN}"}}',
        b64encode(f'{{"account": "{ACCOUNT}", "page": 2}}'.encode()).decode(),
        urlsafe_b64encode(f"\xff\xfe{ORG}?{ROOT}".encode("latin-1")).decode().rstrip("="),
    ],
)
def test_nothing_is_left(text: str) -> None:
    """In whatever text an id or a credential stands."""
    found = text_of(f"first {ROOT} {text}")
    coded = [b64encode(each.encode()).decode()[:10] for each in (ACCOUNT, ORG)]
    assert not [each for each in (*SECRETS, *coded) if each in found], found
    assert found != text


@pytest.mark.parametrize(
    "text",
    [
        JOB,
        "examplea-1234-b567-cde8-123456789012",
        "2026-03-01T10:00:04.750Z 1790000000000 12345678901",
        "lex-models application-autoscaling audio-transcriptions p-short go-1234567890a Amazon Keyspaces (for Apache)",
        "m" * 320,
        "aGVsbG8gd29ybGQsIHRoaXMgaXMgYSBtYXJrZXI=",
        "&lt;x&gt; \u00e9 ]]>",
    ],
)
def test_the_rest_stays(text: str) -> None:
    """JobIds, times, names and markers are nobody's."""
    assert text_of(text) == text


def test_forms_and_relations_stay() -> None:
    """A path stays a path of the same length inside the same other, and the same thing has one name everywhere."""
    other = ACCOUNT[::-1]
    found = text_of(f"{ROOT} {PATH} {ROOT}/{other} {ACCOUNT} {UNIT} {KEY}").split()
    root, inside, outside, account, unit, key = found
    assert re.fullmatch(r"o-[0-9a-z]{10}/r-[0-9a-z]{4}", root)
    assert inside.startswith(f"{root}/{unit}/") and inside.endswith(f"/{account}") and unit.split("-")[1] == root[-4:]
    assert outside.startswith(f"{root}/") and not outside.endswith(account)
    assert [len(each) for each in found] == [len(each) for each in (ROOT, PATH, f"{ROOT}/{other}", other, UNIT, KEY)]
    assert key.startswith("AKIA")


def test_every_place() -> None:
    """Parameters, headers, bodies in any encoding, failures, the run's reason."""
    trace = Trace(
        (
            Exchange(0, GET, {"EntityPath": PATH, "MaxItems": 1}, status=200, body=PATH.encode()),
            Exchange(
                1,
                GET,
                {},
                status=302,
                headers={"location": f"https://x/{ACCOUNT}"},
                body=f"<a>{PATH}</a>".encode("utf-16-le"),
            ),
            Exchange(2, GET, {}, status=200, body=("\ufeff" + PATH).encode("utf-16-be") + b"x"),
            Exchange(3, GET, {}, status=200, body=b"\xff\xfe\xff" + PATH.encode() + b"\xff"),
            Exchange(4, GET, None, failure=Failure("error", f"{KEY}: {PATH}")),
        ),
        run=Run(endpoint_url=f"http://{ACCOUNT}.local", address=f"http://{ACCOUNT}.local", reason=f"no {PATH}"),
    )
    found = redacted(trace)
    written = found.dumps() + "".join(each.body.replace(b"\0", b"").decode("latin-1") for each in found.exchanges)
    assert not [each for each in SECRETS if each in written]
    assert redacted(found).dumps() == found.dumps()
    assert [len(each.body) for each in found.exchanges] == [len(each.body) for each in trace.exchanges]


def test_nothing_to_hide_is_the_same_object() -> None:
    """So that what was read of it before is still known."""
    [exchange] = Scene().get(answer=answer()).trace.exchanges
    assert redacted(Trace((exchange,))).exchanges[0] is exchange


def test_no_rule_sees_a_difference() -> None:
    """Markers of digests, of numbers, with accounts in them; paths in every place: all outcomes are those of the original."""
    scene = Scene().start(entity=ROOT)
    markers = [SIGNATURE, f"{ACCOUNT}:2", b64encode(f"{ACCOUNT}3".encode()).decode(), None]
    entities = [PATH, f"{ROOT}/{ACCOUNT[::-1]}", None, f"{PATH}/"]
    for number, (key, entity) in enumerate(zip(("ec2", "iam", "s3", "sts"), entities, strict=True)):
        line = service(key, entity=entity, time=entity and USED)
        page = answer([line], marker=markers[number], accessible=4, not_accessed=1)
        scene.get(max_items=1, marker=markers[number - 1] if number else None, answer=page)
    scene.get(max_items=0, answer=error())
    outcomes = [
        [(each.id, each.outcome, each.checked) for each in judge(Evidence(trace, protocol_for(CONTRACT), CONTRACT))]
        for trace in (scene.trace, redacted(scene.trace))
    ]
    assert outcomes[0] == outcomes[1]
    assert ("pagination.complete", "passed") in [each[:2] for each in outcomes[0]]


def opaque(form: Callable[[Cursor], str]) -> Emulator:
    return Emulator(behaviour=Behaviour(services=120), stages=Stages(issue_token=lambda read, place: form(place)))


@pytest.mark.parametrize(
    "emulator",
    [
        Emulator(behaviour=Behaviour(services=120)),
        Emulator(behaviour=Behaviour(services=120, job_ids="plain")),
        Emulator(behaviour=Behaviour(services=120, outcome="failed")),
        opaque(lambda place: sha256(repr(place).encode()).hexdigest()),
        opaque(lambda place: b64encode(f"{ACCOUNT}:{place!r}"[:100].encode() + bytes([place.start])).decode()),
        opaque(lambda place: f"{864209753186 + place.start * 11 + len(place.sort)}"),
        opaque(lambda place: f"{ROOT}/{ACCOUNT}/{place!r}"),
    ],
    ids=["as it is", "plain JobIds", "failed", "digests", "base64", "numbers", "paths"],
)
def test_no_rule_sees_a_difference_in_a_survey(emulator: Emulator) -> None:
    """Nor in the requests that are made up from what was given: unissued' JobIds, Markers and entities."""
    traces: list[Trace] = []
    made = botocore.session.Session().create_client(
        "iam",
        region_name="us-east-1",
        endpoint_url="http://x.invalid",
        aws_access_key_id="a",
        aws_secret_access_key="b",
    )
    with attach(made, emulator):
        result = check(made, entity_path=ROOT, poll_interval=0, explore=0, record=traces.append)
    again = replay(redacted(traces[0]), CONTRACT)
    outcomes = [{each.id: (each.outcome, each.checked) for each in found.rules} for found in (result, again)]
    assert outcomes[0] == outcomes[1]
    assert outcomes[0]["job.unknown-entity-fails"][0] == "passed"
    assert ACCOUNT not in redacted(traces[0]).dumps()


@examples(90)
@given(
    st.lists(
        st.from_regex(r"o-[0-9a-z]{10}/r-[0-9a-z]{4,5}(/ou-[0-9a-z]{4}-[0-9a-z]{8})?(/[0-9]{12})?", fullmatch=True)
    )
)
def test_different_things_stay_different(paths: list[str]) -> None:
    """Whatever is numbered, no two get one number; and a prefix stays a prefix."""
    found = json.loads(text_of(json.dumps(paths)))
    for one, its in zip(paths, found, strict=True):
        for other, others in zip(paths, found, strict=True):
            assert (one == other) == (its == others)
            assert other.startswith(f"{one}/") == others.startswith(f"{its}/")


@pytest.mark.parametrize(
    "text",
    [
        "a" * 800_000,
        "o-" + "a" * 800_000,
        "".join(f"o-{number:010d}/r-{number:04d} xo-{number:010d}/" for number in range(15_000)),
        f"{ACCOUNT} " * 60_000,
        "AKIA" * 200_000,
        "eyJh" * 200_000 + b64encode(ACCOUNT.encode()).decode(),
    ],
    ids=["letters", "one id without end", "many organizations", "one account", "keys", "base64"],
)
def test_a_large_body_takes_no_longer_than_its_size(text: str) -> None:
    """Each of these took minutes where the time was quadratic."""
    assert text_of(text)


def test_what_a_run_made_and_sent_is_hidden_too() -> None:
    """Identities, nested parameters and notes, by the pseudonyms of the bodies."""
    run = Run(
        made=(f"arn:aws:iam::{ACCOUNT}:user/a",),
        parameters={"Filters": [{"Values": [ACCOUNT]}]},
        dropped=(f"pages of {ACCOUNT}",),
    )
    body = f"<Arn>arn:aws:iam::{ACCOUNT}:user/a</Arn>".encode()
    hidden = redacted(Trace((Exchange(0, GET, {"Key": {"S": ACCOUNT}}, status=200, body=body),), run=run))
    assert ACCOUNT not in hidden.dumps()
    assert hidden.run is not None and hidden.run.made[0].encode() in hidden.exchanges[0].body


@pytest.mark.parametrize(
    "text", ["z" * 1500 + "123456789012" + "z" * 1500, "z" * 1500 + "-o-a1b2c3d4e5", "x-amz-security-token: abc/def=="]
)
def test_in_the_middle_of_a_long_word(text):
    """Long words are passed over quickly, and not what is in them."""
    trace = redacted(Trace((Exchange(0, "ListUsers", {}, 0.0, 0.1, 200, {}, f"o-a1b2c3d4e5 {text}".encode()),)))
    body = trace.exchanges[0].body.decode()
    assert not any(each in body for each in ("123456789012", "a1b2c3d4e5", "abc/def"))


def test_what_is_public_stays():
    """A path that awscontract made up needs no pseudonym, and so no reproduction needs another path in its place."""
    made_up, own = "o-a1b2c3d4e5/r-f6g7h8", "o-ownedbyus1/r-ours"
    exchanges = tuple(
        Exchange(index, "GenerateOrganizationsAccessReport", {"EntityPath": path}, 0.0, 0.1, 200, {}, path.encode())
        for index, path in enumerate((made_up, own))
    )
    first, second = redacted(Trace(exchanges), [made_up]).exchanges

    assert (first.parameters, first.body) == ({"EntityPath": made_up}, made_up.encode())
    assert b"ownedbyus1" not in second.body and "ownedbyus1" not in str(second.parameters)
