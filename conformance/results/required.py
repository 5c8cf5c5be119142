"""What ``--require`` names: families, rules and operations of this run."""

from collections.abc import Sequence

from ...errors import UsageError, unknown
from ...spec.catalogue import rule_set, rules
from ...spec.contract import Contract

__all__ = ["required_names"]


def required_names(words: Sequence[str], contracts: Sequence[Contract]) -> tuple[str, ...]:
    """The names that are required, operations in botocore's spelling.

    :raises UsageError: for a family, a rule or an operation that this run does not judge.
    """
    if not words:
        return ()
    applying = [rule for each in contracts for rule in rule_set(each)]
    known = {each.family for each in applying} | {each.id for each in applying}
    operations = {_plain(each.id): each.id for each in contracts}
    clients = {name for each in rules() if each.family == "client" for name in (each.family, each.id)}
    found = []
    for word in words:
        if word in known:
            found.append(word)
        elif ":" in word:
            if _plain(word) not in operations:
                raise UsageError(f"--require {word}: this run does not judge that operation")
            found.append(operations[_plain(word)])
        elif word in clients:
            raise UsageError(f"--require {word}: that is a rule for clients, which fuzz-client judges")
        else:
            raise unknown("family, rule or operation in --require:", word, sorted(known), "awscontract rules")
    return tuple(found)


def _plain(operation: str) -> str:
    """An operation without the differences between botocore's spelling and the AWS CLI's."""
    service, _, name = operation.lower().partition(":")
    return f"{service}:{name.replace('-', '')}"
