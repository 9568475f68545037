"""Types: printing, shapes, bases (docs/spec.md, section 3.1)."""

import pytest

from cajal_core.base.tys import Arrow, Bool, Nat, Space, Type, dim, labels, shape, uncurry

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
