"""What is said of a box."""

from __future__ import annotations

from typing import Any

import cajal_core as cajal
from cajal_kernel.views.graph.details import Details
from cajal_kernel.views.graph.levels import NeuronGraph


def details(program: cajal.Program, term: str, depth: int = 9) -> tuple[NeuronGraph, Details, dict[str, Any]]:
    graphs = NeuronGraph(term, program[term])
    made = Details(graphs)
    levels = {level: made.of([graphs.to_depth(level, depth)], level) for level in ("written", "run")}
    return graphs, made, levels


def lit(graphs: NeuronGraph, box: dict[str, Any]) -> str:
    source, start, end = box["at"]
    return graphs.programs["written"].graph["sources"][source]["text"][start:end]


def test_a_box_that_runs_has_its_code_and_another_says_where_it_runs(program: cajal.Program) -> None:
    graphs, _, boxes = details(program, "even")
    run = next(box for box in boxes["run"].values() if box["title"] == "lookup table")
    assert run["code"] in graphs.neuron.code
    assert run["runs"] == []
    inside = next(box for box in boxes["written"].values() if box["title"] == "if x")
    assert inside["runs"] == [int(run["values"][0][1:])]
    assert inside["code"] == run["code"]


def test_a_box_that_runs_names_the_operations_that_it_stands_for(program: cajal.Program) -> None:
    _, _, boxes = details(program, "read")
    table = next(box for box in boxes["run"].values() if box["title"] == "lookup table")
    assert table["folds"] == ["if x", "if x"]
    turn = next(box for box in boxes["run"].values() if box["title"] == "turn")
    assert turn["folds"] == []
    _, _, boxes = details(program, "nested")
    folds = next(box for box in boxes["run"].values() if box["title"] == "lookup table")["folds"]
    assert sorted(folds) == ["if x", "if x", "if x", "if x", "iter j", "iter k"]


def test_the_place_of_a_box_is_where_it_is_written(program: cajal.Program) -> None:
    graphs, _, boxes = details(program, "nested", 0)
    by_title = {box["title"]: lit(graphs, box) for box in boxes["written"].values() if box["at"]}
    assert by_title["xor"] == "xor true (not j)"
    assert by_title["k"].startswith("iter n {")
    assert boxes["written"]["v1"]["at"] is None  # an input


def test_matrices_are_sent_as_numbers_one_behind_the_other(program: cajal.Program) -> None:
    _, made, boxes = details(program, "even")
    numbers = made.arrays()["matrices"]
    for level in boxes.values():
        for box in level.values():
            if weights := box.get("weights"):
                size = len(weights["rows"]) * len(weights["columns"])
                assert weights["start"] + size <= len(numbers)
    table = next(box for box in boxes["run"].values() if box["title"] == "lookup table")["weights"]
    start = table["start"]
    assert numbers[start : start + 20].tolist() == program["even"].matrix().flatten().tolist()
    assert table["names"] == ["n"]


def test_a_network_shows_its_modules(program: cajal.Program) -> None:
    _, _, boxes = details(program, "read")
    odd = next(box for box in boxes["run"].values() if box["title"] == "odd")
    assert "Linear(in_features=24" in odd["structure"]


def test_a_copy_is_named_by_its_variable_where_a_matrix_reads_it(program: cajal.Program) -> None:
    _, _, boxes = details(program, r"\x:Bool. copy x as (a, b) in xor a b")
    names = [box["weights"]["names"] for box in boxes["written"].values() if "weights" in box]
    assert ["x"] in names
    assert not any("each of" in name for each in names for name in each)
