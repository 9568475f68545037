"""Do two digits have the same parity? A Cajal program over small networks, against one network alone.

The experiment of `notebooks/02_link_and_train.ipynb`, as a script, so that its numbers can be measured again:

    python -m benchmarks.parity                     # scikit-learn's digits; the notebook's own numbers
    python -m benchmarks.parity --mnist FOLDER      # MNIST, from its four IDX files

For a seed, every model sees the same pairs in the same order, with the same optimiser. Training pairs are
made of training images only, test pairs of test images only. "Steps to 80%" is the first evaluation, every
fourth step, at which a model is right on at least 80% of the test pairs.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from sklearn.datasets import load_digits
from torch import Tensor, nn
from torch.nn import functional

import cajal_core as cajal
from cajal_experiments.data.idx import FILES, read

EVERY = 4
TARGET = 0.80

SOURCE = """
space Digit[{side}, {side}]

extern left : Digit -o Bool
extern right : Digit -o Bool

def not (x : Bool) : Bool = if x then false else true
def eq (x : Bool) (y : Bool) : Bool = if x then y else not y
def same (a : Digit) (b : Digit) : Bool = eq (left a) (right b)
"""


@dataclass(frozen=True)
class Images:
    """Images, (count, side, side), and the digits that they show, (count,); none is in both sets."""

    train: Tensor
    train_digits: Tensor
    test: Tensor
    test_digits: Tensor

    @property
    def side(self) -> int:
        return self.train.shape[-1]

    def standardised(self) -> Images:
        """The same with mean 0 and deviation 1 over all pixels of the training images."""
        mean, deviation = self.train.mean(), self.train.std()
        train, test = (self.train - mean) / deviation, (self.test - mean) / deviation
        return Images(train, self.train_digits, test, self.test_digits)


@dataclass(frozen=True)
class Pairs:
    """Pairs of images, (count, side, side) each, and the class of each pair: 0 same parity, 1 not."""

    a: Tensor
    b: Tensor
    answer: Tensor


@dataclass(frozen=True)
class Model:
    """What is trained: what builds it, for images of a side and a hidden size, and its loss."""

    builder: Callable[[int, int], Callable[[], nn.Module]]
    loss: Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Run:
    """One training: the model's parameters, its test accuracy by step, the seconds that it took."""

    parameters: int
    accuracy: dict[int, float]
    seconds: float

    @property
    def reached(self) -> int | None:
        """The first step with the target accuracy."""
        return next((step for step, accuracy in self.accuracy.items() if accuracy >= TARGET), None)


# Data


def digits() -> Images:
    pixels, labels = load_digits(return_X_y=True)
    images, shown = torch.tensor(pixels, dtype=torch.float32).view(-1, 8, 8), torch.tensor(labels)
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(0))
    train, test = order[:1400], order[1400:]
    return Images(images[train], shown[train], images[test], shown[test]).standardised()


def mnist(folder: Path) -> Images:
    arrays = (torch.from_numpy(read(folder / f"{name}-ubyte.gz").copy()) for name in FILES)
    train, train_digits, test, test_digits = arrays
    return Images(train.float(), train_digits.long(), test.float(), test_digits.long()).standardised()


def pairs(images: Tensor, shown: Tensor, count: int, generator: torch.Generator) -> Pairs:
    index = torch.randint(len(images), (count, 2), generator=generator)
    a, b = index.T
    return Pairs(images[a], images[b], (shown[a] + shown[b]) % 2)


# Models


def classifier(side: int, hidden: int) -> nn.Sequential:
    """A network from an image to two numbers."""
    return nn.Sequential(nn.Flatten(), nn.Linear(side**2, hidden), nn.ReLU(), nn.Linear(hidden, 2))


def same(side: int, left: nn.Module, right: nn.Module) -> cajal.Neuron:
    """The program over two networks, which may be one."""
    return cajal.load(SOURCE.format(side=side)).compile("same", link={"left": left, "right": right})


def control(name: str) -> Callable[[int, int], Callable[[], nn.Module]]:
    """A control of the program over two networks, such as one network of as many parameters."""

    def builder(side: int, hidden: int) -> Callable[[], nn.Module]:
        return cajal.controls(same(side, *(classifier(side, hidden) for _ in range(2))))[name].build

    return builder


