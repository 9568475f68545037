"""The kernel: ipykernel's own, with a shell that reads cells as Cajal.

Counts, history, `In` and `Out`, interrupts, widgets and errors stay ipykernel's, since the only thing that
changes is `transform_cell`, by which every cell becomes Python before it runs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ipykernel.ipkernel import IPythonKernel
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.history import HistoryManager
from IPython.core.interactiveshell import ExecutionResult
from traitlets import Type

import cajal_core as cajal
from cajal_kernel.assist import cells, replies
from cajal_kernel.assist.hover import inspection
from cajal_kernel.assist.replies import Reply
from cajal_kernel.errors import MagicError
from cajal_kernel.interrupts import only_within
from cajal_kernel.kernel.prompt import LEAVE, Prompt
from cajal_kernel.magics.magics import register
from cajal_kernel.magics.python_notebook import matcher
from cajal_kernel.session import Session

VERSION = "0.1.0"


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
                return f"get_ipython().explain({cell.asked!r})\n"
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
        """As IPython's own, which all cells go through."""
        outside = self.in_python
        self.in_python = outside or cells.read(raw_cell).kind == "python"
        try:
            return await super().run_cell_async(raw_cell, *arguments, **options)
        finally:
            self.in_python = outside

    def run_cajal(self, text: str, last: bool) -> cajal.Result | None:
        """What a Cajal part of a cell becomes. The value of the cell's last term goes to `Out`."""
        return self.cajal.run(text, last=last)

    def explain(self, name: str) -> None:
        """What a cell such as `not?` becomes."""
        self.cajal.explain(name)

    def show_usage_error(self, exc: BaseException) -> None:
        """IPython prints these to stderr; a notebook's error belongs into the reply and onto the page."""
        self._showtraceback(type(exc), exc, [f"UsageError: {exc}"])


class CajalKernel(IPythonKernel):
    """The kernel `cajal`."""

    implementation = "cajal_kernel"
    implementation_version = VERSION
    shell_class = Type(CajalShell)
    shell: CajalShell
    language_info = {  # noqa: RUF012  # declared so by ipykernel
        "name": "cajal",
        "version": VERSION,
        "mimetype": "text/x-cajal",
        "file_extension": ".cajal",
        "codemirror_mode": "cajal",
        "pygments_lexer": "cajal",
        "nbconvert_exporter": "script",
    }
    help_links = []  # noqa: RUF012  # those of ipykernel are about Python

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.prompt = Prompt()
        self.shell.events.register("pre_run_cell", self.prompt.begin)
        channels: list[Any] = [self.shell.display_pub, self.shell.displayhook]
        for channel in channels:
            channel.register_hook(self.prompt.without_images)

    @property
    def banner(self) -> str:
        """What a console prints first."""
        return f"Cajal {VERSION}. `%help` lists what a cell can do besides Cajal."

    @property
    def kernel_info(self) -> Reply:
        """No subshells: a widget's callback on another thread loses the figures of a running cell.

        And no debugger: it would step through Python, where a cell is Cajal.
        """
        info = super().kernel_info
        features = [
            each for each in info["supported_features"] if each not in ("kernel subshells", "debugger")
        ]
        return {**info, "supported_features": features, "debugger": False}

    async def execute_request(self, stream: Any, ident: Any, parent: Any) -> None:
        """As ipykernel's own, which an interrupt of its bookkeeping would end without a reply."""
        with only_within(CajalShell.run_code):
            await super().execute_request(stream, ident, parent)

    def do_complete(self, code: str, cursor_pos: int | None) -> Reply:
        """Cajal's names and keywords; Python's own in Python cells and magics, at the cell's offsets."""
        cursor = len(code) if cursor_pos is None else cursor_pos
        if place := cells.cajal_at(code, cursor):
            return replies.completion(self.shell.cajal.program, place)
        return self._python_complete(*cells.python_at(code, cursor), cursor)

    def _python_complete(self, code: str, offset: int, cursor: int) -> Reply:
        """IPython's completions of a piece of the cell that begins at `offset`."""
        reply = super().do_complete(code, cursor - offset)
        for key in ("cursor_start", "cursor_end"):
            reply[key] += offset
        for entry in reply["metadata"].get("_jupyter_types_experimental", ()):
            entry["start"] += offset
            entry["end"] += offset
        return reply

    def do_inspect(self, code: str, cursor_pos: int, detail_level: int = 0, omit_sections: Any = ()) -> Reply:
        """A name's type, source and comment, a word's rule; Python's own in Python cells."""
        if place := cells.cajal_at(code, cursor_pos):
            return replies.explanation(self.shell.cajal.program, place)
        text, offset = cells.python_at(code, cursor_pos)
        return super().do_inspect(text, cursor_pos - offset, detail_level, omit_sections)

    def do_is_complete(self, code: str) -> Reply:
        """Whether Enter in a console runs the cell. An empty line ends one of Python, as in IPython."""
        self.prompt.asked(code)
        cell = cells.read(code)
        if cell.kind == "python" and (not cell.body.strip() or code.rpartition("\n")[2].strip()):
            reply = super().do_is_complete(cell.body)
            return {"indent": "", **reply, "status": "incomplete"}
        if cell.kind != "cajal":
            return super().do_is_complete(cell.body)
        source = "\n".join(part.text for part in cells.parts(code) if not part.magic)
        status = cajal.completeness(source)
        return {"status": status, **({"indent": "  "} if status == "incomplete" else {})}

    def do_history(
        self, hist_access_type: str, output: bool, raw: bool, session: int = 0, *rest: Any, **more: Any
    ) -> Reply:
        """IPython calls the running session 0 in a range; the protocol asks for its number."""
        reply = super().do_history(hist_access_type, output, raw, session, *rest, **more)
        manager = self.shell.history_manager
        if manager is not None:
            number = manager.session_number
            reply["history"] = [(each or number, *entry) for each, *entry in reply["history"]]
        return reply
