"""A large matrix as one image, which a saved notebook keeps.

An entry is a square of pixels, or a rectangle in a matrix of few rows or few columns. Where there are more
entries than squares, a square shows the entry of the greatest magnitude among several, so that a lone 1 stays
visible. The image has a palette: it is small, and
the page shows through where an entry is zero.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from cajal_kernel.views.basis import Axis
from cajal_kernel.views.matrix.data import Array, Matrix
from cajal_kernel.views.matrix.tiles import pooled
from cajal_kernel.views.paint import NEGATIVE, POSITIVE, round_up, short

Indices = NDArray[np.uint8]

DENSITY = 2
"""Pixels of the image for each pixel of the page."""

WIDE, TALL, LARGEST = 680, 520, 14
"""The most pixels of the page across and down, and of one entry."""

SLIM = 96
"""A matrix that would be lower or narrower than this is stretched, by longer squares of fewer rows."""

BYTES = 200_000
"""The most bytes of an image: in a notebook they are written in base64, a third more."""

LEVELS, FEW = 96, 16
POSITIVES, NEGATIVES, ODD, HATCH, INK = 1, 1 + LEVELS, 1 + 2 * LEVELS, 2 + 2 * LEVELS, 3 + 2 * LEVELS
INKS = 256 - INK
"""The palette: nothing, `LEVELS` of blue, as many of orange, what is not finite, lost columns, text."""

LINE, BAR = 12, 150


def matrix_png(matrix: Matrix, wide: int = WIDE, limit: int = BYTES) -> bytes:
    """The whole matrix with its labels and its scale, at most `limit` bytes."""
    squares = grid(matrix.values.shape[0], matrix.values.shape[1], wide, TALL)
    many = math.ceil(matrix.values.size / (squares.down * squares.across)) > limit
    levels = FEW if many else LEVELS
    while True:
        png = _drawn(matrix, wide, levels)
        if len(png) <= limit or wide < 120:
            return png
        if levels > FEW:
            levels = FEW  # noise is small only in few colours
        else:
            wide = int(wide * max(0.5, min(0.9, (limit / len(png)) ** 0.5)))


@dataclass(frozen=True)
class Grid:
    """How entries become squares: so many rows and columns to a square, and its pixels of the page."""

    down: int
    across: int
    high: int
    wide: int


def grid(rows: int, columns: int, wide: int, tall: int) -> Grid:
    """Squares that fit, each of as few entries as there is room for."""
    across, down = math.ceil(columns / wide), math.ceil(rows / tall)
    if columns / rows > wide / SLIM or rows / columns > tall / SLIM:
        high, broad = tall // math.ceil(rows / down), wide // math.ceil(columns / across)
        side = max(1, min(high, broad, LARGEST))
        # Few rows, or columns, are as high or wide as one entry may be.
        return Grid(down, across, _long(side, high, rows), _long(side, broad, columns))
    both = max(across, down)
    side = max(1, min(wide // math.ceil(columns / both), tall // math.ceil(rows / both), LARGEST))
    return Grid(both, both, side, side)


def _long(side: int, room: int, count: int) -> int:
    """The length of a square of which there are so many, where each has so much room."""
    return max(side, min(room, LARGEST, SLIM // count))


def _drawn(matrix: Matrix, wide: int, levels: int) -> bytes:
    rows, columns = matrix.values.shape
    squares = grid(rows, columns, wide, TALL)
    margin = min(
        150, max(_width(label) for label in (*matrix.rows.labels, *(a.name for a in matrix.columns)))
    )
    left, top = math.ceil(margin) + 6, LINE * len(matrix.columns) + 6
    shown = pooled(matrix.values, squares.down, squares.across)
    high, across = shown.shape[0] * squares.high, shown.shape[1] * squares.wide
    width = left + max(across, BAR + 90) + 8
    page = np.zeros(((top + high + 28) * DENSITY, width * DENSITY), np.uint8)
    block = _squares(matrix, shown, squares, levels)
    page[top * DENSITY : (top + high) * DENSITY, left * DENSITY : (left + across) * DENSITY] = block
    ink = Image.new("L", (page.shape[1], page.shape[0]))
    draw = ImageDraw.Draw(ink)
    _frame(draw, left, top, across, high)
    _row_labels(draw, matrix.rows.labels, left, top, squares.high / squares.down)
    _column_labels(draw, matrix, left, top, high, squares.wide / squares.across)
    _bar(page, draw, matrix, left, top + high + 10, squares)
    written = np.asarray(ink)
    page = np.where(written > 0, INK + written // (255 // (INKS - 1) + 1), page)
    return _encoded(page)


def _squares(matrix: Matrix, shown: Array, squares: Grid, levels: int) -> Indices:
    """The squares as indices of the palette, DENSITY pixels for each of the page."""
    strength = np.abs(shown) / matrix.scale
    # In few colours a small entry still differs from zero.
    steps = np.ceil(np.clip(np.nan_to_num(strength, nan=1, posinf=1), 0, 1) * levels) * (LEVELS // levels)
    index = (steps + np.where(shown > 0, POSITIVES - 1, NEGATIVES - 1)).astype(np.uint8)
    index[shown == 0] = 0
    odd = ~np.isfinite(shown)
    index[odd] = ODD
    high, wide = squares.high * DENSITY, squares.wide * DENSITY
    block = index.repeat(high, axis=0).repeat(wide, axis=1)
    if odd.any():
        _mark(block, shown, odd, high, wide)
    if any(matrix.lost):
        lost = pooled(np.array([matrix.lost], dtype=float), 1, squares.across)[0] > 0
        place = np.add.outer(np.arange(block.shape[0]), np.arange(block.shape[1])) // DENSITY % 5 == 0
        block[(block == 0) & place & lost.repeat(wide)] = HATCH
    return block


def _mark(block: Indices, shown: Array, odd: NDArray[np.bool_], high: int, wide: int) -> None:
    """A sign in what is not finite: a cross for NaN, triangles for the infinities, clear in the colour."""
    x, y = np.meshgrid(np.linspace(-1, 1, wide), np.linspace(-1, 1, high))
    thick = max(0.2, 1.5 / min(high, wide))
    cross = (np.abs(np.abs(x) - np.abs(y)) < thick) & (np.abs(x) < 0.7)
    up = (np.abs(x) < (y + 0.7) / 2) & (y < 0.6)
    for row, column in np.argwhere(odd):
        value = shown[row, column]
        sign = cross if np.isnan(value) else up if value > 0 else up[::-1]
        block[row * high : (row + 1) * high, column * wide : (column + 1) * wide][sign] = 0


# Labels


@cache
def _font() -> ImageFont.FreeTypeFont:
    import matplotlib as mpl

    return ImageFont.truetype(f"{mpl.get_data_path()}/fonts/ttf/DejaVuSansMono.ttf", 8.5 * DENSITY)


@cache
def _width(text: str) -> float:
    return _font().getlength(text) / DENSITY


def thinned(widest: float, room: float, count: int) -> int:
    """Every how many of `count` labels is written where one has so much room; 0 where not two fit."""
    stride = round_up((widest + 6) / room)
    return stride if 2 * stride <= count or stride == 1 else 0


def _text(draw: ImageDraw.ImageDraw, x: float, y: float, text: str, anchor: Any, ink: int = 255) -> None:
    draw.text((round(x * DENSITY), round(y * DENSITY)), text, ink, _font(), anchor)


def _frame(draw: ImageDraw.ImageDraw, left: int, top: int, across: int, high: int) -> None:
    box = (left * DENSITY - 1, top * DENSITY - 1, (left + across) * DENSITY, (top + high) * DENSITY)
    draw.rectangle(box, outline=70)


def _row_labels(draw: ImageDraw.ImageDraw, labels: Sequence[str], left: int, top: int, room: float) -> None:
    stride = round_up((LINE + 2) / room)
    for row in range(0, len(labels), stride):
        label = labels[row]
        while _width(label) > 150:
            label = label[:-2] + "…"
        _text(draw, left - 4, top + (row + 0.5) * room, label, "rm")


def _column_labels(
    draw: ImageDraw.ImageDraw, matrix: Matrix, left: int, top: int, high: int, room: float
) -> None:
    repeat = matrix.values.shape[1]
    groups = 1
    for level, axis in enumerate(matrix.columns):
        groups *= len(axis.labels)
        repeat //= len(axis.labels)
        y = LINE * (level + 0.5)
        _text(draw, left - 4, y, axis.name, "rm", 190)
        for group, label in _level(axis, groups, repeat * room):
            _text(draw, left + (group + 0.5) * repeat * room, y, label, "mm")
        if level < len(matrix.columns) - 1 and repeat * room >= 6:
            for edge in range(1, groups):
                x = round((left + edge * repeat * room) * DENSITY)
                long = high if room >= 4 and repeat * room >= 12 else 0
                draw.line((x, (top - 5) * DENSITY, x, (top + long) * DENSITY), 90)


def _level(axis: Axis, groups: int, room: float) -> Iterator[tuple[int, str]]:
    """The labels of one argument that fit side by side, from the first of the groups on."""
    count = len(axis.labels)
    stride = thinned(max(map(_width, axis.labels)), room, count)
    if not stride and groups == count:  # the outermost argument says at least where it begins
        stride = count
    for group in range(groups) if stride else ():
        if group % count % stride == 0 and (group % count + stride <= count or group % count == 0):
            yield group, axis.labels[group % count]


def _bar(page: Indices, draw: ImageDraw.ImageDraw, matrix: Matrix, left: int, y: int, squares: Grid) -> None:
    """The colour bar, the numbers at its ends, and how many entries a square has."""
    low = matrix.range[0]
    first = -matrix.scale if low < 0 else 0.0
    x = left + math.ceil(_width(short(first))) + 4
    count = BAR * DENSITY
    strength = np.linspace(-1 if low < 0 else 0, 1, count)
    steps = np.ceil(np.abs(strength) * LEVELS).astype(np.uint8)
    colours = np.where(strength > 0, POSITIVES - 1 + steps, np.where(strength < 0, NEGATIVES - 1 + steps, 0))
    page[y * DENSITY : (y + 8) * DENSITY, x * DENSITY : x * DENSITY + count] = colours
    draw.rectangle((x * DENSITY - 1, y * DENSITY - 1, x * DENSITY + count, (y + 8) * DENSITY), outline=90)
    _text(draw, x - 4, y + 4, short(first), "rm")
    _text(draw, x + BAR + 4, y + 4, short(matrix.scale), "lm")
    if squares.down * squares.across > 1:
        note = f"{squares.down} × {squares.across} entries a pixel"
        _text(draw, x + BAR + 4 + _width(short(matrix.scale)) + 12, y + 4, note, "lm", 190)


# The file


def _encoded(page: Indices) -> bytes:
    image = Image.fromarray(page, "P")
    colours, alphas = _palette()
    image.putpalette(colours)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", transparency=alphas, compress_level=4)
    return buffer.getvalue()


@cache
def _palette() -> tuple[bytes, bytes]:
    """The colours of the indices, and their opacities."""
    sections = (
        [((0, 0, 0), 0)],
        [(POSITIVE, _opacity(level)) for level in range(1, LEVELS + 1)],
        [(NEGATIVE, _opacity(level)) for level in range(1, LEVELS + 1)],
        [((200, 30, 120), 255), ((128, 128, 128), 150)],
        [((128, 128, 128), round(255 * level / (INKS - 1))) for level in range(INKS)],
    )
    entries = [entry for section in sections for entry in section]
    assert [0, *np.cumsum([len(section) for section in sections])[:-1]] == [0, POSITIVES, NEGATIVES, ODD, INK]
    return bytes(value for colour, _ in entries for value in colour), bytes(alpha for _, alpha in entries)


def _opacity(level: int) -> int:
    return round(255 * (0.08 + 0.87 * level / LEVELS))
