"""Typed core -> tensor IR, by evaluating the term on symbolic tensors (LANGUAGE.md, section 3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias, assert_never

from cajal_core.base import tys
from cajal_core.base.recursion import deep_recursion
from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.runtime import Misuse
from cajal_core.ir import graph as ir
from cajal_core.ir.symbolic import Function, Meaning, Meanings, Pair
from cajal_core.terms import core
from cajal_core.terms.values import OverflowMode

#: Terms that unfold to more work than this are refused.
LARGEST_PROGRAM = 300_000
#: A recurrence of functions runs on their matrices up to this many entries, else it is unrolled.
LARGEST_MATRIX_STATE = 2**12

_Environment: TypeAlias = Mapping[core.Binder, Meaning]


def lower(term: core.Term, overflow: OverflowMode = "truncate") -> ir.Graph:
    """The neuron of a closed term, its curried arguments as inputs.

    Raises:
        CajalError: if the term unfolds to too much code, or needs a tensor of more than
            `builder.LARGEST_TENSOR` entries.
    """
    with deep_recursion():
        return _Lowering(overflow).graph(term)


class _Lowering(Meanings):
    def __init__(self, overflow: OverflowMode) -> None:
        super().__init__()
        self.overflow = overflow
        self.parameters = dict[str, ir.Extern | ir.Learn]()
        self.definitions = dict[core.Definition, Meaning]()
        self.marks = list[ir.Mark]()
        self.work = 0

    def graph(self, term: core.Term) -> ir.Graph:
        arguments = _arguments(term)
        meaning = self.term(term, {})
        for argument in arguments:
            meaning = self.apply(meaning, self.argument(argument))
        result = self.tensor(meaning)
        parameters = tuple(sorted(self.parameters.values(), key=lambda parameter: parameter.name))
        return ir.Graph(term.type, arguments, parameters, self.builder.code, result, tuple(self.marks))

    def argument(self, argument: ir.Argument) -> Meaning:
        if isinstance(argument.type, tys.Arrow):
            return self.callee(argument, argument.type)
        return self.builder.emit(ir.Input(argument), argument.type, ())

    def term(self, term: core.Term, environment: _Environment) -> Meaning:
        self.work += 1
        if self.work > LARGEST_PROGRAM:
            raise CajalError(
                Misuse(
                    f"this term unfolds to more than {LARGEST_PROGRAM:,} steps of compilation",
                    "a definition that uses another twice doubles its size; use `iter` for repetition",
                )
            )
        match term:
            case core.Var(binder):
                return environment[binder]
            case core.Ref(definition):
                return self.marked("call", definition.name, term, self.definition(definition))
            case core.Param(target):
                return self.parameter(target)
            case core.Instance(definition, arguments):
                meaning = self.definition(definition)
                for argument in arguments:
                    meaning = self.apply(meaning, self.term(argument, environment))
                return self.marked("call", definition.name, term, meaning)
            case core.Lam(binder, body, type):
                return Function(type, lambda argument: self.term(body, {**environment, binder: argument}))
            case core.App(function, argument):
                callee = self.term(function, environment)
                result = self.apply(callee, self.term(argument, environment))
                name = None if isinstance(term.type, tys.Arrow) else _called(term)
                return self.marked("call", name, term, result) if name else result
            case core.Boolean(value):
                return self.builder.emit(ir.OneHot(0 if value else 1), term.type, ())
            case core.If(condition, consequent, alternative, type):
                weights = self.tensor(self.term(condition, environment))
                self.marked("condition", "if", condition, weights)
                branches = (self.term(consequent, environment), self.term(alternative, environment))
                return self.choose(weights, type, branches)
            case core.Unit():
                return self.builder.emit(ir.OneHot(0), term.type, ())
            case core.Constructor(index, type):
                return self.builder.emit(ir.OneHot(index), type, ())
            case core.Case(scrutinee, arms, type):
                weights = self.tensor(self.term(scrutinee, environment))
                self.marked("condition", "case", scrutinee, weights)
                return self.choose(weights, type, tuple([self.term(arm, environment) for arm in arms]))
            case core.Pair(left, right, type):
                return Pair(type, self.term(left, environment), self.term(right, environment))
            case core.LetPair(left, right, bound, body, type):
                pair = self.term(bound, environment)

                def inside(pair: Meaning) -> Meaning:
                    assert isinstance(pair, Pair)
                    self.marked("let", left.name, bound, pair.left)
                    self.marked("let", right.name, bound, pair.right)
                    return self.term(body, {**environment, left: pair.left, right: pair.right})

                # Only a pair that is written here is taken apart as it is: `let x = s in let y = t in u`.
                if isinstance(pair, Pair) and (pair.basis or isinstance(bound, core.Pair)):
                    return inside(pair)
                return self.distributed(self.tensor(pair), bound.type, inside, type)
            case core.Numeral(value, type):
                return self.builder.emit(ir.OneHot(value), type, ())
            case core.Succ(predecessor, type):
                vector = self.tensor(self.term(predecessor, environment))
                return self.builder.emit(ir.Shift(vector, self.overflow == "saturate"), type, vector.axes)
            case core.Iter():
                return self.recurrence(term, environment)
            case core.Let(binder, bound, body):
                meaning = self.marked("let", binder.name, bound, self.term(bound, environment))
                return self.term(body, {**environment, binder: meaning})
            case core.Copy(original, left, right, body, type):
                return self.distributed(
                    self.tensor(self.term(original, environment)),
                    original.type,
                    lambda vector: self.term(body, {**environment, left: vector, right: vector}),
                    type,
                )
            case core.Drop(dropped, body, type):
                weights = self.tensor(self.term(dropped, environment))
                kept = self.term(body, environment)
                return self.pointwise(type, (kept,), lambda parts: self.weigh(weights, parts[0]))
            case _:
                assert_never(term)

    def definition(self, definition: core.Definition) -> Meaning:
        """Closed, so that it means the same wherever it is named."""
        if definition not in self.definitions:
            self.definitions[definition] = self.term(definition.body, {})
        return self.definitions[definition]

    def parameter(self, target: core.Extern | core.Learn) -> Meaning:
        kind = ir.Extern if isinstance(target, core.Extern) else ir.Learn
        parameter = kind(target.name, target.type)
        self.parameters[target.name] = parameter  # `check` has seen that a name has one type
        return self.callee(parameter, parameter.type)

    def marked(
        self, kind: Literal["let", "call", "condition"], name: str, term: core.Term, meaning: Meaning
    ) -> Meaning:
        """The meaning, which a trace shows if it is no function."""
        if not isinstance(meaning, Function):
            value = self.marginal(self.tensor(meaning))
            if value:
                self.marks.append(ir.Mark(kind, name, term.span, value))
        return meaning

    def recurrence(self, term: core.Iter, environment: _Environment) -> Meaning:
        weights = self.tensor(self.term(term.count, environment))
        base = self.term(term.base, environment)
        reusable = {binder: meaning for binder, meaning in environment.items() if binder.reusable}

        def step(state: Meaning) -> Meaning:
            return self.term(term.step, {**reusable, term.binder: state})

        def looped(base: ir.Value) -> ir.Value:
            def body(state: ir.Value) -> ir.Value:
                return self.tensor(step(self.meaning(state)))

            return self.builder.iterate(weights, base, body, term.binder.name, term.span)

        if not isinstance(base, Function):
            return looped(self.tensor(base))
        if tys.dim(base.type) <= LARGEST_MATRIX_STATE:
            # On the matrices of the states, unless they run through what need not be linear.
            opaque, self.opaque = self.opaque, set()
            result = looped(self.tensor(base))
            linear = not self.opaque
            self.opaque |= opaque
            if linear:
                return self.meaning(result)
        states: list[Meaning] = [base]
        for _ in range(weights.dim - 1):
            states.append(_remembered(step(states[-1])))
        return self.choose(weights, term.type, tuple(states))


def _remembered(meaning: Meaning) -> Meaning:
    """A function with its results kept, so that nested states are not unfolded again and again."""
    assert isinstance(meaning, Function)
    results: dict[Meaning, Meaning] = {}
    function: Callable[[Meaning], Meaning] = meaning.apply

    def apply(argument: Meaning) -> Meaning:
        if argument not in results:
            results[argument] = function(argument)
        return results[argument]

    return Function(meaning.type, apply)


def _called(term: core.Term) -> str | None:
    """The name of the definition that an application is a call of."""
    while isinstance(term, core.App):
        term = term.function
    return term.definition.name if isinstance(term, core.Ref | core.Instance) else None


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
