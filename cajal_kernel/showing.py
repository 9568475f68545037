"""What `%show` and `neuron.show` share: which picture it is, and where it goes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from IPython.core.getipython import get_ipython
from IPython.display import display

import cajal_core as cajal
from cajal_kernel.errors import MagicError, Refused
from cajal_kernel.views.bundles import printable_bundle
from cajal_kernel.views.picture import Subject
from cajal_kernel.views.pictures import PICTURES, WITHOUT_LINKS, default_view, outputs
from cajal_kernel.views.saving import save

EXPLORER = "explorer"


def checked_view(name: object) -> str:
    """The name of a picture.

    Raises:
        MagicError: if it is none.
    """
    if isinstance(name, str) and name in PICTURES:
        return name
    listed = f"the pictures are {', '.join(PICTURES)}"
    near = cajal.nearest(name, PICTURES) if isinstance(name, str) else ()
    hint = f"did you mean `{near[0]}`? {listed}" if near else listed
    raise MagicError(f"there is no picture `{name}`", hint)


def show(subject: Subject, view: str, file: str | os.PathLike[str] | None = None) -> None:
    """Display a picture where a notebook or a terminal is, else print its text; or write it to a file.

    Raises:
        MagicError: if the neuron has no such picture, or the file cannot be written.
        CajalError: as the picture does.
    """
    pictures = PICTURES[view](subject)
    if file is not None:
        path = save(subject.title or str(subject.neuron.type), list(pictures), file)
        print(cajal.shorten(f"The picture is in {path}."))
    elif get_ipython() is None:
        for picture in pictures:
            print(picture.text)
    else:
        for bundle in outputs(pictures):
            display(printable_bundle(bundle), raw=True)


def show_neuron(
    neuron: cajal.Neuron,
    inputs: Sequence[Any],
    view: str,
    file: str | os.PathLike[str] | None,
) -> None:
    """What `Neuron.show` does.

    Raises:
        CajalError: as `Neuron.show` says.
    """
    try:
        name = default_view(neuron) if view == EXPLORER and EXPLORER not in PICTURES else checked_view(view)
        if name not in WITHOUT_LINKS:
            _check_linked(neuron)
        show(Subject("", neuron, inputs), name, file)
    except MagicError as error:
        raise cajal.CajalError(Refused(error)) from None


def _check_linked(neuron: cajal.Neuron) -> None:
    for extern, type in neuron.unlinked.items():
        raise MagicError(
            f"the extern `{extern} : {type}` is not linked.", f"link it: neuron.link({extern}=…)"
        )
