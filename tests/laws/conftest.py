"""What the laws need of pytest."""

from __future__ import annotations

from pathlib import Path

import pytest

# beartype looks at a random element of a tuple, so that a syntax tree made while an example is drawn
# moves the state of `random`. Hypothesis warns of that; no example depends on it.
QUIET = pytest.mark.filterwarnings("ignore:Do not use the `random` module")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(QUIET)
