"""Hypothesis strategies of well-typed programs.

A `Writer` writes a term for a `Job`: a linear context whose variables it must use exactly once, a goal type,
and whether the checker knows that type there (else lambdas and numerals carry theirs). Each construct of
the language is one `@rule`, which says what it needs and then splits the context among its parts.
The first choice everywhere is the plainest term, so that failures shrink to something short.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from hypothesis import strategies as st

from cajal_core.base.source import Source, Span
from cajal_core.syntax import tree
from cajal_core.syntax.printer import pretty
from cajal_core.terms.values import OverflowMode
from tests.laws.oracle import (
    BOOL,
    UNIT,
    Beside,
    Flat,
    Fun,
    Lst,
    Pow,
    Prod,
    Rows,
    Sum,
    Type,
    components,
    data,
    dim,
    has_type,
    is_data,
    is_nat,
    nat,
    shape,
    uncurry,
    widens,
)

NOWHERE = Span(Source("generated", ""), 0, 0)

# Few names, so that binders shadow each other and the definitions often; all kinds that the lexer knows.
NAMES = ("x", "y", "f", "n", "g", "x'", "_2", "zero'", "été", "名2")
SPACES = {"Image": (2, 2), "Wide3": (3,), "V": (1, 2, 1)}
DATA = {"Dir": ("N", "E", "S"), "One": ("Only",), "Été": ("Chaud'", "Froid_2")}
#: Data types with fields: each constructor with the most fields that it has.
FIELDS = {"Shape": {"Dot": 0, "Box": 2}, "Opt": {"Some'": 1, "None'": 0}, "Wrap": {"Wrap": 1}}
# Lists are multiplied out by the oracle, so that theirs are small.
MAX_LIST = 15
# The largest matrix of a type, and of the type of a whole definition.
MAX_DIM, MAX_TABLE = 64, 600
BOOLS: list[Type] = [BOOL, BOOL]

Context: TypeAlias = tuple[tuple[str, Type], ...]
Write: TypeAlias = Callable[[], tree.Term]
Rule: TypeAlias = Callable[["Writer", "Job"], Write | None]


@dataclass(frozen=True)
class Job:
    """A term to be written."""

    context: Context  # each of them to be used exactly once
    goal: Type
    known: bool  # whether the checker expects `goal` here
    size: int
    scope: frozenset[str] = frozenset()  # the names that binders around hide, used up or not

    def part(self, context: Context, goal: Type, *, known: bool, share: int = 2) -> Job:
        """A part of the term, with its share of the context and of the size."""
        return replace(self, context=context, goal=goal, known=known, size=(self.size - 1) // share)

    def under(self, *bound: tuple[str, Type]) -> Job:
        """The same job below a binder. With `auto` it may hide variables, which then have no use."""
        names = {name for name, _ in bound}
        context = tuple(each for each in self.context if each[0] not in names)
        return replace(self, context=context + bound, scope=self.scope | names)


RULES: list[Rule] = []


def rule(write: Rule) -> Rule:
    RULES.append(write)
    return write


def binder(name: str) -> tree.Binder:
    return tree.Binder(name, span=NOWHERE)


def var(name: str) -> tree.Var:
    return tree.Var(name, span=NOWHERE)


def apply(function: tree.Term, *arguments: tree.Term) -> tree.Term:
    for argument in arguments:
        function = tree.App(function, argument, span=NOWHERE)
    return function


@dataclass
class Writer:
    """Draws terms over the definitions made so far."""

    draw: Callable[[st.SearchStrategy[Any]], Any]
    nat_size: int
    globals: dict[str, Type] = field(default_factory=dict)
    # The names of a value and of a consumer of each space: without them no closed term could have or use one.
    spaces: dict[Type, tuple[str, str]] = field(default_factory=dict)
    # Declared data types, and how many arguments a definition reuses.
    declared: list[Flat | Sum] = field(default_factory=list)
    reusable: dict[str, int] = field(default_factory=dict)
    # Whether the checker puts in copies and drops.
    auto: bool = False
    # Whether there is more than the papers' language with pairs and finite data.
    larger: bool = True

    # Choices

    def choose(self, options: list[Any]) -> Any:
        return options[self.draw(st.integers(0, len(options) - 1))] if len(options) > 1 else options[0]

    def flag(self) -> bool:
        return self.draw(st.booleans())

    def data(self, depth: int = 1) -> Type:
        number = nat(self.nat_size)
        declared = [each for each in self.declared if is_data(each)]
        options = [BOOL, number, *declared, BOOL, nat(3), *declared, number, nat(4)]
        kinds = [lambda: self.choose(options)] * 8 + [lambda: self.choose([UNIT, nat(1)])]
        if depth > 0:
            kinds += [lambda: Prod(self.data(depth - 1), self.data(depth - 1))] * 2
            if self.larger:
                kinds += [lambda: self.list_of(self.data(depth - 1))] * 2
        return self.choose(kinds)()

    def list_of(self, element: Type) -> Type:
        """A list type whose space is small, of elements of this type if it can be."""
        bounds = [most for most in (2, 3, 1) if dim(Lst(element, most)) <= MAX_LIST]
        return Lst(element, self.choose(bounds)) if bounds else Lst(BOOL, 2)

    def alternatives(self, first: Type) -> Type:
        """A type of alternatives, of which one is of this type."""
        if self.flag():
            return Pow(first, self.draw(st.integers(2, 3)))
        others = [self.data(0) for _ in range(self.draw(st.integers(1, 2)))]
        place = self.draw(st.integers(0, len(others)))
        return Beside((*others[:place], first, *others[place:]))

    def type(self, depth: int = 2) -> Type:
        """Any type, functions of at most `depth` nested orders."""
        kinds: list[Callable[[], Type]] = [self.data] * 3
        if self.spaces:
            kinds.append(lambda: self.choose(list(self.spaces)))
        if self.globals:
            kinds.append(lambda: uncurry(self.choose(list(self.globals.values())))[1])
        if depth > 0:
            kinds.append(lambda: Fun(self.type(depth - 1), self.type(depth - 1)))
            kinds.append(lambda: Prod(self.type(depth - 1), self.type(depth - 1)))
            if self.larger:
                kinds.append(lambda: self.list_of(self.type(depth - 1)))
                kinds.append(lambda: self.alternatives(self.type(depth - 1)))
                kinds.append(lambda: self.choose(self.declared or [BOOL]))
        type = self.choose(kinds)()
        return type if dim(type) <= MAX_DIM else BOOL

    def signature(self) -> tuple[list[Type], Type]:
        """Argument types and the result type of a definition."""
        arguments, result = [self.type() for _ in range(self.draw(st.integers(0, 3)))], self.type(1)
        while dim(curried(arguments, result)) > MAX_TABLE:
            arguments.pop()
        return arguments, result

    def name(self, context: Context, *beside: str) -> str:
        """A name for a binder, and none of those `beside` it, below which the context is still to be used.

        With `auto`, data need not be used, so that it may be hidden.
        """
        taken = {name for name, type in context if not (self.auto and is_data(type))} | {*beside}
        extra = [f"v{index}" for index in range(len(context) + len(beside) + 2)]
        return self.choose([name for name in (*NAMES, *extra) if name not in taken])

    def split(self, context: Context) -> tuple[Context, Context]:
        """Each variable on one side; with `auto`, data on either, both or none."""
        left, right = list[tuple[str, Type]](), list[tuple[str, Type]]()
        for each in context:
            chosen = self.choose([{"left"}, {"right"}])
            if self.auto and is_data(each[1]):
                chosen = self.choose([{"left", "right"}, {"left"}, {"right"}, set()])
            left += [each] * ("left" in chosen)
            right += [each] * ("right" in chosen)
        return tuple(left), tuple(right)

    def scrutinee(self, context: Context, wanted: Callable[[Type], bool]) -> tuple[Context, Context]:
        """A split whose first part is one variable of a wanted type, if there is one and chance agrees."""
        fitting = [each for each in context if wanted(each[1])]
        if fitting and self.flag():
            chosen = self.choose(fitting)
            return (chosen,), tuple(each for each in context if each is not chosen)
        return self.split(context)

    def shared(self, context: Context, count: int) -> list[Context]:
        parts = [context]
        for _ in range(count - 1):
            parts += self.split(parts.pop())
        return parts

    def written(self, type: Type) -> tree.Type:
        """The type as a user writes it; `Nat` with its size or, where it is the program's, without."""
        match type:
            case Fun(argument, result):
                return tree.ArrowType(self.written(argument), self.written(result), span=NOWHERE)
            case Flat("Bool"):
                return tree.BoolType(span=NOWHERE)
            case Flat("Unit"):
                return tree.UnitType(span=NOWHERE)
            case Prod(left, right):
                return tree.ProductType(self.written(left), self.written(right), span=NOWHERE)
            case Flat("Nat", (size,)):
                bare = size == self.nat_size and not self.flag()
                return tree.NatType(None if bare else size, span=NOWHERE)
            case Flat(name) | Sum(name):
                return tree.NamedType(name, span=NOWHERE)
            case Beside(parts):
                return tree.WithType(tuple(map(self.written, parts)), span=NOWHERE)
            case Pow(base, count):
                return tree.PowerType(self.written(base), count, span=NOWHERE)
            case Lst(element, most):
                bare = most == self.nat_size - 1 and not self.flag()
                return tree.ListType(self.written(element), None if bare else most, span=NOWHERE)

    # Patterns

    def pattern(self, type: Type, context: Context, taken: list[str]) -> tuple[tree.Pattern, Context]:
        """A pattern for a value of a type, above a context, and what it binds. Its names are taken."""
        if self.larger:
            if isinstance(type, Prod) and self.flag():
                left, first = self.pattern(type.left, context, taken)
                right, second = self.pattern(type.right, context, taken)
                return tree.PairPattern(left, right, span=NOWHERE), first + second
            if is_data(type) and not self.draw(st.integers(0, 5)):
                return tree.Wildcard(span=NOWHERE), ()
        name = self.name(context, *taken)
        taken.append(name)
        return binder(name), ((name, type),)

    def patterns(self, types: list[Type], context: Context) -> tuple[list[tree.Pattern], Context]:
        """A pattern for each of some types, above a context, and what they bind."""
        taken, bound, patterns = list[str](), (), list[tree.Pattern]()
        for type in types:
            pattern, names = self.pattern(type, context, taken)
            patterns.append(pattern)
            bound += names
        return patterns, bound

    # Terms

    def term(self, job: Job) -> tree.Term:
        rules = RULES if job.size > 0 else LEAVES
        options = [write for each in rules if (write := each(self, job)) is not None]
        # Failures shrink to the plain term, which is dull: it drops everything.
        return self.choose(options if job.size > 0 else [lambda: self.plain(job), *options * 4])()

    def plain(self, job: Job) -> tree.Term:
        """The shortest way to use the context up: constants, and `drop` for what is left over."""
        if len(job.context) == 1 and job.context[0][1] == job.goal:
            return var(job.context[0][0])
        if isinstance(job.goal, Fun):
            name = next(name for name in extra_names(job.context) if name not in dict(job.context))
            body = replace(job, goal=job.goal.result).under((name, job.goal.argument))
            annotation = self.written(job.goal.argument)
            return tree.Lam(binder(name), annotation, self.plain(body), span=NOWHERE)
        context = [each for each in job.context if not (self.auto and is_data(each[1]))]
        kept = next((each for each in context if each[1] == job.goal), None)
        leftover = next((each for each in context if each is not kept), None)
        if leftover:
            rest = replace(job, context=tuple(each for each in context if each is not leftover))
            return self.discarding(var(leftover[0]), leftover[1], rest)
        return var(kept[0]) if kept else self.constant(job)

    def discarding(self, term: tree.Term, type: Type, rest: Job) -> tree.Term:
        """The plain term of a job, after what is left over has been turned into data and dropped."""
        match type:
            case Fun(argument, result):
                closed = self.plain(replace(rest, context=(), goal=argument, known=True))
                return self.discarding(apply(term, closed), result, rest)
            case _ if type in self.spaces:
                return self.discarding(apply(var(self.spaces[type][1]), term), BOOL, rest)
            case Prod(left, right) if not is_data(type):
                taken = dict(rest.context)
                first, second = [name for name in extra_names(rest.context) if name not in taken][:2]
                body = self.plain(rest.under((first, left), (second, right)))
                pair = tree.PairPattern(binder(first), binder(second), span=NOWHERE)
                return tree.Let(pair, None, term, body, span=NOWHERE)
            case Beside() | Pow():
                return self.discarding(tree.Pick(term, 1, span=NOWHERE), components(type)[0], rest)
            case Lst(element) if not is_data(type):
                true = replace(rest, context=(), goal=BOOL, known=True).under(("v0", element), ("v1", BOOL))
                step = self.plain(true)
                names = binder("v0"), binder("v1")
                base = tree.Boolean(True, span=NOWHERE)
                whole = tree.Fold(term, base, "cons", *names, step, span=NOWHERE)
                return tree.Drop(whole, self.plain(rest), span=NOWHERE)
            case Sum(_, constructors) if not is_data(type):
                arms = list[tree.Arm]()
                for name, fields in constructors:
                    names = [f"v{index}" for index in range(len(fields))]
                    true = replace(rest, context=(), goal=BOOL, known=True)
                    body = self.plain(true.under(*zip(names, fields, strict=True)))
                    pattern = tree.ConstructorPattern(name, tuple(map(binder, names)), span=NOWHERE)
                    arms.append(tree.Arm(pattern, body, span=NOWHERE))
                whole = tree.Case(term, tuple(arms), span=NOWHERE)
                return tree.Drop(whole, self.plain(rest), span=NOWHERE)
            case _:
                return tree.Drop(term, self.plain(rest), span=NOWHERE)

    def constant(self, job: Job) -> tree.Term:
        match job.goal:
            case goal if goal in self.spaces:
                return var(self.spaces[goal][0])
            case Prod(left, right):
                parts = [self.plain(replace(job, context=(), goal=each)) for each in (left, right)]
                return tree.Pair(*parts, span=NOWHERE)
            case Flat("Bool"):
                return tree.Boolean(True, span=NOWHERE)
            case Flat("Unit"):
                return tree.Unit(span=NOWHERE)
            case goal if is_nat(goal):
                return self.sized(job, tree.Zero(span=NOWHERE))
            case Flat(_, _, values):
                return tree.Constructor(values[0], span=NOWHERE)
            case Sum(_, constructors):
                name, fields = constructors[0]
                given = [self.plain(replace(job, context=(), goal=each, known=True)) for each in fields]
                return apply(tree.Constructor(name, span=NOWHERE), *given)
            case Beside() | Pow():
                parts = [
                    self.plain(replace(job, context=(), goal=each, known=True))
                    for each in components(job.goal)
                ]
                return self.told(job, tree.Alternatives(tuple(parts), span=NOWHERE))
            case Lst():
                return self.told(job, tree.Nil(span=NOWHERE))
            case Fun():
                raise AssertionError("a function is a lambda")

    def sized(self, job: Job, number: tree.Term) -> tree.Term:
        """A number of the job's type, which it shows itself unless the checker finds it anyway."""
        if job.known or job.goal == nat(self.nat_size):
            return number
        return tree.Annot(number, self.written(job.goal), span=NOWHERE)

    def told(self, job: Job, term: tree.Term) -> tree.Term:
        """A term that takes the job's type from the place, or else shows it."""
        return term if job.known else tree.Annot(term, self.written(job.goal), span=NOWHERE)

    def named(self, type: Type, hidden: frozenset[str]) -> list[tree.Term]:
        """The top-level names of a type that are not hidden, and need not be given what they reuse."""
        return [
            var(name)
            for name, found in self.globals.items()
            if found == type and name not in hidden and not self.reusable.get(name)
        ]

    def moved(self, state: str, job: Job) -> tree.Term:
        """A short step that does not leave its state as it is."""
        if job.goal == BOOL:
            return tree.If(var(state), *(tree.Boolean(v, span=NOWHERE) for v in (False, True)), span=NOWHERE)
        return tree.Succ(var(state), span=NOWHERE) if is_nat(job.goal) else var(state)

    def sides(self, jobs: list[Job]) -> list[tree.Term]:
        """Branches. Where their type is not known, one has it by itself, and others may fail."""
        written = [self.term(job) for job in jobs]
        if self.larger and len(jobs) > 1 and not self.draw(st.integers(0, 9)):
            written[self.draw(st.integers(0, len(jobs) - 1))] = tree.Fail(span=NOWHERE)
            if not jobs[0].known and not any(map(has_type, written)):
                written = [self.told(job, term) for job, term in zip(jobs, written, strict=True)]
        return written

    def arguments(self, job: Job, context: Context, types: list[Type]) -> list[tree.Term]:
        contexts = self.shared(context, len(types)) if types else []
        return [
            self.term(job.part(each, type, known=True, share=len(types) + 1))
            for each, type in zip(contexts, types, strict=True)
        ]


