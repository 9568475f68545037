"""Networks that several experiments link."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class MLP(nn.Sequential):
    """Images, or vectors, through fully connected layers of the widths, with ReLU between them."""

    def __init__(self, *widths: int) -> None:
        layers: list[nn.Module] = [nn.Flatten()]
        for wide, next_wide in zip(widths, widths[1:], strict=False):
            layers += [nn.Linear(wide, next_wide), nn.ReLU()]
        super().__init__(*layers[:-1])


class LeNet(nn.Sequential):
    """Images (batch, 28, 28) to `results` numbers: the network of the benchmark of N-digit addition."""

    def __init__(self, results: int = 10) -> None:
        super().__init__(
            nn.Unflatten(1, (1, 28)),
            nn.Conv2d(1, 6, 5),
            nn.MaxPool2d(2),
            nn.ReLU(),
            nn.Conv2d(6, 16, 5),
            nn.MaxPool2d(2),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(256, 120),
            nn.ReLU(),
            nn.Linear(120, 84),
            nn.ReLU(),
            nn.Linear(84, results),
        )


class CNN(nn.Sequential):
    """Images (batch, 28, 28) to `results` numbers: two convolutions of 5×5, and one hidden layer."""

    def __init__(self, results: int = 10, channels: tuple[int, int] = (32, 64), hidden: int = 128) -> None:
        first, second = channels
        super().__init__(
            nn.Unflatten(1, (1, 28)),
            nn.Conv2d(1, first, 5),
            nn.MaxPool2d(2),
            nn.ReLU(),
            nn.Conv2d(first, second, 5),
            nn.MaxPool2d(2),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(16 * second, hidden),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(hidden, results),
        )


class Joined(nn.Module):
    """No program: one network on every image, then another on all that it says, side by side.

    Images come as arguments (batch, side, side), or as lists (batch, count, side, side).
    """

    def __init__(self, network: nn.Module, head: nn.Module) -> None:
        super().__init__()
        self.network, self.head = network, head

    def forward(self, *images: Tensor) -> Tensor:
        batch = len(images[0])
        every = torch.cat([part.reshape(batch, -1, *part.shape[-2:]) for part in images], 1)
        return self.head(self.network(every.flatten(0, 1)).reshape(batch, -1))


class MostFrequent(nn.Module):
    """The trivial baseline: whatever comes in, the most frequent of the targets, as a vector of `results`."""

    def __init__(self, targets: Tensor, results: int) -> None:
        super().__init__()
        frequent = torch.zeros(results)
        frequent[targets.mode().values] = 1
        self.register_buffer("frequent", frequent)

    def forward(self, *inputs: Tensor) -> Tensor:
        return self.get_buffer("frequent").expand(len(inputs[0]), -1)


class Together(nn.Module):
    """No program: one network on all inputs, flattened and side by side."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, *inputs: Tensor) -> Tensor:
        return self.network(torch.cat([part.flatten(1) for part in inputs], 1))


def orthogonal(network: nn.Module) -> nn.Module:
    """The same network, with orthogonal weights and without biases at the start."""
    for module in network.modules():
        if isinstance(module, nn.Linear):
            nn.init.orthogonal_(module.weight)
            nn.init.zeros_(module.bias)
    return network
