"""The typing rules of lists, alternatives and dictionaries (docs/spec.md, section 2.2)."""

from __future__ import annotations

from typing import Literal, TypeAlias, assert_never

from cajal_core.base import tys
from cajal_core.checking.context import Binds, Typed, Uses, add
from cajal_core.checking.expectation import ANYTHING, Expectation, has_type
from cajal_core.checking.rules.checker import Checker
from cajal_core.checking.unknown import UNKNOWN, Unknown, arrow
from cajal_core.diagnostics.linear import Branch, Side
from cajal_core.diagnostics.lists import (
    LongList,
    NeedsType,
    NoComponent,
    NoKey,
    NotAlternatives,
    NotList,
    NotRows,
    UnequalRows,
    WrongAlternatives,
)
from cajal_core.syntax import tree
from cajal_core.terms import core

_ONE_TYPE = "the elements of a list have one type"

_ListTerm: TypeAlias = tree.Nil | tree.Cons | tree.ListLiteral | tree.Comprehension


def alternatives(checker: Checker, term: tree.Alternatives, expected: Expectation | None) -> Typed:  # T-With
    """`<a, b>`, of a type `A & B` or `A ^ n` if one is expected."""
    wanted, count = expected.type if expected else UNKNOWN, len(term.parts)
    types: list[tys.Type] = components(wanted) or []
    if expected and types and len(types) != count:
        assert not isinstance(wanted, Unknown)
        checker.note(WrongAlternatives(term.span, count, checker.scope.show(wanted), len(types)))
        types, wanted = [], UNKNOWN
    branches = list[Typed]()
    for place, part in enumerate(term.parts):
        branches.append(checker.part(part, expected.part(types[place]) if expected and types else None))
    named: list[tuple[Branch, tree.Term]] = [
        (Side("<…>", place), part) for place, part in enumerate(term.parts, 1)
    ]
    joined = checker.joined(named, branches)
    own = tys.With(tuple([branch.term.type for branch in branches]))
    type = wanted if isinstance(wanted, tys.With | tys.Power) else own
    known = not any(isinstance(branch.type, Unknown) for branch in branches)
    parts = core.Alternatives(tuple([branch.term for branch in branches]), type, span=term.span)
    return joined._replace(term=parts, type=type if known else UNKNOWN)


def pick(checker: Checker, term: tree.Pick) -> Typed:  # T-Pick
    value = checker.infer(term.alternatives)
    type, parts = value.type, components(value.type)
    chosen: tys.Type | Unknown = UNKNOWN
    if parts and 1 <= term.place <= len(parts):
        chosen = parts[term.place - 1]
    elif parts:
        shown = checker.scope.show(value.term.type)
        checker.note(NoComponent(term.span, term.place, shown, len(parts)))
    elif not isinstance(type, Unknown):
        shown, is_pair = checker.scope.show(type), isinstance(type, tys.Product)
        checker.note(NotAlternatives(term.alternatives.span, shown, is_pair))
    picked = core.Pick(value.term, term.place - 1, checker.record.core_type(chosen), span=term.span)
    return value._replace(term=picked, type=chosen)


def listing(checker: Checker, term: _ListTerm, expected: Expectation | None) -> Typed:
    """A list that is written; of a `List` type if one is expected."""
    wanted = expected.type if expected and isinstance(expected.type, tys.List) else None
    match term:
        case tree.Nil() | tree.ListLiteral(()):  # T-Nil
            if wanted is None and expected is None:
                checker.note(NeedsType(term.span, term.span.text))
            return Typed(_nil(checker, term, wanted), wanted or UNKNOWN, {})
        case tree.Cons():
            return _cons(checker, term, wanted, expected)
        case tree.ListLiteral():
            return _literal(checker, term, wanted, expected)
        case tree.Comprehension():
            return _comprehension(checker, term, wanted, expected)
        case _:
            assert_never(term)


def _nil(checker: Checker, term: tree.Term, type: tys.List | None) -> core.Nil:
    if type is None:
        type = tys.List(checker.record.core_type(UNKNOWN), 0)
    return core.Nil(type, span=term.span)


