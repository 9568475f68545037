"""Measures the picture of a matrix: its static form in Python, its live form in a real JupyterLab.

    python -m benchmarks.matrix

Of the static form the CPU time is shown, and the bytes. Of the live form: the bytes that are sent, the
seconds from the run of a cell to the first picture in the page, and the milliseconds of a frame while it is
zoomed and moved. The CPU time of the page's thread in a frame does not depend on what else the machine does.
"""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from statistics import median

import nbformat
import numpy as np
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Page, sync_playwright

from cajal_kernel.views.basis import Axis
from cajal_kernel.views.matrix import Matrix, matrix_picture
from cajal_kernel.views.matrix.live import matrix_live
from scripts.screenshot import Lab, chromium, open_notebook

STATIC = (65, 100, 200, 300, 1000, 4096)
LIVE = (100, 1000, 4096)
ROUNDS = 5

SETUP = "%%python\nimport torch\ntorch.manual_seed(0)"

# Turns the wheel over the canvas, then drags it, frame by frame. The times are those of our drawing, and
# those of the page from frame to frame.
MOVE = """async (canvas) => {
  const host = canvas.closest(".cajal-live");
  const box = canvas.getBoundingClientRect();
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  const at = { clientX: x, clientY: y, bubbles: true, cancelable: true, pointerId: 1 };
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const [ours, gaps] = [[], []];
  const step = async (event) => {
    canvas.dispatchEvent(event);
    const before = performance.now();
    await frame();
    await frame();
    gaps.push((performance.now() - before) / 2);
    ours.push(host.cajal.read({}).took);
  };
  for (let i = 0; i < 25; i++) await step(new WheelEvent("wheel", { ...at, deltaY: -20, ctrlKey: true }));
  const moved = (i) => ({ ...at, clientX: x + i, clientY: y + i, buttons: 1 });
  canvas.setPointerCapture = () => {}; // there is no pointer to capture
  await step(new PointerEvent("pointerdown", moved(0)));
  for (let i = 0; i < 25; i++) await step(new PointerEvent("pointermove", moved(2 * i)));
  await step(new PointerEvent("pointerup", moved(50)));
  for (let i = 0; i < 25; i++) await step(new WheelEvent("wheel", { ...at, deltaY: 20, ctrlKey: true }));
  return { ours, gaps };
}"""


def noise(size: int) -> Matrix:
    axis = Axis("n", f"Nat[{size}]", tuple(map(str, range(size))))
    values = np.random.default_rng(0).normal(size=(size, size)).astype("f4")
    return Matrix("w", "", (axis,), axis, values, (), values.shape)


def static() -> None:
    """The CPU time of text and image, the least of some rounds."""
    print("static form        CPU         HTML")
    matrix_picture(noise(STATIC[0]), live=False)  # loads Pillow, and the font
    for size in STATIC:
        matrix = noise(size)
        times, pictures = [], []
        for _ in range(ROUNDS):
            start = time.process_time()
            pictures.append(matrix_picture(matrix, live=False))
            times.append(time.process_time() - start)
        kilobytes = len(pictures[0].html) / 1e3
        print(f"{size:>5} x {size:<5} {1e3 * min(times):>8.1f} ms {kilobytes:>8.0f} kB")


def live() -> None:
    """In a page: what is sent, the first picture and the frames."""
    cells = [SETUP, *(cell for size in LIVE for cell in _cells(size))]
    notebook = new_notebook(cells=[new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "cajal", "display_name": "cajal"}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        lab = Lab(Path(folder))
        nbformat.write(notebook, lab.folder / "matrix.ipynb")
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        with lab.running() as address:
            page = open_notebook(browser, address, "matrix.ipynb", 1280)
            print("\nlive form          sent    to the picture   frame: median  greatest  of the CPU  page's")
            for index, _ in enumerate(cells):
                start = time.perf_counter()
                _run(page, index)
                if index and index % 2 == 0:
                    _report(page, index, start)
        browser.close()


def _cells(size: int) -> tuple[str, str]:
    declared = f"space V{size}[{size}]\nextern w{size} : V{size} -o V{size}"
    return f"{declared}\n%link w{size}=torch.randn({size}, {size})", f"%show w{size}"


def _run(page: Page, index: int) -> None:
    """Runs a cell, and waits for its reply."""
    page.evaluate(
        """async (index) => {
          const app = window.jupyterapp;
          app.shell.currentWidget.content.activeCellIndex = index;
          await app.commands.execute("notebook:run-cell");
        }""",
        index,
    )


def _report(page: Page, index: int, start: float) -> None:
    canvas = page.locator(".jp-CodeCell").nth(index).locator("canvas")
    canvas.wait_for(timeout=60_000)
    first = time.perf_counter() - start
    size = LIVE[index // 2 - 1]
    sent = len(matrix_live(noise(size)).packed()[1])
    browser = page.context.browser
    assert browser
    browser.start_tracing(page=page, categories=["devtools.timeline"])
    frames = canvas.evaluate(MOVE)
    events = json.loads(browser.stop_tracing())["traceEvents"]
    used = [e["tdur"] / 1000 for e in events if e["name"] == "FireAnimationFrame" and "tdur" in e]
    ours = frames["ours"]
    print(
        f"{size:>5} x {size:<5} {sent / 1e6:>6.2f} MB {first:>10.2f} s {median(ours):>14.1f} ms"
        f" {max(ours):>7.1f} ms {max(used):>9.1f} ms {median(frames['gaps']):>6.1f} ms"
    )


if __name__ == "__main__":
    static()
    live()
