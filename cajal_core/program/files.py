"""Programs from files."""

from __future__ import annotations

from pathlib import Path

from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.runtime import Unreadable
from cajal_core.program.program import Program
from cajal_core.terms.values import OverflowMode


def load(
    source: str | Path,
    nat_size: int = 10,
    overflow: OverflowMode = "truncate",
    auto: bool = False,
    verify: bool = False,
) -> Program:
    """A program from a file, given by a `Path` or a string that ends in `.cajal`, or from source.

    Raises:
        CajalError: if the file cannot be read, and as `Program.run` does.

    Example:
        >>> import cajal_core as cajal
        >>> cajal.load("def not (x : Bool) : Bool = if x then false else true").names
        ['not']
    """
    program = Program(nat_size, overflow, auto, verify)
    if isinstance(source, str) and not source.endswith(".cajal"):
        program.run(source, "source")
        return program
    path = Path(source)
    program.run(read(path), path.name)
    return program


def read(path: Path) -> str:
    """The text of a file, without the byte order mark that some editors put before it.

    Raises:
        CajalError: if it cannot be read, or is not UTF-8.

    Example:
        >>> import cajal_core as cajal
        >>> from pathlib import Path
        >>> cajal.read(Path("no-such.cajal"))
        Traceback (most recent call last):
            ...
        cajal_core.diagnostics.errors.CajalError: cannot read `no-such.cajal`: No such file or directory
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise CajalError(Unreadable(str(path), str(reason))) from error
