"""The pictures that `%show` knows by name."""

from __future__ import annotations

import re

import pytest
import torch

import cajal_core as cajal
from cajal_kernel.errors import MagicError
from cajal_kernel.magics.magics import overview
from cajal_kernel.views.bundles import result_bundle
from cajal_kernel.views.live import widget
from cajal_kernel.views.picture import Subject
from cajal_kernel.views.pictures import PICTURES, outputs


def test_a_picture_by_name(program: cajal.Program) -> None:
    (matrix,) = PICTURES["matrix"](Subject("not", program["not"], prefix=""))
    assert matrix.live is not None
    assert matrix.bundle("") == result_bundle(program.run("not")[-1], "")
    (trace,) = PICTURES["trace"](Subject("t", program["not true"], prefix=""))
    assert trace.text == str(program["not true"].trace())


def test_a_live_picture_opens_when_its_static_one_is_on_the_page(
    program: cajal.Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(widget, "live_widget", lambda _, slot: opened.append(slot))
    monkeypatch.setattr(widget, "keep_open", lambda _: None)
    bundles = outputs(PICTURES["dynamics"](Subject("even", program["even"])))
    bundle = next(bundles)
    assert opened == []
    assert list(bundles) == []
    (slot,) = opened
    assert f'class="cajal-view {slot}"' in bundle["text/html"]


@pytest.mark.parametrize("picture", PICTURES)
def test_a_picture_leaves_a_network_as_it_was(program: cajal.Program, picture: str) -> None:
    norm = torch.nn.BatchNorm1d(2)
    program.run("extern g : Bool -o Bool")
    program.link(g=torch.nn.Sequential(norm, torch.nn.Dropout(0.5)))
    neuron = program["iter 3 { zero => true | succ b => g b }"]
    first, second = ([made.text for made in PICTURES[picture](Subject("t", neuron))] for _ in "ab")
    assert first == second
    assert norm.training
    assert norm.num_batches_tracked == 0


@pytest.mark.parametrize("picture", PICTURES)
def test_a_neuron_without_a_title_has_its_type_as_heading(picture: str) -> None:
    program = cajal.load("def f (n : Nat) : Bool = iter n { zero => true | succ b => b }")
    neuron = program["f"]
    (made,) = PICTURES[picture](Subject("", neuron, (torch.eye(10)[2],)))
    heading = re.sub("<[^>]*>", "", made.html)[:8]
    assert heading.startswith("iter" if picture == "dynamics" else "Nat -o ")
    assert not made.text.startswith(" ")
    assert made.live is not None
    assert made.live.spec.get("title", "") == ""


@pytest.mark.parametrize("picture", ["dynamics", "trace", "explorer"])
def test_a_message_calls_it_the_neuron(picture: str) -> None:
    neuron = cajal.load("def f (x : Bool) (y : Bool) : Bool = if x then y else y")["f"]
    inputs = (torch.tensor([1.0, 0]),)
    with pytest.raises(MagicError, match="the neuron"):
        list(PICTURES[picture](Subject("", neuron, inputs)))


def test_the_help_lists_every_picture() -> None:
    assert f"%show TERM [--as {'|'.join(PICTURES)}]" in overview("")
