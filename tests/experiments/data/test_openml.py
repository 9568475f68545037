"""MNIST by scikit-learn's loader, which stands in for the network here."""

from __future__ import annotations

from urllib.error import URLError

import numpy as np
import pytest
import sklearn.datasets
from sklearn.utils import Bunch

from cajal_experiments.data import openml as module
from cajal_experiments.errors import ExperimentError


@pytest.fixture
def bunch(monkeypatch: pytest.MonkeyPatch) -> Bunch:
    """What the loader gives, with 6 of 10 images to train on."""
    pixels = np.arange(10)[:, None].repeat(784, axis=1).astype(float) + 246
    bunch = Bunch(data=pixels, target=np.array([*"0123456789"]), details={"md5_checksum": module.MD5})
    monkeypatch.setattr(sklearn.datasets, "fetch_openml", lambda *_names, **_options: bunch)
    monkeypatch.setattr(module, "TRAIN", 6)
    return bunch


@pytest.mark.usefixtures("bunch")
def test_its_order_is_kept() -> None:
    images = module.openml()
    assert images.train.shape == (6, 28, 28)
    assert images.train_labels.tolist() == [*range(6)]
    assert images.test_labels.tolist() == [*range(6, 10)]


def test_another_file_is_refused(bunch: Bunch) -> None:
    bunch.details = {"md5_checksum": "0"}
    with pytest.raises(ExperimentError, match="is not the file of the published tables"):
        module.openml()


def test_a_missing_network_is_told_with_the_ways_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_names: object, **_options: object) -> None:
        raise URLError("no route to host")

    monkeypatch.setattr(sklearn.datasets, "fetch_openml", fail)
    with pytest.raises(ExperimentError, match=r"no route to host.*--data digits"):
        module.openml()
