"""A matrix in tiles of several rows and columns, for pictures with fewer pixels than entries."""

from __future__ import annotations

import numpy as np

from cajal_kernel.views.matrix.data import Array


def reduced(operation: np.ufunc, values: Array, down: int, across: int) -> Array:
    """One entry for each tile, such as the least; tiles at the end are smaller where the sizes do not divide.

    Example:
        >>> reduced(np.maximum, np.arange(15.0).reshape(3, 5), 2, 3)
        array([[ 7.,  9.],
               [12., 14.]])
    """
    if down > 1:  # by whole rows first, which is many times faster than `reduceat`
        whole = len(values) // down
        tiles = operation.reduce(values[: whole * down].reshape(whole, down, values.shape[1]), axis=1)
        rest = values[whole * down :]
        values = np.concatenate([tiles, operation.reduce(rest, axis=0)[None]]) if len(rest) else tiles
    return operation.reduceat(values, np.arange(0, values.shape[1], across), axis=1) if across > 1 else values


def pooled(values: Array, down: int, across: int) -> Array:
    """The entry of the greatest magnitude in each tile, NaN above all."""
    if down * across == 1:
        return values
    low, high = (reduced(operation, values, down, across) for operation in (np.minimum, np.maximum))
    return np.where(np.abs(low) > np.abs(high), low, high)
