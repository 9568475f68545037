"""The settings of an encoding, as users give them: numbers, schedules, dimensions."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeAlias, cast

from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.learning.encodings import BadDimensions, BadSetting
from cajal_core.neuron.encodings.functions import Dims

#: A number, or one for each step of a training.
Schedule: TypeAlias = float | Callable[[int], float]


def number(setting: str, given: Any, step: int | None = None) -> float:
    """A setting as a number.

    Raises:
        CajalError: if it is none, is not finite or is trained, or is a temperature and not positive.
    """
    if getattr(given, "requires_grad", False):  # it would be read once, and never be trained
        raise CajalError(BadSetting(setting, "a tensor that is trained", step))
    try:
        number = float(given)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number) or (setting == "temperature" and number <= 0):
        raise CajalError(BadSetting(setting, repr(given), step))
    return number


def dimensions(dim: object) -> Dims:
    """The dimensions that a user gives, as a tuple.

    Raises:
        CajalError: if they are not negative whole numbers, or one comes twice.
    """
    dims = cast("tuple[object, ...]", dim) if isinstance(dim, tuple) else (dim,)
    negative = tuple([each for each in dims if isinstance(each, int) and each < 0])
    if not dims or len(set(negative)) != len(dims):
        raise CajalError(BadDimensions(repr(cast("object", dim))))
    return negative
