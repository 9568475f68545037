"""The training curve, alone and in a shell that shows it."""

from __future__ import annotations

import copy
import pickle
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

import cajal_core as cajal
from cajal_kernel.views import Curve
from cajal_kernel.views.curves import output, recorder
from cajal_kernel.views.curves.envelope import Thinned
from cajal_kernel.views.curves.plot import curves_image
from cajal_kernel.views.curves.store import Series
from cajal_kernel.views.live.picture import Live
from cajal_kernel.views.live.widget import LiveWidget
from tests.kernel.views.conftest import Sent


def test_data_is_what_was_added() -> None:
    made = Curve("digits", total=10)
    made.add(0, loss=1.0, accuracy=np.float32(0.5))
    made.add(5, loss=torch.tensor(0.25, requires_grad=True))
    made.add(0, run="other", loss=3)
    data = made.data
    assert [(line.metric, line.run, line.steps.tolist(), line.values.tolist()) for line in data.lines] == [
        ("loss", "", [0, 5], [1, 0.25]),
        ("accuracy", "", [0], [0.5]),
        ("loss", "other", [0], [3]),
    ]
    assert (data.metrics, data.runs, data.done, data.total) == (["loss", "accuracy"], ["", "other"], 1, 10)


def test_a_step_with_two_calls_is_one_step() -> None:
    made = Curve("digits", total=2)
    for step in range(2):
        made.add(step, loss=1.0)
        made.add(step, accuracy=0.5)
    assert made.data.done == 2


@pytest.mark.parametrize("value", [torch.zeros(2), "high", None, [1.0]])
def test_what_is_no_number_is_named(value: Any) -> None:
    made = Curve()
    with pytest.raises(TypeError, match="loss must be a number"):
        made.add(0, accuracy=1, loss=value)
    assert made.data.lines == ()


@pytest.mark.parametrize(
    "step", ["first", None, 10**400, torch.zeros(2)], ids=["text", "None", "huge", "tensor"]
)
def test_a_step_that_is_no_number_is_named(step: Any) -> None:
    made = Curve()
    with pytest.raises(TypeError, match="step must be a number"):
        made.add(step, loss=1.0)
    assert (made.data.lines, made.data.done) == ((), 0)


def test_settings_are_looked_at_when_a_curve_is_made() -> None:
    with pytest.raises(TypeError, match="total must be a number"):
        Curve("digits", total="ten")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="loss must be a number"):
        Curve().add(0, loss=10**400)
    made = Curve(5, total=torch.tensor(3))  # type: ignore[arg-type]
    made.add(0, run=7, loss=1.0)  # type: ignore[arg-type]
    assert (made.data.title, made.data.total, made.data.runs) == ("5", 3, ["7"])


def test_a_curve_as_a_value_is_its_static_picture() -> None:
    made = Curve("digits")
    assert "<img" not in str(made._repr_mimebundle_()["text/html"])
    made.add(0, loss=1.0)
    assert "<img" in str(made._repr_mimebundle_()["text/html"])


def test_outside_a_notebook_a_curve_only_records() -> None:
    InteractiveShell.clear_instance()
    with Curve() as made:
        made.add(0, loss=1.0)
    assert made.data.done == 1


