r"""Syntax -> source, with no parentheses that the grammar does not need: `parse(pretty(t)) == t`.

A term stands in one of three places: where any term may stand, as the function of an application,
or as an argument. `\x. …`, `if …` and their like reach as far to the right as they can.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, assert_never

from cajal_core import syntax
from cajal_core.recursion import deep_recursion

_Place: TypeAlias = Literal["term", "function", "argument"]


def pretty(node: syntax.Item | syntax.Term | syntax.Type) -> str:
    """The text of an item, a term or a type, on one line."""
    with deep_recursion():
        match node:
            case syntax.Def(name, params, type, body):
                head = "".join([f" ({'!' * p.reusable}{p.binder.name} : {_type(p.type)})" for p in params])
                return f"def {name.name}{head} : {_type(type)} = {_term(body)}"
            case syntax.Extern(name, type):
                return f"extern {name.name} : {_type(type)}"
            case syntax.Learn(name, type):
                return f"learn {name.name} : {_type(type)}"
            case syntax.Data(name, constructors):
                return f"data {name.name} = {' | '.join([each.name for each in constructors])}"
            case syntax.Space(name, sizes):
                return f"space {name.name}[{', '.join(map(str, sizes))}]"
            case syntax.Show(term):
                return _term(term)
            case (
                syntax.BoolType()
                | syntax.NatType()
                | syntax.UnitType()
                | syntax.ProductType()
                | syntax.NamedType()
                | syntax.ArrowType()
            ):
                return _type(node)
            case _:
                return _term(node)


def _type(type: syntax.Type) -> str:
    parts = list[str]()
    while isinstance(type, syntax.ArrowType):
        argument = _type(type.argument)
        parts.append(f"({argument})" if isinstance(type.argument, syntax.ArrowType) else argument)
        type = type.result
    match type:
        case syntax.BoolType():
            parts.append("Bool")
        case syntax.UnitType():
            parts.append("Unit")
        case syntax.ProductType(left, right):
            before = f"({_type(left)})" if isinstance(left, syntax.ArrowType) else _type(left)
            tight = isinstance(right, syntax.ArrowType | syntax.ProductType)
            parts.append(f"{before} * {f'({_type(right)})' if tight else _type(right)}")
        case syntax.NatType(None):
            parts.append("Nat")
        case syntax.NatType(size):
            parts.append(f"Nat[{size}]")
        case syntax.NamedType(name):
            parts.append(name)
        case _:
            assert_never(type)
    return " -o ".join(parts)


def _term(term: syntax.Term, place: _Place = "term") -> str:
    match term:
        case syntax.Var(name):
            return name
        case syntax.Boolean(value):
            return "true" if value else "false"
        case syntax.Zero():
            return "zero"
        case syntax.Numeral(value):
            return str(value)
        case syntax.Unit():
            return "()"
        case syntax.Constructor(name):
            return name
        case syntax.Pair(left, right):
            first = _term(left)
            if isinstance(left, syntax.Pair):  # (a, b, c) is ((a, b), c)
                first = first[1:-1]
            return f"({first}, {_term(right)})"
        case syntax.Annot(inner, type):
            return f"({_term(inner)} : {_type(type)})"
        case syntax.App(function, argument):
            text = f"{_term(function, 'function')} {_term(argument, 'argument')}"
            return f"({text})" if place == "argument" else text
        case syntax.Succ(predecessor):
            text = f"succ {_term(predecessor, 'argument')}"
            return f"({text})" if place == "argument" else text
        case _:
            text = _open(term)
            return text if place == "term" else f"({text})"


def _open(
    term: (
        syntax.Lam
        | syntax.If
        | syntax.Iter
        | syntax.Let
        | syntax.LetPair
        | syntax.Case
        | syntax.Copy
        | syntax.Drop
    ),
) -> str:
    """The forms that begin with a word of their own."""
    match term:
        case syntax.Lam(binder, annotation, body):
            type = f":{_type(annotation)}" if annotation else ""
            return f"\\{binder.name}{type}. {_term(body)}"
        case syntax.If(condition, consequent, alternative):
            return f"if {_term(condition)} then {_term(consequent)} else {_term(alternative)}"
        case syntax.Iter(count, base, binder, step):
            arms = f"zero => {_term(base)} | succ {binder.name} => {_term(step)}"
            return f"iter {_term(count)} {{ {arms} }}"
        case syntax.Let(binder, bound, body):
            return f"let {binder.name} = {_term(bound)} in {_term(body)}"
        case syntax.LetPair(left, right, bound, body):
            return f"let ({left.name}, {right.name}) = {_term(bound)} in {_term(body)}"
        case syntax.Case(scrutinee, arms):
            shown = [f"{arm.constructor.name} => {_term(arm.body)}" for arm in arms]
            return f"case {_term(scrutinee)} {{ {' | '.join(shown)} }}"
        case syntax.Copy(original, left, right, body):
            return f"copy {_term(original)} as ({left.name}, {right.name}) in {_term(body)}"
        case syntax.Drop(dropped, body):
            return f"drop {_term(dropped)} in {_term(body)}"
        case _:
            assert_never(term)
