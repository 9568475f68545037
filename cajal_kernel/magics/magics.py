"""The magics that run and show: their arguments, and no more. What they do is `Session`'s."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import wraps
from inspect import getdoc
from keyword import iskeyword
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import no_var_expand

import cajal_core as cajal
from cajal_kernel.errors import MagicError, admitted
from cajal_kernel.interrupts import stoppable
from cajal_kernel.magics.definitions import DefinitionMagics
from cajal_kernel.magics.names import MAGICS, OURS
from cajal_kernel.magics.options import Parser, bounded, plain, size, split, uncommented
from cajal_kernel.magics.training import TrainingMagics
from cajal_kernel.session import Session
from cajal_kernel.showing import checked_view
from cajal_kernel.views.pictures import PICTURES


def load(shell: InteractiveShell) -> None:
    """Give a Python notebook its program and its magics, once."""
    session: Session | None = getattr(shell, "cajal", None)
    if session is None or (session.prefix and not session.attached):
        from cajal_kernel.magics.python_notebook import attach

        session = session or Session(shell)  # what was unloaded comes back as it was
        register(shell, session)
        attach(shell, session)
        session.bind_program()


def unload(shell: InteractiveShell) -> None:
    """Take back what `load` gave, besides the program and the names that Python has of it."""
    from cajal_kernel.magics.python_notebook import detach

    session: Session = shell.cajal  # type: ignore[attr-defined]  # there since `load`
    if not session.prefix:
        raise MagicError("Cajal is this notebook's own kernel, which cannot be unloaded.")
    for kind in ("line", "cell"):
        for name in ["cajal", *(session.prefix + magic for magic in MAGICS)]:
            shell.magics_manager.magics[kind].pop(name, None)
    detach(session)


def register(shell: InteractiveShell, session: Session) -> None:
    """Put the session's magics into a shell, under the session's prefix."""
    shell.cajal = session  # type: ignore[attr-defined]  # found again by `load` and by the kernel
    add: Any = shell.register_magic_function  # IPython declares it as if it were no method
    owners = Magics(session), DefinitionMagics(session), TrainingMagics(session)
    add(_guarded(owners[0].cajal, session.prefix), "line_cell", "cajal")
    for name in MAGICS:
        method = next(getattr(owner, name) for owner in owners if hasattr(owner, name))
        kind = "line_cell" if name == "format" else "line"
        add(_guarded(method, session.prefix), kind, session.prefix + name)


def _guarded(method: Callable[..., Any], prefix: str) -> Callable[..., Any]:
    """A magic that can be stopped, owns up to its bugs, and is explained by the names that ours have here."""

    @wraps(method)
    def magic(*arguments: str) -> Any:
        with stoppable(), admitted():
            return method(*arguments)

    names = "|".join(MAGICS)
    magic.__doc__ = re.sub(rf"(%%?)({names})\b", rf"\1{prefix}\2", getdoc(method) or "")
    return magic


class Magics:
    """One method a magic. Every mistake raises, so that the cell fails and Run All stops there.

    Braces of a term are its own, not names of Python variables to put in their place: `no_var_expand`. Where
    there are no terms it saves the time, which grows with the square of the line.
    """

    def __init__(self, session: Session) -> None:
        self.session = session

    @no_var_expand
    def cajal(self, line: str, cell: str | None = None) -> cajal.Result | None:
        """`%cajal TERM` shows a term; `%%cajal [-i NAME] [-o NAME] [--nat N] [--auto]` runs a cell of Cajal.

        -i NAME    take a Python variable: a bool or an int becomes a definition, what else is there is linked
                   to the extern of that name
        -o NAME    bind the neuron of the definition NAME to the Python name; if there is no such definition,
                   bind the notebook's program
        --nat N    let Nat be Nat[N], from this cell on
        --auto     put in missing copies and drops of data in this cell
        """
        if cell is None:
            if not line.strip():
                raise MagicError("%cajal needs a term.", "Usage: %cajal TERM, for example %cajal not true")
            return self.session.run(line)
        if not cell.strip() and not line.lstrip().startswith("-"):
            term = line.strip() or "TERM"
            raise MagicError(
                "%%cajal: there is nothing below it.",
                f"Cajal goes on the lines below it; `%cajal {term}`, with one `%`, shows a term",
            )
        parser = Parser("%%cajal", about=getdoc(self.cajal))
        parser.add_argument("-i", dest="inputs", metavar="NAME", action="append", default=[])
        parser.add_argument("-o", dest="outputs", metavar="NAME", action="append", default=[])
        parser.add_argument("--nat", dest="nat", metavar="N")
        parser.add_argument("--auto", dest="auto", action="store_true")
        options = parser.read([*uncommented(bounded("%%cajal", line).split())])
        if options is None:
            return None
        for flag, names in (("-i", options.inputs), ("-o", options.outputs)):
            for name in names:
                if not name.isidentifier() or iskeyword(name):
                    parser.error(f"`{name}` after {flag} is not a Python name")
        self.session.check_outputs(options.outputs)
        nat = None if options.nat is None else size("%%cajal --nat", options.nat)
        # The magic's own line keeps the numbers of the others right.
        text = "\n" + cell
        with self.session.settings(nat, options.auto or None):
            result = self.session.run_with(options.inputs, text)
            self.session.bind(options.outputs)
        return result

    @no_var_expand
    def link(self, line: str) -> None:
        """`%link NAME=EXPRESSION, …` links Python objects to externs."""
        print(self.session.link(bounded(f"%{self.session.prefix}link", line)))

    @no_var_expand
    def unlink(self, line: str) -> None:
        """`%unlink NAME …` takes away what is linked to externs."""
        print(self.session.unlink(plain(line).replace(",", " ").split()))

    @no_var_expand
    def show(self, line: str) -> None:
        """`%show NAME-or-TERM [--as PICTURE] [--save FILE]` shows a picture of it.

        It takes a name of the program, a term, or a Python variable that holds a neuron, such as
        `net.parity`, which is shown as it is now. A name of the program comes before one of Python.

        --as PICTURE    which picture: `--help` lists them; without it, what suits the type and the size
        --save FILE     write it to a file instead: a page `.html`, or an image `.png` or `.svg` if it has one
        """
        name = f"%{self.session.prefix}show"
        usage = f"%{name} NAME-or-TERM [--as {'|'.join(PICTURES)}] [--save FILE]"
        parser = Parser(name, usage, about=getdoc(self.show))
        parser.add_argument("--as", dest="picture")
        parser.add_argument("--save", dest="file")
        term, options = split(line)
        *_, word, last = ["", "", *term.split()]
        if word in ("as", "-as") and last in PICTURES:
            parser.error(f"a picture is named by two dashes: `--as {last}`")
        chosen = parser.read(options)
        if chosen is None:
            return
        if not term:
            parser.error("it needs a name or a term")
        if chosen.file == "":
            parser.error("the name of the file is empty")
        view = None if chosen.picture is None else checked_view(chosen.picture)
        file = None if chosen.file is None else os.path.expanduser(chosen.file)  # noqa: PTH111  # as in `words`
        self.session.show(term, view, file)

    @no_var_expand
    def nat(self, line: str) -> None:
        """`%nat N` lets Nat be Nat[N]; `%nat` says what it is."""
        if number := plain(line):
            self.session.program.nat_size = size(f"%{self.session.prefix}nat", number)
        print(f"Nat is Nat[{self.session.program.nat_size}].")

    @no_var_expand
    def auto(self, line: str) -> None:
        """`%auto on` puts in missing copies and drops of data, `%auto off` does not; `%auto` says which."""
        word = plain(line).lower()
        if word not in ("", "on", "off"):
            raise MagicError(
                f"%{self.session.prefix}auto: on or off is needed, got `{plain(line)}`.",
                f"Usage: %{self.session.prefix}auto [on|off]",
            )
        if word:
            self.session.program.auto = word == "on"
        put = "are put in" if self.session.program.auto else "are not put in"
        print(f"Missing copies and drops of data {put}.")

    @no_var_expand
    def help(self, line: str) -> None:
        """`%help` lists the magics; `%help WORD` explains a word, a magic, a name or a rule such as T-If."""
        word, prefix = plain(line), self.session.prefix
        name = word.lstrip("%").removeprefix(prefix)
        if not word:
            print(overview(prefix))
        elif name in OURS and (word.startswith("%") or not self.session.knows(word)):
            print(about(self.session.shell, name, prefix))
        else:
            self.session.describe(word)


def about(shell: InteractiveShell, name: str, prefix: str) -> str:
    """The row of a magic in the list of all, and what its docstring says."""
    rows = [
        row for row in overview(prefix).split("\n") if row.split()[0].lstrip("%").removeprefix(prefix) == name
    ]
    magics = shell.magics_manager.magics
    magic = magics["line"].get(name if name == "cajal" else prefix + name)
    return "\n\n".join([" ".join(row.split()) for row in rows] + [getdoc(magic) or ""]).strip()


def overview(prefix: str) -> str:
    """The magics of a notebook, one a line."""
    if prefix:
        rows = [
            (
                "%%cajal [-i NAME] [-o NAME] [--nat N] [--auto]",
                "run the cell as Cajal; `%%cajal?` tells more",
            ),
            ("%cajal TERM", "the type, value or matrix of a term"),
        ]
    else:
        rows = [
            ("%%python", "run the cell as Python; `program` is this notebook's Program"),
            (
                "%%cajal [-i NAME] [-o NAME] [--nat N] [--auto]",
                "run the cell with options; `%%cajal?` tells more",
            ),
            ("NAME?", "type, source and comment of a name; the rule of a word or of an error"),
        ]
    rows += [
        (
            f"%{prefix}show TERM [--as {'|'.join(PICTURES)}] [--save FILE]",
            "its source with every value, its matrix, its graph, the steps of its `iter`, or a run",
        ),
        (
            f"%{prefix}train MODEL --data DATA [--epochs N] …",
            f"train it; `%{prefix}train?` tells more",
        ),
        (f"%{prefix}link NAME=EXPRESSION", "link a Python object to an extern"),
        (f"%{prefix}unlink NAME", "take away what is linked to an extern"),
        (f"%{prefix}env", "every name with its type, shape and memory"),
        (f"%{prefix}source NAME", "what was written for a name"),
        (f"%{prefix}format NAME", f"the same, laid out; `%%{prefix}format` lays out a cell, in place"),
        (f"%{prefix}rerun", "declare again what still uses an older definition"),
        (f"%{prefix}undo", "take back the last cell that declared something"),
        (f"%{prefix}reset", "forget all definitions and links"),
        (f"%{prefix}save FILE [--force]", "write all definitions to a file"),
        (f"%{prefix}load FILE", "run a file"),
        (f"%{prefix}nat N", "let Nat be Nat[N]"),
        (f"%{prefix}auto on|off", "put in missing copies and drops of data"),
        (f"%{prefix}help [WORD]", "this list; or the rule of a word or of an error"),
    ]
    width = max(len(left) for left, _ in rows)
    return "\n".join(f"{left.ljust(width)}  {right}" for left, right in rows)
