"""Programs from files, or from source."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from cajal_core.program.files import read
from cajal_core.program.program import Program
from cajal_core.terms.values import OverflowMode


def load(
    source: str | Path,
    nat_size: int = 10,
    overflow: OverflowMode = "truncate",
    auto: bool = False,
    verify: bool = False,
    path: str | Path | Iterable[str | Path] = (),
) -> Program:
    """A program from a file, given by a `Path` or a string that ends in `.cajal`, or from source.

    The settings are those that the source begins with: it may state others, as what `%save` and
    `Program.source` write does. What it uses is looked for in its folder first, or the present one, and
    then in those of `path`.

    Raises:
        CajalError: if the file cannot be read, and as `Program.run` does.

    Example:
        >>> import cajal_core as cajal
        >>> cajal.load("def not (x : Bool) : Bool = if x then false else true").names
        ['not']
    """
    program = Program(nat_size, overflow, auto, verify, path)
    if isinstance(source, str) and not source.endswith(".cajal"):
        program.run(source, "source", is_file=True)
        return program
    file = Path(source)
    program.run(read(file), file.name, is_file=True, folder=file.parent)
    return program
