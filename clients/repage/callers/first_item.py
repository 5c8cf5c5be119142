"""Functions that want of a listing only whether there is an item, or the first one. They need its first page and no more."""

from __future__ import annotations

import ast

from .returned_tokens import Frames, receivers
from .sources import SourceCall, call_at

__all__ = ["wants_first_item"]

#: What a length, or a number of items, may be compared with, if the question is whether there is an item.
_ANY = {
    (ast.Gt, 0),
    (ast.GtE, 1),
    (ast.Eq, 0),
    (ast.NotEq, 0),
    (ast.Lt, 1),
    (ast.LtE, 0),
}


def wants_first_item(frames: Frames, place: int) -> bool:
    """Whether the function at `place`, or the one to which it returns the response, or the items or their number, looks for the first item at most.

    That is what the source says of these functions, the innermost first. Where there is none to read, it is False.
    """
    return any(
        keeps and index >= place and _Uses(found, frames[index + 1 :]).are_of_first_item(found.node, is_response=True)
        for index, found, keeps in receivers(frames)
    )


class _Uses:
    """What a function does with the value of a call. `callers` are the functions around it, the innermost first."""

    def __init__(self, found: SourceCall, callers: Frames) -> None:
        self._callers = callers
        self._nodes = list(ast.walk(found.function))
        self._parents = {child: each for each in self._nodes for child in ast.iter_child_nodes(each)}

    def are_of_first_item(self, node: ast.AST, *, is_response: bool) -> bool:
        """Whether this value is only asked for its first item, or whether it has one. `is_response`: it is the whole response."""
        parent = self._parents.get(node)
        if isinstance(parent, ast.Await):
            return self.are_of_first_item(parent, is_response=is_response)
        if (member := self._member(node)) is not None:
            return self.are_of_first_item(member, is_response=False)
        if isinstance(parent, ast.Assign | ast.NamedExpr) and parent.value is node:
            targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
            asked = isinstance(parent, ast.Assign) or self._is_asked_whether(parent)
            return asked and len(targets) == 1 and self._name_is(targets[0], is_response=is_response)
        if is_response:
            return isinstance(parent, ast.Compare) and all(isinstance(each, ast.In | ast.NotIn) for each in parent.ops)
        if isinstance(parent, ast.Return) or (isinstance(parent, ast.Lambda) and parent.body is node):
            return self._is_of_first_item_for_caller()
        first = isinstance(parent, ast.Subscript) and parent.value is node and _is(parent.slice, 0)
        return first or self._is_asked_whether(node) or self._is_compared_with_none(node) or self._is_empty(node)

    def _is_of_first_item_for_caller(self) -> bool:
        found = call_at(*self._callers[0]) if self._callers else None
        return found is not None and _Uses(found, self._callers[1:]).are_of_first_item(found.node, is_response=False)

    def _name_is(self, target: ast.expr, *, is_response: bool) -> bool:
        if not isinstance(target, ast.Name):
            return False
        same = [each for each in self._nodes if isinstance(each, ast.Name) and each.id == target.id]
        read = [each for each in same if isinstance(each.ctx, ast.Load)]
        if not read or len(same) - len(read) > 1:  # it has another value elsewhere
            return False
        return all(self.are_of_first_item(each, is_response=is_response) for each in read)

    def _member(self, node: ast.AST) -> ast.AST | None:
        """What is looked up in a response: `response["Users"]`, `response.get("Users", [])`."""
        parent = self._parents.get(node)
        if isinstance(parent, ast.Subscript) and parent.value is node:
            return parent if isinstance(parent.slice, ast.Constant) and isinstance(parent.slice.value, str) else None
        if isinstance(parent, ast.Attribute) and parent.attr == "get":
            call = self._parents.get(parent)
            return call if isinstance(call, ast.Call) and call.func is parent else None
        return None

    def _is_asked_whether(self, node: ast.AST) -> bool:
        """Whether it matters only if it is empty."""
        parent = self._parents.get(node)
        if isinstance(parent, ast.If | ast.IfExp | ast.While | ast.Assert):
            return parent.test is node
        if isinstance(parent, ast.UnaryOp):
            return isinstance(parent.op, ast.Not)
        if isinstance(parent, ast.BoolOp):
            return self._is_asked_whether(parent)
        if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name) and parent.args == [node]:
            if parent.func.id == "len":
                return self._is_compared_with_none(parent) or self._is_asked_whether(parent)
            return parent.func.id == "bool"
        return False

    def _is_compared_with_none(self, length: ast.AST) -> bool:
        compared = self._parents.get(length)
        if not isinstance(compared, ast.Compare) or len(compared.ops) != 1 or compared.left is not length:
            return False
        right = compared.comparators[0]
        return isinstance(right, ast.Constant) and (type(compared.ops[0]), right.value) in _ANY

    def _is_empty(self, node: ast.AST) -> bool:
        """Whether it is compared with ``[]``."""
        compared = self._parents.get(node)
        if not isinstance(compared, ast.Compare) or not isinstance(compared.ops[0], ast.Eq | ast.NotEq):
            return False
        return any(isinstance(each, ast.List) and not each.elts for each in (compared.left, *compared.comparators))


def _is(node: ast.expr, value: int) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int and node.value == value
