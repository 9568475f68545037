"""One program on several threads: each call waits for the one before, and no definition is lost."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

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
