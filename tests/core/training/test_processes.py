"""Two processes train as one does, to the rounding of float32 sums: within 1e-5 of the weights."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

ROOT = Path(__file__).parents[3]

SCRIPT = """
import sys, torch, cajal_core as cajal
from torch import nn
rank, world, folder, steps = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
torch.set_num_threads(1)
if world > 1:
    torch.distributed.init_process_group("gloo", f"file://{folder}/meet{steps}", rank=rank, world_size=world)
torch.manual_seed(0)
data = torch.randn(21, 3), torch.randn(21, 1)
torch.manual_seed(rank)  # the weights are those of process 0
model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
class Writes:
    def end(self, training):
        print("end")
history = cajal.fit(
    model, data, nn.functional.mse_loss, steps=steps, batch=4, rate=0.01, validate=data,
    metrics={"error": lambda result, target: (result - target).abs().mean()}, clip=1.0,
    checkpoint=cajal.Checkpoint(f"{folder}/{world}.pt", every=4),
)
series = {name: history.series(name) for name in history.names}
torch.save([model.state_dict(), series], f"{folder}/{world}-{rank}.end")
if world > 1:
    torch.distributed.destroy_process_group()
"""


def train(folder: Path, world: int, steps: int) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(rank), str(world), str(folder), str(steps)], env=environment
        )
        for rank in range(world)
    ]
    assert [process.wait(200) for process in processes] == [0] * world


@pytest.mark.slow
def test_two_processes_end_as_one(tmp_path: Path) -> None:
    train(tmp_path, 1, 14)
    train(tmp_path, 2, 5)
    train(tmp_path, 2, 14)  # goes on
    one, first, second = [
        torch.load(tmp_path / f"{name}.end", weights_only=True) for name in ("1-0", "2-0", "2-1")
    ]
    for name, weight in one[0].items():
        assert torch.equal(first[0][name], second[0][name])
        torch.testing.assert_close(first[0][name], weight, rtol=1e-5, atol=1e-5)
    for name in ("loss", "error"):
        assert first[1][name] == second[1][name]
        assert first[1][name][1] == pytest.approx(one[1][name][1], rel=1e-4)
    assert first[1]["validation loss"][1][-1] == pytest.approx(one[1]["validation loss"][1][-1], rel=1e-4)
    assert not list(tmp_path.glob("*.partial"))
