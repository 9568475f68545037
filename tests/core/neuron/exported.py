"""What `test_export.py` runs in a process of its own: torch.compile, torch.export and ONNX Runtime.

Prints a line for each neuron that gives the same by all of them.
"""

import io
import sys
import warnings

import numpy as np
import torch

from cajal_core import Program

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
}
LINKS = {
    "dilate": {"step": torch.nn.Sequential(torch.nn.ReLU(inplace=True), torch.nn.Linear(5, 5))},
    "long": {"step": torch.linalg.qr(torch.randn(20, 20))[0]},
    "wide": {"constant": lambda x: torch.ones(len(x), 2, dtype=torch.float64)},
}


def main() -> None:
    program = Program()
    program.run(SOURCE)
    for name, shapes in CASES.items():
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
