"""Real trainings by Hugging Face's `Trainer`, on the CPU and without a network."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from cajal_kernel.views import Curve
from tests.kernel.views.conftest import Sent


@pytest.fixture
def transformers(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    import transformers as library

    return library


class Line(torch.nn.Module):
    """A line through twelve points; the seventh call fails if it is told to."""

    def __init__(self, error: BaseException | None = None) -> None:
        super().__init__()
        self.layer = torch.nn.Linear(3, 1)
        self.left, self.error = 6, error

    def forward(self, x: Any, labels: Any) -> dict[str, Any]:
        self.left -= 1
        if self.error is not None and self.left < 0:
            raise self.error
        y = self.layer(x)
        return {"loss": (y - labels).square().mean(), "logits": y}


def trainer(transformers: Any, folder: Path, model: Any, *callbacks: Any) -> Any:
    torch.manual_seed(0)
    data = [{"x": torch.randn(3), "labels": torch.randn(1)} for _ in range(12)]
    settings = transformers.TrainingArguments(
        output_dir=str(folder),
        max_steps=5,
        per_device_train_batch_size=4,
        logging_steps=1,
        eval_strategy="steps",
        eval_steps=2,
        report_to=[],
        use_cpu=True,
        disable_tqdm=True,
        save_strategy="no",
    )
    return transformers.Trainer(
        model,
        settings,
        train_dataset=data,
        eval_dataset=data,
        compute_metrics=lambda _: {"accuracy": 0.5, "confusion": [[1, 2]]},
        callbacks=[*callbacks],
    )


def test_the_curve_has_what_the_trainer_logs(transformers: Any, tmp_path: Path) -> None:
    curve = Curve("digits")
    trainer(transformers, tmp_path, Line(), curve.trainer(run="net", seed=3)).train()
    every = [1, 2, 3, 4, 5]
    assert {line.metric: line.steps.tolist() for line in curve.data.lines} == {
        "loss": every,
        "grad_norm": every,
        "learning_rate": every,
        "eval_loss": [2, 4, 5],
        "eval_accuracy": [2, 4, 5],  # and no matrix of confusion, which is no number
    }
    assert {(line.run, line.seed) for line in curve.data.lines} == {("net", "3")}
    assert (curve.data.done, curve.data.total) == (5, 5)


@pytest.mark.parametrize("error", [ValueError("broken"), KeyboardInterrupt()])
def test_a_run_that_is_stopped_ends_with_its_cell(
    transformers: Any,
    tmp_path: Path,
    shell: InteractiveShell,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
) -> None:
    sent, curve = Sent(monkeypatch), Curve()
    model = Line(error)
    shell.user_ns["trainer"] = trainer(transformers, tmp_path, model, curve.trainer())
    with capture_output() as captured:
        shell.run_cell("trainer.train()")
    assert type(error).__name__ in captured.stdout + captured.stderr
    assert (curve.is_live, sent.shown[-1].spec["final"]) == (False, True)
    stopped = curve.data.done
    assert 0 < stopped < 5
    model.error = None
    with capture_output() as captured:
        shell.run_cell("trainer.train()")
    assert not curve.is_live
    assert len(captured.outputs) == 2  # it is shown once more, and brought up to date at the end


def test_without_the_library_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(ImportError, match=r"not installed here: `pip install transformers\[torch\]`"):
        Curve().trainer()
