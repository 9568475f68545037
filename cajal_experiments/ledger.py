"""`Ledger`: which cells are to be run, which are running and what came of them, in a storage of Optuna.

A study is an experiment's sweep, and a trial an attempt at a cell. Optuna's storage is the queue as well: an
attempt that waits is taken by one worker, which records a heartbeat while it runs. An attempt whose heartbeat
stopped is failed, and Optuna's callback queues the cell again.

What Optuna leaves open is closed here:

- SQLite reads before it writes, so two workers could take one attempt. Each of its transactions therefore
  begins with the lock for writing.
- A worker that is killed before its first heartbeat, or between failing an attempt and queueing it again,
  would lose a cell. `recover` queues such a cell again.
- Two commands that queue the same cell at once make two attempts. The one with the lower number runs.
"""

from __future__ import annotations

import os
import socket
import uuid
import warnings
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import optuna
import sqlalchemy as sql
from optuna.exceptions import ExperimentalWarning, UpdateFinishedTrialError
from optuna.storages import RDBStorage, RetryHeartbeatStaleTrialCallback
from optuna.trial import FrozenTrial, Trial, TrialState
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError

from cajal_experiments.cells import Cell
from cajal_experiments.errors import ExperimentError, described

#: Seconds between two heartbeats. An attempt is stale after four of them.
HEARTBEAT = 15
#: How often a cell is queued again whose workers were killed: a cell that kills them ends at last.
RETRIES = 20
SQLITE = "sqlite:///"
LIVE = (TrialState.WAITING, TrialState.RUNNING, TrialState.COMPLETE)

optuna.logging.set_verbosity(optuna.logging.ERROR)


def url_of(storage: str) -> str:
    """The URL of a storage; what has no scheme is the file of an SQLite database."""
    return storage if "://" in storage else f"{SQLITE}{Path(storage).absolute()}"


def opened(storage: str, heartbeat: int = HEARTBEAT) -> RDBStorage:
    """Optuna's storage at a URL or in a file, whose folder is made, with heartbeats."""
    url = url_of(storage)
    sqlite = url.startswith("sqlite")
    if url.startswith(SQLITE):
        Path(url.removeprefix(SQLITE)).parent.mkdir(parents=True, exist_ok=True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ExperimentalWarning)
            opened = RDBStorage(
                url,
                engine_kwargs={"connect_args": {"timeout": 300}} if sqlite else {"pool_pre_ping": True},
                heartbeat_interval=heartbeat,
                grace_period=4 * heartbeat,
                heartbeat_stale_trial_callback=RetryHeartbeatStaleTrialCallback(max_retry=RETRIES),
            )
    except (ImportError, RuntimeError, SQLAlchemyError, optuna.exceptions.StorageInternalError) as error:
        # Of SQLAlchemy's lines only the first says what is wrong. A RuntimeError is that of another version.
        why = str(error).partition("\n")[0].rstrip(".")
        raise ExperimentError(
            f"`--storage {storage}` cannot be opened: {why}. It wants a file that this command wrote, a new "
            "one, or a URL such as postgresql://user@host/name, whose driver is installed."
        ) from error
    if sqlite:
        _serialize(opened.engine)
    return opened


def exists(storage: str) -> bool:
    """Whether there is a storage: a database on a server is taken to be there."""
    url = url_of(storage)
    return not url.startswith(SQLITE) or Path(url.removeprefix(SQLITE)).is_file()


def required(storage: str) -> None:
    """Refuses a storage that is not there."""
    if not exists(storage):
        raise ExperimentError(f"There is no storage {storage}. Give the `--storage` of `run`.")


def studies(storage: str) -> list[str]:
    """The names of the studies that a run began, in order. A storage that is not there has none."""
    found = opened(storage).get_all_studies() if exists(storage) else []
    return sorted(study.study_name for study in found if "id" in study.user_attrs)


