"""MNIST, and what else is published like it, from four IDX files in a folder, packed by gzip or not."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np

from cajal_experiments.data.images import Images, apart
from cajal_experiments.errors import ExperimentError

FILES = tuple(f"{split}-{kind}" for split in ("train", "t10k") for kind in ("images-idx3", "labels-idx1"))
UNSIGNED_BYTE = 8


def read(path: Path) -> np.ndarray:
    """The array of unsigned bytes of an IDX file."""
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    dimensions = content[3] if len(content) > 3 else 0
    start = 4 + 4 * dimensions
    shape = tuple(int(size) for size in np.frombuffer(content[4:start], dtype=">u4"))
    if content[:3] != bytes([0, 0, UNSIGNED_BYTE]) or len(content) - start != np.prod(shape, dtype=np.int64):
        raise ExperimentError(f"{path} is no whole IDX file of unsigned bytes. Fetch it again.")
    return np.frombuffer(content, dtype=np.uint8, offset=start).reshape(shape)


def idx(folder: Path) -> Images:
    """The images of `train-images-idx3-ubyte[.gz]` and the three files beside it; the folder names them."""
    arrays: list[np.ndarray] = []
    for file in FILES:
        paths = [folder / f"{file}-ubyte{suffix}" for suffix in (".gz", "")]
        present = [path for path in paths if path.is_file()]
        if not present:
            raise ExperimentError(
                f"{folder} has no {file}-ubyte.gz, nor that file unpacked. `--data` wants a folder with the "
                "four files of MNIST; `--data digits` needs none, and `--data openml` fetches MNIST."
            )
        arrays.append(read(present[0]))
    images, labels, test, test_labels = arrays
    if len(images) != len(labels) or len(test) != len(test_labels):
        raise ExperimentError(f"The files in {folder} have unequal numbers of images and labels.")
    return apart(folder.name, images, labels, test, test_labels)
