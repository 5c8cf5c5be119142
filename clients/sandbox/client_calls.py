"""Stands between botocore's clients and whatever answers them: above what tests patch, `Stubber`, moto and the wire.

botocore makes a class for each client. The method that all calls go through is put into these classes, of the clients that there are and
of those to come, and goes on by `super()`; so it also stands above a `BaseClient._make_api_call` that a test replaces.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

__all__ = ["Call", "intercepted"]

#: What is called in place of a client's call: the client, the rest of the call, the operation's name and its parameters.
Call = Callable[[Any, Callable[[str, Mapping[str, Any]], Any], str, Mapping[str, Any]], Any]

#: pytest shows none of our frames in a traceback.
__tracebackhide__ = True

_METHOD, _CREATED = "_make_api_call", "__init_subclass__"

#: Those that are in force, of which the last one counts, and what takes the patches away.
_calls: list[Call] = []
_undo: list[Callable[[], None]] = []
_lock = threading.Lock()


@contextmanager
def intercepted(call: Call) -> Iterator[None]:
    """Within it, every call of every botocore client of this process goes through `call`, whoever made the client, and when.

    Of several at once the one that was entered last counts.
    """
    with _lock:
        _calls.append(call)
        _patch()
    try:
        yield
    finally:
        with _lock:
            _calls.remove(call)
            while _undo and not _calls:
                _undo.pop()()


def _patch() -> None:
    """Patch the classes of all clients, and have those to come patched."""
    from botocore.client import BaseClient

    if _undo:
        return
    base: Any = BaseClient
    before = vars(base).get(_CREATED)

    def created(kind: Any, /, **arguments: Any) -> None:
        (super(base, kind).__init_subclass__ if before is None else before.__get__(None, kind))(**arguments)
        if base in kind.__bases__:  # what is derived from these inherits it
            _put_into(kind)

    _put(base, _CREATED, classmethod(created))
    for each in base.__subclasses__():
        _put_into(each)
    _undo.append(lambda: _restore(base, before))


def _put_into(kind: Any) -> None:
    own = vars(kind).get(_METHOD)

    def _make_api_call(client: Any, operation_name: str, api_params: Mapping[str, Any]) -> Any:
        rest = getattr(super(kind, client), _METHOD) if own is None else own.__get__(client, kind)
        return _calls[-1](client, rest, operation_name, api_params) if _calls else rest(operation_name, api_params)

    setattr(_make_api_call, _BEFORE, own)
    setattr(kind, _METHOD, _make_api_call)


#: Marks our methods, and holds what was there before.
_BEFORE = "_awscontract_before"


def _restore(base: Any, created: Any) -> None:
    _put(base, _CREATED, created)
    for kind in base.__subclasses__():
        method = vars(kind).get(_METHOD)
        if hasattr(method, _BEFORE):
            _put(kind, _METHOD, getattr(method, _BEFORE))


def _put(kind: Any, name: str, value: Any) -> None:
    if value is None:
        delattr(kind, name)
    else:
        setattr(kind, name, value)
