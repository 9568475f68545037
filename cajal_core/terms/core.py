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
    """`N`, by its place in its data type: a value, or a function of its fields"""

    index: int
    data: tys.Data

    @property
    def type(self) -> tys.Type:
        return tys.arrows(self.data.arguments(self.index), self.data)


@dataclass(frozen=True, slots=True, eq=False)
class Case(_Node):
    r"""`case scrutinee { C x y => … | D => … | z => rest }`, of a data type or of single values of a Nat

    `places` tells which constructor or number each arm stands for. An arm is a function of the fields,
    `\x. \y. …`, made of as many lambdas. `rest`, `\z. …`, stands for all others; it is None where there are
    none.
    """

    scrutinee: Term
    arms: tuple[Term, ...]
    places: tuple[int, ...]
    rest: Term | None
    type: tys.Type


@dataclass(frozen=True, slots=True, eq=False)
class CaseNat(_Node):
    r"""`case scrutinee { zero => … | succ m => … }`: `succ` is `\m. …`, where m has the type of the whole"""

    scrutinee: Term
    zero: Term
    succ: Term
    type: tys.Type


@dataclass(frozen=True, slots=True, eq=False)
class CaseList(_Node):
    r"""`case scrutinee { nil => … | cons x r => … }`: `cons` is `\x. \r. …`, r of the type of the whole"""

    scrutinee: Term
    nil: Term
    cons: Term
    type: tys.Type


@dataclass(frozen=True, slots=True, eq=False)
class Copy(_Node):
    """`copy original as (x, y, …) in body`"""

    original: Term
    copies: tuple[Binder, ...]
    body: Term
    type: tys.Type


@dataclass(frozen=True, slots=True, eq=False)
class Drop(_Node):
    """`drop dropped in body`"""

    dropped: Term
    body: Term
    type: tys.Type


@dataclass(frozen=True, slots=True, eq=False)
class Alternatives(_Node):
    """`<a, b, …>`: of these one is picked, so each uses the same variables"""

    parts: tuple[Term, ...]
    type: tys.With | tys.Power


@dataclass(frozen=True, slots=True, eq=False)
class Pick(_Node):
    """`alternatives.1` is at place 0"""

    alternatives: Term
    place: int
    type: tys.Type


@dataclass(frozen=True, slots=True, eq=False)
class Fail(_Node):
    """`fail`: no result. It uses up every variable that is left"""

    type: tys.Type


@dataclass(frozen=True, slots=True, eq=False)
class Or(_Node):
    """`left <|> right`: the results of both, which use the same variables"""

    left: Term
    right: Term
    type: tys.Type


@dataclass(frozen=True, slots=True, eq=False)
class Nil(_Node):
    """`nil`"""

    type: tys.List


@dataclass(frozen=True, slots=True, eq=False)
class Cons(_Node):
    """`cons head tail`; `[a, b]` is `cons a (cons b nil)`"""

    head: Term
    tail: Term
    type: tys.List


@dataclass(frozen=True, slots=True, eq=False)
class Fold(_Node):
    """`fold list { nil => base | cons element state => step }`, or with `snoc state element`"""

    list: Term
    base: Term
    order: Literal["cons", "snoc"]
    element: Binder
    state: Binder
    step: Term
    type: tys.Type


@dataclass(frozen=True, slots=True, eq=False)
class Comprehension(_Node):
    """`[body | x in xs, y in ys]`: a variable for each of the lists, which go in step"""

    lists: tuple[Term, ...]
    variables: tuple[Binder, ...]
    body: Term
    type: tys.List


@dataclass(frozen=True, slots=True, eq=False)
class Dict(_Node):
    """`dict keys values`, of types K ^ n and V ^ n"""

    keys: Term
    values: Term
    type: tys.Arrow


@dataclass(frozen=True, slots=True, eq=False)
class Widen(_Node):
    """A term where a larger bound is expected, `Nat[j]` for `Nat[k]`, or the same numbers in another shape"""

    term: Term
    type: tys.Type


Term: TypeAlias = (
    Var | Ref | Param | Instance | Lam | App | Boolean | If | Numeral | Succ | Iter | Let | Unit | Pair
    | LetPair | Constructor | Case | CaseNat | CaseList | Copy | Drop | Alternatives | Pick | Fail | Or | Nil
    | Cons | Fold | Comprehension | Dict | Widen
)  # fmt: skip


