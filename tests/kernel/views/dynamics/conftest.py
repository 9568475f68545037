"""Programs with recurrences of every kind."""

from __future__ import annotations

import math

import pytest
import torch

import cajal_core as cajal
from cajal_kernel.views.dynamics.evaluate import neuron_runs
from cajal_kernel.views.dynamics.runs import Runs

SOURCE = """
def not (x : Bool) : Bool = if x then false else true
def even (n : Nat) : Bool = iter n { zero => true | succ b => not b }
def add (m : Nat) (n : Nat) : Nat = iter m { zero => n | succ k => succ k }
def pairs (p : Nat[3] * Bool) : Bool =
  let (k, b) = p in iter k { zero => b | succ y => if y then false else true }
def mul (m : Nat[4]) (n : Nat[5]) : Nat[20] =
  let (a, b) = iter m { zero => (n, (0 : Nat[20])) | succ s =>
    let (n, t) = s in copy n as (n1, n2) in (n1, iter n2 { zero => t | succ u => succ u }) } in drop a in b
def nested (n : Nat[5]) (x : Nat[9]) : Nat[9] =
  iter n { zero => x | succ y => iter (2 : Nat[3]) { zero => y | succ z => succ z } }
def repeat (!f : Bool -o Bool) (n : Nat) : Bool = iter n { zero => true | succ b => f b }
extern grows : Bool -o Bool
def boom (n : Nat[300]) (x : Bool) : Bool = iter n { zero => x | succ b => grows b }
extern net : Bool -o Bool
def opaque (n : Nat[12]) (x : Bool) : Bool = iter n { zero => x | succ b => net b }
space Image[28, 28]
extern grow : Image -o Image
def dilate (img : Image) (n : Nat[8]) : Image = iter n { zero => img | succ y => grow y }
space V[3]
extern turn : V -o V
def rotate (n : Nat[40]) (v : V) : V = iter n { zero => v | succ b => turn b }
"""
SIDE, UP = math.cos(0.3), math.sin(0.3)


def grown(images: torch.Tensor) -> torch.Tensor:
    return torch.nn.functional.max_pool2d(images[:, None], 3, 1, 1)[:, 0]


@pytest.fixture
def program() -> cajal.Program:
    program = cajal.Program()
    program.run(SOURCE)
    program.link(
        grows=torch.tensor([[1.4, 0.3], [-0.5, 1.2]]),
        net=torch.tanh,
        grow=grown,
        turn=torch.tensor([[SIDE, -UP, 0.0], [UP, SIDE, 0.0], [0.0, 0.0, 0.9]]),
    )
    return program


def runs(program: cajal.Program, name: str) -> Runs:
    return neuron_runs(name, program[name])
