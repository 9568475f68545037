"""What differs between two programs and between two neurons."""

from __future__ import annotations

from copy import deepcopy

import pytest
import torch

import cajal_core as cajal
from cajal_kernel.program import NotebookProgram
from cajal_kernel.views.comparison import data
from cajal_kernel.views.comparison.data import Compared, neurons, programs

SOURCE = """
def not (x : Bool) : Bool = if x then false else true
def even (n : Nat) : Bool = iter n { zero => true | succ b => not b }
learn odd : Nat[3] -o Bool
extern net : Bool -o Bool
def f (x : Bool) : Bool = net (not x)
def g (n : Nat[3]) : Bool = not (odd n)
data Light = Red | Green
"""


def program(source: str = SOURCE, nat_size: int = 4) -> cajal.Program:
    made = cajal.Program(nat_size=nat_size)
    made.run(source)
    return made


def same_numbers(first: cajal.Program, second: cajal.Program) -> None:
    """Give the second program what the first has learned and is linked to."""
    with torch.no_grad():
        second["odd"].learned["odd"].copy_(first["odd"].learned["odd"])
    second.link(net=deepcopy(first.state.links["net"][1]))


@pytest.fixture
def pair() -> tuple[cajal.Program, cajal.Program]:
    """Two programs that are alike."""
    first, second = program(), program()
    first.link(net=torch.nn.Linear(2, 2, bias=False))
    same_numbers(first, second)
    return first, second


def said(compared: Compared) -> list[tuple[str, str, str]]:
    return [(each.kind, each.name, each.what) for each in compared.differences]


def test_programs_that_are_alike(
    pair: tuple[cajal.Program, cajal.Program], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data, "_compiled", None)  # nothing needs to be compiled to see it
    compared = programs(*pair)
    assert (said(compared), compared.alike) == ([], 7)


def test_what_is_declared(pair: tuple[cajal.Program, cajal.Program]) -> None:
    first, second = pair
    first.run("def only : Bool = true")
    second.run("def f (x : Nat) : Nat = x\nextern not : Bool -o Bool\ndata Light = Red | Green | Blue")
    compared = programs(first, second)
    assert said(compared) == [
        ("missing", "only", "only before"),
        ("type", "not", "what is declared"),
        ("type", "f", "the type"),
        ("type", "Light", "what is declared"),
    ]
    _, kind, type, light = compared.differences
    assert (kind.before, kind.after) == ("def not : Bool -o Bool", "extern not : Bool -o Bool")
    assert (type.before, type.after) == ("Bool -o Bool", "Nat -o Nat")
    assert light.after == "data Light = Red | Green | Blue"
    assert compared.alike == 4


def test_the_greatest_difference_of_numbers_comes_first(pair: tuple[cajal.Program, cajal.Program]) -> None:
    first, second = pair
    with torch.no_grad():
        second["odd"].learned["odd"][1, 2] += 5
    second.run("def even (n : Nat) : Bool = iter n { zero => false | succ b => not b }")
    compared = programs(first, second)
    assert said(compared) == [
        ("numbers", "g", "1 of 6 entries differs, most at n = 2 → true, by 5"),
        ("numbers", "even", "8 of 8 entries differ, most at n = 0 → true, by -1"),
        ("learned", "odd", "1 of 6 entries differs, most at 2 → false, by 5"),
    ]
    assert [each.size for each in compared.differences] == pytest.approx([5, 1, 5])
    assert compared.differences[1].pair
    before, after = compared.differences[1].pair
    assert before.values.tolist() == first["even"].matrix().tolist()
    assert after.values.tolist() == second["even"].matrix().tolist()


def test_a_network_that_differs_and_what_rests_on_it(pair: tuple[cajal.Program, cajal.Program]) -> None:
    first, second = pair
    with torch.no_grad():
        second.state.links["net"][1].weight[0, 1] += 2  # type: ignore[union-attr]
    assert said(programs(first, second)) == [
        ("numbers", "f", "1 of 4 entries differs, most at x = true → true, by 2"),
        ("link", "net", "1 of 4 numbers differs, the most in `weight` by 2"),
    ]


