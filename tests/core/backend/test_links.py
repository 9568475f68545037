"""What Python puts into a neuron: which links fit, and how they are called."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from cajal_core import CajalError
from cajal_core.backend.links import as_tensor, call_link, check_link, multiply
from cajal_core.base import tys

V = tys.Space("V", (2, 3))
MAP = tys.Arrow(V, tys.Bool())
ANCHOR = torch.empty(0)
BINARY = tys.Arrow(tys.Bool(), tys.Arrow(tys.Nat(3), tys.Bool()))


def looks(image: Tensor) -> Tensor:
    return image.flatten(1)[:, :2]


def test_a_link_has_the_shape_of_its_type() -> None:
    tensor = torch.rand(2, 6)
    assert check_link("f", {"f": MAP}, tensor, ANCHOR) is tensor
    assert check_link("f", {"f": MAP}, looks, ANCHOR) is looks
    with pytest.raises(CajalError, match=r"the extern `f` : V -o Bool has shape \(2, 6\), got \(6, 2\)"):
        check_link("f", {"f": MAP}, tensor.T, ANCHOR)
    with pytest.raises(CajalError, match="there is no extern `g`"):
        check_link("g", {"f": MAP}, tensor, ANCHOR)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("text", "must be a tensor, got str"),
        (torch.zeros(2, dtype=torch.complex64), "complex"),
        (torch.eye(2).to_sparse(), "sparse"),
    ],
)
def test_what_is_no_tensor_of_real_numbers(given: object, message: str) -> None:
    with pytest.raises(CajalError, match=message):
        as_tensor("it", given)


def test_a_callable_is_given_the_shapes_of_its_type() -> None:
    shapes = list[tuple[int, ...]]()

    def link(image: Tensor) -> Tensor:
        shapes.append(tuple(image.shape))
        return image.flatten(1)[:, :2].double()

    result = call_link("it", MAP, link, [torch.rand(5, 4, 6)], torch.float32)
    assert shapes == [(20, 2, 3)]
    assert (result.shape, result.dtype) == ((5, 4, 2), torch.float32)


def test_what_a_callable_returns_is_checked_and_what_it_raises_is_noted() -> None:
    with pytest.raises(CajalError, match=r"must return shape \(5, 2\)"):
        call_link("it", MAP, lambda image: image, [torch.rand(5, 6)], torch.float32)
    with pytest.raises(IndexError) as raised:
        call_link("`f`", MAP, lambda _: [][0], [torch.rand(5, 6)], torch.float32)
    assert raised.value.__notes__ == ["raised by what is linked to `f` : V -o Bool, called with (5, 2, 3)"]


@pytest.mark.parametrize("axes", [0, 1])
def test_a_tensor_is_multiplied_by_its_arguments(axes: int) -> None:
    tensor = torch.rand(7, *tys.shape(BINARY))
    inside = [4] * axes
    x, n = torch.rand(7, *inside, 2), torch.rand(7, *inside, 3)
    found = multiply(BINARY, tensor, axes, [x, n])
    # The last argument is a column of the matrix that is left: its index runs faster than the result's.
    expected = torch.einsum("bdnx,b...x,b...n->b...d", tensor.unflatten(1, (2, 3)), x, n)
    torch.testing.assert_close(found, expected)
