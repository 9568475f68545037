"""What the generator reaches. A law says nothing about what is never generated."""

from __future__ import annotations

import typing
from collections.abc import Callable

import pytest
from hypothesis import Phase, find, settings
from hypothesis.errors import NoSuchExample

from cajal_core.syntax import tree
from cajal_core.terms.values import OverflowMode
from tests.laws.budget import budget
from tests.laws.oracle import Lst, Oracle, Sum, Type, is_data, uncurry
from tests.laws.strategies import Sample, nodes, samples

KINDS = [
    kind
    for union in (tree.Term, tree.Item, tree.Type)
    for kind in typing.get_args(union)
    if kind not in (tree.Use, tree.Synonym)  # names alone
]


#: What binds names inside a term.
PATTERNS = (*typing.get_args(tree.Pattern), tree.ConstructorPattern, tree.Arm, tree.Generator)


def reached(wanted: Callable[[Sample], bool], **options: bool) -> None:
    """Fails unless the examples that CI sees have one that is wanted."""
    phases = [Phase.generate]
    find(samples(**options), wanted, settings=settings(budget(2000), derandomize=True, phases=phases))


def parts(sample: Sample, *kinds: type) -> list[typing.Any]:
    return [node for node in nodes(tuple(sample.items)) if isinstance(node, kinds)]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_of_node(kind: type) -> None:
    reached(lambda sample: bool(parts(sample, kind)))


def test_a_kind_that_is_not_generated_is_noticed() -> None:
    class Unheard(tree.Var):
        """No rule writes one."""

    with pytest.raises(NoSuchExample):
        reached(lambda sample: bool(parts(sample, Unheard)))


def bound(node: typing.Any) -> list[str]:
    """The names that a node binds in its own parts, those of its patterns included."""
    match node:
        case tree.Binder():
            return [node.name]
        case tree.PairPattern() | tree.ConstructorPattern() | tree.Generator() | tree.Arm():
            pass
        case tree.Wildcard() | tree.NumberPattern():
            return []
        case _ if not isinstance(node, typing.get_args(tree.Term)):
            return []
    inside = [each for each in tree.children(node) if isinstance(each, PATTERNS)]
    return [name for each in inside for name in bound(each)]


def used(sample: Sample, name: str) -> int:
    """How often a name is used, where nothing binds it, so that it is the definition."""
    hidden = any(name in bound(node) for node in parts(sample, *typing.get_args(tree.Term)))
    hidden = hidden or any(name in bound(param.pattern) for param in parts(sample, tree.Param))
    return 0 if hidden else sum(var.name == name for var in parts(sample, tree.Var))


def declared(sample: Sample) -> list[str]:
    return [item.name.name for item in sample.declarations if not isinstance(item, tree.Show | tree.Use)]


def shadows(sample: Sample) -> bool:
    """A binder below another of the same name."""
    terms = parts(sample, *typing.get_args(tree.Term))
    return any(
        name in bound(inner)
        for term in terms
        for name in bound(term)
        for inner in nodes(term)
        if inner is not term and isinstance(inner, typing.get_args(tree.Term))
    )


def arm_names(case: tree.Case) -> list[str]:
    return [arm.pattern.name for arm in case.arms if isinstance(arm.pattern, tree.ConstructorPattern)]


def types_of(sample: Sample) -> dict[str, Type]:
    oracle = Oracle(sample.nat_size)
    oracle.declare([item for item in sample.declarations if isinstance(item, tree.Data | tree.Space)])
    return oracle.types


def tensor(sample: Sample, overflow: OverflowMode) -> list[float]:
    oracle = Oracle(sample.nat_size, overflow)
    oracle.declare(sample.declarations, sample.tensor)
    return oracle.tensor(sample.term).reshape(-1).tolist()