@pytest.mark.usefixtures("shell")
def test_many_points_are_few_updates(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = Sent(monkeypatch)
    with capture_output() as captured:
        start = time.monotonic()
        with Curve("digits", total=50_000) as made:
            for step in range(50_000):
                made.add(step, loss=1 / (step + 1))
        seconds = time.monotonic() - start
    live = [live for live in sent.shown if not live.spec["final"]]
    assert len(live) <= seconds * 8 + 1
    last = sent.shown[-1]
    assert last.spec["final"]
    assert last.spec["done"] == 50_000
    assert ["<img" in output.data["text/html"] for output in captured.outputs] == [False, True]


def test_an_error_or_an_interrupt_leaves_the_curve(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = Sent(monkeypatch)
    shell.user_ns["Curve"] = Curve
    with capture_output():
        shell.run_cell("with Curve() as curve:\n    curve.add(0, loss=1.0)\n    raise KeyboardInterrupt")
    assert sent.shown[-1].spec["final"]
    assert sent.shown[-1].spec["done"] == 1


def test_a_curve_that_was_not_finished_is_settled_when_its_cell_ends(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = Sent(monkeypatch)
    shell.user_ns["Curve"] = Curve
    with capture_output():
        shell.run_cell("curve = Curve(); curve.show()\nfor step in range(3): curve.add(step, loss=step)\n1/0")
        assert (sent.shown[-1].spec["done"], sent.shown[-1].spec["final"]) == (3, True)
        shell.run_cell("curve.add(3, loss=3)")
        assert sent.shown[-1].spec["done"] == 4
        shell.run_cell("curve.finish()")
        count = len(sent.shown)
        shell.run_cell("1 + 1")
    assert len(sent.shown) == count


def test_a_curve_that_nobody_finishes_is_drawn_in_the_cells_that_add_to_it(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = Sent(monkeypatch)
    shell.user_ns["Curve"] = Curve
    with capture_output():
        shell.run_cell("made = [Curve() for _ in range(5)]\nfor curve in made: curve.show()")
        assert len(sent.shown) == 5
        shell.run_cell("1 + 1")
        assert len(sent.shown) == 5
        shell.run_cell("made[3].add(0, loss=1)")
    assert [live.spec["done"] for live in sent.shown if live.spec["final"]] == [0] * 5 + [1]


def test_a_picture_that_fails_fails_in_its_own_cell_alone(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.user_ns["Curve"] = Curve
    with capture_output() as captured:
        shell.run_cell("curve = Curve(); curve.show(); curve.add(0, loss=1.0)")
        monkeypatch.setattr(output, "curves_bundle", lambda *_: 1 / 0)
        shell.run_cell("curve.add(1, loss=1.0)")
    assert "ZeroDivisionError" in captured.stdout + captured.stderr
    with capture_output() as captured:
        shell.run_cell("1 + 1")
    assert "Error" not in captured.stdout + captured.stderr


def test_updates_are_eight_a_second() -> None:
    assert recorder.PERIOD == 0.125


def test_steps_wait_to_be_put_into_their_lines_and_none_is_lost() -> None:
    made = Curve("digits", total=10)
    for step in range(recorder.BATCH + 50):
        made.add(step, run=f"run {step % 2}", loss=step)
        if step == 20:
            assert made.data.done == 11
    with pytest.raises(TypeError):
        made.add(0, loss="high")  # type: ignore[arg-type]
    assert len(made._added) == 29
    for place, line in enumerate(made.data.lines):
        assert line.run == f"run {place}"
        assert line.values.tolist() == line.steps.tolist() == list(range(place, recorder.BATCH + 50, 2))
    assert not made._added


def test_a_number_is_what_it_was_when_it_was_added() -> None:
    made, loss = Curve("digits"), torch.ones(())
    made.add(0, loss=loss)
    loss.fill_(2)
    assert made.data.lines[0].values.tolist() == [1.0]


@pytest.mark.usefixtures("shell")
def test_the_first_number_of_a_cell_is_shown_at_once(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = Sent(monkeypatch)
    shell.user_ns["Curve"] = Curve
    with capture_output():
        shell.run_cell("curve = Curve(); curve.show(); curve.add(0, loss=1)")
        shell.run_cell("curve.add(1, loss=1); curve.add(2, loss=1)")
    assert [(live.spec["done"], live.spec["final"]) for live in sent.shown] == [
        (1, False),
        (1, True),
        (2, False),
        (3, True),
    ]


def test_seeds_are_lines_of_one_run() -> None:
    made = Curve("digits", total=2)
    for seed in (1, "b", None):
        made.add(0, run="net", seed=seed, loss=1.0)
    assert [(line.run, line.seed) for line in made.data.lines] == [("net", "1"), ("net", "b"), ("net", "")]
    assert made.data.runs == ["net"]


def test_steps_that_are_done_are_those_that_go_further() -> None:
    made = Curve("digits", total=10)
    for step in range(10):
        made.add(step, loss=1.0)
    for step in range(10):
        made.add(step, accuracy=1.0)
    made.add(float("nan"), loss=1.0)
    assert made.data.done == 10
    assert all(line.steps.dtype == line.values.dtype == np.float64 for line in made.data.lines)


@pytest.mark.usefixtures("shell")
def test_while_it_grows_the_page_is_sent_few_points_and_the_last_value(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent = Sent(monkeypatch)
    monkeypatch.setattr(recorder, "PERIOD", 0.0)
    monkeypatch.setattr(recorder, "SHARE", 1e9)
    with capture_output(), Curve("digits", total=800) as made:
        for step in range(800):
            made.add(step, loss=np.sin(step), accuracy=step)
    live = [live for live in sent.shown if not live.spec["final"]]
    assert len(live) == 800
    for step, shown in enumerate(live):
        loss, accuracy = shown.spec["lines"] if step else [*shown.spec["lines"], shown.spec["lines"][0]][:2]
        assert loss["size"] <= 500
        points = shown.arrays["points"]
        assert points[loss["size"] - 1] == step
        assert points[2 * loss["size"] - 1] == np.sin(step)
        assert points[2 * (loss["size"] + accuracy["size"]) - 1] == step
    assert "left" in live[-2].spec["text"]
    assert "left" not in sent.shown[-1].spec["text"]


@pytest.mark.usefixtures("shell")
def test_nothing_is_made_for_a_page_that_does_not_show_it(monkeypatch: pytest.MonkeyPatch) -> None:
    made_for_a_page: list[int] = []
    thinned = Series.thinned

    def counted(series: Series, limit: int) -> Thinned:
        made_for_a_page.append(limit)
        return thinned(series, limit)

    monkeypatch.setattr(recorder, "PERIOD", 0.0)
    monkeypatch.setattr(recorder, "SHARE", 1e9)
    monkeypatch.setattr(LiveWidget, "show", lambda *_: None)
    monkeypatch.setattr(Series, "thinned", counted)
    with capture_output():
        made = Curve("digits")
        made.show()
        made.add(0, loss=1.0)
        assert len(made_for_a_page) == 1
        assert made._output
        made._output.close()  # as the user may, or twenty newer pictures
        made.add(1, loss=1.0)
    assert len(made_for_a_page) == 1
    assert made.data.lines[0].values.tolist() == [1.0, 1.0]


@pytest.mark.usefixtures("shell")
def test_updates_take_a_small_share_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = Sent(monkeypatch)
    monkeypatch.setattr(recorder, "curves_live", lambda *_, **__: time.sleep(0.05) or Live("curves", {}))
    with capture_output():
        made = Curve("digits")
        made.show()
        start = time.monotonic()
        while time.monotonic() - start < 0.5:
            made.add(0, loss=1.0)
    assert len(sent.shown) == 1


def test_the_page_asks_for_details_while_the_curve_is_there() -> None:
    made = Curve("digits")
    for step in range(9000):
        made.add(step, loss=step % 5)
    _, live = made._whole()
    assert live.answer
    assert live.answer({"low": 100, "high": 110}).spec["lines"][0]["size"] == 13
    del made
    with pytest.raises(LookupError, match="gone"):
        live.answer({"low": 100, "high": 110})


def test_what_a_neuron_learns_is_recorded_until_the_end() -> None:
    neuron = cajal.load("learn flip : Bool -o Bool")["flip"].initialize("identity")
    with Curve("digits").watch(neuron, every=4) as made:
        for step in range(10):
            with torch.no_grad():
                neuron.learned["flip"].fill_(step)
            made.add(step, run="net", seed=1, loss=1.0)
    (flip,) = made.data.watched
    assert flip.steps.tolist() == [0, 4, 8, 9]
    assert flip.values[:, 0, 0].tolist() == [0, 4, 8, 9]
    assert flip.run == "net · 1"
    assert "flip : Bool -o Bool, 2 × 2, watched at 4 steps" in str(made._repr_mimebundle_()["text/plain"])
    with pytest.raises(TypeError, match="no neuron"):
        made.watch(torch.nn.Linear(1, 1))


def learned(value: float) -> cajal.Neuron:
    neuron = cajal.load("learn flip : Bool -o Bool")["flip"]
    with torch.no_grad():
        neuron.learned["flip"].fill_(value)
    return neuron


def test_a_neuron_is_recorded_in_the_run_that_comes_after_watch_alone() -> None:
    with Curve() as made:
        made.add(0, run="before", loss=1.0)
        for run in range(3):
            neuron = learned(run)
            made.watch(neuron, every=5)
            for step in range(8):
                made.add(step, run="net", seed=run, loss=1.0)
            with torch.no_grad():
                neuron.learned["flip"].fill_(9)
        made.add(9, run="net", seed=2, loss=1.0)
    assert [(flip.run, flip.steps.tolist(), flip.values[:, 0, 0].tolist()) for flip in made.data.watched] == [
        ("net · 0", [0, 5], [0, 0]),
        ("net · 1", [0, 5], [1, 1]),
        ("net · 2", [0, 5, 9], [2, 2, 9]),
    ]
    text = str(made._repr_mimebundle_()["text/plain"])
    assert "flip : Bool -o Bool, 2 × 2, watched at 7 steps of 3 runs" in text
    image = curves_image(made.data, "svg").decode()
    assert [f"net · {run}: flip : Bool -o Bool" in image for run in range(3)] == [False, False, True]


def test_a_watch_that_names_its_run_waits_for_it() -> None:
    made = Curve().watch(learned(1), run="a").watch(learned(2), seed=3)
    made.add(0, run="b", loss=1.0)
    made.add(1, seed=3, loss=1.0)
    made.add(2, run="a", loss=1.0)
    assert [(flip.run, flip.steps.tolist()) for flip in made.data.watched] == [("a", [2]), ("3", [1])]


def test_threads_add_while_another_reads() -> None:
    made, steps = Curve(), 30_000
    before = sys.getswitchinterval()

    def train(run: int) -> None:
        for step in range(steps):
            made.add(step, run=str(run), loss=step)

    try:
        sys.setswitchinterval(1e-5)
        with ThreadPoolExecutor(3) as pool:
            trained = [pool.submit(train, run) for run in range(3)]
            while not all(future.done() for future in trained):
                assert made.data.done <= steps
            assert [future.result() for future in trained] == [None] * 3
    finally:
        sys.setswitchinterval(before)
    lines = {line.run: line for line in made.data.lines}
    assert set(lines) == {"0", "1", "2"}
    for line in lines.values():
        assert line.steps.tolist() == line.values.tolist() == list(range(steps))


class Slowly:
    """Calls a function slowly, and tells that it has begun."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self.begun = threading.Event()

    def __call__(self, *arguments: Any) -> Any:
        self.begun.set()
        time.sleep(0.1)
        return self._function(*arguments)


def test_a_thread_waits_while_another_files(monkeypatch: pytest.MonkeyPatch) -> None:
    made, slowly = Curve(), Slowly(recorder.Run)
    monkeypatch.setattr(recorder, "Run", slowly)
    for step in range(10):
        made.add(step, loss=step)
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(lambda: made.data)
        assert slowly.begun.wait(5)
        assert made.data.lines[0].steps.tolist() == list(range(10))
        assert other.result().lines[0].steps.tolist() == list(range(10))


@pytest.mark.usefixtures("shell")
@pytest.mark.parametrize("ended", [Curve.finish, Curve.close])
def test_a_curve_ends_after_the_update_of_another_thread(
    ended: Callable[[Curve], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = Sent(monkeypatch)
    with capture_output():
        made = Curve()
        made.show()
        assert made._output
        monkeypatch.setattr(made._output, "changed", slowly := Slowly(made._output.changed))
        with ThreadPoolExecutor(1) as pool:
            added = pool.submit(lambda: made.add(0, loss=1.0))
            assert slowly.begun.wait(5)
            ended(made)
            assert added.result() is None
    assert [live.spec["final"] for live in sent.shown] == [False, True]


def test_a_tensor_is_recorded_before_its_thread_trains_on(monkeypatch: pytest.MonkeyPatch) -> None:
    class Taken(deque[Any]):
        """What is added is taken by another thread before `add` goes on."""

        def append(self, item: Any) -> None:
            super().append(item)
            while self:
                time.sleep(0.001)

    neuron = learned(1)
    made = Curve().watch(neuron, every=1)
    made._added = Taken()
    monkeypatch.setattr(made._watches[0], "step", Slowly(made._watches[0].step))

    def train() -> None:
        made.add(0, loss=1.0)
        with torch.no_grad():
            neuron.learned["flip"].fill_(9)

    with ThreadPoolExecutor(1) as pool:
        trained = pool.submit(train)
        while not trained.done():
            assert len(made.data.lines) <= 1
        assert trained.result() is None
    assert made.data.watched[0].values[:, 0, 0].tolist() == [1]


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda made: pickle.loads(pickle.dumps(made))])
def test_a_curve_is_copied_with_what_it_records(copied: Callable[[Curve], Curve]) -> None:
    made = Curve("digits", total=3).watch(learned(1), every=1)
    made.add(0, loss=1.0)
    other = copied(made)
    other.add(1, loss=2.0)
    made.add(1, loss=3.0)
    assert [curve.data.lines[0].values.tolist() for curve in (made, other)] == [[1, 3], [1, 2]]
    assert [curve.data.watched[0].steps.tolist() for curve in (made, other)] == [[0, 1], [0, 1]]


def test_without_a_step_the_curve_counts() -> None:
    made = Curve()
    for number in range(3):
        made.add(loss=number)
        if number == 1:
            made.add(accuracy=0.5)  # of the same step
        made.add(run="other", loss=number, accuracy=1)
    assert [(line.metric, line.run, line.steps.tolist()) for line in made.data.lines] == [
        ("loss", "", [0, 1, 2]),
        ("loss", "other", [0, 1, 2]),
        ("accuracy", "other", [0, 1, 2]),
        ("accuracy", "", [1]),
    ]


def test_what_is_shown_once_ends_with_its_cell(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = Sent(monkeypatch)
    shell.user_ns["Curve"] = Curve
    with capture_output():
        shell.run_cell("curve = Curve(); curve.show(once=True); curve.add(0, loss=1)\n1/0")
        assert (shell.user_ns["curve"].is_live, sent.shown[-1].spec["final"]) == (False, True)
        count = len(sent.shown)
        shell.run_cell("curve.add(1, loss=1)")
    assert len(sent.shown) == count