def extra_names(context: Context) -> Iterator[str]:
    """Two names that the context has not, and more."""
    return (f"v{index}" for index in range(len(context) + 2))


def curried(arguments: list[Type], result: Type) -> Type:
    for argument in reversed(arguments):
        result = Fun(argument, result)
    return result


def missing(type: Type, goal: Type) -> list[Type] | None:
    """The arguments after which a value of the type is one of the goal, if there are any."""
    arguments: list[Type] = []
    while isinstance(type, Fun):
        arguments.append(type.argument)
        type = type.result
        if type == goal:
            return arguments
    return None


# The constructs


@rule
def boolean(writer: Writer, job: Job) -> Write | None:
    if job.context or job.goal != BOOL:
        return None
    return lambda: tree.Boolean(not writer.flag(), span=NOWHERE)


@rule
def numeral(writer: Writer, job: Job) -> Write | None:
    if job.context or not is_nat(job.goal):
        return None
    values = st.integers(0, dim(job.goal) - 1)
    return lambda: writer.sized(job, tree.Numeral(writer.draw(values), span=NOWHERE))


@rule
def succ(writer: Writer, job: Job) -> Write | None:
    if not is_nat(job.goal):
        return None
    part = job.part(job.context, job.goal, known=job.known, share=1)
    return lambda: tree.Succ(writer.term(part), span=NOWHERE)


