"""botocore's model files, each read once in a process: every session would read them anew, a tenth of a second of most tests that make one.

What is read of the installed botocore is never changed, but for S3's model, which clients change; it is read as ever, and so is whatever
stands in another folder.
"""

from __future__ import annotations

import os
from functools import cache, lru_cache
from typing import Any

from botocore.loaders import JSONFileLoader, Loader

__all__ = ["read_once"]

#: So many files are kept: those of a dozen services. All of them take gigabytes.
_KEPT = 80
_S3 = "/s3/".replace("/", os.sep)


def read_once() -> None:
    """From here on."""
    load_file, list_services = JSONFileLoader.load_file, Loader.list_available_services

    @lru_cache(maxsize=_KEPT)
    def read(path: str) -> Any:
        return load_file(JSONFileLoader(), path)

    @cache
    def services(paths: tuple[str, ...], kind: str) -> tuple[str, ...]:
        return tuple(list_services(Loader(list(paths), include_default_search_paths=False), kind))

    def loaded(self: Any, path: str) -> Any:
        return read(path) if path.startswith(Loader.BUILTIN_DATA_PATH) and _S3 not in path else load_file(self, path)

    def listed(self: Any, type_name: str) -> list[str]:
        if set(self.search_paths) <= {Loader.BUILTIN_DATA_PATH, Loader.CUSTOMER_DATA_PATH}:
            return list(services(tuple(self.search_paths), type_name))
        return list(list_services(self, type_name))

    for place, name, function in ((JSONFileLoader, "load_file", loaded), (Loader, "list_available_services", listed)):
        setattr(place, name, function)
