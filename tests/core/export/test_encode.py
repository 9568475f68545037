"""A graph as plain data. tests/laws/test_page.py runs it."""

from __future__ import annotations

import json

import cajal_core as cajal
from cajal_core.export.encode import LABELLED, encode


def test_it_is_what_json_can_write() -> None:
    program = cajal.load(
        "space Image[3, 8, 8]\nextern net : Image -o Bool\nlearn turn : Bool -o Bool\n"
        "def f (n : Nat) (x : Image) : Bool = iter n { zero => net x | succ b => turn b }"
    )
    graph = encode(program["f"]._lowered)
    assert json.loads(json.dumps(graph))["code"] == graph["code"]
    assert graph["parameters"] == {
        "net": {"type": "Image -o Bool", "kind": "extern"},
        "turn": {"type": "Bool -o Bool", "kind": "learn"},
    }
    assert graph["types"]["Image"] == {
        "dim": 192,
        "shape": [3, 8, 8],
        "labels": list(cajal.labels(program["f"].arguments[1].type)),
        "is_data": False,
        "is_function": False,
        "image": [3, 8, 8],
        "list": None,
    }
    [loop] = [line for line in graph["code"] if line["op"] == "iterate"]
    assert [line["callee"] for line in loop["step"]] == ["turn"]


def test_places_count_as_javascript_does() -> None:
    program = cajal.load("-- 𝄞 𝄞\ndef f (x : Bool) : Bool = let y = x in y")
    graph = encode(program["f"]._lowered)
    [mark] = graph["marks"]
    [source] = graph["sources"]
    place, start, end = mark["at"]
    units = source["text"].encode("utf-16-le")
    assert (place, units[2 * start : 2 * end].decode("utf-16-le")) == (0, "x")


def test_a_large_type_is_without_its_labels() -> None:
    graph = encode(cajal.load(f"def f (n : Nat[{LABELLED + 1}]) : Nat[{LABELLED + 1}] = n")["f"]._lowered)
    assert [type["labels"] for type in graph["types"].values()] == [None]


def test_a_mark_tells_what_is_around_it_and_what_it_made() -> None:
    source = (
        "def not (x : Bool) : Bool = if x then false else true\n"
        "def f (n : Nat) : Bool = iter n { zero => true | succ b => not b }"
    )
    graph = encode(cajal.load(source)["f"]._lowered)
    by_name = {mark["name"]: mark for mark in graph["marks"]}
    assert graph["marks"][by_name["not"]["parent"]]["name"] == "b"
    [[before, last]] = by_name["not"]["made"]
    assert before < by_name["not"]["value"] <= last
