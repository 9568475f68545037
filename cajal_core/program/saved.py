"""Where a neuron comes from, as text that goes into its file, and the modules of such a text."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.use.saving import NotAPath
from cajal_core.neuron.saving.origin import ModuleData, Origin, ProgramText
from cajal_core.program.entries import Entry, ModuleText, in_use, written
from cajal_core.program.files import write
from cajal_core.program.modules import Module, Modules
from cajal_core.program.settings import Settings
from cajal_core.syntax import tree

if TYPE_CHECKING:
    from cajal_core.neuron.module import Neuron


class Declared(Origin):
    """The origin of what a program compiled. A pickled copy has its text alone."""

    def __init__(self, text: ProgramText | Callable[[], ProgramText]) -> None:
        self._text = text

    def __reduce__(self) -> tuple[type[Declared], tuple[ProgramText]]:
        return Declared, (self.text,)

    @property
    def text(self) -> ProgramText:
        """The program, which is written when it is first asked for: most neurons are never saved."""
        if not isinstance(self._text, ProgramText):
            self._text = self._text()
        return self._text

    def save(self, neuron: Neuron, path: str | os.PathLike[str]) -> None:
        """What `Neuron.save` does."""
        from cajal_core.neuron.saving.contents import contents
        from cajal_core.neuron.saving.file import as_bytes

        write(file_path(path), as_bytes(contents(neuron, self.text)))


def file_path(path: object) -> Path:
    """What is given for a file, with `~` as the home directory.

    Raises:
        CajalError: if it is no path.
    """
    if not isinstance(path, str | os.PathLike):
        raise CajalError(NotAPath(type(path).__name__))
    return Path(os.fsdecode(cast("os.PathLike[str]", path))).expanduser()


def declared_by(roots: Sequence[Entry], term: str, settings: Settings) -> Declared:
    """The origin of a term that mentions some declarations."""
    return Declared(partial(_program_text, roots, term, settings))


def _program_text(roots: Sequence[Entry], term: str, settings: Settings) -> ProgramText:
    entries = in_use(roots)
    source = written(entries, replace(Settings(), nat_size=0), settings)
    tops = [entry.brings for entry in entries if entry.brings]
    places, modules = _numbered(tops)
    uses = [places[top.version] for top in tops]
    return ProgramText(source, term, settings.nat_size, settings.overflow, modules, uses)


def _numbered(tops: Iterable[ModuleText]) -> tuple[dict[bytes, int], list[ModuleData]]:
    """The files of modules and of those that they use, each version once, and the place of each."""
    pending, reached = [*tops], dict[bytes, ModuleText]()
    while pending:
        module = pending.pop()
        if module.version not in reached:
            reached[module.version] = module
            pending += module.uses.values()
    places = {version: place for place, version in enumerate(reached)}
    return places, [
        {
            "name": module.name,
            "text": module.text,
            "uses": {name: places[used.version] for name, used in module.uses.items()},
        }
        for module in reached.values()
    ]


class SavedModules(Modules):
    """The modules of a saved program, as they were when it was saved.

    What uses a module is told apart by its folder: that of a module is its place among all.
    """

    def __init__(self, program: ProgramText) -> None:
        super().__init__()
        self._modules = program.modules
        self._uses = iter(program.uses)

    def _file(self, use: tree.Use, folder: Path) -> Path:
        name = use.module.name
        place = self._modules[int(folder.name)]["uses"][name] if folder.name else next(self._uses)
        return Path(str(place)) / f"{name}.cajal"

    def _stands(self, module: Module) -> bool:
        return True

    def _text(self, file: Path) -> str:
        return self._modules[int(file.parent.name)]["text"]
