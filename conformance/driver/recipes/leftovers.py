"""What an earlier run of a recipe left behind: found by its name, and deleted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ....errors import UsageError
from ....spec.contract import Contract
from ....spec.recipe import Find, Recipe, RecipeCall
from ....spec.recipe_calls import references
from ...evidence.paths import find
from .calls import Calls, SetupFailed
from .values import Leftover, MissingValue, Scope, parse_name, render

__all__ = ["Leftovers"]

#: A run younger than this may still be under way.
_AGE = 3600
#: No run of ours is older than the project; a name with such a time is somebody else's.
_FIRST = 1_735_689_600
_PAGES = 50
#: Operations that only read are called for a sweep as well.
_READING = ("Get", "List", "Describe")


@dataclass
class _Run:
    """What is left of one earlier run: its items by name, each with values that stand for responses, and what they share."""

    items: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    shared: list[dict[str, Any]] = field(default_factory=list)

    @property
    def known(self) -> dict[str, Any]:
        """The values of everything that is shared, the last of those that stand for the same response."""
        return {name: value for each in self.shared for name, value in each.items()}


class Leftovers:
    """Deletes what earlier runs of one recipe left behind. Everything is found by name, and errors never stop the present run."""

    def __init__(self, recipe: Recipe, contract: Contract, calls: Calls) -> None:
        self._recipe, self._contract, self._calls = recipe, contract, calls

    def remove(self, now: float) -> tuple[str, ...]:
        """The names of what was deleted. Runs that started less than an hour ago are left alone."""
        once = self._readings()
        runs: dict[str, _Run] = {}
        for finder in self._finds():
            if not _names_run(finder.parameters):
                for name, entry in self._found(finder, Scope("", self._calls.region, 0, once=once)):
                    found = parse_name(name)
                    if found is not None and _FIRST <= found.start < now - _AGE:
                        _note(runs.setdefault(found.run, _Run()), found, name, _values(finder, entry))
        removed: list[str] = []
        for run, rest in sorted(runs.items()):
            removed.extend(self._remove(run, rest, once))
        return tuple(removed)

    def _finds(self) -> tuple[Find, ...]:
        """The recipe's own way to find names, else the operation's listing, where an item's identity is its name."""
        recipe, listing = self._recipe, self._contract.listing
        if recipe.find or listing is None or any(references(recipe.request)) or recipe.made.startswith("{each"):
            return recipe.find
        return (Find(recipe.operation, listing.main, recipe.identity, recipe.request),)

    def _readings(self) -> list[Any]:
        """The responses of those calls of `once` that only read, such as the account's own id, at their positions."""
        scope = Scope("", self._calls.region, 0)
        responses: list[Any] = []
        for call in self._recipe.once:
            reads = call.call.startswith(_READING) and not any(references(call.parameters))
            try:
                responses.append(self._calls.perform(call, scope) if reads else {})
            except SetupFailed:
                responses.append({})
        return responses

    def _found(self, finder: Find, scope: Scope) -> Iterator[tuple[str, Any]]:
        try:
            parameters = render(finder.parameters, scope)
        except MissingValue:
            return
        for entry in self._list(finder.service, finder.call, finder.items, parameters):
            name = find(entry, finder.name)
            if isinstance(name, str):
                yield name, entry

    def _list(self, service: str | None, operation: str, items: str, parameters: Mapping[str, Any]) -> Iterator[Any]:
        """The items of a listing, page by page through botocore's paginator where there is one; an error is its end."""
        from botocore import xform_name

        client, method = self._calls.client(service), xform_name(operation)
        try:
            if client.can_paginate(method):
                pages = client.get_paginator(method).paginate(**parameters)
            else:
                pages = iter([self._calls.send(service, operation, parameters)])
            for _, page in zip(range(_PAGES), pages, strict=False):
                yield from find(page, items) or ()
        except UsageError:
            raise
        except Exception:  # whatever is wrong with this listing is for the judgement to say
            return

    def _remove(self, run: str, rest: _Run, once: list[Any]) -> Iterator[str]:
        region = self._calls.region
        for finder in self._finds():
            scope = Scope(run, region, 0, once=once, known=rest.known)
            if self._is_ours(finder.parameters, scope):
                for name, entry in self._found(finder, scope):
                    found = parse_name(name)
                    if found is not None and found.run == run:
                        _note(rest, found, name, _values(finder, entry))
        shared = Scope(run, region, 0, once=once, known=rest.known)
        for name, values in {**self._children(shared), **rest.items}.items():
            scope = Scope(run, region, 0, name=name, once=once, known={**rest.known, **values})
            gone = [self._undo(call, scope) for call in self._recipe.undo]
            if any(gone):
                yield name
        scopes = [shared, *(Scope(run, region, 0, once=once, known=each) for each in rest.shared[:-1])]
        gone = [self._undo(call, scope) for scope in scopes for call in self._recipe.undo_once]
        if any(gone):
            yield run

    def _children(self, shared: Scope) -> dict[str, Mapping[str, Any]]:
        """The items that are listed under what the run itself created, such as the policies of its user.

        An item without a name of ours is deleted only by calls that name its parent as well: a target may list too much.
        """
        recipe, listing = self._recipe, self._contract.listing
        own = {**recipe.request, **recipe.filter}
        if listing is None or not self._is_ours(own, shared):
            return {}
        try:
            parameters = render(own, shared)
        except MissingValue:
            return {}
        nameless = recipe.made.startswith("{each.") and all(
            self._is_ours(call.parameters, shared) for call in recipe.undo
        )
        found: dict[str, Mapping[str, Any]] = {}
        for entry in self._list(None, recipe.operation, listing.main, parameters):
            identity = find(entry, recipe.identity)
            values = {recipe.made[1:-1]: identity} if recipe.made.startswith("{each.") else {}
            name = parse_name(str(identity))
            if name is not None and name.run == shared.run and name.item:
                found[name.item] = values
            elif nameless:
                found[str(identity)] = values
        return found

    @staticmethod
    def _is_ours(template: Any, shared: Scope) -> bool:
        """Whether a template names the run, or something that was found by the run's name."""
        return _names_run(template) or any(
            reference.removesuffix(":basename") in shared.known for reference in references(template)
        )

    def _undo(self, call: RecipeCall, scope: Scope) -> bool:
        """Whether the call deleted something."""
        try:
            self._calls.perform(call, scope)
            if call.wait:
                self._calls.wait(call.wait, scope)
        except (SetupFailed, UsageError):
            return False
        return True


def _names_run(template: Any) -> bool:
    return any(reference.startswith("run") for reference in references(template))


def _note(run: _Run, found: Leftover, name: str, values: Mapping[str, Any]) -> None:
    once = {reference: value for reference, value in values.items() if reference.startswith("once.")}
    if once:
        run.shared.append(once)
    if found.item is not None or len(once) < len(values):
        key = found.item or name
        run.items[key] = {**run.items.get(key, {}), **values}


def _values(finder: Find, entry: Any) -> Mapping[str, Any]:
    found = {reference: find(entry, path) for reference, path in finder.values.items()}
    return {reference: value for reference, value in found.items() if value is not None}
