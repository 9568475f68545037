"""What a mistake of `case` advises."""

import pytest

from cajal_core.base import tys
from cajal_core.base.source import Source, Span
from cajal_core.diagnostics.cases import MissingArms, NotCases

SPAN = Span(Source("cell", "x"), 0, 1)


@pytest.mark.parametrize(
    ("type", "form"),
    [
        (tys.Bool(), "`if c then s else t`"),
        (tys.Nat(3), "`iter n { zero => b | succ x => s }`"),
        # What is shown begins as a number's type does.
        (tys.Product(tys.Nat(3), tys.Bool()), None),
        (tys.Arrow(tys.Nat(3), tys.Bool()), None),
        (tys.Space("Nation", (2,)), None),
    ],
)
def test_the_form_to_use_instead(type: tys.Type, form: str | None) -> None:
    mistake = NotCases(SPAN, str(type), type)
    if form is None:
        assert mistake.help is None
    else:
        assert form in str(mistake.help)


def test_missing_arms_are_counted() -> None:
    assert MissingArms(SPAN, "Dir", ("N",)).title == "the `case` lacks the arm of `N`"
    assert MissingArms(SPAN, "Dir", ("N", "E")).title == "the `case` lacks the arms of `N`, `E`"
