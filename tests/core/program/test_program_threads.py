"""One program on several threads: each call waits for the one before, and no definition is lost."""

from __future__ import annotations

import copy
import pickle
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Thread

import pytest
import torch

from cajal_core import Program
from cajal_kernel.program import NotebookProgram


@pytest.fixture(autouse=True)
def often_switching() -> Iterator[None]:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(interval)


def on_threads(work: Callable[[int], None], count: int) -> None:
    with ThreadPoolExecutor(count) as pool:
        list(pool.map(work, range(count)))


@pytest.mark.parametrize("kind", [Program, NotebookProgram])
def test_no_definition_is_lost(kind: type[Program], trials: Callable[[int, int], int]) -> None:
    program, each = kind(), 25

    def work(number: int) -> None:
        for i in range(each):
            program.run(f"def f{number}x{i} (x : Bool) : Bool = if x then false else true")
            program.link()

    for _ in range(trials(2, 10)):
        program.restore(kind().state)
        on_threads(work, 3)
        assert len(program.names) == 3 * each
        if isinstance(program, NotebookProgram):
            assert len(program.entries) == 3 * each


def test_a_neuron_on_four_threads() -> None:
    neuron = Program().compile(r"\x:Bool. if x then false else true")
    vector = torch.tensor([0.25, 0.75])

    def work(_: int) -> None:
        for _ in range(20):
            assert neuron(vector).tolist() == [0.75, 0.25]

    on_threads(work, 4)


def test_a_program_with_its_lock_is_pickled() -> None:
    program = Program()
    program.run("def f (x : Bool) : Bool = x")
    copied = pickle.loads(pickle.dumps(program))
    copied.run("def g (x : Bool) : Bool = f x")
    assert (program.names, copied.names) == (["f"], ["f", "g"])


@pytest.mark.parametrize("kind", [Program, NotebookProgram])
def test_a_copy_and_its_original_do_not_wait_for_each_other(kind: type[Program]) -> None:
    program = kind()
    program.run("def f (x : Bool) : Bool = x")
    _ = program["f"]
    copied = copy.copy(program)

    def work(number: int) -> None:
        mine = (program, copied)[number]
        for i in range(20):
            mine.run(f"def g{number}x{i} (x : Bool) : Bool = f x")
            assert mine[f"g{number}x{i}"](torch.tensor([0.25, 0.75])).tolist() == [0.25, 0.75]

    with program._lock:  # which the original's thread waits for, and the copy's does not
        thread = Thread(target=work, args=(1,), daemon=True)
        thread.start()
        thread.join(20)
        assert not thread.is_alive()
    on_threads(work, 2)
    for number, mine in enumerate((program, copied)):
        assert mine.names == ["f", *(f"g{number}x{i}" for i in range(20))]
        compiled = {term.name for term, _ in mine._compiled}
        assert compiled == {*mine.names} - ({"f"} if number else set[str]())


def test_what_another_thread_declares_outlasts_a_cell_that_fails() -> None:
    program = NotebookProgram()
    other = Thread(target=program.run, args=("def b : Bool = true",))
    with suppress(ZeroDivisionError), program.whole():
        program.run("def a : Bool = true")
        other.start()
        other.join(0.1)
        raise ZeroDivisionError
    other.join()
    assert program.names == ["b"]
    assert program.undo() == (["b"], [])


def test_each_step_is_taken_back_once() -> None:
    program, each = NotebookProgram(), 25
    for i in range(3 * each):
        program.run(f"def f{i} : Bool = true")

    def work(_: int) -> None:
        for _ in range(each):
            assert program.undo()

    on_threads(work, 3)
    assert program.names == []
    assert program.undo() is None
