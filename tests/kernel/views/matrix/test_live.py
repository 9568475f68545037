"""What is sent of a matrix."""

from __future__ import annotations

import json

import numpy as np
import pytest

from cajal_kernel.views.basis import Axis
from cajal_kernel.views.matrix.data import Array, Matrix
from cajal_kernel.views.matrix.live import BLOCK, matrix_live
from tests.kernel.views.conftest import AND, adder


def made(values: Array) -> Matrix:
    rows, columns = (Axis("", "", tuple(map(str, range(size)))) for size in values.shape)
    return Matrix("w", "", (columns,), rows, values)


def test_a_table_is_sent_as_places_of_ones() -> None:
    live = matrix_live(adder(10))
    assert live.spec["panes"][0]["kind"] == "ones"
    assert live.answer is None
    values = np.zeros(1000)
    values[live.arrays["ones0"]] = 1
    assert (values.reshape(10, 100) == adder(10).values).all()
    assert live.arrays["lost0"].tolist() == [j for j, lost in enumerate(adder(10).lost) if lost]


def test_numbers_are_sent_as_float32_where_it_can_hold_them() -> None:
    values = np.array([[0.1, np.nan], [-np.inf, 2]])
    sent = matrix_live(made(values)).arrays["values0"]
    assert sent.dtype == np.float32
    assert np.array_equal(sent, values.astype("f4"), equal_nan=True)
    for extreme in (1e300, 1e-300):
        assert matrix_live(made(np.array([[extreme, 1]]))).arrays["values0"].dtype == np.float64


def test_a_thousand_squared_is_sent_whole() -> None:
    values = np.random.default_rng(0).normal(size=(1000, 1000))
    live = matrix_live(made(values))
    packed = live.packed()
    assert len(packed[1]) + len(json.dumps(packed[0])) < 4.2e6
    assert (live.arrays["values0"] == values.astype("f4")).all()


@pytest.mark.parametrize("shape", [(1100, 1000), (400, 4096), (2049, 2048)])
def test_a_larger_one_is_sent_in_tiles_and_asked_for(shape: tuple[int, int]) -> None:
    values = np.random.default_rng(0).normal(size=shape).astype("f4")
    values[100, 300], values[7, 8], values[-1, -1] = np.nan, np.inf, -50
    live = matrix_live(made(values))
    assert len(live.packed()[1]) < 4.2e6
    tile = live.spec["panes"][0]["tile"]
    least, greatest, extreme = (live.arrays[f"{name}0"] for name in ("least", "greatest", "extreme"))
    for row, column in ((0, 0), (100, 300), (7, 8), (shape[0] - 1, shape[1] - 1), (333, 222)):
        block = values[row // tile * tile :, column // tile * tile :][:tile, :tile]
        at = row // tile, column // tile
        assert least[at] == np.nanmin(block)
        assert greatest[at] == np.nanmax(block)
        strongest = block.flat[np.argmax(np.nan_to_num(np.abs(block), nan=np.inf, posinf=1e30))]
        assert extreme[at] == strongest or (np.isnan(extreme[at]) and np.isnan(strongest))
    assert live.answer is not None
    answer = live.answer({"pane": 0, "row": BLOCK, "column": 2 * BLOCK}).arrays["values"]
    assert np.array_equal(answer, values[BLOCK:, 2 * BLOCK :][:BLOCK, :BLOCK], equal_nan=True)


def test_a_file_is_given_all_entries_of_a_matrix_that_it_has_room_for() -> None:
    values = np.random.default_rng(0).normal(size=(1500, 1300)).astype("f4")
    live = matrix_live(made(values))
    assert live.spec["panes"][0]["kind"] == "tiles"
    assert live.whole is not None
    whole = live.whole()
    assert whole.answer is None
    assert whole.spec["panes"][0] == live.spec["panes"][0] | {"kind": "dense", "tile": 1}
    assert (whole.arrays["values0"] == values).all()
    three = matrix_live(*[made(values[:, :800])] * 3)
    assert three.whole is not None
    assert [pane["kind"] for pane in three.whole().spec["panes"]] == ["dense"] * 3
    for others in ([values, values, values], [np.zeros((2049, 2048)) + 0.5], [values[:99]]):
        assert matrix_live(*map(made, others)).whole is None


def test_several_share_scale_and_labels() -> None:
    live = matrix_live(AND, Matrix("w", "", AND.columns, AND.rows, -3 * AND.values))
    assert [pane["kind"] for pane in live.spec["panes"]] == ["ones", "dense"]
    assert (live.spec["scale"], live.spec["signed"]) == (3, True)
    assert [axis["name"] for axis in live.spec["columns"]] == ["x", "y"]
