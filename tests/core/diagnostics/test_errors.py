"""The exceptions: what they hold, and what terminal and notebook show of them."""

import doctest

import pytest

from cajal_core import CajalError, InternalError
from cajal_core.base import tys
from cajal_core.diagnostics import errors, mistake
from cajal_core.diagnostics.errors import raise_all, require, require_same
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
