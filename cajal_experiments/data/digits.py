"""scikit-learn's digits: 1,797 images of 8×8 that need neither a file nor a network."""

from __future__ import annotations

from typing import Any

import numpy as np

from cajal_experiments.data.images import Images, apart

#: How many of the 1,797 are for tests: a fifth.
TEST = 360


def digits() -> Images:
    """The digits that scikit-learn brings along: 1,437 to train on, 360 for tests, as many of each digit."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    bunch: Any = load_digits()
    images, labels = bunch.images.astype(np.uint8), bunch.target
    train, test = train_test_split(np.arange(len(labels)), test_size=TEST, random_state=0, stratify=labels)
    return apart("digits", images[train], labels[train], images[test], labels[test])
