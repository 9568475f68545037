r"""Syntax -> source, with no parentheses that the grammar does not need: `parse(pretty(t)) == t`.

A term stands in one of three places: where any term may stand, as the function of an application,
or as an argument. `\x. …`, `if …` and their like reach as far to the right as they can.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, assert_never

from cajal_core.base.recursion import deep
from cajal_core.syntax import tree

_Place: TypeAlias = Literal["term", "function", "argument"]


def pretty(node: tree.Item | tree.Term | tree.Type) -> str:
    """The text of an item, a term or a type, on one line."""
    match node:
        case tree.Def(name, params, type, body):
            head = "".join([f" ({'!' * p.reusable}{p.binder.name} : {_type(p.type)})" for p in params])
            return f"def {name.name}{head} : {_type(type)} = {_term(body)}"
        case tree.Extern(name, type):
            return f"extern {name.name} : {_type(type)}"
        case tree.Learn(name, type):
            return f"learn {name.name} : {_type(type)}"
        case tree.Data(name, constructors):
            return f"data {name.name} = {' | '.join([constructor.name for constructor in constructors])}"
        case tree.Space(name, sizes):
            return f"space {name.name}[{', '.join(map(str, sizes))}]"
        case tree.Show(term):
            return _term(term)
        case (
            tree.BoolType()
            | tree.NatType()
            | tree.UnitType()
            | tree.ProductType()
            | tree.NamedType()
            | tree.ArrowType()
        ):
            return _type(node)
        case _:
            return _term(node)


@deep
def _type(type: tree.Type) -> str:
    parts = list[str]()
    while isinstance(type, tree.ArrowType):
        argument = _type(type.argument)
        parts.append(f"({argument})" if isinstance(type.argument, tree.ArrowType) else argument)
        type = type.result
    match type:
        case tree.BoolType():
            parts.append("Bool")
        case tree.UnitType():
            parts.append("Unit")
        case tree.ProductType(left, right):
            before = f"({_type(left)})" if isinstance(left, tree.ArrowType) else _type(left)
            tight = isinstance(right, tree.ArrowType | tree.ProductType)
            parts.append(f"{before} * {f'({_type(right)})' if tight else _type(right)}")
        case tree.NatType(None):
            parts.append("Nat")
        case tree.NatType(size):
            parts.append(f"Nat[{size}]")
        case tree.NamedType(name):
            parts.append(name)
        case _:
            assert_never(type)
    return " -o ".join(parts)


@deep
def _term(term: tree.Term, place: _Place = "term") -> str:
    match term:
        case tree.Var(name):
            return name
        case tree.Boolean(value):
            return "true" if value else "false"
        case tree.Zero():
            return "zero"
        case tree.Numeral(value):
            return str(value)
        case tree.Unit():
            return "()"
        case tree.Constructor(name):
            return name
        case tree.Pair(left, right):
            first = _term(left)
            if isinstance(left, tree.Pair):  # (a, b, c) is ((a, b), c)
                first = first[1:-1]
            return f"({first}, {_term(right)})"
        case tree.Annot(inner, type):
            return f"({_term(inner)} : {_type(type)})"
        case tree.App(function, argument):
            text = f"{_term(function, 'function')} {_term(argument, 'argument')}"
            return f"({text})" if place == "argument" else text
        case tree.Succ(predecessor):
            text = f"succ {_term(predecessor, 'argument')}"
            return f"({text})" if place == "argument" else text
        case _:
            text = _open(term)
            return text if place == "term" else f"({text})"


def _open(
    term: (tree.Lam | tree.If | tree.Iter | tree.Let | tree.LetPair | tree.Case | tree.Copy | tree.Drop),
) -> str:
    """The forms that begin with a word of their own."""
    match term:
        case tree.Lam(binder, annotation, body):
            type = f":{_type(annotation)}" if annotation else ""
            return f"\\{binder.name}{type}. {_term(body)}"
        case tree.If(condition, consequent, alternative):
            return f"if {_term(condition)} then {_term(consequent)} else {_term(alternative)}"
        case tree.Iter(count, base, binder, step):
            arms = f"zero => {_term(base)} | succ {binder.name} => {_term(step)}"
            return f"iter {_term(count)} {{ {arms} }}"
        case tree.Let(binder, bound, body):
            return f"let {binder.name} = {_term(bound)} in {_term(body)}"
        case tree.LetPair(left, right, bound, body):
            return f"let ({left.name}, {right.name}) = {_term(bound)} in {_term(body)}"
        case tree.Case(scrutinee, arms):
            shown = [f"{arm.constructor.name} => {_term(arm.body)}" for arm in arms]
            return f"case {_term(scrutinee)} {{ {' | '.join(shown)} }}"
        case tree.Copy(original, left, right, body):
            return f"copy {_term(original)} as ({left.name}, {right.name}) in {_term(body)}"
        case tree.Drop(dropped, body):
            return f"drop {_term(dropped)} in {_term(body)}"
        case _:
            assert_never(term)
