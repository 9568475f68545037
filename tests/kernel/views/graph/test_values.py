"""What a page is sent to run the neuron, and why it cannot."""

from __future__ import annotations

import pytest
import torch

import cajal_core as cajal
from cajal_kernel.views.explorer import run
from cajal_kernel.views.graph.values import run_of
from cajal_kernel.views.picture import Subject


def test_it_is_the_program_as_it_is_written(program: cajal.Program) -> None:
    neuron = program["read"]
    live, why = run_of(Subject("read", neuron))
    assert why == ""
    assert live is not None
    assert live.spec["graph"] == neuron.wiring(written=True).graph


def test_what_is_not_linked_is_named(program: cajal.Program) -> None:
    program.unlink("odd")
    live, why = run_of(Subject("read", program["read"]))
    assert live is None
    assert why == "the extern `odd : Image -o Bool` is not linked"


def test_what_is_too_large_is_counted(program: cajal.Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "NUMBERS", 3)
    live, why = run_of(Subject("read", program["read"]))
    assert live is None
    assert "numbers in its tensors and answers, more than the 3 of a page" in why


class Fragile(torch.nn.Module):
    """Works until it is broken."""

    is_broken = False

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        if self.is_broken:
            raise RuntimeError("out of order\nfor good")
        return image.flatten(1)[:, :2]


def test_a_network_that_fails_is_told(program: cajal.Program) -> None:
    network = Fragile()
    program.link(odd=network)
    neuron = program["read"]
    network.is_broken = True
    live, why = run_of(Subject("read", neuron))
    assert live is None
    assert why == "What is linked fails: RuntimeError: out of order"


def test_what_is_no_fault_of_a_network_is_raised(
    program: cajal.Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Subject) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("cajal_kernel.views.graph.values.run_live", broken)
    with pytest.raises(ZeroDivisionError):
        run_of(Subject("read", program["read"]))
