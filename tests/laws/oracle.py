"""A second reading of docs/spec.md, section 3.2, in NumPy: what the compiled programs are compared with.

It knows the surface tree and nothing else of `cajal_core`: it types, evaluates and sums by itself, one case
a construct. A value of a function type is a Python function on values, as the equations treat maps, so that
an extern need not be linear; a value of any other type is a vector in float64, that of a pair flattened.
`tensor` tabulates a function on the basis: that is the matrix.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import chain, product
from typing import Any, TypeAlias, assert_never

import numpy as np

from cajal_core.syntax import tree


@dataclass(frozen=True)
class Flat:
    """`Bool`, `Unit`, `Nat[k]` or a data type, with the names of its values; or a space, without."""

    name: str
    shape: tuple[int, ...]
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Prod:
    """`left * right`"""

    left: Type
    right: Type


@dataclass(frozen=True)
class Sum:
    """A data type with fields: its constructors, each with the types of its fields."""

    name: str
    constructors: tuple[tuple[str, tuple[Type, ...]], ...]

    @property
    def blocks(self) -> list[int]:
        return [math.prod(map(dim, fields)) for _, fields in self.constructors]


@dataclass(frozen=True)
class Beside:
    """`A & B & …`"""

    parts: tuple[Type, ...]


@dataclass(frozen=True)
class Pow:
    """`base ^ count`"""

    base: Type
    count: int


@dataclass(frozen=True)
class Lst:
    """`List[most] element`"""

    element: Type
    most: int


@dataclass(frozen=True)
class Fun:
    """`argument -o result`"""

    argument: Type
    result: Type


Type: TypeAlias = Flat | Prod | Sum | Beside | Pow | Lst | Fun
Value: TypeAlias = Any  # a function from Value to Value at `Fun`, else an array of shape (dim,)
Env: TypeAlias = Mapping[str, Value]
Meaning: TypeAlias = Callable[[Env], Value]
Link: TypeAlias = np.ndarray | Callable[..., np.ndarray]

#: At another size of `Nat`, a type of a generated program may be larger than that of any program here.
LARGEST = 4000

BOOL = Flat("Bool", (2,), ("true", "false"))
UNIT = Flat("Unit", (1,), ("()",))


def nat(size: int) -> Flat:
    return Flat("Nat", (size,), tuple(map(str, range(size))))


def data(name: str, constructors: tuple[str, ...]) -> Flat:
    return Flat(name, (len(constructors),), constructors)


def is_nat(type: Type) -> bool:
    return isinstance(type, Flat) and type.name == "Nat"


def is_data(type: Type) -> bool:
    match type:
        case Flat():
            return bool(type.values)
        case Prod(left, right):
            return is_data(left) and is_data(right)
        case Sum(_, constructors):
            return all(is_data(each) for _, fields in constructors for each in fields)
        case Lst(element):
            return is_data(element)
        case Fun() | Beside() | Pow():
            return False


def components(type: Type) -> tuple[Type, ...]:
    """The types of alternatives."""
    assert isinstance(type, Beside | Pow)
    return type.parts if isinstance(type, Beside) else (type.base,) * type.count


def values(type: Type) -> list[str]:
    """The values of a data type as a user may write them, in the order of the basis."""
    match type:
        case Flat():
            return list(type.values)
        case Prod(left, right):
            return [f"({first}, {second})" for first in values(left) for second in values(right)]
        case Sum(_, constructors):
            rows = [(name, product(*map(values, fields))) for name, fields in constructors]
            return [" ".join([name, *map(as_field, row)]) for name, of_name in rows for row in of_name]
        case Lst(element, most):
            rows = chain(*(product(values(element), repeat=length) for length in range(most + 1)))
            return [f"[{', '.join(row)}]" for row in rows]
        case Fun() | Beside() | Pow():
            return []


def as_field(value: str) -> str:
    return f"({value})" if " " in value and value[0] not in "([" else value


def shape(type: Type) -> tuple[int, ...]:
    match type:
        case Flat():
            return type.shape
        case Prod(left, right):
            return (dim(left), dim(right))
        case Sum():
            return (sum(type.blocks),)
        case Beside(parts):
            return (sum(map(dim, parts)),)
        case Pow(base, count):
            return (count, dim(base))
        case Lst(element, most):
            return (sum(dim(element) ** length for length in range(most + 1)),)
        case Fun(argument, result):
            return (dim(result), dim(argument))


def dim(type: Type) -> int:
    return math.prod(shape(type))


def uncurry(type: Type) -> tuple[list[Type], Type]:
    arguments: list[Type] = []
    while isinstance(type, Fun):
        arguments.append(type.argument)
        type = type.result
    return arguments, type


def lists(type: Lst) -> list[tuple[np.ndarray, ...]]:
    """The elements of each basis vector of a list type."""
    vectors = list(basis(type.element))
    return [row for length in range(type.most + 1) for row in product(vectors, repeat=length)]


def dense(type: Lst, rows: Iterable[tuple[float, Iterable[np.ndarray]]]) -> np.ndarray:
    """A sum of lists, each with its weight and its elements. Those that are too long fall off."""
    blocks = [np.zeros(dim(type.element) ** length) for length in range(type.most + 1)]
    for weight, row in rows:
        elements = list(row)
        if len(elements) <= type.most:
            blocks[len(elements)] += weight * reduce(np.kron, elements, np.ones(1))
    return np.concatenate(blocks)


def basis(type: Type) -> Iterator[np.ndarray]:
    yield from np.eye(dim(type))


def flatten(type: Type, value: Value) -> np.ndarray:
    """The value as a vector of length dim: a function becomes its matrix, row-major."""
    match type:
        case Flat() | Prod() | Sum() | Beside() | Pow() | Lst():
            return value
        case Fun(argument, result):
            columns = [flatten(result, value(unflatten(argument, each))) for each in basis(argument)]
            return np.stack(columns, axis=1).reshape(-1)


def unflatten(type: Type, vector: np.ndarray) -> Value:
    """The value that a vector stands for: at a function type, multiplication by its matrix."""
    match type:
        case Flat() | Prod() | Sum() | Beside() | Pow() | Lst():
            return vector
        case Fun(argument, result):
            matrix = vector.reshape(dim(result), dim(argument))
            return lambda value: unflatten(result, matrix @ flatten(argument, value))


def weighted(type: Type, parts: list[tuple[float, Value]]) -> Value:
    """The sum of weight times value, pointwise at a function type."""
    match type:
        case Flat() | Prod() | Sum() | Beside() | Pow() | Lst():
            return sum((weight * value for weight, value in parts), np.zeros(dim(type)))
        case Fun(_, result):
            return lambda value: weighted(result, [(weight, part(value)) for weight, part in parts])


def mixture(type: Type, weights: Iterable[float], meanings: Iterable[Callable[[], Value]]) -> Value:
    """The weighted sum, in which a part of weight zero is not computed."""
    chosen = [(weight, get) for weight, get in zip(weights, meanings, strict=True) if weight != 0]
    return weighted(type, [(weight, get()) for weight, get in chosen])


@dataclass
class Oracle:
    """The definitions so far, under one size of `Nat` and one rule for overflow.

    A link is an array of the shape of the extern's type, or a function that takes one array a curried
    argument, each of the shape of its type and without batch, and returns an array.
    """

    nat_size: int = 10
    overflow: str = "truncate"
    auto: bool = False
    types: dict[str, Type] = field(default_factory=dict)
    constructors: dict[str, tuple[Flat | Sum, int]] = field(default_factory=dict)
    globals: dict[str, tuple[Type, Value] | Polynomial] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)

    # Items

    def declare(
        self, items: Iterable[tree.Item], link: Callable[[str, Type], Link] | None = None
    ) -> list[Value]:
        """Takes the items in, and returns the tensors of the bare terms. `link` links an extern of a type."""
        shown: list[Value] = []
        for item in items:
            match item:
                case tree.Def():
                    self.globals[item.name.name] = self.definition(item)
                case tree.Extern(name, written) | tree.Learn(name, written):
                    type = self.type(written)
                    assert link is not None
                    self.links[name.name] = link(name.name, type)
                    self.globals[name.name] = type, linked(type, self.links[name.name])
                case tree.Space(name, sizes):
                    self.types[name.name] = Flat(name.name, sizes)
                case tree.Data(name, constructors):
                    names = [each.name.name for each in constructors]
                    of_fields = [tuple(map(self.type, each.fields)) for each in constructors]
                    type = data(name.name, tuple(names))
                    if any(of_fields):
                        type = Sum(name.name, tuple(zip(names, of_fields, strict=True)))
                    self.types[name.name] = type
                    self.constructors |= {each: (type, i) for i, each in enumerate(names)}
                case tree.Synonym(name, written):
                    self.types[name.name] = self.type(written)
                case tree.Use():
                    raise AssertionError("modules are not generated")
                case tree.Show(term):
                    shown.append(self.tensor(term))
                case _:
                    assert_never(item)
        return shown

    def definition(self, item: tree.Def) -> tuple[Type, Value] | Polynomial:
        if item.params and item.params[0].reusable:
            # Its names mean what they mean now, whatever is declared later.
            now = replace(
                self, types={**self.types}, constructors={**self.constructors}, globals={**self.globals}
            )
            return Polynomial(item, now)
        body, type = item.body, item.type
        for param in reversed(item.params):
            body = tree.Lam(param.pattern, param.type, body, span=item.span)
            type = tree.ArrowType(param.type, type, span=item.span)
        found, meaning = self.read(body, {}, self.type(type))
        assert found == self.type(type)
        return found, meaning({})

    # What tests ask

    def meaning(self, term: tree.Term) -> tuple[Type, Value]:
        """The type of a closed term, and its value. A definition may stand alone without what it reuses."""
        found = self.globals[term.name] if isinstance(term, tree.Var) else None
        if isinstance(found, Polynomial):
            return found.curried()
        type, meaning = self.read(term, {}, None)
        return type, meaning({})

    def tensor(self, term: tree.Term) -> np.ndarray:
        """The value of a closed term, of the shape of its type."""
        type, value = self.meaning(term)
        return flatten(type, value).reshape(shape(type))

    def call(self, term: tree.Term, *arguments: np.ndarray | Rows) -> np.ndarray:
        """A closed term applied to one array an argument, without batch."""
        type, value = self.meaning(term)
        for argument in arguments:
            assert isinstance(type, Fun)
            if isinstance(argument, Rows):
                assert isinstance(type.argument, Lst)
                given = argument.dense(type.argument)
            else:
                given = argument
            assert given.shape == shape(type.argument)
            value = value(unflatten(type.argument, given.astype(np.float64).reshape(-1)))
            type = type.result
        return flatten(type, value).reshape(shape(type))

    # Types

    def type(self, written: tree.Type) -> Type:
        type = self.written(written)
        assert dim(type) <= LARGEST, "a type too large to tabulate"
        return type

    def written(self, written: tree.Type) -> Type:
        match written:
            case tree.BoolType():
                return BOOL
            case tree.NatType(size):
                return nat(self.nat_size if size is None else size)
            case tree.NamedType(name):
                return self.types[name]
            case tree.UnitType():
                return UNIT
            case tree.ProductType(left, right):
                return Prod(self.type(left), self.type(right))
            case tree.WithType(parts):
                return Beside(tuple(map(self.type, parts)))
            case tree.PowerType(base, count):
                return Pow(self.type(base), count)
            case tree.ListType(element, most):
                return Lst(self.type(element), self.nat_size - 1 if most is None else most)
            case tree.ArrowType(argument, result):
                return Fun(self.type(argument), self.type(result))
            case _:
                assert_never(written)

    # Terms

    def read(self, term: tree.Term, scope: Mapping[str, Type], expected: Type | None) -> tuple[Type, Meaning]:
        """The type of a term, and its value as a function of those of its variables.

        Where a type is expected and the term cannot take it, it is widened.
        """
        type, meaning = self.read_alone(term, scope, expected)
        if expected is None or type == expected or not widens(type, expected):
            return type, meaning
        missing_ = dim(expected) - dim(type)
        return expected, lambda env: np.concatenate([meaning(env), np.zeros(missing_)])

    def read_alone(  # one case a construct, as in docs/spec.md, section 3.2
        self, term: tree.Term, scope: Mapping[str, Type], expected: Type | None
    ) -> tuple[Type, Meaning]:
        match term:
            case tree.Var(name):
                if name in scope:
                    return scope[name], lambda env: env[name]
                found = self.globals[name]
                assert not isinstance(found, Polynomial), "a definition without what it reuses"
                type, value = found
                return type, lambda _: value

            case tree.Lam(pattern, annotation, body):
                known = expected if isinstance(expected, Fun) else None
                if annotation is not None:
                    argument = self.type(annotation)
                else:
                    assert known is not None, "a lambda without a type, where none is expected"
                    argument = known.argument
                wanted = None if known is None else known.result
                result, inner = self.matching([(pattern, argument)], body, scope, wanted)
                return Fun(argument, result), lambda env: lambda value: inner(env, [value])

            case tree.App() if reused := self.reused(term, scope):
                type, value = reused
                return type, lambda _: value

            case tree.App(function, argument):
                of_function, apply = self.read(function, scope, None)
                assert isinstance(of_function, Fun)
                of_argument, given = self.read(argument, scope, of_function.argument)
                assert of_argument == of_function.argument
                return of_function.result, lambda env: apply(env)(given(env))

            case tree.Boolean(value):
                return BOOL, lambda _: np.array([1.0, 0.0] if value else [0.0, 1.0])

            case tree.If(condition, consequent, alternative):
                of_condition, weights = self.read(condition, scope, BOOL)
                assert of_condition == BOOL
                type, (then, otherwise) = self.branches([consequent, alternative], scope, expected)
                return type, lambda env: mixture(
                    type, weights(env), [lambda: then(env), lambda: otherwise(env)]
                )

            case tree.Zero():
                return self.numeral(0, expected)

            case tree.Numeral(value):
                return self.numeral(value, expected)

            case tree.Succ(predecessor):
                type, before = self.read(predecessor, scope, expected)
                assert is_nat(type)
                return type, lambda env: self.shift(before(env))

            case tree.Iter(count, base, pattern, step):
                of_count, weights = self.read(count, scope, None)
                assert is_nat(of_count)
                type, start = self.read(base, scope, expected)
                # The step sees its own variables and no others, which the empty scope makes sure of.
                of_step, next_state = self.matching([(pattern, type)], step, {}, type)
                assert of_step == type
                return type, lambda env: recurrence(
                    type, weights(env), start(env), lambda state: next_state({}, [state])
                )

            case tree.Let(pattern, annotation, bound, body):
                wanted = None if annotation is None else self.type(annotation)
                parts = self.taken_apart(pattern, bound, scope, wanted)
                type, inner = self.matching([(each, of) for each, of, _ in parts], body, scope, expected)
                return type, lambda env: inner(env, [value(env) for _, _, value in parts])

            case tree.Unit():
                return UNIT, lambda _: np.ones(1)

            case tree.Pair(left, right):
                parts = (expected.left, expected.right) if isinstance(expected, Prod) else (None, None)
                of_left, first = self.read(left, scope, parts[0])
                of_right, second = self.read(right, scope, parts[1])
                return Prod(of_left, of_right), lambda env: np.outer(
                    flatten(of_left, first(env)), flatten(of_right, second(env))
                ).reshape(-1)

            case tree.Constructor(name):
                type, index = self.constructors[name]
                fields = type.constructors[index][1] if isinstance(type, Sum) else ()
                whole: Type = type
                for each in reversed(fields):
                    whole = Fun(each, whole)

                def made(given: np.ndarray, rest: tuple[Type, ...]) -> Value:
                    if rest:
                        return lambda value: made(np.kron(given, flatten(rest[0], value)), rest[1:])
                    if not isinstance(type, Sum):
                        return np.eye(dim(type))[index]
                    blocks = [np.zeros(size) for size in type.blocks]
                    blocks[index] = given
                    return np.concatenate(blocks)

                return whole, lambda _: made(np.ones(1), fields)

            case tree.Case(scrutinee, arms):
                of_scrutinee, weights = self.read(scrutinee, scope, None)
                views, left = [], set(range(dim(of_scrutinee)))
                for arm in arms:
                    views.append(view(of_scrutinee, arm.pattern, left))
                    taken = {index for index, _ in views[-1][1]}
                    assert taken and taken <= left, "an arm that takes nothing"
                    left -= taken
                assert not left, "an arm is missing"
                bodies = list[tuple[Type, Callable[[Env, list[Value]], Value]]]()
                type = expected or self.told([arm.body for arm in arms], scope, [of for of, _ in views])
                for arm, (of_fields, _) in zip(arms, views, strict=True):
                    bodies.append(self.matching(of_fields, arm.body, scope, type))
                assert all(found == type for found, _ in bodies)

                def chosen(env: Env) -> Value:
                    found = weights(env)
                    parts = [
                        (found[index], lambda body=body, given=given: body(env, given))
                        for (_, rows), (_, body) in zip(views, bodies, strict=True)
                        for index, given in rows
                    ]
                    return mixture(type, [weight for weight, _ in parts], [get for _, get in parts])

                return type, chosen

            case tree.Copy(original, copies, body):
                of_original, weights = self.read(original, scope, None)
                assert is_data(of_original)
                type, inner = self.under(body, scope, {each.name: of_original for each in copies}, expected)

                def copied(env: Env) -> Value:
                    each = [
                        lambda e=e: inner({**env, **dict.fromkeys([copy.name for copy in copies], e)})
                        for e in basis(of_original)
                    ]
                    return mixture(type, weights(env), each)

                return type, copied

            case tree.Drop(dropped, body):
                of_dropped, weights = self.read(dropped, scope, None)
                assert is_data(of_dropped)
                type, inner = self.read(body, scope, expected)
                return type, lambda env: mixture(type, [weights(env).sum()], [lambda: inner(env)])

            case tree.Annot(inner, written):
                type, meaning = self.read(inner, scope, self.type(written))
                assert type == self.type(written)
                return type, meaning

            case tree.Alternatives(parts):
                own: tuple[Type | None, ...] = (None,) * len(parts)
                if isinstance(expected, Beside | Pow):
                    own = components(expected)
                read = [self.read(part, scope, of) for part, of in zip(parts, own, strict=True)]
                types = tuple([of for of, _ in read])
                type = Beside(types)
                if isinstance(expected, Pow):
                    assert types == components(expected)
                    type = expected
                return type, lambda env: np.concatenate([flatten(of, part(env)) for of, part in read])

            case tree.Pick(alternatives, place):
                of_all, meaning = self.read(alternatives, scope, None)
                of = components(of_all)
                start = sum(map(dim, of[: place - 1]))
                type = of[place - 1]
                return type, lambda env: unflatten(type, meaning(env)[start : start + dim(type)])

            case tree.Fail():
                assert expected is not None, "`fail` where no type is expected"
                return expected, lambda _: weighted(expected, [])

            case tree.Or(left, right):
                type, sides = self.branches([left, right], scope, expected)
                return type, lambda env: weighted(type, [(1, side(env)) for side in sides])

            case tree.Nil():
                assert isinstance(expected, Lst)
                return expected, lambda _: dense(expected, [(1, [])])

            case tree.Cons(head, tail):
                if isinstance(expected, Lst):
                    type = expected
                elif not has_type(tail):
                    type = Lst(self.read(head, scope, None)[0], self.nat_size - 1)
                else:
                    type = self.read(tail, scope, None)[0]
                assert isinstance(type, Lst)
                of_first, first = self.read(head, scope, type.element)
                of_rest, rest = self.read(tail, scope, type)
                assert of_first == type.element
                assert of_rest == type
                return type, lambda env: longer(type, flatten(type.element, first(env)), rest(env))

            case tree.ListLiteral(elements):
                type = expected
                if not isinstance(type, Lst):
                    type = Lst(self.told(elements, scope), self.nat_size - 1)
                assert len(elements) <= type.most, "a literal that does not fit"
                of = type.element
                read = [self.read(each, scope, of) for each in elements]
                assert all(found == of for found, _ in read)
                return type, lambda env: dense(type, [(1, [flatten(of, each(env)) for _, each in read])])

            case tree.Fold(given, base, order, element, state, step):
                of_list, weights = self.read(given, scope, None)
                assert isinstance(of_list, Lst)
                type, start = self.read(base, scope, expected)
                both = [(element, of_list.element), (state, type)]
                of_step, following = self.matching(both, step, {}, type)
                assert of_step == type

                def folded(row: tuple[np.ndarray, ...], value: Value) -> Value:
                    for each in row if order == "snoc" else reversed(row):
                        value = following({}, [unflatten(of_list.element, each), value])
                    return value

                return type, lambda env: mixture(
                    type, weights(env), [lambda row=row: folded(row, start(env)) for row in lists(of_list)]
                )

            case tree.Comprehension(body, generators):
                read = [self.read(each.list, scope, None) for each in generators]
                of_lists = [of for of, _ in read if isinstance(of, Lst)]
                patterns = [(each.pattern, of.element) for each, of in zip(generators, of_lists, strict=True)]
                wanted = expected.element if isinstance(expected, Lst) else None
                of_body, each_of = self.matching(patterns, body, {}, wanted)
                type = Lst(of_body, min(of.most for of in of_lists))

                def element_of(at: tuple[np.ndarray, ...]) -> np.ndarray:
                    given = [unflatten(of.element, e) for of, e in zip(of_lists, at, strict=True)]
                    return flatten(of_body, each_of({}, given))

                def joined(env: Env) -> Value:
                    given = [
                        [(weight, row) for weight, row in zip(meaning(env), lists(of), strict=True) if weight]
                        for of, (_, meaning) in zip(of_lists, read, strict=True)
                    ]
                    rows = list[tuple[float, list[np.ndarray]]]()
                    for ways in product(*given):
                        if len({len(row) for _, row in ways}) == 1:
                            weight = math.prod([weight for weight, _ in ways])
                            positions = zip(*[row for _, row in ways], strict=True)
                            rows.append((weight, [element_of(at) for at in positions]))
                    return dense(type, rows)

                return type, joined

            case tree.Dict(keys, values_):
                of_keys, of_values = (self.read(each, scope, None) for each in (keys, values_))
                (key, *same_keys), (value, *same_values) = components(of_keys[0]), components(of_values[0])
                assert all(each == key for each in same_keys)
                assert all(each == value for each in same_values)
                assert len(same_keys) == len(same_values)

                def looked_up(env: Env) -> Value:
                    rows = of_keys[1](env).reshape(-1, dim(key))
                    columns = of_values[1](env).reshape(-1, dim(value))
                    return lambda given: unflatten(value, (rows @ flatten(key, given)) @ columns)

                return Fun(key, value), looked_up

            case _:
                assert_never(term)

    def branches(
        self, terms: list[tree.Term], scope: Mapping[str, Type], expected: Type | None
    ) -> tuple[Type, list[Meaning]]:
        """Terms of one type, that of the first which has one by itself where none is expected."""
        type = expected or self.told(terms, scope)
        read = [self.read(term, scope, type) for term in terms]
        assert all(found == type for found, _ in read)
        return type, [meaning for _, meaning in read]

    def told(
        self,
        terms: Iterable[tree.Term],
        scope: Mapping[str, Type],
        bound: list[list[tuple[tree.Pattern, Type]]] | None = None,
    ) -> Type:
        """The type of the first term that has one by itself, below the patterns of its arm."""
        terms = list(terms)
        place = next(place for place, term in enumerate(terms) if has_type(term))
        return self.matching(bound[place] if bound else [], terms[place], scope, None)[0]

    def taken_apart(
        self, pattern: tree.Pattern, bound: tree.Term, scope: Mapping[str, Type], wanted: Type | None
    ) -> list[tuple[tree.Pattern, Type, Meaning]]:
        """What a `let` binds: a pair that is written there is bound part by part."""
        inner, stated = bound, wanted
        while isinstance(inner, tree.Annot):  # a type that is written at the pair changes nothing
            inner, stated = inner.term, self.type(inner.type)
        if isinstance(pattern, tree.PairPattern) and isinstance(inner, tree.Pair):
            left, right = (stated.left, stated.right) if isinstance(stated, Prod) else (None, None)
            first = self.taken_apart(pattern.left, inner.left, scope, left)
            return [*first, *self.taken_apart(pattern.right, inner.right, scope, right)]
        return [(pattern, *self.read(bound, scope, wanted))]

    def matching(
        self,
        patterns: list[tuple[tree.Pattern, Type]],
        body: tree.Term,
        scope: Mapping[str, Type],
        expected: Type | None,
    ) -> tuple[Type, Callable[[Env, list[Value]], Value]]:
        """The body of some patterns, as a function of the variables around and of the values matched."""
        names = {name: of for pattern, type in patterns for name, of in bound_names(pattern, type)}
        type, inner = self.under(body, scope, names, expected)

        def match(env: Env, pending: list[tuple[tree.Pattern, Type, Value]]) -> Value:
            if not pending:
                return inner(env)
            (pattern, of, value), *rest = pending
            match pattern:
                case tree.Binder(name):
                    return match_({**env, name: value}, rest)
                case tree.Wildcard():
                    assert is_data(of)
                    return mixture(type, [value.sum()], [lambda: match_(env, rest)])
                case tree.PairPattern(left, right):
                    assert isinstance(of, Prod)
                    first, second = of.left, of.right
                    each = [
                        lambda e=e, f=f: match_(
                            env,
                            [
                                (left, first, unflatten(first, e)),
                                (right, second, unflatten(second, f)),
                                *rest,
                            ],
                        )
                        for e in basis(first)
                        for f in basis(second)
                    ]
                    return mixture(type, value, each)

        match_ = match
        return type, lambda env, given: match(
            env, [(pattern, of, value) for (pattern, of), value in zip(patterns, given, strict=True)]
        )

    def under(
        self, body: tree.Term, scope: Mapping[str, Type], bound: dict[str, Type], expected: Type | None
    ) -> tuple[Type, Meaning]:
        """The body of a binder. With `auto`, data is distributed over its basis, so that uses may be any."""
        type, meaning = self.read(body, {**scope, **bound}, expected)
        for name, of_name in bound.items() if self.auto else ():
            if is_data(of_name):
                meaning = distributed(type, name, of_name, meaning)
        return type, meaning

    def reused(self, term: tree.App, scope: Mapping[str, Type]) -> tuple[Type, Value] | None:
        """A definition given just what it reuses; None if the term is another application."""
        head, arguments = term, list[tree.Term]()
        while isinstance(head, tree.App):
            head, arguments = head.function, [head.argument, *arguments]
        if not isinstance(head, tree.Var) or head.name in scope:
            return None
        found = self.globals[head.name]
        if not isinstance(found, Polynomial) or len(arguments) != len(found.types):
            return None
        given = []
        for argument, type in zip(arguments, found.types, strict=True):
            # Closed, which the empty scope makes sure of.
            of_argument, meaning = self.read(argument, {}, type)
            assert of_argument == type
            given.append(meaning({}))
        return found.applied(given)

    def numeral(self, value: int, expected: Type | None) -> tuple[Type, Meaning]:
        type = expected if expected is not None and is_nat(expected) else nat(self.nat_size)
        assert value < dim(type), "a numeral that does not fit"
        return type, lambda _: np.eye(dim(type))[value]

    def shift(self, vector: np.ndarray) -> np.ndarray:
        """The successor: what falls off the end is lost, or stays in the last place."""
        shifted = np.concatenate([[0.0], vector[:-1]])
        if self.overflow == "saturate":
            shifted[-1] += vector[-1]
        return shifted


@dataclass
class Polynomial:
    """A definition with reusable parameters, which stand among the names that its body sees."""

    item: tree.Def
    oracle: Oracle

    @property
    def types(self) -> list[Type]:
        return [self.oracle.type(param.type) for param in self.item.params if param.reusable]

    def applied(self, given: list[Value]) -> tuple[Type, Value]:
        names = [param.pattern.name for param in self.item.params if isinstance(param.pattern, tree.Binder)]
        seen = {name: (type, value) for name, type, value in zip(names, self.types, given, strict=False)}
        rest = replace(self.item, params=self.item.params[len(given) :])
        found = replace(self.oracle, globals={**self.oracle.globals, **seen}).definition(rest)
        assert isinstance(found, tuple)
        return found

    def curried(self) -> tuple[Type, Value]:
        """The definition as a function of all its parameters."""
        zeros = [unflatten(type, np.zeros(dim(type))) for type in self.types]
        type, _ = self.applied(zeros)
        for each in reversed(self.types):
            type = Fun(each, type)

        def take(*given: Value) -> Value:
            if len(given) == len(self.types):
                return self.applied(list(given))[1]
            return lambda value: take(*given, value)

        return type, take()


def widens(type: Type, wide: Type) -> bool:
    match type, wide:
        case Flat("Nat", (size,)), Flat("Nat", (larger,)):
            return size <= larger
        case Lst(element, most), Lst(other, larger):
            return element == other and most <= larger
        case ((Beside() | Pow()), (Beside() | Pow())):
            return components(type) == components(wide)
        case _:
            return False


def has_type(term: tree.Term) -> bool:
    """Whether a term has a type by itself, where none is expected."""
    match term:
        case tree.Fail() | tree.Nil() | tree.ListLiteral(()) | tree.Lam(_, None):
            return False
        case tree.Lam(_, _, body) | tree.Let(_, _, _, body) | tree.Copy(_, _, body) | tree.Drop(_, body):
            return has_type(body)
        case tree.Succ(inner) | tree.Iter(_, inner) | tree.Fold(_, inner) | tree.Comprehension(inner):
            return has_type(inner)
        case tree.If(_, first, second) | tree.Or(first, second) | tree.Cons(first, second):
            return has_type(first) or has_type(second)
        case tree.ListLiteral(parts):
            return any(map(has_type, parts))
        case tree.Pair(left, right):
            return has_type(left) and has_type(right)
        case tree.Alternatives(parts):
            return all(map(has_type, parts))
        case tree.Case(_, arms):
            return any(has_type(arm.body) for arm in arms)
        case _:
            return True


def bound_names(pattern: tree.Pattern, type: Type) -> list[tuple[str, Type]]:
    match pattern:
        case tree.Binder(name):
            return [(name, type)]
        case tree.Wildcard():
            return []
        case tree.PairPattern(left, right):
            assert isinstance(type, Prod)
            return [*bound_names(left, type.left), *bound_names(right, type.right)]


def view(
    type: Type, pattern: tree.ArmPattern, left: set[int]
) -> tuple[list[tuple[tree.Pattern, Type]], list[tuple[int, list[Value]]]]:
    """What an arm binds, and for each basis vector that it takes the values that are bound there."""
    match pattern, type:
        case tree.NumberPattern(value), Flat("Nat"):
            return [], [(value, [])]
        case tree.ConstructorPattern("zero"), Flat("Nat"):
            return [], [(0, [])]
        case tree.ConstructorPattern("succ", (inner,)), Flat("Nat", (size,)):
            return [(inner, type)], [(i, [np.eye(size)[i - 1]]) for i in range(1, size)]
        case tree.ConstructorPattern(name), Flat(_, _, names):
            return [], [(names.index(name), [])]
        case tree.ConstructorPattern(name, inner), Sum(_, constructors):
            place = [each for each, _ in constructors].index(name)
            fields, start = constructors[place][1], sum(type.blocks[:place])
            rows = product(*[[unflatten(of, e) for e in basis(of)] for of in fields])
            bound = list(zip(inner, fields, strict=True))
            return bound, [(start + i, list(row)) for i, row in enumerate(rows)]
        case tree.ConstructorPattern("nil"), Lst():
            return [], [(0, [])]
        case tree.ConstructorPattern("cons", (first, rest)), Lst(element):
            rows = [(index, row) for index, row in enumerate(lists(type)) if row]
            taken = [
                (index, [unflatten(element, row[0]), dense(type, [(1, row[1:])])]) for index, row in rows
            ]
            return [(first, element), (rest, type)], taken
        case ((tree.Binder() | tree.Wildcard() | tree.PairPattern()), _):
            return [(pattern, type)], [(i, [np.eye(dim(type))[i]]) for i in sorted(left)]
        case _:
            raise AssertionError(f"no value of {type} is {pattern}")


@dataclass(frozen=True)
class Rows:
    """Lists that are held apart: elements (…, k, *shape of an element), and weights of lengths (…, k + 1)."""

    elements: np.ndarray
    weights: np.ndarray

    def __getitem__(self, index: Any) -> Rows:
        return Rows(self.elements[index], self.weights[index])

    def dense(self, type: Lst) -> np.ndarray:
        """One list, multiplied out."""
        elements = self.elements.reshape(len(self.elements), math.prod(self.elements.shape[1:]))
        return dense(type, [(weight, elements[:length]) for length, weight in enumerate(self.weights)])


def longer(type: Lst, first: np.ndarray, rest: np.ndarray) -> np.ndarray:
    return dense(type, [(w, [first, *row]) for w, row in zip(rest, lists(type), strict=True) if w])


def distributed(type: Type, name: str, of_name: Type, meaning: Meaning) -> Meaning:
    """Σ_i x[i] ⟦t⟧(e_i): linear in x, however often t uses it."""

    def summed(env: Env) -> Value:
        each = [lambda e=e: meaning({**env, name: e}) for e in basis(of_name)]
        return mixture(type, env[name], each)

    return summed


def recurrence(type: Type, weights: np.ndarray, start: Value, step: Callable[[Value], Value]) -> Value:
    """Σ_i weights[i] step^i start, to the last i whose weight is not zero."""
    last = max(np.flatnonzero(weights), default=0)
    states = [start]
    for _ in range(last):
        states.append(step(states[-1]))
    return weighted(type, list(zip(weights[: last + 1], states, strict=True)))


def linked(type: Type, link: Link) -> Value:
    """What an extern stands for: the map of a tensor, or a Python function called with all its arguments."""
    if isinstance(link, np.ndarray):
        assert link.shape == shape(type)
        return unflatten(type, link.astype(np.float64).reshape(-1))
    arguments, result = uncurry(type)

    def take(*given: np.ndarray) -> Value:
        if len(given) == len(arguments):
            found = link(*given)
            assert found.shape == shape(result)
            return found.reshape(-1)
        of_next = arguments[len(given)]
        return lambda value: take(*given, flatten(of_next, value).reshape(shape(of_next)))

    return take()
