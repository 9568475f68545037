"""A trace as HTML."""

from __future__ import annotations

import base64
import re
from typing import Any

import numpy as np
import torch

import cajal_core as cajal
from cajal_kernel.views.trace.html import trace_html, value_note
from tests.kernel.views.conftest import Page, picture


def traced(source: str, name: str, *inputs: torch.Tensor, **links: Any) -> str:
    program = cajal.Program()
    program.run(source)
    return trace_html(program.compile(name, link=links).trace(*inputs))


COUNT = """
extern net : Bool -o Bool
def not (x : Bool) : Bool = if x then false else true
def turn (n : Nat[50]) : Bool = iter n { zero => true | succ b => net (not b) }
"""


def test_calls_nest_and_steps_are_folded_and_faded() -> None:
    html = traced(COUNT, "turn", torch.eye(50)[1], net=torch.eye(2))
    page = Page(html)
    assert page.tags[1][0] == "details"
    texts = re.sub(r"\s+", " ", page.text)
    assert "step 1 true 0 false 1 weight 1call not" in texts
    assert "step 2 true 1 false 0 weight 0, past the count" in texts
    assert "… 47 steps, weight 0, past the count" in texts
    faded = re.findall(r'<span style="opacity:0.5">step (\d+)', html)
    assert faded == ["2"]


def test_a_bar_is_as_long_as_its_number_and_on_its_side() -> None:
    html = traced("def f (x : Bool) : Bool = let y = x in y", "f", torch.tensor([0.5, -2.0]))
    blue, orange = "rgb(38,120,226)", "rgb(226,104,22)"
    assert f"margin-left:21px;width:5px;background:{blue}" in html  # a half of 2, in a half of 42 pixels
    assert f"margin-left:0px;width:21px;background:{orange}" in html
    assert 'title="false: -2"' in html
    assert "sum -1.5" in html


def test_what_is_no_distribution_is_told() -> None:
    assert value_note(np.array([0.5, np.nan])) == "not finite"
    assert value_note(np.array([1.0, 0.0, 0.001])) == ""


def test_the_largest_entries_have_bars_and_the_others_are_counted() -> None:
    n = torch.zeros(30)
    n[[3, 20]] = torch.tensor([0.25, 0.75])
    text = Page(traced("def f (n : Nat[30]) : Nat[30] = let m = n in m", "f", n)).text
    assert "m : Nat[30] 3 0.25 20 0.75 … 28 more of 0" in text


def test_an_image_space_is_an_image() -> None:
    pixels = torch.tensor([[0.0, 1.0, -0.5], [float("nan"), 0.25, 0.0]])
    html = traced("space Image[2, 3]\nextern same : Image -o Image", "same", pixels, same=lambda x: x)
    (source, _) = Page(html).all("img", "src")
    drawn = picture(base64.b64decode(source.partition(",")[2]))
    assert drawn[0, 1].tolist() == [38, 120, 226, 255]
    assert drawn[0, 2].tolist() == [226, 104, 22, 128]
    assert drawn[1, 0].tolist() == [200, 30, 120, 255]
    assert "2 × 3, -0.5 to 1, 1 not finite" in Page(html).text


def test_a_long_tree_is_cut_and_small() -> None:
    calls = "x"
    for _ in range(300):
        calls = f"not ({calls})"
    html = traced(COUNT + f"def many (x : Bool) : Bool = {calls}", "many", torch.eye(2)[0])
    assert "… 480 more lines" in Page(html).text
    assert len(html) < 200_000


def test_a_run_in_which_nothing_has_a_name_is_its_result() -> None:
    trace = cajal.Program().compile(r"\x:Bool. x").trace(torch.tensor([1.0, 0.0]))
    assert "<b>result</b>" in trace_html(trace)
