"""`load_neuron` in another process, and what is given for a path or for links."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

import cajal_core as cajal
from cajal_core import CajalError

ROOT = Path(__file__).parents[3]
SOURCE = """
data Kind = Even | Odd
space Image[4, 4]
extern left : Image -o Bool
extern right : Image -o Bool
extern prior : Bool
learn table : Bool -o Bool -o Kind
use logic (xor)
def same (a : Image) (b : Image) : Kind = table (xor (left a) (right b)) prior
def often (n : Nat) (a : Image) : Bool = iter n { zero => left a | succ y => xor y true }
"""
OTHER = """
import sys, torch
import cajal_core as cajal
net = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(16, 2), torch.nn.Tanh())
folder = sys.argv[1]
inputs = torch.load(folder + "/inputs.pt")
same = cajal.load_neuron(folder + "/same.cajaln", link={"left": net, "right": net})
often = cajal.load_neuron(folder + "/often.cajaln", link={"left": net})
torch.save((same(*inputs[:2]), often(inputs[2], inputs[0]), len([*same.parameters()])), folder + "/out.pt")
"""


@pytest.mark.parametrize("seed", ["1", "2"])
def test_another_process_computes_the_same_bits(seed: str, tmp_path: Path) -> None:
    program = cajal.load(SOURCE, nat_size=20)
    network = nn.Sequential(nn.Flatten(), nn.Linear(16, 2), nn.Tanh())
    program.link(left=network, right=network, prior=torch.rand(2))
    same, often = program["same"], program["often"]
    inputs = [torch.rand(7, 4, 4), torch.rand(7, 4, 4), torch.rand(7, 20)]
    same.save(tmp_path / "same.cajaln")
    often.save(tmp_path / "often.cajaln")
    torch.save(inputs, tmp_path / "inputs.pt")
    subprocess.run(
        [sys.executable, "-c", OTHER, str(tmp_path)],
        check=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed},
    )
    first, second, count = torch.load(tmp_path / "out.pt")
    assert torch.equal(first, same(*inputs[:2]))
    assert torch.equal(second, often(inputs[2], inputs[0]))
    assert count == 3


def test_links_need_names(tmp_path: Path) -> None:
    neuron = cajal.load("extern f : Bool -o Bool").compile("f", link={"f": nn.Linear(2, 2)})
    neuron.save(str(tmp_path / "f.cajaln"))
    with pytest.raises(CajalError, match="without the name"):
        cajal.load_neuron(str(tmp_path / "f.cajaln"), nn.Linear(2, 2))  # type: ignore[arg-type]


def test_a_linked_says_how_all_is_kept_and_that_works(tmp_path: Path) -> None:
    def made(neuron: cajal.Neuron) -> cajal.Linked:
        return cajal.Linked(neuron, x=nn.Linear(5, 2), encode="softmax")

    linked = made(cajal.load("learn w : Bool -o Bool\ndef f (x : Bool) : Bool = w x")["f"])
    path = tmp_path / "f.cajaln"
    with pytest.raises(CajalError, match=r"linked\.neuron\.save\(path\)"):
        linked.save(path)
    linked.neuron.save(path)
    torch.save(linked.state_dict(), tmp_path / "all.pt")
    again = made(cajal.load_neuron(path))
    again.load_state_dict(torch.load(tmp_path / "all.pt"))
    x = torch.rand(3, 5)
    assert torch.equal(again(x), linked(x))
