"""The file of a training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import cajal_core as cajal

DATA = torch.ones(8, 2), torch.ones(8, 1)


def train(checkpoint: Path | cajal.Checkpoint, steps: int = 3, callback: object = None) -> cajal.History:
    callbacks = [] if callback is None else [callback]
    settings: dict[str, Any] = {"callbacks": callbacks, "checkpoint": checkpoint}
    return cajal.fit(nn.Linear(2, 1), DATA, nn.functional.mse_loss, steps=steps, **settings)


def test_it_is_plain_data_in_a_folder_that_is_made(tmp_path: Path) -> None:
    train(tmp_path / "a" / "run.pt")
    saved = torch.load(tmp_path / "a" / "run.pt", weights_only=True)
    assert saved["state"]["step"] == 3 and saved["settings"]["seed"] == "0"
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["run.pt"]


def test_it_is_written_every_so_many_steps(tmp_path: Path) -> None:
    steps = list[int]()

    class Looks:
        def step(self, training: cajal.Training) -> None:
            path = tmp_path / "run.pt"
            steps.append(torch.load(path, weights_only=True)["state"]["step"] if path.exists() else 0)

    train(cajal.Checkpoint(tmp_path / "run.pt", every=2), 5, Looks())
    assert steps == [0, 0, 2, 2, 4]


@pytest.mark.parametrize("content", [b"", b"nothing", None])
def test_another_file_is_no_checkpoint(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "run.pt"
    torch.save({"weight": torch.ones(1)}, path) if content is None else path.write_bytes(content)
    with pytest.raises(cajal.CajalError, match="is no checkpoint of a training, or is damaged"):
        train(path)


def test_a_folder_cannot_be_read_as_one(tmp_path: Path) -> None:
    with pytest.raises(cajal.CajalError, match="cannot read"):
        train(tmp_path)


def test_a_file_in_the_way_of_its_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    with pytest.raises(cajal.CajalError, match="cannot"):
        train(tmp_path / "a" / "run.pt")


def test_a_state_that_is_no_plain_data_is_told_and_leaves_the_file(tmp_path: Path) -> None:
    class Keeps:
        kept: object = 1

        def step(self, training: cajal.Training) -> None:
            pass

        def state_dict(self) -> dict[str, object]:
            return {"kept": self.kept}

        def load_state_dict(self, state: dict[str, object]) -> None:
            pass

    callback = Keeps()
    for kept in (nn.Linear(1, 1), lambda: 1):
        callback.kept = kept
        with pytest.raises(cajal.CajalError, match="the callbacks is no plain data"):
            train(tmp_path / "run.pt", callback=callback)
    assert [*tmp_path.iterdir()] == []


def test_a_file_that_is_damaged_is_told(tmp_path: Path) -> None:
    path = tmp_path / "run.pt"
    train(path)
    whole = path.read_bytes()
    weight = torch.load(path, weights_only=True)["state"]["model"]["weight"].numpy().tobytes()
    for damaged in (whole.replace(weight, weight[::-1]), whole[:-30], whole[: len(whole) // 2]):
        path.write_bytes(damaged)
        with pytest.raises(cajal.CajalError, match="is no checkpoint of a training, or is damaged"):
            train(path, 4)


@pytest.mark.parametrize("path", [3, True, "", None])
def test_what_is_no_path_is_told(path: Any) -> None:
    with pytest.raises(cajal.CajalError, match="`checkpoint` is a path or a `Checkpoint`, got"):
        cajal.Checkpoint(path)


@pytest.mark.parametrize("every", [0, 1.5, "2"])
def test_it_is_written_after_whole_numbers_of_steps(every: Any) -> None:
    with pytest.raises(cajal.CajalError, match="`every` is a whole number of at least 1"):
        cajal.Checkpoint("run.pt", every)


def test_workers_that_go_on_from_epoch_to_epoch_are_refused(tmp_path: Path) -> None:
    loader = DataLoader(TensorDataset(*DATA), 4, num_workers=1, persistent_workers=True)
    with pytest.raises(cajal.CajalError, match="persistent_workers"):
        cajal.fit(nn.Linear(2, 1), loader, nn.functional.mse_loss, checkpoint=tmp_path / "run.pt")


def test_another_choice_of_what_is_trained_is_told(tmp_path: Path) -> None:
    train(tmp_path / "run.pt")
    model = nn.Linear(2, 1)
    model.bias.requires_grad_(False)
    with pytest.raises(cajal.CajalError, match=r"bias was \(1,\) float32, and is now \(1,\) float32, frozen"):
        cajal.fit(model, DATA, nn.functional.mse_loss, steps=3, checkpoint=tmp_path / "run.pt")
