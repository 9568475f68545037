"""Curves."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

from cajal_experiments.report.figures import curves, panels_of, png, svg
from cajal_experiments.report.frame import frame
from cajal_experiments.report.summary import Group, groups

from .runs import RUNS, run, study


def only(runs: list) -> Group:
    (group,) = groups(study(runs), frame(study(runs)))
    return group


def test_a_panel_has_the_values_of_all_seeds_at_their_common_steps() -> None:
    panels = panels_of(only([*RUNS, run("D+", 2, 0.8, [0.7, None])]), "accuracy")
    assert list(panels) == ["EQ", "XOR"]
    assert list(panels["EQ"]) == ["D+", "D"]
    assert panels["EQ"]["D+"] == ([10], [[0.8, 0.7, 0.7]])
    assert panels["EQ"]["D"] == ([10, 20, 30], [[0.6, 0.5, 0.7], [0.7, 0.5, 0.85], [0.8, 0.5, 0.9]])


def test_a_figure_is_a_function_of_the_runs() -> None:
    figure, other = curves(only(RUNS)), curves(only(RUNS[::-1]))
    assert figure is not None and other is not None
    assert svg(figure) == svg(other)
    assert png(figure).startswith(b"\x89PNG")
    texts = {element.text for element in ET.fromstring(svg(figure)).iter("{http://www.w3.org/2000/svg}text")}
    assert {"EQ", "XOR", "D+", "D", "accuracy", "training steps"} <= texts


def test_one_measurement_makes_no_curve() -> None:
    assert curves(only([run("D", 0, 0.5, [0.5])])) is None


def test_few_seeds_are_drawn_each_and_more_have_a_band() -> None:
    for seeds, lines, bands in ((1, 2, 0), (4, 5, 0), (5, 1, 1)):
        figure = curves(only([run("D", seed, 0.5, [0.1 * seed, 0.5]) for seed in range(seeds)]))
        assert figure is not None
        (axis,) = figure.axes
        assert (len(axis.get_lines()), len(axis.collections)) == (lines, bands)
        (legend,) = figure.legends
        assert [text.get_text() for text in legend.get_texts()] == ["D"]


def test_at_most_three_panels_stand_side_by_side() -> None:
    names = [f"task {number}" for number in range(5)]
    runs = [run("D", 0, 0.5, [0.5, 0.6], variant=name) for name in names]
    wide = replace(study(runs), variants=names)
    (group,) = groups(wide, frame(wide))
    figure = curves(group)
    assert figure is not None
    assert [axis.get_title() for axis in figure.axes] == names
    place = figure.axes[0].get_subplotspec()
    assert place is not None
    assert place.get_geometry()[:2] == (2, 3)
