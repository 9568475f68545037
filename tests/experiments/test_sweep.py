"""A sweep ends with every run complete once, and what was killed goes on from its checkpoint, bit-equal."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from cajal_experiments.cells import grid
from cajal_experiments.registry import find
from cajal_experiments.sweep import Sweep, description, sweep
from cajal_experiments.workers import Here

from .commands import TINY, noted, run_tiny, start, study, wait

SLOW = ("--models", "slow", "--variants", "A", "--steps", "60", "--seeds", "3")


@pytest.fixture
def plan(tmp_path: Path) -> Sweep:
    return Sweep(TINY, "tiny", str(tmp_path / "tiny.db"), "digits", tmp_path / "checkpoints", heartbeat=1)


def test_a_sweep_runs_what_is_not_complete(plan: Sweep, capsys: pytest.CaptureFixture[str]) -> None:
    experiment = find(TINY)
    cells = grid(experiment, "digits", models=["I"], seeds=range(2), size="small")
    told: list[str] = []
    assert sweep(plan, cells[:3], Here(plan.work), say=told.append) == {}
    assert told == ["0 of 3 runs are complete", "3 of 3 runs are complete"]
    capsys.readouterr()
    assert sweep(plan, cells, Here(plan.work), say=told.append) == {}
    assert told[2:] == ["3 of 4 runs are complete", "4 of 4 runs are complete"]
    assert capsys.readouterr().out == f"ended: {cells[3].key}\n"
    assert list(plan.checkpoints.iterdir()) == []


def test_an_error_of_a_model_is_given_and_the_others_are_run(plan: Sweep) -> None:
    cells = grid(find(TINY), "digits", variants=["A"], models=["broken", "trivial"], seeds=[0], size="small")
    errors = sweep(plan, cells, Here(plan.work), say=lambda _text: None)
    assert list(errors) == [cells[0].key]
    assert errors[cells[0].key].startswith("ValueError: this model cannot be made\n")
    assert len(plan.ledger().complete()) == 1


def test_a_study_knows_what_made_it() -> None:
    told = description(TINY)
    assert (told["experiment"], told["source"], told["models"][0]) == ("tiny", TINY, "D")


@pytest.fixture
def interruptible() -> Iterator[None]:
    """What is started can be interrupted, also where a shell lets its background jobs ignore that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def workers(command: int) -> list[psutil.Process]:
    children = psutil.Process(command).children()
    return [process for process in children if "--multiprocessing-fork" in process.cmdline()]


@pytest.mark.slow
@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("begun", [False, True])
def test_an_interrupt_of_a_terminal_is_told_in_a_line(tmp_path: Path, begun: bool) -> None:
    notes = tmp_path / "notes"
    slow = {"TINY_SECONDS": "0.05", "TINY_NOTES": str(notes)}
    command = start(*run_tiny(tmp_path, *SLOW, "--jobs", "2"), **slow)
    assert command.stdout
    assert command.stdout.readline() == "0 of 3 runs are complete\n"
    wait(lambda: len(workers(command.pid)) == 2)
    wait(lambda: noted(notes) or not begun)
    for worker in workers(command.pid):  # a terminal interrupts all, in any order
        worker.send_signal(signal.SIGINT)
    time.sleep(1)
    os.kill(command.pid, signal.SIGINT)
    assert command.communicate(timeout=60)[0] == "Interrupted. The same command goes on from here.\n"
    assert command.returncode == 130
    if begun:
        again = start(*run_tiny(tmp_path, *SLOW, "--jobs", "2"), TINY_SECONDS="0", TINY_NOTES=os.devnull)
        assert again.communicate(timeout=120)[0].endswith("3 of 3 runs are complete\n")


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_killed_workers_and_a_killed_command_change_no_number(tmp_path: Path) -> None:
    calm, rough, notes = tmp_path / "calm", tmp_path / "rough", tmp_path / "notes"
    quick = {"TINY_SECONDS": "0", "TINY_NOTES": os.devnull}
    slow = {"TINY_SECONDS": "0.05", "TINY_NOTES": str(notes)}
    process = start(*run_tiny(calm, *SLOW), **quick)
    assert process.communicate(timeout=120)[0].endswith("3 of 3 runs are complete\n")

    command = start(*run_tiny(rough, *SLOW, "--jobs", "2"), **slow)
    wait(lambda: any(step > 25 for _process, step in noted(notes)))
    victim = next(process for process, step in noted(notes) if step > 25)
    os.kill(victim, signal.SIGKILL)
    wait(lambda: any(step > 25 for process, step in noted(notes) if process != victim))
    command.kill()  # its workers end with it
    command.communicate()
    again = start(*run_tiny(rough, *SLOW, "--jobs", "2"), **slow)
    assert "3 of 3 runs are complete\n" in again.communicate(timeout=120)[0]

    numbers = [
        [(run["cell"], run["result"]["measures"], run["result"]["curves"]) for run in study(folder).runs]
        for folder in (calm, rough)
    ]
    assert numbers[0] == numbers[1]
    # The killed runs went on from a checkpoint: three runs of 60 steps, and at most an epoch for each kill.
    assert 180 < len(noted(notes)) <= 180 + 3 * 21
