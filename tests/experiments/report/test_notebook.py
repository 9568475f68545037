"""What a notebook shows of a study."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from IPython.testing.globalipapp import get_ipython
from IPython.utils.capture import RichOutput, capture_output
from runs import study

from cajal_experiments.report.notebook import show


@pytest.fixture(scope="module", autouse=True)
def shell() -> Iterator[None]:
    get_ipython()
    yield
