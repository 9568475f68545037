"""The reference interpreter counts results: on terms made by hand, each case of what has none or several."""

from __future__ import annotations

import pytest

from cajal_core import CajalError
from cajal_core.base import tys
from cajal_core.diagnostics.runtime import Fails, ListOverflow, Overflow, UnequalLists
from cajal_core.terms import core
from cajal_core.terms.evaluate import evaluate
from cajal_core.terms.verify import verify_core
from tests.core.terms.build import (
    BOOL,
    FALSE,
    HERE,
    NAT,
    TRUE,
    app,
    choice,
    choose,
    dictionary,
    drop,
    either,
    elements,
    fail,
    iterate,
    lam,
    let,
    number,
    pair,
    pick,
    power,
    succ,
    var,
    variable,
)
from tests.cpu import cpu_time

X, Y, N = variable("x", BOOL), variable("y", BOOL), variable("n", NAT)
SHAPE = tys.Data("Shape", ("Dot", "Box"), ((), (NAT, tys.Product(BOOL, NAT))))
BOX = core.Constructor(1, SHAPE, span=HERE)
DOT = core.Constructor(0, SHAPE, span=HERE)
NODE = tys.Nat(3)
V, W, Z = variable("v", NODE), variable("w", NODE), variable("z", NODE)
ONE, TWO = number(1, NODE), number(2, NODE)
EDGE = core.Case(var(V), (either(ONE, TWO), TWO), (0, 1), lam(fail(NODE), W), NODE, span=HERE)
KEYS, VALUES = power(TRUE, either(TRUE, FALSE)), power(number(1), number(2))
OVERFLOW = succ(number(4))
NOT = lam(choose(var(X), FALSE, TRUE), X)
P = variable("p", tys.With((BOOL, NAT)))
S, T = variable("s", tys.Product(BOOL, NAT)), variable("t", NAT)


def case_nat(scrutinee: core.Term, zero: core.Term, rest: core.Term) -> core.Term:
    return core.CaseNat(scrutinee, zero, rest, zero.type, span=HERE)


def case_list(scrutinee: core.Term, nil: core.Term, rest: core.Term) -> core.Term:
    return core.CaseList(scrutinee, nil, rest, nil.type, span=HERE)


def fold(of: core.Term, base: core.Term, step: core.Term, order: str = "cons") -> core.Term:
    assert order in ("cons", "snoc")
    return core.Fold(of, base, order, X, N, step, NAT, span=HERE)


def zipped(*lists: core.Term) -> core.Term:
    names = (X, Y)[: len(lists)]
    body = pair(var(X), var(Y)) if len(lists) > 1 else choose(var(X), FALSE, TRUE)
    most = min(of.type.most for of in lists if isinstance(of.type, tys.List))
    return core.Comprehension(lists, names, body, tys.List(body.type, most), span=HERE)


#: One more, for `true` the least number that is not below it.
COUNT = choose(var(X), succ(var(N)), drop(var(N), number(0)))
REST = variable("r", tys.List(BOOL, 3))

