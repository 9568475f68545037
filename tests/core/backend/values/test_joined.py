"""Lists that a comprehension reads in step: lengths that are known to differ are a mistake."""

from __future__ import annotations

from typing import Any

import pytest
import torch

import cajal_core as cajal
from cajal_core import CajalError, Neuron, Program, Sequence

PROGRAM = """
def both (x y : Bool) : Bool = if x then y else drop y in false
def join (xs ys : List[4] Bool) : List[4] Bool = [both x y | x in xs, y in ys]
def count (xs : List[4] Bool) : Nat[5] = fold xs { nil => 0 | cons x n => if x then succ n else n }
def dot (xs ys : List[4] Bool) : Nat[5] = count (join xs ys)
def three (xs ys zs : List[4] Bool) : Nat[5] = dot (join xs ys) zs
def longer (xs ys : List[4] Bool) : Nat[5] = dot (cons true xs) ys
def written (xs : List[4] Bool) : Nat[5] = dot xs [true, false]
def pairs (xs ys : List[4] Bool) : List[4] (Bool * Bool) = [(x, y) | x in xs, y in ys]
def guarded (!xs ys : List[4] Bool) (c : Bool) : Nat[5] = if c then dot xs ys else count ys
def asked (!xs ys : List[4] Bool) : Nat[5] = if (case dot xs ys { 0 => true | _ => false }) then 0 else 1
def rest (xs ys : List[4] Bool) : Nat[5] = case xs { nil => count ys | cons x r => drop x in dot r ys }
def picked (!xs ys : List[4] Bool) : Nat[5] = <dot xs ys, count xs>.2
def body (!xs ys : List[4] Bool) (zs : List[4] Bool) : List[4] Nat[5] = [drop z in dot xs ys | z in zs]
def later (!xs ys : List[4] Bool) (c z : Bool) : Nat[5] =
  (if c then (\\z:Bool. drop z in dot xs ys) else (\\z:Bool. drop z in 0)) z
extern make : Bool -o List[4] Bool
def made (xs : List[4] Bool) (x : Bool) : Nat[5] = dot xs (make x)
def twice (xs : List[4] Bool) (x y : Bool) : Nat[5] = dot (join xs (make x)) (make y)
"""
X = torch.tensor([1.0, 0.0])


@pytest.fixture(scope="module")
def program() -> Program:
    return cajal.load(PROGRAM)


def lists(*shape: int) -> torch.Tensor:
    return torch.rand(*shape, 2)


def ragged(*lengths: int) -> Sequence:
    return Sequence(lists(len(lengths), 4), torch.tensor(lengths))


def title(call: Any, *arguments: Any) -> str:
    with pytest.raises(CajalError) as caught:
        call(*arguments)
    return caught.value.errors[0].title


@pytest.mark.parametrize("name", ["join", "dot", "pairs", "asked"])
def test_tensors_of_unequal_lists_are_named(program: Program, name: str) -> None:
    neuron = program[name]
    said = "`xs` and `ys` are read in step, and have 3 and 4 elements"
    for call in (neuron, neuron.trace, neuron.jacobian, neuron.portable):
        assert title(call, lists(3), lists(4)) == said
    assert title(neuron, lists(5, 3), lists(5, 4)) == said
    neuron(lists(3), lists(3))
    neuron(lists(5, 3), lists(1, 3))


def test_the_place_is_that_of_the_comprehension_and_the_call_is_in_python(program: Program) -> None:
    with pytest.raises(CajalError) as caught:
        program["dot"](lists(3), lists(4))
    [mistake] = caught.value.errors
    assert mistake.span is not None
    assert mistake.span.text == "[both x y | x in xs, y in ys]"
    assert mistake.is_of_use


def test_the_way_out_cuts_the_longer_list(program: Program) -> None:
    xs, ys = lists(5, 3), lists(5, 4)
    with pytest.raises(CajalError, match=r"help: .*`ys\[\.\.\., :3, :\]`"):
        program["dot"](xs, ys)
    program["dot"](xs, ys[..., :3, :])
    with pytest.raises(CajalError, match=r"`xs\[\.\.\., :1, :\]`"):
        program["longer"](xs, lists(5, 2))
    program["longer"](xs[..., :1, :], lists(5, 2))
    images = cajal.load(
        "space S[2, 2]\ndef f (xs ys : List[4] S) : List[4] (S * S) = [(x, y) | x in xs, y in ys]"
    )
    with pytest.raises(CajalError, match=r"`xs\[\.\.\., :2, :, :\]`"):
        images["f"](torch.rand(3, 2, 2), torch.rand(2, 2, 2))


