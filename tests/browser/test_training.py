"""A training in a real JupyterLab: its curve grows and tells dead links, and ■ ends it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from scripts.screenshot import Lab, chromium, open_notebook

from .conftest import complaints, outputs, write

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="there is no Chromium on this machine"),
]

PREPARED = """\
%%python
import time, torch
torch.manual_seed(0)
x, y = torch.eye(2).repeat(20, 1), torch.tensor([1, 0]).repeat(20)
net = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Softmax(-1))
net[0].weight.requires_grad_(False).zero_()  # it says the same of every sample
def slow(result, target):
    time.sleep(0.01)
    return 1.0
"""
CELLS = [
    "extern odd : Bool -o Bool\ndef both (x : Bool) : Bool = odd x",
    PREPARED,
    "%link odd=net\n%train both --data x, y --metrics slow --epochs 100000 --watch 5 -o history",
    "%%python\n(history.stopped, history.steps > 20, tuple(program['both'](x).shape))",
]


def test_a_training_is_watched_and_stopped(lab: Lab, address: str, browser: Browser) -> None:
    write(lab.folder, "training.ipynb", "cajal", CELLS)
    page = open_notebook(browser, address, "training.ipynb", 1280)
    errors = complaints(page)
    page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")

    curve = outputs(page, 2).locator(".cajal-curves")
    caption, bar = curve.locator(".cajal-caption").first, curve.get_by_role("progressbar")
    line = curve.locator(".cajal-plot-panel[data-metric=loss] path.cajal-line")
    expect(line).to_have_count(1, timeout=60_000)
    expect(caption).to_contain_text(re.compile(r"[1-9]\d* of 100000 steps, .* left"))
    expect(bar).to_be_visible()
    warning = curve.get_by_role("log").locator("div")
    expect(warning.first).to_contain_text("warning: step", timeout=60_000)
    expect(warning.first.locator("code").first).to_have_text("odd")
    before = caption.text_content()
    expect(caption).not_to_have_text(before or "")  # it grows

    page.locator('.jp-Toolbar-item[data-jp-item-name="interrupt"]').first.click()
    expect(caption).to_contain_text("interrupted: step", timeout=60_000)
    expect(curve.locator(".cajal-plot-panel[data-metric=slow] .cajal-value").last).to_have_text("1")
    expect(outputs(page, 3)).to_contain_text("('interrupted', True, (40, 2))", timeout=60_000)
    static = outputs(page, 2).locator(".cajal-view")
    assert "interrupted: step" in (static.last.inner_html() or "")
    assert errors == []
