"""The numbers of a trace for a page."""

from __future__ import annotations

from typing import Any

import pytest
import torch

import cajal_core as cajal
from cajal_kernel.views.live.picture import Live
from cajal_kernel.views.trace import numbers
from cajal_kernel.views.trace.numbers import trace_live

SOURCE = """
extern net : Bool -o Bool
def not (x : Bool) : Bool = if x then false else true
def turn (n : Nat[4]) (b : Bool) : Bool = iter n { zero => b | succ y => net (not y) }
"""


def trace(*batch: int) -> cajal.Trace:
    program = cajal.Program()
    program.run(SOURCE)
    neuron = program.compile("turn", link={"net": torch.nn.Linear(2, 2)})
    return neuron.trace(torch.rand(*batch, 4), torch.rand(*batch, 2))


def of(live: Live, place: int, item: int, run: int, kind: str = "values") -> Any:
    """The numbers of an entry, as the page finds them."""
    stretch = live.spec["places"][place][kind]
    own = item - live.spec["first"] if stretch["varies"] else 0
    start = stretch["at"] + (own * stretch["runs"] + run) * stretch["size"]
    return torch.from_numpy(live.arrays["numbers"][start : start + stretch["size"]])


@pytest.mark.parametrize("batch", [(), (5,), (2, 3)])
def test_every_value_of_every_item_is_sent(batch: tuple[int, ...]) -> None:
    run = trace(*batch)
    live = trace_live("turn", "Bool", run)
    assert live.spec["count"] == max(1, torch.Size(batch).numel())
    assert live.spec["left"] == []
    for item in range(live.spec["count"]):
        for place, entry in enumerate(run):
            flat = entry.value.double().detach().reshape(entry.value.shape[0], -1, 2)
            for step in range(entry.value.shape[0]):
                torch.testing.assert_close(of(live, place, item, step), flat[step, item])
        for step in range(4):
            weight = run.weight(0, {0: step}).double().flatten()[item : item + 1]
            torch.testing.assert_close(of(live, 0, item, step, "weights"), weight)
        assert isinstance(run.result, torch.Tensor)
        result = run.result.double().detach().reshape(-1, 2)[item]
        torch.testing.assert_close(of(live, len(run), item, 0), result)


def test_what_is_the_same_for_all_items_is_sent_once() -> None:
    program = cajal.Program()
    program.run("def f (x : Bool) : Bool * Nat[9] = let n = (3 : Nat[9]) in (x, n)")
    live = trace_live("f", "", program["f"].trace(torch.rand(100, 2)))
    assert not live.spec["places"][0]["values"]["varies"]
    assert live.arrays["numbers"].size == 9 + 100 * 18


def test_a_large_batch_is_sent_in_part_and_the_page_asks_for_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbers, "SENT", 100)
    run = trace(20)
    live = trace_live("turn", "Bool", run)
    assert 1 <= live.spec["count"] < 20
    assert live.arrays["numbers"].size <= 100
    assert live.answer is not None
    more = live.answer({"item": 17})
    assert more.spec["first"] == 17
    assert isinstance(run.result, torch.Tensor)
    result = run.result.double().detach()[17]
    torch.testing.assert_close(of(more, len(run), 17, 0), result)


def test_what_is_too_large_for_one_item_is_left_out_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbers, "SENT", 22)
    live = trace_live("turn", "Bool", trace(3))
    assert live.spec["places"][0] == {"values": None, "weights": None}
    assert live.spec["left"] == ["4 × 2"]
