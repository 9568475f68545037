"""A notebook in a real JupyterLab: the pictures are there, move, and stay when the kernel is gone."""

from __future__ import annotations

import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from playwright.sync_api import Browser, Page, expect

import cajal_core as cajal
from cajal_kernel.views.bundles import result_bundle
from scripts.gallery import stop_at_errors
from scripts.screenshot import Lab, chromium, open_notebook, run_all

from .conftest import complaints, outputs, write

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="there is no Chromium on this machine"),
]

EVIL = "<p onclick='alert(1)'>evil<script>alert(1)</script></p>"
DEFINITIONS = """\
def not (x : Bool) : Bool = if x then false else true
def even (n : Nat) : Bool = iter n { zero => true | succ b => not b }
"""
TRAINING = """\
%%python
from cajal_kernel.views import Curve
with Curve("digits", total=400) as curve:
    for step in range(400):
        curve.add(step, loss=1 / (step + 1), accuracy=step / 400)
"""
CAJAL = [DEFINITIONS, "%show even --as dynamics", TRAINING, "not (true"]
PYTHON = [
    "%load_ext cajal_kernel",
    f"%%cajal -o program\n{DEFINITIONS}even 3",
    "%cajal_show even --as dynamics",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2])\n%cajal_show even --as dynamics",
]


# Runs a cell that is not in the notebook.
RUN = """async (code) => {
  const sessions = window.jupyterapp.serviceManager.sessions;
  const model = [...sessions.running()].find((session) => session.path === "cajal.ipynb");
  await sessions.connectTo({ model }).kernel.requestExecute({ code }).done;
}"""


def test_a_cajal_notebook(lab: Lab, address: str, browser: Browser) -> None:
    write(lab.folder, "cajal.ipynb", "cajal", CAJAL)
    page = open_notebook(browser, address, "cajal.ipynb", 1280)
    errors = complaints(page)
    run_all(page)

    matrix = outputs(page, 0).first
    expect(matrix.locator("td[title='x = true → false: 1']")).to_be_visible()
    expect(matrix).to_contain_text("not : Bool -o Bool")

    move_the_slider(page, 1)

    curve = outputs(page, 2)
    expect(curve.locator("svg path.cajal-line")).to_have_count(2)
    expect(curve.locator(".cajal-caption")).to_contain_text("400 of 400 steps")
    expect(curve.locator("img")).to_be_hidden()

    mistake = outputs(page, 3)
    expect(mistake).to_contain_text("--> In[4]:1:")
    expect(mistake).not_to_contain_text("Traceback")
    with pytest.raises(SystemExit, match=r"(?s)a cell of the notebook fails.*\n\nnot \(true\n\nCajalError: "):
        stop_at_errors(page)

    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    saved = json.loads((lab.folder / "cajal.ipynb").read_text(encoding="utf-8"))
    kept = [set(output["data"]) for cell in saved["cells"] for output in cell["outputs"] if "data" in output]
    assert kept[-2:] == [{"text/plain", "text/html"}] * 2
    assert "widget-view" not in json.dumps(saved)
    assert "rate exceeded" not in lab.log.read_text(encoding="utf-8")

    page.reload()  # the kernel is still there, and so are the live pictures
    expect(outputs(page, 1).locator("input[type=range]")).to_be_visible(timeout=60_000)
    expect(outputs(page, 2).locator("svg path.cajal-line")).to_have_count(2)

    page.evaluate(
        RUN, "%%python\nfor _ in range(25): get_ipython().run_line_magic('show', 'even --as dynamics')"
    )
    expect(outputs(page, 1).locator("img")).to_be_visible(timeout=60_000)  # newer ones are live
    expect(outputs(page, 1).locator("input[type=range]")).to_have_count(0)

    page.evaluate("() => window.jupyterapp.commands.execute('kernelmenu:shutdown')")
    page.reload()
    expect(outputs(page, 1).locator("img")).to_be_visible(timeout=60_000)
    expect(outputs(page, 2).locator("img")).to_be_visible()
    expect(page.locator("text=Error displaying widget")).to_have_count(0)
    assert errors == []
    page.close()


def test_a_python_notebook(lab: Lab, address: str, browser: Browser) -> None:
    write(lab.folder, "python.ipynb", "python3", PYTHON)
    page = open_notebook(browser, address, "python.ipynb", 800)
    errors = complaints(page)
    run_all(page)
    expect(outputs(page, 1).locator("td[title='n = 3 → false: 1']")).to_be_visible()
    expect(outputs(page, 1).last).to_contain_text("even 3 : Bool = false")
    move_the_slider(page, 2)
    move_the_slider(page, 3)
    figure = outputs(page, 3).locator("img[src^='data:image/png']").locator("visible=true")
    expect(figure).to_have_count(1)  # that of pyplot; the other is alive
    assert errors == []
    stop_at_errors(page)
    assert "rate exceeded" not in lab.log.read_text(encoding="utf-8")
    page.close()


def test_hover_texts_survive_where_a_notebook_is_not_trusted(
    lab: Lab, address: str, browser: Browser
) -> None:
    """What is opened with its outputs has not been run here, so that JupyterLab sanitizes them."""
    program = cajal.Program()
    (result,) = program.run("def not (x : Bool) : Bool = if x then false else true")
    bundle = result_bundle(result, "")
    output = new_output("display_data", {**bundle, "text/html": bundle["text/html"] + EVIL})
    cells = [new_code_cell("not", outputs=[output], execution_count=1)]
    kernel = {"kernelspec": {"name": "cajal", "display_name": "Cajal"}}
    nbformat.write(new_notebook(cells=cells, metadata=kernel), lab.folder / "untrusted.ipynb")
    page = open_notebook(browser, address, "untrusted.ipynb", 800)
    entry = outputs(page, 0).locator("td[title='x = true → false: 1']")
    expect(entry).to_be_visible()
    assert "38, 120, 226" in entry.evaluate("cell => getComputedStyle(cell).backgroundColor")
    expect(outputs(page, 0)).to_contain_text("evil")
    expect(outputs(page, 0).locator("[onclick], script")).to_have_count(0)
    page.close()


def move_the_slider(page: Page, cell: int) -> None:
    """A key shows the step before, and another input its own weights and the step that has one."""
    live = page.locator(".jp-CodeCell").nth(cell).locator(".cajal-live")
    shown = live.locator(".cajal-step")
    expect(shown).to_have_text("step 9 of 9, weight 1")
    expect(live.locator("td[title='state, false: 1']")).to_be_visible()
    slider = live.get_by_label("step of b")
    slider.focus()
    slider.press("ArrowLeft")
    expect(shown).to_have_text("step 8 of 9, weight 0")
    expect(live.locator("td[title='state, true: 1']")).to_be_visible()
    live.get_by_role("button", name="1", exact=True).click()
    expect(shown).to_have_text("step 1 of 9, weight 1")
    expect(live.locator(".cajal-dy-sum")).to_have_text("Σ weight · state = false")
    slider.press("End")
    expect(shown).to_have_text("step 9 of 9, weight 0")