def _of_elements(wanted: tys.List | None, expected: Expectation | None) -> Expectation | None:
    """What is expected of the elements of a list: nothing where its own type is no list."""
    return expected and (expected.part(wanted.element) if wanted else ANYTHING)


def _unsized(checker: Checker, element: tys.Type | Unknown) -> tys.List | None:
    """`List A`, without a bound of its own."""
    checker.record.uses_nat = True
    if isinstance(element, Unknown):
        return None
    return tys.List(element, checker.scope.nat_size - 1, written=False)


def _cons(checker: Checker, term: tree.Cons, wanted: tys.List | None, expected: Expectation | None) -> Typed:
    """`cons a xs`, whose type is that of xs where none is expected."""  # T-Cons
    if wanted and expected:
        head = checker.check(term.head, expected.part(wanted.element))
        tail = checker.check(term.tail, expected)
    elif has_type(term.tail):
        tail = checker.infer(term.tail)
        wanted = _listed(checker, tail.type, term.tail, "cons")
        element = wanted.element if wanted else UNKNOWN
        head = checker.check(term.head, Expectation(element, _ONE_TYPE, "T-Cons", term.tail.span))
    else:
        head = checker.infer(term.head) if expected is None else checker.check(term.head, ANYTHING)
        wanted = _unsized(checker, head.type)
        same = Expectation(wanted or UNKNOWN, _ONE_TYPE, "T-Cons")
        tail = checker.check(term.tail, same)
    uses = Uses()
    add(uses, head.uses)
    add(uses, tail.uses)
    type = wanted or tys.List(checker.record.core_type(UNKNOWN), 0)
    both = core.Cons(head.term, tail.term, type, span=term.span)
    return head._replace(term=both, type=wanted or UNKNOWN, uses=uses, absorbs=head.absorbs or tail.absorbs)


def _literal(
    checker: Checker, term: tree.ListLiteral, wanted: tys.List | None, expected: Expectation | None
) -> Typed:
    """`[a, b]` is `cons a (cons b nil)`. Where no type is expected, the first element tells."""
    place = next((place for place, part in enumerate(term.elements) if has_type(part)), 0)
    order = [place, *[other for other in range(len(term.elements)) if other != place]]
    same = _of_elements(wanted, expected)
    elements = dict[int, Typed]()
    for place in order:
        part = term.elements[place]
        elements[place] = checker.part(part, same)
        if same is None:
            same = Expectation(elements[place].type, _ONE_TYPE, "T-Cons", part.span)
            wanted = _unsized(checker, elements[place].type)
    if wanted and len(elements) > wanted.most:
        element = checker.scope.show(wanted.element)
        checker.note(LongList(term.span, len(elements), wanted.most, element))
    result: core.Term = _nil(checker, term, wanted)
    uses, absorbs = Uses(), False
    for place in range(len(elements)):
        absorbs |= elements[place].absorbs
        add(uses, elements[place].uses)
    for place in reversed(range(len(elements))):
        head = elements[place].term
        assert isinstance(result, core.Nil | core.Cons)
        result = core.Cons(head, result, result.type, span=term.span)
    return Typed(result, wanted or UNKNOWN, uses, absorbs)


def _comprehension(
    checker: Checker, term: tree.Comprehension, wanted: tys.List | None, expected: Expectation | None
) -> Typed:  # T-Each
    """`[t | x in xs, y in ys]`: as many elements as the shortest bound allows."""
    binds, lists, shortest = list[Binds](), list[core.Term](), None
    uses, absorbs = Uses(), False
    for generator in term.generators:
        value = checker.infer(generator.list)
        add(uses, value.uses)
        absorbs |= value.absorbs
        type = _listed(checker, value.type, generator.list, "comprehension")
        if type and (shortest is None or type.most < shortest.most):
            shortest = type
        binds.append(Binds(generator.pattern, type.element if type else UNKNOWN, "element"))
        lists.append(value.term)
    same = _of_elements(wanted, expected)
    variables, body = checker.under(binds, term.body, same, uses, absorbs, "comprehension")
    known = shortest is not None and not isinstance(body.type, Unknown)
    most, written = (shortest.most, shortest.written) if shortest else (0, True)
    type = tys.List(body.term.type, most, written)
    made: core.Term = core.Comprehension(tuple(lists), tuple(variables), body.term, type, span=term.span)
    listed = body._replace(term=made, type=type if known else UNKNOWN)
    return checker.widened(term, listed, expected) if expected else listed


