"""The typed core: what the program means to the checker, with no sugar and no names to resolve.

`check` elaborates the surface tree into these nodes. `insert_copies` adds `Copy` and `Drop`; a program adds a
`Ref` to the definition that it compiles. Binders and definitions are compared by identity, so shadowing and
redefinition cannot confuse a later pass. `term.type` is the type of every node.

This is more than 300 lines, because what walks the terms stands beside them: `children`, `map_children` and
`binders` have a case for each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal, TypeAlias, assert_never

from cajal_core.base import tys
from cajal_core.base.source import Span


@dataclass(frozen=True, slots=True, eq=False)
class Binder:
    """A bound variable; two of the same name are two binders."""

    name: str
    type: tys.Type
    span: Span = field(repr=False)
    #: Whether it may be used any number of times, in steps too: a `!` parameter.
    reusable: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Definition:
    r"""A checked `def`: closed, so its name may be used any number of times.

    The body binds the `!` parameters first: `\x1. … \xn. t` for those in `reusable`.
    """

    name: str
    type: tys.Type
    body: Term = field(repr=False)
    reusable: tuple[Binder, ...] = ()
    #: The externs and learned tensors that it rests on.
    parameters: tuple[Extern | Learn, ...] = ()


@dataclass(frozen=True, slots=True)
class Extern:
    """A parameter that Python links. The same name and type are the same parameter."""

    #: The word that declares it.
    kind: ClassVar[Literal["extern"]] = "extern"

    name: str
    type: tys.Type


@dataclass(frozen=True, slots=True)
class Learn:
    """A tensor that neurons train, one a name."""

    kind: ClassVar[Literal["learn"]] = "learn"

    name: str
    type: tys.Type


@dataclass(frozen=True, slots=True, eq=False)
class _Node:
    span: Span = field(kw_only=True, repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Var(_Node):
    """`x`"""

    binder: Binder

    @property
    def type(self) -> tys.Type:
        return self.binder.type


@dataclass(frozen=True, slots=True, eq=False)
class Ref(_Node):
    """A top-level name, resolved to its definition"""

    definition: Definition

    @property
    def type(self) -> tys.Type:
        return self.definition.type


@dataclass(frozen=True, slots=True, eq=False)
class Param(_Node):
    """A top-level name that is an extern or a learned tensor"""

    target: Extern | Learn

    @property
    def type(self) -> tys.Type:
        return self.target.type


@dataclass(frozen=True, slots=True, eq=False)
class Instance(_Node):
    """`f t1 … tn`: a definition given its `!` arguments, which use no linear variables"""

    definition: Definition
    arguments: tuple[Term, ...]
    type: tys.Type


@dataclass(frozen=True, slots=True, eq=False)
class Lam(_Node):
    r"""`\x:A. body`"""

    binder: Binder
    body: Term
    type: tys.Arrow


@dataclass(frozen=True, slots=True, eq=False)
class App(_Node):
    """`function argument`"""

    function: Term
    argument: Term
    type: tys.Type


@dataclass(frozen=True, slots=True, eq=False)
class Boolean(_Node):
    """`true` or `false`"""

    value: bool

    @property
    def type(self) -> tys.Type:
        return tys.Bool()


@dataclass(frozen=True, slots=True, eq=False)
class If(_Node):
    """`if condition then consequent else alternative`"""

    condition: Term
    consequent: Term
    alternative: Term
    type: tys.Type


@dataclass(frozen=True, slots=True, eq=False)
class Numeral(_Node):
    """`zero` or a number that fits its type"""

    value: int
    type: tys.Nat


@dataclass(frozen=True, slots=True, eq=False)
class Succ(_Node):
    """`succ predecessor`"""

    predecessor: Term
    type: tys.Nat


@dataclass(frozen=True, slots=True, eq=False)
class Iter(_Node):
    """`iter count { zero => base | succ binder => step }`"""

    count: Term
    base: Term
    binder: Binder
    step: Term
    type: tys.Type


@dataclass(frozen=True, slots=True, eq=False)
class Let(_Node):
    """`let binder = bound in body`"""

    binder: Binder
    bound: Term
    body: Term
    type: tys.Type


@dataclass(frozen=True, slots=True, eq=False)
class Unit(_Node):
    """`()`"""

    @property
    def type(self) -> tys.Type:
        return tys.Unit()


@dataclass(frozen=True, slots=True, eq=False)
class Pair(_Node):
    """`(left, right)`"""

    left: Term
    right: Term
    type: tys.Product


@dataclass(frozen=True, slots=True, eq=False)
class LetPair(_Node):
    """`let (left, right) = bound in body`"""

    left: Binder
    right: Binder
    bound: Term
    body: Term
    type: tys.Type


@dataclass(frozen=True, slots=True, eq=False)
class Constructor(_Node):
    """`N`, by its place in its data type"""

    index: int
    type: tys.Data


@dataclass(frozen=True, slots=True, eq=False)
class Case(_Node):
    """`case scrutinee { N => … | E => … }`, the arms in the order of the constructors"""

    scrutinee: Term
    arms: tuple[Term, ...]
    type: tys.Type


@dataclass(frozen=True, slots=True, eq=False)
class Copy(_Node):
    """`copy original as (left, right) in body`"""

    original: Term
    left: Binder
    right: Binder
    body: Term
    type: tys.Type


@dataclass(frozen=True, slots=True, eq=False)
class Drop(_Node):
    """`drop dropped in body`"""

    dropped: Term
    body: Term
    type: tys.Type


Term: TypeAlias = (
    Var | Ref | Param | Instance | Lam | App | Boolean | If | Numeral | Succ | Iter | Let | Unit | Pair
    | LetPair | Constructor | Case | Copy | Drop
)  # fmt: skip


def children(term: Term) -> tuple[Term, ...]:
    """The terms directly inside a term, in the order in which they are written."""
    match term:
        case Var() | Ref() | Param() | Boolean() | Numeral() | Unit() | Constructor():
            return ()
        case Instance(_, arguments):
            return arguments
        case Lam(_, body):
            return (body,)
        case App(function, argument):
            return (function, argument)
        case If(condition, consequent, alternative):
            return (condition, consequent, alternative)
        case Succ(predecessor):
            return (predecessor,)
        case Iter(count, base, _, step):
            return (count, base, step)
        case Let(_, bound, body):
            return (bound, body)
        case Pair(left, right):
            return (left, right)
        case LetPair(_, _, bound, body):
            return (bound, body)
        case Case(scrutinee, arms):
            return (scrutinee, *arms)
        case Copy(original, _, _, body):
            return (original, body)
        case Drop(dropped, body):
            return (dropped, body)
        case _:
            assert_never(term)


def binders(term: Term) -> tuple[Binder, ...]:
    """The variables that a term binds, all of them in its last child alone."""
    match term:
        case Lam(binder) | Let(binder) | Iter(_, _, binder):
            return (binder,)
        case LetPair(left, right) | Copy(_, left, right):
            return (left, right)
        case (
            Var() | Ref() | Param() | Instance() | App() | Boolean() | If() | Numeral() | Succ() | Unit()
            | Pair() | Constructor() | Case() | Drop()
        ):  # fmt: skip
            return ()
        case _:
            assert_never(term)


def subterms(term: Term) -> Iterator[Term]:
    """The term and all terms inside it, in no order that matters."""
    pending = [term]
    while pending:
        term = pending.pop()
        pending.extend(children(term))
        yield term


def top_level_name(term: Term) -> str | None:
    """The name of the definition, extern or learned tensor that a term mentions itself."""
    match term:
        case Ref(definition) | Instance(definition):
            return definition.name
        case Param(target):
            return target.name
        case (
            Var() | Lam() | App() | Boolean() | If() | Numeral() | Succ() | Iter() | Let() | Unit() | Pair()
            | LetPair() | Constructor() | Case() | Copy() | Drop()
        ):  # fmt: skip
            return None
        case _:
            assert_never(term)


def map_children(term: Term, change: Callable[[Term], Term]) -> Term:
    """The term with `change` applied to each of its children; the term itself if no child changed.

    The type stays: a change keeps the type of a child.
    """
    old = children(term)
    new = [change(child) for child in old]
    if all(after is before for after, before in zip(new, old, strict=True)):
        return term
    match term:
        case Var() | Ref() | Param() | Boolean() | Numeral() | Unit() | Constructor():
            return term
        case Instance():
            return replace(term, arguments=tuple(new))
        case Lam():
            (body,) = new
            return replace(term, body=body)
        case App():
            function, argument = new
            return replace(term, function=function, argument=argument)
        case If():
            condition, consequent, alternative = new
            return replace(term, condition=condition, consequent=consequent, alternative=alternative)
        case Succ():
            (predecessor,) = new
            return replace(term, predecessor=predecessor)
        case Iter():
            count, base, step = new
            return replace(term, count=count, base=base, step=step)
        case Let() | LetPair():
            bound, body = new
            return replace(term, bound=bound, body=body)
        case Pair():
            left, right = new
            return replace(term, left=left, right=right)
        case Case():
            scrutinee, *arms = new
            return replace(term, scrutinee=scrutinee, arms=tuple(arms))
        case Copy():
            original, body = new
            return replace(term, original=original, body=body)
        case Drop():
            dropped, body = new
            return replace(term, dropped=dropped, body=body)
        case _:
            assert_never(term)
