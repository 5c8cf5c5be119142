"""Re-pages the botocore clients of a whole process, from the moment that it imports botocore."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from threading import Thread

from ..sandbox.late_import import when_imported
from ..sandbox.thread_starts import noted
from .callers.places import Places
from .contexts import Contexts
from .log import Log

__all__ = ["served"]


@contextmanager
def served(
    log: Log,
    places: Places,
    contexts: Contexts,
    *,
    seed: int = 0,
    page: int | None = None,
    operations: Collection[str] | None = None,
) -> Iterator[None]:
    """A context in which listings are served in other pages. A process that never imports botocore imports nothing for it.

    :param operations: the operations by their full names (``iam:ListUsers``); None for all.
    """
    with ExitStack() as undo:

        def note(thread: Thread) -> None:
            places.thread_started(thread)
            contexts.thread_started(thread)

        def begin() -> None:
            from ..sandbox.client_calls import intercepted
            from .repaging import Repaging

            repaging = Repaging(
                log, seed=seed, page=page, operations=operations, context=contexts, capture=places.capture
            )
            undo.enter_context(noted(note))
            undo.enter_context(intercepted(repaging.call))

        # Every client is made by a session, and botocore's handlers are there then.
        with when_imported("botocore.session", begin):
            yield
