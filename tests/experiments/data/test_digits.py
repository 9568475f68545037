"""scikit-learn's digits."""

from __future__ import annotations

from cajal_experiments.data.digits import digits


def test_splits_share_no_image() -> None:
    images = digits()
    train = {image.numpy().tobytes() for image in images.train}
    assert not train & {image.numpy().tobytes() for image in images.test}
    assert len(images.train) + len(images.test) == 1797


def test_the_digits_are_those_of_the_tables() -> None:
    assert digits().checksum == "9656d3848535"
    assert digits().train_labels.bincount().min() > 130
