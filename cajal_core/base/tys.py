"""The types of the language: printing, shapes and bases (docs/spec.md, section 3.1).

Each type is a real vector space with a fixed basis. A `Nat` written without a size has been given
the program's `nat_size` by the time it is a `Nat` here, so a type alone decides its shape.

This is more than 300 lines, because all types of the closed union stand here with what is asked of each.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import NoReturn, TypeAlias, assert_never

from cajal_core.base.recursion import deep_recursion


class _Printed:
    """A type is shown as it is written, in a list of arguments too, and however deep it is."""

    __slots__ = ()

    def __str__(self) -> str:
        with deep_recursion():
            return pretty(self)  # type: ignore[arg-type]  # only the classes of `Type` inherit

    __repr__ = __str__

    def __call__(self, dtype: object = "dtype", *_: object) -> NoReturn:
        """A neuron's `type` is its Cajal type, where that of other modules is a cast.

        Raises:
            TypeError: always; it says what to write.
        """
        raise TypeError(f"the type of a neuron, {self}, is no cast: write `neuron.to({dtype})`")


class _Composed(_Printed):
    """A type made of two others. It keeps what passes ask of a type at every node of a term.

    A tuple of n components is n - 1 products, one inside the other. What is kept is computed from that of the
    two parts, so that no pass walks a whole type at each node. A copied or unpickled type computes it again:
    hashes of strings differ between processes.
    """

    __slots__ = ("_hash", "cached_dim", "holds_data", "rank")

    #: The dimension, once it has been asked for. It may have as many digits as the type has nodes.
    cached_dim: int | None
    _hash: int
    holds_data: bool
    #: The number of components.
    rank: int

    def _keep(self, first: Type, second: Type, own: object, is_data: bool) -> None:
        for name, value in (
            ("cached_dim", None),
            ("_hash", hash((first, second, own))),
            ("holds_data", is_data),
            ("rank", rank(first) + rank(second)),
        ):
            object.__setattr__(self, name, value)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, type(self)) or self._hash != other._hash:
            return False
        with deep_recursion():
            return self.parts == other.parts

    @property
    @abstractmethod
    def parts(self) -> tuple[Type | bool, ...]:
        """What the type is made of, and made again of."""

    def __reduce__(self) -> tuple[Callable[..., _Composed], tuple[Type | bool, ...]]:
        return self.__class__, self.parts


@dataclass(frozen=True, slots=True, repr=False)
class Bool(_Printed):
    """`Bool`: `true` is e0, `false` is e1."""


@dataclass(frozen=True, slots=True, repr=False)
class Nat(_Printed):
    """`Nat[size]`: the numbers 0 … size-1. `written` is false where the size is the program's."""

    size: int
    written: bool = field(default=True, compare=False)


@dataclass(frozen=True, slots=True, repr=False)
class Unit(_Printed):
    """`Unit`: one basis vector, `()`."""


@dataclass(frozen=True, slots=True, repr=False)
class Data(_Printed):
    """`data Name = C0 | … | Cm`: the constructors, in order."""

    name: str
    constructors: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Product(_Composed):
    """`left * right`: pairs, as matrices of shape (dim left, dim right)."""

    left: Type
    right: Type

    def __post_init__(self) -> None:
        self._keep(self.left, self.right, Product, is_data(self.left) and is_data(self.right))

    @property
    def parts(self) -> tuple[Type | bool, ...]:
        return self.left, self.right


@dataclass(frozen=True, slots=True, repr=False)
class Space(_Printed):
    """`space Name[sizes]`: a real vector space whose values come from Python."""

    name: str
    sizes: tuple[int, ...]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Arrow(_Composed):
    """`argument -o result`: the linear maps, as matrices of shape (dim result, dim argument).

    `!argument -o result`, with `reusable`, is the type of a definition that uses its argument any
    number of times. No term but the definition's name has such a type.
    """

    argument: Type
    result: Type
    reusable: bool = False

    def __post_init__(self) -> None:
        self._keep(self.argument, self.result, self.reusable, is_data=False)

    @property
    def parts(self) -> tuple[Type | bool, ...]:
        return self.argument, self.result, self.reusable


Type: TypeAlias = Bool | Nat | Unit | Data | Product | Space | Arrow


def pretty(type: Type, mark: Callable[[Space | Data], str] = lambda _: "") -> str:
    """The type as a user writes it, with no parentheses that the grammar does not need.

    `mark` says what follows the name of a declared type.
    """

    def inside(type: Type, tight: bool) -> str:
        return f"({pretty(type, mark)})" if tight else pretty(type, mark)

    parts = list[str]()
    while isinstance(type, Arrow):
        tight = isinstance(type.argument, Arrow) or (type.reusable and isinstance(type.argument, Product))
        parts.append("!" * type.reusable + inside(type.argument, tight))
        type = type.result
    match type:
        case Bool():
            parts.append("Bool")
        case Unit():
            parts.append("Unit")
        case Nat(size, written):
            parts.append(f"Nat[{size}]" if written else "Nat")
        case Space(name) | Data(name):
            parts.append(name + mark(type))
        case Product(left, right):
            before = inside(left, isinstance(left, Arrow))
            parts.append(f"{before} * {inside(right, isinstance(right, Arrow | Product))}")
        case _:
            assert_never(type)
    return " -o ".join(parts)


