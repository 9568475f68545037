"""Kills a training again and again, at random moments, and compares its end with that of one that was not.

    python benchmarks/resume.py [KILLS]

kills it 20 times, if nothing else is said, and prints whether weights, history and the callback's state are,
bit by bit, those of the other. `tests/core/training/test_loop.py` does the same with fewer kills.

The network has what depends on more than its weights: dropout, BatchNorm, data that is drawn, a scheduler, a
callback with a state, and early stopping.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

import cajal_core as cajal

ROOT = Path(__file__).parents[1]


class Noisy(Dataset[Any]):
    """Samples that are drawn anew each time, by three kinds of random numbers."""

    def __len__(self) -> int:
        return 40

    def __getitem__(self, place: int) -> tuple[Tensor, Tensor]:
        noise = random.random() + np.random.rand()  # noqa: NPY002, S311  # as many datasets draw
        return torch.randn(6) + noise + place / 40, torch.tensor(place % 2)


class Counted:
    """A callback with a state."""

    def __init__(self, pause: float) -> None:
        self.pause, self.total = pause, 0.0

    def step(self, training: cajal.Training) -> None:
        self.total += training.loss
        time.sleep(self.pause)

    def state_dict(self) -> dict[str, float]:
        return {"total": self.total}

    def load_state_dict(self, state: dict[str, float]) -> None:
        self.total = state["total"]


def train(folder: Path, steps: int, pause: float = 0.0, workers: int | None = None) -> tuple[Any, ...]:
    """The model, its history and the callback's state after so many steps."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(6, 8), nn.BatchNorm1d(8), nn.Dropout(0.3), nn.ReLU(), nn.Linear(8, 2))
    loader = DataLoader(Noisy(), 8, shuffle=True, num_workers=workers or 0)
    counted = Counted(pause)
    history = cajal.fit(
        model,
        Noisy() if workers is None else loader,
        nn.functional.cross_entropy,
        steps=steps,
        batch=8,
        rate=0.01,
        scheduler=lambda optimizer: torch.optim.lr_scheduler.StepLR(optimizer, 7, 0.9),
        validate=Noisy(),
        every=6,
        callbacks=[counted, cajal.EarlyStopping("loss", patience=1000)],
        checkpoint=cajal.Checkpoint(folder / "run.pt", every=3),
        progress=False,
    )
    return model, history, counted.total


def started(folder: Path, steps: int, pause: float = 0.0) -> subprocess.Popen[str]:
    """A process that trains in a folder, with a pause in each step."""
    folder.mkdir(exist_ok=True)
    command = [sys.executable, __file__, "train", str(folder), str(steps), str(pause)]
    environment = {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment)  # noqa: S603


def said(process: subprocess.Popen[str]) -> str:
    """How a training ended, and after how many steps."""
    return process.communicate(timeout=200)[0].strip()


def written(folder: Path) -> int:
    """The steps of the checkpoint that a folder has."""
    path = folder / "run.pt"
    return torch.load(path, weights_only=True)["state"]["step"] if path.exists() else 0


def kill_often(folder: Path, kills: int, pause: float = 0.05) -> list[int]:
    """Kills a training of 15 steps for each kill at random moments, lets it end, and compares it.

    Returns:
        The steps of the checkpoint after each kill.

    Raises:
        AssertionError: if the end is not that of a training that was not killed.
    """
    chance, steps, seen = random.Random(0), 15 * (kills + 1), list[int]()  # noqa: S311  # only moments
    assert said(started(folder / "whole", steps)) == f"finished {steps}"
    parts = folder / "parts"
    while len(seen) < kills:
        process, before = started(parts, steps, pause), written(parts)
        while written(parts) <= before and process.poll() is None:
            time.sleep(pause / 2)
        time.sleep(chance.random() * 6 * pause)
        process.kill()
        process.communicate()
        assert process.returncode == -signal.SIGKILL, "it ended before it was killed"
        seen.append(written(parts))
    assert said(started(parts, steps)) == f"finished {steps}"
    one, other = (torch.load(folder / name / "end.pt", weights_only=True) for name in ("whole", "parts"))
    for end in (one, other):
        del end[1]["seconds"]
    assert all(torch.equal(one[0][name], other[0][name]) for name in one[0]), "the weights differ"
    assert one[1:] == other[1:], "the histories differ"
    return seen


def main() -> None:
    if sys.argv[1:2] == ["train"]:
        torch.set_num_threads(1)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        folder = Path(sys.argv[2])
        model, history, total = train(folder, int(sys.argv[3]), float(sys.argv[4]))
        torch.save([model.state_dict(), history.state_dict(), total], folder / "end.pt")
        print(history.stopped, history.steps)
        return
    with tempfile.TemporaryDirectory() as folder:
        seen = kill_often(Path(folder), int(sys.argv[1]) if len(sys.argv) > 1 else 20)
    print(
        f"killed {len(seen)} times, with checkpoints of {', '.join(map(str, seen))} steps: all bits are equal"
    )


if __name__ == "__main__":
    main()
