"""A matrix for all vectors, or one for each, gives the same products."""

from __future__ import annotations

import pytest
import torch

from cajal_core.backend.emit import repeats
from cajal_core.backend.product import _SMALL, apply, outer


@pytest.mark.parametrize("leading", [(), (1,), (4,), (1, 1), (5, 4)])
@pytest.mark.parametrize("batch", [(), (4,), (5, 4)])
def test_products(leading: tuple[int, ...], batch: tuple[int, ...]) -> None:
    matrix, vector = torch.rand(*leading, 3, 2), torch.rand(*batch, 2)
    found = apply(matrix, vector)
    expected = torch.einsum("...de,...e->...d", matrix, vector)
    assert found.shape == expected.shape
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("batch", [(), (3,), (_SMALL,)])
@pytest.mark.parametrize(("left", "right"), [(2, 2), (2, 7), (7, 2), (1, 3), (3, 1), (5, 6)])
def test_outer_products(left: int, right: int, batch: tuple[int, ...]) -> None:
    """By products of matrices where they are small, and else by one vector's entries or by broadcasting."""
    first, second = torch.rand(*batch, left), torch.rand(*batch, right)
    repeated = repeats(left, right, 1), repeats(right, 1, left)
    matrices = [each.tensor(torch.float32, torch.device("cpu")) for each in repeated]
    found = outer(first, second, *matrices)
    expected = torch.einsum("...i,...j->...ij", first, second).flatten(-2)
    assert found.shape == expected.shape
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize(("left", "right"), [(2, 2), (4, 8), (5, 5)])
def test_large_outer_products_keep_nothing_but_the_vectors_for_the_gradient(left: int, right: int) -> None:
    vectors = [torch.rand(_SMALL, size, requires_grad=True) for size in (left, right)]
    matrices = [torch.rand(size, left * right) for size in (left, right)]
    kept = set[int]()

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        kept.add(tensor.untyped_storage().data_ptr())
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        outer(*vectors, *matrices)
    assert kept == {vector.untyped_storage().data_ptr() for vector in vectors}
