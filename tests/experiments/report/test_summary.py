"""Tables of text, worked out by hand."""

from __future__ import annotations

from cajal_experiments.report.frame import frame
from cajal_experiments.report.summary import Group, by_samples, groups, results

from .runs import RUNS, run, study


def only(runs: list) -> Group:
    (group,) = groups(study(runs), frame(study(runs)))
    return group


def test_a_row_for_each_variant_and_model() -> None:
    table = results(only(RUNS))
    assert table["variant"].tolist() == ["EQ", "EQ", "XOR"]
    assert table["model"].tolist() == ["D+", "D", "D+"]
    assert table["weights"].tolist() == ["314,400", "628,800", "314,400"]
    assert table["seeds"].tolist() == ["2", "3", "1"]
    # .92 ± 12.706 · .02 (t of 1 degree of freedom), and .7333 ± 4.303 · .2082 / √3.
    assert table["accuracy"].tolist() == ["0.92 ± 0.25", "0.73 ± 0.52", "0.88"]
    assert table["stuck (accuracy < 0.6)"].tolist() == ["0 of 2", "1 of 3", "0 of 1"]
    assert table["median accuracy"].tolist() == ["", "0.8", ""]
    assert table["steps to accuracy ≥ 0.8"].tolist() == ["15 ± 64", "25 ± 64 (2 of 3)", "10"]
    assert table["seconds"].tolist() == ["2.5", "3.0", "2"]


def test_a_table_for_the_numbers_of_samples() -> None:
    table = by_samples(only(RUNS))
    assert list(table.columns) == ["variant", "model", "250", "5,000"]
    assert table["model"].tolist() == ["D+"]
    assert table["250"].tolist() == ["0.7 (1 not finite)"]
    assert table["5,000"].tolist() == ["0.92 ± 0.25"]


def test_variants_that_have_unequal_numbers_of_samples_themselves() -> None:
    shorter = run("D", 0, 0.7, [0.7], variant="XOR")
    shorter = {**shorter, "result": {**shorter["result"], "samples": 2500}}
    group = only([run("D", 0, 0.8, [0.8]), shorter])
    assert not group.by_samples


def test_a_run_that_stopped_is_told() -> None:
    table = results(only(RUNS[5:7]))
    assert table["stopped, not finite"].tolist() == ["1 of 2"]
    assert table["steps to accuracy ≥ 0.8"].tolist() == ["never"]


def test_other_settings_have_a_table_of_their_own() -> None:
    runs = [*RUNS, run("D", 0, 0.7, [0.7], rate=1e-2), run("D", 0, 0.7, [0.7], rate=1e-2, train=250)]
    first, second = groups(study(runs), frame(study(runs)))
    assert first.others == {}
    assert second.others == {"rate": 0.01}


def test_a_measure_that_no_run_has_is_a_dash() -> None:
    assert results(only(RUNS[6:7]))["accuracy"].tolist() == ["–"]