def test_settings_differ(pair: tuple[cajal.Program, cajal.Program]) -> None:
    first, _ = pair
    second = program(nat_size=6)
    same_numbers(first, second)
    assert said(programs(first, second)) == [
        ("setting", "nat_size", "the setting"),
        ("type", "even", "the type"),
    ]


def test_what_is_written_otherwise_and_means_the_same(pair: tuple[cajal.Program, cajal.Program]) -> None:
    first, second = pair
    second.run("def not (y : Bool) : Bool = if y then false else true")
    compared = programs(first, second)
    assert (said(compared), compared.alike) == ([], 7)


def test_what_cannot_be_compared_is_last_and_says_why(pair: tuple[cajal.Program, cajal.Program]) -> None:
    first, second = pair
    source = (
        "def twice (!f : Bool -o Bool) (x : Bool) : Bool = f (f {})\ndef big (n : Nat[2000]) : Nat[2000] = n"
    )
    for each, inner in zip(pair, ("x", "(f (f x))"), strict=True):
        each.run(source.format(inner))
    second.run("def big (m : Nat[2000]) : Nat[2000] = m")
    second.unlink("net")
    compared = programs(first, second)
    assert said(compared) == [
        ("link", "net", "Linear before, nothing after"),
        ("unknown", "f", "not compared: `net` is not linked"),
        ("unknown", "twice", compared.differences[2].what),
        ("unknown", "big", "not compared: 4,000,000 entries"),
    ]
    assert "twice" not in compared.differences[2].what
    assert compared.differences[2].what.startswith("not compared: there is no")


def test_networks_that_are_not_linear_are_compared_at_basis_vectors() -> None:
    source = "extern net : Bool -o Bool\ndef f (x : Bool) : Bool = net x"
    first, second = program(source), program(source)
    first.link(net=lambda x: torch.softmax(3 * x, -1))
    second.link(net=lambda x: torch.softmax(4 * x, -1))
    difference, link = programs(first, second).differences
    assert difference.what.startswith("4 of 4 entries differ, most at x = ")
    assert link.what == "another object"


def test_a_network_that_fails_is_no_fault_of_ours() -> None:
    source = "extern net : Bool -o Bool\ndef f (x : Bool) : Bool = net x"
    first, second = program(source), program(source)
    first.link(net=lambda x: x**2)
    fails = [False]

    def net(x: torch.Tensor) -> torch.Tensor:
        if fails[0]:
            raise ValueError("no weights")
        return x**3

    second.link(net=net)
    fails[0] = True
    assert said(programs(first, second))[-1] == (
        "unknown",
        "f",
        "not compared: what is linked fails: no weights",
    )


def test_a_program_of_a_notebook_is_compared_too() -> None:
    notebook = NotebookProgram()
    notebook.run("def a : Bool = true")
    assert said(programs(notebook, cajal.load("def a : Bool = false"))) == [
        ("numbers", "a", "2 of 2 entries differ, most at true, by -1")
    ]


def test_two_neurons() -> None:
    made = program()
    made.link(net=torch.nn.Linear(2, 2, bias=False))
    before = made.compile(r"\n:Nat[3]. net (odd n)")
    after = deepcopy(before)
    assert said(neurons(before, after)) == []
    with torch.no_grad():
        after.learned["odd"][0, 0] += 3
    kinds = [(each.kind, each.name) for each in neurons(before, after).differences]
    assert kinds == [("numbers", "the neuron"), ("learned", "odd")]
    after.link(net=torch.tanh)
    assert ("link", "net", "Linear before, a function after") in said(neurons(before, after))
    compared = neurons(before, made["not"])
    assert said(compared) == [
        ("missing", "odd", "only before"),
        ("missing", "net", "only before"),
        ("type", "the neuron", "the type"),
    ]
    assert compared.differences[0].before == "Nat[3] -o Bool"
