"""What every pass makes is checked again, wherever the pass runs: each way to make it wrong is noticed."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch

from cajal_core import InternalError, Neuron, Program
from cajal_core.base import passes
from cajal_core.checking.check import Checked
from cajal_core.ir import graph as ir
from cajal_core.terms import core

FUNCTION = r"\f:Bool -o Bool. \x:Bool. f x"


def wrong_core(checked: Checked) -> Checked:
    """The body of a definition without its lambda, whose variable is then free."""
    definition = checked.elaborated
    if not isinstance(definition, core.Definition):
        return checked
    assert isinstance(definition.body, core.Lam)
    return replace(checked, elaborated=replace(definition, body=definition.body.body))


def wrong_graph(graph: ir.Graph) -> ir.Graph:
    """The graph without the code that its result is made by."""
    return replace(graph, assignments=())


def spoil(patch: pytest.MonkeyPatch, place: str, wrong: Callable[[Any], Any]) -> None:
    """Lets a pass make something else."""
    module, _, name = place.rpartition(".")
    right = getattr(pytest.importorskip(f"cajal_core.{module}"), name)
    patch.setattr(f"cajal_core.{place}", lambda *arguments: wrong(right(*arguments)))


@pytest.mark.parametrize("auto", [False, True])
@pytest.mark.parametrize("switch", ["session", "program"])
def test_wrong_core_is_noticed(monkeypatch: pytest.MonkeyPatch, switch: str, auto: bool) -> None:
    spoil(monkeypatch, "checking.elaborate.check", wrong_core)
    source = "def f (x : Bool) : Bool = x"
    if switch == "program":
        monkeypatch.setattr(passes, "VERIFY_ALL", False)
        Program().run(source)
    with pytest.raises(InternalError, match=r"'x'.* free"):
        Program(auto=auto, verify=switch == "program").run(source)


def test_a_declaration_elaborated_again_is_checked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    program = Program()
    program.run("def f (n : Nat) : Nat = n")
    spoil(monkeypatch, "checking.elaborate.check", wrong_core)
    program.compile("f")
    with pytest.raises(InternalError, match=r"'n'.* free"):
        program.compile("f", nat_size=3)


@pytest.mark.parametrize(
    "place",
    ["program.program.lower", "backend.executable.tabulate", "backend.executable.fuse"],
)
def test_wrong_graphs_are_noticed(monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    Program().compile("true")
    spoil(monkeypatch, place, wrong_graph)
    with pytest.raises(InternalError, match="not in scope"):
        Program().compile("true")
    monkeypatch.setattr(passes, "VERIFY_ALL", False)
    with pytest.raises(InternalError, match="not in scope"):
        Program(verify=True).compile("true")


def unpickled(neuron: Neuron) -> Neuron:
    return pickle.loads(pickle.dumps(neuron))


@pytest.mark.parametrize("place", ["specialize", "tabulate", "fuse"])
@pytest.mark.parametrize("verify", [False, True])
@pytest.mark.parametrize("made_again", [copy.copy, copy.deepcopy, unpickled])
def test_code_made_for_a_call_is_checked_again(
    monkeypatch: pytest.MonkeyPatch, place: str, verify: bool, made_again: Callable[[Any], Any]
) -> None:
    neuron = made_again(Program(verify=verify).compile(FUNCTION))
    monkeypatch.setattr(passes, "VERIFY_ALL", not verify)
    spoil(monkeypatch, f"backend.executable.{place}", wrong_graph)
    with pytest.raises(InternalError, match="not in scope"):
        neuron.matrix()


def test_verify_changes_no_result() -> None:
    matrix = Program(verify=True).compile(FUNCTION).matrix()
    torch.testing.assert_close(matrix, Program().compile(FUNCTION).matrix())
