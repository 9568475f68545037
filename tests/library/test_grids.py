"""`use grids`, beside the rules in Python, over all neighbourhoods."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest
import torch

from cajal_core import Program
from tests.library.values import call

CELLS = (True, False)


@pytest.fixture
def program(library: Callable[[str], Program]) -> Program:
    return library("grids")


def lives(me: bool, neighbours: int) -> bool:
    return neighbours == 3 or (me and neighbours == 2)


def test_life_by_a_count(program: Program) -> None:
    for me, n in product(CELLS, range(9)):
        assert call(program, "alive", me, n) == lives(me, n)


def test_life_by_a_list_of_neighbours(program: Program) -> None:
    for cells in product(CELLS, repeat=8):
        assert call(program, "living", [*cells]) == sum(cells)
    for me, n in product(CELLS, range(9)):
        neighbours = [True] * n + [False] * (8 - n)
        assert call(program, "life", me, neighbours) == lives(me, n)
        assert call(program, "life", me, neighbours[::-1]) == lives(me, n)


def test_life_by_nine_cells(program: Program) -> None:
    blocks = [*product(CELLS, repeat=9)]
    expected = [lives(block[4], sum(block) - block[4]) for block in blocks]
    matrix = program.compile("life_block").matrix()
    assert (matrix[0] == torch.tensor(expected, dtype=torch.float)).all()
    assert (matrix.sum(0) == 1).all()
    for block in blocks[::37]:
        term = tuple(tuple(block[start : start + 3]) for start in (0, 3, 6))
        assert call(program, "life_block", term) == lives(block[4], sum(block) - block[4])


def below(rule: int, left: bool, me: bool, right: bool) -> bool:
    return bool(rule >> (4 * left + 2 * me + right) & 1)


def bits(rule: int) -> str:
    """A rule's number in binary, as a term."""
    return f"<{', '.join('true' if digit == '1' else 'false' for digit in f'{rule:08b}')}>"


def test_all_elementary_rules(program: Program) -> None:
    digits = torch.tensor([[float(digit) for digit in f"{rule:08b}"] for rule in range(256)])
    rules = torch.stack([digits, 1 - digits], dim=-1)
    cells = torch.eye(2)
    neuron = program.compile("elementary")
    for row in product(CELLS, repeat=3):
        left, me, right = [cells[int(not cell)] for cell in row]
        expected = [below(rule, *row) for rule in range(256)]
        assert neuron(rules, left, me, right)[:, 0].tolist() == expected
    for row in product(CELLS, repeat=3):
        assert call(program, "elementary", bits(90), *row) == below(90, *row)
        assert call(program, "elementary", "rule_110", *row) == below(110, *row)


def test_the_next_row(program: Program) -> None:
    for row in product(CELLS, repeat=5):
        shifted = [row[-1], *row[:-1]], [*row], [*row[1:], row[0]]  # the row is a ring
        expected = [below(110, *cells) for cells in zip(*shifted, strict=True)]
        assert call(program, "next_row", "rule_110", *shifted) == expected


def test_neurons_take_whole_grids(program: Program) -> None:
    """A grid is a batch of cells, and a row of cells a list."""
    grid = torch.randint(2, (12, 12), generator=torch.Generator().manual_seed(0))  # 0 is alive
    cells = torch.eye(2)[grid]
    around = [(down, right) for down, right in product((-1, 0, 1), repeat=2) if (down, right) != (0, 0)]
    neighbours = torch.stack([cells.roll(shift, (0, 1)) for shift in around], dim=2)
    count = neighbours[..., 0].sum(2)
    expected = (count == 3) | ((count == 2) & (grid == 0))
    assert torch.equal(program["life"](cells, neighbours)[..., 0], expected.float())
    rows = program["next_row rule_110"](cells.roll(1, 1), cells, cells.roll(-1, 1)).elements
    alive = [[not cell for cell in row] for row in grid.tolist()]
    for row, after in zip(alive, rows[..., 0].tolist(), strict=True):
        shifted = [row[-1], *row[:-1]], row, [*row[1:], row[0]]
        assert after == [below(110, *block) for block in zip(*shifted, strict=True)]
