"""Cells and their grid."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cajal_experiments.cells import Cell, grid
from cajal_experiments.errors import ExperimentError
from cajal_experiments.registry import find

TINY = find(str(Path(__file__).with_name("tiny.py")))


def test_a_cell_survives_json() -> None:
    cell = Cell("A", "D+", 3, "full", "mnist", "abc", {"steps": 5})
    assert Cell(**json.loads(json.dumps(cell.to_json()))) == cell
    assert cell.key == "A / D+ / seed 3 / full / mnist abc / steps=5"


def test_the_order_of_overrides_makes_no_other_cell() -> None:
    one, other = ({"steps": 5, "batch": 8}, {"batch": 8, "steps": 5})
    assert Cell("", "D", 0, "full", "x", "y", one).key == Cell("", "D", 0, "full", "x", "y", other).key


def test_data_that_the_task_makes_have_no_name() -> None:
    (cell,) = grid(replace(TINY, data=None), "digits", variants=["A"], models=["D"], seeds=[0], size="full")
    assert (cell.data, cell.checksum) == ("", "")
    assert cell.key == "A / D / seed 0 / full"
    assert replace(cell, variant="").key == "D / seed 0 / full"


def test_the_grid_has_the_first_seeds_of_all_models_first() -> None:
    cells = grid(TINY, "digits", models=["I", "D"], seeds=range(2), size="small")
    told = [(cell.seed, cell.variant, cell.model) for cell in cells]
    assert told[:5] == [(0, "A", "I"), (0, "A", "D"), (0, "B", "I"), (0, "B", "D"), (1, "A", "I")]
    assert len(told) == 8
    assert {cell.checksum for cell in cells} == {"9656d3848535"}


def test_an_override_that_changes_nothing_is_left_out() -> None:
    changes = [{"train": 640, "rate": 0.1}, {"train": 100}]
    cells = grid(TINY, "digits", variants=["A"], models=["D"], seeds=[0], size="full", overrides=changes)
    assert [cell.overrides for cell in cells] == [{"rate": 0.1}, {"train": 100}]


def test_what_a_variant_changes_is_its_usual_setting() -> None:
    experiment = replace(TINY, variants={"A": {}, "B": {"batch": 5}})
    cells = grid(experiment, "digits", models=["D"], seeds=[0], size="full", overrides=[{"batch": 32}])
    assert [cell.overrides for cell in cells] == [{}, {"batch": 32}]
    assert [cell.settings(experiment).batch for cell in cells] == [32, 32]


def test_epochs_replace_steps() -> None:
    settings = Cell("A", "D", 0, "full", "x", "y", {"epochs": 2, "batch": 8}).settings(TINY)
    assert (settings.epochs, settings.steps, settings.batch, settings.rate) == (2, None, 8, 1e-2)


def test_an_experiment_without_variants_has_none_to_choose() -> None:
    with pytest.raises(ExperimentError, match="The experiment has no variants: leave `--variants` out"):
        grid(replace(TINY, variants=("",)), "digits", seeds=[0], size="full", variants=["A"])


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"models": ["E"]}, "no model `E`. There are D, I"),
        ({"models": ["trivail"]}, "no model `trivail`. Did you mean `trivial`?"),
        ({"variants": ["C"]}, "no variant `C`"),
    ],
)
def test_an_unknown_name_is_refused(chosen: dict[str, Any], message: str) -> None:
    with pytest.raises(ExperimentError, match=message):
        grid(TINY, "digits", seeds=[0], size="full", **chosen)
