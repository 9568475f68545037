"""One notebook's program: what the kernel and the magics both do with it.

This is over 300 lines, because what each magic does to the one program, and what is shown of it, is a method.
"""

from __future__ import annotations

import builtins
import re
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn

from IPython.display import display

import cajal_core as cajal
from cajal_kernel.errors import MagicError, abridged, admitted
from cajal_kernel.interrupts import stoppable
from cajal_kernel.misplaced import placed
from cajal_kernel.program import NotebookProgram
from cajal_kernel.showing import remark_unlinked, show
from cajal_kernel.training import train
from cajal_kernel.variables import COMMENT, NotTaken, assignments, described, term
from cajal_kernel.variables import module as variable_module
from cajal_kernel.variables import neuron as variable_neuron
from cajal_kernel.views.bundles import (
    line_bundle,
    needs_note,
    neuron_bundle,
    older_extern,
    printable_bundle,
    quiet_bundle,
    result_bundle,
)
from cajal_kernel.views.paint import Bundle
from cajal_kernel.views.picture import Subject
from cajal_kernel.views.pictures import WITHOUT_LINKS, default_view, outputs

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

SHOWN = 300
"""The most items of a cell that are shown: a page of more is slow, and a server may drop so many messages."""

SECONDS = 1.0
"""How long the pictures of a cell may take, but for one that loads torch; others are left out."""

RESULT = re.compile(r"_{1,3}|_?\d+")
KINDS = {"def": "a definition", "learn": "learned", "space": "a space", "data": "a data type"}
"""What is said of a name that is no extern."""

PROGRAM = "program"
"""What Python calls the program."""


