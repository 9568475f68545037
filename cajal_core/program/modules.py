"""Modules: where `use logic` finds `logic.cajal`, and what it declares.

A module is a program of its own: it sees what it declares and uses, and no name of who uses it. It is read
and checked once a program and version of its files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TypeAlias

from cajal_core.base.passes import Passes
from cajal_core.base.source import Source
from cajal_core.checking.spelling import nearest
from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.mistake import Mistake
from cajal_core.diagnostics.scope import ModuleCycle, UnknownModule, UnknownName
from cajal_core.program.declarations import Declaration
from cajal_core.program.entries import ModuleText
from cajal_core.program.files import read
from cajal_core.program.state import State
from cajal_core.syntax import tree
from cajal_core.syntax.lexer import tokenize
from cajal_core.syntax.parse import Broken, parse_items

LIBRARY = Path(__file__).parents[1] / "library"
"""The folder of the modules that come with `cajal_core`."""

_ENDING = ".cajal"


@dataclass(frozen=True, slots=True, eq=False)
class Module:
    """A module as its files stand: what it declares, and the modules that it uses, by their names."""

    file: Path
    written: ModuleText
    state: State
    uses: Mapping[str, Module]


#: Runs the source of a module, from a folder where modules beside it are.
Run: TypeAlias = Callable[[Source, Path], State]


class Modules:
    """The modules of a program. `path` are folders to look in, after that of who uses one."""

    def __init__(self, path: str | Path | Iterable[str | Path] = ()) -> None:
        folders = (path,) if isinstance(path, str | Path) else path
        self.path = tuple([Path(folder) for folder in folders])
        self._known: dict[Path, Module] = {}
        #: The modules that are being read, each with those that it has used so far.
        self._open: dict[Path, dict[str, Module]] = {}

    def __getstate__(self) -> dict[str, object]:
        """What is kept of them where a program is copied or pickled: where they are looked for."""
        return {"path": self.path, "_known": {}, "_open": {}}

    def load(self, use: tree.Use, folder: Path, nat_size: int, passes: Passes, run: Run) -> Module:
        """The module that an item of a file in this folder uses.

        Raises:
            CajalError: if there is none, if it is still being read, or with its own mistakes.
        """
        name = use.module.name
        file = self._file(use, folder)
        if file in self._open:
            files = [*self._open]
            way = [opened.stem for opened in files[files.index(file) :]]
            raise CajalError(ModuleCycle(use.module.span, (*way, name)))
        module = self._known.get(file)
        if module is None or not self._stands(module):
            module = self._read(file, name, run)
        else:  # it was checked for another size, perhaps
            for declaration in (*module.state.names.values(), *module.state.types.values()):
                declaration.target(nat_size, passes)
        self._known[file] = module
        if self._open:
            self._open[[*self._open][-1]][name] = module
        return module

    def names(self, folder: Path) -> list[str]:
        """The modules that an item of a file in this folder can use, each once, the nearest folder first."""
        folders = [folder, *self.path, LIBRARY]
        return [*dict.fromkeys([file.stem for place in folders for file in _files(place)])]

    def declared(self, name: str, folder: Path) -> list[str]:
        """What a module declares, as far as it parses; nothing of one that there is not."""
        file = self._found(name, folder)
        return [] if file is None else [item.name.name for item in _declarations(file)]

    def _found(self, name: str, folder: Path) -> Path | None:
        files = [place / f"{name}{_ENDING}" for place in (folder, *self.path, LIBRARY)]
        return next((file.resolve() for file in files if file.is_file()), None)

    def _file(self, use: tree.Use, folder: Path) -> Path:
        name = use.module.name
        if file := self._found(name, folder):
            return file
        library = tuple([file.stem for file in _files(LIBRARY)])
        places = tuple([f"`{place}`" for place in (folder, *self.path)])
        close = nearest(name, self.names(folder))
        raise CajalError(UnknownModule(use.module.span, name, close, places, library))

    def _stands(self, module: Module) -> bool:
        """Whether a module's files are as they were read."""
        pending = [module]
        while pending:
            module = pending.pop()
            if not module.file.is_file() or read(module.file) != module.written.text:
                return False
            pending.extend(module.uses.values())
        return True

    def _text(self, file: Path) -> str:
        return read(file)

    def _read(self, file: Path, name: str, run: Run) -> Module:
        text = self._text(file)
        uses = self._open[file] = {}
        try:
            state = run(Source(_called(file), text, is_file=True), file.parent)
        finally:
            del self._open[file]
        written = ModuleText(name, text, {called: used.written for called, used in uses.items()})
        return Module(file, written, state, uses)


def brought(module: Module, use: tree.Use) -> dict[str, Declaration]:
    """What a `use` of the module brings, types first, since others may be of them."""
    declared = {**module.state.types, **module.state.names}
    if use.names is None:
        return declared
    asked = {binder.name for binder in use.names}
    return {name: declaration for name, declaration in declared.items() if name in asked}


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"*{_ENDING}")) if folder.is_dir() else []


def _called(file: Path) -> str:
    """What messages call a file: its path, from the present folder where it is inside.

    One of the library is called by its name alone, since it is not the user's.
    """
    if file.parent == LIBRARY:
        return file.name
    here = Path.cwd()
    return str(file.relative_to(here) if file.is_relative_to(here) else file)


def _declarations(
    file: Path,
) -> Iterator[tree.Def | tree.Extern | tree.Learn | tree.Space | tree.Data | tree.Synonym]:
    """What a file declares, as far as it parses."""
    for item in parse_items(tokenize(Source(file.name, read(file), is_file=True))):
        if not isinstance(item, Broken | tree.Show | tree.Use):
            yield item


@cache
def library_names() -> Mapping[str, str]:
    """The names and constructors that the library declares, each with its first module."""
    owners = dict[str, str]()
    for file in _files(LIBRARY):
        for item in _declarations(file):
            constructors = item.constructors if isinstance(item, tree.Data) else ()
            for declared in (item.name, *[constructor.name for constructor in constructors]):
                owners.setdefault(declared.name, file.stem)
    return owners


def with_library(mistakes: Iterable[Mistake]) -> list[Mistake]:
    """The mistakes, where those of an unknown name say which module of the library has it."""
    return [
        replace(mistake, nearest=(), hint=f"the library has it: `use {owner}`", instead=None)
        if isinstance(mistake, UnknownName) and (owner := library_names().get(mistake.name))
        else mistake
        for mistake in mistakes
    ]
