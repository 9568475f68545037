"""Matrices times vectors, over batches of either."""

from __future__ import annotations

import math

from torch import Tensor


def product(matrix: Tensor, vector: Tensor) -> Tensor:
    """A matrix (..., D, E) times a vector (..., E), as (..., D).

    One matrix for all vectors is one product of matrices, which is much faster than one for each.
    """
    leading = matrix.shape[:-2]
    if math.prod(leading) == 1 and len(leading) < vector.ndim:
        return vector @ matrix.reshape(matrix.shape[-2:]).mT
    return (matrix @ vector.unsqueeze(-1)).squeeze(-1)
