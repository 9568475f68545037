"""`use attention`, beside plain Python: dictionaries, and sequences of 15 tokens as tensors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random

import pytest
import torch
from torch.nn.functional import one_hot

from cajal_core import Program
from tests.library.values import call, counts


@pytest.fixture
def program(library: Callable[[str], Program]) -> Program:
    return library("attention")


@pytest.fixture
def sequences() -> torch.Tensor:
    """A batch of 50 sequences of 15 tokens."""
    tokens = torch.randint(10, (50, 15), generator=torch.Generator().manual_seed(0))
    return one_hot(tokens, 10).float()


def places(values: list[int]) -> str:
    return f"<{', '.join(map(str, values))}>"


def test_look_up(program: Program) -> None:
    random = Random(0)
    for _ in range(20):
        keys, values = random.choices(range(10), k=4), random.choices(range(10), k=4)
        for query in range(10):
            expected = Counter([value for key, value in zip(keys, values, strict=True) if key == query])
            assert counts(call(program, "lookup", places(keys), places(values), query)) == expected


def test_look_up_is_linear_attention(program: Program) -> None:
    keys, values, queries = torch.rand(3, 4, 10), torch.rand(3, 4, 10), torch.rand(3, 10)
    expected = torch.einsum("bnv,bnk,bk->bv", values, keys, queries)
    torch.testing.assert_close(program["lookup"](keys, values, queries), expected)


def test_reverse_and_rotate(program: Program, sequences: torch.Tensor) -> None:
    assert torch.equal(program["reverse"](sequences), sequences.flip(1))
    assert torch.equal(program["rotate"](sequences), sequences.roll(-1, 1))


def test_they_are_permutations_of_places(program: Program) -> None:
    for name, order in (("reverse", [*range(15)][::-1]), ("rotate", [*range(1, 15), 0])):
        matrix = program[name].matrix().reshape(15, 10, 15, 10)
        expected = torch.einsum("ij,ab->iajb", torch.eye(15)[order], torch.eye(10))
        assert torch.equal(matrix, expected)


def test_a_condition_reverses(program: Program, sequences: torch.Tensor) -> None:
    neuron = program["reverse_if"]
    assert torch.equal(neuron(torch.tensor([1.0, 0.0]), sequences), sequences.flip(1))
    assert torch.equal(neuron(torch.tensor([0.0, 1.0]), sequences), sequences)
    mixed = neuron(torch.tensor([0.25, 0.75]), sequences)
    torch.testing.assert_close(mixed, 0.25 * sequences.flip(1) + 0.75 * sequences)


def test_a_number_rotates(program: Program, sequences: torch.Tensor) -> None:
    """By its first token, as the task of that name has it."""
    expected = torch.stack([row.roll(-int(row[0].argmax()), 0) for row in sequences])
    assert torch.equal(program["rotate_by"](sequences[:, 0], sequences), expected)


def test_the_tokens_of_the_examples(program: Program) -> None:
    assert [call(program, f"tokens.{place}") for place in range(1, 16)] == [*range(10), *range(1, 6)]
