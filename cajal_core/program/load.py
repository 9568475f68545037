"""Programs from files, or from source; neurons from files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from cajal_core.program.files import read
from cajal_core.program.program import Program
from cajal_core.program.saved import SavedModules, file_path
from cajal_core.terms.values import OverflowMode

if TYPE_CHECKING:
    from cajal_core.backend.links import Link
    from cajal_core.neuron.module import Neuron


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


def load_neuron(path: str | os.PathLike[str], link: Mapping[str, Link] | None = None) -> Neuron:
    r"""The neuron that `Neuron.save` wrote into a file, in any process.

    It is compiled again from the source in the file, so that its results are those of the neuron that was
    saved. What it learned, and tensors and lists that it was linked to, come from the file, in their dtype.
    Networks and functions are Python, which no file has: `link` gives them again, of the same architecture,
    and the saved tensors are put into them. A network that was linked under two names is in the file once.
    `link` may give others, too, in place of tensors, or for externs that were not linked.

    The neuron shares nothing with other programs. It is where the networks of `link` are, else on the CPU;
    `.to(device)` moves all of it.

    Raises:
        CajalError: if the file cannot be read, is damaged, of another kind or of a later format; if an extern
            was linked to a network or a function and `link` lacks it, if what it has does not fit the extern
            or does not take the tensors, or if one network stands for two that differ.

    Example:
        >>> import cajal_core as cajal
        >>> import os, tempfile, torch
        >>> program = cajal.load("learn flip : Bool -o Bool\nextern net : Bool -o Bool")
        >>> program.link(net=torch.nn.Linear(2, 2))
        >>> neuron = program.compile(r"\x:Bool. net (flip x)")
        >>> x = torch.rand(3, 2)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = os.path.join(folder, "flip.cajaln")
        ...     neuron.save(path)
        ...     again = cajal.load_neuron(path, link={"net": torch.nn.Linear(2, 2)})
        >>> torch.equal(again(x), neuron(x))
        True
    """
    from cajal_core.backend.links import by_name
    from cajal_core.neuron.saving.contents import restore
    from cajal_core.neuron.saving.file import from_file

    file, links = file_path(path), by_name(link, {})
    saved = from_file(file)
    text, program = saved.program, Program()
    program._modules = SavedModules(text)  # pyright: ignore[reportPrivateUsage]
    program.run(text.source, file.name, is_file=True, folder="")
    neuron = program.compile(text.term, text.nat_size, text.overflow)
    restore(neuron, saved, links, str(file))
    return neuron
