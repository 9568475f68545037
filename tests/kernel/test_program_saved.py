"""What is saved comes back as it was, whatever was done before: `load(source(p)) = p`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cajal_core as cajal
from cajal_core.base.passes import Passes
from cajal_core.program.declarations import Declaration
from cajal_kernel.program import NotebookProgram
from tests.kernel.notebooks import Notebook


def read_again(program: cajal.Program, folder: Path) -> NotebookProgram:
    file = folder / "saved.cajal"
    cajal.write(file, program.source() + "\n")
    again = NotebookProgram()
    again.run(cajal.read(file))
    return again


def meaning(declaration: Declaration, size: int, known: dict[int, Any]) -> Any:
    """A declaration's core or mistake, with those of all that it rests on, older ones too."""
    if id(declaration) not in known:
        used = {name: meaning(used, size, known) for name, used in sorted(declaration.names.items())}
        try:
            core = repr(declaration.target(size, Passes(verify=False)))
        except cajal.CajalError as error:
            core = [mistake.title for mistake in error.errors]
        tables = [
            {name: meaning(used, size, known) for name, used in sorted(table.items())}
            for table in (declaration.types, declaration.constructors)
        ]
        known[id(declaration)] = core, used, *tables
    return known[id(declaration)]


def everything(program: NotebookProgram) -> dict[str, Any]:
    state, known = program.state, dict[int, Any]()
    size = program.nat_size
    return {
        "settings": state.settings,
        "written": {
            name: (entry.kind, entry.text, entry.comment, entry.apart, entry.constructors, entry.auto)
            for name, entry in state.entries.items()
        },
        "outdated": program.outdated(),
        "meaning": {name: meaning(declared, size, known) for name, declared in state.names.items()},
        "types": {name: meaning(declared, size, known) for name, declared in state.types.items()},
        "constructors": {
            name: meaning(declared, size, known) for name, declared in state.constructors.items()
        },
    }


def test_what_is_saved_comes_back_as_it_was(tmp_path: Path, trials: Callable[[int, int], int]) -> None:
    for seed in range(trials(60, 1000)):
        notebook = Notebook(seed)
        for _ in range(notebook.random.randint(3, 20)):
            notebook.step()
        again = read_again(notebook.program, tmp_path)
        assert everything(again) == everything(notebook.program), f"seed {seed}"
