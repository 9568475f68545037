"""What all pictures have in common, as pages on a phone: headings, room, and names of controls."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from playwright.sync_api import Page

import cajal_core as cajal
from cajal_kernel.views import Curve
from cajal_kernel.views.picture import Subject
from cajal_kernel.views.pictures import PICTURES
from cajal_kernel.views.saving import save
from scripts.screenshot import chromium

from .conftest import NewPage

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="there is no Chromium on this machine"),
]

SOURCE = """
data Light = Red | RedAndYellow | Green | YellowAfterGreen
learn next : Light -o Light
def f (n : Nat[32]) (x : Light) : Light * Bool = (iter n { zero => x | succ now => next now }, true)
"""

UNNAMED = """() => {
    const all = document.querySelectorAll("button, input, select, canvas, [tabindex='0'], [role=slider]");
    const named = (node) => {
        const said = [node.getAttribute("aria-label"), node.title];
        for (const label of node.labels ?? []) said.push(label.textContent);
        if (node.tagName === "BUTTON" || node.role) said.push(node.textContent);
        return node.closest("[aria-hidden=true]") || said.some((text) => text?.trim());
    };
    return [...all].filter((node) => !named(node)).map((node) => node.outerHTML.slice(0, 100));
}"""


def fits(page: Page) -> Any:
    return page.evaluate("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.fixture
def phone(new_page: NewPage) -> Page:
    return new_page(400)


@pytest.mark.parametrize("picture", PICTURES)
def test_a_neuron_on_a_phone(phone: Page, tmp_path: Path, picture: str) -> None:
    neuron = cajal.load(SOURCE)["f"]
    inputs = () if picture in ("matrix", "graph") else (torch.eye(32)[:4], torch.eye(4))
    save("f", list(PICTURES[picture](Subject("", neuron, inputs))), tmp_path / "page.html")
    phone.goto((tmp_path / "page.html").as_uri())
    heading = "iter with state now : Light" if picture == "dynamics" else str(neuron.type)
    assert phone.locator(".cajal-title").first.text_content() == heading
    assert fits(phone)
    assert phone.evaluate(UNNAMED) == []


def test_a_training_on_a_phone(phone: Page, tmp_path: Path) -> None:
    neuron = cajal.load(SOURCE)["next"]
    with Curve("training").watch(neuron, every=1) as curve:
        for step in range(5):
            curve.add(step, loss=1 / (1 + step))
    curve.save(tmp_path / "page.html")
    phone.goto((tmp_path / "page.html").as_uri())
    assert (
        phone.locator(".cajal-watched .cajal-quiet")
        .inner_text()
        .startswith("4 rows × 4 columns, tensor shape (4, 4)")
    )
    assert phone.locator(".cajal-readout").inner_text().split("\n") == ["last value", "0.2"]
    assert fits(phone)
    assert phone.evaluate(UNNAMED) == []
