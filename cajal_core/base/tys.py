"""The types of the language: printing, shapes and bases (docs/spec.md, section 3.1).

Each type is a real vector space with a fixed basis. A `Nat` written without a size has been given
the program's `nat_size` by the time it is a `Nat` here, so a type alone decides its shape.

This is more than 300 lines, because all types of the closed union stand here with what is asked of each.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, NoReturn, Self, TypeAlias, assert_never, cast

from cajal_core.base.dimension import times

#: The most characters of a type that are shown. A type that is doubled line by line has no end.
LONGEST_TEXT = 100_000
#: Types nested deeper are pickled as a list, since pickle recurses.
_DEEP = 100


class _Printed:
    """A type is shown as it is written, in a list of arguments too."""

    __slots__ = ()

    def __str__(self) -> str:
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

    A tuple of n components is n - 1 products, one inside the other, and a type may stand in another many
    times: `T * T` holds T once. What is kept is computed from that of the two parts, so that no pass walks a
    whole type at each node. An unpickled type computes it again: hashes of strings differ between processes.
    """

    __slots__ = ("_hash", "depth", "dim", "holds_data", "rank")

    dim: int
    depth: int
    _hash: int
    holds_data: bool
    #: The number of components.
    rank: int

    def _keep(self, first: Type, second: Type, own: object, is_data: bool) -> None:
        for name, value in (
            ("dim", times(dim(first), dim(second))),
            ("depth", 1 + max(_depth(first), _depth(second))),
            ("_hash", hash((first, second, own))),
            ("holds_data", is_data),
            ("rank", rank(first) + rank(second)),
        ):
            object.__setattr__(self, name, value)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        pending, compared = [(cast("Type | bool", self), other)], set[tuple[int, int]]()
        while pending:
            one, another = pending.pop()
            if one is another or (id(one), id(another)) in compared:
                continue
            if not isinstance(one, _Composed):
                if one != another:
                    return False
            elif not isinstance(another, type(one)) or one._hash != another._hash:
                return False
            else:
                compared.add((id(one), id(another)))
                pending.extend(zip(one.parts, another.parts, strict=True))
        return True

    @property
    @abstractmethod
    def parts(self) -> tuple[Type | bool, ...]:
        """What the type is made of, and made again of."""

    def __deepcopy__(self, _: object) -> Self:
        return _assembled(_steps(cast("Type", self)))

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        if self.depth < _DEEP:
            return self.__class__, self.parts
        return _assembled, (_steps(cast("Type", self)),)


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


def pretty(
    type: Type, mark: Callable[[Space | Data], str] = lambda _: "", longest: int = LONGEST_TEXT
) -> str:
    """The type as a user writes it, with no parentheses that the grammar does not need.

    `mark` says what follows the name of a declared type. Of a text that is longer than `longest` characters
    only the beginning and the end are shown, with `…` between.
    """
    return abridged(lambda backwards: _pieces(type, mark, backwards), longest)


