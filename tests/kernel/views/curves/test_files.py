"""A training as a file."""

from __future__ import annotations

import csv
import json
import math
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import cajal_core as cajal
from cajal_kernel.views import Curve


@pytest.fixture
def curve() -> Curve:
    made = Curve("digits, <b>", total=4)
    for step, loss in enumerate([1 / 3, math.nan, math.inf, 5e-324]):
        made.add(step * 1e9, run="a, b", seed=3, loss=loss)
    made.add(0.5, gain=2)
    return made


def test_a_table_has_a_row_for_each_value(curve: Curve, tmp_path: Path) -> None:
    curve.save(tmp_path / "run.csv")
    with (tmp_path / "run.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["metric", "run", "seed", "step", "value"]
    assert [(row["metric"], row["run"], row["seed"]) for row in rows] == [("loss", "a, b", "3")] * 4 + [
        ("gain", "", "")
    ]
    assert [float(row["step"]) for row in rows] == [0, 1e9, 2e9, 3e9, 0.5]
    np.testing.assert_array_equal([float(row["value"]) for row in rows], [1 / 3, np.nan, np.inf, 5e-324, 2])


def test_json_has_the_lines(curve: Curve, tmp_path: Path) -> None:
    curve.save(str(tmp_path / "run.json"))
    data = json.loads((tmp_path / "run.json").read_text(), parse_constant=pytest.fail)
    assert (data["title"], data["total"]) == ("digits, <b>", 4)
    loss = data["lines"][0]
    assert (loss["run"], loss["seed"], loss["steps"]) == ("a, b", "3", [0, 1e9, 2e9, 3e9])
    assert loss["values"] == [1 / 3, "nan", "inf", 5e-324]
    assert [float(value) for value in loss["values"]][2:] == [math.inf, 5e-324]


def test_images_and_a_page(curve: Curve, tmp_path: Path) -> None:
    for ending in ("png", "svg", "html", "PNG"):
        curve.save(tmp_path / f"run.{ending}")
    assert (tmp_path / "run.png").read_bytes().startswith(b"\x89PNG")
    assert "<svg" in (tmp_path / "run.svg").read_text()
    page = (tmp_path / "run.html").read_text()
    assert "digits, &lt;b&gt;" in page
    assert "<b>" not in page.partition("<script")[0]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("run.cvs", "; did you mean run.csv?"),
        ("run.jsn", "; did you mean run.json?"),
        ("run.htm", "; did you mean run.html?"),
        ("run.pgn", "; did you mean run.png?"),
        ("run.xlsx", ""),
        ("run", ""),
    ],
)
def test_another_ending_names_the_nearest(curve: Curve, tmp_path: Path, name: str, meant: str) -> None:
    with pytest.raises(ValueError, match="a curve is saved as") as caught:
        curve.save(tmp_path / name)
    assert str(caught.value) == f"{name}: a curve is saved as .csv, .html, .json, .png or .svg{meant}"
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_missing_is_named(curve: Curve, tmp_path: Path) -> None:
    with pytest.raises(cajal.CajalError, match=r"cannot write `.*none/run\.csv`"):
        curve.save(tmp_path / "none" / "run.csv")
    with pytest.raises(OSError, match=r"none/run\.png"):
        curve.save(tmp_path / "none" / "run.png")


def test_pandas_is_asked_for_a_table(curve: Curve, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}

    def data_frame(rows: list[tuple[Any, ...]], columns: list[str]) -> str:
        asked.update(rows=rows, columns=columns)
        return "the table"

    monkeypatch.setitem(sys.modules, "pandas", SimpleNamespace(DataFrame=data_frame))  # type: ignore[arg-type]
    assert curve.to_pandas() == "the table"
    assert asked["columns"] == ["metric", "run", "seed", "step", "value"]
    assert asked["rows"][-1] == ("gain", "", "", 0.5, 2.0)
    monkeypatch.setitem(sys.modules, "pandas", None)  # type: ignore[arg-type]
    with pytest.raises(ImportError, match=r'%pip install pandas.*curve\.save\("run\.csv"\)'):
        curve.to_pandas()