def children(term: Term) -> tuple[Term, ...]:
    """The terms directly inside a term, in the order in which they are written; lists before their body."""
    match term:
        case Var() | Ref() | Param() | Boolean() | Numeral() | Unit() | Constructor() | Fail() | Nil():
            return ()
        case Instance(_, arguments):
            return arguments
        case Lam(_, body):
            return (body,)
        case App(first, second) | Cons(first, second) | Dict(first, second) | Or(first, second):
            return (first, second)
        case If(condition, consequent, alternative):
            return (condition, consequent, alternative)
        case Succ(inner) | Pick(inner) | Widen(inner):
            return (inner,)
        case Iter(count, base, _, step):
            return (count, base, step)
        case Let(_, bound, body):
            return (bound, body)
        case Pair(left, right):
            return (left, right)
        case LetPair(_, _, bound, body):
            return (bound, body)
        case Case(scrutinee, arms, _, rest):
            return (scrutinee, *arms) if rest is None else (scrutinee, *arms, rest)
        case CaseNat(scrutinee, first, second) | CaseList(scrutinee, first, second):
            return (scrutinee, first, second)
        case Copy(original, _, body):
            return (original, body)
        case Drop(dropped, body):
            return (dropped, body)
        case Alternatives(parts):
            return parts
        case Fold(list, base, _, _, _, step):
            return (list, base, step)
        case Comprehension(lists, _, body):
            return (*lists, body)
        case _:
            assert_never(term)


def binders(term: Term) -> tuple[Binder, ...]:
    """The variables that a term binds, all of them in its last child alone."""
    match term:
        case Lam(binder) | Let(binder) | Iter(_, _, binder):
            return (binder,)
        case LetPair(left, right):
            return (left, right)
        case Fold(_, _, order, element, state):
            return (element, state) if order == "cons" else (state, element)
        case Copy(_, variables) | Comprehension(_, variables):
            return variables
        case (
            Var() | Ref() | Param() | Instance() | App() | Boolean() | If() | Numeral() | Succ() | Unit()
            | Pair() | Constructor() | Case() | CaseNat() | CaseList() | Drop() | Alternatives() | Pick()
            | Fail() | Or() | Nil() | Cons() | Dict() | Widen()
        ):  # fmt: skip
            return ()
        case _:
            assert_never(term)


def branches(term: Term) -> tuple[Term, ...]:
    """The children of a term of which each uses the same variables: of several, one is run or both are."""
    match term:
        case If(_, consequent, alternative):
            return (consequent, alternative)
        case Case() | CaseNat() | CaseList():
            return children(term)[1:]
        case Alternatives(parts):
            return parts
        case Or(left, right):
            return (left, right)
        case (
            Var() | Ref() | Param() | Instance() | Lam() | App() | Boolean() | Numeral() | Succ() | Iter()
            | Let() | Unit() | Pair() | LetPair() | Constructor() | Copy() | Drop() | Pick() | Fail() | Nil()
            | Cons() | Fold() | Comprehension() | Dict() | Widen()
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
            | LetPair() | Constructor() | Case() | CaseNat() | CaseList() | Copy() | Drop() | Alternatives()
            | Pick() | Fail() | Or() | Nil() | Cons() | Fold() | Comprehension() | Dict() | Widen()
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
        case Var() | Ref() | Param() | Boolean() | Numeral() | Unit() | Constructor() | Fail() | Nil():
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
        case Pair() | Or():
            left, right = new
            return replace(term, left=left, right=right)
        case Case(_, arms):
            scrutinee, *branches = new
            count = len(arms)
            rest = branches[count] if len(branches) > count else None
            return replace(term, scrutinee=scrutinee, arms=tuple(branches[:count]), rest=rest)
        case CaseNat():
            scrutinee, zero, succ = new
            return replace(term, scrutinee=scrutinee, zero=zero, succ=succ)
        case CaseList():
            scrutinee, nil, cons = new
            return replace(term, scrutinee=scrutinee, nil=nil, cons=cons)
        case Copy():
            original, body = new
            return replace(term, original=original, body=body)
        case Drop():
            dropped, body = new
            return replace(term, dropped=dropped, body=body)
        case Alternatives():
            return replace(term, parts=tuple(new))
        case Pick():
            (alternatives,) = new
            return replace(term, alternatives=alternatives)
        case Cons():
            head, tail = new
            return replace(term, head=head, tail=tail)
        case Fold():
            elements, base, step = new
            return replace(term, list=elements, base=base, step=step)
        case Comprehension():
            *lists, body = new
            return replace(term, lists=tuple(lists), body=body)
        case Dict():
            keys, values = new
            return replace(term, keys=keys, values=values)
        case Widen():
            (inner,) = new
            return replace(term, term=inner)
        case _:
            assert_never(term)
