"""A matrix as data, compared with what a reader should see."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
import torch

import cajal_core as cajal
from cajal_kernel.views.basis import Axis
from cajal_kernel.views.matrix.data import TABLE, Matrix, neuron_matrix, table_matrix, tensor_matrix, uncurry
from cajal_kernel.views.matrix.picture import matrix_picture
from tests.kernel.views.conftest import BOOL, boolean


def test_uncurry_puts_the_first_argument_outermost() -> None:
    """The tensor of A1 -o A2 -o B is (dim B · dim A2, dim A1); and sends only (true, true) to true."""
    curried = np.zeros((4, 2))
    for first, second in product(range(2), repeat=2):
        result = max(first, second)  # false is 1, so this is `and`
        curried[result * 2 + second, first] = 1
    assert uncurry(curried, [2, 2], 2).tolist() == [[1, 0, 0, 0], [0, 1, 1, 1]]


def test_uncurry_of_different_sizes() -> None:
    """Every entry of a map of three arguments lands in the column of its arguments."""
    sizes, result = (2, 3, 5), 7
    values = np.arange(7 * 30.0).reshape(result, *sizes)
    curried = values.transpose(0, 3, 2, 1).reshape(-1, sizes[0])
    assert (uncurry(curried, sizes, result) == values.reshape(result, -1)).all()


def test_uncurry_of_no_argument_is_one_column() -> None:
    assert uncurry(np.array([1.0, 0.0]), [], 2).tolist() == [[1], [0]]


def test_hover_names_arguments_and_value() -> None:
    matrix = Matrix("f", "", (boolean("x"), boolean("y")), Axis("", "Bool", BOOL), np.eye(4)[:2] * 0.9873)
    assert matrix.hover(1, 1) == "x = true, y = false → false: 0.9873"
    assert matrix.hover(0, 3) == "x = false, y = false → true: 0"


def test_labels_must_fit_the_matrix() -> None:
    with pytest.raises(ValueError, match="labels for"):
        Matrix("f", "", (boolean("x"),), boolean(""), np.zeros((2, 3)))
    with pytest.raises(ValueError, match="marks"):
        Matrix("f", "", (boolean("x"),), boolean(""), np.zeros((2, 2)), lost=(True,))


def test_the_columns_of_several_arguments_are_in_order(program: cajal.Program) -> None:
    """By hand: m + n for every pair, and `and` at (true, false) is false."""
    neuron = program["add"]
    matrix = neuron_matrix("add", neuron)
    assert matrix.hover(5, 23) == "m = 2, n = 3 → 5: 1"
    assert matrix.values[5, 23] == 1
    assert matrix.values.argmax(axis=0)[:30].tolist() == [*range(10), *range(1, 10), 0, *range(2, 10), 0, 0]
    neuron = program["and"]
    assert neuron_matrix("and", neuron).values.tolist() == [[1, 0, 0, 0], [0, 1, 1, 1]]


def test_arguments_of_different_types_keep_their_columns(program: cajal.Program) -> None:
    program.run("def pick (c : Bool) (n : Nat[3]) : Nat[3] = if c then n else (drop n in 2)")
    neuron = program["pick"]
    matrix = neuron_matrix("pick", neuron)
    assert matrix.values.argmax(axis=0).tolist() == [0, 1, 2, 2, 2, 2]
    assert [matrix.column(j) for j in (1, 3)] == ["c = true, n = 1", "c = false, n = 0"]


def test_overflow_is_marked(program: cajal.Program) -> None:
    assert not program["not"].externs
    neuron = program["add"]
    lost = neuron_matrix("add", neuron).lost
    assert [j for j, mark in enumerate(lost) if mark] == [
        10 * m + n for m in range(10) for n in range(10 - m, 10)
    ]
    assert "overflow" in matrix_picture(neuron_matrix("add", neuron)).html


def test_a_function_argument_is_no_overflow(program: cajal.Program) -> None:
    """Its basis holds matrices that map a value to nothing, so an empty column says nothing."""
    program.run("def at (f : Bool -o Bool) (x : Bool) : Bool = f x")
    neuron = program["at"]
    matrix = neuron_matrix("at", neuron)
    assert matrix.lost == ()
    assert matrix.hover(0, 0) == "f = true ↦ true, x = true → true: 1"
    assert matrix.values[0, 1] == 0


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ((0, 1), 1),
        ((0.2, 0.6), 1),
        ((0.03, -0.01), 0.03),
        ((2, -3), 3),
        ((0, 0), 1),
        ((np.nan, np.inf), 1),
        ((np.nan, -0.25), 0.25),
    ],
)
def test_the_scale_is_fitted_and_that_of_probabilities_is_one(
    values: tuple[float, float], scale: float
) -> None:
    matrix = Matrix("f", "", (boolean("x"),), Axis("", "", ("a",)), np.array([values], dtype=float))
    assert matrix.scale == scale


def test_the_range_is_of_finite_entries() -> None:
    values = np.array([[np.inf, 5.0], [np.nan, 7.0]])
    assert Matrix("f", "", (boolean("x"),), boolean(""), values).range == (5, 7)


def test_a_network_is_shown_by_its_values(program: cajal.Program) -> None:
    program.run("extern f : Bool -o Bool")
    program.link(f=lambda x: x**2 + 1)
    neuron = program["f"]
    matrix = table_matrix("f", neuron)
    assert matrix.values.tolist() == neuron.table().tolist() == [[2, 1], [1, 2]]
    assert matrix.remark == TABLE


def test_a_learned_tensor_has_its_entries_under_its_type(program: cajal.Program) -> None:
    type = program.type("add")
    tensor = torch.rand(cajal.shape(type))
    matrix = tensor_matrix("t", tensor, type)
    tensor_before = tensor.clone()
    tensor.zero_()  # as training changes it
    assert matrix.shape == (100, 10)
    for m, n, result in ((0, 0, 0), (2, 3, 5), (9, 1, 7)):
        assert matrix.place(result, 10 * m + n) == f"{m}, {n} → {result}"
        assert matrix.values[result, 10 * m + n] == tensor_before[result * 10 + n, m]


def test_double_precision_is_kept() -> None:
    type = cajal.Program().type(r"\x:Bool. x")
    entries = torch.tensor([[1e300, 1e-300], [1, 0]], dtype=torch.float64)
    assert tensor_matrix("t", entries, type).hover(0, 0) == "true → true: 1e+300"
    assert tensor_matrix("t", entries.half(), type).values.dtype == np.float32


def test_what_fails_is_no_overflow(program: cajal.Program) -> None:
    program.run(
        "data Node = N1 | N2 | N3\n"
        "def edge (v : Node) : Node = case v { N1 => N2 <|> N3 | N2 => N3 | N3 => fail }\n"
        "def more (n : Nat[3]) : Nat[3] = succ n <|> n"
    )
    edge, more = (neuron_matrix(name, program[name]) for name in ("edge", "more"))
    assert edge.values[:, 2].tolist() == [0, 0, 0]
    assert edge.overflows == []
    assert more.lost == (False, False, True)  # although its column has a result
    assert more.overflows == ["overflow, so no result, at n = 2"]
