"""The first half of the driver: which passes run, and the text of what they make."""

from __future__ import annotations

import pytest

from cajal_core import InternalError, Program
from cajal_core.base import tys
from cajal_core.base.passes import Passes
from cajal_core.base.source import Source
from cajal_core.checking.context import Scope
from cajal_core.checking.elaborate import core_text, elaborate
from cajal_core.syntax import tree
from cajal_core.syntax.parse import parse
from cajal_core.terms import core


def item(text: str) -> tree.Item:
    [item] = parse(Source("cell", text))
    return item


@pytest.fixture
def auto() -> Program:
    return Program(auto=True)


@pytest.mark.parametrize(
    ("is_auto", "text", "names", "with_copies"),
    [
        (False, r"\x:Bool. x", ["check"], None),
        (True, r"\x:Bool. x", ["check", "insert_copies"], None),
        (True, r"\x:Bool. ()", ["check", "insert_copies"], r"\x:Bool. drop x in ()"),
        (True, "extern f : Bool", ["check", "insert_copies"], None),
        (True, "nope", ["check", "insert_copies"], None),
    ],
)
def test_copies_are_put_in_where_they_are_asked_for(
    is_auto: bool, text: str, names: list[str], with_copies: str | None
) -> None:
    runs = list[str]()
    passes = Passes(observe=lambda name, _: runs.append(name))
    checked = elaborate(item(text), Scope({}, {}, {}, 10, auto=is_auto), passes)
    assert runs == names
    assert checked.with_copies == with_copies
    assert bool(checked.mistakes) == (text == "nope")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (r"def f (x:Bool) : Bool -o V = ((\y. g x y))", r"def f (x : Bool) : Bool -o V = \y:Bool. g x y"),
        ("def f (!x : Bool) (y:V) : V = (y)", "def f (!x : Bool) (y : V) : V = y"),
        ("extern f : (Bool) -o V", "extern f : Bool -o V"),
        ("learn f : (V)", "learn f : V"),
        ("space W[2,3]", "space W[2, 3]"),
        ("data Side = L|R", "data Side = L | R"),
        (r"\(x:Bool) (y:Nat). ((y), x)", r"\x:Bool. \y:Nat. (y, x)"),
    ],
)
def test_the_core_is_written_as_cajal(text: str, written: str) -> None:
    space = tys.Space("V", (2,))
    function = core.Extern("g", tys.Arrow(tys.Bool(), tys.Arrow(tys.Bool(), space)))
    parsed = item(text)
    elaborated = elaborate(parsed, Scope({"g": function}, {"V": space}, {}, 10), Passes()).elaborated
    assert elaborated is not None
    assert core_text(parsed, elaborated) == written


def test_a_definition_shows_its_parameters(auto: Program) -> None:
    [result] = auto.run("def xor (x : Bool) (y : Bool) : Bool = if x then (if y then false else true) else y")
    assert result.elaborated is None
    [result] = auto.run("def first (x : Bool) (y : Bool) : Bool = x")
    assert result.elaborated == "def first (x : Bool) (y : Bool) : Bool = drop y in x"


def test_wrongly_inserted_copies_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cajal_core.checking.elaborate.insert", lambda term: (term, True))
    with pytest.raises(InternalError, match="used twice"):
        Program(auto=True).run(r"\x:Bool. (x, x)")
