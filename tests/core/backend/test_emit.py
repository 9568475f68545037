"""Source over torch: what is written, and that it runs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from cajal_core.backend.emit import DENSE, Indices, Zeros, emit
from cajal_core.base import tys
from cajal_core.ir import graph as ir
from cajal_core.ir.tabulate import tabulate

Lowered = Callable[[str], ir.Graph]


def run(graph: ir.Graph, *inputs: Tensor, record: object = None) -> Tensor:
    """The result of a graph that calls nothing, with its recurrences looped."""
    emitted = emit(graph, record=record is not None)

    def recur(_: int, weights: Tensor, base: Tensor, step: Callable[[Tensor], Tensor], __: object) -> Tensor:
        total, state = weights[..., :1] * base, base
        for index in range(1, weights.shape[-1]):
            state = step(state)
            total = total + weights[..., index : index + 1] * state
        return total

    constants = emitted.tensors(torch.float64, torch.device("cpu"))
    return emitted.run(inputs, constants, None, None, recur, record)


@pytest.mark.parametrize("batch", [(), (5,), (4, 5)])
@pytest.mark.parametrize(
    "source",
    [
        r"\x:Bool. if x then false else true",
        r"\x:Bool. drop x in true",
        r"\x:Bool. copy x as (y, z) in (y, z)",
        r"\x:Bool. let (y, z) = (x, true) in (z, y)",
        r"\x:Bool. iter (2 : Nat) { zero => x | succ y => if y then false else true }",
        r"\x:Bool. \y:Bool. if x then y else (drop y in true)",
    ],
)
def test_a_table_computes_what_the_operations_do(
    lowered: Lowered, source: str, batch: tuple[int, ...]
) -> None:
    graph = lowered(source)
    inputs = [torch.rand(*batch, 2, dtype=torch.float64) for _ in graph.arguments]
    table = tabulate(graph)
    made = {type(code.operation) for code in table.assignments}
    assert made - {ir.Input} == {ir.Table}
    torch.testing.assert_close(run(graph, *inputs), run(table, *inputs))


def test_a_recorder_is_shown_the_marked_values(lowered: Lowered) -> None:
    class Recorder:
        def __init__(self) -> None:
            self.marked = list[int]()

        def mark(self, number: int, value: Tensor) -> None:
            assert value.shape == (2,)
            self.marked.append(number)

    graph, recorder = lowered(r"\x:Bool. let y = if x then false else true in y"), Recorder()
    run(graph, torch.eye(2, dtype=torch.float64)[0], record=recorder)
    assert set(recorder.marked) == {mark.value.number for mark in graph.marks} != set()
    assert "record.mark" not in emit(graph).source


@pytest.mark.parametrize("batch", [(), (5,)])
@pytest.mark.parametrize(
    ("bases", "products"),
    [([1], 1), ([3], 1), ([1, 3], 1), ([3, 1], 1), ([2], 2), ([2, 1], 2), ([1, 2], 3)],
)
def test_a_table_over_basis_vectors_has_their_axes(
    bases: list[int], products: int, batch: tuple[int, ...]
) -> None:
    """Unless another weight runs over the axis too, or one that does stands behind: the second axis."""
    axes = {1: ir.Axis(1, 2), 2: ir.Axis(2, 3), 3: ir.Axis(3, 4)}
    opened = [ir.Value(10 + number, tys.Nat(axes[number].size), (axes[number],)) for number in bases]
    x, over = ir.Value(1, tys.Bool(), ()), ir.Value(2, tys.Nat(5), (axes[2],))
    weights = (x, over, *opened)
    result = ir.Value(3, tys.Nat(7), tuple(axes[number] for number in sorted({2, *bases})))
    table = torch.rand(*(weight.dim for weight in weights), result.dim).round().double()
    ones = tuple(table.flatten().nonzero().flatten().tolist())
    given, called = ir.Argument(0, "x", x.type), ir.Argument(1, "f", over.type)
    code = (
        ir.Assignment(x, ir.Input(given)),
        ir.Assignment(over, ir.Call(called, ())),
        *(ir.Assignment(value, ir.Basis(value.axes[0])) for value in opened),
        ir.Assignment(result, ir.Table(weights, ones)),
    )
    emitted = emit(ir.Graph(result.type, (given, called), (), code, result))
    constants = emitted.tensors(torch.float64, torch.device("cpu"))
    tensors = [torch.rand(*batch, *shape, dtype=torch.float64) for shape in ((2,), (3, 5))]
    found = emitted.run(tensors, constants, lambda *_: tensors[1], None, None, None)
    eyes = [torch.eye(value.dim, dtype=torch.float64) for value in opened]
    letters = {1: "a", 2: "b", 3: "c"}
    terms = ["...i", "...bj", *(f"{letters[number]}{'klm'[place]}" for place, number in enumerate(bases))]
    output = "".join([letters[number] for number in sorted({2, *bases})])
    equation = f"{','.join(terms)},ij{'klm'[: len(bases)]}z->...{output}z"
    torch.testing.assert_close(found, torch.einsum(equation, *tensors, *eyes, table))
    assert emitted.source.count("outer(") == products


@pytest.mark.parametrize("size", [DENSE // 2, DENSE])
def test_a_large_table_is_an_index(size: int) -> None:
    n = ir.Value(1, tys.Nat(size), ())
    result = ir.Value(2, tys.Bool(), ())
    argument = ir.Argument(0, "n", n.type)
    code = (
        ir.Assignment(n, ir.Input(argument)),
        # Even numbers are true, the last is lost.
        ir.Assignment(result, ir.Table((n,), tuple(2 * place + place % 2 for place in range(size - 1)))),
    )
    graph = ir.Graph(tys.Arrow(n.type, tys.Bool()), (argument,), (), code, result)
    vector = torch.rand(3, size, dtype=torch.float64)
    expected = torch.stack([vector[:, 0::2].sum(-1), vector[:, 1:-1:2].sum(-1)], -1)
    torch.testing.assert_close(run(graph, vector), expected)
    assert isinstance(emit(graph).constants[0], Indices if size == DENSE else Zeros)


def test_equal_constants_are_one() -> None:
    assert Zeros((1, 2), (0,)) == Zeros((1, 2), (0,))
    assert Zeros((2, 2), (0, 3)).tensor(torch.float64, torch.device("cpu")).equal(torch.eye(2).double())


def test_what_is_not_read_again_is_freed(lowered: Lowered) -> None:
    """So that a long chain keeps no more than its gradient needs."""
    graph = lowered(
        "space V[3]\nextern f : V -o V\n"
        r"\v:V. \n:Nat. let w = f (f (f v)) in iter n { zero => w | succ u => f u }"
    )
    lines = emit(graph).source.splitlines()
    head = lines.index("def run(inputs, constants, call, calls, recur, record):")
    body = [line.strip() for line in lines[head:]]
    freed = [line for line in body if line.startswith("del")]
    assert len(freed) == 2
    assert not any(f"recur(0, {line[4:]}" in body[-2] for line in freed)
