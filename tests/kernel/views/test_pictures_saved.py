"""Notebooks that nbclient has run, as nbconvert and papermill do, with every picture in them."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from cajal_kernel.views.pictures import PICTURES
from tests.kernel.conftest import EVEN, NOT

pytestmark = pytest.mark.usefixtures("kernels")

CURVE = """\
%%python
from cajal_kernel.views import Curve
with Curve("steps", total=4) as curve:
    for step in range(4):
        curve.add(step, loss=1 / (1 + step))"""
COMPARISON = """\
%%python
import cajal_core as cajal
from cajal_kernel import compare
compare(program, cajal.load("def not (x : Bool) : Bool = if x then true else true"))"""
SLIDER = "%%python\nimport ipywidgets\nipywidgets.IntSlider()"
CLOSED = "iter 3 { zero => true | succ b => not b }"


def executed(folder: Path, *cells: str) -> nbformat.NotebookNode:
    """The notebook as it is saved, with the state of its widgets, which nbclient keeps unless told not to."""
    notebook = new_notebook(
        cells=[new_code_cell(cell, id=f"cell-{place}") for place, cell in enumerate(cells)],
        metadata={"kernelspec": {"name": "cajal", "display_name": "Cajal"}},
    )
    client = NotebookClient(notebook, record_timing=False, resources={"metadata": {"path": str(folder)}})
    assert client.store_widget_state
    client.execute()
    return notebook


def test_no_widget_is_left_in_a_notebook_that_has_no_page(tmp_path: Path) -> None:
    notebook = executed(tmp_path, f"{NOT}\n{EVEN}", "%show even --as dynamics", CURVE, SLIDER)
    state = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    models = {model["model_name"] for model in state.values()}
    assert "IntSliderModel" in models  # others' widgets stay as they were
    assert "AnyModel" not in models
    (picture, *_), (curve, *_) = (notebook.cells[place].outputs for place in (1, 2))
    assert "cajal-view" in picture.data["text/html"]
    assert "loss" in curve.data["text/plain"]


@pytest.mark.slow
def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    shown = [f"%show {CLOSED} --as {picture}" for picture in PICTURES]
    shown += [f"%show even --as {picture}" for picture in PICTURES if picture != "trace"]
    cells = [f"{NOT}\n{EVEN}", *shown, CURVE, COMPARISON]
    first, second = (json.dumps(executed(tmp_path, *cells), indent=1) for _ in "ab")
    assert first == second
