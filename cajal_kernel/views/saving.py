"""Pictures as files: a page that stays live, or the image alone."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Sequence
from pathlib import Path

import cajal_core as cajal
from cajal_kernel.errors import MagicError
from cajal_kernel.views.live.page import page
from cajal_kernel.views.picture import Picture

_EMBEDDED = re.compile(r'<img src="data:image/(png|svg)(?:\+xml)?;base64,([^"]*)"')
_DRAWN = re.compile(r"<svg\b.*</svg>", re.DOTALL)
_SVG = 'xmlns="http://www.w3.org/2000/svg"'


def save(title: str, pictures: Sequence[Picture], file: str | os.PathLike[str]) -> Path:
    """Write pictures to one file, in the form that its ending names. What was there is replaced, whole.

    `.html` is a page with the live forms, and the static ones of pictures that have no other. `.png` and
    `.svg` are the image of a picture that has one.

    Raises:
        MagicError: if the pictures have no such form, or the file cannot be written.
    """
    try:
        path = Path(file)
    except TypeError:
        raise MagicError(f"`save` takes the name of a file, got {type(file).__name__}.") from None
    if os.path.isdir(path):  # noqa: PTH112  # this and the next: False where a path cannot be
        raise MagicError(f"`{path}` is a folder.", "write the name of a file in it")
    if os.path.exists(path) and not os.path.isfile(path):  # noqa: PTH110, PTH113
        raise MagicError(f"`{path}` is a device or a pipe, and no file.")
    forms, ending = _forms(title, pictures), path.suffix.lower()
    if ending not in forms:
        what = f"this picture has no form for the ending `{ending}`" if ending else "it has no ending"
        listed = " or ".join(f"`{each}`" for each in forms)
        raise MagicError(f"`{path}`: {what}.", f"what can be written is {listed}")
    try:
        cajal.write(path, forms[ending])
    except cajal.CajalError as error:
        raise MagicError(
            f"{error}.", "the folder must be there, and a file in it must not be read-only"
        ) from None
    return path


def _forms(title: str, pictures: Sequence[Picture]) -> dict[str, str | bytes]:
    """The contents of the file, by the ending that asks for it."""
    live = [picture.live or picture.html for picture in pictures]
    forms: dict[str, str | bytes] = {".html": page(title, live, "\n\n".join(each.text for each in pictures))}
    images = [image for picture in pictures for image in _images(picture.html)]
    if len(images) == 1:  # of several, none is the picture
        forms.update(images)
    return forms


def _images(html: str) -> list[tuple[str, bytes]]:
    """The images in a static form: their ending and their bytes."""
    found = [(f".{kind}", base64.b64decode(data)) for kind, data in _EMBEDDED.findall(html)]
    for svg in _DRAWN.findall(html):
        whole = svg if _SVG in svg else svg.replace("<svg", f"<svg {_SVG}", 1)
        found.append((".svg", whole.encode()))
    return found
