"""`bits` is Python's arithmetic on whole numbers, and the likelihood of sums that counting gives."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
import torch

from tests.library.tables import compare, using

Bits = tuple[bool, ...]

#: Lists of up to three bits.
NAT_SIZE = 4


def number(xs: Bits) -> int:
    return sum(x << place for place, x in enumerate(xs))


def bits(n: int, width: int) -> Bits:
    return tuple([bool(n >> place & 1) for place in range(width)])


def increment(xs: Bits) -> Bits:
    return bits(number(xs) + 1, len(xs) + all(xs))


def order(xs: Bits, ys: Bits) -> str:
    m, n = number(xs), number(ys)
    return "Less" if m < n else "Greater" if m > n else "Equal"


def added(xs: Bits, ys: Bits) -> Bits:
    return bits(number(xs) + number(ys), len(xs) + 1)


def pairwise(operation: Callable[[bool, bool], bool]) -> Callable[[Bits, Bits], Bits]:
    return lambda xs, ys: tuple(map(operation, xs, ys))


DEFINITIONS: dict[str, Callable[..., Any]] = {
    "complement": lambda xs: tuple([not x for x in xs]),
    "and_bits": pairwise(lambda x, y: x and y),
    "or_bits": pairwise(lambda x, y: x or y),
    "xor_bits": pairwise(lambda x, y: x != y),
    "shift_up": lambda xs: (False, *xs),
    "shift_down": lambda xs: xs[1:],
    "popcount": sum,
    "parity_bits": lambda xs: sum(xs) % 2 == 1,
    "compare_bits": order,
    "to_nat": number,
    "carry_of": lambda xs, ys: added(xs, ys)[-1],
    "add_bits": added,
    "increment": increment,
    "from_nat": lambda width, n: bits(n, width),
}


def fits(value: Any) -> Any:
    """A value, or None for a number or a list that is too great for its type."""
    if isinstance(value, tuple):
        return value if len(value) < NAT_SIZE else None
    return None if type(value) is int and value >= NAT_SIZE else value


@pytest.mark.parametrize("name", DEFINITIONS)
def test_definition(name: str) -> None:
    def expected(*values: Any) -> Any:
        alike = len({len(value) for value in values if isinstance(value, tuple)}) <= 1
        return fits(DEFINITIONS[name](*values)) if alike else None

    compare(using("bits", NAT_SIZE), name, expected)


def test_a_digit_of_a_sum() -> None:
    def expected(place: int, xs: Bits, ys: Bits) -> bool | None:
        return bool((number(xs) + number(ys)) >> place & 1) if len(xs) == len(ys) else None

    compare(using("bits", NAT_SIZE), "sum_bit", expected)


def test_whether_a_sum_is_right() -> None:
    def expected(xs: Bits, ys: Bits, zs: Bits) -> bool | None:
        alike = len(xs) == len(ys) == len(zs)
        return number(xs) + number(ys) == number(zs) if alike else None

    compare(using("bits", NAT_SIZE), "sum_is", expected)


def test_bits_apart() -> None:
    program = using("bits", NAT_SIZE)
    compare(program, "halve", lambda n: (n // 2, n % 2 == 1))
    compare(program, "full_adder", lambda x, y, c: bits(x + y + c, 2))


def test_sums_of_32_bits() -> None:
    generator = torch.Generator().manual_seed(0)
    samples, width = 200, 32
    drawn = torch.randint(2, (2, samples, width), generator=generator).bool()
    rows = [[tuple(row) for row in side.tolist()] for side in drawn]
    sums = [added(xs, ys) for xs, ys in zip(*rows, strict=True)]

    def tensor(lists: list[Bits]) -> torch.Tensor:
        truths = torch.tensor(lists)
        return torch.stack([truths, ~truths], dim=-1).float()

    def true(result: torch.Tensor) -> list[bool]:
        assert torch.equal(result.sum(-1), torch.ones(samples))
        return result[:, 0].bool().tolist()

    xs, ys = tensor(rows[0]), tensor(rows[1])
    program = using("bits", width + 1)
    assert true(program.compile("carry_of")(xs, ys)) == [total[-1] for total in sums]
    for place in (0, 17, 32):
        at = torch.eye(width + 1)[place]
        assert true(program.compile("sum_bit")(at, xs, ys)) == [total[place] for total in sums]
    digits = [total[:-1] for total in sums]
    assert true(program.compile("sum_is")(xs, ys, tensor(digits))) == [not total[-1] for total in sums]
    wrong = [(*total[:20], not total[20], *total[21:]) for total in digits]
    assert not any(true(program.compile("sum_is")(xs, ys, tensor(wrong))))
    names = ("Less", "Equal", "Greater")
    orders = program.compile("compare_bits")(xs, ys).argmax(-1).tolist()
    assert [names[row] for row in orders] == [order(*pair) for pair in zip(*rows, strict=True)]


def test_the_likelihood_of_a_sum() -> None:
    width = 3
    x, y, z = torch.rand(3, width, generator=torch.Generator().manual_seed(1), dtype=torch.float64)

    def likelihood(of: torch.Tensor, xs: Bits) -> float:
        return float(torch.where(torch.tensor(xs), of, 1 - of).prod())

    every = [*itertools.product([True, False], repeat=width)]
    expected = sum(
        likelihood(x, xs) * likelihood(y, ys) * likelihood(z, added(xs, ys)[:-1])
        for xs in every
        for ys in every
        if not added(xs, ys)[-1]
    )
    neuron = using("bits", NAT_SIZE).compile("sum_is").double()
    true, false = neuron(*[torch.stack([of, 1 - of], dim=-1) for of in (x, y, z)]).tolist()
    assert true == pytest.approx(expected)
    assert true + false == pytest.approx(1)
