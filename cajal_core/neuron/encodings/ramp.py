"""A number that changes while a model is trained: a schedule for the temperature or the entropy of a link."""

from __future__ import annotations

import math
from dataclasses import dataclass

from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.learning.encodings import BadRamp


@dataclass(frozen=True, slots=True)
class Ramp:
    """A schedule: `start`, from step `after` on in `steps` equal steps to `end`, and `end` from then on.

    It is a function of the number of the step, and can be pickled, as a lambda cannot.

    Raises:
        CajalError: if `steps` or `after` is no whole number of at least 0, or `start` or `end` is not finite.

    Example:
        >>> import cajal_core as cajal
        >>> soft = cajal.Ramp(4.0, 1.0, steps=150)
        >>> soft(0), soft(50), soft(150), soft(312)
        (4.0, 3.0, 1.0, 1.0)
        >>> bonus = cajal.Ramp(0.1, 0.0, steps=0, after=150)  # 0.1 for 150 steps, then none
        >>> bonus(149), bonus(150)
        (0.1, 0.0)
    """

    start: float
    end: float
    steps: int
    after: int = 0

    def __post_init__(self) -> None:
        for name, value in (("steps", self.steps), ("after", self.after)):
            if not isinstance(value, int) or isinstance(value, bool) or value < 0:  # pyright: ignore[reportUnnecessaryIsInstance]
                raise CajalError(BadRamp(name, repr(value)))
        for name, value in (("start", self.start), ("end", self.end)):
            number = isinstance(value, int | float)  # pyright: ignore[reportUnnecessaryIsInstance]
            if not (number and math.isfinite(value)):
                raise CajalError(BadRamp(name, repr(value)))

    def __call__(self, step: int) -> float:
        """The number at a step, the first of which is 0."""
        passed = step - self.after
        if passed < 0:
            return self.start
        return self.start + (self.end - self.start) * passed / self.steps if passed < self.steps else self.end
