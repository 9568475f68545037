"""The checker of terms is what its rules ask for."""

from __future__ import annotations

import inspect

from cajal_core.checking.rules.checker import Checker
from cajal_core.checking.terms import TermChecker


def asked() -> dict[str, object]:
    return {
        name: value for name, value in vars(Checker).items() if inspect.isfunction(value) and name[0] != "_"
    }


def test_each_method_is_that_of_the_checker() -> None:
    assert asked()
    for name, method in asked().items():
        own = inspect.unwrap(getattr(TermChecker, name))
        assert inspect.signature(own) == inspect.signature(method), name  # type: ignore[arg-type]