def abridged(pieces: Callable[[bool], Iterator[str]], longest: int = LONGEST_TEXT) -> str:
    """The pieces of a text, joined; of a text that is too long its beginning and its end.

    The pieces are given from the beginning, or backwards from the end, as far as they are needed.

    Example:
        >>> abridged(lambda backwards: iter("cba" * 30 if backwards else "abc" * 30), 12)
        'abcabcab … abc'
    """
    begin, is_whole = _up_to(pieces(False), longest)
    if is_whole:
        return "".join(begin)
    end, _ = _up_to(pieces(True), longest // 4)
    return f"{''.join(begin)[: longest * 2 // 3]} … {''.join(reversed(end))[-(longest // 4) :]}"


def _up_to(pieces: Iterator[str], longest: int) -> tuple[list[str], bool]:
    """The first pieces, and whether they are all, with no more characters than `longest`."""
    taken, length = list[str](), 0
    for piece in pieces:
        taken.append(piece)
        length += len(piece)
        if length > longest:
            return taken, False
    return taken, True


def _pieces(type: Type, mark: Callable[[Space | Data], str], backwards: bool) -> Iterator[str]:
    """The text of a type, piece by piece."""
    pending: list[Type | str] = [type]
    while pending:
        type_or_text = pending.pop()
        match type_or_text:
            case str():
                yield type_or_text
                continue
            case Bool():
                parts = ["Bool"]
            case Unit():
                parts = ["Unit"]
            case Nat(size, written):
                parts = [f"Nat[{size}]" if written else "Nat"]
            case Space(name) | Data(name):
                parts = [name + mark(type_or_text)]
            case Product(left, right):
                before = _inside(left, isinstance(left, Arrow))
                parts = [*before, " * ", *_inside(right, isinstance(right, Arrow | Product))]
            case Arrow(argument, result, reusable):
                tight = isinstance(argument, Arrow) or (reusable and isinstance(argument, Product))
                parts = ["!" * reusable, *_inside(argument, tight), " -o ", result]
            case _:
                assert_never(type_or_text)
        pending.extend(parts if backwards else reversed(parts))


def _inside(type: Type, tight: bool) -> list[Type | str]:
    return ["(", type, ")"] if tight else [type]


def _depth(type: Type) -> int:
    return type.depth if isinstance(type, _Composed) else 0


def _steps(type: Type) -> list[Any]:
    """How to make a type again: simple types, and classes with the places of their parts in this list."""
    steps, places, pending = list[Any](), dict[int, int](), [type]
    while pending:
        node = pending[-1]
        inside = node.parts if isinstance(node, _Composed) else ()
        parts = [part for part in inside if not isinstance(part, bool)]
        missing = [part for part in parts if id(part) not in places]
        if missing:
            pending.extend(missing)
            continue
        pending.pop()
        if id(node) not in places:
            places[id(node)] = len(steps)
            own = [node.reusable] if isinstance(node, Arrow) else []
            steps.append((node.__class__, [places[id(part)] for part in parts], own) if parts else node)
    return steps


def _assembled(steps: list[Any]) -> Any:
    made = list[Any]()
    for step in steps:
        if isinstance(step, tuple):
            composed, places, own = cast("tuple[Any, list[int], list[bool]]", step)
            made.append(composed(*[made[place] for place in places], *own))
        else:
            made.append(step)
    return made[-1]


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


def sizes(type: Type) -> tuple[int, ...] | None:
    r"""The sizes of a `space`; None for any other type.

    Example:
        >>> import cajal_core as cajal
        >>> program = cajal.load("space Image[28, 28]\nextern network : Image -o Bool")
        >>> [image], result = cajal.uncurry(program.type("network"))
        >>> cajal.sizes(image), cajal.sizes(result)
        ((28, 28), None)
    """
    return type.sizes if isinstance(type, Space) else None


def dim(type: Type) -> int:
    """The dimension of the space: the product of the shape.

    Example:
        >>> import cajal_core as cajal
        >>> cajal.dim(cajal.Program().type("(true, 3)"))
        20
    """
    match type:
        case Product() | Arrow():
            return type.dim
        case Bool() | Nat() | Unit() | Data() | Space():
            return reduce(times, shape(type), 1)
        case _:
            assert_never(type)


def components(type: Type) -> tuple[int, ...]:
    """The dimensions of what is not made of others in a type, in the order in which it is flattened."""
    dims, pending = list[int](), [type]
    while pending:
        node = pending.pop()
        match node:
            case Product(left, right):
                pending += [right, left]
            case Arrow(argument, result):
                pending += [argument, result]
            case Bool() | Nat() | Unit() | Data() | Space():
                dims.append(dim(node))
            case _:
                assert_never(node)
    return tuple(dims)


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
    r"""Whether the type's values are its basis vectors, so that they may be copied and dropped.

    Example:
        >>> import cajal_core as cajal
        >>> program = cajal.load("space Image[28, 28]\nextern image : Image\ndef pair : Bool * Nat = (true, 3)")
        >>> [cajal.is_data(program.type(term)) for term in ("pair", "image", r"\x:Bool. x")]
        [True, False, False]
    """
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
    for index in range(dim(type)):
        yield abridged(lambda backwards, index=index: _label_pieces(type, index, backwards))


def _label_pieces(type: Type, index: int, backwards: bool) -> Iterator[str]:
    """The name of one basis vector, piece by piece."""
    pending: list[tuple[Type, int] | str] = [(type, index)]
    while pending:
        vector = pending.pop()
        if isinstance(vector, str):
            yield vector
            continue
        parts: list[tuple[Type, int] | str]
        type, index = vector
        match type:
            case Bool():
                parts = ["false" if index else "true"]
            case Nat():
                parts = [str(index)]
            case Unit():
                parts = ["()"]
            case Data(_, constructors):
                parts = [constructors[index]]
            case Product():
                parts = [")"]
                while isinstance(type, Product):
                    index, second = divmod(index, dim(type.right))
                    parts += [(type.right, second), ", "]
                    type = type.left
                parts = ["(", (type, index), *reversed(parts)]
            case Space(_, sizes):
                position = list[int]()
                for size in reversed(sizes):
                    index, place = divmod(index, size)
                    position.append(place)
                parts = [str(position[::-1])]
            case Arrow(argument, result):
                target, origin = divmod(index, dim(argument))
                parts = [(argument, origin), " ↦ ", (result, target)]
            case _:
                assert_never(type)
        pending.extend(parts if backwards else reversed(parts))
