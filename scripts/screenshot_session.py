"""Pictures of someone writing Cajal in JupyterLab: colours, an error, completion open, a tooltip open.

    python -m scripts.screenshot_session [FOLDER]

They are `FOLDER/session-THEME-WIDTH.png`, `completion-…` and `tooltip-…`, for a light and a dark theme and
two widths; the folder is docs/screenshots if none is given.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from scripts.screenshot import ROOT, THEMES, Lab, chromium, open_notebook

WIDTHS = (1280, 800)
COLOURS = 96

CELLS = [
    """\
-- swaps true and false
def not (x : Bool) : Bool = if x then false else true
def even (n : Nat[6]) : Bool = iter n { zero => true | succ b => not b }
data Light = Red | Amber | Green""",
    "def next (l : Light) : Light =\n  case l { Red => Green | Amber => Red | Green => Amber }\nnext Red",
    "%%python\nimport torch\np = torch.tensor([0.9, 0.1])\nprogram['not'](p).tolist()",
    "\\x:Bool. even x\ndef both (x : Bool) : Bool =\n  if x then not x else true",
    "",
]


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for theme in THEMES:
        with (
            tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch,
            sync_playwright() as playwright,
        ):
            lab = Lab(Path(scratch), theme)
            cells = [new_code_cell(cell) for cell in CELLS]
            kernel = {"kernelspec": {"name": "cajal", "display_name": "Cajal"}}
            nbformat.write(new_notebook(cells=cells, metadata=kernel), lab.folder / "session.ipynb")
            with lab.running() as address:
                browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
                page = open_notebook(browser, address, "session.ipynb", WIDTHS[0], 1240)
                run_cells(page)
                for width in WIDTHS:
                    page.set_viewport_size({"width": width, "height": 1240})
                    take(page, folder / f"session-{theme}-{width}.png", "", "")
                    page.set_viewport_size({"width": width, "height": 560})
                    take(
                        page,
                        folder / f"completion-{theme}-{width}.png",
                        "def f (n : Nat[6]) : Bool = n",
                        "Tab",
                    )
                    take(page, folder / f"tooltip-{theme}-{width}.png", "next", "Shift+Tab")
                browser.close()


def run_cells(page: Page) -> None:
    """Run every cell but the last, which is for typing, and the one behind an error too."""
    page.evaluate(
        """async (count) => {
            const notebook = window.jupyterapp.shell.currentWidget.content;
            for (let index = 0; index < count; index += 1) {
                notebook.activeCellIndex = index;
                await window.jupyterapp.commands.execute("notebook:run-cell");
            }
        }""",
        len(CELLS) - 1,
    )


def take(page: Page, picture: Path, text: str, key: str) -> None:
    """Type into the last cell, press the key, and keep a picture of few colours, which is a small file."""
    editor = page.locator(".jp-CodeCell").last.locator(".cm-content")
    editor.click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.type(text)
    if key:
        page.keyboard.press(key)
    else:
        page.keyboard.press("Escape")
        page.evaluate("() => document.querySelector('.jp-WindowedPanel-outer').scrollTo(0, 0)")
    page.wait_for_timeout(1500)
    page.screenshot(path=picture)
    with Image.open(picture) as image:
        image.convert("RGB").quantize(COLOURS).save(picture, optimize=True)
    page.keyboard.press("Escape")
    print(picture)


if __name__ == "__main__":
    if chromium() is None:
        sys.exit("There is no Chromium on this machine; on Debian, `apt-get install chromium` brings it.")
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "screenshots")
