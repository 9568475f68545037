"""What `test_export.py` runs in a process of its own: torch.compile, torch.export and ONNX Runtime.

Prints a line for each neuron that gives the same by all of them.
"""

import io
import sys
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch.utils import _pytree as pytree

from cajal_core import CajalError, Neuron, Program, Sequence

SOURCE = """
def not (x : Bool) : Bool = if x then false else true
def and (x : Bool) (y : Bool) : Bool = if x then y else (drop y in false)
def even (n : Nat) : Bool = iter n { zero => true | succ b => not b }
def add (m : Nat[90]) (n : Nat[90]) : Nat[90] = iter m { zero => n | succ k => succ k }
def church (p : Bool -o Bool -o Bool) (q : Bool -o Bool -o Bool) (x : Bool) (y : Bool) : Bool =
  copy y as (y1, y2) in p (q x y1) y2
space Image[4, 5]
extern step : Image -o Image
learn w : Bool -o Bool
def dilate (img : Image) (n : Nat) : Image = iter n { zero => img | succ y => step y }
def long (img : Image) (n : Nat[40]) : Image = iter n { zero => img | succ y => step y }
def lookup (x : Bool) : Bool = w (not x)
extern constant : Bool -o Bool
def wide (x : Bool) : Bool = copy x as (y, z) in if constant y then z else not z
extern left : Bool -o Bool
extern right : Bool -o Bool
def shared (x : Bool) (y : Bool) : Bool = and (left x) (right y)
"""
CASES = {
    "and": ((5, 2), (5, 2)),
    "even": ((5, 10),),
    "add": ((5, 90), (5, 90)),
    "church": ((5, 4, 2), (5, 4, 2), (5, 2), (5, 2)),
    "dilate": ((5, 4, 5), (5, 10)),
    "long": ((5, 4, 5), (5, 40)),
    "lookup": ((5, 2),),
    "wide": ((5, 2),),
    "shared": ((5, 2), (5, 2)),
}
SHARED = torch.nn.Linear(2, 2)
LINKS = {
    "dilate": {"step": torch.nn.Sequential(torch.nn.ReLU(inplace=True), torch.nn.Linear(5, 5))},
    "long": {"step": torch.linalg.qr(torch.randn(20, 20))[0]},
    "wide": {"constant": lambda x: torch.ones(len(x), 2, dtype=torch.float64)},
    "shared": {"left": SHARED, "right": SHARED},
}


def main() -> None:
    program = Program()
    program.run(SOURCE)
    for name, shapes in CASES.items():
        torch.compiler.reset()  # there is a limit to how often a method is compiled again
        neuron = program.compile(name, link=LINKS.get(name))
        given = tuple([torch.rand(shape) for shape in shapes])
        # Compiled before it was ever called.
        same = [torch.compile(neuron, fullgraph=True, backend="aot_eager")(*given)]
        expected = neuron(*given)
        exported = torch.export.export(neuron, given)
        same.append(exported.module()(*given))
        same.append(through_onnx(exported, given))
        for found in same:
            torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-5)
        sys.stdout.write(f"{name}\n")
    for check in (
        products,
        mapped,
        matrices_by_sample,
        batches_of_unequal_rank,
        traced,
        weights_of_zero,
        lists,
        logarithms,
    ):
        check()
        sys.stdout.write(f"{check.__name__}\n")


PAIRS = """
learn t : Nat[3] -o Bool * Bool -o Bool
extern e : Bool * Bool -o Bool * Bool
def learned (n : Nat[3]) (x : Bool) (y : Bool) : Bool = t n (x, y)
def linked (x : Bool) (y : Bool) : Bool * Bool = e (x, y)
def given (f : Bool * Bool -o Bool * Nat[3]) (x : Bool * Bool) : Bool * Nat[3] = f x
def composed (f : Bool -o Bool) (g : Bool -o Bool) (x : Bool) : Bool = f (g x)
def applied (f : Bool -o Bool) (x : Bool) : Bool = f x
def repeated (!f : Bool -o Bool) (x : Bool) (n : Nat[20]) : Bool = iter n { zero => x | succ y => f y }
"""
Shapes = tuple[tuple[int, ...], ...]


