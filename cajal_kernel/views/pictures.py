"""The pictures of a neuron, by the names that `%show TERM --as NAME` takes.

To add one, write its module beside this one. Write here a function that yields its pictures, and a line of
the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import cajal_core as cajal
from cajal_kernel.views.bundles import matrix_pictures, too_large
from cajal_kernel.views.paint import Bundle
from cajal_kernel.views.picture import Picture, Subject


def _dynamics(subject: Subject) -> Iterator[Picture]:
    from cajal_kernel.views.dynamics.picture import dynamics_picture

    yield from dynamics_picture(subject)


def _trace(subject: Subject) -> Iterator[Picture]:
    from cajal_kernel.views.trace.picture import neuron_trace

    yield neuron_trace(subject)


def _explorer(subject: Subject) -> Iterator[Picture]:
    from cajal_kernel.views.explorer.picture import explorer_picture

    yield explorer_picture(subject)


def _graph(subject: Subject) -> Iterator[Picture]:
    from cajal_kernel.views.graph.picture import graph_picture

    yield graph_picture(subject)


PICTURES: Mapping[str, Callable[[Subject], Iterator[Picture]]] = {
    "matrix": matrix_pictures,
    "explorer": _explorer,
    "graph": _graph,
    "dynamics": _dynamics,
    "trace": _trace,
}
"""The pictures of a neuron, one or several for each name."""

WITHOUT_LINKS = {"matrix", "graph"}
"""Those that a neuron has before its externs are linked; that of the matrix says what to link."""


def default_view(neuron: cajal.Neuron) -> str:
    """The picture that is shown where none is named.

    A value and a matrix are read faster than the explorer, which shows what has none, or too large a one. A
    neuron whose externs are not linked has a graph.
    """
    if neuron.unlinked:
        return "graph"
    return "explorer" if neuron.obstacle or too_large(neuron.type) else "matrix"


def outputs(pictures: Iterator[Picture]) -> Iterator[Bundle]:
    """The outputs of a notebook.

    Each is displayed before the next is asked for, since a live picture opens only when its static one is on
    the page.
    """
    for picture in pictures:
        if picture.live is None:
            yield picture.bundle("")
            continue
        from cajal_kernel.views.live.slots import new_slot
        from cajal_kernel.views.live.widget import keep_open, live_widget

        slot = new_slot()
        yield picture.bundle(slot)
        keep_open(live_widget(picture.live, slot))
