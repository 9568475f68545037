"""The cases as benchmarks. `make bench` measures them; `make test` runs each once, so that none is broken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import torch

import cajal_core as cajal
from benchmarks.cases import Case, cases, cell
from benchmarks.memory import peak

CASES = list(cases())
LONG = next(case for case in CASES if "one matrix: B 64, D 64" in case.name)


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.mark.parametrize("side", ["hand", "ours"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_time(benchmark: Any, case: Case, side: str) -> None:
    benchmark.extra_info.update(name=case.name, against=case.against, at_most=case.at_most, side=side)
    benchmark(getattr(case, side))


@pytest.mark.parametrize("side", ["hand", "ours"])
def test_memory(benchmark: Any, side: str) -> None:
    work = getattr(LONG, side)
    name = f"peak memory of {LONG.name}"
    used = peak(work)
    benchmark.extra_info.update(name=name, against=LONG.against, at_most=1 / 8, side=side, bytes=used)
    benchmark.pedantic(work, rounds=1)


def test_cell(benchmark: Any) -> None:
    benchmark.extra_info.update(name="a five-line cell, run to result, warm", limit="50 ms")
    benchmark(cell())


@pytest.mark.parametrize("name", ["from_nat", "increment"])
def test_compiling_lists_that_are_multiplied_out(benchmark: Any, name: str) -> None:
    text = f"`{name}` of the library at nat_size 12, from the checked program to the neuron"
    benchmark.extra_info.update(name=text, limit="1,000 ms")

    def checked() -> tuple[tuple[cajal.Program], dict[str, Any]]:
        return (cajal.load(f"use bits ({name})", nat_size=12),), {}

    def compiled(program: cajal.Program) -> object:
        return program[name]

    benchmark.pedantic(compiled, setup=checked, rounds=3)
