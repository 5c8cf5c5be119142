"""Page sizes: what the model allows, and where bugs live."""

from collections.abc import Mapping

from botocore.model import Shape

from ...spec.contract import Contract
from ...spec.model import operation

__all__ = ["bounds", "classes", "sizes"]

#: The largest page size that is tried where the model has no bound, or a larger one.
_LARGEST = 1000


def bounds(contract: Contract) -> tuple[int, int]:
    """The smallest and the largest page size to ask for: the model's, within those that a recipe's documentation has."""
    member, recipe = _limit(contract), contract.recipe
    limits = {} if member is None or member.type_name == "string" else member.metadata  # a text's are its length
    documented = (recipe.minimum_limit, recipe.maximum_limit) if recipe else (None, None)
    low = max(1, int(limits.get("min") or 1), documented[0] or 1)
    return low, max(low, min(_LARGEST, int(limits.get("max") or _LARGEST), documented[1] or _LARGEST))


def limit_required(contract: Contract) -> bool:
    """Whether no listing can be asked for without a page size."""
    shape = operation(contract.service, contract.operation).input_shape
    return contract.listing is not None and shape is not None and contract.listing.limit in shape.required_members


def _limit(contract: Contract) -> Shape | None:
    """The request member for the page size; None where there is none, or it is inside another."""
    shape = operation(contract.service, contract.operation).input_shape
    if shape is None or contract.listing is None or contract.listing.limit is None:
        return None
    found: Shape | None = shape.members.get(contract.listing.limit)
    return found


def sizes(total: int, low: int = 1, top: int = _LARGEST) -> list[int]:
    """Every page size that is worth a try: the smallest, primes, divisors of the listing and their neighbours, and the limits'."""
    found = {size for each in classes(total, low, top).values() for size in each}
    return sorted(found | {n for n in (4, 8, 10, 16, 32, 50, 64, 128) if low <= n <= top})


def classes(total: int, low: int = 1, top: int = _LARGEST) -> Mapping[str, tuple[int, ...]]:
    """The page sizes by class. A class without a size that is allowed is left out."""
    primes = [n for n in range(5, 102) if all(n % d for d in range(2, int(n**0.5) + 1))]
    divisors = [n for n in range(4, min(total, top) + 1) if total % n == 0]
    near = [n + d for n in (*divisors, total) for d in (-1, 1)]
    found = {
        "one": [1],
        "two": [2],
        "three": [3],
        "odd": [n for n in range(9, 100, 2) if n not in primes],
        "prime": primes,
        "divisor": divisors or [total],
        "next to a divisor": sorted(set(near)),
        "99": [99],
        "100": [100],
        "101": [101],
        "999": [999],
        "1000": [1000],
    }
    allowed = {name: tuple(n for n in members if low <= n <= top) for name, members in found.items()}
    return {name: members for name, members in allowed.items() if members}
