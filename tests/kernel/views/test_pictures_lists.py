"""Every picture of programs with lists, alternatives, choice and dictionaries."""

from __future__ import annotations

import pytest
import torch

import cajal_core as cajal
from cajal_kernel.errors import MagicError
from cajal_kernel.views.picture import Picture, Subject
from cajal_kernel.views.pictures import PICTURES

SOURCE = """
def parity (xs : List[64] Bool) : Bool =
  fold xs { nil => false | cons x y => if x then (if y then false else true) else y }
def last (xs : List[64] Bool) : Bool = fold xs { nil => true | snoc y x => drop y in x }
def nots (xs : List[64] Bool) : List[64] Bool = [if x then false else true | x in xs]
def joined (xs ys : List[3] Bool) : List[3] Bool =
  [if x then y else (drop y in fail) | x in xs, y in ys]
def back (xs : List[3] Bool) : List[3] Bool = fold xs { nil => nil | snoc y x => cons x y }
def reverse (s : Bool ^ 3) : Bool ^ 3 = <s.3, s.2, s.1>
data Node = N1 | N2 | N3
def edge (v : Node) : Node = case v { N1 => N2 <|> N3 | N2 => N3 | N3 => fail }
def keyed (ks vs : Bool ^ 2) (k : Bool) : Bool = dict ks vs k
extern net : Bool -o Bool -o Bool
extern many : List[4] Bool -o List[4] Bool
def opaque (xs : List[8] Bool) : Bool = fold xs { nil => true | cons x y => net x y }
def through (xs : List[4] Bool) : List[4] Bool = [if x then false else true | x in many xs]
space Image[4, 4]
extern see : Image -o Bool
def seen (xs : List[5] Image) : Bool =
  fold xs { nil => true | snoc y x => if see x then y else (drop y in false) }
"""
FOLDS = ("parity", "last", "back", "opaque", "seen")


@pytest.fixture(scope="module")
def program() -> cajal.Program:
    program = cajal.load(SOURCE)
    program.link(
        net=lambda x, y: torch.softmax(x - y, -1),
        many=lambda lists: lists,
        see=lambda image: torch.softmax(image.flatten(-2)[..., :2], -1),
    )
    return program


def pictures(program: cajal.Program, name: str, view: str, *inputs: object) -> list[Picture]:
    return list(PICTURES[view](Subject(name, program[name], inputs)))


@pytest.mark.parametrize("view", ["explorer", "graph", "trace"])
@pytest.mark.parametrize("name", [*FOLDS, "nots", "joined", "reverse", "edge", "keyed", "through"])
def test_each_has_each_picture(program: cajal.Program, name: str, view: str) -> None:
    [picture] = pictures(program, name, view)
    assert picture.live is not None
    assert name in picture.text
    assert len(picture.html) < 300_000


@pytest.mark.parametrize("name", FOLDS)
def test_each_fold_has_dynamics(program: cajal.Program, name: str) -> None:
    [picture] = pictures(program, name, "dynamics")
    assert f"{name} : fold" in picture.text
    assert picture.live
    [run] = picture.live.spec["runs"]
    assert run["steps"] == 4
    assert "no one matrix" in run["eigen"]["reason"]


def test_the_states_stand_beside_what_was_read(program: cajal.Program) -> None:
    [picture] = pictures(program, "parity", "dynamics")
    assert picture.text.splitlines()[1:] == [
        "state y : Bool, 3 steps, from the last element to the first; xs = [true, false, true]",
        "step │ true false │ weight │ reads",
        "─────┼────────────┼────────┼──────",
        "   0 │    ·     1 │      · │",
        "   1 │    1     · │      · │ true",
        "   2 │    1     · │      · │ false",
        "   3 │    ·     1 │      1 │ true",
        "Σ weight · state = false",
    ]
    assert "The first step reads true, the last true." in picture.html


def test_a_page_asks_for_the_states_of_another_list(program: cajal.Program) -> None:
    [picture] = pictures(program, "last", "dynamics")
    assert picture.live
    assert picture.live.answer
    vector = [0.0] * 193
    for place, entry in enumerate([0, 0, 0, 0, 1]):  # true four times, then false
        vector[2 * place + entry] = 1.0
    vector[128 + 5] = 1.0
    answer = picture.live.answer({"inputs": {"0": vector}})
    [run] = answer.spec["runs"]
    assert (run["steps"], run["order"]) == (6, "snoc")
    assert answer.arrays["states0"].reshape(6, 2)[-1].tolist() == [0, 1]
    assert answer.arrays["read0 0"][3:].tolist() == [[1, 0], [0, 1]]


def test_a_page_asks_a_network_about_another_list(program: cajal.Program) -> None:
    [picture] = pictures(program, "opaque", "explorer")
    assert picture.live
    assert picture.live.answer
    vector = [0.75, 0.25, *[0.0] * 14, 0.0, 1.0, *[0.0] * 7]
    answers = picture.live.answer({"inputs": [vector]}).arrays
    expected = program["opaque"](torch.tensor([[0.75, 0.25]]))
    [answer] = answers.values()
    torch.testing.assert_close(torch.tensor(answer[-1, 0]).float(), expected)


def test_lists_of_several_lengths_have_no_one_row_of_states(program: cajal.Program) -> None:
    mixed = cajal.Sequence(torch.eye(2), torch.tensor([0.0, 0.5, 0.5]))
    for view in ("explorer", "dynamics"):
        with pytest.raises(cajal.CajalError, match="runs once for each length"):
            pictures(program, "opaque", view, mixed)
    [trace] = pictures(program, "opaque", "trace", mixed)
    assert "no step" in trace.text
    [picture] = pictures(program, "parity", "dynamics", mixed)
    assert "xs = [true, false] with lengths 1: 0.5, 2: 0.5" in picture.text


def test_an_empty_batch_of_lists_is_refused(program: cajal.Program) -> None:
    with pytest.raises(MagicError, match="the batch of `xs` is empty"):
        pictures(program, "parity", "explorer", torch.zeros(0, 3, 2))
    [picture] = pictures(program, "parity", "trace", torch.zeros(1, 0, 2))
    assert picture.text.splitlines()[-1].split()[-1] == "false"


def test_the_result_may_be_a_list(program: cajal.Program) -> None:
    [picture] = pictures(program, "nots", "trace")
    assert picture.text.splitlines()[-1].endswith("[false, true, false]")
    assert "length 3" in picture.html
    assert picture.live
    assert picture.live.spec["result_type"] == "List[64] Bool, held apart"
