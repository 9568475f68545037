"""Which rule and which words a mistake of linear use takes from its fields."""

from dataclasses import replace

import pytest

from cajal_core.base.source import Source, Span
from cajal_core.diagnostics.linear import (
    Branch,
    BranchesDiffer,
    Captured,
    CaseArm,
    IfBranch,
    MissingReusable,
    Unused,
    UsedTwice,
    Variable,
)

SPAN = Span(Source("cell", "x"), 0, 1)
DATA = Variable("x", SPAN, "Bool", is_data=True)
SPACE = Variable("x", SPAN, "V", is_data=False)
CLOSED = replace(SPACE, binding="let")
OPEN = replace(CLOSED, made_of=("y",))


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
    mistake = BranchesDiffer(DATA, SPAN, SPAN, branch)
    assert (mistake.rule, mistake.title) == (rule, title)


def test_the_way_out_depends_on_what_the_variable_is() -> None:
    assert "`copy x as (x1, x2) in …`" in UsedTwice(DATA, SPAN, SPAN).help
    assert "`def x …`" in UsedTwice(CLOSED, SPAN, SPAN).help
    assert "write what `x` is bound to" in UsedTwice(OPEN, SPAN, SPAN).help
    assert "mark it reusable, as a parameter of a `def`: `(!x : V)`" in UsedTwice(SPACE, SPAN, SPAN).help
    assert "`(!x : V)`" in UsedTwice(replace(SPACE, binding="part"), SPAN, SPAN).help
    assert "a step uses its state" in Unused(replace(SPACE, binding="state")).help
    assert "`drop x in …`" in Unused(DATA).help
    assert "`drop x1 in …`" in Unused(DATA, hidden=True).help
    assert "`(!x : V)`" in Unused(SPACE).help
    assert "`drop x in …`" in BranchesDiffer(DATA, SPAN, SPAN, IfBranch.THEN).help
    assert "`(!x : V)`" in BranchesDiffer(SPACE, SPAN, SPAN, IfBranch.THEN).help


def test_what_a_step_may_do_instead_of_a_capture() -> None:
    assert "carry `x` in the state" in Captured(DATA, SPAN).help
    assert "`def f (!x : V) … = …`" in Captured(SPACE, SPAN).help
    assert "`def x : V = …`" in Captured(CLOSED, SPAN).help
    assert "a term over `y`: carry that in the state" in Captured(OPEN, SPAN).help
    assert Captured(SPACE, SPAN, state="j").help == "did you mean `j`, the state so far?"


def test_a_parameter_is_marked_by_an_edit() -> None:
    parameter = replace(SPACE, binding="def")
    assert [edit.text for edit in UsedTwice(parameter, SPAN, SPAN).edits] == ["!"]
    assert [edit.text for edit in Captured(parameter, SPAN).edits] == ["!"]
    assert Captured(replace(DATA, binding="def"), SPAN).edits == ()
    assert Unused(SPACE).edits == ()


def test_reusable_arguments_are_counted() -> None:
    assert MissingReusable(SPAN, "f", 1).title == "`f` is named without its reusable argument"
    assert MissingReusable(SPAN, "f", 2).title == "`f` is named without its 2 reusable arguments"