@rule
def lam(writer: Writer, job: Job) -> Write | None:
    if not isinstance(job.goal, Fun):
        return None
    argument, result = job.goal.argument, job.goal.result

    def write() -> tree.Term:
        (pattern,), bound = writer.patterns([argument], job.context)
        bare = job.known and writer.flag()
        part = job.part(job.context, result, known=job.known, share=1)
        body = writer.term(part.under(*bound))
        return tree.Lam(pattern, None if bare else writer.written(argument), body, span=NOWHERE)

    return write


@rule
def reference(writer: Writer, job: Job) -> Write | None:
    """A top-level name, given closed terms for what it reuses, and applied until it has the goal type."""
    options: list[tuple[str, int, list[Type]]] = []
    for name, type in writer.globals.items():
        reused = writer.reusable.get(name, 0)
        if name not in job.scope:
            alone = type == job.goal and not job.context
            arguments = [] if alone else missing(type, job.goal)
            # What is reused is all given, and closed, so that the context goes to the other arguments.
            needed = reused + bool(job.context)
            if arguments is not None and len(arguments) >= needed:
                options.append((name, reused, arguments))
    if not options:
        return None

    def write() -> tree.Term:
        name, reused, types = writer.choose(options)
        closed = [
            writer.term(job.part((), type, known=True, share=len(types) + 1)) for type in types[:reused]
        ]
        return apply(var(name), *closed, *writer.arguments(job, job.context, types[reused:]))

    return write


