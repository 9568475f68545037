"""Neurons on a CUDA device: what they give is what they give on the CPU. Skipped where there is none.

`CAJAL_DEVICE=cpu` runs all but the last on the CPU, to try the tests themselves.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from cajal_core import CajalError, Neuron, Program
from cajal_core.backend.plan import METHODS, Method
from cajal_core.backend.recurrence import run_matrix

ROOT = Path(__file__).parents[3]
DEVICE = os.environ.get("CAJAL_DEVICE", "cuda")
pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(DEVICE == "cuda" and not torch.cuda.is_available(), reason="there is no CUDA device"),
]

SOURCE = """
space V[6]
data Dir = North | East | South
extern f : Bool -o Bool
extern step : V -o V
learn t : Bool -o Dir
def not (x : Bool) : Bool = if x then false else true
def and (x : Bool) (y : Bool) : Bool = if x then y else (drop y in false)
def add (m : Nat[90]) (n : Nat[90]) : Nat[90] = iter m { zero => n | succ k => succ k }
def run (v : V) (n : Nat[50]) : V = iter n { zero => v | succ y => step y }
def spin (x : Bool) (n : Nat[2000]) : Bool = iter n { zero => x | succ y => not y }
def apply (f : V -o V) (v : V) : V = f v
def branch (c : Bool) (x : Bool) : Bool = if c then f x else x
def way (x : Bool) : Dir = t (not x)
def both (!x : V) : V * V = (step x, x)
"""
SHAPES = {
    "and": ((3, 2), (3, 2)),
    "add": ((3, 90), (3, 90)),
    "run": ((3, 6), (3, 50)),
    "spin": ((3, 2), (3, 2000)),
    "apply": ((3, 6, 6), (3, 6)),
    "way": ((3, 2),),
}


def neuron_of(term: str) -> Neuron:
    torch.manual_seed(0)
    program = Program()
    program.run(SOURCE)
    neuron = program.compile(term)
    return neuron.link(step=torch.linalg.qr(torch.randn(6, 6))[0]) if "step" in neuron.externs else neuron


def given(term: str) -> list[Tensor]:
    torch.manual_seed(1)
    return [torch.rand(shape) for shape in SHAPES[term]]


@pytest.fixture(autouse=True)
def _full_precision() -> Iterator[None]:
    """TF32 has 10 bits, and is the user's choice."""
    torch.set_float32_matmul_precision("highest")
    yield
    torch.set_float32_matmul_precision("highest")


@pytest.mark.parametrize("term", SHAPES)
def test_values_and_gradients(term: str) -> None:
    neuron, leaves = neuron_of(term), given(term)
    expected = neuron(*[leaf.requires_grad_() for leaf in leaves])
    gradients = torch.autograd.grad(expected.square().sum(), leaves)
    moved = [leaf.detach().to(DEVICE).requires_grad_() for leaf in leaves]
    value = neuron.to(DEVICE)(*moved)
    assert value.device.type == DEVICE
    torch.testing.assert_close(value.cpu(), expected, atol=1e-4, rtol=1e-4)
    for ours, theirs in zip(torch.autograd.grad(value.square().sum(), moved), gradients, strict=True):
        torch.testing.assert_close(ours.cpu(), theirs, atol=1e-3, rtol=1e-3)


@pytest.mark.parametrize("term", SHAPES)
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_autocast(term: str, dtype: torch.dtype) -> None:
    neuron, leaves = neuron_of(term), given(term)
    expected = neuron(*leaves)
    neuron.to(DEVICE)
    with torch.autocast(DEVICE, dtype=dtype):
        value = neuron(*[leaf.to(DEVICE) for leaf in leaves])
    within = 0.05 * float(expected.detach().abs().max())
    torch.testing.assert_close(value.float().cpu(), expected, atol=within, rtol=0)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("per_sample", [False, True])
