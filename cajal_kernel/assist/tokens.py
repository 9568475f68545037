"""The words and signs of Cajal for all that colours it: the Pygments lexer here, the editor in JupyterLab.

The list is a file of the JupyterLab extension, since a browser reads it too.
"""

from __future__ import annotations

import json
from pathlib import Path

EXTENSION = Path(__file__).parents[1] / "labextension"

_TOKENS = json.loads((EXTENSION / "static" / "tokens.json").read_text(encoding="utf-8"))

WORDS: dict[str, list[str]] = _TOKENS["words"]
"""The reserved words, by what they are: declaration, control, boolean, number, type."""

OPERATORS: list[str] = _TOKENS["operators"]
BRACKETS: list[str] = _TOKENS["brackets"]

SYMBOLS: dict[str, str] = _TOKENS["symbols"]
r"""What Tab makes of a name with a backslash: `\lambda` is λ."""
