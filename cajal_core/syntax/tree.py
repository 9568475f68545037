"""The surface tree: what the user wrote, with names, sugar and spans.

It has more than 300 lines, because all nodes of one closed union and their children stand together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias, assert_never

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


@dataclass(frozen=True, slots=True)
class WithType(_Node):
    """`A & B & C`: of several alternatives one is picked"""

    parts: tuple[Type, ...]


@dataclass(frozen=True, slots=True)
class PowerType(_Node):
    """`base ^ count`: so many alternatives of one type"""

    base: Type
    count: int


@dataclass(frozen=True, slots=True)
class ListType(_Node):
    """`List element` or `List[most] element`"""

    element: Type
    most: int | None


Type: TypeAlias = (
    BoolType | NatType | UnitType | ProductType | NamedType | ArrowType | WithType | PowerType | ListType
)  # fmt: skip


# Patterns


@dataclass(frozen=True, slots=True)
class Binder(_Node):
    """A name where it is bound"""

    name: str


@dataclass(frozen=True, slots=True)
class Wildcard(_Node):
    """`_`: what stands here is dropped"""


@dataclass(frozen=True, slots=True)
class PairPattern(_Node):
    """`(left, right)`: what stands here is taken apart"""

    left: Pattern
    right: Pattern


#: What binds the parts of a value.
Pattern: TypeAlias = Binder | Wildcard | PairPattern


@dataclass(frozen=True, slots=True)
class ConstructorPattern(_Node):
    """`C x y`: a constructor with a pattern for each field. `name` is `true`, `succ`, `cons`, `()`, … too"""

    name: str
    fields: tuple[Pattern, ...] = ()


@dataclass(frozen=True, slots=True)
class NumberPattern(_Node):
    """`3`, one value of a Nat"""

    value: int


#: What the arm of a `case` stands for. A last arm may have a `Pattern`, for all that no other arm takes.
ArmPattern: TypeAlias = ConstructorPattern | NumberPattern | Pattern


# Terms


@dataclass(frozen=True, slots=True)
class Var(_Node):
    """`x`"""

    name: str


@dataclass(frozen=True, slots=True)
class Lam(_Node):
    r"""`\x:A. body`, or `\x. body` where the type is known"""

    pattern: Pattern
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
    """`iter count { zero => base | succ pattern => step }`, or `iter {base | pattern -> step} count`"""

    count: Term
    base: Term
    pattern: Pattern
    step: Term


@dataclass(frozen=True, slots=True)
class Let(_Node):
    """`let pattern = bound in body`, or `let pattern : annotation = bound in body`"""

    pattern: Pattern
    annotation: Type | None
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
class Constructor(_Node):
    """`N`, of a data type"""

    name: str


@dataclass(frozen=True, slots=True)
class Arm(_Node):
    """`pattern => body` of a `case`"""

    pattern: ArmPattern
    body: Term


@dataclass(frozen=True, slots=True)
class Case(_Node):
    """`case scrutinee { N => … | E => … }`"""

    scrutinee: Term
    arms: tuple[Arm, ...]


@dataclass(frozen=True, slots=True)
class Copy(_Node):
    """`copy original as (x, y, …) in body`, with two names or more"""

    original: Term
    copies: tuple[Binder, ...]
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


@dataclass(frozen=True, slots=True)
class Alternatives(_Node):
    """`<a, b, …>`: of these one is picked, so that they share their variables"""

    parts: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Pick(_Node):
    """`alternatives.place`, counted from 1"""

    alternatives: Term
    place: int


@dataclass(frozen=True, slots=True)
class Fail(_Node):
    """`fail`: no result"""


@dataclass(frozen=True, slots=True)
class Or(_Node):
    """`left <|> right`: the results of both"""

    left: Term
    right: Term


@dataclass(frozen=True, slots=True)
class Nil(_Node):
    """`nil`"""


@dataclass(frozen=True, slots=True)
class Cons(_Node):
    """`cons head tail`"""

    head: Term
    tail: Term


@dataclass(frozen=True, slots=True)
class ListLiteral(_Node):
    """`[a, b, …]`, or `[]`"""

    elements: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Fold(_Node):
    """`fold list { nil => base | cons element state => step }`, or with `snoc state element`"""

    list: Term
    base: Term
    order: Literal["cons", "snoc"]
    element: Pattern
    state: Pattern
    step: Term


@dataclass(frozen=True, slots=True)
class Generator(_Node):
    """`pattern in list` of a comprehension"""

    pattern: Pattern
    list: Term


@dataclass(frozen=True, slots=True)
class Comprehension(_Node):
    """`[body | x in xs, y in ys]`: the lists go in step"""

    body: Term
    generators: tuple[Generator, ...]


@dataclass(frozen=True, slots=True)
class Dict(_Node):
    """`dict keys values`"""

    keys: Term
    values: Term


Term: TypeAlias = (
    Var | Lam | App | Boolean | If | Zero | Numeral | Succ | Iter | Let | Unit | Pair | Constructor | Case
    | Copy | Drop | Annot | Alternatives | Pick | Fail | Or | Nil | Cons | ListLiteral | Fold | Comprehension
    | Dict
)  # fmt: skip


# Items


@dataclass(frozen=True, slots=True)
class Param(_Node):
    """`(x : A)` of a definition, or `(!x : A)`; `(x y : A)` is two"""

    pattern: Pattern
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
class DataConstructor(_Node):
    """`C A B` of a `data` declaration: a constructor with the types of its fields"""

    name: Binder
    fields: tuple[Type, ...]


@dataclass(frozen=True, slots=True)
class Data(_Node):
    """`data name = N | E`, or with fields: `data name = C A B | D`"""

    name: Binder
    constructors: tuple[DataConstructor, ...]


@dataclass(frozen=True, slots=True)
class Synonym(_Node):
    """`type name = type`: another name for a type"""

    name: Binder
    type: Type


@dataclass(frozen=True, slots=True)
class Use(_Node):
    """`use module`, or `use module (x, y)`"""

    module: Binder
    names: tuple[Binder, ...] | None


@dataclass(frozen=True, slots=True)
class Space(_Node):
    """`space Name[sizes]`"""

    name: Binder
    sizes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Show(_Node):
    """A bare term, to be typed, evaluated and shown"""

    term: Term


Item: TypeAlias = Def | Extern | Learn | Space | Data | Synonym | Use | Show


# All nodes

Node: TypeAlias = Item | DataConstructor | Param | Term | Arm | Generator | Type | ArmPattern


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly inside a node: terms, types, patterns, arms and parameters."""
    match node:
        case BoolType() | NatType() | UnitType() | NamedType() | Binder() | Wildcard() | NumberPattern():
            return ()
        case Var() | Boolean() | Zero() | Numeral() | Unit() | Constructor() | Fail() | Nil():
            return ()
        case ProductType(left, right) | Pair(left, right) | PairPattern(left, right) | Or(left, right):
            return (left, right)
        case WithType(parts) | Alternatives(parts) | ListLiteral(parts) | ConstructorPattern(_, parts):
            return parts
        case PowerType(inner) | ListType(inner) | Pick(inner):
            return (inner,)
        case ArrowType(argument, result):
            return (argument, result)
        case Lam(pattern, annotation, body):
            return (pattern, body) if annotation is None else (pattern, annotation, body)
        case App(function, argument):
            return (function, argument)
        case If(condition, consequent, alternative):
            return (condition, consequent, alternative)
        case Succ(term) | Show(term):
            return (term,)
        case Iter(count, base, pattern, step):
            return (count, base, pattern, step)
        case Let(pattern, annotation, bound, body):
            return (pattern, bound, body) if annotation is None else (pattern, annotation, bound, body)
        case Copy(bound, copies, body):
            return (bound, *copies, body)
        case Arm(pattern, body):
            return (pattern, body)
        case Case(scrutinee, arms):
            return (scrutinee, *arms)
        case Drop(first, second) | Cons(first, second) | Dict(first, second):
            return (first, second)
        case Fold(list, base, order, element, state, step):
            names = (element, state) if order == "cons" else (state, element)
            return (list, base, *names, step)
        case Generator(pattern, list):
            return (pattern, list)
        case Comprehension(body, generators):
            return (body, *generators)
        case Annot(term, type):
            return (term, type)
        case Param(pattern, type):
            return (pattern, type)
        case Extern(binder, type) | Learn(binder, type) | Synonym(binder, type):
            return (binder, type)
        case Def(name, params, type, body):
            return (name, *params, type, body)
        case DataConstructor(name, fields):
            return (name, *fields)
        case Data(name, constructors):
            return (name, *constructors)
        case Use(name, names):
            return (name, *(names or ()))
        case Space(name):
            return (name,)
        case _:
            assert_never(node)


def bound_names(pattern: ArmPattern) -> tuple[Binder, ...]:
    """The names that a pattern binds, in order."""
    match pattern:
        case Binder():
            return (pattern,)
        case Wildcard() | NumberPattern():
            return ()
        case PairPattern(left, right):
            return (*bound_names(left), *bound_names(right))
        case ConstructorPattern(_, fields):
            return tuple([name for field in fields for name in bound_names(field)])
        case _:
            assert_never(pattern)