def fold(checker: Checker, term: tree.Fold, expected: Expectation | None) -> Typed:  # T-Fold
    value = checker.infer(term.list)
    type = _listed(checker, value.type, term.list, "fold")
    binds = [
        Binds(term.element, type.element if type else UNKNOWN, "element"),
        Binds(term.state, UNKNOWN, "state"),
    ]
    base, binders, step = checker.repeated(term.base, binds, term.step, expected, value, "fold")
    element, state = binders
    folded = core.Fold(
        value.term, base.term, term.order, element, state, step.term, base.term.type, span=term.span
    )
    return step._replace(term=folded, type=base.type)


def _listed(
    checker: Checker,
    type: tys.Type | Unknown,
    term: tree.Term,
    what: Literal["fold", "comprehension", "cons"],
) -> tys.List | None:
    """The type of a term that must be some list."""
    if isinstance(type, tys.List):
        return type
    if not isinstance(type, Unknown):
        is_nat = isinstance(type, tys.Nat)
        checker.note(NotList(term.span, what, checker.scope.show(type), is_nat))
    return None


def dictionary(checker: Checker, term: tree.Dict) -> Typed:  # T-Dict
    """`dict ks vs`, a function from keys to values."""
    keys, values = checker.infer(term.keys), checker.infer(term.values)
    key_type, key_count = _rows(checker, keys.type, term.keys, "keys")
    value_type, value_count = _rows(checker, values.type, term.values, "values")
    if key_count and value_count and key_count != value_count:
        checker.note(UnequalRows(term.keys.span, term.values.span, key_count, value_count))
    if not isinstance(key_type, Unknown) and not _is_key(key_type):
        checker.note(NoKey(term.keys.span, checker.scope.show(key_type)))
    add(keys.uses, values.uses)
    type = arrow(key_type, value_type)
    core_type = tys.Arrow(checker.record.core_type(key_type), checker.record.core_type(value_type))
    made = core.Dict(keys.term, values.term, core_type, span=term.span)
    return keys._replace(term=made, type=type, absorbs=keys.absorbs or values.absorbs)


def _rows(
    checker: Checker, type: tys.Type | Unknown, term: tree.Term, what: Literal["keys", "values"]
) -> tuple[tys.Type | Unknown, int]:
    """The type of the components of an `A ^ n`, and how many there are."""
    parts = components(type)
    if parts and all(part == parts[0] for part in parts):
        return parts[0], len(parts)
    if not isinstance(type, Unknown):
        checker.note(NotRows(term.span, what, checker.scope.show(type)))
    return UNKNOWN, 0


def components(type: tys.Type | Unknown) -> list[tys.Type] | None:
    """The types of the components of `A & B` or `A ^ n`."""
    match type:
        case tys.With(parts):
            return [*parts]
        case tys.Power(base, count):
            return [base] * count
        case (
            tys.Bool() | tys.Unit() | tys.Nat() | tys.Data() | tys.Space() | tys.Product() | tys.List()
            | tys.Arrow() | Unknown()
        ):  # fmt: skip
            return None
        case _:
            assert_never(type)


def _is_key(type: tys.Type) -> bool:
    """Whether a type is data, a space, or a product of these."""
    match type:
        case tys.Product(left, right):
            return _is_key(left) and _is_key(right)
        case tys.Space():
            return True
        case (
            tys.Bool() | tys.Unit() | tys.Nat() | tys.Data() | tys.List() | tys.With() | tys.Power()
            | tys.Arrow()
        ):  # fmt: skip
            return tys.is_data(type)
        case _:
            assert_never(type)