RESULTS: list[tuple[core.Term, str]] = [
    (either(TRUE, FALSE), "true <|> false"),
    (either(FALSE, TRUE), "true <|> false"),
    (either(TRUE, fail()), "true"),
    (either(number(4), number(3), number(4)), "3 <|> 4 (2×)"),
    (either(TRUE, TRUE), "true (2×)"),
    (succ(either(number(1), number(3), number(1))), "2 (2×) <|> 4"),
    (choose(either(TRUE, FALSE), number(1), either(number(1), number(2))), "1 (2×) <|> 2"),
    (choose(FALSE, OVERFLOW, number(2)), "2"),
    (drop(either(TRUE, FALSE), number(2)), "2 (2×)"),
    (let(X, either(TRUE, FALSE), pair(var(X), var(X))), "(true, true) <|> (false, false)"),
    (pair(either(TRUE, FALSE), either(TRUE, TRUE)), "(true, true) (2×) <|> (false, true) (2×)"),
    # Functions need not be merged.
    (app(either(NOT, lam(var(X), X)), TRUE), "true <|> false"),
    (app(either(NOT, NOT), TRUE), "false (2×)"),
    (app(lam(pair(var(X), var(X)), X), either(TRUE, TRUE)), "(true, true) (2×)"),
    # Data
    (app(BOX, number(2), pair(TRUE, either(number(3), number(0)))), "Box 2 (true, 0) <|> Box 2 (true, 3)"),
    (either(app(BOX, number(0), pair(TRUE, number(0))), DOT), "Dot <|> Box 0 (true, 0)"),
    (
        core.Case(either(DOT, app(BOX, number(2), pair(TRUE, number(1)))),
                  (lam(drop(var(S), var(T)), T, S), number(0)), (1, 0), None, NAT, span=HERE),
        "0 <|> 2",
    ),
    (core.Case(number(3), (number(0),), (3,), lam(var(N), N), NAT, span=HERE), "0"),
    (core.Case(number(2), (number(0),), (3,), lam(var(N), N), NAT, span=HERE), "2"),
    (case_nat(number(3), number(0), lam(var(N), N)), "2"),
    (case_nat(number(0), number(4), lam(var(N), N)), "4"),
    # Paths
    (iterate(either(number(1), number(2)), number(0, NODE), V, EDGE), "1 <|> 2 (2×)"),
    (iterate(number(0), number(0, NODE), V, EDGE), "0"),
    # Alternatives: what is not picked is not evaluated.
    (pick(choice(TRUE, OVERFLOW), 0), "true"),
    (pick(choose(either(TRUE, FALSE), choice(TRUE, OVERFLOW), choice(FALSE, OVERFLOW)), 0), "true <|> false"),
    (choice(TRUE, number(3)), "<true, 3>"),
    (choice(either(TRUE, FALSE), fail(), choice(number(1), DOT)), "<true <|> false, fail, <1, Dot>>"),
    (either(power(TRUE, TRUE), power(TRUE, FALSE)), "<true (2×), true <|> false>"),
    (core.Widen(power(TRUE, FALSE), tys.With((BOOL, BOOL)), span=HERE), "<true, false>"),
    # Dictionaries
    (app(dictionary(KEYS, VALUES), TRUE), "1 <|> 2"),
    (app(dictionary(KEYS, VALUES), FALSE), "2"),
    (app(dictionary(power(TRUE, FALSE), power(OVERFLOW, number(2))), FALSE), "2"),
    (app(dictionary(KEYS, VALUES), either(TRUE, TRUE)), "1 (2×) <|> 2 (2×)"),
    # Lists
    (elements(), "[]"),
    (elements(TRUE, either(FALSE, TRUE)), "[true, true] <|> [true, false]"),
    (either(elements(FALSE, FALSE), elements(TRUE), elements()), "[] <|> [true] <|> [false, false]"),
    (core.Widen(elements(TRUE), tys.List(BOOL, 9), span=HERE), "[true]"),
    (fold(elements(TRUE, TRUE, FALSE), number(1), COUNT), "2"),
    (fold(elements(FALSE, TRUE, TRUE), number(1), COUNT), "0"),
    (fold(elements(TRUE, TRUE, FALSE), number(1), COUNT, "snoc"), "0"),
    (fold(elements(FALSE, TRUE, TRUE), number(1), COUNT, "snoc"), "2"),
    (fold(elements(), number(3), COUNT), "3"),
    (fold(elements(TRUE, either(TRUE, FALSE)), number(0), COUNT), "1 <|> 2"),
    (zipped(elements(TRUE, FALSE)), "[false, true]"),
    (zipped(elements(TRUE, FALSE), elements(FALSE, FALSE, most=2)), "[(true, false), (false, false)]"),
    (zipped(elements(either(TRUE, FALSE))), "[true] <|> [false]"),
    (case_list(elements(TRUE, FALSE), elements(), lam(drop(var(X), var(REST)), X, REST)), "[false]"),
    (case_list(elements(), TRUE, lam(drop(var(REST), var(X)), X, REST)), "true"),
]  # fmt: skip


@pytest.mark.parametrize(("term", "shown"), RESULTS)
def test_results(term: core.Term, shown: str) -> None:
    verify_core(term, auto=True)
    assert str(evaluate(term)) == shown


FAILURES: list[core.Term] = [
    fail(),
    either(fail(), fail()),
    fail(tys.With((BOOL, NAT))),
    succ(fail(NAT)),
    iterate(number(4), number(0, NODE), V, EDGE),
    iterate(fail(NAT), TRUE, X, var(X)),
    pick(choice(TRUE, fail()), 1),
    app(dictionary(power(TRUE, TRUE), VALUES), FALSE),
    # After a `fail` there is no way on, so that nothing there overflows.
    pair(fail(), OVERFLOW),
    let(X, fail(), drop(var(X), OVERFLOW)),
    elements(fail(), TRUE, TRUE, TRUE, most=4),
    zipped(elements(TRUE, fail())),
    fold(elements(TRUE), fail(NAT), COUNT),
]


