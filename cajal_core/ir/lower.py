r"""The pass from typed core to tensor IR: it evaluates a term on symbolic values.

Constants, choices, numbers and recurrences emit operations. Functions, definitions and `let` are gone when
it is done (`symbolic`):

>>> print(lowered(r"\x:Bool. let f = \y:Bool. if y then false else true in f x"))
neuron (x : Bool) : Bool -o Bool
  v1 : Bool = input(x)
  v2 : Bool = onehot(1)
  v3 : Bool = onehot(0)
  v4 : Bool = choose(v1, [v2 v3])
  return v4

A term that is used as its basis vectors, by `copy` or by `let` of a pair, is a sum over its basis. A list is
held apart, by its elements and the weights of its lengths, where it need not be multiplied out.

This is more than 300 lines, because each kind of term has its case here.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial, reduce
from typing import TypeAlias, assert_never

from cajal_core.base import tys
from cajal_core.base.recursion import deep
from cajal_core.base.source import Span
from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.runtime import TooManySteps
from cajal_core.ir import graph as ir
from cajal_core.ir.lowering.data import holds_list
from cajal_core.ir.lowering.folds import (
    LARGEST_LOOPED_STATE,
    LARGEST_MATRIX_STATE,
    FoldEvaluator,
    Recurrence,
    memoized,
)
from cajal_core.ir.marks import Scope, without_discarded
from cajal_core.ir.symbolic import Function, Held, Pair, Symbolic, Tuple
from cajal_core.terms import core
from cajal_core.terms.values import OverflowMode

#: Terms that unfold to more work than this are refused.
LARGEST_PROGRAM = 300_000
#: A program of more work is looped where it may be, on larger matrices than are worth it in less code.
_LARGEST_UNROLLED = 50_000

_Environment: TypeAlias = Mapping[core.Binder, Symbolic]


def lower(
    term: core.Term,
    overflow: OverflowMode = "truncate",
    dense: frozenset[str | int] = frozenset(),
    *,
    dense_result: bool = False,
) -> ir.Graph:
    """The neuron of a closed term, its curried arguments as inputs.

    Lists are held apart. But those of the arguments in `dense`, by position, come multiplied out, as do those
    that the externs in it, by name, take and return; and so is the result if `dense_result`.

    Raises:
        CajalError: if the term unfolds to too much code, or a list is too long to be multiplied out.
    """
    lowering = _Lowering(overflow, dense, dense_result)
    try:
        return lowering.graph(term)
    except CajalError:
        if not lowering.may_loop or lowering.work <= _LARGEST_UNROLLED:
            raise
    return _Lowering(overflow, dense, dense_result, LARGEST_LOOPED_STATE).graph(term)


class _Lowering(FoldEvaluator):
    def __init__(
        self,
        overflow: OverflowMode,
        dense: frozenset[str | int],
        dense_result: bool,
        largest_state: int = LARGEST_MATRIX_STATE,
    ) -> None:
        super().__init__(largest_state)
        self.overflow = overflow
        self.dense = dense
        self.dense_result = dense_result
        self.parameters = dict[str, ir.Extern | ir.Learn]()
        self.definitions = dict[core.Definition, Symbolic]()
        self.work = 0
        #: The application that is being evaluated, for the marks of what it calls.
        self.place: Span | None = None

    def graph(self, term: core.Term) -> ir.Graph:
        arguments, self.here = _arguments(term), term.span
        if arguments and isinstance(term, core.Ref | core.Instance):
            applied = self.referred(term, {})  # the neuron is no call of itself
        else:
            applied = self.term(term, {})
        for argument in arguments:
            applied = self.apply(applied, self.argument(argument))
        if isinstance(applied, Held) and not self.dense_result:
            result = self.sequence(applied)
        else:
            result = self.reify(applied)
        parameters = tuple(sorted(self.parameters.values(), key=lambda parameter: parameter.name))
        marks, joins = self.marks.finished(), tuple(self.joins)
        graph = ir.Graph(term.type, arguments, parameters, self.builder.code, result, marks, joins)
        return without_discarded(graph)

    def argument(self, argument: ir.Argument) -> Symbolic:
        if isinstance(argument.type, tys.Arrow):
            return self.callee(argument, argument.type)
        if isinstance(argument.type, tys.List):
            if argument.position in self.dense:
                return self.emit(ir.Given(argument), argument.type)
            return self.given(self.emit(ir.Input(argument), argument.type), argument)
        return self.emit(ir.Input(argument), argument.type)

    @deep
    def term(self, term: core.Term, environment: _Environment) -> Symbolic:
        self.work += 1
        if self.work > (_LARGEST_UNROLLED if self.may_loop else LARGEST_PROGRAM):
            raise CajalError(TooManySteps(LARGEST_PROGRAM))
        outer, self.here = self.here, term.span
        value = self.evaluated(term, environment)
        self.here = outer
        return value

    def evaluated(self, term: core.Term, environment: _Environment) -> Symbolic:
        match term:
            case core.Var(binder):
                return environment[binder]
            case core.Ref(definition) | core.Instance(definition):
                with self.marks.inside() as scope:
                    value = self.referred(term, environment)
                return self.called(definition.name, term.span, value, scope)
            case core.Param(target):
                self.parameters[target.name] = target  # `check` has seen that a name has one type
                self.place = term.span
                return self.callee(target, target.type)
            case core.Lam(binder, body, type):
                return Function(type, lambda argument: self.term(body, {**environment, binder: argument}))
            case core.App(function, argument):
                callee, given = self.term(function, environment), self.term(argument, environment)
                self.place = term.span
                return self.apply(callee, given)
            case core.Boolean(value):
                return self.emit(ir.OneHot(0 if value else 1), term.type)
            case core.If(condition):
                weights = self.condition(condition, environment, "if")
                return self.perhaps(lambda: self.branch(term, weights, environment))
            case core.Unit():
                return self.emit(ir.OneHot(0), term.type)
            case core.Constructor(index, data):
                return self.constructor(data, index)
            case core.Case(scrutinee) | core.CaseNat(scrutinee):
                weights = self.condition(scrutinee, environment)
                return self.perhaps(lambda: self.branch(term, weights, environment))
            case core.CaseList(scrutinee, nil, cons, type):
                scrutinized, words = self.term(scrutinee, environment), _words("case", scrutinee)
                self.marked("condition", words, scrutinee.span, scrutinized)

                def by_constructor(held: tuple[Held, ...]) -> Symbolic:
                    empty, longer = self.term(nil, environment), self.term(cons, environment)
                    return self.case_list(
                        held[0], empty, lambda first, rest: reduce(self.apply, (first, rest), longer), type
                    )

                return self.perhaps(lambda: self.in_lists((scrutinized,), by_constructor, type))
            case core.Pair(left, right, type):
                return Pair(type, self.term(left, environment), self.term(right, environment))
            case core.LetPair(left, right, bound, body, type):
                pair = self.term(bound, environment)

                def inside(pair: Symbolic) -> Symbolic:
                    assert isinstance(pair, Pair)
                    self.marked("let", left.name, bound.span, pair.left)
                    self.marked("let", right.name, bound.span, pair.right)
                    return self.term(body, {**environment, left: pair.left, right: pair.right})

                # Only a pair that is written here is taken apart as it is: `let x = s in let y = t in u`.
                if isinstance(pair, Pair) and (pair.element or isinstance(bound, core.Pair)):
                    return inside(pair)
                if not holds_list(pair):
                    return self.apart(pair, inside, type)
                calls, marks = self.calls, self.marks.count
                whole = inside(pair)
                if self.calls == calls and not isinstance(whole, Function):
                    return whole
                self.marks.forget(marks)  # what is called is called on the basis vectors of the rest
                return self.apart(pair, inside, type)
            case core.Numeral(value, type):
                return self.emit(ir.OneHot(value), type)
            case core.Succ(predecessor, type):
                vector = self.reify(self.term(predecessor, environment))
                return self.emit(ir.Shift(vector, self.overflow == "saturate"), type)
            case core.Iter():
                return self.recurrence(term, environment)
            case core.Let(binder, bound, body):
                value = self.marked("let", binder.name, bound.span, self.term(bound, environment))
                return self.term(body, {**environment, binder: value})
            case core.Copy(original, copies, body, type):
                copied = self.term(original, environment)

                def with_copies(vector: Symbolic) -> Symbolic:
                    return self.term(body, {**environment, **dict.fromkeys(copies, vector)})

                if self.is_basis(copied):
                    return with_copies(copied)
                return self.distributed(self.reify(copied), original.type, with_copies, type)
            case core.Drop(dropped, body, type):
                gone, kept = self.term(dropped, environment), self.term(body, environment)
                for weights in self.mass(gone, dropped.span):
                    kept = self.weighed(weights, kept, type)
                return kept
            case core.Alternatives(parts, type):
                alternatives = [self.perhaps(partial(self.term, part, environment)) for part in parts]
                return Tuple(type, tuple(alternatives))
            case core.Pick(alternatives, place, type):
                return self.picked(self.term(alternatives, environment), place, type)
            case core.Fail(type):
                return self.failed(type)
            case core.Or(left, right, type):
                return self.sum(type, (self.term(left, environment), self.term(right, environment)))
            case core.Nil(type):
                return self.nil(type)
            case core.Cons(head, tail, type):
                first, rest = self.element(head, environment), self.term(tail, environment)
                if isinstance(rest, Held):
                    return self.cons(first, rest)
                return self.cons_multiplied_out(self.reify(first), self.reify(rest))
            case core.Fold():
                return self.folding(term, environment)
            case core.Comprehension(lists, variables, body, type):
                given = tuple([self.term(joined, environment) for joined in lists])
                reusable = _reusable(environment)

                def body_at(elements: tuple[Symbolic, ...]) -> Symbolic:
                    own = dict(zip(variables, elements, strict=True))
                    return self.perhaps(lambda: self.element(body, {**reusable, **own}))

                return self.in_lists(given, lambda held: self.comprehension(type, held, body_at), type)
            case core.Dict(keys, values, type):
                rows, columns = self.reify(self.term(keys, environment)), self.term(values, environment)
                count = rows.dim // tys.dim(type.argument)
                return self.dictionary(rows, self.reify(columns), count, type)
            case core.Widen(inner, type):
                return self.widened(self.term(inner, environment), type)
            case _:
                assert_never(term)

    def condition(self, term: core.Term, environment: _Environment, word: str = "case") -> ir.Value:
        """The weights of what is told apart, which are marked."""
        weights = self.reify(self.term(term, environment))
        self.marked("condition", _words(word, term), term.span, weights)
        return weights

    def branch(
        self, term: core.If | core.Case | core.CaseNat, weights: ir.Value, environment: _Environment
    ) -> Symbolic:
        """The sum of the branches, each with its weight."""
        match term:
            case core.If(_, consequent, alternative, type):
                branches = self.term(consequent, environment), self.term(alternative, environment)
                return self.choose(weights, type, branches)
            case core.Case(_, arms, places, rest, type):
                values = {place: self.term(arm, environment) for place, arm in zip(places, arms, strict=True)}
                others = self.term(rest, environment) if rest else None
                return self.case(weights, values, others and (lambda value: self.apply(others, value)), type)
            case core.CaseNat(_, zero, succ, type):
                none, successor = self.term(zero, environment), self.term(succ, environment)
                return self.case_number(weights, none, lambda value: self.apply(successor, value), type)
            case _:
                assert_never(term)

    @deep
    def element(self, term: core.Term, environment: _Environment) -> Symbolic:
        """The value of a term that is the element of a list. A pair that is written stays one."""
        if not isinstance(term, core.Pair):
            return self.term(term, environment)
        left, right = self.element(term.left, environment), self.element(term.right, environment)
        return Pair(term.type, left, right, element=True)

    def folding(self, term: core.Fold, environment: _Environment) -> Symbolic:
        given, base = self.term(term.list, environment), self.term(term.base, environment)
        reusable = _reusable(environment)

        def step(element: Symbolic, state: Symbolic) -> Symbolic:
            known = {**reusable, term.element: element, term.state: state}
            return self.perhaps(lambda: self.term(term.step, known))

        fold = Recurrence(step, base, term.order, term.type, term.state.name, term.span)
        return self.in_lists((given,), lambda held: self.fold(held[0], fold), term.type)

    def definition(self, definition: core.Definition) -> Symbolic:
        """The value of a definition. It is closed, so it is evaluated once, wherever it is named."""
        if definition not in self.definitions:
            self.definitions[definition] = self.term(definition.body, {})
        return self.definitions[definition]

    def referred(self, term: core.Ref | core.Instance, environment: _Environment) -> Symbolic:
        """What a name of a definition stands for."""
        match term:
            case core.Ref(definition):
                return self.definition(definition)
            case core.Instance(definition, arguments):
                instance = self.definition(definition)
                for argument in arguments:
                    given = self.term(argument, environment)
                    self.place = term.span
                    instance = self.apply(instance, given)
                return instance
            case _:
                assert_never(term)

    def called(self, name: str, span: Span, value: Symbolic, *scopes: Scope) -> Symbolic:
        """The value of a definition. If it is a function, its result is marked where it has all arguments.

        What is evaluated for it, in the scopes, is inside the call.
        """
        if not isinstance(value, Function):
            return self.marked("call", name, span, value, *scopes)

        def apply(argument: Symbolic) -> Symbolic:
            place = self.place or span
            with self.marks.inside() as scope:
                result = self.apply(value, argument)
            return self.called(name, place, result, *scopes, scope)

        return Function(value.type, apply)

    def callee(self, callee: ir.Callee, type: tys.Type, given: tuple[Symbolic, ...] = ()) -> Symbolic:
        result = super().callee(callee, type, given)
        if isinstance(type, tys.Arrow) or self.place is None:
            return result
        match callee:
            case ir.Extern():
                return self.marked("extern", callee.name, self.place, result)
            case ir.Learn():
                return self.marked("learn", callee.name, self.place, result)
            case ir.Argument():
                return self.marked("argument", callee.name, self.place, result)
            case _:
                assert_never(callee)

    def marked(self, kind: ir.Kind, name: str, span: Span, symbolic: Symbolic, *scopes: Scope) -> Symbolic:
        """The same symbolic value. Its tensor is marked, so that a trace shows it.

        A function has none that is known, and a list that is held apart is not multiplied out to be shown.
        What is marked in the scopes is inside it.
        """
        if not isinstance(symbolic, Function) and not holds_list(symbolic):
            tensor = self.marginal(self.reify(symbolic))
            if tensor:
                self.marks.add(ir.Mark(kind, name, span, tensor), *scopes)
        return symbolic

    def recurrence(self, term: core.Iter, environment: _Environment) -> Symbolic:
        weights = self.reify(self.term(term.count, environment))
        base = self.term(term.base, environment)
        reusable = _reusable(environment)

        def step(state: Symbolic) -> Symbolic:
            return self.perhaps(lambda: self.term(term.step, {**reusable, term.binder: state}))

        def looped(base: ir.Value) -> ir.Value:
            def body(state: ir.Value) -> ir.Value:
                weighed = self.sums(state.axes) or ()
                with self.marks.inside() as scope:
                    mark = ir.Mark("state", term.binder.name, term.span, state, weighed=weighed)
                    self.marks.add(mark, scope)
                    return self.reify(step(self.reflect(state)))

            return self.builder.iterate(weights, base, body, term.binder.name, term.span)

        if not isinstance(base, Function):
            return looped(self.reify(base))
        if self.runs_on_matrices(base.type):
            # On the matrices of the states, unless they run through what need not be linear.
            opaque, self.opaque, marks = self.opaque, set(), self.marks.count
            result = looped(self.reify(base))
            linear = not self.opaque
            self.opaque |= opaque
            if linear:
                return self.reflect(result)
            self.marks.forget(marks)  # that code is not needed
        states: list[Symbolic] = [base]
        for _ in range(weights.dim - 1):
            states.append(memoized(step(states[-1])))
        return self.choose(weights, term.type, tuple(states))


def _reusable(environment: _Environment) -> _Environment:
    """The variables that a step may use: the `!` parameters."""
    return {binder: value for binder, value in environment.items() if binder.reusable}


def _words(word: str, term: core.Term) -> str:
    """The name of a condition: `if odd x`."""
    return " ".join([word, *term.span.text.split()])


def _arguments(term: core.Term) -> tuple[ir.Argument, ...]:
    """The arguments, with their own names where the term is a definition or a lambda, else arg1, arg2, …"""
    arguments, type, own = list[ir.Argument](), term.type, True
    while isinstance(type, tys.Arrow):
        while isinstance(term, core.Ref):
            term = term.definition.body
        own = own and isinstance(term, core.Lam)
        name = f"arg{len(arguments) + 1}"
        if own and isinstance(term, core.Lam):
            name, term = term.binder.name, term.body
        arguments.append(ir.Argument(len(arguments), name, type.argument, type.reusable))
        type = type.result
    return tuple(arguments)
