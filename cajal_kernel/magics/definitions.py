"""The magics that list, keep, take back and renew definitions."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from IPython.core.magic import no_var_expand
from IPython.display import display

import cajal_core as cajal
from cajal_kernel.errors import MagicError
from cajal_kernel.magics.options import Parser, none, plain, words
from cajal_kernel.session import Session
from cajal_kernel.views.environment import environment

LARGEST = 50_000_000
"""The most bytes of a file that is loaded, or that is read for its comments before it is replaced."""


class DefinitionMagics:
    """One method a magic, as in `Magics`."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.prefix = session.prefix

    @no_var_expand
    def env(self, line: str) -> None:
        """`%env` lists every name with its type, shape and memory, and what is out of date or not linked."""
        cell = "Python" if self.prefix else "`%%python`"
        none(f"%{self.prefix}env", line, f"variables of the system are in `os.environ`, in a {cell} cell")
        display(environment(self.session.program), raw=True)

    @no_var_expand
    def source(self, line: str) -> None:
        """`%source NAME` prints what was written for a name, and the comment above it."""
        print(cajal.printable(self._entry("source", line).source, keep="\n\t"))

    def _entry(self, magic: str, line: str) -> cajal.Entry:
        """The declaration that a line names."""
        name = plain(line)
        entry = self.session.program.entries.get(name)
        if entry is None:
            raise MagicError(
                f"%{self.prefix}{magic}: `{name}` is not a definition."
                if name
                else f"%{self.prefix}{magic} needs a name.",
                f"%{self.prefix}env lists all names.",
            )
        return entry

    @no_var_expand
    def rerun(self, line: str) -> None:
        """`%rerun` declares again, in order, what still uses an older definition."""
        none(f"%{self.prefix}rerun", line)
        names = self.session.program.rerun()
        print(cajal.shorten(f"Declared again: {', '.join(names)}.") if names else "Nothing is out of date.")

    @no_var_expand
    def undo(self, line: str) -> None:
        """`%undo` takes back the last cell that declared something, with what it linked and set.

        In a cell of Python each call of `program.run` counts as a cell, and so does each `%load`. Settings
        and links that were made since stay, and so do Python's variables.
        """
        none(f"%{self.prefix}undo", line)
        undone = self.session.program.undo()
        if undone is None:
            print("There is nothing to take back.")
            return
        gone, back = undone
        parts = [
            f"{cajal.shorten(', '.join(names))} {'is' if len(names) == 1 else 'are'} {what}"
            for names, what in ((gone, "gone"), (back, "as before"))
            if names
        ]
        print(f"Taken back: {'; '.join(parts) or 'a cell that changed nothing'}.")

    @no_var_expand
    def reset(self, line: str) -> None:
        """`%reset` forgets all definitions and links of the notebook's program."""
        none(f"%{self.prefix}reset", line)
        self.session.reset()
        print("All Cajal definitions and links are forgotten.")

    @no_var_expand
    def save(self, line: str) -> None:
        """`%save FILE [--force]` writes all definitions and settings to a file that `%load` reads again.

        Definitions that are out of date come back so: what they use is written too. A comment is saved with
        the definition that it stands above or in, with empty lines between or not; those of a replaced file
        that are not are counted.
        """
        name = f"%{self.prefix}save"
        parser = Parser(name, f"%{name} FILE [--force]")
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--force", action="store_true")
        options = parser.read(words(name, line))
        if options is None:
            return
        if not options.file:
            parser.error("the name of the file is empty")
        path, program = Path(options.file), self.session.program
        if not program.entries:
            raise MagicError(f"{name}: nothing is defined yet, so there is nothing to save.")
        _refuse_endless(name, path)
        if os.path.isdir(path):  # noqa: PTH112  # False where a path cannot be
            raise MagicError(f"{name}: `{path}` is a folder.", "Write the name of a file in it.")
        if os.path.lexists(path) and not options.force:  # False where a path cannot be
            raise MagicError(f"{name}: `{path}` is there already.", "Give --force to replace it.")
        source, lost = program.source(), list[str]()
        if os.path.isfile(path):  # noqa: PTH113  # False where a path cannot be
            with suppress(cajal.CajalError):  # what is no text has no comments
                lost = cajal.lost_comments(cajal.read(path), source)
        try:
            cajal.write(path, f"{source}\n")
        except cajal.CajalError as error:
            raise MagicError(f"{name}: {error}.") from error
        old = program.outdated()
        users = cajal.shorten(", ".join(old))
        remark = f" Older ones, which {users} still use, are there too." if old else ""
        if lost:
            comments, are = ("comment", "is") if len(lost) == 1 else ("comments", "are")
            remark += f" {len(lost)} {comments} of the old file {are} not in it:"
            remark += " only those above or in a definition are saved."
        where = cajal.shorten(str(path))
        count = len(program.entries)
        definitions = "1 definition is" if count == 1 else f"{count} definitions are"
        print(f"{definitions} in {where}.{remark}")

    @no_var_expand
    def load(self, line: str) -> cajal.Result | None:
        """`%load FILE` runs a file as if it were a cell."""
        name = f"%{self.prefix}load"
        files = words(name, line)
        if len(files) != 1:
            what = "takes one file" if files else "needs a file"
            hint = " A name with spaces stands in quotes." if files else ""
            raise MagicError(f"{name} {what}.", f"Usage: {name} FILE.{hint}")
        path = Path(files[0])
        _refuse_endless(name, path)
        try:
            text = cajal.read(path)
        except cajal.CajalError as error:
            raise MagicError(f"{name}: {error}.") from error
        return self.session.run(text, file=path)

    @no_var_expand
    def format(self, line: str, cell: str | None = None) -> None:
        """`%format NAME` prints what was written for a name, laid out.

        `%%format` lays the cell out and puts it in the place of this one.
        """
        if cell is None:
            print(cajal.printable(cajal.format(self._entry("format", line).source), keep="\n\t"))
            return
        none(f"%%{self.prefix}format", line)
        text = cajal.format(cell).rstrip("\n")
        self.session.shell.set_next_input(f"%%cajal\n{text}" if self.prefix else text, replace=True)


def _refuse_endless(name: str, path: Path) -> None:
    """Refuse what may not end while it is read, or keeps nothing that is written."""
    is_file = os.path.isfile(path)  # noqa: PTH113  # this and the others: False where a path cannot be
    if os.path.exists(path) and not is_file and not os.path.isdir(path):  # noqa: PTH110, PTH112
        raise MagicError(f"{name}: `{path}` is a device or a pipe, and no file.")
    if is_file and os.path.getsize(path) > LARGEST:  # noqa: PTH202
        raise MagicError(f"{name}: `{path}` has more than {LARGEST // 10**6} MB.")
