"""The shell of the kernel: IPython's own, which reads cells as Cajal.

`transform_cell` is the only step that differs: every cell becomes Python before it runs. Counts, `In` and
`Out`, interrupts and errors stay IPython's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from ipykernel.compiler import XCachingCompiler
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.history import HistoryManager
from IPython.core.interactiveshell import ExecutionResult

import cajal_core as cajal
from cajal_kernel.assist import cells
from cajal_kernel.assist.hover import inspection
from cajal_kernel.errors import MagicError, not_debugged, prepare_debugger
from cajal_kernel.kernel.prompt import LEAVE
from cajal_kernel.magics.magics import overview, register
from cajal_kernel.magics.names import misplaced_magic, no_magic
from cajal_kernel.magics.python_notebook import answer_questions, matcher
from cajal_kernel.session import Session

SCRIPTS = ("python2", "python3", "pypy")
"""Cell magics of IPython's that run Python in a process of its own."""

RUN = "get_ipython().run_cajal"
"""What a Cajal part of a cell calls."""

STEPS = "write `%debug STATEMENT` in a `%%python` cell; `%show TERM --as trace` shows the steps of a term"
"""The way out where a debugger would read a cell of Cajal as Python."""

WHO = ("who", "whos")
"""IPython's magics that list names, of Python alone."""

LONGEST_COMMAND = 100_000
"""No operating system takes a much longer one in bytes."""


class CajalHistory(HistoryManager):
    """History in a file of its own: Cajal cells make no sense in IPython's, nor Python's in ours."""

    def _get_hist_file_name(self, profile: str | None = None) -> Path:
        return Path(self.shell.profile_dir.location) / "cajal_history.sqlite"

    def store_inputs(self, line_num: int, source: str, source_raw: str | None = None) -> None:
        """Cells as they were written, not the Python that they became, which no cell can run."""
        super().store_inputs(line_num, source if source_raw is None else source_raw)


class CajalCompiler(XCachingCompiler):
    """Python's compiler, which keeps the text of each Python cell for tracebacks."""

    def get_code_name(self, raw_code: str, code: str, number: int) -> str:
        """One name for all cells of Cajal, so that the text of the last one is kept, and not of thousands."""
        return "<cajal cell>" if code.startswith(RUN) else super().get_code_name(raw_code, code, number)


