"""What is wrong with a tensor that comes from Python, as users read it."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from types import ModuleType

import pytest
import torch
from torch import nn

from cajal_core import Linked, Mistake, Program, Sequence, nll
from cajal_core.diagnostics import tensors

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # torch is about to change both
    QUANTIZED = torch.quantize_per_tensor(torch.rand(2), 0.1, 0, torch.quint8)
    NESTED = torch.nested.nested_tensor([torch.rand(2), torch.rand(3)])
JAGGED = torch.nested.nested_tensor([torch.rand(1, 2), torch.rand(2, 2)], layout=torch.jagged)
PAIRS = r"\xs:List[4] Bool. \ys:List[4] Bool. [(x, y) | x in xs, y in ys]"

ROWS: list[tuple[type[Mistake], Callable[[Program], object], str]] = [
    (
        tensors.DevicesDiffer,
        lambda program: program["flip"].link(flip=torch.eye(2, device="meta"))(torch.rand(2)),
        (
            "`flip` is on the device meta, and the arguments are on cpu\n"
            "help: move the neuron or the arguments, with `.to(device)`"
        ),
    ),
    (
        tensors.DevicesDiffer,
        lambda program: program["and"](torch.rand(2), torch.rand(2, device="meta")),
        (
            "`y` is on the device meta, and `x` is on cpu\n"
            "help: move the neuron or the arguments, with `.to(device)`"
        ),
    ),
    (
        tensors.NotATensor,
        lambda program: program["not"]("true"),
        (
            "the argument `x` must be a tensor, got str\n"
            "help: torch.stack(…) makes one of several tensors, torch.tensor(…) of numbers"
        ),
    ),
    (
        tensors.NotATensor,
        lambda _: nll(Sequence(torch.rand(1, 2, 2), torch.tensor([2])), torch.tensor([0])),
        (
            "the result must be a tensor, got Sequence\n"
            "help: `sequence.dense()` has a weight for each list, `sequence.elements` the elements"
        ),
    ),
    (
        tensors.Complex,
        lambda program: program["not"](torch.rand(2) * 1j),
        "the argument `x` has complex entries\nhelp: Cajal's vectors are real",
    ),
    (
        tensors.NotDense,
        lambda program: program["flipped"].link(flip=torch.eye(2).to_sparse()),
        "what is linked to `flip` is a sparse tensor\nhelp: `.to_dense()` makes a dense one",
    ),
    (
        tensors.NotDense,
        lambda program: program["not"](QUANTIZED),
        "the argument `x` is a quantized tensor\nhelp: `.dequantize()` makes a dense one",
    ),
    (
        tensors.NotDense,
        lambda program: program["not"](NESTED),
        (
            "the argument `x` is a nested tensor\n"
            "help: its elements may differ in size; `.to_padded_tensor(0)` makes a dense one"
        ),
    ),
    (
        tensors.NotDense,
        lambda program: program["not"](torch.rand(2).to(torch.float8_e5m2)),
        (
            "the argument `x` is a float8 tensor\n"
            "help: torch does not compute with it; `.float()` makes one that it does"
        ),
    ),
    (
        tensors.NotALink,
        lambda program: program["flipped"].link(flip="net"),  # type: ignore[arg-type]
        "what is linked to `flip` must be a tensor, a module or a callable, got str",
    ),
    (
        tensors.WrongShape,
        lambda program: program["widened"].link(wide=torch.rand(2, 3)),
        (
            "the extern `wide` : Bool -o Nat[3] has shape (3, 2), got (2, 3)\n"
            "help: column j of a matrix is the image of basis vector j: `W.T`"
        ),
    ),
    (
        tensors.WrongShape,
        lambda program: program["even"](torch.tensor([3, 1, 4])),
        (
            "the argument `n` : Nat has shape (..., 10), got (3,)\n"
            "help: of indices `torch.nn.functional.one_hot(n.long(), 10)` makes vectors"
        ),
    ),
    (
        tensors.WrongShape,
        lambda program: program["not"](torch.tensor([True, False, True])),
        (
            "the argument `x` : Bool has shape (..., 2), got (3,)\n"
            "help: true is [1, 0]: of truth values `torch.stack([x == 1, x == 0], -1)` makes vectors"
        ),
    ),
    (
        tensors.WrongShape,
        lambda program: program["not"](torch.rand(4, 3)),
        "the argument `x` : Bool has shape (..., 2), got (4, 3)",
    ),
    (
        tensors.WrongShape,
        lambda program: program["flipped"].link(flip=torch.eye(3)),
        "the extern `flip` : Bool -o Bool has shape (2, 2), got (3, 3)",
    ),
    (
        tensors.LengthsDiffer,
        lambda _: Sequence(torch.rand(2, 3, 2), torch.rand(2, 3)),
        (
            "elements of shape (2, 3, 2) and weights of lengths of shape (2, 3) make no lists\n"
            "help: elements have the shape (..., n, *shape of one), and weights of the lengths 0 to n the "
            "shape (..., n + 1); whole lengths are integers: `lengths.long()`"
        ),
    ),
    (
        tensors.LengthsDiffer,
        lambda _: Sequence(torch.rand(2, 3, 2), torch.tensor([1, 2, 3])),
        (
            "elements of shape (2, 3, 2) and whole lengths of shape (3,) make no lists\n"
            "help: elements have the shape (..., n, *shape of one), and whole lengths the shape (...)"
        ),
    ),
    (
        tensors.LengthOutOfRange,
        lambda _: Sequence(torch.rand(2, 3, 2), torch.tensor([1, 4])),
        "a Sequence has lists of 0 to 3 elements, got 4",
    ),
    (
        tensors.LengthOutOfRange,
        lambda program: program.compile(r"\xs:List[1] Bool. xs")(torch.rand(4, 2)),
        "the argument `xs` : List[1] Bool has lists of 0 to 1 element, got 4",
    ),
    (
        tensors.JoinedListsDiffer,
        lambda program: program.compile(PAIRS)(torch.rand(3, 2), torch.rand(4, 2)),
        (
            "`xs` and `ys` are read in step, and have 3 and 4 elements\n"
            " --> term:1:37\n"
            f"1 | {PAIRS}\n"
            "  |                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^ here\n"
            "help: give lists of one length, such as `ys[..., :3, :]`"
        ),
    ),
    (
        tensors.JoinedListsDiffer,
        lambda program: program.compile(PAIRS)(
            torch.rand(2, 3, 2), Sequence(torch.rand(2, 3, 2), torch.tensor([3, 2]))
        ),
        (
            "`xs` and `ys` are read in step, and have 3 and 2 elements in sample 1\n"
            " --> term:1:37\n"
            f"1 | {PAIRS}\n"
            "  |                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^ here\n"
            "help: give lists of one length; weights of lengths may differ, and the result is 0 there: "
            "`cajal.Sequence(xs.elements, xs.weights())`"
        ),
    ),
    (
        tensors.NotRagged,
        lambda program: program.compile(r"\xs:List[3] Bool. xs")(JAGGED.transpose(1, 2)),
        (
            "the argument `xs` is a nested tensor whose second dimension is not the one that differs\n"
            "help: `torch.nested.nested_tensor([...], layout=torch.jagged)` makes lists of tensors "
            "(n, *shape)"
        ),
    ),
    (
        tensors.ListAsTensor,
        lambda program: (
            program.run("extern words : List[3] Bool; words")[1].neuron().link(words=torch.rand(15))
        ),
        (
            "`words` : List[3] Bool gives lists, which a tensor does not hold apart\n"
            "help: link a callable that returns `cajal.Sequence(elements, lengths)`, or declare "
            "`learn words : List[3] Bool`, and copy the tensor into `neuron.learn_words`"
        ),
    ),
    (
        tensors.WrongShape,
        lambda program: Linked(program["not"], x=nn.Linear(5, 3))(torch.rand(4, 5)),
        "what feeds the argument `x` : Bool has shape (..., 2), got (4, 3)",
    ),
]


@pytest.mark.parametrize(("kind", "provoke", "text"), ROWS)
def test_what_is_read(
    told: Callable[[Callable[[Program], object]], tuple[type[Mistake], str]],
    kind: type[Mistake],
    provoke: Callable[[Program], object],
    text: str,
) -> None:
    assert told(provoke) == (kind, text)


def test_each_kind_has_its_row(kinds: Callable[[ModuleType], set[type[Mistake]]]) -> None:
    assert {kind for kind, _, _ in ROWS} == kinds(tensors)
