"""Γ: which variable a name is, and the mistakes of its use."""

from __future__ import annotations

from cajal_core.base import tys
from cajal_core.base.source import Source, Span
from cajal_core.checking.context import Context, Uses, add
from cajal_core.checking.record import Record
from cajal_core.checking.unknown import UNKNOWN
from cajal_core.diagnostics.linear import CaseArm, IfBranch, Side
from cajal_core.syntax import tree

SOURCE = Source("cell", "x" * 10)
HERE, THERE = Span(SOURCE, 0, 1), Span(SOURCE, 5, 6)
X = tree.Binder("x", span=HERE)
SPACE = tys.Space("V", (3,))


def titles(context: Context) -> list[str]:
    return [mistake.title for mistake in context.record.mistakes]


def test_a_name_is_its_innermost_variable() -> None:
    context = Context(Record())
    outer = context.open(X, tys.Bool())
    inner = context.open(X, SPACE)
    assert context.innermost("x") is inner
    context.close(inner, {inner: [HERE]})
    assert context.innermost("x") is outer
    context.close(outer, {outer: [HERE]})
    assert context.innermost("x") is None
    assert titles(context) == []


def test_closing_counts_the_uses_and_takes_them_out() -> None:
    context = Context(Record())
    other = context.open(tree.Binder("y", span=HERE), SPACE)
    for spans in ([], [HERE], [HERE, THERE]):
        variable = context.open(X, SPACE)
        uses: Uses = {other: [HERE], variable: spans}
        context.close(variable, uses)
        assert uses == {other: [HERE]}
    assert titles(context) == ["`x` is never used", "`x` is used twice"]


def test_what_is_not_counted() -> None:
    context = Context(Record(), auto=True)
    for variable in (
        context.open(X, tys.Bool()),  # copies of data are put in
        context.open(X, SPACE, reusable=True),
        context.open(X, UNKNOWN),
    ):
        context.close(variable, {})
    blamed = context.open(X, SPACE)
    blamed.blamed = True
    context.close(blamed, {})
    assert titles(context) == []
    context.close(context.open(X, SPACE), {})
    assert titles(context) == ["`x` is never used"]


def test_a_step_may_not_look_outside() -> None:
    context = Context(Record())
    context.open(X, SPACE)
    reusable = context.open(tree.Binder("f", span=HERE), SPACE, reusable=True)
    context.steps.append("iter")
    inside = context.open(tree.Binder("y", span=HERE), SPACE)
    assert context.use("y", HERE) is inside
    assert context.use("f", HERE) is reusable
    assert titles(context) == []
    context.use("x", HERE)
    context.use("x", THERE)  # it was blamed once, which is enough
    assert titles(context) == ["the step of `iter` uses `x` from outside"]


def test_branches_use_the_same_variables() -> None:
    context = Context(Record())
    variable = context.open(X, SPACE)
    uses: Uses = {variable: [HERE]}
    assert context.join([(IfBranch.THEN, HERE, uses, False), (IfBranch.ELSE, THERE, uses, False)], {}) == uses
    assert titles(context) == []
    joined = context.join([(CaseArm("N"), HERE, uses, False), (CaseArm("E"), THERE, {}, False)], {})
    assert joined == uses
    assert titles(context) == ["the arm of `E` does not use `x`"]
    assert context.record.mistakes[0].span == THERE


def test_a_fail_uses_what_the_other_branches_use() -> None:
    context = Context(Record())
    variable = context.open(X, SPACE)
    uses: Uses = {variable: [HERE]}
    assert context.join([(Side("<|>", 1), HERE, uses, False), (Side("<|>", 2), THERE, {}, True)], {}) == uses
    assert titles(context) == []
    # One that the branch with the `fail` uses itself, the other has to use as well.
    context.join([(Side("<|>", 1), HERE, {}, False), (Side("<|>", 2), THERE, uses, True)], {})
    assert titles(context) == ["the left side of `<|>` does not use `x`"]


def test_a_fail_uses_up_what_has_no_use() -> None:
    context = Context(Record())
    context.close(context.open(X, SPACE), {}, absorbs=True)
    assert titles(context) == []
    twice = context.open(X, SPACE)
    context.close(twice, {twice: [HERE, THERE]}, absorbs=True)
    assert titles(context) == ["`x` is used twice"]


def test_a_variable_of_the_condition_is_left_to_be_counted() -> None:
    context = Context(Record())
    variable = context.open(X, SPACE)
    uses: Uses = {variable: [THERE]}
    before: Uses = {variable: [HERE]}
    add(before, context.join([(IfBranch.THEN, HERE, uses, False), (IfBranch.ELSE, THERE, {}, False)], before))
    context.close(variable, before)
    assert titles(context) == ["`x` is used twice"]
