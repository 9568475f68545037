"""Run a notebook without a browser, print its table of results, leave the executed notebook as HTML.

    python scripts/demo.py NOTEBOOK FOLDER

The table is the text of the cell that has the tag `results`.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbconvert import HTMLExporter
from nbformat import NotebookNode


class DemoError(Exception):
    """Why there is no table to show."""


def execute(notebook: NotebookNode, folder: Path) -> None:
    """Run every cell in place, with a line on standard error for each that is done."""
    codes = [index for index, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    start = time.monotonic()

    def report(cell_index: int, **_: object) -> None:
        done = codes.index(cell_index) + 1
        print(f"cell {done} of {len(codes)}, {time.monotonic() - start:.0f} s", file=sys.stderr)

    client = NotebookClient(
        notebook,
        timeout=None,
        resources={"metadata": {"path": str(folder)}},
        # Saved widgets would need a network to be shown; the static pictures beside them do not.
        store_widget_state=False,
        on_cell_executed=report,
    )
    client.execute()


def results(notebook: NotebookNode) -> str:
    """What the cell tagged `results` shows, as text."""
    cells = [cell for cell in notebook.cells if "results" in cell.metadata.get("tags", [])]
    if len(cells) != 1:
        raise DemoError(f"one cell should have the tag `results`, and {len(cells)} have it")
    texts = [text_of(output) for output in cells[0].outputs]
    table = "\n".join(text for text in texts if text)
    if not table:
        raise DemoError("the cell tagged `results` shows no text")
    return table


def text_of(output: NotebookNode) -> str:
    """The text of one output of a cell; empty where it has none."""
    if output.output_type == "stream":
        return output.text.rstrip() if output.name == "stdout" else ""
    return output.get("data", {}).get("text/plain", "")


def main(notebook_path: Path, build: Path) -> None:
    notebook = nbformat.read(notebook_path, as_version=4)
    page = build / f"{notebook_path.stem}.html"
    build.mkdir(parents=True, exist_ok=True)
    try:
        execute(notebook, notebook_path.parent)
    except (CellExecutionError, DeadKernelError) as error:
        raise DemoError(f"{notebook_path} stopped, as {page} shows:\n{error}") from error
    finally:
        body, _ = HTMLExporter().from_notebook_node(notebook)
        page.write_text(body, encoding="utf-8")
    print(results(notebook))
    print(f"\nThe executed notebook is {page}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Run a notebook without a browser and print its table.")
    parser.add_argument("notebook", type=Path)
    parser.add_argument("build", type=Path, help="the folder that gets the executed notebook as HTML")
    arguments = parser.parse_args()
    if not arguments.notebook.is_file():
        sys.exit(f"There is no notebook {arguments.notebook}.")
    try:
        main(arguments.notebook, arguments.build)
    except DemoError as problem:
        sys.exit(f"The demo has no table to show: {problem}")
