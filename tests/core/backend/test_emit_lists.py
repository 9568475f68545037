"""Code over lists that are held apart, and over sums, blocks and rows, agrees with the tensor IR in NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from cajal_core import Program
from cajal_core.backend.arguments import Inputs
from cajal_core.backend.emit import emit
from cajal_core.backend.executable import Executable
from cajal_core.backend.run import Execution
from cajal_core.base import tys
from cajal_core.ir import graph as ir
from cajal_core.ir.analysis import callees, recurrences
from cajal_core.ir.fuse import fuse
from cajal_core.ir.specialize import specialize
from cajal_core.ir.tabulate import tabulate
from cajal_core.ir.verify import verify_graph
from tests.laws.numpy_ir import NumpyIR

HEAD = """
data T = Num Nat[3] | Plus
extern f : Bool -o Bool
extern h : List[2] Bool -o Bool
def xor (x y : Bool) : Bool = if x then (if y then false else true) else y
"""
SOURCES = {
    "cons": r"\xs : List[4] Bool. fold xs { nil => false | cons x y => xor x y }",
    "snoc": r"\xs : List[4] Bool. fold xs { nil => false | snoc y x => xor x y }",
    "pairs": r"\xs : List[3] (Bool * Bool). fold xs { nil => true | snoc y (a, b) => xor y (xor a b) }",
    "opaque snoc": r"\b : Bool. \xs : List[4] Bool. fold xs { nil => b | snoc y x => f (xor x y) }",
    "opaque cons": r"\b : Bool. \xs : List[4] Bool. fold xs { nil => b | cons x y => f (xor x y) }",
    "of a copy": r"\xs : List[3] Bool. fold xs { nil => true | cons x y => "
    r"copy x as (a, b) in xor a (xor b (xor y (f true))) }",
    "a comprehension": r"\xs : List[4] Bool. [f x | x in xs]",
    "two lists": r"\xs : List[4] Bool. \ys : List[3] Bool. [xor x y | x in xs, y in ys]",
    "two lists, folded": r"\xs : List[3] Bool. \ys : List[2] Bool. "
    r"fold [(f x, y) | x in xs, y in ys] { nil => true | cons (a, b) y => xor y (xor a b) }",
    "one longer": r"\a : Bool. \xs : List[4] Bool. (cons a xs : List[4] Bool)",
    "a literal": r"\a : Bool. \b : Bool. ([a, b] : List[4] Bool)",
    "nil": r"(nil : List[2] Bool)",
    "the rest": r"\xs : List[4] Bool. case xs { nil => true | cons x r => "
    r"xor x (fold r { nil => true | cons x y => xor x y }) }",
    "multiplied out": r"\xs : List[3] Bool. \c : Bool. if c then xs else xs",
    "to an extern": r"\xs : List[2] Bool. \b : Bool. copy b as (c, d) in (h (cons c xs), d)",
    "a field": r"\n : T. case n { Num m => succ m | Plus => 0 }",
    "a constructor": r"\n : Nat[3]. case n { zero => Plus | succ m => Num m }",
    "alternatives": r"\x : Bool. \y : Bool. <xor x y, if x then y else y>",
    "a permutation": r"\s : Bool ^ 3. (<s.3, s.2, s.1> : Bool ^ 3)",
    "fail and or": r"\x : Bool. if x then fail else true <|> false",
    "dict": r"\k : Bool ^ 3. \v : Nat[3] ^ 3. \x : Bool. dict k v x",
}
STOCHASTIC = torch.tensor([[0.3, 0.6], [0.7, 0.4]], dtype=torch.float64)
TABLE = torch.arange(14, dtype=torch.float64).reshape(2, 7)
BATCH = 3


def graph_of(source: str) -> ir.Graph:
    program = Program(nat_size=3)
    program.run(HEAD)
    return program.compile(source)._lowered


def stages(graph: ir.Graph) -> list[ir.Graph]:
    """A graph before and after each pass of the backend."""
    tensors = frozenset[str | int]({parameter.name for parameter in graph.parameters})
    graphs = [graph]
    graphs.append(specialize(graph, len(graph.arguments), tensors))
    graphs.append(tabulate(graphs[-1]))
    graphs.append(fuse(graphs[-1]))
    return [*graphs, fuse(tabulate(graph))]


def sample(type: tys.Type, missing: int) -> Any:
    """A batch of an argument; of a list, it has so many elements fewer than it might."""
    if not isinstance(type, tys.List):
        return torch.rand(BATCH, *tys.shape(type), dtype=torch.float64)
    length = type.most - missing
    weights = torch.rand(BATCH, type.most + 1, dtype=torch.float64)
    weights[:, length + 1 :] = 0
    return torch.rand(BATCH, length, tys.dim(type.element), dtype=torch.float64), weights


def run(graph: ir.Graph, links: dict[str, Any], inputs: list[Any], *, is_careful: bool) -> Any:
    given = Inputs(inputs, torch.float64, torch.device("cpu"), (BATCH,))
    execution = Execution(Executable(graph, emit(graph)), links, given, {}, None, is_careful=is_careful)
    emitted = execution.code.careful if is_careful else execution.code.emitted
    constants = emitted.tensors(torch.float64, torch.device("cpu"))
    return emitted.run(inputs, constants, execution.call, execution.calls, execution.recur, None)


@pytest.mark.parametrize("missing", [0, 1])
@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES.keys())
def test_all_stages_agree_with_numpy(source: str, missing: int) -> None:
    torch.manual_seed(0)
    graph = graph_of(source)
    inputs = [sample(argument.type, missing) for argument in graph.arguments]
    links: dict[str, Any] = {"f": STOCHASTIC, "h": TABLE}
    arrays = {name: tensor.numpy() for name, tensor in links.items()}
    samples = [[of_sample(given, at) for given in inputs] for at in range(BATCH)]
    first: list[Any] | None = None
    for stage in stages(graph):
        verify_graph(stage)
        if calls(stage, "h"):
            continue  # in NumPy an extern is a tensor, which takes no lists that are held apart
        expected = [NumpyIR(stage, given, arrays).run() for given in samples]
        first = first or expected
        linked = {**links, "f": lambda x: x @ STOCHASTIC.T} if calls(stage, "f") else links
        for is_careful in (False, True):
            found = run(stage, linked, inputs, is_careful=is_careful)
            for at in range(BATCH):
                close(found, at, expected[at])
                close(found, at, first[at])


def of_sample(given: Any, at: int) -> Any:
    return tuple([part[at].numpy() for part in given]) if isinstance(given, tuple) else given[at].numpy()


def calls(graph: ir.Graph, name: str) -> bool:
    """Whether an extern is called, be it in a step."""
    outside = [assignment.operation for assignment in graph.assignments]
    is_called = any(isinstance(each, ir.Call) and ir.key(each.callee) == name for each in outside)
    return is_called or any(name in callees(loop) for loop in recurrences(graph))


def close(found: Any, at: int, expected: Any) -> None:
    if isinstance(expected, tuple):
        for part, other in zip(found, expected, strict=True):
            np.testing.assert_allclose(part.expand(BATCH, *other.shape)[at].numpy(), other, atol=1e-9)
    else:
        flat = found.expand(BATCH, found.shape[-1])[at].numpy()
        np.testing.assert_allclose(flat, expected.ravel(), atol=1e-9)
