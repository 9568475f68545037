"""How long a kernel takes to its first result, beside python3 with `import torch`.

    python -m benchmarks.startup

The kernels take turns, and the least of several starts counts, since a machine does other things too.
"""

from __future__ import annotations

import argparse
import time

from jupyter_client.manager import start_new_kernel

NOT = "def not (x : Bool) : Bool = if x then false else true"


def seconds(kernel: str, code: str) -> float:
    """From the start of a kernel to its reply to a cell."""
    began = time.perf_counter()
    manager, client = start_new_kernel(kernel_name=kernel)
    try:
        client.execute_interactive(code, timeout=60, output_hook=lambda _: None)
        return time.perf_counter() - began
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--turns", type=int, default=4)
    turns = parser.parse_args().turns
    work = {
        "python3, import torch": ("python3", "import torch"),
        "cajal, the first matrix": ("cajal", NOT),
        "cajal, the first value": ("cajal", "true"),
    }
    times = [{name: seconds(*each) for name, each in work.items()} for _ in range(turns)]
    least = {name: min(turn[name] for turn in times) for name in work}
    for name, took in least.items():
        print(f"{name:24} {took:6.2f} s")
    ratio = least["cajal, the first matrix"] / least["python3, import torch"]
    print(f"the first matrix takes {ratio:.2f} times as long")


if __name__ == "__main__":
    main()