def test_every_method(method: Method, per_sample: bool) -> None:
    torch.manual_seed(0)
    matrix = torch.linalg.qr(torch.randn(*((4,) if per_sample else ()), 6, 6))[0]
    weights, base = torch.rand(4, 64), torch.randn(4, 6)
    value = run_matrix(method, *(tensor.to(DEVICE) for tensor in (weights, base, matrix)))
    torch.testing.assert_close(value.cpu(), run_matrix("loop", weights, base, matrix), atol=1e-4, rtol=1e-4)


def test_weights_of_zero_see_nothing() -> None:
    neuron = neuron_of("branch").link(f=lambda x: x * torch.nan)
    c = torch.tensor([[0.0, 1.0]], device=DEVICE, requires_grad=True)
    x = torch.tensor([[0.25, 0.75]], device=DEVICE, requires_grad=True)
    value = neuron(c, x)
    assert value.tolist() == x.tolist()
    assert all(gradient.isfinite().all() for gradient in torch.autograd.grad(value.sum(), (c, x)))


@pytest.mark.parametrize("count", [2, 100])
def test_states_of_weight_zero_are_not_seen_and_others_are_errors(count: int) -> None:
    program = Program()
    program.run("space V[1]\nextern step : V -o V")
    body = f"\\v:V. \\n:Nat[{count + 1}]. iter n {{ zero => v | succ y => step y }}"
    neuron = program.compile(body).link(step=torch.tensor([[1e30]])).to(DEVICE)
    v, n = torch.ones(1, 1, device=DEVICE), torch.eye(count + 1, device=DEVICE)
    assert neuron(v, n[1:2]).item() == pytest.approx(1e30)
    with pytest.raises(CajalError, match="grew past the largest number"):
        neuron(v, n[count : count + 1])


def test_links_are_tried_where_the_arguments_are() -> None:
    layers = nn.Linear(2, 8), nn.ReLU(inplace=True), nn.Dropout(0.5), nn.Linear(8, 2)
    network, neuron = nn.Sequential(*layers).to(DEVICE), neuron_of("branch")
    before = [*states(), *[parameter.clone() for parameter in network.parameters()]]
    neuron.link(f=network)
    after = [*states(), *network.parameters()]
    assert all(torch.equal(one, other) for one, other in zip(before, after, strict=True))
    assert neuron(*torch.rand(2, 5, 2, device=DEVICE)).shape == (5, 2)


def states() -> list[Tensor]:
    """Those of the generators of random numbers."""
    return [torch.get_rng_state(), *(torch.cuda.get_rng_state_all() if DEVICE == "cuda" else [])]


def test_what_a_link_does_in_place_stays_with_it() -> None:
    neuron = neuron_of("both").link(step=nn.ReLU(inplace=True)).to(DEVICE)
    x = torch.tensor([[-1.0, 2.0, -3.0, 4.0, -5.0, 6.0]], device=DEVICE)
    expected = torch.einsum("bi,bj->bij", x.relu(), x).flatten(1)
    value = neuron(x)
    torch.testing.assert_close(value.flatten(1), expected)


@pytest.mark.parametrize("form", ["matrix", "sparse", "table", "jacobian"])
def test_matrices_and_tables(form: str) -> None:
    def of(neuron: Neuron) -> Tensor:
        match form:
            case "matrix":
                return neuron.matrix()
            case "sparse":
                return neuron.matrix(sparse=True).to_dense()
            case "table":
                return neuron.table()
            case _:
                like = next(neuron.parameters(), torch.empty(0)).device
                (entry, *_) = neuron.jacobian(
                    torch.rand(2, generator=torch.Generator().manual_seed(0)).to(like)
                )
                assert entry is not None
                return entry

    neuron = neuron_of("way")
    expected = of(neuron)
    value = of(neuron.to(DEVICE))
    assert value.device.type == DEVICE
    torch.testing.assert_close(value.cpu(), expected)


