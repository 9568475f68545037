"""`use graphs`, beside networkx and plain Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import product
from random import Random
from typing import Any

import networkx as nx
import pytest
import torch

from cajal_core import Program
from tests.library.values import call, counts, nested

NODES = ("N1", "N2", "N3", "N4")
DIAMOND: nx.DiGraph[Any] = nx.DiGraph([("N1", "N2"), ("N1", "N3"), ("N2", "N4"), ("N3", "N4")])
FAR = 15
SETS = [*product((True, False), repeat=4)]


@pytest.fixture
def program(library: Callable[[str], Program]) -> Program:
    return library("graphs")


@pytest.fixture
def open_program() -> Program:
    """A program whose edges are given in Python: a graph is a matrix, of a column for each node."""
    program = Program()
    program.run("use graphs\nextern edge : Node -o Node\nextern between : Node -o Node -o Bool")
    return program


def graphs() -> list[nx.DiGraph[Any]]:
    random = Random(0)
    densities = [random.choice([0.2, 0.4, 0.7]) for _ in range(40)]
    return [
        nx.DiGraph(nx.gnp_random_graph(4, density, seed, directed=True))
        for seed, density in enumerate(densities)
    ]


def adjacency(graph: nx.DiGraph[Any]) -> torch.Tensor:
    """At row v and column u, whether an edge leads from u to v."""
    return torch.tensor(nx.to_numpy_array(graph, nodelist=sorted(graph)).T, dtype=torch.float)


def ends(graph: nx.DiGraph[Any], length: int, start: str) -> Counter[str]:
    """The ends of all walks of so many edges."""
    walks = Counter([start])
    for _ in range(length):
        walks = Counter([end for node in walks.elements() for end in graph.successors(node)])
    return walks


def test_walks_of_the_diamond(program: Program) -> None:
    for length, start in product(range(4), NODES):
        assert counts(call(program, "walks diamond", length, start)) == ends(DIAMOND, length, start)


def test_walks_of_any_graph(open_program: Program) -> None:
    for graph in graphs():
        matrix = adjacency(graph)
        neuron = open_program.compile("walks edge", link={"edge": matrix})
        for length in range(4):
            count = torch.eye(10)[length]
            assert torch.equal(neuron(count, torch.eye(4)).T, torch.linalg.matrix_power(matrix, length))


def test_the_transitive_closure(program: Program, open_program: Program) -> None:
    closed = nx.DiGraph(nx.transitive_closure(DIAMOND, reflexive=True))
    for start in NODES:
        assert {*counts(call(program, "reachable diamond", start))} == {*closed.successors(start)}
    for graph in graphs():
        matrix = open_program.compile("reachable edge", link={"edge": adjacency(graph)}).matrix()
        assert torch.equal(
            matrix > 0, adjacency(nx.DiGraph(nx.transitive_closure(graph, reflexive=True))) > 0
        )


def test_edges_between_two_nodes(program: Program) -> None:
    for start, end in product(NODES, repeat=2):
        assert call(program, "linked", start, end) == DIAMOND.has_edge(start, end)


def successors(nodes: tuple[bool, ...]) -> tuple[bool, ...]:
    members = [node for node, is_member in zip(NODES, nodes, strict=True) if is_member]
    return tuple([any(DIAMOND.has_edge(member, node) for member in members) for node in NODES])


def test_sets_of_nodes(program: Program) -> None:
    for nodes in SETS:
        following = successors(nodes)
        assert call(program, "successors linked", nodes) == nested(*following)
        for node, is_entered in zip(NODES, following, strict=True):
            assert call(program, "entered linked", nodes, node) == is_entered
    for left, right in product(SETS, repeat=2):
        both = [*zip(left, right, strict=True)]
        assert call(program, "union", left, right) == nested(*[a or b for a, b in both])
        assert call(program, "without", left, right) == nested(*[a and not b for a, b in both])


def basis(nodes: tuple[bool, ...]) -> torch.Tensor:
    """The vector of a set of nodes, in the shape of its type."""
    place = tuple([int(not is_member) for is_member in nodes])
    vector = torch.zeros(2, 2, 2, 2)
    vector[place] = 1
    return vector


def test_breadth_first_search_of_any_graph(open_program: Program) -> None:
    """After d steps exactly the nodes at distance d are the latest."""
    step = open_program.compile("search between")
    for graph in graphs():
        is_edge = adjacency(graph)  # a function to functions is a matrix: (whether, to), from
        between = torch.stack([is_edge, 1 - is_edge]).reshape(8, 4)
        distance = nx.single_source_shortest_path_length(graph, 0)
        step.link({"between": between})
        state = torch.einsum("abcd,efgh->abcdefgh", *2 * [basis((True, False, False, False))])
        for steps in range(1, 4):
            state = step(state.reshape(16, 16)).reshape(8 * [2])
            visited = basis(tuple([distance.get(node, 9) <= steps for node in range(4)]))
            latest = basis(tuple([distance.get(node, 9) == steps for node in range(4)]))
            assert torch.equal(state, torch.einsum("abcd,efgh->abcdefgh", visited, latest))


def test_sums_and_the_smaller_of_distances(program: Program) -> None:
    for name, expected in {"plus": lambda m, n: min(m + n, FAR), "nearer": min}.items():
        table = program.compile(name).matrix().reshape(16, 16, 16)  # the result, the second, the first
        for m, n in product(range(16), repeat=2):
            assert torch.equal(table[:, n, m], torch.eye(16)[expected(m, n)])
        for m, n in product(range(0, 16, 3), range(1, 16, 2)):
            assert call(program, name, m, n) == expected(m, n)


def test_an_edge_is_relaxed(program: Program) -> None:
    for old, start, length in product(range(0, 16, 3), repeat=3):
        assert call(program, "relax", old, start, length) == min(old, start + length)


def test_the_algorithm_of_bellman_and_ford_at_all_nodes_of_many_graphs(program: Program) -> None:
    random, some = Random(2), graphs()
    lengths = torch.full((len(some), 4, 4), FAR)  # of a graph, to a node, from a node
    for index, graph in enumerate(some):
        for start, end in graph.edges:
            graph.edges[start, end]["weight"] = lengths[index, end, start] = random.randrange(7)
    found = torch.tensor([0, FAR, FAR, FAR]).expand(len(some), 4)
    arrive, basis = program.compile("arrive"), torch.eye(16)
    for _ in range(3):
        sources = [basis[found[:, node]].unsqueeze(1) for node in range(4)]
        edges = [basis[lengths[:, :, node]] for node in range(4)]
        found = arrive(basis[found], *sources, *edges).argmax(-1)
    for graph, row in zip(some, found.tolist(), strict=True):
        expected = nx.single_source_bellman_ford_path_length(graph, 0)
        assert row == [min(expected.get(node, FAR), FAR) for node in range(4)]
