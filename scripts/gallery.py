"""The pictures of docs/gallery.md: notebook 04 in a real JupyterLab, light and dark, and one that moves.

    python scripts/gallery.py

The notebook is copied and run. `docs/gallery/NAME-THEME.png` is the output of a cell, and
`docs/gallery/explorer.webp` an explorer whose inputs are dragged. It takes some minutes.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts.screenshot import THEMES, Lab, chromium, open_notebook, run_all  # noqa: E402

NOTEBOOK = ROOT / "notebooks" / "04_pictures.ipynb"
FOLDER = ROOT / "docs" / "gallery"
TALL = 14_000
"""So many pixels high the window shows the whole notebook."""

CELLS = {
    "explorer": "%show light --as explorer",
    "networks": "neuron.show(a, b)",
    "matrix": "%show add --as matrix",
    "graph": "%show even --as graph",
    "dynamics": "%show even --as dynamics",
    "images": 'dilate.show(two, dot, view="dynamics")',
    "explosion": 'spiral.show(view="dynamics")',
    "trace": "--as trace",
    "curves": "curve.watch(neuron",
    "comparison": "cajal_kernel.compare",
}
"""What the source of the cell of each picture has."""


FAILED = """() => {
    const cells = window.jupyterapp.shell.currentWidget.content.widgets.map((cell) => cell.model);
    return cells.flatMap((cell) =>
        (cell.outputs?.toJSON() ?? [])
            .filter((output) => output.output_type === "error")
            .map(({ ename, evalue }) => `${cell.sharedModel.getSource()}\n\n${ename}: ${evalue}`)
    );
}"""
"""The cells of a notebook that have failed, each with its error."""


def stop_at_errors(page: Page) -> None:
    """Leave the gallery as it is where a cell has failed, since its picture would be the error."""
    if failed := page.evaluate(FAILED):
        sys.exit("\n\n".join(["No pictures are taken: a cell of the notebook fails.", *failed]))


def output(page: Page, source: str) -> Locator:
    """The last output of the cell whose source has a text."""
    cell = page.locator(".jp-CodeCell").filter(has=page.get_by_text(source)).last
    return cell.locator(".jp-OutputArea-output").last


def animation(page: Page) -> None:
    """Drags the input of the explorer from one number to others, and writes the frames."""
    explorer = output(page, CELLS["explorer"])
    frames: list[Image.Image] = []

    def frame(times: int = 1) -> None:
        picture = Image.open(io.BytesIO(explorer.screenshot())).convert("RGB")
        frames.extend([picture] * times)

    frame(6)
    for number, heights in ((2, (0.2, 0.45, 0.7, 1)), (3, (0.3, 0.6, 1)), (4, (0.35, 0.7, 1))):
        bar = explorer.get_by_role("slider", name=f"n = {number}")
        box = bar.bounding_box()
        if box is None:
            sys.exit(f"There is no bar for n = {number}.")
        for height in heights:
            bar.click(position={"x": box["width"] / 2, "y": max(1, box["height"] * (1 - height))})
            frame()
        frame(3)
    slider = explorer.get_by_label("step of the iter of now")
    for step in range(5):
        slider.fill(str(step))
        frame(3)
    size = (min(each.width for each in frames), min(each.height for each in frames))
    first, *rest = [each.crop((0, 0, *size)) for each in frames]
    first.save(FOLDER / "explorer.webp", save_all=True, append_images=rest, duration=220, loop=0, quality=80)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name in THEMES:
        with (
            tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch,
            sync_playwright() as playwright,
        ):
            lab = Lab(Path(scratch), name)
            shutil.copy(NOTEBOOK, lab.folder)
            with lab.running() as address:
                browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
                page = open_notebook(browser, address, NOTEBOOK.name, 1280)
                page.set_viewport_size({"width": 1280, "height": TALL})
                run_all(page)
                stop_at_errors(page)
                page.wait_for_timeout(1000)
                for picture, source in CELLS.items():
                    path = FOLDER / f"{picture}-{name}.png"
                    output(page, source).screenshot(path=path)
                    print(path)
                if name == "light":
                    animation(page)
                browser.close()


if __name__ == "__main__":
    if chromium() is None:
        sys.exit("There is no Chromium on this machine; on Debian, `apt-get install chromium` brings it.")
    main()
