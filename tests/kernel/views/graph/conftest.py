"""Neurons, and their graphs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

import cajal_core as cajal
from cajal_kernel.views.graph.boxes import Source, graph_of
from cajal_kernel.views.graph.model import Graph
from cajal_kernel.views.graph.program import Program

SOURCE = """
def not (x : Bool) : Bool = if x then false else true
def xor (x : Bool) (y : Bool) : Bool = if x then not y else y
def even (n : Nat) : Bool = iter n { zero => true | succ b => not b }
data Light = Red | Green | Amber
space Image[3, 8]
extern odd : Image -o Bool
learn turn : Bool -o Bool
def read (img : Image) (x : Bool) : Bool = xor (turn x) (odd img)
def nested (n : Nat[3]) (b : Bool) : Bool =
  iter n { zero => b | succ k => not (iter (2 : Nat[3]) { zero => k | succ j => xor true (not j) }) }
"""


@pytest.fixture
def program() -> cajal.Program:
    program = cajal.Program()
    program.run(SOURCE)
    torch.manual_seed(0)
    program.link(odd=torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(24, 2)))
    return program


@pytest.fixture
def graph(program: cajal.Program) -> Callable[..., Graph]:
    """The graph of a term, with calls open that lie in fewer others than a depth."""

    def made(term: str, depth: int = 9, *, written: bool = True, most: int = 320) -> Graph:
        read = Program(program[term].wiring(written=written).graph)
        return graph_of(Source(read), lambda call: read.depth(call.mark or 0) < depth, most)

    return made