@rule
def name_alone(writer: Writer, job: Job) -> Write | None:
    """A top-level name that is given nothing, as far as it need not be."""
    if job.context:
        return None
    names = writer.named(job.goal, job.scope)
    return (lambda: writer.choose(names)) if names else None


# Programs are made of calls, and numbers near the end of their type overflow.
RULES += [reference, reference, succ, succ, numeral]


@rule
def call_variable(writer: Writer, job: Job) -> Write | None:
    """A bound function, applied until it has the goal type."""
    heads = [(name, types) for name, type in job.context if (types := missing(type, job.goal)) is not None]
    if not heads:
        return None

    def write() -> tree.Term:
        head, types = writer.choose(heads)
        rest = tuple(each for each in job.context if each[0] != head)
        return apply(var(head), *writer.arguments(job, rest, types))

    return write


@rule
def application(writer: Writer, job: Job) -> Write | None:
    def write() -> tree.Term:
        type = writer.type(1)
        if dim(type) * dim(job.goal) > MAX_DIM:
            type = BOOL
        first, second = writer.split(job.context)
        function = writer.term(job.part(first, Fun(type, job.goal), known=False))
        return apply(function, writer.term(job.part(second, type, known=True)))

    return write


@rule
def conditional(writer: Writer, job: Job) -> Write | None:
    def write() -> tree.Term:
        first, second = writer.scrutinee(job.context, lambda type: type == BOOL)
        branch = job.part(second, job.goal, known=job.known)
        condition = writer.term(job.part(first, BOOL, known=True, share=3))
        return tree.If(condition, *writer.sides([branch, branch]), span=NOWHERE)

    return write


@rule
def iteration(writer: Writer, job: Job) -> Write | None:
    def write() -> tree.Term:
        first, second = writer.scrutinee(job.context, is_nat)
        counted = first[0][1] if len(first) == 1 and is_nat(first[0][1]) else None
        counted = counted or writer.choose([nat(writer.nat_size), nat(3), nat(1)])
        (pattern,), bound = writer.patterns([job.goal], ())
        # The step sees its state and the definitions; the names around it stay hidden.
        step = job.part((), job.goal, known=True).under(*bound)
        steps = writer.named(Fun(job.goal, job.goal), step.scope) if isinstance(pattern, tree.Binder) else []
        return tree.Iter(
            writer.term(job.part(first, counted, known=False, share=3)),
            writer.term(job.part(second, job.goal, known=job.known)),
            pattern,
            apply(writer.choose(steps), var(bound[0][0])) if steps and writer.flag() else writer.term(step),
            span=NOWHERE,
        )

    return write


@rule
def let(writer: Writer, job: Job) -> Write | None:
    def write() -> tree.Term:
        first, second = writer.split(job.context)
        type = writer.type(1)
        if first and writer.flag():
            type = first[0][1]
        (pattern,), bound = writer.patterns([type], second)
        told = writer.larger and writer.flag()
        value = writer.term(job.part(first, type, known=told))
        body = writer.term(job.part(second, job.goal, known=job.known).under(*bound))
        return tree.Let(pattern, writer.written(type) if told else None, value, body, span=NOWHERE)

    return write


@rule
def constructor(writer: Writer, job: Job) -> Write | None:
    goal = job.goal
    if isinstance(goal, Sum):
        # One without fields uses nothing up.
        options = [(name, fields) for name, fields in goal.constructors if fields or not job.context]

        def write() -> tree.Term:
            name, fields = writer.choose(options)
            return apply(tree.Constructor(name, span=NOWHERE), *writer.arguments(job, job.context, [*fields]))

        return write if options else None
    if job.context or goal not in writer.declared or not isinstance(goal, Flat):
        return None
    return lambda: tree.Constructor(writer.choose([*goal.values]), span=NOWHERE)


@rule
def bare_constructor(writer: Writer, job: Job) -> Write | None:
    """A constructor as a function of its fields."""
    if job.context or not isinstance(job.goal, Fun):
        return None
    names = [
        name
        for each in writer.declared
        if isinstance(each, Sum)
        for name, fields in each.constructors
        if fields and curried([*fields], each) == job.goal
    ]
    return (lambda: tree.Constructor(writer.choose(names), span=NOWHERE)) if names else None


@rule
def unit(_: Writer, job: Job) -> Write | None:
    if job.context or job.goal != UNIT:
        return None
    return lambda: tree.Unit(span=NOWHERE)


@rule
def pair(writer: Writer, job: Job) -> Write | None:
    if not isinstance(job.goal, Prod):
        return None
    left, right = job.goal.left, job.goal.right

    def write() -> tree.Term:
        first, second = writer.split(job.context)
        one = writer.term(job.part(first, left, known=job.known))
        return tree.Pair(one, writer.term(job.part(second, right, known=job.known)), span=NOWHERE)

    return write


