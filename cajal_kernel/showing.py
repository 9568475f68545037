"""What `%show` and `neuron.show` share: which picture it is, and where it goes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any

from IPython.core.getipython import get_ipython
from IPython.display import display

import cajal_core as cajal
from cajal_kernel.errors import MagicError, Refused
from cajal_kernel.views.bundles import needs_note, printable_bundle, quiet_bundle
from cajal_kernel.views.live.slots import is_in_a_notebook
from cajal_kernel.views.paint import Bundle
from cajal_kernel.views.picture import Picture, Subject
from cajal_kernel.views.pictures import PICTURES, WITHOUT_LINKS, outputs
from cajal_kernel.views.saving import save

NEURON = "the neuron"


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
    _put(subject.title or str(subject.neuron.type), PICTURES[view](subject), file)


def _put(title: str, pictures: Iterable[Picture], file: str | os.PathLike[str] | None) -> None:
    """Write pictures to a file, or display them."""
    if file is not None:
        paths = save(title, list(pictures), file)
        is_in = "The picture is in" if len(paths) == 1 else "Its images are in"
        print(cajal.shorten(f"{is_in} {', '.join(map(str, paths))}."))
    else:
        display_pictures(pictures)


def display_pictures(pictures: Iterable[Picture]) -> None:
    """Display pictures where a notebook or a terminal is, else print their texts."""
    if get_ipython() is None:
        for picture in pictures:
            print(picture.text)
    else:
        for bundle in outputs(iter(pictures)):
            display(printable_bundle(bundle), raw=True)


def remark_unlinked(name: str, needs: str) -> None:
    """Say quietly what a neuron needs before it can run, where its graph is shown instead."""
    remark = quiet_bundle(f"{name} {needs}; until then its graph is shown, without values")
    if get_ipython() is None:
        print(remark["text/plain"])
    else:
        display(printable_bundle(remark), raw=True)


def training_view() -> Any:
    """What draws a training while `fit` runs; None where no notebook shows it."""
    if not is_in_a_notebook():
        return None
    from cajal_kernel.views.training.history import LiveCurve

    return LiveCurve()


def history_bundle(history: cajal.History) -> Bundle:
    """The curve of a training where a notebook shows it, and elsewhere a table."""
    from cajal_kernel.views.training.history import history_picture

    picture = history_picture(history) if is_in_a_notebook() else None
    if picture is None:
        return {"text/plain": str(history)}
    [bundle] = outputs(iter([picture]))
    return printable_bundle(bundle)


def show_neuron(
    neuron: cajal.Neuron,
    inputs: Sequence[Any],
    view: str | None,
    before: object,
    file: str | os.PathLike[str] | None,
) -> None:
    """What `Neuron.show` does.

    Raises:
        CajalError: as `Neuron.show` says.
    """
    try:
        if before is not None:
            _show_change(before, neuron, inputs, view, file)
            return
        if view is None and neuron.unlinked and not inputs:
            view = "graph"
            remark_unlinked(NEURON, needs_note(neuron, "", held="neuron"))
        name = "explorer" if view is None else checked_view(view)
        if name not in WITHOUT_LINKS:
            _check_linked(neuron)
        elif inputs and name == "matrix":  # that is of the map itself, whatever comes in
            others = ", ".join(each for each in PICTURES if each != "matrix")
            raise MagicError(f"the picture `{name}` shows no inputs.", f"those that do are {others}")  # noqa: TRY301
        show(Subject("", neuron, inputs), name, file)
    except MagicError as error:
        raise cajal.CajalError(Refused(error)) from None


def _show_change(
    before: object,
    after: cajal.Neuron,
    inputs: Sequence[Any],
    view: str | None,
    file: str | os.PathLike[str] | None,
) -> None:
    """Two matrices and their difference."""
    if not isinstance(before, cajal.Neuron):
        raise MagicError(f"`before` is a neuron to compare with, got {type(before).__name__}.")
    if inputs or view not in (None, "matrix"):
        raise MagicError(
            "with `before`, two matrices are shown, which have no inputs and no other view.",
            "leave out the inputs and `view`",
        )
    for neuron in (before, after):
        _check_linked(neuron)
    from cajal_kernel.views.matrix.difference import pictures

    _put("change", pictures(Subject(NEURON, before), Subject(NEURON, after)), file)


def _check_linked(neuron: cajal.Neuron) -> None:
    for extern, type in neuron.unlinked.items():
        raise MagicError(
            f"the extern `{extern} : {type}` is not linked.", f"link it: neuron.{cajal.link_call(extern)}"
        )
