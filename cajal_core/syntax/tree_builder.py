r"""Parse tree -> syntax tree: one method for each rule of the grammar.

Sugar goes: `\(x:A) (y:B). t` becomes two `Lam`, `(a, b, c)` two `Pair`, both forms of `iter` one `Iter`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from parsimonious.nodes import Node, NodeVisitor

from cajal_core.base.recursion import deep
from cajal_core.base.source import Span
from cajal_core.syntax import tree
from cajal_core.syntax.lexer import Token

if TYPE_CHECKING:
    _Visitor = NodeVisitor[Any]  # generic in its stubs only
else:
    _Visitor = NodeVisitor


def build(parsed: Node) -> tree.Item:
    """The item that a parse tree of the grammar is."""
    return _Builder().visit(parsed)


class _Builder(_Visitor):
    """Parse tree -> syntax tree. A token stands for itself, an unnamed group for its list of children."""

    unwrapped_exceptions = (RecursionError,)
    visit = deep(_Visitor.visit)

    def generic_visit(self, node: Node, visited_children: Sequence[Any]) -> Any:
        if node.children or node.start == node.end:
            return list(visited_children)
        return _token(node)

    def visit_term(self, _: Node, parts: list[Any]) -> Any:
        return parts[0]

    visit_atom = visit_head = visit_atype = visit_term

    def visit_item(self, _: Node, parts: list[Any]) -> tree.Item:
        [item], _end = parts
        declaration = isinstance(item, tree.Def | tree.Extern | tree.Learn | tree.Space | tree.Data)
        return item if declaration else tree.Show(item, span=item.span)

    def visit_def(self, node: Node, parts: list[Any]) -> tree.Def:
        _, name, params, _, type, _, body = parts
        return tree.Def(_binder(name), tuple(params), type, body, span=_span(node))

    def visit_param(self, node: Node, parts: list[Any]) -> tree.Param:
        _, reusable, name, _, type, _ = parts
        return tree.Param(_binder(name), type, bool(reusable), span=_span(node))

    def visit_extern(self, node: Node, parts: list[Any]) -> tree.Extern:
        _, name, _, type = parts
        return tree.Extern(_binder(name), type, span=_span(node))

    def visit_learn(self, node: Node, parts: list[Any]) -> tree.Learn:
        _, name, _, type = parts
        return tree.Learn(_binder(name), type, span=_span(node))

    def visit_data(self, node: Node, parts: list[Any]) -> tree.Data:
        _, name, _, first, rest = parts
        constructors = [first, *(constructor for _, constructor in rest)]
        return tree.Data(_binder(name), tuple(map(_binder, constructors)), span=_span(node))

    def visit_space(self, node: Node, parts: list[Any]) -> tree.Space:
        _, name, _, first, rest, _ = parts
        sizes = [first, *(size for _, size in rest)]
        return tree.Space(_binder(name), tuple(int(size.value) for size in sizes), span=_span(node))

    def visit_type(self, _: Node, parts: list[Any]) -> tree.Type:
        first, arrows = parts
        types = [first, *(result for _, result in arrows)]
        type = types.pop()
        while types:
            argument = types.pop()
            type = tree.ArrowType(argument, type, span=argument.span.to(type.span))
        return type

    def visit_product(self, _: Node, parts: list[Any]) -> tree.Type:
        type, factors = parts
        for _times, factor in factors:
            type = tree.ProductType(type, factor, span=type.span.to(factor.span))
        return type

    def visit_unit_t(self, node: Node, _: object) -> tree.UnitType:
        return tree.UnitType(span=_span(node))

    def visit_bool(self, node: Node, _: object) -> tree.BoolType:
        return tree.BoolType(span=_span(node))

    def visit_nat(self, node: Node, parts: list[Any]) -> tree.NatType:
        size = int(parts[1][0][1].value) if parts[1] else None
        return tree.NatType(size, span=_span(node))

    def visit_named(self, node: Node, _: object) -> tree.NamedType:
        return tree.NamedType(_token(node).value, span=_span(node))

    def visit_paren_t(self, node: Node, parts: list[Any]) -> tree.Type:
        return dataclasses.replace(parts[1], span=_span(node))

    def visit_lam(self, node: Node, parts: list[Any]) -> tree.Term:
        _, (binders,), _, body = parts
        span = _span(node)
        for binder, annotation in reversed(binders):
            body = tree.Lam(binder, annotation, body, span=span)
        return body

    def visit_bare(self, _: Node, parts: list[Any]) -> list[tuple[tree.Binder, tree.Type | None]]:
        name, annotation = parts
        return [(_binder(name), annotation[0] if annotation else None)]

    def visit_group(self, _: Node, parts: list[Any]) -> tuple[tree.Binder, tree.Type]:
        _, name, _, type, _ = parts
        return _binder(name), type

    def visit_colon_t(self, _: Node, parts: list[Any]) -> tree.Type:
        return parts[1]

    def visit_if(self, node: Node, parts: list[Any]) -> tree.If:
        _, condition, _, consequent, _, alternative = parts
        return tree.If(condition, consequent, alternative, span=_span(node))

    def visit_iter(self, node: Node, parts: list[Any]) -> tree.Iter:
        _, _, base, _, name, _, step, _, count = parts
        return tree.Iter(count, base, _binder(name), step, span=_span(node))

    def visit_iter_of(self, node: Node, parts: list[Any]) -> tree.Iter:
        _, count, _, _, _, base, _, _, name, _, step, _ = parts
        return tree.Iter(count, base, _binder(name), step, span=_span(node))

    def visit_case(self, node: Node, parts: list[Any]) -> tree.Case:
        _, scrutinee, _, first, rest, _ = parts
        return tree.Case(scrutinee, (first, *(arm for _, arm in rest)), span=_span(node))

    def visit_arm(self, node: Node, parts: list[Any]) -> tree.Arm:
        constructor, _, body = parts
        return tree.Arm(constructor, body, span=_span(node))

    def visit_let_pair(self, node: Node, parts: list[Any]) -> tree.LetPair:
        _, _, left, _, right, _, _, bound, _, body = parts
        return tree.LetPair(_binder(left), _binder(right), bound, body, span=_span(node))

    def visit_let(self, node: Node, parts: list[Any]) -> tree.Let:
        _, name, _, bound, _, body = parts
        return tree.Let(_binder(name), bound, body, span=_span(node))

    def visit_copy(self, node: Node, parts: list[Any]) -> tree.Copy:
        _, original, _, _, left, _, right, _, _, body = parts
        return tree.Copy(original, _binder(left), _binder(right), body, span=_span(node))

    def visit_drop(self, node: Node, parts: list[Any]) -> tree.Drop:
        _, dropped, _, body = parts
        return tree.Drop(dropped, body, span=_span(node))

    def visit_app(self, _: Node, parts: list[Any]) -> tree.Term:
        term, arguments = parts
        for argument in arguments:
            term = tree.App(term, argument, span=term.span.to(argument.span))
        return term

    def visit_succ(self, node: Node, parts: list[Any]) -> tree.Succ:
        return tree.Succ(parts[1], span=_span(node))

    def visit_var(self, node: Node, _: object) -> tree.Var:
        return tree.Var(_token(node).value, span=_span(node))

    def visit_con(self, node: Node, _: object) -> tree.Constructor:
        return tree.Constructor(_token(node).value, span=_span(node))

    def visit_unit(self, node: Node, _: object) -> tree.Unit:
        return tree.Unit(span=_span(node))

    def visit_tuple(self, node: Node, parts: list[Any]) -> tree.Term:
        _, term, rest, _ = parts
        for _comma, component in rest:
            term = tree.Pair(term, component, span=_span(node))
        return term

    def visit_true(self, node: Node, _: object) -> tree.Boolean:
        return tree.Boolean(True, span=_span(node))

    def visit_false(self, node: Node, _: object) -> tree.Boolean:
        return tree.Boolean(False, span=_span(node))

    def visit_zero(self, node: Node, _: object) -> tree.Zero:
        return tree.Zero(span=_span(node))

    def visit_int(self, node: Node, _: object) -> tree.Numeral:
        return tree.Numeral(int(_token(node).value), span=_span(node))

    def visit_paren(self, node: Node, parts: list[Any]) -> tree.Term:
        _, term, annotation, _ = parts
        if annotation:
            return tree.Annot(term, annotation[0], span=_span(node))
        return dataclasses.replace(term, span=_span(node))


def _token(node: Node) -> Token:
    return _tokens(node)[node.start]


def _tokens(node: Node) -> Sequence[Token]:
    return cast("Sequence[Token]", node.full_text)  # a TokenGrammar parses a list, not a string


def _binder(token: Token) -> tree.Binder:
    return tree.Binder(token.value, span=token.span)


def _span(node: Node) -> Span:
    tokens = _tokens(node)
    return tokens[node.start].span.to(tokens[node.end - 1].span)
