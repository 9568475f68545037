"""Definitions of the library beside functions of Python, at all inputs."""

from __future__ import annotations

import ast
import itertools
import random
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import torch

from cajal_core import CajalError, Program, dim, labels, uncurry
from cajal_core.base import tys
from cajal_core.diagnostics.runtime import Fails, ListOverflow, Overflow, UnequalLists
from tests.library.values import plain

#: How many inputs the evaluator is asked for: it takes some milliseconds for each.
SAMPLE = 100

#: Words of labels that Python writes otherwise.
NAMES = {"true": "True", "false": "False"} | {str(number): str(number) for number in range(100)}


@cache
def using(module: str, nat_size: int) -> Program:
    """A program that has run `use` of a module. No test declares names in it."""
    program = Program(nat_size=nat_size)
    program.run(f"use {module}")
    return program


def flat(value: Any) -> Any:
    """A value as `plain` makes it, with `(a, b, c)` for `((a, b), c)` and tuples for lists, as a key."""
    match value:
        case list():
            return tuple(map(flat, value))
        case (left, right) if not isinstance(left, str):
            first = flat(left)
            return (*(first if isinstance(left, tuple) else (first,)), flat(right))
        case _:
            return value


def read(label: str) -> Any:
    """The value that a basis vector is labelled with, as `flat` makes it. Constructors have no fields."""
    quoted = re.sub(r"\w+", lambda word: NAMES.get(word[0]) or repr(word[0]), label)
    return as_tuples(ast.literal_eval(quoted))


def as_tuples(value: Any) -> Any:
    return tuple(map(as_tuples, value)) if isinstance(value, list | tuple) else value


def basis(type: tys.Type) -> dict[str, Any]:
    """The values of a data type in order, by the terms that they are written as."""
    return {f"({label} : {type})": read(label) for label in labels(type)}


def result(program: Program, term: str) -> Any:
    """The value of a term; None where it overflows or fails, or joins lists of different lengths."""
    try:
        return flat(plain(program.evaluate(term)))
    except CajalError as error:
        if not isinstance(error.errors[0], Overflow | ListOverflow | UnequalLists | Fails):
            raise
        return None


def compare(program: Program, term: str, expected: Callable[..., Any]) -> None:
    """A function of data is `expected` at all inputs, as a neuron and, at some of them, by the evaluator."""
    types, target = uncurry(program.type(term))
    bases = [basis(type) for type in types]
    inputs = [*itertools.product(*[values.values() for values in bases])]
    place = {value: row for row, value in enumerate(basis(target).values())}
    assert len(place) == dim(target)
    table = torch.zeros(len(inputs), dim(target))
    for row, values in enumerate(inputs):
        if (value := expected(*values)) is not None:
            table[row, place[value]] = 1
    sizes = [*map(len, bases)]
    matrix = program.compile(term).matrix().reshape(dim(target), *reversed(sizes))
    got = matrix.permute(*reversed(range(matrix.ndim))).reshape(table.shape)
    assert [inputs[row] for row in (got != table).any(1).nonzero().flatten().tolist()] == []
    calls = [" ".join([f"({term})", *terms]) for terms in itertools.product(*bases)]
    pairs = [*zip(calls, inputs, strict=True)]
    for call, values in random.Random(0).sample(pairs, min(SAMPLE, len(pairs))):
        assert (call, result(program, call)) == (call, expected(*values))
