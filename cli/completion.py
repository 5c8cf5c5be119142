"""What a shell completes: files where a file is meant, and the words that an option knows."""

from collections.abc import Callable, Iterable
from typing import Any

from click.shell_completion import CompletionItem

__all__ = ["of", "of_files"]

Complete = Callable[[Any, Any, str], list[CompletionItem]]


def of_files(context: Any, parameter: Any, incomplete: str) -> list[CompletionItem]:
    """Any file."""
    return [CompletionItem(incomplete, type="file")]


def of(words: str) -> Complete:
    """The words of this name that begin with what was typed. They are looked up only when somebody presses the key."""

    def complete(context: Any, parameter: Any, incomplete: str) -> list[CompletionItem]:
        return [CompletionItem(each) for each in _WORDS[words]() if each.startswith(incomplete)]

    return complete


def _operations() -> Iterable[str]:
    from ..spec.operations import judged

    return judged()


def _rules() -> Iterable[str]:
    from ..spec.catalogue import rules

    return dict.fromkeys(name for each in rules() for name in (each.family, each.id))


def _rule_ids() -> Iterable[str]:
    from ..spec.catalogue import rules

    return dict.fromkeys(each.id for each in rules())


def _faults() -> Iterable[str]:
    from ..emulator.faults import FAULTS

    return FAULTS


def _variants() -> Iterable[str]:
    from ..emulator.variants import VARIANTS

    return VARIANTS


def _schemas() -> Iterable[str]:
    from ..spec.schema import schema_names

    return schema_names()


_WORDS: dict[str, Callable[[], Iterable[str]]] = {
    "operations": _operations,
    "rules": _rules,
    "rule-ids": _rule_ids,
    "faults": _faults,
    "variants": _variants,
    "schemas": _schemas,
}
