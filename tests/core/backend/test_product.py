"""A matrix for all vectors, or one for each, gives the same products."""

from __future__ import annotations

import pytest
import torch

from cajal_core.backend.product import product


@pytest.mark.parametrize("leading", [(), (1,), (4,), (1, 1), (5, 4)])
@pytest.mark.parametrize("batch", [(), (4,), (5, 4)])
def test_products(leading: tuple[int, ...], batch: tuple[int, ...]) -> None:
    matrix, vector = torch.rand(*leading, 3, 2), torch.rand(*batch, 2)
    found = product(matrix, vector)
    expected = torch.einsum("...de,...e->...d", matrix, vector)
    assert found.shape == expected.shape
    torch.testing.assert_close(found, expected)
