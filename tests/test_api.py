"""Every public name is in the API reference, with a docstring and an example, which test_docstrings runs."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

import pytest

import cajal_core
import cajal_experiments
import cajal_kernel
from cajal_kernel import views
from cajal_kernel.comparing import Comparison

from .conftest import ROOT

PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
DOCUMENTED = re.findall(r"^\.\. (?:auto|py:)\w+:: ([\w.]+)$", PAGE, re.MULTILINE)
#: Every public name. What is neither class nor function, such as a union of types, has no docstring.
PUBLIC: dict[str, Any] = {
    **{name: getattr(cajal_core, name) for name in cajal_core.__all__},
    "cajal_kernel.load_ipython_extension": cajal_kernel.load_ipython_extension,
    "cajal_kernel.compare": cajal_kernel.compare,
    "cajal_kernel.comparing.Comparison": Comparison,
    **{f"cajal_kernel.views.{name}": getattr(views, name) for name in views.__all__},
    **{f"cajal_experiments.{name}": getattr(cajal_experiments, name) for name in cajal_experiments.__all__},
}
HELD = {name: value for name, value in PUBLIC.items() if inspect.isclass(value) or inspect.isfunction(value)}


def members(owner: type) -> Iterator[tuple[str, Any]]:
    """The public methods and properties that a class of ours defines, its bases of ours included."""
    for base in owner.__mro__:
        if base.__module__.startswith("cajal"):
            for name, member in vars(base).items():
                member = member.fget if isinstance(member, property) else member  # noqa: PLW2901
                if name[0] != "_" and inspect.isfunction(member):
                    yield name, member


def examples(value: Any) -> list[str]:
    """The docstrings that have an example: of a class or function, and of the methods of a class."""
    held = [value, *[member for _, member in members(value)]] if inspect.isclass(value) else [value]
    return [text for documented in held if ">>> " in (text := documented.__doc__ or "")]


def undocumented(name: str, value: Any) -> list[str]:
    """What of a public name has no docstring, or no example."""
    faults = [] if examples(value) and ">>>" in (value.__doc__ or "") else [f"{name} has no example"]
    if inspect.isclass(value):
        faults += [
            f"{name}.{inner} has no docstring" for inner, member in members(value) if not member.__doc__
        ]
    return faults


def test_the_reference_has_every_public_name() -> None:
    assert len(DOCUMENTED) == len(set(DOCUMENTED))
    assert set(DOCUMENTED) == set(PUBLIC)


@pytest.mark.parametrize("name", HELD)
def test_a_public_name_is_documented(name: str) -> None:
    assert undocumented(name, HELD[name]) == []


def test_meta_a_name_can_be_undocumented() -> None:
    class Shown:
        """Shows something.

        >>> 1 + 1
        2
        """

    class Silent:
        """Shows nothing."""

        __module__ = "cajal_core"

        def method(self) -> None:
            pass

    assert undocumented("Shown", Shown) == []
    assert undocumented("Silent", Silent) == ["Silent has no example", "Silent.method has no docstring"]
