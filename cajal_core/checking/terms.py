"""The typing rules of terms, each named as in docs/rules.md.

Bidirectional: `infer` finds the type of a term, `check` pushes an expected one in. Each returns the
core term with its type and its `Uses`, the places where it uses each bound variable.

This is more than 300 lines, because the rules call one another: a part of a term may be any term.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias, assert_never

from cajal_core.base import tys
from cajal_core.base.recursion import deep
from cajal_core.base.source import Span
from cajal_core.checking.context import Binds, BoundVariable, Context, Scope, Typed, Uses, add
from cajal_core.checking.expectation import (
    ANYTHING,
    CONDITION,
    STEP,
    Expectation,
    for_no_function,
    has_type,
    is_longer,
    mismatch,
    own_arguments,
    unexpected,
    widens,
)
from cajal_core.checking.names import Names
from cajal_core.checking.record import Record
from cajal_core.checking.rules import cases, lists
from cajal_core.checking.types import resolve
from cajal_core.checking.unknown import UNKNOWN, Unknown, agree, arrow, product
from cajal_core.diagnostics import types as mistakes
from cajal_core.diagnostics.linear import (
    Branch,
    IfBranch,
    MissingReusable,
    NotReusable,
    Repeated,
    Side,
)
from cajal_core.diagnostics.lists import IgnoresNoData, NeedsType, PatternNeedsType
from cajal_core.diagnostics.mistake import Mistake
from cajal_core.syntax import tree
from cajal_core.terms import core

#: Forms whose type is that of a part.
_Compound: TypeAlias = (
    tree.If | tree.Iter | tree.Let | tree.Case | tree.Copy | tree.Drop | tree.Or | tree.Fold
)  # fmt: skip


@dataclass(slots=True)
class Opened:
    """The variables of some patterns while they are in scope, and what takes the values apart."""

    variables: list[BoundVariable] = field(default_factory=list[BoundVariable])
    #: The pairs that are taken apart and the values that are dropped, outermost first.
    parts: list[tuple[core.Binder, core.Binder, core.Binder] | core.Binder] = field(
        default_factory=list["tuple[core.Binder, core.Binder, core.Binder] | core.Binder"]
    )

    def around(self, body: core.Term) -> core.Term:
        """A body behind what takes the values apart."""
        for part in reversed(self.parts):
            if isinstance(part, tuple):
                pair, left, right = part
                value = core.Var(pair, span=pair.span)
                body = core.LetPair(left, right, value, body, body.type, span=body.span)
            else:
                body = core.Drop(core.Var(part, span=part.span), body, body.type, span=body.span)
        return body


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
            picks = isinstance(type, tys.With | tys.Power)
            self.note(mistakes.NotPair(where, self.scope.show(type), picks))
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

    def fail(self, term: tree.Fail, type: tys.Type | Unknown) -> Typed:  # T-Fail
        return Typed(core.Fail(self.record.core_type(type), span=term.span), type, {}, absorbs=True)

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
        return Typed(pair, product(left.type, right.type), left.uses, left.absorbs or right.absorbs)

    @deep
    def infer(self, term: tree.Term) -> Typed:
        """The term with the type that it has by itself."""
        match term:
            case tree.Lam(pattern, annotation):  # T-Lam
                if annotation is None and isinstance(pattern, tree.Binder):
                    self.note(mistakes.NeedsAnnotation(pattern.name, pattern.span))
                elif annotation is None:
                    self.note(PatternNeedsType(pattern.span))
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
                return inner._replace(term=core.Succ(inner.term, type, span=term.span), type=type)
            case tree.Fail():
                self.note(NeedsType(term.span, "fail"))
                return self.fail(term, UNKNOWN)
            case tree.Alternatives():
                return lists.alternatives(self, term, None)
            case tree.Pick():
                return lists.pick(self, term)
            case tree.Nil() | tree.Cons() | tree.ListLiteral() | tree.Comprehension():
                return lists.listing(self, term, None)
            case tree.Dict():
                return lists.dictionary(self, term)
            case _:
                return self.compound(term, None)

    @deep
    def check(self, term: tree.Term, expected: Expectation) -> Typed:
        """The term at the expected type."""
        wanted = expected.type
        match term:
            case tree.Lam():
                return self.function(term, expected)
            case (
                tree.If() | tree.Iter() | tree.Let() | tree.Case() | tree.Copy() | tree.Drop() | tree.Or()
                | tree.Fold()
            ):  # fmt: skip
                return self.compound(term, expected)
            case tree.Zero() | tree.Numeral():
                if isinstance(wanted, tys.Nat):
                    return self.numeral(term, wanted, expected)
            case tree.Succ(predecessor):
                if isinstance(wanted, tys.Nat):
                    inner = self.check(predecessor, expected)
                    return inner._replace(term=core.Succ(inner.term, wanted, span=term.span), type=wanted)
            case tree.Pair(left, right):
                if isinstance(wanted, tys.Product) and not is_longer(term, wanted):
                    first = self.check(left, expected.part(wanted.left))
                    return self.pair(term, first, self.check(right, expected.part(wanted.right)))
            case tree.Fail():
                return self.fail(term, wanted)
            case tree.Alternatives():
                if isinstance(wanted, tys.With | tys.Power):
                    return lists.alternatives(self, term, expected)
            case tree.Nil() | tree.Cons() | tree.ListLiteral() | tree.Comprehension():
                if isinstance(wanted, tys.List):
                    return lists.listing(self, term, expected)
                if not isinstance(wanted, Unknown):
                    self.note(unexpected(self.scope, term.span, expected, "a list"))
                    return lists.listing(self, term, ANYTHING)
            case (
                tree.Var() | tree.App() | tree.Boolean() | tree.Unit() | tree.Constructor() | tree.Annot()
                | tree.Pick() | tree.Dict()
            ):  # fmt: skip
                pass  # they have a type by themselves
            case _:
                assert_never(term)
        typed = self.infer(term)
        return self.widened(term, typed, expected)

    def widened(self, term: tree.Term, typed: Typed, expected: Expectation) -> Typed:
        """A term that has a type by itself, at the expected one."""
        wanted = expected.type
        if not isinstance(wanted, Unknown) and widens(typed.type, wanted):  # T-Widen
            return typed._replace(term=core.Widen(typed.term, wanted, span=term.span), type=wanted)
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
                [then, other], joined = self.branches("T-If", named, expected, test)
                chosen = core.If(test.term, then.term, other.term, then.term.type, span=term.span)
                return joined._replace(term=chosen)
            case tree.Or(left, right):  # T-Or
                named = [(Side("<|>", 1), left), (Side("<|>", 2), right)]
                [first, second], joined = self.branches("T-Or", named, expected)
                return joined._replace(term=core.Or(first.term, second.term, first.term.type, span=term.span))
            case tree.Case():
                return cases.case(self, term, expected)
            case tree.Iter():
                return self.iteration(term, expected)
            case tree.Fold():
                return lists.fold(self, term, expected)
            case tree.Let():
                return self.let(term, expected)
            case tree.Copy(original, copies, body):  # T-Copy
                value = self.data(original, "copy")
                binds = [Binds(copy, value.type, "part") for copy in copies]
                binders, rest = self.under(binds, body, expected, value.uses, value.absorbs)
                copy = core.Copy(value.term, tuple(binders), rest.term, rest.term.type, span=term.span)
                return rest._replace(term=copy)
            case tree.Drop(dropped, body):  # T-Drop
                value = self.data(dropped, "drop")
                _, rest = self.under([], body, expected, value.uses, value.absorbs)
                return rest._replace(term=core.Drop(value.term, rest.term, rest.term.type, span=term.span))
            case _:
                assert_never(term)

    def let(self, term: tree.Let, expected: Expectation | None) -> Typed:  # T-Let
        if term.annotation:
            stated = Expectation(self.type(term.annotation), "the annotation", "T-Let", term.annotation.span)
            value = self.check(term.bound, stated)
        else:
            value = self.infer(term.bound)
        if isinstance(term.pattern, tree.PairPattern):  # T-LetPair
            types = self.components(value.type, term.bound.span)
            patterns = zip((term.pattern.left, term.pattern.right), types, strict=True)
            binds = [Binds(pattern, type, "part") for pattern, type in patterns]
            (left, right), rest = self.under(binds, term.body, expected, value.uses, value.absorbs)
            parts = core.LetPair(left, right, value.term, rest.term, rest.term.type, span=term.span)
            return rest._replace(term=parts)
        made_of = tuple([variable.binder.name for variable in value.uses])
        binds = [Binds(term.pattern, value.type, "let", made_of)]
        (binder,), rest = self.under(binds, term.body, expected, value.uses, value.absorbs)
        return rest._replace(term=core.Let(binder, value.term, rest.term, rest.term.type, span=term.span))

    def under(
        self,
        binds: list[Binds],
        body: tree.Term,
        expected: Expectation | None,
        uses: Uses,
        absorbs: bool,
        again: Repeated | None = None,
    ) -> tuple[list[core.Binder], Typed]:
        """A body with patterns bound to values: what stands for each value in the core, and the body.

        The uses and the flag of the body are added to those given. What runs any number of times sees its own
        variables alone, and its `fail` uses up no others.
        """
        if again:
            self.context.steps.append(again)
        opened = Opened()
        binders = [self.open(each, opened) for each in binds]
        rest = self.part(body, expected)
        self.close(opened, rest, body)
        if again:
            self.context.steps.pop()
        add(uses, rest.uses)
        absorbs |= rest.absorbs and not again
        return binders, Typed(opened.around(rest.term), rest.type, uses, absorbs)

    def close(self, opened: Opened, rest: Typed, body: tree.Term) -> None:
        """Takes the variables of patterns out of scope, behind the body that they were bound in."""
        variables = opened.variables
        for place in reversed(range(len(variables))):
            beside = variables[place + 1 :]
            self.context.close(variables[place], rest.uses, body, beside, rest.absorbs)

    def open(self, binds: Binds, opened: Opened) -> core.Binder:
        """Brings the variables of a pattern into scope. What stands for the whole value in the core."""
        pattern, type = binds.pattern, binds.type
        match pattern:
            case tree.Binder():
                variable = self.context.open(pattern, type, False, binds.binding, binds.made_of)
                opened.variables.append(variable)
                return variable.binder
            case tree.Wildcard():
                if not isinstance(type, Unknown) and not tys.is_data(type):
                    self.note(IgnoresNoData(pattern.span, self.scope.show(type)))
                binder = core.Binder("unused", self.record.core_type(type), pattern.span)
                opened.parts.append(binder)
                return binder
            case tree.PairPattern(left, right):
                names = "_".join([name.name for name in tree.bound_names(pattern)]) or "unused"
                binder = core.Binder(names, self.record.core_type(type), pattern.span)
                first, second = self.components(type, pattern.span)
                place = len(opened.parts)
                one = self.open(Binds(left, first, "part"), opened)
                two = self.open(Binds(right, second, "part"), opened)
                opened.parts.insert(place, (binder, one, two))
                return binder
            case _:
                assert_never(pattern)

    def branches(
        self,
        rule: str,
        named: list[tuple[Branch, tree.Term]],
        expected: Expectation | None,
        before: Typed | None = None,
        binds: list[list[Binds]] | None = None,
    ) -> tuple[list[Typed], Typed]:
        r"""Branches of one type, which use the same variables, and what is said of them together.

        Where no type is expected the first tells that has one by itself: `fail`, `nil` and `\x. t` have none.
        The uses are added to those of what is `before` them. A branch may bind patterns: it is a function
        then, as many lambdas as there are patterns.
        """
        order = [*range(len(named))]
        if expected is None:
            telling = next((place for place, (_, term) in enumerate(named) if has_type(term)), 0)
            order = [telling, *[place for place in order if place != telling]]
        checked = dict[int, Typed]()
        for place in order:
            term = named[place][1]
            typed = self.arm(binds[place], term, expected) if binds else self.part(term, expected)
            if expected is None:
                body = _body(typed, len(binds[place]) if binds else 0)
                parts = "sides" if rule == "T-Or" else "branches"
                expected = Expectation(body, f"both {parts} have one type", rule, term.span)
            checked[place] = typed
        branches = [checked[place] for place in range(len(named))]
        joined = self.joined(named, branches, before)
        first = order[0]
        type = _body(branches[first], len(binds[first]) if binds else 0)
        return branches, joined._replace(type=type)

    def joined(
        self, named: list[tuple[Branch, tree.Term]], branches: list[Typed], before: Typed | None = None
    ) -> Typed:
        """What is said of several branches together, with what is `before` them; the term is the first."""
        used = [
            (branch, term.span, typed.uses, typed.absorbs)
            for (branch, term), typed in zip(named, branches, strict=True)
        ]
        uses: Uses = before.uses if before else {}
        add(uses, self.context.join(used, uses))
        absorbs = all(typed.absorbs for typed in branches) or bool(before and before.absorbs)
        return branches[0]._replace(uses=uses, absorbs=absorbs)

    def arm(self, binds: list[Binds], body: tree.Term, expected: Expectation | None) -> Typed:
        """An arm of a `case`, as a function of what its patterns stand for."""
        binders, typed = self.under(binds, body, expected, {}, False)
        term, type = typed.term, typed.type
        for binder, each in zip(reversed(binders), reversed(binds), strict=True):
            term = core.Lam(binder, term, tys.Arrow(binder.type, term.type), span=body.span)
            type = arrow(each.type, type)
        return typed._replace(term=term, type=type)

    def iteration(self, term: tree.Iter, expected: Expectation | None) -> Typed:  # T-Iter
        count = self.infer(term.count)
        self.counting(count.type, term.count.span, "`iter` counts with a Nat", "T-Iter")
        base, state, step = self.repeated(
            term.base, [Binds(term.pattern, UNKNOWN, "state")], term.step, expected, count, "iter"
        )
        loop = core.Iter(count.term, base.term, state[-1], step.term, base.term.type, span=term.span)
        return step._replace(term=loop, type=base.type)

    def repeated(
        self,
        first: tree.Term,
        binds: list[Binds],
        body: tree.Term,
        expected: Expectation | None,
        before: Typed,
        kind: Literal["iter", "fold"],
    ) -> tuple[Typed, list[core.Binder], Typed]:
        """A base and a step that keeps its type, which that of the state is. Its pattern is the last."""
        base = self.part(first, expected)
        add(before.uses, base.uses)
        reason, rule = STEP, "T-Iter" if kind == "iter" else "T-Fold"
        same = expected or Expectation(base.type, reason, rule, first.span)
        binds = [*binds[:-1], binds[-1]._replace(type=base.type)]
        # What the step uses from outside is blamed, and still counts as used.
        noted, state = len(self.record.mistakes), binds[-1].pattern
        absorbs = before.absorbs or base.absorbs
        binders, step = self.under(binds, body, same, before.uses, absorbs, kind)
        if isinstance(state, tree.Binder):
            self.context.meant(state, base.type, noted)
        return base, binders, step

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
        if not isinstance(wanted, Unknown):
            self.note(unexpected(self.scope, term.span, expected, "a function"))
        return self.lam(term, type, ANYTHING)

    def lam(self, term: tree.Lam, type: tys.Type | Unknown, expected: Expectation | None) -> Typed:
        (binder,), body = self.under([Binds(term.pattern, type, "lambda")], term.body, expected, {}, False)
        function = core.Lam(binder, body.term, tys.Arrow(binder.type, body.term.type), span=term.span)
        return body._replace(term=function, type=arrow(type, body.type))

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
                named = isinstance(term.argument, tree.Var) and self.context.innermost(term.argument.name)
                advice = for_no_function(term, callee.type, following, bool(named))
                self.note(mistakes.NotFunction(where, term.argument.span, type, *advice))
            wanted, result = ANYTHING, UNKNOWN
        argument = self.check(term.argument, wanted)
        add(callee.uses, argument.uses)
        if own_arguments(wanted, argument.type):
            result = UNKNOWN
        application = core.App(callee.term, argument.term, self.record.core_type(result), span=term.span)
        return Typed(application, result, callee.uses, callee.absorbs or argument.absorbs)

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


def _body(typed: Typed, lambdas: int) -> tys.Type | Unknown:
    """The type of the body of so many lambdas."""
    type = typed.type
    for _ in range(lambdas):
        if not isinstance(type, tys.Arrow):
            return UNKNOWN
        type = type.result
    return type