def fresh(name: str) -> torch.nn.Module:
    """A neuron of which nothing has been asked, so that nothing is kept of what torch cannot compile."""
    program = Program()
    program.run(PAIRS)
    return program.compile(name, link={"e": torch.rand(4, 4)} if name == "linked" else None)


def compare(found: Callable[..., torch.Tensor], neuron: torch.nn.Module, shapes: Shapes) -> None:
    torch.compiler.reset()  # there is a limit to how often a method is compiled again
    given = [torch.rand(shape) for shape in shapes]
    torch.testing.assert_close(found(*given), neuron(*given), atol=1e-5, rtol=1e-5)


def products() -> None:
    """Types with products in them, of what is learned, linked or given."""
    for name, shapes in {
        "learned": ((5, 3), (5, 2), (5, 2)),
        "linked": ((5, 2), (5, 2)),
        "given": ((6, 4), (5, 2, 2)),
    }.items():
        neuron = fresh(name)
        compare(torch.compile(neuron, fullgraph=True, backend="aot_eager"), neuron, shapes)


def mapped() -> None:
    neuron = fresh("given")
    found = torch.compile(torch.vmap(neuron), fullgraph=True, backend="eager")
    compare(found, neuron, ((5, 6, 4), (5, 2, 2)))


def matrices_by_sample() -> None:
    """Exported for any number of samples, each with a matrix of its own."""
    batch = torch.export.Dim("batch")
    for name, shapes in {
        "applied": ((2, 2), (2,)),
        "composed": ((2, 2), (2, 2), (2,)),
        "repeated": ((2, 2), (2,), (20,)),
    }.items():
        neuron, dynamic = fresh(name), (tuple([{0: batch}] * len(shapes)),)
        given = tuple([torch.rand(3, *shape) for shape in shapes])
        exported = torch.export.export(neuron, given, dynamic_shapes=dynamic).module()
        compare(exported, neuron, tuple([(7, *shape) for shape in shapes]))


def batches_of_unequal_rank() -> None:
    """ONNX has no sums of products over them."""
    for name, shapes in {
        "composed": ((5, 2, 2), (2, 2), (2,)),
        "applied": ((5, 2, 2), (2,)),
        "learned": ((4, 5, 3), (2,), (4, 1, 2)),
    }.items():
        neuron, given = fresh(name), tuple([torch.rand(shape) for shape in shapes])
        found = through_onnx(torch.export.export(neuron, given), given)
        torch.testing.assert_close(found, neuron(*given).detach(), atol=1e-5, rtol=1e-5)


def weights_of_zero() -> None:
    """What weighs zero is not seen, as docs/spec.md says in section 3.6."""
    program, nan = Program(), torch.nan
    program.run(SOURCE)
    program.run("extern f : Bool -o Bool")
    program.run("def first (p : Bool * Bool) : Bool = let (c, x) = p in if c then f x else not x")
    for name, given in {
        "and": (torch.tensor([[0.0, 1.0]]), torch.tensor([[nan, 1.0]])),
        "first": (torch.tensor([[[0.0, 0.0], [2.0, 3.0]]]),),
    }.items():
        neuron = program.compile(name, link={"f": lambda x: x * nan} if name == "first" else None)
        exported = torch.export.export(neuron, given)
        for found in (
            torch.compile(neuron, fullgraph=True, backend="aot_eager")(*given),
            exported.module()(*given),
            through_onnx(exported, given),
        ):
            torch.testing.assert_close(found, neuron(*given), equal_nan=True)


