r"""Parse tree -> syntax tree: one method for each rule of the grammar.

Sugar goes: `\x y. t` becomes two `Lam`, `(x y : A)` two `Param`, `(a, b, c)` two `Pair`, both forms of `iter`
one `Iter`.

It has more than 300 lines, because each rule of the grammar has its method.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from itertools import chain
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

    def visit_item(self, _: Node, parts: list[Any]) -> tree.Item:
        [item], _end = parts
        return item if isinstance(item, tree.Item) else tree.Show(item, span=item.span)

    def visit_def(self, node: Node, parts: list[Any]) -> tree.Def:
        _, name, params, _, type, _, body = parts
        return tree.Def(_binder(name), tuple(chain(*params)), type, body, span=_span(node))

    def visit_param(self, node: Node, parts: list[Any]) -> list[tree.Param]:
        _, [(patterns, reusable)], _, type, _ = parts
        return [tree.Param(pattern, type, reusable, span=_span(node)) for pattern in patterns]

    def visit_reusable(self, _: Node, parts: list[Any]) -> tuple[list[tree.Binder], bool]:
        return [_binder(name) for name in parts[1]], True

    def visit_patterns(self, _: Node, parts: list[Any]) -> tuple[list[tree.Pattern], bool]:
        return parts, False

    def visit_extern(self, node: Node, parts: list[Any]) -> tree.Extern:
        _, name, _, type = parts
        return tree.Extern(_binder(name), type, span=_span(node))

    def visit_learn(self, node: Node, parts: list[Any]) -> tree.Learn:
        _, name, _, type = parts
        return tree.Learn(_binder(name), type, span=_span(node))

    def visit_data(self, node: Node, parts: list[Any]) -> tree.Data:
        _, name, _, first, rest = parts
        return tree.Data(_binder(name), (first, *_behind(rest)), span=_span(node))

    def visit_data_con(self, node: Node, parts: list[Any]) -> tree.DataConstructor:
        name, fields = parts
        return tree.DataConstructor(_binder(name), tuple(fields), span=_span(node))

    def visit_synonym(self, node: Node, parts: list[Any]) -> tree.Synonym:
        _, name, _, type = parts
        return tree.Synonym(_binder(name), type, span=_span(node))

    def visit_use(self, node: Node, parts: list[Any]) -> tree.Use:
        _, module, names = parts
        return tree.Use(_binder(module), names[0] if names else None, span=_span(node))

    def visit_names(self, _: Node, parts: list[Any]) -> tuple[tree.Binder, ...]:
        _, first, rest, _ = parts
        return tuple(map(_binder, (first, *_behind(rest))))

    visit_copies = visit_names

    def visit_space(self, node: Node, parts: list[Any]) -> tree.Space:
        _, name, _, first, rest, _ = parts
        sizes = [first, *_behind(rest)]
        return tree.Space(_binder(name), tuple(int(size.value) for size in sizes), span=_span(node))

    def visit_binder(self, node: Node, _: object) -> tree.Binder:
        return _binder(_token(node))

    def visit_wildcard(self, node: Node, _: object) -> tree.Wildcard:
        return tree.Wildcard(span=_span(node))

    def visit_pair_p(self, node: Node, parts: list[Any]) -> tree.Pattern:
        _, pattern, rest, _ = parts
        for component in _behind(rest):
            pattern = tree.PairPattern(pattern, component, span=pattern.span.to(component.span))
        return dataclasses.replace(pattern, span=_span(node))

    def visit_type(self, _: Node, parts: list[Any]) -> tree.Type:
        first, arrows = parts
        types = [first, *_behind(arrows)]
        type = types.pop()
        while types:
            argument = types.pop()
            type = tree.ArrowType(argument, type, span=argument.span.to(type.span))
        return type

    def visit_with(self, node: Node, parts: list[Any]) -> tree.Type:
        first, rest = parts
        return tree.WithType((first, *_behind(rest)), span=_span(node)) if rest else first

    def visit_product(self, _: Node, parts: list[Any]) -> tree.Type:
        type, factors = parts
        for factor in _behind(factors):
            type = tree.ProductType(type, factor, span=type.span.to(factor.span))
        return type

    def visit_power(self, node: Node, parts: list[Any]) -> tree.Type:
        base, count = parts
        return tree.PowerType(base, int(count[0][1].value), span=_span(node)) if count else base

    def visit_unit_t(self, node: Node, _: object) -> tree.UnitType:
        return tree.UnitType(span=_span(node))

    def visit_bool(self, node: Node, _: object) -> tree.BoolType:
        return tree.BoolType(span=_span(node))

    def visit_nat(self, node: Node, parts: list[Any]) -> tree.NatType:
        return tree.NatType(parts[1][0] if parts[1] else None, span=_span(node))

    def visit_list_t(self, node: Node, parts: list[Any]) -> tree.ListType:
        _, most, element = parts
        return tree.ListType(element, most[0] if most else None, span=_span(node))

    def visit_size(self, _: Node, parts: list[Any]) -> int:
        return int(parts[1].value)

    def visit_named(self, node: Node, _: object) -> tree.NamedType:
        return tree.NamedType(_token(node).value, span=_span(node))

    def visit_paren_t(self, node: Node, parts: list[Any]) -> tree.Type:
        return dataclasses.replace(parts[1], span=_span(node))

    def visit_lam(self, node: Node, parts: list[Any]) -> tree.Term:
        _, [binders], _, body = parts
        span = _span(node)
        for pattern, annotation in reversed(binders):
            body = tree.Lam(pattern, annotation, body, span=span)
        return body

    def visit_typed(self, _: Node, parts: list[Any]) -> list[tuple[tree.Pattern, tree.Type]]:
        return [*chain(*parts)]

    def visit_group(self, _: Node, parts: list[Any]) -> list[tuple[tree.Pattern, tree.Type]]:
        _, (patterns, _reusable), _, type, _ = parts
        return [(pattern, type) for pattern in patterns]

    def visit_bare_t(self, _: Node, parts: list[Any]) -> list[tuple[tree.Pattern, tree.Type]]:
        pattern, _, type = parts
        return [(pattern, type)]

    def visit_bare(self, _: Node, parts: list[Any]) -> list[tuple[tree.Pattern, None]]:
        return [(pattern, None) for pattern in parts]

    def visit_colon_t(self, _: Node, parts: list[Any]) -> tree.Type:
        return parts[1]

    def visit_if(self, node: Node, parts: list[Any]) -> tree.If:
        _, condition, _, consequent, _, alternative = parts
        return tree.If(condition, consequent, alternative, span=_span(node))

    def visit_iter(self, node: Node, parts: list[Any]) -> tree.Iter:
        _, _, base, _, pattern, _, step, _, count = parts
        return tree.Iter(count, base, pattern, step, span=_span(node))

    def visit_iter_of(self, node: Node, parts: list[Any]) -> tree.Iter:
        _, count, _, _, _, base, _, _, pattern, _, step, _ = parts
        return tree.Iter(count, base, pattern, step, span=_span(node))

    def visit_fold(self, node: Node, parts: list[Any]) -> tree.Fold:
        _, xs, _, _, _, base, _, [word], first, second, _, step, _ = parts
        order, element, state = ("cons", first, second) if word.type == "cons" else ("snoc", second, first)
        return tree.Fold(xs, base, order, element, state, step, span=_span(node))

    def visit_case(self, node: Node, parts: list[Any]) -> tree.Case:
        _, scrutinee, _, first, rest, _ = parts
        return tree.Case(scrutinee, (first, *_behind(rest)), span=_span(node))

    def visit_arm(self, node: Node, parts: list[Any]) -> tree.Arm:
        [pattern], _, body = parts
        return tree.Arm(pattern, body, span=_span(node))

    def visit_con_p(self, node: Node, parts: list[Any]) -> tree.ConstructorPattern:
        name, fields = parts
        return tree.ConstructorPattern(name.value, tuple(fields), span=_span(node))

    def visit_succ_p(self, node: Node, parts: list[Any]) -> tree.ConstructorPattern:
        word, *fields = parts
        return tree.ConstructorPattern(word.type, tuple(fields), span=_span(node))

    visit_cons_p = visit_word_p = visit_succ_p

    def visit_unit_p(self, node: Node, _: object) -> tree.ConstructorPattern:
        return tree.ConstructorPattern("()", span=_span(node))

    def visit_number_p(self, node: Node, _: object) -> tree.NumberPattern:
        return tree.NumberPattern(int(_token(node).value), span=_span(node))

    def visit_let(self, node: Node, parts: list[Any]) -> tree.Let:
        _, pattern, annotation, _, bound, _, body = parts
        return tree.Let(pattern, annotation[0] if annotation else None, bound, body, span=_span(node))

    def visit_copy(self, node: Node, parts: list[Any]) -> tree.Copy:
        _, original, _, copies, _, body = parts
        return tree.Copy(original, copies, body, span=_span(node))

    def visit_drop(self, node: Node, parts: list[Any]) -> tree.Drop:
        _, dropped, _, body = parts
        return tree.Drop(dropped, body, span=_span(node))

    def visit_or(self, _: Node, parts: list[Any]) -> tree.Term:
        term, rest = parts
        for [right] in _behind(rest):
            term = tree.Or(term, right, span=term.span.to(right.span))
        return term

    def visit_app(self, _: Node, parts: list[Any]) -> tree.Term:
        term, arguments = parts
        for argument in arguments:
            term = tree.App(term, argument, span=term.span.to(argument.span))
        return term

    def visit_succ(self, node: Node, parts: list[Any]) -> tree.Succ:
        return tree.Succ(parts[1], span=_span(node))

    def visit_cons(self, node: Node, parts: list[Any]) -> tree.Cons:
        return tree.Cons(parts[1], parts[2], span=_span(node))

    def visit_dict(self, node: Node, parts: list[Any]) -> tree.Dict:
        return tree.Dict(parts[1], parts[2], span=_span(node))

    def visit_picked(self, _: Node, parts: list[Any]) -> tree.Term:
        term, picks = parts
        for place in _behind(picks):
            term = tree.Pick(term, int(place.value), span=term.span.to(place.span))
        return term

    def visit_var(self, node: Node, _: object) -> tree.Var:
        return tree.Var(_token(node).value, span=_span(node))

    def visit_con(self, node: Node, _: object) -> tree.Constructor:
        return tree.Constructor(_token(node).value, span=_span(node))

    def visit_unit(self, node: Node, _: object) -> tree.Unit:
        return tree.Unit(span=_span(node))

    def visit_tuple(self, node: Node, parts: list[Any]) -> tree.Term:
        _, term, rest, _ = parts
        for component in _behind(rest):
            term = tree.Pair(term, component, span=_span(node))
        return term

    def visit_angles(self, node: Node, parts: list[Any]) -> tree.Alternatives:
        _, first, rest, _ = parts
        return tree.Alternatives((first, *_behind(rest)), span=_span(node))

    def visit_each(self, node: Node, parts: list[Any]) -> tree.Comprehension:
        _, body, _, first, rest, _ = parts
        return tree.Comprehension(body, (first, *_behind(rest)), span=_span(node))

    def visit_source(self, node: Node, parts: list[Any]) -> tree.Generator:
        pattern, _, xs = parts
        return tree.Generator(pattern, xs, span=_span(node))

    def visit_list(self, node: Node, parts: list[Any]) -> tree.ListLiteral:
        elements = parts[1][0] if parts[1] else ()
        return tree.ListLiteral(elements, span=_span(node))

    def visit_elements(self, _: Node, parts: list[Any]) -> tuple[tree.Term, ...]:
        first, rest = parts
        return (first, *_behind(rest))

    def visit_true(self, node: Node, _: object) -> tree.Boolean:
        return tree.Boolean(True, span=_span(node))

    def visit_false(self, node: Node, _: object) -> tree.Boolean:
        return tree.Boolean(False, span=_span(node))

    def visit_zero(self, node: Node, _: object) -> tree.Zero:
        return tree.Zero(span=_span(node))

    def visit_fail(self, node: Node, _: object) -> tree.Fail:
        return tree.Fail(span=_span(node))

    def visit_nil(self, node: Node, _: object) -> tree.Nil:
        return tree.Nil(span=_span(node))

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


def _behind(parts: list[Any]) -> list[Any]:
    """What stands behind the separators of a repeated group."""
    return [part for _separator, part in parts]


def _binder(token: Token) -> tree.Binder:
    return tree.Binder(token.value, span=token.span)


def _span(node: Node) -> Span:
    tokens = _tokens(node)
    return tokens[node.start].span.to(tokens[node.end - 1].span)