@pytest.mark.parametrize("term", FAILURES)
def test_no_result(term: core.Term) -> None:
    verify_core(term, auto=True)
    with pytest.raises(CajalError) as caught:
        evaluate(term)
    [mistake] = caught.value.errors
    assert isinstance(mistake, Fails)
    assert mistake.span == HERE


OVERFLOWS: list[tuple[core.Term, type, str]] = [
    (either(number(0), OVERFLOW), Overflow, "succ 4 does not fit"),
    (either(OVERFLOW, number(0)), Overflow, "succ 4 does not fit"),
    (succ(either(number(0), number(4))), Overflow, "succ 4 does not fit"),
    (choice(TRUE, OVERFLOW), Overflow, "succ 4 does not fit"),
    (app(dictionary(power(number(0), OVERFLOW), VALUES), number(0)), Overflow, "succ 4 does not fit"),
    (let(N, OVERFLOW, fail()), Overflow, "succ 4 does not fit"),
    (elements(TRUE, FALSE, most=1), ListOverflow, r"a list of 2 elements does not fit List\[1\] Bool"),
    (either(elements(most=1), elements(TRUE, FALSE, most=1)), ListOverflow, "element 2 is one too many"),
    (zipped(elements(TRUE), elements(TRUE, TRUE)), UnequalLists, "lists of 1 and 2 elements do not go in"),
    (zipped(elements(), either(elements(), elements(TRUE))), UnequalLists, "lists of 0 and 1 elements"),
]


@pytest.mark.parametrize(("term", "kind", "title"), OVERFLOWS)
def test_an_overflow_on_a_way_that_is_taken(term: core.Term, kind: type, title: str) -> None:
    verify_core(term, auto=True)
    with pytest.raises(CajalError, match=title) as caught:
        evaluate(term)
    assert isinstance(caught.value.errors[0], kind)
    if kind is not Overflow:
        with pytest.raises(CajalError, match=title):
            evaluate(term, "saturate")


def test_a_component_is_evaluated_once() -> None:
    """Each definition picks a component of the one before it twice, so the last would take 2¹⁰⁰ steps."""
    type = tys.With((BOOL, BOOL))
    term: core.Term = choice(TRUE, FALSE)
    for _ in range(100):
        before = core.Ref(core.Definition("b", type, term), span=HERE)
        term = choice(choose(pick(before, 0), pick(before, 0), FALSE), pick(before, 1))
    assert str(evaluate(pick(term, 0))) == "true"


def test_results_are_merged_at_every_step() -> None:
    """There are 2²⁰⁰⁰ paths, and two results; so many are not written out."""
    big = tys.Nat(2001)
    step = drop(var(X), either(TRUE, FALSE))
    with cpu_time(at_most=20):
        shown = str(evaluate(iterate(number(2000, big), TRUE, X, step)))
        assert shown == "true (about 10^602×) <|> false (about 10^602×)"


def test_results_too_many_to_count_are_given_up() -> None:
    both = either(TRUE, FALSE)
    with pytest.raises(CajalError, match=r"it takes more than 1,000,000 steps"):
        evaluate(elements(*[both] * 30, most=30))


def test_a_reusable_argument_chooses_at_each_use() -> None:
    """It is passed by name."""
    inner = variable("x", BOOL, reusable=True)
    type = tys.Arrow(BOOL, tys.Product(BOOL, BOOL), reusable=True)
    body = core.Lam(inner, pair(var(inner), var(inner)), type, span=HERE)
    twice = core.Definition("twice", type, body, (inner,))
    term = core.Instance(twice, (either(TRUE, FALSE),), tys.Product(BOOL, BOOL), span=HERE)
    expected = "(true, true) <|> (true, false) <|> (false, true) <|> (false, false)"
    assert str(evaluate(term)) == expected


def test_what_is_left_has_no_value() -> None:
    with pytest.raises(CajalError, match="it is a function"):
        evaluate(dictionary(KEYS, VALUES))
    with pytest.raises(CajalError, match="it is no data"):
        evaluate(choice(NOT, TRUE))
