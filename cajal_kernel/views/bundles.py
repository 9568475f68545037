"""From the results of a cell, and from neurons, to what a notebook shows: a MIME bundle for each.

A line is worded here. A picture is in a module of its own beside this one; `pictures` lists those of `%show`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from html import escape

import cajal_core as cajal
from cajal_kernel.views.paint import QUIET, Bundle, heading, heading_text
from cajal_kernel.views.picture import Picture, Subject

SIDE, ENTRIES = 4096, 2**24
"""The most rows or columns, and the most entries, of a matrix that is drawn."""

QUICK = 2**21
"""The most entries of a matrix that is drawn unasked, as the output of a cell."""


def result_bundle(
    result: cajal.Result,
    prefix: str,
    *,
    draw: bool = True,
    externs: Mapping[str, cajal.Type] | None = None,
) -> Bundle:
    """What a cell shows for one item. `prefix` begins this notebook's magics, for the advice in remarks.

    Without `draw` nothing is compiled, and a remark stands in place of the matrix. `externs` are as in
    `neuron_bundle`.
    """
    if result.kind == "space" or result.type is None:
        return line_bundle(_one_line(result.text), "", note=cajal.shorten(", ".join(result.names)))
    if result.kind == "extern":
        return line_bundle(
            result.name or "", str(result.type), note=f"extern; {_advice(result.name, prefix)}"
        )
    if result.kind == "learn":
        return line_bundle(
            result.name or "", str(result.type), note="learned; all neurons that use it share it"
        )
    name = result.name or _one_line(result.text)
    if result.value is not None:
        return line_bundle(name, str(result.type), str(result.value))
    if note := too_large(result.type) or _slow(result.type, result.name or "", prefix):
        return line_bundle(name, str(result.type), note=note)
    if not draw:
        note = f"not drawn, since its cell is long{_asked(result.name or '', prefix)}"
        return line_bundle(name, str(result.type), note=note)
    try:
        neuron = result.neuron()
    except cajal.CajalError as error:
        return line_bundle(name, str(result.type), note=_reason(error.errors[0]))
    try:
        return neuron_bundle(name, neuron, prefix, externs)
    except Exception as error:
        if not cajal.raised_by_link(error):
            raise
        # The definition is right, and stays.
        what = f"{type(error).__name__}: {_one_line(str(error))}"
        return line_bundle(name, str(result.type), note=f"not drawn, since what is linked fails: {what}")


def neuron_bundle(
    title: str, neuron: cajal.Neuron, prefix: str, externs: Mapping[str, cajal.Type] | None = None
) -> Bundle:
    """A neuron as its labelled matrix, or its type and the reason why there is no matrix to show.

    `externs` are those that the program has now: no other can be linked in it.
    """
    line = _not_drawn(title, neuron, prefix, externs)
    if line is None and (obstacle := neuron.obstacle):
        line = _line(title, str(neuron.type), note=_reason(obstacle))
    if line is None and (note := _slow(neuron.type, title, prefix)):
        line = _line(title, str(neuron.type), note=note)
    return (line or _drawn(Subject(title, neuron, prefix=prefix), live=False)).bundle("")


def matrix_pictures(subject: Subject) -> Iterator[Picture]:
    """What `%show` shows of a neuron: its matrix, or its values at basis vectors where it has none.

    Below it are the linear layers of the extern that the title names.
    """
    if line := _not_drawn(subject.title, subject.neuron, subject.prefix, None):
        yield line
        return
    from cajal_kernel.views.matrix.picture import matrix_picture
    from cajal_kernel.views.matrix.weights import layers

    yield _drawn(subject, live=True)
    if subject.title in subject.neuron.externs:
        for matrix in layers(subject.title, subject.neuron):
            yield matrix_picture(matrix)


def _not_drawn(
    title: str, neuron: cajal.Neuron, prefix: str, externs: Mapping[str, cajal.Type] | None
) -> Picture | None:
    """The line of a neuron that cannot run, or whose matrix is too large; None of any other."""
    type = str(neuron.type)
    if neuron.unlinked:
        return _line(title, type, note=needs_note(neuron, prefix, externs))
    if note := too_large(neuron.type):
        return _line(title, type, note=note)
    if any(tensor.is_meta for tensor in neuron.buffers()):
        return _line(title, type, note="not drawn, since tensors on the device meta have no numbers")
    return None


def _drawn(subject: Subject, *, live: bool) -> Picture:
    """The matrix of a neuron that can run, or its table; as one line where it is a value, or has neither."""
    from cajal_kernel.views.matrix.data import neuron_matrix, table_matrix
    from cajal_kernel.views.matrix.picture import matrix_picture

    title, neuron, type = subject.title, subject.neuron, str(subject.neuron.type)
    obstacle = neuron.obstacle
    try:
        matrix = (table_matrix if obstacle else neuron_matrix)(title, neuron)
    except cajal.CajalError as error:
        return _line(title, type, note=_reason(obstacle or error.errors[0]))
    if not matrix.columns and not neuron.externs and not neuron.learned:  # a closed program
        column = matrix.values[:, 0]
        if matrix.lost:
            return _line(title, type, "overflow")
        if column.max() == 1 and (column != 0).sum() == 1:  # else there is a function in it
            return _line(title, type, matrix.rows.labels[int(column.argmax())])
    return matrix_picture(matrix, live=live)


def _line(name: str, type: str, value: str = "", note: str = "") -> Picture:
    return Picture(heading_text(name, type, value, note), heading(name, type, value, note))


def needs_note(
    neuron: cajal.Neuron, prefix: str, externs: Mapping[str, cajal.Type] | None = None, held: str = ""
) -> str:
    """What an unlinked neuron needs, and how to link it. `held` is what Python calls it, if that links it."""
    needs = ", ".join(f"{name} : {needed}" for name, needed in neuron.unlinked.items())
    first = next(iter(neuron.unlinked))
    advice = f"link it: {held}.{cajal.link_call(first)}" if held else _advice(first, prefix)
    if older := older_extern(neuron, externs):
        advice = f"the old {older}: %{prefix}rerun declares again what uses it"
    return f"needs {needs}; {advice}"


def older_extern(neuron: cajal.Neuron, externs: Mapping[str, cajal.Type] | None) -> str | None:
    """An unlinked extern of a neuron that the program has no more, or has at another type."""
    if externs is None:
        return None
    return next((name for name, type in neuron.unlinked.items() if externs.get(name) != type), None)


# Lines


def line_bundle(name: str, type: str, value: str = "", note: str = "") -> Bundle:
    """One line: `name : type = value`, and a remark."""
    return _line(name, type, value, note).bundle("")


def quiet_bundle(text: str) -> Bundle:
    """A remark that is no result."""
    text = cajal.shorten(text)
    html = f'<div style="{QUIET};white-space:pre-wrap">{escape(text)}</div>'
    return {"text/plain": f"-- {text}", "text/html": html}


def printable_bundle(bundle: Bundle) -> Bundle:
    """A bundle in whose texts nothing is hidden or forged by control characters of what they quote."""
    return {
        kind: cajal.printable(value, keep="\n\t")
        if isinstance(value, str) and kind.startswith("text/")
        else value
        for kind, value in bundle.items()
    }


def _one_line(text: str, limit: int = 60) -> str:
    """The source of an item on one line, without comments, cut where it is longer than `limit`."""
    line = " ".join(cajal.without_comments(text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _reason(mistake: cajal.Mistake) -> str:
    """Why there is no matrix to draw, and what there is instead."""
    return f"{mistake.title}; {mistake.help}" if mistake.help else mistake.title


def too_large(type: cajal.Type) -> str:
    """Why a matrix is not drawn, before anything is compiled; empty where it is."""
    arguments, result = cajal.uncurry(type)
    rows, columns = cajal.dim(result), math.prod(map(cajal.dim, arguments))
    if max(rows, columns) <= SIDE and rows * columns <= ENTRIES:
        return ""
    return f"shape {cajal.shape(type)}, too large to draw"


def _slow(type: cajal.Type, name: str, prefix: str) -> str:
    """Why a matrix is drawn only when it is asked for; empty where it is drawn."""
    arguments, result = cajal.uncurry(type)
    if cajal.dim(result) * math.prod(map(cajal.dim, arguments)) <= QUICK:
        return ""
    return f"shape {cajal.shape(type)}, large{_asked(name, prefix)}"


def _asked(name: str, prefix: str) -> str:
    return f"; draw it: %{prefix}show {name}" if name else ""


def _advice(name: str | None, prefix: str) -> str:
    return f"link it: %{prefix}link {name}=…"
