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

_EMBEDDED = re.compile(r'src="data:image/(png|svg)(?:\+xml)?;base64,([^"]*)"')
_DRAWN = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_SVG = 'xmlns="http://www.w3.org/2000/svg"'


def save(title: str, pictures: Sequence[Picture], file: str | os.PathLike[str]) -> list[Path]:
    """Write pictures to a file, in the form that its ending names. What was there is replaced, whole.

    `.html` is a page with the live forms, and the static ones of pictures that have no other. `.png` and
    `.svg` are the images of the static forms. Of several, each has a file: `a-1.svg`, `a-2.svg`.

    Raises:
        MagicError: if the pictures have no such form, or the file cannot be written.
    """
    try:
        path = Path(file)
    except TypeError:
        raise MagicError(f"`save` takes the name of a file, got {type(file).__name__}.") from None
    if os.path.isdir(path):  # noqa: PTH112  # False where a path cannot be
        raise MagicError(f"`{path}` is a folder.", "write the name of a file in it")
    contents, ending = _contents(title, pictures), path.suffix.lower()
    if ending not in contents:
        what = f"this picture has no form for the ending `{ending}`" if ending else "it has no ending"
        listed = " or ".join(f"`{each}`" for each in contents)
        raise MagicError(f"`{path}`: {what}.", f"what can be written is {listed}")
    parts = contents[ending]
    paths = [path] if len(parts) == 1 else [path.with_stem(f"{path.stem}-{n + 1}") for n in range(len(parts))]
    for place, part in zip(paths, parts, strict=True):
        _write(place, part)
    return paths


def _write(path: Path, content: str | bytes) -> None:
    if os.path.exists(path) and not os.path.isfile(path):  # noqa: PTH110, PTH113  # False where a path cannot be
        raise MagicError(f"`{path}` is a folder, a device or a pipe, and no file.")
    try:
        cajal.write(path, content)
    except cajal.CajalError as error:
        hint = "the folder must be there, and a file in it must not be read-only"
        raise MagicError(f"{error}.", hint) from None


def _contents(title: str, pictures: Sequence[Picture]) -> dict[str, list[str | bytes]]:
    """What the files are to contain, by the ending that asks for it."""
    live = [picture.live or picture.html for picture in pictures]
    text = "\n\n".join(picture.text for picture in pictures)
    contents: dict[str, list[str | bytes]] = {".html": [page(title, live, text)]}
    for picture in pictures:
        for kind, data in _EMBEDDED.findall(picture.html):
            contents.setdefault(f".{kind}", []).append(base64.b64decode(data))
        for svg in _DRAWN.findall(picture.html):
            whole = svg if _SVG in svg else svg.replace("<svg", f"<svg {_SVG}", 1)
            contents.setdefault(".svg", []).append(whole.encode())
    return contents