def traced() -> None:
    """`torch.jit.trace`, and so TensorBoard's `add_graph`, runs the module again and compares the graphs."""
    for called_before in (False, True):
        neuron, given = fresh("applied"), (torch.rand(2, 2), torch.rand(5, 2))
        if called_before:
            neuron(*given)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch.jit is deprecated
            found: Any = torch.jit.trace(neuron, given)
        compare(found, neuron, ((2, 2), (5, 2)))


def lists() -> None:
    """Neurons over lists whose greatest length is fixed."""
    program = Program()
    program.run(
        "def parity (xs : List[3] Bool) : Bool =\n"
        "  fold xs { nil => false | cons x y => if x then (if y then false else true) else y }\n"
        "def flip (xs : List[3] Bool) : List[3] Bool = [if x then false else true | x in xs]\n"
        "def pairs (xs ys : List[3] Bool) : List[3] (Bool * Bool) = [(x, y) | x in xs, y in ys]"
    )
    whole = Sequence(torch.rand(5, 3, 2), torch.tensor([0, 1, 2, 3, 3]))
    for name, count in (("parity", 1), ("flip", 1), ("pairs", 2)):
        neuron = program[name]
        for given in (whole, whole.elements):
            arguments = (given,) * count
            expected = pytree.tree_leaves(neuron(*arguments))
            for found in (
                torch.compile(neuron, fullgraph=True, backend="aot_eager"),
                torch.export.export(neuron, arguments).module(),
            ):
                for part, other in zip(pytree.tree_leaves(found(*arguments)), expected, strict=True):
                    torch.testing.assert_close(part, other)
    # A shape is known while torch compiles.
    try:
        torch.export.export(program["pairs"], (whole.elements, whole.elements[:, :2]))
    except CajalError as error:
        assert "3 and 2 elements" in str(error), error
    else:
        raise AssertionError("lists of unequal length are joined")


class Loss(torch.nn.Module):
    """The loss of a module that holds a neuron, by its logarithm."""

    def __init__(self, neuron: Neuron) -> None:
        super().__init__()
        self.neuron = neuron
        self.temperature = torch.nn.Parameter(torch.tensor(0.9))

    def forward(self, elements: torch.Tensor) -> torch.Tensor:
        lengths = torch.full(elements.shape[:1], elements.shape[1])
        return self.neuron.log(Sequence(elements * self.temperature, lengths)).logsumexp(-1).sum()


def logarithms() -> None:
    """What torch compiles around `log` runs, and the whole is exported. `log` itself is not compiled."""
    program = Program()
    program.run(
        "learn w : Bool * Bool -o Bool\n"
        "def last (xs : List[12] Bool) : Bool = fold xs { nil => true | snoc h x => w (h, x) }"
    )
    torch.compiler.reset()
    loss, elements = Loss(program["last"]), torch.rand(5, 12, 2) / 1e5
    expected = loss(elements)
    assert program["last"](elements).eq(0).all()
    derivatives = torch.autograd.grad(expected, [*loss.parameters()])
    compiled = torch.compile(loss, backend="aot_eager")(elements)
    torch.testing.assert_close(torch.autograd.grad(compiled, [*loss.parameters()]), derivatives)
    exported = torch.export.export(loss, (elements,))
    for found in (compiled, exported.module()(elements), through_onnx(exported, (elements,))):
        torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-5)


def through_onnx(exported: torch.export.ExportedProgram, given: tuple[torch.Tensor, ...]) -> torch.Tensor:
    import onnxruntime

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's own
        onnx = torch.onnx.export(exported, given, dynamo=True, verbose=False)
    file = io.BytesIO()
    assert onnx is not None
    file.write(onnx.model_proto.SerializeToString())
    session = onnxruntime.InferenceSession(file.getvalue(), providers=["CPUExecutionProvider"])
    named = {each.name: np.asarray(tensor) for each, tensor in zip(session.get_inputs(), given, strict=True)}
    return torch.from_numpy(session.run(None, named)[0])


if __name__ == "__main__":
    main()