def _serialize(engine: sql.Engine) -> None:
    """Makes every transaction of SQLite begin with the lock for writing."""

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # Python's driver begins none by itself

    @event.listens_for(engine, "begin")
    def begin(connection: sql.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    engine.dispose()


class Ledger:
    """The attempts of one study. Of every cell at most one attempt is complete."""

    def __init__(self, storage: str, study: str, *, heartbeat: int = HEARTBEAT) -> None:
        self.storage = opened(storage, heartbeat)
        self.study = optuna.create_study(study_name=study, storage=self.storage, load_if_exists=True)
        self.grace = timedelta(seconds=4 * heartbeat)

    def describe(self, **attributes: Any) -> None:
        """Keeps what a reader of the study has to know; and a name that no other study has."""
        for name, value in {"id": uuid.uuid4().hex, **self.study.user_attrs, **attributes}.items():
            self.study.set_user_attr(name, value)

    @property
    def id(self) -> str:
        """A name that no other study has, also none of the same name in another storage."""
        return self.study.user_attrs["id"]

    def attempts(self) -> dict[str, list[FrozenTrial]]:
        """The attempts at every cell, by the key of the cell, in order."""
        attempts: dict[str, list[FrozenTrial]] = {}
        for trial in self.study.get_trials(deepcopy=False):
            if "cell" in trial.user_attrs:
                attempts.setdefault(_key(trial), []).append(trial)
        return attempts

    def enqueue(self, cells: Iterable[Cell]) -> None:
        """Queues each cell that neither waits, runs nor is complete; one that failed is tried again."""
        attempts = self.attempts()
        for cell in cells:
            earlier = attempts.get(cell.key, [])
            if not any(trial.state in LIVE for trial in earlier):
                self.study.enqueue_trial(
                    {"cell": cell.key}, user_attrs={"cell": cell.to_json()}, skip_if_exists=not earlier
                )

    def recover(self) -> None:
        """Fails attempts whose worker was killed, and queues again the cells that no attempt is left for."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ExperimentalWarning)
            optuna.storages.fail_stale_trials(self.study)
        overdue = datetime.now() - self.grace  # noqa: DTZ005 - Optuna's times have no zone either
        for trials in self.attempts().values():
            for trial in trials:
                unborn = trial.state == TrialState.RUNNING and "worker" not in trial.user_attrs
                if unborn and trial.datetime_start is not None and trial.datetime_start < overdue:
                    self.study.tell(trial.number, state=TrialState.FAIL, skip_if_finished=True)
            last = trials[-1]
            if (
                not any(trial.state in LIVE for trial in trials)
                and len(trials) <= RETRIES
                and "error" not in last.user_attrs
                and last.datetime_complete is not None
                and last.datetime_complete < overdue
            ):
                self.enqueue([Cell(**last.user_attrs["cell"])])

    def work(
        self, job: Callable[[Cell], Mapping[str, Any]], ended: Callable[[Cell, Mapping[str, Any]], None]
    ) -> None:
        """Runs waiting cells, one after another, until none waits; `ended` is told of each, with the outcome.

        What a job returns is kept, or the error that it raised.
        """

        def tell(_study: optuna.Study, trial: FrozenTrial) -> None:
            if {"result", "error"} & trial.user_attrs.keys():
                ended(Cell(**trial.user_attrs["cell"]), trial.user_attrs)

        while self.study.get_trials(deepcopy=False, states=(TrialState.WAITING,)):
            attempt = _Attempt(self, job)
            try:
                self.study.optimize(attempt, n_trials=1, catch=(Exception,), callbacks=[tell])
            except ValueError:
                if not attempt.taken_away:
                    raise

    def complete(self) -> dict[str, FrozenTrial]:
        """The complete attempt at each cell that has one."""
        return {
            key: trial
            for key, trials in self.attempts().items()
            for trial in trials
            if trial.state == TrialState.COMPLETE
        }

    def errors(self) -> dict[str, str]:
        """What went wrong with each cell that neither waits, runs nor is complete."""
        return {
            key: trials[-1].user_attrs.get("error", f"its worker was killed {len(trials)} times")
            for key, trials in self.attempts().items()
            if not any(trial.state in LIVE for trial in trials)
        }


class _Attempt:
    """What Optuna calls with a trial."""

    def __init__(self, ledger: Ledger, job: Callable[[Cell], Mapping[str, Any]]) -> None:
        self.ledger = ledger
        self.job = job
        self.taken_away = False

    def __call__(self, trial: Trial) -> float:
        if "cell" not in trial.user_attrs:
            raise optuna.TrialPruned("Another worker took the last cell, so Optuna made a trial up.")
        self._heartbeat(trial)
        key = _key(trial)
        if any(other.state in LIVE and other.number < trial.number for other in self.ledger.attempts()[key]):
            raise optuna.TrialPruned("An earlier attempt at this cell runs, or is complete.")
        try:
            trial.set_user_attr("worker", f"{socket.gethostname()}:{os.getpid()}")
            try:
                result = self.job(Cell(**trial.user_attrs["cell"]))
            except Exception as error:
                trial.set_user_attr("error", described(error))
                raise
            trial.set_user_attr("result", dict(result))
        except UpdateFinishedTrialError:
            # This process stood still for so long that another has the cell now.
            self.taken_away = True
            raise
        return float(result["seconds"])

    def _heartbeat(self, trial: Trial) -> None:
        """Makes sure of a first heartbeat: Optuna's own comes from a thread that may be late."""
        storage, study = self.ledger.storage, self.ledger.study
        number = storage.get_study_id_from_name(study.study_name)
        storage.record_heartbeat(storage.get_trial_id_from_study_id_trial_number(number, trial.number))


def _key(trial: FrozenTrial | Trial) -> str:
    return Cell(**trial.user_attrs["cell"]).key
