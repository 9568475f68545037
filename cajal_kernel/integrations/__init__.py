"""Cajal in the tools around a notebook. Each module plugs into one of them, and is imported only with it."""

from __future__ import annotations

import sys
from importlib.util import find_spec


def jupytext_command(arguments: list[str]) -> int:
    """`python -m cajal_kernel jupytext …`: jupytext's own command, which knows Cajal here."""
    if find_spec("jupytext") is None:
        print("jupytext is not installed. `pip install jupytext` installs it.", file=sys.stderr)
        return 1
    from jupytext.cli import jupytext

    from cajal_kernel.integrations.jupytext import register

    register()
    return jupytext(arguments) or 0
