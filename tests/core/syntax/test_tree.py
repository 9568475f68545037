"""The children of nodes are all nodes in their fields."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any, get_args

import pytest

from cajal_core.base.source import Source
from cajal_core.syntax import tree
from cajal_core.syntax.parse import parse

PROGRAMS = sorted((Path(__file__).parents[2] / "programs").glob("*.cajal"))

EVERY_FORM = r"""
extern f : Bool * Unit -o Nat[3]
learn w : Image
space Image[2]
data Side = North | South
def g (!h : Bool -o Bool) (x : Bool) : Nat = iter 3 { zero => zero | succ y => succ y }
\s. \p:Bool * Bool. case s { North => let (a, b) = p in a b | South => let c = p in (c : Bool) }
copy true as (x, y) in drop x in if y then () else (1, North)
type Pairs = List[3] (Bool * Nat) ^ 2 & Unit
use logic
use nat (add, mul)
data Shape = Dot | Box Nat[4] (Bool -o Bool) List Nat
def h (x _ (a, b) : Bool * Bool) (!f g : Nat) : Bool & Nat =
  <x, fail, nil>.2.1 <|> \_ (c, d). cons c [d, [], x]
let (x, _, z) : Bool * Nat * Nat = case s { () => a | _ => b } in
  case t { Box n _ (a, b) => true | 3 => x | succ m => y | cons x (y, _) => z | nil => a | (a, b) => c }
fold [(x, y) | x in xs, (y, _) in f ys] { nil => dict ks vs | cons x (a, b) => iter { x | (a, _) -> a } 3 }
fold xs { nil => copy x as (a, b, c) in a | snoc _ x => x } <|> true <|> let y = z in y
"""


def walked(node: tree.Node) -> list[tree.Node]:
    return [node, *(inner for child in tree.children(node) for inner in walked(child))]


def in_fields(node: Any) -> list[Any]:
    values = [getattr(node, field.name) for field in dataclasses.fields(node) if field.name != "span"]
    nodes = [inner for value in values for inner in (value if isinstance(value, tuple) else [value])]
    return [inner for inner in nodes if dataclasses.is_dataclass(inner)]


@pytest.mark.parametrize("text", [EVERY_FORM, *[path.read_text(encoding="utf-8") for path in PROGRAMS]])
def test_children_are_the_nodes_in_the_fields(text: str) -> None:
    for item in parse(Source("cell", text)):
        for node in walked(item):
            assert sorted(map(repr, tree.children(node))) == sorted(map(repr, in_fields(node)))


def test_every_kind_of_node_is_walked() -> None:
    kinds = {type(node) for item in parse(Source("cell", EVERY_FORM)) for node in walked(item)}
    assert kinds == {*get_args(tree.Node)}
