"""Runs notebooks in place, from top to bottom, and leaves in them only outputs that need no kernel.

    python scripts/run_notebooks.py notebooks/*.ipynb

A view of a live widget shows nothing once its kernel is gone, so outputs keep their static forms alone.
Cells keep no execution times, so that running a notebook again changes no more than its results.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import nbformat
from nbclient import NotebookClient

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def run(path: Path) -> None:
    """Executes one notebook with its own kernel, beside its own files."""
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(
        notebook, store_widget_state=False, record_timing=False, coalesce_streams=True, resources=resources
    )
    client.execute()
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if _static(output)]
    nbformat.write(notebook, path)


def _static(output: nbformat.NotebookNode) -> bool:
    """Whether anything is left of an output without its live view, which is taken out."""
    if "data" not in output:
        return True
    output.data.pop(WIDGET_VIEW, None)
    return bool(output.data)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("notebooks", type=Path, nargs="+")
    for notebook in parser.parse_args().notebooks:
        run(notebook)
