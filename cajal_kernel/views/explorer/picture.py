"""The explorer in its forms. Text and HTML show one run: the inputs, the source, and the values in a tree."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

import cajal_core as cajal
from cajal_kernel.views.explorer.run import run_live
from cajal_kernel.views.inputs import first_of, inputs_text, run_inputs
from cajal_kernel.views.lists import list_vector
from cajal_kernel.views.live.picture import Live
from cajal_kernel.views.paint import MONO, QUIET, heading, heading_text
from cajal_kernel.views.picture import Picture, Subject
from cajal_kernel.views.trace.html import trace_html, value_html

if TYPE_CHECKING:
    from torch import Tensor


def explorer_picture(subject: Subject) -> Picture:
    """A neuron with its source, which runs in the page.

    Raises:
        MagicError: as `run_live` does.
        CajalError: as a call of the neuron does.
    """
    live, neuron = run_live(subject), subject.neuron
    inputs = run_inputs(subject)
    with neuron.evaluating():
        trace = neuron.trace(*inputs)
    type = str(neuron.type)
    first = [first_of(value, argument) for value, argument in zip(inputs, neuron.arguments, strict=True)]
    given = inputs_text(inputs, neuron.arguments)
    text = "\n".join([heading_text(subject.title, type), *([f"for {given}"] if given else []), str(trace)])
    html = (
        heading(subject.title, type)
        + _inputs(first, neuron.arguments, live)
        + _source(live)
        + trace_html(trace)
    )
    return Picture(text, html, live)


def _inputs(
    values: Sequence[Tensor | cajal.Sequence | None], arguments: Sequence[cajal.Argument], live: Live
) -> str:
    rows: list[str] = []
    graph = live.spec["graph"]
    for value, argument, encoded in zip(values, arguments, graph["arguments"], strict=True):
        about = f'<span style="{QUIET}"> : {escape(str(argument.type))}</span>'
        name = f'<span style="{MONO}"><b>{escape(argument.name)}</b>{about}</span>'
        shown = "a callable"
        if isinstance(value, cajal.Sequence):
            shown = value_html(list_vector(value, argument.type), encoded["type"], graph["types"], 1)
        elif value is not None:
            shown = value_html(value, encoded["type"], graph["types"], value.ndim)
        rows.append(f"<div>{name} {shown}</div>")
    return f'<div style="font-size:13px;line-height:1.6">{"".join(rows)}</div>'


def _source(live: Live) -> str:
    parts = [
        source["text"]
        .encode("utf-16-le", "surrogatepass")[2 * start : 2 * end]
        .decode("utf-16-le", "replace")
        for source in live.spec["graph"]["sources"]
        for start, end in source["items"]
    ]
    code = escape("\n".join(parts))
    style = f"{MONO};margin:6px 0;padding:4px 8px;border-left:3px solid rgba(128,128,128,0.4)"
    return f'<pre style="{style}">{code}</pre>'