FEATURES: dict[str, Callable[[Sample], bool]] = {
    "a definition used twice": lambda s: any(used(s, name) > 1 for name in declared(s)),
    "a definition of several parameters": lambda s: any(len(d.params) > 1 for d in parts(s, tree.Def)),
    "one name defined twice": lambda s: len(set(declared(s))) < len(declared(s)),
    "a definition that hides an extern": lambda s: any(d.name.name in s.externs for d in parts(s, tree.Def)),
    "a binder that hides a definition": lambda s: any(
        name in declared(s) for node in parts(s, *typing.get_args(tree.Term)) for name in bound(node)
    ),
    "a binder that hides a binder": shadows,
    "a lambda without its type": lambda s: any(lam.annotation is None for lam in parts(s, tree.Lam)),
    "a function of a function": lambda s: any(
        isinstance(arrow.argument, tree.ArrowType) for arrow in parts(s, tree.ArrowType)
    ),
    "a space": lambda s: bool(parts(s, tree.Space)),
    "another size than the program's": lambda s: any(
        nat.size not in (None, s.nat_size) for nat in parts(s, tree.NatType)
    ),
    "a size of one": lambda s: any(nat.size == 1 for nat in parts(s, tree.NatType)),
    "saturation": lambda s: s.overflow == "saturate",
    "saturation that matters": lambda s: tensor(s, "saturate") != tensor(s, "truncate"),
    "a step that uses a definition": lambda s: any(
        var.name in declared(s) and var.name not in bound(loop)
        for loop in parts(s, tree.Iter)
        for var in nodes(loop.step)
        if isinstance(var, tree.Var) and used(s, var.name)
    ),
    "a step inside a step": lambda s: any(
        isinstance(inner, tree.Iter) for loop in parts(s, tree.Iter) for inner in nodes(loop.step)
    ),
    "a loop over functions": lambda s: any(isinstance(loop.base, tree.Lam) for loop in parts(s, tree.Iter)),
    "a function that is applied to a lambda": lambda s: any(
        isinstance(app.argument, tree.Lam) for app in parts(s, tree.App)
    ),
    "a lambda that is applied": lambda s: any(
        isinstance(app.function, tree.Lam) for app in parts(s, tree.App)
    ),
    "branches that are functions": lambda s: any(
        isinstance(i.consequent, tree.Lam) for i in parts(s, tree.If)
    ),
    "a reusable parameter": lambda s: any(param.reusable for param in parts(s, tree.Param)),
    "a reusable parameter that is used twice": lambda s: any(
        sum(
            var.name == name and name not in bound(d.body)
            for var in nodes(d.body)
            if isinstance(var, tree.Var)
        )
        > 1
        for d in parts(s, tree.Def)
        for name in [param.pattern.name for param in d.params if param.reusable]
    ),
    "a definition given what it reuses": lambda s: any(
        used(s, d.name.name) for d in parts(s, tree.Def) if any(param.reusable for param in d.params)
    ),
    "a pair that holds a function": lambda s: any(
        isinstance(part, tree.Lam) for pair in parts(s, tree.Pair) for part in (pair.left, pair.right)
    ),
    "a pair taken apart where it is made": lambda s: any(
        isinstance(let.pattern, tree.PairPattern) and isinstance(let.bound, tree.Pair)
        for let in parts(s, tree.Let)
    ),
    "a pair from elsewhere taken apart": lambda s: any(
        isinstance(let.pattern, tree.PairPattern) and isinstance(let.bound, tree.Var)
        for let in parts(s, tree.Let)
    ),
    "a copy of a pair": lambda s: any(isinstance(c.original, tree.Pair) for c in parts(s, tree.Copy)),
    "arms in another order": lambda s: any(
        arm_names(case) == [each.name.name for each in reversed(data.constructors)]
        for case in parts(s, tree.Case)
        for data in parts(s, tree.Data)
        if len(case.arms) > 1
    ),
    "fields": lambda s: any(c.fields for c in parts(s, tree.DataConstructor)),
    "a field that is a function or a space": lambda s: any(
        isinstance(of, Sum) and not is_data(of) for of in map(types_of(s).get, declared(s)) if of
    ),
    "a constructor that is applied": lambda s: any(
        isinstance(app.function, tree.Constructor) for app in parts(s, tree.App)
    ),
    "arms that bind": lambda s: any(a.fields for a in parts(s, tree.ConstructorPattern)),
    "a last arm that binds": lambda s: any(
        isinstance(arm.pattern, tree.Binder) for arm in parts(s, tree.Arm)
    ),
    "a last arm that drops": lambda s: any(
        isinstance(arm.pattern, tree.Wildcard) for arm in parts(s, tree.Arm)
    ),
    "a case of a pair": lambda s: any(
        isinstance(arm.pattern, tree.PairPattern) for arm in parts(s, tree.Arm)
    ),
    **{
        f"an arm for {name}": lambda s, name=name: any(
            name == pattern.name for pattern in parts(s, tree.ConstructorPattern)
        )
        for name in ("true", "zero", "succ", "nil", "cons", "()")
    },
    "a pattern in a pattern": lambda s: any(
        isinstance(part, tree.PairPattern)
        for pattern in parts(s, tree.PairPattern)
        for part in (pattern.left, pattern.right)
    ),
    **{
        f"a pattern of a {kind.__name__}": lambda s, kind=kind: any(
            isinstance(each, tree.PairPattern | tree.Wildcard)
            for node in parts(s, kind)
            for each in tree.children(node)
        )
        for kind in (tree.Lam, tree.Iter, tree.Fold, tree.Param, tree.Generator)
    },
    "three copies": lambda s: any(len(copy.copies) > 2 for copy in parts(s, tree.Copy)),
    "a let with its type": lambda s: any(let.annotation for let in parts(s, tree.Let)),
    "a fold in each order": lambda s: {"cons", "snoc"} == {fold.order for fold in parts(s, tree.Fold)},
    "two lists in step": lambda s: any(len(c.generators) > 1 for c in parts(s, tree.Comprehension)),
    "a list of lists": lambda s: any(isinstance(t.element, tree.ListType) for t in parts(s, tree.ListType)),
    "a fail without a type beside another side": lambda s: any(
        isinstance(side, tree.Fail) for choice in parts(s, tree.Or) for side in (choice.left, choice.right)
    ),
    "a number that is widened": lambda s: any(
        isinstance(given.term, tree.Annot) for given in parts(s, tree.Annot)
    ),
    "an argument that is a list": lambda s: any(isinstance(of, Lst) for of in uncurry(s.type)[0]),
    "a result that is a list": lambda s: isinstance(uncurry(s.type)[1], Lst),
    "a learned tensor that is used": lambda s: any(used(s, name) for name in s.learned),
    "an extern of two arguments, applied": lambda s: any(
        isinstance(app.function, tree.App)
        and isinstance(app.function.function, tree.Var)
        and app.function.function.name in s.externs
        and used(s, app.function.function.name) > 0
        for app in parts(s, tree.App)
    ),
}


