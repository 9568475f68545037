"""From what `Program` gives to what a notebook shows: a MIME bundle for each result."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING, Any

import cajal_core as cajal
from cajal_kernel.errors import MagicError

if TYPE_CHECKING:
    from cajal_kernel.views.model import Axis, Matrix, Steps

Bundle = dict[str, Any]

TABLE_COLUMNS, TABLE_ROWS, TABLE_ENTRIES = 64, 64, 2048
PICTURE_SIDE, PICTURE_ENTRIES = 4096, 2**21
STEPS_INPUTS, STEPS_ENTRIES = 1024, 2**22


def result_bundle(result: cajal.Result, prefix: str) -> Bundle:
    """What a cell shows for one item. `prefix` begins this notebook's magics, for the advice on linking."""
    if result.kind == "space" or result.type is None:
        return line_bundle(_one_line(result.text), "")
    if result.kind == "extern":
        return line_bundle(
            result.name or "", str(result.type), note=f"extern; {_advice(result.name, prefix)}"
        )
    if result.kind == "learn":
        return line_bundle(
            result.name or "", str(result.type), note="learned; each neuron that uses it trains its own"
        )
    name = result.name or _one_line(result.text)
    if result.value is not None:
        return line_bundle(name, str(result.type), str(result.value))
    if note := _too_large(result.type):
        return line_bundle(name, str(result.type), note=note)
    try:
        neuron = result.neuron()
    except cajal.CajalError as error:
        return line_bundle(name, str(result.type), note=error.errors[0].title)
    return neuron_bundle(name, neuron, prefix)


def neuron_bundle(title: str, neuron: cajal.Neuron, prefix: str) -> Bundle:
    """A neuron as its labelled matrix, or its type and the reason why there is no matrix to show."""
    kind = str(neuron.type)
    if neuron.unlinked:
        needs = ", ".join(f"{name} : {type}" for name, type in neuron.unlinked.items())
        return line_bundle(title, kind, note=f"needs {needs}; {_advice(next(iter(neuron.unlinked)), prefix)}")
    if note := _too_large(neuron.type):
        return line_bundle(title, kind, note=note)
    try:
        tensor = neuron.matrix()
    except cajal.CajalError as error:
        return line_bundle(title, kind, note=error.errors[0].title)
    matrix = labelled(title, neuron, tensor)
    if not matrix.columns and not neuron.externs and not neuron.learned:  # a closed program of a data type
        return line_bundle(title, kind, _value(matrix))
    return matrix_bundle(matrix)


def line_bundle(name: str, type: str, value: str = "", note: str = "") -> Bundle:
    """One line: `name : type = value`, and a remark."""
    from cajal_kernel.views.html import heading
    from cajal_kernel.views.text import heading_text

    return {
        "text/plain": heading_text(name, type, value, note),
        "text/html": heading(name, type, value, note),
    }


def quiet_bundle(text: str) -> Bundle:
    """A remark that is no result."""
    html = f'<div style="opacity:0.62;white-space:pre-wrap">{escape(text)}</div>'
    return {"text/plain": f"-- {text}", "text/html": html}


def trace_bundle(title: str, neuron: cajal.Neuron) -> Bundle:
    """Every named value of a run of a closed term, in the order of evaluation."""
    if neuron.arguments:
        names = " ".join(f"({each.name} : {each.type})" for each in neuron.arguments)
        raise MagicError(
            f"`{title}` is a function, and a trace is of a run: it still takes {names}.",
            "Apply it to its arguments, as in `%show f true --as trace`.",
        )
    text = str(neuron.trace())
    html = f'<pre style="margin:0;overflow-x:auto">{escape(text)}</pre>'
    return {"text/plain": text, "text/html": line_bundle(title, str(neuron.type))["text/html"] + html}


def matrix_bundle(matrix: Matrix) -> Bundle:
    """The heading and the matrix: a table where it is small enough to read, else an image."""
    from cajal_kernel.views.html import encoded, heading, image, matrix_html
    from cajal_kernel.views.text import heading_text, matrix_text, overflow_notes

    rows, columns = matrix.values.shape
    text = f"{heading_text(matrix.title, matrix.type)}\n{matrix_text(matrix)}"
    if columns <= TABLE_COLUMNS and rows <= TABLE_ROWS and rows * columns <= TABLE_ENTRIES:
        return {"text/plain": text, "text/html": heading(matrix.title, matrix.type) + matrix_html(matrix)}

    from cajal_kernel.views.png import matrix_png

    png = matrix_png(matrix)
    note = "; ".join([f"{rows} × {columns}", *overflow_notes(matrix)])
    html = heading(matrix.title, matrix.type, note=note) + image(png, f"matrix of {matrix.title}")
    return {"text/plain": text, "text/html": html, "image/png": encoded(png)}


