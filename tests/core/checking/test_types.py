"""Types as they are written, and the mistakes of types that are not declared."""

from __future__ import annotations

import pytest

from cajal_core.base import tys
from cajal_core.base.source import Source
from cajal_core.checking.context import Scope
from cajal_core.checking.record import Record
from cajal_core.checking.types import resolve
from cajal_core.checking.unknown import UNKNOWN, Unknown
from cajal_core.syntax import tree
from cajal_core.syntax.parse import parse

DIR, IMAGE = tys.Data("Dir", ("N", "E")), tys.Space("Image", (2, 2))
SCOPE = Scope({}, {"Dir": DIR, "Image": IMAGE, "Lost": None}, {"N": DIR, "E": DIR}, nat_size=10)


def resolved(text: str) -> tuple[tys.Type | Unknown, Record]:
    [item] = parse(Source("cell", f"extern x : {text}"))
    assert isinstance(item, tree.Extern)
    record = Record()
    return resolve(item.type, SCOPE, record), record


def test_what_is_written_is_what_is_meant() -> None:
    type, record = resolved("Bool * Nat -o Image -o Dir * (Unit * Nat[3])")
    inner = tys.Product(tys.Unit(), tys.Nat(3))
    assert type == tys.Arrow(tys.Product(tys.Bool(), tys.Nat(10)), tys.Arrow(IMAGE, tys.Product(DIR, inner)))
    assert record.types == {"Image", "Dir"}
    assert record.is_right


@pytest.mark.parametrize(
    ("text", "title", "advice"),
    [
        ("Bool -o Imag", "unknown type `Imag`", "did you mean `Image`?"),
        ("Boolean * Bool", "unknown type `Boolean`", "did you mean `Bool`?"),
        ("N", "unknown type `N`", "`N` is a constructor of Dir"),
        ("Weather", "unknown type `Weather`", "declare it: `space Weather[…]` or `data Weather = …`"),
    ],
)
def test_a_type_that_is_not_declared(text: str, title: str, advice: str) -> None:
    type, record = resolved(text)
    assert type == UNKNOWN
    assert [(mistake.title, mistake.help) for mistake in record.mistakes] == [(title, advice)]


def test_a_type_that_is_declared_and_broken_is_no_new_mistake() -> None:
    type, record = resolved("Bool -o Lost")
    assert (type, record.mistakes) == (UNKNOWN, [])
    assert not record.is_right


def test_a_nat_of_no_numbers() -> None:
    type, record = resolved("Nat[0]")
    assert type == tys.Nat(0)
    assert [mistake.title for mistake in record.mistakes] == ["Nat needs a size of at least 1"]
