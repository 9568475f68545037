"""The workers of a sweep: this process, processes on this machine, or those of a Dask cluster."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.context import SpawnProcess
from typing import TYPE_CHECKING, Protocol

from cajal_experiments.errors import ExperimentError

if TYPE_CHECKING:
    from distributed import Future


class Workers(Protocol):
    """Workers that each run `work`, which ends when no cell waits."""

    def keep(self, waiting: int) -> None:
        """Replaces workers that ended, while cells wait."""
        ...

    def close(self) -> None:
        """Ends the workers."""
        ...


class Here:
    """This process is the only worker."""

    def __init__(self, work: Callable[[], None]) -> None:
        self.work = work

    def keep(self, waiting: int) -> None:
        if waiting:
            self.work()

    def close(self) -> None:
        pass


def attended(work: Callable[[], None]) -> None:
    """Works, and ends at once when the process that started this one is gone."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
    work()


@contextmanager
def uninterrupted() -> Iterator[None]:
    """What is started in the block ignores interrupts of a terminal: the command gets them, and ends it."""
    if threading.current_thread() is not threading.main_thread():  # which alone may say what a signal does
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class Processes:
    """So many processes on this machine. One that is killed takes nothing with it but its own attempt."""

    def __init__(self, work: Callable[[], None], jobs: int) -> None:
        self.work = work
        self.jobs = jobs
        self.alive: list[SpawnProcess] = []

    def keep(self, waiting: int) -> None:
        self.alive = [process for process in self.alive if process.is_alive()]
        for _ in range(min(self.jobs - len(self.alive), waiting)):
            process = multiprocessing.get_context("spawn").Process(target=attended, args=(self.work,))
            with uninterrupted():
                process.start()
            self.alive.append(process)

    def close(self) -> None:
        for process in self.alive:
            process.terminate()
            process.join()


class Cluster:
    """The workers of a Dask cluster, one cell at a time on each. They share the storage, and import Cajal."""

    def __init__(self, work: Callable[[], None], address: str, *, patience: float = 10) -> None:
        try:
            from distributed import Client
        except ImportError as error:
            raise ExperimentError(
                "`--cluster` needs Dask: pip install 'cajal-jupyter[experiments]'."
            ) from error
        try:
            self.client = Client(address, timeout=patience)
        except (OSError, ValueError) as error:
            raise ExperimentError(
                f"No Dask scheduler answers at {address}: {error}. Start one by `dask scheduler`, and give "
                "the address that it prints, such as tcp://host:8786."
            ) from error
        self.work = work
        self.alive: list[Future] = []

    def keep(self, waiting: int) -> None:
        self.alive = [future for future in self.alive if not future.done()]
        free = len(self.client.scheduler_info(n_workers=-1)["workers"]) - len(self.alive)
        for _ in range(min(free, waiting)):
            # Dask hands the work of a worker that is killed to another.
            self.alive.append(self.client.submit(self.work, pure=False))

    def close(self) -> None:
        self.client.cancel(self.alive)
        self.client.close()
