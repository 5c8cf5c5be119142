"""What a shell is told that may follow: files where a file is meant, and the words that there are."""

from collections.abc import Callable, Iterable
from typing import Any

from click.shell_completion import CompletionItem

__all__ = ["of", "of_files"]

Complete = Callable[[Any, Any, str], list[CompletionItem]]


def of_files(context: Any, parameter: Any, incomplete: str) -> list[CompletionItem]:
    """Any file."""
    return [CompletionItem(incomplete, type="file")]


def of(words: Callable[[], Iterable[str]]) -> Complete:
    """The words that begin so. They are asked for when somebody presses the key, and not before."""

    def complete(context: Any, parameter: Any, incomplete: str) -> list[CompletionItem]:
        return [CompletionItem(each) for each in words() if each.startswith(incomplete)]

    return complete
