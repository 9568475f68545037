"""The magics that list, keep, take back and renew definitions."""

from __future__ import annotations

from pathlib import Path

from IPython.core.magic import no_var_expand
from IPython.display import display

import cajal_core as cajal
from cajal_kernel.errors import MagicError
from cajal_kernel.magics.options import Parser, none, plain
from cajal_kernel.program import Entry
from cajal_kernel.session import Session
from cajal_kernel.views.environment import environment


class DefinitionMagics:
    """One method a magic, as in `Magics`."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.prefix = session.prefix

    @no_var_expand
    def env(self, line: str) -> None:
        """`%env` lists every name with its type, shape and memory, and what is out of date or not linked."""
        none(f"%{self.prefix}env", line)
        display(environment(self.session.program), raw=True)

    @no_var_expand
    def source(self, line: str) -> None:
        """`%source NAME` prints what was written for a name, and the comment above it."""
        print(cajal.printable(self._entry("source", line).source, keep="\n\t"))

    def _entry(self, magic: str, line: str) -> Entry:
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
        print(f"Declared again: {', '.join(names)}." if names else "Nothing is out of date.")

    @no_var_expand
    def undo(self, line: str) -> None:
        """`%undo` takes back the last cell that declared something.

        Settings, links that still fit and Python's variables stay.
        """
        none(f"%{self.prefix}undo", line)
        undone = self.session.program.undo()
        if undone is None:
            print("There is nothing to take back.")
            return
        gone, back = undone
        parts = [
            f"{', '.join(names)} {what}"
            for names, what in ((gone, "is gone"), (back, "is as before"))
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
        """`%save FILE [--force]` writes all definitions, in order, to a file that `%load` reads again."""
        parser = Parser(f"%{self.prefix}save", f"%%{self.prefix}save FILE [--force]")
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--force", action="store_true")
        options = parser.read(line.split())
        if options is None:
            return
        path = Path(options.file)
        old = self.session.program.outdated()
        if old:
            raise MagicError(
                f"%{self.prefix}save: {', '.join(old)} would mean something else in the file, since older "
                "definitions are in use.",
                f"%{self.prefix}rerun declares again what is out of date.",
            )
        if path.exists() and not options.force:
            raise MagicError(f"%{self.prefix}save: `{path}` is there already.", "Give --force to replace it.")
        text = "\n\n".join(entry.source for entry in self.session.program.entries.values())
        try:
            path.write_text(f"{text}\n", encoding="utf-8")
        except OSError as error:
            raise MagicError(f"%{self.prefix}save: cannot write `{path}`: {error.strerror}.") from error
        print(f"{len(self.session.program.entries)} definitions are in {cajal.printable(str(path))}.")

    @no_var_expand
    def load(self, line: str) -> cajal.Result | None:
        """`%load FILE` runs a file as if it were a cell."""
        if not line.strip():
            raise MagicError(f"%{self.prefix}load needs a file.", f"Usage: %{self.prefix}load FILE")
        path = Path(line.strip())
        try:
            text = cajal.read(path)
        except (cajal.CajalError, ValueError) as error:  # a path with a null character is none
            raise MagicError(f"%{self.prefix}load: {error}.") from error
        return self.session.run(text, name=path.name)

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
