"""The kernel: ipykernel's own, whose shell reads cells as Cajal.

It answers what a front end asks about a cell: completion, inspection, whether a cell is complete. Running
cells is the shell's.
"""

from __future__ import annotations

import gc
import signal
from collections.abc import Callable
from functools import partial
from typing import Any

from ipykernel.ipkernel import IPythonKernel
from traitlets import Type, default

import cajal_core as cajal
from cajal_kernel.assist import cells, replies
from cajal_kernel.assist.options import option_at
from cajal_kernel.assist.replies import Reply
from cajal_kernel.interrupts import only_within
from cajal_kernel.kernel.prompt import Prompt
from cajal_kernel.kernel.shell import CajalCompiler, CajalShell

VERSION = "0.1.0"
#: What is longer is not looked into, so that an answer comes while the user types: Python, and a cell of
#: which a console asks whether it is complete.
LONGEST_PYTHON = 5_000
LONGEST_CELL = 20_000
#: What is asked while the user types.
TYPING = ("complete_request", "inspect_request", "is_complete_request")


class CajalKernel(IPythonKernel):
    """The kernel `cajal`."""

    implementation = "cajal_kernel"
    implementation_version = VERSION
    shell_class = Type(CajalShell)
    shell: CajalShell
    compiler_class = Type(CajalCompiler)
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
        #: Whether the collector of garbage waits for the end of a request.
        self._collector_waits = False
        self.shell.events.register("pre_run_cell", self.prompt.begin)
        channels: list[Any] = [self.shell.display_pub, self.shell.displayhook]
        for channel in channels:
            channel.register_hook(self.prompt.without_images)

    def start(self) -> None:
        """From now on cells are Cajal. What ran before was the profile's, which is Python."""
        super().start()
        self.shell.in_python = False

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
        refused = ("kernel subshells", "debugger")
        features = [feature for feature in info["supported_features"] if feature not in refused]
        return {**info, "supported_features": features, "debugger": False}

    @default("stop_on_error_timeout")
    def _stop_on_error_timeout(self) -> float:
        """For how many seconds after an error the cells that still arrive are not run.

        A front end sends those of Run All one by one, and our mistakes are quicker than it is. Nobody mends a
        cell and runs it again in this time.
        """
        return 0.2

    def _post_dummy_stop_aborting_message(self, subshell_id: str | None) -> None:
        """Later than ipykernel, which waits so only where the channel has no thread of its own."""
        stop = super()._post_dummy_stop_aborting_message
        self.shell_channel_thread.io_loop.call_later(self.stop_on_error_timeout, stop, subshell_id)

    def pre_handler_hook(self) -> None:
        """As ipykernel's own, but a cell that has not begun is not interrupted: it would have no reply.

        While the user types, the collector of garbage waits: with 20,000 definitions it takes a second.
        """
        request: Any = self.get_parent()
        kind = request["header"]["msg_type"]
        if kind == "execute_request":
            self.saved_sigint_handler = signal.signal(signal.SIGINT, lambda *_: None)
        else:
            super().pre_handler_hook()
        self._collector_waits = kind in TYPING and gc.isenabled()
        if self._collector_waits:
            gc.disable()

    def post_handler_hook(self) -> None:
        """As ipykernel's own, when the reply is sent."""
        if self._collector_waits:
            gc.enable()
        super().post_handler_hook()

    async def execute_request(self, stream: Any, ident: Any, parent: Any) -> None:
        """As ipykernel's own, which an interrupt of its bookkeeping would end without a reply."""
        with only_within(CajalShell.run_code, signal.default_int_handler):
            await super().execute_request(stream, ident, parent)

    def do_complete(self, code: str, cursor_pos: int | None) -> Reply:
        """Cajal's names and keywords; Python's own in Python cells and magics, at the cell's offsets."""
        cursor = len(code) if cursor_pos is None else cursor_pos
        nothing = {
            "matches": [],
            "cursor_start": cursor,
            "cursor_end": cursor,
            "metadata": {},
            "status": "ok",
        }
        return self._answered(lambda: self._complete(code, cursor), nothing)

    def _answered(self, answer: Callable[[], Reply], nothing: Reply) -> Reply:
        """An answer, or one that says nothing: a front end that gets no reply waits for ever."""
        try:
            return answer()
        except Exception:
            self.log.exception("no answer about a cell")
            return nothing

    def _complete(self, code: str, cursor: int) -> Reply:
        if place := option_at(code, cursor, "") or cells.cajal_at(code, cursor):
            return replies.completion(self.shell.cajal.program, place)
        text, offset = cells.python_at(code, cursor)
        if len(text) > LONGEST_PYTHON:
            text, offset = "", cursor
        return self._python_complete(text, offset, cursor)

    def _python_complete(self, code: str, offset: int, cursor: int) -> Reply:
        """IPython's completions of a piece of the cell that begins at `offset`."""
        return replies.moved(super().do_complete(code, cursor - offset), offset)

    def do_inspect(self, code: str, cursor_pos: int, detail_level: int = 0, omit_sections: Any = ()) -> Reply:
        """A name's type, source and comment, a word's rule; Python's own in Python cells."""
        nothing = {"status": "ok", "found": False, "data": {}, "metadata": {}}
        ask = partial(super().do_inspect, detail_level=detail_level, omit_sections=omit_sections)
        return self._answered(lambda: self._inspect(code, cursor_pos, ask), nothing)

    def _inspect(self, code: str, cursor: int, ask_python: Callable[[str, int], Reply]) -> Reply:
        if place := cells.cajal_at(code, cursor):
            return replies.explanation(self.shell.cajal.program, place)
        text, offset = cells.python_at(code, cursor)
        if len(text) > LONGEST_PYTHON:
            text, offset = "", cursor
        return ask_python(text, cursor - offset)

    def do_is_complete(self, code: str) -> Reply:
        """Whether Enter in a console runs the cell. An empty line ends one of Python, as in IPython."""
        self.prompt.asked(code)
        if len(code) > LONGEST_CELL:
            return {"status": "unknown"}
        return self._answered(lambda: self._is_complete(code), {"status": "unknown"})

    def _is_complete(self, code: str) -> Reply:
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
            running = manager.session_number
            reply["history"] = [(number or running, *entry) for number, *entry in reply["history"]]
        return reply
