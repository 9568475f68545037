"""The types of the language: printing, shapes and bases (docs/spec.md, section 3.1).

Each type is a real vector space with a fixed basis. A `Nat` written without a size has been given
the program's `nat_size` by the time it is a `Nat` here, so a type alone decides its shape.

This is more than 300 lines, because all types of the closed union stand here with what is asked of each.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from functools import reduce
from itertools import chain, count, islice
from typing import Any, NoReturn, Self, TypeAlias, assert_never, cast

from cajal_core.base.dimension import geometric, plus, times

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
    """A type made of others. It keeps what passes ask of a type at every node of a term.

    A tuple of n components is n - 1 products, one inside the other, and a type may stand in another many
    times: `T * T` holds T once. What is kept is computed from that of the parts, so that no pass walks a
    whole type at each node. An unpickled type computes it again: hashes of strings differ between processes.
    """

    __slots__ = ("_hash", "depth", "dim", "holds_data", "rank")

    dim: int
    depth: int
    _hash: int
    holds_data: bool
    #: The number of components.
    rank: int

    def _keep(self, dim: int, rank: int = 1, *, is_data: bool) -> None:
        for name, value in (
            ("dim", dim),
            ("depth", 1 + max(map(_depth, self.parts), default=0)),
            ("_hash", hash((type(self), self.parts, self.own))),
            ("holds_data", is_data),
            ("rank", rank),
        ):
            object.__setattr__(self, name, value)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        pending, compared = [(cast("Type", self), other)], set[tuple[int, int]]()
        while pending:
            one, another = pending.pop()
            if one is another or (id(one), id(another)) in compared:
                continue
            if not isinstance(one, _Composed):
                if one != another:
                    return False
            elif (
                not isinstance(another, type(one))
                or one._hash != another._hash
                or one.own != another.own
                or len(one.parts) != len(another.parts)
            ):
                return False
            else:
                compared.add((id(one), id(another)))
                pending.extend(zip(one.parts, another.parts, strict=True))
        return True

    @property
    @abstractmethod
    def parts(self) -> tuple[Type, ...]:
        """The types that the type is made of."""

    @property
    def own(self) -> tuple[object, ...]:
        """What else two equal types have in common."""
        return ()

    @abstractmethod
    def again(self, parts: tuple[Type, ...]) -> Type:
        """The same, made of other types."""

    def __deepcopy__(self, _: object) -> Self:
        return _assembled(_steps(cast("Type", self)))

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        if self.depth < _DEEP:
            return self.__class__, tuple([getattr(self, field.name) for field in fields(cast("Any", self))])
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


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Data(_Composed):
    """`data Name = C0 A B | … | Cm`: the constructors, in order, each with the types of its fields.

    A constructor has a block of the basis, in which its fields stand row-major.
    """

    name: str
    constructors: tuple[str, ...]
    #: One for each constructor; empty where none has fields.
    fields: tuple[tuple[Type, ...], ...] = ()

    def __post_init__(self) -> None:
        if not any(self.fields):
            object.__setattr__(self, "fields", ())
        self._keep(reduce(plus, self.blocks, 0), is_data=all(map(is_data, self.parts)))

    @property
    def parts(self) -> tuple[Type, ...]:
        return tuple(chain.from_iterable(self.fields))

    @property
    def own(self) -> tuple[object, ...]:
        return self.name, self.constructors, tuple(map(len, self.fields))

    def again(self, parts: tuple[Type, ...]) -> Data:
        remaining = iter(parts)
        return replace(self, fields=tuple([tuple(islice(remaining, len(own))) for own in self.fields]))

    @property
    def blocks(self) -> tuple[int, ...]:
        """The dimension of the block of each constructor."""
        return tuple([reduce(times, map(dim, self.arguments(i)), 1) for i in range(len(self.constructors))])

    def arguments(self, index: int) -> tuple[Type, ...]:
        """The types of the fields of a constructor."""
        return self.fields[index] if self.fields else ()


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Product(_Composed):
    """`left * right`: pairs, as matrices of shape (dim left, dim right)."""

    left: Type
    right: Type

    def __post_init__(self) -> None:
        self._keep(
            times(dim(self.left), dim(self.right)),
            rank(self.left) + rank(self.right),
            is_data=is_data(self.left) and is_data(self.right),
        )

    @property
    def parts(self) -> tuple[Type, ...]:
        return self.left, self.right

    def again(self, parts: tuple[Type, ...]) -> Product:
        left, right = parts
        return Product(left, right)


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class With(_Composed):
    """`A1 & … & An`: alternatives, of which one is picked, as vectors one after the other."""

    parts: tuple[Type, ...]  # type: ignore[reportIncompatibleMethodOverride]  # a field is read like a property

    def __post_init__(self) -> None:
        self._keep(reduce(plus, map(dim, self.parts), 0), is_data=False)

    def again(self, parts: tuple[Type, ...]) -> With:
        return With(parts)


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Power(_Composed):
    """`base ^ count`: so many alternatives of one type, as a matrix of shape (count, dim base)."""

    base: Type
    count: int

    def __post_init__(self) -> None:
        self._keep(times(self.count, dim(self.base)), is_data=False)

    @property
    def parts(self) -> tuple[Type, ...]:
        return (self.base,)

    @property
    def own(self) -> tuple[object, ...]:
        return (self.count,)

    def again(self, parts: tuple[Type, ...]) -> Power:
        return replace(self, base=parts[0])


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class List(_Composed):
    """`List[most] element`: the lists of at most so many elements, by length and then row-major.

    `written` is false where the bound is the program's.
    """

    element: Type
    most: int
    written: bool = field(default=True, compare=False)

    def __post_init__(self) -> None:
        self._keep(geometric(dim(self.element), self.most), is_data=is_data(self.element))

    @property
    def parts(self) -> tuple[Type, ...]:
        return (self.element,)

    @property
    def own(self) -> tuple[object, ...]:
        return (self.most,)

    def again(self, parts: tuple[Type, ...]) -> List:
        return replace(self, element=parts[0])


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
        self._keep(
            times(dim(self.argument), dim(self.result)),
            rank(self.argument) + rank(self.result),
            is_data=False,
        )

    @property
    def parts(self) -> tuple[Type, ...]:
        return self.argument, self.result

    @property
    def own(self) -> tuple[object, ...]:
        return (self.reusable,)

    def again(self, parts: tuple[Type, ...]) -> Arrow:
        argument, result = parts
        return Arrow(argument, result, self.reusable)


Type: TypeAlias = Bool | Nat | Unit | Data | Product | With | Power | List | Space | Arrow


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
                parts = [*_inside(left, 2), " * ", *_inside(right, 3)]
            case With(components):
                parts = [piece for part in components for piece in (" & ", *_inside(part, 2))][1:]
            case Power(base, count):
                parts = [*_inside(base, 4), f" ^ {count}"]
            case List(element, most, written):
                parts = [f"List[{most}] " if written else "List ", *_inside(element, 4)]
            case Arrow(argument, result, reusable):
                parts = ["!" * reusable, *_inside(argument, 3 if reusable else 1), " -o ", result]
            case _:
                assert_never(type_or_text)
        pending.extend(parts if backwards else reversed(parts))


def _inside(type: Type, level: int) -> list[Type | str]:
    """A type where only those that bind at least as tightly as a level need no parentheses."""
    return ["(", type, ")"] if _level(type) < level else [type]


def _level(type: Type) -> int:
    """How tightly the text of a type holds together: `-o` least, then `&`, `*`, `^`, and names most."""
    match type:
        case Arrow():
            return 0
        case With():
            return 1
        case Product():
            return 2
        case Power():
            return 3
        case Bool() | Nat() | Unit() | Data() | Space() | List():
            return 4
        case _:
            assert_never(type)


def _depth(type: Type) -> int:
    return type.depth if isinstance(type, _Composed) else 0


def _steps(type: Type) -> list[Any]:
    """How to make a type again: simple types, and others with the places of their parts in this list."""
    steps, places, pending = list[Any](), dict[int, int](), [type]
    while pending:
        node = pending[-1]
        inside = node.parts if isinstance(node, _Composed) else ()
        if missing := [part for part in inside if id(part) not in places]:
            pending.extend(missing)
            continue
        pending.pop()
        if id(node) not in places:
            places[id(node)] = len(steps)
            if inside:
                hollow = cast("_Composed", node).again(tuple([Unit()] * len(inside)))
                steps.append((hollow, [places[id(part)] for part in inside]))
            else:
                steps.append(node)
    return steps


def _assembled(steps: list[Any]) -> Any:
    made = list[Any]()
    for step in steps:
        if isinstance(step, tuple):
            hollow, places = cast("tuple[_Composed, list[int]]", step)
            made.append(hollow.again(tuple([made[place] for place in places])))
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


def arrows(arguments: Iterable[Type], result: Type) -> Type:
    """`A1 -o … -o An -o B`, the function type that `uncurry` takes apart."""
    for argument in reversed([*arguments]):
        result = Arrow(argument, result)
    return result


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
        case Data() | With() | List():
            return (type.dim,)
        case Power(base, count):
            return (count, dim(base))
        case Product(left, right):
            return (dim(left), dim(right))
        case Space(_, sizes):
            return sizes
        case Arrow(argument, result):
            return (dim(result), dim(argument))
        case _:
            assert_never(type)


def list_of(type: Type) -> tuple[Type, int] | None:
    r"""The type of the elements of a `List[k] A`, and k; None for any other type.

    Example:
        >>> import cajal_core as cajal
        >>> [words], result = cajal.uncurry(cajal.Program().type(r"\xs:List[3] Bool. case xs { _ => true }"))
        >>> cajal.list_of(words), cajal.list_of(result)
        ((Bool, 3), None)
    """
    return (type.element, type.most) if isinstance(type, List) else None


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
        case Product() | Arrow() | Data() | With() | Power() | List():
            return type.dim
        case Bool() | Nat() | Unit() | Space():
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
            case Bool() | Nat() | Unit() | Data() | Space() | With() | Power() | List():
                dims.append(dim(node))
            case _:
                assert_never(node)
    return tuple(dims)


def rank(type: Type) -> int:
    """The number of components."""
    match type:
        case Product() | Arrow():
            return type.rank
        case Bool() | Nat() | Unit() | Data() | Space() | With() | Power() | List():
            return 1
        case _:
            assert_never(type)


def is_data(type: Type) -> bool:
    r"""Whether the type's values are its basis vectors, so that they may be copied and dropped.

    Example:
        >>> import cajal_core as cajal
        >>> program = cajal.load("space Image[8, 8]\nextern image : Image\ndef pair : Bool * Nat = (true, 3)")
        >>> [cajal.is_data(program.type(term)) for term in ("pair", "image", r"\x:Bool. x")]
        [True, False, False]
    """
    match type:
        case Product() | Data() | List():
            return type.holds_data
        case Bool() | Nat() | Unit():
            return True
        case Space() | With() | Power() | Arrow():
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
    pending: list[tuple[Type, int, bool] | str] = [(type, index, False)]
    while pending:
        vector = pending.pop()
        if isinstance(vector, str):
            yield vector
            continue
        parts: list[tuple[Type, int, bool] | str]
        type, index, is_field = vector
        match type:
            case Bool():
                parts = ["false" if index else "true"]
            case Nat():
                parts = [str(index)]
            case Unit():
                parts = ["()"]
            case Data(_, constructors):
                place, inside = taken_apart(type, index)
                fields = [(field, at, True) for field, at in inside]
                parts = [constructors[place], *[piece for field in fields for piece in (" ", field)]]
                parts = ["(", *parts, ")"] if fields and is_field else parts
            case With(components):
                place, index = _in_blocks(index, map(dim, components))
                parts = [f".{place + 1} ", (components[place], index, True)]
                parts = ["(", *parts, ")"] if is_field else parts
            case Power(base):
                place, index = divmod(index, dim(base))
                parts = [f".{place + 1} ", (base, index, True)]
                parts = ["(", *parts, ")"] if is_field else parts
            case List():
                _, inside = taken_apart(type, index)
                parts = [(element, at, False) for element, at in inside]
                parts = ["[", *[piece for part in parts for piece in (", ", part)][1:], "]"]
            case Product():
                parts = [")"]
                while isinstance(type, Product):
                    index, second = divmod(index, dim(type.right))
                    parts += [(type.right, second, False), ", "]
                    type = type.left
                parts = ["(", (type, index, False), *reversed(parts)]
            case Space(_, sizes):
                position = list[int]()
                for size in reversed(sizes):
                    index, place = divmod(index, size)
                    position.append(place)
                parts = [str(position[::-1])]
            case Arrow(argument, result):
                target, origin = divmod(index, dim(argument))
                parts = [(argument, origin, False), " ↦ ", (result, target, False)]
            case _:
                assert_never(type)
        pending.extend(parts if backwards else reversed(parts))


def taken_apart(type: Type, index: int) -> tuple[int, list[tuple[Type, int]]]:
    """A basis vector: which constructor, number or length it has, and the basis vectors inside.

    The type is made of constructors or is a pair: that is so of all data types.
    """
    match type:
        case Bool() | Nat() | Unit():
            return index, []
        case Product(left, right):
            first, second = divmod(index, dim(right))
            return 0, [(left, first), (right, second)]
        case Data():
            place, index = _in_blocks(index, type.blocks)
            own = type.arguments(place)
        case List(element):
            place, index = _in_blocks(index, (dim(element) ** length for length in count()))
            own = (element,) * place
        case Space() | With() | Power() | Arrow():
            raise TypeError(f"{type} has no constructors")
        case _:
            assert_never(type)
    return place, list(zip(own, _digits(index, own), strict=True))


def _in_blocks(index: int, blocks: Iterable[int]) -> tuple[int, int]:
    """Which of some blocks, one after the other, an index is in, and where in it."""
    for place, size in enumerate(blocks):
        if index < size:
            return place, index
        index -= size
    raise IndexError(index)


def _digits(index: int, types: tuple[Type, ...]) -> list[int]:
    """A row-major index into the bases of some types, as one index for each."""
    digits = list[int]()
    for type in reversed(types):
        index, digit = divmod(index, dim(type))
        digits.append(digit)
    return digits[::-1]
