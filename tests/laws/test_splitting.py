"""What is used up where a term may `fail`: the checker's flag accepts what a search over all splits accepts.

By the rules of docs/spec.md the parts of a term share the context in any way, and `fail` uses up whatever
it is left. The search tries all splits, which takes exponential time. The checker does not search.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, compress
from operator import not_

from hypothesis import given
from hypothesis import strategies as st

from cajal_core import CajalError, Program
from tests.laws.budget import budget

Context = frozenset[str]
#: A term, and the contexts that it uses up.
Derives = Callable[[Context], bool]

EMPTY: Context = frozenset()
DEFINITIONS = "def reuse (!b : Bool) : Bool = if b then b else true"


@dataclass(frozen=True)
class Term:
    """A term of type Bool: its text, and whether it uses up a context in some way."""

    text: str
    derives: Derives


def splits(context: Context) -> Iterator[tuple[Context, Context]]:
    for count in range(len(context) + 1):
        for first in combinations(sorted(context), count):
            yield frozenset(first), context.difference(first)


def fail() -> Term:
    return Term("(fail : Bool)", lambda context: True)


def true() -> Term:
    return Term("true", lambda context: context == EMPTY)


def variable(name: str) -> Term:
    return Term(name, lambda context: context == {name})


def split(text: str, first: Derives, second: Derives) -> Term:
    return Term(text, lambda context: any(first(one) and second(other) for one, other in splits(context)))


def both(first: Term, second: Term) -> Derives:
    """Branches use up the same."""
    return lambda context: first.derives(context) and second.derives(context)


def binding(term: Term, *names: str) -> Derives:
    return lambda context: term.derives(context.union(names))


def closed(term: Term, *names: str) -> Derives:
    """What runs any number of times: it uses up its own variables, and none from outside."""
    return lambda context: context == EMPTY and term.derives(frozenset(names))


class Terms:
    """Draws terms that use up most of what they are given, so that many are right and many nearly are."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.names = 0

    def fresh(self) -> str:
        self.names += 1
        return f"v{self.names}"

    def term(self, context: list[str], size: int) -> Term:
        if self.draw(st.integers(0, 7)) == 0:  # a slip: a name that is not used up, or is twice
            context = context[1:] if self.draw(st.booleans()) else context + context[:1]
        if size <= 0 or (len(context) < 2 and self.draw(st.integers(0, 3)) == 0):
            if self.draw(st.integers(0, 4)) == 0 or len(context) > 2:
                return fail()
            if len(context) == 2:
                first, second = map(variable, context)
                text = f"(if {first.text} then {second.text} else {second.text})"
                return split(text, first.derives, second.derives)
            return variable(context[0]) if context else true()
        return self.draw(st.sampled_from(self.forms()))(context, size - 1)

    def forms(self) -> list[Callable[[list[str], int], Term]]:
        return [self.choice, self.let, self.drop, self.pair, self.either, self.pick, self.iterate, self.reuse]

    def parts(self, context: list[str]) -> tuple[list[str], list[str]]:
        sides = [self.draw(st.booleans()) for _ in context]
        return [*compress(context, sides)], [*compress(context, map(not_, sides))]

    def choice(self, context: list[str], size: int) -> Term:
        one, other = self.parts(context)
        first, left, right = self.term(one, size), self.term(other, size), self.term(other, size)
        text = f"(if {first.text} then {left.text} else {right.text})"
        return split(text, first.derives, both(left, right))

    def let(self, context: list[str], size: int) -> Term:
        one, other = self.parts(context)
        name = self.fresh()
        value, body = self.term(one, size), self.term([*other, name], size)
        return split(f"(let {name} = {value.text} in {body.text})", value.derives, binding(body, name))

    def drop(self, context: list[str], size: int) -> Term:
        one, other = self.parts(context)
        value, body = self.term(one, size), self.term(other, size)
        return split(f"(let _ = {value.text} in {body.text})", value.derives, body.derives)

    def pair(self, context: list[str], size: int) -> Term:
        one, other = self.parts(context)
        names = self.fresh(), self.fresh()
        inside = self.parts(one)
        first, second = self.term(inside[0], size), self.term(inside[1], size)
        both_parts = split(f"({first.text}, {second.text})", first.derives, second.derives)
        body = self.term([*other, *names], size)
        text = f"(let ({names[0]}, {names[1]}) = {both_parts.text} in {body.text})"
        return split(text, both_parts.derives, binding(body, *names))

    def either(self, context: list[str], size: int) -> Term:
        left, right = self.term(context, size), self.term(context, size)
        return Term(f"({left.text} <|> {right.text})", both(left, right))

    def pick(self, context: list[str], size: int) -> Term:
        left, right = self.term(context, size), self.term(context, size)
        return Term(f"<{left.text}, {right.text}>.{self.draw(st.integers(1, 2))}", both(left, right))

    def iterate(self, context: list[str], size: int) -> Term:
        name = self.fresh()
        base, step = self.term(context, size), self.term([name], size)
        text = f"(iter 2 {{ zero => {base.text} | succ {name} => {step.text} }})"
        return split(text, base.derives, closed(step, name))

    def reuse(self, context: list[str], size: int) -> Term:
        argument = self.term([] if self.draw(st.integers(0, 2)) else context, size)
        return Term(f"(reuse {argument.text})", closed(argument))


@st.composite
def judgements(draw: st.DrawFn) -> tuple[Context, Term]:
    names = ["x", "y", "z"][: draw(st.integers(0, 3))]
    return frozenset(names), Terms(draw).term(names, draw(st.integers(1, 3)))


@given(judgements())
@budget(1_500)
def test_the_flag_agrees_with_all_splits(judgement: tuple[Context, Term]) -> None:
    context, term = judgement
    text = "".join([f"\\{name}:Bool. " for name in sorted(context)]) + term.text
    try:
        PROGRAM.type(text)
    except CajalError as error:
        assert not term.derives(context), f"{text}\n{error}"
    else:
        assert term.derives(context), text


PROGRAM = Program()
PROGRAM.run(DEFINITIONS)
