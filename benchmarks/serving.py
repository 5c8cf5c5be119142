"""How many requests `awscontract serve` answers, and moto's server: ListUsers by wrk, in turns.

    python -P benchmarks/serving.py [ROUNDS [SECONDS]]

Needs wrk (the Debian package of that name) and the extra `moto`. Requests a second for each second of the server's CPU time, so that other
work on the machine counts for neither.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

OURS = ("-P", "-m", "awscontract", "serve", "iam:ListUsers", "--items", "7", "--port")
MOTO = ("-P", "-c", "import sys; from moto.server import main; main(['-p', sys.argv[1]])")
SCRIPT = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
wrk.headers["Authorization"] = "AWS4-HMAC-SHA256 Credential=x/20300101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=x"
wrk.body = "Action=%s&Version=2010-05-08%s"
"""


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def load(port: int, folder: Path, seconds: int) -> int:
    """The requests that wrk got an answer to."""
    for number in range(7):  # what moto lists; the emulator refuses to create anything
        _post(port, f"Action=CreateUser&Version=2010-05-08&UserName=user-{number}")
    script = folder / "list.lua"
    script.write_text(SCRIPT % ("ListUsers", ""), encoding="utf-8")
    command = ["wrk", "-t1", "-c8", f"-d{seconds}s", "-s", str(script), f"http://127.0.0.1:{port}/"]
    done = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in done or "Socket errors" in done:
        raise SystemExit(f"wrk met errors: {done}")
    return int(re.findall(r"(\d+) requests in", done)[0])


def _post(port: int, body: str) -> None:
    import urllib.error
    import urllib.request

    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", body.encode(), timeout=30).read()
    except urllib.error.HTTPError as error:
        error.close()


def rate(server: tuple[str, ...], folder: Path, seconds: int) -> float:
    """Requests for each second of the server's CPU time."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, *server, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder
    )
    try:
        _wait(port)
        began = _cpu(process.pid)
        requests = load(port, folder, seconds)
        return requests / (_cpu(process.pid) - began)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def _wait(port: int) -> None:
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server does not listen")


def _cpu(pid: int) -> float:
    """Seconds of CPU time of a process, of Linux's account."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main(rounds: int = 5, seconds: int = 3) -> None:
    """Measure and print."""
    if shutil.which("wrk") is None:
        print("needs wrk: apt-get install wrk")
        return
    with tempfile.TemporaryDirectory() as name:
        found = [tuple(rate(each, Path(name), seconds) for each in (OURS, MOTO)) for _ in range(rounds)]
    ours, moto = (median(each) for each in zip(*found, strict=True))
    print(f"awscontract serve {ours:8.0f} requests a second of CPU")
    print(f"moto_server       {moto:8.0f} requests a second of CPU")
    print(f"ratio   {median(mine / theirs for mine, theirs in found):7.2f}    ({rounds} rounds)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
