"""What a front end is told about the Cajal at its cursor, by our kernel and by IPython's."""

from __future__ import annotations

from typing import Any

from cajal_kernel.assist.cells import Place
from cajal_kernel.assist.completion import completions, word_at
from cajal_kernel.assist.hover import bound_inspection, inspection
from cajal_kernel.program import NotebookProgram
from cajal_kernel.views.bundles import printable_bundle

Reply = dict[str, Any]


def completion(program: NotebookProgram, place: Place) -> Reply:
    """What can be written, each with what it is and its type, for the pop-up of a front end."""
    start, matches = completions(program, place.code, place.cursor, place.takes)
    begin, end = place.offset + start, place.offset + place.cursor
    types = [
        {"start": begin, "end": end, "text": match.text, "type": match.kind, "signature": match.type}
        for match in matches
    ]
    return {
        "status": "ok",
        "matches": [match.text for match in matches],
        "cursor_start": begin,
        "cursor_end": end,
        "metadata": {"_jupyter_types_experimental": types},
    }


def moved(reply: Reply, offset: int) -> Reply:
    """Completions of a piece of a cell, as those of the cell in which it begins at `offset`."""
    for key in ("cursor_start", "cursor_end"):
        reply[key] += offset
    for entry in reply["metadata"].get("_jupyter_types_experimental", ()):
        entry["start"] += offset
        entry["end"] += offset
    return reply


def explanation(program: NotebookProgram, place: Place, prefix: str = "") -> Reply:
    """What the word at the cursor is: a bound variable, a name, a word or sign of the language.

    `prefix` begins the notebook's magics.
    """
    name = word_at(place.code, place.cursor)
    bundle = bound_inspection(place.code, place.cursor, name) if name else None
    bundle = bundle or inspection(program, name, prefix=prefix)
    data = printable_bundle(bundle or {})
    return {"status": "ok", "found": bundle is not None, "data": data, "metadata": {}}
