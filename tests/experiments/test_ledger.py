"""The ledger: each cell is complete exactly once, whichever workers are killed or stand still."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from optuna.trial import TrialState

from cajal_experiments.cells import Cell
from cajal_experiments.errors import ExperimentError
from cajal_experiments.ledger import Ledger, exists, url_of

ROOT = Path(__file__).parents[2]

#: A worker whose job notes its beginning and its end in a file.
WORKER = """
import os, sys, time
from cajal_experiments.ledger import Ledger
storage, notes, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])

def note(word, cell):
    with open(notes, "a") as file:
        print(word, cell.seed, os.getpid(), file=file, flush=True)

def job(cell):
    note("began", cell)
    time.sleep(seconds)
    note("ended", cell)
    return {"seconds": seconds, "pid": os.getpid()}

Ledger(storage, "study", heartbeat=1).work(job, lambda cell, outcome: None)
"""


def cells(count: int) -> list[Cell]:
    return [Cell("", "D", seed, "small", "digits", "0") for seed in range(count)]


class Place:
    """A storage, the notes of its workers, and the workers."""

    def __init__(self, folder: Path) -> None:
        self.storage = str(folder / "ledger.db")
        self.notes = folder / "notes"
        self.notes.touch()
        self.ledger = Ledger(self.storage, "study", heartbeat=1)
        self.workers: list[subprocess.Popen[bytes]] = []

    def start(self, seconds: float) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", WORKER, self.storage, str(self.notes), str(seconds)]
        self.workers.append(subprocess.Popen(command, cwd=ROOT))
        return self.workers[-1]

    def noted(self, word: str) -> list[tuple[int, int]]:
        """The seed and the process of each note."""
        lines = [line.split() for line in self.notes.read_text().splitlines()]
        return [(int(seed), int(pid)) for noted, seed, pid in lines if noted == word]

    def wait(self, condition: str, seconds: float = 240) -> None:
        """Waits for an expression in `self` to hold; recovers meanwhile."""
        end = time.monotonic() + seconds
        while not eval(condition, {"self": self, "len": len}):
            assert time.monotonic() < end, condition
            self.ledger.recover()
            time.sleep(0.1)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path)
    yield place
    for worker in place.workers:
        worker.kill()
        worker.wait()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_each_of_fifteen_cells_is_complete_once_though_a_worker_is_killed(place: Place) -> None:
    place.ledger.enqueue(cells(15))
    # The victim would take its first cell for ever, so it is killed within it.
    victim, _other = place.start(3_600), place.start(0.3)
    place.wait("self.workers[0].pid in [pid for _, pid in self.noted('began')]")
    victim.kill()
    place.wait("len(self.ledger.complete()) == 15 or not self.start(0.3)")
    complete = Counter(
        trial.user_attrs["cell"]["seed"]
        for trial in place.ledger.study.trials
        if trial.state == TrialState.COMPLETE
    )
    assert complete == dict.fromkeys(range(15), 1)
    # What was finished was not run again, and one cell was begun again.
    assert Counter(seed for seed, _ in place.noted("ended")) == dict.fromkeys(range(15), 1)
    assert len(place.noted("began")) == 16


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_many_workers_take_no_cell_twice(place: Place) -> None:
    """SQLite alone would let two workers read that an attempt waits, and both take it."""
    place.ledger.enqueue(cells(24))
    for _ in range(4):
        place.start(0)
    for worker in place.workers:
        assert worker.wait(timeout=100) == 0
    assert Counter(seed for seed, _ in place.noted("began")) == dict.fromkeys(range(24), 1)
    assert len(place.ledger.complete()) == 24


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_worker_that_stood_still_does_not_complete_a_cell_twice(place: Place) -> None:
    place.ledger.enqueue(cells(1))
    still = place.start(1)
    place.wait("len(self.noted('began')) == 1")
    os.kill(still.pid, signal.SIGSTOP)
    place.wait("len(self.ledger.study.trials) == 2")
    place.start(0)
    place.wait("len(self.ledger.complete()) == 1")
    os.kill(still.pid, signal.SIGCONT)
    assert still.wait(timeout=30) == 0
    (trial,) = place.ledger.complete().values()
    assert trial.user_attrs["result"]["pid"] == place.workers[1].pid
    assert [trial.state for trial in place.ledger.study.trials] == [TrialState.FAIL, TrialState.COMPLETE]


def test_a_worker_killed_before_its_first_heartbeat_loses_no_cell(place: Place) -> None:
    place.ledger.enqueue(cells(1))
    with pytest.warns(UserWarning, match="Heartbeat"):
        place.ledger.study.ask()  # takes the cell, and is never heard of again
    place.wait("len(self.ledger.study.trials) == 2")
    assert [trial.state for trial in place.ledger.study.trials] == [TrialState.FAIL, TrialState.WAITING]


def test_a_worker_killed_between_failing_an_attempt_and_queueing_it_again_loses_no_cell(place: Place) -> None:
    place.ledger.enqueue(cells(1))
    with pytest.warns(UserWarning, match="Heartbeat"):
        trial = place.ledger.study.ask()
    place.ledger.study.tell(trial, state=TrialState.FAIL)
    place.wait("len(self.ledger.study.trials) == 2")
    assert place.ledger.study.trials[1].state == TrialState.WAITING


def test_what_was_queued_twice_runs_once(place: Place) -> None:
    (cell,) = cells(1)
    place.ledger.enqueue([cell])
    place.ledger.study.enqueue_trial({"cell": cell.key}, user_attrs={"cell": cell.to_json()})
    ran: list[Cell] = []
    place.ledger.work(lambda cell: ran.append(cell) or {"seconds": 1.0}, lambda cell, outcome: None)
    assert ran == [cell]
    assert [trial.state for trial in place.ledger.study.trials] == [TrialState.COMPLETE, TrialState.PRUNED]


def test_what_is_complete_is_not_queued_again(place: Place) -> None:
    place.ledger.enqueue(cells(2))
    place.ledger.work(lambda cell: {"seconds": 1.0}, lambda cell, outcome: None)
    place.ledger.enqueue(cells(3))
    states = [trial.state for trial in place.ledger.study.trials]
    assert states == [TrialState.COMPLETE, TrialState.COMPLETE, TrialState.WAITING]


def test_an_error_is_kept_and_the_cell_is_tried_again_when_it_is_queued_again(place: Place) -> None:
    ended: list[tuple[Cell, bool]] = []

    def note(cell: Cell, outcome: Mapping[str, object]) -> None:
        ended.append((cell, "error" in outcome))

    def fail(_cell: Cell) -> dict[str, float]:
        raise ValueError("no such layer")

    place.ledger.enqueue(cells(1))
    place.ledger.work(fail, note)
    (error,) = place.ledger.errors().values()
    assert error.startswith(f"ValueError: no such layer\n{__file__}, line ")
    assert ended == [(cells(1)[0], True)]
    time.sleep(5)
    place.ledger.recover()
    assert len(place.ledger.study.trials) == 1
    place.ledger.enqueue(cells(1))
    place.ledger.work(lambda cell: {"seconds": 1.0}, note)
    assert ended[1:] == [(cells(1)[0], False)]
    assert place.ledger.errors() == {}
    assert len(place.ledger.complete()) == 1


def test_a_study_keeps_its_own_name_and_what_it_is_told(place: Place) -> None:
    place.ledger.describe(title="one")
    name = place.ledger.id
    place.ledger.describe(title="two")
    assert place.ledger.id == name
    assert place.ledger.study.user_attrs["title"] == "two"
    other = Ledger(place.storage, "other")
    other.describe()
    assert other.id != name


def test_a_file_is_an_sqlite_database(tmp_path: Path) -> None:
    assert url_of(str(tmp_path / "new" / "x.db")) == f"sqlite:///{tmp_path}/new/x.db"
    assert not exists(str(tmp_path / "new" / "x.db"))
    assert list(tmp_path.iterdir()) == []  # a question makes no folder
    Ledger(str(tmp_path / "new" / "x.db"), "study")
    assert exists(str(tmp_path / "new" / "x.db"))
    assert url_of("postgresql://host/name") == "postgresql://host/name"


@pytest.mark.parametrize("storage", ["nothing://host/name", "postgresql://nowhere.invalid/name"])
def test_a_storage_that_cannot_be_opened_is_named(storage: str) -> None:
    with pytest.raises(ExperimentError, match=f"`--storage {storage}` cannot be opened"):
        Ledger(storage, "study")
