"""A neuron without a term of its own has no text."""

from __future__ import annotations

import pickle
from copy import deepcopy
from pathlib import Path

import pytest
import torch

import cajal_core as cajal
from cajal_core import CajalError
from cajal_core.neuron.saving.origin import Origin


def test_an_origin_without_a_term_is_refused(tmp_path: Path) -> None:
    origin = Origin()
    with pytest.raises(CajalError, match="no source"):
        _ = origin.text
    with pytest.raises(CajalError, match="no source"):
        origin.save(None, tmp_path / "none.cajaln")
    assert not [*tmp_path.iterdir()]


def test_a_part_is_refused_and_the_whole_is_saved(tmp_path: Path) -> None:
    neuron = cajal.Program().compile(r"\x:Bool. \y:Bool. (if x then false else true, y)")
    [number] = [line["to"] for line in neuron.wiring(written=True).graph["code"] if line["op"] == "choose"]
    part = neuron.part(number, written=True)
    assert part is not None
    with pytest.raises(CajalError, match="save the neuron that it is a part of"):
        part.save(tmp_path / "part.cajaln")
    neuron.save(tmp_path / "whole.cajaln")
    assert torch.equal(cajal.load_neuron(tmp_path / "whole.cajaln").matrix(), neuron.matrix())


def test_copies_and_pickles_are_saved_as_the_original_is(tmp_path: Path) -> None:
    program = cajal.load("learn w : Bool -o Bool\ndef f (x : Bool) : Bool = w (w x)")
    neuron = program.compile("f", fresh=True)
    program.run("def w : Bool = true")  # the copies keep what the source said
    for place, copied in enumerate([deepcopy(neuron), pickle.loads(pickle.dumps(neuron))]):
        copied.save(tmp_path / f"{place}.cajaln")
        again = cajal.load_neuron(tmp_path / f"{place}.cajaln")
        x = torch.rand(4, 2)
        assert torch.equal(again(x), neuron(x))
