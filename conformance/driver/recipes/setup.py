"""Setting up what a recipe describes: items are created through botocore clients, and everything is deleted again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ....errors import UsageError
from ....spec.contract import Contract
from ....spec.recipe import Recipe, RecipeCall
from ...evidence.paths import canonical
from .calls import Calls, SetupFailed, SetupStopped
from .leftovers import Leftovers
from .values import MissingValue, Scope, item_name, new_run, render

__all__ = ["Made", "Setup"]

#: How often what could not be deleted is tried again, since some things must go first and take a while.
_ROUNDS = 3


class Made(NamedTuple):
    """What a recipe created: the parameters of every listing, those that narrow it to the recipe's own items, and the items' identities."""

    parameters: Mapping[str, Any]
    identities: tuple[str, ...]
    filter: Mapping[str, Any]


@dataclass
class _Item:
    """One item while it is created: its values, and whether a call whose outcome is unknown may have created it."""

    scope: Scope
    begun: bool = False
    uncertain: bool = False
    responses: list[Any] = field(default_factory=list)


class Setup:
    """Creates what a recipe describes and deletes it again: `sweep`, `create`, and `remove` in any case.

    `run` is the run's unique name, in the form of `new_run`. `timeout` is the time to wait for one thing, `total` that for creating
    everything, and again for deleting it. `left` is what could not be deleted, each with its name and the reason.
    """

    def __init__(
        self,
        recipe: Recipe,
        contract: Contract,
        client_of: Callable[[str], Any],
        items: int = 7,
        run: str | None = None,
        *,
        timeout: float = 60.0,
        total: float = 120.0,
        poll: float = 0.5,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self._recipe, self._contract, self._sleep = recipe, contract, sleep
        self._calls = Calls(recipe, client_of, timeout=timeout, poll=poll, sleep=sleep, clock=clock, stopped=stopped)
        self.run, self.items = run or new_run(), recipe.count(items)
        self._total = total
        self._calls.begin(total)
        self._begun = False
        self._once: list[Any] = []
        self._items: list[_Item] = []
        self.left: tuple[str, ...] = ()

    @property
    def created(self) -> int:
        """How many items have been created until now."""
        return sum(len(each.responses) == len(self._recipe.each) for each in self._items)

    @property
    def deleted(self) -> int:
        """How many of the created items `remove` has deleted."""
        left = {each.split(": ")[0] for each in self.left}
        created = [each for each in self._items if len(each.responses) == len(self._recipe.each)]
        return 0 if self._begun else sum(self._label(each) not in left for each in created)

    def sweep(self, now: float | None = None) -> tuple[str, ...]:
        """Delete what an earlier run of this recipe left behind more than an hour ago, and return its names."""
        return Leftovers(self._recipe, self._contract, self._calls).remove(time.time() if now is None else now)

    def create(self) -> Made:
        """Create the items; whatever happens, call `remove` afterwards.

        :raises SetupFailed: with the call that failed. :raises UsageError: where the recipe itself is wrong.
        """
        recipe, region = self._recipe, self._calls.region
        shared = Scope(self.run, region, self.items, once=self._once)
        for call in recipe.once:
            self._prepare(call, shared)
            if call.wait:
                self._calls.wait(call.wait, shared)
        for index in range(self.items):
            item = _Item(Scope(self.run, region, self.items, index, item_name(self.run, index, self.items), self._once))
            item.scope.each = item.responses
            self._items.append(item)
        for item in self._items:
            for call in recipe.each:
                self._create(item, call)
                if call.wait and call is not recipe.each[-1]:
                    self._calls.wait(call.wait, item.scope)
        for item in self._items:  # all of them get ready at the same time
            if recipe.each and (wait := recipe.each[-1].wait):
                self._calls.wait(wait, item.scope)
        try:
            request, narrowed = render(recipe.request, shared), render(recipe.filter, shared)
        except MissingValue as missing:
            last = recipe.once[-1].call if recipe.once else recipe.operation
            raise SetupFailed(last, "missing", "refused", f"no response has {missing}") from None
        return Made(request, self._identities(), narrowed)

    def _identities(self) -> tuple[str, ...]:
        """What identifies the items; nothing where the responses to their creation do not say it: the listing is judged all the same."""
        try:
            items = self._items if self._recipe.made else ()
            return tuple(canonical(render(self._recipe.made, item.scope)) for item in items)
        except MissingValue:
            for item in self._items:
                item.uncertain = True  # and nothing can delete it
            return ()

    def _prepare(self, call: RecipeCall, scope: Scope) -> None:
        begun, self._begun = self._begun, True
        try:
            self._once.append(self._calls.perform(call, scope))
        except SetupFailed as failed:
            self._begun = begun or not failed.certain
            raise
        except SetupStopped:
            self._begun = begun
            raise

    def _create(self, item: _Item, call: RecipeCall) -> None:
        item.begun = item.uncertain = True
        self._begun = True
        try:
            item.responses.append(self._calls.perform(call, item.scope))
        except SetupFailed as failed:
            item.uncertain = not failed.certain
            item.begun = item.uncertain or bool(item.responses)
            raise
        except SetupStopped:
            item.uncertain, item.begun = False, bool(item.responses)
            raise
        item.uncertain = False

    def remove(self) -> tuple[str, ...]:
        """Delete everything that was created, in reverse order, and return what could not be deleted.

        A KeyboardInterrupt does not stop it; it is raised again at the end, when `left` says the same. A second one stops it.
        """
        if not self._begun:
            return ()
        self._calls.stopped = lambda: False
        self._calls.begin(self._total)
        undoing = _Undoing(self._calls, self._sleep)
        interrupted = undoing.run([*self._undo_items(), *self._undo_once()])
        self._begun, self.left = False, undoing.left
        if interrupted is not None:
            raise interrupted
        return self.left

    def _undo_items(self) -> Iterator[_Undo]:
        for item in reversed(self._items):
            if item.begun:
                for call in self._recipe.undo:
                    yield _Undo(call, item.scope, self._label(item), item.uncertain)

    def _undo_once(self) -> Iterator[_Undo]:
        scope = Scope(self.run, self._calls.region, self.items, once=self._once)
        for call in self._recipe.undo_once:
            yield _Undo(call, scope, self.run, False)

    def _label(self, item: _Item) -> str:
        name = item.scope.name or self.run
        try:
            identity = str(render(self._recipe.made, item.scope))
        except MissingValue:
            return name
        return identity if name in identity else f"{name} ({identity})"


class _Undo(NamedTuple):
    """One deletion: the call, its values, the name of the thing, and whether it may exist although no response said so."""

    call: RecipeCall
    scope: Scope
    label: str
    uncertain: bool


class _Undoing:
    """Runs deletions, each independent of the failure of another, and those that failed once more."""

    def __init__(self, calls: Calls, sleep: Callable[[float], None]) -> None:
        self._calls, self._sleep = calls, sleep
        self._failed: dict[int, str] = {}
        self._final: set[int] = set()
        self._ahead: list[_Undo] = []
        self._lost = 0

    @property
    def left(self) -> tuple[str, ...]:
        """What is still there, each once, with the first reason."""
        reasons: dict[str, str] = {}
        for position, reason in sorted(self._failed.items()):
            reasons.setdefault(self._ahead[position].label, reason)
        return tuple(f"{label}: {reason}" for label, reason in reasons.items())

    def run(self, undos: list[_Undo]) -> KeyboardInterrupt | None:
        """Run them all, and return the interruption that came meanwhile, if one did."""
        self._ahead, self._failed = undos, dict.fromkeys(range(len(undos)), "not tried")
        interrupted: KeyboardInterrupt | None = None
        for number in range(_ROUNDS):
            for position in [each for each in self._failed if each not in self._final]:
                try:
                    self._one(position)
                except KeyboardInterrupt as interrupt:
                    if interrupted is not None:
                        return interrupt
                    interrupted = interrupt
                    self._one(position)
            if not self._failed.keys() - self._final or self._lost > 1 or number == _ROUNDS - 1:
                break
            self._sleep(2.0**number)
        return interrupted

    def _one(self, position: int) -> None:
        undo = self._ahead[position]
        if self._lost > 1:  # the target is gone, and every further call would take its whole time
            return
        try:
            self._calls.perform(undo.call, undo.scope)
            if undo.call.wait:
                self._calls.wait(undo.call.wait, undo.scope)
        except SetupFailed as failed:
            self._lost = self._lost + 1 if failed.kind == "unreachable" else 0
            nothing = failed.code == "missing" and not undo.uncertain  # it was never created
            if not failed.gone and not nothing:
                unknown = failed.code == "missing"
                reason = (
                    "may exist: no response to its creation names it" if unknown else f"{failed.call} {failed.code}"
                )
                self._failed[position] = reason
                if failed.kind == "not-implemented" or unknown:
                    self._final.add(position)
                return
        except UsageError as error:
            self._failed[position] = str(error)
            self._final.add(position)
            return
        else:
            self._lost = 0
        del self._failed[position]
