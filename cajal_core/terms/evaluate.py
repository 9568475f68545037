"""The reference interpreter of the typed core: what a program means, by value.

It shares nothing with the compiler, so the two can be compared. Arguments, bound terms and counts are
evaluated before they are used; what follows is evaluated for each of their results, and not at all where
there is none. Environments hold one result a variable, and are never changed in place.

This is more than 300 lines, because the cases of one closed union stand together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import assert_never

from cajal_core.base import tys
from cajal_core.base.recursion import deep
from cajal_core.base.source import Span
from cajal_core.diagnostics.errors import CajalError, InternalError
from cajal_core.diagnostics.runtime import Fails, ListOverflow, NoValue, Overflow, UnequalLists
from cajal_core.terms import core
from cajal_core.terms.results import (
    Choices,
    Closure,
    Environment,
    Lookup,
    Made,
    Merger,
    Outcome,
    Partial,
    Result,
    Several,
    Thunk,
    counted,
    value,
)
from cajal_core.terms.values import Components, OverflowMode, Superposition, Value

#: Evaluations of more steps are given up: some definitions double the work of another.
LONGEST_RUN = 1_000_000

_FIRST, _SECOND = Made(0), Made(1)


@dataclass(slots=True)
class Budget:
    """How many steps are left to evaluations that share it. Each may take a few more, if none is left."""

    steps: int = field(default_factory=lambda: LONGEST_RUN)


def evaluate(
    term: core.Term,
    overflow: OverflowMode = "truncate",
    budget: Budget | None = None,
    given: Environment | None = None,
) -> Value:
    """The value of a term of a data type, or the results of each component of alternatives of such.

    One result is its value, several are a `Superposition`. `given` has the values of its free variables.

    Raises:
        CajalError: if the term is of another type, reaches what only Python knows, takes too many steps or
            fails; where a `succ` overflows while `overflow` is "truncate"; where a list is too long.
    """
    if not has_value(term.type):
        kind = "a function" if isinstance(term.type, tys.Arrow) else "no data"
        raise CajalError(NoValue(term.span, f"it is {kind}, {term.type}"))
    budget = budget or Budget()
    evaluator = _Evaluator(overflow, term.span, max(budget.steps, LONGEST_RUN // 1000))
    try:
        outcome = evaluator.term(term, given or {})
        if isinstance(outcome, Several) and outcome.why:
            raise CajalError(outcome.why)
        return evaluator.value(term.type, outcome)
    finally:
        budget.steps -= evaluator.work


@deep
def has_value(type: tys.Type) -> bool:
    """Whether a closed term of the type has a value to show: it is data, or alternatives of such."""
    if isinstance(type, tys.With | tys.Power):
        return all(map(has_value, type.parts))
    return tys.is_data(type)


def _parameter(target: core.Extern | core.Learn) -> str:
    match target:
        case core.Extern(name):
            return f"extern `{name}`"
        case core.Learn(name):
            return f"learned tensor `{name}`"
        case _:
            assert_never(target)


@dataclass(slots=True)
class _Evaluator:
    overflow: OverflowMode
    #: Where the term stands that is evaluated, whatever it calls.
    whole: Span
    most_steps: int
    #: Definitions are closed, so each is evaluated once.
    definitions: dict[core.Definition, Outcome] = field(default_factory=dict[core.Definition, Outcome])
    work: int = 0
    merger: Merger = field(init=False)

    def __post_init__(self) -> None:
        self.merger = Merger(self.spend)

    def spend(self, steps: int) -> None:
        self.work += steps
        if self.work > self.most_steps:
            raise CajalError(NoValue(self.whole, f"it takes more than {self.most_steps:,} steps"))

    @deep
    def value(self, type: tys.Type, outcome: Outcome) -> Value:
        """An outcome as it is shown."""
        parts = counted(outcome)
        if not parts:
            return Superposition(())
        if isinstance(type, tys.With | tys.Power):
            components = type.parts if isinstance(type, tys.With) else (type.base,) * type.count
            return Components(
                tuple(
                    [
                        self.value(component, self.merger.each(outcome, lambda it, at=at: self.pick(it, at)))
                        for at, component in enumerate(components)
                    ]
                )
            )
        made = dict[tuple[int, tys.Type], Value]()
        if not isinstance(outcome, Several):
            return value(type, outcome, made)
        ordered = self.merger.in_order(parts)
        return Superposition(tuple([(value(type, result, made), count) for result, count in ordered]))

    @deep
    def term(self, term: core.Term, environment: Environment) -> Outcome:
        self.spend(1)
        match term:
            case core.Var(binder):
                bound = environment[binder]
                return self.term(bound.term, bound.environment) if isinstance(bound, Thunk) else bound
            case core.Param(target):
                raise CajalError(NoValue(term.span, f"it needs the {_parameter(target)}"))
            case core.Instance(definition, arguments):
                reusable = _reusable(environment)
                thunks = [Thunk(argument, reusable) for argument in arguments]
                body = definition.body
                for _ in thunks:
                    assert isinstance(body, core.Lam)
                    body = body.body
                return self.term(body, dict(zip(definition.reusable, thunks, strict=True)))
            case core.Ref(definition):
                if definition not in self.definitions:
                    self.definitions[definition] = self.term(definition.body, {})
                return self.definitions[definition]
            case core.Lam(binder, body):
                return Closure(binder, body, environment)
            case core.App(function, argument):
                return self.both(function, argument, environment, lambda f, x: self.applied(term, f, x))
            case core.Boolean(value):
                return _FIRST if value else _SECOND
            case core.If(condition, consequent, alternative):
                return self.each(
                    condition,
                    environment,
                    lambda holds: self.term(alternative if _made(holds).place else consequent, environment),
                )
            case core.Numeral(value):
                return Made(value)
            case core.Succ(predecessor):
                return self.each(predecessor, environment, lambda number: self.successor(term, number))
            case core.Iter(count, base, binder, step):
                times, state = self.ways([count, base], environment)
                reusable = _reusable(environment)
                return self.repeated(
                    times, state, lambda before: self.term(step, {**reusable, binder: before})
                )
            case core.Let(binder, bound, body):
                return self.each(bound, environment, lambda x: self.term(body, {**environment, binder: x}))
            case core.Unit():
                return _FIRST
            case core.Constructor(index, data):
                fields = len(data.arguments(index))
                return Partial(index, fields) if fields else Made(index)
            case core.Case(scrutinee):
                return self.each(scrutinee, environment, lambda whole: self.case(term, whole, environment))
            case core.CaseNat(scrutinee, zero, succ):
                return self.each(
                    scrutinee,
                    environment,
                    lambda number: (
                        self.under(succ, environment, [Made(_made(number).place - 1)])
                        if _made(number).place
                        else self.term(zero, environment)
                    ),
                )
            case core.CaseList(scrutinee, nil, cons):
                return self.each(
                    scrutinee,
                    environment,
                    lambda whole: (
                        self.under(cons, environment, _taken(_made(whole).inside))
                        if _made(whole).inside
                        else self.term(nil, environment)
                    ),
                )
            case core.Pair(left, right):
                return self.both(left, right, environment, lambda x, y: Made(0, (x, y)))
            case core.LetPair(left, right, bound, body):
                return self.each(
                    bound,
                    environment,
                    lambda pair: self.term(
                        body,
                        {**environment, **dict(zip((left, right), _made(pair).inside, strict=True))},
                    ),
                )
            case core.Copy(original, copies, body):
                return self.each(
                    original,
                    environment,
                    lambda x: self.term(body, {**environment, **dict.fromkeys(copies, x)}),
                )
            case core.Drop(dropped, body):
                return self.both(dropped, body, environment, lambda _, rest: rest)
            case core.Alternatives(parts):
                return Choices(parts, environment)
            case core.Pick(alternatives, place):
                return self.each(alternatives, environment, lambda choices: self.pick(choices, place))
            case core.Fail():
                return Several((), Fails(term.span))
            case core.Or(left, right):
                sides = [self.term(left, environment), self.term(right, environment)]
                return self.merger.sum([(side, 1) for side in sides], None)
            case core.Nil():
                return Made(0)
            case core.Cons(head, tail):
                return self.both(head, tail, environment, lambda x, rest: self.longer(term, x, rest))
            case core.Fold(elements, base, order, element, state, step):
                lists, start = self.ways([elements, base], environment)
                reusable = _reusable(environment)
                return self.merger.each(
                    lists,
                    lambda whole: self.folded(
                        _made(whole).inside[:: -1 if order == "cons" else 1],
                        start,
                        lambda x, y: self.term(step, {**reusable, element: x, state: y}),
                    ),
                )
            case core.Comprehension(lists):
                return self.merger.together(
                    self.ways(lists, environment), lambda rows: self.comprehension(term, rows, environment)
                )
            case core.Dict(keys, values):
                return self.both(keys, values, environment, Lookup)
            case core.Widen(inner):
                return self.term(inner, environment)
            case _:
                assert_never(term)

    def ways(self, terms: Iterable[core.Term], environment: Environment) -> list[Outcome]:
        """The outcomes of some terms. Where one has no result, those after it are not evaluated."""
        outcomes = list[Outcome]()
        for term in terms:
            failed = bool(outcomes) and not counted(outcomes[-1])
            outcomes.append(outcomes[-1] if failed else self.term(term, environment))
        return outcomes

    def each(self, term: core.Term, environment: Environment, use: Callable[[Result], Outcome]) -> Outcome:
        return self.merger.each(self.term(term, environment), use)

    def both(
        self,
        first: core.Term,
        second: core.Term,
        environment: Environment,
        use: Callable[[Result, Result], Outcome],
    ) -> Outcome:
        return self.merger.together(self.ways((first, second), environment), lambda pair: use(*pair))

    def under(self, function: core.Term, environment: Environment, values: Iterable[Result]) -> Outcome:
        """The body of some lambdas, given their values."""
        for given in values:
            assert isinstance(function, core.Lam)
            environment, function = {**environment, function.binder: given}, function.body
        return self.term(function, environment)

    def applied(self, term: core.App, function: Result, argument: Result) -> Outcome:
        match function:
            case Closure(binder, body, environment):
                return self.term(body, {**environment, binder: argument})
            case Partial(place, fields, given):
                given = (*given, argument)
                return Made(place, given) if len(given) == fields else Partial(place, fields, given)
            case Lookup(keys, values):
                return self.looked_up(term, _choices(keys), _choices(values), argument)
            case Made() | Choices():
                raise InternalError(f"{function} is applied")
            case _:
                assert_never(function)

    def looked_up(self, term: core.App, keys: Choices, values: Choices, key: Result) -> Outcome:
        """The values at the keys that are equal to one."""
        total, wanted = list[tuple[Outcome, int]](), self.merger.number(key)
        for place in range(len(keys.parts)):
            equal = [
                count for own, count in counted(self.pick(keys, place)) if self.merger.number(own) == wanted
            ]
            if equal:
                total.append((self.pick(values, place), sum(equal)))
        return self.merger.sum(total, Fails(term.span, "no key is equal to the argument"))

    def pick(self, choices: Result, place: int) -> Outcome:
        choices = _choices(choices)
        if place not in choices.outcomes:
            choices.outcomes[place] = self.term(choices.parts[place], choices.environment)
        return choices.outcomes[place]

    def case(self, term: core.Case, whole: Result, environment: Environment) -> Outcome:
        made = _made(whole)
        if made.place in term.places:
            return self.under(term.arms[term.places.index(made.place)], environment, made.inside)
        assert term.rest is not None
        return self.under(term.rest, environment, (whole,))

    def repeated(self, times: Outcome, state: Outcome, step: Callable[[Result], Outcome]) -> Outcome:
        """The states after each number of steps that is a result."""
        counts = {_made(number).place: count for number, count in counted(times)}
        if not counts:
            return times
        total = list[tuple[Outcome, int]]()
        for done in range(max(counts) + 1):
            if done:
                state = self.merger.each(state, step)
            if done in counts:
                total.append((state, counts[done]))
            if not counted(state):
                total.append((state, 1))
                break
        return self.merger.sum(total, None) if isinstance(times, Several) else state

    def folded(
        self, elements: Iterable[Result], state: Outcome, step: Callable[[Result, Result], Outcome]
    ) -> Outcome:
        for element in elements:
            state = self.merger.each(state, lambda before, element=element: step(element, before))
        return state

    def comprehension(
        self, term: core.Comprehension, rows: tuple[Result, ...], environment: Environment
    ) -> Outcome:
        lengths = [_made(row).place for row in rows]
        if len(set(lengths)) > 1:
            raise CajalError(UnequalLists(term.span, tuple(lengths)))
        reusable, elements = _reusable(environment), list[Outcome]()
        for values in zip(*[_made(row).inside for row in rows], strict=True):
            elements.append(
                self.term(term.body, {**reusable, **dict(zip(term.variables, values, strict=True))})
            )
            if not counted(elements[-1]):
                return elements[-1]
        return self.merger.together(elements, lambda parts: Made(len(parts), parts))

    def longer(self, term: core.Cons, head: Result, tail: Result) -> Made:
        elements = (head, *_made(tail).inside)
        if len(elements) > term.type.most:
            raise CajalError(ListOverflow(term.span, len(elements), term.type))
        return Made(len(elements), elements)

    def successor(self, term: core.Succ, number: Result) -> Made:
        value = _made(number).place
        if value + 1 < term.type.size:
            return Made(value + 1)
        if self.overflow == "saturate":
            return Made(value)
        raise CajalError(Overflow(term.span, value, term.type.size))


def _taken(elements: tuple[Result, ...]) -> tuple[Result, Made]:
    """The first of some elements, and the list of the rest."""
    return elements[0], Made(len(elements) - 1, elements[1:])


def _made(result: Result) -> Made:
    if not isinstance(result, Made):
        raise InternalError(f"{result} is taken apart")
    return result


def _choices(result: Result) -> Choices:
    if not isinstance(result, Choices):
        raise InternalError(f"{result} has no alternatives")
    return result


def _reusable(environment: Environment) -> Environment:
    """What of an environment a step or a reusable argument may use."""
    return {binder: bound for binder, bound in environment.items() if binder.reusable}
