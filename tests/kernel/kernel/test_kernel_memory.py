"""What a kernel keeps of many cells, and what is left of them after `%reset`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psutil
import pytest

from tests.kernel.conftest import NOT, Client

COUNT = """%%python
import gc, linecache
gc.collect()
print(sum(str(type(alive)).startswith("<class 'cajal_core.")
    for alive in gc.get_objects()), len(linecache.cache))"""


def megabytes(client: Client) -> float:
    provisioner: Any = client.manager.provisioner
    return psutil.Process(provisioner.pid).memory_info().rss / 1e6


def alive(client: Client) -> tuple[int, int]:
    """How many objects of the compiler are alive, and how many sources Python keeps."""
    objects, sources = client.run(COUNT).printed.split()
    return int(objects), int(sources)


@pytest.mark.timeout(3_600)  # for `--thorough`
def test_reset_leaves_nothing_of_many_cells(fresh: Client, trials: Callable[[int, int], int]) -> None:
    for text in (NOT, "not true", "%show not --as matrix", "%reset"):
        assert fresh.run(text).status == "ok"
    before, began = alive(fresh), megabytes(fresh)
    many = trials(300, 20_000)
    for first in range(0, many, 100):
        cells = [f"def x{first + i} (b : Bool) : Bool = if b then false else true" for i in range(100)]
        for sent in [fresh.start(text) for text in cells]:
            assert fresh.finish(sent).status == "ok"
    fresh.run("%reset")
    objects, sources = (after - first for after, first in zip(alive(fresh), before, strict=True))
    assert objects < 30  # of thousands: less than those of one cell
    assert sources < 10  # the Python of Cajal cells is one
    # What was freed stays with the process, in blocks that hold the text of some cells too.
    assert megabytes(fresh) - began < 10 + many * 0.0025


def test_the_text_of_a_cell_is_kept_once(shared: Client) -> None:
    shared.run(NOT)
    outcome = shared.run("%%python\nprint(any(program.state.entries['not'].text is cell for cell in In))")
    assert outcome.printed.strip() == "True"
