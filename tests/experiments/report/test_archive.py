"""Studies from a storage, and from files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cajal_experiments.cells import Cell
from cajal_experiments.errors import ExperimentError
from cajal_experiments.ledger import Ledger
from cajal_experiments.report.archive import read, stored

from .runs import RUNS, study


def test_a_study_survives_its_file(tmp_path: Path) -> None:
    (tmp_path / "l2.json").write_text(study().to_json())
    assert read(tmp_path / "l2.json") == study()
    assert len(study().to_json().splitlines()) == 13 + len(RUNS)


def test_the_runs_of_a_storage_are_in_the_order_of_their_cells(tmp_path: Path) -> None:
    storage = str(tmp_path / "x.db")
    results = {json.dumps(run["cell"]): run["result"] for run in RUNS}
    about = json.loads(study([]).to_json())
    for runs in (RUNS, RUNS[::-1]):
        name = f"study of {len(list(tmp_path.iterdir()))}"
        ledger = Ledger(storage, name)
        ledger.describe(**{key: about[key] for key in about if key not in {"name", "runs"}})
        ledger.enqueue([Cell(**run["cell"]) for run in runs])
        ledger.work(lambda cell: results[json.dumps(cell.to_json())], lambda _cell, _outcome: None)
        (found,) = stored(storage, [name])
        assert sorted(map(json.dumps, found.runs)) == sorted(map(json.dumps, RUNS))
        assert found.to_json() == study([*found.runs], name).to_json()
        storage = str(tmp_path / "y.db")
    one, other = (stored(str(tmp_path / file))[0].runs for file in ("x.db", "y.db"))
    assert one == other


def test_a_missing_storage_has_no_study(tmp_path: Path) -> None:
    assert stored(str(tmp_path / "x.db")) == []
    with pytest.raises(ExperimentError, match=r"There is no storage .*x\.db\. Give the `--storage`"):
        stored(str(tmp_path / "x.db"), ["L9"])
    assert list(tmp_path.iterdir()) == []


def test_a_study_that_no_run_has_begun_is_none(tmp_path: Path) -> None:
    """As a command leaves it that was killed in between."""
    storage = str(tmp_path / "x.db")
    Ledger(storage, "begun")
    assert stored(storage) == []
