"""What of a neuron is recorded."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import cajal_core as cajal
from cajal_kernel.views.curves.watch import RECORDS, SIDE, Watch, _tiled

LEARNED = "learn flip : Bool -o Bool\nlearn both : Bool -o Nat -o Bool"


def test_a_table_is_recorded_as_its_matrix() -> None:
    neuron = cajal.load(LEARNED)["both"]
    matrix = neuron.matrix().detach()
    watch = Watch(neuron, 1)
    watch.step(1, 0.0)
    with torch.no_grad():
        neuron.learned["both"].mul_(2)
    watch.step(2, 5.0)
    (both,) = watch.watched
    assert (both.name, both.type, both.steps.tolist()) == ("both", "Bool -o Nat -o Bool", [0, 5])
    assert (both.rows, both.columns[:2], both.columns[-1]) == (
        ("true", "false"),
        ("true, 0", "true, 1"),
        "false, 9",
    )
    for column, name in enumerate(both.columns):
        x, n = name.split(", ")
        expected = neuron(torch.eye(2)[["true", "false"].index(x)], torch.eye(10)[int(n)]).detach()
        np.testing.assert_allclose(both.values[1][:, column], expected.numpy(), rtol=1e-6)
    assert both.values[1].sum() == pytest.approx(2 * both.values[0].sum())
    assert matrix.sum() == pytest.approx(both.values[0].sum())


def test_what_is_linked_is_recorded_too() -> None:
    program = cajal.load("space V[3]\nextern net : V -o Bool\nextern prior : Bool\nextern odd : V -o Bool")
    network = torch.nn.Linear(3, 2)
    deep = torch.nn.Sequential(torch.nn.Linear(3, 5), torch.nn.Linear(5, 2))
    neuron = program.compile(r"\x:V. \y:V. (net x, (prior, odd y))")
    neuron.link(net=network, prior=torch.tensor([0.25, 0.75]), odd=deep)
    watch = Watch(torch.nn.Sequential(neuron), 1)
    watch.record(0.0)
    made = {watched.name: watched for watched in watch.watched}
    assert set(made) == {"net.weight", "prior", "odd.0.weight", "odd.1.weight"}
    np.testing.assert_array_equal(made["net.weight"].values[0], network.weight.detach().numpy())
    assert (made["net.weight"].rows, made["net.weight"].columns) == (("true", "false"), ("[0]", "[1]", "[2]"))
    assert made["prior"].values[0].tolist() == [[0.25], [0.75]]
    assert (made["odd.0.weight"].rows, made["odd.0.weight"].type) == (tuple("01234"), "")


def test_memory_is_bounded_and_the_first_and_last_steps_stay() -> None:
    neuron = cajal.load(LEARNED)["flip"]
    watch = Watch(neuron, 3, ("net", ""))
    for step in range(5000):
        watch.step(step + 1, float(step))
    watch.record(4999.0)
    (flip,) = watch.watched
    assert (flip.steps[0], flip.steps[-1]) == (0, 4999)
    assert RECORDS // 2 <= len(flip.steps) <= RECORDS
    assert len(set(np.diff(flip.steps[:-1]))) == 1
    assert flip.run == "net"


def test_a_step_is_recorded_once() -> None:
    watch = Watch(cajal.load(LEARNED)["flip"], 1)
    watch.step(1, 0.0)
    watch.record(0.0)
    assert watch.watched[0].steps.tolist() == [0]
    assert Watch(cajal.load(LEARNED)["flip"], 1).watched == []


def test_a_large_tensor_is_an_overview_that_keeps_a_lone_entry() -> None:
    matrix = np.zeros((100, 1000))
    matrix[57, 613] = -3.0
    tile = (-(-100 // SIDE), -(-1000 // SIDE))
    tiled = _tiled(matrix, tile)
    assert tiled.shape == (34, 48)
    assert (tiled[57 // tile[0], 613 // tile[1]], np.count_nonzero(tiled)) == (-3, 1)
    matrix[0, 0] = np.nan
    assert np.isnan(_tiled(matrix, tile)[0, 0])


def test_a_tensor_that_is_gone_is_nan() -> None:
    program = cajal.load("extern prior : Bool")
    neuron = program.compile("prior").link(prior=torch.tensor([0.25, 0.75]))
    watch = Watch(neuron, 1)
    neuron.unlink("prior")
    watch.record(0.0)
    assert np.isnan(watch.watched[0].values).all()


def test_what_cannot_be_watched_is_told() -> None:
    with pytest.raises(TypeError, match="must be a neuron, or a module that has neurons in it, got str"):
        Watch("flip", 1)
    with pytest.raises(TypeError, match="there is no neuron in this Linear"):
        Watch(torch.nn.Linear(1, 1), 1)
    with pytest.raises(TypeError, match="nothing to watch"):
        Watch(cajal.Program().compile("true"), 1)
    with pytest.raises(ValueError, match="`every` must be at least 1, got 0"):
        Watch(cajal.load(LEARNED)["flip"], 0)
