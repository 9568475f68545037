"""What is wrong with a tensor that comes from Python, as users read it."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest
import torch
from torch import nn

from cajal_core import Linked, Mistake, Program
from cajal_core.diagnostics import tensors

ROWS: list[tuple[type[Mistake], Callable[[Program], object], str]] = [
    (
        tensors.NotATensor,
        lambda program: program["not"]("true"),
        "the argument `x` must be a tensor, got str\nhelp: torch.tensor(…) makes one",
    ),
    (
        tensors.Complex,
        lambda program: program["not"](torch.rand(2) * 1j),
        "the argument `x` has complex entries\nhelp: Cajal's vectors are real",
    ),
    (
        tensors.NotDense,
        lambda program: program["flipped"].link(flip=torch.eye(2).to_sparse()),
        "what is linked to `flip` is sparse or quantized\nhelp: `.to_dense()` or `.dequantize()` it",
    ),
    (
        tensors.WrongShape,
        lambda program: program["not"](torch.rand(4, 3)),
        "the argument `x` : Bool has shape (..., 2), got (4, 3)",
    ),
    (
        tensors.WrongShape,
        lambda program: program["flipped"].link(flip=torch.eye(3)),
        "the extern `flip` : Bool -o Bool has shape (2, 2), got (3, 3)",
    ),
    (
        tensors.WrongShape,
        lambda program: Linked(program["not"], x=nn.Linear(5, 3))(torch.rand(4, 5)),
        "what feeds the argument `x` : Bool has shape (..., 2), got (4, 3)",
    ),
]


@pytest.mark.parametrize(("kind", "provoke", "text"), ROWS)
def test_what_is_read(
    told: Callable[[Callable[[Program], object]], tuple[type[Mistake], str]],
    kind: type[Mistake],
    provoke: Callable[[Program], object],
    text: str,
) -> None:
    assert told(provoke) == (kind, text)


def test_each_kind_has_its_row(kinds: Callable[[ModuleType], set[type[Mistake]]]) -> None:
    assert {kind for kind, _, _ in ROWS} == kinds(tensors)
