"""What callees are, in words."""

from __future__ import annotations

import torch

import cajal_core as cajal
from cajal_kernel.views.graph.notes import LONGEST, note, structure


def test_what_is_linked_and_learned_is_told(program: cajal.Program) -> None:
    program.run("extern w : Bool -o Bool\nextern u : Bool -o Bool\nextern f' : Bool -o Bool")
    program.link({"w": torch.eye(2), "f'": lambda x: x})
    neuron = program[r"\i:Image. w (u (f' (turn (odd i))))"]
    said = {name: note(neuron, name) for name in ("odd", "w", "u", "f'", "turn")}
    assert said == {
        "odd": "Sequential, 50 parameters",
        "w": "tensor, shape (2, 2)",
        "u": "not linked",
        "f'": "a function in Python",
        "turn": "learned, shape (2, 2)",
    }
    assert structure(neuron, "odd").splitlines()[1].strip().startswith("(0): Flatten")
    assert structure(neuron, "w") == ""


def test_a_single_parameter_and_a_long_network(program: cajal.Program) -> None:
    program.link(odd=torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(24, 2), torch.nn.PReLU()))
    assert note(program["odd"], "odd") == "Sequential, 51 parameters"
    network = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(24, 2))
    program.link(odd=cajal.encode(cajal.encode(network), "raw"))
    assert note(program["odd"], "odd") == "Sequential, softmax, raw, 50 parameters"
    layers = [torch.nn.Identity() for _ in range(400)]
    program.link(odd=torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(24, 2), *layers))
    assert len(structure(program["odd"], "odd")) == LONGEST + 1
