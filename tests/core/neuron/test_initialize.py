"""What learned tensors start from."""

from __future__ import annotations

import pytest
import torch

from cajal_core import CajalError
from cajal_core.base import tys
from cajal_core.neuron.initialize import Initial, initial_value

V = tys.Space("V", (64,))
TABLE = tys.Arrow(tys.Bool(), tys.Arrow(tys.Nat(5), tys.Nat(3)))


def started(type: tys.Type, initial: Initial | None = None) -> torch.Tensor:
    torch.manual_seed(0)
    tensor = torch.full(tys.shape(type), torch.nan)
    initial_value("w", type, tensor, initial)
    return tensor


def test_a_map_between_data_starts_as_columns_that_add_up_to_one() -> None:
    tensor = started(TABLE)
    assert bool((tensor > 0).all())
    torch.testing.assert_close(tensor.reshape(3, 10).sum(0), torch.ones(10))


def test_any_other_starts_normal_so_that_it_keeps_the_length_of_vectors() -> None:
    tensor = started(tys.Arrow(V, V))
    assert bool((tensor < 0).any())
    assert tensor.std().item() == pytest.approx(64**-0.5, rel=0.05)


def test_an_identity() -> None:
    assert started(tys.Arrow(V, V), "identity").equal(torch.eye(64))
    with pytest.raises(CajalError, match="has no identity: it is a map from 10 to 3"):
        started(TABLE, "identity")


def test_a_way_that_there_is_not() -> None:
    with pytest.raises(CajalError, match="'zeros'"):
        started(TABLE, "zeros")  # type: ignore[arg-type]