class Session:
    """A program, the shell that shows it, and how that shell's magics are called (`%link`, `%cajal_link`)."""

    def __init__(self, shell: InteractiveShell, prefix: str = "cajal_") -> None:
        self.shell = shell
        self.prefix = prefix
        self.program = NotebookProgram()
        #: What a Python notebook's shell was changed by, while the extension is loaded.
        self.attached: ExitStack | None = None
        self._ready: tuple[cajal.Result, Bundle] | None = None
        formatter: Any = shell.display_formatter
        formatter.mimebundle_formatter.for_type(cajal.Result, self._format)
        # By name, since the class itself would load torch.
        formatter.mimebundle_formatter.for_type_by_name(
            "cajal_core.neuron.module", "Neuron", self._format_neuron
        )
        formatter.mimebundle_formatter.for_type_by_name(
            "cajal_core.backend.watch.trace", "Trace", self._format_trace
        )

    def run(
        self,
        text: str,
        *,
        last: bool = True,
        file: Path | None = None,
        links: Mapping[str, Any] | None = None,
    ) -> cajal.Result | None:
        """Run Cajal and show every item. A bare term that ends the cell is returned, to be its `Out[n]`.

        `file` is where the text is from, if not from this cell. `links` are linked to externs of the cell
        before its items are shown.
        """
        before, settings = self.program.outdated(), self.program.state.settings
        with stoppable(), admitted(), abridged(), placed(self.prefix), self.program.whole():
            results = self.program.run(
                text,
                file.name if file else f"In[{self.shell.displayhook.prompt_count}]",
                is_file=file is not None,
                folder=file.parent if file else None,
            )
            if links:
                self.program.link(links)
            self._note_settings(settings)
            self.bind_program()
            self._note_outdated(before)
            final = results[-1] if last and results and results[-1].kind == "term" else None
            latest = {result.name: result for result in results}
            left, took = SECONDS, 0.0
            others = results[:-1] if final else results
            for result in others[:SHOWN]:
                self._note_elaborated(result)
                # It may take as long as the one before: in a long chain of definitions, all the time.
                draw, loaded, began = took <= left, "torch" in sys.modules, time.process_time()
                _display(self._bundle(result, latest[result.name] is result, draw))
                if draw and loaded:
                    took = time.process_time() - began
                    left -= took
            if more := len(others[SHOWN:]):
                _display(quiet_bundle(f"… and {more} more items, which are not shown"))
            if final:
                self._note_elaborated(final)
                self._ready = (final, self._bundle(final, latest=True, draw=took <= left))
            return final

    def _bundle(self, result: cajal.Result, latest: bool, draw: bool) -> Bundle:
        """What is shown of an item. The value of a definition is evaluated, which needs no torch.

        Without `draw` nothing is evaluated or drawn.
        """
        name, type = result.name, result.type
        if not draw:
            return result_bundle(result, self.prefix, draw=False)
        if result.kind == "def" and name and type is not None and latest and not cajal.uncurry(type)[0]:
            try:
                return line_bundle(name, str(type), str(self.program.evaluate(name)))
            except cajal.CajalError:  # of a space, of something linked, or it overflows
                pass
        return result_bundle(result, self.prefix, externs=self._externs())

    def _externs(self) -> dict[str, cajal.Type] | None:
        """The externs of the program; None where one does not fit the present size of Nat."""
        try:
            return self.program.externs
        except cajal.CajalError:
            return None

    def _note_settings(self, before: cajal.Settings) -> None:
        """Say quietly which settings a cell or a file has stated."""
        now = self.program.state.settings
        if now.nat_size != before.nat_size:
            _display(quiet_bundle(f"Nat is Nat[{now.nat_size}] from here on"))
        if now.auto != before.auto:
            put = "are put in" if now.auto else "are not put in"
            _display(quiet_bundle(f"missing copies and drops of data {put} from here on"))
        if now.overflow != before.overflow:
            _display(quiet_bundle(f'overflow is "{now.overflow}" from here on'))

    def _note_elaborated(self, result: cajal.Result) -> None:
        if result.elaborated:
            _display(quiet_bundle(f"auto put in: {result.elaborated}"))

    def _note_outdated(self, before: dict[str, list[str]]) -> None:
        """Say quietly which names still use a definition that this cell has replaced."""
        now = self.program.outdated()
        new = [name for name, old in now.items() if old != before.get(name)]
        if not new:
            return
        old = sorted({used for name in new for used in now[name] if used not in now})
        which = f"the old {', '.join(old)}" if old else "older definitions"
        verb = "uses" if len(new) == 1 else "use"
        _display(quiet_bundle(f"{', '.join(new)} still {verb} {which}; %{self.prefix}rerun declares again"))

    def _format(self, result: cajal.Result, *_: object, **__: object) -> Bundle:
        if self._ready and self._ready[0] is result:
            return printable_bundle(self._ready[1])
        with stoppable(), admitted():
            return printable_bundle(result_bundle(result, self.prefix))

    def _format_neuron(self, neuron: cajal.Neuron, *_: object, **__: object) -> Bundle:
        with stoppable(), admitted():
            return printable_bundle(neuron_bundle("", neuron, self.prefix))

    def _format_trace(self, trace: cajal.Trace, *_: object, **__: object) -> Bundle:
        formatter: Any = self.shell.display_formatter
        if "text/html" not in formatter.active_types:  # a terminal
            return printable_bundle({"text/plain": str(trace)})
        from cajal_kernel.views.trace.picture import trace_picture

        with stoppable(), admitted():
            (bundle,) = outputs(iter([trace_picture("trace", str(trace.type), trace)]))
            return printable_bundle(bundle)

    def train(self, term: str, options: Mapping[str, str], output: str | None) -> None:
        """Train a name of the program, a term, or a Python variable that holds a module.

        A name of the program wins over one of Python. `output` is what Python calls the history.
        """
        if output is not None:
            self.check_outputs([output])
        held = None if self._is_of_program(term) else variable_module(term, self.shell.user_ns)
        with placed(self.prefix):
            model = self.program.compile(term) if held is None else held
        if isinstance(model, cajal.Neuron) and model.unlinked:
            self._refuse_unlinked(term, model, held is not None)
        history = train(model, term, options, self._value)
        if output is not None:
            self.shell.user_ns[output] = history

    def _is_of_program(self, term: str) -> bool:
        state = self.program.state
        return any(term in names for names in (state.entries, state.constructors, cajal.KEYWORDS))

    def show(self, term: str, view: str | None = None, file: str | None = None) -> None:
        """Show a name of the program, a term, or a Python variable that holds a neuron; or write the picture.

        A name of the program wins over one of Python. Without `view` the neuron says which picture it is.
        """
        known = self._is_of_program(term)
        held = None if known else variable_neuron(term, self.shell.user_ns)
        with placed(self.prefix):
            neuron = held or self.program.compile(term)
        if known:
            self._note_other(term, neuron)
        if view is None:
            # Of an extern alone there is nothing to draw.
            view = "matrix" if term in neuron.unlinked else default_view(neuron)
            if view == "graph":
                externs, called = (None, term) if held else (self._externs(), "")
                remark_unlinked(term, needs_note(neuron, self.prefix, externs, called))
        if neuron.unlinked and not held and view == "matrix" and file is None:
            _display(neuron_bundle(term, neuron, self.prefix, self._externs()))
            return
        if neuron.unlinked and (view not in WITHOUT_LINKS or (held and view == "matrix")):
            self._refuse_unlinked(term, neuron, bool(held))
        show(Subject(term, neuron, prefix=self.prefix), view, file)

    def _refuse_unlinked(self, term: str, neuron: cajal.Neuron, is_held: bool) -> NoReturn:
        name, type = next(iter(neuron.unlinked.items()))
        older = None if is_held else older_extern(neuron, self._externs())
        if older:
            raise MagicError(
                f"`{term}` needs the old extern `{older} : {neuron.unlinked[older]}`.",
                f"%{self.prefix}rerun declares again what uses it.",
            )
        way = f"{term}.{cajal.link_call(name)}" if is_held else f"%{self.prefix}link {name}=…"
        raise MagicError(
            f"the extern `{name} : {type}` is not linked, and `{term}` needs it.", f"Link it: {way}"
        )

    def _note_other(self, name: str, neuron: cajal.Neuron) -> None:
        """Say quietly that Python has another neuron of a name than the program."""
        other = self.shell.user_ns.get(name)
        if "torch" not in sys.modules or not isinstance(other, cajal.Neuron):
            return
        if _tensors(neuron) != _tensors(other) or neuron.code != other.code:
            _display(
                quiet_bundle(f"{name} is shown as the program has it; `{name}.show()` shows Python's neuron")
            )

    def link(self, line: str) -> str:
        """Link what the line says, `name=expression, …`, and say what was linked to what."""
        sources = assignments(line, self.prefix)
        for name in sources:  # before anything is evaluated
            self._check_extern(name)
        objects = {name: self._value(f"Linking {name}", source) for name, source in sources.items()}
        self.program.link(objects)
        return "\n".join(
            cajal.shorten(f"{name} is linked to {described(value)}.") for name, value in objects.items()
        )

    def unlink(self, names: list[str]) -> str:
        """Take away what is linked to some externs, and say so."""
        if not names:
            raise MagicError(f"%{self.prefix}unlink needs the name of an extern.")
        for name in names:
            self._check_extern(name)
        self.program.unlink(*names)
        return "\n".join(cajal.shorten(f"{name} is not linked any more.") for name in dict.fromkeys(names))

    def _check_extern(self, name: str) -> None:
        entries = self.program.entries
        externs = [entry.name for entry in entries.values() if entry.kind == "extern"]
        if name in externs:
            return
        if name in entries:
            kind = KINDS[entries[name].kind]
            listed = f"The externs are {', '.join(externs)}." if externs else "There are no externs yet."
            raise MagicError(f"`{name}` is {kind}, and no extern.", listed)
        raise MagicError(
            f"there is no extern `{name}`.",
            f"The externs are {', '.join(externs)}." if externs else f"Declare it: extern {name} : A",
        )

    def _value(self, where: str, source: str, known: Mapping[str, Any] = MappingProxyType({})) -> Any:
        """A Python expression in the notebook's own names. Its error is the user's, so no frames of ours.

        `known` are names that it may use where the notebook has none.
        """
        names = self.shell.user_global_ns
        try:
            return eval(source, {**known, **names} if known else names, self.shell.user_ns)  # noqa: S307  # the user's own cell
        except Exception as error:
            raise MagicError(
                f"{where}: `{source}` failed with {type(error).__name__}: {error}",
                COMMENT
                if " -- " in source
                else "Make the object in a Python cell first; there, Python shows where it fails.",
            ) from error

    @contextmanager
    def settings(self, nat_size: int | None, auto: bool | None) -> Iterator[None]:
        """One cell, whole or not at all: a size of Nat that stays if it succeeds, and `auto` for it alone."""
        program = self.program
        with program.whole():
            was = program.auto
            if nat_size is not None:
                program.nat_size = nat_size
            if auto is not None:
                program.auto = auto
            yield
            if auto is not None:
                program.auto = was

    def run_with(self, inputs: list[str], text: str) -> cajal.Result | None:
        """Run a cell with Python variables: bools and ints as definitions, all else linked to its externs."""
        values = {name: self._variable(name) for name in inputs}
        terms = {name: term(name, value) for name, value in values.items()}
        for name, written in terms.items():
            if written:
                self.program.run(f"def {name} : {written}", f"-i {name}")
        others = {name: value for name, value in values.items() if not terms[name]}
        try:
            return self.run(text, links=others)
        except cajal.CajalError as error:
            unknown = {mistake.span.text for mistake in error.errors if mistake.span}
            reasons = [NotTaken(name, described(others[name])) for name in others if name in unknown]
            if not reasons:
                raise
            raise cajal.CajalError(*error.errors, *reasons) from None

    def _variable(self, name: str) -> Any:
        if name not in self.shell.user_ns:
            raise MagicError(
                f"-i {name}: there is no Python variable `{name}`.", "Make it in a Python cell first."
            )
        return self.shell.user_ns[name]

    def check_outputs(self, outputs: list[str]) -> None:
        """Refuse to bind names without which the notebook's Python, or the notebook, is broken."""
        for name in outputs:
            hidden = name in self.shell.user_ns_hidden  # which has what IPython itself put there
            kept = hidden or hasattr(builtins, name) or name == "_" or name.startswith("__")
            entry = self.program.entries.get(name)
            if kept or (name == PROGRAM and entry and entry.kind == "def"):
                later = f'; then write `my_{name} = {PROGRAM}["{name}"]` in a Python cell'
                raise MagicError(
                    f"-o {name}: Python and this notebook need the name `{name}` themselves.",
                    "run the cell without it" + (later if entry else ", or with another name behind `-o`"),
                )

    def bind(self, outputs: list[str]) -> None:
        """Bind the neurons of definitions to Python names; a name that is none gets the program."""
        self.check_outputs(outputs)  # once more, since the cell may have defined `program`
        bound: dict[str, object] = {}
        for name in outputs:
            entry = self.program.entries.get(name)
            is_def = entry is not None and entry.kind == "def"
            bound[name] = self.program.compile(name) if is_def else self.program
        self.shell.user_ns.update(bound)

    def bind_program(self) -> None:
        """Let Python see the program as `program`, unless the user has something of that name."""
        self.shell.user_ns.setdefault(PROGRAM, self.program)

    def knows(self, name: str) -> bool:
        """Whether there is something to tell about a name or a word."""
        from cajal_kernel.assist.hover import inspection

        return inspection(self.program, name, matrix=False) is not None

    def describe(self, name: str) -> None:
        """Show what a name or a word of the language is."""
        from cajal_kernel.assist.hover import inspection

        bundle = inspection(self.program, name, prefix=self.prefix)
        if bundle is None:
            near = self._meant(name)
            raise MagicError(
                f"`{name}` is neither a name of this notebook nor a word of Cajal.",
                (f"did you mean `{near}`? " if near else "")
                + f"`%{self.prefix}env` lists the names, `%{self.prefix}help` the magics",
            )
        _display(bundle)

    def _meant(self, name: str) -> str:
        """The name, word or magic that is likeliest meant, or nothing."""
        if words := cajal.nearest(name, [*self.program.entries, *cajal.KEYWORDS]):
            return words[0]
        known = self.shell.magics_manager.magics["line"]
        ours = [magic.removeprefix(self.prefix) for magic in known if magic.startswith(self.prefix)]
        magics = cajal.nearest(name.lstrip("%").removeprefix(self.prefix), ours)
        return f"%{self.prefix}{magics[0]}" if magics else ""

    def reset(self) -> None:
        """Forget every definition, link and result; the settings and Python's variables stay."""
        self.program.reset()
        self._ready = None
        # A result keeps all that it rests on. Its names are `Out[7]`, `_7`, and `_` if it is a late one.
        names, hook = self.shell.user_ns, self.shell.displayhook
        for kept in (names, self.shell.user_ns_hidden, names["_oh"]):
            for name in [name for name, value in kept.items() if isinstance(value, cajal.Result)]:
                if RESULT.fullmatch(str(name)):
                    del kept[name]
        for name in ("_", "__", "___"):
            if isinstance(getattr(hook, name), cajal.Result):
                setattr(hook, name, "")
            names.setdefault(name, "")


def _display(bundle: Bundle) -> None:
    display(printable_bundle(bundle), raw=True)


def _tensors(neuron: cajal.Neuron) -> set[int]:
    """Which tensors are learned by a neuron or linked to it."""
    buffers = (buffer for name, buffer in neuron.named_buffers() if not name.startswith("_"))
    return {id(tensor) for tensor in (*neuron.parameters(), *buffers)}
