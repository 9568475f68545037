"""Networks that several experiments link."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional


class MLP(nn.Sequential):
    """Images, or vectors, through fully connected layers of the widths, with ReLU between them."""

    def __init__(self, *widths: int) -> None:
        layers: list[nn.Module] = [nn.Flatten()]
        for wide, next_wide in pairwise(widths):
            layers += [nn.Linear(wide, next_wide), nn.ReLU()]
        super().__init__(*layers[:-1])


class Painter(nn.Sequential):
    """Images (batch, 28, 28) to as many, through one hidden layer."""

    def __init__(self, hidden: int) -> None:
        super().__init__(MLP(28 * 28, hidden, 28 * 28), nn.Unflatten(1, (28, 28)))


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

    def __init__(self, results: int = 10) -> None:
        super().__init__(
            nn.Unflatten(1, (1, 28)),
            nn.Conv2d(1, 16, 5),
            nn.MaxPool2d(2),
            nn.ReLU(),
            nn.Conv2d(16, 32, 5),
            nn.MaxPool2d(2),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(512, 128),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(128, results),
        )
        # Convolutions are faster on a CPU this way. What torch declares of `to` has not this form of it.
        self.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]


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


class Balanced(nn.Module):
    """Weights (..., k) by a network, which are rewarded for being spread over all k on the mean of a batch.

    `cajal.fit` adds `penalty` to the loss: `-bonus` times the entropy of that mean, in nats: one half of
    information maximization: no result is left out where all are about as frequent.
    """

    def __init__(self, network: nn.Module, bonus: float) -> None:
        super().__init__()
        self.network, self.bonus = network, bonus
        self._means: list[Tensor] = []

    def forward(self, images: Tensor) -> Tensor:
        weights = self.network(images)
        if self.training and torch.is_grad_enabled():
            self._means.append(weights.flatten(0, -2).mean(0))
        return weights

    def penalty(self) -> Tensor:
        """Of the calls since the last `penalty`."""
        means, self._means = self._means, []
        mean = torch.stack(means).mean(0)
        return self.bonus * torch.special.xlogy(mean, mean).sum()


def orthogonal(network: nn.Module, gain: float) -> nn.Module:
    """The same network, with orthogonal weights and without biases at the start."""
    for module in network.modules():
        if isinstance(module, nn.Linear):
            nn.init.orthogonal_(module.weight, gain)
            nn.init.zeros_(module.bias)
    return network


class OnImage(nn.Module):
    """A module that is given the image in the place of each of its inputs.

    What comes behind the image, such as its label, is for the losses of probes.
    """

    def __init__(self, module: nn.Module, inputs: int = 1) -> None:
        super().__init__()
        self.module, self.inputs = module, inputs

    def forward(self, image: Tensor, *labels: Tensor) -> Tensor:
        return self.module(*[image] * self.inputs)


class Counter(nn.Sequential):
    """Images (batch, 28, 28) to `results` numbers: small convolutions with 8 and 16 channels."""

    def __init__(self, results: int = 10, hidden: int | None = None) -> None:
        super().__init__(
            nn.Unflatten(1, (1, 28)),
            nn.Conv2d(1, 8, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(8, 16, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            MLP(784, results) if hidden is None else MLP(784, hidden, results),
        )


class OwnKernel(nn.Module):
    """Each image, convolved with a kernel of 13×13 that a network makes of the image itself.

    The network sees an image of a greatest entry above 1 divided by that. Else an iteration of it would grow
    as n squarings do, and not as n products.
    """

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.kernel = Counter(13 * 13, hidden)

    def forward(self, images: Tensor) -> Tensor:
        seen = images / images.abs().amax((1, 2), keepdim=True).clamp_min(1)
        kernels = self.kernel(seen).unflatten(1, (1, 13, 13))
        return functional.conv2d(images[None], kernels, padding=6, groups=len(images))[0]


class Convolutions(nn.Sequential):
    """Images (batch, 28, 28) to as many: three convolutions, with kernels of these sizes."""

    def __init__(self, channels: int, *kernels: int) -> None:
        widths = (1, *[channels] * (len(kernels) - 1), 1)
        layers: list[nn.Module] = [nn.Unflatten(1, (1, 28))]
        for wide, next_wide, kernel in zip(widths, widths[1:], kernels, strict=False):
            layers += [nn.Conv2d(wide, next_wide, kernel, padding=kernel // 2), nn.ReLU()]
        super().__init__(*layers[:-1], nn.Flatten(1, 2))


class Residual(nn.Module):
    """What comes in, and what convolutions add to it: nothing, at the start."""

    def __init__(self, network: Convolutions) -> None:
        super().__init__()
        self.network = network
        last = network[-2]
        assert isinstance(last, nn.Conv2d)
        nn.init.zeros_(last.weight)
        if last.bias is not None:
            nn.init.zeros_(last.bias)

    def forward(self, images: Tensor) -> Tensor:
        return images + self.network(images)


class Transformer(nn.Module):
    """Strings (batch, places) to (batch, places, letters): one layer, and a program as one more head."""

    def __init__(
        self, places: int, letters: int, width: int, heads: int, program: nn.Module | None = None
    ) -> None:
        super().__init__()
        self.letters = nn.Embedding(letters, width)
        self.places = nn.Parameter(torch.randn(places, width) * 0.02)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(3))
        self.attention = nn.MultiheadAttention(width, heads, batch_first=True)
        self.forth = nn.Sequential(nn.Linear(width, 4 * width), nn.ReLU(), nn.Linear(4 * width, width))
        self.said = nn.Linear(width, letters)
        self.program = program
        if program is not None:
            self.first = nn.Linear(width, letters)
            self.into, self.back = nn.Linear(width, width // heads), nn.Linear(width // heads, width)

    def forward(self, strings: Tensor) -> Tensor:
        values = self.letters(strings) + self.places
        seen = self.norms[0](values)
        values = values + self.attention(seen, seen, seen, need_weights=False)[0]
        if self.program is not None:
            values = values + self.back(self.program(self.first(seen[:, 0]), self.into(seen)))
        values = values + self.forth(self.norms[1](values))
        return self.said(self.norms[2](values))
