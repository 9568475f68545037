"""Boxes and wires of a program, with its definitions open or closed."""

from __future__ import annotations

from collections.abc import Callable

import cajal_core as cajal
from cajal_kernel.views.graph.model import Graph

Drawn = Callable[..., Graph]


def titles(graph: Graph) -> list[str]:
    return [box.title for box in graph.boxes]


def wires(graph: Graph) -> list[tuple[str, str, int]]:
    names = {box.id: box.title for box in graph.boxes}
    return [(names[wire.source], names[wire.target], wire.port) for wire in graph.wires]


def test_a_closed_definition_is_a_box_and_an_open_one_a_cluster(graph: Drawn) -> None:
    closed, half, opened = (graph(r"\a:Bool. \b:Bool. xor a b", depth) for depth in range(3))
    assert titles(closed) == ["a", "b", "xor", "result"]
    assert wires(closed) == [("a", "xor", 0), ("b", "xor", 1), ("xor", "result", 0)]
    assert titles(half) == ["a", "b", "not", "if x", "result"]
    assert [cluster.title for cluster in half.clusters] == ["xor"]
    assert [cluster.title for cluster in opened.clusters] == ["xor", "not"]
    assert opened.clusters[1].outer == opened.clusters[0].id
    assert titles(opened) == ["a", "b", "if x", "if x", "result"]


def test_a_constant_stands_at_its_port(graph: Drawn) -> None:
    [box] = [box for box in graph("not").boxes if box.kind == "operation"]
    assert [(port.label, port.constant) for port in box.ports] == [
        ("", ""),
        ("true", "false"),
        ("false", "true"),
    ]
    assert wires(graph("not")) == [("x", "if x", 0), ("if x", "result", 0)]


def test_many_branches_are_counted(program: cajal.Program, graph: Drawn) -> None:
    names = [f"C{place}" for place in range(20)]
    program.run(f"data Many = {' | '.join(names)}")
    arms = " | ".join(f"{name} => {names[-1 - place]}" for place, name in enumerate(names))
    [box] = [box for box in graph(f"\\m:Many. case m {{ {arms} }}").boxes if box.kind == "operation"]
    assert box.note == "20 branches"
    assert len(box.ports) == 21
    assert {port.label or port.constant for port in box.ports} == {""}


def test_a_recurrence_is_a_cluster_with_a_wire_back(graph: Drawn) -> None:
    made = graph("even")
    [loop, call] = made.clusters
    assert (loop.kind, loop.title, call.outer) == ("iter", "iter, state b", loop.id)
    [back] = [wire for wire in made.wires if wire.back]
    state = next(box for box in made.boxes if box.kind == "state")
    assert (back.target, back.text, state.path) == (state.id, "Bool · 2", (loop.id,))
    assert [port.constant for port in state.ports] == ["true", ""]
    total = next(box for box in made.boxes if box.kind == "sum")
    assert [wire.source for wire in made.wires if wire.target == total.id] == ["v1", state.id]
    assert made.boxes.index(total) > made.boxes.index(next(box for box in made.boxes if box.title == "if x"))


def test_wires_into_a_closed_definition_inside_a_step(graph: Drawn) -> None:
    made = graph("even", 0)
    assert ("b", "not", 0) in wires(made)
    [back] = [wire for wire in made.wires if wire.back]
    assert next(box for box in made.boxes if box.id == back.source).title == "not"


def test_every_operand_that_runs_is_a_wire_or_a_constant(graph: Drawn) -> None:
    made = graph("nested")
    for box in made.boxes:
        ports = {wire.port for wire in made.wires if wire.target == box.id}
        constants = {place for place, port in enumerate(box.ports) if port.constant}
        assert ports | constants == {*range(len(box.ports))}
        assert not ports & constants


def test_the_program_that_runs_shows_what_folding_did(graph: Drawn) -> None:
    assert titles(graph("even", written=False)) == ["n", "lookup table", "result"]


def test_operations_have_plain_names(graph: Drawn) -> None:
    made = graph(r"\x:Bool. \n:Nat[4]. \b:Bool. drop x in (succ n, turn b)")
    assert [box.title for box in made.boxes if box.kind == "operation"] == [
        "succ: n + 1",
        "pair: outer product",
        "Σ weight[i] · vector",
    ]
    assert [port.label for port in made.boxes[-2].ports] == ["weight", "vector"]
    choices = graph(r"\f:Bool -o Bool. \x:Bool. if f x then false else true").boxes
    assert [box.title for box in choices if box.kind == "operation"] == ["if f x"]


def test_a_constant_program_is_one_box(graph: Drawn) -> None:
    assert wires(graph("true")) == [("true", "result", 0)]


def test_callees_have_boxes_of_their_own_kind(graph: Drawn) -> None:
    kinds = {
        box.title: box.kind
        for box in graph(r"\f:Bool -o Bool. \i:Image. \x:Bool. xor (f (turn x)) (odd i)").boxes
    }
    assert (kinds["f"], kinds["turn"], kinds["odd"]) == ("argument", "learn", "extern")


def test_a_graph_of_too_many_boxes_is_cut_and_counts_the_rest(graph: Drawn) -> None:
    whole = graph("nested")
    made = graph("nested", most=5)
    assert len(made.boxes) == 5
    assert made.left_out == len(whole.boxes) - 5
    assert made.boxes[-1].kind == "result"
    ids = {box.id for box in made.boxes}
    assert all({wire.source, wire.target} <= ids for wire in made.wires)
