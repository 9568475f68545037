"""What is said of settings: tests/core/training/test_fit.py has the rest."""

from __future__ import annotations

from cajal_core.diagnostics.fitting.settings import NotACallback, NothingToTrain, NotNumbers


def test_the_way_out_is_named() -> None:
    assert NotACallback("Bar", is_class=True).help == "give an instance: `Bar(…)`"
    assert NotACallback("int").help is None
    assert NothingToTrain("Linear", 2).help == "`parameter.requires_grad_()` lets one be trained"
    assert NotNumbers("float").help is None
