"""The notebook of algorithms: what it says is true, for more inputs than it shows; its page has its programs.

Its Cajal cells and the functions of its Python cells run here without a kernel, so tests use the code that is
shown.
"""

from __future__ import annotations

import ast
import itertools
import random
import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import networkx as nx
import pytest
import torch
from nbformat import NotebookNode

import cajal_core as cajal
from tests import test_docs
from tests.notebooks import running

NAME = "05_algorithms.ipynb"
PAGE = running.ROOT / "docs" / "algorithms.md"
CHUNK = 4096


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> NotebookNode:
    """The notebook, run here."""
    return running.fresh(NAME, tmp_path_factory.mktemp("algorithms"))


@pytest.fixture(scope="module")
def shown() -> Any:
    """The notebook's program, and the functions and imports of its Python cells."""
    names: dict[str, Any] = {"program": cajal.Program()}
    for cell in running.code(running.saved(NAME)):
        if not cell.source.startswith("%%python"):
            names["program"].run(cell.source)
            continue
        body = ast.parse(cell.source.removeprefix("%%python\n")).body
        kept = [node for node in body if isinstance(node, (ast.Import, ast.ImportFrom, ast.FunctionDef))]
        exec(compile(ast.Module([*kept], []), NAME, "exec"), names)
    names["program"].run("def sum_of (xs ys : List Bool) : Number = digits plus xs ys")
    names["program"].run("def difference (xs ys : List Bool) : Number = digits minus xs ys")
    torch.manual_seed(0)
    random.seed(0)
    names["visit"] = names["program"].compile("visit")
    names["relax"] = names["program"].compile("relax", nat_size=64, overflow="saturate")
    return SimpleNamespace(**names)


def programs(notebook: NotebookNode) -> dict[int, str]:
    """The source of each numbered program."""
    found: dict[int, str] = {}
    number = 0
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            heading = re.match(r"## (\d+)\. ", cell.source)
            number = int(heading[1]) if heading else 0
        elif number and not cell.source.startswith("%%python"):
            found[number] = cell.source
    return found


def pairs(count: int, most: int = 2**20) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """All pairs of numbers of so many bits, some thousands at a time; random ones if all are too many."""
    numbers = torch.arange(2**count)
    every = torch.cartesian_prod(numbers, numbers)
    x, y = (every if len(every) <= most else every[torch.randint(len(every), (most,))]).T
    yield from zip(x.split(CHUNK), y.split(CHUNK), strict=True)


# What is shown


@pytest.mark.slow
def test_it_runs_without_errors(notebook: NotebookNode) -> None:
    assert running.unexpected_errors(notebook) == []


@pytest.mark.slow
def test_what_it_compares_is_the_same(notebook: NotebookNode) -> None:
    texts = "\n".join(text for cell in running.code(notebook) for text in running.texts(cell))
    for claim in (
        "4,096 bits, all right: True",
        "as Python's re says: True",
        "500 formulas, all right: True",
        "the glider is back: True",
        "grids of five sizes, all right: True",
        "as networkx says: True",
        "as counted: True",
        "all brackets match: True\nsome match with one taken out: False",
        "32 bits: True True True",
        "1000000007 // 99999989 = 10 ",
        "exact at 32 bits: True",
        "from 3 × 3 to 15 × 15: True",
        "searches 20 and shortest ways 20",
        "reverse: as a map 0.0",
        "rotate: as a map 0.0",
    ):
        assert claim in texts
    share = re.search(r"sums (\d+)\.\d%, digits (\d+)", texts)
    assert share and int(share[1]) > 70 and int(share[2]) > 80


def test_twelve_programs_have_at_most_twelve_lines() -> None:
    found = programs(running.saved(NAME))
    assert sorted(found) == list(range(1, 13))
    for number, source in found.items():
        assert len([line for line in source.splitlines() if line.strip()]) <= 12, number


def test_the_page_has_the_programs_of_the_notebook() -> None:
    page = PAGE.read_text(encoding="utf-8")
    cells = {block.text.strip() for block in test_docs.blocks(page) if block.mark == "cajal"}
    for cell in running.code(running.saved(NAME)):
        if not cell.source.startswith("%%python"):
            assert cell.source.strip() in cells


# More inputs than it shows


def test_sums_of_digits_that_are_certain(shown: Any) -> None:
    """An image here has its digit as a basis vector in its first pixels, so the network is a slice."""
    certain = torch.zeros(10, 64)
    certain[:, :10] = torch.eye(10)
    certain = certain.view(10, 8, 8)

    def digit(image: torch.Tensor) -> torch.Tensor:
        return image.flatten(1)[:, :10]

    a, b = torch.cartesian_prod(torch.arange(10), torch.arange(10)).T
    sums = shown.program.compile("sum", link={"digit": digit})
    assert torch.equal(sums(certain[a], certain[b]), shown.codes(a + b, 19))

    x, y = torch.randint(10, (2, 20, 99))
    digits, carry = shown.added(x, y)
    likelihood = shown.program.compile("sums", link={"digit": digit})
    right = likelihood(certain[x], certain[y], shown.codes(digits, 10))
    assert torch.equal(right, shown.truth(carry == 1))
    digits[:, 50] = (digits[:, 50] + 1) % 10
    assert not likelihood(certain[x], certain[y], shown.codes(digits, 10)).any()