def test_traces_and_probes() -> None:
    neuron = neuron_of("way").to(DEVICE)
    x = torch.tensor([0.25, 0.75], device=DEVICE)
    trace = neuron.trace(x)
    assert "t" in str(trace)
    torch.testing.assert_close(trace["t"].cpu(), neuron(x).cpu())
    assert str(neuron.explain())


def test_training_on_the_device_is_stored_for_the_other() -> None:
    neuron = neuron_of("way").to(DEVICE)
    optimizer = torch.optim.Adam(neuron.parameters(), lr=0.1)
    x = torch.eye(2, device=DEVICE)
    target = torch.tensor([2, 0], device=DEVICE)
    losses = list[float]()
    for _ in range(60):
        loss = nn.functional.nll_loss((neuron(x) + 1e-6).log(), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 4
    other = neuron_of("way")
    other.load_state_dict(
        {
            name: value.cpu() if isinstance(value, Tensor) else value
            for name, value in neuron.state_dict().items()
        }
    )
    torch.testing.assert_close(other(torch.eye(2)), neuron(x).cpu())


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_long_sums_are_taken_in_float32(dtype: torch.dtype) -> None:
    program = Program()
    neuron = program.compile("\\x:Nat[5000]. \\y:Nat[3]. drop x in y").to(DEVICE, dtype)
    x = torch.full((1, 5000), 1 / 5000, device=DEVICE, dtype=dtype)
    y = torch.tensor([[0.5, 0.25, 0.25]], device=DEVICE, dtype=dtype)
    torch.testing.assert_close(neuron(x, y).float().cpu(), y.float().cpu(), atol=0.01, rtol=0.02)


@pytest.mark.slow
def test_torch_compiles_neurons() -> None:
    # In a process of its own, since torch does not compile the checks of annotations that tests add.
    command = "from tests.core.neuron import test_module_cuda as cuda; cuda.compile_all()"
    run = subprocess.run(
        [sys.executable, "-c", command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout.split() == ["and", "run", "way"], run.stderr


def compile_all() -> None:
    """Prints the name of each neuron that gives the same when it is compiled."""
    torch.set_float32_matmul_precision("highest")
    for name in ("and", "run", "way"):
        neuron = neuron_of(name).to(DEVICE)
        leaves = [leaf.to(DEVICE).requires_grad_() for leaf in given(name)]
        expected, value = neuron(*leaves), torch.compile(neuron, fullgraph=True)(*leaves)
        torch.testing.assert_close(value, expected, atol=1e-4, rtol=1e-4)
        for ours, theirs in zip(
            torch.autograd.grad(value.square().sum(), leaves),
            torch.autograd.grad(expected.square().sum(), leaves),
            strict=True,
        ):
            torch.testing.assert_close(ours, theirs, atol=1e-3, rtol=1e-3)
        sys.stdout.write(f"{name}\n")


def test_tensors_on_two_devices_are_told() -> None:
    # "meta" stands for a second device, which every machine has.
    neuron = neuron_of("apply").to(DEVICE)
    with pytest.raises(CajalError) as caught:
        neuron(torch.rand(3, 6, 6, device=DEVICE), torch.rand(3, 6, device="meta"))
    assert "meta" in str(caught.value)
    if DEVICE == "cuda":
        with pytest.raises(CajalError) as caught:
            neuron(torch.rand(3, 6, 6, device=DEVICE), torch.rand(3, 6))
        assert "cpu" in str(caught.value)
        assert "cuda" in str(caught.value)


@pytest.mark.skipif(DEVICE != "cuda", reason="only CUDA captures graphs")
def test_a_graph_is_captured_and_replayed() -> None:
    neuron = neuron_of("and").to(DEVICE)
    x, y = (torch.rand(4, 2, device=DEVICE) for _ in range(2))
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream), torch.no_grad():
        neuron(x, y)
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph), torch.no_grad():
        value = neuron(x, y)
    x.copy_(torch.rand(4, 2))
    y.copy_(torch.rand(4, 2))
    graph.replay()
    torch.testing.assert_close(value, neuron(x, y))
