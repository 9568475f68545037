"""Lists that are held apart as plain data: arguments, and what networks answer."""

from __future__ import annotations

import torch

import cajal_core as cajal

HEAD = """
extern f : Bool -o Bool
extern l : Bool -o List[3] Bool
"""


def test_a_list_is_one_vector() -> None:
    program = cajal.Program()
    program.run(HEAD + "def t (xs : List[4] Bool) : List[4] Bool = [f x | x in xs]")
    program.link(f=lambda x: torch.softmax(2 * x, -1))
    elements = torch.rand(3, 2, 2)
    portable = program["t"].portable(cajal.Sequence(elements, torch.tensor([2, 1, 0])))
    (vector,) = portable.inputs
    assert vector is not None
    assert vector.shape == (3, 4 * 2 + 5)
    assert torch.equal(vector[0, :4], elements[0].flatten().double())
    assert not vector[0, 4:8].any()
    assert vector[:, 8:].argmax(-1).tolist() == [2, 1, 0]
    (answers,) = portable.answers.values()
    assert answers.shape == (1, 3, 4 * 2)  # for each element
    about = portable.graph["types"]["List[4] Bool, held apart"]
    assert about["labels"][:3] == ["1: true", "1: false", "2: true"]
    assert about["labels"][-1] == "length 4"


def test_a_list_that_a_network_returns_is_one_vector_too() -> None:
    program = cajal.Program()
    program.run(HEAD + "def t (b : Bool) : Bool = fold l b { nil => true | snoc y x => if x then y else y }")
    program.link(l=lambda x: cajal.Sequence(x.unsqueeze(-2), torch.ones(x.shape[:-1], dtype=torch.long)))
    value = torch.rand(2, 2)
    (answers,) = program["t"].portable(value).answers.values()
    assert answers.shape == (1, 2, 3 * 2 + 4)
    assert torch.equal(answers[0, :, :2], value.double())
    assert answers[0, :, 6:].tolist() == [[0, 1, 0, 0]] * 2
