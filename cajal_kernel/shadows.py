"""Files of a user that hide a library: a `torch.py` beside the notebook is imported in place of torch."""

from __future__ import annotations

import re
import sys
from importlib.machinery import PathFinder
from pathlib import Path
from traceback import walk_tb


def shadow(error: BaseException) -> tuple[Path, str] | None:
    """The file that made something fail, and the library that it hides; None where it was no such file.

    It was one if the error names the library, or went through the file.
    """
    try:
        folder = Path.cwd()
    except OSError:  # it was removed
        return None
    passed = {Path(frame.f_code.co_filename) for frame, _ in walk_tb(error.__traceback__)}
    loaded = {Path(file) for module in [*sys.modules.values()] if (file := getattr(module, "__file__", None))}
    for file in passed | loaded:
        place = file.parent if file.stem == "__init__" else file
        name = place.stem
        if place.parent != folder or not (file in passed or _names(error, name)):
            continue
        elsewhere = [entry for entry in sys.path if entry and Path(entry) != folder]
        if PathFinder.find_spec(name, elsewhere):
            return place, name
    return None


def _names(error: BaseException, library: str) -> bool:
    return re.search(rf"\b{re.escape(library)}\b", str(error), re.IGNORECASE) is not None
