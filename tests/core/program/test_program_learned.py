"""What a `learn` declares is one parameter, for all neurons of its program."""

from __future__ import annotations

import copy
import pickle

import pytest
import torch

from cajal_core import CajalError, Neuron, Program

SOURCE = """
learn t : Bool -o Bool
def l (x : Bool) : Bool = t x
def ll (x : Bool) : Bool = l (l x)
learn count : Nat -o Nat
def again (n : Nat) : Nat = count (count n)
"""


@pytest.fixture
def program() -> Program:
    program = Program(nat_size=4)
    program.run(SOURCE)
    return program


def test_a_bare_cell_says_the_same_each_time(program: Program) -> None:
    first, second, third = [program.run("l true")[0].neuron()() for _ in range(3)]
    assert torch.equal(first, second) and torch.equal(second, third)


@pytest.mark.parametrize("verify", [False, True])
def test_what_one_neuron_trains_all_show(program: Program, verify: bool) -> None:
    program.verify = verify
    neuron, others = program["l"], [program["t"], program["ll"], program.compile(r"\x:Bool. t (t x)")]
    optimizer = torch.optim.SGD(neuron.parameters(), 0.1)
    others[0].matrix().square().sum().backward()
    optimizer.step()
    t = neuron.matrix()
    for other, expected in zip(others, (t, t @ t, t @ t), strict=True):
        assert other.learned["t"] is neuron.learned["t"]
        torch.testing.assert_close(other.matrix(), expected)
    result = program.run("l")[0].neuron()
    torch.testing.assert_close(result.matrix(), t)
    neuron.initialize("identity")
    assert others[1].matrix().tolist() == [[1, 0], [0, 1]]


def test_declared_again_it_is_new_and_neurons_keep_theirs(program: Program) -> None:
    before = program["l"]
    old = before.learned["t"]
    program.run("learn t : Bool -o Bool")
    assert program["l"].learned["t"] is program["t"].learned["t"]
    assert program["l"].learned["t"] is not old
    assert before.learned["t"] is old


def test_an_older_declaration_of_another_type_lives_on_in_definitions(program: Program) -> None:
    old = program["l"].learned["t"]
    for declaration in ("learn t : Nat -o Nat", "learn t : Nat -o Nat", "def t : Bool = true"):
        program.run(declaration)
        assert program["l"].learned["t"] is old
    program.run("learn t : Bool -o Bool")  # and this one is what they mean from now on
    assert program["l"].learned["t"] is not old


def test_each_size_of_nat_has_its_own(program: Program) -> None:
    small, large = program["again"], program.compile("again", nat_size=7)
    assert small.learned["count"].shape == (4, 4)
    assert large.learned["count"].shape == (7, 7)
    assert program.compile("count", nat_size=7).learned["count"] is large.learned["count"]
    program.nat_size = 7
    assert program["count"].learned["count"] is large.learned["count"]
    program.run("learn count : Nat -o Nat")
    program.nat_size = 4
    assert program["again"].learned["count"] is not small.learned["count"]


def test_fresh_and_copied_neurons_have_their_own(program: Program) -> None:
    neuron = program["ll"]
    for own in (
        program.compile("ll", fresh=True),
        copy.deepcopy(neuron),
        pickle.loads(pickle.dumps(neuron)),
        copy.deepcopy(program)["ll"],
        pickle.loads(pickle.dumps(program))["ll"],
    ):
        assert own.learned["t"] is not neuron.learned["t"]
    assert torch.equal(copy.deepcopy(neuron).learned["t"], neuron.learned["t"])
    assert not torch.equal(program.compile("ll", fresh=True).learned["t"], neuron.learned["t"])


def test_a_pickled_program_keeps_what_it_learned_and_shares_it(program: Program) -> None:
    neuron = program["l"].initialize("identity")
    for again in (pickle.loads(pickle.dumps(program)), copy.deepcopy(program)):
        assert again["l"].matrix().tolist() == neuron.matrix().tolist()
        assert again["l"].learned["t"] is again["t"].learned["t"]
    both: tuple[Program, Neuron] = pickle.loads(pickle.dumps((program, neuron)))
    assert both[0]["t"].learned["t"] is both[1].learned["t"]


def test_a_seed_decides_where_it_starts() -> None:
    def start(first: str) -> list[float]:
        program = Program()
        program.run("learn t : Bool -o Bool\ndef l (x : Bool) : Bool = t x")
        torch.manual_seed(3)
        program[first]
        return program["l"].learned["t"].flatten().tolist()

    assert start("l") == start("t")
    state = torch.get_rng_state()
    program = Program()
    program.run("learn t : Bool -o Bool")
    program["t"]
    drawn = torch.get_rng_state()
    assert not torch.equal(drawn, state)
    program["t"]  # it is there already
    assert torch.equal(torch.get_rng_state(), drawn)


def test_it_moves_with_each_neuron(program: Program) -> None:
    neuron, other = program["l"], program["ll"]
    neuron.double()
    assert neuron.matrix().dtype == torch.float64
    assert other.matrix().dtype == torch.float32  # what its own `.to` set
    x = torch.rand(2)
    torch.testing.assert_close(other(x), neuron(neuron(x.double())).float())
    assert other.learned["t"] is neuron.learned["t"]
    neuron.requires_grad_(requires_grad=False)
    assert not other(x).requires_grad


def test_a_wrong_cell_declares_nothing(program: Program) -> None:
    trained = program["t"].learned["t"]
    with pytest.raises(CajalError, match="unknown name"):
        program.run("learn t : Bool -o Bool\nnosuch")
    assert program["t"].learned["t"] is trained


def test_what_is_made_while_nothing_is_trained_can_be_trained_later() -> None:
    program = Program()
    program.run("learn t : Bool -o Bool\ndef u (x : Bool) : Bool = t x")
    x = torch.tensor([0.5, 0.5])
    with torch.inference_mode():
        program["u"](x)
    program["u"](x).sum().backward()
    assert program["u"].learned["t"].grad is not None
