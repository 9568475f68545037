"""The surface tree: what the user wrote, with names, sugar and spans.

It has more than 300 lines, because all nodes of one closed union and their children stand together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias, assert_never

from cajal_core.base.source import Span


@dataclass(frozen=True, slots=True)
class _Node:
    # Two trees are equal when they are the same program, wherever it stands.
    span: Span = field(kw_only=True, compare=False, repr=False)


# Types


@dataclass(frozen=True, slots=True)
class BoolType(_Node):
    """`Bool`"""


@dataclass(frozen=True, slots=True)
class NatType(_Node):
    """`Nat` or `Nat[size]`"""

    size: int | None


@dataclass(frozen=True, slots=True)
class UnitType(_Node):
    """`Unit`"""


@dataclass(frozen=True, slots=True)
class ProductType(_Node):
    """`left * right`"""

    left: Type
    right: Type


@dataclass(frozen=True, slots=True)
class NamedType(_Node):
    """`Image`, a declared name"""

    name: str


@dataclass(frozen=True, slots=True)
class ArrowType(_Node):
    """`argument -o result`"""

    argument: Type
    result: Type


Type: TypeAlias = BoolType | NatType | UnitType | ProductType | NamedType | ArrowType


# Terms


@dataclass(frozen=True, slots=True)
class Binder(_Node):
    """A name where it is bound"""

    name: str


@dataclass(frozen=True, slots=True)
class Var(_Node):
    """`x`"""

    name: str


@dataclass(frozen=True, slots=True)
class Lam(_Node):
    r"""`\x:A. body`, or `\x. body` where the type is known"""

    binder: Binder
    annotation: Type | None
    body: Term


@dataclass(frozen=True, slots=True)
class App(_Node):
    """`function argument`"""

    function: Term
    argument: Term


@dataclass(frozen=True, slots=True)
class Boolean(_Node):
    """`true` or `false`"""

    value: bool


@dataclass(frozen=True, slots=True)
class If(_Node):
    """`if condition then consequent else alternative`"""

    condition: Term
    consequent: Term
    alternative: Term


@dataclass(frozen=True, slots=True)
class Zero(_Node):
    """`zero`"""


@dataclass(frozen=True, slots=True)
class Numeral(_Node):
    """`3`"""

    value: int


@dataclass(frozen=True, slots=True)
class Succ(_Node):
    """`succ predecessor`"""

    predecessor: Term


@dataclass(frozen=True, slots=True)
class Iter(_Node):
    """`iter count { zero => base | succ binder => step }`, or `iter {base | binder -> step} count`"""

    count: Term
    base: Term
    binder: Binder
    step: Term


@dataclass(frozen=True, slots=True)
class Let(_Node):
    """`let binder = bound in body`"""

    binder: Binder
    bound: Term
    body: Term


@dataclass(frozen=True, slots=True)
class Unit(_Node):
    """`()`"""


@dataclass(frozen=True, slots=True)
class Pair(_Node):
    """`(left, right)`"""

    left: Term
    right: Term


@dataclass(frozen=True, slots=True)
class LetPair(_Node):
    """`let (left, right) = bound in body`"""

    left: Binder
    right: Binder
    bound: Term
    body: Term


@dataclass(frozen=True, slots=True)
class Constructor(_Node):
    """`N`, of a data type"""

    name: str


@dataclass(frozen=True, slots=True)
class Arm(_Node):
    """`constructor => body` of a `case`"""

    constructor: Constructor
    body: Term


@dataclass(frozen=True, slots=True)
class Case(_Node):
    """`case scrutinee { N => … | E => … }`"""

    scrutinee: Term
    arms: tuple[Arm, ...]


@dataclass(frozen=True, slots=True)
class Copy(_Node):
    """`copy original as (left, right) in body`"""

    original: Term
    left: Binder
    right: Binder
    body: Term


@dataclass(frozen=True, slots=True)
class Drop(_Node):
    """`drop dropped in body`"""

    dropped: Term
    body: Term


@dataclass(frozen=True, slots=True)
class Annot(_Node):
    """`(term : type)`"""

    term: Term
    type: Type


Term: TypeAlias = (
    Var | Lam | App | Boolean | If | Zero | Numeral | Succ | Iter | Let | Unit | Pair | LetPair
    | Constructor | Case | Copy | Drop | Annot
)  # fmt: skip


# Items


@dataclass(frozen=True, slots=True)
class Param(_Node):
    """`(x : A)` of a definition, or `(!x : A)`"""

    binder: Binder
    type: Type
    reusable: bool = False


@dataclass(frozen=True, slots=True)
class Def(_Node):
    """`def name params : type = body`"""

    name: Binder
    params: tuple[Param, ...]
    type: Type
    body: Term


@dataclass(frozen=True, slots=True)
class Extern(_Node):
    """`extern name : type`"""

    name: Binder
    type: Type


@dataclass(frozen=True, slots=True)
class Learn(_Node):
    """`learn name : type`"""

    name: Binder
    type: Type


@dataclass(frozen=True, slots=True)
class Data(_Node):
    """`data name = N | E`"""

    name: Binder
    constructors: tuple[Binder, ...]


@dataclass(frozen=True, slots=True)
class Space(_Node):
    """`space Name[sizes]`"""

    name: Binder
    sizes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Show(_Node):
    """A bare term, to be typed, evaluated and shown"""

    term: Term


Item: TypeAlias = Def | Extern | Learn | Space | Data | Show


# All nodes

Node: TypeAlias = Item | Param | Term | Arm | Type | Binder


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly inside a node: terms, types, binders, arms and parameters."""
    match node:
        case BoolType() | NatType() | UnitType() | NamedType() | Binder():
            return ()
        case Var() | Boolean() | Zero() | Numeral() | Unit() | Constructor():
            return ()
        case ProductType(left, right) | Pair(left, right):
            return (left, right)
        case ArrowType(argument, result):
            return (argument, result)
        case Lam(binder, annotation, body):
            return (binder, body) if annotation is None else (binder, annotation, body)
        case App(function, argument):
            return (function, argument)
        case If(condition, consequent, alternative):
            return (condition, consequent, alternative)
        case Succ(term) | Show(term):
            return (term,)
        case Iter(count, base, binder, step):
            return (count, base, binder, step)
        case Let(binder, bound, body):
            return (binder, bound, body)
        case LetPair(left, right, bound, body) | Copy(bound, left, right, body):
            return (left, right, bound, body)
        case Arm(constructor, body):
            return (constructor, body)
        case Case(scrutinee, arms):
            return (scrutinee, *arms)
        case Drop(dropped, body):
            return (dropped, body)
        case Annot(term, type):
            return (term, type)
        case Param(binder, type) | Extern(binder, type) | Learn(binder, type):
            return (binder, type)
        case Def(name, params, type, body):
            return (name, *params, type, body)
        case Data(name, constructors):
            return (name, *constructors)
        case Space(name):
            return (name,)
        case _:
            assert_never(node)
