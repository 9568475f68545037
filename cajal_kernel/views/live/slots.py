"""Where a live picture goes in a page, and whether there is a page."""

from __future__ import annotations

import itertools
import os
from hashlib import blake2b
from typing import Any

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


def is_in_a_notebook() -> bool:
    """Whether a kernel runs this, and no terminal.

    Example:
        >>> is_in_a_notebook()
        False
    """
    return getattr(get_ipython(), "kernel", None) is not None


def execution() -> int:
    """The number of the cell that runs, 0 where there are none."""
    return getattr(get_ipython(), "execution_count", 0)


def is_in_a_page() -> bool:
    """Whether what is displayed now can come to life in a page.

    A notebook in a browser names the cell that it runs, in the metadata of its request. nbclient, which runs
    notebooks for nbconvert, papermill and the like, does not, and neither does a console: nothing there draws
    a widget, and nbclient would write its whole state into the notebook.

    Example:
        >>> is_in_a_page()  # nobody has sent a request
        True
    """
    request: Any = getattr(get_ipython(), "get_parent", dict)()
    return request.get("msg_type") != "execute_request" or "cellId" in request.get("metadata", {})
