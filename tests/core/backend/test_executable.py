"""The second half of the driver: which passes run, and what is kept of the code that they make."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable

import pytest
import torch
from functorch.compile import aot_module, nop
from torch._subclasses import FakeTensorMode
from torch.fx.experimental.proxy_tensor import make_fx

from cajal_core import Program
from cajal_core.backend.executable import Executable, compile_graph
from cajal_core.base.passes import Passes
from cajal_core.ir import graph as ir

Lowered = Callable[[str], ir.Graph]
CPU = torch.device("cpu")
NOT = r"\x:Bool. if x then false else true"
APPLY = r"\f:Bool -o Bool. \x:Bool. f x"


def compiled(graph: ir.Graph) -> Executable:
    return compile_graph(graph, Passes())


@pytest.mark.parametrize(
    ("source", "given", "tensors", "record", "names"),
    [
        (NOT, None, frozenset(), False, ["tabulate", "fuse", "emit"]),
        (NOT, 1, frozenset(), False, ["tabulate", "fuse", "emit"]),
        (NOT, 0, frozenset(), False, ["specialize", "tabulate", "fuse", "emit"]),
        (APPLY, None, frozenset({0}), False, ["specialize", "tabulate", "fuse", "emit"]),
        (NOT, None, frozenset(), True, ["emit"]),
    ],
)
def test_the_passes_that_a_call_needs(
    lowered: Lowered,
    source: str,
    given: int | None,
    tensors: frozenset[str | int],
    record: bool,
    names: list[str],
) -> None:
    runs = list[str]()
    passes = Passes(observe=lambda name, _: runs.append(name))
    compile_graph(lowered(source), passes, given=given, tensors=tensors, record=record)
    assert runs == names


def test_constants_are_made_once_for_each_dtype_and_device(lowered: Lowered) -> None:
    executable = compiled(lowered(NOT))
    single, double = executable.constants(torch.float32, CPU), executable.constants(torch.float64, CPU)
    assert [tensor.dtype for tensor in (*single, *double)] == [torch.float32, torch.float64]
    assert executable.constants(torch.float32, CPU) is single
    assert [tensor.device.type for tensor in executable.constants(torch.float32, torch.device("meta"))] == [
        "meta"
    ]


def test_constants_made_in_inference_mode_serve_where_gradients_are(lowered: Lowered) -> None:
    executable = compiled(lowered(NOT))
    with torch.inference_mode():
        [constant] = executable.constants(torch.float32, CPU)
    assert not constant.is_inference()


@pytest.mark.parametrize("record", [False, True])
def test_an_executable_pickles_as_its_graph(lowered: Lowered, record: bool) -> None:
    executable = compile_graph(lowered(r"\x:Bool. let y = x in y"), Passes(), record=record)
    executable.constants(torch.float32, CPU)
    again = pickle.loads(pickle.dumps(executable))
    assert str(again.graph) == str(executable.graph)
    assert again.emitted.source == executable.emitted.source
    assert ("record.mark" in again.emitted.source) == record
    assert executable.emitted.source.encode() not in pickle.dumps(executable)


def test_a_copy_is_the_same_code(lowered: Lowered) -> None:
    executable = compiled(lowered(NOT))
    assert copy.deepcopy([executable])[0] is executable


def test_what_the_code_tells_of_its_graph(lowered: Lowered) -> None:
    looped = compiled(lowered("extern f : Bool -o Bool\n(iter 2 { zero => true | succ y => f y }, 1)"))
    assert [loop.name for loop in looped.loops] == ["y"]
    assert looped.callees == [{"f"}]
    assert looped.shape == (2, 3)
    assert compiled(lowered(NOT)).shape == (2,)
    assert not looped.is_shared
    constant = compiled(lowered("(iter 2 { zero => true | succ y => y }, 1)"))
    assert (constant.loops, constant.is_shared) == ([], True)  # what is closed is a table


@pytest.mark.parametrize("before", [False, True])
@pytest.mark.parametrize("way", ["fake", "make_fx", "symbolic", "aot"])
def test_what_torch_records_leaves_the_constants_as_they_are(way: str, before: bool) -> None:
    program = Program()
    neuron = program.compile(NOT)
    x = torch.rand(2)
    if before:
        neuron(x)
    match way:
        case "fake":
            with FakeTensorMode():
                assert neuron(torch.rand(2)).shape == (2,)
        case "aot":
            recorded = aot_module(neuron, nop)
            torch.testing.assert_close(recorded(x), x.flip(0))
        case mode:
            recorded = make_fx(neuron, tracing_mode="fake" if mode == "make_fx" else "symbolic")(x)
            torch.testing.assert_close(recorded(x), x.flip(0))
    assert neuron(x).tolist() == x.flip(0).tolist()
    assert type(neuron(x)) is torch.Tensor


def test_a_derivative_that_torch_transforms_leaves_the_constants_as_they_are() -> None:
    neuron, x = Program().compile(NOT), torch.rand(4, 2)
    torch.vmap(torch.func.jacfwd(neuron))(x)
    torch.func.jacfwd(torch.func.jacrev(neuron))(x[0])
    torch.testing.assert_close(neuron(x.requires_grad_()), x.flip(-1))
