"""Neurons over lists: what they take and return, their matrices, and what is linked to them."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
import torch
from torch import Tensor

import cajal_core as cajal
from cajal_core import CajalError, Program, Sequence

PROGRAM = """
def not (x : Bool) : Bool = if x then false else true
def xor (x : Bool) (y : Bool) : Bool = if x then not y else y
def parity (xs : List[3] Bool) : Bool = fold xs { nil => false | cons x y => xor x y }
def flip (xs : List[3] Bool) : List[3] Bool = [not x | x in xs]
def push (x : Bool) (xs : List[3] Bool) : List[3] Bool = cons x xs
def pick (c : Bool) (xs : List[3] Bool) : List[3] Bool = if c then xs else flip xs
def both (xs : List[3] Bool) (ys : List[2] Bool) : Bool = xor (parity xs) (parity ys)
extern change : List[3] Bool -o List[3] Bool
extern count : List[3] Bool -o Bool
def changed (xs : List[3] Bool) : Bool = parity (change xs)
learn table : Bool -o Bool
def learned (xs : List[3] Bool) : Bool = fold xs { nil => false | snoc y x => xor (table x) y }
"""


@pytest.fixture(scope="module")
def program() -> Program:
    return cajal.load(PROGRAM)


def dense(result: Any) -> Tensor:
    return result.dense() if isinstance(result, Sequence) else result


LISTS = Sequence(torch.rand(5, 3, 2), torch.tensor([0, 1, 2, 3, 3]))


@pytest.mark.parametrize("name", ["parity", "flip", "learned"])
def test_the_matrix_of_lists_multiplied_out_is_the_neuron(program: Program, name: str) -> None:
    neuron = program[name]
    matrix = neuron.matrix()
    assert matrix.shape == cajal.shape(neuron.type)
    assert torch.allclose(dense(neuron(LISTS)), LISTS.dense() @ matrix.T, atol=1e-6)
    assert torch.equal(neuron.table(), matrix)
    assert torch.equal(neuron.matrix(sparse=True).to_dense(), matrix)
    assert [argument.degree for argument in neuron.arguments] == [1]


def test_lists_of_one_length_whole_lengths_weights_and_jagged_tensors(program: Program) -> None:
    parity, elements = program["parity"], torch.rand(2, 3, 2)
    expected = torch.stack([parity(elements[0, :2]), parity(elements[1])])
    spoiled = elements.clone()
    spoiled[0, 2] = torch.nan
    parts = [elements[0, :2], elements[1]]
    for given in (
        Sequence(spoiled, torch.tensor([2, 3])),
        Sequence(elements, torch.eye(4)[[2, 3]]),
        torch.nested.nested_tensor(parts, layout=torch.jagged),
    ):
        assert torch.allclose(parity(given), expected)
    mixed = parity(Sequence(elements[1], torch.tensor([0.0, 0.0, 0.5, 0.5])))
    assert torch.allclose(mixed, (parity(elements[1, :2]) + parity(elements[1])) / 2)


def test_a_list_that_is_held_apart_comes_as_a_sequence(program: Program) -> None:
    x, elements = torch.tensor([0.25, 0.75]), torch.rand(4, 2, 2)
    result = program["push"](x, elements)
    assert isinstance(result, Sequence)
    assert (result.elements.shape, result.lengths.tolist()) == ((4, 3, 2), [[0.0, 0.0, 0.0, 1.0]] * 4)
    assert torch.equal(result.elements[:, 1:], elements)
    assert result.dense().shape == (4, 15)
    assert isinstance(program["pick"](x, elements), Tensor)


def test_arguments_that_do_not_come_leave_a_matrix(program: Program) -> None:
    x, elements = torch.rand(4, 2), torch.rand(4, 2, 2)
    for name in ("push", "pick"):
        neuron = program[name]
        rest = neuron(x)
        assert rest.shape == (4, 15, 15)
        given = Sequence(elements, torch.tensor([2, 2, 1, 0]), most=3)
        whole = dense(neuron(x, given))
        assert torch.allclose((rest @ given.dense().unsqueeze(-1)).squeeze(-1), whole, atol=1e-6)


def test_lists_broadcast_with_other_arguments(program: Program) -> None:
    xs, ys = torch.rand(4, 1, 3, 2), Sequence(torch.rand(5, 2, 2), torch.tensor([0, 1, 2, 2, 1]))
    ys = Sequence(ys.elements.unsqueeze(0), ys.lengths.unsqueeze(0))
    result = program["both"](xs, ys)
    assert result.shape == (4, 5, 2)
    one = Sequence(ys.elements[0, 1], ys.lengths[0, 1])
    assert torch.allclose(result[2, 1], program["both"](xs[2, 0], one))
    with pytest.raises(CajalError, match="do not broadcast"):
        program["both"](torch.rand(4, 3, 2), torch.rand(5, 2, 2))


def test_the_jacobian_is_that_in_the_elements(program: Program) -> None:
    elements = torch.rand(4, 2, 2)
    [derivative] = program["parity"].jacobian(elements)
    assert derivative is not None
    expected = torch.stack([torch.func.jacrev(program["parity"])(each) for each in elements])
    assert torch.allclose(derivative, expected)
    assert [
        each.shape for each in program["push"].jacobian(torch.rand(4, 2), elements) if each is not None
    ] == [
        (4, 15, 2),
        (4, 15, 2, 2),
    ]


def test_a_callable_receives_and_returns_lists(program: Program) -> None:
    shapes = list[tuple[tuple[int, ...], tuple[int, ...]]]()

    def reversed_lists(lists: Sequence) -> Sequence:
        shapes.append((tuple(lists.elements.shape), tuple(lists.lengths.shape)))
        lists.elements += 0  # its own copy
        return Sequence(lists.elements.flip(-1), lists.lengths)

    neuron = program.compile("changed", link={"change": reversed_lists})
    elements = torch.rand(4, 5, 3, 2)
    assert torch.allclose(neuron(elements), program["parity"](elements.flip(-1)))
    assert shapes[-1] == ((20, 3, 2), (20, 4))
    neuron.link(change=lambda lists: lists.elements)
    assert torch.allclose(neuron(elements), program["parity"](elements))


@pytest.mark.parametrize(
    ("link", "message"),
    [
        (lambda lists: lists.elements[:1], r"must return shape \(2, n, 2\)"),
        (
            lambda lists: lists.elements.repeat(1, 2, 1),
            r"\(1, n, 2\) with n at most 3, got \(1, 4, 2\)",
        ),
        (lambda lists: lists.unknown, "cannot take Sequence of"),
        (torch.rand(15, 15), "link a callable that returns `cajal.Sequence"),
    ],
)
def test_what_does_not_fit_an_extern_over_lists(program: Program, link: Any, message: str) -> None:
    with pytest.raises(CajalError, match=message):
        program.compile("changed").link(change=link)


def test_a_tensor_reads_lists_multiplied_out(program: Program) -> None:
    matrix = torch.rand(2, 15)
    neuron = program.compile("count", link={"count": matrix})
    assert torch.allclose(neuron(LISTS), LISTS.dense() @ matrix.T, atol=1e-6)
    assert torch.equal(neuron.matrix(), matrix)


def test_gradients_reach_elements_weights_and_what_is_learned(program: Program) -> None:
    neuron = program.compile("learned", fresh=True)
    elements, weights = torch.rand(4, 3, 2, dtype=torch.double), torch.rand(4, 4, dtype=torch.double)
    neuron.double()
    assert torch.autograd.gradcheck(
        lambda one, other: neuron(Sequence(one, other)), (elements.requires_grad_(), weights.requires_grad_())
    )
    neuron(LISTS).sum().backward()
    assert neuron.learned["table"].grad is not None


@pytest.mark.parametrize("name", ["parity", "flip"])
def test_neurons_over_lists_are_copied_and_batched(program: Program, name: str) -> None:
    neuron = program[name]
    expected = dense(neuron(LISTS))
    for again in (pickle.loads(pickle.dumps(neuron)), copy.deepcopy(neuron), torch.func.vmap(neuron)):
        assert torch.allclose(dense(again(LISTS)), expected)


def test_dtypes_are_promoted(program: Program) -> None:
    elements, lengths = torch.tensor([[[1, 0], [0, 1]]]), torch.tensor([2])
    assert program["parity"](Sequence(elements, lengths)).dtype == torch.float32
    assert program["parity"](Sequence(elements.half(), lengths)).dtype == torch.float16
    assert program["flip"](elements.double()).elements.dtype == torch.float64


def test_a_network_feeds_lists(program: Program) -> None:
    network, images = torch.nn.Linear(7, 2), torch.rand(4, 3, 7)
    linked = cajal.Linked(program["parity"], xs=network, encode="softmax")
    expected = program["parity"](torch.softmax(network(images), -1))
    assert torch.allclose(linked(images), expected)


def test_an_argument_reads_lists(program: Program) -> None:
    [argument] = program["parity"].arguments
    lists = argument.tensor(torch.rand(4, 2, 2))
    assert isinstance(lists, Sequence)
    assert lists.dense().shape == (4, 15)


def test_a_step_that_ran_without_gradients_serves_where_they_are() -> None:
    neuron = cajal.load(
        "def f (xs : List[40] Bool) : Unit = fold xs { nil => () | cons x y => drop x in y }"
    )["f"]
    with torch.inference_mode():
        neuron(torch.rand(64, 40, 2))
    xs = torch.rand(64, 40, 2, requires_grad=True)
    neuron(xs).sum().backward()
    assert xs.grad is not None and xs.grad.any()


ENDS = """
extern f : Bool -o Bool
def called (xs : List[3] Bool) : Bool = fold xs { nil => true | cons x y => if x then f y else fail }
def last (xs : List[3] Bool) : Bool = fold xs { nil => true | cons x y => if x then y else fail }
def first (xs : List[3] Bool) : Bool = fold xs { nil => true | snoc y x => if x then y else fail }
"""


def test_the_gradient_of_a_trace_is_that_of_the_neuron_in_each_weight() -> None:
    neuron = cajal.load(ENDS)["called"].link(f=torch.square)
    elements, weights = torch.rand(3, 2), torch.tensor([0.0, 0.0, 1.0, 0.0], requires_grad=True)
    lists = Sequence(elements, weights)
    results: tuple[Any, Any] = neuron(lists), neuron.trace(lists).result
    plain, traced = [torch.autograd.grad(result.sum(), weights)[0] for result in results]
    torch.testing.assert_close(traced, plain)
    assert len(set(plain.tolist())) == 4


@pytest.mark.parametrize("name", ["called", "last", "first"])
@pytest.mark.parametrize("is_scaled", [False, True])
def test_derivatives_in_weights_of_zero_are_taken_forwards_too(name: str, is_scaled: bool) -> None:
    program = cajal.load(ENDS)
    neuron = program.compile(name).double()
    if name == "called":
        neuron.link(f=torch.square)
    elements = torch.tensor([[0.5, 0.5], [0.25, 0.75], [0.5, 0.5]], dtype=torch.double)

    def result(weights: Tensor) -> Tensor:
        lists = Sequence(elements, weights)
        return (neuron.log(lists) if is_scaled else neuron(lists))[0]

    weights = torch.tensor([0.0, 0.0, 1.0, 0.0], dtype=torch.double)
    backwards, forwards = torch.func.jacrev(result)(weights), torch.func.jacfwd(result)(weights)
    states = [result(one) for one in torch.eye(4, dtype=torch.double)]
    known = torch.stack(states).detach()
    known = (known - known[2]).exp() if is_scaled else known
    torch.testing.assert_close(backwards, known)
    torch.testing.assert_close(forwards, known)


FIXED = """
extern words : List[3] Bool
learn chances : Bool -o List[2] Bool
def not (x : Bool) : Bool = if x then false else true
def last : Bool = fold words { nil => true | snoc y x => drop y in x }
def flipped : List[3] Bool = [not x | x in words]
def all (x : Bool) : Bool = fold (chances x) { nil => true | cons x y => if x then y else not y }
"""


@pytest.mark.parametrize(
    ("link", "length"),
    [
        (torch.rand(2, 2), 2),
        ([[1, 0], [0, 1], [0, 1]], 3),
        (Sequence(torch.rand(3, 2), torch.tensor(1)), 1),
        (Sequence(torch.rand(2, 2), torch.tensor([0.0, 0.0, 1.0])), 2),
    ],
)
def test_a_list_is_linked_to_an_extern_without_arguments(link: Any, length: int) -> None:
    program = cajal.load(FIXED)
    program.link(words=link)
    elements = torch.as_tensor(link.elements if isinstance(link, Sequence) else link, dtype=torch.float32)
    neuron = program["last"]
    assert torch.equal(neuron(), elements[length - 1] * elements[: length - 1].sum(-1).prod())
    assert torch.equal(program["flipped"]().elements[:length], elements[:length].flip(-1))
    for made in (copy.deepcopy(neuron), pickle.loads(pickle.dumps(neuron))):
        assert torch.equal(made(), neuron())
    assert copy.deepcopy(neuron).double()().dtype == torch.float64
    # What is done to a result does not change what is linked.
    program["words"]().elements.zero_()
    assert neuron().any()


def test_a_linked_list_is_saved_and_trained() -> None:
    program = cajal.load(FIXED)
    neuron = program["last"].link(words=torch.nn.Parameter(torch.rand(3, 2)))
    neuron().sum().backward()
    [parameter] = neuron.parameters()
    assert parameter.grad is not None
    assert parameter.grad.all()
    other = program["last"].link(words=torch.rand(3, 2))
    other.load_state_dict(neuron.state_dict())
    assert torch.equal(other(), neuron())


@pytest.mark.parametrize(
    ("link", "message"),
    [
        (
            torch.rand(4, 3, 2),
            r"the extern `words` : List\[3\] Bool has shape \(n, 2\), got \(4, 3, 2\)",
        ),
        (torch.rand(3, 4), r"has shape \(..., n, 2\) with n at most 3, got \(3, 4\)"),
        (torch.rand(5, 2), "has lists of 0 to 3 elements, got 5"),
        (torch.rand(15), "gives lists, which a tensor does not hold apart"),
    ],
)
def test_one_list_of_the_type_fits(link: Tensor, message: str) -> None:
    with pytest.raises(CajalError, match=message):
        cajal.load(FIXED).link(words=link)


def test_a_tensor_of_lists_multiplied_out_is_learned() -> None:
    """The way out of a tensor that cannot be linked."""
    neuron, tensor = cajal.load(FIXED)["all"], torch.rand(7, 2)
    with torch.no_grad():
        neuron.learned["chances"].copy_(tensor)
    signs = torch.tensor([[1, 1, 0, 1, 0, 0, 1], [0, 0, 1, 0, 1, 1, 0]], dtype=torch.float32)
    torch.testing.assert_close(neuron.matrix(), signs @ tensor)


def test_the_matrix_of_lists_that_are_joined() -> None:
    """Their lengths run over the basis of the arguments."""
    program = cajal.load(
        "extern some : Bool -o List[2] Bool\n"
        "def xor (x y : Bool) : Bool = if x then (if y then false else true) else y\n"
        "def joined (b c : Bool) : Bool =\n"
        "  fold [xor x y | x in some b, y in some c] { nil => true | snoc s x => xor s x }"
    )
    elements, weights = torch.rand(2, 2), torch.rand(3, 2)
    some = cajal.linear(lambda b: Sequence(elements.expand(len(b), 2, 2), b @ weights.T))
    neuron = program.compile("joined", link={"some": some})
    assert neuron.matrix().shape == (4, 2)
    torch.testing.assert_close(neuron.matrix(), neuron.table())


@pytest.mark.parametrize("lengths", [[3, 3], [3, 2], [0, 0]])
def test_one_list_has_several_lengths(lengths: list[int]) -> None:
    source = (
        "def all (xs : List[3] Bool) : Bool = fold xs { nil => true | cons x y => if x then y else fail }"
    )
    neuron, elements = cajal.load(source)["all"], torch.rand(1, 3, 2)
    together = neuron(Sequence(elements, torch.tensor(lengths)))
    alone = [neuron(Sequence(elements[0], torch.tensor(length))) for length in lengths]
    torch.testing.assert_close(together, torch.stack(alone))
