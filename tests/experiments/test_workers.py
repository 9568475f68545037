"""Workers of each kind; a cluster is a real scheduler with two workers, of which one is killed."""

from __future__ import annotations

import multiprocessing
import socket
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from cajal_experiments.errors import ExperimentError
from cajal_experiments.workers import Cluster, Here, Processes

from .commands import noted, run_tiny, start, study, wait


def test_this_process_works_while_something_waits() -> None:
    calls: list[int] = []
    here = Here(lambda: calls.append(1))
    here.keep(0)
    here.keep(2)
    here.close()
    assert calls == [1]


def test_processes_are_replaced_and_ended() -> None:
    processes = Processes(partial(time.sleep, 60), 2)
    processes.keep(1)
    assert len(processes.alive) == 1
    processes.keep(5)
    assert len(processes.alive) == 2
    victim = processes.alive[0]
    victim.kill()
    victim.join()
    processes.keep(5)
    assert victim not in processes.alive
    assert len(processes.alive) == 2
    processes.close()
    assert multiprocessing.active_children() == []


def test_a_scheduler_that_is_not_there_is_named() -> None:
    with pytest.raises(ExperimentError, match=r"No Dask scheduler answers at tcp://127\.0\.0\.1:1"):
        Cluster(lambda: None, "tcp://127.0.0.1:1", patience=1)


@pytest.fixture
def address() -> Iterator[str]:
    """A scheduler's address that is free."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    scheduler = start(
        "--host", "127.0.0.1", "--port", str(port), "--no-dashboard", module="distributed.cli.dask_scheduler"
    )
    yield f"tcp://127.0.0.1:{port}"
    scheduler.kill()
    scheduler.communicate()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_cluster_completes_each_run_once_though_a_worker_is_killed(address: str, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    slow = {"TINY_SECONDS": "0.05", "TINY_NOTES": str(notes)}
    options = ["--nthreads", "1", "--no-nanny", "--no-dashboard"]
    workers = [start(address, *options, module="distributed.cli.dask_worker", **slow) for _ in range(2)]
    try:
        command = start(
            *run_tiny(tmp_path, "--models", "slow", "--steps", "40", "--seeds", "3", "--cluster", address)
        )
        wait(lambda: any(step > 5 for process, step in noted(notes) if process == workers[0].pid))
        workers[0].kill()
        output = command.communicate(timeout=180)[0]
    finally:
        for worker in workers:
            worker.kill()
            worker.communicate()
    assert output.endswith("6 of 6 runs are complete\n")
    assert {process for process, _step in noted(notes)} == {worker.pid for worker in workers}
    runs = [(run["cell"]["variant"], run["cell"]["seed"]) for run in study(tmp_path).runs]
    assert sorted(runs) == [(variant, seed) for variant in "AB" for seed in range(3)]