@pytest.mark.parametrize("count", range(2, 11))
def test_permutation_of_all_inputs(shown: Any, count: int) -> None:
    orders = torch.tensor(list(itertools.permutations(range(count)))) if count < 6 else None
    if orders is None:
        orders = torch.stack([torch.randperm(count) for _ in range(20)])
    neuron = shown.program.compile("permute", nat_size=count)
    bits = shown.to_bits(torch.arange(2**count), count)
    for order in orders:
        assert torch.equal(neuron(shown.codes(order, count).T, bits.mT).mT, bits[:, order])


@pytest.mark.slow
@pytest.mark.parametrize("count", range(1, 11))
def test_sum_and_difference_of_all_inputs(shown: Any, count: int, trials: Callable[[int, int], int]) -> None:
    add, subtract = (shown.program.compile(name, nat_size=count + 1) for name in ("sum_of", "difference"))
    for x, y in pairs(count, trials(2**16, 2**20)):
        xs, ys = shown.to_bits(x, count), shown.to_bits(y, count)
        assert torch.equal(shown.to_numbers(add(xs, ys).mT), x + y)
        assert torch.equal(shown.to_numbers(subtract(xs, ys).mT), (x - y) % 2 ** (count + 1))


@pytest.mark.slow
@pytest.mark.parametrize("count", range(1, 11))
def test_a_step_of_multiplication_for_all_its_inputs(
    shown: Any, count: int, trials: Callable[[int, int], int]
) -> None:
    """A product is such steps, one a bit, so all products are right where all steps are."""
    step = shown.program.compile("shift_add", nat_size=count + 1)
    for x, y in pairs(count, trials(2**16, 2**20)):
        for bit in (False, True):
            added = step(shown.truth(torch.tensor([bit])), shown.to_bits(x, count), shown.to_bits(y, count))
            assert torch.equal(shown.to_numbers(added.mT), x + y * bit)


@pytest.mark.parametrize("count", range(1, 7))
def test_products_of_all_inputs(shown: Any, count: int) -> None:
    step = shown.program.compile("shift_add", nat_size=count + 1)
    for x, y in pairs(count):
        assert torch.equal(shown.multiply(step, x, y, count), x * y)


@pytest.mark.slow
def test_a_thousand_inputs_of_32_bits(shown: Any) -> None:
    compiled, count = shown.program.compile, 32
    x, y = torch.randint(2**count, (2, 1000))
    xs, ys = shown.to_bits(x, count), shown.to_bits(y, count)
    order = torch.randperm(count)
    permute = compiled("permute", nat_size=count)
    assert torch.equal(permute(shown.codes(order, count).T, xs.mT).mT, xs[:, order])
    assert torch.equal(shown.to_numbers(compiled("sum_of", nat_size=33)(xs, ys).mT), x + y)
    assert torch.equal(shown.multiply(compiled("shift_add", nat_size=33), x, y, count), x * y)


def sbn_is_right(shown: Any, words: torch.Tensor, a: int, b: int, count: int) -> bool:
    step = shown.program.compile("sbn", nat_size=count + 1)
    memory = step(shown.codes(a, 4), shown.codes(b, 4), shown.to_planes(words, count))
    planes = memory.reshape(len(words), 16, count + 1).mT[:, :count].unflatten(-1, (8, 2))
    negative = shown.program.compile("negative", nat_size=count + 1)(shown.codes(b, 4), planes)
    expected = words.clone()
    expected[:, b] = (words[:, b] - words[:, a]) % 2**count
    below = expected[:, b] >= 2 ** (count - 1)
    return torch.equal(shown.to_words(planes), expected) and torch.equal(shown.is_true(negative), below)


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 2, 3])
def test_sbn_with_all_memories_and_addresses(shown: Any, count: int) -> None:
    words = torch.cartesian_prod(*[torch.arange(2**count)] * 4)
    for a, b in itertools.product(range(4), repeat=2):
        assert sbn_is_right(shown, words, a, b, count)


@pytest.mark.slow
@pytest.mark.parametrize("count", [10, 32])
def test_sbn_with_a_thousand_memories(shown: Any, count: int) -> None:
    for words in torch.randint(2**count, (1008, 4)).split(63):
        a, b = random.randrange(4), random.randrange(4)
        assert sbn_is_right(shown, words, a, b, count)


@pytest.mark.slow
def test_searches_and_shortest_ways_of_random_graphs(shown: Any, trials: Callable[[int, int], int]) -> None:
    for seed in range(trials(20, 200)):
        graph = nx.gnp_random_graph(random.randint(2, 12), random.uniform(0.1, 0.4), seed=seed, directed=True)
        for edge in graph.edges.values():
            edge["weight"] = random.randint(0, 5)
        assert shown.levels(graph, shown.searched) == nx.single_source_shortest_path_length(graph, 0)
        assert shown.shortest(graph) == nx.single_source_bellman_ford_path_length(graph, 0)


# As it is saved


@pytest.mark.slow
def test_it_is_saved_as_it_comes_out(notebook: NotebookNode) -> None:
    assert running.differences(running.saved(NAME), notebook) == []


def test_it_is_saved_executed_and_static() -> None:
    running.check_saved(running.saved(NAME))
