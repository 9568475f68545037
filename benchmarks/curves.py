"""What a live curve costs a training, in a kernel of its own.

    python -m benchmarks.curves

A network of two layers is trained on batches of 64 pictures of digits' size, in turns of 200 steps with a
curve of two metrics and without one; the median of the processor times counts, since a machine does other
things too. Then 200,000 points of two metrics are added for each of twelve runs, as fast as it goes, and the
messages to the page are counted.
"""

from __future__ import annotations

import argparse
import json
from typing import Any

from jupyter_client.manager import start_new_kernel

TRAINING = """
import statistics, time, torch
from cajal_kernel.views import Curve
torch.set_num_threads(1)
network = torch.nn.Sequential(torch.nn.Linear(784, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10))
optimizer = torch.optim.Adam(network.parameters())
pictures, digits = torch.rand(64, 784), torch.randint(10, (64,))

def train(first, steps, add):
    start = time.process_time()
    for step in range(first, first + steps):
        loss = torch.nn.functional.cross_entropy(network(pictures), digits)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        value = loss.item()
        add(step, loss=value, accuracy=value)
    return time.process_time() - start

without, shown = [], []
train(0, 200, lambda step, **metrics: None)
with Curve("digits", total=200 * TURNS) as curve:
    for turn in range(TURNS):
        without.append(train(0, 200, lambda step, **metrics: None))
        shown.append(train(200 * turn, 200, curve.add))
print(statistics.median(without) / 200, statistics.median(shown) / 200)
"""

MANY = """
from cajal_kernel.views import Curve
import time
start = time.perf_counter()
with Curve("twelve runs", total=200_000) as curve:
    for run in range(12):
        for step in range(200_000):
            curve.add(step, run=f"run {run}", loss=1 / (step + 1), accuracy=step / 200_000)
    seconds = time.perf_counter() - start
print(seconds / 2_400_000, seconds)
"""


def ran(code: str) -> tuple[list[float], list[dict[str, Any]]]:
    """The numbers that a cell prints in a new kernel, and its messages to pages."""
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
    return [float(word) for word in "".join(printed).split()], messages


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--turns", type=int, default=40)
    turns = parser.parse_args().turns
    (without, shown), _ = ran(TRAINING.replace("TURNS", str(turns)))
    print(f"a step without a curve {1e3 * without:8.3f} ms")
    print(f"a step with a curve    {1e3 * shown:8.3f} ms, {100 * (shown / without - 1):.1f} % more")

    (each, seconds), messages = ran(MANY)
    sizes = [len(json.dumps(message["content"])) + sum(map(len, message["buffers"])) for message in messages]
    print(f"an `add` of two values {1e6 * each:8.2f} µs, updates of the page included")
    rate, size = len(messages) / seconds, sum(sizes) / seconds
    print(f"{len(messages)} messages in {seconds:.1f} s: {rate:.1f} and {size / 1e6:.2f} MB a second")
    print(f"the largest message is {max(sizes) / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
