"""Hypothesis strategies of well-typed programs.

A `Writer` writes a term for a `Job`: a linear context whose variables it must use exactly once, a goal type,
and whether the checker knows that type there (else lambdas and numerals carry theirs). Each construct of
the language is one `@rule`, which says what it needs and then splits the context among its parts.
The first choice everywhere is the plainest term, so that failures shrink to something short.
"""

from __future__ import annotations

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
    Flat,
    Fun,
    Prod,
    Type,
    data,
    dim,
    is_data,
    is_nat,
    nat,
    shape,
    uncurry,
)

NOWHERE = Span(Source("generated", ""), 0, 0)

# Few names, so that binders shadow each other and the definitions often; all kinds that the lexer knows.
NAMES = ("x", "y", "f", "n", "g", "x'", "_", "zero'", "été", "名2")
SPACES = {"Image": (2, 2), "Wide3": (3,), "V": (1, 2, 1)}
DATA = {"Dir": ("N", "E", "S"), "One": ("Only",), "Été": ("Chaud'", "Froid_2")}
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
    declared: list[Flat] = field(default_factory=list)
    reusable: dict[str, int] = field(default_factory=dict)
    # Whether the checker puts in copies and drops.
    auto: bool = False

    # Choices

    def choose(self, options: list[Any]) -> Any:
        return options[self.draw(st.integers(0, len(options) - 1))] if len(options) > 1 else options[0]

    def flag(self) -> bool:
        return self.draw(st.booleans())

    def data(self, depth: int = 1) -> Type:
        number = nat(self.nat_size)
        options = [BOOL, number, *self.declared, BOOL, nat(3), *self.declared, number, nat(4)]
        kinds = [lambda: self.choose(options)] * 8 + [lambda: self.choose([UNIT, nat(1)])]
        if depth > 0:
            kinds += [lambda: Prod(self.data(depth - 1), self.data(depth - 1))] * 2
        return self.choose(kinds)()

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
        type = self.choose(kinds)()
        return type if dim(type) <= MAX_DIM else BOOL

    def signature(self) -> tuple[list[Type], Type]:
        """Argument types and the result type of a definition."""
        arguments, result = [self.type() for _ in range(self.draw(st.integers(0, 3)))], self.type(1)
        while dim(curried(arguments, result)) > MAX_TABLE:
            arguments.pop()
        return arguments, result

    def name(self, context: Context, beside: str | None = None) -> str:
        """A name for a binder, and not that `beside` it, below which the context is still to be used.

        With `auto`, data need not be used, so that it may be hidden.
        """
        taken = {name for name, type in context if not (self.auto and is_data(type))} | {beside}
        return self.choose([name for name in (*NAMES, *extra_names(context)) if name not in taken])

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
            case Flat(name):
                return tree.NamedType(name, span=NOWHERE)

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
                return tree.LetPair(binder(first), binder(second), term, body, span=NOWHERE)
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
            case Fun():
                raise AssertionError("a function is a lambda")

    def sized(self, job: Job, number: tree.Term) -> tree.Term:
        """A number of the job's type, which it shows itself unless the checker finds it anyway."""
        if job.known or job.goal == nat(self.nat_size):
            return number
        return tree.Annot(number, self.written(job.goal), span=NOWHERE)

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

    def arguments(self, job: Job, context: Context, types: list[Type]) -> list[tree.Term]:
        contexts = self.shared(context, len(types)) if types else []
        return [
            self.term(job.part(each, type, known=True, share=len(types) + 1))
            for each, type in zip(contexts, types, strict=True)
        ]


def extra_names(context: Context) -> Iterator[str]:
    """More names than the context has."""
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
        name = writer.name(job.context)
        bare = job.known and writer.flag()
        part = job.part(job.context, result, known=job.known, share=1)
        body = writer.term(part.under((name, argument)))
        return tree.Lam(binder(name), None if bare else writer.written(argument), body, span=NOWHERE)

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
        return tree.If(
            writer.term(job.part(first, BOOL, known=True, share=3)),
            writer.term(branch),
            writer.term(branch),
            span=NOWHERE,
        )

    return write


@rule
def iteration(writer: Writer, job: Job) -> Write | None:
    def write() -> tree.Term:
        first, second = writer.scrutinee(job.context, is_nat)
        counted = first[0][1] if len(first) == 1 and is_nat(first[0][1]) else None
        counted = counted or writer.choose([nat(writer.nat_size), nat(3), nat(1)])
        name = writer.name(())
        # The step sees its state and the definitions; the names around it stay hidden.
        step = job.part((), job.goal, known=True).under((name, job.goal))
        steps = writer.named(Fun(job.goal, job.goal), step.scope)
        return tree.Iter(
            writer.term(job.part(first, counted, known=False, share=3)),
            writer.term(job.part(second, job.goal, known=job.known)),
            binder(name),
            apply(writer.choose(steps), var(name)) if steps and writer.flag() else writer.term(step),
            span=NOWHERE,
        )

    return write


@rule
def let(writer: Writer, job: Job) -> Write | None:
    def write() -> tree.Term:
        type = writer.type(1)
        first, second = writer.split(job.context)
        name = writer.name(second)
        body = job.part(second, job.goal, known=job.known).under((name, type))
        return tree.Let(
            binder(name), writer.term(job.part(first, type, known=False)), writer.term(body), span=NOWHERE
        )

    return write


