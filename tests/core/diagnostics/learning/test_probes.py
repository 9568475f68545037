"""What is wrong with the losses of probes, as users read it."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
import torch

from cajal_core import Mistake, Neuron, Program, encode
from cajal_core.diagnostics.learning import probes
from cajal_core.training.watching.probes import Probes

X, Y = torch.eye(2), torch.tensor([0, 1])


def _neuron(program: Program) -> Neuron:
    program.run("space V[2]\nextern draw : V -o V\ndef drawn (x : V) : V = draw x")
    program.link(flip=encode(torch.nn.Linear(2, 2)), draw=torch.nn.Linear(2, 2))
    return program["flipped"]


def _run(program: Program, loss: Any) -> None:
    neuron = _neuron(program)
    Probes(neuron, {neuron.probe("flip"): loss}).run(neuron, (X, Y))


def _of_an_image(program: Program) -> None:
    _neuron(program)
    Probes(program["drawn"], {program["drawn"].probe("draw"): 1})


def _often(program: Program) -> None:
    neuron = _neuron(program)
    Probes(neuron, {neuron.probe("flip"): 1}).run(lambda x: neuron(x) + neuron(x), (X, Y))


def _never(program: Program) -> None:
    neuron = _neuron(program)
    Probes(neuron, {neuron.probe("flip"): 1}).run(neuron.log, (X, Y))


ROWS: list[tuple[type[Mistake], Callable[[Program], object], str]] = [
    (
        probes.NotAProbe,
        lambda program: Probes(_neuron(program), [1]),  # type: ignore[arg-type]
        (
            "probe_losses has a loss for a list, which is no probe\n"
            "help: name a value of the program by `neuron.probe`: "
            '`probe_losses={neuron.probe("odd"): lambda batch: '
            "batch[-1] % 2}`"
        ),
    ),
    (
        probes.NotAProbe,
        lambda program: Probes(_neuron(program), {"flip": 1}),  # type: ignore[dict-item]
        (
            "probe_losses has a loss for 'flip', which is no probe\n"
            "help: name a value of the program by `neuron.probe`: "
            '`probe_losses={neuron.probe("odd"): lambda batch: '
            "batch[-1] % 2}`"
        ),
    ),
    (
        probes.BadProbeLoss,
        lambda program: _run(program, (1, 0.5, "mse")),
        (
            "the loss of the probe `flip` cannot be (1, 0.5, 'mse')\n"
            "help: give a target: a function of the batch, or a place in it; or (target, weight), "
            '(target, weight, "nll"), (target, weight, "cross-entropy") or (target, weight, loss)'
        ),
    ),
    (
        probes.ProbeOfAnother,
        lambda program: Probes(_neuron(program), {program["look"].probe("table"): 1}),
        (
            "no neuron in the model has the probe `table`\n"
            "help: take the probe from the neuron that is trained: `neuron.probe`, or `linked.neuron.probe`"
        ),
    ),
    (
        probes.ProbeNotOnce,
        _often,
        (
            "the neuron of the probe `flip` was called 2 times for one batch\n"
            "help: a probe has one value for a batch: call the neuron once, with all samples"
        ),
    ),
    (
        probes.ProbeNotOnce,
        _never,
        (
            "the neuron of the probe `flip` was not called for one batch\n"
            "help: call the neuron with all of its arguments; `log` and `scaled` are not traced"
        ),
    ),
    (
        probes.NoSuchPlace,
        lambda program: _run(program, 2),
        (
            "the target of the probe `flip` is at 2, and a batch has 2 parts\n"
            "help: a batch is `(*inputs, target)`; of what is not in it, give a function of the batch"
        ),
    ),
    (
        probes.ProbeWithoutLoss,
        _of_an_image,
        (
            "the probe `draw` has the type V, which has no loss of its own\n"
            "help: give one: `(target, 1.0, torch.nn.functional.l1_loss)`"
        ),
    ),
    (
        probes.CrossEntropyOfProbabilities,
        lambda program: _run(program, (1, 1.0, "cross-entropy")),
        (
            "the probe `flip` has probabilities, and cross-entropy takes raw numbers: it would take a second "
            'softmax of them and teach next to nothing\nhelp: leave the loss out, or say "nll"'
        ),
    ),
    (
        probes.OtherTarget,
        lambda program: _run(program, lambda _: torch.zeros(3)),
        (
            "the probe `flip` has values of shape (2, 2), and its target is of the shape (3,)\n"
            "help: a target has an index for each sample (of a Bool 0 is true and 1 false), or a distribution"
        ),
    ),
    (
        probes.OtherTarget,
        lambda program: _run(program, lambda _: [0, 1]),
        (
            "the probe `flip` has values of shape (2, 2), and its target is a list\n"
            "help: a target has an index for each sample (of a Bool 0 is true and 1 false), or a distribution"
        ),
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
    assert {kind for kind, _, _ in ROWS} == kinds(probes)
