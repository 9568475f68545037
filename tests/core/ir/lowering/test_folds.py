"""What a fold becomes: a recurrence over elements, or code for each of a few."""

from __future__ import annotations

import numpy as np
import pytest

from cajal_core import Program
from cajal_core.ir import graph as ir
from tests.core.ir.lowering.samples import calls, graph, needed, run


def test_a_fold_from_the_end_calls_only_in_its_step(program: Program) -> None:
    """Its states mix lists of several lengths, but what is called there runs at one length at a time."""
    term = r"\x:Bool. \xs:List[3] Bool. fold cons x xs { nil => true | cons a b => pick (net a) b }"
    code = needed(graph(program, term))
    (loop,) = [assignment.operation for assignment in code if isinstance(assignment.operation, ir.Iterate)]
    assert (calls(code), calls(loop.step), loop.order) == (0, 2, "cons")


@pytest.mark.parametrize("length", [4, 5])
def test_a_fold_of_a_long_literal_is_a_recurrence(program: Program, length: int) -> None:
    elements = ", ".join(["true"] * length)
    term = f"fold ([{elements}] : List[9] Bool) {{ nil => true | snoc y x => xor x y }}"
    loops = [isinstance(assignment.operation, ir.Iterate) for assignment in graph(program, term).assignments]
    assert any(loops) == (length > 4)


def test_an_element_that_is_written_as_a_pair_is_taken_apart_as_it_is(program: Program) -> None:
    """It is no sum over the basis of the pair: nothing is contracted."""
    pairs, step = "[(x, y) | x in xs, y in ys]", "if x then drop y in b else drop b in y"
    fold = f"fold {pairs} {{ nil => true | snoc b (x, y) => {step} }}"
    code = needed(graph(program, rf"\xs:List[3] Bool. \ys:List[3] Bool. {fold}"))
    (loop,) = [assignment.operation for assignment in code if isinstance(assignment.operation, ir.Iterate)]
    kinds = {type(assignment.operation) for assignment in (*code, *loop.step)}
    assert len(loop.inputs) == 2
    assert not kinds & {ir.Outer, ir.Contract, ir.Basis}


def test_what_the_refusal_advises_compiles() -> None:
    term = r"\c:Bool. \xs:List Nat. if c then (fold xs { nil => 0 | snoc n x => drop x in succ n }) else 0"
    compiled = graph(Program(auto=True), term)
    assert any(isinstance(assignment.operation, ir.Iterate) for assignment in compiled.assignments)


def test_a_fold_of_functions_that_unfolds_to_too_much_code_runs_on_their_matrices() -> None:
    """Its step applies the state twice, so that 64 steps would be 2^64 pieces of code."""
    program = Program(nat_size=65)
    base = r"\i. \n. drop i in case n { zero => true | _ => false }"
    added = "iter (if x then (1 : Nat) else 2) { zero => n | succ k => succ k }"
    step = rf"\i. \n. case i {{ zero => drop x in higher 0 n | succ i => higher i ({added}) }}"
    fold = f"fold xs {{ nil => {base} | cons x higher => {step} }}"
    term = rf"\xs:List Bool. \i:Nat[33]. \m:Nat. (let f : Nat[33] -o Nat -o Bool = {fold} in f i m)"
    compiled = graph(program, term)
    (loop,) = [
        each.operation
        for each in needed(compiled)
        if isinstance(each.operation, ir.Iterate) and each.operation.over
    ]
    assert loop.state.dim == 33 * 65 * 2
    for m in (0, 2):
        elements, lengths = np.eye(2)[[0, 1, 0]], np.eye(65)[3]
        result = run(compiled, [(elements, lengths), np.eye(33)[1], np.eye(65)[m]])
        value = program.evaluate(f"({term}) [true, false, true] 1 {m}")
        assert str(value) == ("true", "false")[int(result.argmax())]
        assert result.sum() == 1
