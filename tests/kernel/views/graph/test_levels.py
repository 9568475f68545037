"""A neuron at its two levels."""

from __future__ import annotations

import pytest

import cajal_core as cajal
from cajal_kernel.views.graph import levels
from cajal_kernel.views.graph.levels import NeuronGraph


def test_definitions_open_to_a_depth_or_singly(program: cajal.Program) -> None:
    graphs = NeuronGraph("f", program[r"\a:Bool. \b:Bool. xor a (not b)"])
    sizes = [len(graphs.to_depth("written", depth).clusters) for depth in range(3)]
    assert sizes == [0, 2, 3]
    [_, outer] = [box.id for box in graphs.to_depth("written", 0).boxes if box.opens]
    opened = graphs.graph("written", lambda call: call.id == outer)
    assert [cluster.title for cluster in opened.clusters] == ["xor"]
    assert [box.title for box in opened.boxes if box.opens] == ["not", "not"]


def test_a_drawing_says_what_it_shows(program: cajal.Program) -> None:
    graphs = NeuronGraph("even", program["even"])
    [drawing] = graphs.drawings([("run", 0, graphs.to_depth("run", 0))]) or []
    assert "<title>Graph of even as run, 3 boxes: n, lookup table, result</title>" in drawing.svg


def test_there_is_no_drawing_where_graphviz_gives_up(
    program: cajal.Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(levels, "placed", lambda _: None)
    graphs = NeuronGraph("even", program["even"])
    assert graphs.drawings([("run", 0, graphs.to_depth("run", 0))]) is None
