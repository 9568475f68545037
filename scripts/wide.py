"""Which characters take two columns of a terminal, and which none, for the editor's JavaScript.

    python -m scripts.wide

The marks below an error's source line count columns, as Python knows them; a browser does not. The file is
written anew where this Python has newer tables.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Iterator

from cajal_kernel.assist.tokens import EXTENSION

FILE = EXTENSION / "static" / "wide.js"
HEAD = f"// Written by scripts/wide.py, from Unicode {unicodedata.unidata_version}.\n"


def script() -> str:
    """The file: a pattern for either kind of character."""
    wide = _pattern(lambda character: unicodedata.east_asian_width(character) in "WF")
    none = _pattern(lambda character: unicodedata.combining(character) != 0)
    return f"{HEAD}\nexport const WIDE =\n  {wide};\n\nexport const NONE =\n  {none};\n"


def _pattern(belongs: Callable[[str], bool]) -> str:
    ranges = "".join(f"\\u{{{first:x}}}-\\u{{{last:x}}}" for first, last in _ranges(belongs))
    return f"/^[{ranges}]$/u"


def _ranges(belongs: Callable[[str], bool]) -> Iterator[tuple[int, int]]:
    """The first and last of each run of characters that belong."""
    first = None
    for code in range(sys.maxunicode + 2):
        inside = code <= sys.maxunicode and belongs(chr(code))
        if inside and first is None:
            first = code
        elif not inside and first is not None:
            yield first, code - 1
            first = None


if __name__ == "__main__":
    FILE.write_text(script(), encoding="utf-8")
    print(FILE)
