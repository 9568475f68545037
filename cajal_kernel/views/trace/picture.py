"""The picture of one run: every named value in a tree, in the order of evaluation."""

from __future__ import annotations

import math

import cajal_core as cajal
from cajal_kernel.errors import MagicError
from cajal_kernel.views.paint import heading
from cajal_kernel.views.picture import Picture, Subject, called
from cajal_kernel.views.trace.html import trace_html
from cajal_kernel.views.trace.numbers import trace_live


def neuron_trace(subject: Subject) -> Picture:
    """A run of a neuron on the batch that it was given, or of a closed term.

    Raises:
        MagicError: if the neuron still takes arguments.
    """
    title, neuron = subject.title, subject.neuron
    if missing := neuron.arguments[len(subject.inputs) :]:
        names = " ".join(f"({argument.name} : {argument.type})" for argument in missing)
        raise MagicError(
            f"{called(title)} is a function, and a trace is of a run: it still takes {names}.",
            f"Apply it to its arguments, as in `%{subject.prefix}show f true --as trace`.",
        )
    with neuron.evaluating():
        trace = neuron.trace(*subject.inputs)
    return trace_picture(title, str(neuron.type), trace)


def trace_picture(title: str, type: str, trace: cajal.Trace) -> Picture:
    """A run that has been. Text and HTML have the first of its batch, the live form any."""
    count = math.prod(trace.batch)
    note = f"the first of {count:,} in the batch" if count > 1 else ""
    html = heading(title, type, note=note) + trace_html(trace)
    return Picture(str(trace), html, trace_live(title, type, trace) if count else None)
