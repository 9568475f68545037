"""A small drawing surface of Pillow: texts, bars and coloured cells, on a transparent ground.

matplotlib takes about 30 ms for each axis of a figure, which is more than the whole picture may take.
"""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from cajal_kernel.views.paint import DENSITY, GREY

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL import ImageFont

SCALE = DENSITY
"""Pixels of the image for each unit."""


@cache
def _font(size: float) -> ImageFont.FreeTypeFont:
    from matplotlib import get_data_path
    from PIL import ImageFont

    return ImageFont.truetype(f"{get_data_path()}/fonts/ttf/DejaVuSans.ttf", size)


class Canvas:
    """A picture of so many units, to be drawn on, and then a PNG."""

    def __init__(self, width: float, height: float) -> None:
        from PIL import Image, ImageDraw

        self.width = width
        self._image = Image.new("RGBA", (round(width * SCALE), round(height * SCALE)), (128, 128, 128, 0))
        self._draw = ImageDraw.Draw(self._image)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float = 10,
        at: Literal["l", "m", "r"] = "l",
        colour: str = GREY,
    ) -> None:
        """A line of text whose middle is at y, and whose left end, middle or right end is at x."""
        self._draw.text((x * SCALE, y * SCALE), text, fill=colour, font=_font(size * SCALE), anchor=f"{at}m")

    def rectangle(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """A filled rectangle, at least a pixel wide and high."""
        left, top = round(x * SCALE), round(y * SCALE)
        right, bottom = round((x + width) * SCALE) - 1, round((y + height) * SCALE) - 1
        self._draw.rectangle((left, top, max(left, right), max(top, bottom)), fill=colour)

    def frame(self, x: float, y: float, width: float, height: float) -> None:
        """A thin frame around a rectangle."""
        box = (
            round(x * SCALE) - 1,
            round(y * SCALE) - 1,
            round((x + width) * SCALE),
            round((y + height) * SCALE),
        )
        self._draw.rectangle(box, outline="#80808090")

    def cells(self, x: float, y: float, width: float, height: float, colours: NDArray[Any]) -> None:
        """Cells of the colours (rows, columns, 4), with sharp edges, in a rectangle."""
        from PIL import Image

        size = round((x + width) * SCALE) - round(x * SCALE), round((y + height) * SCALE) - round(y * SCALE)
        cells = Image.fromarray(colours, "RGBA").resize(size, Image.Resampling.NEAREST)
        self._image.alpha_composite(cells, (round(x * SCALE), round(y * SCALE)))

    def png(self) -> bytes:
        """The image as a file."""
        buffer = io.BytesIO()
        self._image.save(buffer, "png")
        return buffer.getvalue()


def text_width(text: str, size: float = 10) -> float:
    """How many units a text is wide."""
    return _font(size * SCALE).getlength(text) / SCALE
