"""pytest's own tool for testing plugins, which can be named only here, and less work for the garbage collector and for botocore."""

import gc
import signal
from collections.abc import Generator

import pytest

import botocore_models
import profiles

pytest_plugins = ["pytester"]

# Hypothesis profiles `ci` and `nightly`: see profiles.py.
profiles.load()
botocore_models.read_once()

# A shell ignores it in what it runs in the background, and programs that tests start and interrupt would ignore it too.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

#: Folders whose files take longest: a worker that got one of them last would be left alone with it.
FIRST = ("tests/strategies", "tests/clients")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those first, everything else in its order."""
    items.sort(key=lambda item: not item.nodeid.startswith(FIRST))


def pytest_collection_finish() -> None:
    """Thousands of tests are kept to the end: to look through them every now and then finds nothing and costs a sixth of the time."""
    _set_aside()
    gc.set_threshold(100_000, 50, 100)


def _set_aside() -> None:
    """Have the collector look no more at what there is now."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, object, object]:
    """Models, strategies and contracts that a folder's tests have loaded stay, and the next one's need not look through them.

    pytest-timeout would keep a thread's locks for every test until the end.
    """
    done = yield
    vars(item).pop("cancel_timeout", None)
    if nextitem is not None and nextitem.path.parent != item.path.parent:
        _set_aside()
    return done
