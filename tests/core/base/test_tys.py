"""Types: printing, shapes, bases (docs/spec.md, section 3.1)."""

import pickle
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy

import pytest

from cajal_core.base.tys import (
    LONGEST_TEXT,
    Arrow,
    Bool,
    Data,
    Nat,
    Product,
    Space,
    Type,
    Unit,
    components,
    dim,
    is_data,
    labels,
    rank,
    shape,
    uncurry,
)

IMAGE = Space("Image", (2, 3))


@pytest.mark.parametrize(
    ("type", "text", "expected"),
    [
        (Bool(), "Bool", (2,)),
        (Nat(7), "Nat[7]", (7,)),
        (Nat(10, written=False), "Nat", (10,)),
        (IMAGE, "Image", (2, 3)),
        (Arrow(IMAGE, Bool()), "Image -o Bool", (2, 6)),
        (Arrow(Bool(), Arrow(Nat(3), Bool())), "Bool -o Nat[3] -o Bool", (6, 2)),
        (Arrow(Arrow(Bool(), Nat(3)), Bool()), "(Bool -o Nat[3]) -o Bool", (2, 6)),
    ],
)
def test_text_and_shape(type: Type, text: str, expected: tuple[int, ...]) -> None:
    assert str(type) == repr(type) == text
    assert shape(type) == expected
    assert dim(type) == len(list(labels(type)))


def test_labels_follow_the_basis() -> None:
    assert list(labels(Bool())) == ["true", "false"]
    assert list(labels(Nat(3))) == ["0", "1", "2"]
    assert list(labels(IMAGE))[:4] == ["[0, 0]", "[0, 1]", "[0, 2]", "[1, 0]"]
    # A matrix is flattened row by row, and its columns are the arguments.
    assert list(labels(Arrow(Nat(2), Bool()))) == ["0 ↦ true", "1 ↦ true", "0 ↦ false", "1 ↦ false"]


def test_a_size_is_the_same_however_it_was_given() -> None:
    assert Nat(10) == Nat(10, written=False) != Nat(9)


def test_uncurry() -> None:
    assert uncurry(Arrow(Bool(), Arrow(Nat(3), IMAGE))) == ([Bool(), Nat(3)], IMAGE)
    assert uncurry(Bool()) == ([], Bool())


def test_a_deep_type_is_shown() -> None:
    type: Type = Bool()
    for _ in range(5_000):
        type = Arrow(type, Bool())
    assert repr(type).count("-o") == 5_000


def test_the_dimension_of_a_deep_type() -> None:
    type: Type = Nat(3)
    for _ in range(5_000):
        type = Product(type, Unit())
    assert dim(type) == 3


def test_a_function_in_a_pair_is_no_data() -> None:
    assert is_data(Product(Bool(), Product(Nat(3), Unit())))
    assert not is_data(Product(Bool(), Product(IMAGE, Unit())))
    assert not is_data(Product(Arrow(Bool(), Bool()), Bool()))


def test_components_are_in_the_order_of_the_flattened_tensor() -> None:
    type = Arrow(Product(Bool(), Nat(3)), Product(Nat(5), Unit()))
    assert components(type) == (5, 1, 2, 3)
    assert rank(type) == 4


@pytest.mark.parametrize("copy", [deepcopy, lambda type: pickle.loads(pickle.dumps(type))])
def test_a_copy_is_the_same_type(copy: Callable[[Type], Type]) -> None:
    type = Arrow(Product(Bool(), Data("D", ("A", "B"))), Arrow(Bool(), Unit(), reusable=True))
    copied = copy(type)
    assert copied is not type
    assert (copied, hash(copied), dim(copied)) == (type, hash(type), dim(type))


def test_a_type_from_another_process_is_found_again() -> None:
    """Hashes of strings differ between processes, so that of a type must not come along."""
    code = "from cajal_core.base.tys import *; import pickle, sys\n"
    code += "sys.stdout.buffer.write(pickle.dumps(Product(Space('V', (2,)), Bool())))"
    pickled = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
    assert hash(pickle.loads(pickled)) == hash(Product(Space("V", (2,)), Bool()))


def doubled(lines: int, type: Type | None = None) -> Type:
    """T * T of T * T of …: as many basis vectors as 2^(2^lines), made of so few objects."""
    made = type or Bool()
    for _ in range(lines):
        made = Product(made, made)
    return made


def test_a_type_that_doubles_costs_no_more_than_its_nodes() -> None:
    one, other = doubled(200), doubled(200)
    assert one == other
    assert one != doubled(199)
    assert hash(one) == hash(other)
    assert rank(one) == 2**200
    assert str(dim(one)).startswith("more than 2^")
    assert str(dim(doubled(7))) == "2^128"
    assert len(str(one)) <= LONGEST_TEXT
    assert str(one).startswith("Bool * Bool * (Bool * Bool)")
    assert str(one).endswith("Bool" + ")" * 199)
    assert " … " in str(one)
    assert len(next(labels(one))) <= LONGEST_TEXT
    assert next(labels(one)).startswith("(")


@pytest.mark.parametrize("copy", [deepcopy, lambda type: pickle.loads(pickle.dumps(type))])
def test_a_copy_of_a_deep_type(copy: Callable[[Type], Type]) -> None:
    deep: Type = Unit()
    for _ in range(3_000):
        deep = Arrow(deep, Bool())
    reusable = Arrow(Bool(), deep, reusable=True)
    for type in (deep, reusable, doubled(150)):
        assert copy(type) == type
        assert len(pickle.dumps(type)) < 200_000


def test_labels_of_all_kinds() -> None:
    space = Space("S", (2, 2))
    assert list(labels(Product(Product(Bool(), Unit()), Nat(2)))) == [
        "(true, (), 0)",
        "(true, (), 1)",
        "(false, (), 0)",
        "(false, (), 1)",
    ]
    assert list(labels(Product(Bool(), Product(Unit(), Unit())))) == [
        "(true, ((), ()))",
        "(false, ((), ()))",
    ]
    assert list(labels(space)) == ["[0, 0]", "[0, 1]", "[1, 0]", "[1, 1]"]
    assert list(labels(Arrow(Bool(), Data("D", ("A", "B"))))) == [
        "true ↦ A",
        "false ↦ A",
        "true ↦ B",
        "false ↦ B",
    ]
