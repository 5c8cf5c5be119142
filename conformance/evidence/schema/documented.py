"""Values that AWS's documentation or its examples show although the model's constraint excludes them, and constraints that exclude all."""

import re
from functools import lru_cache
from typing import Any

from ....spec.model import service
from ....spec.patterns import fits

__all__ = ["documented", "matchable"]

#: What Route 53 writes in front of its ids, whose bounds are those of the id alone.
_PREFIX = re.compile(r"/(hostedzone|healthcheck|change|delegationset)/")


def documented(
    service_name: str, definition: str, keyword: str, wanted: Any, value: Any, path: tuple[str | int, ...]
) -> bool:
    """Whether a value is valid although the model's constraint excludes it: AWS's own documentation or its examples say so.

    EC2 writes values of enumerations in lower case that its model has in capitals (``available``).
    """
    if not isinstance(value, str):
        return False
    if keyword == "maxLength" and service_name == "route53":
        return len(_PREFIX.sub("", value, count=1)) <= int(wanted)
    if keyword != "enum":
        return False
    if service_name == "ec2" and value.lower() in {str(each).lower() for each in wanted}:
        return True
    prose = _prose(service_name, definition, path)
    return f"<code>{value}</code>" in prose if value else "empty string" in prose


@lru_cache(maxsize=256)
def matchable(pattern: str, least: int, most: int | None) -> bool:
    """Whether any text within these bounds matches the pattern.

    Some do not: ``.*/^[0-9]{12}$/.*`` of a model stands for nothing that AWS returns, and App Runner's ids have 32 characters, while their
    pattern has 36.
    """
    from ....emulator.lists.texts import text  # few runs come here, and none of another target has the emulator loaded

    bounds = {"min": least, "pattern": pattern} | ({} if most is None else {"max": most})
    return fits(bounds, text("", bounds, 0))


def _prose(service_name: str, definition: str, path: tuple[str | int, ...]) -> str:
    """The model's documentation of a member at a path below a shape."""
    try:
        shape: Any = service(service_name).shape_for(definition)
    except KeyError:  # a definition that is not a shape's own
        return ""
    for each in path:
        shape = getattr(shape, "member", shape) if isinstance(each, int) else getattr(shape, "members", {}).get(each)
        if shape is None:
            return ""
    return str(shape.documentation)
