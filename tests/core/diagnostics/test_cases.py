"""What a mistake of `case` advises."""

import pytest

from cajal_core.base import tys
from cajal_core.base.source import Source, Span
from cajal_core.diagnostics.cases import MissingArms, NotCases

SPAN = Span(Source("cell", "x"), 0, 1)


@pytest.mark.parametrize(
    ("type", "form"),
    [
        (tys.With((tys.Bool(), tys.Unit())), "picked: `p.1`"),
        (tys.Power(tys.Bool(), 3), "picked: `p.1`"),
        (tys.Arrow(tys.Nat(3), tys.Bool()), "applied first"),
        (tys.Space("Nation", (2,)), "if f x then s else t"),
    ],
)
def test_the_form_to_use_instead(type: tys.Type, form: str) -> None:
    assert form in str(NotCases(SPAN, str(type), type).help)


def test_missing_arms_are_counted() -> None:
    assert MissingArms(SPAN, "Dir", ("N",)).title == "the `case` lacks the arm of `N`"
    assert MissingArms(SPAN, "Dir", ("N", "E")).title == "the `case` lacks the arms of `N`, `E`"
