"""Where a live picture goes in a page: the class of its static output, which is the same at every run."""

from __future__ import annotations

import itertools
import os
from hashlib import blake2b

from IPython.core.getipython import get_ipython

_COUNT = itertools.count()


def new_slot() -> str:
    """A class that no other output has, and that the same notebook, run again from the start, has again.

    It is made of the notebook, of the cell with its number, and of how many pictures came before. The name of
    the notebook matters, since JupyterLab can show two in one page, and the cell, since a page can still show
    what another kernel made. A random class would change the file of the notebook at every run.

    Example:
        >>> new_slot() == new_slot()
        False
    """
    shell = get_ipython()
    cells = [] if shell is None or shell.history_manager is None else shell.history_manager.input_hist_raw
    notebook, cell = os.environ.get("JPY_SESSION_NAME", ""), "".join(cells[-1:])
    made_of = f"{notebook}\n{next(_COUNT)}\n{len(cells)}\n{cell}"
    return f"cajal-{blake2b(made_of.encode(errors='replace'), digest_size=12).hexdigest()}"
