"""What is said where a library is missing."""

from __future__ import annotations

from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.fitting.libraries import NoTensorBoard


def test_it_says_how_to_get_it() -> None:
    assert "pip install tensorboard" in str(CajalError(NoTensorBoard()))
