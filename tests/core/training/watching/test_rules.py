"""Each rule tells of a link that breaks it, and of no other."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

import cajal_core as cajal

from .said import CASES, EVEN, Says, linked, watched

GOLDEN = Path(__file__).with_name("warnings.txt")


def no_gradient() -> cajal.Linked:
    """Two networks, of which one has a gradient."""
    model = cajal.Linked(
        cajal.Program().compile(r"\x:Bool. \y:Bool. if x then y else if y then false else true"),
        x=Says((0.6, 0.4), (0.3, 0.7)),
        y=Says((0.2, 0.8), (0.3, 0.7)),
    )
    model.network_x.weight.grad, model.network_y.weight.grad = torch.zeros(1), torch.ones(1)  # type: ignore[union-attr]
    return model


def test_what_is_read(update_golden: bool) -> None:
    cases = {**CASES, "no gradient": (no_gradient(), 1.0)}
    text = ""
    for name, (model, loss) in cases.items():
        warnings = watched(model, loss=loss)
        assert len(warnings) == 1, name
        text += f"-- {name}\n{warnings[0]}\n"
    if update_golden:
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


KINDS = {
    "the same of all": "same",
    "certain of all": "saturated",
    "certain of all, decides": "saturated",
    "certain of all, counts": "saturated",
    "certain of different things": "saturated",
    "a sum off 1": "sum",
    "a branch": "branch",
    "a count": "count",
}


@pytest.mark.parametrize("name", CASES)
def test_each_kind_has_its_place(name: str) -> None:
    model, loss = CASES[name]
    [warning] = watched(model, loss=loss)
    assert warning.kind == KINDS[name] and warning.step == (75 if warning.kind in ("branch", "count") else 50)
    assert warning.span is not None and warning.span.source.text[warning.span.start :]


HEALTHY = {
    "a distribution": linked("decides", odd=Says((0.9, 0.1), (0.2, 0.8))),
    "raw numbers": linked("decides", odd=Says((3.0, -2.0), (0.1, -0.4))),
    "one sample needs the branch": linked("decides", odd=Says((0.9999, 0.0001), (0.99, 0.01))),
    "counts": linked("counts", count=Says((0.9, 0.0, 0.1), (0.1, 0.8, 0.1))),
    "a soft count": linked("counts", count=Says((0.4, 0.3, 0.3), (0.45, 0.3, 0.25))),
    "sure and right": linked("plain", odd=Says((1.0, 0.0), (0.0, 1.0))),
    "raw numbers by name": linked("plain", odd=cajal.encode(Says((0.2, 0.1), (0.7, 0.3)), "raw")),
    "each entry by itself": linked("plain", odd=cajal.encode(Says((0.2, 0.1), (0.7, 0.3)), "sigmoid")),
    "an image": linked("decides", step=Says((0.1, 0.1, 0.1, 0.1))),
}


@pytest.mark.parametrize("name", HEALTHY)
def test_what_is_well_is_not_told(name: str) -> None:
    assert watched(HEALTHY[name], loss=1.0 if name != "sure and right" else None) == []


def test_what_learns_nothing_is_no_link() -> None:
    frozen = Says(EVEN).requires_grad_(False)
    assert watched(linked("plain", odd=frozen)) == []


def test_one_sample_says_nothing_of_a_batch() -> None:
    watch = cajal.LinkWatch(linked("decides", odd=Says((1.0, 0.0))), every=1, tell=lambda _: None)
    for _ in range(60):
        watch.step(torch.ones(1, 4))
    assert watch.warnings == []


def test_the_same_image_may_be_said_the_same_of() -> None:
    watch = cajal.LinkWatch(linked("decides", odd=Says((1.0, 0.0))), every=1, tell=lambda _: None)
    for _ in range(60):
        watch.step(torch.ones(5, 4))
    assert watch.warnings == []


def test_a_loss_that_has_fallen_is_not_high() -> None:
    watch = cajal.LinkWatch(linked("plain", odd=Says((1.0, 0.0), (0.0, 1.0))), every=1, tell=lambda _: None)
    for step in range(10):
        watch.step(torch.eye(4), loss=1.0 if step == 0 else 0.4)
    assert watch.warnings == []
    watch.step(torch.eye(4), loss=0.6)
    watch.step(torch.eye(4), loss=0.6)
    assert [warning.kind for warning in watch.warnings] == ["saturated"]


def test_the_columns_of_a_function_are_distributions() -> None:
    class Map(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.zeros(1))

        def forward(self, images: torch.Tensor) -> torch.Tensor:
            columns = torch.tensor([[0.9, 0.3], [0.1, 0.2]]).expand(len(images), 2, 2)
            return columns * torch.linspace(0.9, 1, len(images))[:, None, None] + self.weight

    model = cajal.Linked(cajal.Program().compile(r"\f:Bool -o Bool. f true"), f=Map())
    assert [warning.kind for warning in watched(model)] == ["sum"]
