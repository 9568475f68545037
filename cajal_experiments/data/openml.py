"""MNIST's 70,000 images from OpenML, fetched once by scikit-learn and kept in its cache."""

from __future__ import annotations

from typing import Any

import numpy as np

from cajal_experiments.data.images import Images, apart
from cajal_experiments.errors import ExperimentError

#: Of the file of `mnist_784`, version 1. scikit-learn compares what it fetches with the number that OpenML
#: tells, and `openml` compares that number with this.
MD5 = "0298d579eb1b86163de7723944c7e495"
TRAIN = 60_000


def openml() -> Images:
    """MNIST in its official order: 60,000 to train on, and 10,000 for tests."""
    from sklearn.datasets import fetch_openml

    try:
        bunch: Any = fetch_openml("mnist_784", version=1, as_frame=False, parser="liac-arff")
    except OSError as error:
        raise ExperimentError(
            f"MNIST cannot be fetched from openml.org: {error}. Without a network, name a folder with the "
            "four IDX files by `--data FOLDER`, or use scikit-learn's digits by `--data digits`."
        ) from error
    if bunch.details["md5_checksum"] != MD5:
        raise ExperimentError(
            f"OpenML's `mnist_784` is not the file of the published tables: its MD5 is "
            f"{bunch.details['md5_checksum']} instead of {MD5}."
        )
    images = bunch.data.reshape(-1, 28, 28).astype(np.uint8)
    labels = bunch.target.astype(np.uint8)
    return apart("mnist", images[:TRAIN], labels[:TRAIN], images[TRAIN:], labels[TRAIN:])
