"""The page of results, beside the one that was read and found right."""

from __future__ import annotations

from pathlib import Path

from cajal_experiments.report.page import pages, slug, write

from .runs import RUNS, study

GOLDEN = Path(__file__).with_name("results.md")


def test_the_page_is_the_golden_one() -> None:
    files = pages([study(), study([], "empty")])
    assert files["results.md"] == GOLDEN.read_text(encoding="utf-8")
    assert sorted(files) == ["results.md", "results/empty.json", "results/l2.json", "results/l2.svg"]


def test_the_order_of_the_runs_changes_nothing() -> None:
    one, other = pages([study()]), pages([study(RUNS[::-1])])
    assert one["results.md"] == other["results.md"]
    assert one["results/l2.svg"] == other["results/l2.svg"]


def test_unequal_numbers_of_seeds_are_told() -> None:
    assert "Not all rows have as many seeds" in pages([study(RUNS[:4])])["results.md"]
    assert "Not all rows have as many seeds" not in pages([study(RUNS[3:5])])["results.md"]


def test_files_are_written_where_the_page_links_them(tmp_path: Path) -> None:
    write(tmp_path, pages([study()]))
    assert "](results/l2.svg)" in (tmp_path / "results.md").read_text(encoding="utf-8")
    assert (tmp_path / "results" / "l2.svg").is_file()


def test_a_name_becomes_a_file() -> None:
    assert slug("MNIST-R, sum 2") == "mnist-r-sum-2"
