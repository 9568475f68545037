"""Sparse matrices, by basis images and by running."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
import torch
from torch import Tensor

from cajal_core.ir import graph as ir
from cajal_core.neuron.sparse import sparse_matrix

Lowered = Callable[[str], ir.Graph]

LIKE = torch.empty(0, dtype=torch.float64)


def fails(_: Sequence[Tensor]) -> Tensor:
    raise AssertionError("a closed function between data types is not run")


def test_a_closed_function_is_not_run(lowered: Lowered) -> None:
    matrix = sparse_matrix(lowered(r"\n:Nat. succ n"), fails, LIKE)
    assert matrix.dtype == torch.float64
    assert matrix.to_dense().tolist() == [[0, 0, 0], [1, 0, 0], [0, 1, 0]]


@pytest.mark.parametrize("columns", ["x", "xy"])
def test_any_other_is_run_at_all_basis_vectors(lowered: Lowered, columns: str) -> None:
    types = " -o ".join(["Bool", *["Nat[3]"] * len(columns)])
    arguments = "".join(f"\\{name}:{'Bool' if name == 'x' else 'Nat[3]'}. " for name in columns)
    graph = lowered(f"extern f : {types}\n{arguments}f {' '.join(columns)}")
    table = torch.rand(*[2, 3][: len(columns)], 3, dtype=torch.float64).round()

    def run(given: Sequence[Tensor]) -> Tensor:
        return torch.einsum("bx,xn->bn" if columns == "x" else "bx,by,xyn->bn", *given, table)

    dense = sparse_matrix(graph, run, LIKE).to_dense()
    # Row-major, the first argument is the column, and the second follows the result.
    expected = table.T if columns == "x" else table.permute(2, 1, 0).reshape(9, 2)
    assert dense.equal(expected)
