"""Real trainings by Lightning, on the CPU and without a network."""

from __future__ import annotations

import sys
from typing import Any

import pytest
import torch
from IPython.utils.capture import capture_output
from torch.utils.data import DataLoader, TensorDataset

from cajal_kernel.views import Curve

pytestmark = [
    # Lightning's own: of functions of torch that are to go, and of a loader of twelve samples.
    pytest.mark.filterwarnings("ignore:.*LeafSpec.*:FutureWarning"),
    pytest.mark.filterwarnings("ignore:.*does not have many workers"),
]


@pytest.fixture
def lightning(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    import lightning.pytorch as library

    return library


def module(lightning: Any, error: BaseException | None = None, scheduled: bool = True) -> Any:
    class Module(lightning.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.layer = torch.nn.Linear(3, 1)

        def training_step(self, batch: Any, place: int) -> Any:
            if self.global_step == 4 and error is not None:
                raise error
            loss = (self.layer(batch[0]) - batch[1]).square().mean()
            self.log("train_loss", loss)
            self.log("twice", 2 * loss, on_step=True, on_epoch=True)
            self.log("accuracy", 1.0)  # the same number at every step
            return loss

        def validation_step(self, batch: Any, place: int) -> None:
            self.log("val_loss", (self.layer(batch[0]) - batch[1]).square().mean())
            self.log("accuracy", 0.5)

        def configure_optimizers(self) -> Any:
            optimizer = torch.optim.SGD(self.parameters(), 0.1)
            if not scheduled:
                return optimizer
            return [optimizer], [torch.optim.lr_scheduler.StepLR(optimizer, 1)]

    return Module()


def fit(lightning: Any, module: Any, callback: Any, **settings: Any) -> None:
    torch.manual_seed(0)
    data = TensorDataset(torch.randn(12, 3), torch.randn(12, 1))
    quiet = dict.fromkeys(
        ["logger", "enable_checkpointing", "enable_progress_bar", "enable_model_summary"], False
    )
    trainer = lightning.Trainer(
        **{"max_epochs": 2, "accelerator": "cpu", "callbacks": [callback], **quiet, **settings}
    )
    trainer.fit(module, DataLoader(data, 4), DataLoader(data, 4))


def lines(curve: Curve) -> dict[str, tuple[list[float], list[float]]]:
    return {line.metric: (line.steps.tolist(), line.values.round(4).tolist()) for line in curve.data.lines}


def test_the_curve_has_losses_rates_and_what_is_logged(lightning: Any) -> None:
    curve = Curve("digits")
    fit(lightning, module(lightning), curve.lightning(run="net", seed=3))
    drawn = lines(curve)
    every = [1, 2, 3, 4, 5, 6]
    assert {name: steps for name, (steps, _) in drawn.items()} == {
        "loss": every,  # and no `train_loss`, which is the same number
        "twice_step": every,
        "accuracy": [1, 2, 3, 3, 4, 5, 6, 6],
        "learning rate": every,
        "val_loss": [3, 6],
        "twice_epoch": [3, 6],
    }
    assert drawn["learning rate"][1] == [0.1] * 3 + [0.01] * 3
    assert drawn["accuracy"][1] == [1, 1, 1, 0.5] * 2
    assert drawn["twice_step"][1] == pytest.approx([2 * loss for loss in drawn["loss"][1]], abs=1e-3)
    assert drawn["twice_epoch"][1][0] == pytest.approx(sum(drawn["twice_step"][1][:3]) / 3, abs=1e-3)
    assert {(line.run, line.seed) for line in curve.data.lines} == {("net", "3")}
    assert (curve.data.done, curve.data.total) == (6, 6)


def test_a_rate_without_a_schedule_is_no_curve(lightning: Any) -> None:
    curve = Curve()
    fit(lightning, module(lightning, scheduled=False), curve.lightning(), max_steps=2)
    assert "learning rate" not in lines(curve)
    assert lines(curve)["loss"][0] == [1, 2]


@pytest.mark.usefixtures("shell")
@pytest.mark.parametrize(
    ("error", "told"), [(ValueError("broken"), ValueError), (KeyboardInterrupt(), SystemExit)]
)
def test_a_run_that_is_stopped_leaves_a_finished_curve(
    lightning: Any, error: BaseException, told: type[BaseException]
) -> None:
    curve = Curve()
    with pytest.raises(told), capture_output():  # Lightning ends an interrupted process
        fit(lightning, module(lightning, error), curve.lightning())
    assert (curve.is_live, curve.data.done) == (False, 4)


@pytest.mark.usefixtures("shell")
def test_several_runs_share_a_curve_that_is_live(lightning: Any) -> None:
    with capture_output() as output, Curve() as curve:
        for seed in range(2):
            fit(lightning, module(lightning), curve.lightning(seed=seed), max_epochs=1)
            assert curve.is_live
    assert not curve.is_live
    assert [line.seed for line in curve.data.lines if line.metric == "loss"] == ["0", "1"]
    assert len(output.outputs) == 2  # it is shown once, and brought up to date at the end


@pytest.mark.usefixtures("shell")
def test_early_stopping_ends_the_curve(lightning: Any) -> None:
    curve = Curve()
    callback = lightning.callbacks.EarlyStopping("val_loss", stopping_threshold=1e9, patience=1)
    with capture_output():
        fit(lightning, module(lightning), curve.lightning(), callbacks=[callback, curve.lightning()])
    assert (curve.is_live, curve.data.done, curve.data.total) == (False, 3, 6)


def test_the_callback_is_one_of_the_library_that_is_loaded(lightning: Any) -> None:
    assert isinstance(Curve().lightning(), lightning.Callback)


def test_without_the_library_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lightning.pytorch", None)
    monkeypatch.setitem(sys.modules, "pytorch_lightning", None)
    with pytest.raises(ImportError, match="not installed here: `pip install lightning`"):
        Curve().lightning()
