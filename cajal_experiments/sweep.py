"""A sweep: queues cells, keeps workers at them, and goes on until none is left."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from optuna.trial import TrialState

from cajal_experiments import team
from cajal_experiments.cells import Cell
from cajal_experiments.ledger import HEARTBEAT, Ledger
from cajal_experiments.registry import find
from cajal_experiments.running import Result, run
from cajal_experiments.workers import Workers


@dataclass(frozen=True)
class Sweep:
    """What a worker has to know; it can be sent to another process or machine.

    `experiment` is a name, or a path to a file, and `data` what `--data` says. `checkpoints` is a folder, and
    all workers should see the same one: a cell whose worker was killed goes on from there.
    """

    experiment: str
    study: str
    storage: str
    data: str
    checkpoints: Path
    threads: int = 1
    heartbeat: int = HEARTBEAT

    def ledger(self) -> Ledger:
        return Ledger(self.storage, self.study, heartbeat=self.heartbeat)

    def work(self) -> None:
        """What a worker does: runs waiting cells until none waits."""
        self.checkpoints.mkdir(parents=True, exist_ok=True)
        ledger = self.ledger()

        def checkpoint(cell: Cell) -> Path:
            name = hashlib.sha256(f"{ledger.id} / {cell.key}".encode()).hexdigest()[:24]
            return self.checkpoints / f"{name}.pt"

        def job(cell: Cell) -> dict[str, Any]:
            message = cell, checkpoint(cell)
            team.tell(message)
            return self.run(message).to_json()

        def ended(cell: Cell, outcome: Mapping[str, Any]) -> None:
            checkpoint(cell).unlink(missing_ok=True)
            state = "failed" if "error" in outcome else outcome["result"].get("stopped", "finished")
            told = "ended" if state in {"finished", "early", "untrained"} else state
            print(f"{told}: {cell.key}", flush=True)  # noqa: T201 - a worker tells how far it is

        ledger.work(job, ended)

    def run(self, message: tuple[Cell, Path]) -> Result:
        """Runs a cell, from its checkpoint."""
        torch.set_num_threads(self.threads)
        cell, checkpoint = message
        return run(find(self.experiment), cell, self.data, checkpoint)


def description(experiment: str) -> dict[str, Any]:
    """What a reader of the study has to know, with the name or the path that `run` takes."""
    found = find(experiment)
    return found.description() | {"source": experiment if experiment.endswith(".py") else found.name}


def sweep(
    sweep: Sweep, cells: Sequence[Cell], workers: Workers, *, say: Callable[[str], object] = print
) -> dict[str, str]:
    """Runs every cell that is not complete yet; gives the errors of those that failed, by key.

    Workers that end or are killed are replaced while cells wait. Cells that run elsewhere are waited for.
    """
    ledger = sweep.ledger()
    ledger.describe(**description(sweep.experiment))
    ledger.enqueue(cells)
    keys = {cell.key for cell in cells}
    told = -1
    try:
        while True:
            ledger.recover()
            attempts = {key: trials for key, trials in ledger.attempts().items() if key in keys}
            states = [{trial.state for trial in trials} for trials in attempts.values()]
            done = sum(TrialState.COMPLETE in state for state in states)
            waiting = sum(TrialState.WAITING in state for state in states)
            errors = {key: error for key, error in ledger.errors().items() if key in keys}
            if done != told:
                say(f"{done} of {len(keys)} runs are complete")
                told = done
            if done + len(errors) == len(keys):
                return errors
            workers.keep(waiting)
            time.sleep(min(1.0, sweep.heartbeat / 4))
    finally:
        workers.close()
