"""The arguments of `fuzz_client`, checked before anything runs."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any

from ...emulator.lists.identities import listed_shape
from ...emulator.paths import output_path
from ...emulator.served import served
from ...errors import UsageError, counted, nearest
from ...spec.contract import Contract
from ...spec.model import service
from .judging.formatting import one
from .judging.run import Wanted

__all__ = ["called", "check", "check_key", "member_names", "wanted"]


def check(
    collect: Any,
    contract: Contract,
    *,
    examples: Any,
    seed: Any,
    expect: Any,
    key: Any,
    failed: Any,
    clock: Any,
    backend: Any,
    parameters: Any,
) -> None:
    """Raise a TypeError or a ValueError that says what is wrong, if anything is."""
    if not callable(collect):
        raise TypeError(f"collect must be a function, not {type(collect).__name__}")
    arguments = ("client", "job_id") if contract.job is not None else ("client",)
    try:
        inspect.signature(collect).bind(*arguments)
    except TypeError:
        raise TypeError(
            f"collect must take {counted(len(arguments), 'argument')} for {contract.id}: {', '.join(arguments)}"
        ) from None
    except ValueError:
        pass  # some callables of C have no signature
    if expect is not None and key is not None:
        raise ValueError("give expect or key, not both")
    for name, value in (("expect", expect), ("failed", failed)):
        if value is not None and not callable(value):
            raise TypeError(f"{name} must be a function, not {value!r}")
        _check_function(name, value)
    if isinstance(key, str):
        check_key(contract, key)
    elif key is not None and not callable(key):
        raise TypeError(f"key must be a function or the name of a member, not {key!r}")
    else:
        _check_function("key", key)
    if isinstance(examples, bool) or not isinstance(examples, int):
        raise TypeError(f"examples must be a whole number, not {examples!r}")
    if examples < 1:
        raise ValueError(f"examples must be at least 1, not {examples}")
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int)):
        raise TypeError(f"seed must be a whole number, not {seed!r}")
    if clock not in ("virtual", "real"):
        raise ValueError(f"clock must be 'virtual' or 'real', not {clock!r}")
    if backend is not None and backend != "moto" and not callable(backend):
        raise TypeError(f"backend must be 'moto' or a function from a service's name to a client, not {backend!r}")
    if parameters is not None:
        _check_parameters(contract, parameters)
    _check_listing(contract)


def _check_function(name: str, function: Any) -> None:
    """Raise a TypeError where it cannot be called with one value, or would have to be awaited."""
    if function is None:
        return
    if inspect.iscoroutinefunction(function):
        raise TypeError(f"{name} must be a plain function, not an async def")
    with suppress(ValueError):  # some callables of C have no signature
        try:
            inspect.signature(function).bind(None)
        except TypeError:
            raise TypeError(f"{name} must take one argument, as {function!r} does not") from None


def member_names(contract: Contract) -> tuple[str, ...]:
    """The members of an item; none where items are not structures."""
    shape = listed_shape(contract)
    return tuple(shape.members) if shape.type_name == "structure" else ()


def check_key(contract: Contract, key: str, name: str = "key") -> None:
    """Raise a ValueError if items have no such member. `name` is what the argument is called."""
    names = member_names(contract)
    if key not in names:
        near = nearest(key, names)
        hint = f"; did you mean {near!r}?" if near else f"; it has {', '.join(names)}" if names else ""
        assert contract.listing is not None
        raise ValueError(f"{name}: {one(contract.listing.noun)} has no member {key!r}{hint}")


def _check_listing(contract: Contract) -> None:
    """A few paginators say of a structure, a number or a text that it goes on; nobody can say what a client owes there."""
    assert contract.listing is not None
    path = output_path(contract.listing.main)
    kind = served(contract).kind_of(path) if path else "list"
    if kind not in ("list", "map"):
        raise UsageError(f"{contract.id} does not list anything: {contract.listing.main} is a {kind}")


def _check_parameters(contract: Contract, parameters: Any) -> None:
    if not isinstance(parameters, Mapping):
        raise TypeError(f"parameters must be a dict, not {parameters!r}")
    shape = service(contract.service).operation_model(contract.operation).input_shape
    names = list(shape.members) if shape is not None else []
    for name in parameters:
        if name not in names:
            near = nearest(str(name), names)
            raise ValueError(
                f"parameters: {contract.id} has no {name!r}" + (f"; did you mean {near!r}?" if near else "")
            )


def wanted(
    expect: Callable[[Any], Any] | None,
    key: Callable[[Any], Any] | str | None,
    failed: Callable[[Any], bool] | None,
    ordered: bool,
    polite: bool,
    raises: type[BaseException] | Iterable[type[BaseException]],
) -> Wanted:
    """What the user says about the client, as one value."""
    by = (lambda item: item.get(key)) if isinstance(key, str) else key
    several: Any = (raises,) if isinstance(raises, type) or not isinstance(raises, Iterable) else raises
    errors = tuple(several)
    for each in errors:
        if not (isinstance(each, type) and issubclass(each, BaseException)):
            raise TypeError(f"raises must be one or several classes of exceptions, not {raises!r}")
    return Wanted(expect, by, failed, ordered, polite, errors)


def called(name: str, collect: Any, options: Mapping[str, Any]) -> str:
    """The call that reproduces a finding, as it was probably written."""
    shown = "".join(f", {option}={_value(value)}" for option, value in options.items() if value is not None)
    return f"{name}({_value(collect)}{shown})"


def _value(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return f"({', '.join(map(_value, value))},)"
    name = getattr(value, "__name__", None)
    return str(name or (repr(value) if isinstance(value, (str, int, dict)) else type(value).__name__))
