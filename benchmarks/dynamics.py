"""What the picture of recurrences takes: `python -m benchmarks.dynamics`. A page's frames need Chromium."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

import cajal_core as cajal
from cajal_kernel.views.dynamics.picture import dynamics_picture
from cajal_kernel.views.live.page import page as written
from cajal_kernel.views.picture import Picture, Subject
from scripts.screenshot import chromium

SOURCE = f"""
data Eight = {" | ".join(f"C{index}" for index in range(8))}
learn wide : Nat[64] -o Nat[64]
learn narrow : Nat[16] -o Nat[16]
def not (x : Bool) : Bool = if x then false else true
def even (n : Nat) : Bool = iter n {{ zero => true | succ b => not b }}
def spin (n : Nat[1024]) : Eight = iter n {{ zero => C0 | succ y => case y {{
  {" | ".join(f"C{index} => C{(index + 1) % 8}" for index in range(8))} }} }}
def long (n : Nat[1024]) : Nat[64] = iter n {{ zero => (0 : Nat[64]) | succ y => wide y }}
def longer (n : Nat[10000]) : Nat[16] = iter n {{ zero => (0 : Nat[16]) | succ y => narrow y }}
"""

# Each frame looks at another step, or sets the first input to another mixture of two basis vectors.
FRAMES = """([isStep, dim]) => {
    const handle = document.querySelector(".cajal-live").cajal;
    const frames = [];
    for (let k = 0; k < 40; k++) {
        const at = Math.floor((dim - 1) * Math.abs(Math.sin(k)));
        const value = Array(dim).fill(0);
        value[at] += 0.5;
        value[dim - 1] += 0.5;
        const begin = performance.now();
        handle.read(isStep ? { choose: at } : { input: 0, value });
        document.body.getBoundingClientRect(); // lays the page out
        frames.push(performance.now() - begin);
    }
    return frames.sort((a, b) => a - b);
}"""


def kernel(name: str, program: cajal.Program) -> tuple[Picture, float]:
    """The picture, and the least milliseconds of the processor that it takes of several times."""
    subject, times = Subject(name, program[name]), list[float]()
    for _ in range(6):
        begin = time.process_time()
        list(dynamics_picture(subject))
        times.append(1000 * (time.process_time() - begin))
    return next(dynamics_picture(subject)), min(times)


def frames(name: str, picture: Picture) -> tuple[list[float], list[float]]:
    """The milliseconds of 40 other steps and of 40 other inputs in a page, in order."""
    assert picture.live is not None
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "page.html"
        path.write_text(written(name, [picture.live], ""), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(path.as_uri())
        dim = picture.live.spec["inputs"][0]["about"]["dim"]
        steps, inputs = (page.evaluate(FRAMES, [is_step, dim]) for is_step in (True, False))
        browser.close()
    return steps, inputs


def main() -> None:
    program = cajal.load(SOURCE)
    for name in ("even", "spin", "long", "longer"):
        picture, milliseconds = kernel(name, program)
        assert picture.live is not None
        sent = len(picture.live.packed()[1]) / 1000
        static = len(picture.html) / 1000
        print(f"{name}: {milliseconds:.0f} ms of CPU, static {static:.0f} kB, sent {sent:.0f} kB")
        if chromium():
            steps, inputs = frames(name, picture)
            print(f"  another step: median {steps[20]:.1f} ms, slowest {steps[-1]:.1f} ms")
            print(f"  another input: median {inputs[20]:.1f} ms, slowest {inputs[-1]:.1f} ms")


if __name__ == "__main__":
    main()
