"""The examples in docstrings run. `lowered` in them is the fixture."""

from __future__ import annotations

import doctest
import importlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from cajal_core.ir import graph as ir
from cajal_core.ir.specialize import specialize
from cajal_core.ir.tabulate import tabulate

ROOT = Path(__file__).parents[2]
MODULES = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in sorted((ROOT / "cajal_core").rglob("*.py"))
    if ">>> " in path.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str, lowered: Callable[[str], ir.Graph]) -> None:
    # The passes of earlier and later floors too, which a module does not import.
    others = {"lowered": lowered, "specialize": specialize, "tabulate": tabulate}
    module = importlib.import_module(name)
    failed, run = doctest.testmod(module, extraglobs={**others, **vars(module)})
    assert run
    assert not failed


def test_meta_an_example_can_fail(capsys: pytest.CaptureFixture[str]) -> None:
    assert doctest.testmod(ModuleType("wrong", ">>> 1 + 1\n3\n")).failed == 1
    assert "Expected:\n    3" in capsys.readouterr().out
