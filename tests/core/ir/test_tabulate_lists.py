"""Closed code over lists, failures and blocks becomes tables, and what is not a basis vector does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cajal_core.base import tys
from cajal_core.ir import graph as ir
from cajal_core.ir.basis_image import Image, Imager
from cajal_core.ir.tabulate import tabulate
from cajal_core.ir.verify import verify_graph

Lowered = Callable[[str], ir.Graph]

HEAD = """
data T = Num Nat[3] | Plus
def xor (x y : Bool) : Bool = if x then (if y then false else true) else y
"""


def operations(graph: ir.Graph) -> set[type]:
    verify_graph(graph)
    return {type(assignment.operation) for assignment in graph.assignments}


@pytest.mark.parametrize(
    "source",
    [
        "fold ([true, false, true] : List[4] Bool) { nil => false | cons x y => xor x y }",
        "fold ([true, false, true] : List[4] Bool) { nil => 0 | snoc n x => if x then succ n else n }",
        r"\x:Bool. fold ([x, true] : List[2] Bool) { nil => false | cons x y => xor x y }",
        r"\x:Bool. fold [xor x y | x in ([x, true] : List[2] Bool), y in (TWO : List[2] Bool)] STEP",
        "case (TWO : List[4] Bool) { nil => false | cons x r => fold r { nil => x | cons x y => xor x y } }",
        r"\x:Bool. if x then fail else true",
        r"\n:Nat[3]. case n { zero => Plus | succ m => Num m }",
        r"\t:T. case t { Num n => succ n | Plus => 0 }",
    ],
)
def test_closed_code_is_a_table(lowered: Lowered, source: str) -> None:
    source = source.replace("TWO", "[true, false]").replace("STEP", "{ nil => false | cons x y => xor x y }")
    assert operations(tabulate(lowered(HEAD + source))) - {ir.Input} <= {ir.Table}


@pytest.mark.parametrize("source", [r"\x:Bool. if x then true <|> false else true", r"\x:Bool. <x, x>"])
def test_what_is_no_basis_vector_is_computed(lowered: Lowered, source: str) -> None:
    graph = lowered(HEAD + source)
    assert operations(tabulate(graph)) & {ir.Sum, ir.Concat}


def test_the_step_over_a_list_that_is_given_stays(lowered: Lowered) -> None:
    graph = tabulate(lowered(HEAD + r"\xs:List[4] Bool. fold xs { nil => true | cons x y => xor x y }"))
    verify_graph(graph)
    (loop,) = [each.operation for each in graph.assignments if isinstance(each.operation, ir.Iterate)]
    assert loop.jumps is None
    assert [type(each.operation) for each in loop.step] == [ir.Table]


def test_what_many_tables_rest_on_is_looked_at_once(
    lowered: Lowered, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The work is about that of reading the code, also where its lists are multiplied out."""
    looked_at = list[ir.Operation]()
    image_of = Imager.operation

    def operation(imager: Imager, operation: ir.Operation, type: tys.Type) -> Image:
        looked_at.append(operation)
        return image_of(imager, operation, type)

    monkeypatch.setattr(Imager, "operation", operation)
    step = r"\c. copy x as (a, b) in copy c as (c, d) in cons (xor a c) (higher (xor b d))"
    loop = rf"fold xs {{ nil => \c. drop c in nil | cons x higher => {step} }}"
    graph = lowered(HEAD + rf"\xs:List[11] Bool. let f : Bool -o List[11] Bool = {loop} in f true")
    tabulate(graph)
    assert len(looked_at) < 8 * len(graph.assignments)
