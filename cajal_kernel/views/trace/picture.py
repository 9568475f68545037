"""The picture of one run: every named value in a tree, in the order of evaluation."""

from __future__ import annotations

import math

import cajal_core as cajal
from cajal_kernel.views.inputs import inputs_text, run_inputs
from cajal_kernel.views.paint import heading, heading_text
from cajal_kernel.views.picture import Picture, Subject
from cajal_kernel.views.trace.html import trace_html
from cajal_kernel.views.trace.numbers import trace_live


def neuron_trace(subject: Subject) -> Picture:
    """A run of a neuron on the batch that it was given, or else on the inputs that an explorer begins with.

    Raises:
        MagicError: if an argument was not given while others were.
    """
    neuron, inputs = subject.neuron, run_inputs(subject)
    with neuron.evaluating():
        trace = neuron.trace(*inputs)
    is_given = len(subject.inputs) == len(inputs)
    chosen = "" if is_given else f"on {inputs_text(inputs, neuron.arguments)}, since no input was given"
    return trace_picture(subject.title, str(neuron.type), trace, chosen)


def trace_picture(title: str, type: str, trace: cajal.Trace, chosen: str = "") -> Picture:
    """A run that has been. Text and HTML have the first of its batch, the live form any.

    `chosen` says on which inputs it ran, where no one gave them.
    """
    count = math.prod(trace.batch)
    note = f"the first of {count:,} in the batch" if count > 1 else chosen
    html = heading(title, type, note=note) + trace_html(trace)
    text = f"{heading_text(title, type, note=chosen)}\n{trace}" if chosen else str(trace)
    return Picture(text, html, trace_live(title, type, trace, chosen) if count else None)
