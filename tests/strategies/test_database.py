"""What one machine of a fleet found, the next one tries first: a shared example database, as docs/strategies.md has it."""

import shutil
import subprocess
import time

import pytest

from servers.forking import forked_pytest

SUITE = """
import pathlib
from awscontract.strategies import responses
from hypothesis import Phase, given, settings
{imports}

settings.register_profile("fleet", database={database}, phases=[{phases}], derandomize=False, deadline=None)
settings.load_profile("fleet")

@given(responses())
def test_client(response):
    assert "Marker" not in response
"""
#: The second machine draws nothing of its own: what it fails on, it was shown.
FIRST, SECOND = "Phase.generate, Phase.shrink", "Phase.reuse"


@pytest.fixture
def redis_url(tmp_path):
    """A Redis server of this test's own, on a socket in its folder."""
    server = shutil.which("redis-server")
    if server is None:
        pytest.skip("needs a redis-server")
    pytest.importorskip("redis", reason="needs the redis client")
    socket = tmp_path / "redis.sock"
    command = [server, "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            for _ in range(200):
                if socket.exists():
                    break
                time.sleep(0.05)
            yield f"unix://{socket}"
        finally:
            process.terminate()


def fleet(pytester, imports, database, *arguments):
    """What two machines make of the same suite, one after the other."""
    outcomes = []
    for machine, phases in (("one", FIRST), ("two", SECOND)):
        folder = pytester.mkdir(machine)
        suite = SUITE.format(imports=imports, database=database, phases=phases)
        folder.joinpath("test_client.py").write_text(suite, encoding="utf-8")
        ran = forked_pytest("--rootdir", folder, *arguments, folder)
        outcomes.append(pytest.RunResult.parse_summary_nouns(ran.stdout.splitlines()))
    return outcomes


def test_machines_share_a_folder(pytester, tmp_path):
    """The second one fails without drawing anything."""
    database = f"DirectoryBasedExampleDatabase({str(tmp_path / 'shared')!r})"

    assert (
        fleet(pytester, "from hypothesis.database import DirectoryBasedExampleDatabase", database)
        == [{"failed": 1}] * 2
    )


def test_machines_share_a_redis(pytester, redis_url):
    """The same over the network."""
    imports = "from redis import Redis\nfrom hypothesis.extra.redis import RedisExampleDatabase"

    assert fleet(pytester, imports, f"RedisExampleDatabase(Redis.from_url({redis_url!r}))") == [{"failed": 1}] * 2


@pytest.mark.nightly
def test_machines_with_workers_share_a_folder(pytester, tmp_path):
    """Under pytest-xdist, where every worker is a process."""
    pytest.importorskip("xdist")
    database = f"DirectoryBasedExampleDatabase({str(tmp_path / 'shared')!r})"
    imports = "from hypothesis.database import DirectoryBasedExampleDatabase"

    assert fleet(pytester, imports, database, "-n", "2") == [{"failed": 1}] * 2