@rule
def let_pair(writer: Writer, job: Job) -> Write | None:
    def write() -> tree.Term:
        first, second = writer.scrutinee(job.context, lambda type: isinstance(type, Prod))
        found = first[0][1] if len(first) == 1 else None
        type = found if isinstance(found, Prod) else Prod(writer.type(1), writer.type(1))
        if dim(type) > MAX_DIM:
            type = Prod(BOOL, BOOL)
        left, first_part = writer.patterns([type.left], second)
        right, second_part = writer.pattern(type.right, second, [name for name, _ in first_part])
        body = job.part(second, job.goal, known=job.known).under(*first_part, *second_part)
        bound = writer.term(job.part(first, type, known=False))
        pair = tree.PairPattern(left[0], right, span=NOWHERE)
        return tree.Let(pair, None, bound, writer.term(body), span=NOWHERE)

    return write


def arms_of(writer: Writer, type: Type, context: Context) -> list[tuple[tree.ArmPattern, Context]]:
    """Patterns that take each value of a type once, and what they bind."""

    def taken(name: str, *fields: Type) -> tuple[tree.ArmPattern, Context]:
        patterns, bound = writer.patterns([*fields], context)
        return tree.ConstructorPattern(name, tuple(patterns), span=NOWHERE), bound

    match type:
        case Flat("Nat", (size,)) if writer.flag():
            numbers = writer.draw(st.lists(st.integers(0, size - 1), max_size=3, unique=True))
            if len(numbers) == size:
                numbers = writer.draw(st.permutations(range(size)))
            arms: list[tuple[tree.ArmPattern, Context]]
            arms = [(tree.NumberPattern(number, span=NOWHERE), ()) for number in numbers]
            if len(numbers) == size:
                return arms
            return [*arms, last_arm(writer, type, context)]
        case Flat("Nat", (size,)):
            first = taken("zero") if writer.flag() else (tree.NumberPattern(0, span=NOWHERE), ())
            arms = [first, taken("succ", type)]
            # `succ` has no value in Nat[1].
            arms = arms if size > 1 else arms[:1]
        case Flat(_, _, names):
            arms = [taken(name) for name in names]
        case Sum(_, constructors):
            arms = [taken(name, *fields) for name, fields in constructors]
        case Lst(element, most):
            arms = [taken("nil"), taken("cons", element, type)] if most else [taken("nil")]
        case Prod(left, right):
            patterns, bound = writer.patterns([left, right], context)
            return [(tree.PairPattern(*patterns, span=NOWHERE), bound)]
        case Beside() | Pow() | Fun():
            raise AssertionError("no case of that")
    arms = writer.draw(st.permutations(arms))
    if len(arms) > 1 and not writer.draw(st.integers(0, 2)):
        return [*arms[:-1], last_arm(writer, type, context)]
    return arms


def last_arm(writer: Writer, type: Type, context: Context) -> tuple[tree.ArmPattern, Context]:
    (pattern,), bound = writer.patterns([type], context)
    return pattern, bound


def has_cases(type: Type) -> bool:
    return not isinstance(type, Beside | Pow | Fun) and not (isinstance(type, Flat) and not type.values)


@rule
def case(writer: Writer, job: Job) -> Write | None:
    if not writer.declared and not writer.larger:
        return None

    def write() -> tree.Term:
        wanted = has_cases if writer.larger else lambda type: type in writer.declared
        first, second = writer.scrutinee(job.context, wanted)
        options = [*writer.declared]
        if writer.larger:
            options += [writer.list_of(writer.data(0)), nat(3), *writer.declared, writer.data()]
        type = writer.choose(options)
        if len(first) == 1 and wanted(first[0][1]):
            type = first[0][1]
        scrutinee = writer.term(job.part(first, type, known=False, share=3))
        part = job.part(second, job.goal, known=job.known)
        if writer.larger:
            arms = arms_of(writer, type, second)
        else:
            assert isinstance(type, Flat)
            names = writer.draw(st.permutations(type.values))
            arms = [(tree.ConstructorPattern(name, span=NOWHERE), ()) for name in names]
        bodies = writer.sides([part.under(*bound) for _, bound in arms])
        written = [
            tree.Arm(pattern, body, span=NOWHERE) for (pattern, _), body in zip(arms, bodies, strict=True)
        ]
        return tree.Case(scrutinee, tuple(written), span=NOWHERE)

    return write


@rule
def copy(writer: Writer, job: Job) -> Write | None:
    def write() -> tree.Term:
        first, second = writer.scrutinee(job.context, is_data)
        type = first[0][1] if len(first) == 1 and is_data(first[0][1]) else writer.data()
        names = list[str]()
        for _ in range(writer.choose([2, 2, 3]) if writer.larger else 2):
            names.append(writer.name(second, *names))
        body = job.part(second, job.goal, known=job.known).under(*[(name, type) for name in names])
        original = writer.term(job.part(first, type, known=False, share=3))
        return tree.Copy(original, tuple(map(binder, names)), writer.term(body), span=NOWHERE)

    return write


@rule
def drop(writer: Writer, job: Job) -> Write | None:
    def write() -> tree.Term:
        first, second = writer.split(job.context)
        dropped = writer.term(job.part(first, writer.data(), known=False))
        body = writer.term(job.part(second, job.goal, known=job.known))
        return tree.Drop(dropped, body, span=NOWHERE)

    return write


@rule
def annotation(writer: Writer, job: Job) -> Write | None:
    part = job.part(job.context, job.goal, known=True, share=1)
    return lambda: tree.Annot(writer.term(part), writer.written(job.goal), span=NOWHERE)


@rule
def alternatives(writer: Writer, job: Job) -> Write | None:
    """Each component uses the whole context."""
    if not isinstance(job.goal, Beside | Pow):
        return None
    own = components(job.goal)

    def write() -> tree.Term:
        # Without a type that is expected, equal components are `A & A`.
        told = job.known or isinstance(job.goal, Pow)
        parts = [writer.term(job.part(job.context, each, known=told, share=len(own))) for each in own]
        whole = tree.Alternatives(tuple(parts), span=NOWHERE)
        return writer.told(job, whole) if told else whole

    return write


