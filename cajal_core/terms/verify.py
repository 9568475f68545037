"""Checks the typed core again, by other code than made it. The driver does so where `verify` is switched on.

A term that breaks a rule is a mistake of a pass, never of a user: `InternalError`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import assert_never

from cajal_core.base import tys
from cajal_core.base.recursion import deep
from cajal_core.diagnostics.errors import require, require_same
from cajal_core.terms import core


def verify_core(term: core.Term, auto: bool = False) -> None:
    """Checks that a closed term has the types that it says, and uses each of its variables exactly once.

    With `auto`, variables of a data type may be used any number of times: copies and drops are put in later.

    Raises:
        InternalError: if it does not.
    """
    free = {binder for binder in _Verifier(auto).uses(term).binders if not binder.reusable}
    require(not free, f"{[binder.name for binder in free]} are free")


@dataclass(frozen=True, slots=True)
class _Uses:
    """The variables that a term uses, and whether a `fail` in it may use up more."""

    binders: set[core.Binder] = field(default_factory=set[core.Binder])
    fails: bool = False


@dataclass(frozen=True, slots=True)
class _Verifier:
    auto: bool

    @deep
    def uses(self, term: core.Term) -> _Uses:
        """The variables that a term uses, after its parts have been checked."""
        match term:
            case core.Var(binder):
                return _Uses({binder})
            case (
                core.Ref() | core.Param() | core.Boolean() | core.Numeral() | core.Unit()
                | core.Constructor() | core.Nil()
            ):  # fmt: skip
                return _Uses()
            case core.Fail():
                return _Uses(fails=True)
            case core.Instance(definition, arguments):
                rest, uses = definition.type, set[core.Binder]()
                for argument in arguments:
                    assert isinstance(rest, tys.Arrow)
                    require_same(rest.argument, argument.type)
                    own = self.uses(argument).binders
                    require(all(binder.reusable for binder in own), "a `!` argument is open")
                    uses |= own
                    rest = rest.result
                require_same(rest, term.type)
                return _Uses(uses)
            case core.Lam(binder, body):
                return self.typed(
                    term, tys.Arrow(binder.type, body.type, binder.reusable), body, bound=[binder]
                )
            case core.App(function, argument):
                assert isinstance(function.type, tys.Arrow)
                require_same(function.type.argument, argument.type)
                return self.typed(term, function.type.result, function, argument)
            case core.If(condition, consequent, alternative):
                require_same(tys.Bool(), condition.type)
                return self.branching((consequent, alternative), condition, term.type)
            case core.Case(scrutinee):
                return self.branching(self.arms(term), scrutinee, None)
            case core.CaseNat(scrutinee, zero, succ):
                require(isinstance(scrutinee.type, tys.Nat), "a case of zero and succ is of no number")
                require_same(term.type, zero.type)
                self.takes(succ, [scrutinee.type], term.type)
                return self.branching((zero, succ), scrutinee, None)
            case core.CaseList(scrutinee, nil, cons):
                assert isinstance(scrutinee.type, tys.List)
                require_same(term.type, nil.type)
                self.takes(cons, [scrutinee.type.element, scrutinee.type], term.type)
                return self.branching((nil, cons), scrutinee, None)
            case core.Succ(predecessor):
                return self.typed(term, predecessor.type, predecessor)
            case core.Iter(count, base, binder, step):
                require(isinstance(count.type, tys.Nat), "the count is no number")
                require_same(base.type, binder.type)
                outside = self.closed(step, base.type, [binder])
                return self.split(self.typed(term, base.type, count, base), outside)
            case core.Let(binder, bound, body):
                require_same(binder.type, bound.type)
                return self.split(self.uses(bound), self.typed(term, body.type, body, bound=[binder]))
            case core.LetPair(left, right, bound, body):
                require_same(tys.Product(left.type, right.type), bound.type)
                return self.split(self.uses(bound), self.typed(term, body.type, body, bound=[left, right]))
            case core.Copy(original, copies, body):
                for copy in copies:
                    require_same(copy.type, original.type)
                require(tys.is_data(original.type), "what is copied is no data")
                return self.split(self.uses(original), self.typed(term, body.type, body, bound=copies))
            case core.Drop(dropped, body):
                require(tys.is_data(dropped.type), "what is dropped is no data")
                return self.typed(term, body.type, dropped, body)
            case core.Pair(left, right):
                return self.typed(term, tys.Product(left.type, right.type), left, right)
            case core.Alternatives(parts, type):
                own = type.parts if isinstance(type, tys.With) else (type.base,) * type.count
                for part, wanted in zip(parts, own, strict=True):
                    require_same(wanted, part.type)
                return self.branching(parts, None, None)
            case core.Pick(alternatives, place):
                return self.typed(term, _components(alternatives)[place], alternatives)
            case core.Or(left, right):
                return self.branching((left, right), None, term.type)
            case core.Cons(head, tail, type):
                require_same(type.element, head.type)
                return self.typed(term, tail.type, head, tail)
            case core.Fold(elements, base, _, element, state, step):
                assert isinstance(elements.type, tys.List)
                require_same(elements.type.element, element.type)
                require_same(base.type, state.type)
                outside = self.closed(step, base.type, [element, state])
                return self.split(self.typed(term, base.type, elements, base), outside)
            case core.Comprehension(lists, variables, body, type):
                bounds = list[int]()
                for row, variable in zip(lists, variables, strict=True):
                    assert isinstance(row.type, tys.List)
                    require_same(row.type.element, variable.type)
                    bounds.append(row.type.most)
                require_same(tys.List(body.type, min(bounds)), type)
                return self.split(*map(self.uses, lists), self.closed(body, body.type, variables))
            case core.Dict(keys, values):
                of_keys, of_values = _components(keys), _components(values)
                require(len(of_keys) == len(of_values), "there are not as many keys as values")
                for parts, wanted in (of_keys, term.type.argument), (of_values, term.type.result):
                    for part in parts:
                        require_same(wanted, part)
                return self.typed(term, term.type, keys, values)
            case core.Widen(inner, type):
                require(_widens(inner.type, type), f"{inner.type} is no smaller {type}")
                return self.uses(inner)
            case _:
                assert_never(term)

    def arms(self, term: core.Case) -> tuple[core.Term, ...]:
        """The arms of a case, the one for all others among them, after their places have been checked."""
        type = term.scrutinee.type
        if isinstance(type, tys.Data):
            fields = [type.arguments(place) for place in range(len(type.constructors))]
        else:
            assert isinstance(type, tys.Nat)
            fields = None
        values = len(fields) if fields else tys.dim(type)
        places = set(term.places)
        require(len(places) == len(term.places) == len(term.arms), "a case has two arms for one value")
        require(all(0 <= place < values for place in places), "an arm is for no value")
        require((len(places) == values) == (term.rest is None), "arms are missing, or one too many")
        for place, arm in zip(term.places, term.arms, strict=True):
            self.takes(arm, fields[place] if fields else (), term.type)
        if term.rest is None:
            return term.arms
        self.takes(term.rest, [type], term.type)
        return (*term.arms, term.rest)

    def takes(self, arm: core.Term, arguments: Iterable[tys.Type], result: tys.Type) -> None:
        """Checks that an arm is made of a lambda for each of the values that it takes."""
        require_same(tys.arrows(arguments, result), arm.type)
        for argument in arguments:
            require(isinstance(arm, core.Lam), f"an arm that takes {argument} is no lambda")
            assert isinstance(arm, core.Lam)
            arm = arm.body

    def closed(self, step: core.Term, type: tys.Type, bound: Iterable[core.Binder]) -> _Uses:
        """The uses of a step, which has its own variables alone: its `fail` uses up no others."""
        require_same(type, step.type)
        outside = self.within(bound, self.uses(step)).binders
        require(all(binder.reusable for binder in outside), "a step uses a variable from outside")
        return _Uses(outside)

    def typed(
        self, term: core.Term, type: tys.Type, *parts: core.Term, bound: Iterable[core.Binder] = ()
    ) -> _Uses:
        """The uses of a term of this type in its parts, where it binds some variables."""
        require_same(type, term.type)
        return self.within(bound, self.split(*map(self.uses, parts)))

    def within(self, bound: Iterable[core.Binder], uses: _Uses) -> _Uses:
        for binder in bound:
            used = binder in uses.binders or uses.fails or not self.is_linear(binder)
            require(used, f"`{binder.name}` is not used")
        return _Uses(uses.binders.difference(bound), uses.fails)

    def branching(
        self, branches: tuple[core.Term, ...], condition: core.Term | None, type: tys.Type | None
    ) -> _Uses:
        """The uses of branches, of this type unless it has been checked, beside those of a condition."""
        if type:
            for branch in branches:
                require_same(branch.type, type)
        uses = [self.uses(branch) for branch in branches]
        linear = [{binder for binder in branch.binders if self.is_linear(binder)} for branch in uses]
        whole = [used for used, branch in zip(linear, uses, strict=True) if not branch.fails]
        require(all(used == whole[0] for used in whole), "branches use different variables")
        if whole:
            require(all(used <= whole[0] for used in linear), "a branch that fails uses up others")
        union = set[core.Binder]().union(*[branch.binders for branch in uses])
        before = [self.uses(condition)] if condition else []
        return self.split(*before, _Uses(union, not whole))

    def split(self, *uses: _Uses) -> _Uses:
        """The uses of parts that are all run."""
        union: set[core.Binder] = set()
        for part in uses:
            twice = {binder.name for binder in union & part.binders if self.is_linear(binder)}
            require(not twice, f"{twice} are used twice")
            union |= part.binders
        return _Uses(union, any(part.fails for part in uses))

    def is_linear(self, binder: core.Binder) -> bool:
        """Whether a variable must be used exactly once."""
        return not binder.reusable and not (self.auto and tys.is_data(binder.type))


def _components(alternatives: core.Term) -> tuple[tys.Type, ...]:
    type = alternatives.type
    assert isinstance(type, tys.With | tys.Power)
    return type.parts if isinstance(type, tys.With) else (type.base,) * type.count


def _widens(narrow: tys.Type, wide: tys.Type) -> bool:
    match narrow, wide:
        case tys.Nat(), tys.Nat():
            return narrow.size <= wide.size
        case tys.List(), tys.List():
            return narrow.element == wide.element and narrow.most <= wide.most
        case (tys.With(parts), tys.Power(base, count)) | (tys.Power(base, count), tys.With(parts)):
            return len(parts) == count and all(part == base for part in parts)
        case _:
            return False
