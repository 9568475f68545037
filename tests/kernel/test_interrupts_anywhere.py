"""Interrupts at random moments of every phase of a cell: a reply in time, and a whole state."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest

from .conftest import EVEN, NOT, Client

PHASES = {
    "parse": "not (not true)\n" * 500,
    "check": "\n".join(f"def long{i} (n : Nat) : Bool = not (not (even n))" for i in range(100)),
    "compile": "def slow (n : Nat) : Bool = even n\n" + "slow\n" * 20,
    "evaluate": "iter 9 { zero => true | succ y => not y }\n" * 20,
    "picture": "%show wide --as matrix",
    "dynamics": "%show even --as dynamics",
    "trace": "%show let e = even 3 in not e --as trace",
    "undo": "def new (x : Bool) : Bool = not x\n%undo\ndef new (x : Bool) : Bool = x",
    "env": "%env\n%source even\n%nat 10",
    "python": "%%python\nfor i in range(50): program.run(f'def made{i} (x : Bool) : Bool = not x')",
    "curve": "%%python\nfrom cajal_kernel.views import Curve\n"
    "with Curve('c') as curve:\n    for step in range(5_000): curve.add(step, loss=1 / (step + 1))",
}
ADD = "def add (m : Nat) (n : Nat) : Nat = iter m { zero => n | succ k => succ k }"
WIDE = "def wide (m : Nat) (n : Nat) (b : Bool) : Nat = if b then add m n else add n m"
PREPARED = f"{NOT}\n{EVEN}\n{ADD}\n{WIDE}"

# What can be used is what the magics know. Prints the names.
AGREE = """%%python
assert {*program.names} == {*program.entries}, {*program.names} ^ {*program.entries}
print(*program.names)"""

MADE = {"check": 100, "compile": 1, "undo": 1}
"""How many names the cell of a phase makes, all or none."""


@pytest.mark.timeout(3_600)  # for `--thorough`
def test_an_interrupt_at_any_moment(fresh: Client, trials: Callable[[int, int], int]) -> None:
    """It is answered in a second of the kernel's time, or the cell was done. The state is whole."""
    assert fresh.run(PREPARED).status == "ok"
    names = fresh.run(AGREE).printed.split()
    usual = dict[str, float]()
    for phase, text in PHASES.items():
        began = time.monotonic()
        assert fresh.run(text).status == "ok", phase
        usual[phase] = time.monotonic() - began
    dice, stopped, slow = random.Random(2026), 0, list[tuple[str, float]]()
    for trial in range(trials(11, 330)):
        phase = [*PHASES][trial % len(PHASES)]
        assert fresh.run(f"%reset\n{PREPARED}").status == "ok"
        sent = fresh.start(PHASES[phase])
        time.sleep(dice.random() * usual[phase])
        used = fresh.seconds
        fresh.manager.interrupt_kernel()
        reply = fresh.finish(sent).reply
        if reply["status"] == "error":
            assert reply["ename"] == "KeyboardInterrupt", (phase, reply)
            stopped += 1
            slow += [(phase, fresh.seconds - used)] if fresh.seconds - used > 1 else []
        fresh.run("%source not")  # an interrupt behind the end of its cell may stop the next
        outcome = fresh.run(AGREE)
        assert outcome.status == "ok", (phase, outcome.reply)
        after = outcome.printed.split()
        assert after[: len(names)] == names, phase
        if phase != "python":  # whose runs are cells of their own
            assert len(after) - len(names) in (0, MADE.get(phase, 0)), (phase, after)
    assert stopped
    assert slow == []