@rule
def pick(writer: Writer, job: Job) -> Write | None:
    if not writer.larger:
        return None

    def write() -> tree.Term:
        fitting = [
            each
            for each in job.context
            if isinstance(each[1], Beside | Pow) and job.goal in components(each[1])
        ]
        if len(job.context) == 1 and fitting:
            type, chosen = fitting[0][1], var(fitting[0][0])
        else:
            type = writer.alternatives(job.goal)
            type = type if dim(type) <= MAX_DIM else Pow(job.goal, 2)
            chosen = writer.term(job.part(job.context, type, known=False, share=1))
        places = [place for place, each in enumerate(components(type), 1) if each == job.goal]
        return tree.Pick(chosen, writer.choose(places), span=NOWHERE)

    return write


@rule
def failure(writer: Writer, job: Job) -> Write | None:
    """It uses the whole context up."""
    # It would end most programs.
    if not writer.larger or writer.draw(st.integers(0, 4)):
        return None
    return lambda: writer.told(job, tree.Fail(span=NOWHERE))


@rule
def either(writer: Writer, job: Job) -> Write | None:
    if not writer.larger:
        return None
    side = job.part(job.context, job.goal, known=job.known)
    return lambda: tree.Or(*writer.sides([side, side]), span=NOWHERE)


@rule
def dictionary(writer: Writer, job: Job) -> Write | None:
    if not writer.larger or not isinstance(job.goal, Fun) or not is_key(job.goal.argument):
        return None
    key, value = job.goal.argument, job.goal.result

    def write() -> tree.Term:
        count = writer.draw(st.integers(2, 3))
        first, second = writer.split(job.context)
        keys = writer.term(job.part(first, Pow(key, count), known=False))
        return tree.Dict(keys, writer.term(job.part(second, Pow(value, count), known=False)), span=NOWHERE)

    return write


def is_key(type: Type) -> bool:
    if isinstance(type, Prod):
        return is_key(type.left) and is_key(type.right)
    return is_data(type) or isinstance(type, Flat)


@rule
def nil(writer: Writer, job: Job) -> Write | None:
    if job.context or not isinstance(job.goal, Lst):
        return None
    empty = [tree.Nil(span=NOWHERE), tree.ListLiteral((), span=NOWHERE)]
    return lambda: writer.told(job, writer.choose(empty))


@rule
def cons(writer: Writer, job: Job) -> Write | None:
    if not isinstance(job.goal, Lst):
        return None
    goal = job.goal

    def write() -> tree.Term:
        first, second = writer.split(job.context)
        told = job.known or writer.flag()
        head = writer.term(job.part(first, goal.element, known=True))
        tail = writer.term(job.part(second, goal, known=told))
        whole = tree.Cons(head, tail, span=NOWHERE)
        return writer.told(job, whole) if told or not has_type(tail) else whole

    return write


@rule
def literal(writer: Writer, job: Job) -> Write | None:
    if not isinstance(job.goal, Lst) or not job.goal.most:
        return None
    goal = job.goal

    def write() -> tree.Term:
        count = writer.draw(st.integers(1, goal.most))
        parts = writer.arguments(job, job.context, [goal.element] * count)
        return writer.told(job, tree.ListLiteral(tuple(parts), span=NOWHERE))

    return write


RULES += [cons, literal]


@rule
def folding(writer: Writer, job: Job) -> Write | None:
    if not writer.larger:
        return None

    def write() -> tree.Term:
        first, second = writer.scrutinee(job.context, lambda type: isinstance(type, Lst))
        found = first[0][1] if len(first) == 1 else None
        type = found if isinstance(found, Lst) else writer.list_of(writer.data(0))
        assert isinstance(type, Lst)
        (element, state), bound = writer.patterns([type.element, job.goal], ())
        step = job.part((), job.goal, known=True).under(*bound)
        return tree.Fold(
            writer.term(job.part(first, type, known=False, share=3)),
            writer.term(job.part(second, job.goal, known=job.known)),
            writer.choose(["cons", "snoc"]),
            element,
            state,
            writer.term(step),
            span=NOWHERE,
        )

    return write


@rule
def comprehension(writer: Writer, job: Job) -> Write | None:
    if not isinstance(job.goal, Lst):
        return None
    goal = job.goal

    def write() -> tree.Term:
        count = writer.choose([1, 2])
        contexts = writer.shared(job.context, count)
        types = list[Type]()
        for context in contexts:
            found = [type for _, type in context if isinstance(type, Lst) and type.most == goal.most]
            types.append(
                found[0] if len(context) == 1 and found else Lst(bounded(writer, goal.most), goal.most)
            )
        patterns, bound = writer.patterns([of.element for of in types if isinstance(of, Lst)], ())
        generators = [
            tree.Generator(
                pattern, writer.term(job.part(context, type, known=False, share=count + 1)), span=NOWHERE
            )
            for pattern, context, type in zip(patterns, contexts, types, strict=True)
        ]
        body = job.part((), goal.element, known=job.known).under(*bound)
        return tree.Comprehension(writer.term(body), tuple(generators), span=NOWHERE)

    return write


# Programs are made of calls, and lists are rarely wanted.
RULES += [reference, reference, reference, comprehension, comprehension]


def bounded(writer: Writer, most: int) -> Type:
    """A type of elements of which lists of so many have a small space."""
    type = writer.data(0)
    return type if dim(Lst(type, most)) <= MAX_LIST else UNIT if most > 3 else BOOL


