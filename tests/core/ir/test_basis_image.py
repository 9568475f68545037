"""Images of basis vectors, by operation."""

from __future__ import annotations

import numpy as np
import pytest

from cajal_core.base import tys
from cajal_core.ir import graph as ir
from cajal_core.ir.basis_image import LOST, Budget, Image, Imager, NoImageError, axis_of

BOOL, NAT = tys.Bool(), tys.Nat(3)
X, N = ir.Value(1, BOOL, ()), ir.Value(2, NAT, ())
TRUE, FALSE = ir.Value(3, BOOL, ()), ir.Value(4, BOOL, ())
RESULT = 10


def image(type: tys.Type, operation: ir.Operation, budget: int = 10_000) -> Image:
    """The image of an operation over the bases of X and N."""
    bases = {value: Image((axis_of(value),), np.arange(value.dim)) for value in (X, N)}
    result = ir.Value(RESULT, type, ())
    definitions = {TRUE: ir.OneHot(0), FALSE: ir.OneHot(1), result: operation}
    return Imager(definitions, bases, Budget(budget)).image(result)


def over(found: Image) -> list[object]:
    """The indices over X, then N, as far as they vary."""
    return found.over(tuple([axis for axis in (axis_of(X), axis_of(N)) if axis in found.axes])).tolist()


@pytest.mark.parametrize(
    ("type", "operation", "expected"),
    [
        (NAT, ir.Shift(N, saturate=False), [1, 2, LOST]),
        (NAT, ir.Shift(N, saturate=True), [1, 2, 2]),
        (BOOL, ir.Choose(X, (FALSE, TRUE)), [1, 0]),
        (NAT, ir.Weigh(X, N), [[0, 1, 2], [0, 1, 2]]),
        (tys.Product(BOOL, NAT), ir.Outer(X, N), [[0, 1, 2], [3, 4, 5]]),
    ],
)
def test_images(type: tys.Type, operation: ir.Operation, expected: list[object]) -> None:
    assert over(image(type, operation)) == expected


@pytest.mark.parametrize(
    "operation",
    [
        ir.Input(ir.Argument(0, "x", BOOL)),
        ir.Call(ir.Extern("f", tys.Arrow(BOOL, BOOL)), (X,)),
        ir.Weigh(ir.Value(99, BOOL, ()), X),  # defined nowhere
    ],
)
def test_what_is_called_or_given_has_no_image(operation: ir.Operation) -> None:
    with pytest.raises(NoImageError):
        image(BOOL, operation)


def test_work_is_bounded() -> None:
    with pytest.raises(NoImageError):
        image(NAT, ir.Shift(N, saturate=False), budget=100)


def test_indices_of_more_dimensions_than_an_array_has() -> None:
    axes = tuple([ir.Axis(number, 1) for number in range(1, 66)])
    with pytest.raises(NoImageError):
        Image((), np.array(0)).over(axes)
