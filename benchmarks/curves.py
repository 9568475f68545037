"""What a live curve costs a training, in a kernel of its own.

    python -m benchmarks.curves [--whole]

A network of two layers is trained on batches of 64 pictures of digits' size, in short blocks that take turns:
with a curve of two metrics, and without one. Twenty pairs of blocks give a ratio; the median of the ratios is
told, and the quarters around it. Processor time counts, since a machine does other things too: a page and a
server take theirs beside the kernel. It is that inside `add`, which other programs disturb least, that of the
training's thread, and that of all threads of the kernel. The curve's clock stands still in the blocks without
it: so it is updated as often as in a training that always has it, and no block pays for another.

With `--whole` both happen in JupyterLab, in a notebook that is open in a browser. Then 200,000 points of two
metrics are added for each of twelve runs, as fast as it goes. It is told how many messages that makes, if the
server warns of a rate, what the page shows last, and how much memory the kernel and the page take.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

from jupyter_client.manager import start_new_kernel

TRAINING = """
import json, statistics, time, torch
from types import SimpleNamespace
from cajal_kernel.views import Curve
from cajal_kernel.views.curves import recorder

class Clock:
    \"\"\"The time that blocks with a curve took.\"\"\"
    stopped, since = 0.0, None
    def monotonic(self):
        return time.monotonic() - self.stopped if self.since is None else self.since - self.stopped
    def stop(self):
        self.since = time.monotonic()
    def go(self):
        self.stopped += time.monotonic() - self.since
        self.since = None

clock = Clock()
recorder.time = clock
torch.set_num_threads(1)
network = torch.nn.Sequential(torch.nn.Linear(784, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10))
optimizer = torch.optim.Adam(network.parameters())
pictures, digits = torch.rand(64, 784), torch.randint(10, (64,))

def train(first, steps, add):
    thread, process, inside = time.thread_time(), time.process_time(), 0
    for step in range(first, first + steps):
        loss = torch.nn.functional.cross_entropy(network(pictures), digits)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        value = loss.item()
        before = time.thread_time_ns()
        add(step, loss=value, accuracy=value)
        inside += time.thread_time_ns() - before
    return inside / 1e9, time.thread_time() - thread, time.process_time() - process

def block(number, is_shown):
    if not is_shown:
        return train(0, STEPS, lambda step, **metrics: None)
    clock.go()
    try:
        return train(STEPS * number, STEPS, curve.add)
    finally:
        clock.stop()

STEPS, PAIRS = 50, 20
train(0, 500, lambda step, **metrics: None)
rows = []
with Curve("digits", total=STEPS * PAIRS * TURNS) as curve:
    clock.stop()
    for turn in range(TURNS):
        sums = {True: [0, 0, 0], False: [0, 0, 0]}
        for pair in range(PAIRS):
            for is_shown in (pair % 2 == 0, pair % 2 == 1):
                for kind, seconds in enumerate(block(turn * PAIRS + pair, is_shown)):
                    sums[is_shown][kind] += seconds
        rows.append([sums[is_shown][kind] for is_shown in (False, True) for kind in range(3)])
    clock.go()
print(json.dumps({"rows": rows, "steps": STEPS * PAIRS}))
"""

MANY = """
import json, resource, time
from cajal_kernel.views import Curve
start, process = time.perf_counter(), time.process_time()
with Curve("twelve runs", total=200_000) as curve:
    for run in range(12):
        for step in range(200_000):
            curve.add(step, run=f"run {run}", loss=1 / (step + 1 + run), accuracy=step / 200_000 + run)
    seconds = time.perf_counter() - start
