"""What the rules say of each kind of item."""

from __future__ import annotations

import pytest

from cajal_core.base import tys
from cajal_core.base.source import Source
from cajal_core.checking.check import Checked, check
from cajal_core.checking.context import Scope
from cajal_core.syntax.parse import parse
from cajal_core.terms import core

BOOL = tys.Bool()
DIR, IMAGE = tys.Data("Dir", ("N", "E")), tys.Space("Image", (2, 3))
SCOPE = Scope(
    {"f": core.Extern("f", tys.Arrow(IMAGE, BOOL)), "w": core.Learn("w", BOOL)},
    {"Dir": DIR, "Image": IMAGE},
    {"N": DIR, "E": DIR},
    nat_size=10,
)


def checked(text: str) -> Checked:
    [item] = parse(Source("cell", text))
    return check(item, SCOPE)


@pytest.mark.parametrize(
    ("text", "elaborated", "declared"),
    [
        ("extern g : Dir -o Nat[3]", core.Extern("g", tys.Arrow(DIR, tys.Nat(3))), "Dir -o Nat[3]"),
        ("learn g : Image", core.Learn("g", IMAGE), "Image"),
        ("space V[2, 3]", tys.Space("V", (2, 3)), "None"),
        ("data Side = L | R", tys.Data("Side", ("L", "R")), "None"),
    ],
)
def test_a_declaration_is_what_it_states(text: str, elaborated: object, declared: str) -> None:
    result = checked(text)
    assert result.mistakes == ()
    assert result.elaborated == elaborated
    assert str(result.declared) == declared


def test_parameters_are_lambdas() -> None:
    definition = checked("def g (!h : Bool -o Bool) (x : Bool) : Bool = h x").elaborated
    assert isinstance(definition, core.Definition)
    assert str(definition.type) == "!(Bool -o Bool) -o Bool -o Bool"
    outer = definition.body
    assert isinstance(outer, core.Lam) and isinstance(outer.body, core.Lam)
    assert definition.reusable == (outer.binder,)
    assert isinstance(outer.body.body, core.App)
    assert outer.type == definition.type


def test_a_definition_has_the_parameters_that_it_reaches() -> None:
    definition = checked("def g (i : Image) : Bool = if w then f i else f i").elaborated
    assert isinstance(definition, core.Definition)
    assert set(definition.parameters) == {SCOPE.names["w"], SCOPE.names["f"]}


def test_an_item_mentions_names_types_and_constructors_of_the_scope() -> None:
    text = "def g (w : Dir) (i : Image) : Bool * Dir = (f i, case w { N => E | E => N })"
    mentioned = checked(text).mentioned
    assert (mentioned.names, mentioned.types, mentioned.constructors) == ({"f"}, {"Dir", "Image"}, {"N", "E"})


@pytest.mark.parametrize(
    ("text", "title", "declared"),
    [
        ("def g (x : Bool) : Dir = x", "expected Dir, got Bool", "Bool -o Dir"),
        ("def g (x : Dim) : Dir = N", "unknown type `Dim`", "None"),
        ("extern g : Dim", "unknown type `Dim`", "None"),
        ("space V[2, 0]", "the space `V` needs a size of at least 1", "None"),
    ],
)
def test_a_wrong_item_has_no_core_and_states_its_type_if_that_can_be_told(
    text: str, title: str, declared: str
) -> None:
    result = checked(text)
    assert result.elaborated is None
    assert [mistake.title for mistake in result.mistakes][:1] == [title]
    assert str(result.declared) == declared


@pytest.mark.parametrize(
    ("text", "blamed"),
    [
        ("data Side = L | R | L", ["L"]),
        ("data Side = N | R", ["N"]),
        ("data Dir = N | S", []),  # declared again, it keeps its own
        ("data Dir = N | S | N", ["N"]),
    ],
)
def test_a_constructor_belongs_to_one_type(text: str, blamed: list[str]) -> None:
    mistakes = checked(text).mistakes
    assert [mistake.span and mistake.span.text for mistake in mistakes] == blamed


def test_reusable_parameters_come_first() -> None:
    text = "def g (!a : Bool) (x : Bool) (!b : Bool) : Bool = x"
    [late] = checked(text).mistakes
    assert late.span and late.span.text == "(!b : Bool)"
