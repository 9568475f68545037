"""`machines` does what interpreters of Python do, for programs that are drawn."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest

from tests.library.tables import compare, using
from tests.library.values import written

PLACES, NAT_SIZE = 8, 4
SEEDS = range(3)

Memory = tuple[int, ...]


def cases(variable: str, terms: Sequence[Any]) -> str:
    """The term that has one of some values, by a number."""
    return f"case {variable} {{ {' | '.join(f'{i} => {written(term)}' for i, term in enumerate(terms))} }}"


def program_of(instructions: Sequence[str]) -> str:
    return rf"(\at. {cases('at', instructions)})"


@pytest.mark.parametrize("seed", SEEDS)
def test_finite_machines(seed: int) -> None:
    draw = random.Random(seed)
    steps = [[(draw.randrange(PLACES), draw.random() < 0.5) for _ in range(PLACES)] for _ in range(2)]
    outputs = [draw.random() < 0.5 for _ in range(PLACES)]

    def run(xs: tuple[bool, ...]) -> tuple[int, list[bool]]:
        state, seen = 0, list[bool]()
        for x in xs:
            state, output = steps[not x][state]
            seen.append(output)
        return state, seen

    def step(of: list[list[Any]]) -> str:
        return rf"(\s x. if x then ({cases('s', of[0])}) else ({cases('s', of[1])}))"

    next_states = [[state for state, _ in row] for row in steps]
    program = using("machines", NAT_SIZE)
    moore = rf"moore {step(next_states)} (\s. {cases('s', outputs)})"
    compare(program, moore, lambda xs: outputs[run(xs)[0]])
    compare(program, f"mealy {step(steps)}", lambda xs: (*run(xs)[1],))


def test_stacks_and_queues() -> None:
    program, most = using("machines", NAT_SIZE), 4
    compare(program, "push", lambda x, s: (x, *s) if len(s) < most else None)
    compare(program, "pop", lambda s: (s[0], s[1:]) if s else None)
    compare(program, "top", lambda s: (s[0], s) if s else None)
    compare(program, "is_empty", lambda s: not s)
    compare(program, "enqueue", lambda x, q: (*q, x) if len(q) < most else None)
    compare(program, "dequeue", lambda q: (q[0], q[1:]) if q else None)


def drawn_counting(draw: random.Random) -> list[tuple[Any, ...]]:
    kinds = (("Up", True), ("Up", False), ("Down", True), ("Down", False), ("Halt",))
    instructions = list[tuple[Any, ...]]()
    for _ in range(PLACES):
        kind = draw.choice(kinds)
        jumps = {"Up": 1, "Down": 2, "Halt": 0}[kind[0]]
        instructions.append((*kind, *[draw.randrange(PLACES) for _ in range(jumps)]))
    return instructions


def counted(instructions: list[tuple[Any, ...]], at: int, m: int, n: int) -> tuple[int, int, int] | None:
    counts = {True: m, False: n}
    match instructions[at]:
        case ("Up", which, go):
            counts[which] += 1
            at = go
        case ("Down", which, go, empty):
            at = go if counts[which] else empty
            counts[which] = max(counts[which] - 1, 0)
        case _:
            pass
    return (at, counts[True], counts[False]) if max(counts.values()) < NAT_SIZE else None


@pytest.mark.parametrize("seed", SEEDS)
def test_two_counters(seed: int) -> None:
    instructions = drawn_counting(random.Random(seed))

    def run(steps: int, counts: tuple[int, int]) -> tuple[int, ...] | None:
        state = (0, *counts)
        for _ in range(steps):
            if (after := counted(instructions, *state)) is None:
                return None
            state = after
        return state[1:]

    term = program_of([" ".join(map(written, instruction)) for instruction in instructions])
    program = using("machines", NAT_SIZE)
    compare(program, f"counter_step {term}", lambda state: counted(instructions, *state))
    compare(program, f"counters {term}", run)


def subtracted(a: int, b: int, m: Memory) -> Memory:
    return (*m[:b], (m[b] - m[a]) % 4, *m[b + 1 :])


def test_memory() -> None:
    program = using("machines", NAT_SIZE)
    compare(program, "negative", lambda w: w >= 2)
    compare(program, "minus", lambda x, y: (x - y) % 4)
    compare(program, "read", lambda a, m: m[a])
    compare(program, "write", lambda a, v, m: (*m[:a], v, *m[a + 1 :]))
    compare(program, "subtract", lambda a, b, m: ((d := subtracted(a, b, m))[b] >= 2, d))


@pytest.mark.parametrize("seed", SEEDS)
def test_subtract_and_branch_if_negative(seed: int) -> None:
    draw = random.Random(seed)
    instructions = [
        None if draw.random() < 0.1 else (draw.randrange(4), draw.randrange(4), draw.randrange(PLACES))
        for _ in range(PLACES)
    ]

    def stepped(at: int, m: Memory) -> tuple[int, Memory] | None:
        if (instruction := instructions[at]) is None:
            return at, m
        a, b, below = instruction
        after = subtracted(a, b, m)
        to = below if after[b] >= 2 else at + 1
        return (to, after) if to < PLACES else None

    def run(steps: int, m: Memory) -> Memory | None:
        state: tuple[int, Memory] | None = (0, m)
        for _ in range(steps):
            state = stepped(*state)
            if state is None:
                return None
        return state[1]

    terms = ["Stop" if one is None else " ".join(["Sbn", *map(str, one)]) for one in instructions]
    program = using("machines", NAT_SIZE)
    compare(program, f"sbn_step {program_of(terms)}", lambda state: stepped(*state))
    compare(program, f"sbn {program_of(terms)}", run)
