"""The states of recurrences are counted before they are kept."""

from __future__ import annotations

import pytest
import torch

from cajal_core import CajalError, Neuron, Program

SOURCE = """
learn t : Bool -o Bool
def count (n : Nat[1024]) : Nat[1024] = iter n { zero => zero | succ y => succ y }
def beside (n : Nat[1024]) (x : Nat[64]) : Nat[1024] * Nat[64] =
  (iter n { zero => zero | succ y => succ y }, x)
def shifted (n : Nat[64]) (x : Nat[1024]) : Nat[1024] = iter n { zero => x | succ y => succ y }
def nested (n : Nat[400]) (x : Nat[2]) : Nat[2] = iter n { zero => x | succ y =>
  iter (399 : Nat[400]) { zero => y | succ z => succ z } }
def trained (n : Nat[100001]) : Bool = iter n { zero => true | succ y => t y }
def two (m : Nat[5]) (n : Nat[6]) (x : Bool) : Bool =
  iter m { zero => iter n { zero => x | succ y => t y } | succ z => t z }
"""


@pytest.fixture
def program() -> Program:
    program = Program()
    program.run(SOURCE)
    return program


@pytest.mark.parametrize("name", ["count", "beside"])
def test_over_what_they_do_not_depend_on_states_take_no_memory(program: Program, name: str) -> None:
    [run] = program[name].dynamics()
    batch = (1024,) if name == "count" else (1024, 1)
    assert run.states.shape == (1024, *batch, 1024)
    assert run.states.untyped_storage().nbytes() <= 4 * 1024 * 1024
    number = torch.arange(1024)
    assert run.states[:, 7].reshape(1024, 1024).argmax(-1).equal(number)
    assert run.weights.reshape(1024, 1024).argmax(-1).equal(number)


@pytest.mark.parametrize("name", ["shifted", "nested", "trained"])
def test_too_many_are_refused_and_the_iter_is_named(program: Program, name: str) -> None:
    with pytest.raises(
        CajalError, match=r"to keep the states of `[yz]` takes [\d,]+ (numbers|operations)"
    ) as caught:
        program[name].dynamics()
    [mistake] = caught.value.errors
    assert mistake.span is not None and mistake.span.text.startswith("iter")


def test_a_trace_of_too_many_steps_is_refused(program: Program) -> None:
    with pytest.raises(CajalError, match="200,000 operations"):
        program["trained"].trace(torch.rand(100001))
    assert program["shifted"].dynamics(torch.rand(64), torch.rand(1024))[0].states.shape == (64, 1024)


def test_a_batch_over_which_states_stay_the_same_is_not_counted(program: Program) -> None:
    [run] = program["beside"].dynamics(torch.eye(1024)[:, None], torch.eye(64)[None])
    assert run.states.shape == (1024, 1024, 1, 1024)
    with pytest.raises(CajalError, match="to keep the states of `y`"):
        program["shifted"].dynamics(torch.eye(64)[:, None], torch.eye(1024)[None])


def test_the_matrix_of_a_linear_step(program: Program) -> None:
    [shifted] = program["count"].dynamics()
    assert shifted.transition is None  # of 1,024 rows
    neuron = program["two"]
    for run in neuron.dynamics():
        assert run.transition is not None
        assert run.transition.equal(neuron.learned["t"])


def test_the_matrix_of_a_step_that_is_given_may_be_one_for_each_sample() -> None:
    program = Program()
    program.run("def repeat (!f : Bool -o Bool) (n : Nat) : Bool = iter n { zero => true | succ b => f b }")
    given = torch.rand(3, 2, 2)
    [run] = program["repeat"].dynamics(given, torch.rand(3, 10))
    assert run.transition is not None
    assert run.transition.equal(given)


def test_a_step_through_a_network_has_no_matrix() -> None:
    program = Program()
    program.run("extern f : Bool -o Bool\ndef run (x : Bool) : Bool = iter 3 { zero => x | succ b => f b }")
    program.link(f=lambda x: torch.softmax(x, -1))
    assert program["run"].dynamics()[0].transition is None
    layer = torch.nn.Linear(2, 2, bias=False)
    program.link(f=layer)
    [run] = program["run"].dynamics()
    assert run.transition is not None
    torch.testing.assert_close(run.transition, layer.weight)


def test_an_iter_in_a_step_has_a_run_for_each_step() -> None:
    program = Program()
    [outer, inner] = program.compile(
        r"\x:Nat[9]. iter 3 { zero => x | succ y => iter (2 : Nat[3]) { zero => y | succ z => succ z } }"
    ).dynamics(torch.eye(9)[0])
    assert outer.runs == ()
    assert [states.argmax(-1).tolist() for states, _ in inner.runs][:3] == [[0, 1, 2], [2, 3, 4], [4, 5, 6]]
    assert len(inner.runs) == 9
    assert inner.runs[-1][0].equal(inner.states)


def result(neuron: Neuron) -> torch.Tensor:
    """The result from the states of the outermost recurrence."""
    outer = neuron.dynamics()[-1]
    return torch.einsum("...n,n...d->...d", outer.weights, outer.states)


def test_states_and_weights_give_the_result(program: Program) -> None:
    neuron = program["two"]
    inner, outer = neuron.dynamics()
    assert (inner.states.shape, outer.states.shape) == ((6, 1, 6, 2, 2), (5, 5, 6, 2, 2))
    expected = neuron(torch.eye(5)[:, None, None], torch.eye(6)[None, :, None], torch.eye(2)[None, None])
    torch.testing.assert_close(result(neuron), expected)