def uncurry(type: Type) -> tuple[list[Type], Type]:
    r"""`A1 -o … -o An -o B`, with B no function type, as ([A1, …, An], B).

    Example:
        >>> import cajal_core as cajal
        >>> cajal.uncurry(cajal.Program().type(r"\x:Bool. \n:Nat. (n, x)"))
        ([Bool, Nat], Nat * Bool)
    """
    arguments: list[Type] = []
    while isinstance(type, Arrow):
        arguments.append(type.argument)
        type = type.result
    return arguments, type


def has_tensor(type: Type) -> bool:
    """Whether what has the type is a tensor of its shape: all but a definition with `!` parameters.

    Those come first, so that the outermost arrow tells.

    Example:
        >>> import cajal_core as cajal
        >>> program = cajal.load("def twice (!f : Bool -o Bool) (x : Bool) : Bool = f (f x)")
        >>> cajal.has_tensor(program["twice"].type), cajal.has_tensor(program.type("true"))
        (False, True)
    """
    return not (isinstance(type, Arrow) and type.reusable)


def shape(type: Type) -> tuple[int, ...]:
    r"""The shape of a tensor of this type, without batch dimensions (docs/spec.md, section 3.1).

    Example:
        >>> import cajal_core as cajal
        >>> cajal.shape(cajal.Program().type(r"\x:Bool. (x, 2)"))
        (20, 2)
    """
    match type:
        case Bool():
            return (2,)
        case Nat(size):
            return (size,)
        case Unit():
            return (1,)
        case Data(_, constructors):
            return (len(constructors),)
        case Product(left, right):
            return (dim(left), dim(right))
        case Space(_, sizes):
            return sizes
        case Arrow(argument, result):
            return (dim(result), dim(argument))
        case _:
            assert_never(type)


def dim(type: Type) -> int:
    """The dimension of the space: the product of the shape.

    Example:
        >>> import cajal_core as cajal
        >>> cajal.dim(cajal.Program().type("(true, 3)"))
        20
    """
    match type:
        case Product(first, second) | Arrow(first, second):
            if type.cached_dim is None:
                with deep_recursion():
                    object.__setattr__(type, "cached_dim", dim(first) * dim(second))
            assert type.cached_dim is not None
            return type.cached_dim
        case Bool() | Nat() | Unit() | Data() | Space():
            return math.prod(shape(type))
        case _:
            assert_never(type)


def components(type: Type) -> tuple[int, ...]:
    """The dimensions of what is not made of others in a type, in the order in which it is flattened."""
    match type:
        case Product(left, right):
            return (*components(left), *components(right))
        case Arrow(argument, result):
            return (*components(result), *components(argument))
        case Bool() | Nat() | Unit() | Data() | Space():
            return (dim(type),)
        case _:
            assert_never(type)


def rank(type: Type) -> int:
    """The number of components."""
    match type:
        case Product() | Arrow():
            return type.rank
        case Bool() | Nat() | Unit() | Data() | Space():
            return 1
        case _:
            assert_never(type)


def is_data(type: Type) -> bool:
    """Whether the type's values are its basis vectors, so that they may be copied and dropped."""
    match type:
        case Product() | Arrow():
            return type.holds_data
        case Bool() | Nat() | Unit() | Data():
            return True
        case Space():
            return False
        case _:
            assert_never(type)


def labels(type: Type) -> Iterator[str]:
    """Names of the basis vectors, in order, flattened row-major: `true`, `false` for Bool.

    The basis of a space is named by its indices (`[0, 3]`), that of `A -o B` by what goes where:
    `true ↦ false` is the matrix that sends `true` to `false` and all else to zero.

    Example:
        >>> import cajal_core as cajal
        >>> list(cajal.labels(cajal.Program().type("(true, ())")))
        ['(true, ())', '(false, ())']
    """
    match type:
        case Bool():
            yield from ("true", "false")
        case Nat(size):
            yield from map(str, range(size))
        case Unit():
            yield "()"
        case Data(_, constructors):
            yield from constructors
        case Product(left, right):
            for first, second in product(labels(left), labels(right)):
                yield paired(first, second, isinstance(left, Product))
        case Space(_, sizes):
            yield from (str(list(index)) for index in product(*map(range, sizes)))
        case Arrow(argument, result):
            for target, origin in product(labels(result), labels(argument)):
                yield f"{origin} ↦ {target}"
        case _:
            assert_never(type)


def paired(first: str, second: str, flat: bool) -> str:
    """The text of a pair. `flat` says that its first component is a pair, as in `(a, b, c)`."""
    return f"{first[:-1]}, {second})" if flat else f"({first}, {second})"