@rule
def constructor(writer: Writer, job: Job) -> Write | None:
    if job.context or job.goal not in writer.declared or not isinstance(job.goal, Flat):
        return None
    names = list(job.goal.values)
    return lambda: tree.Constructor(writer.choose(names), span=NOWHERE)


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
        left = writer.name(second)
        right = writer.name(second, left)
        body = job.part(second, job.goal, known=job.known).under((left, type.left), (right, type.right))
        bound = writer.term(job.part(first, type, known=False))
        return tree.LetPair(binder(left), binder(right), bound, writer.term(body), span=NOWHERE)

    return write


@rule
def case(writer: Writer, job: Job) -> Write | None:
    if not writer.declared:
        return None

    def write() -> tree.Term:
        first, second = writer.scrutinee(job.context, lambda type: type in writer.declared)
        found = first[0][1] if len(first) == 1 else None
        type = (
            found if isinstance(found, Flat) and found in writer.declared else writer.choose(writer.declared)
        )
        scrutinee = writer.term(job.part(first, type, known=True, share=3))
        names = writer.draw(st.permutations(type.values))
        part = job.part(second, job.goal, known=job.known)
        arms = [
            tree.Arm(tree.Constructor(name, span=NOWHERE), writer.term(part), span=NOWHERE) for name in names
        ]
        return tree.Case(scrutinee, tuple(arms), span=NOWHERE)

    return write


@rule
def copy(writer: Writer, job: Job) -> Write | None:
    def write() -> tree.Term:
        first, second = writer.scrutinee(job.context, is_data)
        type = first[0][1] if len(first) == 1 and is_data(first[0][1]) else writer.data()
        left = writer.name(second)
        right = writer.name(second, left)
        body = job.part(second, job.goal, known=job.known).under((left, type), (right, type))
        original = writer.term(job.part(first, type, known=False, share=3))
        return tree.Copy(original, binder(left), binder(right), writer.term(body), span=NOWHERE)

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
def spend(writer: Writer, job: Job) -> Write | None:
    """A variable of a data type decides between terms that differ, where `plain` would drop it."""
    fitting = [each for each in job.context if isinstance(each[1], Flat) and is_data(each[1])]
    if not fitting:
        return None

    def write() -> tree.Term:
        name, type = fitting[0]
        rest = tuple(each for each in job.context if each[0] != name)
        part = job.part(rest, job.goal, known=job.known)
        if type == BOOL:
            return tree.If(var(name), writer.term(part), writer.term(part), span=NOWHERE)
        if is_nat(type):
            state = writer.name(())
            base, step = writer.term(part), writer.moved(state, job)
            return tree.Iter(var(name), base, binder(state), step, span=NOWHERE)
        if type == UNIT or not isinstance(type, Flat):
            return tree.Drop(var(name), writer.term(part), span=NOWHERE)
        arms = [
            tree.Arm(tree.Constructor(each, span=NOWHERE), writer.term(part), span=NOWHERE)
            for each in type.values
        ]
        return tree.Case(var(name), tuple(arms), span=NOWHERE)

    return write


#: What still runs when the size is used up: each of them leaves a smaller context.
LEAVES: list[Rule] = [
    boolean,
    numeral,
    constructor,
    lam,
    pair,
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
        name = writer.name(tuple((other, Fun(type, type)) for other, type in context))  # none is hidden
        context += ((name, argument),)
        reusable = len(params) < reused
        params.append(tree.Param(binder(name), writer.written(argument), reusable, span=NOWHERE))
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
    size: int = 20,
) -> Sample:
    """Programs. `externs` forbids them or asks for one, `data` asks for a function from data to data, `auto`
    for a program without its copies and drops, `whole` for a definition with all its reusable parameters.
    """
    writer = Writer(draw, nat_size=draw(st.integers(2, 5)), auto=auto)
    overflow = draw(st.sampled_from(["truncate", "saturate"]))
    items: list[tree.Item] = []
    given: dict[str, Type] = {}

    def parameter(name: str, type: Type, kind: type[tree.Extern | tree.Learn] = tree.Extern) -> None:
        items.append(kind(binder(name), writer.written(type), span=NOWHERE))
        writer.globals[name] = given[name] = type

    for name in draw(st.lists(st.sampled_from(sorted(DATA)), max_size=2, unique=True)):
        constructors = tuple(map(binder, DATA[name]))
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
        for name in draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True)):
            kind = writer.choose([tree.Extern, tree.Learn])
            parameter(name, curried(*writer.signature()), kind)
    definitions = [definition(writer, draw(sizes(size))) for _ in range(draw(st.integers(int(whole), 3)))]
    items += definitions
    if whole:
        name = definitions[-1].name.name
        goal, term = writer.globals[name], var(name)
    else:
        goal = curried(*writer.signature())
        if data:
            goal = curried([writer.data() for _ in range(draw(st.integers(0, 2)))], writer.data())
        term = writer.term(Job((), goal, False, draw(sizes(size))))
    seed = draw(st.integers(0, 2**16))
    return Sample(tuple(items), term, goal, writer.nat_size, overflow, given, auto, seed)


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

    def wider(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return st.builds(lambda kind, left, right: kind(left, right, span=NOWHERE), both, inner, inner)

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


def inputs(seed: int, type: Type, *batch: int) -> list[np.ndarray]:
    """Random arrays for the arguments of a type, each with the same batch in front."""
    generator = np.random.default_rng(seed)
    return [generator.normal(size=(*batch, *shape(each))) for each in uncurry(type)[0]]
