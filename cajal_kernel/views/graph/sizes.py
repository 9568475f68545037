"""How large boxes are, from their texts alone, so that a drawing is the same on every machine.

All text is set in monospaced fonts, of which no common one is wider than this says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cajal_kernel.views.paint import width

if TYPE_CHECKING:
    from cajal_kernel.views.graph.model import Box, Port, Weights

TITLE, SMALL, TINY = 12.0, 9.5, 8.0
"""Sizes of fonts: titles, notes and wires, the ends of the lines of a matrix."""

WIDTH = 0.62
"""The width of a character, in parts of the font's size."""

PAD = 8.0
LINE, PORT_LINE, CHIP, STRIP = 17.0, 13.0, 14.0, 15.0
"""Heights: of a title or note, of labels of ports, of constants at ports, of the type below a box."""

WEIGHTS_HEIGHT, DOT = 44.0, 2.4

LONGEST = 30
"""The most characters of a title that are drawn."""


def text_width(text: str, size: float) -> float:
    return width(text) * size * WIDTH


def clipped(text: str, most: int = LONGEST) -> str:
    """The text, cut where it is too long for a box."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


@dataclass(frozen=True)
class Size:
    """The size of a box, with the widths of its ports and the heights of its parts, from the top down."""

    width: float
    box: float
    ports: tuple[float, ...]
    port_line: float
    chips: float
    weights: float
    strip: float

    @property
    def height(self) -> float:
        return self.box + self.strip

    def port(self, place: int) -> float:
        """How far a port is from the left edge."""
        return sum(self.ports[:place]) + self.ports[place] / 2


def size_of(box: Box) -> Size:
    """The size of a box, in points."""
    least = [_port_width(port) for port in box.ports]
    texts = [
        text_width(clipped(box.title), TITLE) + 2 * PAD,
        text_width(clipped(box.note, 40), SMALL) + 2 * PAD,
    ]
    strip = 0.0
    if box.out:
        strip = STRIP
        texts.append(2 * text_width(box.out, SMALL) + PAD)  # it stands right of the middle
    if box.weights:
        texts.append(weights_width(box.weights))
    total = max(*texts, sum(least), 34.0)
    total = float(2 * round(total / 2 + 0.5))
    spare = (total - sum(least)) / len(least) if least else 0.0
    labelled = any(port.label for port in box.ports)
    chips = any(port.constant for port in box.ports)
    heights = (PORT_LINE * labelled, CHIP * chips, WEIGHTS_HEIGHT + 4 if box.weights else 0.0)
    height = LINE + (LINE - 3) * bool(box.note) + 6 + sum(heights)
    return Size(total, height, tuple(each + spare for each in least), *heights, strip)


def _port_width(port: Port) -> float:
    return (
        max(text_width(clipped(port.label, 14), TINY), text_width(clipped(port.constant, 14), TINY) + 6) + 8
    )


def weights_width(weights: Weights) -> float:
    """The width of a drawn matrix: room for its columns and its rows, whose labels are drawn if they fit."""
    most = max(len(weights.columns), len(weights.rows))
    return 2 * PAD + most * column_width(weights)


def column_width(weights: Weights) -> float:
    longest = max((len(label) for label in (*weights.columns, *weights.rows)), default=1)
    return min(max(14.0, text_width("x" * longest, TINY) + 5), 62.0)
