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
class Fun:
    """`argument -o result`"""

    argument: Type
    result: Type


Type: TypeAlias = Flat | Prod | Fun
Value: TypeAlias = Any  # a function from Value to Value at `Fun`, else an array of shape (dim,)
Env: TypeAlias = Mapping[str, Value]
Meaning: TypeAlias = Callable[[Env], Value]
Link: TypeAlias = np.ndarray | Callable[..., np.ndarray]

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
        case Fun():
            return False


def values(type: Type) -> list[str]:
    """The values of a data type as a user may write them, in the order of the basis."""
    match type:
        case Flat():
            return list(type.values)
        case Prod(left, right):
            return [f"({first}, {second})" for first in values(left) for second in values(right)]
        case Fun():
            return []


def shape(type: Type) -> tuple[int, ...]:
    match type:
        case Flat():
            return type.shape
        case Prod(left, right):
            return (dim(left), dim(right))
        case Fun(argument, result):
            return (dim(result), dim(argument))


def dim(type: Type) -> int:
    return math.prod(shape(type))


def uncurry(type: Type) -> tuple[list[Type], Flat | Prod]:
    arguments: list[Type] = []
    while isinstance(type, Fun):
        arguments.append(type.argument)
        type = type.result
    return arguments, type


def basis(type: Type) -> Iterator[np.ndarray]:
    yield from np.eye(dim(type))


def flatten(type: Type, value: Value) -> np.ndarray:
    """The value as a vector of length dim: a function becomes its matrix, row-major."""
    match type:
        case Flat() | Prod():
            return value
        case Fun(argument, result):
            columns = [flatten(result, value(unflatten(argument, each))) for each in basis(argument)]
            return np.stack(columns, axis=1).reshape(-1)


def unflatten(type: Type, vector: np.ndarray) -> Value:
    """The value that a vector stands for: at a function type, multiplication by its matrix."""
    match type:
        case Flat() | Prod():
            return vector
        case Fun(argument, result):
            matrix = vector.reshape(dim(result), dim(argument))
            return lambda value: unflatten(result, matrix @ flatten(argument, value))


