"""Notebooks for the tools around them."""

from __future__ import annotations

import json
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from tests.kernel.conftest import NOT

KERNEL = {
    "kernelspec": {"name": "cajal", "language": "cajal", "display_name": "Cajal"},
    "language_info": {"name": "cajal", "file_extension": ".cajal"},
}
PYTHON = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}

CODE = [
    f"{NOT}\n\n-- is it?\nnot true",
    "%show not --as matrix",
    "%auto on\n-- %auto off\nnot false",
    "%%python\nimport math\n\n\nprint(math.pi)",
    "%%cajal --nat 5\nnot true",
    "{- a comment\n\n%show not\n-}\ntrue",
    # No language of jupytext's has names that look like the start of a string.
    "def x' : Bool = true\ndef y''' : Bool = true",
    "def n : Nat = 5",
    "%%bash\nls",
    "not?",
]


def notebook(*cells: NotebookNode, metadata: dict[str, Any] = KERNEL) -> NotebookNode:
    return new_notebook(cells=list(cells), metadata=json.loads(json.dumps(metadata)))


def codes(*sources: str, **settings: Any) -> NotebookNode:
    return notebook(*(new_code_cell(source) for source in sources), **settings)
