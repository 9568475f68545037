"""`%train` in a kernel: the curve that the page gets, and interrupts."""

from __future__ import annotations

import time

import pytest

from tests.kernel.conftest import Client

PREPARED = """%%python
import os, signal, time, torch
torch.manual_seed(0)
x, y = torch.eye(2).repeat(20, 1), torch.tensor([1, 0]).repeat(20)
net = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Softmax(-1))
def slow(result, target):
    time.sleep(0.02)
    return 1.0
"""


@pytest.fixture
def kernel(shared: Client) -> Client:
    assert shared.run(PREPARED).status == "ok"
    assert shared.run("extern odd : Bool -o Bool\ndef both (x : Bool) : Bool = odd x").status == "ok"
    assert shared.run("%link odd=net").status == "ok"
    return shared


def test_the_curve_is_shown_once_and_settled(kernel: Client) -> None:
    outcome = kernel.run("%train both --data x, y --epochs 5 -o history")
    assert outcome.status == "ok"
    assert outcome.texts == ["both: 0 of 5 steps"]
    [settled] = outcome.of("update_display_data")
    assert settled["data"]["text/plain"].startswith("both: 5 of 5 steps\n  loss")
    assert "<img" in settled["data"]["text/html"]
    assert outcome.of("comm_open")
    [shown] = kernel.run("%%python\nhistory").bundles
    assert "<img" in shown["text/html"]
    assert shown["text/plain"].startswith("5 steps, finished")


def test_fit_in_a_python_cell_draws_its_curve_once(kernel: Client) -> None:
    code = "%%python\nimport cajal_core\ncajal_core.fit(program['both'], (x, y), cajal_core.nll, epochs=3)"
    outcome = kernel.run(code)
    assert [bundle["text/plain"].split("\n")[0][:7] for bundle in outcome.bundles] == ["0 of 3 ", "3 steps"]
    assert "text/html" not in outcome.bundles[1]  # the curve is above it


def test_an_interrupt_keeps_what_was_learned(kernel: Client) -> None:
    kernel.run("%%python\nbefore = net[0].weight.detach().clone()")
    sent = kernel.start("%train both --data x, y --metrics slow --epochs 100000 -o history")
    kernel.wait_for(sent, "display_data")
    time.sleep(1)
    kernel.manager.interrupt_kernel()
    outcome = kernel.finish(sent, timeout=60)
    assert outcome.status == "ok"  # what comes after it can run
    [settled] = outcome.of("update_display_data")
    assert "interrupted: step" in settled["data"]["text/plain"]
    assert "<img" in settled["data"]["text/html"]
    shown = kernel.run(
        "%%python\n(history.stopped, history.steps > 0, bool((net[0].weight != before).any()),"
        " program['both'](x).shape == (40, 2))"
    )
    assert shown.texts == ["('interrupted', True, True, True)"]
    assert kernel.run("%train both --data x, y --epochs 2").status == "ok"


def test_a_second_interrupt_stops_at_once_and_keeps_the_curve(kernel: Client) -> None:
    code = """%%python
def twice(result, target):
    signal.raise_signal(signal.SIGINT)
    signal.raise_signal(signal.SIGINT)"""
    kernel.run(code)
    outcome = kernel.run("%train both --data x, y --metrics twice --epochs 3")
    assert outcome.reply["ename"] == "KeyboardInterrupt"
    [settled] = outcome.of("update_display_data")
    assert settled["data"]["text/plain"].startswith("both: 0 of 3 steps, stopped")
    assert kernel.run("%train both --data x, y --epochs 2").status == "ok"


def test_a_mistake_is_an_error_of_the_protocol(kernel: Client) -> None:
    outcome = kernel.run("%train both --data nothing")
    assert outcome.reply["ename"] == "MagicError"
    assert outcome.reply["traceback"][0].startswith("--data: `nothing` failed with NameError")
    outcome = kernel.run("%train both --data y, y")
    assert outcome.reply["ename"] == "CajalError"
    assert not any("File" in line for line in outcome.reply["traceback"])


def test_options_are_completed_and_python_behind_them(kernel: Client) -> None:
    assert kernel.ask("complete", "%train bo")["matches"] == ["both"]
    assert "--metrics" in kernel.ask("complete", "%train both --")["matches"]
    assert kernel.ask("complete", "%train both --watch o")["matches"] == ["on", "off"]
    assert "slow" in kernel.ask("complete", "%train both --data x, y --metrics sl")["matches"]
    assert kernel.ask("inspect", "%train both", 9)["data"]["text/plain"].startswith("both : Bool -o Bool")
