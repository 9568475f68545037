"""The arguments of a call as tensors of one dtype and one batch."""

from __future__ import annotations

import pytest
import torch

from cajal_core import CajalError
from cajal_core.backend.arguments import broadcast, prepare
from cajal_core.base import tys
from cajal_core.ir import graph as ir

X = ir.Argument(0, "x", tys.Bool())
P = ir.Argument(1, "p", tys.Product(tys.Bool(), tys.Nat(3)))
F = ir.Argument(2, "f", tys.Arrow(tys.Bool(), tys.Bool()))
ANCHOR = torch.empty(0)


def test_a_batch_broadcasts() -> None:
    inputs = prepare([X, P], [torch.rand(1, 5, 2), torch.rand(4, 1, 2, 3)], ANCHOR)
    assert inputs.batch == (4, 5)


def test_dtypes_are_promoted() -> None:
    inputs = prepare([X, P], [torch.rand(2), torch.rand(2, 3).double()], ANCHOR)
    assert inputs.dtype == torch.float64
    assert {tensor.dtype for tensor in inputs.tensors if isinstance(tensor, torch.Tensor)} == {torch.float64}
    assert prepare([X], [torch.tensor([1, 0])], ANCHOR).dtype == torch.float32


def test_without_arguments_the_module_says_which_dtype() -> None:
    assert prepare([X], [], ANCHOR.double()).dtype == torch.float64


def test_a_callable_stays_as_it_is() -> None:
    inputs = prepare([F], [torch.neg], ANCHOR)
    assert inputs.tensors == [torch.neg]
    assert inputs.batch == ()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([torch.rand(3)], r"the argument `x` : Bool has shape \(..., 2\), got \(3,\)"),
        ([torch.tensor(1.0)], "has shape"),
        ([torch.rand(5, 2), torch.rand(4, 2, 3)], r"do not broadcast: `x` \(5,\), `p` \(4,\)"),
        ([torch.neg], "must be a tensor"),
    ],
)
def test_what_does_not_fit(given: list[object], message: str) -> None:
    with pytest.raises(CajalError, match=message):
        prepare([X, P], given, ANCHOR)


@pytest.mark.parametrize(
    "shapes",
    [[], [()], [(3,), (3,)], [(3, 1), (4,)], [(1,), (2, 3)], [(2,), (3,)], [(2, 3), (3, 2)]],
)
def test_broadcast_is_that_of_torch(shapes: list[tuple[int, ...]]) -> None:
    try:
        expected = tuple(torch.broadcast_shapes(*shapes))
    except RuntimeError:
        expected = None
    assert broadcast(shapes) == expected
