"""The classes of live pictures: no two the same, and each the same at every run."""

from __future__ import annotations

import os
import re
from pathlib import Path

from cajal_kernel.views.live.slots import new_slot
from tests.kernel.conftest import EVEN, NOT, started


def test_no_two_are_the_same() -> None:
    slots = [new_slot() for _ in range(100)]
    assert len(set(slots)) == 100
    assert all(re.fullmatch("cajal-[0-9a-f]{24}", slot) for slot in slots)


def test_a_notebook_is_the_same_at_every_run(kernels: Path) -> None:  # noqa: ARG001
    cells = [
        f"{NOT}\n{EVEN}",
        "%show even --as dynamics",
        "%show even --as dynamics",
        "%%python\nfrom cajal_kernel.views import Curve\nCurve('a').show()",
    ]

    def ran(notebook: str, cells: list[str]) -> list[str]:
        kernel = started(env={**os.environ, "JPY_SESSION_NAME": notebook})
        try:
            bundles = [bundle for code in cells for bundle in kernel.run(code).bundles]
        finally:
            kernel.close()
        return [re.sub("[0-9.]+ s", "", bundle["text/html"]) for bundle in bundles]

    first = ran("a.ipynb", cells)
    slots = re.findall("cajal-[0-9a-f]{24}", "".join(first))
    assert len(slots) == len(set(slots)) == 3
    assert ran("a.ipynb", cells) == first
    others = re.findall("cajal-[0-9a-f]{24}", "".join(ran("b.ipynb", [cells[-1]] * len(slots))))
    assert len(others) == len(slots)
    assert set(slots).isdisjoint(others)
