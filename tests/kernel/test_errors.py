"""What is said of a user's mistake, and of one of ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

import cajal_core as cajal
from cajal_kernel.errors import BUG, SHOWN, MagicError, abridged, admitted, python_told


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


@pytest.mark.parametrize(
    ("cell", "helps"),
    [
        ("import torch", ["this is Python, which goes in a cell that begins with `%%python`"]),
        (
            "from math import sqrt\nnot",
            ["this is Python, which goes in a cell that begins with `%%python`", None],
        ),
        ("print(1)", ["this is Python, which goes in a cell that begins with `%%python`"]),
        (
            "x = 1",
            ["a definition is written `def x : A = t`; Python goes in a cell that begins with `%%python`"],
        ),
        (
            "def f(x): return x",
            ["a parameter is written `(x : A)`; Python goes in a cell that begins with `%%python`"],
        ),
        ("id {n}", ["a value of Python comes in by name: begin the cell with `%%cajal -i n`, and write `n`"]),
        ("id $n", ["a value of Python comes in by name: begin the cell with `%%cajal -i n`, and write `n`"]),
        ("nowhere", [None]),
    ],
)
def test_python_in_a_cell_is_told_where_it_goes(cell: str, helps: list[str | None]) -> None:
    program = cajal.Program()
    program.run("def id (n : Nat) : Nat = n")
    with pytest.raises(cajal.CajalError) as caught, python_told(""):
        program.run(cell)
    assert [mistake.help for mistake in caught.value.errors] == helps
    assert "^" in str(caught.value)


def test_python_in_a_cell_of_a_python_notebook() -> None:
    with pytest.raises(cajal.CajalError, match="goes in a cell without `%%cajal`"), python_told("cajal_"):
        cajal.Program().run("import torch")


def test_a_magic_s_mistake_is_text_alone() -> None:
    assert MagicError("what", "hint")._render_traceback_() == ["what", "help: hint"]
