"""Looking at an endpoint before it is judged: waiting until it is up, and whether it is our own emulator."""

import time
from collections.abc import Callable

from ...errors import TargetUnavailable, one_line

__all__ = ["serves_our_emulator", "wait_until_up"]

#: HTTP statuses by which a proxy says that nothing is behind it yet.
_STARTING = (502, 503, 504)
#: Seconds from one look to the next, and for one look.
_EVERY, _LOOK = 0.25, 2.0


def wait_until_up(
    url: str,
    seconds: float,
    *,
    sleep: Callable[[float], object] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Ask the endpoint for its root until something answers, whatever it says, except that it is still starting.

    :raises TargetUnavailable: where nothing has answered after so many seconds.
    """
    import urllib3

    deadline = clock() + seconds
    with urllib3.PoolManager(cert_reqs="CERT_NONE", retries=False, assert_hostname=False) as pool:
        while True:
            try:
                response = pool.request("GET", url, timeout=_LOOK, redirect=False, preload_content=False)
                status = response.status
                response.close()
                if status not in _STARTING:
                    return
                seen = f"HTTP {status}"
            except urllib3.exceptions.HTTPError as error:
                seen = one_line(str(error))
            if clock() + _EVERY > deadline:
                raise TargetUnavailable(f"{url} did not come up within {seconds:g} s ({seen})")
            sleep(_EVERY)


def serves_our_emulator(url: str) -> bool:
    """Whether the endpoint says that it is ``awscontract serve``."""
    import urllib3

    with urllib3.PoolManager(cert_reqs="CERT_NONE", retries=False, assert_hostname=False) as pool:
        try:
            response = pool.request("GET", url, timeout=_LOOK, redirect=False, preload_content=False)
        except urllib3.exceptions.HTTPError:
            return False
        server = response.headers.get("server", "")
        response.close()
    return server.startswith("awscontract")
