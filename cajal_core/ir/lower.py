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

A term that is used as its basis vectors, by `copy` or by `let` of a pair, is a sum over its basis.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias, assert_never

from cajal_core.base import tys
from cajal_core.base.recursion import deep
from cajal_core.base.source import Span
from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.runtime import TooManySteps
from cajal_core.ir import graph as ir
from cajal_core.ir.marks import Marks, Scope
from cajal_core.ir.symbolic import Function, Pair, Symbolic, SymbolicEvaluator
from cajal_core.terms import core
from cajal_core.terms.values import OverflowMode

#: Terms that unfold to more work than this are refused.
LARGEST_PROGRAM = 300_000
#: A recurrence of functions runs on their matrices up to this many entries, else it is unrolled.
LARGEST_MATRIX_STATE = 2**12

_Environment: TypeAlias = Mapping[core.Binder, Symbolic]


def lower(term: core.Term, overflow: OverflowMode = "truncate") -> ir.Graph:
    """The neuron of a closed term, its curried arguments as inputs.

    Raises:
        CajalError: if the term unfolds to too much code.
    """
    return _Lowering(overflow).graph(term)


class _Lowering(SymbolicEvaluator):
    def __init__(self, overflow: OverflowMode) -> None:
        super().__init__()
        self.overflow = overflow
        self.parameters = dict[str, ir.Extern | ir.Learn]()
        self.definitions = dict[core.Definition, Symbolic]()
        self.marks = Marks(lambda: self.builder.values)
        self.work = 0
        #: The application that is being evaluated, for the marks of what it calls.
        self.place: Span | None = None

    def graph(self, term: core.Term) -> ir.Graph:
        arguments = _arguments(term)
        if arguments and isinstance(term, core.Ref | core.Instance):
            applied = self.referred(term, {})  # the neuron is no call of itself
        else:
            applied = self.term(term, {})
        for argument in arguments:
            applied = self.apply(applied, self.argument(argument))
        result = self.reify(applied)
        parameters = tuple(sorted(self.parameters.values(), key=lambda parameter: parameter.name))
        return ir.Graph(term.type, arguments, parameters, self.builder.code, result, self.marks.finished())

    def argument(self, argument: ir.Argument) -> Symbolic:
        if isinstance(argument.type, tys.Arrow):
            return self.callee(argument, argument.type)
        return self.builder.emit(ir.Input(argument), argument.type, ())

    @deep
    def term(self, term: core.Term, environment: _Environment) -> Symbolic:
        self.work += 1
        if self.work > LARGEST_PROGRAM:
            raise CajalError(TooManySteps(LARGEST_PROGRAM))
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
                return self.builder.emit(ir.OneHot(0 if value else 1), term.type, ())
            case core.If(condition, consequent, alternative, type):
                weights = self.reify(self.term(condition, environment))
                self.marked("condition", _words("if", condition), condition.span, weights)
                branches = (self.term(consequent, environment), self.term(alternative, environment))
                return self.choose(weights, type, branches)
            case core.Unit():
                return self.builder.emit(ir.OneHot(0), term.type, ())
            case core.Constructor(index, type):
                return self.builder.emit(ir.OneHot(index), type, ())
            case core.Case(scrutinee, arms, type):
                weights = self.reify(self.term(scrutinee, environment))
                self.marked("condition", _words("case", scrutinee), scrutinee.span, weights)
                return self.choose(weights, type, tuple([self.term(arm, environment) for arm in arms]))
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
                if isinstance(pair, Pair) and (self.is_basis(pair) or isinstance(bound, core.Pair)):
                    return inside(pair)
                return self.distributed(self.reify(pair), bound.type, inside, type)
            case core.Numeral(value, type):
                return self.builder.emit(ir.OneHot(value), type, ())
            case core.Succ(predecessor, type):
                vector = self.reify(self.term(predecessor, environment))
                return self.builder.emit(ir.Shift(vector, self.overflow == "saturate"), type, vector.axes)
            case core.Iter():
                return self.recurrence(term, environment)
            case core.Let(binder, bound, body):
                value = self.marked("let", binder.name, bound.span, self.term(bound, environment))
                return self.term(body, {**environment, binder: value})
            case core.Copy(original, left, right, body, type):
                copied = self.term(original, environment)

                def twice(vector: Symbolic) -> Symbolic:
                    return self.term(body, {**environment, left: vector, right: vector})

                if self.is_basis(copied):
                    return twice(copied)
                return self.distributed(self.reify(copied), original.type, twice, type)
            case core.Drop(dropped, body, type):
                gone, kept = self.term(dropped, environment), self.term(body, environment)
                if self.is_basis(gone):  # its weights add up to one
                    return kept
                weights = self.reify(gone)
                return self.pointwise(type, (kept,), lambda parts: self.weigh(weights, parts[0]))
            case _:
                assert_never(term)

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
        """The same symbolic value. If it is no function, its tensor is marked, so that a trace shows it.

        What is marked in the scopes is inside it.
        """
        if not isinstance(symbolic, Function):
            tensor = self.marginal(self.reify(symbolic))
            if tensor:
                self.marks.add(ir.Mark(kind, name, span, tensor), *scopes)
        return symbolic

    def recurrence(self, term: core.Iter, environment: _Environment) -> Symbolic:
        weights = self.reify(self.term(term.count, environment))
        base = self.term(term.base, environment)
        reusable = {binder: value for binder, value in environment.items() if binder.reusable}

        def step(state: Symbolic) -> Symbolic:
            return self.term(term.step, {**reusable, term.binder: state})

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
        if tys.dim(base.type) <= LARGEST_MATRIX_STATE:
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
            states.append(_memoized(step(states[-1])))
        return self.choose(weights, term.type, tuple(states))


def _memoized(function: Symbolic) -> Function:
    """A function that keeps its results, so that nested states are not unfolded again and again."""
    assert isinstance(function, Function)
    results: dict[Symbolic, Symbolic] = {}

    def apply(argument: Symbolic) -> Symbolic:
        if argument not in results:
            results[argument] = function.apply(argument)
        return results[argument]

    return Function(function.type, apply)


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
