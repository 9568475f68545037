"""The table of a training."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pandas as pd
import pytest

import cajal_core as cajal


def made() -> cajal.History:
    history = cajal.History(stopped="interrupted", message="why", warnings=["a link is dead"])
    for step in range(1, 5):
        history.add(step, step // 3, loss=1 / step)
    history.extend(4, 1, {"validation loss": math.nan, "error": -math.inf})
    return history


def test_the_table_is_written_and_read(tmp_path: Path) -> None:
    history = made()
    history.to_csv(tmp_path / "run.csv")
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "run.csv"), history.to_pandas())
    history.to_json(tmp_path / "run.json")
    assert json.loads((tmp_path / "run.json").read_text())["values"][-2:] == ["nan", "-inf"]
    again = cajal.History.from_json(tmp_path / "run.json")
    assert again.state_dict().keys() == history.state_dict().keys()
    assert again.records[:4] == history.records[:4] and math.isnan(again.records[4]["value"])
    assert again.warnings == ["a link is dead"] and again.latest("error") == (4, -math.inf)


def test_histories_are_equal_but_for_seconds() -> None:
    one, other = cajal.History(seconds=1.0), cajal.History(seconds=2.0)
    assert one == other
    one.add(1, 0, loss=0.5)
    assert one != other


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(cajal.CajalError, match="nothing was recorded as 'los'") as caught:
        made().series("los")
    assert 'there are "loss", "validation loss", "error"' in str(caught.value)
    (tmp_path / "run.json").write_text("[1]")
    with pytest.raises(cajal.CajalError, match="has no history of a training"):
        cajal.History.from_json(tmp_path / "run.json")
    with pytest.raises(cajal.CajalError, match="cannot read"):
        cajal.History.from_json(tmp_path / "none.json")


def test_it_is_shown_as_its_text() -> None:
    history = made()
    assert str(history).startswith("4 steps, interrupted\nwhy\n") and str(history).endswith("a link is dead")
    assert history._repr_mimebundle_()["text/plain"] == str(history)


@pytest.mark.parametrize("column", ["steps", "name"])
def test_columns_that_do_not_fit_are_no_history(tmp_path: Path, column: str) -> None:
    history = cajal.History()
    history.add(1, 0, loss=0.5)
    state = {**history.state_dict(), column: [1, 2]}
    (tmp_path / "run.json").write_text(json.dumps(state))
    with pytest.raises(cajal.CajalError, match="has no history of a training"):
        cajal.History.from_json(tmp_path / "run.json")
