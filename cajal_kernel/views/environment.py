"""The table of all names: type, shape, memory of the matrix, and what there is to know."""

from __future__ import annotations

import math
from html import escape

import cajal_core as cajal
from cajal_kernel.program import NotebookProgram, type_now
from cajal_kernel.views.paint import MONO, Bundle

WIDEST = 80
"""The most characters of a cell in the table as text. The table as HTML has them all."""

HEAD = ("name", "type", "shape", "memory", "")
BYTES = 4
"""Of one entry of a tensor, in torch's default floating type."""


def environment(program: NotebookProgram) -> Bundle:
    """Every declaration in the order of its last run."""
    old, no_matrix = program.outdated(), _without_matrix(program)
    rows = [
        _row(entry, type_now(program, entry), old.get(entry.name), entry.name in no_matrix)
        for entry in program.entries.values()
    ]
    if not rows:
        text = "There are no definitions yet."
        return {"text/plain": text, "text/html": f"<div>{text}</div>"}
    # A column is as wide as its widest cell, so that one long name would be paid for in each line.
    cut = [[cell if len(cell) <= WIDEST else cell[: WIDEST - 1] + "…" for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in [HEAD, *cut]) for i in range(len(HEAD))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in [HEAD, *cut]
    ]
    return {"text/plain": "\n".join(lines), "text/html": _html(rows)}


def _without_matrix(program: NotebookProgram) -> set[str]:
    """The names that have no matrix, since an argument goes through what is linked.

    Only those are compiled that reach a linked callable.
    """
    reach = {name for name, (_, link) in program.state.links.items() if callable(link)}
    names = list[str]()
    for entry in program.entries.values():
        if entry.name in reach or not reach.isdisjoint(entry.uses):
            reach.add(entry.name)
            names.append(entry.name)
    if not names:
        return set()
    from torch import random

    with random.fork_rng(devices=[]):  # a table of names must not change what the next seed gives
        return {name for name in names if _has_no_matrix(program, name)}


def _has_no_matrix(program: NotebookProgram, name: str) -> bool:
    try:
        return program.compile(name, fresh=True).obstacle is not None
    except cajal.CajalError:  # at the present size of Nat, a numeral may not fit
        return False


def _row(
    entry: cajal.Entry, type: cajal.Type | None, old: list[str] | None, no_matrix: bool
) -> tuple[str, ...]:
    notes = [] if entry.kind == "def" else [entry.kind]
    if no_matrix:
        notes.append("no matrix: not known to be linear")
    if old:
        notes.append(f"uses the old {', '.join(old)}")
    if type is None:
        _, *declared = cajal.without_comments(entry.text).split()
        return entry.name, " ".join(declared), "", "", "; ".join(notes)
    shape = None if no_matrix else tensor_shape(type)
    size = memory(math.prod(shape) * BYTES) if shape and math.prod(shape) < ENTRIES else ""
    return entry.name, str(type), str(shape) if shape else "", size, "; ".join(notes)


def tensor_shape(type: cajal.Type) -> tuple[int, ...] | None:
    """The shape of what has a tensor; None for a definition with `!` parameters."""
    return cajal.shape(type) if cajal.has_tensor(type) else None


ENTRIES = 2**50
"""A tensor of more entries is nowhere: a list of its type is held apart."""


def memory(size: float) -> str:
    """A number of bytes in a unit that keeps it short."""
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:.3g} PB"


CELL = "text-align:left;padding:1px 12px 1px 0;border:none"
TABLE = f"{MONO};border-collapse:collapse;margin:2px 0"


def _html(rows: list[tuple[str, ...]]) -> str:
    def line(cells: tuple[str, ...], tag: str) -> str:
        made = "".join(f'<{tag} style="{CELL}">{escape(cell)}</{tag}>' for cell in cells)
        return f'<tr style="background:transparent">{made}</tr>'

    body = "".join(line(row, "td") for row in rows)
    return f'<table style="{TABLE}"><thead>{line(HEAD, "th")}</thead><tbody>{body}</tbody></table>'
