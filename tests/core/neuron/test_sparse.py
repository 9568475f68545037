"""Sparse matrices, by basis images and by running."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
import torch
from torch import Tensor

import cajal_core as cajal
from cajal_core import CajalError, Program, linear
from cajal_core.ir import graph as ir
from cajal_core.neuron.sparse import sparse_matrix

Lowered = Callable[[str], ir.Graph]

LIKE = torch.empty(0, dtype=torch.float64)


def fails(_: Sequence[Tensor | cajal.Sequence]) -> Tensor:
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

    def run(given: Sequence[Tensor | cajal.Sequence]) -> Tensor:
        return torch.einsum("bx,xn->bn" if columns == "x" else "bx,by,xyn->bn", *given, table)

    dense = sparse_matrix(graph, run, LIKE).to_dense()
    # Row-major, the first argument is the column, and the second follows the result.
    expected = table.T if columns == "x" else table.permute(2, 1, 0).reshape(9, 2)
    assert dense.equal(expected)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "source", [r"\n:Nat. succ n", "learn t : Bool -o Nat[3]\nt", "extern f : Bool -o Bool\nf"]
)
def test_a_sparse_matrix_warns_of_nothing(source: str) -> None:
    program = Program(nat_size=3)
    *_, last = program.run(source)
    neuron = last.neuron()
    if neuron.externs:
        neuron.link(f=torch.nn.Linear(2, 2, bias=False))
    for dtype in (torch.float32, torch.float64):
        sparse = neuron.to(dtype).matrix(sparse=True)
        assert sparse.to_dense().equal(neuron.matrix().detach())
        assert (sparse + sparse).coalesce().to_dense().equal(2 * neuron.matrix().detach())
        assert "sparse_coo" in repr(sparse)


@pytest.mark.parametrize("source", [r"\m:Nat. \n:Nat. drop m in n", r"\m:Nat. \n:Nat. (m, n)", r"\n:Nat. n"])
def test_what_takes_too_long_is_refused_before_it_is_computed(source: str) -> None:
    for size in (2**23, 2**40):
        with pytest.raises(CajalError, match=r"(takes .* columns|has .* entries); the limit is"):
            Program(nat_size=size).compile(source).matrix(sparse=True)


def test_what_is_run_is_counted_too() -> None:
    program = Program(nat_size=2**14)
    program.run("extern f : Nat -o Nat\nextern wide : Nat[4096] -o Nat[2048]")
    with pytest.raises(CajalError, match="numbers to compute; the limit is"):
        program.compile("f", link={"f": linear(lambda x: x)}).matrix(sparse=True)
    with pytest.raises(CajalError, match="more entries than are kept"):
        program.compile("wide", link={"wide": linear(lambda x: x[:, :2048] + 1)}).matrix(sparse=True)
