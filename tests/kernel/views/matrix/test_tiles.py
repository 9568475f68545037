"""A matrix in tiles."""

from __future__ import annotations

import numpy as np
import pytest

from cajal_kernel.views.matrix.tiles import pooled, reduced


def test_a_block_is_its_entry_of_greatest_magnitude() -> None:
    values = np.array([[1, -3, 0, 0], [2, 2, 0, np.nan], [-np.inf, np.inf, 0, 0]])
    assert pooled(values, 2, 2).tolist()[1] == [np.inf, 0]
    assert pooled(values, 2, 2)[0, 0] == -3
    assert np.isnan(pooled(values, 2, 2)[0, 1])
    assert pooled(values, 1, 1) is values
    assert pooled(np.ones((5, 7)), 2, 3).shape == (3, 3)


@pytest.mark.parametrize("shape", [(6, 9), (7, 10), (1, 1), (5, 4)])
@pytest.mark.parametrize("tile", [(1, 1), (2, 3), (3, 1), (1, 4), (8, 8)])
def test_every_entry_is_in_its_tile(shape: tuple[int, int], tile: tuple[int, int]) -> None:
    values = np.random.default_rng(0).normal(size=shape)
    made = reduced(np.minimum, values, *tile)
    assert made.shape == (-(-shape[0] // tile[0]), -(-shape[1] // tile[1]))
    for row, column in np.ndindex(made.shape):
        block = values[row * tile[0] :, column * tile[1] :][: tile[0], : tile[1]]
        assert made[row, column] == block.min()
