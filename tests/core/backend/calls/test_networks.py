"""A network of several arguments: when it is called once, and when for each."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from cajal_core.backend.calls.networks import fed_together

Given = list[tuple[object, ...]]


class Rows(nn.Module):
    """Notes how many rows it is given."""

    def __init__(self, change: Callable[..., object]) -> None:
        super().__init__()
        self.change = change
        self.rows = list[int]()

    def forward(self, *inputs: Tensor) -> object:
        self.rows.append(len(inputs[0]))
        return self.change(*inputs)


def test_one_call_for_all_arguments() -> None:
    network = Rows(lambda x, y: (x + y)[:, :2])
    given = [(torch.rand(3, 4), torch.rand(3, 4)), (torch.rand(1, 4), torch.rand(1, 4))]
    made = fed_together(network, given, (2,))
    assert made is not None
    assert network.rows == [4]
    for part, (x, y) in zip(made, given, strict=True):
        assert torch.equal(part, (x + y)[:, :2])


def test_a_matrix_may_come_flattened() -> None:
    network = Rows(lambda x: x)
    made = fed_together(network, [(torch.rand(3, 6),), (torch.rand(2, 6),)], (2, 3))
    assert [part.shape for part in made or ()] == [(3, 6), (2, 6)]


@pytest.mark.parametrize(
    ("network", "given", "shape"),
    [
        # The first dimension is no batch: the result has other rows, or none.
        (nn.Identity(), [(torch.rand(2),), (torch.rand(2),)], (2,)),
        (Rows(lambda x: x.mean(0)), [(torch.rand(3, 2),), (torch.rand(3, 2),)], (2,)),
        (Rows(lambda x: x.transpose(0, 1)), [(torch.rand(3, 2),), (torch.rand(3, 2),)], (2,)),
        # There are more leading dimensions than a batch has.
        (nn.Identity(), [(torch.rand(3, 4, 2),), (torch.rand(3, 4, 2),)], (2,)),
        # Inputs that do not fit together, or are no tensors.
        (nn.Identity(), [(torch.rand(3, 2),), (torch.rand(3, 2).double(),)], (2,)),
        (Rows(lambda x: x[..., :2]), [(torch.rand(3, 2),), (torch.rand(3, 3),)], (2,)),
        (Rows(lambda x, y: x), [(torch.rand(3, 2), 1), (torch.rand(3, 2), 1)], (2,)),
        (Rows(lambda x, y: x), [(torch.rand(3, 2), torch.rand(1, 2))] * 2, (2,)),
        (Rows(lambda: torch.rand(3, 2)), [(), ()], (2,)),
        # It fails, or sees the other samples.
        (Rows(lambda x: x.reshape(3, 2)), [(torch.rand(3, 2),), (torch.rand(3, 2),)], (2,)),
        (nn.BatchNorm1d(2), [(torch.rand(3, 2),), (torch.rand(3, 2),)], (2,)),
        # So many samples are no quicker together.
        (nn.Identity(), [(torch.rand(600, 2),), (torch.rand(600, 2),)], (2,)),
    ],
)
def test_a_call_for_each_argument(network: nn.Module, given: Given, shape: tuple[int, ...]) -> None:
    assert fed_together(network, given, shape) is None


def test_nothing_is_put_together_while_torch_batches() -> None:
    def both(x: Tensor) -> Tensor:
        assert fed_together(nn.Identity(), [(x,), (x,)], (2,)) is None
        return x

    torch.vmap(both)(torch.rand(4, 3, 2))
