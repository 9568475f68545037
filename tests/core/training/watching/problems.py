"""Trainings on scikit-learn's digits, as a user writes them: those that go well, and those that die."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import torch
from sklearn.datasets import load_digits
from torch import Tensor, nn

import cajal_core as cajal

ONES = """
space Image[784]
extern c : Image -o Bool
extern make : Image -o Image
def ones (!x : Image) : Image = if c x then x else make x
"""
EQ = r"\x:Bool. \y:Bool. if x then y else if y then false else true"


def digits() -> tuple[Tensor, Tensor]:
    """Images (n, 64) in [-1, 1] and labels (n)."""
    images, labels = load_digits(return_X_y=True)
    return torch.tensor(images).float() / 8 - 1, torch.tensor(labels)


def network(out: int, hidden: int = 100) -> nn.Sequential:
    return nn.Sequential(nn.Linear(64, hidden), nn.ReLU(), nn.Linear(hidden, out))


def parity(
    seed: int, encoded: Callable[[nn.Module], nn.Module], shared: bool
) -> tuple[cajal.Linked, tuple[Tensor, ...]]:
    """Do two digits have the same parity? A model and its data."""
    torch.manual_seed(seed)
    images, labels = digits()
    pairs = torch.randint(len(images), (2, 3000))
    left = encoded(network(2, 400))
    right = left if shared else encoded(network(2, 400))
    model = cajal.Linked(cajal.Program().compile(EQ), x=left, y=right)
    return model, (images[pairs[0]], images[pairs[1]], labels[pairs].sum(0) % 2)


def loop(
    model: nn.Module,
    data: tuple[Tensor, ...],
    loss: Callable[[Tensor, Tensor], Tensor],
    steps: int,
    watch: cajal.LinkWatch | None = None,
    size: int = 64,
) -> None:
    """A plain loop."""
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)
    random = torch.Generator().manual_seed(0)
    for _ in range(steps):
        which = torch.randint(len(data[0]), (size,), generator=random)
        *inputs, target = [part[which] for part in data]
        value = loss(model(*inputs), target)
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        if watch:
            watch.step(*inputs, loss=value)


def mnist_ones(
    folder: Path, seed: int, temperature: float = 1.0
) -> tuple[cajal.Neuron, tuple[Tensor, Tensor]]:
    """A 1 stays, all else becomes a 1: the papers' first experiment, on images of MNIST."""
    torch.manual_seed(seed)
    pixels = gzip.decompress((folder / "t10k-images-idx3-ubyte.gz").read_bytes())[16:]
    labels = torch.tensor([*gzip.decompress((folder / "t10k-labels-idx1-ubyte.gz").read_bytes())[8:]])
    images = (
        torch.frombuffer(bytearray(pixels), dtype=torch.uint8).reshape(-1, 784)[:5000].float() / 127.5 - 1
    )
    labels = labels[:5000]
    those = images[labels == 1]
    targets = torch.where((labels == 1)[:, None], images, those[torch.randint(len(those), (len(images),))])
    program = cajal.load(ONES)
    condition = nn.Sequential(nn.Linear(784, 100), nn.ReLU(), nn.Linear(100, 2))
    make = nn.Sequential(nn.Linear(784, 300), nn.ReLU(), nn.Linear(300, 784))
    program.link(c=cajal.encode(condition, temperature=temperature), make=make)
    return program["ones"], (images, targets)
