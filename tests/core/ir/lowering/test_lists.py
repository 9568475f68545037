"""Lists held apart and multiplied out mean the same, and are held apart where they can be."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from cajal_core import CajalError, Program
from cajal_core.base import tys
from cajal_core.ir import graph as ir
from tests.core.ir.lowering.samples import basis, calls, graph, needed, printed, run
from tests.laws.numpy_ir import multiplied_out

#: Without externs, so that the evaluator can compute them.
PURE = [
    r"\xs:List[3] Bool. xs",
    r"\xs:List[2] Bool. (xs : List[3] Bool)",
    r"\x:Bool. \xs:List[2] Bool. (cons x xs : List[3] Bool)",
    (
        r"\x:Bool. \xs:List[2] Bool. fold (cons x (cons true (xs : List[4] Bool))) { nil => (0 : Nat) | "
        r"cons a n => if a then succ n else n }"
    ),
    r"\xs:List[3] Bool. fold xs { nil => false | cons x y => xor x y }",
    r"\xs:List[3] Bool. fold xs { nil => (nil : List[3] Bool) | snoc ys x => cons x ys }",
    r"\xs:List[2] Bool. \ys:List[2] Bool. fold xs { nil => (ys : List[4] Bool) | cons x zs => cons x zs }",
    r"\xs:List[3] Bool. case xs { nil => (nil : List[3] Bool) | cons x r => drop x in r }",
    (
        r"\xs:List[3] Bool. case xs { nil => true | cons x r => case r { nil => not x | cons y s => drop "
        r"s in xor x y } }"
    ),
    r"\xs:List[3] Bool. [not x | x in xs]",
    r"\xs:List[3] Bool. [(x, true) | x in xs]",
    (
        r"\x:Bool. \xs:List[2] Bool. fold cons (x, false) [(y, true) | y in xs] { nil => true | snoc b "
        r"(x, y) => xor x (xor y b) }"
    ),
    r"\c:Bool. \xs:List[2] Bool. if c then xs else [not x | x in xs]",
    r"\c:Bool. \xs:List[2] Bool. fold (if c then xs else cons true xs) { nil => true | snoc y x => xor y x }",
    (
        r"\c:Bool. \xs:List[2] Bool. case (if c then xs else cons true xs) { nil => true | cons x r => "
        r"drop r in x }"
    ),
    r"\c:Bool. \xs:List[2] Bool. [not x | x in (if c then xs else cons true xs)]",
    r"\xs:List[2] Bool. copy xs as (a, b) in (fold a { nil => true | snoc y x => xor x y }, b)",
    r"\xs:List[3] Bool. drop xs in true",
    r"\x:Bool. \xs:List[2] Bool. drop cons x xs in true",
    r"\b:Bool. \xs:List[3] Bool. drop b in xs",
    (
        r"\xs:List[2] Bool. \b:Bool. let p = (xs, b) in let (ys, c) = p in fold cons c ys { nil => false "
        r"| snoc y x => xor x y }"
    ),
    r"\xs:List[2] Bool. \b:Bool. (\(ys, c):List[2] Bool * Bool. drop c in ys) (xs, b)",
    r"\p:List[2] Bool * Bool. let (ys, c) = p in fold cons c ys { nil => false | snoc y x => xor x y }",
    r"\xs:List[2] Bool. (<xs, [true]> : List[2] Bool ^ 2).1",
    (
        r"\xs:List[2] Bool. fold (if true then <xs, [true]> else <[], xs>).2 { nil => true | snoc y x => "
        r"xor x y }"
    ),
    r"\n:Nat[4]. iter n { zero => (nil : List[2] Bool) | succ xs => cons true xs }",
    r"\xs:List[2] Bool. xs <|> [true, false]",
    r"\xs:List[3] Bool. (fail : List[2] Bool)",
    r"\xs:List[3] Bool. [(fail : Nat[3]) | x in xs]",
    (
        r"\xs:List[2] (List[1] Bool). fold xs { nil => true | snoc b ys => xor b (fold ys { nil => true "
        r"| snoc y x => xor x y }) }"
    ),
    r"\xs:List[2] Bool. ([xs, [true]] : List[2] (List[2] Bool))",
    r"\xs:List[3] Unit. fold xs { nil => (0 : Nat) | snoc n u => drop u in succ n }",
    r"\xs:List[3] Bool. (fold xs { nil => \y:Bool. y | cons x g => \y:Bool. xor x (g y) }) true",
    r"\xs:List[2] Bool. \ys:List[2] Bool. [f y | f in [\y:Bool. xor x y | x in xs], y in ys]",
    (
        r"\xs:List[2] Bool. case [\y:Bool. xor x y | x in xs] { nil => true | cons f r => (fold r { nil "
        r"=> \y:Bool. y | cons f g => \y:Bool. f (g y) }) (f false) }"
    ),
    (
        r"\x:Bool. fold ([x, true, false, true, true, false] : List[8] Bool) { nil => true | cons a b => "
        r"xor a b }"
    ),
    r"\x:Bool. \xs:List[2] Bool. [xor a b | a in ([x, true] : List[4] Bool), b in xs]",
    r"\xs:List[2] Bool. \ys:List[3] Nat[2]. [(x, y) | x in xs, y in ys]",
    (
        r"\xs:List[2] Bool. \ys:List[3] Nat[2]. fold [(x, y) | x in xs, y in ys] { nil => (1 : Nat[2]) | "
        r"cons (x, y) b => drop b in if x then y else drop y in 0 }"
    ),
]  # fmt: skip

#: What is called is a matrix here, so that both ways are equal.
CALLING = [
    r"\xs:List[3] Bool. [net x | x in xs]",
    (
        r"\x:Bool. \xs:List[2] Bool. fold (cons x (xs : List[3] Bool)) { nil => true | cons a b => pick "
        r"(net a) b }"
    ),
    r"\x:Bool. fold [net y | y in ([x, true, false] : List[3] Bool)] { nil => true | snoc b n => pick n b }",
    r"\xs:List[3] Bool. (fold xs { nil => \y:Bool. y | cons x g => \y:Bool. pick (net x) (g y) }) true",
    r"\xs:List[3] Bool. (fold xs { nil => \y:Bool. y | snoc g x => \y:Bool. g (pick (net x) y) }) true",
    r"\xs:List[3] Bool. seen xs",
    r"\c:Bool. \xs:List[2] Bool. seen (if c then xs else [true])",
    r"\xs:List[2] Bool. rated xs",
    r"\f:List[2] Bool -o Bool. \xs:List[2] Bool. f xs",
    r"\fs:List[2] (Bool -o Bool). \x:Bool. (fold fs { nil => \y:Bool. y | cons f g => \y:Bool. f (g y) }) x",
    r"\xs:List[3] (Bool & Nat[3]). [p.2 | p in xs]",
]


def list_places(compiled: ir.Graph) -> frozenset[str | int]:
    return frozenset(
        argument.position for argument in compiled.arguments if isinstance(argument.type, tys.List)
    )


@pytest.mark.parametrize("term", PURE)
def test_at_each_value_the_result_is_the_evaluators(program: Program, term: str) -> None:
    compiled = graph(program, term)
    arguments, result = tys.uncurry(compiled.type)
    combinations = [*itertools.product(*map(basis, arguments))]
    for values in combinations[:: 1 + len(combinations) // 60]:
        words = " ".join(word for word, _ in values)
        try:
            expected = str(program.evaluate(f"({term}) {words}"))
        except CajalError as error:
            expected = next(iter(str(error).splitlines()))
            # What is longer than its bound falls off, as do lists of different lengths.
            assert "fails" in expected or "fit" in expected or "in step" in expected, expected
            expected = "the term fails"
        assert printed(run(compiled, [tensor for _, tensor in values]), result) == expected


def samples(compiled: ir.Graph) -> Iterator[tuple[list[object], list[object]]]:
    """Random arguments of several lengths: held apart and multiplied out."""
    numbers = np.random.default_rng(0)
    for longest in (0, 1, 9):
        held, dense = list[object](), list[object]()
        for argument in compiled.arguments:
            type = argument.type
            if isinstance(type, tys.List):
                count = min(longest, type.most)
                elements, lengths = numbers.random((count, tys.dim(type.element))), np.zeros(type.most + 1)
                lengths[: count + 1] = numbers.random(count + 1)
                held.append((elements, lengths))
                dense.append(multiplied_out(type, elements, lengths))
            else:
                held.append(numbers.random(tys.shape(type)))
                dense.append(held[-1])
        yield held, dense


@pytest.mark.parametrize("term", PURE + CALLING)
def test_held_apart_and_multiplied_out_are_equal(program: Program, term: str) -> None:
    compiled = graph(program, term)
    dense = graph(program, term, list_places(compiled) | {"seen"})
    numbers = np.random.default_rng(1)
    parameters = {
        parameter.name: numbers.random(tys.shape(parameter.type)) for parameter in compiled.parameters
    }
    for held, vectors in samples(compiled):
        apart = run(compiled, held, parameters)
        assert np.allclose(apart, run(dense, vectors, parameters))


@pytest.mark.parametrize(
    "term",
    [
        r"\xs:List[3] Bool. [net x | x in xs]",
        r"\x:Bool. \xs:List[3] Bool. [net y | y in cons x xs]",
        r"\x:Bool. [net y | y in ([x, true, false] : List[3] Bool)]",
    ],
)
def test_a_comprehension_calls_once_for_all_elements(program: Program, term: str) -> None:
    compiled = graph(program, term)
    assert calls(needed(compiled)) == 1
    assert isinstance(needed(compiled)[-1].operation, ir.Held)


REFUSED = [
    (r"\c:Bool. \xs:List Nat. if c then xs else nil", "if c then xs else nil"),
    (r"\xs:List Nat. copy xs as (a, b) in (drop a in true, drop b in true)", "copy xs"),
    (r"\xs:List Nat. (xs, true)", r"\xs"),
    (r"\f:List Nat -o Bool. \xs:List Nat. f xs", "f xs"),
    (r"\xs:List[30] Unit. (xs, true)", r"\xs"),
]


@pytest.mark.parametrize(("term", "where"), REFUSED)
def test_a_list_that_is_too_long_to_be_multiplied_out_is_refused(term: str, where: str) -> None:
    with pytest.raises(CajalError, match="must be multiplied out") as refused:
        graph(Program(auto=True), term)
    (mistake,) = refused.value.errors
    assert mistake.label
    assert mistake.label.span.text.startswith(where)


def test_a_dense_extern_and_a_dense_result_hold_nothing_apart(program: Program) -> None:
    compiled = graph(program, r"\x:Bool. seen [x]", frozenset({"seen"}))
    assert not any(isinstance(assignment.operation, ir.Held) for assignment in compiled.assignments)
    compiled = graph(program, r"\x:Bool. ([x] : List[2] Bool)", frozenset({"seen"}))
    assert isinstance(compiled.assignments[-1].operation, ir.Concat)
    assert replace(compiled, marks=()).result.dim == 7


def test_an_element_before_a_list_that_is_multiplied_out_needs_no_sum(program: Program) -> None:
    term = r"\c:Bool. \x:Bool. \xs:List[3] Bool. cons x (if c then xs else nil)"
    compiled = graph(program, term, frozenset({2}))
    operations = {type(assignment.operation) for assignment in needed(compiled)}
    assert {ir.Outer, ir.Concat} <= operations
    assert not operations & {ir.Basis, ir.Contract}
