"""The exceptions: what they hold, and what terminal and notebook show of them."""

import doctest
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

import pytest
import torch

import cajal_core as cajal
from cajal_core import CajalError, InternalError
from cajal_core.base import tys
from cajal_core.diagnostics import errors, mistake
from cajal_core.diagnostics.errors import raise_all, require, require_same, users_frames
from cajal_core.diagnostics.render import render
from cajal_core.diagnostics.runtime import BadNatSize, BadOverflow

SIZE, OVERFLOW = BadNatSize(0), BadOverflow("wrap")


def test_each_mistake_is_shown_below_the_one_before() -> None:
    error = CajalError(SIZE, OVERFLOW)
    assert error.errors == (SIZE, OVERFLOW)
    assert str(error) == f"{render(SIZE)}\n\n{render(OVERFLOW)}"
    assert "\n".join(error._render_traceback_()) == str(error)


def test_an_error_without_a_mistake_is_a_bug() -> None:
    with pytest.raises(InternalError, match="This is a bug in Cajal; please report it"):
        CajalError()


def test_mistakes_are_raised_together_if_there_are_any() -> None:
    raise_all([])
    with pytest.raises(CajalError) as caught:
        raise_all(iter([SIZE, OVERFLOW]))
    assert caught.value.errors == (SIZE, OVERFLOW)


def test_the_examples_run() -> None:
    for module, examples in ((errors, 2), (mistake, 1)):
        ran = doctest.testmod(module)
        assert (ran.failed, ran.attempted >= examples) == (0, True)


def test_a_rule_that_does_not_hold_is_a_bug() -> None:
    require(True, "never said")
    with pytest.raises(InternalError, match="two arms are missing"):
        require(False, "two arms are missing")


def test_types_that_differ_are_a_bug() -> None:
    require_same(tys.Nat(3), tys.Nat(3))
    with pytest.raises(InternalError, match=r"expected Nat\[3\], got Bool"):
        require_same(tys.Nat(3), tys.Bool())


def test_types_that_are_the_same_are_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tys.Bool, "__str__", None)
    require_same(tys.Bool(), tys.Bool())


def test_the_users_frames_are_those_of_neither_library() -> None:
    neuron = cajal.Program().compile(r"\x:Bool. x")

    def mine(given: object) -> None:
        torch.nn.Sequential(neuron)(given)

    with pytest.raises(cajal.CajalError) as caught:
        mine(torch.rand(3))
    names = list[str]()
    frames = users_frames(caught.value.__traceback__)
    while frames:
        names.append(frames.tb_frame.f_code.co_name)
        frames = frames.tb_next
    assert names[:2] == ["test_the_users_frames_are_those_of_neither_library", "mine"]
    assert not {"forward", "_result", "run", "prepare", "_call_impl"} & {*names}


def test_the_standard_library_has_no_frames_of_the_user() -> None:
    ours: dict[str, Any] = {"__name__": "cajal_kernel.magics", "parser": ArgumentParser()}
    exec("def read():\n    parser.parse_args(0)", ours)
    with pytest.raises(TypeError) as caught:
        ours["read"]()
    traceback = caught.value.__traceback__
    assert traceback is not None
    assert users_frames(traceback.tb_next) is None


@pytest.mark.parametrize(
    ("provoke", "is_of_use"),
    [
        (lambda program: program.run("nope"), False),
        (lambda program: program.compile("nope"), False),
        (lambda program: program["not"](torch.rand(3)), True),
        (lambda program: program.compile("f")(torch.rand(2)), True),
        (lambda program: program.link(f=3), True),
        (lambda program: program.compile("long")(torch.full((2, 2), 9.0), torch.eye(200)[199]), True),
    ],
    ids=range(6),
)
def test_a_mistake_of_use_is_told_from_one_in_cajal(
    provoke: Callable[[cajal.Program], object], is_of_use: bool
) -> None:
    program = cajal.load(
        "def not (x : Bool) : Bool = if x then false else true\nextern f : Bool -o Bool\n"
        "def long (!f : Bool -o Bool) (n : Nat[200]) : Bool = iter n { zero => true | succ y => f y }"
    )
    with pytest.raises(cajal.CajalError) as caught:
        provoke(program)
    assert [mistake.is_of_use for mistake in caught.value.errors] == [is_of_use]
