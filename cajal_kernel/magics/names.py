"""The names of our magics, and what is meant by the name of one that is not there."""

from __future__ import annotations

from IPython.core.interactiveshell import InteractiveShell

import cajal_core as cajal
from cajal_kernel.errors import MagicError

MAGICS = "link unlink show nat auto help env source rerun undo reset save load format".split()
"""Those that a prefix begins in a Python notebook."""

OURS = {*MAGICS, "cajal", "python"}


def no_magic(shell: InteractiveShell, kind: str, name: str) -> MagicError:
    """The mistake of a magic that is not there; `kind` is "line" or "cell"."""
    sign, other, its = ("%", "%%", "cell") if kind == "line" else ("%%", "%", "line")
    magics = shell.magics_manager.magics
    if name in magics[its]:
        takes = (
            f"write `%%{name}` on the first line of a cell"
            if its == "cell"
            else f"write `%{name}`, on one line"
        )
        return MagicError(f"`{sign}{name}` is no magic, `{other}{name}` is one.", takes)
    own = [known for known in magics[kind] if known.removeprefix("cajal_") in OURS]
    near = cajal.nearest(name, own) or cajal.nearest(name, magics[kind])
    hint = f"did you mean `{sign}{near[0]}`?" if near else "`%lsmagic` lists all magics"
    return MagicError(f"there is no magic `{sign}{name}`", hint)
