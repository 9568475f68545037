"""What is different where cells are typed at a prompt, as in `jupyter console`."""

from __future__ import annotations

from typing import Any

from IPython.core.interactiveshell import ExecutionInfo

LEAVE = ("exit", "quit", "exit()", "quit()")
"""Cells that leave a console, as IPython has them. A definition of that name comes first."""


class Prompt:
    """Whether the running cell was typed at a prompt.

    No front end says what it can show. But one with a prompt asks whether a cell is complete, and sends the
    same cell next; a notebook never asks.
    """

    def __init__(self) -> None:
        self._asked = ""
        self.typed = False

    def asked(self, code: str) -> None:
        """A front end wants to know whether the cell is complete."""
        self._asked = code.strip()

    def begin(self, info: ExecutionInfo) -> None:
        """A cell begins to run."""
        self.typed = bool(self._asked) and str(info.raw_cell).strip() == self._asked
        self._asked = ""

    def without_images(self, message: dict[str, Any]) -> dict[str, Any]:
        """A message as a prompt can show it: a terminal would open a viewer in place of the text.

        Where there is no HTML the image is all there is, as of a figure that Python drew, and stays.
        """
        data = message["content"].get("data", {})
        if self.typed and "text/html" in data:
            kept = {kind: value for kind, value in data.items() if not kind.startswith("image/")}
            message["content"]["data"] = kept
        return message
