"""Plain data: what a checkpoint can have."""

# Values of all kinds are looked at.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor


def is_plain(part: Any) -> bool:
    """Whether a value is one that a checkpoint can have.

    >>> is_plain({"rate": [0.1, None]}), is_plain({"rate": min})
    (True, False)
    """
    if isinstance(part, Mapping):
        return all(is_plain(inner) for pair in part.items() for inner in pair)
    if isinstance(part, list | tuple):
        return all(map(is_plain, part))
    return part is None or isinstance(part, Tensor | int | float | str | bytes)
