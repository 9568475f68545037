"""The typing rules of terms (LANGUAGE.md, section 2), each named as in docs/rules.md.

Bidirectional: `infer` finds the type of a term, `check` pushes an expected one in. Each returns the
core term with its `Uses`, the places where it uses each bound variable.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import TypeAlias, assert_never

from cajal_core.base import tys
from cajal_core.base.source import Span
from cajal_core.checking.context import Uses
from cajal_core.checking.expectation import ANYTHING, UNKNOWN, Expected, agree, mismatch, takes_following
from cajal_core.checking.names import LeafChecker
from cajal_core.diagnostics import types as type_mistakes
from cajal_core.syntax import tree
from cajal_core.terms import core

#: Forms whose type is that of a part.
_Compound: TypeAlias = tree.If | tree.Iter | tree.Let | tree.LetPair | tree.Case | tree.Copy | tree.Drop


class TermChecker(LeafChecker):
    """Checks the terms of one item."""

    def whole(self, term: tree.Term) -> core.Term:
        """A term that is all of an item, where a definition may be named without its `!` arguments."""
        if isinstance(term, tree.Var) and not self.context.bound.get(term.name):
            return self.name(term.name, term.span)
        return self.infer(term)[0]

    def instance(self, name: str, span: Span, arguments: list[tree.Term]) -> tuple[core.Term, Uses]:
        """A top-level name, given those of its arguments that its definition reuses."""
        return self.instantiate(name, span, arguments, self.check), {}

    def data(self, term: tree.Term, verb: str) -> tuple[core.Term, Uses]:
        value, uses = self.infer(term)
        if not tys.is_data(value.type) and value.type is not UNKNOWN:
            self.mistakes.append(type_mistakes.NotData(term.span, verb, self.scope.show(value.type)))
        return value, uses

    def pair(
        self, term: tree.Pair, left: tuple[core.Term, Uses], right: tuple[core.Term, Uses]
    ) -> tuple[core.Term, Uses]:
        (first, uses), (second, uses_second) = left, right
        _add(uses, uses_second)
        return core.Pair(first, second, tys.Product(first.type, second.type), span=term.span), uses

    def infer(self, term: tree.Term) -> tuple[core.Term, Uses]:
        """The term with the type that it has by itself."""
        match term:
            case tree.Lam(binder, annotation):  # T-Lam
                if annotation is None:
                    self.mistakes.append(type_mistakes.NeedsAnnotation(binder.name, binder.span))
                return self.lam(term, self.type(annotation) if annotation else UNKNOWN, None)
            case tree.Annot(inner, annotation):  # T-Annot
                return self.check(
                    inner, Expected(self.type(annotation), "the annotation", "T-Annot", annotation.span)
                )
            case tree.App():
                return self.application(term)
            case tree.Var(name):
                binder = self.context.use(name, term.span)
                if binder:  # T-Var
                    return core.Var(binder, span=term.span), {} if binder.reusable else {binder: [term.span]}
                return self.instance(name, term.span, [])
            case tree.Zero() | tree.Numeral():
                return self.numeral(term, self.scope.nat), {}
            case tree.Boolean(value):  # T-Bool
                return core.Boolean(value, span=term.span), {}
            case tree.Unit():  # T-Unit
                return core.Unit(span=term.span), {}
            case tree.Constructor(name):  # T-Constructor
                return self.constructor(name, term.span), {}
            case tree.Pair(left, right):  # T-Pair
                return self.pair(term, self.infer(left), self.infer(right))
            case tree.Succ(predecessor):  # T-Succ
                inner, uses = self.infer(predecessor)
                type = self.counting(inner, predecessor.span, "`succ` takes a Nat", "T-Succ")
                return core.Succ(inner, type, span=term.span), uses
            case _:
                return self.compound(term, None)

    def check(self, term: tree.Term, expected: Expected) -> tuple[core.Term, Uses]:
        """The term at the expected type."""
        match term, expected.type:
            case tree.Lam(), _:
                return self.function(term, expected)
            case ((tree.Zero() | tree.Numeral()), tys.Nat() as nat):
                return self.numeral(term, nat), {}
            case tree.Succ(predecessor), tys.Nat() as nat:
                inner, uses = self.check(predecessor, expected)
                return core.Succ(inner, nat, span=term.span), uses
            case tree.Pair(left, right), tys.Product(first, second):
                return self.pair(
                    term,
                    self.check(left, expected.part(first)),
                    self.check(right, expected.part(second)),
                )
            case (
                (
                    tree.If()
                    | tree.Iter()
                    | tree.Let()
                    | tree.LetPair()
                    | tree.Case()
                    | tree.Copy()
                    | tree.Drop()
                ),
                _,
            ):
                return self.compound(term, expected)
            case _:
                found, uses = self.infer(term)
                self.expect(term.span, found.type, expected)
                return found, uses

    def part(self, term: tree.Term, expected: Expected | None) -> tuple[core.Term, Uses]:
        return self.check(term, expected) if expected else self.infer(term)

    def compound(self, term: _Compound, expected: Expected | None) -> tuple[core.Term, Uses]:
        """A form whose type is that of a part: checked if a type is expected, and else inferred."""
        match term:
            case tree.If(condition, consequent, alternative):  # T-If
                test, uses = self.check(condition, Expected(tys.Bool(), "a condition is a Bool", "T-If"))
                named = [("`then` branch", consequent), ("`else` branch", alternative)]
                then, other = self.branches("T-If", named, expected, uses)
                return core.If(test, then, other, then.type, span=term.span), uses
            case tree.Case():
                return self.cases(term, expected)
            case tree.Iter():
                return self.iteration(term, expected)
            case tree.Let(binder, bound, body):  # T-Let
                value, uses = self.infer(bound)
                (variable,), rest = self.under([(binder, value.type)], body, expected, uses, closed=not uses)
                return core.Let(variable, value, rest, rest.type, span=term.span), uses
            case tree.LetPair(left, right, bound, body):  # T-LetPair
                value, uses = self.infer(bound)
                first, second = self.components(value.type, bound.span)
                (one, two), rest = self.under([(left, first), (right, second)], body, expected, uses)
                return core.LetPair(one, two, value, rest, rest.type, span=term.span), uses
            case tree.Copy(original, left, right, body):  # T-Copy
                value, uses = self.data(original, "copy")
                twice = [(left, value.type), (right, value.type)]
                (one, two), rest = self.under(twice, body, expected, uses)
                return core.Copy(value, one, two, rest, rest.type, span=term.span), uses
            case tree.Drop(dropped, body):  # T-Drop
                value, uses = self.data(dropped, "drop")
                _, rest = self.under([], body, expected, uses)
                return core.Drop(value, rest, rest.type, span=term.span), uses
            case _:
                assert_never(term)

    def under(
        self,
        binders: list[tuple[tree.Binder, tys.Type]],
        body: tree.Term,
        expected: Expected | None,
        uses: Uses,
        closed: bool = False,
    ) -> tuple[list[core.Binder], core.Term]:
        """A body with variables bound to values, whose uses it adds to; `closed` values use none."""
        bound = [self.context.open(binder, type) for binder, type in binders]
        if closed:
            self.context.closed.update(bound)
        rest, uses_body = self.part(body, expected)
        for binder in reversed(bound):
            self.context.close(binder, uses_body)
        _add(uses, uses_body)
        return bound, rest

    def branches(
        self, rule: str, named: list[tuple[str, tree.Term]], expected: Expected | None, uses: Uses
    ) -> list[core.Term]:
        """Branches of one type, which use the same variables; where none is expected the first tells.

        Their uses are added to those of the condition.
        """
        checked, used = list[core.Term](), list[tuple[str, Span, Uses]]()
        for name, branch in named:
            term, uses_branch = self.part(branch, expected)
            expected = expected or Expected(term.type, "both branches have one type", rule, branch.span)
            checked.append(term)
            used.append((name, branch.span, uses_branch))
        _add(uses, self.context.join(used, uses))
        return checked

    def cases(self, term: tree.Case, expected: Expected | None) -> tuple[core.Term, Uses]:  # T-Case
        value, uses = self.infer(term.scrutinee)
        if not isinstance(value.type, tys.Data) and value.type is not UNKNOWN:
            self.mistakes.append(type_mistakes.NotCases(term.scrutinee.span, self.scope.show(value.type)))
        arms = dict[str, tree.Arm]()
        for arm in term.arms:
            name, where = arm.constructor.name, arm.constructor.span
            if isinstance(value.type, tys.Data) and name not in value.type.constructors:
                type, known = self.scope.show(value.type), value.type.constructors
                self.mistakes.append(type_mistakes.WrongArm(where, name, type, known))
            elif name in arms:
                self.mistakes.append(type_mistakes.RepeatedArm(where, arms[name].constructor.span, name))
            arms.setdefault(name, arm)
        order = value.type.constructors if isinstance(value.type, tys.Data) else tuple(arms)
        if missing := tuple([name for name in order if name not in arms]):
            shown = self.scope.show(value.type)
            self.mistakes.append(type_mistakes.MissingArms(term.scrutinee.span, shown, missing))
        named = [(f"arm of `{arm.constructor.name}`", arm.body) for arm in term.arms]
        bodies = self.branches("T-Case", named, expected, uses)
        by_name = {arm.constructor.name: body for arm, body in zip(term.arms, bodies, strict=True)}
        chosen = tuple([by_name[name] for name in order if name in by_name])
        return core.Case(value, chosen, bodies[0].type, span=term.span), uses

    def iteration(self, term: tree.Iter, expected: Expected | None) -> tuple[core.Term, Uses]:  # T-Iter
        count, uses = self.infer(term.count)
        self.counting(count, term.count.span, "`iter` counts with a Nat", "T-Iter")
        base, uses_base = self.part(term.base, expected)
        _add(uses, uses_base)
        reason = "the step keeps the type of the base"
        same = expected or Expected(base.type, reason, "T-Iter", term.base.span)
        self.context.steps += 1
        # What the step uses from outside is blamed, and still counts as used.
        (state,), step = self.under([(term.binder, base.type)], term.step, same, uses)
        self.context.steps -= 1
        return core.Iter(count, base, state, step, base.type, span=term.span), uses

    def function(self, term: tree.Lam, expected: Expected) -> tuple[core.Term, Uses]:
        """A lambda where a type is expected, from which it takes the type of its variable."""
        wanted, annotation = expected.type, term.annotation
        if isinstance(wanted, tys.Arrow):
            result = expected.part(wanted.result)
            if annotation is None:
                return self.lam(term, wanted.argument, result)
            type = self.type(annotation)
            self.expect(annotation.span, type, expected.part(wanted.argument))
            return self.lam(term, type, result if agree(type, wanted.argument) else ANYTHING)
        type = self.type(annotation) if annotation else UNKNOWN
        if wanted is not UNKNOWN:
            self.mistakes.append(mismatch(self.scope, term.span, expected, "a function"))
        return self.lam(term, type, ANYTHING)

    def lam(self, term: tree.Lam, type: tys.Type, expected: Expected | None) -> tuple[core.Term, Uses]:
        uses: Uses = {}
        (binder,), body = self.under([(term.binder, type)], term.body, expected, uses)
        return core.Lam(binder, body, tys.Arrow(type, body.type), span=term.span), uses

    def application(self, term: tree.App) -> tuple[core.Term, Uses]:
        """`f t1 … tn`, from the left."""
        head, applied = term.function, [term]
        while isinstance(head, tree.App):
            applied.append(head)
            head = head.function
        applied.reverse()
        if isinstance(head, tree.Var) and not self.context.bound.get(head.name):
            callee, uses = self.instance(head.name, head.span, [each.argument for each in applied])
            if isinstance(callee, core.Instance):
                applied = applied[len(callee.arguments) :]
        else:
            callee, uses = self.infer(head)
        for each, after in zip_longest(applied, applied[1:]):
            callee = self.applied(callee, each, uses, after.argument.span if after else None)
        return callee, uses

    def applied(
        self, callee: core.Term, term: tree.App, uses: Uses, following: Span | None
    ) -> core.Term:  # T-App
        where = term.function.span
        if isinstance(callee.type, tys.Arrow):
            if isinstance(term.function, tree.Var):
                reason, place = f"the argument of `{term.function.name}`", None
            else:
                reason, place = "its argument", where
            wanted = Expected(callee.type.argument, reason, "T-App", place, following)
            result = callee.type.result
        else:
            # A word of another language was not meant as an argument.
            if callee.type is not UNKNOWN and not self.is_foreign(term.argument):
                found = self.scope.show(callee.type)
                self.mistakes.append(type_mistakes.NotFunction(where, term.argument.span, found))
            wanted, result = ANYTHING, UNKNOWN
        argument, uses_argument = self.check(term.argument, wanted)
        _add(uses, uses_argument)
        if takes_following(wanted, argument.type):
            result = UNKNOWN
        return core.App(callee, argument, result, span=term.span)


def _add(uses: Uses, more: Uses) -> None:
    for binder, spans in more.items():
        uses.setdefault(binder, []).extend(spans)