@rule
def widening(writer: Writer, job: Job) -> Write | None:
    """A term that has a type by itself, where a larger one is expected."""
    if not writer.larger or not job.known:
        return None
    narrow = list[Type]()
    match job.goal:
        case Flat("Nat", (size,)) if size > 1:
            narrow = [nat(smaller) for smaller in range(1, size)]
        case Lst(element, most) if most:
            narrow = [Lst(element, smaller) for smaller in range(most)]
        case Pow(base, count):
            narrow = [Beside((base,) * count)]
        case Beside(parts) if len(set(parts)) == 1:
            narrow = [Pow(parts[0], len(parts))]
        case _:
            return None
    if not narrow:
        return None

    def write() -> tree.Term:
        fitting = [name for name, type in job.context if type != job.goal and widens(type, job.goal)]
        if fitting and len(job.context) == 1:
            return var(fitting[0])
        type = writer.choose(narrow)
        inner = writer.term(job.part(job.context, type, known=True, share=1))
        return tree.Annot(inner, writer.written(type), span=NOWHERE)

    return write


@rule
def spend(writer: Writer, job: Job) -> Write | None:
    """A variable of a data type decides between terms that differ, where `plain` would drop it."""
    fitting = [each for each in job.context if not isinstance(each[1], Prod) and is_data(each[1])]
    if not fitting:
        return None

    def write() -> tree.Term:
        name, type = fitting[0]
        rest = tuple(each for each in job.context if each[0] != name)
        part = job.part(rest, job.goal, known=job.known)
        if type == BOOL:
            return tree.If(var(name), writer.term(part), writer.term(part), span=NOWHERE)
        if is_nat(type) or isinstance(type, Lst):
            state = writer.name((), "v0")
            base, step = writer.term(part), writer.moved(state, job)
            if not isinstance(type, Lst):
                return tree.Iter(var(name), base, binder(state), step, span=NOWHERE)
            element: tree.Pattern = binder("v0")
            if is_data(type.element) and not writer.auto:
                step = tree.Drop(var("v0"), step, span=NOWHERE)
            return tree.Fold(var(name), base, "cons", element, binder(state), step, span=NOWHERE)
        if type == UNIT:
            return tree.Drop(var(name), writer.term(part), span=NOWHERE)
        assert isinstance(type, Flat | Sum)
        constructors = type.constructors if isinstance(type, Sum) else [(each, ()) for each in type.values]
        arms = list[tree.Arm]()
        for constructor_name, of_fields in constructors:
            patterns, bound = writer.patterns([*of_fields], rest)
            pattern = tree.ConstructorPattern(constructor_name, tuple(patterns), span=NOWHERE)
            arms.append(tree.Arm(pattern, writer.term(part.under(*bound)), span=NOWHERE))
        return tree.Case(var(name), tuple(arms), span=NOWHERE)

    return write


#: What still runs when the size is used up: each of them leaves a smaller context.
LEAVES: list[Rule] = [
    boolean,
    numeral,
    constructor,
    lam,
    pair,
    alternatives,
    nil,
    literal,
    bare_constructor,
    name_alone,
    name_alone,
    call_variable,
    spend,
    spend,
]


# Programs


@dataclass(frozen=True)
class Sample:
    """A generated program: declarations, and a closed term over them."""

    declarations: tuple[tree.Item, ...]
    term: tree.Term
    type: Type
    nat_size: int
    overflow: OverflowMode
    externs: dict[str, Type]
    auto: bool
    seed: int

    @property
    def links(self) -> dict[str, np.ndarray]:
        """A tensor for each extern."""
        return {name: self.tensor(name, type) for name, type in self.externs.items()}

    def tensor(self, name: str, type: Type) -> np.ndarray:
        """A tensor for an extern, which may have another type than here, at another size of `Nat`."""
        return np.random.default_rng([self.seed, *map(ord, name)]).normal(size=shape(type))

    @property
    def learned(self) -> set[str]:
        return {item.name.name for item in self.declarations if isinstance(item, tree.Learn)}

    @property
    def whole(self) -> str:
        """Declarations and term, as one cell."""
        return f"{self.source}\n{pretty(self.term)}"

    @property
    def items(self) -> list[tree.Item]:
        return [*self.declarations, tree.Show(self.term, span=NOWHERE)]

    @property
    def source(self) -> str:
        return "\n".join(pretty(each) for each in self.declarations)

    def _repr_pretty_(self, printer: Any, _: bool) -> None:
        """What Hypothesis prints of a program that broke a law."""
        printer.text(repr(self))

    def __repr__(self) -> str:
        auto = ", auto" if self.auto else ""
        return f"\n{self.source}\n{pretty(self.term)}\n-- Nat[{self.nat_size}], {self.overflow}{auto}\n"


def definition(writer: Writer, size: int) -> tree.Def:
    arguments, result = writer.signature()
    count = writer.draw(st.integers(0, len(arguments)))
    reused = writer.draw(st.integers(0, min(count, 2)))
    for index in range(reused):
        # A type that the body has a use for, and more than one.
        arguments[index] = writer.choose([arguments[index], result, Fun(result, result)])
    while dim(curried(arguments, result)) > MAX_TABLE or any(dim(each) > MAX_DIM for each in arguments):
        arguments, result, count, reused = [*BOOLS], BOOL, 2, 1
    context: Context = ()
    params: list[tree.Param] = []
    for argument in arguments[:count]:
        around: Context = tuple((other, Fun(type, type)) for other, type in context)  # none is hidden
        reusable = len(params) < reused
        if reusable:
            name = writer.name(around)
            pattern, bound = binder(name), ((name, argument),)
        else:
            (pattern,), bound = writer.patterns([argument], around)
        context += bound
        params.append(tree.Param(pattern, writer.written(argument), reusable, span=NOWHERE))
    goal = curried(arguments[count:], result)
    linear = context[reused:]
    # What is reusable stands among the names that the body sees, in place of others of its name.
    seen = {**writer.globals, **dict(context[:reused])}
    kept = {name: number for name, number in writer.reusable.items() if name not in dict(context)}
    inside = replace(writer, globals=seen, reusable=kept)
    body = inside.term(Job(linear, goal, True, size, frozenset(name for name, _ in linear)))
    name = writer.choose(list(NAMES))
    # Its own name means the definition before it, so it is declared when the body has been written.
    writer.globals[name] = curried(arguments, result)
    writer.reusable[name] = reused
    return tree.Def(binder(name), tuple(params), writer.written(goal), body, span=NOWHERE)


def sizes(largest: int) -> st.SearchStrategy[int]:
    """Sizes of terms, none likelier than another."""
    return st.sampled_from(range(largest + 1))


