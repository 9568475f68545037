"""What is kept of recurrences inside recurrences, and inside `copy` and pairs taken apart."""

import torch

from cajal_core import Program


def test_an_iter_in_a_step_shows_each_of_its_runs() -> None:
    program = Program()
    program.run(
        "def nested (n : Nat[4]) : Nat[9] = "
        "iter n { zero => 0 | succ y => iter (2 : Nat[3]) { zero => y | succ z => succ z } }"
    )
    trace = program["nested"].trace(torch.eye(4)[1])
    [inner] = [entry for entry in trace if entry.name == "z"]
    assert inner.steps == 2
    assert inner.value.argmax(-1).tolist() == [[0, 1, 2], [2, 3, 4], [4, 5, 6]]
    assert inner.weights is not None
    assert inner.weights.tolist() == [[0, 0, 1]] * 3
    values = [[trace.at(1, {0: run, 1: step}).argmax().item() for step in range(3)] for run in (1, 2, 3)]
    assert values == inner.value.argmax(-1).tolist()


def test_an_iter_inside_a_pair_taken_apart_is_traced_over_all_of_the_pair() -> None:
    """Its count and its base run over the bases of different parts."""
    neuron = Program().compile(
        r"\p:Nat[3] * Bool. let (k, b) = p in iter k { zero => b | succ y => if y then false else true }"
    )
    p = torch.rand(5, 3, 2)
    torch.testing.assert_close(neuron.trace(p).result, neuron(p))
    [dynamics] = neuron.dynamics(p)
    assert dynamics.states.shape == (3, 3, 2, 2)
    [dynamics] = neuron.dynamics()
    total = torch.einsum("kbi,ikbj->kbj", dynamics.weights, dynamics.states)
    torch.testing.assert_close(total.flatten(0, 1).T, neuron.matrix())


def test_states_inside_a_copy_are_weighed_by_what_is_copied() -> None:
    """By linearity they are then those of the recurrence alone; and the batch is that of the arguments."""
    program = Program()
    program.run("""
def turned (n : Nat[3]) (b : Bool) : Bool = iter n { zero => b | succ y => if y then false else true }
def two (m : Nat[3]) (b : Bool) : Nat[3] * Bool =
  copy m as (n, k) in copy b as (c, d) in drop d in (k, turned n c)
""")
    m, b = torch.rand(5, 3), torch.rand(5, 2)
    trace = program["two"].trace(m, b)
    [state] = [entry for entry in trace if entry.kind == "state"]
    expected = torch.stack([b, b.flip(-1), b]) * m.sum(-1, keepdim=True)
    torch.testing.assert_close(state.value, expected)
    assert state.weights is not None
    torch.testing.assert_close(state.weights, m.T * b.sum(-1))
    assert trace.batch == (5,)
