"""What is said of a user's mistake, and of one of ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

import cajal_core as cajal
from cajal_kernel.errors import BUG, SHOWN, MagicError, abridged, admitted


def noted(run: Callable[[], Any]) -> bool:
    """Whether the exception of a call says that it is a bug of Cajal."""
    try:
        with admitted():
            run()
    except Exception as error:  # noqa: BLE001  # of any class
        return BUG in getattr(error, "__notes__", ())
    pytest.fail("it raised nothing")


def linked(function: Callable[..., Any]) -> Callable[[], Any]:
    """A run of a neuron that calls a function on a vector of Bool, and did so before when it was linked."""
    program = cajal.Program()
    program.run("extern f : Bool -o Bool\ndef g (x : Bool) : Bool = f x")
    program.link(f=lambda x: x if len(x) == 2 else function(x))
    neuron = program["g"]
    return lambda: neuron(torch.tensor([1.0, 0.0]))


def test_a_failure_in_cajal_is_a_bug() -> None:
    assert noted(lambda: cajal.dim("no type"))  # type: ignore[arg-type]
    assert not noted(lambda: cajal.Program().run("nowhere"))


def test_a_failure_in_what_is_linked_is_none() -> None:
    def wrong(_: Any) -> Any:
        raise RuntimeError("of the user's own")

    assert not noted(linked(wrong))
    assert not noted(linked(torch.inverse))  # in C, with no frame of its own


def test_a_failure_in_cajal_below_what_is_linked_is_a_bug() -> None:
    assert noted(linked(lambda _: cajal.dim("no type")))  # type: ignore[arg-type]


def test_of_many_mistakes_the_first_are_kept() -> None:
    with pytest.raises(cajal.CajalError) as caught, abridged():
        cajal.Program().run("nowhere\n" * (SHOWN + 5))
    assert len(caught.value.errors) == SHOWN + 1
    assert caught.value.errors[-1].title == "… and 5 more mistakes"


def test_a_magic_s_mistake_is_text_alone() -> None:
    assert MagicError("what", "hint")._render_traceback_() == ["what", "help: hint"]


def test_what_a_magic_says_is_of_some_length() -> None:
    name = "x" * 100_000
    error = MagicError(f"there is no extern `{name}`.\nIt is `{name}`.", f"Declare it: extern {name} : A")
    first, second, hint = str(error).split("\n")
    assert all(len(line) < 300 for line in (first, second, hint))
    assert (first[-2:], hint[-4:]) == ("`.", " : A")
