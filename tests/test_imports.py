"""What loading the extension loads: nothing slow."""

from __future__ import annotations

import subprocess
import sys

import pytest

from .conftest import ROOT

SLOW = ("torch", "numpy", "matplotlib", "anywidget", "ipywidgets", "ipykernel", "scipy")


def loaded(statement: str, *names: str) -> set[str]:
    """Those of some modules, else of the slow ones, that a statement loads in a new Python."""
    code = f"{statement}\nimport sys\nprint(*(name for name in {names or SLOW} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stdout.split())


@pytest.mark.parametrize("module", ["cajal_kernel", "cajal_kernel.magics.magics", "cajal_kernel.__main__"])
def test_nothing_slow_is_loaded(module: str) -> None:
    assert loaded(f"import {module}") == set()


def test_assistance_needs_no_ipython() -> None:
    """A language server can use it."""
    modules = [path.stem for path in (ROOT / "cajal_kernel" / "assist").glob("[!_]*.py")]
    assert {"completion", "hover"} <= {*modules}
    names = ", ".join(f"cajal_kernel.assist.{module}" for module in modules)
    assert loaded(f"import {names}", "IPython", *SLOW) == set()


def test_a_picture_loads_matplotlib_only_for_a_png() -> None:
    kinds = [path.parent.name for path in (ROOT / "cajal_kernel" / "views").glob("*/picture.py")]
    assert {"matrix", "explorer", "graph", "dynamics", "trace", "comparison"} <= {*kinds}
    names = ", ".join(f"cajal_kernel.views.{kind}.picture" for kind in kinds)
    pictures = f"import {names}\nfrom cajal_kernel.views import bundles, environment"
    pictures += "\nfrom cajal_kernel.views.curves import plot, recorder"
    assert loaded(pictures) == {"numpy"}
    drawn = "plot.curves_image(recorder.Curve().data, 'png')"
    assert loaded(f"{pictures}\n{drawn}") == {"numpy", "matplotlib"}


def test_these_tests_can_fail() -> None:
    assert "numpy" in loaded("import cajal_kernel.views.matrix")
    assert loaded("from cajal_kernel.views import Curve", "IPython") == {"IPython"}
