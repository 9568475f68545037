r"""Syntax -> source, with no parentheses that the grammar does not need: `parse(pretty(t)) == t`.

Each place of a type or a term says how tightly what stands there must hold together. `\x. …`, `if …` and
their like reach as far to the right as they can.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from cajal_core.base.recursion import deep
from cajal_core.syntax import tree

#: How tightly the text of a term holds together: what ends in a term, a choice, what ends in a brace, an
#: application, an atom.
_OPEN, _CHOICE, _CLOSED, _APPLIED, _ATOM = range(5)
#: The same of types: `-o`, `&`, `*`, `^`, an atom.
_ARROW, _WITH, _PRODUCT, _POWER, _ATYPE = range(5)


def pretty(node: tree.Item | tree.Term | tree.Type) -> str:
    """The text of an item, a term or a type, on one line."""
    match node:
        case tree.Def(name, params, type, body):
            head = [f"({'!' * p.reusable}{_pattern(p.pattern)} : {_type(p.type)})" for p in params]
            return f"def {' '.join([name.name, *head])} : {_type(type)} = {_term(body)}"
        case tree.Extern(name, type):
            return f"extern {name.name} : {_type(type)}"
        case tree.Learn(name, type):
            return f"learn {name.name} : {_type(type)}"
        case tree.Data(name, constructors):
            shown = [
                " ".join([constructor.name.name, *[_type(field, _ATYPE) for field in constructor.fields]])
                for constructor in constructors
            ]
            return f"data {name.name} = {' | '.join(shown)}"
        case tree.Synonym(name, type):
            return f"type {name.name} = {_type(type)}"
        case tree.Use(module, names):
            return f"use {module.name}" + ("" if names is None else f" ({_names(names)})")
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
            | tree.WithType()
            | tree.PowerType()
            | tree.ListType()
        ):
            return _type(node)
        case _:
            return _term(node)


def _names(binders: Sequence[tree.Binder]) -> str:
    return ", ".join([binder.name for binder in binders])


@deep
def _type(type: tree.Type, level: int = _ARROW) -> str:
    match type:
        case tree.BoolType():
            return "Bool"
        case tree.UnitType():
            return "Unit"
        case tree.NatType(size):
            return "Nat" if size is None else f"Nat[{size}]"
        case tree.NamedType(name):
            return name
        case tree.ListType(element, most):
            return f"List{'' if most is None else f'[{most}]'} {_type(element, _ATYPE)}"
        case tree.PowerType(base, count):
            own, text = _POWER, f"{_type(base, _ATYPE)} ^ {count}"
        case tree.ProductType(left, right):
            own, text = _PRODUCT, f"{_type(left, _PRODUCT)} * {_type(right, _POWER)}"
        case tree.WithType(components):
            own, text = _WITH, " & ".join([_type(component, _PRODUCT) for component in components])
        case tree.ArrowType():
            parts, rest = list[str](), type
            while isinstance(rest, tree.ArrowType):
                parts.append(_type(rest.argument, _WITH))
                rest = rest.result
            own, text = _ARROW, " -o ".join([*parts, _type(rest)])
        case _:
            assert_never(type)
    return f"({text})" if own < level else text


@deep
def _pattern(pattern: tree.ArmPattern) -> str:
    match pattern:
        case tree.Binder(name):
            return name
        case tree.Wildcard():
            return "_"
        case tree.PairPattern(left, right):
            return f"({_unwrapped(left, tree.PairPattern, _pattern(left))}, {_pattern(right)})"
        case tree.ConstructorPattern(name, fields):
            return " ".join([name, *map(_pattern, fields)])
        case tree.NumberPattern(value):
            return str(value)
        case _:
            assert_never(pattern)


def _unwrapped(left: tree.Node, kind: type[tree.Node], text: str) -> str:
    """The text of the left of a pair, without parentheses if it is one: `(a, b, c)` is `((a, b), c)`."""
    return text[1:-1] if isinstance(left, kind) else text


@deep
def _term(term: tree.Term, level: int = _OPEN) -> str:
    match term:
        case tree.App(function, argument):
            own, text = _APPLIED, f"{_term(function, _APPLIED)} {_term(argument, _ATOM)}"
        case tree.Succ(predecessor):
            own, text = _APPLIED, f"succ {_term(predecessor, _ATOM)}"
        case tree.Cons(head, tail):
            own, text = _APPLIED, f"cons {_term(head, _ATOM)} {_term(tail, _ATOM)}"
        case tree.Dict(keys, values):
            own, text = _APPLIED, f"dict {_term(keys, _ATOM)} {_term(values, _ATOM)}"
        case tree.Or(left, right):
            # What ends in a term may stand last, unless one more `<|>` follows.
            last = _CLOSED if level == _CHOICE or isinstance(right, tree.Or) else _OPEN
            own, text = _CHOICE, f"{_term(left, _CHOICE)} <|> {_term(right, last)}"
        case tree.Iter() | tree.Fold() | tree.Case():
            own, text = _CLOSED, _braced(term)
        case tree.Lam() | tree.If() | tree.Let() | tree.Copy() | tree.Drop():
            own, text = _OPEN, _open(term)
        case _:
            return _atom(term)
    return f"({text})" if own < level else text


def _atom(
    term: (
        tree.Var | tree.Boolean | tree.Zero | tree.Numeral | tree.Unit | tree.Constructor | tree.Fail
        | tree.Nil | tree.Pair | tree.Annot | tree.Alternatives | tree.Pick | tree.ListLiteral
        | tree.Comprehension
    ),
) -> str:  # fmt: skip
    match term:
        case tree.Var(name) | tree.Constructor(name):
            return name
        case tree.Boolean(value):
            return "true" if value else "false"
        case tree.Zero():
            return "zero"
        case tree.Numeral(value):
            return str(value)
        case tree.Unit():
            return "()"
        case tree.Fail():
            return "fail"
        case tree.Nil():
            return "nil"
        case tree.Pair(left, right):
            return f"({_unwrapped(left, tree.Pair, _term(left))}, {_term(right)})"
        case tree.Annot(inner, type):
            return f"({_term(inner)} : {_type(type)})"
        case tree.Alternatives(parts):
            return f"<{', '.join(map(_term, parts))}>"
        case tree.Pick(alternatives, place):
            text = _term(alternatives, _ATOM)
            # A number and a `.` would be a decimal.
            return f"({text}).{place}" if isinstance(alternatives, tree.Numeral) else f"{text}.{place}"
        case tree.ListLiteral(elements):
            return f"[{', '.join(map(_term, elements))}]"
        case tree.Comprehension(body, generators):
            sources = [f"{_pattern(source.pattern)} in {_term(source.list)}" for source in generators]
            return f"[{_term(body)} | {', '.join(sources)}]"
        case _:
            assert_never(term)


def _braced(term: tree.Iter | tree.Fold | tree.Case) -> str:
    match term:
        case tree.Iter(count, base, pattern, step):
            arms = f"zero => {_term(base)} | succ {_pattern(pattern)} => {_term(step)}"
            return f"iter {_term(count)} {{ {arms} }}"
        case tree.Fold(list, base, order, element, state, step):
            names = (element, state) if order == "cons" else (state, element)
            last = " ".join([order, *map(_pattern, names)])
            return f"fold {_term(list)} {{ nil => {_term(base)} | {last} => {_term(step)} }}"
        case tree.Case(scrutinee, arms):
            shown = [f"{_pattern(arm.pattern)} => {_term(arm.body)}" for arm in arms]
            return f"case {_term(scrutinee)} {{ {' | '.join(shown)} }}"
        case _:
            assert_never(term)


def _open(term: tree.Lam | tree.If | tree.Let | tree.Copy | tree.Drop) -> str:
    """The forms that end in a term."""
    match term:
        case tree.Lam(pattern, annotation, body):
            type = f":{_type(annotation)}" if annotation else ""
            return f"\\{_pattern(pattern)}{type}. {_term(body)}"
        case tree.If(condition, consequent, alternative):
            return f"if {_term(condition)} then {_term(consequent)} else {_term(alternative)}"
        case tree.Let(pattern, annotation, bound, body):
            type = f" : {_type(annotation)}" if annotation else ""
            return f"let {_pattern(pattern)}{type} = {_term(bound)} in {_term(body)}"
        case tree.Copy(original, copies, body):
            return f"copy {_term(original)} as ({_names(copies)}) in {_term(body)}"
        case tree.Drop(dropped, body):
            return f"drop {_term(dropped)} in {_term(body)}"
        case _:
            assert_never(term)
