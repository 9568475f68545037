"""Which rule and which words a mistake of linear use takes from its fields."""

import pytest

from cajal_core.base.source import Source, Span
from cajal_core.diagnostics.linear import (
    Branch,
    BranchesDiffer,
    CaseArm,
    IfBranch,
    MissingReusable,
    Unused,
    UsedTwice,
)

SPAN = Span(Source("cell", "x"), 0, 1)


@pytest.mark.parametrize(
    ("branch", "rule", "title"),
    [
        (IfBranch.THEN, "T-If", "the `then` branch does not use `x`"),
        (IfBranch.ELSE, "T-If", "the `else` branch does not use `x`"),
        (CaseArm("North"), "T-Case", "the arm of `North` does not use `x`"),
        # A constructor's name says nothing of the form that it stands in.
        (CaseArm("then"), "T-Case", "the arm of `then` does not use `x`"),
    ],
)
def test_the_branch_that_lacks_a_variable(branch: Branch, rule: str, title: str) -> None:
    mistake = BranchesDiffer("x", SPAN, SPAN, branch, is_data=True)
    assert (mistake.rule, mistake.title) == (rule, title)


def test_the_way_out_depends_on_what_the_variable_is() -> None:
    assert "`copy x as (x1, x2) in …`" in UsedTwice("x", SPAN, SPAN, is_data=True).help
    assert "`def x …`" in UsedTwice("x", SPAN, SPAN, is_data=False, is_closed_function=True).help
    assert UsedTwice("x", SPAN, SPAN, is_data=False).help.endswith("only data can be copied")
    assert "`drop x in …`" in Unused("x", SPAN, is_data=True).help
    assert Unused("x", SPAN, is_data=False).help.endswith("only data can be dropped")


def test_reusable_arguments_are_counted() -> None:
    assert MissingReusable(SPAN, "f", 1).title == "`f` is named without its reusable argument"
    assert MissingReusable(SPAN, "f", 2).title == "`f` is named without its 2 reusable arguments"