def test_whole_lengths_differ_in_a_sample(program: Program) -> None:
    dot = program["dot"]
    assert title(dot, ragged(1, 2, 3), ragged(1, 4, 0)).endswith("have 2 and 4 elements in sample 1")
    assert title(dot, ragged(3, 3, 2), lists(3, 3)).endswith("have 2 and 3 elements in sample 2")
    assert title(dot, ragged(3, 3, 2), ragged(3)).endswith("have 2 and 3 elements in sample 2")
    assert title(dot, Sequence(lists(4), torch.tensor(2)), lists(3)).endswith("have 2 and 3 elements")
    grid = Sequence(lists(2, 3, 4), torch.tensor([[1, 2, 3], [4, 0, 1]]))
    other = Sequence(lists(2, 1, 4), torch.tensor([[1], [4]]))
    assert title(dot, grid, other).endswith("have 2 and 1 elements in sample 0, 1")
    jagged = torch.nested.nested_tensor([lists(1), lists(3)], layout=torch.jagged)
    assert title(dot, jagged, ragged(1, 2)).endswith("have 3 and 2 elements in sample 1")
    dot(ragged(1, 2, 0), ragged(1, 2, 0))
    dot(jagged, ragged(1, 3))


def test_weights_of_lengths_may_differ(program: Program) -> None:
    xs, ys = ragged(1, 2), ragged(1, 3)
    with pytest.raises(CajalError, match=r"`cajal\.Sequence\(xs\.elements, xs\.weights\(\)\)`"):
        program["dot"](xs, ys)
    result = program["dot"](Sequence(xs.elements, xs.weights()), ys)
    assert result.sum(-1)[0] > 0
    assert result[1].tolist() == [0.0] * 5


def test_three_lists_one_by_one(program: Program) -> None:
    three = program["three"]
    assert title(three, lists(3), lists(2), lists(3)).startswith("`xs` and `ys`")
    assert title(three, lists(3), lists(3), lists(2)).startswith("`xs` and `zs`")
    weights = Sequence(lists(3), torch.rand(4))
    three(weights, lists(3), lists(3))


def test_longer_and_written_lists(program: Program) -> None:
    said = "`xs` with 1 more and `ys` are read in step, and have 4 and 3 elements"
    assert title(program["longer"], lists(3), lists(3)) == said
    program["longer"](lists(2), lists(3))
    said = "`xs` and a list that is written are read in step, and have 3 and 2 elements"
    assert title(program["written"], lists(3)) == said
    program["written"](lists(2))
    program["written"](Sequence(lists(3), torch.rand(4)))


@pytest.mark.parametrize("name", ["guarded", "rest", "picked", "body", "later"])
def test_what_need_not_be_reached_is_not_compared(program: Program, name: str) -> None:
    given = {"xs": lists(3), "ys": lists(4), "zs": lists(2), "c": X, "z": X}
    neuron = program[name]
    neuron(**{argument.name: given[argument.name] for argument in neuron.arguments})


def test_the_basis_has_lists_of_all_lengths(program: Program) -> None:
    dense = program["dot"].matrix()
    assert dense.shape == (5 * 31, 31)
    assert torch.equal(program["dot"].matrix(sparse=True).to_dense(), dense)
    assert torch.equal(program["dot"].table(), dense)
    assert program["dot"](lists(3)).shape == (5, 31)
    assert len(program["dot"].dynamics()) == 1
    assert title(program["three"], lists(3), lists(2)).startswith("`xs` and `ys`")


def test_scaled_and_log(program: Program) -> None:
    for call in (program["dot"].scaled, program["dot"].log):
        assert "3 and 4 elements" in title(call, lists(3), lists(4))
        assert "3 and 4 elements in sample 0" in title(call, ragged(3), lists(1, 4))


def linked(neuron: Neuron, length: int | None) -> Neuron:
    def make(x: torch.Tensor) -> Sequence:
        lengths = torch.arange(len(x)) if length is None else torch.tensor([length] * len(x))
        return Sequence(lists(len(x), 4), lengths)

    return neuron.link(make=make)


def test_what_a_callable_returns_is_compared_too(program: Program) -> None:
    said = "`xs` and what `make` returns are read in step, and have 3 and 2 elements"
    for call in ("__call__", "trace", "scaled"):
        assert title(getattr(linked(program["made"], 2), call), lists(3), X) == said
    linked(program["made"], 3)(lists(3), X)
    tensors = program["made"].link(make=lambda x: lists(len(x), 2))
    assert title(tensors, lists(3), X) == said
    shifted = linked(program["made"], None)
    assert title(shifted, ragged(0, 1, 3), torch.rand(3, 2)).endswith("have 3 and 2 elements in sample 2")
    shifted(ragged(0, 1, 2), torch.rand(3, 2))
    # Called twice, it returns lists of which one name does not tell.
    linked(program["twice"], 2)(lists(3), X, 1 - X)


def test_while_torch_batches_a_call_no_length_is_looked_at(program: Program) -> None:
    dot = program["dot"]
    unequal = torch.func.vmap(dot)(ragged(1, 2), ragged(1, 3))
    assert unequal[0].sum() > 0
    assert unequal[1].tolist() == [0.0] * 5
    with pytest.raises(CajalError, match="3 and 4 elements"):  # a shape is no number
        torch.func.vmap(dot)(lists(5, 3), lists(5, 4))