class CajalShell(ZMQInteractiveShell):
    """IPython's shell with one Cajal program in it, which Python cells see as `program`."""

    cajal: Session
    in_python = True
    """Whether what IPython is given to run is Python.

    It is while a Python cell runs `%timeit` or `run_cell`, and before the kernel serves its first cell: a
    profile's start-up files are Python.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        session = Session(self, prefix="")
        register(self, session)
        answer_questions(ExitStack(), self, session)  # `%pinfo NAME`, and `NAME?` in Python
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
            if cell.body.strip().rstrip("?") in ("%%python", "%%py"):  # IPython's own would be explained
                return "get_ipython().run_line_magic('help', '%%python')\n"
            if cell.asked.startswith("T-") or inspection(self.cajal.program, cell.asked, matrix=False):
                return f"get_ipython().describe({cell.asked!r})\n"
            return self._cell_magic(raw_cell)
        if raw_cell.strip() in LEAVE and raw_cell.strip() not in self.cajal.program.names:
            return "get_ipython().ask_exit()\n"
        if magic := cells.misplaced(raw_cell):
            raise misplaced_magic(magic)
        parts = cells.parts(raw_cell)
        return "".join(
            self._line_magic(part.text) if part.magic else f"{RUN}({part.text!r}, last={part is parts[-1]})\n"
            for part in parts
        )

    def _cell_magic(self, code: str) -> str:
        """A cell that begins with `%%`, or asks for help.

        IPython would end its first line at characters that are no line ends in Cajal, and run what is behind.
        """
        magic = None if cells.QUESTION.match(code) else cells.CELL_MAGIC.match(code)
        if magic is None:
            return super().transform_cell(code)
        _, name, line, body = magic.groups()
        if name in SCRIPTS:
            raise MagicError(
                f"`%%{name}` would run in another process, which has none of this notebook's names.",
                f"write `%%python`, or `%%script {name}` if that is meant",
            )
        if name == "debug":
            raise MagicError("`%%debug` steps through Python, and this is a cell of Cajal.", STEPS)
        if name == "cajal" and not body:
            body = "\n"  # IPython refuses an empty one
        return f"get_ipython().run_cell_magic({name!r}, {line.strip()!r}, {body!r})\n"

    def _line_magic(self, text: str) -> str:
        """A line that begins with `%` or `!`; it is one line for IPython too."""
        if cells.QUESTION.match(text):
            return super().transform_cell(text)
        if text.startswith("!"):
            if len(text.encode("utf-8", "replace")) > LONGEST_COMMAND:
                raise MagicError(
                    f"this command has more than {LONGEST_COMMAND:,} characters.",
                    "write it to a file with `%%writefile`, and run that",
                )
            run, command = ("getoutput", text[2:]) if text.startswith("!!") else ("system", text[1:])
            return f"get_ipython().{run}({command!r})\n"
        name, *line = text[1:].split(maxsplit=1)
        argument = "".join(line).rstrip()
        if name in ("load_ext", "reload_ext") and argument == "cajal":
            raise MagicError("Cajal is this notebook's own language: there is nothing to load.")
        if name == "run" and argument.endswith(".cajal"):
            raise MagicError("`%run` reads a file as Python.", f"`%load {argument}` runs one of Cajal")
        if name == "debug" and argument:
            raise MagicError("`%debug` steps through Python, and this is a cell of Cajal.", STEPS)
        run = f"get_ipython().run_line_magic({name!r}, {argument!r})\n"
        if name in WHO:  # IPython would say that a notebook of many definitions is empty
            run += "print('These are names of Python; `%env` lists those of Cajal.')\n"
        return run

    async def run_cell_async(self, raw_cell: str, *arguments: Any, **options: Any) -> ExecutionResult:
        """As IPython's own, which all cells go through. One of Cajal is taken over whole or not at all."""
        kind, program = cells.read(raw_cell).kind, self.cajal.program
        whole = kind == "cajal" and not self.in_python
        with self._reading_python(kind == "python"), program.locked() if whole else nullcontext():
            began = program.begin() if whole else None
            result = await super().run_cell_async(raw_cell, *arguments, **options)
            if began:
                changed, succeeded = program.state is not began[0], bool(result.success)
                program.end(began, succeeded=succeeded)
                if changed and not succeeded:  # the cell has shown it as done
                    print("Nothing of this cell is kept: what it declared, linked and set is gone again.")
        return result

    def safe_execfile_ipy(self, fname: Any, *arguments: Any, **options: Any) -> None:
        """As IPython's own: a file `.ipy` is Python with magics, whoever runs it."""
        with self._reading_python(Path(fname).suffix == ".ipy"):
            super().safe_execfile_ipy(fname, *arguments, **options)

    @contextmanager
    def _reading_python(self, python: bool) -> Iterator[None]:
        outside = self.in_python
        self.in_python = outside or python
        try:
            yield
        finally:
            self.in_python = outside

    def _find_with_lazy_load(self, type_: Any, magic_name: str) -> Any:
        """As IPython's own; a magic that is not there is named with the nearest that is."""
        found = super()._find_with_lazy_load(type_, magic_name)
        if found is None:
            raise no_magic(self, type_, magic_name)
        return found

    def showtraceback(self, exc_tuple: Any = None, *arguments: Any, **options: Any) -> None:
        """As IPython's own, and `%pdb` opens nothing where there is no Python of the user's to look at."""
        with not_debugged(self, exc_tuple):
            super().showtraceback(exc_tuple, *arguments, **options)

    def debugger(self, force: bool = False) -> None:
        """As IPython's own, and `%debug` opens nothing there either."""
        prepare_debugger()
        super().debugger(force)

    def show_usage(self) -> None:
        """What a `?` alone shows: the magics, where IPython tells of itself."""
        print(overview(prefix=""))

    def run_cajal(self, text: str, last: bool) -> cajal.Result | None:
        """What a Cajal part of a cell becomes. The value of the cell's last term goes to `Out`."""
        # The history keeps the cell too, and nearly every text is a whole cell. So it is kept once.
        inputs = self.history_manager.input_hist_raw if self.history_manager else []
        return self.cajal.run(inputs[-1] if text in inputs[-1:] else text, last=last)

    def describe(self, name: str) -> None:
        """What a cell such as `not?` becomes."""
        self.cajal.describe(name)

    def var_expand(self, cmd: str, depth: int = 0, *arguments: Any, **options: Any) -> str:
        """As IPython's own, whose time is quadratic in a text that names no variable."""
        if not any(sign in cmd for sign in "${}"):
            return cmd
        return super().var_expand(cmd, depth + 1, *arguments, **options)

    def show_usage_error(self, exc: BaseException) -> None:
        """IPython prints these to stderr; a notebook's error belongs into the reply and onto the page."""
        mistake = MagicError(str(exc))
        self._showtraceback(MagicError, mistake, mistake._render_traceback_())
