"""What the tests of lowering share: a graph run on values, and its result as the evaluator prints it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from cajal_core import Program
from cajal_core.base import tys
from cajal_core.base.passes import Passes
from cajal_core.ir import graph as ir
from cajal_core.ir.analysis import rewritten
from cajal_core.ir.lower import lower
from tests.laws.numpy_ir import NumpyIR, multiplied_out

Parameters = dict[str, np.ndarray]


def graph(program: Program, term: str, dense: frozenset[str | int] = frozenset()) -> ir.Graph:
    """The graph of a term. With dense arguments its result is dense, too."""
    core = program._term(term, program.nat_size, Passes())
    return lower(core, dense=dense, dense_result=bool(dense))


def run(graph: ir.Graph, inputs: list[Any], parameters: Parameters | None = None) -> np.ndarray:
    """The result of a graph, flattened; a list that is held apart is multiplied out."""
    result = NumpyIR(graph, inputs, parameters or {}).run()
    if isinstance(result, tuple):
        return multiplied_out(graph.result.type, *result)
    return result.reshape(-1)


def needed(compiled: ir.Graph) -> tuple[ir.Assignment, ...]:
    """The operations that the result rests on."""
    return rewritten(compiled.assignments, {compiled.result}, lambda _, operation, __: operation)


def calls(assignments: tuple[ir.Assignment, ...]) -> int:
    return sum(isinstance(assignment.operation, ir.Call) for assignment in assignments)


def basis(type: tys.Type) -> Iterator[tuple[str, Any]]:
    """The values of a type as they are written, with their tensors; lists are held apart."""
    inside = type.element if isinstance(type, tys.List) else type
    elements = [*zip((f"({label})" for label in tys.labels(inside)), np.eye(tys.dim(inside)), strict=True)]
    if not isinstance(type, tys.List):
        yield from elements
        return
    for length in range(type.most + 1):
        for chosen in itertools.product(elements, repeat=length):
            words = ", ".join(word for word, _ in chosen)
            vectors = np.array([vector for _, vector in chosen]).reshape(length, tys.dim(type.element))
            yield f"([{words}] : {type})", (vectors, np.eye(type.most + 1)[length])


def printed(vector: np.ndarray, type: tys.Type) -> str:
    """A vector of counts, as the evaluator prints the results."""
    results = [
        label if count == 1 else f"{label} ({count:g}×)"
        for label, count in zip(tys.labels(type), vector, strict=True)
        if count
    ]
    return " <|> ".join(results) or "the term fails"
