"""The pictures of a neuron, by the names that `%show TERM --as NAME` takes.

To add one, write its module beside this one. Write here a function that yields its pictures, and a line of
the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from cajal_kernel.views.bundles import neuron_bundle
from cajal_kernel.views.live.slots import new_slot
from cajal_kernel.views.paint import Bundle
from cajal_kernel.views.picture import Picture, Subject


def _matrix(subject: Subject) -> Iterator[Picture]:
    bundle = neuron_bundle(subject.title, subject.neuron, subject.prefix)
    yield Picture(bundle["text/plain"], bundle["text/html"])


def _dynamics(subject: Subject) -> Iterator[Picture]:
    from cajal_kernel.views.dynamics.picture import dynamics_picture

    yield from dynamics_picture(subject)


def _trace(subject: Subject) -> Iterator[Picture]:
    from cajal_kernel.views.trace import trace_picture

    yield trace_picture(subject.title, subject.neuron, subject.prefix)


PICTURES: Mapping[str, Callable[[Subject], Iterator[Picture]]] = {
    "matrix": _matrix,
    "dynamics": _dynamics,
    "trace": _trace,
}
"""The pictures of a neuron, one or several for each name."""


def outputs(pictures: Iterator[Picture]) -> Iterator[Bundle]:
    """The outputs of a notebook.

    Each is displayed before the next is asked for, since a live picture opens only when its static one is on
    the page.
    """
    for picture in pictures:
        if picture.live is None:
            yield picture.bundle("")
            continue
        from cajal_kernel.views.live.widget import keep_open, live_widget

        slot = new_slot()
        yield picture.bundle(slot)
        keep_open(live_widget(picture.live, slot))
