"""What a top-level name or constructor stands for, and what the record keeps of it."""

from __future__ import annotations

import pytest

from cajal_core.base import tys
from cajal_core.base.source import Source, Span
from cajal_core.checking.context import Context, Scope
from cajal_core.checking.names import Names
from cajal_core.checking.record import Record
from cajal_core.checking.unknown import UNKNOWN
from cajal_core.syntax import tree
from cajal_core.syntax.habits import RECURSION
from cajal_core.terms import core

SPAN = Span(Source("cell", "x"), 0, 1)
BOOL = tys.Bool()
DIR = tys.Data("Dir", ("N", "E"))
NEWER, OLDER = core.Extern("f", BOOL), core.Learn("f", BOOL)
USE = core.Definition("use", BOOL, core.Param(OLDER, span=SPAN), parameters=(OLDER,))


@pytest.fixture
def names() -> Names:
    scope = Scope(
        {"f": NEWER, "use": USE, "lost": None},
        {"Dir": DIR, "Image": tys.Space("Image", (2,))},
        {"N": DIR, "E": DIR, "Lost": None},
        nat_size=10,
        coming=frozenset({"later"}),
    )
    record = Record()
    return Names(scope, Context(record), record)


def mistakes(names: Names) -> list[tuple[str, str | None]]:
    return [(mistake.title, mistake.help) for mistake in names.record.mistakes]


def test_what_is_looked_up_is_mentioned(names: Names) -> None:
    term, type = names.top_level("f", SPAN)
    assert isinstance(term, core.Param) and term.target is NEWER and type == BOOL
    term, type = names.constructor("E", SPAN)
    assert isinstance(term, core.Constructor) and (term.index, type) == (1, DIR)
    assert (names.record.names, names.record.constructors) == ({"f"}, {"E"})
    assert names.record.parameters == {"f": NEWER}
    assert names.record.is_right


def test_what_is_declared_and_broken_is_no_new_mistake(names: Names) -> None:
    assert names.top_level("lost", SPAN)[1] == UNKNOWN
    assert names.constructor("Lost", SPAN)[1] == UNKNOWN
    assert mistakes(names) == []
    assert not names.record.is_right


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("uze", "did you mean `use`?"),
        ("later", RECURSION),
        ("zzzz", None),
    ],
)
def test_the_advice_for_an_unknown_name(names: Names, name: str, advice: str | None) -> None:
    assert names.top_level(name, SPAN)[1] == UNKNOWN
    assert mistakes(names) == [(f"unknown name `{name}`", advice)]


def test_a_type_is_no_constructor(names: Names) -> None:
    names.constructor("Dir", SPAN)
    names.constructor("Image", SPAN)
    assert mistakes(names) == [
        ("`Dir` is a type, not a term", "its values are `N`, `E`"),
        ("`Image` is a type, not a term", "its values come from Python: `extern x : Image`"),
    ]


def test_two_parameters_of_one_name_do_not_meet(names: Names) -> None:
    names.top_level("use", SPAN)
    names.top_level("use", SPAN)
    assert mistakes(names) == []
    names.top_level("f", SPAN)
    assert [title for title, _ in mistakes(names)] == [
        "`f` is reached with two meanings: `learn f : Bool` and `extern f : Bool`"
    ]


def test_a_word_of_another_language_is_foreign_until_it_is_declared(names: Names) -> None:
    word = tree.Var("return", span=SPAN)
    assert names.is_foreign(word)
    names.context.open(tree.Binder("return", span=SPAN), BOOL)
    assert not names.is_foreign(word)
    assert not names.is_foreign(tree.Var("f", span=SPAN))