@st.composite
def samples(
    draw: Any,
    *,
    externs: bool | None = None,
    data: bool = False,
    auto: bool = False,
    whole: bool = False,
    larger: bool = True,
    several: bool = False,
    size: int = 20,
) -> Sample:
    """Programs. `externs` forbids them or asks for one, `data` asks for a function from data to data, `auto`
    for a program without its copies and drops, `whole` for a definition with all its reusable parameters.
    Not `larger` has no more than the papers' language with pairs and finite data. `several` asks for a term
    of alternatives of data.
    """
    writer = Writer(draw, nat_size=draw(st.integers(2, 5)), auto=auto, larger=larger)
    overflow = draw(st.sampled_from(["truncate", "saturate"]))
    items: list[tree.Item] = []
    given: dict[str, Type] = {}

    def parameter(name: str, type: Type, kind: type[tree.Extern | tree.Learn] = tree.Extern) -> None:
        items.append(kind(binder(name), writer.written(type), span=NOWHERE))
        writer.globals[name] = given[name] = type

    for name in draw(st.lists(st.sampled_from(sorted(DATA)), max_size=2, unique=True)):
        constructors = tuple([tree.DataConstructor(binder(each), (), span=NOWHERE) for each in DATA[name]])
        items.append(tree.Data(binder(name), constructors, span=NOWHERE))
        writer.declared.append(data_type(name))
    if externs is None:
        externs = writer.flag()
    if externs:
        for name in draw(st.lists(st.sampled_from(sorted(SPACES)), max_size=2, unique=True)):
            items.append(tree.Space(binder(name), SPACES[name], span=NOWHERE))
            space = Flat(name, SPACES[name])
            # Not among NAMES: nothing hides them.
            value, consumer = f"some{name}", f"read{name}"
            writer.spaces[space] = value, consumer
            parameter(value, space)
            parameter(consumer, Fun(space, BOOL))
        items += fielded(writer)
        for name in draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True)):
            arguments, result = writer.signature()
            # What an extern returns is held apart, which a tensor is not.
            kinds = [tree.Learn] if isinstance(uncurry(result)[1], Lst) else [tree.Extern, tree.Learn]
            parameter(name, curried(arguments, result), writer.choose(kinds))
    else:
        items += fielded(writer)
    definitions = [definition(writer, draw(sizes(size))) for _ in range(draw(st.integers(int(whole), 3)))]
    items += definitions
    if whole:
        name = definitions[-1].name.name
        goal, term = writer.globals[name], var(name)
    else:
        goal = curried(*writer.signature())
        if data:
            goal = curried([writer.data() for _ in range(draw(st.integers(0, 2)))], writer.data())
        if several:
            goal = writer.alternatives(writer.data())
        term = writer.term(Job((), goal, False, draw(sizes(size))))
    seed = draw(st.integers(0, 2**16))
    return Sample(tuple(items), term, goal, writer.nat_size, overflow, given, auto, seed)


def fielded(writer: Writer) -> list[tree.Item]:
    """Declarations of data types with fields, and of other names for types."""
    items = list[tree.Item]()
    if not writer.larger:
        return items
    for name in writer.draw(st.lists(st.sampled_from(sorted(FIELDS)), max_size=2, unique=True)):
        constructors = list[tuple[str, tuple[Type, ...]]]()
        for each, most in FIELDS[name].items():
            fields = [writer.data(0) if writer.flag() else writer.type(1) for _ in range(most)]
            while fields and math.prod(map(dim, fields)) > MAX_LIST:
                fields = fields[1:] or [BOOL]
            constructors.append((each, tuple(fields)))
        writer.declared.append(Sum(name, tuple(constructors)))
        written = [
            tree.DataConstructor(binder(each), tuple(map(writer.written, fields)), span=NOWHERE)
            for each, fields in constructors
        ]
        items.append(tree.Data(binder(name), tuple(written), span=NOWHERE))
    return items


def data_type(name: str) -> Flat:
    return data(name, DATA[name])


@st.composite
def trees(draw: Any) -> tree.Type:
    """Types as trees, of any names and sizes: for the printer alone."""
    leaves = st.one_of(
        st.just(tree.BoolType(span=NOWHERE)),
        st.builds(lambda size: tree.NatType(size, span=NOWHERE), st.none() | st.integers(1, 10**6)),
        st.builds(lambda name: tree.NamedType(name, span=NOWHERE), st.sampled_from(["A", "Été", "B'2_"])),
        st.just(tree.UnitType(span=NOWHERE)),
    )
    both = st.sampled_from([tree.ArrowType, tree.ProductType])
    bounds = st.none() | st.integers(0, 10**6)

    def wider(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        rows = st.lists(inner, min_size=2, max_size=3).map(tuple)
        return st.one_of(
            st.builds(lambda kind, left, right: kind(left, right, span=NOWHERE), both, inner, inner),
            st.builds(lambda parts: tree.WithType(parts, span=NOWHERE), rows),
            st.builds(
                lambda base, count: tree.PowerType(base, count, span=NOWHERE), inner, st.integers(2, 9)
            ),
            st.builds(lambda of, most: tree.ListType(of, most, span=NOWHERE), inner, bounds),
        )

    return draw(st.recursive(leaves, wider, max_leaves=12))


def nodes(tree: object) -> Iterator[Any]:
    """The nodes of a tree, itself included."""
    if isinstance(tree, tuple):
        for each in tree:
            yield from nodes(each)
    elif is_dataclass(tree) and not isinstance(tree, Span):
        yield tree
        for each in fields(tree):
            yield from nodes(getattr(tree, each.name))


Input: TypeAlias = np.ndarray | Rows


def inputs(seed: int, type: Type, *batch: int) -> list[Input]:
    """Random arrays for the arguments of a type, each with the same batch in front. A list is held apart."""
    generator = np.random.default_rng(seed)

    def given(of: Type) -> Input:
        if not isinstance(of, Lst):
            return generator.normal(size=(*batch, *shape(of)))
        elements = generator.normal(size=(*batch, of.most, *shape(of.element)))
        return Rows(elements, generator.normal(size=(*batch, of.most + 1)))

    return [given(each) for each in uncurry(type)[0]]
