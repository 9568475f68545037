"""The typing rules of terms, each named as in docs/rules.md.

Bidirectional: `infer` finds the type of a term, `check` pushes an expected one in. Each returns the
core term with its type and its `Uses`, the places where it uses each bound variable.

This is more than 300 lines, because the rules call one another: a part of a term may be any term.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias, assert_never

from cajal_core.base import tys
from cajal_core.base.recursion import deep
from cajal_core.base.source import Span
from cajal_core.checking.context import BoundVariable, Context, Scope, Uses, add
from cajal_core.checking.expectation import (
    ANYTHING,
    CONDITION,
    Expectation,
    mismatch,
    own_arguments,
    unexpected_lambda,
)
from cajal_core.checking.names import Names
from cajal_core.checking.record import Record
from cajal_core.checking.spelling import nearest
from cajal_core.checking.types import resolve
from cajal_core.checking.unknown import UNKNOWN, Unknown, agree, arrow, product
from cajal_core.diagnostics import types as mistakes
from cajal_core.diagnostics.cases import MissingArms, NotCases, RepeatedArm, WrongArm
from cajal_core.diagnostics.linear import Binding, Branch, CaseArm, IfBranch, MissingReusable, NotReusable
from cajal_core.diagnostics.mistake import Mistake
from cajal_core.syntax import tree
from cajal_core.terms import core

#: Forms whose type is that of a part.
_Compound: TypeAlias = tree.If | tree.Iter | tree.Let | tree.Case | tree.Copy | tree.Drop


class Typed(NamedTuple):
    """A term of the core, with what the rules say of it."""

    term: core.Term
    #: That of the core term, where it can be told.
    type: tys.Type | Unknown
    uses: Uses


class TermChecker:
    """Checks the terms of one item."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.record = Record()
        self.context = Context(self.record, scope.auto, show=scope.show)
        self.names = Names(scope, self.context, self.record)

    def type(self, type: tree.Type) -> tys.Type | Unknown:
        return resolve(type, self.scope, self.record)

    def whole(self, term: tree.Term) -> core.Term:
        """A term that is all of an item, where a definition may be named without its `!` arguments."""
        if isinstance(term, tree.Var) and self.context.innermost(term.name) is None:
            return self.names.top_level(term.name, term.span)[0]
        return self.infer(term).term

    def note(self, mistake: Mistake | None) -> None:
        if mistake:
            self.record.mistakes.append(mistake)

    def counting(self, type: tys.Type | Unknown, where: Span, reason: str, rule: str) -> tys.Nat:
        """The type of a term that must be some Nat."""
        if isinstance(type, tys.Nat):
            return type
        self.note(mismatch(self.scope, where, Expectation(self.scope.nat, reason, rule), type))
        return self.scope.nat

    def components(
        self, type: tys.Type | Unknown, where: Span
    ) -> tuple[tys.Type | Unknown, tys.Type | Unknown]:
        """The types in a product."""
        if isinstance(type, tys.Product):
            return type.left, type.right
        if not isinstance(type, Unknown):
            self.note(mistakes.NotPair(where, self.scope.show(type)))
        return UNKNOWN, UNKNOWN

    def numeral(
        self, term: tree.Zero | tree.Numeral, type: tys.Nat, expected: Expectation | None = None
    ) -> Typed:  # T-Nat
        value = term.value if isinstance(term, tree.Numeral) else 0
        if value >= type.size > 0:
            place = expected.place if expected else None
            bound = mistakes.Bound(type.size, type.written, expected is not None, place)
            self.note(mistakes.NumeralTooLarge(term.span, value, bound))
        return Typed(core.Numeral(value, type, span=term.span), type, {})

    def data(self, term: tree.Term, verb: Literal["copy", "drop"]) -> Typed:
        value = self.infer(term)
        if not isinstance(value.type, Unknown) and not tys.is_data(value.type):
            name = term.name if isinstance(term, tree.Var) else "x"
            self.note(mistakes.NotData(term.span, verb, self.scope.show(value.type), name))
            return value._replace(type=UNKNOWN)
        return value

    def pair(self, term: tree.Pair, left: Typed, right: Typed) -> Typed:
        add(left.uses, right.uses)
        both = tys.Product(left.term.type, right.term.type)
        pair = core.Pair(left.term, right.term, both, span=term.span)
        return Typed(pair, product(left.type, right.type), left.uses)

    @deep
    def infer(self, term: tree.Term) -> Typed:
        """The term with the type that it has by itself."""
        match term:
            case tree.Lam(binder, annotation):  # T-Lam
                if annotation is None:
                    self.note(mistakes.NeedsAnnotation(binder.name, binder.span))
                return self.lam(term, self.type(annotation) if annotation else UNKNOWN, None)
            case tree.Annot(inner, annotation):  # T-Annot
                return self.check(
                    inner, Expectation(self.type(annotation), "the annotation", "T-Annot", annotation.span)
                )
            case tree.App():
                return self.application(term)
            case tree.Var(name):
                variable = self.context.use(name, term.span)
                if variable:  # T-Var
                    binder = variable.binder
                    uses = {} if binder.reusable else {variable: [term.span]}
                    return Typed(core.Var(binder, span=term.span), variable.type, uses)
                return self.instance(name, term.span, [])
            case tree.Zero() | tree.Numeral():
                self.record.uses_nat = True
                return self.numeral(term, self.scope.nat)
            case tree.Boolean(value):  # T-Bool
                return Typed(core.Boolean(value, span=term.span), tys.Bool(), {})
            case tree.Unit():  # T-Unit
                return Typed(core.Unit(span=term.span), tys.Unit(), {})
            case tree.Constructor(name):  # T-Constructor
                return Typed(*self.names.constructor(name, term.span), {})
            case tree.Pair(left, right):  # T-Pair
                return self.pair(term, self.infer(left), self.infer(right))
            case tree.Succ(predecessor):  # T-Succ
                inner = self.infer(predecessor)
                type = self.counting(inner.type, predecessor.span, "`succ` takes a Nat", "T-Succ")
                return Typed(core.Succ(inner.term, type, span=term.span), type, inner.uses)
            case _:
                return self.compound(term, None)

    @deep
    def check(self, term: tree.Term, expected: Expectation) -> Typed:
        """The term at the expected type."""
        wanted = expected.type
        match term:
            case tree.Lam():
                return self.function(term, expected)
            case tree.If() | tree.Iter() | tree.Let() | tree.Case() | tree.Copy() | tree.Drop():
                return self.compound(term, expected)
            case tree.Zero() | tree.Numeral():
                if isinstance(wanted, tys.Nat):
                    return self.numeral(term, wanted, expected)
            case tree.Succ(predecessor):
                if isinstance(wanted, tys.Nat):
                    inner = self.check(predecessor, expected)
                    return Typed(core.Succ(inner.term, wanted, span=term.span), wanted, inner.uses)
            case tree.Pair(left, right):
                if isinstance(wanted, tys.Product):
                    first = self.check(left, expected.part(wanted.left))
                    return self.pair(term, first, self.check(right, expected.part(wanted.right)))
            case tree.Var() | tree.App() | tree.Boolean() | tree.Unit() | tree.Constructor() | tree.Annot():
                pass  # they have a type by themselves
            case _:
                assert_never(term)
        typed = self.infer(term)
        self.note(mismatch(self.scope, term.span, expected, typed.type))
        return typed

    def part(self, term: tree.Term, expected: Expectation | None) -> Typed:
        return self.check(term, expected) if expected else self.infer(term)

    def compound(self, term: _Compound, expected: Expectation | None) -> Typed:
        """A form whose type is that of a part: checked if a type is expected, and else inferred."""
        match term:
            case tree.If(condition, consequent, alternative):  # T-If
                test = self.check(condition, Expectation(tys.Bool(), CONDITION, "T-If"))
                named: list[tuple[Branch, tree.Term]] = [
                    (IfBranch.THEN, consequent),
                    (IfBranch.ELSE, alternative),
                ]
                then, other = self.branches("T-If", named, expected, test.uses)
                chosen = core.If(test.term, then.term, other.term, then.term.type, span=term.span)
                return Typed(chosen, then.type, test.uses)
            case tree.Case():
                return self.cases(term, expected)
            case tree.Iter():
                return self.iteration(term, expected)
            case tree.Let(binder, bound, body):  # T-Let
                value = self.infer(bound)
                made_of = tuple([variable.binder.name for variable in value.uses])
                (variable,), rest = self.under(
                    [(binder, value.type)], body, expected, value.uses, "let", made_of
                )
                let = core.Let(variable.binder, value.term, rest.term, rest.term.type, span=term.span)
                return Typed(let, rest.type, value.uses)
            case tree.LetPair(left, right, bound, body):  # T-LetPair
                value = self.infer(bound)
                first, second = self.components(value.type, bound.span)
                (one, two), rest = self.under(
                    [(left, first), (right, second)], body, expected, value.uses, "part"
                )
                parts = core.LetPair(
                    one.binder, two.binder, value.term, rest.term, rest.term.type, span=term.span
                )
                return Typed(parts, rest.type, value.uses)
            case tree.Copy(original, left, right, body):  # T-Copy
                value = self.data(original, "copy")
                twice = [(left, value.type), (right, value.type)]
                (one, two), rest = self.under(twice, body, expected, value.uses, "part")
                copy = core.Copy(
                    value.term, one.binder, two.binder, rest.term, rest.term.type, span=term.span
                )
                return Typed(copy, rest.type, value.uses)
            case tree.Drop(dropped, body):  # T-Drop
                value = self.data(dropped, "drop")
                _, rest = self.under([], body, expected, value.uses, "part")
                drop = core.Drop(value.term, rest.term, rest.term.type, span=term.span)
                return Typed(drop, rest.type, value.uses)
            case _:
                assert_never(term)

    def under(
        self,
        binders: list[tuple[tree.Binder, tys.Type | Unknown]],
        body: tree.Term,
        expected: Expectation | None,
        uses: Uses,
        binding: Binding,
        made_of: tuple[str, ...] = (),
    ) -> tuple[list[BoundVariable], Typed]:
        """A body with variables bound to values, whose uses it adds to; a `let` names them in `made_of`."""
        variables = [self.context.open(binder, type, False, binding, made_of) for binder, type in binders]
        rest = self.part(body, expected)
        for place in reversed(range(len(variables))):
            self.context.close(variables[place], rest.uses, body, variables[place + 1 :])
        add(uses, rest.uses)
        return variables, rest

    def branches(
        self, rule: str, named: list[tuple[Branch, tree.Term]], expected: Expectation | None, uses: Uses
    ) -> list[Typed]:
        """Branches of one type, which use the same variables; where none is expected the first tells.

        Their uses are added to those of the condition.
        """
        checked, used = list[Typed](), list[tuple[Branch, Span, Uses]]()
        for branch, term in named:
            typed = self.part(term, expected)
            expected = expected or Expectation(typed.type, "both branches have one type", rule, term.span)
            checked.append(typed)
            used.append((branch, term.span, typed.uses))
        add(uses, self.context.join(used, uses))
        return checked

    def cases(self, term: tree.Case, expected: Expectation | None) -> Typed:  # T-Case
        value = self.infer(term.scrutinee)
        where, type, shown = term.scrutinee.span, value.type, ""
        if isinstance(type, tys.Data):
            shown, order = self.scope.show(type), type.constructors
        else:  # no arm is wrong, and none is missing
            order = tuple(dict.fromkeys([arm.constructor.name for arm in term.arms]))
            if not isinstance(type, Unknown):
                self.note(NotCases(where, self.scope.show(type), type))
        arms, known = dict[str, tree.Arm](), frozenset(order)
        for arm in term.arms:
            constructor = arm.constructor
            name = constructor.name
            if name not in known:
                near = () if self.record.is_full else nearest(name, order)
                self.note(WrongArm(constructor.span, name, shown, order, near))
            elif name in arms:
                self.note(RepeatedArm(constructor.span, arms[name].constructor.span, name))
            elif self.scope.constructors.get(name) == type:  # not where the type is an older one
                self.record.constructors.add(name)
            arms.setdefault(name, arm)
        if missing := tuple([name for name in order if name not in arms]):
            self.note(MissingArms(where, shown, missing))
        named: list[tuple[Branch, tree.Term]] = [
            (CaseArm(arm.constructor.name), arm.body) for arm in term.arms
        ]
        bodies = self.branches("T-Case", named, expected, value.uses)
        by_name = {arm.constructor.name: body.term for arm, body in zip(term.arms, bodies, strict=True)}
        chosen = tuple([by_name[name] for name in order if name in by_name])
        case = core.Case(value.term, chosen, bodies[0].term.type, span=term.span)
        return Typed(case, bodies[0].type, value.uses)

    def iteration(self, term: tree.Iter, expected: Expectation | None) -> Typed:  # T-Iter
        count = self.infer(term.count)
        uses = count.uses
        self.counting(count.type, term.count.span, "`iter` counts with a Nat", "T-Iter")
        base = self.part(term.base, expected)
        add(uses, base.uses)
        reason = "the step keeps the type of the base"
        same = expected or Expectation(base.type, reason, "T-Iter", term.base.span)
        self.context.steps += 1
        # What the step uses from outside is blamed, and still counts as used.
        before = len(self.record.mistakes)
        (state,), step = self.under([(term.binder, base.type)], term.step, same, uses, "state")
        self.context.steps -= 1
        self.context.meant(state, before)
        loop = core.Iter(count.term, base.term, state.binder, step.term, base.term.type, span=term.span)
        return Typed(loop, base.type, uses)

    def function(self, term: tree.Lam, expected: Expectation) -> Typed:
        """A lambda where a type is expected, from which it takes the type of its variable."""
        wanted, annotation = expected.type, term.annotation
        if isinstance(wanted, tys.Arrow):
            result = expected.part(wanted.result)
            if annotation is None:
                return self.lam(term, wanted.argument, result)
            type = self.type(annotation)
            self.note(mismatch(self.scope, annotation.span, expected.part(wanted.argument), type))
            return self.lam(term, type, result if agree(type, wanted.argument) else ANYTHING)
        type = self.type(annotation) if annotation else UNKNOWN
        self.note(unexpected_lambda(self.scope, term.span, expected))
        return self.lam(term, type, ANYTHING)

    def lam(self, term: tree.Lam, type: tys.Type | Unknown, expected: Expectation | None) -> Typed:
        uses: Uses = {}
        (variable,), body = self.under([(term.binder, type)], term.body, expected, uses, "lambda")
        binder = variable.binder
        function = core.Lam(binder, body.term, tys.Arrow(binder.type, body.term.type), span=term.span)
        return Typed(function, arrow(type, body.type), uses)

    def application(self, term: tree.App) -> Typed:
        """`f t1 … tn`, from the left."""
        head, applied = term.function, [term]
        while isinstance(head, tree.App):
            applied.append(head)
            head = head.function
        applied.reverse()
        if isinstance(head, tree.Var) and self.context.innermost(head.name) is None:
            callee = self.instance(head.name, head.span, [part.argument for part in applied])
            if isinstance(callee.term, core.Instance):
                applied = applied[len(callee.term.arguments) :]
        else:
            callee = self.infer(head)
        spans = tuple([part.argument.span for part in applied])
        for place, part in enumerate(applied, 1):
            callee = self.applied(callee, part, spans[place:])
        return callee

    def applied(self, callee: Typed, term: tree.App, following: tuple[Span, ...]) -> Typed:  # T-App
        where = term.function.span
        if isinstance(callee.type, tys.Arrow):
            if isinstance(term.function, tree.Var):
                reason, place = f"the argument of `{term.function.name}`", None
            else:
                reason, place = "its argument", where
            wanted = Expectation(callee.type.argument, reason, "T-App", place, following)
            result = callee.type.result
        else:
            # A word of another language was not meant as an argument.
            if not isinstance(callee.type, Unknown) and not self.names.is_foreign(term.argument):
                type = self.scope.show(callee.type)
                self.note(mistakes.NotFunction(where, term.argument.span, type))
            wanted, result = ANYTHING, UNKNOWN
        argument = self.check(term.argument, wanted)
        add(callee.uses, argument.uses)
        if own_arguments(wanted, argument.type):
            result = UNKNOWN
        application = core.App(callee.term, argument.term, self.record.core_type(result), span=term.span)
        return Typed(application, result, callee.uses)

    def instance(self, name: str, span: Span, arguments: list[tree.Term]) -> Typed:  # T-Instance
        """A top-level name, with those of its arguments that its definition reuses."""
        term, type = self.names.top_level(name, span)
        if not isinstance(term, core.Ref) or not term.definition.reusable:
            return Typed(term, type, {})
        parameters = term.definition.reusable
        if len(arguments) < len(parameters):
            self.note(MissingReusable(span, name, len(parameters)))
            return Typed(*self.names.hidden(name, span), {})
        given, type = list[core.Term](), term.type
        for parameter, argument in zip(parameters, arguments, strict=False):
            reason = f"the reusable argument `{parameter.name}` of `{name}`"
            value = self.check(argument, Expectation(parameter.type, reason, "T-Instance"))
            for variable, spans in value.uses.items():
                if not variable.blamed:
                    variable.blamed = True
                    used = self.context.told(variable)
                    self.note(NotReusable(argument.span, name, parameter.name, used, spans[0]))
            given.append(value.term)
            assert isinstance(type, tys.Arrow)
            type = type.result
        return Typed(core.Instance(term.definition, tuple(given), type, span=span), type, {})
