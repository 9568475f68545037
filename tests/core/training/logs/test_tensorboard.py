"""What TensorBoard reads is what the history has."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

import cajal_core as cajal
from cajal_core import TensorBoard

DATA = torch.arange(24.0).reshape(8, 3) / 24, torch.arange(8.0).reshape(8, 1) / 8


class Stops:
    """Warns at the second step, and fails at a later one."""

    def __init__(self, at: int) -> None:
        self.at = at

    def step(self, training: cajal.Training) -> None:
        if training.step == 2:
            training.history.warnings.append("the link says the same")
        if training.step == self.at:
            raise ValueError("broken")


def fit(folder: Path, *callbacks: Any, **settings: Any) -> cajal.History:
    torch.manual_seed(0)
    loss = torch.nn.functional.mse_loss
    return cajal.fit(
        torch.nn.Linear(3, 1),
        DATA,
        loss,
        epochs=3,
        batch=4,
        validate=DATA,
        callbacks=[*callbacks, TensorBoard(folder)],
        **settings,
    )


def scalars(folder: Path) -> dict[str, tuple[list[int], list[float]]]:
    read = EventAccumulator(str(folder))
    read.Reload()
    return {
        name: ([event.step for event in read.Scalars(name)], [event.value for event in read.Scalars(name)])
        for name in read.Tags()["scalars"]
    }


def test_the_numbers_are_those_of_the_history(tmp_path: Path) -> None:
    history = fit(tmp_path, Stops(9))
    read = scalars(tmp_path)
    assert {*read} == {"loss", "validation loss"}
    for name, (steps, values) in read.items():
        expected_steps, expected = history.series(name)
        assert steps == expected_steps
        assert values == pytest.approx(expected, rel=1e-6)
    texts = EventAccumulator(str(tmp_path))
    texts.Reload()
    assert texts.Tags()["tensors"] == ["warnings/text_summary"]
    [event] = texts.Tensors("warnings/text_summary")
    assert event.step == 2
    assert b"the link says the same" in event.tensor_proto.string_val[0]


def test_a_training_that_goes_on_is_one_line(tmp_path: Path) -> None:
    log, kept = tmp_path / "log", tmp_path / "kept.pt"
    with pytest.raises(ValueError, match="broken"):
        fit(log, Stops(3), checkpoint=cajal.Checkpoint(kept, every=2))
    assert scalars(log)["loss"][0][-1] >= 2  # the file was closed
    history = fit(log, Stops(9), checkpoint=cajal.Checkpoint(kept, every=2))
    assert scalars(log)["loss"][0] == history.series("loss")[0] == [1, 2, 3, 4, 5, 6]


def test_without_the_library_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard.writer", None)
    with pytest.raises(cajal.CajalError, match="TensorBoard is not installed"):
        TensorBoard("runs")
