"""Checks the typed core again, by other code than made it. The driver does so where `verify` is switched on.

A term that breaks a rule is a mistake of a pass, never of a user: `InternalError`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
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
    free = {binder for binder in _Verifier(auto).uses(term) if not binder.reusable}
    require(not free, f"{[binder.name for binder in free]} are free")


@dataclass(frozen=True, slots=True)
class _Verifier:
    auto: bool

    @deep
    def uses(self, term: core.Term) -> set[core.Binder]:
        """The variables that a term uses, after its parts have been checked."""
        match term:
            case core.Var(binder):
                return {binder}
            case (
                core.Ref() | core.Param() | core.Boolean() | core.Numeral() | core.Unit() | core.Constructor()
            ):
                return set()
            case core.Instance(definition, arguments):
                rest = definition.type
                for argument in arguments:
                    assert isinstance(rest, tys.Arrow)
                    require_same(rest.argument, argument.type)
                    require(all(binder.reusable for binder in self.uses(argument)), "a `!` argument is open")
                    rest = rest.result
                return self.typed(term, rest, *arguments)
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
                return self.branching(term, condition, (consequent, alternative))
            case core.Case(scrutinee, arms):
                assert isinstance(scrutinee.type, tys.Data)
                require(len(arms) == len(scrutinee.type.constructors), "arms are missing")
                return self.branching(term, scrutinee, arms)
            case core.Succ(predecessor):
                return self.typed(term, predecessor.type, predecessor)
            case core.Iter(count, base, binder, step):
                require(isinstance(count.type, tys.Nat), "the count is no number")
                require_same(base.type, step.type)
                require_same(base.type, binder.type)
                outside = self.typed(term, step.type, step, bound=[binder])
                require(all(binder.reusable for binder in outside), "a step uses a variable from outside")
                return self.typed(term, base.type, count, base) | outside
            case core.Let(binder, bound, body):
                require_same(binder.type, bound.type)
                return self.disjoint(self.uses(bound), self.typed(term, body.type, body, bound=[binder]))
            case core.LetPair(left, right, bound, body):
                require_same(tys.Product(left.type, right.type), bound.type)
                return self.disjoint(self.uses(bound), self.typed(term, body.type, body, bound=[left, right]))
            case core.Copy(original, left, right, body):
                require_same(left.type, original.type)
                require_same(right.type, original.type)
                require(tys.is_data(original.type), "what is copied is no data")
                return self.disjoint(
                    self.uses(original), self.typed(term, body.type, body, bound=[left, right])
                )
            case core.Drop(dropped, body):
                require(tys.is_data(dropped.type), "what is dropped is no data")
                return self.typed(term, body.type, dropped, body)
            case core.Pair(left, right):
                return self.typed(term, tys.Product(left.type, right.type), left, right)
            case _:
                assert_never(term)

    def typed(
        self, term: core.Term, type: tys.Type, *parts: core.Term, bound: Iterable[core.Binder] = ()
    ) -> set[core.Binder]:
        """The uses of a term of this type in its parts, where it binds some variables."""
        require_same(type, term.type)
        uses = self.disjoint(*map(self.uses, parts))
        for binder in bound:
            require(binder in uses or not self.is_linear(binder), f"`{binder.name}` is not used")
            uses.discard(binder)
        return uses

    def branching(
        self, term: core.Term, condition: core.Term, branches: tuple[core.Term, ...]
    ) -> set[core.Binder]:
        uses = [self.typed(term, branch.type, branch) for branch in branches]
        linear = [{binder for binder in branch if self.is_linear(binder)} for branch in uses]
        require(all(used == linear[0] for used in linear), "branches use different variables")
        return self.disjoint(self.uses(condition), set[core.Binder]().union(*uses))

    def disjoint(self, *uses: set[core.Binder]) -> set[core.Binder]:
        union: set[core.Binder] = set()
        for part in uses:
            twice = {binder.name for binder in union & part if self.is_linear(binder)}
            require(not twice, f"{twice} are used twice")
            union |= part
        return union

    def is_linear(self, binder: core.Binder) -> bool:
        """Whether a variable must be used exactly once."""
        return not binder.reusable and not (self.auto and tys.is_data(binder.type))
