"""Probes have losses of their own: the right ones, from the one pass that computes the result."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, l1_loss

import cajal_core as cajal
from cajal_core.training.watching.probes import Probes

from .problems import digits, network

PROGRAM = """
space Image[64]
extern odd : Image -o Bool
extern make : Image -o Image
def flip (x : Image) : Bool = if odd x then false else true
def either (!x : Image) : Bool = if odd x then odd x else false
def draw (x : Image) : Image = make x
"""


class Counted(nn.Module):
    """Counts its calls."""

    def __init__(self, inside: nn.Module) -> None:
        super().__init__()
        self.inside = inside
        self.calls = 0

    def forward(self, images: Tensor) -> Tensor:
        self.calls += 1
        return self.inside(images)


def neuron(name: str = "flip", odd: nn.Module | None = None) -> cajal.Neuron:
    torch.manual_seed(0)
    program = cajal.load(PROGRAM)
    program.link(odd=odd or cajal.encode(network(2)), make=network(64))
    return program[name]


def batch(size: int = 32) -> tuple[Tensor, Tensor, Tensor]:
    """Images, labels and whether they are even, where index 0 of a Bool is true."""
    images, labels = digits()
    return images[:size], labels[:size], labels[:size] % 2


def run(model: nn.Module, losses: Any, given: tuple[Any, ...]) -> tuple[Any, Tensor, dict[str, Tensor]]:
    result, loss, measured = Probes(model, losses).run(model, given)
    assert isinstance(loss, Tensor)
    return result, loss, measured


def test_probabilities_get_their_likelihood() -> None:
    model = neuron()
    images, _, odd = batch()
    result, loss, measured = run(model, {model.probe("odd"): (1, 0.1)}, (images, 1 - odd))
    said = model.get_submodule("extern_odd")(images)
    torch.testing.assert_close(loss, 0.1 * cajal.nll(said, 1 - odd))
    torch.testing.assert_close(result, model(images))
    assert measured == {"odd accuracy": (said.argmax(-1) == 1 - odd).float().mean()}


def test_raw_numbers_get_cross_entropy() -> None:
    model = neuron(odd=network(2))
    images, _, odd = batch()
    for given in (lambda all_of_it: all_of_it[-1], (1, 1.0, "cross-entropy"), (1, 1.0, cross_entropy)):
        _, loss, _ = run(model, {model.probe("odd"): given}, (images, odd))
        torch.testing.assert_close(loss, cross_entropy(model.get_submodule("extern_odd")(images), odd))


def test_targets_may_be_distributions() -> None:
    images, _, odd = batch()
    targets = nn.functional.one_hot(odd, 2).float()
    for link in (cajal.encode(network(2)), network(2)):
        model = neuron(odd=link)
        _, by_index, accuracy = run(model, {model.probe("odd"): lambda _: odd}, (images, odd))
        _, loss, same = run(model, {model.probe("odd"): lambda _: targets}, (images, odd))
        torch.testing.assert_close(loss, by_index)
        assert accuracy == same


def test_the_wrong_pair_is_refused() -> None:
    soft, raw = neuron(), neuron(odd=network(2))
    images, _, odd = batch()
    for loss in ("cross-entropy", cross_entropy, nn.CrossEntropyLoss()):
        with pytest.raises(cajal.CajalError, match="a second softmax"):
            run(soft, {soft.probe("odd"): (1, 1.0, loss)}, (images, odd))
    with pytest.raises(cajal.CajalError, match="no distribution"):
        run(raw, {raw.probe("odd"): (1, 1.0, "nll")}, (images, odd))


def test_images_take_a_loss_that_is_given() -> None:
    model = neuron("draw")
    images, _, _ = batch()
    _, loss, measured = run(model, {model.probe("make"): (0, 0.5, l1_loss)}, (images, images))
    torch.testing.assert_close(loss, 0.5 * l1_loss(model(images), images))
    torch.testing.assert_close(measured["make loss"], 2 * loss.detach())


def test_two_probes_of_a_name_have_two_names() -> None:
    model = neuron("either")
    images, _, odd = batch()
    losses = {model.probe("odd", 0): 1, model.probe("odd", 1): 1}
    assert [*run(model, losses, (images, odd))[2]] == ["odd accuracy", "odd 1 accuracy"]


def test_one_pass_computes_all() -> None:
    counted = Counted(cajal.encode(network(2)))
    inner = neuron(odd=counted)
    model = nn.Sequential(nn.Identity(), inner)
    images, _, odd = batch()
    counted.calls = 0
    run(model, {inner.probe("odd"): 1}, (images, odd))
    assert counted.calls == 1


def test_a_copy_of_the_model_has_the_probes() -> None:
    model = neuron()
    images, _, odd = batch()
    again = copy.deepcopy(model)
    _, loss, _ = run(again, {model.probe("odd"): 1}, (images, odd))
    loss.backward()
    assert again.get_parameter("extern_odd.network.0.weight").grad is not None
    assert model.get_parameter("extern_odd.network.0.weight").grad is None


def test_fit_trains_the_probe_and_records_its_accuracy() -> None:
    images, labels = digits()
    truth = 1 - labels % 2  # of a Bool 0 is true
    model = neuron()
    history = cajal.fit(
        model,
        (images, truth),
        lambda result, _: 0 * result.sum(),
        epochs=4,
        probe_losses={model.probe("odd"): lambda given: given[1]},
        progress=False,
    )
    _, accuracies = history.series("odd accuracy")
    assert accuracies[0] < 0.8 and sum(accuracies[-20:]) / 20 > 0.9
    assert (model.get_submodule("extern_odd")(images).argmax(-1) == truth).float().mean() > 0.9


def test_a_probe_is_trained_bit_equal_after_a_stop(tmp_path: Any) -> None:
    images, labels = digits()

    def trained(*steps: int) -> dict[str, Tensor]:
        model = neuron()
        for count in steps:
            model = neuron()
            cajal.fit(
                model,
                (images, labels % 2),
                cajal.nll,
                steps=count,
                probe_losses={model.probe("odd"): (1, 0.1)},
                checkpoint=tmp_path / f"{len(steps)}.pt",
                progress=False,
            )
        return model.state_dict()

    whole, parts = trained(20), trained(7, 20)
    assert all(torch.equal(whole[name], parts[name]) for name in whole if whole[name].numel())
