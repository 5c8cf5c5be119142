"""The picture of the page of results, docs/report.png: moto beside the embedded emulator. Needs Chromium.

python -P docs/picture.py
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from awscontract.cli.main import main

#: Operations with findings of several kinds, on few lines.
OPERATIONS = (
    "iam:ListUsers",
    "iam:ListRoles",
    "sqs:ListQueues",
    "s3:ListObjectsV2",
    "dynamodb:Scan",
    "ec2:DescribeVpcs",
)
PICTURE = Path(__file__).with_name("report.png")
WIDTH, HEIGHT = 1000, 940


def take(chromium: str, page: Path, picture: Path) -> None:
    """Take the picture of the top of a page."""
    options = ["--headless", "--disable-gpu", "--hide-scrollbars", f"--window-size={WIDTH},{HEIGHT}"]
    options += ["--no-sandbox"] if os.getuid() == 0 else []
    subprocess.run(
        [chromium, *options, f"--screenshot={picture}", page.as_uri()], check=True, timeout=180, capture_output=True
    )


def results(folder: Path) -> list[str]:
    """The files of the results of both implementations."""
    files = []
    for name, target in (("moto", "moto"), ("embedded-emulator", "emulator")):
        files.append(f"{folder}/{name}.json")
        options = ["--target", target, "--explore", "0", "--save", files[-1], "--quiet"]
        main(["check", *OPERATIONS, *options], standalone_mode=False)
    return files


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        page = Path(name, "page.html")
        main(["report", "--format", "html", "--output", str(page), *results(Path(name))], standalone_mode=False)
        take(shutil.which("chromium") or "google-chrome", page, PICTURE)
