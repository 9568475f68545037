"""A training that is stopped anywhere goes on as if it had not been."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

import cajal_core as cajal
from benchmarks.resume import kill_often, said, started, train, written
from cajal_core.training.resume.randomness import States

MSE = nn.functional.mse_loss


def same(first: tuple[Any, ...], second: tuple[Any, ...]) -> None:
    one, other = first[0].state_dict(), second[0].state_dict()
    assert all(torch.equal(one[name], other[name]) for name in one)
    assert first[1] == second[1]
    assert first[2] == second[2]


@pytest.mark.parametrize("workers", [None, 0, 2])
def test_any_step_is_one_to_stop_at(tmp_path: Path, workers: int | None) -> None:
    whole = train(tmp_path / "whole", 24, workers=workers)
    for step in (1, 5, 10, 17) if workers is None else (13,):
        train(tmp_path / str(step), step, workers=workers)
        resumed = train(tmp_path / str(step), 24, workers=workers)
        one, other = whole[0].state_dict(), resumed[0].state_dict()
        assert all(torch.equal(one[name], other[name]) for name in one)
        assert whole[1].series("loss") == resumed[1].series("loss")
        assert whole[2] == resumed[2]


def test_an_error_in_a_callback_is_a_place_to_go_on_from(tmp_path: Path) -> None:
    class Fails:
        at = 8

        def step(self, training: cajal.Training) -> None:
            if training.step == self.at:
                raise ZeroDivisionError

    ends = list[Any]()
    for name, at in (("whole", 0), ("parts", 8), ("parts", 0)):
        torch.manual_seed(0)
        model, callback = nn.Sequential(nn.Linear(2, 4), nn.Dropout(), nn.Linear(4, 1)), Fails()
        callback.at = at
        data = torch.ones(20, 2), torch.ones(20, 1)
        checkpoint = cajal.Checkpoint(tmp_path / f"{name}.pt", every=3)
        try:
            ends.append(
                (
                    model,
                    cajal.fit(
                        model, data, MSE, epochs=4, batch=4, callbacks=[callback], checkpoint=checkpoint
                    ),
                    0,
                )
            )
        except ZeroDivisionError:
            assert at
    assert ends[0][1].steps == 20
    same(*ends)


@pytest.mark.slow
def test_a_killed_process_goes_on(tmp_path: Path) -> None:
    assert len(kill_often(tmp_path, 3)) == 3


@pytest.mark.slow
def test_an_interrupt_ends_a_step_and_a_second_one_does_not_wait(tmp_path: Path) -> None:
    process = started(tmp_path, 60, 0.05)
    while not written(tmp_path):
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    stopped, steps = said(process).split()
    assert stopped == "interrupted" and int(steps) == written(tmp_path) < 60
    assert process.returncode == 0
    before, process = written(tmp_path), started(tmp_path, 60, 2)
    while written(tmp_path) == before:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert said(process) == "" and process.returncode == -signal.SIGINT


def test_random_numbers_and_modes_are_afterwards_what_they_were() -> None:
    model = nn.Sequential(nn.Linear(2, 1), nn.Dropout())
    model[1].eval()
    kept = torch.get_rng_state(), random.getstate(), States.now().numpy[1].tolist()
    cajal.fit(model, (torch.ones(8, 2), torch.ones(8, 1)), MSE, steps=3)
    assert torch.equal(kept[0], torch.get_rng_state())
    assert kept[1:] == (random.getstate(), States.now().numpy[1].tolist())
    assert model.training and not model[1].training
