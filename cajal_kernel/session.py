"""One notebook's program: what the kernel and the magics both do with it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from IPython.display import display

import cajal_core as cajal
from cajal_kernel.errors import MagicError, abridged, admitted, python_told
from cajal_kernel.interrupts import stoppable
from cajal_kernel.program import NotebookProgram
from cajal_kernel.views.bundles import (
    line_bundle,
    neuron_bundle,
    quiet_bundle,
    result_bundle,
)
from cajal_kernel.views.paint import Bundle
from cajal_kernel.views.pictures import PICTURES

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

SHOWN = 300
"""The most items of a cell that are shown: a page of more is slow, and a server may drop so many messages."""

LINK = re.compile(r"\s*([^\W\d][\w']*)\s*=(?!=)\s*")


class Session:
    """A program, the shell that shows it, and how that shell's magics are called (`%link`, `%cajal_link`)."""

    def __init__(self, shell: InteractiveShell, prefix: str = "cajal_") -> None:
        self.shell = shell
        self.prefix = prefix
        self.program = NotebookProgram()
        self._ready: tuple[cajal.Result, Bundle] | None = None
        formatter: Any = shell.display_formatter
        formatter.mimebundle_formatter.for_type(cajal.Result, self._format)
        # By name, since the class itself would load torch.
        formatter.mimebundle_formatter.for_type_by_name(
            "cajal_core.neuron.module", "Neuron", self._format_neuron
        )

    def run(self, text: str, *, last: bool = True, name: str | None = None) -> cajal.Result | None:
        """Run Cajal and show every item. A bare term that ends the cell is returned, to be its `Out[n]`.

        `name` is what errors call the source: a file, or this cell.
        """
        before = self.program.outdated()
        with stoppable(), admitted(), abridged(), python_told(self.prefix):
            results = self.program.run(text, name or f"In[{self.shell.displayhook.prompt_count}]")
            self._note_outdated(before)
            final = results[-1] if last and results and results[-1].kind == "term" else None
            latest = {result.name: result for result in results}
            others = results[:-1] if final else results
            for result in others[:SHOWN]:
                self._note_elaborated(result)
                display(self._bundle(result, latest[result.name] is result), raw=True)
            if more := len(others[SHOWN:]):
                display(quiet_bundle(f"… and {more} more items, which are not shown"), raw=True)
            if final:
                self._note_elaborated(final)
                self._ready = (final, self._bundle(final, latest=True))
            return final

    def _bundle(self, result: cajal.Result, latest: bool) -> Bundle:
        """What is shown of an item. The value of a definition is evaluated, which needs no torch."""
        name, type = result.name, result.type
        if result.kind == "def" and name and type is not None and latest and not cajal.uncurry(type)[0]:
            try:
                return line_bundle(name, str(type), str(self.program.evaluate(name)))
            except cajal.CajalError:  # of a space, of something linked, or it overflows
                pass
        return result_bundle(result, self.prefix)

    def _note_elaborated(self, result: cajal.Result) -> None:
        if result.elaborated:
            display(quiet_bundle(f"auto put in: {result.elaborated}"), raw=True)

    def _note_outdated(self, before: dict[str, list[str]]) -> None:
        """Say quietly which names still use a definition that this cell has replaced."""
        now = self.program.outdated()
        new = [name for name, old in now.items() if old != before.get(name)]
        if not new:
            return
        old = sorted({used for name in new for used in now[name] if used not in now})
        which = f"the old {', '.join(old)}" if old else "older definitions"
        verb = "uses" if len(new) == 1 else "use"
        display(
            quiet_bundle(f"{', '.join(new)} still {verb} {which}; %{self.prefix}rerun declares again"),
            raw=True,
        )

    def _format(self, result: cajal.Result, *_: object, **__: object) -> Bundle:
        if self._ready and self._ready[0] is result:
            return self._ready[1]
        with stoppable(), admitted():
            return result_bundle(result, self.prefix)

    def _format_neuron(self, neuron: cajal.Neuron, *_: object, **__: object) -> Bundle:
        with stoppable(), admitted():
            return neuron_bundle("", neuron, self.prefix)

    def show(self, term: str, picture: str) -> None:
        """Show a name or a term as one of the pictures."""
        for bundle in PICTURES[picture](term, self.program.compile(term), self.prefix):
            display(bundle, raw=True)

    def link(self, line: str) -> str:
        """Link what the line says, `name=expression, …`, and say what was linked to what."""
        objects = {name: self._value(name, source) for name, source in assignments(line, self.prefix).items()}
        self.program.link(**objects)
        return "\n".join(f"{name} is linked to {_described(value)}." for name, value in objects.items())

    def _value(self, name: str, source: str) -> Any:
        """A Python expression in the notebook's own names. Its error is the user's, so no frames of ours."""
        try:
            return eval(source, self.shell.user_global_ns, self.shell.user_ns)  # noqa: S307  # the user's own cell
        except Exception as error:
            raise MagicError(
                f"Linking {name}: `{source}` failed with {type(error).__name__}: {error}",
                "Make the object in a Python cell first; there, Python shows where it fails.",
            ) from error

    @contextmanager
    def settings(self, nat_size: int | None, auto: bool | None) -> Iterator[None]:
        """Settings of one cell: a size of Nat that stays if the cell succeeds, and `auto` for it alone."""
        program, size, was = self.program, self.program.nat_size, self.program.auto
        program.nat_size = size if nat_size is None else nat_size
        program.auto = was if auto is None else auto
        try:
            yield
        except BaseException:
            program.nat_size = size
            raise
        finally:
            program.auto = was

    def run_with(self, inputs: list[str], text: str) -> cajal.Result | None:
        """Run a cell with Python variables: bools and ints as definitions, all else linked to its externs."""
        values = {name: self._variable(name) for name in inputs}
        plain = {name: value for name, value in values.items() if isinstance(value, bool | int)}
        for name, value in plain.items():
            type, term = ("Bool", str(value).lower()) if isinstance(value, bool) else ("Nat", str(value))
            self.program.run(f"def {name} : {type} = {term}", f"-i {name}")
        result = self.run(text)
        if links := {name: value for name, value in values.items() if name not in plain}:
            self.program.link(**links)
        return result

    def _variable(self, name: str) -> Any:
        if name not in self.shell.user_ns:
            raise MagicError(
                f"-i {name}: there is no Python variable `{name}`.", "Make it in a Python cell first."
            )
        return self.shell.user_ns[name]

    def bind(self, outputs: list[str]) -> None:
        """Bind the neurons of definitions to Python names; a name that is none gets the program."""
        for name in outputs:
            entry = self.program.entries.get(name)
            if entry is None or entry.kind != "def":
                self.shell.user_ns[name] = self.program
            else:
                self.shell.user_ns[name] = self.program.compile(name)

    def describe(self, name: str) -> None:
        """Show what a name or a word of the language is."""
        from cajal_kernel.assist.hover import inspection

        bundle = inspection(self.program, name)
        if bundle is None:
            raise MagicError(
                f"`{name}` is neither a name of this notebook nor a word of Cajal.",
                f"%{self.prefix}env lists the names, %{self.prefix}help the magics.",
            )
        display(bundle, raw=True)

    def reset(self) -> None:
        """Forget every definition and link; the settings and Python's variables stay."""
        old = self.program
        self.program = NotebookProgram(nat_size=old.nat_size, auto=old.auto, verify=old.verify)
        names = self.shell.user_ns
        names.update({name: self.program for name, value in names.items() if value is old})


