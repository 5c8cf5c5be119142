"""Nothing but pytest's own tool for testing plugins, which can be named only here."""

pytest_plugins = ["pytester"]
