"""Where a call comes from: the frames above it that are the program's own, up to those of the tests.

This runs at every call of a paginated operation, so it only keeps code objects and positions; `unread` makes lines of them.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType, FrameType
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from .origins import Origin, Origins, package_of, uses_aws
from .returned_tokens import returns_token

__all__ = ["Caller", "Frame", "Places", "capture"]

#: Frames that are kept: enough for wrappers around wrappers.
_DEPTH = 12


class Frame(NamedTuple):
    """A position in code: where it calls the next one."""

    code: CodeType
    instruction: int


@dataclass(frozen=True, slots=True)
class Caller:
    """Who called an operation.

    `frames` are the program's own, innermost first; there are none where only libraries are on the stack. `paginated`: the call went
    through a paginator of botocore. `through` is the installed package nearest to the program that it went through, if any.
    """

    frames: tuple[Frame, ...] = ()
    paginated: bool = False
    through: str = ""


class _Stack(NamedTuple):
    """The frames above a call, sorted. `own` and `installed` are innermost first, `test` says that a test's frame ended it.

    `passed`: the call is a waiter's, or one of our own judging, and is none of the program's.
    """

    own: list[Frame]
    installed: list[Frame]
    test: bool = False
    paginated: bool = False
    passed: bool = False

    def above(self, starter: _Stack | None) -> _Stack:
        """Together with the stack that started this one's thread."""
        if starter is None or self.test:
            return self
        installed = self.installed if self.own else self.installed + starter.installed
        return self._replace(
            own=self.own + starter.own,
            installed=installed,
            test=starter.test,
            passed=self.passed or starter.passed,
        )


class Places:
    """Finds out who calls, by what `origins` says of the code on the stack. `skipped` is called for every call that a test makes itself."""

    def __init__(self, origins: Origins | None = None, skipped: Callable[[], None] = lambda: None) -> None:
        self.origins = origins or Origins()
        self._skipped = skipped
        self._starters: WeakKeyDictionary[threading.Thread, _Stack] = WeakKeyDictionary()

    def capture(self, client: Any, operation: str) -> Caller | None:
        """The caller of a client's method that is under way in this thread; None for calls that are not to be cut.

        Those are the tests' own, with those of functions that hand the token on to a test, and those of botocore's waiters.
        """
        stack = self._stack(sys._getframe(1)).above(self._starters.get(threading.current_thread()))
        if stack.passed:
            return None
        program = stack.own or _program(stack.installed, anything=not stack.test)
        if not program and (stack.test or self.origins.is_test is not None):
            self._skipped()
            return None
        if stack.test and not stack.paginated and len(program) < _DEPTH and returns_token(tuple(program), operation):
            self._skipped()
            return None
        through = package_of(stack.installed[-1].code.co_filename) if stack.own and stack.installed else ""
        return Caller(tuple(program[:_DEPTH]), stack.paginated, through)

    def thread_started(self, thread: threading.Thread) -> None:
        """Note who starts a thread: a stack ends where its thread begins."""
        stack = self._stack(sys._getframe(1))
        self._starters[thread] = stack.above(self._starters.get(threading.current_thread()))

    def _stack(self, frame: FrameType | None) -> _Stack:
        own: list[Frame] = []
        installed: list[Frame] = []
        paginated = False
        kind_of = self.origins.kind
        while frame is not None:
            kind = kind_of(frame)
            if kind is Origin.OWN:
                if len(own) < _DEPTH:
                    own.append(Frame(frame.f_code, frame.f_lasti))
            elif kind is Origin.TEST:
                return _Stack(own, installed, True, paginated)
            elif kind is Origin.JUDGE or (kind is Origin.WAITER and not own):
                return _Stack(own, installed, passed=True)
            elif not own and kind is Origin.INSTALLED:
                installed.append(Frame(frame.f_code, frame.f_lasti))
            elif not own and kind is Origin.PAGINATOR:
                paginated = True
            frame = frame.f_back
        return _Stack(own, installed, False, paginated)


def _program(installed: list[Frame], *, anything: bool) -> list[Frame]:
    """The frames of the installed package that stands for the program where no code on the stack is the project's.

    That is the outermost one that works with AWS; where `anything` may be the program, the outermost one at all.
    """
    packages = [package_of(each.code.co_filename) for each in installed]
    outermost = list(dict.fromkeys(reversed(packages)))
    chosen = next((each for each in outermost if each and uses_aws(each)), None)
    if chosen is None and anything and outermost:
        chosen = next((each for each in outermost if each), "")
    return [frame for frame, package in zip(installed, packages, strict=True) if package == chosen]


_EVERYWHERE = Places()


def capture(client: Any, operation: str) -> Caller | None:
    """The caller where there are no tests: all calls are cut but those of waiters."""
    return _EVERYWHERE.capture(client, operation)
