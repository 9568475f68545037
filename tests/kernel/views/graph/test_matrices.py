"""Matrices of boxes, from the compiler."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import cajal_core as cajal
from cajal_kernel.views.graph import matrices
from cajal_kernel.views.graph.matrices import Matrices
from cajal_kernel.views.graph.model import Weights
from cajal_kernel.views.graph.program import Program


def of(program: cajal.Program, term: str, op: str, *, written: bool = True) -> tuple[Matrices, str]:
    neuron = program[term]
    read = Program(neuron.wiring(written=written).graph)
    number = next(line["to"] for line in read.assignments() if line["op"] == op)
    made = Matrices(neuron, read, written)
    made.small(f"v{number}", number, (number,))
    return made, f"v{number}"


def weights(program: cajal.Program, term: str, op: str, *, written: bool = True) -> Weights:
    made, box = of(program, term, op, written=written)
    found = made.made[box]
    assert found is not None
    return found


def test_a_column_is_the_image_of_a_choice_of_basis_vectors(program: cajal.Program) -> None:
    table = weights(program, r"\x:Bool. \l:Light. (l, x)", "outer")
    assert table.columns[:3] == ("Red, true", "Red, false", "Green, true")
    assert table.rows[1] == "(Red, false)"
    assert table.names == ("v2", "v1")
    assert np.array_equal(table.values, np.eye(6))


def test_it_is_the_matrix_of_the_neuron_where_that_is_one_box(program: cajal.Program) -> None:
    table = weights(program, "even", "table", written=False)
    assert np.array_equal(table.values, program["even"].matrix().numpy())


def test_what_is_learned_and_linked_is_as_it_is_now(program: cajal.Program) -> None:
    turn = program["turn"].learned["turn"]
    assert np.allclose(weights(program, r"\x:Bool. turn x", "call").values, turn.detach().numpy())
    program.run("extern net : Bool -o Bool")
    program.link(net=lambda x: x**2)
    squared = weights(program, r"\x:Bool. net x", "call")
    assert not squared.is_linear
    assert np.array_equal(squared.values, np.eye(2))


@pytest.mark.parametrize("link", [None, "fails"])
def test_what_cannot_run_has_no_matrix(program: cajal.Program, link: str | None) -> None:
    program.run("extern net : Bool -o Bool\ndef f (x : Bool) : Bool = net x")
    calls: list[int] = []

    def fails(x: torch.Tensor) -> torch.Tensor:
        calls.append(len(x))
        if len(calls) > 1:  # the first is the trial of the link
            raise RuntimeError
        return x

    if link:
        program.link(net=fails)
    made, box = of(program, "f", "call")
    assert made.made[box] is None
    assert len(calls) == (2 if link else 0)


def test_a_large_matrix_is_not_computed(program: cajal.Program) -> None:
    made, box = of(program, r"\n:Nat[65]. succ n", "shift")
    assert made.made[box] is None
    made, box = of(program, r"\m:Nat[9]. \n:Nat[9]. (m, n)", "outer")
    assert made.made[box] is None


def test_a_box_has_a_drawn_one_if_it_is_small(program: cajal.Program) -> None:
    assert of(program, "not", "choose")[0].small("v4", 4, ())
    many = of(program, r"\n:Nat[13]. succ n", "shift")
    assert many[0].made[many[1]]
    assert many[0].small(many[1], 2, ()) is None
    pair = of(program, r"\x:Bool. \l:Light. (l, x)", "outer")
    assert pair[0].small(pair[1], 3, ()) is None


def test_no_more_are_compiled_than_a_page_needs(
    program: cajal.Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matrices, "MOST", 1)
    graph = program["not"].wiring().graph
    made, number = Matrices(program["not"], Program(graph), written=False), graph["result"]
    assert made.small("a", number, ())
    assert made.small("b", number, ()) is None