#: Seen in smaller programs, in which fewer binders hide the name.
HIDDEN = {"a definition given what it reuses", "an extern of two arguments, applied"}


@pytest.mark.parametrize("feature", FEATURES)
def test_what_else_a_program_may_hold(feature: str) -> None:
    reached(FEATURES[feature], larger=feature not in HIDDEN)


def counts(sample: Sample) -> set[int]:
    """How often the bound variables of a lambda are used, where nothing hides them."""
    return {
        sum(isinstance(node, tree.Var) and node.name == lam.pattern.name for node in nodes(lam.body))
        for lam in parts(sample, tree.Lam)
        if isinstance(lam.pattern, tree.Binder)
        and not any(
            isinstance(node, tree.Binder) and node.name == lam.pattern.name for node in nodes(lam.body)
        )
    }


@pytest.mark.parametrize("count", [0, 2, 3])
def test_auto_has_something_to_do(count: int) -> None:
    """Variables that the strict rules refuse are generated."""
    reached(lambda sample: count in counts(sample), auto=True)


VALUES: dict[str, Callable[[Sample], bool]] = {
    "overflows": lambda s: s.overflow == "truncate" and not any(tensor(s, "truncate")),
    "does not": lambda s: any(tensor(s, "truncate")),
    "would have": lambda s: s.overflow == "saturate" and not any(tensor(s, "truncate")),
}


@pytest.mark.parametrize("value", VALUES)
def test_closed_values(value: str) -> None:
    reached(lambda sample: is_data(sample.type) and VALUES[value](sample), externs=False, data=True)
