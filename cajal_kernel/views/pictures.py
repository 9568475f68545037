"""The pictures of a neuron, by the names that `%show TERM --as NAME` takes.

To add one, write its module beside this one. Write here a function that yields its outputs, and a line of the
table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import cajal_core as cajal
from cajal_kernel.views.bundles import neuron_bundle
from cajal_kernel.views.paint import Bundle
from cajal_kernel.views.slots import new_slot
from cajal_kernel.views.trace import trace_bundle


def _matrix(title: str, neuron: cajal.Neuron, prefix: str) -> Iterator[Bundle]:
    yield neuron_bundle(title, neuron, prefix)


def _dynamics(title: str, neuron: cajal.Neuron, _prefix: str) -> Iterator[Bundle]:
    from cajal_kernel.views.steps import neuron_steps, steps_bundle
    from cajal_kernel.views.widgets import StepsWidget, keep_open

    for steps in neuron_steps(title, neuron):
        slot = new_slot()
        yield steps_bundle(steps, slot)
        keep_open(StepsWidget(steps, slot))


def _trace(title: str, neuron: cajal.Neuron, prefix: str) -> Iterator[Bundle]:
    yield trace_bundle(title, neuron, prefix)


PICTURES: Mapping[str, Callable[[str, cajal.Neuron, str], Iterator[Bundle]]] = {
    "matrix": _matrix,
    "dynamics": _dynamics,
    "trace": _trace,
}
"""The pictures of a neuron: from a title, the neuron and the prefix of magics to the outputs.

Each output is displayed before the next is asked for, since a live picture opens only when its static one is
on the page.
"""
