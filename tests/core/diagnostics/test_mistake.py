"""What every mistake has, whatever its kind says of itself."""

from cajal_core.base.source import Source, Span
from cajal_core.diagnostics.cases import RepeatedArm
from cajal_core.diagnostics.render import render
from cajal_core.diagnostics.runtime import BadNatSize

SOURCE = Source("cell", "case d { N => true | N => false }")


def test_a_mistake_without_a_place_says_only_what_is_wrong() -> None:
    mistake = BadNatSize(0)
    assert (mistake.label, mistake.span, mistake.notes) == (None, None, ())
    assert (mistake.help, mistake.rule) == (None, None)
    assert render(mistake) == mistake.title


def test_the_place_is_that_of_the_label() -> None:
    first, again = Span(SOURCE, 9, 10), Span(SOURCE, 21, 22)
    mistake = RepeatedArm(again, first, "N")
    assert mistake.span == again
    assert [note.span for note in mistake.notes] == [first]
    assert mistake.rule == RepeatedArm.RULE == "T-Case"
