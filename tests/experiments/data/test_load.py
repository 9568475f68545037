"""What `--data` names."""

from __future__ import annotations

from pathlib import Path

import pytest

from cajal_experiments.data.load import load
from cajal_experiments.errors import ExperimentError


def test_a_data_set_is_read_once() -> None:
    assert load("digits") is load("digits")
    assert load("digits").side == 8


def test_a_folder_is_read_as_idx(tmp_path: Path) -> None:
    with pytest.raises(ExperimentError, match="has no train-images-idx3-ubyte"):
        load(str(tmp_path))


def test_another_word_is_refused() -> None:
    with pytest.raises(ExperimentError, match="`--data mnist` is neither a folder, nor `digits`"):
        load("mnist")
