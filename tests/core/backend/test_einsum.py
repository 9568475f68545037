"""Sums of products as lines of torch, run."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from cajal_core import CajalError
from cajal_core.backend.einsum import einsum
from cajal_core.base import tys
from cajal_core.ir import graph as ir

A, B, C, D = (ir.Axis(number, size) for number, size in enumerate((2, 3, 4, 5), 1))


def value(number: int, *components: int) -> ir.Value:
    """A value whose type has components of these dimensions."""
    type: tys.Type = tys.Nat(components[0])
    for size in components[1:]:
        type = tys.Product(type, tys.Nat(size))
    return ir.Value(number, type, ())


def run(operation: ir.Einsum, *tensors: Tensor) -> Tensor:
    lines = [*einsum("result", operation, 0)]
    names: dict[str, object] = {f"v{number}": tensor for number, tensor in enumerate(tensors, 1)}
    exec("\n".join(lines), {"torch": torch}, names)
    result = names["result"]
    assert isinstance(result, Tensor)
    return result


@pytest.mark.parametrize("batch", [(), (6,)])
def test_a_chain_of_products(batch: tuple[int, ...]) -> None:
    operation = ir.Einsum((value(1, 2, 3), value(2, 3, 4), value(3, 4, 5)), ((A, B), (B, C), (C, D)), (A, D))
    p, q, r = (torch.rand(*batch, *shape) for shape in ((2, 3), (3, 4), (4, 5)))
    found = run(operation, p.flatten(-2), q.flatten(-2), r.flatten(-2))
    torch.testing.assert_close(found, (p @ q @ r).flatten(-2))


def test_a_fixed_index_is_a_slice() -> None:
    p = torch.rand(2, 3)
    assert run(ir.Einsum((value(1, 2, 3),), ((A, 1),), (A,)), p.flatten()).equal(p[:, 1])


def test_one_operand_that_keeps_its_indices_is_permuted() -> None:
    p = torch.rand(2, 3)
    operation = ir.Einsum((value(1, 2, 3),), ((A, B),), (B, A))
    assert run(operation, p.flatten()).equal(p.T.flatten())
    assert "einsum" not in "".join(einsum("result", operation, 0))


def test_an_index_that_is_not_kept_is_summed_over() -> None:
    p = torch.rand(2, 3)
    torch.testing.assert_close(run(ir.Einsum((value(1, 2, 3),), ((A, B),), (B,)), p.flatten()), p.sum(0))


def test_a_part_that_is_too_large_in_the_best_order_is_refused() -> None:
    large, other = (ir.Axis(number, 10_000) for number in (7, 8))
    x, y, z = (ir.Value(number, tys.Nat(10_000), ()) for number in (1, 2, 3))
    product = ir.Einsum((x, y, z), ((large,), (other,), (large,)), (other,))
    assert [*einsum("result", product, 0)]
    with pytest.raises(CajalError, match="a part of a sum of products of shape"):
        list(einsum("result", ir.Einsum((x, y), ((large,), (other,)), (large, other)), 0))