def assignments(line: str, prefix: str) -> dict[str, str]:
    """`f=net, g=make(1, 2)` as names and expressions. Only Python knows where an expression ends: ask it."""
    usage = (
        f"Usage: %{prefix}link NAME=EXPRESSION[, NAME=EXPRESSION …], for example %{prefix}link step=conv_net"
    )
    expressions: dict[str, str] = {}
    rest = line.strip()
    while rest or not expressions:
        head = LINK.match(rest)
        if not head:
            raise MagicError(f"%{prefix}link: expected NAME=EXPRESSION, got `{rest}`.", usage)
        rest = rest[head.end() :]
        ends = [i for i, sign in enumerate(rest) if sign == "," and LINK.match(rest, i + 1)]
        end = next((end for end in [*ends, len(rest)] if _is_expression(rest[:end])), None)
        if end is None:
            raise MagicError(f"%{prefix}link: `{rest}` is not a Python expression.", usage)
        expressions[head[1]] = rest[:end].strip()
        rest = rest[end + 1 :].strip()
    return expressions


def _is_expression(source: str) -> bool:
    try:
        ast.parse(source.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _described(value: object) -> str:
    """An object in a few words: its class, or its name where it has one."""
    name = getattr(value, "__name__", None)
    shape = getattr(value, "shape", None)
    if isinstance(name, str):
        return name
    return type(value).__name__ + (f" of shape {tuple(shape)}" if shape is not None else "")
