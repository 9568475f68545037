"""The reference interpreter of the typed core: what a program means, by value.

It shares nothing with the compiler, so the two can be compared. Arguments, bound terms and counts
are evaluated before they are used; environments are never changed in place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, assert_never

from cajal_core.base import tys
from cajal_core.base.recursion import deep
from cajal_core.base.source import Span
from cajal_core.diagnostics.errors import CajalError, InternalError
from cajal_core.diagnostics.runtime import NoValue, Overflow
from cajal_core.terms import core
from cajal_core.terms.values import Both, Nothing, Number, OverflowMode, Tag, Truth, Value

#: Evaluations of more steps are given up: some definitions double the work of another.
LONGEST_RUN = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class _Closure:
    binder: core.Binder
    body: core.Term
    environment: _Environment


@dataclass(frozen=True, slots=True, eq=False)
class _Thunk:
    """A reusable argument, which is passed by name."""

    term: core.Term
    environment: _Environment


@dataclass(frozen=True, slots=True, eq=False)
class _Pair:
    """A pair that may hold functions."""

    left: _Result
    right: _Result


_Result: TypeAlias = Truth | Number | Nothing | Tag | _Pair | _Closure
_Environment: TypeAlias = Mapping[core.Binder, "_Result | _Thunk"]


@dataclass(slots=True)
class Budget:
    """How many steps are left to evaluations that share it. Each may take a few more, if none is left."""

    steps: int = field(default_factory=lambda: LONGEST_RUN)


def evaluate(term: core.Term, overflow: OverflowMode = "truncate", budget: Budget | None = None) -> Value:
    """The value of a closed term of a data type.

    Raises:
        CajalError: if the term is of another type, reaches what only Python knows, takes too many
            steps, or a `succ` overflows while `overflow` is "truncate".
    """
    if not tys.is_data(term.type):
        kind = "a function" if isinstance(term.type, tys.Arrow) else "no data"
        raise CajalError(NoValue(term.span, f"it is {kind}, {term.type}"))
    budget = budget or Budget()
    evaluator = _Evaluator(overflow, term.span, max(budget.steps, LONGEST_RUN // 1000))
    try:
        return _value(evaluator.term(term, {}), {})
    finally:
        budget.steps -= evaluator.work


@deep
def _value(result: _Result, made: dict[int, Value]) -> Value:
    """The value, in which a pair that stands in several places is one."""
    match result:
        case _Pair(left, right):
            if id(result) not in made:
                made[id(result)] = Both(_value(left, made), _value(right, made))
            return made[id(result)]
        case _Closure():
            raise InternalError("a function in a value of a data type")
        case Truth() | Number() | Nothing() | Tag():
            return result
        case _:
            assert_never(result)


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
    definitions: dict[core.Definition, _Result] = field(default_factory=dict[core.Definition, "_Result"])
    work: int = 0

    @deep
    def term(self, term: core.Term, environment: _Environment) -> _Result:
        self.work += 1
        if self.work > self.most_steps:
            raise CajalError(NoValue(self.whole, f"it takes more than {self.most_steps:,} steps"))
        match term:
            case core.Var(binder):
                bound = environment[binder]
                return self.term(bound.term, bound.environment) if isinstance(bound, _Thunk) else bound
            case core.Param(target):
                raise CajalError(NoValue(term.span, f"it needs the {_parameter(target)}"))
            case core.Instance(definition, arguments):
                reusable = _reusable(environment)
                thunks = [_Thunk(argument, reusable) for argument in arguments]
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
                return _Closure(binder, body, environment)
            case core.App(function, argument):
                closure = self.term(function, environment)
                value = self.term(argument, environment)
                if not isinstance(closure, _Closure):
                    raise InternalError(f"{closure} is applied")
                return self.term(closure.body, {**closure.environment, closure.binder: value})
            case core.Boolean(value):
                return Truth(value)
            case core.If(condition, consequent, alternative):
                holds = self.term(condition, environment) == Truth(True)
                return self.term(consequent if holds else alternative, environment)
            case core.Numeral(value):
                return Number(value)
            case core.Succ(predecessor):
                return self.successor(term, self.number(predecessor, environment))
            case core.Iter(count, base, binder, step):
                times = self.number(count, environment)
                state = self.term(base, environment)
                reusable = _reusable(environment)
                for _ in range(times):
                    state = self.term(step, {**reusable, binder: state})
                return state
            case core.Let(binder, bound, body):
                return self.term(body, {**environment, binder: self.term(bound, environment)})
            case core.Unit():
                return Nothing()
            case core.Constructor(index, type):
                return Tag(type.constructors[index])
            case core.Case(scrutinee, arms):
                tag = self.term(scrutinee, environment)
                assert isinstance(tag, Tag)
                assert isinstance(scrutinee.type, tys.Data)
                return self.term(arms[scrutinee.type.constructors.index(tag.name)], environment)
            case core.Pair(left, right):
                return _Pair(self.term(left, environment), self.term(right, environment))
            case core.LetPair(left, right, bound, body):
                pair = self.term(bound, environment)
                assert isinstance(pair, _Pair)
                return self.term(body, {**environment, left: pair.left, right: pair.right})
            case core.Copy(original, left, right, body):
                value = self.term(original, environment)
                return self.term(body, {**environment, left: value, right: value})
            case core.Drop(dropped, body):
                self.term(dropped, environment)
                return self.term(body, environment)
            case _:
                assert_never(term)

    def number(self, term: core.Term, environment: _Environment) -> int:
        value = self.term(term, environment)
        if not isinstance(value, Number):
            raise InternalError(f"{value} is counted with")
        return value.value

    def successor(self, term: core.Succ, value: int) -> Number:
        if value + 1 < term.type.size:
            return Number(value + 1)
        if self.overflow == "saturate":
            return Number(value)
        raise CajalError(Overflow(term.span, value, term.type.size))


def _reusable(environment: _Environment) -> _Environment:
    """What of an environment a step or a reusable argument may use."""
    return {binder: bound for binder, bound in environment.items() if binder.reusable}
