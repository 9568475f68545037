"""Neurons under torch.compile, torch.export, ONNX Runtime, autocast, other dtypes and other devices."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from cajal_core import Neuron, Program

ROOT = Path(__file__).parents[3]
SOURCE = """
space V[6]
def not (x : Bool) : Bool = if x then false else true
def and (x : Bool) (y : Bool) : Bool = if x then y else (drop y in false)
def add (m : Nat[90]) (n : Nat[90]) : Nat[90] = iter m { zero => n | succ k => succ k }
extern step : V -o V
def run (v : V) (n : Nat[50]) : V = iter n { zero => v | succ y => step y }
def apply (f : V -o V) (v : V) : V = f v
"""
SHAPES = {
    "and": ((3, 2), (3, 2)),
    "add": ((3, 90), (3, 90)),
    "run": ((3, 6), (3, 50)),
    "apply": ((3, 6, 6), (3, 6)),
}


def case(name: str) -> tuple[Neuron, list[torch.Tensor]]:
    torch.manual_seed(0)
    program = Program()
    program.run(SOURCE)
    link = {"step": torch.linalg.qr(torch.randn(6, 6))[0]} if name == "run" else None
    return program.compile(name, link=link), [torch.rand(shape) for shape in SHAPES[name]]


@pytest.mark.slow
def test_torch_compiles_and_exports_neurons_and_onnx_runtime_runs_them() -> None:
    # In a process of its own, since torch does not compile the checks of annotations that tests add.
    run = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "core" / "neuron" / "exported.py")],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    neurons = "and even add church dilate long lookup wide shared"
    kinds = (
        "products mapped matrices_by_sample batches_of_unequal_rank traced weights_of_zero lists logarithms"
    )
    assert run.stdout.split() == f"{neurons} {kinds}".split(), run.stderr


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-6), (torch.bfloat16, 0.05)])
def test_the_dtype_is_that_of_the_arguments(name: str, dtype: torch.dtype, tolerance: float) -> None:
    neuron, given = case(name)
    expected = neuron(*given)
    found = neuron.to(dtype)(*[each.to(dtype) for each in given])
    assert found.dtype == dtype
    # Of the largest entry: where terms of both signs are summed, what they cancel to has fewer exact digits.
    within = tolerance * float(expected.detach().abs().max())
    torch.testing.assert_close(found.float(), expected, atol=within, rtol=0)


@pytest.mark.parametrize("name", SHAPES)
def test_autocast(name: str) -> None:
    neuron, given = case(name)
    expected = neuron(*given)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = neuron(*[each.requires_grad_() for each in given])
    torch.testing.assert_close(found.float(), expected, atol=0.05, rtol=0.05)
    found.float().sum().backward()
    assert all(each.grad is not None for each in given)
