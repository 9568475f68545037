"""Eigenvalues: exact for steps that permute, with their error for others, or the reason why not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import cajal_core as cajal
from cajal_kernel.views.dynamics.runs import Run
from cajal_kernel.views.dynamics.spectrum import Spectrum, spectrum

from .conftest import SIDE, UP, runs


@pytest.fixture
def run(program: cajal.Program) -> Run:
    return runs(program, "rotate").runs[0]


def values(found: Spectrum | str) -> np.ndarray:
    assert isinstance(found, Spectrum)
    return found.values


def test_of_a_rotation(run: Run) -> None:
    found = spectrum(run)
    np.testing.assert_allclose(values(found), [SIDE - 1j * UP, SIDE + 1j * UP, 0.9], atol=1e-6)
    assert isinstance(found, Spectrum)
    assert 0 < found.error < 1e-5


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ([1, 0], [1, -1]),
        ([1, 2, 0], [np.exp(-2j * np.pi / 3), 1, np.exp(2j * np.pi / 3)]),
        ([1, 2, 3, 2], [1, -1, 0, 0]),
        ([1, 2, 3, None], [0, 0, 0, 0]),
    ],
)
def test_of_jumps_they_are_exact(run: Run, columns: list[int | None], expected: list[complex]) -> None:
    matrix = np.zeros((len(columns), len(columns)), "f4")
    for column, row in enumerate(columns):
        if row is not None:
            matrix[row, column] = 1
    found = spectrum(replace(run, transition=matrix))
    assert isinstance(found, Spectrum) and found.error == 0
    np.testing.assert_allclose(np.sort_complex(found.values), np.sort_complex(np.array(expected)), atol=1e-12)


def test_a_matrix_with_one_eigenvector_has_a_great_error(run: Run) -> None:
    found = spectrum(replace(run, transition=np.array([[0.5, 1.0], [0.0, 0.5]], "f4")))
    assert isinstance(found, Spectrum)
    assert found.error > 1e3


def test_the_reason_why_there_are_none(program: cajal.Program, run: Run) -> None:
    assert spectrum(runs(program, "opaque").runs[0]) == "the step goes through `net`, not known to be linear"
    assert "entries that are not finite" in str(spectrum(replace(run, transition=np.full((3, 3), np.nan))))
    assert "3 × 3" in str(spectrum(replace(run, transition=None)))
