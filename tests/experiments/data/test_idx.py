"""IDX files."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

from cajal_experiments.data.idx import idx
from cajal_experiments.errors import ExperimentError


def write(path: Path, array: np.ndarray) -> None:
    """An IDX file of unsigned bytes."""
    head = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    content = head + array.astype(np.uint8).tobytes()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four files: ten images of 3×3 and four for tests, of which one is among the ten."""
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (13, 3, 3))
    images[0, 0, 0] = 255
    folder = tmp_path / "tiny"
    folder.mkdir()
    write(folder / "train-images-idx3-ubyte.gz", images[:10])
    write(folder / "train-labels-idx1-ubyte", np.arange(10))
    write(folder / "t10k-images-idx3-ubyte", images[9:])
    write(folder / "t10k-labels-idx1-ubyte.gz", np.arange(4))
    return folder


def test_packed_and_unpacked_files_are_read(folder: Path) -> None:
    images = idx(folder)
    assert images.name == "tiny"
    assert images.train.shape == (10, 3, 3)
    assert images.train_labels.tolist() == [*range(10)]
    assert images.train[0, 0, 0] == 1


def test_splits_share_no_image(folder: Path) -> None:
    assert idx(folder).test_labels.tolist() == [1, 2, 3]


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "t10k-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(ExperimentError, match=r"has no t10k-labels-idx1-ubyte\.gz"):
        idx(folder)


@pytest.mark.parametrize("content", [b"", b"\0\0\x08\x01\0\0\0\x05abc", b"\0\0\x0d\x01\0\0\0\x01a"])
def test_a_broken_file_is_named(folder: Path, content: bytes) -> None:
    (folder / "train-labels-idx1-ubyte").write_bytes(content)
    with pytest.raises(ExperimentError, match="train-labels-idx1-ubyte is no whole IDX file"):
        idx(folder)


def test_unequal_numbers_are_refused(folder: Path) -> None:
    write(folder / "train-labels-idx1-ubyte", np.arange(9))
    with pytest.raises(ExperimentError, match="unequal numbers of images and labels"):
        idx(folder)
