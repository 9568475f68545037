"""The curve of `cajal.fit` in a notebook, while it trains and of its history."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

import cajal_core as cajal
from cajal_kernel.views.training.history import LiveCurve, curves_of, ended, history_picture
from tests.kernel.views.conftest import Page, Sent


def trained(*callbacks: Any, steps: int = 6) -> cajal.History:
    torch.manual_seed(0)
    data = torch.randn(12, 3), torch.randn(12, 1)
    loss = torch.nn.functional.mse_loss
    model = torch.nn.Linear(3, 1)
    return cajal.fit(model, data, loss, steps=steps, batch=4, callbacks=callbacks, progress=False)


@pytest.fixture
def notebook(shell: InteractiveShell) -> InteractiveShell:
    """A shell that a kernel has."""
    shell.kernel = object()  # type: ignore[attr-defined]
    return shell


@pytest.mark.usefixtures("notebook")
def test_the_live_curve_is_the_history(monkeypatch: pytest.MonkeyPatch) -> None:
    sent, live = Sent(monkeypatch), LiveCurve()
    with capture_output() as output:
        history = trained(live)
    drawn, whole = live._curve.data, curves_of(history)
    assert [(line.metric, line.steps.tolist(), line.values.tolist()) for line in drawn.lines] == [
        (line.metric, line.steps.tolist(), line.values.tolist()) for line in whole.lines
    ]
    assert drawn.lines[0].steps.tolist() == [1, 2, 3, 4, 5, 6]
    assert (sent.shown[-1].spec["final"], sent.shown[-1].spec["total"]) == (True, 6)
    assert "6 of 6 steps" in output.outputs[-1].data["text/html"]


class Numbers:
    """Records what a validation does, warns, and goes wrong or stops."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error

    def step(self, training: cajal.Training) -> None:
        if training.step == 2:
            training.history.extend(2, 0, {"validation loss": 0.5})
            training.history.warnings.append("step 2: the link `f` says the same for the whole batch")
        if training.step == 4:
            if self.error:
                raise self.error
            training.stop("it is good enough")


@pytest.mark.usefixtures("notebook")
def test_validations_warnings_and_an_early_end_are_told() -> None:
    live = LiveCurve("digits")
    with capture_output() as output:
        trained(Numbers(), live)
    data = live._curve.data
    assert {line.metric: line.steps.tolist() for line in data.lines} == {
        "loss": [1, 2, 3, 4],
        "validation loss": [2],
    }
    assert data.warnings == ("step 2: the link `f` says the same for the whole batch",)
    assert data.steps == "4 of 6 steps, early: it is good enough"
    page = Page(output.outputs[-1].data["text/html"])
    assert "warning: step 2: the link f says" in page.text
    assert "<code>f</code>" in output.outputs[-1].data["text/html"]
    assert "early: it is good enough" in page.text
    assert "  warning: step 2: the link" in output.outputs[-1].data["text/plain"]


@pytest.mark.usefixtures("notebook")
def test_an_error_leaves_a_finished_curve() -> None:
    live = LiveCurve()
    with capture_output(), pytest.raises(ValueError, match="broken"):
        trained(Numbers(ValueError("broken")), live)
    assert (live._curve.is_live, live._curve.data.steps) == (False, "4 of 6 steps, stopped by an error")


@pytest.mark.usefixtures("notebook")
def test_what_an_earlier_call_recorded_is_drawn_too() -> None:
    live, history = LiveCurve(), cajal.History()
    history.add(1, 0, loss=3.0)
    history.extend(1, 0, {"validation loss": 2.0})
    training = cajal.Training(torch.nn.Linear(1, 1), torch.optim.SGD([torch.zeros(1)]), history, 4)
    with capture_output():
        live.begin(training)
        history.add(2, 0, loss=1.0)
        live.step(training)
        live.end(training)
    assert [(line.metric, line.steps.tolist()) for line in live._curve.data.lines] == [
        ("loss", [1, 2]),
        ("validation loss", [1]),
    ]


def test_a_history_is_shown_as_its_curve() -> None:
    history = trained(Numbers())
    picture = history_picture(history)
    assert picture is not None and picture.text == str(history)
    page = Page(picture.html)
    assert page.all("img", "alt")[0].startswith("training curve: loss")
    assert "4 steps, early: it is good enough" in page.text
    assert picture.live is not None and picture.live.answer is not None
    answer = picture.live.answer({"low": 2, "high": 3})
    assert [line["size"] for line in answer.spec["lines"]] == [4, 1]  # of losses also a neighbour each side


def test_a_cell_does_not_show_the_same_curve_twice(notebook: InteractiveShell) -> None:
    with capture_output():
        history = trained(LiveCurve())
    assert history_picture(history) is None
    notebook.execution_count += 1
    assert history_picture(history) is not None


def test_a_history_without_numbers_has_no_picture() -> None:
    assert history_picture(cajal.History()) is None


@pytest.mark.parametrize(
    ("stopped", "message", "told"),
    [
        ("finished", "", ""),
        ("interrupted", "step 4 is the last", "interrupted: step 4 is the last"),
        ("running", "", "stopped by an error"),
    ],
)
def test_how_it_ended(stopped: Any, message: str, told: str) -> None:
    assert ended(cajal.History(stopped, message)) == told
