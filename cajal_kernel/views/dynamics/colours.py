"""The colours of states: around zero, on a linear scale or, where numbers explode, on a logarithmic one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cajal_kernel.views.paint import NEGATIVE, POSITIVE

if TYPE_CHECKING:
    from numpy.typing import NDArray

SPOILED = (200, 30, 120)
WIDE, MANY = 30, 2**12
"""Where the greatest number is so many times the median (of so many), the scale is logarithmic."""


@dataclass(frozen=True)
class Scale:
    """From which to which magnitude colours go; `low` is 0 for a linear scale."""

    low: float
    high: float
    is_signed: bool = False
    """Whether a number is below zero."""

    def strength(self, values: NDArray[Any]) -> NDArray[Any]:
        """How strong the colour of each number is, from 0 to 1; js/dynamics/colours.js has the same."""
        size = np.abs(np.nan_to_num(values, nan=0, posinf=self.high, neginf=self.high))
        if not self.low:
            return np.clip(size / self.high, 0, 1)
        with np.errstate(divide="ignore"):
            part = np.log(size / self.low) / np.log(self.high / self.low)
        return np.where(size > 0, np.clip(0.15 + 0.85 * part, 0.15, 1), 0)

    def colours(self, values: NDArray[Any]) -> NDArray[np.uint8]:
        """(…) to (…, 4): blue above zero, orange below, the fainter the nearer to zero."""
        colour = np.where(values[..., None] > 0, np.array(POSITIVE), np.array(NEGATIVE))
        colour = np.where(np.isnan(values)[..., None], np.array(SPOILED), colour)
        alpha = np.where(np.isfinite(values), 235 * self.strength(values), 255)
        return np.concatenate([colour, np.rint(alpha)[..., None]], axis=-1).astype(np.uint8)


def scale_of(states: NDArray[Any]) -> Scale:
    """The scale of some states: 1 for programs of zeros and ones."""
    is_signed = bool((states < 0).any())
    sizes = np.abs(states[np.isfinite(states) & (states != 0)])
    if not sizes.size:
        return Scale(0, 1, is_signed)
    high = float(sizes.max())
    part = sizes[:: -(-sizes.size // MANY)]  # of very many numbers a part is enough
    if high > WIDE * float(np.median(part)):
        return Scale(max(float(sizes.min()), np.finfo(float).tiny), high, is_signed)
    return Scale(0, high, is_signed)
