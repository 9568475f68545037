"""Each example in a docstring gives what it shows. `lowered`, which shows a graph, is the fixture."""

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

from .conftest import ROOT

PACKAGES = ("cajal_core", "cajal_kernel", "cajal_experiments")
PATHS = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
#: The examples that each module has, as its source tells.
EXAMPLES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): count
    for path in PATHS
    if (count := path.read_text(encoding="utf-8").count(">>> "))
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_give_what_they_show(
    name: str, lowered: Callable[[str], ir.Graph], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    # The passes of earlier and later folders too, which a module does not import.
    others = {"lowered": lowered, "specialize": specialize, "tabulate": tabulate}
    module = importlib.import_module(name)
    assert doctest.testmod(module, extraglobs={**others, **vars(module)}) == (0, EXAMPLES[name])


def test_meta_an_example_can_fail(capsys: pytest.CaptureFixture[str]) -> None:
    assert doctest.testmod(ModuleType("wrong", ">>> 1 + 1\n3\n")).failed == 1
    assert "Expected:\n    3" in capsys.readouterr().out