def labelled(title: str, neuron: cajal.Neuron, tensor: Any) -> Matrix:
    """The curried tensor of a neuron as one table over all its arguments."""
    from cajal_kernel.views.model import Matrix, uncurry

    columns = axes(neuron)
    rows = result_axis(neuron.type)
    curried = tensor.detach().to(device="cpu").double().numpy()
    values = uncurry(curried, [len(axis.labels) for axis in columns], len(rows.labels))
    # Law 3: without parameters, and on values, a column is a basis vector, or empty where it overflowed.
    closed = not neuron.externs and not neuron.learned
    exact = closed and not any(cajal.uncurry(each.type)[0] for each in neuron.arguments)
    lost = tuple(bool(mass < 0.5) for mass in values.sum(axis=0)) if exact else ()
    return Matrix(title, str(neuron.type), columns, rows, values, lost if any(lost) else ())


def axes(neuron: cajal.Neuron) -> tuple[Axis, ...]:
    """The arguments of a neuron, with the names of their basis vectors."""
    from cajal_kernel.views.model import Axis

    return tuple(Axis(each.name, str(each.type), tuple(cajal.labels(each.type))) for each in neuron.arguments)


def result_axis(type: cajal.Type) -> Axis:
    from cajal_kernel.views.model import Axis

    result = cajal.uncurry(type)[1]
    return Axis("", str(result), tuple(cajal.labels(result)))


def runs(title: str, neuron: cajal.Neuron) -> list[Steps]:
    """Every `iter` that runs in a neuron, on every combination of basis vectors."""
    import numpy as np

    from cajal_kernel.views.model import Axis, Steps

    inputs = math.prod(cajal.dim(argument.type) for argument in neuron.arguments)
    if inputs > STEPS_INPUTS:
        raise MagicError(
            f"`{title}` has {inputs} combinations of basis vectors as input, more than the {STEPS_INPUTS} "
            "that are shown step by step.",
            "Apply it to some of its arguments first, or make Nat smaller.",
        )
    arguments = axes(neuron)
    found: list[Steps] = []
    for dynamics in neuron.dynamics():
        state = Axis(dynamics.name, str(dynamics.type), tuple(dynamics.labels))
        states = dynamics.states.detach().to(device="cpu").double().numpy()
        weights = dynamics.weights.detach().to(device="cpu").double().numpy()
        if states.size > STEPS_ENTRIES:
            shape = " × ".join(map(str, states.shape))
            raise MagicError(f"The states of `{title}` are {shape} numbers, too many for a page.")
        count, size = states.shape[0], states.shape[-1]
        by_input = np.moveaxis(states.reshape(count, inputs, size), 0, 1)
        found.append(Steps(title, arguments, state, by_input, weights.reshape(inputs, count)))
    if not found:
        raise MagicError(
            f"No `iter` runs in `{title}`, so there are no dynamics to show.",
            "Its matrix can be shown: leave out `--as dynamics`.",
        )
    return found


def steps_bundle(steps: Steps, slot: str) -> Bundle:
    """The static forms of a run; the live one takes their place in a page by `slot`."""
    from cajal_kernel.views.html import encoded, steps_html
    from cajal_kernel.views.png import steps_png
    from cajal_kernel.views.text import heading_text, steps_text

    png = steps_png(steps)
    heading = heading_text(steps.title, "iter")
    return {
        "text/plain": f"{heading}\n{steps_text(steps)}",
        "text/html": steps_html(steps, png, slot),
        "image/png": encoded(png),
    }


def _too_large(type: cajal.Type) -> str:
    """Why a matrix is not drawn, before anything is compiled; empty where it is."""
    arguments, result = cajal.uncurry(type)
    rows, columns = cajal.dim(result), math.prod(map(cajal.dim, arguments))
    if max(rows, columns) <= PICTURE_SIDE and rows * columns <= PICTURE_ENTRIES:
        return ""
    return f"a {rows} × {columns} matrix, too large to draw"


def _value(matrix: Matrix) -> str:
    """The value whose basis vector the only column is."""
    return "overflow" if matrix.lost else matrix.rows.labels[int(matrix.values[:, 0].argmax())]


def _advice(name: str | None, prefix: str) -> str:
    return f"link it: %{prefix}link {name}=…"


def _one_line(text: str, limit: int = 60) -> str:
    """The source of an item on one line, without comments, cut where it is long."""
    line = " ".join(cajal.without_comments(text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
