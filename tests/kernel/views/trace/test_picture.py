"""The picture of one run, in all of its forms."""

from __future__ import annotations

import pytest
import torch

import cajal_core as cajal
from cajal_kernel.errors import MagicError
from cajal_kernel.views.picture import Subject
from cajal_kernel.views.trace.picture import neuron_trace, trace_picture
from tests.kernel.views.conftest import Page


def test_a_trace_has_every_named_value(program: cajal.Program) -> None:
    picture = neuron_trace(Subject("<p>", program["let (x, y) = (true, 3) in (not x, y)"], prefix=""))
    page = Page(picture.html)
    assert page.text.startswith("<p> : Bool * Nat")
    assert [line.split()[1:3] for line in picture.text.split("\n")[1:]] == [
        ["let", "x"],
        ["let", "y"],
        ["call", "not"],
        ["condition", "if"],
        ["Bool", "*"],
    ]
    assert picture.live is not None
    assert [mark["name"] for mark in picture.live.spec["marks"]] == ["x", "y", "if x", "not"]


def test_a_function_runs_on_what_an_explorer_begins_with(program: cajal.Program) -> None:
    picture = neuron_trace(Subject("even", program["even"]))
    said = "on n = 9, since no input was given"
    assert picture.text == f"even : Nat -o Bool   -- {said}\n{program['even'].trace(torch.eye(10)[9])}"
    assert Page(picture.html).text.startswith(f"even : Nat -o Bool{said}")
    assert picture.live is not None
    assert picture.live.spec["note"] == said


def test_some_arguments_are_no_run(program: cajal.Program) -> None:
    with pytest.raises(MagicError, match="`and` still takes y"):
        neuron_trace(Subject("and", program["and"], [torch.tensor([1.0, 0.0])]))


def test_a_batch_is_run_and_its_first_item_is_told(program: cajal.Program) -> None:
    picture = neuron_trace(Subject("not", program["not"], [torch.eye(2)]))
    assert "the first of 2 in the batch" in Page(picture.html).text
    assert picture.text == str(program["not"].trace(torch.eye(2)))


def test_an_empty_batch_has_no_live_form(program: cajal.Program) -> None:
    picture = trace_picture("not", "Bool", program["not"].trace(torch.zeros(0, 2)))
    assert picture.live is None
    assert "an empty batch" in Page(picture.html).text
