"""Which modules see how many samples they are given, and how calls become one."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from cajal_core.backend.calls import shared
from cajal_core.backend.calls.shared import Joined, is_by_sample, portions, shared_modules


def hooked(register: str) -> nn.Module:
    network = nn.Sequential(nn.Linear(2, 2))
    getattr(network[0], register)(lambda *_: None)
    return network


@pytest.mark.parametrize(
    ("module", "by_sample"),
    [
        (nn.Sequential(nn.Linear(2, 2), nn.Dropout(), nn.LayerNorm(2)), True),
        (nn.BatchNorm1d(2), False),
        (nn.Sequential(nn.BatchNorm1d(2)).eval(), True),
        (nn.BatchNorm1d(2, track_running_stats=False).eval(), False),
        (nn.InstanceNorm1d(2), True),
        (nn.InstanceNorm1d(2, track_running_stats=True), False),
        (nn.InstanceNorm1d(2, track_running_stats=True).eval(), True),
        (nn.Sequential(nn.LSTM(2, 2)), False),
        (nn.TransformerEncoderLayer(2, 1), False),
        (hooked("register_forward_hook"), False),
        (hooked("register_forward_pre_hook"), False),
        (hooked("register_full_backward_hook"), False),
        (hooked("register_full_backward_pre_hook"), False),
    ],
)
def test_a_module_may_see_how_many_samples_come(module: nn.Module, by_sample: bool) -> None:
    assert is_by_sample(module) is by_sample


def test_shared_are_modules_that_stand_several_times() -> None:
    first, second, norm = nn.Identity(), nn.Identity(), nn.BatchNorm1d(2)
    links = [first, torch.sin, second, first, torch.sin, norm, norm, torch.eye(2), first]
    assert [*shared_modules(links)] == [(first, [0, 3, 8])]


def test_portions_have_no_more_samples_than_pay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "MOST_SAMPLES", 10)
    calls = [(place, [torch.rand(size, 2)]) for place, size in enumerate([4, 6, 1, 11, 5, 5, 5])]
    assert [*portions(calls)] == [[0, 1], [4, 5]]
    assert [*portions(calls[:1])] == []


def test_each_call_gets_the_rows_of_its_samples() -> None:
    first = torch.rand(3, 1, 2), torch.rand(4, 5)
    second = torch.rand(0, 2), torch.rand(1, 5)
    third = torch.rand(2), torch.rand(5)
    joined = Joined.of([first, second, third])
    assert [tuple(each.shape) for each in joined.arguments] == [(13, 2), (13, 5)]
    parts = joined.results(torch.cat(joined.arguments, -1))
    for (left, right), part in zip((first, second, third), parts, strict=True):
        shape = torch.broadcast_shapes(left.shape[:-1], right.shape[:-1])
        expected = torch.cat([left.expand(*shape, 2), right.expand(*shape, 5)], -1)
        assert torch.equal(part, expected)