def softmax_shared(side: int, hidden: int) -> Callable[[], nn.Module]:
    def build() -> nn.Module:
        one = cajal.encode(classifier(side, hidden), "softmax")
        return same(side, one, one)

    return build


def softmax(side: int, hidden: int) -> Callable[[], nn.Module]:
    return lambda: same(side, *(cajal.encode(classifier(side, hidden), "softmax") for _ in range(2)))


def shared(side: int, hidden: int) -> Callable[[], nn.Module]:
    def build() -> nn.Module:
        one = classifier(side, hidden)
        return same(side, one, one)

    return build


MODELS = {
    "direct": Model(control("D"), functional.cross_entropy),
    "direct + shared softmax": Model(softmax_shared, cajal.nll),
    "indirect": Model(control("I"), functional.cross_entropy),
}
ABLATIONS = {
    "direct + softmax": Model(softmax, cajal.nll),
    "direct + sharing": Model(shared, functional.cross_entropy),
    "combination learned": Model(control("T"), functional.cross_entropy),
}


# Training


def train(model: Model, seed: int, images: Images, options: argparse.Namespace) -> Run:
    generator = torch.Generator().manual_seed(seed)
    training = pairs(images.train, images.train_digits, options.pairs, generator)
    test = pairs(images.test, images.test_digits, options.test_pairs, generator)

    def validate(module: nn.Module) -> dict[str, float]:
        right = module(test.a, test.b).argmax(-1) == test.answer
        return {"accuracy": right.float().mean().item()}

    build = model.builder(images.side, options.hidden)
    torch.manual_seed(seed)
    module = build()
    history = cajal.fit(
        module,
        (training.a, training.b, training.answer),
        model.loss,
        steps=options.steps,
        batch=options.batch,
        rate=options.lr,
        seed=seed,
        validate=validate,
        every=EVERY,
        progress=False,
    )
    parameters = sum(each.numel() for each in module.parameters())
    return Run(parameters, dict(zip(*history.series("accuracy"), strict=True)), history.seconds)


# The table


def table(results: dict[str, list[Run]], steps: int) -> list[list[str]]:
    marks = [mark for mark in (80, 160, 312) if mark <= steps]
    rows = [["model", "parameters", *(f"after {mark}" for mark in marks), "steps to 80%", "seconds a run"]]
    for name, runs in results.items():
        after = [f"{statistics.mean(run.accuracy[mark] for run in runs):.3f}" for mark in marks]
        seconds = statistics.mean(run.seconds for run in runs)
        to_target = reached([run.reached for run in runs], steps)
        rows.append([name, f"{runs[0].parameters:,}", *after, to_target, f"{seconds:.1f}"])
    return rows


def reached(found: Sequence[int | None], steps: int) -> str:
    """Mean and deviation over the seeds, if all of them reached the target."""
    missed = found.count(None)
    if missed:
        return f"not reached in {steps} by {missed} of {len(found)}"
    numbers = [each for each in found if each is not None]
    spread = f" ± {statistics.stdev(numbers):.0f}" if len(numbers) > 1 else ""
    return f"{statistics.mean(numbers):.0f}{spread}"


def laid_out(rows: list[list[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Parity of two digits, with a Cajal program and without.")
    parser.add_argument("--mnist", type=Path, metavar="FOLDER", help="use MNIST, from its gzipped IDX files")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=468)
    parser.add_argument("--pairs", type=int, default=5000, help="training pairs")
    parser.add_argument("--test-pairs", type=int, default=2000)
    parser.add_argument("--hidden", type=int, default=64, help="hidden units of a classifier")
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--ablations", action="store_true", help="train three more models")
    parser.add_argument("--threads", type=int, default=1, help="more do not help networks this small")
    options = parser.parse_args(arguments)

    torch.set_num_threads(options.threads)
    images = mnist(options.mnist) if options.mnist else digits()
    models = MODELS | (ABLATIONS if options.ablations else {})
    results = {
        name: [train(model, seed, images, options) for seed in range(options.seeds)]
        for name, model in models.items()
    }
    settings = f"{options.pairs} pairs, hidden {options.hidden}, lr {options.lr}, batch {options.batch}"
    print(f"{'MNIST' if options.mnist else 'digits'}, {settings}, {options.seeds} seeds\n")
    print(laid_out(table(results, options.steps)))


if __name__ == "__main__":
    main()
