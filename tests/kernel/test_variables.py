"""What becomes of a Python variable that a cell takes."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from cajal_kernel.errors import MagicError
from cajal_kernel.variables import NotTaken, described, module, term


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (3, "Nat = 3"),
        (True, "Bool = true"),
        (np.bool_(False), "Bool = false"),
        (np.uint8(7), "Nat = 7"),
        (torch.tensor(0), "Nat = 0"),
        (torch.tensor([1]), ""),
        ([1], ""),
        (torch.nn.Linear(2, 2), ""),
        (abs, ""),
    ],
)
def test_a_definition_or_something_to_link(value: object, written: str) -> None:
    assert term("n", value) == written


@pytest.mark.parametrize(
    "value", [0.5, np.float32(1), torch.tensor(2.0), None, "true", b"", 1j, -1, np.int8(-3)]
)
def test_neither(value: object) -> None:
    with pytest.raises(MagicError, match=r"-i n: .*`n` is "):
        term("n", value)


def test_objects_in_a_few_words() -> None:
    assert [described(value) for value in (None, abs, torch.zeros(2, 3), [1])] == [
        "None",
        "abs",
        "Tensor of shape (2, 3)",
        "list",
    ]
    assert (
        NotTaken("n", "list").help
        == "declare in the cell what it is to be linked to: `extern n : …` with its type"
    )


def test_a_module_is_found_by_its_path() -> None:
    names = {"net": torch.nn.Sequential(torch.nn.Linear(2, 2)), "x": 3}
    assert module("net", names) is names["net"]
    assert module("unknown", names) is None  # it may be a term of Cajal
    assert module("not true", names) is None
    with pytest.raises(MagicError, match=r"Python's `x` is int, and no torch.nn.Module"):
        module("x", names)
    with pytest.raises(MagicError, match="give an instance"):
        module("Net", {"Net": torch.nn.Linear})
    with pytest.raises(MagicError, match="there is no Python variable `no`"):
        module("no.net", names)
