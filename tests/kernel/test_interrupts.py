"""Interrupts at bad moments: within an import, within a picture, twice in a row."""

from __future__ import annotations

import gc
import io
import signal
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from cajal_kernel.interrupts import held, only_within, stoppable

from .conftest import EVEN, NOT, Client

# A finder that finds nothing: what it is asked for is about to be imported, at which moment it interrupts.
IMPATIENT = """%%python
import signal, sys
class Impatient:
    def __init__(self, *names):
        self.names = {*names}
    def find_spec(self, name, path=None, target=None):
        if name in self.names:
            self.names.discard(name)
            signal.raise_signal(signal.SIGINT)
"""


@pytest.fixture(autouse=True)
def _interruptible() -> Iterator[None]:
    """Python's own handler of SIGINT. A shell lets its background jobs ignore it, and then Python sets none.

    A kernel needs no such help: ipykernel sets the handler for the time of each request.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def interrupt() -> None:
    signal.raise_signal(signal.SIGINT)


@contextmanager
def struck() -> Iterator[list[str]]:
    """What is appended in the block before an interrupt ends it, which it must."""
    done: list[str] = []
    try:
        yield done
    except KeyboardInterrupt:
        return
    pytest.fail("no interrupt came")


def test_an_interrupt_strikes_at_once() -> None:
    with struck() as done, stoppable():
        interrupt()
        done.append("behind")
    assert done == []


def test_an_import_ends_before_the_interrupt_strikes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "interrupted_module.py").write_text(
        "import signal\nsignal.raise_signal(signal.SIGINT)\nwhole = True\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    with struck() as done, stoppable():
        module = import_module("interrupted_module")
        done.extend(["inside"] * module.whole)
        time.sleep(20)  # the work that the interrupt is meant for
        done.append("behind")
    assert done == ["inside"]


def test_a_block_ends_before_the_interrupt_strikes() -> None:
    with struck() as done:
        with held():
            interrupt()
            done.append("inside")
        done.append("behind")
    assert done == ["inside"]


def interruptible() -> None:
    time.sleep(0.01)


class Node:
    """What a cycle or a weak reference is made with."""

    itself: Node | None = None


class Mortal(Node):
    """It interrupts when it dies, at which moment Python swallows what is raised."""

    def __del__(self) -> None:
        interrupt()


def collect(kind: type[Node]) -> weakref.ref[Node]:
    cycle = kind()
    cycle.itself = cycle
    reference = weakref.ref(cycle, lambda _: interrupt())
    del cycle
    gc.collect()
    return reference


def let_go(kind: type[Node]) -> weakref.ref[Node]:
    return weakref.ref(kind(), lambda _: interrupt())


@pytest.mark.parametrize("end", [collect, let_go])
@pytest.mark.parametrize("kind", [Node, Mortal])
@pytest.mark.parametrize("block", [stoppable, lambda: only_within(interruptible)])
@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_an_interrupt_that_python_swallows_strikes_again(
    end: Callable[[type[Node]], object], kind: type[Node], block: Callable[[], AbstractContextManager[None]]
) -> None:
    with struck() as done, block():
        end(kind)
        done.append("inside")
        last = time.monotonic() + 20
        while time.monotonic() < last:
            interruptible()
        done.append("behind")
    assert done in ([], ["inside"])


def test_what_else_python_swallows_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []
    monkeypatch.setattr("sys.unraisablehook", lambda error: told.append(error.exc_value))

    class Broken:
        def __del__(self) -> None:
            raise ValueError("broken")

    with stoppable():
        Broken()
    assert [str(error) for error in told] == ["broken"]


def test_an_interrupt_waits_for_a_drawing() -> None:
    import matplotlib.figure

    class Impatient(matplotlib.figure.Figure):
        def draw(self, renderer: Any) -> None:
            interrupt()
            super().draw(renderer)
            done.append("drawn")

    with struck() as done, stoppable():
        Impatient().savefig(io.BytesIO(), format="png")
        time.sleep(20)
    assert "drawn" in done


def test_a_block_in_a_block_ends_too() -> None:
    with struck() as done, stoppable(), held():
        with held():
            interrupt()
        done.append("inside")
    assert done == ["inside"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_other_threads_have_no_interrupts() -> None:
    done: list[str] = []

    def work() -> None:
        with held(), stoppable():
            done.append("inside")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == ["inside"]


def test_an_interrupt_while_a_picture_is_loading_spoils_none(fresh: Client) -> None:
    names = ("torch", "torch.fx", "sympy.printing", "matplotlib.lines", "matplotlib.axes", "anywidget.widget")
    definitions = f"program.run({NOT!r}); program.run({EVEN!r})"  # which needs no torch
    fresh.run(f"{IMPATIENT}{definitions}\nsys.meta_path.insert(0, Impatient{names})")
    outcomes = [fresh.run("%show even --as dynamics") for _ in names]
    errors = [error["ename"] for outcome in outcomes for error in outcome.of("error")]
    assert "KeyboardInterrupt" in errors
    assert set(errors) == {"KeyboardInterrupt"}
    assert fresh.run("%show even --as dynamics").texts[0].startswith("even : iter\n")


def test_a_second_interrupt_keeps_the_curve(fresh: Client) -> None:
    code = """from cajal_kernel.views import Curve
