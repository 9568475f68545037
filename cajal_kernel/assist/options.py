"""What stands behind the name of a magic besides Cajal: its options, and words of a list."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cajal_kernel.assist.cells import Place, Takes
from cajal_kernel.views.pictures import PICTURES

FLAG: Takes = ()
"""An option that stands alone."""

ARGUMENT = ""
"""The key of what a magic takes besides its options."""

TRAIN: dict[str, Takes | None] = {
    **dict.fromkeys("--data --validate --loss --metrics --optimizer --epochs --steps --batch --rate".split()),
    **dict.fromkeys("--clip --seed --every --checkpoint --watch --tensorboard -o".split()),
    "--watch": ("on", "off"),
}

OPTIONS: Mapping[tuple[str, str], Mapping[str, Takes | None]] = {
    ("%", "show"): {"--as": tuple(PICTURES), "--save": None},
    ("%", "train"): TRAIN,
    ("%", "save"): {"--force": FLAG},
    ("%", "auto"): {ARGUMENT: ("on", "off")},
    ("%%", "cajal"): {"-i": None, "-o": "name", "--nat": None, "--auto": FLAG},
}
"""What each option takes: a word of a list, the name of a declaration, or None for what is not listed."""

LINE = re.compile(r"[^\S\n]*(%%?)(\w+)[^\S\n]+")


def option_at(code: str, cursor: int, prefix: str) -> Place | None:
    """The option at a cursor in the line of a magic, or the word that an option takes.

    It is None elsewhere, and where what is taken is not listed. `prefix` begins our magics' names.
    """
    line = LINE.match(code, code.rfind("\n", 0, cursor) + 1, cursor)
    if not line:
        return None
    sign, name = line.groups()
    if name != "cajal":
        if not name.startswith(prefix):
            return None
        name = name.removeprefix(prefix)
    options = OPTIONS.get((sign, name), {})
    *words, word = re.split(r"\s+", code[line.end() : cursor])
    if "--" in words:  # in a comment
        return None
    option, equals, value = word.partition("=")
    if equals and option.startswith("--"):
        takes, start = options.get(option), cursor - len(value)
    else:
        start, takes = cursor - len(word), options.get(words[-1]) if words else options.get(ARGUMENT)
        if not takes and word.startswith("-"):
            takes = tuple(filter(None, options))
    return Place(code[start:cursor], cursor - start, start, takes) if takes else None
