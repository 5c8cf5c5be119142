"""What cannot be run here, and is refused by name: event loops made in C, and gevent, which wait in ways that virtual time does not reach; loops within a loop."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from ...errors import UsageError
from .late_import import when_imported

__all__ = ["WITHIN_A_LOOP", "check_monkeypatching", "is_loop_within_loop", "refuse_loops", "runs_on_a_loop"]

#: What is said of a client that runs a loop of its own, where the caller runs on one.
WITHIN_A_LOOP = (
    "the client runs on an event loop, and fuzz_client was called on one, where no other can run: call fuzz_client in a function that is "
    "not an `async def`, or in a thread, by `await asyncio.to_thread(fuzz_client, ...)` or `await anyio.to_thread.run_sync(...)`"
)

#: Packages that run loops, and raise a RuntimeError where there is one already.
_RUNNERS = ("asyncio", "anyio", "trio")

_REAL = 'pass clock="real"'

#: Where a loop of its own kind begins to run: the module, the class, its methods, and what to do instead.
_LOOPS = (
    ("uvloop", "Loop", ("run_forever", "run_until_complete"), f"{_REAL}, or run it on asyncio's own loop here"),
    ("gevent.hub", "Hub", ("run",), _REAL),
)


def check_monkeypatching() -> None:
    """Refuse a process in which gevent has replaced threads or sockets: nothing here could wait or watch any more.

    :raises UsageError: if it has.
    """
    monkey: Any = sys.modules.get("gevent.monkey")
    patched = [name for name in ("threading", "thread", "time", "socket") if monkey and monkey.is_module_patched(name)]
    if patched:
        raise UsageError(
            f"gevent.monkey has patched {patched[0]} in this process, where fuzz_client cannot run a client; "
            "give the program to `awscontract fuzz-client`, over HTTP"
        )


def runs_on_a_loop() -> bool:
    """Whether this is called on a loop of asyncio."""
    from asyncio import _get_running_loop

    return _get_running_loop() is not None


def is_loop_within_loop(error: BaseException | None) -> bool:
    """Whether a loop did not run because this thread is on one, which has nothing to do with what the client does."""
    while error is not None:
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        module = str(trace.tb_frame.f_globals.get("__name__")) if trace is not None else ""
        if isinstance(error, RuntimeError) and module.partition(".")[0] in _RUNNERS and _is_on_any_loop():
            return True
        error = error.__cause__ or error.__context__
    return False


def _is_on_any_loop() -> bool:
    trio: Any = sys.modules.get("trio")
    return runs_on_a_loop() or bool(trio and trio.lowlevel.in_trio_run())


def refuse_loops(refuse: Callable[[str], None], is_mine: Callable[[], bool], undo: ExitStack) -> None:
    """Have these loops refused by name, for as long as the stack is open."""
    for module, kind, methods, instead in _LOOPS:

        def patch(
            module: str = module, kind: str = kind, methods: tuple[str, ...] = methods, instead: str = instead
        ) -> None:
            loop = getattr(sys.modules.get(module), kind, None)
            for name in methods if isinstance(loop, type) else ():
                _put(loop, name, f"the client runs on {module.partition('.')[0]}, whose pauses take real time: {instead}", refuse, is_mine, undo)  # fmt: skip

        undo.enter_context(when_imported(module, patch))


def _put(
    loop: Any, name: str, why: str, refuse: Callable[[str], None], is_mine: Callable[[], bool], undo: ExitStack
) -> None:
    real = getattr(loop, name)

    def run(self: Any, *arguments: Any, **options: Any) -> Any:
        if is_mine():
            refuse(why)
        return real(self, *arguments, **options)

    own = vars(loop).get(name)
    undo.callback(delattr if own is None else setattr, loop, name, *(() if own is None else (own,)))
    setattr(loop, name, run)
