"""Two processes of `torchrun` end equal to one."""

from __future__ import annotations

from pathlib import Path

import pytest

from cajal_experiments import team

from .commands import run_tiny, start, study


def test_one_process_leads_itself() -> None:
    with team.team():
        assert team.is_first()
        assert team.size() == 1
        team.tell("nobody hears")


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_two_processes_end_equal_to_one(tmp_path: Path) -> None:
    alone, two = tmp_path / "alone", tmp_path / "two"
    chosen = ["--models", "D,I", "--variants", "A", "--seeds", "1"]
    torchrun = ["--nproc-per-node", "2", "-m", "cajal_experiments"]
    processes = [
        start(*run_tiny(alone, *chosen)),
        start(*torchrun, *run_tiny(two, *chosen), module="torch.distributed.run"),
    ]
    for process in processes:
        output = process.communicate(timeout=200)[0]
        assert process.returncode == 0, output
        assert "2 of 2 runs are complete" in output
    for one, other in zip(study(alone).runs, study(two).runs, strict=True):
        assert (one["result"]["processes"], other["result"]["processes"]) == (1, 2)
        assert one["result"]["measures"] == pytest.approx(other["result"]["measures"], abs=0.006)
        (steps, losses), (same, others) = one["result"]["curves"]["loss"], other["result"]["curves"]["loss"]
        assert steps == same
        assert others == pytest.approx(losses, abs=1e-4)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_team_ends_after_an_error(tmp_path: Path) -> None:
    torchrun = ["--nproc-per-node", "2", "-m", "cajal_experiments"]
    command = run_tiny(tmp_path, "--models", "broken,trivial", "--variants", "A", "--seeds", "1")
    process = start(*torchrun, *command, module="torch.distributed.run")
    output = process.communicate(timeout=200)[0]
    assert process.returncode == 1
    assert "ValueError: this model cannot be made" in output
    assert len(study(tmp_path).runs) == 1
