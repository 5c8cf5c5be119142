"""Credentials never leave for an endpoint that nobody named them for, and never come back into anything that is written."""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest

from cli_kit import run

OPERATIONS = ("iam:GetOrganizationsAccessReport", "iam:ListUsers", "secretsmanager:ListSecrets", "lambda:ListFunctions", "s3:ListObjectsV2")  # fmt: skip
#: What signs requests where it is asked for.
KEY, SECRET, TOKEN = (
    "AKIASECRETSIGNINGKEY",
    "sEcReTsIgNiNg/key+of40characters0123456",
    "sIgNiNgToken/with+slashes/0123456789==",
)


class Echo(BaseHTTPRequestHandler):
    """Repeats every header of a request in the error code, the message and a header, in several spellings."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length") or 0))
        said = " ".join(f"{name}: {value}" for name, value in self.headers.items())
        self.server.heard.append(said)  # type: ignore[attr-defined]
        said = (
            f"{said} {quote(said)} {base64.b64encode(self.headers.get('x-amz-security-token', '').encode()).decode()}"
        )
        if "x-amz-target" in self.headers or "functions" in self.path:
            body = json.dumps({"__type": f"Echo{said[:3000]}", "message": said}).encode()
        else:
            error = f"<Type>Sender</Type><Code>Echo {escape(said[:3000])}</Code><Message>{escape(said)}</Message>"
            body = (
                f"<ErrorResponse><Error>{error}</Error><RequestId>{escape(said)}</RequestId></ErrorResponse>".encode()
            )
        self.send_response(400)
        self.send_header("content-type", f"text/xml; said={self.headers.get('authorization')}")
        self.send_header("server", str(self.headers.get("x-amz-security-token")))
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_PUT = do_DELETE = do_HEAD = do_POST  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def echoing() -> Iterator[tuple[str, list[str]]]:
    """The server's URL, and what it was sent."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        server.heard = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", server.heard  # type: ignore[attr-defined]
        finally:
            server.shutdown()
            thread.join()


def judged(url: str, folder: Path, operation: str, *options: str) -> dict[str, str]:
    """Everything that a check and the reports of its result write, by where it is written."""
    files = {name: folder / name for name in ("result.json", "trace.jsonl", "known.toml")}
    done = run(
        "check", operation, "--endpoint-url", url, "--explore", "0", "--poll-interval", "0.01", "-v", *options,
        "--save", str(files["result.json"]), "--record", str(files["trace.jsonl"]),
    )  # fmt: skip
    assert done.exit_code in (1, 3), done.stderr
    assert "bug of awscontract" not in done.stderr
    written = {"output": done.stdout, "errors": done.stderr}
    for format_ in ("text", "markdown", "junit", "html"):
        written[format_] = run("report", str(files["result.json"]), "--format", format_).stdout
    if files["trace.jsonl"].exists():
        written["replay"] = run("replay", str(files["trace.jsonl"]), "-v").stdout
    run("known", "--update", str(files["result.json"]), "--known", str(files["known.toml"]))
    return written | {name: each.read_text() for name, each in files.items() if each.exists()}


def spellings(secret: str) -> set[str]:
    """How it may be written."""
    return {secret, quote(secret), quote(secret, safe=""), escape(secret), json.dumps(secret)[1:-1]}


def found(written: dict[str, str], *secrets: str) -> list[tuple[str, str]]:
    """Which of the secrets is where."""
    return [
        (where, each) for where, text in written.items() for each in secrets if any(s in text for s in spellings(each))
    ]


def plant(home: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Put a secret of its own into every place where botocore looks for credentials, and return them."""
    names = iter(f"PLANTED{number:02}SECRET{'x' * 12}" for number in range(100))
    planted: list[str] = []

    def secret() -> str:
        planted.append(next(names))
        return planted[-1]

    (home / "sso" / "cache").mkdir(parents=True)
    process = home / "process.sh"
    process.write_text(
        "#!/bin/sh\necho '"
        + json.dumps({"Version": 1, "AccessKeyId": secret(), "SecretAccessKey": secret(), "SessionToken": secret()})
        + "'\n"
    )
    process.chmod(0o700)
    (home / "token").write_text(secret())
    (home / "container").write_text(secret())
    (home / "sso" / "cache" / "d033e22ae348aeb5660fc2140aec35850c4da997.json").write_text(
        json.dumps({"accessToken": secret(), "expiresAt": "2099-01-01T00:00:00Z"})
    )
    (home / "credentials").write_text(
        f"[default]\naws_access_key_id = {secret()}\naws_secret_access_key = {secret()}\naws_session_token = {secret()}\n"
        f"[other]\ncredential_process = {process}\n"
    )
    (home / "config").write_text(
        f"[default]\ncredential_process = {process}\n"
        "[profile sso]\nsso_start_url = https://example.com\nsso_region = us-east-1\nsso_account_id = 123456789012\nsso_role_name = r\n"
    )
    for name, value in {
        "AWS_ACCESS_KEY_ID": secret(),
        "AWS_SECRET_ACCESS_KEY": secret(),
        "AWS_SESSION_TOKEN": secret(),
        "AWS_SECURITY_TOKEN": secret(),
        "AWS_BEARER_TOKEN_BEDROCK": secret(),
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": secret(),
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(home / "container"),
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:9/credentials",
        "AWS_WEB_IDENTITY_TOKEN_FILE": str(home / "token"),
        "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/r",
        "AWS_SHARED_CREDENTIALS_FILE": str(home / "credentials"),
        "AWS_CONFIG_FILE": str(home / "config"),
        "HOME": str(home),
    }.items():
        monkeypatch.setenv(name, value)
    return planted


@pytest.mark.parametrize("operation", OPERATIONS)
def test_nothing_is_sent_that_nobody_asked_for(operation: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An endpoint gets dummy credentials, whatever the environment and the files of AWS hold."""
    planted = plant(tmp_path / "home", monkeypatch)
    with echoing() as (url, heard):
        written = judged(url, tmp_path, operation)

    assert heard
    assert found({"requests": "\n".join(heard)}, *planted) == []
    assert found(written, *planted) == []


@pytest.mark.parametrize(
    ("how", "operation"),
    [
        *(("environment", each) for each in OPERATIONS),
        ("profile", OPERATIONS[1]),
        *(pytest.param("profile", each, marks=pytest.mark.nightly) for each in OPERATIONS if each != OPERATIONS[1]),
    ],
)
def test_what_signs_is_masked_wherever_it_comes_back(
    operation: str, how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In output, result, trace and reports; whether the survey was answered so, or a call that sets up what is listed."""
    if how == "environment":
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
        monkeypatch.setenv("AWS_SESSION_TOKEN", TOKEN)
        options = ["--sign-with-environment"]
    else:
        credentials = tmp_path / "credentials"
        credentials.write_text(
            f"[mine]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\naws_session_token = {TOKEN}\n"
        )
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(credentials))
        options = ["--profile", "mine"]
    with echoing() as (url, heard):
        written = judged(url, tmp_path, operation, *options)
    signatures = {each for said in heard for each in re.findall(r"Signature=([0-9a-f]{64})", said)}

    assert any(KEY in said and TOKEN in said for said in heard)  # it was really sent
    assert signatures
    assert found(written, KEY, SECRET, TOKEN, base64.b64encode(TOKEN.encode()).decode().rstrip("="), *signatures) == []
