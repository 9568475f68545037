"""The arguments of a call as tensors of one dtype and one batch."""

from __future__ import annotations

import re

import pytest
import torch

from cajal_core import CajalError
from cajal_core.backend.arguments import broadcast, by_position, prepare
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


IMAGE = ir.Argument(3, "i", tys.Space("Image", (4, 5)))


@pytest.mark.parametrize(
    ("arguments", "shapes", "way_out"),
    [
        ([X, X], [(7, 1, 2), (7, 2)], r"`x.squeeze\(1\)` takes the dimension of one away$"),
        ([IMAGE, X], [(7, 1, 4, 5), (7, 2)], r"declare it: `space Image\[1, 4, 5\]`$"),
        ([X, IMAGE], [(7, 2), (1, 7, 4, 5)], r"`i.squeeze\(0\)` takes the dimension of one away$"),
        ([X, P], [(7, 3, 2), (7, 2, 3)], r"for the same samples, `p.unsqueeze\(1\)`"),
        ([X, P], [(7, 3, 9, 2), (7, 2, 3)], "equally many leading dimensions"),
    ],
)
def test_batches_of_unequal_rank_are_refused(
    arguments: list[ir.Argument], shapes: list[tuple[int, ...]], way_out: str
) -> None:
    with pytest.raises(CajalError, match="different numbers of dimensions") as caught:
        prepare(arguments, [torch.rand(shape) for shape in shapes], ANCHOR)
    assert re.search(way_out, str(caught.value))


@pytest.mark.parametrize(
    ("shapes", "batch"),
    [
        ([(2,), (7, 2)], (7,)),
        ([(1, 2), (7, 3, 2)], (7, 3)),
        ([(1, 1, 2), (7, 2)], (1, 7)),
        ([(7, 1, 2), (1, 3, 2)], (7, 3)),
        ([(0, 2), (2,)], (0,)),
    ],
)
def test_single_samples_and_dimensions_of_one_are_not(shapes: list[tuple[int, ...]], batch: object) -> None:
    assert prepare([X, X], [torch.rand(shape) for shape in shapes], ANCHOR).batch == batch


def test_arguments_by_name_stand_in_their_order() -> None:
    names = ["x", "y", "z'"]
    assert by_position(names, [1, 2, 3], {}) == [1, 2, 3]
    assert by_position(names, [1], {"z'": 3, "y": 2}) == [1, 2, 3]
    assert by_position(names, [], {"x": 1}) == [1]
