"""The explorer as text and as HTML."""

from __future__ import annotations

import torch

import cajal_core as cajal
from cajal_kernel.views.explorer.picture import explorer_picture
from cajal_kernel.views.picture import Subject
from tests.kernel.views.conftest import Page


def test_text_and_html_show_one_run(program: cajal.Program) -> None:
    picture = explorer_picture(Subject("even", program["even"]))
    assert picture.text.startswith("even : Nat -o Bool\nfor n = 9\n")
    assert picture.text.split("\n")[-1].split() == ["result", "Bool", "false"]
    page = Page(picture.html)
    assert "def even (n : Nat) : Bool" in page.text
    assert "<script" not in picture.html
    assert picture.live is not None


def test_the_first_of_a_batch_is_shown(program: cajal.Program) -> None:
    counts = torch.tensor([[0.0] * 3 + [0.5, 0.5] + [0.0] * 5, [1.0] + [0.0] * 9])
    picture = explorer_picture(Subject("even", program["even"], (counts,)))
    assert picture.text.split("\n")[1] == "for n = 3: 0.5, 4: 0.5"
    assert picture.text.split("\n")[-1].split()[2:] == ["true", "0.5,", "false", "0.5"]


def test_a_closed_term_has_no_inputs(program: cajal.Program) -> None:
    picture = explorer_picture(Subject("even 3", program["even 3"]))
    assert picture.text.startswith("even 3 : Bool\nwhere")