def weighted(type: Type, parts: list[tuple[float, Value]]) -> Value:
    """The sum of weight times value, pointwise at a function type."""
    match type:
        case Flat() | Prod():
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
    types: dict[str, Flat] = field(default_factory=dict)
    constructors: dict[str, tuple[Flat, int]] = field(default_factory=dict)
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
                    type = data(name.name, tuple(each.name for each in constructors))
                    self.types[name.name] = type
                    self.constructors |= {each.name: (type, i) for i, each in enumerate(constructors)}
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
            body = tree.Lam(param.binder, param.type, body, span=item.span)
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

    def call(self, term: tree.Term, *arguments: np.ndarray) -> np.ndarray:
        """A closed term applied to one array an argument, without batch."""
        type, value = self.meaning(term)
        for argument in arguments:
            assert isinstance(type, Fun)
            assert argument.shape == shape(type.argument)
            value = value(unflatten(type.argument, argument.astype(np.float64).reshape(-1)))
            type = type.result
        return flatten(type, value).reshape(shape(type))

    # Types

    def type(self, written: tree.Type) -> Type:
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
            case tree.ArrowType(argument, result):
                return Fun(self.type(argument), self.type(result))
            case _:
                assert_never(written)

    # Terms

    def read(  # one case a construct, as in docs/spec.md, section 3.2
        self, term: tree.Term, scope: Mapping[str, Type], expected: Type | None
    ) -> tuple[Type, Meaning]:
        """The type of a term, and its value as a function of those of its variables."""
        match term:
            case tree.Var(name):
                if name in scope:
                    return scope[name], lambda env: env[name]
                found = self.globals[name]
                assert not isinstance(found, Polynomial), "a definition without what it reuses"
                type, value = found
                return type, lambda _: value

            case tree.Lam(binder, annotation, body):
                known = expected if isinstance(expected, Fun) else None
                if annotation is not None:
                    argument = self.type(annotation)
                else:
                    assert known is not None, "a lambda without a type, where none is expected"
                    argument = known.argument
                wanted = None if known is None else known.result
                result, inner = self.under(body, scope, {binder.name: argument}, wanted)
                return Fun(argument, result), lambda env: lambda value: inner({**env, binder.name: value})

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
                type, then = self.read(consequent, scope, expected)
                of_else, otherwise = self.read(alternative, scope, type)
                assert of_else == type
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

            case tree.Iter(count, base, binder, step):
                of_count, weights = self.read(count, scope, None)
                assert is_nat(of_count)
                type, start = self.read(base, scope, expected)
                # The step sees its own variable and no other, which the empty environment makes sure of.
                of_step, next_state = self.under(step, {}, {binder.name: type}, type)
                assert of_step == type
                return type, lambda env: recurrence(
                    type, weights(env), start(env), lambda state: next_state({binder.name: state})
                )

            case tree.Let(binder, bound, body):
                of_bound, value_of = self.read(bound, scope, None)
                type, inner = self.under(body, scope, {binder.name: of_bound}, expected)
                return type, lambda env: inner({**env, binder.name: value_of(env)})

            case tree.Unit():
                return UNIT, lambda _: np.ones(1)

            case tree.Pair(left, right):
                parts = (expected.left, expected.right) if isinstance(expected, Prod) else (None, None)
                of_left, first = self.read(left, scope, parts[0])
                of_right, second = self.read(right, scope, parts[1])
                return Prod(of_left, of_right), lambda env: np.outer(
                    flatten(of_left, first(env)), flatten(of_right, second(env))
                ).reshape(-1)

            case tree.LetPair(left, right, tree.Pair(one, other), body):
                of_left, first = self.read(one, scope, None)
                of_right, second = self.read(other, scope, None)
                type, inner = self.under(body, scope, {left.name: of_left, right.name: of_right}, expected)
                return type, lambda env: inner({**env, left.name: first(env), right.name: second(env)})

            case tree.LetPair(left, right, tree.Annot(tree.Pair(one, other), written), body):
                # A type that is written at the pair changes nothing.
                stated = self.type(written)
                assert isinstance(stated, Prod)
                of_left, first = self.read(one, scope, stated.left)
                of_right, second = self.read(other, scope, stated.right)
                type, inner = self.under(body, scope, {left.name: of_left, right.name: of_right}, expected)
                return type, lambda env: inner({**env, left.name: first(env), right.name: second(env)})

            case tree.LetPair(left, right, bound, body):
                of_bound, weights = self.read(bound, scope, None)
                assert isinstance(of_bound, Prod)
                of_left, of_right = of_bound.left, of_bound.right
                type, inner = self.under(body, scope, {left.name: of_left, right.name: of_right}, expected)

                def contracted(env: Env) -> Value:
                    each = [
                        lambda e=e, f=f: inner(
                            {**env, left.name: unflatten(of_left, e), right.name: unflatten(of_right, f)}
                        )
                        for e in basis(of_left)
                        for f in basis(of_right)
                    ]
                    return mixture(type, weights(env), each)

                return type, contracted

            case tree.Constructor(name):
                of_constructor, index = self.constructors[name]
                return of_constructor, lambda _: np.eye(dim(of_constructor))[index]

            case tree.Case(scrutinee, arms):
                of_scrutinee, weights = self.read(scrutinee, scope, None)
                assert isinstance(of_scrutinee, Flat)
                type, start = self.read(arms[0].body, scope, expected)
                others = [self.read(arm.body, scope, type) for arm in arms[1:]]
                assert all(found == type for found, _ in others)
                bodies = [start, *(body for _, body in others)]
                chosen = {arm.constructor.name: body for arm, body in zip(arms, bodies, strict=True)}
                ordered = [chosen[name] for name in of_scrutinee.values]
                assert len(ordered) == len(arms)
                return type, lambda env: mixture(
                    type, weights(env), [lambda body=body: body(env) for body in ordered]
                )

            case tree.Copy(original, left, right, body):
                of_original, weights = self.read(original, scope, None)
                assert is_data(of_original)
                names = {left.name: of_original, right.name: of_original}
                type, inner = self.under(body, scope, names, expected)

                def copied(env: Env) -> Value:
                    each = [
                        lambda e=e: inner({**env, left.name: e, right.name: e}) for e in basis(of_original)
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

            case _:
                assert_never(term)

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
        names = [param.binder.name for param in self.item.params]
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
