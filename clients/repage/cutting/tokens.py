"""Tokens of our own: opaque, within the bounds and the pattern of the model, and known by their beginning and by their end.

One that was altered at either is therefore known too, and refused, where a mock would take anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ....spec.patterns import fits

__all__ = ["Form", "form_for"]

#: What our tokens begin with: in letters, or where only these fit in hexadecimal or decimal digits.
_LETTERS, _HEX, _DECIMAL = "awscontractpage", "a35c04de", "3560472918"
#: What they end with.
_END_HEX, _END_DECIMAL = "c04da1f7", "8172940653"
#: How long they are where the bounds allow it; a multiple of four, as Base64 has.
_LENGTH = 40
_SHORTEST = 32


@dataclass(frozen=True)
class Form:
    """How the tokens of an operation are written: `start`, digits up to a `length`, and what all tokens in these digits end with."""

    start: str
    length: int
    base: int = 16
    is_uuid: bool = False

    def write(self, number: int) -> str:
        """The token of a large number, such as that of a digest; of equal numbers the same."""
        rest = self.length - len(self.start) - len(self.end)
        text = self.start + (f"{number:x}" if self.base == 16 else str(number)).zfill(rest)[-rest:] + self.end
        return str(UUID(text)) if self.is_uuid else text

    def is_ours(self, token: object) -> bool:
        """Whether a token is one of ours, or was made from one."""
        if not isinstance(token, str):
            return False
        text = token.lower()
        return text.startswith(self.start) or text.endswith(self.end)

    @property
    def end(self) -> str:
        """What its tokens end with."""
        return _END_HEX if self.base == 16 else _END_DECIMAL


def form_for(bounds: Mapping[str, Any]) -> Form | None:
    """The form that fits the bounds of a member (``min``, ``max``, ``pattern``, ``enum``); None where none of ours does."""
    if "enum" in bounds:
        return None
    least, most = int(bounds.get("min", 0)), int(bounds.get("max") or 10**6)  # a few models have a maximum of 0
    length = min(max(_LENGTH, least + -least % 4), most - most % 4)
    if length < _SHORTEST:
        return None
    ways = (
        Form(_LETTERS, length),
        Form(_HEX, 32, is_uuid=True),
        Form(_HEX, length - length % 16),
        Form(_DECIMAL, length, base=10),
        Form(f"1##{_LETTERS}", length),
    )
    limits = {**bounds, "max": most}
    return next((each for each in ways if all(fits(limits, each.write(number)) for number in _SAMPLES)), None)


_SAMPLES = (0, 0xFEDCBA9876543210 << 192, (1 << 256) - 1)
