"""pytest's own tool for testing plugins, which can be named only here, and less work for the garbage collector."""

import gc

pytest_plugins = ["pytester"]


def pytest_collection_finish() -> None:
    """Thousands of tests are kept to the end: to look through them every now and then finds nothing and costs a sixth of the time."""
    gc.collect()
    gc.set_threshold(100_000, 50, 100)
