"""The names of our magics, and what is meant by the name of one that is not there."""

from __future__ import annotations

import re

from IPython.core.interactiveshell import InteractiveShell

import cajal_core as cajal
from cajal_kernel.errors import MagicError
from cajal_kernel.misplaced import MAGICS

WORD = re.compile(r"\w+")
OURS = {*MAGICS, "cajal", "python"}


def misplaced_magic(magic: str) -> MagicError:
    """The mistake of a cell magic, such as `%%cajal`, that is not on the first line of its cell."""
    return MagicError(
        f"`{magic}` takes a whole cell, and is not on the first line of this one.",
        f"put `{magic}` on the first line of a cell of its own, and a comment below it",
    )


def no_magic(shell: InteractiveShell, kind: str, name: str) -> MagicError:
    """The mistake of a magic that is not there; `kind` is "line" or "cell"."""
    sign, other, its = ("%", "%%", "cell") if kind == "line" else ("%%", "%", "line")
    if not name:
        return MagicError(
            f"`{sign}` is followed by the name of a magic, without a blank.", f"write `{sign}NAME`"
        )
    if name in ("exit", "quit"):
        return MagicError(f"`{sign}{name}` is no magic.", f"`{name}`, in a cell of its own, ends the kernel")
    magics = shell.magics_manager.magics
    bare = name.lower().removeprefix("cajal_")
    meant = [name, f"cajal_{bare}", bare]  # the prefix may be missing, or be one too many
    for known in meant if magics[kind].keys().isdisjoint(meant) else []:
        if known in magics[its]:
            takes = (
                f"write `%%{known}` on the first line of a cell"
                if its == "cell"
                else f"write `%{known}`, on one line"
            )
            return MagicError(f"`{sign}{name}` is no magic, `{other}{known}` is one.", takes)
    word = WORD.match(name)
    if word and word[0] in magics[kind]:
        return MagicError(
            f"there is no magic `{sign}{name}`", f"a blank follows the name: `{sign}{word[0]} …`"
        )
    own = {known.removeprefix("cajal_"): known for known in magics[kind]}
    near = [own[known] for known in cajal.nearest(bare, OURS & own.keys())]
    near += cajal.nearest(name, magics[kind])
    hint = f"did you mean `{sign}{near[0]}`?" if near else "`%lsmagic` lists all magics"
    return MagicError(f"there is no magic `{sign}{name}`", hint)