sys.meta_path.insert(0, Impatient("matplotlib"))
with Curve("digits") as curve:
    for step in range(10):
        curve.add(step, loss=1 / (step + 1))
    signal.raise_signal(signal.SIGINT)"""
    outcome = fresh.run(IMPATIENT + code)
    assert outcome.reply["ename"] == "KeyboardInterrupt"
    (settled,) = outcome.of("update_display_data")
    assert "<img" in settled["data"]["text/html"]
    assert settled["data"]["text/plain"].startswith("digits: 10 steps")


# Interrupts at the hundredth call of a function of a file.
WITHIN = """%%python
import signal, sys
def within(file, calls=[]):
    def watch(frame, event, _):
        if event == "call" and frame.f_code.co_filename.endswith(file):
            calls.append(file)
            if calls.count(file) == 100:
                sys.setprofile(None)
                signal.raise_signal(signal.SIGINT)
    sys.setprofile(watch)
"""
LONG = "def long (n : Nat) : Bool = not (not (even n))\n" * 20 + "long"


@pytest.mark.parametrize(
    "file",
    [
        "syntax/lexer.py",
        "parsimonious/expressions.py",
        "syntax/tree_builder.py",
        "checking/terms.py",
        "ir/lower.py",
        "backend/emit.py",
    ],
)
def test_an_interrupt_stops_each_pass(shared: Client, file: str) -> None:
    shared.run(f"{NOT}\n{EVEN}")
    shared.run(f"{WITHIN}within({file!r})")
    outcome = shared.run(LONG)
    assert outcome.reply["ename"] == "KeyboardInterrupt"
    assert outcome.reply["traceback"] == [
        "KeyboardInterrupt: the cell was stopped. Definitions made before it are kept."
    ]
    assert shared.run("even 3").texts == ["even 3 : Bool = false"]
    assert shared.run(LONG).status == "ok"


def test_an_interrupt_before_a_cell_runs_costs_no_reply(shared: Client) -> None:
    early = WITHIN.replace("== 100", "== 3")
    shared.run(f"{early}within('inputtransformer2.py')")
    outcome = shared.finish(shared.start("%%python\nx = 1\nx"), timeout=60)
    assert outcome.status in ("ok", "error")
    assert shared.run("(true : Bool)").status == "ok"


def test_an_interrupt_of_a_request_costs_no_reply(shared: Client) -> None:
    code = """%%python
import signal, sys
def watch(frame, event, _):
    if event == "call" and frame.f_code.co_name == "execute_request":
        sys.setprofile(None)
        signal.raise_signal(signal.SIGINT)
sys.setprofile(watch)"""
    shared.run(code)
    assert shared.finish(shared.start("(true : Bool)"), timeout=60).status == "ok"


def test_an_interrupt_stops_the_parser_in_time(shared: Client) -> None:
    sent = shared.start("not (not true)\n" * 6_600)  # as much as a cell may hold
    shared.wait_for(sent, "execute_input")
    time.sleep(0.3)
    used, began = shared.seconds, time.monotonic()
    shared.manager.interrupt_kernel()
    assert shared.finish(sent).reply["ename"] == "KeyboardInterrupt"
    assert shared.seconds - used < 1  # all the time that it takes where the machine does nothing else
    assert time.monotonic() - began < 30
