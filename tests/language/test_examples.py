"""Small definitions have the types and the meaning that docs/spec.md, section 3.2, gives them."""

from __future__ import annotations

import pytest
import torch

from cajal_core import Program

EXAMPLES = """
def not (x : Bool) : Bool = if x then false else true
def and (x : Bool) (y : Bool) : Bool = if x then y else (drop y in false)
def eq  (x : Bool) (y : Bool) : Bool = if x then y else not y
def even (n : Nat) : Bool = iter n { zero => true | succ b => not b }
def add (m : Nat) (n : Nat) : Nat = iter m { zero => n | succ k => succ k }
def at (f : Bool -o Bool) (x : Bool) : Bool = f x     -- a linear function, used once
def xor3 (x : Bool) (y : Bool) (z : Bool) : Bool = not (eq x (not (eq y z)))

space Image[28, 28]
extern step : Image -o Image
def dilate (img : Image) (n : Nat) : Image = iter n { zero => img | succ y => step y }
"""

TYPES = {
    "not": "Bool -o Bool",
    "and": "Bool -o Bool -o Bool",
    "eq": "Bool -o Bool -o Bool",
    "even": "Nat -o Bool",
    "add": "Nat -o Nat -o Nat",
    "at": "(Bool -o Bool) -o Bool -o Bool",
    "xor3": "Bool -o Bool -o Bool -o Bool",
    "step": "Image -o Image",
    "dilate": "Image -o Nat -o Image",
}


@pytest.fixture(autouse=True)
def seed() -> None:
    torch.manual_seed(0)


@pytest.fixture(scope="module")
def program() -> Program:
    program = Program()
    program.run(EXAMPLES)
    return program


def test_names_and_types(program: Program) -> None:
    assert list(program.names) == list(TYPES)
    assert {name: str(program.type(name)) for name in TYPES} == TYPES


def test_not(program: Program) -> None:
    assert program.compile("not").matrix().tolist() == [[0, 1], [1, 0]]
    assert str(program.evaluate("not true")) == "false"


def test_and_of_two_vectors(program: Program) -> None:
    p, q = torch.tensor([0.3, 0.7]), torch.tensor([0.6, 0.4])
    expected = torch.stack([p[0] * q[0], p[0] * q[1] + p[1] * q[0] + p[1] * q[1]])
    torch.testing.assert_close(program.compile("and")(p, q), expected)


def test_and_is_the_table(program: Program) -> None:
    table = {
        (x, y): str(program.evaluate(f"and {x} {y}")) for x in ("true", "false") for y in ("true", "false")
    }
    assert {at for at, value in table.items() if value == "true"} == {("true", "true")}


def test_even_alternates(program: Program) -> None:
    matrix = program.compile("even").matrix()
    assert matrix.shape == (2, 10)
    assert matrix.tolist() == [[1, 0] * 5, [0, 1] * 5]


def test_even_of_another_size(program: Program) -> None:
    assert program.compile("even", nat_size=3).matrix().tolist() == [[1, 0, 1], [0, 1, 0]]


def test_add_adds_and_loses_what_does_not_fit(program: Program) -> None:
    neuron, one_hot = program.compile("add"), torch.eye(10)
    for m in range(10):
        for n in range(10):
            expected = one_hot[m + n] if m + n < 10 else torch.zeros(10)
            assert neuron(one_hot[m], one_hot[n]).tolist() == expected.tolist()


def test_add_on_distributions_is_their_convolution(program: Program) -> None:
    p, q = torch.rand(10).softmax(0), torch.rand(10).softmax(0)
    expected = [torch.stack([p[i] * q[k - i] for i in range(k + 1)]).sum() for k in range(10)]
    torch.testing.assert_close(program.compile("add")(p, q), torch.stack(expected))


def test_at_applies_a_matrix(program: Program) -> None:
    neuron, matrix, x = program.compile("at"), torch.randn(2, 2), torch.randn(2)
    torch.testing.assert_close(neuron(matrix, x), matrix @ x)
    # The function's matrix is flattened: the result's dimension is 4, the argument's 4.
    assert neuron.matrix().shape == (4, 4)


def test_xor3(program: Program) -> None:
    for x in (True, False):
        for y in (True, False):
            for z in (True, False):
                term = f"xor3 {x} {y} {z}".lower()
                assert str(program.evaluate(term)) == str(x ^ y ^ z).lower()


def test_dilate_iterates_the_network_that_is_linked(program: Program) -> None:
    network = torch.nn.Sequential(
        torch.nn.Flatten(), torch.nn.Linear(784, 784), torch.nn.Tanh(), torch.nn.Unflatten(1, (28, 28))
    )
    neuron = program.compile("dilate", nat_size=4, link={"step": network})
    image, weights = torch.randn(3, 28, 28), torch.rand(3, 4).softmax(-1)
    states = [image]
    for _ in range(3):
        states.append(network(states[-1]))
    expected = sum(weights[:, i, None, None] * state for i, state in enumerate(states))
    found = neuron(image, weights)
    torch.testing.assert_close(found, expected)
    found.sum().backward()
    assert all(parameter.grad is not None for parameter in network.parameters())
    assert set(map(id, network.parameters())) == set(map(id, neuron.parameters()))


def test_dilate_waits_for_its_network(program: Program) -> None:
    neuron = program.compile("dilate")
    assert {name: str(type) for name, type in neuron.externs.items()} == {"step": "Image -o Image"}
    assert [(each.name, str(each.type), each.degree) for each in neuron.arguments] == [
        ("img", "Image", None),  # `step` need not be linear
        ("n", "Nat", 1),
    ]
