"""What is said of data: tests/core/training/test_batches.py has the rest."""

from __future__ import annotations

from cajal_core.diagnostics.fitting.data import BadBatch, NotData


def test_the_way_out_is_named() -> None:
    assert (
        NotData("ndarray", in_tuple=True).help
        == "make a tensor of it, with a row for each sample: `torch.as_tensor(…)`"
    )
    assert BadBatch("dict").help == "let each sample of the data be a tuple whose last part is the target"