whole, process = time.perf_counter() - start, time.process_time() - process
lasts = [line.values[-1] for line in curve.data.lines]
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"seconds": seconds, "whole": whole, "process": process, "lasts": lasts, "memory": memory}))
"""


def ran(code: str) -> tuple[Any, list[dict[str, Any]]]:
    """What a cell prints in a new kernel, and its messages to pages."""
    manager, client = start_new_kernel(kernel_name="python3")
    printed, messages = list[str](), list[dict[str, Any]]()

    def hook(message: dict[str, Any]) -> None:
        if message["msg_type"] == "stream":
            printed.append(message["content"]["text"])
        elif message["msg_type"] == "error":
            raise RuntimeError("\n".join(message["content"]["traceback"]))
        elif message["msg_type"] == "comm_msg":
            messages.append(message)

    client.session.metadata = {"cellId": "a cell"}  # as a page sends it, without which no picture is live
    try:
        client.execute_interactive(code, timeout=900, output_hook=hook)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    return json.loads("".join(printed)), messages


def tell_costs(measured: dict[str, Any]) -> None:
    """The milliseconds of a step without a curve, and how many percent more one with it takes."""
    import numpy as np

    rows = np.array(measured["rows"])
    without, shown = rows[:, :3], rows[:, 3:]
    print(f"a step without a curve {1e3 * np.median(without[:, 1]) / measured['steps']:.3f} ms; with one")
    for name, kind, whole in (("inside `add`", 0, 1), ("the training's thread", 1, 1), ("the kernel", 2, 2)):
        more = 100 * (shown[:, kind] - without[:, kind]) / without[:, whole]
        low, middle, high = np.percentile(more, [25, 50, 75])
        print(f"  {name:22} {middle:.2f} % more ({low:.2f} to {high:.2f})")


def tell_points(measured: dict[str, Any]) -> None:
    each = 1e6 * measured["seconds"] / 2_400_000
    print(f"an `add` of two values {each:.2f} µs, updates of the page included")
    print(
        f"all of {measured['whole']:.1f} s, with the end; processor {measured['process']:.1f} s; "
        f"kernel's peak {measured['memory']:.0f} MB"
    )


def kernels(turns: int) -> None:
    """Both measures in kernels without a page."""
    costs, messages = ran(TRAINING.replace("TURNS", str(turns)))
    print(f"{len(messages)} messages")
    tell_costs(costs)
    points, messages = ran(MANY)
    tell_points(points)
    sizes = [len(json.dumps(message["content"])) + sum(map(len, message["buffers"])) for message in messages]
    print(f"{len(messages)} messages, {sum(sizes) / 1e6:.2f} MB; the largest {max(sizes) / 1e6:.2f} MB")


FRAMES = """() => {
    const widget = window.jupyterapp.shell.currentWidget;
    window.messages = { count: 0, bytes: 0, least: 1e9 };
    let before = 0;
    widget.sessionContext.session.kernel.iopubMessage.connect((_, message) => {
        if (message.header.msg_type !== "comm_msg") return;
        const now = performance.now();
        window.messages.count++;
        window.messages.bytes += message.buffers.reduce((sum, buffer) => sum + buffer.byteLength, 0);
        window.messages.least = Math.min(window.messages.least, now - before);
        before = now;
    });
}"""

SHOWN = """() => [...document.querySelectorAll('.cajal-live')].at(-1).cajal.read().panels.flatMap(panel =>
    panel.lines.map(line => line.drawn.y.at(-1)))"""


def whole(turns: int) -> None:
    """Both measures in JupyterLab, with a page that shows the curves."""
    import nbformat
    from nbformat.v4 import new_code_cell, new_notebook
    from playwright.sync_api import sync_playwright

    from scripts.screenshot import Lab, chromium, open_notebook, run_all

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch, sync_playwright() as playwright:
        lab = Lab(Path(scratch))
        for name, code in (("training", TRAINING.replace("TURNS", str(turns))), ("many", MANY)):
            cells = [new_code_cell(code)]
            kernel = {"kernelspec": {"name": "python3", "display_name": "Python"}}
            nbformat.write(new_notebook(cells=cells, metadata=kernel), lab.folder / f"{name}.ipynb")
        with lab.running() as address:
            browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
            for name in ("training", "many"):
                page = open_notebook(browser, address, f"{name}.ipynb", 1280)
                page.evaluate(FRAMES)
                start = time.perf_counter()
                run_all(page, timeout=900)
                seconds = time.perf_counter() - start
                measured = json.loads(page.locator(".jp-OutputArea-output pre").last.inner_text())
                print(f"{name}: {seconds:.1f} s in the page, messages {page.evaluate('window.messages')}")
                if name == "training":
                    tell_costs(measured)
                else:
                    tell_points(measured)
                    shown = page.evaluate(SHOWN)
                    lasts = measured["lasts"][::2] + measured["lasts"][1::2]
                    print("the page shows the last values:", shown == lasts)
                    heap = page.evaluate("performance.memory.usedJSHeapSize") / 1e6
                    print(f"the page's heap {heap:.0f} MB")
                page.close()
            browser.close()
        log = lab.log.read_text(encoding="utf-8")
        print("warnings of a rate:", log.count("rate exceeded"))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--turns", type=int, default=12, help="how many ratios are measured")
    parser.add_argument("--whole", action="store_true", help="in JupyterLab, with a page")
    options = parser.parse_args()
    (whole if options.whole else kernels)(options.turns)


if __name__ == "__main__":
    main()
