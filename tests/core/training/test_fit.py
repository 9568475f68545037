"""A training: what it does to a model, what it records, and what it refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from torch.utils.data import TensorDataset

import cajal_core as cajal

MSE = nn.functional.mse_loss


def problem() -> tuple[nn.Module, tuple[torch.Tensor, torch.Tensor]]:
    torch.manual_seed(0)
    inputs = torch.randn(40, 3)
    return nn.Linear(3, 1), (inputs, inputs.sum(1, keepdim=True))


def refused(**settings: Any) -> str:
    model, data = problem()
    with pytest.raises(cajal.CajalError) as caught:
        cajal.fit(
            settings.pop("model", model), settings.pop("data", data), settings.pop("loss", MSE), **settings
        )
    return str(caught.value)


def test_a_linear_map_is_learned() -> None:
    model, data = problem()
    history = cajal.fit(model, data, MSE, epochs=200, batch=16, rate=0.05)
    assert history.stopped == "finished" and history.steps == 600
    assert MSE(model(data[0]), data[1]).item() < 1e-4


def test_it_is_the_loop_that_one_writes_by_hand() -> None:
    (model, data), (other, _) = problem(), problem()
    history = cajal.fit(model, data, MSE, steps=3, batch=40, optimizer=torch.optim.SGD, rate=0.1, clip=0.5)
    optimizer, losses = torch.optim.SGD(other.parameters(), lr=0.1), list[float]()
    for _ in range(3):
        optimizer.zero_grad()
        loss = MSE(other(data[0]), data[1])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(other.parameters(), 0.5)
        optimizer.step()
        losses.append(loss.item())
    assert history.series("loss") == ([1, 2, 3], pytest.approx(losses, rel=1e-5))
    torch.testing.assert_close(model.state_dict(), other.state_dict())


def test_the_order_is_a_function_of_the_seed() -> None:
    ends = list[torch.Tensor]()
    for seed in (0, 0, 1):
        model, data = problem()
        cajal.fit(model, data, MSE, steps=7, batch=16, seed=seed)
        ends.append(model.state_dict()["weight"])
    assert torch.equal(ends[0], ends[1]) and not torch.equal(ends[0], ends[2])


def test_what_is_recorded() -> None:
    model, data = problem()

    def error(result: torch.Tensor, target: torch.Tensor) -> float:
        return (result - target).abs().mean().item()

    history = cajal.fit(model, data, MSE, epochs=2, batch=16, metrics={"error": error}, validate=data)
    assert history.names == ("loss", "error", "validation loss", "validation error")
    assert history.series("validation loss")[0] == [3, 6]
    assert history.series("validation error")[1][-1] == pytest.approx(
        error(model(data[0]), data[1]), rel=1e-5
    )
    history = cajal.fit(model, data, MSE, steps=5, batch=16, every=2, validate=lambda model: {"one": 1})
    assert history.series("one") == ([2, 4, 5], [1.0, 1.0, 1.0])


def test_a_forward_is_called_in_the_place_of_the_model() -> None:
    neuron = cajal.load("learn flip : Bool -o Bool")["flip"].initialize("identity")
    calls = list[int]()

    def forward(inputs: torch.Tensor) -> torch.Tensor:
        calls.append(len(inputs))
        return neuron(inputs).softmax(-1).log()

    data = torch.eye(2), torch.tensor([1, 0])
    cajal.fit(neuron, data, lambda result, target: cajal.nll(result, target, log=True), forward=forward)
    assert calls == [2]


def test_a_soft_start_goes_on_where_it_was(tmp_path: Path) -> None:
    data = torch.randn(24, 4), torch.arange(24) % 2

    def train(path: Path, steps: int) -> tuple[nn.Module, cajal.History]:
        torch.manual_seed(0)
        model = cajal.encode(nn.Linear(4, 2), temperature=cajal.Ramp(4.0, 1.0, steps=6), entropy=0.1)
        return model, cajal.fit(model, data, steps=steps, batch=8, rate=0.1, checkpoint=path)

    whole, told = train(tmp_path / "whole.pt", 8)
    train(tmp_path / "parts.pt", 5)
    resumed, again = train(tmp_path / "parts.pt", 8)
    assert whole.state_dict()["step"] == 8 and told == again
    assert all(torch.equal(own, resumed.state_dict()[name]) for name, own in whole.state_dict().items())


def test_an_end_is_read_and_not_trained_again(tmp_path: Path) -> None:
    def train() -> tuple[nn.Module, cajal.History]:
        model, data = problem()
        held, path = TensorDataset(*data), tmp_path / "run.pt"
        return model, cajal.fit(model, data, MSE, epochs=2, checkpoint=path, validate=held)

    (first, told), (second, again) = train(), train()
    assert told.stopped == "finished" and told.steps == 2 and len(told) == 4
    assert told == again and torch.equal(first.state_dict()["weight"], second.state_dict()["weight"])


def test_other_settings_are_told(tmp_path: Path) -> None:
    model, data = problem()
    cajal.fit(model, data, MSE, steps=2, checkpoint=tmp_path / "run.pt")
    assert "seed was 0, and is now 1" in refused(steps=4, seed=1, checkpoint=tmp_path / "run.pt")
    other = refused(steps=4, model=nn.Linear(3, 1, bias=False), checkpoint=tmp_path / "run.pt")
    assert "bias was (1,) float32, and is now none" in other and "delete the file" in other
    assert "has 2 steps behind it, and 1 are asked for" in refused(steps=1, checkpoint=tmp_path / "run.pt")
    *inputs, target = data
    for changed in ((*inputs, target + 1), (*[part.flip(0) for part in inputs], target)):
        other = refused(steps=4, data=changed, checkpoint=tmp_path / "run.pt")
        assert "the checksum of the samples was" in other


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"epochs": 1, "steps": 1}, "both `epochs` and `steps`"),
        ({"steps": -1}, "`steps` is a whole number of at least 0, got -1"),
        ({"batch": 0}, "`batch` is a whole number of at least 1, got 0"),
        ({"seed": 0.5}, "`seed` is a whole number of at least 0, got 0.5"),
        ({"clip": 0}, "`clip` is a positive number, got 0"),
        ({"model": len}, "what is trained is a torch.nn.Module, got builtin_function_or_method"),
        ({"model": nn.ReLU()}, "the ReLU has no parameters to train"),
        ({"model": nn.Linear(3, 1).requires_grad_(False)}, "none of the 2 parameters of the Linear requires"),
        (
            {"model": cajal.load("extern f : Bool -o Bool")["f"]},
            "the extern `f : Bool -o Bool` is not linked",
        ),
        ({"model": nn.Linear(1, 1, device="meta")}, "the parameter `weight` is on the device meta"),
        ({"model": nn.LazyLinear(1)}, "the parameter `weight` has no shape before the first call"),
        ({"optimizer": 3}, "`optimizer` is an optimizer, or what makes one (`torch.optim.SGD`), got int"),
        ({"optimizer": torch.optim.LBFGS}, "LBFGS computes the loss several times"),
        (
            {"optimizer": torch.optim.SGD(nn.Linear(1, 1).parameters())},
            "the SGD has no parameter of the model",
        ),
        ({"scheduler": lambda own: own}, "`scheduler` is a torch scheduler, or what makes one, got Adam"),
        ({"scheduler": torch.optim.lr_scheduler.ReduceLROnPlateau}, "ReduceLROnPlateau needs a number"),
        ({"callbacks": [cajal.EarlyStopping]}, "got the class EarlyStopping itself"),
        (
            {"callbacks": [3]},
            "a callback has one of the methods begin, step, epoch and end, and int has none",
        ),
        (
            {"loss": lambda result, target: result - target},
            "a tensor of one number, got one of shape (40, 1)",
        ),
        ({"loss": lambda result, target: 0.5}, "the loss must be a tensor of one number, got float"),
        ({"loss": lambda result, target: result.detach().mean()}, "it has no gradient"),
        ({"metrics": {"error": lambda result, target: result}}, 'the metric "error" must be one number'),
        ({"validate": lambda model: 0.5}, "`validate` must return numbers by name"),
        ({"validate": 3}, "a model is trained on tensors, a Dataset or a DataLoader, got int"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_is_refused(settings: dict[str, Any], message: str) -> None:
    assert message in refused(**{"batch": 64, **settings})


@pytest.mark.parametrize("block", [torch.no_grad, torch.inference_mode])
def test_it_trains_in_a_block_without_gradients(block: Any) -> None:
    model = nn.Linear(2, 1)
    before = model.weight.clone()
    with block():
        cajal.fit(model, (torch.ones(4, 2), torch.ones(4, 1)), nn.functional.mse_loss)
        assert not torch.is_grad_enabled()
    assert not torch.equal(model.weight, before)


def test_sparse_gradients() -> None:
    data = torch.arange(4), torch.ones(4, 1)
    settings: dict[str, Any] = {"optimizer": torch.optim.SparseAdam}
    model = nn.Embedding(4, 1, sparse=True)
    assert cajal.fit(model, data, nn.functional.mse_loss, **settings).stopped == "finished"
    history = cajal.fit(model, data, lambda result, target: (result * 0).sqrt().sum(), **settings)
    assert "the gradient of `weight` is not finite" in history.message
    with pytest.raises(cajal.CajalError, match="`clip` needs dense gradients"):
        cajal.fit(model, data, nn.functional.mse_loss, clip=1.0, **settings)
