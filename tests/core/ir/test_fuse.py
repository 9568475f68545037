"""Sums of products: what is joined, and what stays apart."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cajal_core.ir import graph as ir
from cajal_core.ir.fuse import fuse
from cajal_core.ir.specialize import specialize
from cajal_core.ir.tabulate import tabulate
from cajal_core.ir.verify import verify_graph

Lowered = Callable[[str], ir.Graph]

EXTERNS = "space V[4]\nextern m : V -o V\nextern k : V -o V -o V\n"
TENSORS = frozenset({"m", "k"})


def fused(lowered: Lowered, source: str, given: int) -> list[str]:
    graph = fuse(specialize(lowered(EXTERNS + source), given, TENSORS))
    verify_graph(graph)
    return [
        type(assignment.operation).__name__
        for assignment in graph.assignments
        if not isinstance(assignment.operation, ir.Input | ir.Given)
    ]


@pytest.mark.parametrize(
    ("source", "given", "expected"),
    [
        # One product is an operation already.
        (r"\v:V. m v", 1, ["Apply"]),
        (r"\v:V. m (m v)", 1, ["Einsum"]),
        (r"\v:V. m (m v)", 0, ["Einsum"]),
        (r"\v:V. \w:V. k v (m w)", 2, ["Einsum"]),
        # A choice is no product, and ends a sum.
        (r"\x:Bool. \v:V. m (m (if x then v else m v))", 2, ["Apply", "Choose", "Einsum"]),
        # What is used twice is computed once.
        ("def twice (!v : V) : V = k (m v) (m v)", 1, ["Apply", "Einsum"]),
    ],
)
def test_what_is_joined(lowered: Lowered, source: str, given: int, expected: list[str]) -> None:
    assert fused(lowered, source, given) == expected


def test_a_basis_vector_alone_is_a_fixed_index(lowered: Lowered) -> None:
    graph = fuse(specialize(lowered("extern b : Bool -o Bool\nb true"), 0, frozenset({"b"})))
    einsum = graph.assignments[-1].operation
    assert isinstance(einsum, ir.Einsum)
    ((row, column),) = einsum.indices
    assert (isinstance(row, ir.Axis), column) == (True, 0)


def test_a_step_is_joined_inside_it(lowered: Lowered) -> None:
    source = r"\v:V. \n:Nat. iter n { zero => v | succ y => m (m y) }"
    graph = fuse(specialize(lowered(EXTERNS + source), 2, TENSORS))
    (loop,) = [a.operation for a in graph.assignments if isinstance(a.operation, ir.Iterate)]
    assert [type(assignment.operation) for assignment in loop.step] == [ir.Einsum]


def test_a_tensor_of_many_components_is_no_sum(lowered: Lowered) -> None:
    graph = lowered("(" + ", ".join(["()"] * 60) + ")")
    assert fuse(graph).assignments == graph.assignments


def test_a_sum_over_an_axis_that_no_value_has_keeps_it_apart(lowered: Lowered) -> None:
    """The axis of `b`, which is dropped, once became an index of `q` too."""
    drops = "drop q in drop c in drop r v in drop b in true"
    term = rf"\p:V * Bool. \q:Bool * Bool. \c:Bool. let (v, b) = p in {drops}"
    graph = fuse(tabulate(lowered(f"{EXTERNS}extern r : V -o Bool\n{term}")))
    verify_graph(graph)
    [total] = [each.operation for each in graph.assignments if isinstance(each.operation, ir.Einsum)]
    [first, second, *_] = [set(places) for places in total.indices]
    assert not first & second
