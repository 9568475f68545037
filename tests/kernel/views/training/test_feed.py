"""What a callback does to a curve, and the library that it asks for."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import torch
from IPython.utils.capture import capture_output

from cajal_kernel.views import Curve
from cajal_kernel.views.training.feed import Feed, library, rates


def test_metrics_may_have_the_names_of_options() -> None:
    curve = Curve()
    Feed(curve, "net", 1).add(0, {"run": 1.0, "seed": 2.0, "loss": 3.0})
    assert [(line.metric, line.run, line.seed) for line in curve.data.lines] == [
        ("run_", "net", "1"),
        ("seed_", "net", "1"),
        ("loss", "net", "1"),
    ]


def test_the_total_is_that_of_the_longest_run() -> None:
    curve = Curve()
    for total in (None, 5, 3):
        Feed(curve, "", "").begin(total)
    assert curve.total == 5


@pytest.mark.usefixtures("shell")
def test_what_it_did_not_show_it_does_not_finish() -> None:
    with capture_output():
        curve, other = Curve(), Curve()
        curve.show()
        for shown in (curve, other):
            feed = Feed(shown, "", "")
            feed.begin(None)
            assert shown.is_live
            feed.end()
    assert (curve.is_live, other.is_live) == (True, False)


def test_the_rates_of_groups_are_told_by_their_place() -> None:
    weights = [torch.nn.Parameter(torch.zeros(1)) for _ in range(3)]
    groups = [{"params": [weight], "lr": rate} for weight, rate in zip(weights, (0.1, 0.2, 0.1), strict=True)]
    assert rates([torch.optim.SGD(groups)]) == {"learning rate": 0.1, "learning rate 2": 0.2}
    assert rates([]) == {}


def test_the_library_that_is_loaded_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    assert library(["colorsys", "json"], "json").__name__ == "json"
    with pytest.raises(ImportError, match="`pip install both`"):
        library(["no_such_library", "nor_this"], "both")


def test_a_library_that_is_broken_is_not_taken_for_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "broken_trainer.py").write_text("import no_such_part", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ModuleNotFoundError, match="no_such_part"):
        library(["broken_trainer"], "broken")
