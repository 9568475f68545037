"""The state of a program: a value that nothing changes."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest
import torch

from cajal_core import CajalError, Program
from cajal_core.base import tys
from cajal_core.base.passes import Passes


def test_an_earlier_state_is_a_value_to_go_back_to() -> None:
    program = Program()
    program.run("def f : Bool = true\ndata Side = L | R")
    state = program.state
    declared = [{**state.names}, {**state.types}, {**state.constructors}]
    program.run("def f : Bool = false\ndata Side = M\nspace V[2]")
    program.nat_size, program.auto = 4, True
    assert [{**state.names}, {**state.types}, {**state.constructors}] == declared
    program.restore(state)
    assert program.names == ["f"]
    assert str(program.evaluate("f")) == "true"
    assert str(program.type("L")) == "Side"
    with pytest.raises(CajalError, match="unknown constructor `M`"):
        program.type("M")
    with pytest.raises(CajalError, match="unknown type `V`"):
        program.run("extern v : V")
    assert (program.nat_size, program.auto) == (4, True)
    assert program["f"]().tolist() == [1, 0]


def test_states_with_links_are_compared_and_printed() -> None:
    program = Program()
    program.run("def g0 : Bool = true\ndef g1 : Bool = true\nextern odd : Bool")
    program.run("\n".join(f"def g{i} : Bool = if g{i - 1} then g{i - 2} else true" for i in range(2, 60)))
    program.link(odd=torch.tensor([1.0, 0.0]))
    linked = program.state
    program.link(odd=torch.tensor([0.0, 1.0]))
    assert linked != program.state
    assert len({linked, program.state}) == 2
    assert len(repr(linked)) < 100_000


def test_a_state_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        Program().state.names = {}  # type: ignore[misc]  # the mistake


def test_the_externs_have_their_types_at_a_size() -> None:
    program = Program()
    program.run("extern f : Nat -o Bool\ndef g : Bool = true\nlearn w : Bool\nextern h : Nat[5]")
    externs = program.state.externs(3, Passes())
    assert externs == {"f": tys.Arrow(tys.Nat(3), tys.Bool()), "h": tys.Nat(5)}


def test_links_are_added_where_they_fit_an_extern() -> None:
    program = Program()
    program.run("extern f : Bool\nextern g : Bool")
    program.link(f=torch.zeros(2))
    state = program.state
    ones = torch.ones(2)
    links = {"f": (tys.Bool(), ones), "g": (tys.Nat(2), ones), "h": (tys.Bool(), ones)}
    linked = state.with_links(links, {"f": tys.Bool(), "g": tys.Bool()})
    assert linked.links == {"f": (tys.Bool(), ones)}
    assert linked.names is state.names
    assert state.links["f"][1] is not ones
    assert state.with_links({}, {}).links.keys() == {"f"}  # what is linked stays
