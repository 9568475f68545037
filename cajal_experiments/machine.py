"""What a number depends on beside its cell: the versions of libraries, and the machine."""

from __future__ import annotations

import os
import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path

import torch

LIBRARIES = ("cajal-jupyter", "torch", "numpy", "scikit-learn", "optuna")


def versions() -> dict[str, str]:
    """Python and the libraries that a result depends on."""
    return {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}}


@cache
def machine() -> str:
    """The processor or GPU, and how many threads torch uses: `Intel Xeon, 2 cores`."""
    if torch.cuda.is_available():
        return torch.cuda.get_device_name()
    return f"{_processor()}, {os.cpu_count()} cores"


def _processor() -> str:
    """The model of the processor where the system tells it, else its architecture."""
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name" and value.strip() != "unknown":
                return value.strip()
    return platform.processor() or platform.machine()
