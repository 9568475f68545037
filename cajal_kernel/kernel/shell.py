"""The shell of the kernel: IPython's own, which reads cells as Cajal.

`transform_cell` is the only step that differs: every cell becomes Python before it runs. Counts, `In` and
`Out`, interrupts and errors stay IPython's.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.history import HistoryManager
from IPython.core.interactiveshell import ExecutionResult

import cajal_core as cajal
from cajal_kernel.assist import cells
from cajal_kernel.assist.hover import inspection
from cajal_kernel.errors import MagicError
from cajal_kernel.kernel.prompt import LEAVE
from cajal_kernel.magics.magics import register
from cajal_kernel.magics.python_notebook import matcher
from cajal_kernel.session import Session


class CajalHistory(HistoryManager):
    """History in a file of its own: Cajal cells make no sense in IPython's, nor Python's in ours."""

    def _get_hist_file_name(self, profile: str | None = None) -> Path:
        return Path(self.shell.profile_dir.location) / "cajal_history.sqlite"


class CajalShell(ZMQInteractiveShell):
    """IPython's shell with one Cajal program in it, which Python cells see as `program`."""

    cajal: Session
    in_python = False
    """Whether a Python cell runs: what it gives IPython to run, by `%timeit` or `run_cell`, is Python too."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        session = Session(self, prefix="")
        register(self, session)
        self.Completer.custom_matchers.append(matcher(session))  # for `%link`, and cells that IPython reads
        self.init_user_ns()

    def init_user_ns(self) -> None:
        """IPython calls this once more when it clears Python's names."""
        super().init_user_ns()
        if self.history_manager is not None:  # cells as they were written, not the Python they became
            self.user_ns["In"] = self.user_ns["_ih"] = self.history_manager.input_hist_raw
        if hasattr(self, "cajal"):
            self.user_ns["program"] = self.cajal.program

    def init_history(self) -> None:
        """As IPython's own, but with our file."""
        self.history_manager = CajalHistory(shell=self, parent=self)
        configurables: list[Any] = self.configurables
        configurables.append(self.history_manager)

    def transform_cell(self, raw_cell: str) -> str:  # type: ignore[override]  # the base infers LiteralString
        """A cell as Python. It is called twice a cell, so it has no effect of its own."""
        cell = cells.read(raw_cell)
        if cell.kind == "python":
            if cell.arguments:
                raise MagicError(f"%%python: it takes no arguments, got `{cell.arguments}`.")
            # Frames of a Python error count the lines of the cell, its magic included.
            return "\n" + super().transform_cell(cell.body)
        if self.in_python:
            return super().transform_cell(raw_cell)
        if cell.kind == "ipython":
            if inspection(self.cajal.program, cell.asked, matrix=False) is not None:
                return f"get_ipython().describe({cell.asked!r})\n"
            return super().transform_cell(raw_cell)
        if raw_cell.strip() in LEAVE and raw_cell.strip() not in self.cajal.program.names:
            return "get_ipython().ask_exit()\n"
        parts = cells.parts(raw_cell)
        return "".join(
            super(CajalShell, self).transform_cell(part.text)
            if part.magic
            else f"get_ipython().run_cajal({part.text!r}, last={part is parts[-1]})\n"
            for part in parts
        )

    async def run_cell_async(self, raw_cell: str, *arguments: Any, **options: Any) -> ExecutionResult:
        """As IPython's own, which all cells go through. One of Cajal is taken over whole or not at all."""
        outside, kind, program = self.in_python, cells.read(raw_cell).kind, self.cajal.program
        self.in_python = outside or kind == "python"
        began = program.begin() if kind == "cajal" and not outside else None
        try:
            result = await super().run_cell_async(raw_cell, *arguments, **options)
            if began:
                program.end(began, succeeded=bool(result.success))
            return result
        finally:
            self.in_python = outside

    def run_cajal(self, text: str, last: bool) -> cajal.Result | None:
        """What a Cajal part of a cell becomes. The value of the cell's last term goes to `Out`."""
        return self.cajal.run(text, last=last)

    def describe(self, name: str) -> None:
        """What a cell such as `not?` becomes."""
        self.cajal.describe(name)

    def show_usage_error(self, exc: BaseException) -> None:
        """IPython prints these to stderr; a notebook's error belongs into the reply and onto the page."""
        self._showtraceback(type(exc), exc, [f"UsageError: {exc}"])
