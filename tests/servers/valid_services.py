"""Twelve operations of AWS over five protocols, served in many valid ways and with faults, by the standard library alone.

    cd tests; python -m servers.valid_services OPERATION [--choices WORD,WORD] [--port 0]

What a choice means stands where `has` asks for it; which are valid, and which rule has to catch the others, the tests say.
"""

from __future__ import annotations

import argparse
import gzip
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from servers.valid_engine import Service
from servers.valid_json import Accounts, Events, Queues, Scan, Shards, Tables, Tagged
from servers.valid_xml import Objects, Records, Report, Versions, Vpcs

__all__ = ["PARAMETERS", "SERVICES", "running"]

SERVICES: dict[str, type[Service]] = {
    each.operation: each
    for each in (Vpcs, Objects, Versions, Scan, Tables, Shards, Queues, Events, Records, Accounts, Tagged, Report)
}
#: What every request of the operation needs besides paging, where nothing is created.
PARAMETERS: dict[str, dict[str, Any]] = {
    "s3:ListObjectsV2": {"Bucket": "b"},
    "s3:ListObjectVersions": {"Bucket": "b"},
    "dynamodb:Scan": {"TableName": "t"},
    "kinesis:ListShards": {"StreamName": "s"},
    "logs:FilterLogEvents": {"logGroupName": "g"},
    "route53:ListResourceRecordSets": {"HostedZoneId": "Z1"},
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    service: Service

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except ConnectionError:
            self.close_connection = True

    def serve(self) -> None:
        service = self.service
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, headers, body = service.answer(
            self.command, self.path, {name.lower(): text for name, text in self.headers.items()}, body
        )
        if service.has("dropped") and service.count % 9 == 5:
            self.close_connection = True
            return
        if service.has("slow"):
            time.sleep(0.15)
        if service.has("gzip") and body:
            body = gzip.compress(body)
            headers["Content-Encoding"] = "gzip"
        if service.has("lower-case"):
            headers = {name.lower(): value for name, value in headers.items()}
        chunked = service.has("chunked") and body
        lines = [f"HTTP/1.1 {status} OK", "Server: x"] + [f"{name}: {value}" for name, value in headers.items()]
        if service.has("closed"):
            lines.append("Connection: close")
            self.close_connection = True
        if service.has("closed-silently"):
            self.close_connection = True
        if chunked:
            lines.append("Transfer-Encoding: chunked")
            body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:7], body[7:]) if part) + b"0\r\n\r\n"
        elif status != 204:
            lines.append(f"Content-Length: {len(body)}")
        self.wfile.write("\r\n".join([*lines, "", ""]).encode() + body)
        self.wfile.flush()

    do_GET = do_POST = do_PUT = do_DELETE = serve  # noqa: N815 (names of the base class)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def running(
    operation: str, *choices: str, items: int = 12, foreign: int = 0, port: int = 0
) -> Iterator[tuple[str, Service]]:
    service = SERVICES[operation](frozenset(choices), items, foreign)
    handler = type("Bound", (Handler,), {"service": service})
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("operation", choices=sorted(SERVICES))
    parser.add_argument("--choices", default="")
    parser.add_argument("--items", type=int, default=12)
    parser.add_argument("--foreign", type=int, default=0)
    parser.add_argument("--port", type=int, default=0)
    given = parser.parse_args()
    words = [word for word in given.choices.split(",") if word]
    with running(given.operation, *words, items=given.items, foreign=given.foreign, port=given.port) as (url, _):
        print(url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
