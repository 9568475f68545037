"""What the evaluator computes on its way: results, several of them with counts, and their order.

Equal results are one with a count. Functions and alternatives are compared by identity, so that they need
not be merged on the way.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cmp_to_key
from itertools import product
from typing import TypeAlias, assert_never

from cajal_core.base import tys
from cajal_core.base.recursion import deep
from cajal_core.diagnostics.errors import InternalError
from cajal_core.diagnostics.mistake import Mistake
from cajal_core.terms import core
from cajal_core.terms.values import Both, ListValue, Nothing, Number, Tag, Truth, Value


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A value of a data type or a pair: its place among the values' first words, and the values inside.

    The place is 0 for `true`, n for the number n, that of a constructor, the length of a list. Compared by
    place and then by what is inside, values are in the order of the basis.
    """

    place: int
    inside: tuple[Result, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Closure:
    """A function, with the values of the variables around it."""

    binder: core.Binder
    body: core.Term
    environment: Environment


@dataclass(frozen=True, slots=True, eq=False)
class Partial:
    """A constructor that lacks some of its fields."""

    place: int
    fields: int
    given: tuple[Result, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Lookup:
    """A dictionary."""

    keys: Result
    values: Result


@dataclass(frozen=True, slots=True, eq=False)
class Choices:
    """Alternatives, each of which is evaluated when it is picked, and once."""

    parts: tuple[core.Term, ...]
    environment: Environment
    outcomes: dict[int, Outcome] = field(default_factory=dict[int, "Outcome"])


@dataclass(frozen=True, slots=True, eq=False)
class Thunk:
    """A reusable argument, which is passed by name."""

    term: core.Term
    environment: Environment


@dataclass(frozen=True, slots=True, eq=False)
class Several:
    """Any number of results with counts, no two of them equal; without any, why the term fails."""

    results: tuple[tuple[Result, int], ...]
    why: Mistake | None = None


Result: TypeAlias = Made | Closure | Partial | Lookup | Choices
Outcome: TypeAlias = Result | Several
Environment: TypeAlias = Mapping[core.Binder, Result | Thunk]


def counted(outcome: Outcome) -> tuple[tuple[Result, int], ...]:
    return outcome.results if isinstance(outcome, Several) else ((outcome, 1),)


@dataclass(slots=True)
class Merger:
    """Makes one outcome of several, in which equal results are one."""

    #: Told how many results come together, and how much is inside.
    spend: Callable[[int], None]
    #: The number of a value, by its place and the numbers of what is inside.
    numbers: dict[tuple[int, ...], int] = field(default_factory=dict[tuple[int, ...], int])
    #: Results are kept, so that their identities stay theirs.
    known: dict[int, tuple[Result, int]] = field(default_factory=dict[int, tuple["Result", int]])

    @deep
    def number(self, result: Result) -> int:
        """A number that equal values of one type have in common."""
        if id(result) not in self.known:
            if isinstance(result, Made):
                self.spend(len(result.inside))
                key = (result.place, *[self.number(part) for part in result.inside])
            else:
                key = (-1, id(result))
            self.known[id(result)] = result, self.numbers.setdefault(key, len(self.numbers))
        return self.known[id(result)][1]

    def each(self, outcome: Outcome, use: Callable[[Result], Outcome]) -> Outcome:
        """What is made of each of some results."""
        if not isinstance(outcome, Several):
            return use(outcome)
        return self.sum([(use(result), count) for result, count in outcome.results], outcome.why)

    def together(self, outcomes: list[Outcome], use: Callable[[tuple[Result, ...]], Outcome]) -> Outcome:
        """What is made of each way to take a result of each outcome."""
        if not any(isinstance(outcome, Several) for outcome in outcomes):
            return use(tuple([outcome for outcome in outcomes if not isinstance(outcome, Several)]))
        total, why = list[tuple[Outcome, int]](), None
        for outcome in outcomes:
            why = why or (outcome.why if isinstance(outcome, Several) else None)
        self.spend(math.prod([len(counted(outcome)) for outcome in outcomes]))
        for ways in product(*map(counted, outcomes)):
            made = use(tuple([result for result, _ in ways]))
            total.append((made, math.prod([count for _, count in ways])))
        return self.sum(total, why)

    def sum(self, outcomes: Iterable[tuple[Outcome, int]], why: Mistake | None) -> Outcome:
        """All results of some outcomes, each as often as is told. `why` is said where there is no outcome."""
        total = dict[int, tuple[Result, int]]()
        for outcome, times in outcomes:
            if isinstance(outcome, Several):
                why = why or outcome.why
                self.spend(len(outcome.results))
            for result, count in counted(outcome):
                number = self.number(result)
                first, before = total.get(number, (result, 0))
                total[number] = first, before + times * count
        if len(total) == 1:
            ((result, count),) = total.values()
            if count == 1:
                return result
        return Several(tuple(total.values()), None if total else why)

    def in_order(self, results: Iterable[tuple[Result, int]]) -> list[tuple[Result, int]]:
        """Values of one data type with their counts, in the order of the basis."""
        return sorted(results, key=cmp_to_key(lambda one, other: self.compared(one[0], other[0])))

    def compared(self, one: Result, other: Result) -> int:
        while self.number(one) != self.number(other):
            if not isinstance(one, Made) or not isinstance(other, Made):
                raise InternalError("functions are put in order")
            if one.place != other.place:
                return one.place - other.place
            one, other = next(
                (left, right)
                for left, right in zip(one.inside, other.inside, strict=True)
                if self.number(left) != self.number(right)
            )
        return 0


def basis(type: tys.Type, index: int) -> Made:
    """The value of a data type that is a basis vector."""
    place, inside = tys.taken_apart(type, index)
    return Made(place, tuple([basis(part, at) for part, at in inside]))


@deep
def value(type: tys.Type, result: Result, made: dict[tuple[int, tys.Type], Value]) -> Value:
    """A result of a data type as it is shown. A pair that stands in several places is one, kept in `made`."""
    if not isinstance(result, Made):
        raise InternalError("a function in a value of a data type")
    if not result.inside and not isinstance(type, tys.List | tys.Product):
        return _simple(type, result.place)
    key = id(result), type
    if key not in made:
        made[key] = _compound(type, result, made)
    return made[key]


def _simple(type: tys.Type, place: int) -> Value:
    match type:
        case tys.Bool():
            return Truth(place == 0)
        case tys.Nat():
            return Number(place)
        case tys.Unit():
            return Nothing()
        case tys.Data(_, constructors):
            return Tag(constructors[place])
        case tys.Product() | tys.With() | tys.Power() | tys.List() | tys.Space() | tys.Arrow():
            raise InternalError(f"a value of {type} without what is inside")
        case _:
            assert_never(type)


def _compound(type: tys.Type, result: Made, made: dict[tuple[int, tys.Type], Value]) -> Value:
    match type:
        case tys.Product(left, right):
            first, second = result.inside
            return Both(value(left, first, made), value(right, second, made))
        case tys.Data(_, constructors):
            own = zip(type.arguments(result.place), result.inside, strict=True)
            return Tag(constructors[result.place], tuple([value(of, part, made) for of, part in own]))
        case tys.List(element):
            return ListValue(tuple([value(element, part, made) for part in result.inside]))
        case tys.Bool() | tys.Nat() | tys.Unit() | tys.With() | tys.Power() | tys.Space() | tys.Arrow():
            raise InternalError(f"a value of {type} with others inside")
        case _:
            assert_never(type)
