r"""A place in an item -> the variables that are bound there, and how often each was used before.

    \x:Bool. \y:Bool. if x then y else □    ->    x was used once, y not yet

The place is a hole in the tree. The path from the root to the hole binds variables, and the terms beside the
path, before the hole, use them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import assert_never

from cajal_core.base.source import Span
from cajal_core.syntax import tree


@dataclass(frozen=True, slots=True)
class Variable:
    r"""A variable that is bound at a place, with its type as it is written, if it is.

    `reusable` ones, marked `!`, are used any number of times, others exactly once. `uses` is how often it was
    used on the way to the place; a branch does not count the uses in other branches.

    Example:
        >>> import cajal_core as cajal
        >>> text = r"\x:Bool. (x, "
        >>> cajal.expected(text, len(text)).variables
        (Variable(name='x', type='Bool', reusable=False, uses=1),)
    """

    name: str
    type: str | None = None
    reusable: bool = False
    uses: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """The variables that may be used at a place, the innermost last; the `case` whose arm begins there."""

    variables: tuple[Variable, ...] = ()
    case: tree.Case | None = None


@dataclass(frozen=True, slots=True)
class Subterm:
    """A term inside another, with the variables that it sees beside those around it.

    Of several branches one is evaluated. A step sees nothing else, save what is reusable; the body of a
    comprehension is one.
    """

    term: tree.Term
    binds: tuple[Variable, ...] = ()
    branch: bool = False
    step: bool = False


def place_in(item: tree.Item, hole: Span, end: int) -> Place:
    """What is bound at a hole, before which the item ends at the offset `end`.

    What stands behind the hole does not count.
    """
    node: tree.Item | tree.Term = item
    variables: dict[str, Variable] = {}
    case: tree.Case | None = None
    while True:
        if isinstance(node, tree.Case):
            begins = any(arm.pattern.span.start == hole.start for arm in node.arms)
            case = node if begins else case
        if isinstance(node, tree.Var):
            _use(variables, node.name)
        before = [part for part in subterms(node) if part.term.span.start <= hole.start]
        # What ends at the hole could go on there, unless a bracket or an arm has ended with it.
        reaching = [part for part in before if part.term.span.end >= end]
        inner = max(reaching, key=lambda part: part.term.span.start, default=None)
        for part in _taken(before):
            if part is not inner:
                for name in _free(part):
                    _use(variables, name)
        if inner is None:
            return Place(tuple(variables.values()), case)
        if inner.step:
            variables = {name: variable for name, variable in variables.items() if variable.reusable}
        for variable in inner.binds:
            variables.pop(variable.name, None)
            variables[variable.name] = variable
        node = inner.term


def _use(variables: dict[str, Variable], name: str) -> None:
    if variable := variables.get(name):
        variables[name] = dataclasses.replace(variable, uses=variable.uses + 1)


def _free(part: Subterm) -> Iterator[str]:
    """The names that a term uses and does not bind, as often as it uses them in one run."""
    pending = [(part, frozenset[str]())]
    while pending:
        part, bound = pending.pop()
        bound |= {variable.name for variable in part.binds}
        if isinstance(part.term, tree.Var) and part.term.name not in bound:
            yield part.term.name
        pending += [(inner, bound) for inner in _taken(subterms(part.term))]


def _taken(parts: list[Subterm]) -> list[Subterm]:
    """Without all branches but the last: the branches of a term use the same variables."""
    branches = [part for part in parts if part.branch]
    return [part for part in parts if not part.branch or part is branches[-1]]


def subterms(node: tree.Item | tree.Term) -> list[Subterm]:
    match node:
        case tree.Def(_, params, _, body):
            bound = [_variables(param.pattern, param.type, param.reusable) for param in params]
            return [Subterm(body, tuple(chain(*bound)))]
        case tree.Extern() | tree.Learn() | tree.Data() | tree.Synonym() | tree.Use() | tree.Space():
            return []
        case tree.Var() | tree.Boolean() | tree.Zero() | tree.Numeral() | tree.Unit() | tree.Constructor():
            return []
        case tree.Fail() | tree.Nil():
            return []
        case tree.Show(term) | tree.Succ(term) | tree.Annot(term) | tree.Pick(term):
            return [Subterm(term)]
        case tree.Lam(pattern, annotation, body):
            return [Subterm(body, _variables(pattern, annotation))]
        case tree.App(first, second) | tree.Pair(first, second) | tree.Drop(first, second):
            return [Subterm(first), Subterm(second)]
        case tree.Cons(first, second) | tree.Dict(first, second):
            return [Subterm(first), Subterm(second)]
        case tree.ListLiteral(elements):
            return [Subterm(element) for element in elements]
        case tree.If(condition, consequent, alternative):
            branches = [Subterm(branch, branch=True) for branch in (consequent, alternative)]
            return [Subterm(condition), *branches]
        case tree.Or(left, right):
            return [Subterm(left, branch=True), Subterm(right, branch=True)]
        case tree.Alternatives(parts):
            return [Subterm(part, branch=True) for part in parts]
        case tree.Case(scrutinee, arms):
            branches = [Subterm(arm.body, _variables(arm.pattern), branch=True) for arm in arms]
            return [Subterm(scrutinee), *branches]
        case tree.Iter(count, base, pattern, step):
            return [Subterm(count), Subterm(base), Subterm(step, _variables(pattern), step=True)]
        case tree.Fold(list, base, order, element, state, step):
            names = (element, state) if order == "cons" else (state, element)
            own = tuple(chain(*map(_variables, names)))
            return [Subterm(list), Subterm(base), Subterm(step, own, step=True)]
        case tree.Comprehension(body, generators):
            own = tuple(chain(*[_variables(generator.pattern) for generator in generators]))
            return [Subterm(body, own, step=True), *[Subterm(generator.list) for generator in generators]]
        case tree.Let(pattern, annotation, bound, body):
            return [Subterm(bound), Subterm(body, _variables(pattern, annotation))]
        case tree.Copy(bound, copies, body):
            return [Subterm(bound), Subterm(body, tuple([Variable(copy.name) for copy in copies]))]
        case _:
            assert_never(node)


def _variables(
    pattern: tree.ArmPattern, type: tree.Type | None = None, reusable: bool = False
) -> tuple[Variable, ...]:
    """The variables that a pattern binds, with their types as far as they are written."""
    match pattern:
        case tree.Binder(name):
            return (Variable(name, type.span.text if type else None, reusable),)
        case tree.Wildcard() | tree.NumberPattern():
            return ()
        case tree.PairPattern(left, right):
            first, second = (type.left, type.right) if isinstance(type, tree.ProductType) else (None, None)
            return (*_variables(left, first), *_variables(right, second))
        case tree.ConstructorPattern(_, fields):
            return tuple(chain(*map(_variables, fields)))
        case _:
            assert_never(pattern)
