"""The picture of one run of a closed term: every named value, in the order of evaluation."""

from __future__ import annotations

from html import escape

import cajal_core as cajal
from cajal_kernel.errors import MagicError
from cajal_kernel.views.paint import heading
from cajal_kernel.views.picture import Picture


def trace_picture(title: str, neuron: cajal.Neuron, prefix: str) -> Picture:
    """The values as `cajal.Trace` writes them, in one table.

    Raises:
        MagicError: if the neuron is a function, which runs only on arguments.
    """
    if neuron.arguments:
        names = " ".join(f"({argument.name} : {argument.type})" for argument in neuron.arguments)
        raise MagicError(
            f"`{title}` is a function, and a trace is of a run: it still takes {names}.",
            f"Apply it to its arguments, as in `%{prefix}show f true --as trace`.",
        )
    with neuron.evaluating():
        text = str(neuron.trace())
    table = f'<pre style="margin:0;overflow-x:auto">{escape(text)}</pre>'
    return Picture(text, heading(title, str(neuron.type)) + table)
