"""The table of a plan marks what runs."""

from __future__ import annotations

from typing import Any

import pytest
import torch

import cajal_core as cajal
from cajal_core.backend import executable

SOURCE = """
space V[6]
extern step : V -o V
def run (v : V) (n : Nat) : V = iter n { zero => v | succ y => step y }
def even (n : Nat) : Bool = iter n { zero => true | succ b => if b then false else true }
def parity (xs : List[400] Bool) : Bool =
  fold xs { nil => false | cons x y => if x then (if y then false else true) else y }
def stepped (xs : List[400] Bool) (v : V) : V = fold xs { nil => v | snoc y x => drop x in step y }
"""


@pytest.fixture
def program() -> cajal.Program:
    program = cajal.Program(nat_size=1024)
    program.run(SOURCE)
    return program


def marked(neuron: cajal.Neuron) -> list[str]:
    """The words of the first row, behind the size."""
    first, *others = neuron.plan(batch=64).splitlines()[1:]
    assert not any("*" in row for row in others)
    return first[: first.index("*")].split()[3:]


def test_an_iter(program: cajal.Program) -> None:
    linked = program.compile("run", link={"step": torch.eye(6)})
    head, *rows = linked.plan(batch=64).splitlines()
    assert head.split() == ["state", "steps", "dim", "method", "operations", "multiplications", "memory"]
    assert [row.split()[3] for row in rows] == ["paterson-stockmeyer", "doubling", "loop"]
    assert marked(linked) == ["paterson-stockmeyer"]
    linked.methods["y"] = "loop"
    assert marked(linked) == ["loop"]
    # A recurrence over a closed step is no more than a table of its results.
    assert marked(program["even"]) == ["table"]
    assert marked(program.compile("run", link={"step": torch.tanh})) == ["loop"]


@pytest.mark.parametrize("method", [None, "loop", "products"])
def test_a_fold(program: cajal.Program, method: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    neuron = program.compile("parity")
    if method:
        neuron.methods["y"] = method
    chosen, made = list[str](), executable.choice

    def noting(*given: Any) -> Any:
        way = made(*given)
        chosen.append(way.method + " by table" * way.by_table)
        return way

    monkeypatch.setattr(executable, "choice", noting)
    neuron(torch.rand(64, 400, 2))
    assert [" ".join(marked(neuron))] == chosen
    assert chosen[0].startswith(method or "products")
    # Powers of one matrix are no way to run it.
    assert len(neuron.plan().splitlines()) == 5 and "doubling" not in neuron.plan()


def test_a_fold_through_a_callable_is_looped(program: cajal.Program) -> None:
    assert marked(program.compile("stepped", link={"step": torch.tanh})) == ["loop"]
