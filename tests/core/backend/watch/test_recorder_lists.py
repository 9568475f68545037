"""What a run of a fold shows: its states, what each step reads, and a list as the result."""

from __future__ import annotations

import pytest
import torch

from cajal_core import Program, Sequence

LISTS = torch.tensor([[[1.0, 0.0], [0.25, 0.75], [0.0, 1.0]]])


@pytest.mark.parametrize(("order", "reads"), [("snoc y x", [0, 1, 2]), ("cons x y", [2, 1, 0])])
def test_each_step_reads_an_element(order: str, reads: list[int]) -> None:
    fold = f"fold xs {{ nil => true | {order} => if x then y else (if y then false else true) }}"
    neuron = Program().compile(rf"\xs:List[8] Bool. {fold}")
    [recurrence] = neuron.recurrences
    assert (recurrence.order, recurrence.steps) == (order[:4], 9)
    [dynamics] = neuron.dynamics(LISTS)
    assert dynamics.states.shape == (4, 1, 2)
    assert dynamics.transition is None
    [(type, elements)] = dynamics.elements
    assert str(type) == "Bool"
    torch.testing.assert_close(elements[:, 0], LISTS[0, reads])
    trace = neuron.trace(LISTS)
    torch.testing.assert_close(trace["if x"][:, 0], LISTS[0, reads])
    assert [entry.is_fold for entry in trace] == [True, False, False]
    torch.testing.assert_close(trace.result, neuron(LISTS))


def test_elements_of_lists_in_step() -> None:
    pairs = "[(x, m) | x in xs, m in n]"
    term = rf"\xs:List[4] Bool. \n:List[4] Nat[3]. fold {pairs} {{ nil => true | snoc y (x, m) => "
    neuron = Program().compile(term + "drop m in drop x in y }")
    [dynamics] = neuron.dynamics(LISTS, torch.eye(3)[None])
    assert [(str(type), tuple(tensor.shape)) for type, tensor in dynamics.elements] == [
        ("Bool", (3, 1, 2)),
        ("Nat[3]", (3, 1, 3)),
    ]


def test_a_list_as_the_result() -> None:
    neuron = Program().compile(r"\xs:List[4] Bool. [if x then false else true | x in xs]")
    trace = neuron.trace(Sequence(LISTS, torch.tensor([2])))
    assert isinstance(trace.result, Sequence)
    assert str(trace).splitlines()[-1].endswith("[false, (true 0.75, false 0.25)]")
    mixed = neuron.trace(Sequence(LISTS[0], torch.tensor([0.5, 0.0, 0.5, 0.0])))
    assert str(mixed).endswith("[false, (true 0.75, false 0.25)] with lengths 0 0.5, 2 0.5")
    assert mixed.plain()["result_type"] == "List[4] Bool, held apart"


def test_a_fold_in_the_step_of_another_has_a_run_for_each_element() -> None:
    term = (
        r"\xs:List[6] Bool. fold xs { nil => true | snoc y x => "
        r"iter (2 : Nat[3]) { zero => if x then y else y | succ z => if z then false else true } }"
    )
    outer, inner = Program().compile(term).dynamics(LISTS)
    assert (len(outer.states), len(inner.runs), len(inner.states)) == (4, 3, 3)


def test_a_part_that_reads_a_list_is_none() -> None:
    fold = "(fold xs { nil => nil | snoc r x => cons x r } : List[2] Bool)"
    term = rf"\xs:List[2] Bool. \y:Bool. case {fold} {{ nil => y | cons z _ => drop z in y }}"
    neuron = Program().compile(term)
    code = neuron.wiring(written=True).graph["code"]
    for line in code:
        part = neuron.part(line["to"], [line["to"]], written=True)
        assert part is None or part.matrix() is not None
