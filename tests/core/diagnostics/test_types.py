"""What a mistake of typing says, depending on where its reason stands."""

from cajal_core.base.source import Source, Span
from cajal_core.diagnostics.mistake import Label
from cajal_core.diagnostics.types import Mismatch, NotData, NotFunction

SOURCE = Source("cell", "def f (x : Bool) : Nat = x")
TYPE, BODY = Span(SOURCE, 19, 22), Span(SOURCE, 25, 26)


def test_a_reason_in_the_source_is_a_note_and_else_stands_with_the_culprit() -> None:
    because = Label(TYPE, "the declared type: Nat")
    noted = Mismatch(BODY, "Nat", "Bool", because, "the declared type", "T-Def")
    assert (noted.label.text, noted.notes) == ("this is Bool", (because,))
    told = Mismatch(BODY, "Bool", "Nat", None, "a condition is a Bool", "T-If")
    assert (told.label.text, told.notes) == ("this is Nat; a condition is a Bool", ())
    assert (noted.rule, told.rule) == ("T-Def", "T-If")


def test_the_size_of_nat_is_told_where_two_sizes_meet() -> None:
    assert Mismatch(BODY, "Nat", "Nat[3]", None, "", "T-App", 10).help == "`Nat` is Nat[10] here"
    assert Mismatch(BODY, "Nat", "Bool", None, "", "T-App").help is None


def test_the_rule_is_that_of_the_word() -> None:
    assert NotData(BODY, "copy", "Image", "x").rule == "T-Copy"
    assert NotData(BODY, "drop", "Image", "x").rule == "T-Drop"


def test_source_in_a_sentence_is_one_short_line() -> None:
    source = Source("cell", "true\n  true")
    mistake = NotFunction(Span(source, 0, len(source.text)), BODY, "Bool")
    assert mistake.title.startswith("`true true` is no function")
    long = Source("cell", "true " * 20)
    assert "…` is no function" in NotFunction(Span(long, 0, 99), BODY, "Bool").title
    assert len(NotFunction(Span(long, 0, 99), BODY, "Bool").title) < 90
