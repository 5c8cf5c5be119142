"""Runs as every Python process under ``awscontract repage`` starts: re-pages those that import botocore, and costs the others nothing.

It goes on to the sitecustomize that would have run without this one. It is read by any Python 3, also by one that is too old for
awscontract or does not have it, so it imports nothing else and is written in the syntax of Python 3.6.
"""

import os
import sys

__all__: "list[str]" = []

#: What pytest imports, where our plugin is not installed as one.
_PLUGIN = "awscontract.pytest_plugin.plugin"
_FOLDER = os.path.dirname(os.path.abspath(__file__))
_SETTINGS = os.environ.get("_AWSCONTRACT_REPAGE", "")
_NEEDED = (3, 11)


class _Watch:
    """Sees that botocore is about to be imported, and leaves the search to the other finders."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Begin, once."""
        if name == "botocore":
            sys.meta_path.remove(self)
            _begin()


def _prepare() -> None:
    """Make awscontract importable, for us and for pytest, in an environment that does not have it."""
    from importlib.util import find_spec

    plugins = [each for each in os.environ.get("PYTEST_PLUGINS", "").split(",") if each and each != _PLUGIN]
    if find_spec("awscontract") is None:
        sys.path.append(os.environ["_AWSCONTRACT_REPAGE_PACKAGE"])  # a folder with no other package in it
        plugins.append(_PLUGIN)
    if plugins:
        os.environ["PYTEST_PLUGINS"] = ",".join(plugins)
    else:
        os.environ.pop("PYTEST_PLUGINS", None)


def _begin() -> None:
    import json

    settings = json.loads(_SETTINGS)
    try:
        if sys.version_info < _NEEDED:
            raise ImportError("awscontract needs Python {}.{}".format(*_NEEDED))
        from awscontract.clients.repage.processes.process import begin

        begin(settings)
    except Exception as error:
        # Leave word that this process is not re-paged.
        version = ".".join(map(str, sys.version_info[:2]))
        with open(os.path.join(settings["folder"], f"{os.getpid()}.refused"), "w") as file:
            json.dump({"python": sys.executable, "version": version, "reason": str(error)}, file)


def _go_on() -> None:
    """Run the sitecustomize that this one hides."""
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec

    sys.path[:] = [each for each in sys.path if os.path.abspath(each) != _FOLDER]
    spec = PathFinder.find_spec("sitecustomize", sys.path)
    if spec is not None and spec.loader is not None:
        module = module_from_spec(spec)
        sys.modules["sitecustomize"] = module
        spec.loader.exec_module(module)


if _SETTINGS:
    if sys.version_info >= _NEEDED:
        _prepare()
    sys.meta_path.insert(0, _Watch())
_go_on()
