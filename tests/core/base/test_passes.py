"""The hook of the driver: what it times, checks again and shows."""

from __future__ import annotations

from time import sleep
from typing import Any

import pytest

from cajal_core.base import passes as module
from cajal_core.base.passes import Passes, Timings


def refuse(result: object) -> None:
    raise ValueError(f"{result} is refused")


def test_a_result_is_checked_again_where_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "VERIFY_ALL", False)
    assert Passes().run("one", lambda: 1, refuse) == 1
    with pytest.raises(ValueError, match="1 is refused"):
        Passes(verify=True).run("one", lambda: 1, refuse)
    monkeypatch.setattr(module, "VERIFY_ALL", True)
    with pytest.raises(ValueError, match="1 is refused"):
        Passes().run("one", lambda: 1, refuse)


def test_the_observer_sees_passes_that_run_inside_no_other() -> None:
    seen = list[tuple[str, Any]]()
    passes = Passes(observe=lambda name, result: seen.append((name, result)))
    passes.run("outer", lambda: passes.run("inner", lambda: 1) + 1)
    passes.run("last", lambda: 3)
    assert seen == [("outer", 2), ("last", 3)]


def test_a_pass_is_timed_without_those_inside_it() -> None:
    passes = Passes()

    def outer() -> None:
        passes.run("inner", lambda: sleep(0.05))
        passes.run("inner", lambda: sleep(0.05))

    passes.run("outer", outer)
    assert list(passes.timings) == ["inner", "outer"]
    assert passes.timings["inner"] >= 0.1
    assert passes.timings["outer"] < 0.05


def test_timings_print_as_a_table_and_add_up() -> None:
    timings = Timings({"lower": 0.25})
    total = timings.plus(Timings({"lower": 0.25, "emit": 0.0125}))
    assert timings == {"lower": 0.25}
    assert str(total) == "lower   500.00 ms\nemit     12.50 ms\ntotal   512.50 ms"


def test_a_pass_that_raises_leaves_the_hook_as_it_was() -> None:
    seen = list[str]()
    passes = Passes(observe=lambda name, _: seen.append(name))
    with pytest.raises(ZeroDivisionError):
        passes.run("wrong", lambda: 1 // 0)
    passes.run("right", lambda: 1)
    assert seen == ["right"]
