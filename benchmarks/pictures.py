"""How long a page takes to follow what is dragged: `python -m benchmarks.pictures`. It needs Chromium.

The time of a frame is from the key to the page laid out. Beside it is the CPU time of the page's thread in
it, which does not depend on what else the machine does.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

import cajal_core as cajal
from cajal_kernel.views.explorer.run import run_live
from cajal_kernel.views.live.page import page as written
from cajal_kernel.views.picture import Subject
from scripts.screenshot import chromium

DRAG = """async () => {
    const bar = document.querySelector("[role=slider]");
    const frames = [];
    for (let k = 0; k < 60; k++) {
        await new Promise(requestAnimationFrame);
        const begin = performance.now();
        bar.dispatchEvent(new KeyboardEvent("keydown", { key: k % 2 ? "ArrowUp" : "ArrowDown" }));
        document.body.getBoundingClientRect(); // lays the page out
        frames.push(performance.now() - begin);
    }
    return frames;
}"""


def explorer(terms: int) -> tuple[list[float], list[float]]:
    """The milliseconds of 60 frames that drag an input of so many sub-terms: on the clock, and of the CPU."""
    lines = "\n".join(f"  let x{k + 1} = not x{k} in" for k in range(terms // 3))
    negation = "def not (x : Bool) : Bool = if x then false else true"
    source = f"{negation}\ndef f (x0 : Bool) : Bool =\n{lines}\n  x{terms // 3}"
    live = run_live(Subject("f", cajal.load(source)["f"]))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "page.html"
        path.write_text(written("f", [live], ""), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(path.as_uri())
        page.wait_for_timeout(1000)  # nobody drags while a page still loads
        browser.start_tracing(page=page, categories=["devtools.timeline"])
        frames: list[float] = page.evaluate(DRAG)
        events = json.loads(browser.stop_tracing())["traceEvents"]
        browser.close()
    used = [e["tdur"] / 1000 for e in events if e["name"] == "FireAnimationFrame" and "tdur" in e]
    return sorted(frames), sorted(used)


if __name__ == "__main__":
    for terms in (50, 200):
        for what, frames in zip(("on the clock", "of the CPU"), explorer(terms), strict=True):
            middle = frames[len(frames) // 2]
            print(f"explorer, {terms} sub-terms, {what}: median {middle:.1f} ms, slowest {frames[-1]:.1f} ms")
